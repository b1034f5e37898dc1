/** Members of one city at gatherings of another: expected beside its record, by their own city's word and its log, within bounds. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { utf8 } from '#ledger/bytes.ts'
import type { State } from '#ledger/state/state.ts'
import { type Guests, startGuests } from '#node/cities/guests.ts'
import { openAway } from '#node/market/away.ts'
import { type Expected, EXPECTED_OF_ONE_GUEST_MAX, EXPECTED_OF_ONE_HOME_MAX, openExpected } from '#node/market/expected.ts'
import { appointmentsOf, attendedBy } from '#node/market/agenda.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Network } from '#node/wire/network.ts'
import { openBlobs } from '#node/words/blobs.ts'
import { openInbox } from '#node/words/inbox.ts'
import type { GatheringsAbroad } from '#protocol/api.ts'
import { encodeGuestRequest, GUEST_PROTOCOL, type GuestRequest, parseGatherings, parseNo } from '#protocol/guest.ts'
import type { Listing } from '#protocol/listing.ts'
import { aListing } from '#test/support/listings.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { attach, introduce } from '#test/support/neighbours.ts'
import { aSession } from '#test/support/people.ts'
import { aListeningLog, aSteeredClock, type SteeredClock, writerOf } from '#test/support/town-writer.ts'
import { aMember, aPerson, aTown, DAY, federate, hexFor, idFor, NOON, type Person, recorded, shown, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

const LISTING = idFor('a listing')
const NOT_FOUND = { door: { code: 'not-found' } }
type City = {
  town: Town; network: Network; guests: Guests; expected: Expected; away: Awaited<ReturnType<typeof openAway>>
  listings: Map<Hex, Listing>; blocked: { acct: Hex; hub: string }[]; gone: { hub: string }; store: ReturnType<typeof aMemoryStore>
  again(): Promise<Expected>
}

async function cities(...names: string[]) {
  const bus = new MemoryBus()
  const clock = aSteeredClock(NOON)
  const towns = names.map((name) => aTown(name))
  const networks = towns.map((town) => attach(bus, town))
  federate(towns)
  introduce(networks)
  /** Logs that have not been read anywhere yet. */
  const unread = new Set<string>()
  const stateOf = (hub: string): State | null => (unread.has(hub) ? null : (towns.find(({ card }) => card.origin === hub)?.state ?? null))
  const opened = await Promise.all(towns.map((town, i) => open(town, networks[i]!, clock, stateOf)))
  return { bus, clock, unread, opened }
}

async function open(town: Town, network: Network, clock: SteeredClock, stateOf: (hub: string) => State | null): Promise<City> {
  const [writer, store, log] = [writerOf(town), aMemoryStore(), aListeningLog()]
  const listings = new Map<Hex, Listing>()
  const blocked: City['blocked'] = []
  /** A city that is no neighbour any more. */
  const gone = { hub: '' }
  const listing = (id: Hex) => (listings.has(id) ? { listing: listings.get(id)! } : null)
  const blobs = openBlobs(writer, store, stateOf)
  const inbox = await openInbox({ writer, store, blobs, clock, log, listing })
  const again = () => openExpected({ writer, store, clock, log, isNeighbour: (hub) => hub !== gone.hub, stateOf, listing, letters: { blockedBy: () => blocked } })
  const expected = await again()
  const away = await openAway({ writer, store, log, stateOf })
  const guests = await startGuests({
    writer, network, clock: { now: clock.now, after: (_ms, call) => (setImmediate(call), () => {}) }, log, inbox, blobs, listing,
    viewFor: () => ({ door: { code: 'not-found' } }) as never, useFor: () => null, gatherings: expected, rooms: { view: () => null, act: async () => ({ ok: true }) },
    prove: async (seq) => shown(town, town.entries[seq]!).proof, nameOf: (acct) => `name of ${acct.slice(0, 4)}`,
  })
  return { town, network, guests, expected, away, listings, blocked, gone, store, again }
}

