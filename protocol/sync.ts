/**
 * `/cv/sync/1`: two hubs compare boards, so that a listing a topic did not bring arrives all the same.
 *
 * Pulled by the one who wants to know; each side does it for itself, and the one who answers remembers nothing
 * between two questions:
 *
 *   asker                                       the other
 *   summary {fingerprints of all I hold} ───►
 *            ◄──────────────────────────────── same: that was all, or
 *            ◄──────────────────────────────── parts: fingerprints of up to 1,024 parts of a range, or its rows
 *   ranges {those parts that differ} ───────►
 *            ◄──────────────────────────────── parts … until all that differs is named row by row
 *   fetch {refs ≤ 100} ─────────────────────►  for those that are newer there
 *            ◄──────────────────────────────── listings ≤ 256 KiB, in the order asked, null for what has gone
 *                                              (what did not fit is asked for again)
 *
 *   | phase     | what comes                        | next                                            |
 *   |-----------|-----------------------------------|-------------------------------------------------|
 *   | comparing | same                              | over: complete                                  |
 *   | comparing | parts; some rows wanted           | fetching: ask for the first 100                 |
 *   | comparing | parts; some ranges differ         | comparing: ask for those                        |
 *   | comparing | parts; nothing left               | over: complete                                  |
 *   | fetching  | listings                          | judging: they are judged one by one             |
 *   | judging   | the judgement; some still wanted  | fetching: ask for the rest                      |
 *   | judging   | the judgement; none wanted        | comparing, or over: complete                    |
 *   | any       | `slow-down`, `not-a-member`       | over: refused                                   |
 *   | any       | rows out of order or place, other bytes | over: malformed                           |
 *   | any       | most of what was claimed is not given, or nobody may pass it on | over: barren      |
 *   | any       | 32 comparisons, or requests or bytes used up | over: bounded; the next round goes on |
 *
 * The sets that are compared (`board.ts`, `Offered`) hold nothing that the other may not have, so neither a
 * fingerprint nor a row nor a fetch can tell of it. `changed` tells the other side that there is something new
 * for it; what it does about it is its own affair. What is fetched is judged like anything else that comes
 * (`verdict.ts`).
 */
import { equalBytes } from '#ledger/bytes.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, flag, hexOf, type Infer, listOf, literal, nullable, oneOf, peekKind,
  textUpTo, uint,
} from '#ledger/schema.ts'
import { type Board, find, type Kept } from './board.ts'
import { encodeListingMessage, LISTING_MESSAGE_BYTES_MAX } from './gossip.ts'
import { supersedes } from './listing.ts'
import {
  fingerprintOf, fingerprintsIn, get, isListOf, listIn, partsOf, POSITION_BITS, type Range,
  type RangeTree, type Ref, sizeOf, WHOLE,
} from './range-tree.ts'

export const SYNC_PROTOCOL = '/cv/sync/1'
/** Ranges in one question; a question of so many is 13 KiB at most. */
export const RANGES_MAX = 1_024
/** An answer that compares. */
export const COMPARE_BYTES_MAX = 65_536
/** Parts into which a range is cut at most. */
export const FINGERPRINTS_MAX = 1_024
export const FETCH_MAX = 100
export const FETCH_BYTES_MAX = 262_144
/** A batch of listings is FETCH_BYTES_MAX and some heads; what compares is much smaller. */
export const SYNC_ANSWER_BYTES_MAX = FETCH_BYTES_MAX + 8_192
export const SYNC_REQUEST_BYTES_MAX = 16_384
/** So many answers that compare make up a round, and so many of any kind. */
export const COMPARISONS_PER_ROUND_MAX = 32
export const REQUESTS_PER_ROUND_MAX = 512
export const BYTES_PER_ROUND_MAX = 64 * 1_048_576
/** Of what a neighbour claims so much more may be missing or unfit than is given: what went in between. */
export const BARREN_MAX = 32

/** As one side of a comparison has them: what is for everybody, and what the answering hub has for its own peers. */
export type Sets = { federation: RangeTree<Kept>; peers: RangeTree<Kept> }

