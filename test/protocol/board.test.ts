import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Board, byId, CHANGES_PER_HOUR_MAX, CHANGES_PER_MEMBER_AND_DAY_MAX, countChange, emptyBoard, find,
  HEADER_KEPT_SECONDS, HEADERS_MAX, isLive, type Kept, live, liveMax, merge, overQuota, peersOf, sweep,
} from '#protocol/board.ts'
import { encodeListing, type Listing, listingHash } from '#protocol/listing.ts'
import { listIn, type RangeTree, WHOLE } from '#protocol/range-tree.ts'
import { allOn, aListing } from '#test/support/listings.ts'
import { aTown, idFor, NOON } from '#test/support/towns.ts'

const chengdu = aTown('chengdu')
const berlin = aTown('berlin')

/** As kept: a board asks nothing of signatures. */
function kept(own: Partial<Listing> = {}, heardTs = NOON, town = chengdu): Kept {
  const listing = aListing(town, town.steward, own)
  return { listing, hash: listingHash(encodeListing(listing)), envelope: new Uint8Array(), heardTs, hasBody: listing.bodyHash !== null }
}

const boardOf = (...all: Kept[]): Board => {
  const board = emptyBoard()
  for (const one of all) merge(board, one)
  return board
}

const contents = allOn

test('hubs that heard the same listings hold the same board, whatever order they came in and however often', () => {
  const revisions = fc.record({
    id: fc.integer({ min: 0, max: 3 }), rev: fc.integer({ min: 1, max: 3 }), hub: fc.constantFrom(chengdu, berlin),
    title: fc.constantFrom('tea', 'bread', 'salt'), closed: fc.boolean(), heardTs: fc.integer({ min: 0, max: 9 }),
  })
  const lists = fc.array(revisions, { maxLength: 12 }).chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })))
  fc.assert(fc.property(lists, ([all, again]) => {
    const made = (one: (typeof all)[number]) => kept(
      { id: idFor(`listing ${one.id}`), rev: one.rev, title: one.title, state: one.closed ? 'closed' : 'open' },
      NOON + one.heardTs, one.hub,
    )
    expect(contents(boardOf(...again.map(made)))).toEqual(contents(boardOf(...all.map(made))))
  }))
})

test('a later revision replaces an earlier one and keeps the time it was first heard', () => {
  const board = boardOf(kept({}, NOON), kept({ rev: 2, title: 'Bread' }, NOON + 60), kept({}, NOON + 90))
  expect(contents(board)).toMatchObject([{ listing: { rev: 2, title: 'Bread' }, heardTs: NOON }])
})

test('another hub cannot put its words in the place of a listing by taking its id', () => {
  const board = boardOf(kept(), kept({ rev: 9, title: 'mine now' }, NOON + 1, berlin))
  expect(contents(board)).toHaveLength(2)
  expect(byId(board, idFor('a listing'), chengdu.card.origin)?.listing.hub).toBe(chengdu.card.origin)
  expect(byId(board, idFor('a listing'), 'cv.third-00000000/log')?.listing.hub).toBe(chengdu.card.origin)
})

test('words that come later complete the listing they belong to', () => {
  const board = boardOf({ ...kept(), hasBody: false })
  expect(merge(board, kept())).toBe(true)
  expect(contents(board)[0]!.hasBody).toBe(true)
  expect(merge(board, { ...kept(), hasBody: false })).toBe(false)
})

test('a tombstone outlives every copy of what it closed', () => {
  const open = kept()
  const board = boardOf(open, kept({ rev: 2, state: 'closed' }))
  merge(board, open)
  expect(live(board, NOON)).toEqual([])
  const { expiresAt } = open.listing
  expect(sweep(board, expiresAt + HEADER_KEPT_SECONDS - 1).gone).toEqual([])
  expect(find(board, open.listing)?.listing.state).toBe('closed')
  expect(sweep(board, expiresAt + HEADER_KEPT_SECONDS).gone).toEqual([{ id: open.listing.id, hub: open.listing.hub }])
  expect(contents(board)).toEqual([])
})

test('an expired listing is no longer live, and its words go before its header', () => {
  const one = kept()
  const board = boardOf(one)
  const { id, hub, expiresAt } = one.listing
  expect(live(board, expiresAt - 1)).toHaveLength(1)
  expect(live(board, expiresAt)).toEqual([])
  expect(sweep(board, expiresAt - 1).wordless).toEqual([])
  expect(sweep(board, expiresAt)).toEqual({ gone: [], wordless: [{ id, hub }] })
  expect(find(board, one.listing)).toMatchObject({ hasBody: false })
})

test('the newest heard stands first', () => {
  const board = boardOf(kept({ id: idFor('old') }, NOON), kept({ id: idFor('new') }, NOON + 9))
  expect(live(board, NOON + 10).map((one) => one.heardTs)).toEqual([NOON + 9, NOON])
})

const names = (tree: RangeTree<Kept>) => listIn(tree, WHOLE, null, 100).found.map(({ listing: { id } }) => id)