/** A gathering of the host's steward with so many places, and a member of the home. */
async function aGathering(places = 3) {
  const world = await cities('home', 'host', 'third')
  const [home, host, third] = world.opened as [City, City, City]
  host.listings.set(LISTING, aListing(host.town, host.town.steward, { kind: 'event' }))
  const session = open2(host, places)
  const jun = aMember(home.town, 'jun')
  const { clock } = world
  return { ...world, home, host, third, session, jun, clock }
}

function open2(host: City, places: number, begins = host.town.now + 2 * DAY): Hex {
  const opened = aSession(host.town, hexFor('the room’s code'), { listing: LISTING, begins, ends: begins + 3_600, places })
  recorded(host.town, opened, [host.town.steward])
  return opened.id as Hex
}

const come = (home: City, host: City, { acct }: { acct: Hex }, session: Hex, comes = true) => home.guests.come(acct, host.town.card.origin, session, comes)
const seen = (home: City, host: City, { acct }: { acct: Hex }) => home.guests.gatherings(acct, host.town.card.origin, LISTING)
const first = (answer: unknown) => (answer as GatheringsAbroad).gatherings[0]
const asks = async (from: City, host: City, request: GuestRequest) => {
  const bytes = await from.network.request(host.network.self, GUEST_PROTOCOL, encodeGuestRequest(request), { answerBytesMax: 1_048_576, timeoutMs: 5_000 })
  return parseNo(bytes) ?? parseGatherings(bytes)
}

describe('a member at a gathering of another city', () => {
  test('sees when it is, signs up, is expected by name and city, and stays away again; the record there says nothing of it', async () => {
    const { home, host, session, jun } = await aGathering()
    const size = host.town.entries.length
    expect(first(await seen(home, host, jun))).toMatchObject({ id: session, places: 3, signedUp: 0, isMine: false })
    expect(first(await come(home, host, jun, session))).toMatchObject({ signedUp: 1, isMine: true })
    expect(first(await come(home, host, jun, session))).toMatchObject({ signedUp: 1, isMine: true })
    expect(host.expected.at(session)).toEqual([{ acct: jun.acct, home: home.town.card.origin, name: `name of ${jun.acct.slice(0, 4)}` }])
    expect((await host.again()).at(session)).toHaveLength(1)
    expect(first(await come(home, host, jun, session, false))).toMatchObject({ signedUp: 0, isMine: false })
    expect(host.expected.at(session)).toEqual([])
    expect(host.town.entries).toHaveLength(size)
    expect(host.town.state.guests.size).toBe(0)
  })

  test('has it in the calendar at home from the answer on, and no longer when it is called off there', async () => {
    const { home, host, session, jun } = await aGathering()
    const inCalendar = () => attendedBy(home.away.in(jun.acct, host.town.state), host.town.card.origin)
    const told = async (comes: boolean) => home.away.said(jun.acct, host.town.card.origin, (await come(home, host, jun, session, comes)) as GatheringsAbroad)
    await told(true)
    expect(inCalendar()).toMatchObject([{ what: 'session', id: session, hub: host.town.card.origin, listing: LISTING }])
    expect(appointmentsOf(jun.acct, [], host.town.card.origin)).toEqual([])
    await told(false)
    expect(inCalendar()).toEqual([])
    await told(true)
    recorded(host.town, { kind: 'session.cancelled', session }, [host.town.steward])
    expect(inCalendar()).toEqual([])
    await home.away.forget(jun.acct)
    expect(home.store.table('away').get(jun.acct)).toBeUndefined()
  })

  test('hears that the city cannot be reached', async () => {
    const { bus, home, host, session, jun } = await aGathering()
    bus.cut(home.network.self, host.network.self)
    expect(await come(home, host, jun, session)).toEqual({ door: { code: 'hub-unreachable', hub: host.town.card.origin } })
  })
})