const refSchema = fields({ id: hexOf(16), hub: textUpTo(64) })
const rowSchema = fields({ id: hexOf(16), hub: textUpTo(64), rev: uint, hash: hexOf(32), hasBody: flag })
/** Which revision of which listing is there. */
export type Row = Infer<typeof rowSchema>
const rangeSchema = fields({
  /** Of what the answering hub has for its own peers; otherwise of what is for everybody. */
  peers: flag, path: uint, bits: uint,
  /** Rows are wanted, however many there are: the asker has nothing there to compare with. */
  list: flag,
  /** The rows behind this one. */
  after: nullable(refSchema),
})
type AskedRange = Infer<typeof rangeSchema>
/** Either the fingerprints of the 2, 4 … 1,024 equal parts of a range, or its rows; `more` when they did not fit. */
const partSchema = fields({
  fingerprints: listOf(bytesOf(32), FINGERPRINTS_MAX), rows: listOf(rowSchema, RANGES_MAX), more: flag,
})
type Part = Infer<typeof partSchema>

const requests = {
  summary: fields({ tag: literal(0), federation: bytesOf(32), peers: bytesOf(32) }),
  ranges: fields({ tag: literal(1), ranges: listOf(rangeSchema, RANGES_MAX) }),
  fetch: fields({ tag: literal(2), refs: listOf(refSchema, FETCH_MAX) }),
  changed: fields({ tag: literal(3) }),
}
export type SyncRequest =
  | { ask: 'summary'; federation: Uint8Array; peers: Uint8Array }
  | { ask: 'ranges'; ranges: AskedRange[] }
  | { ask: 'fetch'; refs: Ref[] }
  | { ask: 'changed' }

const answers = {
  same: fields({ tag: literal(0) }),
  parts: fields({ tag: literal(1), parts: listOf(partSchema, RANGES_MAX) }),
  fetch: fields({ tag: literal(2), listings: listOf(nullable(bytesUpTo(LISTING_MESSAGE_BYTES_MAX)), FETCH_MAX) }),
  changed: fields({ tag: literal(3) }),
  refused: fields({ tag: literal(4), because: oneOf('malformed', 'slow-down', 'not-a-member') }),
}
export type SyncRefusal = Infer<typeof answers.refused>['because']

export function encodeSyncRequest(request: SyncRequest): Uint8Array {
  switch (request.ask) {
    case 'summary': return encodeAs(requests.summary, { tag: 0, federation: request.federation, peers: request.peers })
    case 'ranges': return encodeAs(requests.ranges, { tag: 1, ranges: request.ranges })
    case 'fetch': return encodeAs(requests.fetch, { tag: 2, refs: request.refs })
    case 'changed': return encodeAs(requests.changed, { tag: 3 })
  }
}

/** Null for anything but the one spelling of a request. */
export function parseSyncRequest(bytes: Uint8Array): SyncRequest | null {
  switch (peekKind(bytes)) {
    case 0: {
      const found = decodeAs(requests.summary, bytes)
      return found === null ? null : { ask: 'summary', federation: found.federation, peers: found.peers }
    }
    case 1: {
      const found = decodeAs(requests.ranges, bytes)
      return found === null || !found.ranges.every(isRange) ? null : { ask: 'ranges', ranges: found.ranges }
    }
    case 2: {
      const found = decodeAs(requests.fetch, bytes)
      return found === null ? null : { ask: 'fetch', refs: found.refs }
    }
    case 3: return decodeAs(requests.changed, bytes) === null ? null : { ask: 'changed' }
    default: return null
  }
}

const isRange = ({ path, bits }: Range): boolean => bits <= POSITION_BITS && path < 2 ** bits

export const encodeSyncRefusal = (because: SyncRefusal): Uint8Array =>
  encodeAs(answers.refused, { tag: 4, because })
export const changedAnswer = encodeAs(answers.changed, { tag: 3 })

// The one who answers

/** What the answering hub lets this asker see, and the bodies beside its board. */
export type Shared = { board: Board; sets: Sets; bodyOf(kept: Kept): Uint8Array | null }

