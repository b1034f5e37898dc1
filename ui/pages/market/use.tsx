/**
 * Asking to use what somebody shares, here or in another city: what it is, from when to when; beside it what that comes to
 * and why, and when it is taken already. Who asks signs first; whoever shares it says yes on their own page (`draft.tsx`).
 * For something in another city one gives Global value, which is sent once it is agreed on (`stay.tsx`).
 */
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Resource, resources } from '#ledger/charter/charter.ts'
import type { DraftView } from '#protocol/api.ts'
import type { UseView } from '#protocol/matters.ts'
import { hubNow } from '../../clock.ts'
import { abroad, me, refresh, refreshAbroad } from '../../hub/app.ts'
import { fromLocalInput, type Language, moment, toLocalInput } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { useKept } from '../../device/kept-form.ts'
import { go, to } from '../../router.ts'
import { propose, proposeAbroad } from '../../hub/session.ts'
import { agreementOn, nextStep } from '../../hub/waiting.ts'
import { SignedForm, useForms } from '../../parts/signed-form.tsx'
import type { Asked } from '../../device/signing.ts'
import { useStore } from '../../store.ts'
import {
  Button, LinkButton, LoadingPage, nameOf, NotYetMet, Page, Part, Refused, Select, TextField, useLoaded, useMoney, useTexts,
} from '../../parts/view.tsx'
import { Why } from '../../parts/why.tsx'

const HOUR = 3_600
const DAY = 86_400

type Booking = Extract<Asked, { kind: 'booking.made' }>

