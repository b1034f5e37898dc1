/**
 * Two hubs that compare boards over a direct call, as `node/board-sync.ts` lets them over the wire: every answer
 * is counted, and what comes is judged by the one judge.
 */
import { type Board, countChange, find, hasRoom, type Kept, merge, peersOf } from '#protocol/board.ts'
import { emptyTree } from '#protocol/range-tree.ts'
import {
  answerTo, beginRound, isNewTo, judged, type Own, parseSyncRequest, type RoundEnd, type Row, type Sets, step,
} from '#protocol/sync.ts'
import { type SealingHub, verdictOn } from '#protocol/verdict.ts'
import { WORDS } from './listings.ts'

export type Side = {
  origin: string
  board: Board
  now: number
  hubOf(origin: string): SealingHub | undefined
  /** What it has of a listing's words; WORDS when it should have them. */
  bodyOf?(kept: Kept): Uint8Array | null
  /** Whether whoever asks has a trust row here. */
  trusts?: boolean
  /** Since it last knew all that another did. */
  missed?: number
}

export type Compared = {
  end: RoundEnd
  /** Answers that compared, and batches of listings. */
  comparisons: number
  fetches: number
  /** Of the questions and the answers that compared. */
  bytes: number
  took: Kept[]
}

/** What `side` answers from, when somebody asks it. */
export const offeredBy = ({ board, origin, trusts = true }: Side): Sets =>
  ({ federation: board.offered.federation, peers: trusts ? peersOf(board.offered, origin) : emptyTree() })

/** What `asker` compares with what `other` offers. */
export const ownOf = (asker: Side, other: Side, wants = (row: Row): boolean => isWanted(asker, row)): Own =>
  ({ sets: { federation: asker.board.offered.federation, peers: peersOf(asker.board.offered, other.origin) }, wants })

const isWanted = ({ board, hubOf }: Side, row: Row): boolean =>
  hubOf(row.hub) !== undefined && isNewTo(board, row) && (find(board, row) !== undefined || hasRoom(board, row.hub))

/** One round of `asker` with `other`; `answered` may answer in its place. */
export function compare(asker: Side, other: Side, answered?: (request: Uint8Array) => Uint8Array): Compared {
  const bodyOf = other.bodyOf ?? ((one: Kept) => (one.hasBody ? WORDS : null))
  const honest = (request: Uint8Array): Uint8Array =>
    answerTo(parseSyncRequest(request) as never, { board: other.board, sets: offeredBy(other), bodyOf })
  const answer = answered ?? honest
  const own = ownOf(asker, other)
  const told: Compared = { end: 'complete', comparisons: 0, fetches: 0, bytes: 0, took: [] }
  let [round, effects] = beginRound(own)
  for (;;) {
    const [effect] = effects
    if (effect!.type === 'end') return { ...told, end: effect!.because }
    if (effect!.type === 'take') {
      ;[round, effects] = judged(round, takeAll(asker, other, effect!.listings, told.took))
      continue
    }
    const reply = answer(effect!.request)
    if (round.phase === 'fetching') told.fetches += 1
    else {
      told.comparisons += 1
      told.bytes += effect!.request.length + reply.length
    }
    ;[round, effects] = step(round, reply, own)
  }
}

function takeAll(asker: Side, other: Side, listings: Uint8Array[], took: Kept[]): number {
  const { board, now, hubOf, missed = 0 } = asker
  const scene = { board, now, hubOf, membersOf: () => null, isFrozen: () => false }
  let rejected = 0
  for (const bytes of listings) {
    const told = verdictOn(bytes, { by: 'sync', from: other.origin, missed }, scene)
    if (told.verdict === 'reject') rejected += 1
    if (told.verdict !== 'accept') continue
    if (find(board, told.kept.listing) !== undefined) countChange(board, told.kept.listing, now)
    merge(board, told.kept)
    took.push(told.kept)
  }
  return rejected
}
