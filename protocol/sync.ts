/**
 * `/cv/sync/1`: two hubs compare boards, so that a listing a topic did not bring arrives all the same.
 *
 * Plain anti-entropy, pulled by the one who wants to know (each side does it for itself):
 *
 *   asker                                    the other
 *   inventory {after} ───────────────────►
 *            ◄─────────────── rows {id, hub, rev, hash, hasBody}[], more
 *   fetch {refs ≤ 100} ──────────────────►    for those that are newer there
 *            ◄─────────────────── listings ≤ 256 KiB, in the order asked, null for what has gone
 *                                         (what did not fit is asked for again)
 *   … the next page, until `more` is false: the explicit end. A cut stream is never taken for one.
 *
 *   | phase     | what comes                        | next                                          |
 *   |-----------|-----------------------------------|-----------------------------------------------|
 *   | comparing | rows, some wanted                 | fetching: ask for the first 100               |
 *   | comparing | rows, none wanted, more           | comparing: ask behind the last row            |
 *   | comparing | rows, none wanted, no more        | over: complete                                |
 *   | fetching  | listings, some still wanted       | fetching: ask for the rest                    |
 *   | fetching  | listings, none wanted any more    | comparing, or over: complete                  |
 *   | any       | `slow-down`, `not-a-member`       | over: refused                                 |
 *   | any       | rows out of order, other bytes    | over: malformed                               |
 *   | any       | requests or bytes used up         | over: bounded; the next round goes on         |
 *
 * `changed` tells the other side that there is something new for it; what it does about it is its own
 * affair. What is fetched is judged like anything else that comes (`verdict.ts`).
 */
import {
  bytesUpTo, decodeAs, encodeAs, fields, flag, hexOf, type Infer, listOf, literal, nullable, oneOf, peekKind,
  textUpTo, uint,
} from '#ledger/schema.ts'
import { type Board, compareRefs, find, type Kept, page, type Ref } from './board.ts'
import { encodeListingMessage, LISTING_MESSAGE_BYTES_MAX } from './gossip.ts'
import { supersedes } from './listing.ts'

export const SYNC_PROTOCOL = '/cv/sync/1'
export const ROWS_PER_PAGE = 1_000
export const FETCH_MAX = 100
export const FETCH_BYTES_MAX = 262_144
/** An inventory page is at most half of this, a batch of listings FETCH_BYTES_MAX and some heads. */
export const SYNC_ANSWER_BYTES_MAX = FETCH_BYTES_MAX + 8_192
export const SYNC_REQUEST_BYTES_MAX = 16_384
/** What one round may cost: enough for forty thousand listings; whoever has more is done next time. */
export const REQUESTS_PER_ROUND_MAX = 512
export const BYTES_PER_ROUND_MAX = 64 * 1_048_576

const refSchema = fields({ id: hexOf(16), hub: textUpTo(64) })
const rowSchema = fields({ id: hexOf(16), hub: textUpTo(64), rev: uint, hash: hexOf(32), hasBody: flag })
/** One line of an inventory: which revision of which listing is there. */
export type Row = Infer<typeof rowSchema>

const requests = {
  inventory: fields({ tag: literal(0), after: nullable(refSchema) }),
  fetch: fields({ tag: literal(1), refs: listOf(refSchema, FETCH_MAX) }),
  changed: fields({ tag: literal(2) }),
}
export type SyncRequest =
  | { ask: 'inventory'; after: Ref | null }
  | { ask: 'fetch'; refs: Ref[] }
  | { ask: 'changed' }

const answers = {
  inventory: fields({ tag: literal(0), rows: listOf(rowSchema, ROWS_PER_PAGE), more: flag }),
  fetch: fields({ tag: literal(1), listings: listOf(nullable(bytesUpTo(LISTING_MESSAGE_BYTES_MAX)), FETCH_MAX) }),
  changed: fields({ tag: literal(2) }),
  refused: fields({ tag: literal(3), because: oneOf('malformed', 'slow-down', 'not-a-member') }),
}
export type SyncRefusal = Infer<typeof answers.refused>['because']

export function encodeSyncRequest(request: SyncRequest): Uint8Array {
  switch (request.ask) {
    case 'inventory': return encodeAs(requests.inventory, { tag: 0, after: request.after })
    case 'fetch': return encodeAs(requests.fetch, { tag: 1, refs: request.refs })
    case 'changed': return encodeAs(requests.changed, { tag: 2 })
  }
}

/** Null for anything but the one spelling of a request. */
export function parseSyncRequest(bytes: Uint8Array): SyncRequest | null {
  switch (peekKind(bytes)) {
    case 0: {
      const found = decodeAs(requests.inventory, bytes)
      return found === null ? null : { ask: 'inventory', after: found.after }
    }
    case 1: {
      const found = decodeAs(requests.fetch, bytes)
      return found === null ? null : { ask: 'fetch', refs: found.refs }
    }
    case 2: return decodeAs(requests.changed, bytes) === null ? null : { ask: 'changed' }
    default: return null
  }
}

export const encodeSyncRefusal = (because: SyncRefusal): Uint8Array =>
  encodeAs(answers.refused, { tag: 3, because })
export const changedAnswer = encodeAs(answers.changed, { tag: 2 })

/** What the answering hub lets this asker see, and the bodies beside its board. */
export type Shared = { board: Board; mayHave(kept: Kept): boolean; bodyOf(kept: Kept): Uint8Array | null }

