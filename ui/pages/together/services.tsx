/** What contribution value is good for besides help: services of the hub, certification by peers, and places that partners have to spare. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Category, ServiceCode } from '#ledger/charter/charter.ts'
import { services as codes } from '#ledger/charter/charter.ts'
import type { ListingView } from '#protocol/api.ts'
import type { ServicesView } from '#protocol/matters.ts'
import { hubNow } from '../../clock.ts'
import { me } from '../../hub/app.ts'
import { date, dayFrom, parseAmount, utcDate } from '../../text/format.ts'
import { hub } from '../../hub/hub-client.ts'
import { useKept } from '../../device/kept-form.ts'
import { SignedForm, TwoSteps, useForms } from '../../parts/signed-form.tsx'
import { useStore } from '../../store.ts'
import { Chip, LoadingPage, Page, Part, Select, TextField, useLoaded, useMoney, useNameOf, useTexts } from '../../parts/view.tsx'
import { voice } from '../../hub/voice.ts'

const DAY = 86_400
const YEAR_DAYS = 365

export function Services(): JSX.Element {
  const s = useForms().services
  const isFirm = useStore(voice) !== null
  const { value: view, problem, again } = useLoaded(hub.services, 'services')
  if (view === null) return <LoadingPage problem={problem} again={again} />
  return (
    <Page title={s.title} lead={s.lead} test="services">
      <Own view={view} />
      <Partners view={view} />
      {view.redeemed.length > 0 && <Redeemed view={view} />}
      {isFirm && view.partners !== 'nothing' && (
        <Part title={s.offerTitle} test="offer">
          <Offer />
        </Part>
      )}
    </Page>
  )
}

function Own({ view }: { view: ServicesView }): JSX.Element {
  const t = useTexts()
  const s = useForms().services
  const money = useMoney()
  const named = (category: number): string => t.awardCategories[category as Category]
  return (
    <Part title={s.own} test="own-services">
      {view.services.length === 0 && <p class="note">{s.none}</p>}
      {view.services.filter(({ service }) => service !== codes.certification).map(({ service, milli, days, until }) => (
        <div key={service} class="card" data-test="service" data-service={service} data-until={until}>
          <p>
            <strong>{s.names[service]}</strong> <span class="note">{s.line(money.local(milli), days)}</span>
          </p>
          {until === null ? (
            <TwoSteps
              test="buy" open={s.buy} kind="plain" says={s.says(s.names[service]!, money.local(milli), days)} button={s.buy} done={s.bought}
              asked={() => ({ kind: 'service.bought', service: service as ServiceCode, category: null })}
            />
          ) : (
            <Chip tone="good">{s.until(date(until, t.language))}</Chip>
          )}
        </div>
      ))}
      {view.services.filter(({ service }) => service === codes.certification).map(({ service, milli, days }) => (
        <Certify key={service} view={view} milli={milli} days={days} />
      ))}
      {view.certifying.map(({ category, got, needed }) => (
        <p key={category} data-test="certifying">
          {s.certifying(named(category), got, needed)}
        </p>
      ))}
      {view.certified.length > 0 && <p>{s.certified(view.certified.map(named).join(t.language === 'zh' ? '、' : ', '))}</p>}
    </Part>
  )
}

function Certify({ view, milli, days }: { view: ServicesView; milli: string; days: number }): JSX.Element | null {
  const t = useTexts()
  const s = useForms().services
  const money = useMoney()
  const open = ([1, 2, 3] as const).filter((one) => !view.certified.includes(one) && !view.certifying.some(({ category }) => category === one))
  const [chosen, setChosen] = useState<Category>(open[0] ?? 1)
  if (open.length === 0) return null
  const category = open.includes(chosen) ? chosen : open[0]!
  const name = s.certify(t.awardCategories[category])
  return (
    <div class="card" data-test="certify">
      <p>
        <strong>{s.names[codes.certification]}</strong> <span class="note">{s.line(money.local(milli), days)}</span>
      </p>
      <SignedForm
        test="certify" says={[...s.says(name, money.local(milli), days), s.certifyNote]} done={s.bought}
        asked={() => ({ kind: 'service.bought', service: codes.certification, category })}
      >
        <Select
          label={s.category} value={String(category)} test="certify-what" onChange={(text) => setChosen(Number(text) as Category)}
          options={open.map((one) => ({ value: String(one), label: t.awardCategories[one] }))}
        />
      </SignedForm>
    </div>
  )
}

function Partners({ view }: { view: ServicesView }): JSX.Element {
  const t = useTexts()
  const s = useForms().services
  const money = useMoney()
  const named = useNameOf()
  return (
    <Part title={s.partners} test="partners">
      {view.partners === 'nothing' ? <p class="note">{s.partnersOff}</p> : view.offers.length === 0 && <p class="note">{s.noOffers}</p>}
      {view.offers.map(({ id, title, partner, milli, left, until, isOurs }) => (
        <div key={id} class="card" data-test="offer-card" data-id={id} data-left={left}>
          <p>
            <strong>{title}</strong> · {named(partner)} <span class="note">{s.offer(money.local(milli), left, utcDate(until, t.language))}</span>
          </p>
          {!isOurs && (
            <TwoSteps
              test="redeem" open={s.redeem} kind="plain" says={s.redeemSays(title, named(partner), money.local(milli))} button={s.redeem} done={s.redeemed}
              asked={() => ({ kind: 'partner.redeemed', offer: id })}
            />
          )}
        </div>
      ))}
    </Part>
  )
}

function Redeemed({ view }: { view: ServicesView }): JSX.Element {
  const t = useTexts()
  const s = useForms().services
  const named = useNameOf()
  const speaksFor = useStore(voice)?.acct
  return (
    <Part title={s.open} test="redeemed">
      {view.redeemed.map(({ id, title, partner, member, settles, isMine }) => (
        <div key={id} class="card" data-test="redemption" data-id={id}>
          <p>
            {s.gives(title, named(partner), named(member))} <span class="note">{s.settles(date(settles, t.language))}</span>
          </p>
          {isMine && speaksFor === undefined && (
            <TwoSteps test="received" open={s.received} kind="plain" says={s.receivedSays(title)} done={s.receivedDone} asked={() => ({ kind: 'partner.received', redemption: id })} />
          )}
          {speaksFor === partner.acct && (
            <TwoSteps
              test="give-back" open={s.giveBack} says={s.giveBackSays(title, named(member))} done={s.gaveBack}
              asked={() => ({ kind: 'partner.returned', redemption: id })}
            />
          )}
        </div>
      ))}
    </Part>
  )
}

/** In the name of a firm: so many places in what it has listed. */
function Offer(): JSX.Element {
  const t = useTexts()
  const s = useForms().services
  const money = useMoney()
  const mine = useStore(me)!
  const { value: listings } = useLoaded(hub.listings, 'listings')
  const kept = useKept('offer', { listing: '', price: '', places: '5', until: new Date((hubNow() + 30 * DAY) * 1000).toISOString().slice(0, 10) })
  const { fields, put } = kept
  const own: ListingView[] = listings?.filter(({ author, state, kind }) => author.acct === mine.acct && state === 'open' && kind !== 'need') ?? []
  const listing = own.find(({ id }) => id === fields.listing) ?? own[0]
  if (listing === undefined) return <p class="note">{s.offerNothing}</p>
  const [milli, until] = [parseAmount(fields.price), dayFrom(fields.until)]
  const places = /^\d{1,3}$/.test(fields.places) ? Number(fields.places) : 0
  const today = Math.floor(hubNow() / DAY)
  const isRight = milli !== null && places > 0 && until !== null && until >= today && until <= today + YEAR_DAYS
  return (
    <SignedForm
      test="offer" words={listing.title} button={s.offerSend} done={s.offered} onDone={kept.clear}
      says={isRight ? s.offerSays(listing.title, places, money.local(milli), utcDate(until, t.language)) : s.badOffer}
      asked={(terms) => ({ kind: 'partner.offered', listing: listing.id, milli: BigInt(milli ?? 0), places, until: until ?? 0, terms })}
    >
      <Select
        label={s.offerWhat} value={listing.id} test="offer-what" onChange={(chosen) => put({ listing: chosen })}
        options={own.map(({ id, title }) => ({ value: id, label: title }))}
      />
      <TextField type="amount" label={t.common.counted(s.price, money.typed)} value={fields.price} onChange={(text) => put({ price: text })} test="offer-price" />
      <TextField type="amount" label={s.places} value={fields.places} onChange={(text) => put({ places: text })} test="offer-places" />
      <TextField type="day" label={s.lastDay} value={fields.until} onChange={(text) => put({ until: text })} test="offer-until" />
    </SignedForm>
  )
}