export function UsePage({ id }: { id: string }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const money = useMoney()
  const mine = useStore(me)!
  const tomorrow = Math.ceil(hubNow() / HOUR) * HOUR + DAY
  const kept = useKept(`use ${id}`, { resource: '1', begins: toLocalInput(tomorrow), ends: toLocalInput(tomorrow + DAY) })
  const before = useKept(`asked to use ${id}`, { asked: '' })
  const { asked } = before.fields
  const elsewhere = useStore(abroad)
  const pending = [...mine.drafts, ...elsewhere.flatMap(({ drafts }) => drafts)]
    .find((draft) => draft.listing === id && draft.from.acct === mine.acct)
  const last = agreementOn(id, mine, elsewhere)
  const made = last !== undefined && nextStep(last, mine.acct, 0) !== 'over' ? last : undefined
  // What is asked and what is agreed on have one number: what was seen waiting and is nowhere any more came to nothing.
  useEffect(() => pending && before.put({ asked: pending.id }), [pending?.id])
  const { value: listing } = useLoaded(() => hub.listing(id), `listing ${id}`)
  // Of another city nothing is known until it has spoken.
  const hasSpoken = listing !== null && (listing.own || elsewhere.some(({ hub: city }) => city === listing.hub))
  const isUnanswered = hasSpoken && asked !== '' && pending === undefined &&
    ![...mine.agreements, ...elsewhere.flatMap(({ agreements }) => agreements)].some((one) => one.id === asked)
  const listed = listing?.resource ?? null
  const resource = listed === null ? kept.fields.resource : String(resources[listed])
  const [begins, ends] = [fromLocalInput(kept.fields.begins), fromLocalInput(kept.fields.ends)]
  const isTime = begins !== null && ends !== null && ends > begins
  // While a time is missing the rest of the page still says whose it is.
  const [from, until] = isTime ? [begins, ends] : [tomorrow, tomorrow + DAY]
  const { value: view, problem, again } = useLoaded(() => hub.use(id, Number(resource), from, until), `${id} ${resource} ${from} ${until}`)
  const shown = useLast(view)
  if (shown === null || listing === null) return <LoadingPage problem={problem} again={again} />
  const isAbroad = !listing.own
  const provider = isAbroad ? f.use.somebodyIn(listing.city) : nameOf(shown.provider, t)
  const price = isAbroad ? money.sent(shown.visitorMilli ?? '0') : money.local(shown.price)
  const missing = !isTime ? f.use.badTime : shown.level < shown.levelNeeded || view === null ? '' : clash(view, from, t.language, f)
  const says = missing ?? [
    f.use.says(shown.title, provider, moment(from, t.language), moment(until, t.language)),
    isAbroad ? f.use.saysPriceAbroad(price) : f.use.saysPrice(price),
    f.use.saysRest,
  ]
  return (
    <Page title={f.use.title(shown.title)} lead={f.use.lead(provider)} test="use">
      {!mine.attested && <NotYetMet acct={mine.acct} />}
      {pending !== undefined && <Pending draft={pending} origin={isAbroad ? listing.hub : null} onTakenBack={before.clear} />}
      {made !== undefined && (
        <LinkButton test="to-agreement" href={to.agreement(made.id, isAbroad ? listing.hub : null)}>
          {f.use.seeAgreement}
        </LinkButton>
      )}
      {isUnanswered && (
        <p class="card calm" role="status" data-test="use-unanswered">
          {f.use.unanswered}
        </p>
      )}
      {shown.provider.acct === mine.acct ? (
        <p class="card calm">{f.use.mine}</p>
      ) : (
        <SignedForm
          test="use"
          says={says}
          words={f.use.words(shown.title)}
          button={f.use.send}
          done={f.use.sent}
          asked={(terms) => ({
            kind: 'booking.made', listing: id, provider: shown.provider.acct, receiver: mine.acct, resource: Number(resource) as Resource,
            begins: from, ends: until, demandPerMille: shown.demandPerMille, terms, charter: shown.charter,
          })}
          bring={async (asked, blobs) => {
            const done = isAbroad ? await proposeAbroad(listing.hub, id, asked as Booking, blobs) : await propose(asked as Booking, blobs)
            if (done.ok) {
              kept.clear()
              if (!isAbroad) go(to.me)
            }
            return done
          }}
        >
          {listed === null && <Select
            label={f.use.what}
            value={resource}
            test="use-what"
            onChange={(chosen) => kept.put({ resource: chosen })}
            options={Object.entries(f.use.kinds).map(([value, label]) => ({ value, label }))}
          />}
          <TextField type="moment" label={f.use.begins} value={kept.fields.begins} onChange={(text) => kept.put({ begins: text })} test="use-begins" />
          <TextField type="moment" label={f.use.ends} value={kept.fields.ends} onChange={(text) => kept.put({ ends: text })} test="use-ends" />
          {shown.level < shown.levelNeeded && (
            <p class="card calm" data-test="use-level">
              {isAbroad ? f.use.levelAbroad(listing.city) : f.use.level(shown.level, shown.levelNeeded)}
            </p>
          )}
          {/* Until the hub has said what this time comes to, what is shown is the price of the time before. */}
          <div class="card" data-test="use-price" aria-busy={view === null} data-milli={isAbroad ? view?.visitorMilli : view?.price}>
            {isAbroad ? (
              <p>{f.use.price(price, f.use.units(shown.units, shown.unitMinutes))}</p>
            ) : (
              <Why test="use-why" of={{ milli: shown.price, factors: shown.factors, final: true, today: null, recorded: null }}>
                <span class="row-main">{f.use.price(price, f.use.units(shown.units, shown.unitMinutes))}</span>
              </Why>
            )}
            <p class="note">{isAbroad ? f.use.heldAbroad : f.use.held}</p>
            {isAbroad && BigInt(mine.global) < BigInt(shown.visitorMilli ?? '0') && (
              <p data-test="use-short">{f.use.shortAbroad(money.global(mine.global))}</p>
            )}
          </div>
        </SignedForm>
      )}
      <Part title={f.use.takenTitle} test="use-taken">
        {shown.taken.length === 0 && <p class="note">{f.use.notTaken}</p>}
        <ul class="plain">
          {shown.taken.map((one) => (
            <li key={one.begins}>{f.use.taken(moment(one.begins, t.language), moment(one.ends, t.language))}</li>
          ))}
        </ul>
      </Part>
      <LinkButton test="to-listing" kind="quiet" href={to.listing(id)}>
        {f.use.to}
      </LinkButton>
    </Page>
  )
}

/** Asked, and not answered yet: until when there is time for it, and how to take it back. */
function Pending({ draft, origin, onTakenBack }: { draft: DraftView; origin: string | null; onTakenBack: () => void }): JSX.Element {
  const t = useTexts()
  const f = useForms()
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const takeBack = async (): Promise<void> => {
    const answer = await (origin === null ? hub.dropDraft(draft.id) : hub.dropDraftAbroad(origin, draft.id))
    setTrouble(answer.ok ? null : answer.problem)
    if (!answer.ok) return
    onTakenBack()
    await Promise.all([refresh(), refreshAbroad()])
  }
  return (
    <div class="card calm" data-test="use-pending">
      <p>{f.use.pending(moment(draft.expires, t.language))}</p>
      <Refused trouble={trouble} />
      <Button test="use-withdraw" kind="quiet" onPress={takeBack}>
        {f.use.takeBack}
      </Button>
    </div>
  )
}

/** The newest that has come: while another time is being asked about, the page stays as it was. */
function useLast(view: UseView | null): UseView | null {
  const last = useRef<UseView | null>(null)
  if (view !== null) last.current = view
  return last.current
}

/** Why that time cannot be had, or null. */
function clash(view: UseView, begins: number, language: Language, f: ReturnType<typeof useForms>): string | null {
  if (view.free === null) return f.use.out
  return view.free > begins ? f.use.clash(moment(view.free, language)) : null
}