/** The answer to an inventory or a fetch. What the asker may not have is not there, in either. */
export function answerTo(request: Exclude<SyncRequest, { ask: 'changed' }>, shared: Shared): Uint8Array {
  const { board, mayHave, bodyOf } = shared
  if (request.ask === 'inventory') {
    const { rows, more } = page(board, request.after, ROWS_PER_PAGE, mayHave)
    return encodeAs(answers.inventory, { tag: 0, rows: rows.map(rowOf), more })
  }
  const listings: (Uint8Array | null)[] = []
  let bytes = 0
  for (const ref of request.refs) {
    const kept = find(board, ref)
    const message = kept === undefined || !mayHave(kept)
      ? null
      : encodeListingMessage({ envelope: kept.envelope, body: bodyOf(kept) })
    bytes += message?.length ?? 0
    if (bytes > FETCH_BYTES_MAX) break
    listings.push(message)
  }
  return encodeAs(answers.fetch, { tag: 1, listings })
}

/**
 * Who may have a listing that is on our board: nobody what is for one hub, peers of its hub what is for
 * peers and only from that hub, everybody else the rest. What has expired is nobody's business any more.
 */
export function mayTravel(kept: Kept, at: { own: string; now: number; asksAPeer: boolean }): boolean {
  const { scope, hub, expiresAt } = kept.listing
  if (expiresAt <= at.now || scope === 'hub') return false
  return scope === 'federation' || (hub === at.own && at.asksAPeer)
}

/** Whether a row names something our board lacks: a later revision, or the body of the one we have. */
export function isNewTo(board: Board, row: Row): boolean {
  const old = find(board, row)
  if (old === undefined) return true
  if (old.hash === row.hash) return row.hasBody && !old.hasBody
  return supersedes(row, { rev: old.listing.rev, hash: old.hash })
}

export type Round = {
  phase: 'comparing' | 'fetching' | 'over'
  /** The last row of the page under way. */
  after: Ref | null
  more: boolean
  wanted: Ref[]
  requests: number
  bytes: number
}
export type RoundEnd = 'complete' | 'bounded' | 'malformed' | 'refused'
export type SyncEffect =
  | { type: 'ask'; request: Uint8Array }
  /** Bytes of `ListingMessage`s, to be judged one by one. */
  | { type: 'take'; listings: Uint8Array[] }
  | { type: 'end'; because: RoundEnd }

/** A round begins: its state and the first question. */
export function beginRound(): [Round, SyncEffect[]] {
  const round: Round = { phase: 'comparing', after: null, more: true, wanted: [], requests: 0, bytes: 0 }
  return ask(round, { ask: 'inventory', after: null })
}

/**
 * One turn of the asker: an answer came. `wants` says of a row whether to fetch it; it is asked after
 * earlier listings were taken.
 */
export function step(round: Round, answer: Uint8Array, wants: (row: Row) => boolean): [Round, SyncEffect[]] {
  if (round.phase === 'over') return [round, []]
  const counted = { ...round, bytes: round.bytes + answer.length }
  if (decodeAs(answers.refused, answer) !== null) return over(counted, 'refused')
  return round.phase === 'comparing' ? compared(counted, answer, wants) : fetched(counted, answer)
}

function compared(round: Round, answer: Uint8Array, wants: (row: Row) => boolean): [Round, SyncEffect[]] {
  const found = decodeAs(answers.inventory, answer)
  if (found === null) return over(round, 'malformed')
  const { rows, more } = found
  // Ascending rows are what makes a round end: whoever repeats itself is not listened to.
  let last = round.after
  for (const row of rows) {
    if (last !== null && compareRefs(last, row) >= 0) return over(round, 'malformed')
    last = row
  }
  if (rows.length === 0 && more) return over(round, 'malformed')
  const after = last === null ? null : { id: last.id, hub: last.hub }
  const wanted = rows.filter(wants).map(({ id, hub }) => ({ id, hub }))
  return goOn({ ...round, after, more, wanted })
}

function fetched(round: Round, answer: Uint8Array): [Round, SyncEffect[]] {
  const found = decodeAs(answers.fetch, answer)
  if (found === null) return over(round, 'malformed')
  const { length } = found.listings
  // At least one fits always, and more than were asked for are not an answer.
  if (length === 0 || length > Math.min(round.wanted.length, FETCH_MAX)) return over(round, 'malformed')
  const [next, effects] = goOn({ ...round, wanted: round.wanted.slice(length) })
  return [next, [{ type: 'take', listings: found.listings.filter((one) => one !== null) }, ...effects]]
}

function goOn(round: Round): [Round, SyncEffect[]] {
  if (round.wanted.length > 0) {
    return ask({ ...round, phase: 'fetching' }, { ask: 'fetch', refs: round.wanted.slice(0, FETCH_MAX) })
  }
  if (!round.more) return over(round, 'complete')
  return ask({ ...round, phase: 'comparing' }, { ask: 'inventory', after: round.after })
}

function ask(round: Round, request: SyncRequest): [Round, SyncEffect[]] {
  if (round.requests >= REQUESTS_PER_ROUND_MAX || round.bytes > BYTES_PER_ROUND_MAX) return over(round, 'bounded')
  const next = { ...round, requests: round.requests + 1 }
  return [next, [{ type: 'ask', request: encodeSyncRequest(request) }]]
}

const over = (round: Round, because: RoundEnd): [Round, SyncEffect[]] =>
  [{ ...round, phase: 'over', wanted: [] }, [{ type: 'end', because }]]

const rowOf = ({ listing, hash, hasBody }: Kept): Row =>
  ({ id: listing.id, hub: listing.hub, rev: listing.rev, hash, hasBody })
