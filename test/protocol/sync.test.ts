import { beforeAll, expect, test } from 'vitest'
import { concat } from '#ledger/bytes.ts'
import { encode } from '#ledger/codec.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { type Board, emptyBoard, find, type Kept, merge, page } from '#protocol/board.ts'
import { LISTING_MESSAGE_BYTES_MAX } from '#protocol/gossip.ts'
import { BODY_BYTES_MAX, bodyHashOf, type Listing } from '#protocol/listing.ts'
import {
  answerTo, beginRound, BYTES_PER_ROUND_MAX, encodeSyncRefusal, encodeSyncRequest, FETCH_BYTES_MAX, FETCH_MAX,
  isNewTo, mayTravel, parseSyncRequest, type Round, type RoundEnd, ROWS_PER_PAGE, step, SYNC_ANSWER_BYTES_MAX,
} from '#protocol/sync.ts'
import { verdictOn } from '#protocol/verdict.ts'
import { aListing, keptOf, WORDS } from '#test/support/listings.ts'
import { aTown, idFor, NOON, type Town } from '#test/support/towns.ts'

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

const contents = (board: Board) =>
  page(board, null, 10_000, () => true).rows.map(({ listing, hasBody }) => [listing.id, listing.hub, listing.rev, hasBody])

type Side = { town: Town; board: Board; bodies?: (kept: Kept) => Uint8Array | null; trusted?: boolean }

/** One round of `asker` with `other`, over a direct call. */
function round(asker: Side, other: Side): { end: RoundEnd; requests: number } {
  const at = { own: other.town.card.origin, now: NOON, asksAPeer: other.trusted ?? true }
  const shared = {
    board: other.board, mayHave: (one: Kept) => mayTravel(one, at),
    bodyOf: other.bodies ?? ((one: Kept) => (one.hasBody ? WORDS : null)),
  }
  let [state, effects] = beginRound()
  for (let requests = 0; ; requests++) {
    let answer = new Uint8Array()
    for (const effect of effects) {
      if (effect.type === 'end') return { end: effect.because, requests }
      if (effect.type === 'ask') answer = new Uint8Array(answerTo(parseSyncRequest(effect.request) as never, shared))
      if (effect.type !== 'take') continue
      for (const bytes of effect.listings) {
        const scene = { board: asker.board, now: NOON, hubOf, membersOf: () => null, isFrozen: () => false }
        const judged = verdictOn(bytes, { by: 'sync', from: other.town.card.origin }, scene)
        if (judged.verdict === 'accept') merge(asker.board, judged.kept)
      }
    }
    ;[state, effects] = step(state, answer, (row) => isNewTo(asker.board, row))
  }
}

test('two hubs that compare boards both ways hold the same board', () => {
  const a = { town: chengdu, board: boardOf(kept(chengdu, 'one'), kept(chengdu, 'two', { rev: 2 }), kept(berlin, 'three')) }
  const b = { town: berlin, board: boardOf(kept(chengdu, 'two'), kept(berlin, 'three', { rev: 4 }), kept(berlin, 'four')) }
  expect([round(a, b).end, round(b, a).end]).toEqual(['complete', 'complete'])
  expect(contents(a.board)).toEqual(contents(b.board))
  expect(contents(a.board)).toHaveLength(4)
})

test('a third hub has everything though two of them never spoke', () => {
  const a = { town: chengdu, board: boardOf(kept(chengdu, 'one')) }
  const b = { town: berlin, board: boardOf(kept(berlin, 'two')) }
  const c = { town: lisbon, board: boardOf(kept(lisbon, 'three')) }
  for (const [asker, other] of [[b, a], [c, b], [b, c], [a, b]] as const) round(asker, other)
  expect(contents(a.board)).toHaveLength(3)
  expect(contents(b.board)).toEqual(contents(a.board))
  expect(contents(c.board)).toEqual(contents(a.board))
})

