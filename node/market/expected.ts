/**
 * Members of other cities who are expected at gatherings of this one, kept beside the record: nobody of them is written into
 * it for that, because nothing is signed here by them. Who they are their own city says, and its log, as far as it has been
 * read here, has to show that somebody attested them there. It ends with the gathering, with its listing, with whoever
 * leaves their city, and with a city that is no neighbour any more.
 *
 *   openExpected({ writer, store, clock, log, isNeighbour, stateOf, listing, letters }) → Expected
 */
import type { Hex, Origin } from '#ledger/action.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { isFrozen } from '#ledger/rules/freeze.ts'
import { isActive } from '#ledger/rules/status.ts'
import { decodeAs, encodeAs, fields, hexOf, type Infer, listOf, nullable, textUpTo } from '#ledger/schema.ts'
import type { Session } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { DoorRefusal, GatheringsAbroad } from '#protocol/api.ts'
import { NAME_BYTES_MAX } from '#protocol/guest.ts'
import type { Listing } from '#protocol/listing.ts'
import { bucketsOf } from '../bucket.ts'
import type { Clock, Log, Writer } from '../ports.ts'
import type { Store } from '../store.ts'
import { openTurns } from '../turns.ts'
import type { Letters } from '../words/letters.ts'

/** At one gathering, of all other cities together and of one of them; and of one person at all gatherings. */
export const EXPECTED_MAX = 128
export const EXPECTED_OF_ONE_HOME_MAX = 64
export const EXPECTED_OF_ONE_GUEST_MAX = 32
/** So often somebody says that they come, and all members of their city together; who cannot come says so at any time. */
const COMING_OF_ONE = { most: 40, perHour: 20 }
const COMING_OF_ONE_HOME = { most: 120, perHour: 120 }
const GUESTS_MAX = 20_000
const SWEEP_EVERY_MS = 3_600_000

const guestSchema = fields({ acct: hexOf(32), home: textUpTo(64), name: nullable(textUpTo(NAME_BYTES_MAX)) })
const rowSchema = listOf(guestSchema, EXPECTED_MAX)
export type ExpectedGuest = Infer<typeof guestSchema>

export type NotExpected = { refusal: Refusal } | { door: DoorRefusal }

export type Expected = {
  /** The listing of a gathering that can still be come to. */
  listingOf(session: Hex): Listing | null
  /** Who of other cities is expected at a gathering, as they signed up. */
  at(session: Hex): readonly ExpectedGuest[]
  /** The gatherings of a listing that can still be come to, as somebody of another city is told of them; the next first. */
  shownTo(home: Origin, guest: Hex, listing: Listing): GatheringsAbroad
  /** Expects somebody of another city, or no longer; null when it is so. Throws a StoreError when it cannot be kept. */
  come(home: Origin, guest: Hex, name: string | null, session: Hex, comes: boolean): Promise<NotExpected | null>
  /** Called when somebody signs up or stays away. Must not throw. */
  onChange(listener: () => void): void
  /** A listing has come, changed or gone. */
  listingChanged(id: Hex): void
  stop(): Promise<void>
}

export type ExpectedPorts = {
  writer: Pick<Writer, 'state' | 'onRecorded'>
  store: Store
  clock: Clock
  log: Log
  /** Whether a city is one of our federation's. */
  isNeighbour(hub: Origin): boolean
  /** A city's record, as far as it has been read here. */
  stateOf(hub: Origin): State | null
  listing(id: Hex): { listing: Listing } | null
  letters: Pick<Letters, 'blockedBy'>
}

