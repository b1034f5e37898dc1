/** The single next step of an agreement, as a button; or whom or what it waits for. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { AbroadView, AgreementView } from '#protocol/api.ts'
import { gradeTexts } from '#protocol/commitment.ts'
import { hubNow } from '../../clock.ts'
import { hubView, me, say } from '../../hub/app.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { commit } from '../../device/commit.ts'
import { moment } from '../../text/format.ts'
import { Otherwise } from './agreement-otherwise.tsx'
import { act } from '../../hub/session.ts'
import { useForms } from '../../parts/signed-form.tsx'
import type { Asked } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import { Button, Form, Part, Refused, Stepper, useNameOf, useTexts } from '../../parts/view.tsx'
import { type NextStep, nextStep, otherOf } from '../../hub/waiting.ts'

/** The single next step, as a button; or whom or what it waits for. */
export function Next({
  agreement,
  at,
  again,
}: {
  agreement: AgreementView
  at: AbroadView | undefined
  again: () => void
}): JSX.Element {
  const t = useTexts('dealing', 'names')
  const f = useForms()
  const view = useStore(hubView)!
  const mine = useStore(me)!
  const named = useNameOf()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [reporting, setReporting] = useState(false)
  const [minutes, setMinutes] = useState(agreement.minutes)
  const [sure, setSure] = useState(false)
  const other = named(otherOf(agreement, mine.acct))
  const now = hubNow()
  const step = mayStillRate(agreement, mine.acct, view.ratingDays, now)
    ? 'rate'
    : nextStep(agreement, mine.acct, now)
  const reported = agreement.report?.minutes ?? agreement.minutes

  const send = async (asked: Asked, blobs?: string[]): Promise<void> => {
    const done = await act(asked, {
      ...(blobs === undefined ? {} : { blobs }),
      ...(at === undefined ? {} : { at }),
    })
    setTrouble(done.ok ? null : done.trouble)
    if (!done.ok) return
    setReporting(false)
    say(t.steps[asked.kind], done.value.seq)
    again()
  }
  const rate = (grade: 'good' | 'fair' | 'poor'): Promise<void> => {
    const { commitment, blob } = commit(gradeTexts[grade])
    return send({ kind: 'rating.committed', agreement: agreement.id, commitment }, [blob])
  }
  const report = (): Promise<void> =>
    send({ kind: 'completion.reported', agreement: agreement.id, minutes })
  return (
    <Part title={t.agreement.nextTitle} test="next">
      <div class="stack" data-test="next-step" data-step={step}>
        {step === 'check-in' && !reporting && (
          <div class="buttons">
            <Button
              test="check-in"
              kind="main"
              onPress={() => send({ kind: 'checkin.made', agreement: agreement.id })}
            >
              {agreement.use === null ? t.agreement.checkin : f.use.handOver}
            </Button>
            <Button test="report-instead" kind="quiet" onPress={() => setReporting(true)}>
              {agreement.use === null ? t.agreement.reportInstead : f.use.report}
            </Button>
          </div>
        )}
        {(step === 'report' || (step === 'check-in' && reporting)) && (
          <Form test="report-form" onSend={() => void report()}>
            {step === 'report' && <p class="note">{t.agreement.wait.report}</p>}
            <Stepper
              label={t.agreement.reportLength}
              minutes={minutes}
              most={agreement.minutes}
              onChange={setMinutes}
              test="report-minutes"
            />
            <Button test="report" kind="main" onPress={report}>
              {t.agreement.reportSend}
            </Button>
          </Form>
        )}
        {step === 'confirm' && (
          <>
            <p>
              {agreement.report?.minutes === 0
                ? t.agreement.otherwise.said(other, agreement.report.absent === null ? null : agreement.report.absent === mine.acct)
                : t.agreement.reported(other, t.duration(reported))}
            </p>
            <div class="buttons">
              <Button
                test="confirm"
                kind="main"
                onPress={() =>
                  send({ kind: 'completion.confirmed', agreement: agreement.id, minutes: reported })
                }
              >
                {reported === 0 ? t.agreement.otherwise.agreed : t.agreement.confirm(t.duration(reported))}
              </Button>
              <Button
                test="decline"
                kind="quiet"
                onPress={() =>
                  send({ kind: 'completion.declined', agreement: agreement.id, minutes: reported })
                }
              >
                {t.agreement.decline}
              </Button>
            </div>
            <p class="note">{t.agreement.declineNote}</p>
          </>
        )}
        {step === 'rate' && (
          <>
            <p>{t.agreement.rateTitle}</p>
            <div class="buttons">
              {(['good', 'fair', 'poor'] as const).map((grade) => (
                <Button
                  key={grade}
                  test={`rate-${grade}`}
                  kind={grade === 'good' ? 'main' : 'plain'}
                  onPress={() => rate(grade)}
                >
                  {t.grades[grade]}
                </Button>
              ))}
            </div>
            <p class="note">{t.agreement.rateNote}</p>
          </>
        )}
        <Waits step={step} agreement={agreement} other={other} />
        <Refused trouble={trouble} />
        <Otherwise agreement={agreement} send={send} />
        {agreement.phase === 'agreed' &&
          (sure ? (
            <div class="buttons quiet-end">
              <Button
                test="cancel-yes"
                onPress={() => send({ kind: 'agreement.cancelled', agreement: agreement.id })}
              >
                {t.agreement.cancelYes}
              </Button>
              <Button test="cancel-no" kind="quiet" onPress={() => setSure(false)}>
                {t.common.back}
              </Button>
              <span class="note">{t.agreement.cancelSure}</span>
            </div>
          ) : (
            <div class="quiet-end">
              <Button test="cancel" kind="quiet" onPress={() => setSure(true)}>
                {t.agreement.cancel}
              </Button>
            </div>
          ))}
      </div>
    </Part>
  )
}

