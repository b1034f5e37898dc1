/**
 * Explore: what members need and offer, here and in connected cities, looked through by words, kind, city, category,
 * time and return; as a list, on a map of coarse squares without anybody else's tiles, or by the day. A lone hub's board
 * has no word about cities at all.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { ListingView, Sorting, Wish } from '#protocol/api.ts'
import { type ListingCategory, type ListingKind, listingCategories, type Return, returns } from '#protocol/listing.ts'
import type { Cell } from '#protocol/place.ts'
import { hubView, me } from '../app.ts'
import { ago, date, fromLocalInput, toLocalInput } from '../format.ts'
import { FrozenCities } from '../frozen.tsx'
import { hub } from '../hub-client.ts'
import { to } from '../router.ts'
import { useStore } from '../store.ts'
import { Button, Chip, Choice, LinkButton, Loading, nameOf, Page, Select, TextField, useLoaded, useTexts } from '../view.tsx'
import { BoardDays, BoardMap } from './board-views.tsx'
import { slotIn } from './listing-facts.tsx'
import { SaveSearch } from './match-rows.tsx'

const wanted = ['all', 'needs', 'resources', 'skills', 'events'] as const
type Wanted = (typeof wanted)[number]
const kindsOf: Record<Wanted, ListingKind[]> = {
  all: [], needs: ['need'], resources: ['resource', 'partnerOffer'], skills: ['skill'], events: ['event', 'project', 'circle'],
}
type Shown = 'list' | 'map' | 'days'

/** A saved search is opened by its address. */
function wishAsked(): Wish {
  try {
    return { ...anyWish, ...(JSON.parse(new URLSearchParams(location.search).get('wish') ?? '{}') as Partial<Wish>) }
  } catch {
    return anyWish
  }
}
const wantedIn = ({ kinds }: Wish): Wanted => wanted.find((one) => JSON.stringify(kindsOf[one]) === JSON.stringify(kinds)) ?? 'all'

/** After the last letter, before the hub is asked. */
const TYPING_MS = 300

export const anyWish: Wish = { text: '', kinds: [], category: null, hub: null, resource: null, returns: [], level: null, from: null, to: null }

