/**
 * Cards of the steward's queue that take thought: where two see it differently, a plan of care, and what several have to say
 * in the same words. Each has what is known, whom it concerns, and how it would be counted; nothing is decided with one press.
 */
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { CareView, DecideView, TogetherView } from '#protocol/matters.ts'
import type { PersonView } from '#protocol/api.ts'
import { to } from '../../router.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import type { Asked } from '../../device/signing.ts'
import {
  Choice, Chip, LinkButton, Stepper, TextField, useMoney, useNameOf, useTexts,
} from '../../parts/view.tsx'

type Dispute = DecideView['disputes'][number]

export function DisputeCard({ dispute: { agreement, voices, byMe, again, isOwn } }: { dispute: Dispute }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  const { helper, receiver, use, minutes, checkedIn, report, dispute } = agreement
  const of = (acct: string): string => named(acct === helper.acct ? helper : receiver)
  return (
    <div class="card" data-test="dispute-card" data-id={agreement.id}>
      <p>
        {(use === null ? f.decide.agreedFor(named(helper), named(receiver), t.duration(minutes)) : f.decide.agreedUse(named(receiver), named(helper), t.duration(minutes)))}{' '}
        {f.decide.checkedIn(checkedIn.map(of).join(t.language === 'zh' ? '、' : ', '))}
      </p>
      {report !== null && <p>{f.decide.reported(of(report.by), t.duration(report.minutes))}</p>}
      {dispute !== null && (
        <>
          <p>{f.decide.asked(of(dispute.by))}</p>
          <blockquote>{dispute.words === null || dispute.words === '' ? f.decide.noWords : dispute.words}</blockquote>
        </>
      )}
      {voices.map((voice) => (
        <p key={voice.by.acct} class="note" data-test="dispute-voice">
          {f.decide.voice(named(voice.by), voice.absent === null ? t.duration(voice.minutes) : f.decide.absent(of(voice.absent)))}
        </p>
      ))}
      <LinkButton test="dispute-whole" kind="quiet" href={to.agreement(agreement.id, null)}>
        {f.decide.whole}
      </LinkButton>
      {isOwn ? <p class="card calm">{f.decide.own}</p> : byMe ? <p class="card calm">{f.decide.byMe}</p> : <DecideDispute agreement={agreement} again={again} />}
    </div>
  )
}

type How = 'minutes' | 'nobody' | 'provider' | 'receiver'
const absents = { minutes: 0, nobody: 0, provider: 1, receiver: 2 } as const

function DecideDispute({ agreement, again }: Pick<Dispute, 'agreement' | 'again'>): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  const { id, helper, receiver, report } = agreement
  const [how, setHow] = useState<How>(again?.how ?? 'minutes')
  const [minutes, setMinutes] = useState(again?.minutes ?? (report?.minutes || agreement.minutes))
  const [reason, setReason] = useState('')
  const counted = how === 'minutes' ? minutes : 0
  const words: Record<How, string> = {
    minutes: f.decide.decideWhat.minutes(t.duration(minutes)),
    nobody: f.decide.nobody,
    provider: f.decide.absent(named(helper)),
    receiver: f.decide.absent(named(receiver)),
  }
  return (
    <SignedForm
      test="decide-dispute" words={reason} button={f.decide.decide} done={f.decide.decided}
      says={reason.trim() === '' ? f.decide.needReason : f.decide.decideSays(named(helper), named(receiver), words[how])}
      asked={(commitment) => ({ kind: 'dispute.decided', agreement: id, minutes: counted, absent: absents[how], reason: commitment })}
    >
      {again !== null ? <p class="note">{f.decide.again}</p> : (
        <Choice
          label={f.decide.how} value={how} test="dispute-how" onChange={(chosen) => setHow(chosen as How)}
          options={[
            { value: 'minutes', label: f.decide.happened },
            { value: 'nobody', label: f.decide.nobody },
            { value: 'provider', label: words.provider },
            { value: 'receiver', label: words.receiver },
          ]}
        />
      )}
      {again === null && how === 'minutes' && <Stepper label={f.decide.minutes} minutes={minutes} most={agreement.minutes} onChange={setMinutes} test="dispute-minutes" />}
      <TextField type="area" label={f.decide.reason} value={reason} onChange={setReason} test="dispute-why" maxLength={400} />
    </SignedForm>
  )
}

export function CareCard({ plan }: { plan: CareView & { isOwn: boolean } }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  const { carer, receiver, visitsAWeek, minutes } = plan
  return (
    <Decision test="care-card" isOwn={plan.isOwn} byMe={false} words={f.person.care.line(named(carer), named(receiver), visitsAWeek, t.duration(minutes))}>
      <p class="note">{f.decide.careMet}</p>
      <TwoSteps
        test="agree-care" open={f.decide.careAgree} kind="plain" says={f.decide.careSays(named(carer), named(receiver))} button={f.decide.careAgree}
        done={f.decide.careAgreed} asked={() => ({ kind: 'care.agreed', plan: plan.id })}
      />
    </Decision>
  )
}

export function TogetherCard({ one }: { one: TogetherView }): JSX.Element {
  const f = useForms()
  const named = useNameOf()
  const money = useMoney()
  const name = named(one.member)
  const words = wordsOf()
  const press = one.again ? f.decide.sayAgain : f.decide.same
  function wordsOf(): string {
    switch (one.what) {
      case 'exempt':
        return f.decide.exempt(name, one.exempt)
      case 'grant':
        return f.decide.grantFor(name, money.local(one.milli), f.decide.for[one.because])
      case 'reserve':
        return f.decide.reserveOpen(name, f.decide.because[one.because])
      case 'pool':
        return f.decide.poolFor(name, money.global(one.milli))
    }
  }
  return (
    <Decision test="together-card" isOwn={one.isOwn} byMe={one.byMe} words={words}>
      {'words' in one && <blockquote>{one.words === null || one.words === '' ? f.decide.noWords : one.words}</blockquote>}
      <p>
        <Chip>{f.decide.said(one.got, one.needed)}</Chip>
      </p>
      {one.again && <p class="note">{f.decide.again}</p>}
      {!one.byMe && !one.isOwn && (
        <TwoSteps
          test="same" open={press} kind="plain" says={[words, ...f.decide.sameSays]} button={press} done={f.decide.agreed}
          asked={() => againOf(one, one.member)}
        />
      )}
    </Decision>
  )
}

/** The same words again, so that it is the same matter. */
function againOf(one: TogetherView, { acct: member }: PersonView): Asked {
  switch (one.what) {
    case 'exempt':
      return { kind: 'dormancy.exempted', member, exempt: one.exempt }
    case 'grant':
      return { kind: 'commons.granted', member, amountMilli: BigInt(one.milli), because: one.because }
    case 'reserve':
      return { kind: 'reserve.opened', member, because: one.because, evidence: one.evidence }
    case 'pool':
      return { kind: 'pool.granted', member, amountMilli: BigInt(one.milli), reason: one.reason }
  }
}

function Decision({ test, words, isOwn, byMe, children }: {
  test: string
  words: string
  isOwn: boolean
  byMe: boolean
  children: ComponentChildren
}): JSX.Element {
  const f = useForms()
  return (
    <div class="card" data-test={test}>
      <p>{words}</p>
      {isOwn ? <p class="note">{f.decide.own}</p> : byMe && <p class="note">{f.decide.byMe}</p>}
      {!isOwn && children}
    </div>
  )
}
