/** Plans of care of somebody: what was agreed, until when, and asking for one. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { PersonView } from '#protocol/api.ts'
import type { CareView } from '#protocol/matters.ts'
import { hubNow } from '../../clock.ts'
import { date, dayFrom, utcDate } from '../../text/format.ts'
import { me } from '../../hub/app.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { type AwardCategory, Button, CategoryChoice, Chip, Part, Select, Stepper, TextField, useLoaded, useNameOf, useTexts } from '../../parts/view.tsx'

const DAY = 86_400
const MONTH_DAYS = 30
const PLAN_DAYS_MAX = 366
const TIMES_MAX = 21

export function CarePlans({ plans, receiver }: { plans: CareView[]; receiver: PersonView }): JSX.Element {
  const f = useForms()
  const [isAsking, setAsking] = useState(false)
  return (
    <Part title={f.person.care.title} test="care">
      <p class="note">{f.person.care.note}</p>
      {plans.map((plan) => (
        <CareLine key={plan.id} plan={plan} />
      ))}
      {isAsking ? (
        <AskForCare receiver={receiver} onDone={() => setAsking(false)} />
      ) : (
        <Button test="care-ask" onPress={() => setAsking(true)}>
          {f.person.care.ask}
        </Button>
      )}
    </Part>
  )
}

export function CareLine({ plan }: { plan: CareView }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const named = useNameOf()
  const { carer, receiver, visitsAWeek, minutes, until, state, mayEnd } = plan
  return (
    <div class="card" data-test="care-plan" data-id={plan.id} data-state={state}>
      <p>
        {f.person.care.line(named(carer), named(receiver), visitsAWeek, t.duration(minutes))}{' '}
        <span class="note">{f.person.care.until2(utcDate(until, t.language))}</span>
      </p>
      <p>
        <Chip tone={state === 'agreed' ? 'good' : 'plain'}>{f.person.care.states[state]}</Chip>
      </p>
      {mayEnd && (
        <TwoSteps
          test="care-end" open={f.person.care.end} button={f.person.care.end} says={f.person.care.endSays} done={f.person.care.endDone}
          asked={() => ({ kind: 'care.ended', plan: plan.id })}
        />
      )}
    </div>
  )
}

/** For the person whose page it is, by themselves or by somebody who is near them. */
function AskForCare({ receiver, onDone }: { receiver: PersonView; onDone: () => void }): JSX.Element | null {
  const t = useTexts('listings')
  const f = useForms()
  const named = useNameOf()
  const mine = useStore(me)!
  const { value: people } = useLoaded(hub.people, 'people')
  const in3Months = new Date((hubNow() + 3 * MONTH_DAYS * DAY) * 1000).toISOString().slice(0, 10)
  const kept = useKept(`care ${receiver.acct}`, { carer: '', times: '2', minutes: '60', until: in3Months, category: '1' })
  const { fields, put } = kept
  const carers = people?.filter(({ acct }) => acct !== receiver.acct && acct !== mine.acct) ?? []
  const carer = carers.find(({ acct }) => acct === fields.carer) ?? carers[0]
  if (carer === undefined) return null
  const times = /^\d{1,2}$/.test(fields.times) ? Number(fields.times) : 0
  const minutes = Number(fields.minutes)
  const until = dayFrom(fields.until) ?? -1
  const today = Math.floor(hubNow() / DAY)
  const isDay = until >= today && until <= today + PLAN_DAYS_MAX
  const says =
    times < 1 || times > TIMES_MAX
      ? f.person.care.badTimes
      : isDay
        ? f.person.care.says(named(carer), named(receiver), times, t.duration(minutes), date(until * DAY, t.language))
        : f.person.care.badDay
  return (
    <SignedForm
      test="care" says={says} button={f.person.care.send} done={f.person.care.done}
      onDone={() => {
        kept.clear()
        onDone()
      }}
      asked={() => ({
        kind: 'care.asked', carer: carer.acct, receiver: receiver.acct, category: Number(fields.category) as AwardCategory,
        visitsAWeek: times, minutes, until,
      })}
    >
      <Select
        label={f.person.care.carer} value={carer.acct} test="care-carer" onChange={(chosen) => put({ carer: chosen })}
        options={carers.map((one) => ({ value: one.acct, label: named(one) }))}
      />
      <TextField type="amount" label={f.person.care.times} value={fields.times} onChange={(text) => put({ times: text })} test="care-times" />
      <Stepper label={f.person.care.minutes} minutes={minutes} onChange={(chosen) => put({ minutes: String(chosen) })} test="care-minutes" />
      <TextField type="day" label={f.person.care.until} value={fields.until} onChange={(text) => put({ until: text })} test="care-until" />
      <CategoryChoice label={t.listing.what} value={Number(fields.category) as AwardCategory} onChange={(chosen) => put({ category: String(chosen) })} test="care-category" />
    </SignedForm>
  )
}