/** The answer to anything but `changed`. What the asker may not have is not there, in any. */
export function answerTo(request: Exclude<SyncRequest, { ask: 'changed' }>, shared: Shared): Uint8Array {
  switch (request.ask) {
    case 'summary': return compared(request, shared.sets)
    case 'ranges': return encodeAs(answers.parts, { tag: 1, parts: partsFor(request.ranges, shared.sets) })
    case 'fetch': return given(request.refs, shared)
  }
}

function compared(theirs: { federation: Uint8Array; peers: Uint8Array }, sets: Sets): Uint8Array {
  const differs = (set: keyof Sets): boolean => !equalBytes(fingerprintOf(sets[set], WHOLE), theirs[set])
  const [federation, peers] = [differs('federation'), differs('peers')]
  if (!federation && !peers) return encodeAs(answers.same, { tag: 0 })
  const parts = partsFor(BOTH.filter((range) => (range.peers ? peers : federation)), sets)
  const inTurn = [federation ? parts.shift() : NOTHING, peers ? parts.shift() : NOTHING]
  return encodeAs(answers.parts, { tag: 1, parts: inTurn.filter((part) => part !== undefined) })
}

const BOTH: AskedRange[] = [false, true].map((peers) => ({ peers, ...WHOLE, list: false, after: null }))
const NOTHING: Part = { fingerprints: [], rows: [], more: false }
const setOf = (sets: Sets, { peers }: AskedRange): RangeTree<Kept> => (peers ? sets.peers : sets.federation)

/** Encoded, with their heads. */
const PART_BYTES = 8
const FINGERPRINT_BYTES = 34
const ROW_BYTES = 56
/** What an answer has room for, beside the heads of its parts. */
const FINGERPRINTS_IN_ALL = 1_900
/** Cut so that at most so many are in each part; of twice as many, as chance has it, rows cost less than one more question. */
const ROWS_MEANT = 8
const ROWS_AT_ONCE = 2 * ROWS_MEANT

/** As many parts, in the order asked, as fit an answer; the last one may be cut. */
function partsFor(asked: AskedRange[], sets: Sets): Part[] {
  const parts: Part[] = []
  // With few questions there is room to cut each finely; with many, sixteenths, and what does not fit is asked again.
  const each = Math.floor(FINGERPRINTS_IN_ALL / asked.length)
  const bitsMax = floorLog2(Math.max(16, Math.min(FINGERPRINTS_MAX, each)))
  let room = COMPARE_BYTES_MAX - 16
  for (const range of asked) {
    const tree = setOf(sets, range)
    const size = range.list ? null : sizeOf(tree, range)
    const bits = size === null || size <= ROWS_AT_ONCE
      ? 0
      : Math.min(bitsMax, POSITION_BITS - range.bits, 1 + floorLog2(Math.floor((size - 1) / ROWS_MEANT)))
    room -= PART_BYTES + FINGERPRINT_BYTES * (bits === 0 ? 0 : 2 ** bits)
    if (room < 0) break
    if (bits > 0) {
      parts.push({ fingerprints: fingerprintsIn(tree, range, bits), rows: [], more: false })
      continue
    }
    const { found, more } = listIn(tree, range, range.after, RANGES_MAX)
    const rows: Row[] = []
    for (const kept of found) {
      room -= ROW_BYTES + kept.listing.hub.length + uintBytes(kept.listing.rev)
      if (room < 0) break
      rows.push(rowOf(kept))
    }
    const cut = rows.length < found.length
    if (cut && rows.length === 0) break
    parts.push({ fingerprints: [], rows, more: cut || more })
    if (cut) break
  }
  return parts
}

const uintBytes = (n: number): number => (n < 24 ? 1 : n < 2 ** 8 ? 2 : n < 2 ** 16 ? 3 : 9)

function floorLog2(n: number): number {
  let bits = 0
  while (2 ** (bits + 1) <= n) bits += 1
  return bits
}