/** Reads who is expected. A row that cannot be read is nobody. */
export async function openExpected({ writer, store, clock, log, isNeighbour, stateOf, listing, letters }: ExpectedPorts): Promise<Expected> {
  const rows = store.table('expected')
  const expected = new Map<Hex, ExpectedGuest[]>()
  const ofOne = bucketsOf(COMING_OF_ONE, clock, GUESTS_MAX)
  const ofOneHome = bucketsOf(COMING_OF_ONE_HOME, clock)
  const listeners: (() => void)[] = []
  let cancelSweep = (): void => {}
  // One after the other: each is decided on what the one before has left.
  const turns = openTurns()

  for await (const [id, value] of rows.entries()) {
    const guests = decodeAs(rowSchema, value)
    if (guests === null) log.warn('who is expected at a gathering could not be read and counts as nobody', { session: id })
    else expected.set(id, guests)
  }

  const tell = (): void => listeners.forEach((listener) => listener())

  /** A gathering of this hub that can still be come to, and its listing; led by whoever posted that. */
  function comingUp(id: Hex): { session: Session; about: Listing } | null {
    const session = writer.state.sessions.openOne(id)
    const about = session === undefined ? undefined : listing(session.terms.listing)?.listing
    if (session?.phase !== 'open' || about === undefined || session.terms.ends <= clock.now()) return null
    return about.state === 'open' && about.hub === writer.state.hub.origin && about.author === session.terms.acct ? { session, about } : null
  }

  /** Whether somebody is, by their own city's log, one of its members; null while that log has not been read here. */
  function isMemberOf(home: Origin, acct: Hex): boolean | null {
    const there = stateOf(home)
    if (there === null) return null
    const member = there.members.get(acct)
    return member !== undefined && isActive(member)
  }
  const mayStay = ({ acct, home }: ExpectedGuest): boolean =>
    isNeighbour(home) && !isFrozen(writer.state, home) && !writer.state.members.has(acct) && isMemberOf(home, acct) !== false

  async function keep(id: Hex, guests: ExpectedGuest[]): Promise<void> {
    if (guests.length === 0) await rows.del(id)
    else await rows.put(id, encodeAs(rowSchema, guests))
    if (guests.length === 0) expected.delete(id)
    else expected.set(id, guests)
    tell()
  }

  async function come(home: Origin, guest: Hex, name: string | null, id: Hex, comes: boolean): Promise<NotExpected | null> {
    const found = comingUp(id)
    if (found === null) return { door: { code: 'not-found' } }
    const before = expected.get(id) ?? []
    // Of two cities that name the same account one lies, and takes nobody's place by it.
    const isOwn = (one: ExpectedGuest): boolean => one.acct === guest && one.home === home
    const others = before.filter((one) => !isOwn(one))
    if (before.some(isOwn) === comes) return null
    // A place for one member that nobody may take from the others of their city.
    const no = comes ? notWelcome(home, guest, found.session, before) : null
    if (no !== null) return no
    if (comes && !(ofOne.take(`${home} ${guest}`) && ofOneHome.take(home))) return { door: { code: 'too-many', retrySeconds: 3_600 } }
    await keep(id, comes ? [...others, { acct: guest, home, name }] : others)
    return null
  }

  function notWelcome(home: Origin, guest: Hex, { people, terms: { acct: organiser, places } }: Session, before: ExpectedGuest[]): NotExpected | null {
    const { members, guests } = writer.state
    if (isFrozen(writer.state, home)) return { refusal: { code: 'hub-frozen', hub: home } }
    const isMember = isMemberOf(home, guest)
    if (isMember === null) return { door: { code: 'busy', retrySeconds: 60 } }
    const isAnothers = members.has(guest) || (guests.get(guest)?.home ?? home) !== home
    if (!isMember || isAnothers) return { refusal: { code: 'not-attested', member: guest } }
    if (letters.blockedBy(organiser).some((one) => one.acct === guest && one.hub === home)) return { door: { code: 'circle-refused', because: 'not-asked' } }
    if (people.size + before.length >= places) return { refusal: { code: 'limit-reached', most: places } }
    const most = [
      [before.length, EXPECTED_MAX],
      [before.filter((one) => one.home === home).length, EXPECTED_OF_ONE_HOME_MAX],
      [[...expected.values()].filter((all) => all.some((one) => one.acct === guest && one.home === home)).length, EXPECTED_OF_ONE_GUEST_MAX],
    ].find(([count, bound]) => count! >= bound!)?.[1]
    return most === undefined ? null : { refusal: { code: 'limit-reached', most } }
  }

  async function sweep(): Promise<void> {
    for (const [id, guests] of [...expected]) {
      const left = comingUp(id) === null ? [] : guests.filter(mayStay)
      if (left.length < guests.length) await keep(id, left)
    }
  }
  const swept = (): void => {
    if (expected.size === 0) return
    turns.take(sweep).catch((error: unknown) => log.warn('who is expected no longer is still on the list', { error: String(error) }))
  }
  function sweeping(): void {
    swept()
    cancelSweep = clock.after(SWEEP_EVERY_MS, sweeping)
  }
  sweeping()
  writer.onRecorded(({ action: { kind } }) => {
    if (kind === 'session.closed' || kind === 'session.cancelled' || kind === 'hub.frozen' || kind === 'fed.adopted') swept()
  })

  return {
    listingOf: (id) => comingUp(id)?.about ?? null,
    at: (id) => expected.get(id) ?? [],
    shownTo: (home, guest, about) => ({
      gatherings: [...writer.state.sessions.openOnes()]
        .filter(({ id, terms }) => terms.listing === about.id && comingUp(id) !== null)
        .sort((one, other) => one.terms.begins - other.terms.begins)
        .map(({ id, terms: { begins, ends, places }, people }) => {
          const guests = expected.get(id) ?? []
          return { id, begins, ends, places, signedUp: people.size + guests.length, isMine: guests.some((one) => one.acct === guest && one.home === home) }
        }),
    }),
    come: (home, guest, name, session, comes) => turns.take(() => come(home, guest, name, session, comes)),
    onChange: (listener) => void listeners.push(listener),
    listingChanged(id) {
      if ([...expected.keys()].some((session) => writer.state.sessions.get(session)?.terms.listing === id)) swept()
    },
    stop() {
      cancelSweep()
      return turns.over()
    },
  }
}
