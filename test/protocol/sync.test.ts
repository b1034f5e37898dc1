import { beforeAll, describe, expect, test } from 'vitest'
import { concat, fromHex } from '#ledger/bytes.ts'
import { encode } from '#ledger/codec.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { type Board, emptyBoard, find, type Kept, merge, sweep } from '#protocol/board.ts'
import { LISTING_MESSAGE_BYTES_MAX } from '#protocol/gossip.ts'
import { BODY_BYTES_MAX, bodyHashOf, type Listing } from '#protocol/listing.ts'
import { emptyTree, listIn, WHOLE } from '#protocol/range-tree.ts'
import {
  answerTo, BARREN_MAX, beginRound, BYTES_PER_ROUND_MAX, COMPARE_BYTES_MAX, COMPARISONS_PER_ROUND_MAX,
  encodeSyncRefusal, encodeSyncRequest, FETCH_BYTES_MAX, FETCH_MAX, judged, type Own, parseSyncRequest, RANGES_MAX, type Round,
  type RoundEnd, step, SYNC_ANSWER_BYTES_MAX, SYNC_REQUEST_BYTES_MAX, type SyncEffect, type SyncRequest,
} from '#protocol/sync.ts'
import { compare, offeredBy, type Side } from '#test/support/compared-boards.ts'
import { aListing, allOn, keptOf, messageOf, WORDS } from '#test/support/listings.ts'
import { aTown, hexFor, idFor, NOON, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

const chengdu = aTown('chengdu')
const berlin = aTown('berlin')
const lisbon = aTown('lisbon')
const towns = [chengdu, berlin, lisbon]
const hubOf = (origin: string) => towns.find((town) => town.card.origin === origin)?.card

const kept = (town: Town, name: string, own: Partial<Listing> = {}): Kept =>
  keptOf(town, town.steward, aListing(town, town.steward, { id: idFor(name), ...own }))

function boardOf(...all: Kept[]): Board {
  const board = emptyBoard()
  for (const one of all) merge(board, one)
  return board
}

const side = (town: Town, board: Board, own: Partial<Side> = {}): Side =>
  ({ origin: town.card.origin, board, now: NOON, hubOf, ...own })

const contents = (board: Board) =>
  allOn(board).map(({ listing, hasBody }) => [listing.id, listing.hub, listing.rev, hasBody])

/** Many listings of one town, without signatures: for comparing, not for fetching. */
function crowd(count: number, own: (i: number) => Partial<Listing> = () => ({})): Kept[] {
  const one = kept(chengdu, 'crowd')
  return Array.from({ length: count }, (_, i) => ({
    ...one, listing: { ...one.listing, id: idFor(`crowd ${i}`), ...own(i) }, hash: hexFor(`crowd ${i}`),
  }))
}

describe('two boards', () => {
  test('two hubs that compare boards both ways hold the same board', () => {
    const a = side(chengdu, boardOf(kept(chengdu, 'one'), kept(chengdu, 'two', { rev: 2 }), kept(berlin, 'three')))
    const b = side(berlin, boardOf(kept(chengdu, 'two'), kept(berlin, 'three', { rev: 4 }), kept(berlin, 'four')))
    expect([compare(a, b).end, compare(b, a).end]).toEqual(['complete', 'complete'])
    expect(contents(a.board)).toEqual(contents(b.board))
    expect(contents(a.board)).toHaveLength(4)
  })

  test('a third hub has everything though two of them never spoke', () => {
    const a = side(chengdu, boardOf(kept(chengdu, 'one')))
    const b = side(berlin, boardOf(kept(berlin, 'two')))
    const c = side(lisbon, boardOf(kept(lisbon, 'three')))
    for (const [asker, other] of [[b, a], [c, b], [b, c], [a, b]] as const) compare(asker, other)
    expect(contents(a.board)).toHaveLength(3)
    expect(contents(b.board)).toEqual(contents(a.board))
    expect(contents(c.board)).toEqual(contents(a.board))
  })

  test('boards that are the same take one question and less than a kilobyte, however large they are', () => {
    const many = crowd(3_000)
    const [a, b] = [side(chengdu, boardOf(...many)), side(berlin, boardOf(...many.toReversed()))]
    const same = compare(a, b)
    expect(same).toMatchObject({ end: 'complete', comparisons: 1, fetches: 0 })
    expect(same.bytes).toBeLessThan(1_024)
  })

  test('what differs is named within three questions, and nothing else is fetched', () => {
    const many = crowd(20_000, (i) => ({ hub: `cv.hub-${i % 20}/log` }))
    const known = { hubOf: () => chengdu.card }
    const whole = side(chengdu, boardOf(...many), known)
    const lacking = side(berlin, boardOf(...many.filter((_, i) => i % 200 !== 7)), known)
    const told = compare(lacking, whole, (request) => {
      const asked = parseSyncRequest(request) as Exclude<SyncRequest, { ask: 'changed' }>
      // A listing nobody has signed would be rejected: what is fetched here is said to have gone.
      const board = asked.ask === 'fetch' ? emptyBoard() : whole.board
      return answerTo(asked, { board, sets: offeredBy(whole), bodyOf: () => null })
    })
    expect(told).toMatchObject({ end: 'barren', comparisons: 3, took: [] })
    expect(told.bytes).toBeLessThan(230_000)
  })

  test('a late joiner gets everything, over many answers and batches, and asks for nothing twice', () => {
    const many = Array.from({ length: 900 }, (_, i) => kept(chengdu, `many ${i}`))
    const late = side(berlin, emptyBoard())
    const told = compare(late, side(chengdu, boardOf(...many)))
    expect(told).toMatchObject({ end: 'complete' })
    expect(told.fetches).toBeLessThan(900 / FETCH_MAX + told.comparisons)
    expect(contents(late.board)).toHaveLength(900)
    expect(new Set(told.took.map(({ listing }) => listing.id)).size).toBe(told.took.length)
    expect(compare(late, side(chengdu, boardOf(...many)))).toMatchObject({ comparisons: 1, fetches: 0 })
  })

  test('a tombstone travels and takes the words with it', () => {
    const a = side(chengdu, boardOf(kept(chengdu, 'one', { rev: 2, state: 'closed' })))
    const b = side(berlin, boardOf(kept(chengdu, 'one')))
    compare(b, a)
    expect(find(b.board, kept(chengdu, 'one').listing)).toMatchObject({ listing: { state: 'closed' }, hasBody: false })
    compare(a, b)
    expect(contents(a.board)).toEqual(contents(b.board))
  })

  test('words lost on the way are fetched from whoever still has them', () => {
    const b = side(berlin, emptyBoard())
    const whole = side(chengdu, boardOf(kept(chengdu, 'one')))
    compare(b, { ...whole, bodyOf: () => null })
    expect(contents(b.board)[0]![3]).toBe(false)
    compare(b, whole)
    expect(contents(b.board)[0]![3]).toBe(true)
  })

  test('a full batch of the longest listings stays within its bytes, and the rest is asked for again', () => {
    const body = new Uint8Array(BODY_BYTES_MAX).fill(97)
    const board = emptyBoard()
    for (let i = 0; i < FETCH_MAX; i++) {
      const own = { id: idFor(`long ${i}`), title: '家'.repeat(80), bodyHash: bodyHashOf(body), bodyBytes: body.length }
      merge(board, keptOf(chengdu, chengdu.steward, aListing(chengdu, chengdu.steward, own)))
    }
    const refs = allOn(board).map(({ listing: { id, hub } }) => ({ id, hub }))
    const answer = answerTo({ ask: 'fetch', refs }, { board, sets: offeredBy(side(chengdu, board)), bodyOf: () => body })
    expect(answer.length).toBeGreaterThan(FETCH_BYTES_MAX - LISTING_MESSAGE_BYTES_MAX)
    expect(answer.length).toBeLessThan(SYNC_ANSWER_BYTES_MAX)
    const late = side(berlin, emptyBoard())
    expect(compare(late, side(chengdu, board, { bodyOf: () => body })).end).toBe('complete')
    expect(contents(late.board)).toHaveLength(FETCH_MAX)
  })
})

describe('what is not for everybody', () => {
  test('what is for one hub is in no fingerprint, no row and no answer, whoever asks', () => {
    const ours = kept(chengdu, 'ours', { scope: 'hub' })
    const a = side(chengdu, boardOf(ours, kept(chengdu, 'all')))
    const without = side(chengdu, boardOf(kept(chengdu, 'all')))
    const { id, hub } = ours.listing
    const asked: Exclude<SyncRequest, { ask: 'changed' }>[] = [
      { ask: 'summary', federation: new Uint8Array(32), peers: new Uint8Array(32) },
      { ask: 'ranges', ranges: [{ peers: false, ...WHOLE, list: true, after: null }, { peers: true, ...WHOLE, list: true, after: null }] },
      { ask: 'fetch', refs: [{ id, hub }] },
    ]
    for (const request of asked) {
      const [told, ignorant] = [a, without].map((one) =>
        answerTo(request, { board: one.board, sets: offeredBy(one), bodyOf: () => WORDS }))
      expect(told).toEqual(ignorant)
    }
    const b = side(berlin, emptyBoard())
    compare(b, a)
    expect(contents(b.board).map(([name]) => name)).toEqual([idFor('all')])
  })

  test('what is for peers goes from its hub to its peers, and no further', () => {
    const a = side(chengdu, boardOf(kept(chengdu, 'peers', { scope: 'peers' })))
    const b = side(berlin, emptyBoard())
    const c = side(lisbon, emptyBoard())
    compare(c, { ...a, trusts: false })
    compare(b, a)
    compare(c, b)
    expect([contents(b.board).length, contents(c.board).length]).toEqual([1, 0])
    expect(compare(b, a)).toMatchObject({ comparisons: 1, fetches: 0 })
    const ref = { id: idFor('peers'), hub: chengdu.card.origin }
    const guessed = answerTo({ ask: 'fetch', refs: [ref] }, { board: b.board, sets: offeredBy(b), bodyOf: () => WORDS })
    expect(guessed).toEqual(encode([2, [null]]))
  })

  test('what has expired is offered to nobody from the full hour on', () => {
    const hour = NOON - (NOON % 3_600) + 3_600
    const board = boardOf(kept(chengdu, 'one', { expiresAt: hour }))
    const offered = () => listIn(offeredBy(side(chengdu, board)).federation, WHOLE, null, 9).found
    sweep(board, hour - 1)
    expect(offered()).toHaveLength(1)
    sweep(board, hour)
    expect(offered()).toEqual([])
  })
})

describe('what is said', () => {
  test('requests are read back as written, and nothing else is read', () => {
    const ref = { id: idFor('one'), hub: chengdu.card.origin }
    const print = new Uint8Array(32).fill(7)
    const range = { peers: true, path: 5, bits: 3, list: false, after: null } as const
    const written: SyncRequest[] = [
      { ask: 'summary', federation: print, peers: print }, { ask: 'fetch', refs: [ref] }, { ask: 'changed' },
      { ask: 'ranges', ranges: [range, { ...range, peers: false, list: true, after: ref }] },
    ]
    for (const request of written) {
      const bytes = encodeSyncRequest(request)
      expect(parseSyncRequest(bytes)).toEqual(request)
      expect(parseSyncRequest(concat(bytes, Uint8Array.of(0)))).toBeNull()
    }
    for (const bytes of [new Uint8Array(), encode([9]), encode([0]), encode([3, null]), encode('hello')]) {
      expect(parseSyncRequest(bytes)).toBeNull()
    }
    const tooMany = Array.from({ length: FETCH_MAX + 1 }, () => [new Uint8Array(16), 'cv.a-00000000/log'])
    expect(parseSyncRequest(encode([2, tooMany]))).toBeNull()
    for (const [path, bits] of [[0, 33], [8, 3], [1, 0]]) {
      expect(parseSyncRequest(encode([1, [[true, path!, bits!, false, null]]]))).toBeNull()
    }
  })

  test('the longest question and the fullest answers stay within their frames', () => {
    const board = boardOf(...crowd(4_000, (i) => ({ hub: `cv.${'x'.repeat(20 + (i % 37))}/log` })))
    const shared = { board, sets: { federation: board.offered.federation, peers: emptyTree<Kept>() }, bodyOf: () => null }
    const ranges = Array.from({ length: RANGES_MAX }, (_, i) => ({ peers: false, path: 2 ** 31 + i, bits: 32, list: true, after: null }) as const)
    expect(encodeSyncRequest({ ask: 'ranges', ranges }).length).toBeLessThan(SYNC_REQUEST_BYTES_MAX)
    const questions: AskedRanges[] = [
      ranges, [{ ...ranges[0]!, ...WHOLE }], [{ ...ranges[0]!, ...WHOLE, list: false }],
      Array.from({ length: 256 }, (_, i) => ({ ...ranges[0]!, path: i, bits: 8, list: false })),
      Array.from({ length: 256 }, (_, i) => ({ ...ranges[0]!, path: i, bits: 8 })),
    ]
    for (const asked of questions) {
      const answer = answerTo({ ask: 'ranges', ranges: asked }, shared)
      expect(answer.length).toBeLessThanOrEqual(COMPARE_BYTES_MAX)
    }
  })
})

type AskedRanges = Extract<SyncRequest, { ask: 'ranges' }>['ranges']

describe('a neighbour that is not honest', () => {
  const empty: Own = { sets: { federation: emptyTree(), peers: emptyTree() }, wants: () => true }
  /** Who holds something begins with a summary of it. */
  const holding = (wants = true): Own =>
    ({ sets: offeredBy(side(chengdu, boardOf(kept(chengdu, 'one')))), wants: () => wants })

  /** What an asker makes of these answers, one after the other; listings that come are all rejected. */
  function endOf(answers: Uint8Array[], own: Own = empty): RoundEnd | 'asks on' {
    let [round, effects]: [Round, SyncEffect[]] = beginRound(own)
    for (const answer of answers) {
      ;[round, effects] = step(round, answer, own)
      const [effect] = effects
      if (effect?.type === 'take') [round, effects] = judged(round, effect.listings.length)
    }
    const [effect] = effects
    return effect?.type === 'end' ? effect.because : 'asks on'
  }

  const row = (n: number) => [fromHex(idFor(`row ${n}`))!, 'cv.a-00000000/log', 1, new Uint8Array(32).fill(n), false]
  const inTheirOrder = (count: number) => {
    const board = boardOf(...crowd(count, (i) => ({ id: idFor(`row ${i}`), hub: 'cv.a-00000000/log' })))
    return listIn(board.offered.federation, WHOLE, null, count).found
      .map(({ listing }) => [fromHex(listing.id)!, listing.hub, 1, new Uint8Array(32), false])
  }
  const parts = (...all: unknown[][]) => encode([1, all] as never)

  test('that repeats or reorders its rows, puts them into another range or never comes to the end, is not listened to', () => {
    const [first, second] = inTheirOrder(2)
    expect(endOf([parts([[], [second, first], false])])).toBe('malformed')
    expect(endOf([parts([[], [first, first], false])])).toBe('malformed')
    expect(endOf([parts([[], [], true])])).toBe('malformed')
    expect(endOf([parts([[], [first], true]), encode([2, [null]]), parts([[], [first], false])])).toBe('malformed')
    const others = Array.from({ length: 40 }, (_, i) => row(i))
    const cut = parts([Array.from({ length: 1_024 }, () => new Uint8Array(32)), [], false])
    expect(endOf([cut, parts([[], others.slice(0, 1), false])], holding())).toBe('malformed')
  })

  test('that answers something else, or more than was asked, is not listened to', () => {
    const print = new Uint8Array(32)
    expect(endOf([encode('no')])).toBe('malformed')
    expect(endOf([parts()])).toBe('malformed')
    expect(endOf([parts([[], [], false], [[], [], false], [[], [], false])])).toBe('malformed')
    for (const prints of [[print], [print, print, print]]) expect(endOf([parts([prints, [], false])], holding())).toBe('malformed')
    expect(endOf([parts([[print, print], [row(1)], false])], holding())).toBe('malformed')
    expect(endOf([parts([[print, print], [], false])])).toBe('malformed')
    expect(endOf([parts([[], [row(1)], false]), encode([2, []])])).toBe('malformed')
    expect(endOf([parts([[], [row(1)], false]), encode([2, [null, null]])])).toBe('malformed')
    expect(endOf([parts([[], [row(1)], false]), encode([0])])).toBe('malformed')
  })

  test('that claims what it has not, or gives what nobody may pass on, is cut off', () => {
    const claims = parts([[], inTheirOrder(150), false])
    expect(endOf([claims, encode([2, Array.from({ length: FETCH_MAX }, () => null)])])).toBe('barren')
    const rubbish = encode([2, Array.from({ length: FETCH_MAX }, () => messageOf(chengdu, berlin.steward, aListing(chengdu, berlin.steward)))])
    expect(endOf([claims, rubbish])).toBe('barren')
    const few = parts([[], inTheirOrder(BARREN_MAX), false], [[], [], false])
    expect(endOf([few, encode([2, Array.from({ length: BARREN_MAX }, () => null)])])).toBe('complete')
  })

  test('that never converges is cut off after thirty-two answers, and costs no more than they', () => {
    const mine = side(chengdu, boardOf(...crowd(2_000)))
    let asked = 0
    let held = 0
    // Every fingerprint differs, always: each range is cut again for as long as one may.
    const told = compare(mine, side(berlin, emptyBoard()), (request) => {
      asked += 1
      held = Math.max(held, request.length)
      const { ranges } = { ranges: [WHOLE, WHOLE], ...parseSyncRequest(request) } as { ranges: { bits: number; list?: boolean }[] }
      const cut = ranges.slice(0, 500).map(({ bits, list }) =>
        (list || bits > 30 ? [[], [], false] : [Array.from({ length: 2 }, () => new Uint8Array(32).fill(asked)), [], false]))
      return parts(...cut)
    })
    expect(told.end).toBe('bounded')
    expect(asked).toBe(COMPARISONS_PER_ROUND_MAX)
    expect(held).toBeLessThanOrEqual(SYNC_REQUEST_BYTES_MAX)
  })

  test('a refusal ends the round and says so', () => {
    for (const because of ['malformed', 'slow-down', 'not-a-member'] as const) {
      expect(endOf([encodeSyncRefusal(because)])).toBe('refused')
    }
  })

  test('a round is bounded in requests and in bytes', () => {
    const [round] = beginRound(holding(false))
    const cut = parts([[new Uint8Array(32), new Uint8Array(32)], [], false], [[], [], false])
    expect(step({ ...round, requests: 511 }, cut, holding(false))[1]).toMatchObject([{ type: 'ask' }])
    expect(step({ ...round, requests: 512 }, cut, holding(false))[1]).toEqual([{ type: 'end', because: 'bounded' }])
    const [over, effects] = step({ ...round, bytes: BYTES_PER_ROUND_MAX }, cut, holding(false))
    expect(effects).toEqual([{ type: 'end', because: 'bounded' }])
    expect(step(over, cut, holding())).toEqual([over, []])
    expect(judged(over, 0)).toEqual([over, []])
  })
})
