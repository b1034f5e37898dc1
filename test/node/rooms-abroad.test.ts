/** Members of one city in the room of a circle of another: let in as members are, seen by name and city, within bounds. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { utf8 } from '#ledger/bytes.ts'
import { type Guests, startGuests } from '#node/cities/guests.ts'
import { type Circles, openCircles } from '#node/market/circles.ts'
import { circleViews } from '#node/page/circle-view.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Network } from '#node/wire/network.ts'
import { openBlobs } from '#node/words/blobs.ts'
import { type Inbox, openInbox } from '#node/words/inbox.ts'
import { openPeople } from '#node/words/people.ts'
import { type CircleRequest, type CircleView, NOTICE_LENGTH_MAX } from '#protocol/api.ts'
import { deedOf, encodeGuestRequest, GUEST_PROTOCOL, type GuestDeed, type GuestRequest, parseNo, parseRoom, requestIn } from '#protocol/guest.ts'
import type { Listing } from '#protocol/listing.ts'
import { aListing } from '#test/support/listings.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { attach, introduce } from '#test/support/neighbours.ts'
import { aListeningLog, aSteeredClock, type SteeredClock, writerOf } from '#test/support/town-writer.ts'
import { aMember, aTown, federate, hexFor, idFor, NOON, type Person, recorded, shown, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

const CIRCLE = idFor('a listing')
const NOT_FOUND = { door: { code: 'not-found' } }
const refused = (because: string) => ({ door: { code: 'circle-refused', because } })
type City = { town: Town; network: Network; guests: Guests; circles: Circles; inbox: Inbox; listings: Map<Hex, Listing>; blocked: { acct: Hex; hub: string }[]; gone: { hub: string } }

async function open(town: Town, network: Network, clock: SteeredClock, towns: Town[]): Promise<City> {
  const [writer, store, log] = [writerOf(town), aMemoryStore(), aListeningLog()]
  const listings = new Map<Hex, Listing>()
  const blocked: City['blocked'] = []
  const gone = { hub: '' }
  const listing = (id: Hex) => (listings.has(id) ? { listing: listings.get(id)! } : null)
  const stateOf = (hub: string) => towns.find(({ card }) => card.origin === hub)?.state ?? null
  const blobs = openBlobs(writer, store, stateOf)
  const inbox = await openInbox({ writer, store, blobs, clock, log, listing })
  const letters = { blockedBy: () => blocked }
  const circles = await openCircles({
    writer, store, clock, log, listing, inbox, letters, stateOf, entropy: { bytes: (n) => crypto.getRandomValues(new Uint8Array(n)) },
    board: { all: () => [...listings.values()].map((one) => ({ listing: one })), at: (id) => listing(id) ?? undefined }, isNeighbour: (hub) => hub !== gone.hub,
  })
  const views = circleViews(writer, letters, openPeople(writer, store, inbox.guestName))
  const guests = await startGuests({
    writer, network, clock: { now: clock.now, after: (_ms, call) => (setImmediate(call), () => {}) }, log, inbox, blobs, listing,
    viewFor: () => ({ door: { code: 'not-found' } }) as never, useFor: () => null,
    gatherings: { listingOf: () => null, shownTo: () => ({ gatherings: [] }), come: async () => null },
    rooms: {
      view(guest, id) {
        const found = circles.room(id)
        return found === null ? null : views.view(found.room, found.listing, guest)
      },
      act: (guest, id, request) => circles.act(id, guest, request),
    },
    prove: async (seq) => shown(town, town.entries[seq]!).proof, nameOf: (acct) => `name of ${acct.slice(0, 4)}`,
  })
  return { town, network, guests, circles, inbox, listings, blocked, gone }
}

/** A circle of the host’s steward, and jun of the home who is in it, unless told otherwise. */
async function aRoom(isIn = true) {
  const bus = new MemoryBus()
  const clock = aSteeredClock(NOON)
  const towns = ['home', 'host', 'third'].map((name) => aTown(name))
  const networks = towns.map((town) => attach(bus, town))
  federate(towns)
  introduce(networks)
  const [home, host, third] = (await Promise.all(towns.map((town, i) => open(town, networks[i]!, clock, towns)))) as [City, City, City]
  host.listings.set(CIRCLE, aListing(host.town, host.town.steward, { kind: 'circle' }))
  const jun = aMember(home.town, 'jun')
  if (isIn) await letIn(home, host, jun)
  return { bus, clock, home, host, third, jun }
}

