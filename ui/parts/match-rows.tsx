/** What fits, wherever it is shown: reasons in words, people for a need, a search to be told about, and its news. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { Reason, SavedSearchView, Wish } from '#protocol/api.ts'
import { refresh, say } from '../hub/app.ts'
import { hub } from '../hub/hub-client.ts'
import type { Trouble } from '../hub/kept-key.ts'
import { go, to } from '../router.ts'
import type { Texts } from '../text/catalogue.ts'
import { Button, Chip, nameOf, Part, Refused, useLoaded, useTexts, WithBooks } from './view.tsx'
import { slotIn } from '../text/format.ts'

/** `of` whom the reader is told: of themselves, or of somebody else. */
export function Reasons({ reasons, of }: { reasons: Reason[]; of: 'reader' | 'other' }): JSX.Element {
  const t = useTexts('listings')
  return (
    <span class="chips">
      {reasons.map((reason) => (
        <span key={JSON.stringify(reason)} data-test="match-reason" data-because={reason.because}>
          <Chip tone="good">{reasonIn(reason, of, t)}</Chip>
        </span>
      ))}
    </span>
  )
}

function reasonIn(reason: Reason, of: 'reader' | 'other', t: Texts<'listings'>): string {
  const { reasons, people, returns } = t.market
  const said = of === 'reader' ? reasons : people.reasons
  switch (reason.because) {
    case 'skill': return said.skill(reason.word)
    case 'interest': return said.interest(reason.word)
    case 'time': return said.time(slotIn(reason, t.language))
    case 'near': return reasons.near(reason.km)
    case 'language': return reasons.language(new Intl.DisplayNames([t.language], { type: 'language' }).of(reason.language) ?? reason.language)
    case 'return': return reasons.return(returns[reason.what])
  }
}

/** For the author of a need. Nothing is shown where nobody has offered to be. */
export function PeopleFor({ listing }: { listing: string }): JSX.Element | null {
  const t = useTexts('listings')
  const { value } = useLoaded(() => hub.peopleFor(listing), `people ${listing}`)
  if (value === null || value.length === 0) return null
  return (
    <Part title={t.market.people.title} test="match-people">
      {value.map(({ person, reasons }) => (
        <div key={person.acct} class="card" data-test="match-person">
          <strong>{nameOf(person, t)}</strong>
          <Reasons reasons={reasons} of="other" />
        </div>
      ))}
      <p class="note">{t.market.people.note}</p>
    </Part>
  )
}

/** Keeps what is being looked for; the home page tells when there is something new. */
export function SaveSearch({ wish }: { wish: Wish }): JSX.Element {
  const { watch } = useTexts('listings').market
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const save = async (): Promise<void> => {
    const answer = await hub.saveSearch(wish)
    setTrouble(answer.ok ? null : answer.problem)
    if (answer.ok) say(watch.saved)
  }
  return (
    <div class="stack">
      <Refused trouble={trouble} />
      <Button test="save-search" kind="quiet" onPress={save}>
        {watch.save}
      </Button>
    </div>
  )
}

/** On the home page: searches that have found something since they were last looked at. */
export function SearchNews(): JSX.Element | null {
  const { value } = useLoaded(hub.searches, 'searches')
  const fresh = (value ?? []).filter(({ news }) => news > 0)
  if (fresh.length === 0) return null
  return (
    <WithBooks books={['listings']}>
      {fresh.map((one) => (
        <News key={one.id} saved={one} />
      ))}
    </WithBooks>
  )
}

function News({ saved: { id, wish, news, newest } }: { saved: SavedSearchView }): JSX.Element {
  const t = useTexts('listings')
  const { watch } = t.market
  const open = async (): Promise<void> => {
    await hub.seenSearch(id)
    go(to.wish(JSON.stringify(wish)))
  }
  const drop = async (): Promise<void> => {
    await hub.dropSearch(id)
    await refresh()
  }
  const what = [wish.text, ...wish.kinds.map((kind) => t.kinds[kind]), wish.category === null ? '' : t.categories[wish.category]]
    .filter((part) => part !== '').join(' · ')
  return (
    <div class="card waiting" data-test="search-news" data-id={id}>
      <p>
        {watch.news(news, what === '' ? watch.any : what)}
        {newest !== null && <span class="note"> {newest}</span>}
      </p>
      <div class="buttons">
        <Button test="search-open" kind="main" onPress={open}>
          {watch.open}
        </Button>
        <Button test="search-drop" kind="quiet" onPress={drop}>
          {watch.drop}
        </Button>
      </div>
    </div>
  )
}
