/**
 * Explore: what members need and offer, here and in connected cities. A lone hub's board has no
 * word about cities at all.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import type { ListingView } from '#protocol/api.ts'
import { listingCategories } from '#protocol/listing.ts'
import { hubView, me } from '../app.ts'
import { ago, date } from '../format.ts'
import { FrozenCities } from '../frozen.tsx'
import { hub } from '../hub-client.ts'
import { to } from '../router.ts'
import { useStore } from '../store.ts'
import {
  Chip,
  Choice,
  LinkButton,
  Loading,
  nameOf,
  Page,
  Select,
  TextField,
  useLoaded,
  useTexts,
} from '../view.tsx'

type Wanted = 'all' | 'needs' | 'offers'

const isOpen = (listing: ListingView): boolean =>
  listing.state === 'open' && listing.expiresAt > Date.now() / 1000

export function Board(): JSX.Element {
  const t = useTexts()
  const view = useStore(hubView)!
  const mine = useStore(me)
  const [wanted, setWanted] = useState<Wanted>('all')
  const [category, setCategory] = useState('')
  const [city, setCity] = useState('')
  const [text, setText] = useState('')
  const { value, problem, again } = useLoaded(hub.listings, 'listings')
  const cities = view.federation?.cities ?? []
  const found =
    value === null ? [] : foundOf(value, { wanted, category, city, text }, Date.now() / 1000)
  return (
    <Page title={t.board.title} test="board">
      <Choice
        hidden
        label={t.post.kind}
        value={wanted}
        test="board-kind"
        onChange={(one) => setWanted(one as Wanted)}
        options={[
          { value: 'all', label: t.board.all },
          { value: 'needs', label: t.board.needs },
          { value: 'offers', label: t.board.offers },
        ]}
      />
      <div class="filters">
        <TextField
          label={t.board.search}
          type="search"
          value={text}
          onChange={setText}
          test="board-search"
        />
        <Select
          label={t.board.category}
          value={category}
          onChange={setCategory}
          test="board-category"
          options={[
            { value: '', label: t.board.anyCategory },
            ...listingCategories.map((one) => ({ value: one, label: t.categories[one] })),
          ]}
        />
        {cities.length > 1 && (
          <Select
            label={t.board.city}
            value={city}
            onChange={setCity}
            test="board-city"
            options={[
              { value: '', label: t.board.anyCity },
              ...cities.map((one) => ({
                value: one.origin,
                label: one.own ? t.board.here : one.city,
              })),
            ]}
          />
        )}
      </div>
      <FrozenCities />
      {value === null ? (
        <Loading problem={problem} again={again} />
      ) : found.length === 0 ? (
        <div class="empty" data-test="board-empty">
          <p>{value.some(isOpen) ? t.board.noneFits : t.board.empty}</p>
          <p class="note">
            {value.some(isOpen)
              ? t.board.noneFitsDo
              : mine?.attested === true
                ? t.board.emptyDo
                : t.board.emptyWait}
          </p>
        </div>
      ) : (
        <div class="grid" data-test="board-list">
          {found.map((one) => (
            <Card key={one.id} listing={one} />
          ))}
        </div>
      )}
      {mine?.attested === true && (
        <div class="buttons">
          <LinkButton test="board-post" kind="main" href={to.post('need')}>
            {t.board.post}
          </LinkButton>
        </div>
      )}
    </Page>
  )
}

/** Open and unexpired, as filtered; the newest heard first. */
function foundOf(
  all: ListingView[],
  by: { wanted: Wanted; category: string; city: string; text: string },
  now: number,
): ListingView[] {
  const text = by.text.trim().toLowerCase()
  return all
    .filter(
      (one) =>
        one.state === 'open' &&
        one.expiresAt > now &&
        (by.wanted === 'all' || (by.wanted === 'needs') === (one.kind === 'need')) &&
        (by.category === '' || one.category === by.category) &&
        (by.city === '' || one.hub === by.city) &&
        (text === '' || `${one.title}\n${one.body ?? ''}`.toLowerCase().includes(text)),
    )
    .sort((a, b) => b.heardTs - a.heardTs)
}

/**
 * One listing on the board: what it is, who, how long, and where it comes from when that is
 * elsewhere.
 */
export function Card({ listing }: { listing: ListingView }): JSX.Element {
  const t = useTexts()
  const mine = useStore(me)
  const isMine = listing.own && listing.author.acct === mine?.acct
  const cities = useStore(hubView)?.federation?.cities ?? []
  const isFrozen = cities.some(({ origin, frozen }) => origin === listing.hub && frozen !== null)
  return (
    <a
      class="card listing"
      href={to.listing(listing.id)}
      data-test="listing-card"
      data-id={listing.id}
    >
      <span class="chips">
        <Chip tone={listing.kind === 'need' ? 'need' : 'offer'}>{t.kinds[listing.kind]}</Chip>
        <Chip>{t.categories[listing.category]}</Chip>
        {!listing.own && (
          <Chip tone="city" test="city-chip">
            {t.board.from(listing.city)}
          </Chip>
        )}
        {isFrozen && <Chip test="frozen-chip">{t.frozen.chip}</Chip>}
        {isMine && <Chip tone="good">{t.board.mine}</Chip>}
      </span>
      <strong class="subject">{listing.title}</strong>
      {listing.body !== null && <span class="excerpt">{listing.body}</span>}
      <span class="note meta">
        {listing.own && <span>{nameOf(listing.author, t)}</span>}
        <span>
          {listing.minutes === 0 ? t.board.anyLength : t.board.minutes(t.duration(listing.minutes))}
        </span>
        <span>
          {listing.own
            ? t.board.until(date(listing.expiresAt, t.language))
            : t.board.heard(ago(listing.heardTs, t.language), listing.city)}
        </span>
      </span>
    </a>
  )
}