const apply = (home: City, host: City, { acct }: Person) => home.guests.apply(acct, host.town.card.origin, CIRCLE, 'May I?')
const keeping = (host: City, request: CircleRequest) => host.circles.act(CIRCLE, host.town.steward.acct, request)
async function letIn(home: City, host: City, person: Person): Promise<void> {
  expect(await apply(home, host, person)).toMatchObject({ id: expect.any(String) })
  expect(await keeping(host, { do: 'let-in', who: person.acct })).toEqual({ ok: true })
}
const seen = async (home: City, host: City, { acct }: Person) => (await home.guests.room(acct, host.town.card.origin, CIRCLE)) as CircleView
const does = (home: City, host: City, { acct }: Person, request: CircleRequest) => home.guests.deed(acct, host.town.card.origin, CIRCLE, deedOf(request)!)
const people = (host: City): Hex[] => host.circles.room(CIRCLE)!.room.members.map(({ acct }) => acct)
const asks = async (from: City, host: City, request: GuestRequest) =>
  parseNo(await from.network.request(host.network.self, GUEST_PROTOCOL, encodeGuestRequest(request), { answerBytesMax: 1_048_576, timeoutMs: 5_000 }))

describe('a member in a room of another city', () => {
  test('is told from outside how many are in it, answers the listing, is let in, and is seen by name and city', async () => {
    const { home, host, jun } = await aRoom(false)
    await keeping(host, { do: 'write', words: 'At eight.' })
    expect(await seen(home, host, jun)).toMatchObject({ id: CIRCLE, isMember: false, members: 1, notices: [], people: [] })
    expect(await keeping(host, { do: 'let-in', who: jun.acct })).toEqual({ ok: false, because: 'not-asked' })
    expect(await does(home, host, jun, { do: 'write', words: 'hello' })).toEqual(refused('not-a-member'))
    await letIn(home, host, jun)
    expect(host.inbox.applicationsFor(host.town.steward.acct)).toEqual([])
    const view = await seen(home, host, jun)
    expect(view).toMatchObject({ hub: host.town.card.origin, isMember: true, isNew: true, notices: [{ words: 'At eight.', isMine: false }] })
    expect(view.people[1]).toEqual({ acct: jun.acct, name: `name of ${jun.acct.slice(0, 4)}`, hub: home.town.card.origin, city: home.town.card.city })
  })

  test('writes and takes it back, takes what is to be done and says that it is done, and leaves', async () => {
    const { home, host, jun } = await aRoom()
    const size = host.town.entries.length
    await keeping(host, { do: 'ask', words: 'Translate the poster', until: null })
    const written = (await does(home, host, jun, { do: 'write', words: '<b>I can.</b>' })) as CircleView
    expect(written.notices).toMatchObject([{ words: '<b>I can.</b>', isMine: true, by: { acct: jun.acct } }])
    const task = written.tasks[0]!.id
    for (const [what, state] of [['take', { taker: { acct: jun.acct }, done: null }], ['give-back', { taker: null }], ['take', {}], ['finish', { done: NOON }]] as const) {
      expect((await does(home, host, jun, { do: what, task })) as CircleView).toMatchObject({ tasks: [state] })
    }
    expect(((await does(home, host, jun, { do: 'take-back', notice: written.notices[0]!.id })) as CircleView).notices).toEqual([])
    expect(await does(home, host, jun, { do: 'leave' })).toMatchObject({ isMember: false, members: 1 })
    expect(people(host)).toEqual([host.town.steward.acct])
    expect(host.town.entries).toHaveLength(size)
  })

  test('asks for nothing to be done, and hears that the city cannot be reached', async () => {
    const { bus, home, host, jun } = await aRoom()
    expect(deedOf({ do: 'ask', words: 'x', until: null })).toBeNull()
    expect(deedOf({ do: 'let-in', who: jun.acct })).toBeNull()
    expect(await host.circles.act(CIRCLE, jun.acct, { do: 'ask', words: 'x', until: null })).toEqual({ ok: false, because: 'not-for-guests' })
    bus.cut(home.network.self, host.network.self)
    expect(await does(home, host, jun, { do: 'write', words: 'x' })).toEqual({ door: { code: 'hub-unreachable', hub: host.town.card.origin } })
  })
})

describe('a room', () => {
  test('is there for cities that may see its listing, and does nothing for one that is frozen', async () => {
    const { home, host, jun } = await aRoom()
    const list = (own: Partial<Listing>) => host.listings.set(CIRCLE, aListing(host.town, host.town.steward, { kind: 'circle', ...own }))
    for (const own of [{ scope: 'hub' }, { state: 'closed' }, { kind: 'need' }] as const) {
      list(own)
      expect(await seen(home, host, jun)).toEqual(NOT_FOUND)
      expect(await does(home, host, jun, { do: 'write', words: 'x' })).toEqual(NOT_FOUND)
    }
    list({})
    host.town.state.frozen.set(home.town.card.origin, {} as never)
    expect(await does(home, host, jun, { do: 'write', words: 'x' })).toEqual(refused('not-a-member'))
    host.town.state.frozen.clear()
    expect(await does(home, host, jun, { do: 'write', words: 'x' })).toMatchObject({ isMember: true })
  })

  test('keeps nothing of a guest who has left their city, nor of a city that is no neighbour any more', async () => {
    const { home, host, jun } = await aRoom()
    const bo = aMember(home.town, 'bo')
    await letIn(home, host, bo)
    for (const one of [jun, bo]) await does(home, host, one, { do: 'write', words: 'I was here' })
    const swept = async () => {
      await host.circles.sweep()
      return { people: people(host), said: host.circles.room(CIRCLE)!.room.notices.map(({ by }) => by) }
    }
    expect(await swept()).toEqual({ people: [host.town.steward.acct, jun.acct, bo.acct], said: [jun.acct, bo.acct] })
    recorded(home.town, { kind: 'member.left' }, [jun])
    expect(await swept()).toEqual({ people: [host.town.steward.acct, bo.acct], said: [bo.acct] })
    host.gone.hub = home.town.card.origin
    expect(await swept()).toEqual({ people: [host.town.steward.acct], said: [] })
  })

  test('lets in no guest whom its keeper has blocked', async () => {
    const { home, host, jun } = await aRoom(false)
    await apply(home, host, jun)
    host.blocked.push({ acct: jun.acct, hub: home.town.card.origin })
    expect(await keeping(host, { do: 'let-in', who: jun.acct })).toEqual({ ok: false, because: 'blocked' })
  })
})

