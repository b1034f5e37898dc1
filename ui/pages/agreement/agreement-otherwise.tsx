/**
 * When an agreement goes otherwise: it did not happen, somebody did not come, what was lent is back, the two see it
 * differently, or what was credited was not so. Everything here is rare, so it stands folded below the one next step.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AgreementView } from '#protocol/api.ts'
import { hubNow } from '../../clock.ts'
import { me } from '../../hub/app.ts'
import { commit } from '../../device/commit.ts'
import type { Asked } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import { Button, Form, Stepper, TextField, useNameOf, useTexts } from '../../parts/view.tsx'
import { EARLY_SECONDS, otherOf } from '../../hub/waiting.ts'

type Send = (asked: Asked, blobs?: string[]) => Promise<void>

export function Otherwise({ agreement, send }: { agreement: AgreementView; send: Send }): JSX.Element | null {
  const t = useTexts('dealing')
  const { acct } = useStore(me)!
  const named = useNameOf()
  const now = hubNow()
  const { id, phase, begins, checkedIn, helper, receiver } = agreement
  const isOpen = phase === 'agreed' || phase === 'reported'
  const hasBegun = now >= begins
  const mayDispute = isOpen && now >= begins - EARLY_SECONDS
  const mayReturn =
    agreement.use !== null && agreement.returned === null && (isOpen || phase === 'disputed') && hasBegun
  const isSettledHere = phase === 'settled' && agreement.abroad === null && helper.hub === agreement.hub
  if (!mayDispute && !mayReturn && !isSettledHere) return null

  const words = t.agreement.otherwise
  const other = otherOf(agreement, acct)
  const codeOf = (who: string): 1 | 2 => (who === helper.acct ? 1 : 2)
  const absence = (absent: 0 | 1 | 2): Promise<void> =>
    send({ kind: 'absence.reported', agreement: id, absent })
  return (
    <details class="fold" data-test="otherwise">
      <summary data-test="otherwise-open">{words.title}</summary>
      <div class="stack">
        {mayReturn && (
          <Button test="returned" onPress={() => send({ kind: 'return.recorded', agreement: id })}>
            {words.returned}
          </Button>
        )}
        {phase === 'agreed' && hasBegun && (
          <>
            <p class="note">{words.absenceNote}</p>
            <div class="buttons">
              <Button test="absent-nobody" onPress={() => absence(0)}>
                {words.notHappened}
              </Button>
              {!checkedIn.includes(other.acct) && (
                <Button test="absent-other" onPress={() => absence(codeOf(other.acct))}>
                  {words.otherAway(named(other))}
                </Button>
              )}
              {!checkedIn.includes(acct) && (
                <Button test="absent-me" onPress={() => absence(codeOf(acct))}>
                  {words.meAway}
                </Button>
              )}
            </div>
          </>
        )}
        {mayDispute && <Dispute id={id} send={send} />}
        {isSettledHere && <Correct agreement={agreement} other={named(acct === helper.acct ? receiver : helper)} send={send} />}
      </div>
    </details>
  )
}

/** The two see it differently: the stewards are asked, with a word about it that stays off the record. */
function Dispute({ id, send }: { id: string; send: Send }): JSX.Element {
  const words = useTexts('dealing').agreement.otherwise
  const [reason, setReason] = useState('')
  const ask = (): Promise<void> => {
    const { commitment, blob } = commit(reason)
    return send({ kind: 'dispute.opened', agreement: id, reason: commitment }, [blob])
  }
  return (
    <Form test="dispute-form" onSend={() => void ask()}>
      <TextField
        label={words.reason}
        note={words.disputeNote}
        value={reason}
        onChange={setReason}
        test="dispute-reason"
        type="area"
        maxLength={400}
      />
      <Button test="dispute" onPress={ask}>
        {words.dispute}
      </Button>
    </Form>
  )
}

/** What was credited was not so: both sign how long it was. */
function Correct({ agreement, other, send }: { agreement: AgreementView; other: string; send: Send }): JSX.Element {
  const t = useTexts('dealing')
  const words = t.agreement.otherwise
  const { acct } = useStore(me)!
  const stands = agreement.corrected ?? agreement.report?.minutes ?? agreement.minutes
  const theirs = agreement.correcting.find((voice) => voice.by !== acct)
  const mine = agreement.correcting.find((voice) => voice.by === acct)
  const [minutes, setMinutes] = useState(theirs?.minutes ?? stands)
  const sign = (): Promise<void> => {
    const { commitment, blob } = commit(words.correct)
    return send({ kind: 'correction.signed', corrects: agreement.id, member: agreement.helper.acct, counted: minutes, reason: commitment }, [blob])
  }
  return (
    <Form test="correct-form" onSend={() => void sign()}>
      <p>{words.stands(t.duration(stands))}</p>
      {theirs !== undefined && <p data-test="correct-theirs">{words.theirs(other, t.duration(theirs.minutes))}</p>}
      {mine !== undefined && <p data-test="correct-mine">{words.mine(t.duration(mine.minutes), other)}</p>}
      <Stepper label={words.reallyWas} minutes={minutes} most={agreement.minutes} onChange={setMinutes} test="correct-minutes" />
      <p class="note">{words.correctNote}</p>
      <Button test="correct" onPress={sign}>
        {words.correct}
      </Button>
    </Form>
  )
}
