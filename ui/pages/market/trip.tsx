/**
 * 成行单: “I would like to go there and make dumplings”, as the seeds' five questions: where to stay, where to do it,
 * with whom, what is needed for it, and how people hear of it. Each is answered by a listing of that city or becomes a
 * need; one press asks everybody who was chosen.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { resources } from '#ledger/charter/charter.ts'
import type { ListingView, Wish } from '#protocol/api.ts'
import { hubView, me, say } from '../../hub/app.ts'
import { fromLocalInput, moment } from '../../text/format.ts'
import { type Answer, hub } from '../../hub/hub-client.ts'
import type { Trouble } from '../../hub/kept-key.ts'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { Button, Choice, LinkButton, Loading, nameOf, NotYetMet, Page, Part, Refused, Select, TextField, useLoaded, useMoney, useTexts } from '../../parts/view.tsx'
import { anyWish, useSettled } from './board.tsx'

const questions = ['stay', 'place', 'company', 'supplies', 'notice'] as const
type Question = (typeof questions)[number]
const SHOWN = 4
const MESSAGE_MAX = 500

export function Trip(): JSX.Element {
  const t = useTexts('listings')
  const { trip } = t.market
  const mine = useStore(me)!
  const view = useStore(hubView)!
  const [typed, setWhat] = useState('')
  // Nothing is looked for before it is said what for.
  const what = useSettled(typed).trim()
  const [city, setCity] = useState(view.origin)
  const [begins, setBegins] = useState('')
  const [ends, setEnds] = useState('')
  const [chosen, setChosen] = useState<Partial<Record<Question, ListingView>>>({})
  const cities = view.federation?.cities ?? []
  const wish: Wish = { ...anyWish, hub: city, from: fromLocalInput(begins), to: fromLocalInput(ends) }
  if (!mine.attested)
    return (
      <Page title={trip.title} test="trip">
        <NotYetMet acct={mine.acct} />
      </Page>
    )
  return (
    <Page title={trip.title} lead={trip.lead} test="trip">
      <div class="form">
        <TextField label={trip.what} note={trip.whatNote} value={typed} onChange={setWhat} test="trip-what" maxLength={40} />
        {cities.length > 1 && (
          <Select
            label={trip.city}
            value={city}
            test="trip-city"
            onChange={(one) => {
              setCity(one)
              setChosen({})
            }}
            options={cities.map((one) => ({ value: one.origin, label: one.city }))}
          />
        )}
        <TextField type="moment" label={trip.begins} value={begins} onChange={setBegins} test="trip-begins" />
        <TextField type="moment" label={trip.ends} value={ends} onChange={setEnds} test="trip-ends" />
      </div>
      {what === '' && <p class="note">{trip.begin}</p>}
      {what !== '' && questions.map((question) => (
        <Answers
          key={`${question} ${city}`}
          question={question}
          wish={{ ...wish, ...lookedFor(question, what, trip.suppliesWord) }}
          need={trip.need[question](what, begins === '' ? '' : moment(fromLocalInput(begins) ?? 0, t.language))}
          begins={begins}
          chosen={chosen[question] ?? null}
          onChoose={(listing) => setChosen({ ...chosen, [question]: listing ?? undefined })}
        />
      ))}
      <AskAll what={what} chosen={Object.values(chosen).filter((one) => one !== undefined)} begins={begins} ends={ends} />
    </Page>
  )
}

/** What of the board answers a question. */
function lookedFor(question: Question, what: string, supplies: string): Partial<Wish> {
  switch (question) {
    case 'stay': return { kinds: ['resource'], resource: 'room' }
    case 'place': return { kinds: ['resource'], resource: 'workspace' }
    case 'company': return { kinds: ['need', 'skill', 'circle'], text: what }
    case 'supplies': return { kinds: ['resource', 'skill', 'partnerOffer'], text: supplies, from: null, to: null }
    case 'notice': return { kinds: ['event', 'circle', 'project'] }
  }
}

