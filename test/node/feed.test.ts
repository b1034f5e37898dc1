import { beforeAll, describe, expect, test } from 'vitest'
import { fromHex } from '#ledger/bytes.ts'
import { encode } from '#ledger/codec.ts'
import { type Feed, type FeedPorts, type Posted, startFeed } from '#node/cities/feed.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Network } from '#node/wire/network.ts'
import { encodeEnvelope, encodeListing, type Listing, listingHash } from '#protocol/listing.ts'
import { encodeListingMessage } from '#protocol/gossip.ts'
import { ON_THE_WAY_SECONDS } from '#protocol/on-the-way.ts'
import { emptyTree, listIn, put, type Standing, WHOLE } from '#protocol/range-tree.ts'
import { encodeSyncRequest, parseSyncRequest, SYNC_PROTOCOL } from '#protocol/sync.ts'
import { listTopic } from '#protocol/topic.ts'
import { aListing, messageOf, postOf, sealed, WORDS } from '#test/support/listings.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { aMemoryStore, type MemoryStore } from '#test/support/memory-store.ts'
import { attach, introduce } from '#test/support/neighbours.ts'
import { aListeningLog, aSteeredClock, rest, type SteeredClock, writerOf } from '#test/support/town-writer.ts'
import { adoption, aMember, aPerson, aTown, federate, firstDocument, idFor, NOON, type Person, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

type City = {
  town: Town
  network: Network
  store: MemoryStore
  feed: Feed
  log: ReturnType<typeof aListeningLog>
  list(own?: Partial<Listing>, author?: Person, body?: Uint8Array | null): Promise<Posted>
  titles(): string[]
}

type World = { bus: MemoryBus; clock: SteeredClock }
const aWorld = (): World => {
  const clock = aSteeredClock(NOON)
  return { bus: new MemoryBus(clock.after), clock }
}

async function open(world: World, town: Town, network: Network, own: Partial<FeedPorts> = {}): Promise<City> {
  const store = aMemoryStore()
  const log = aListeningLog()
  const ports = { writer: writerOf(town), store, network, clock: world.clock, log, logSecret: town.secrets.log, ...own }
  const feed = await startFeed(ports)
  return {
    town, network, store, log, feed,
    list: (listing, author = town.steward, body = WORDS) => feed.post(postOf(town, author, aListing(town, author, listing), body)),
    titles: () => feed.listings().map(({ listing }) => listing.title).sort(),
  }
}

/** Cities of one federation, connected, each with its feed running. */
async function cities(world: World, ...names: string[]): Promise<City[]> {
  const towns = names.map((name) => aTown(name))
  const networks = towns.map((town) => attach(world.bus, town))
  federate(towns)
  introduce(networks)
  const opened = await Promise.all(towns.map((town, i) => open(world, town, networks[i]!)))
  await rest()
  return opened
}

/** Rows of listings that a hub does not have, in their order; different ones for each `n`. */
function claims(hub: string, n: number): [Uint8Array, string, number, Uint8Array, boolean][] {
  const tree = emptyTree<Standing>()
  for (let i = 0; i < 100; i++) put(tree, { listing: { id: idFor(`claim ${n} ${i}`), hub }, hash: '00'.repeat(32), hasBody: false })
  return listIn(tree, WHOLE, null, 100).found.map(({ listing: { id } }) => [fromHex(id)!, hub, 1, new Uint8Array(32).fill(n), false])
}

type Claim = { listing: Listing; message: Uint8Array }

/** Has a city answer comparisons with these, whatever its board says; `endless`: there is always more, which does not come. */
async function offers(network: Network, claimed: () => Claim[], endless = false): Promise<{ looked: number }> {
  const told = { looked: 0 }
  const rows = (): [Uint8Array, string, number, Uint8Array, boolean][] => {
    const tree = emptyTree<Standing>()
    for (const { listing } of claimed()) put(tree, { listing, hash: listingHash(encodeListing(listing)), hasBody: true })
    return listIn(tree, WHOLE, null, 1_000).found.map(({ listing, hash }) => [fromHex(listing.id)!, listing.hub, (listing as Listing).rev, fromHex(hash)!, true])
  }
  await network.serve(SYNC_PROTOCOL, {
    async handler(_peer, bytes) {
      const asked = parseSyncRequest(bytes)
      if (asked?.ask === 'changed') return encode([3])
      if (asked?.ask === 'fetch') return encode([2, asked.refs.map(({ id }) => claimed().find(({ listing }) => listing.id === id)!.message)])
      if (asked?.ask === 'ranges' && asked.ranges.some(({ after }) => after !== null)) throw new Error('it says no more')
      told.looked += 1
      return encode([1, [[[], rows(), endless], ...(endless ? [] : [[[], [], false]])]])
    },
    requestBytesMax: 16_384, answerBytesMax: 300_000, streamsPerPeerMax: 4, openToStrangers: false,
  })
  return told
}

async function rowsOf(store: MemoryStore, table: 'bodies' | 'listings'): Promise<[string, Uint8Array][]> {
  const rows: [string, Uint8Array][] = []
  for await (const row of store.table(table).entries()) rows.push(row)
  return rows
}

/** A city that is nobody's neighbour. */
async function alone(own: Partial<FeedPorts> = {}): Promise<City> {
  const world = aWorld()
  return open(world, aTown('alone'), null as never, { network: null, ...own })
}

describe('a member’s own', () => {
  test('is sealed, shown with its words, and kept over a restart', async () => {
    const city = await alone()
    expect(await city.list()).toEqual({ ok: true, id: idFor('a listing') })
    const [shown] = city.feed.listings()
    expect(shown).toMatchObject({ listing: { title: 'Somebody to talk German with' }, heardTs: NOON })
    expect(shown!.body).toBe(new TextDecoder().decode(WORDS))
    await city.feed.stop()
    const store = city.store.reopen()
    const again = await open(aWorld(), city.town, null as never, { network: null, store })
    expect(again.feed.listings()).toEqual(city.feed.listings())
  })

  test('is taken from attested members of this hub and their own devices only', async () => {
    const city = await alone()
    const stranger = aPerson('a stranger')
    const mei = aMember(city.town, 'mei')
    expect(await city.list({}, stranger)).toEqual({ ok: false, because: 'not-attested' })
    city.town.state.members.get(mei.acct)!.attested = false
    expect(await city.list({}, mei)).toEqual({ ok: false, because: 'not-attested' })
    city.town.state.members.get(mei.acct)!.attested = true
    expect(await city.list({}, { ...stranger, acct: mei.acct })).toEqual({ ok: false, because: 'unknown-device' })
    expect(await city.list({}, mei)).toMatchObject({ ok: true })
    const post = postOf(city.town, mei, aListing(city.town, mei, { id: idFor('other') }))
    expect(await city.feed.post({ ...post, signature: new Uint8Array(64) })).toEqual({ ok: false, because: 'wrong-signature' })
    expect(await city.feed.post({ ...post, listing: WORDS })).toEqual({ ok: false, because: 'malformed' })
  })

  test('names this hub and its region, and is text', async () => {
    const city = await alone()
    expect(await city.list({ hub: 'cv.other-00000000/log' })).toEqual({ ok: false, because: 'wrong-hub' })
    expect(await city.list({ region: 'eu' })).toEqual({ ok: false, because: 'wrong-region' })
    expect(await city.list({}, city.town.steward, Uint8Array.of(0xff))).toEqual({ ok: false, because: 'not-text' })
    expect(await city.list({}, city.town.steward, null)).toEqual({ ok: false, because: 'body-missing' })
  })

  test('is changed only by its author, never narrowed and never made to end sooner', async () => {
    const city = await alone()
    const { expiresAt } = aListing(city.town, city.town.steward)
    await city.list({ scope: 'peers' })
    const other = aMember(city.town, 'other')
    expect(await city.list({ rev: 2 }, other)).toEqual({ ok: false, because: 'not-yours' })
    expect(await city.list({ rev: 2, scope: 'hub' })).toEqual({ ok: false, because: 'scope-narrowed' })
    expect(await city.list({ rev: 2, expiresAt: expiresAt - 1 })).toEqual({ ok: false, because: 'expires-sooner' })
    expect(await city.list({ rev: 2, title: 'Bread', scope: 'federation' })).toMatchObject({ ok: true })
    expect(city.titles()).toEqual(['Bread'])
  })

  test('sent twice is one listing; an old revision is refused', async () => {
    const city = await alone()
    await city.list({ rev: 2 })
    expect(await city.list({ rev: 2 })).toMatchObject({ ok: true })
    expect(await city.list({ rev: 1 })).toEqual({ ok: false, because: 'stale' })
    expect(await city.list({ rev: 2 }, city.town.steward, new TextEncoder().encode('other words'))).toEqual({ ok: false, because: 'body-mismatch' })
    expect(city.feed.listings()[0]!.body).toBe(new TextDecoder().decode(WORDS))
  })

  test('closed, it is gone from the board and its words from the disk', async () => {
    const city = await alone()
    await city.list()
    expect(await city.list({ rev: 2, state: 'closed' })).toMatchObject({ ok: true })
    expect(city.feed.listings()).toEqual([])
    expect(city.feed.listing(idFor('a listing'))).toMatchObject({ listing: { state: 'closed' }, body: null })
    expect(await rowsOf(city.store, 'bodies')).toEqual([])
  })

  test('is bounded: five open ones a member of a small hub, ten changes a day', async () => {
    const city = await alone()
    const posted: Posted[] = []
    for (let i = 0; i < 6; i++) posted.push(await city.list({ id: idFor(`listing ${i}`) }))
    expect(posted.map((one) => one.ok)).toEqual([true, true, true, true, true, false])
    expect(posted[5]).toEqual({ ok: false, because: 'too-many-live' })
    for (let rev = 2; rev <= 6; rev++) expect(await city.list({ id: idFor('listing 0'), rev })).toMatchObject({ ok: true })
    expect(await city.list({ id: idFor('listing 0'), rev: 7 })).toEqual({ ok: false, because: 'too-many-by-member' })
    expect(await city.list({ id: idFor('listing 0'), rev: 7, state: 'closed' })).toMatchObject({ ok: true })
  })

  test('a write that fails is said to fail, and the same post again succeeds', async () => {
    for (const afterItTookEffect of [false, true]) {
      const city = await alone()
      city.store.failNextWrite({ afterItTookEffect })
      expect(await city.list()).toEqual({ ok: false, unavailable: 'storage' })
      expect(await city.list()).toMatchObject({ ok: true })
      await city.feed.stop()
      const again = await open(aWorld(), city.town, null as never, { network: null, store: city.store.reopen() })
      expect(again.feed.listings()).toEqual(city.feed.listings())
      expect(again.feed.listings()[0]!.body).not.toBeNull()
    }
  })

  test('a damaged row is not shown, and words without a listing do not stay', async () => {
    const city = await alone()
    await city.list()
    const [[key, value]] = await rowsOf(city.store, 'listings') as [[string, Uint8Array]]
    // In the seal: the listing can still be read, and nobody else would take it.
    value[value.length - 45]! ^= 1
    await city.store.table('listings').put(key, value)
    const again = await open(aWorld(), city.town, null as never, { network: null, store: city.store.reopen() })
    expect(again.feed.listings()).toEqual([])
    expect(await rowsOf(again.store, 'bodies')).toEqual([])
    expect(again.log.heard[0]!.message).toMatch(/damaged/)
  })

  test('expired, it leaves the board, then its words, and after a week its header', async () => {
    const world = aWorld()
    const city = await open(world, aTown('alone'), null as never, { network: null })
    await city.list({ expiresAt: NOON + 3_600 })
    const changed: string[] = []
    city.feed.onChange((id) => changed.push(id))
    await world.clock.pass(3_660)
    expect(city.feed.listings()).toEqual([])
    expect(await rowsOf(city.store, 'bodies')).toEqual([])
    expect(city.feed.listing(idFor('a listing'))).not.toBeNull()
    await world.clock.pass(7 * 86_400)
    expect(city.feed.listing(idFor('a listing'))).toBeNull()
    expect(await rowsOf(city.store, 'listings')).toEqual([])
    expect(changed).toEqual([idFor('a listing'), idFor('a listing')])
    await city.feed.stop()
  })
})

describe('between cities', () => {
  test('what one city lists, the others show with its words, at once', async () => {
    const [a, b, c] = await cities(aWorld(), 'a', 'b', 'c') as [City, City, City]
    const heard: string[] = []
    b.feed.onChange((id) => heard.push(id))
    await a.list()
    await rest()
    for (const city of [b, c]) expect(city.feed.listings()).toEqual(a.feed.listings())
    expect(heard).toEqual([idFor('a listing')])
  })

  test('taken back in one city, it is gone in all', async () => {
    const [a, b] = await cities(aWorld(), 'a', 'b') as [City, City]
    await a.list()
    await rest()
    await a.list({ rev: 2, state: 'closed' })
    await rest()
    expect(b.feed.listings()).toEqual([])
    expect(await rowsOf(b.store, 'bodies')).toEqual([])
  })

  test('what is for one hub never leaves it, by any way', async () => {
    const world = aWorld()
    const [a, b] = await cities(world, 'a', 'b') as [City, City]
    const gossiped: string[] = []
    world.bus.drop(({ kind, name }) => kind === 'gossip' && gossiped.push(name) < 0)
    await a.list({ scope: 'hub', title: 'ours' })
    await rest()
    expect(gossiped).toEqual([])
    await a.list({ id: idFor('all'), title: 'all' })
    await world.clock.pass(1_300)
    expect(a.titles()).toEqual(['all', 'ours'])
    expect(b.titles()).toEqual(['all'])
    const fetch = encodeSyncRequest({ ask: 'fetch', refs: [{ id: idFor('a listing'), hub: a.town.card.origin }] })
    const answer = await b.network.request(a.network.self, SYNC_PROTOCOL, fetch, { answerBytesMax: 9_999, timeoutMs: 1_000 })
    expect(answer).toEqual(encode([2, [null]]))
  })

  test('what is for peers goes to hubs that are trusted, and no further', async () => {
    const world = aWorld()
    const [a, b, c] = await cities(world, 'a', 'b', 'c') as [City, City, City]
    a.town.state.trust.delete(c.town.card.origin)
    await a.list({ scope: 'peers' })
    await world.clock.pass(1_300)
    expect([b.titles().length, c.titles().length]).toEqual([1, 0])
  })

  test('what no topic brought, comparing boards brings', async () => {
    const world = aWorld()
    const [a, b] = await cities(world, 'a', 'b') as [City, City]
    const end = world.bus.drop(({ kind }) => kind === 'gossip')
    await a.list()
    await rest()
    end()
    expect(b.titles()).toEqual([])
    await world.clock.pass(601)
    expect(b.feed.listings()).toMatchObject([{ listing: a.feed.listings()[0]!.listing, body: a.feed.listings()[0]!.body }])
  })

  test('a city that was away has everything as soon as it is back', async () => {
    const world = aWorld()
    const [a, b, c] = await cities(world, 'a', 'b', 'c') as [City, City, City]
    world.bus.cut(a.network.self, c.network.self)
    world.bus.cut(b.network.self, c.network.self)
    await a.list({ title: 'from a' })
    await b.list({ id: idFor('b'), title: 'from b' })
    await c.list({ id: idFor('c'), title: 'from c' })
    await rest()
    expect(c.titles()).toEqual(['from c'])
    world.bus.heal(b.network.self, c.network.self)
    await rest()
    for (const city of [b, c]) expect(city.titles()).toEqual(['from a', 'from b', 'from c'])
    await world.clock.pass(601)
    expect(a.titles()).toEqual(['from a', 'from b', 'from c'])
  })

  test('a city that was away fetches each listing from one of its neighbours, and from another when that one does not give it', async () => {
    const world = aWorld()
    const [a, b, c] = await cities(world, 'a', 'b', 'c') as [City, City, City]
    world.bus.cut(a.network.self, c.network.self)
    world.bus.cut(b.network.self, c.network.self)
    const authors = Array.from({ length: 40 }, (_, n) => aMember(a.town, `neighbour ${n}`))
    for (let n = 0; n < 20; n++) await a.list({ id: idFor(`a ${n}`) }, authors[n])
    await rest()
    const fetched: string[] = []
    const request = c.network.request.bind(c.network)
    let silent: string | null = null
    c.network.request = async (peer, protocol, body, limits) => {
      if (protocol !== SYNC_PROTOCOL || parseSyncRequest(body)?.ask !== 'fetch') return request(peer, protocol, body, limits)
      if (peer === silent) return new Promise((_, reject) => void world.clock.after(60_000, () => reject(new Error('it does not answer'))))
      const asked = parseSyncRequest(body)
      if (asked?.ask === 'fetch') fetched.push(...asked.refs.map(({ id }) => id))
      return request(peer, protocol, body, limits)
    }
    world.bus.heal(a.network.self, c.network.self)
    world.bus.heal(b.network.self, c.network.self)
    await rest()
    await world.clock.pass(6)
    expect(c.titles().length).toBe(20)
    expect(fetched.length).toBe(20)

    for (const one of [a, b]) world.bus.cut(one.network.self, c.network.self)
    for (let n = 20; n < 40; n++) await a.list({ id: idFor(`a ${n}`) }, authors[n])
    silent = a.network.self
    world.bus.heal(a.network.self, c.network.self)
    await rest()
    world.bus.heal(b.network.self, c.network.self)
    await rest()
    expect(c.titles().length).toBe(20)
    await world.clock.pass(2 * ON_THE_WAY_SECONDS)
    expect(c.titles().length).toBe(40)
  })

  test('a hub that federates later shares what it already has', async () => {
    const world = aWorld()
    const towns = [aTown('a'), aTown('b')]
    const networks = towns.map((town) => attach(world.bus, town))
    const [a, b] = await Promise.all(towns.map((town, i) => open(world, town, networks[i]!, { writer: writerOf(town) }))) as [City, City]
    await a.list({ title: 'long before' })
    await a.list({ id: idFor('ours'), title: 'ours', scope: 'hub' })
    await a.feed.stop()
    await b.feed.stop()
    const writers = towns.map(writerOf)
    const later = await Promise.all(towns.map((town, i) =>
      open(world, town, networks[i]!, { writer: writers[i]!, store: [a, b][i]!.store.reopen() }))) as [City, City]
    const document = adoption(firstDocument(towns), towns)
    for (const writer of writers) expect(await writer.record('fed.adopted', document)).toMatchObject({ ok: true })
    introduce(networks)
    await rest()
    expect(later[1].titles()).toEqual(['long before'])
    await later[0].list({ id: idFor('new'), title: 'new' })
    await rest()
    expect(later[1].titles()).toEqual(['long before', 'new'])
  })

  test('a hub whose neighbour is a step behind tries again until it is a member there too', async () => {
    const world = aWorld()
    const towns = [aTown('a'), aTown('b')]
    const networks = towns.map((town) => attach(world.bus, town))
    const writers = towns.map(writerOf)
    const [a, b] = await Promise.all(towns.map((town, i) => open(world, town, networks[i]!, { writer: writers[i]! }))) as [City, City]
    await b.list({ title: 'from b' })
    const document = adoption(firstDocument(towns), towns)
    introduce(networks)
    await writers[0]!.record('fed.adopted', document)
    await rest()
    expect(a.titles()).toEqual([])
    await writers[1]!.record('fed.adopted', document)
    await rest()
    expect(a.titles()).toEqual(['from b'])
  })

  test('a failed comparison is tried again before its turn', async () => {
    const world = aWorld()
    const [a, b] = await cities(world, 'a', 'b') as [City, City]
    world.bus.cut(a.network.self, b.network.self)
    await a.list()
    const end = world.bus.drop(({ kind, from }) => kind === 'request' && from === b.network.self)
    world.bus.heal(a.network.self, b.network.self)
    await world.clock.pass(21)
    end()
    expect(b.titles()).toEqual([])
    await world.clock.pass(10)
    expect(b.titles()).toHaveLength(1)
  })

  test('what could not be written when it came is written with what comes next', async () => {
    const [a, b] = await cities(aWorld(), 'a', 'b') as [City, City]
    b.store.failNextWrite()
    await a.list({ title: 'first' })
    await rest()
    await a.list({ id: idFor('second'), title: 'second' })
    await rest()
    await b.feed.stop()
    const again = await open(aWorld(), b.town, null as never, { network: null, store: b.store.reopen() })
    expect(again.feed.listings()).toEqual(a.feed.listings())
  })

  test('a forged seal is shown nowhere', async () => {
    const [a, b] = await cities(aWorld(), 'a', 'b') as [City, City]
    const mallory = aPerson('mallory')
    const listing = aListing(a.town, mallory)
    const forged = encodeEnvelope({ ...sealed(a.town, mallory, listing), seal: sealed(b.town, mallory, listing).seal })
    const { federation, hub } = a.town.state
    await b.network.publish(listTopic(federation!.id, hub.region), encodeListingMessage({ envelope: forged, body: WORDS }))
    await rest()
    expect(a.feed.listings()).toEqual([])
  })

  test('bytes that are no question are told so, a stranger is told nothing, a flood is slowed', async () => {
    const world = aWorld()
    const [a, b] = await cities(world, 'a', 'b') as [City, City]
    const limits = { answerBytesMax: 300_000, timeoutMs: 1_000 }
    const ask = (bytes: Uint8Array) => b.network.request(a.network.self, SYNC_PROTOCOL, bytes, limits)
    expect(await ask(WORDS)).toEqual(encode([4, 'malformed']))
    await expect(ask(new Uint8Array(20_000))).rejects.toMatchObject({ code: 'refused' })
    const summary = encodeSyncRequest({ ask: 'summary', federation: new Uint8Array(32), peers: new Uint8Array(32) })
    let last = await ask(summary)
    for (let i = 0; i < 1_100; i++) last = await ask(summary)
    expect(last).toEqual(encode([4, 'slow-down']))
    await world.clock.pass(60)
    expect(await ask(summary)).not.toEqual(last)

    const town = aTown('stranger')
    const stranger = attach(world.bus, town)
    introduce([a.network, stranger])
    await rest()
    expect(await stranger.request(a.network.self, SYNC_PROTOCOL, summary, limits)).toEqual(encode([4, 'not-a-member']))
  })

  test('a neighbour whose board leads nowhere is left alone for a while, and heard all the same', async () => {
    const world = aWorld()
    const [a, b] = await cities(world, 'a', 'b') as [City, City]
    let asked = 0
    // It claims, each time anew, a hundred listings of its own that it then does not have.
    await b.network.serve(SYNC_PROTOCOL, {
      async handler(_peer, bytes) {
        if (parseSyncRequest(bytes)?.ask === 'fetch') return encode([2, Array.from({ length: 100 }, () => null)])
        asked += 1
        return encode([1, [[[], claims(b.town.card.origin, asked), false], [[], [], false]]])
      },
      requestBytesMax: 16_384, answerBytesMax: 300_000, streamsPerPeerMax: 4, openToStrangers: false,
    })
    await world.clock.pass(601)
    expect(asked).toBe(1)
    await world.clock.pass(300)
    await b.list({ title: 'tea after all' })
    await rest()
    expect(a.titles()).toEqual(['tea after all'])
    await world.clock.pass(301)
    expect(asked).toBe(2)
    await world.clock.pass(1_190)
    expect(asked).toBe(2)
    await world.clock.pass(700)
    expect(asked).toBe(3)
    expect(a.log.heard.filter(({ message }) => message.includes('leads nowhere'))).toHaveLength(3)
  })

  test('what a quota does not let in is fetched once an hour, not in every comparison', async () => {
    const world = aWorld()
    const towns = [aTown('a'), aTown('b')] as const
    const [home, network] = [attach(world.bus, towns[0]), attach(world.bus, towns[1])]
    const mei = aMember(towns[0], 'mei')
    federate([...towns])
    introduce([home, network])
    const a = await open(world, towns[0], home)
    let fetched = 0
    const { request } = network
    network.request = (peer, protocol, body, limits) => {
      if (parseSyncRequest(body)?.ask === 'fetch') fetched += 1
      return request.call(network, peer, protocol, body, limits)
    }
    for (let i = 0; i < 7; i++) await a.list({ id: idFor(`listing ${i}`), title: `${i}` }, [mei, a.town.steward][i % 2])
    const b = await open(world, towns[1], network, { membersOf: () => 1 })
    expect(a.titles()).toHaveLength(7)
    await rest()
    expect(b.titles()).toHaveLength(5)
    expect(fetched).toBe(1)
    await world.clock.pass(3_500)
    expect(fetched).toBe(1)
    await world.clock.pass(700)
    expect(fetched).toBe(2)
    expect(b.titles()).toHaveLength(5)
  })

  test('a neighbour that says again and again that it has something new is looked at so often, and no more', async () => {
    const world = aWorld()
    const [a, b] = await cities(world, 'a', 'b') as [City, City]
    const told = await offers(b.network, () => [])
    const changed = encodeSyncRequest({ ask: 'changed' })
    for (let i = 0; i < 200; i++) {
      await b.network.request(a.network.self, SYNC_PROTOCOL, changed, { answerBytesMax: 300_000, timeoutMs: 1_000 })
      await rest()
    }
    expect(told.looked).toBeGreaterThan(20)
    expect(told.looked).toBeLessThanOrEqual(30)
  })

  test('a neighbour that gives much of which nothing can be taken is left alone for a while', async () => {
    const world = aWorld()
    const [a, b] = await cities(world, 'a', 'b') as [City, City]
    let turn = 0
    // For months from now: they may be right then, so they are nobody's fault, and there is no end of such.
    const told = await offers(b.network, () => Array.from({ length: 60 }, (_, n) => {
      const listing = aListing(b.town, b.town.steward, { id: idFor(`of turn ${turn}, ${n}`), from: NOON + 200 * 86_400, expiresAt: NOON + 300 * 86_400 })
      return { listing, message: messageOf(b.town, b.town.steward, listing) }
    }))
    await world.clock.pass(601)
    expect(told.looked).toBe(1)
    turn += 1
    await world.clock.pass(590)
    expect(told.looked).toBe(1)
    await world.clock.pass(20)
    expect(told.looked).toBe(2)
    turn += 1
    await world.clock.pass(1_150)
    expect(told.looked).toBe(2)
    expect(a.log.heard.some(({ message }) => message.includes('leads nowhere'))).toBe(true)
    expect(a.titles()).toEqual([])
  })

  test('a neighbour that never lets a comparison end has an hour for what was missed, and then says no more than others', async () => {
    const world = aWorld()
    const towns = [aTown('a'), aTown('b')] as const
    const [home, network] = [attach(world.bus, towns[0]), attach(world.bus, towns[1])]
    const ana = aMember(towns[1], 'ana')
    federate([...towns])
    introduce([home, network])
    let rev = 1
    await offers(network, () => {
      const listing = aListing(towns[1], ana, { rev, title: `said ${rev} times` })
      return [{ listing, message: messageOf(towns[1], ana, listing) }]
    }, true)
    const a = await open(world, towns[0], home)
    const heard = async (): Promise<string> => {
      rev += 1
      await network.request(home.self, SYNC_PROTOCOL, encodeSyncRequest({ ask: 'changed' }), { answerBytesMax: 300_000, timeoutMs: 1_000 })
      await rest()
      return a.titles().at(-1) ?? ''
    }
    for (let i = 0; i < 15; i++) expect(await heard()).toBe(`said ${rev} times`)
    await world.clock.pass(3_700)
    const before = await heard()
    expect(await heard()).toBe(before)
    expect(before).not.toBe(`said ${rev} times`)
  })

  test('a stopped feed hears nothing more', async () => {
    const [a, b] = await cities(aWorld(), 'a', 'b') as [City, City]
    await b.feed.stop()
    await a.list()
    await rest()
    expect(b.feed.listings()).toEqual([])
  })
})