describe('a home that lies', () => {
  const deed = (guest: Hex, own: Partial<GuestDeed> = {}): GuestRequest => ({ ask: 'deed', guest, listing: CIRCLE, what: 'write', about: null, words: 'x', ...own })

  test('speaks in the name of no other city’s guest, of no member here and of nobody it has not shown', async () => {
    const { home, host, third, jun } = await aRoom()
    for (const [from, guest] of [[third, jun.acct], [home, host.town.steward.acct], [home, hexFor('nobody')]] as const) {
      expect(await asks(from, host, deed(guest))).toEqual(refused('not-a-member'))
    }
    const bytes = await third.network.request(host.network.self, GUEST_PROTOCOL, encodeGuestRequest({ ask: 'room', guest: jun.acct, listing: CIRCLE }), { answerBytesMax: 1_048_576, timeoutMs: 5_000 })
    expect(parseRoom(bytes, host.town.card.origin, CIRCLE)).toMatchObject({ isMember: false, people: [], notices: [] })
    expect(host.circles.room(CIRCLE)!.room.notices).toEqual([])
  })

  test('is read only where a deed says what it is about and no more', async () => {
    const { home, host, jun } = await aRoom()
    const bad: Partial<GuestDeed>[] = [
      { words: '  ' }, { words: null }, { words: 'x'.repeat(NOTICE_LENGTH_MAX + 1) }, { about: idFor('x') }, { what: 'look' }, { what: 'take', words: null }, { what: 'finish', about: idFor('x') },
    ]
    for (const own of bad) expect(await asks(home, host, deed(jun.acct, own))).toEqual({ door: { code: 'malformed' } })
    expect(() => encodeGuestRequest(deed(jun.acct, { words: '你'.repeat(501) }))).toThrow()
    expect(requestIn({ what: 'take', about: idFor('x'), words: null })).toEqual({ do: 'take', task: idFor('x') })
    expect(await asks(home, host, deed(jun.acct, { what: 'take', about: idFor('x'), words: null }))).toEqual(refused('not-here'))
  })

  test('has its members write a hundred times a day together, and each of them twenty', async () => {
    const { home, host, jun } = await aRoom()
    const crowd = [jun, ...Array.from({ length: 5 }, (_, i) => aMember(home.town, `crowd ${i}`))]
    for (const one of crowd.slice(1)) await letIn(home, host, one)
    const told = []
    for (const { acct } of crowd) for (let i = 0; i < 21; i++) told.push((await host.circles.act(CIRCLE, acct, { do: 'write', words: `${i}` })).ok)
    expect(told.filter(Boolean)).toHaveLength(100)
    expect(told.slice(0, 21).filter(Boolean)).toHaveLength(20)
    expect(host.circles.room(CIRCLE)!.room.notices).toHaveLength(50)
    expect(await keeping(host, { do: 'write', words: 'still heard' })).toEqual({ ok: true })
  })
})

test('a room is believed only when it is the one that was asked about, in the form that was promised', async () => {
  const { home, host, jun } = await aRoom()
  await keeping(host, { do: 'write', words: 'At eight.' })
  await keeping(host, { do: 'ask', words: 'Tea', until: null })
  const view = await seen(home, host, jun)
  const read = (own: object) => parseRoom(utf8(JSON.stringify({ ...view, ...own })), host.town.card.origin, CIRCLE)
  expect(read({})).toEqual(view)
  for (const not of [
    { hub: home.town.card.origin }, { id: idFor('x') }, { isKeeper: true }, { kind: 'need' }, { members: -1 }, { keeper: null }, { people: [{}] },
    { notices: [{ ...view.notices[0]!, words: 7 }] }, { notices: [{ ...view.notices[0]!, by: {} }] }, { tasks: [{ ...view.tasks[0]!, done: 'x' }] }, { tasks: null },
  ]) expect(read(not)).toBeNull()
})