test('a late joiner gets everything, over many pages and batches, and asks for nothing twice', () => {
  const board = emptyBoard()
  const one = kept(chengdu, 'many')
  for (let i = 0; i < ROWS_PER_PAGE + 250; i++) {
    const listing = { ...one.listing, id: idFor(`many ${i}`) }
    merge(board, keptOf(chengdu, chengdu.steward, listing))
  }
  const late = { town: berlin, board: emptyBoard() }
  const { end, requests } = round(late, { town: chengdu, board })
  expect(end).toBe('complete')
  expect(contents(late.board)).toEqual(contents(board))
  expect(requests).toBe(2 + ROWS_PER_PAGE / FETCH_MAX + 3)
  expect(round(late, { town: chengdu, board }).requests).toBe(2)
})

test('a tombstone travels and takes the words with it', () => {
  const a = { town: chengdu, board: boardOf(kept(chengdu, 'one', { rev: 2, state: 'closed' })) }
  const b = { town: berlin, board: boardOf(kept(chengdu, 'one')) }
  round(b, a)
  expect(find(b.board, kept(chengdu, 'one').listing)).toMatchObject({ listing: { state: 'closed' }, hasBody: false })
  round(a, b)
  expect(contents(a.board)).toEqual(contents(b.board))
})

test('words lost on the way are fetched from whoever still has them', () => {
  const b = { town: berlin, board: emptyBoard() }
  const whole = { town: chengdu, board: boardOf(kept(chengdu, 'one')) }
  round(b, { ...whole, bodies: () => null })
  expect(contents(b.board)[0]![3]).toBe(false)
  round(b, whole)
  expect(contents(b.board)[0]![3]).toBe(true)
})

test('what is for one hub is in no inventory and no answer, whoever asks', () => {
  const a = { town: chengdu, board: boardOf(kept(chengdu, 'ours', { scope: 'hub' }), kept(chengdu, 'all')) }
  const b = { town: berlin, board: emptyBoard() }
  round(b, a)
  expect(contents(b.board).map(([id]) => id)).toEqual([idFor('all')])
  const { id, hub } = kept(chengdu, 'ours').listing
  const mayHave = (one: Kept) => mayTravel(one, { own: hub, now: NOON, asksAPeer: true })
  const guessed = answerTo({ ask: 'fetch', refs: [{ id, hub }] }, { board: a.board, mayHave, bodyOf: () => WORDS })
  expect(guessed).toEqual(encode([1, [null]]))
})

test('what is for peers goes from its hub to its peers, and no further', () => {
  const a = { town: chengdu, board: boardOf(kept(chengdu, 'peers', { scope: 'peers' })) }
  const b = { town: berlin, board: emptyBoard() }
  const c = { town: lisbon, board: emptyBoard() }
  round(c, { ...a, trusted: false })
  round(b, a)
  round(c, b)
  expect([contents(b.board).length, contents(c.board).length]).toEqual([1, 0])
  const [ours] = page(b.board, null, 1, () => true).rows
  expect(mayTravel(ours!, { own: berlin.card.origin, now: NOON, asksAPeer: true })).toBe(false)
  expect(mayTravel(ours!, { own: chengdu.card.origin, now: NOON, asksAPeer: true })).toBe(true)
})

test('what has expired is offered to nobody', () => {
  const at = { own: chengdu.card.origin, now: NOON, asksAPeer: true }
  expect(mayTravel(kept(chengdu, 'one', { expiresAt: NOON + 1 }), at)).toBe(true)
  expect(mayTravel(kept(chengdu, 'one', { from: NOON - 9, expiresAt: NOON }), at)).toBe(false)
})

test('a full batch of the longest listings stays within its bytes, and the rest is asked for again', () => {
  const body = new Uint8Array(BODY_BYTES_MAX).fill(97)
  const board = emptyBoard()
  for (let i = 0; i < FETCH_MAX; i++) {
    const own = { id: idFor(`long ${i}`), title: '家'.repeat(80), bodyHash: bodyHashOf(body), bodyBytes: body.length }
    merge(board, keptOf(chengdu, chengdu.steward, aListing(chengdu, chengdu.steward, own)))
  }
  const shared = { board, mayHave: () => true, bodyOf: () => body }
  const refs = page(board, null, FETCH_MAX, () => true).rows.map(({ listing: { id, hub } }) => ({ id, hub }))
  const answer = answerTo({ ask: 'fetch', refs }, shared)
  expect(answer.length).toBeGreaterThan(FETCH_BYTES_MAX - LISTING_MESSAGE_BYTES_MAX)
  expect(answer.length).toBeLessThan(SYNC_ANSWER_BYTES_MAX)
  const late = { town: berlin, board: emptyBoard() }
  expect(round(late, { town: chengdu, board, bodies: () => body }).end).toBe('complete')
  expect(contents(late.board)).toHaveLength(FETCH_MAX)
})