describe('a gathering', () => {
  test('has as many places for guests as members have left', async () => {
    const { home, host, session, jun } = await aGathering(2)
    const [local, other, late] = [aMember(host.town, 'local'), aMember(home.town, 'other'), aMember(home.town, 'late')]
    recorded(host.town, { kind: 'session.joined', session, code: hexFor('own code') }, [local])
    expect(first(await come(home, host, jun, session))).toMatchObject({ signedUp: 2 })
    for (const one of [other, late]) expect(await come(home, host, one, session)).toEqual({ refusal: { code: 'limit-reached', most: 2 } })
    await come(home, host, jun, session, false)
    expect(first(await come(home, host, late, session))).toMatchObject({ signedUp: 2, isMine: true })
  })

  test('is there for cities that may see its listing, while it is open, led by who posted that, and not over', async () => {
    const { home, host, session, jun, clock } = await aGathering()
    const list = (own: Partial<Listing>) => host.listings.set(LISTING, aListing(host.town, host.town.steward, { kind: 'event', ...own }))
    for (const own of [{ scope: 'hub' }, { state: 'closed' }, { author: hexFor('another') }] as const) {
      list(own)
      expect(await come(home, host, jun, session)).toEqual(NOT_FOUND)
    }
    list({})
    expect(await come(home, host, jun, idFor('none'))).toEqual(NOT_FOUND)
    expect(first(await come(home, host, jun, session))).toMatchObject({ isMine: true })
    await clock.pass(3 * DAY)
    expect(await come(home, host, jun, session)).toEqual(NOT_FOUND)
    expect(await seen(home, host, jun)).toEqual({ gatherings: [] })
  })

  test('forgets who was expected when its listing ends, with a city that is frozen or gone, and with whoever leaves it', async () => {
    const { home, host, session, jun } = await aGathering()
    const swept = async () => {
      host.expected.listingChanged(LISTING)
      await host.expected.stop()
      return host.expected.at(session).length
    }
    await come(home, host, jun, session)
    expect(await swept()).toBe(1)
    recorded(home.town, { kind: 'member.left' }, [jun])
    expect(await swept()).toBe(0)
    const bo = aMember(home.town, 'bo')
    await come(home, host, bo, session)
    host.town.state.frozen.set(home.town.card.origin, {} as never)
    expect(await swept()).toBe(0)
    expect(await come(home, host, bo, session)).toEqual({ refusal: { code: 'hub-frozen', hub: home.town.card.origin } })
    host.town.state.frozen.clear()
    await come(home, host, bo, session)
    host.gone.hub = home.town.card.origin
    expect(await swept()).toBe(0)
    host.gone.hub = ''
    await come(home, host, bo, session)
    host.listings.clear()
    expect(await swept()).toBe(0)
    expect(host.store.table('expected').get(session)).toBeUndefined()
  })
})

