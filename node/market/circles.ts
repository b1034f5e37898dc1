/**
 * Rooms of circles and projects, kept beside the record: one for each listing of this hub that asks people to take part,
 * as long as it is open and whoever posted it is here. Closed, expired, or left by its keeper, nothing of it stays; who
 * leaves the hub or asks to be forgotten leaves nothing in any, nor does a guest who has left their city, or whose city is no
 * neighbour any more.
 *
 *   openCircles({ writer, store, clock, entropy, log, board, listing, inbox, letters, isNeighbour, stateOf }) → Circles
 */
import type { Hex, Kind, Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { isFrozen } from '#ledger/rules/freeze.ts'
import { isActive } from '#ledger/rules/status.ts'
import { decodeAs, encodeAs } from '#ledger/schema.ts'
import type { State } from '#ledger/state/state.ts'
import type { CircleRequest } from '#protocol/api.ts'
import type { Listing } from '#protocol/listing.ts'
import { bucketsOf } from '../bucket.ts'
import type { Clock, Entropy, Log, Writer } from '../ports.ts'
import type { Store } from '../store.ts'
import { openTurns } from '../turns.ts'
import type { Inbox } from '../words/inbox.ts'
import type { Letters } from '../words/letters.ts'
import { type CircleRefusal, decide, emptyRoom, forgotten, isIn, type Room, roomSchema } from './circle.ts'

/** What one person may write in all rooms in a day, so that nobody's words are pushed out by somebody's many. */
const WRITTEN_BY_ONE = { most: 20, perHour: 20 / 24 }
/** And what all members of one other city may, together. */
const WRITTEN_BY_ONE_HOME = { most: 100, perHour: 100 / 24 }
const WRITERS_MAX = 20_000
const SWEEP_EVERY_MS = 3_600_000

export type CircleDone = { ok: true } | { ok: false; because: CircleRefusal | 'not-found' | 'too-many' }

export type Circles = {
  /** The room behind a listing and the listing itself; null where there is none, or it is over. */
  room(id: Hex): { room: Room; listing: Listing } | null
  /** Of the rooms that somebody is in, also as their keeper. */
  of(acct: Hex): { room: Room; listing: Listing }[]
  /** Throws a StoreError when it cannot be kept; then nothing has changed. */
  act(id: Hex, by: Hex, request: CircleRequest): Promise<CircleDone>
  /** Takes away all that somebody said in any room; they stay in it. */
  forget(acct: Hex): Promise<void>
  /** Called with the id of a listing of which the room has changed. Must not throw. */
  onChange(listener: (id: Hex) => void): void
  /** A listing has come, changed or gone. */
  listingChanged(id: Hex): void
  /** Takes away what is over, as happens every hour. */
  sweep(): Promise<void>
  stop(): Promise<void>
}

export type CirclePorts = {
  writer: Pick<Writer, 'state' | 'onRecorded'>
  store: Store
  clock: Clock
  entropy: Entropy
  log: Log
  /** Those that are open, in memory. */
  board: { all(): Iterable<{ listing: Listing }>; at(id: Hex): { listing: Listing } | undefined }
  listing(id: Hex): { listing: Listing } | null
  /** Whether a city is one of our federation's. */
  isNeighbour(hub: Origin): boolean
  /** A city's record, as far as it has been read here. */
  stateOf(hub: Origin): State | null
  inbox: Pick<Inbox, 'applicationsBy' | 'dropApplication'>
  letters: Pick<Letters, 'blockedBy'>
}

/** Whoever signs one of these takes along what they said here. */
const leaving: ReadonlySet<Kind> = new Set<Kind>(['member.left', 'member.moved'])

/** Reads the rooms there are. A row that cannot be read is no room. */
export async function openCircles(ports: CirclePorts): Promise<Circles> {
  const { writer, store, clock, entropy, log, inbox, letters, isNeighbour, stateOf } = ports
  const rows = store.table('circles')
  const rooms = new Map<Hex, Room>()
  const listeners: ((id: Hex) => void)[] = []
  const written = bucketsOf(WRITTEN_BY_ONE, clock, WRITERS_MAX)
  const writtenFrom = bucketsOf(WRITTEN_BY_ONE_HOME, clock)
  /** Whose listings have rooms, also those in which nobody has done anything yet. */
  const kept = new Map<Hex, Set<Hex>>()
  let cancelSweep = (): void => {}
  // One deed after the other: each is decided on what the one before has left.
  const turns = openTurns()

  for await (const [id, value] of rows.entries()) {
    const room = decodeAs(roomSchema, value)
    if (room === null) log.warn('the room of a circle could not be read and counts as none', { listing: id })
    else rooms.set(id, room)
  }

  /** A listing of this hub that has a room, until it is over. */
  function listed(id: Hex): Listing | null {
    const found = ports.listing(id)?.listing
    if (found === undefined || found.hub !== writer.state.hub.origin || (found.kind !== 'circle' && found.kind !== 'project')) return null
    const author = writer.state.members.get(found.author)
    const isOpen = found.state === 'open' && found.expiresAt > clock.now() && author !== undefined && author.status !== 'departed'
    return isOpen ? found : null
  }
  function noteKeeper({ id, hub, kind, author }: Listing): void {
    if (hub === writer.state.hub.origin && (kind === 'circle' || kind === 'project')) kept.set(author, (kept.get(author) ?? new Set()).add(id))
  }
  for (const { listing } of ports.board.all()) noteKeeper(listing)

  /** Of which other city somebody is; null for members of this one. */
  const homeOf = (acct: Hex): Origin | null => (writer.state.members.has(acct) ? null : (writer.state.guests.get(acct)?.home ?? null))
  /** Whether somebody of another city may still be in a room here: it is one of ours, and they have not left it as far as is known. */
  function isStill(acct: Hex): boolean {
    const home = homeOf(acct)
    if (home === null) return writer.state.members.has(acct)
    const member = stateOf(home)?.members.get(acct)
    return isNeighbour(home) && member?.status !== 'departed'
  }
  /** As long as a city is frozen its members do nothing here, and as long as one of them is shut out there. */
  function mayAct(acct: Hex): boolean {
    const home = homeOf(acct)
    if (home === null) return true
    const member = stateOf(home)?.members.get(acct)
    return isStill(acct) && !isFrozen(writer.state, home) && (member === undefined || isActive(member))
  }

  /** As long as its keeper is shut out, nobody is let in, and nothing of it is lost. */
  function room(id: Hex): { room: Room; listing: Listing } | null {
    const listing = listed(id)
    return listing === null || !isActive(writer.state.members.get(listing.author)!) ? null : { listing, room: rooms.get(id) ?? emptyRoom(listing.author) }
  }
  async function keep(id: Hex, changed: Room | null): Promise<void> {
    if (changed === null) await rows.del(id)
    else await rows.put(id, encodeAs(roomSchema, changed))
    if (changed === null) rooms.delete(id)
    else rooms.set(id, changed)
  }
  const tell = (id: Hex): void => {
    for (const listener of listeners) listener(id)
  }

  async function act(id: Hex, by: Hex, request: CircleRequest): Promise<CircleDone> {
    const found = room(id)
    if (found === null) return { ok: false, because: 'not-found' }
    const { author: keeper, places } = found.listing
    const { members, hub } = writer.state
    const cityOf = (acct: Hex): Origin => homeOf(acct) ?? hub.origin
    if (!mayAct(by)) return { ok: false, because: 'not-a-member' }
    const decided = decide(found.room, request, {
      keeper, by, places, homeOf, now: clock.now(), id: toHex(entropy.bytes(16)),
      hasAsked(acct) {
        const member = members.get(acct)
        const asked = inbox.applicationsBy(acct).some((one) => one.listing === id && one.home === cityOf(acct))
        return asked && (member === undefined ? homeOf(acct) !== null && mayAct(acct) : isActive(member))
      },
      isBlocked: (acct) => letters.blockedBy(keeper).some((one) => one.acct === acct && one.hub === cityOf(acct)),
    })
    if (!decided.ok) return decided
    const writes = request.do === 'write' || request.do === 'ask'
    const home = homeOf(by)
    if (writes && !(written.take(by) && (home === null || writtenFrom.take(home)))) return { ok: false, because: 'too-many' }
    await keep(id, decided.room)
    // That somebody has looked is nobody's news.
    if (request.do !== 'look') tell(id)
    // Its answer is the place in the room. Whoever is let in again after a fault on the way is in already.
    if (request.do === 'let-in') await inbox.dropApplication(id, request.who)
    return { ok: true }
  }

  async function forget(acct: Hex, stays: boolean): Promise<void> {
    for (const [id, one] of [...rooms]) {
      const left = forgotten(one, acct, stays)
      if (left === one) continue
      await keep(id, left)
      tell(id)
    }
  }

  async function end(id: Hex): Promise<void> {
    await keep(id, null)
    tell(id)
  }
  async function sweep(): Promise<void> {
    for (const id of [...rooms.keys()]) if (listed(id) === null) await end(id)
    for (const ids of kept.values()) for (const id of ids) if (listed(id) === null) ids.delete(id)
    const guests = new Set([...rooms.values()].flatMap(({ members }) => members.map(({ acct }) => acct)).filter((acct) => homeOf(acct) !== null))
    for (const acct of guests) if (!isStill(acct)) await forget(acct, false)
  }
  const unswept = (error: unknown): void => log.warn('the room of a circle that is over is still here', { error: String(error) })
  function sweeping(): void {
    turns.take(sweep).catch(unswept)
    cancelSweep = clock.after(SWEEP_EVERY_MS, sweeping)
  }
  sweeping()

  writer.onRecorded(({ action }) => {
    if (!leaving.has(action.kind)) return
    turns.take(async () => {
      await sweep()
      await forget(action.acct, false)
    }).catch((error: unknown) => log.error('what a member said in circles is still here; ask again', { error: String(error) }))
  })

  return {
    room,
    of(acct) {
      const inside = [...rooms].filter(([, one]) => isIn(one, acct)).map(([id]) => id)
      return [...new Set([...inside, ...(kept.get(acct) ?? [])])].flatMap((id) => room(id) ?? [])
    },
    act: (id, by, request) => turns.take(() => act(id, by, request)),
    forget: (acct) => turns.take(() => forget(acct, true)),
    onChange: (listener) => void listeners.push(listener),
    listingChanged(id) {
      const found = ports.board.at(id)
      if (found !== undefined) noteKeeper(found.listing)
      if (rooms.has(id)) turns.take(async () => void (listed(id) === null && (await end(id)))).catch(unswept)
    },
    sweep: () => turns.take(sweep),
    stop() {
      cancelSweep()
      return turns.over()
    },
  }
}