test('requests are read back as written, and nothing else is read', () => {
  const ref = { id: idFor('one'), hub: chengdu.card.origin }
  for (const request of [{ ask: 'inventory', after: null }, { ask: 'inventory', after: ref }, { ask: 'fetch', refs: [ref] }, { ask: 'changed' }] as const) {
    const bytes = encodeSyncRequest({ ...request } as never)
    expect(parseSyncRequest(bytes)).toEqual(request)
    expect(parseSyncRequest(concat(bytes, Uint8Array.of(0)))).toBeNull()
  }
  for (const bytes of [new Uint8Array(), encode([9]), encode([0]), encode([2, null]), encode('hello')]) {
    expect(parseSyncRequest(bytes)).toBeNull()
  }
  const tooMany = Array.from({ length: FETCH_MAX + 1 }, () => [new Uint8Array(16), 'cv.a-00000000/log'])
  expect(parseSyncRequest(encode([1, tooMany]))).toBeNull()
})

const row = (n: number) => [new Uint8Array(16).fill(n), 'cv.a-00000000/log', 1, new Uint8Array(32), false]
const endOf = (answers: Uint8Array[], wants = true): RoundEnd | 'asks on' => {
  let [state, effects]: [Round, { type: string; because?: RoundEnd }[]] = beginRound()
  for (const answer of answers) [state, effects] = step(state, answer, () => wants)
  return effects.find((effect) => effect.type === 'end')?.because ?? 'asks on'
}

test('a neighbour that repeats or reorders its rows, or never comes to the end, is not listened to', () => {
  expect(endOf([encode([0, [row(2), row(1)], false])])).toBe('malformed')
  expect(endOf([encode([0, [row(1), row(1)], false])])).toBe('malformed')
  expect(endOf([encode([0, [row(1)], true]), encode([0, [row(1)], true])], false)).toBe('malformed')
  expect(endOf([encode([0, [], true])])).toBe('malformed')
})

test('a neighbour that answers something else, or more than was asked, is not listened to', () => {
  expect(endOf([encode('no')])).toBe('malformed')
  expect(endOf([encode([1, []])])).toBe('malformed')
  expect(endOf([encode([0, [row(1)], false]), encode([1, []])])).toBe('malformed')
  expect(endOf([encode([0, [row(1)], false]), encode([1, [null, null]])])).toBe('malformed')
  expect(endOf([encode([0, [row(1)], false]), encode([1, [null]])])).toBe('complete')
})

test('a refusal ends the round and says so', () => {
  for (const because of ['malformed', 'slow-down', 'not-a-member'] as const) {
    expect(endOf([encodeSyncRefusal(because)])).toBe('refused')
  }
})

test('a round is bounded in requests and in bytes', () => {
  const endless = Array.from({ length: 600 }, (_, i) => {
    const id = new Uint8Array(16)
    new DataView(id.buffer).setUint32(0, i)
    return encode([0, [[id, 'cv.a-00000000/log', 1, new Uint8Array(32), false]], true])
  })
  expect(endOf(endless.slice(0, 511), false)).toBe('asks on')
  expect(endOf(endless.slice(0, 512), false)).toBe('bounded')
  let [state, effects] = beginRound()
  ;[state, effects] = step({ ...state, bytes: BYTES_PER_ROUND_MAX }, endless[0]!, () => false)
  expect(effects).toEqual([{ type: 'end', because: 'bounded' }])
  expect(step(state, endless[1]!, () => true)).toEqual([state, []])
})