describe('a home that lies', () => {
  const ask = (guest: Hex, session: Hex, name: string | null = null, comes = true): GuestRequest => ({ ask: 'come', guest, name, session, comes })

  test('brings nobody whom its own log does not show as met there, nobody of another city, and nobody of this one', async () => {
    const { home, host, third, session, unread } = await aGathering()
    const [theirs, ours, stranger] = [aMember(third.town, 'theirs'), aMember(host.town, 'ours'), aPerson('stranger')]
    for (const { acct } of [theirs, ours, stranger]) {
      expect(await asks(home, host, ask(acct, session))).toEqual({ refusal: { code: 'not-attested', member: acct } })
    }
    unread.add(home.town.card.origin)
    expect(await asks(home, host, ask(aMember(home.town, 'new').acct, session))).toEqual({ door: { code: 'busy', retrySeconds: 60 } })
    expect(host.expected.at(session)).toEqual([])
  })

  test('takes no other city’s guest off the list, is told of no other’s, and is believed no name of more bytes', async () => {
    const { home, host, third, session, jun } = await aGathering()
    await come(home, host, jun, session)
    expect(first(await asks(third, host, ask(jun.acct, session, null, false)))).toMatchObject({ signedUp: 1, isMine: false })
    expect(first(await asks(third, host, { ask: 'gatherings', guest: jun.acct, listing: LISTING }))).toMatchObject({ signedUp: 1, isMine: false })
    expect(() => ask(jun.acct, session, 'x'.repeat(161)) && encodeGuestRequest(ask(jun.acct, session, 'x'.repeat(161)))).toThrow()
    expect(host.expected.at(session)).toHaveLength(1)
    const bold = aMember(home.town, 'bold')
    await asks(home, host, ask(bold.acct, session, '<b>steward</b>'))
    expect(host.expected.at(session)[1]).toMatchObject({ name: '<b>steward</b>', home: home.town.card.origin })
  })

  test('takes nobody’s place by naming another city’s member as its own', async () => {
    const { home, host, third, session, jun } = await aGathering()
    third.town.state.members.set(jun.acct, third.town.state.members.get(aMember(third.town, 'a name').acct)!)
    expect(await host.expected.come(third.town.card.origin, jun.acct, 'somebody', session, true)).toBeNull()
    expect(await host.expected.come(home.town.card.origin, jun.acct, 'jun', session, true)).toBeNull()
    expect(host.expected.at(session).map(({ name }) => name)).toEqual(['somebody', 'jun'])
    expect(await host.expected.come(third.town.card.origin, jun.acct, null, session, false)).toBeNull()
    expect(host.expected.at(session).map(({ name }) => name)).toEqual(['jun'])
  })

  test('fills half of a large gathering and no more, and goes on changing its mind only for so long', async () => {
    const { home, host, session } = await aGathering(256)
    const people: Person[] = Array.from({ length: EXPECTED_OF_ONE_HOME_MAX + 1 }, (_, i) => aMember(home.town, `crowd ${i}`))
    const origin = home.town.card.origin
    const answers = await Promise.all(people.map(({ acct }) => host.expected.come(origin, acct, null, session, true)))
    expect(answers.filter((one) => one === null)).toHaveLength(EXPECTED_OF_ONE_HOME_MAX)
    expect(answers.at(-1)).toEqual({ refusal: { code: 'limit-reached', most: EXPECTED_OF_ONE_HOME_MAX } })
    let last: unknown = null
    for (let i = 0; i < 100 && last === null; i++) last = await host.expected.come(origin, people[0]!.acct, null, session, i % 2 === 1)
    expect(last).toEqual({ door: { code: 'too-many', retrySeconds: 3_600 } })
    // Which keeps nobody else of that city from coming, or from saying that they cannot.
    for (const comes of [false, true]) expect(await host.expected.come(origin, people[1]!.acct, null, session, comes)).toBeNull()
    expect(host.expected.at(session).length).toBeLessThanOrEqual(EXPECTED_OF_ONE_HOME_MAX)
  })

  test('sends one person to so many gatherings, and nobody whom the host’s organiser has blocked', async () => {
    const { home, host, jun, clock } = await aGathering()
    const origin = home.town.card.origin
    // One organiser has no more of them open than one guest may go to, so another leads the one more.
    const led = Array.from({ length: EXPECTED_OF_ONE_GUEST_MAX - 1 }, (_, i) => open2(host, 2, host.town.now + (3 + i) * DAY))
    const all = [...host.town.state.sessions.openOnes()].map(({ id }) => id)
    expect(all).toHaveLength(led.length + 1)
    for (const id of all) expect(await host.expected.come(origin, jun.acct, null, id, true)).toBeNull()
    const ours = aMember(host.town, 'who leads as well')
    const other = idFor('another listing')
    host.listings.set(other, { ...aListing(host.town, ours, { kind: 'event' }), id: other })
    const more = aSession(host.town, hexFor('code'), { listing: other, begins: host.town.now + DAY, ends: host.town.now + DAY + 3_600, places: 2 })
    recorded(host.town, { ...more, acct: ours.acct } as never, [ours])
    expect(await host.expected.come(origin, jun.acct, null, more.id as Hex, true)).toEqual({ refusal: { code: 'limit-reached', most: EXPECTED_OF_ONE_GUEST_MAX } })
    const unwanted = aMember(home.town, 'unwanted')
    host.blocked.push({ acct: unwanted.acct, hub: origin })
    expect(await host.expected.come(origin, unwanted.acct, null, all[0]!, true)).toEqual({ door: { code: 'circle-refused', because: 'not-asked' } })
    expect(clock.now()).toBe(NOON)
  })
})

test('a row that cannot be read is nobody', async () => {
  const { host, session } = await aGathering()
  await host.store.table('expected').put(session, utf8('no row'))
  expect((await host.again()).at(session)).toEqual([])
})