export function Board(): JSX.Element {
  const t = useTexts()
  const { explore } = t.market
  const view = useStore(hubView)!
  const mine = useStore(me)
  const [kind, setKind] = useState<Wanted>(() => wantedIn(wishAsked()))
  const [wish, setWish] = useState(wishAsked)
  const [sort, setSort] = useState<Sorting>('relevance')
  const [shown, setShown] = useState<Shown>('list')
  const [cell, setCell] = useState<Cell | null>(null)
  const asked = { ...wish, text: useSettled(wish.text), kinds: kindsOf[kind] }
  const near = sort === 'distance' ? cell : null
  const { value, problem, again } = useLoaded(() => hub.search(asked, sort, near), JSON.stringify([asked, sort, near]))
  const cities = view.federation?.cities ?? []
  const put = (some: Partial<Wish>): void => setWish({ ...wish, ...some })
  const all = value?.listings ?? []
  const found = shown === 'map' && cell !== null && sort !== 'distance' ? all.filter(({ place }) => isSame(place, cell)) : all
  const isNarrowed = JSON.stringify(asked) !== JSON.stringify(anyWish)
  return (
    <Page title={t.board.title} test="board">
      <Choice
        hidden
        label={t.post.kind}
        value={kind}
        test="board-kind"
        onChange={(one) => setKind(one as Wanted)}
        options={wanted.map((one) => ({ value: one, label: explore.kinds[one] }))}
      />
      <TextField label={t.board.search} type="search" value={wish.text} onChange={(text) => put({ text })} test="board-search" />
      <details class="fold" data-test="board-more">
        <summary>{explore.filters}</summary>
        <div class="form"><div class="filters">
          <Select
            label={t.board.category}
            value={wish.category ?? ''}
            onChange={(one) => put({ category: one === '' ? null : (one as ListingCategory) })}
            test="board-category"
            options={[{ value: '', label: t.board.anyCategory }, ...listingCategories.map((one) => ({ value: one, label: t.categories[one] }))]}
          />
          {cities.length > 1 && (
            <Select
              label={t.board.city}
              value={wish.hub ?? ''}
              onChange={(one) => put({ hub: one === '' ? null : one })}
              test="board-city"
              options={[
                { value: '', label: t.board.anyCity },
                ...cities.map((one) => ({ value: one.origin, label: one.own ? t.board.here : one.city })),
              ]}
            />
          )}
          <Select
            label={t.market.facts.returns}
            value={wish.returns[0] ?? ''}
            onChange={(one) => put({ returns: one === '' ? [] : [one as Return] })}
            test="board-return"
            options={[{ value: '', label: explore.anyReturn }, ...returns.map((one) => ({ value: one, label: t.market.returns[one] }))]}
          />
          <TextField type="moment" label={explore.from} value={wish.from === null ? '' : toLocalInput(wish.from)} onChange={(text) => put({ from: fromLocalInput(text) })} test="board-from" />
          <TextField type="moment" label={explore.to} value={wish.to === null ? '' : toLocalInput(wish.to)} onChange={(text) => put({ to: fromLocalInput(text) })} test="board-to" />
          {mine?.attested === true && (
            <Select
              label={explore.level}
              value={wish.level === null ? '' : String(wish.level)}
              onChange={(one) => put({ level: one === '' ? null : Number(one) })}
              test="board-level"
              options={[{ value: '', label: explore.anyLevel }, { value: String(mine.level), label: explore.myLevel(mine.level) }]}
            />
          )}
          <Select
            label={explore.sort}
            value={sort}
            onChange={(one) => setSort(one as Sorting)}
            test="board-sort"
            options={(cell === null ? (['relevance', 'freshness'] as const) : (['relevance', 'freshness', 'distance'] as const)).map((one) => ({
              value: one, label: explore.sorts[one],
            }))}
          />
        </div>
        </div>
        <p class="note">{explore.distanceNote}</p>
      </details>
      <Choice
        hidden
        label={explore.shown}
        value={shown}
        test="board-view"
        onChange={(one) => setShown(one as Shown)}
        options={(['list', 'map', 'days'] as const).map((one) => ({ value: one, label: explore.views[one] }))}
      />
      <FrozenCities />
      {value === null ? (
        <Loading problem={problem} again={again} />
      ) : (
        <>
          {shown === 'map' && <BoardMap listings={all} chosen={cell} onChoose={setCell} />}
          {shown === 'days' && <BoardDays listings={all} />}
          {all.length === 0 ? (
            <div class="empty" data-test="board-empty">
              <p>{isNarrowed ? t.board.noneFits : t.board.empty}</p>
              <p class="note">{isNarrowed ? t.board.noneFitsDo : mine?.attested === true ? t.board.emptyDo : t.board.emptyWait}</p>
              {isNarrowed && (
                <Button test="board-reset" onPress={() => { setWish(anyWish); setKind('all') }}>
                  {explore.reset}
                </Button>
              )}
            </div>
          ) : (
            shown !== 'days' && (
              <div class="grid" data-test="board-list">
                {found.map((one) => (
                  <Card key={one.id} listing={one} />
                ))}
              </div>
            )
          )}
          {value.more && <p class="note" data-test="board-too-many">{explore.more}</p>}
        </>
      )}
      {mine?.attested === true && isNarrowed && <SaveSearch wish={asked} />}
      {mine?.attested === true && (
        <div class="buttons">
          <LinkButton test="board-post" kind="main" href={to.post('need')}>
            {t.board.post}
          </LinkButton>
          <LinkButton test="to-free" href={to.free}>
            {t.market.free.title}
          </LinkButton>
        </div>
      )}
    </Page>
  )
}

const isSame = (a: Cell | null, b: Cell): boolean => a !== null && a.row === b.row && a.column === b.column

/** What was typed last, once nothing more comes for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
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
        {listing.resource !== null && <Chip>{t.market.resources[listing.resource]}</Chip>}
        {isFrozen && <Chip test="frozen-chip">{t.frozen.chip}</Chip>}
        {isMine && <Chip tone="good">{t.board.mine}</Chip>}
      </span>
      <strong class="subject">{listing.title}</strong>
      {listing.body !== null && <span class="excerpt">{listing.body}</span>}
      {(listing.slots.length > 0 || listing.place !== null) && (
        <span class="note meta">
          {listing.slots[0] !== undefined && <span>{slotIn(listing.slots[0], t)}</span>}
          {listing.place !== null && listing.place.name !== '' && <span>{listing.place.name}</span>}
          {listing.online && <span>{t.market.facts.online}</span>}
        </span>
      )}
      <span class="note meta">
        {listing.own && <span>{nameOf(listing.author, t)}</span>}
        {listing.kind !== 'resource' && listing.kind !== 'event' && (
          <span>{listing.minutes === 0 ? t.board.anyLength : t.board.minutes(t.duration(listing.minutes))}</span>
        )}
        <span>
          {listing.own
            ? t.board.until(date(listing.expiresAt, t.language))
            : t.board.heard(ago(listing.heardTs, t.language), listing.city)}
        </span>
      </span>
    </a>
  )
}