function given(refs: Ref[], { board, sets, bodyOf }: Shared): Uint8Array {
  const listings: (Uint8Array | null)[] = []
  let bytes = 0
  for (const ref of refs) {
    const offered = get(sets.federation, ref) ?? get(sets.peers, ref)
    const kept = offered === undefined ? undefined : find(board, ref)
    const message = kept === undefined ? null : encodeListingMessage({ envelope: kept.envelope, body: bodyOf(kept) })
    bytes += message?.length ?? 0
    if (bytes > FETCH_BYTES_MAX) break
    listings.push(message)
  }
  return encodeAs(answers.fetch, { tag: 2, listings })
}

const rowOf = ({ listing, hash, hasBody }: Kept): Row =>
  ({ id: listing.id, hub: listing.hub, rev: listing.rev, hash, hasBody })

// The one who asks

/** Whether a row names something our board lacks: a later revision, or the body of the one we have. */
export function isNewTo(board: Board, row: Row): boolean {
  const old = find(board, row)
  if (old === undefined) return true
  if (old.hash === row.hash) return row.hasBody && !old.hasBody
  return supersedes(row, { rev: old.listing.rev, hash: old.hash })
}

/** What the asker holds of the same two sets, as they are at this moment, and whether to fetch a row. */
export type Own = { sets: Sets; wants(row: Row): boolean }

export type Round = {
  phase: 'comparing' | 'fetching' | 'judging' | 'over'
  /** Asked for, in this order; as many from the front as the answer has parts are done with. */
  asked: AskedRange[]
  /** Still to be asked for. */
  ranges: AskedRange[]
  wanted: Ref[]
  comparisons: number
  requests: number
  bytes: number
  /** Of what was claimed: listings that came, and those that did not or that nobody may pass on. */
  given: number
  missing: number
}
export type RoundEnd = 'complete' | 'bounded' | 'malformed' | 'refused' | 'barren'
export type SyncEffect =
  | { type: 'ask'; request: Uint8Array }
  /** Bytes of `ListingMessage`s, to be judged one by one; the round goes on with `judged`. */
  | { type: 'take'; listings: Uint8Array[] }
  | { type: 'end'; because: RoundEnd }

/** A round begins: its state and the first question. */
export function beginRound({ sets }: Own): [Round, SyncEffect[]] {
  const round: Round = {
    phase: 'comparing', asked: [], ranges: [], wanted: [], comparisons: 0, requests: 0, bytes: 0, given: 0, missing: 0,
  }
  const prints = { federation: fingerprintOf(sets.federation, WHOLE), peers: fingerprintOf(sets.peers, WHOLE) }
  // Who holds nothing has nothing to compare, and asks for everything at once.
  if (BOTH.every((range) => sizeOf(setOf(sets, range), WHOLE) === 0)) {
    return goOn({ ...round, ranges: BOTH.map((range) => ({ ...range, list: true })) })
  }
  return ask({ ...round, asked: BOTH, comparisons: 1 }, { ask: 'summary', ...prints })
}

/** One turn of the asker: an answer came. `own` is looked at after earlier listings were taken. */
export function step(round: Round, answer: Uint8Array, own: Own): [Round, SyncEffect[]] {
  if (round.phase !== 'comparing' && round.phase !== 'fetching') return [round, []]
  const counted = { ...round, bytes: round.bytes + answer.length }
  if (decodeAs(answers.refused, answer) !== null) return over(counted, 'refused')
  return round.phase === 'comparing' ? heard(counted, answer, own) : fetched(counted, answer)
}

/** The other turn: what came was judged, and so many were rejected, of which an honest neighbour has none. */
export function judged(round: Round, rejected: number): [Round, SyncEffect[]] {
  if (round.phase !== 'judging') return [round, []]
  return goOn({ ...round, given: round.given - rejected, missing: round.missing + rejected })
}