function Answers({ question, wish, need, begins, chosen, onChoose }: {
  question: Question
  wish: Wish
  need: string
  begins: string
  chosen: ListingView | null
  onChoose: (listing: ListingView | null) => void
}): JSX.Element {
  const t = useTexts('listings')
  const { trip } = t.market
  const mine = useStore(me)!
  const { value, problem, again } = useLoaded(() => hub.search(wish, 'relevance', null), JSON.stringify(wish))
  if (value === null) return <Loading problem={problem} again={again} />
  const found = value.listings.filter(({ author }) => author.acct !== mine.acct).slice(0, SHOWN)
  return (
    <Part title={trip.questions[question]} test={`trip-${question}`}>
      {found.length > 0 && (
        <Choice
          hidden
          label={trip.questions[question]}
          value={chosen?.id ?? ''}
          test="trip-answer"
          onChange={(id) => onChoose(found.find((one) => one.id === id) ?? null)}
          options={[
            ...found.map((one) => ({ value: one.id, label: one.title, note: one.own ? nameOf(one.author, t) : t.board.from(one.city) })),
            { value: '', label: trip.none },
          ]}
        />
      )}
      {found.length === 0 && <p class="note">{trip.nothing}</p>}
      {chosen === null && (
        <LinkButton test="trip-post" href={to.postTitled(need, begins)}>
          {trip.post}
        </LinkButton>
      )}
    </Part>
  )
}

/** What all of it takes, here and in the other city, and one word to everybody. */
function AskAll({ what, chosen, begins, ends }: {
  what: string
  chosen: ListingView[]
  begins: string
  ends: string
}): JSX.Element | null {
  const t = useTexts('listings')
  const { trip } = t.market
  const [asked, setAsked] = useState(0)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  if (chosen.length === 0) return null
  const [from, until] = [fromLocalInput(begins), fromLocalInput(ends)]
  const ask = async (): Promise<void> => {
    let done = 0
    for (const { id } of chosen) {
      const when = from === null ? '' : moment(from, t.language)
      const answer = await hub.apply(id, { message: trip.message(what, when).slice(0, MESSAGE_MAX) })
      if (!answer.ok) {
        setTrouble(answer.problem)
        break
      }
      done += 1
    }
    setAsked(done)
    if (done === chosen.length) {
      setTrouble(null)
      say(trip.asked(done))
    }
  }
  return (
    <Part title={trip.allTitle} test="trip-all">
      <p>{trip.chosen(chosen.map(({ title }) => title).join(t.language === 'zh' ? '、' : ', '))}</p>
      {from === null || until === null || until <= from ? <p class="note">{trip.priceOpen}</p> : <Price chosen={chosen} from={from} until={until} />}
      <Refused trouble={trouble} />
      {asked === chosen.length ? (
        <p class="card calm" data-test="trip-asked">
          {trip.asked(asked)}
        </p>
      ) : (
        <Button test="trip-ask" kind="main" onPress={ask}>
          {trip.ask(chosen.length)}
        </Button>
      )}
    </Part>
  )
}

function Price({ chosen, from, until }: { chosen: ListingView[]; from: number; until: number }): JSX.Element | null {
  const { trip } = useTexts('listings').market
  const money = useMoney()
  const asked = `${chosen.map(({ id }) => id).join(' ')} ${from} ${until}`
  const { value: sums, problem, again } = useLoaded(() => priceOf(chosen, from, until), asked)
  if (sums === null) return <Loading problem={problem} again={again} />
  const { local, global, isOpen } = sums
  return (
    <>
      {local > 0n && (
        <p class="sum-line" data-test="trip-price" data-milli={local}>
          {trip.price(money.local(String(local)))}
        </p>
      )}
      {global > 0n && (
        <p class="sum-line" data-test="trip-price-abroad" data-milli={global}>
          {trip.priceAbroad(money.sent(String(global)))}
        </p>
      )}
      {isOpen && <p class="note">{trip.priceUnknown}</p>}
    </>
  )
}

type Sums = { local: bigint; global: bigint; isOpen: boolean }

/** What using it would take then, as each hub reckons it; `isOpen` when one of them did not say. */
async function priceOf(chosen: ListingView[], from: number, until: number): Promise<Answer<Sums>> {
  const lent = chosen.flatMap(({ id, own, resource }) => (resource === null ? [] : [{ id, own, resource }]))
  const answers = await Promise.all(lent.map(({ id, resource }) => hub.use(id, resources[resource], from, until)))
  const sums: Sums = { local: 0n, global: 0n, isOpen: false }
  answers.forEach((answer, i) => {
    const said = !answer.ok ? null : lent[i]!.own ? answer.value.price : answer.value.visitorMilli
    if (said === null) sums.isOpen = true
    else sums[lent[i]!.own ? 'local' : 'global'] += BigInt(said)
  })
  return { ok: true, value: sums }
}
