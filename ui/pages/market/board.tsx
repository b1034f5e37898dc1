/**
 * Explore: what members need and offer, here and in connected cities, looked through by words, kind, city, category,
 * time and return; as a list, on a map of coarse squares without anybody else's tiles, or by the day. A lone hub's board
 * has no word about cities at all.
 */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Sorting, Wish } from '#protocol/api.ts'
import { type ListingCategory, type ListingKind, listingCategories, type Return, returns } from '#protocol/listing.ts'
import type { Cell } from '#protocol/place.ts'
import { hubView, me } from '../../hub/app.ts'
import { fromLocalInput, toLocalInput } from '../../text/format.ts'
import { FrozenCities } from '../../parts/frozen.tsx'
import { hub } from '../../hub/hub-client.ts'
import { to } from '../../router.ts'
import { useStore } from '../../store.ts'
import { Button, Choice, LinkButton, Loading, Page, Select, TextField, useFirst, useLoaded, useTexts } from '../../parts/view.tsx'
import { BoardDays, BoardMap } from './board-views.tsx'
import { Card } from '../../parts/listing-card.tsx'
import { SaveSearch } from '../../parts/match-rows.tsx'

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

/** So many cards at first: as much as one looks through on a telephone. */
const CARDS = 20

/** After the last letter, before the hub is asked. */
const TYPING_MS = 300

export const anyWish: Wish = { text: '', kinds: [], category: null, hub: null, resource: null, returns: [], level: null, from: null, to: null }

export function Board(): JSX.Element {
  const t = useTexts('listings')
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
  const [cards, more] = useFirst(found, CARDS, 'board-rest')
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
              <>
                <div class="grid" data-test="board-list">
                  {cards.map((one) => (
                    <Card key={one.id} listing={one} />
                  ))}
                </div>
                {more}
              </>
            )
          )}
          {value.more && more === null && <p class="note" data-test="board-too-many">{explore.more}</p>}
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
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