function heard(round: Round, answer: Uint8Array, own: Own): [Round, SyncEffect[]] {
  if (decodeAs(answers.same, answer) !== null) return round.comparisons === 1 ? over(round, 'complete') : over(round, 'malformed')
  const parts = answer.length > COMPARE_BYTES_MAX ? undefined : decodeAs(answers.parts, answer)?.parts
  if (parts === undefined || parts.length === 0 || parts.length > round.asked.length) return over(round, 'malformed')
  const ranges: AskedRange[] = []
  const wanted: Ref[] = []
  for (const [i, part] of parts.entries()) {
    const asked = round.asked[i]!
    if (!isAnswerTo(asked, part) || (part.more && i < parts.length - 1)) return over(round, 'malformed')
    ranges.push(...differing(asked, part, own))
    for (const row of part.rows) if (own.wants(row)) wanted.push(refOf(row))
    if (part.more) ranges.push({ ...asked, list: true, after: refOf(part.rows.at(-1)!) })
  }
  ranges.push(...round.asked.slice(parts.length), ...round.ranges)
  return goOn({ ...round, ranges, wanted })
}

/** Rows that ascend inside their range are what makes a round end: whoever repeats itself is not listened to. */
function isAnswerTo(asked: AskedRange, { fingerprints, rows, more }: Part): boolean {
  const bits = floorLog2(fingerprints.length)
  if (fingerprints.length > 0) {
    const cut = bits > 0 && 2 ** bits === fingerprints.length && asked.bits + bits <= POSITION_BITS
    return cut && !asked.list && rows.length === 0 && !more
  }
  return isListOf(asked, asked.after, rows) && (rows.length > 0 || !more)
}

function differing(asked: AskedRange, { fingerprints }: Part, { sets }: Own): AskedRange[] {
  if (fingerprints.length === 0) return []
  const [tree, cut] = [setOf(sets, asked), floorLog2(fingerprints.length)]
  const ours = fingerprintsIn(tree, asked, cut)
  return partsOf(asked, cut)
    .filter((_, i) => !equalBytes(ours[i]!, fingerprints[i]!))
    .map((range) => ({ peers: asked.peers, ...range, list: sizeOf(tree, range) === 0, after: null }))
}

function fetched(round: Round, answer: Uint8Array): [Round, SyncEffect[]] {
  const found = decodeAs(answers.fetch, answer)
  if (found === null) return over(round, 'malformed')
  const { length } = found.listings
  // At least one fits always, and more than were asked for are not an answer.
  if (length === 0 || length > Math.min(round.wanted.length, FETCH_MAX)) return over(round, 'malformed')
  const listings = found.listings.filter((one) => one !== null)
  const next: Round = {
    ...round, phase: 'judging', wanted: round.wanted.slice(length),
    given: round.given + listings.length, missing: round.missing + length - listings.length,
  }
  return [next, [{ type: 'take', listings }]]
}

function goOn(round: Round): [Round, SyncEffect[]] {
  if (round.missing > BARREN_MAX + round.given) return over(round, 'barren')
  if (round.wanted.length > 0) {
    return ask({ ...round, phase: 'fetching' }, { ask: 'fetch', refs: round.wanted.slice(0, FETCH_MAX) })
  }
  if (round.ranges.length === 0) return over(round, 'complete')
  if (round.comparisons >= COMPARISONS_PER_ROUND_MAX) return over(round, 'bounded')
  const asked = round.ranges.slice(0, RANGES_MAX)
  const next: Round = {
    ...round, phase: 'comparing', asked, ranges: round.ranges.slice(RANGES_MAX), comparisons: round.comparisons + 1,
  }
  return ask(next, { ask: 'ranges', ranges: asked })
}

function ask(round: Round, request: SyncRequest): [Round, SyncEffect[]] {
  if (round.requests >= REQUESTS_PER_ROUND_MAX || round.bytes > BYTES_PER_ROUND_MAX) return over(round, 'bounded')
  const next = { ...round, requests: round.requests + 1 }
  return [next, [{ type: 'ask', request: encodeSyncRequest(request) }]]
}

const refOf = ({ id, hub }: Ref): Ref => ({ id, hub })
const over = (round: Round, because: RoundEnd): [Round, SyncEffect[]] =>
  [{ ...round, phase: 'over', asked: [], ranges: [], wanted: [] }, [{ type: 'end', because }]]
