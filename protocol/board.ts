/**
 * The board: every listing this hub knows of, as data.
 *
 * It is a state-based CRDT (a map of last-writer-wins registers): of two revisions of one listing the
 * higher number stays, of two with the same number the greater hash, so hubs that have heard the same
 * listings hold the same board whatever order they came in. A listing is named by its id *and* its hub;
 * by the id alone, any hub could put its own words in the place of another's.
 *
 * Closing is a later revision without a body, a tombstone. Its header stays until a week after it expires;
 * an expired listing is refused by everybody, so when the header goes no older revision can come back.
 * (For that, a revision may not expire before the one it replaces: `node/cities/feed.ts` sees to it at home, and a
 * hub that does not only wakes its own dead.) Memory is bounded by quotas per hub, which everybody applies
 * to everybody: a hub that says too much is not heard, and nobody else suffers.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { type Listing, supersedes } from './listing.ts'
import { compareRefs, emptyTree, put, type RangeTree, type Ref, take } from './range-tree.ts'

/** One listing as kept: its newest revision, as received. */
export type Kept = {
  listing: Listing
  /** Of the listing's bytes. */
  hash: Hex
  /** As received: what is passed on is what was signed. */
  envelope: Uint8Array
  /** Seconds; when any revision of it was first heard here. */
  heardTs: number
  /** The body is kept beside the board. */
  hasBody: boolean
}

export type Board = {
  hubs: Map<Origin, Map<Hex, Kept>>
  /** What may be for other hubs, as it is compared with theirs. */
  offered: Offered
  /** When changes were taken lately, seconds: by hub within the hour, by member within the day. */
  changes: { hourly: Map<string, number[]>; daily: Map<string, number[]> }
}

/**
 * The sets in which boards are compared: what is for the whole federation, and by hub what is for its own peers.
 * What is for one hub alone stands in neither, so no comparison can let it out. A listing leaves at the full hour
 * after it expired: hubs whose clocks are a little apart then still hold the same sets nearly all the time.
 */
export type Offered = { federation: RangeTree<Kept>; peers: Map<Origin, RangeTree<Kept>>; until: number }

const HOUR = 3_600
const DAY = 86_400

/** A listing's header outlives it by a week: longer than any two hubs' clocks or catch-ups differ. */
export const HEADER_KEPT_SECONDS = 7 * DAY
/** Open listings of one hub, at most; fewer in a small one. */
export const LIVE_MAX = 2_000
export const LIVE_PER_MEMBER_MAX = 5
/** Open, closed and expired together: what one hub may occupy of everybody's memory. */
export const HEADERS_MAX = 2 * LIVE_MAX
export const CHANGES_PER_HOUR_MAX = 60
export const CHANGES_PER_MEMBER_AND_DAY_MAX = 10

export const emptyBoard = (): Board =>
  ({
    hubs: new Map(),
    offered: { federation: emptyTree(), peers: new Map(), until: 0 },
    changes: { hourly: new Map(), daily: new Map() },
  })

/**
 * Takes a listing in, if it is to be kept over what is there. True when the board changed. The result does
 * not depend on the order of calls: the winner of all revisions, and the earliest time any was heard.
 */
export function merge(board: Board, kept: Kept): boolean {
  const { id, hub } = kept.listing
  const listings = board.hubs.get(hub) ?? new Map<Hex, Kept>()
  const old = listings.get(id)
  const heardTs = Math.min(old?.heardTs ?? kept.heardTs, kept.heardTs)
  const wins = old === undefined || supersedes(revisionOf(kept), revisionOf(old))
  const completes = old !== undefined && kept.hash === old.hash && kept.hasBody && !old.hasBody
  const stays = wins ? { ...kept, heardTs } : { ...old, heardTs, hasBody: old.hasBody || completes }
  board.hubs.set(hub, listings.set(id, stays))
  if (wins || completes) offer(board.offered, stays, old)
  return wins || completes || heardTs !== old.heardTs
}

/** Has the sets of `offered` say what the board now says of a listing. */
function offer(offered: Offered, kept: Kept, old: Kept | undefined): void {
  const { scope, expiresAt } = kept.listing
  const stays = expiresAt > offered.until
  if (old !== undefined && (!stays || old.listing.scope !== scope)) withdraw(offered, old)
  if (!stays || scope === 'hub') return
  const tree = scope === 'federation' ? offered.federation : peersOf(offered, kept.listing.hub)
  if (scope === 'peers') offered.peers.set(kept.listing.hub, tree)
  put(tree, kept)
}

function withdraw(offered: Offered, { listing }: Kept): void {
  const tree = listing.scope === 'federation' ? offered.federation : offered.peers.get(listing.hub)
  if (tree !== undefined) take(tree, listing)
}

/** What a hub has for its own peers, as far as it is known here. */
export const peersOf = (offered: Offered, hub: Origin): RangeTree<Kept> => offered.peers.get(hub) ?? emptyTree()

/** The open listings that have not expired; the newest heard first. */
export function live(board: Board, now: number): Kept[] {
  const all = [...board.hubs.values()].flatMap((listings) => [...listings.values()])
  return all
    .filter((kept) => isLive(kept, now))
    .sort((a, b) => b.heardTs - a.heardTs || compareRefs(a.listing, b.listing))
}