test('what is offered to other hubs is what may be theirs, by its newest revision, until the full hour after it ends', () => {
  const hour = NOON - (NOON % 3_600) + 3_600
  const board = boardOf(
    kept({ id: idFor('all'), rev: 1, scope: 'peers' }), kept({ id: idFor('all'), rev: 2, expiresAt: hour + 1 }),
    kept({ id: idFor('ours'), scope: 'hub' }), kept({ id: idFor('ours'), rev: 2, scope: 'hub' }),
    kept({ id: idFor('peers'), scope: 'peers', expiresAt: hour }), kept({ id: idFor('theirs'), scope: 'peers' }, NOON, berlin),
  )
  const { offered } = board
  const all = () => [offered.federation, peersOf(offered, chengdu.card.origin), peersOf(offered, berlin.card.origin)].map(names)
  expect(all()).toEqual([[idFor('all')], [idFor('peers')], [idFor('theirs')]])
  sweep(board, hour - 1)
  expect(all()).toEqual([[idFor('all')], [idFor('peers')], [idFor('theirs')]])
  sweep(board, hour)
  expect(all()).toEqual([[idFor('all')], [], [idFor('theirs')]])
  sweep(board, hour + 3_599)
  expect(all()).toEqual([[idFor('all')], [], [idFor('theirs')]])
  sweep(board, hour + 3_600)
  expect(all()).toEqual([[], [], [idFor('theirs')]])
})

const at = { now: NOON, members: null, missed: null }

test('a hub may have five open listings a member and no more than two thousand', () => {
  const board = boardOf(...Array.from({ length: 10 }, (_, i) => kept({ id: idFor(`open ${i}`) })))
  const { listing } = kept({ id: idFor('one more') })
  expect(overQuota(board, listing, { ...at, members: 2 })).toBe('too-many-live')
  expect(overQuota(board, listing, { ...at, members: 3 })).toBeNull()
  expect(overQuota(board, { ...listing, state: 'closed' }, { ...at, members: 2 })).toBeNull()
  expect(overQuota(board, kept({ id: idFor('open 3'), rev: 2 }).listing, { ...at, members: 2 })).toBeNull()
  expect([liveMax(null), liveMax(1), liveMax(1_000_000)]).toEqual([2_000, 5, 2_000])
})

test('expired listings make room for new ones, but headers are bounded too', () => {
  const board = emptyBoard()
  for (let i = 0; i < HEADERS_MAX; i++) merge(board, kept({ id: idFor(`past ${i}`), from: NOON - 9, expiresAt: NOON - 1 }))
  expect(overQuota(board, kept().listing, at)).toBe('too-many-kept')
  expect(overQuota(board, kept({}, NOON, berlin).listing, at)).toBeNull()
  expect(overQuota(board, kept({ id: idFor('past 7'), rev: 2 }).listing, at)).toBeNull()
})

test('a hub may say sixty things an hour', () => {
  const board = emptyBoard()
  for (let i = 0; i < CHANGES_PER_HOUR_MAX; i++) countChange(board, { ...kept().listing, author: idFor(`${i}`) }, NOON)
  expect(overQuota(board, kept().listing, at)).toBe('too-many-this-hour')
  expect(overQuota(board, kept({}, NOON, berlin).listing, at)).toBeNull()
  expect(overQuota(board, kept().listing, { ...at, now: NOON + 3_600 })).toBeNull()
})

test('a member may say ten things a day', () => {
  const board = boardOf(kept())
  for (let i = 0; i < CHANGES_PER_MEMBER_AND_DAY_MAX; i++) countChange(board, kept().listing, NOON + i * 3_600)
  const now = NOON + 10 * 3_600
  expect(overQuota(board, kept({ rev: 2 }).listing, { ...at, now })).toBe('too-many-by-member')
  sweep(board, now)
  expect(overQuota(board, kept({ rev: 2 }).listing, { ...at, now })).toBe('too-many-by-member')
  expect(overQuota(board, kept({ rev: 2 }).listing, { ...at, now: NOON + 86_400 + 1 })).toBeNull()
  expect(overQuota(board, { ...kept().listing, author: idFor('another') }, { ...at, now })).toBeNull()
})

test('taking one’s words back is never too much, once', () => {
  const board = boardOf(kept())
  for (let i = 0; i < CHANGES_PER_HOUR_MAX; i++) countChange(board, kept().listing, NOON)
  const closed = kept({ rev: 2, state: 'closed' })
  expect(overQuota(board, closed.listing, at)).toBeNull()
  merge(board, closed)
  expect(overQuota(board, kept({ rev: 3, state: 'closed' }).listing, at)).toBe('too-many-this-hour')
})

test('what a newcomer hears for the first time is old news and not too much talk', () => {
  const board = emptyBoard()
  for (let i = 0; i < CHANGES_PER_HOUR_MAX; i++) countChange(board, kept().listing, NOON)
  expect(overQuota(board, kept().listing, { ...at, missed: 0 })).toBeNull()
  merge(board, kept())
  expect(overQuota(board, kept({ rev: 2 }).listing, { ...at, missed: 0 })).toBe('too-many-this-hour')
})

test('whoever was away takes as many revisions as may have been made meanwhile', () => {
  const board = boardOf(kept())
  for (let i = 0; i < CHANGES_PER_HOUR_MAX; i++) countChange(board, { ...kept().listing, author: idFor(`${i}`) }, NOON)
  const revised = kept({ rev: 2 }).listing
  expect(overQuota(board, revised, { ...at, missed: 3_599 })).toBe('too-many-this-hour')
  expect(overQuota(board, revised, { ...at, missed: 3_600 })).toBeNull()
  for (let i = 0; i < CHANGES_PER_MEMBER_AND_DAY_MAX; i++) countChange(board, revised, NOON)
  expect(overQuota(board, revised, { ...at, missed: 86_399 })).toBe('too-many-by-member')
  expect(overQuota(board, revised, { ...at, missed: 86_400 })).toBeNull()
})

test('a closed or expired listing is not live', () => {
  expect(isLive(kept({ state: 'closed' }), NOON)).toBe(false)
  expect(isLive(kept({ expiresAt: NOON + 1 }), NOON)).toBe(true)
})