/**
 * Where a rating does not move the award, the award is final at once and rating stays open for its
 * days.
 */
function mayStillRate(
  agreement: AgreementView,
  acct: string,
  ratingDays: number,
  now: number,
): boolean {
  if (
    agreement.phase !== 'settled' ||
    agreement.rated.includes(acct) ||
    agreement.grades.length > 0
  )
    return false
  const confirmed = agreement.steps.findLast(
    (one) => one.what === 'completion.confirmed' || one.what === 'silent-confirm' || one.what === 'dispute.decided',
  )
  return confirmed !== undefined && now < confirmed.ts + ratingDays * 86_400
}

function Waits({
  step,
  agreement,
  other,
}: {
  step: NextStep
  agreement: AgreementView
  other: string
}): JSX.Element | null {
  const t = useTexts('dealing', 'why')
  const words = t.agreement.wait
  const on = (ts: number): string => moment(ts, t.language)
  switch (step) {
    case 'wait-begins':
      return <p>{words.begins(on(agreement.begins))}</p>
    case 'wait-confirm':
      return (
        <>
          <p>{words.confirm(other)}</p>
          {agreement.confirmsItself !== null && (
            <p class="note">{words.itself(on(agreement.confirmsItself))}</p>
          )}
        </>
      )
    case 'confirm':
      return agreement.confirmsItself === null ? null : (
        <p class="note">{words.itself(on(agreement.confirmsItself))}</p>
      )
    case 'wait-rating':
      return (
        <>
          <p>{words.rating(other)}</p>
          {agreement.finalBy !== null && <p class="note">{words.final(on(agreement.finalBy))}</p>}
        </>
      )
    case 'wait-final':
      return agreement.finalBy === null ? null : <p>{words.final(on(agreement.finalBy))}</p>
    case 'rate':
      return agreement.finalBy === null ? null : (
        <p class="note">{words.final(on(agreement.finalBy))}</p>
      )
    case 'over':
      return (
        <p>
          {words.ended[agreement.phase as keyof typeof words.ended] ?? words.none}
        </p>
      )
    case 'wait-stewards':
      return (
        <>
          <p>{words.stewards}</p>
          {agreement.dispute?.words != null && <blockquote data-test="dispute-words">{agreement.dispute.words}</blockquote>}
        </>
      )
    case 'check-in':
    case 'report':
      return null
  }
}