export const isLive = ({ listing }: Kept, now: number): boolean =>
  listing.state === 'open' && listing.expiresAt > now

export const find = (board: Board, ref: Ref): Kept | undefined =>
  board.hubs.get(ref.hub)?.get(ref.id)

/**
 * The listing people mean by an id: `own` hub's, else the one heard first. Ids are random, so a second hub
 * with the same one has copied it, and must not be found in its place.
 */
export function byId(board: Board, id: Hex, own: Origin): Kept | undefined {
  const mine = find(board, { id, hub: own })
  if (mine !== undefined) return mine
  const found = [...board.hubs.values()].flatMap((listings) => listings.get(id) ?? [])
  return found.sort((a, b) => a.heardTs - b.heardTs || compareRefs(a.listing, b.listing))[0]
}

/** What is over with: `gone` has left the board, of `wordless` only the body is no longer to be kept. */
export function sweep(board: Board, now: number): { gone: Ref[]; wordless: Ref[] } {
  const gone: Ref[] = []
  const wordless: Ref[] = []
  const until = now - (now % HOUR)
  for (const [hub, listings] of board.hubs) {
    for (const [id, kept] of listings) {
      const { expiresAt } = kept.listing
      if (expiresAt > board.offered.until && expiresAt <= until) withdraw(board.offered, kept)
      if (expiresAt + HEADER_KEPT_SECONDS <= now) {
        listings.delete(id)
        gone.push({ id, hub })
      } else if (kept.hasBody && !isLive(kept, now)) {
        listings.set(id, { ...kept, hasBody: false })
        wordless.push({ id, hub })
      }
    }
    if (listings.size === 0) board.hubs.delete(hub)
  }
  board.offered.until = Math.max(until, board.offered.until)
  forget(board.changes.hourly, now - HOUR)
  forget(board.changes.daily, now - DAY)
  return { gone, wordless }
}

export type OverQuota = 'too-many-live' | 'too-many-kept' | 'too-many-this-hour' | 'too-many-by-member'

/**
 * Which quota this listing would exceed, or null. `members` of its hub, null when not known here.
 * `missed`: null for what is said now. For what comes by comparing boards, the seconds since all that the other
 * board had was last known here: then a listing never heard of is old news and counts against no rate, and of
 * revisions as many are taken as may have been made in that time.
 */
export function overQuota(
  board: Board, listing: Listing, at: { now: number; members: number | null; missed: number | null },
): OverQuota | null {
  const old = find(board, listing)
  // Taking words back must always be possible. It is bounded by what was opened before.
  if (old !== undefined && old.listing.state === 'open' && listing.state === 'closed') return null

  if (old === undefined && !hasRoom(board, listing.hub)) return 'too-many-kept'
  if (listing.state === 'open' && (old === undefined || !isLive(old, at.now))) {
    let open = 0
    for (const kept of board.hubs.get(listing.hub)?.values() ?? []) if (isLive(kept, at.now)) open += 1
    if (open >= liveMax(at.members)) return 'too-many-live'
  }
  if (at.missed !== null && old === undefined) return null
  const [hours, days] = [1 + Math.floor((at.missed ?? 0) / HOUR), 1 + Math.floor((at.missed ?? 0) / DAY)]
  const ofHubLately = since(board.changes.hourly.get(listing.hub), at.now - HOUR).length
  if (ofHubLately >= hours * CHANGES_PER_HOUR_MAX) return 'too-many-this-hour'
  const ofMember = since(board.changes.daily.get(memberKey(listing)), at.now - DAY).length
  return ofMember >= days * CHANGES_PER_MEMBER_AND_DAY_MAX ? 'too-many-by-member' : null
}

/** Whether one more listing of this hub may stand here, whatever it says. */
export const hasRoom = (board: Board, hub: Origin): boolean =>
  (board.hubs.get(hub)?.size ?? 0) < HEADERS_MAX

/**
 * Counts a change that was taken in. The count is not kept over a restart: it bounds the pace, and how much
 * there may be at all is counted on the board itself.
 */
export function countChange(board: Board, listing: Listing, now: number): void {
  note(board.changes.hourly, listing.hub, now)
  note(board.changes.daily, memberKey(listing), now)
}

/** Open listings a hub of so many members may have; `null` when nobody here knows how many it has. */
export const liveMax = (members: number | null): number =>
  members === null ? LIVE_MAX : Math.min(LIVE_MAX, LIVE_PER_MEMBER_MAX * members)

const revisionOf = (kept: Kept): { rev: number; hash: Hex } => ({ rev: kept.listing.rev, hash: kept.hash })
const memberKey = (listing: Listing): string => `${listing.author} ${listing.hub}`

const since = (times: number[] | undefined, ts: number): number[] =>
  (times ?? []).filter((time) => time > ts)

function note(times: Map<string, number[]>, name: string, now: number): void {
  times.set(name, [...since(times.get(name), now - DAY), now])
}

function forget(times: Map<string, number[]>, ts: number): void {
  for (const [name, all] of times) {
    const left = since(all, ts)
    if (left.length === 0) times.delete(name)
    else times.set(name, left)
  }
}
