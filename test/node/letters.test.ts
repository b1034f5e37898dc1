import { beforeAll, describe, expect, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import type { State } from '#ledger/state/state.ts'
import { startLetterCarrier } from '#node/cities/letter-carrier.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { systemEntropy } from '#node/system-clock.ts'
import { type Network, NetworkError } from '#node/wire/network.ts'
import {
  BLOCKED_BY_ONE_MAX, type Letters, LETTERS_IN_A_BOX_MAX, LETTERS_KEPT_SECONDS, openLetters, REPORTS_BY_ONE_MAX,
} from '#node/words/letters.ts'
import {
  encodeDelivery, encodeSignedLetter, type Letter, LETTER_ANSWER_BYTES_MAX, LETTER_LIFE_SECONDS, LETTER_PROTOCOL, LETTER_SKEW_SECONDS,
  parseDelivery, parseDeliveryAnswer, parseSignedLetter, signLetter,
} from '#protocol/letter.ts'
import type { Listing } from '#protocol/listing.ts'
import { aListing } from '#test/support/listings.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { aMemoryStore, type MemoryStore } from '#test/support/memory-store.ts'
import { attach, introduce } from '#test/support/neighbours.ts'
import { aListeningLog, aSteeredClock, rest, type SteeredClock, writerOf } from '#test/support/town-writer.ts'
import { aMember, aPerson, aTown, bytesFor, DAY, federate, help, hexFor, idFor, NOON, type Person, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

/** `known`: the cities whose logs it has read. */
type City = { town: Town; known: Town[]; network: Network; store: MemoryStore; letters: Letters; listings: Map<string, Listing>; mei: Person; stop(): void }

async function open(town: Town, known: Town[], network: Network, clock: SteeredClock, store: MemoryStore, mei: Person, listings: Map<string, Listing>): Promise<City> {
  const writer = writerOf(town)
  const log = aListeningLog()
  const stateOf = (hub: string): State | null => known.find(({ card }) => card.origin === hub)?.state ?? null
  const listing = (id: string) => {
    const found = listings.get(id)
    return found === undefined ? null : { listing: found }
  }
  const letters = await openLetters({ writer, store, clock, entropy: systemEntropy, log, stateOf, listing })
  const carrier = await startLetterCarrier({ writer, network, letters, clock, log })
  return { town, known, network, store, letters, listings, mei, stop: () => (carrier.stop(), letters.stop()) }
}

/** Two cities of one federation; in each lives a mei, and the one of `here` has a listing that both cities know. */
async function twoCities() {
  const clock = aSteeredClock(NOON)
  const bus = new MemoryBus(clock.after)
  const towns = [aTown('here'), aTown('there')] as [Town, Town]
  const networks = towns.map((town) => attach(bus, town))
  federate(towns)
  const people = towns.map((town) => aMember(town, `mei of ${town.card.city}`))
  const ours = () => new Map([[idFor('a listing'), aListing(towns[0], people[0]!)]])
  const [here, there] = await Promise.all(towns.map((town, i) => open(town, [...towns], networks[i]!, clock, aMemoryStore(), people[i]!, ours())))
  introduce(networks)
  await rest()
  return { bus, clock, here: here!, there: there!, networks }
}

let written = 0

/** A letter as its sender's page would make it, of words that nobody in these tests reads. */
function aLetter(from: City, by: Person, to: City, whom: Person, own: Partial<Letter> = {}): Uint8Array {
  const letter: Letter = {
    format: 1, id: idFor(`letter ${written++}`), from: { hub: from.town.card.origin, acct: by.acct },
    to: { hub: to.town.card.origin, acct: whom.acct },
    about: { what: 'listing', hub: 'cv.nowhere/log', id: idFor('a listing') }, ts: NOON, ephemeral: bytesFor('ephemeral'),
    commitment: bytesFor('commitment'), keys: [{ keyId: bytesFor('key id').slice(0, 8), sealed: new Uint8Array(48) }],
    words: new Uint8Array(272), ...own,
  }
  return encodeSignedLetter(signLetter(letter, by.device, by.secret, from.town.id))
}

const aboutListing = (city: City): Letter['about'] => ({ what: 'listing', hub: city.town.card.origin, id: idFor('a listing') })
const idOf = (signed: Uint8Array): string => parseSignedLetter(signed)!.letter.id
const inBox = (city: City, person: Person) => city.letters.of(person.acct, 0).map(({ signed, way }) => [idOf(signed), way])

describe('between neighbours of one city', () => {
  test('a letter about a listing stands in both boxes, once however often it is sent', async () => {
    const { here } = await twoCities()
    const bo = aMember(here.town, 'bo')
    const letter = aLetter(here, bo, here, here.mei, { about: aboutListing(here) })
    for (let times = 0; times < 2; times++) expect(await here.letters.send(letter, bo.acct)).toEqual({ ok: true, id: idOf(letter) })
    expect(inBox(here, bo)).toEqual([[idOf(letter), 'here']])
    expect(inBox(here, here.mei)).toEqual([[idOf(letter), 'here']])
  })

  test('about an agreement the two write, and nobody else', async () => {
    const { here } = await twoCities()
    const [bo, eve] = [aMember(here.town, 'bo'), aMember(here.town, 'eve')]
    const about = { what: 'agreement', hub: here.town.card.origin, id: help(here.town, bo, here.mei, 60) } as const
    expect(await here.letters.send(aLetter(here, bo, here, here.mei, { about }), bo.acct)).toMatchObject({ ok: true })
    expect(await here.letters.send(aLetter(here, eve, here, here.mei, { about }), eve.acct)).toEqual({ ok: false, because: 'not-about' })
    expect(inBox(here, here.mei)).toHaveLength(1)
  })

  test.each<[string, (city: City, bo: Person) => [Uint8Array, string]]>([
    ['malformed', (_city, bo) => [utf8('no letter'), bo.acct]],
    ['malformed', (city, bo) => [aLetter(city, bo, city, bo), bo.acct]],
    ['not-yours', (city, bo) => [aLetter(city, bo, city, city.mei, { about: aboutListing(city) }), city.mei.acct]],
    ['not-about', (city, bo) => [aLetter(city, bo, city, city.mei), bo.acct]],
    ['not-about', (city, bo) => [aLetter(city, bo, city, city.town.steward, { about: aboutListing(city) }), bo.acct]],
    ['too-old', (city, bo) => [aLetter(city, bo, city, city.mei, { about: aboutListing(city), ts: NOON - LETTER_LIFE_SECONDS - 1 }), bo.acct]],
    ['too-old', (city, bo) => [aLetter(city, bo, city, city.mei, { about: aboutListing(city), ts: NOON + LETTER_SKEW_SECONDS + 1 }), bo.acct]],
    ['unknown-member', (city, bo) => [aLetter(city, bo, city, aPerson('nobody'), { about: aboutListing(city) }), bo.acct]],
    ['wrong-signature', (city, bo) => [aLetter(city, { ...bo, secret: bytesFor('not hers') }, city, city.mei, { about: aboutListing(city) }), bo.acct]],
    ['wrong-signature', (city, bo) => {
      const stranger = aPerson('a device of nobody')
      return [aLetter(city, { ...stranger, acct: bo.acct }, city, city.mei, { about: aboutListing(city) }), bo.acct]
    }],
  ])('%s: is said, and nothing is kept', async (because, make) => {
    const { here } = await twoCities()
    const bo = aMember(here.town, 'bo')
    const [letter, by] = make(here, bo)
    expect(await here.letters.send(letter, by)).toEqual({ ok: false, because })
    expect([...inBox(here, bo), ...inBox(here, here.mei)]).toEqual([])
  })

  test('one person sends so many letters a day, and writes first to so few', async () => {
    const { here, clock } = await twoCities()
    const bo = aMember(here.town, 'bo')
    const others = Array.from({ length: 11 }, (_, i) => aMember(here.town, `neighbour ${i}`))
    // Whose listing it is may answer anybody: that is where a flood would come from.
    const first = async (to: Person) => (await here.letters.send(aLetter(here, here.mei, here, to, { about: aboutListing(here) }), here.mei.acct)).ok
    const answers: boolean[] = []
    for (const one of others) answers.push(await first(one))
    expect(answers.filter((ok) => ok)).toHaveLength(10)
    const again = async () => (await here.letters.send(aLetter(here, bo, here, here.mei, { about: aboutListing(here), ts: clock.now() }), bo.acct)).ok
    let sent = 0
    while (await again()) sent++
    expect(sent).toBe(60)
    await clock.pass(DAY / 60)
    expect(await again()).toBe(true)
  })

  test('a full box lets the oldest go, and half a year lets go of all', async () => {
    const { here, clock } = await twoCities()
    const bo = aMember(here.town, 'bo')
    const sent: string[] = []
    for (let i = 0; i <= LETTERS_IN_A_BOX_MAX; i++) {
      await clock.pass(DAY / 24)
      const letter = aLetter(here, bo, here, here.mei, { about: aboutListing(here), ts: clock.now() })
      expect(await here.letters.send(letter, bo.acct)).toMatchObject({ ok: true })
      sent.push(idOf(letter))
    }
    expect(inBox(here, here.mei).map(([id]) => id)).toEqual(sent.slice(1))
    const kept = await openLetters({ writer: writerOf(here.town), store: here.store.reopen(), clock, entropy: systemEntropy, log: aListeningLog(), stateOf: () => here.town.state, listing: () => null })
    expect(kept.of(here.mei.acct, 0)).toHaveLength(LETTERS_IN_A_BOX_MAX)
    kept.stop()
    await clock.pass(LETTERS_KEPT_SECONDS + 3_600)
    expect(inBox(here, here.mei)).toEqual([])
  })

  test('whom somebody has blocked is not told so, and is not heard; unblocked they are', async () => {
    const { here } = await twoCities()
    const bo = aMember(here.town, 'bo')
    const who = { hub: here.town.card.origin, acct: bo.acct }
    expect(await here.letters.block(here.mei.acct, who, true)).toBe(true)
    const send = () => here.letters.send(aLetter(here, bo, here, here.mei, { about: aboutListing(here) }), bo.acct)
    expect(await send()).toMatchObject({ ok: true })
    expect(inBox(here, bo)).toHaveLength(1)
    expect(inBox(here, here.mei)).toEqual([])
    await here.letters.block(here.mei.acct, who, false)
    expect(await send()).toMatchObject({ ok: true })
    expect(inBox(here, here.mei)).toHaveLength(1)
  })

  test('nobody blocks more than so many', async () => {
    const { here } = await twoCities()
    for (let i = 0; i < BLOCKED_BY_ONE_MAX; i++) await here.letters.block(here.mei.acct, { hub: 'x', acct: String(i) }, true)
    expect(await here.letters.block(here.mei.acct, { hub: 'x', acct: 'one more' }, true)).toBe(false)
    expect(here.letters.blockedBy(here.mei.acct)).toHaveLength(BLOCKED_BY_ONE_MAX)
  })

  test('a report is read by stewards, but not by the one it is about', async () => {
    const { here } = await twoCities()
    const steward = here.town.steward.acct
    const about = (acct: string) => ({ by: here.mei.acct, hub: here.town.card.origin, acct, words: 'Rude, twice.', letters: [] })
    expect(await here.letters.report(about(aMember(here.town, 'bo').acct))).toBe(true)
    expect(await here.letters.report(about(steward))).toBe(true)
    const [shown, ...others] = here.letters.reports(steward)
    expect(others).toEqual([])
    expect(await here.letters.closeReport(idFor('none'), steward)).toBe(false)
    expect(await here.letters.closeReport(shown!.id, steward)).toBe(true)
    expect(here.letters.reports(steward)).toEqual([])
    for (let i = 1; i < REPORTS_BY_ONE_MAX; i++) await here.letters.report(about(steward))
    expect(await here.letters.report(about(steward))).toBe(false)
  })

  test('who asks to be forgotten leaves nothing in a box of theirs, nor in a start after it', async () => {
    const { here, clock } = await twoCities()
    const bo = aMember(here.town, 'bo')
    await here.letters.send(aLetter(here, bo, here, here.mei, { about: aboutListing(here) }), bo.acct)
    await here.letters.block(bo.acct, { hub: 'x', acct: hexFor('y') }, true)
    await here.letters.report({ by: bo.acct, hub: 'x', acct: hexFor('y'), words: 'w', letters: [] })
    await here.letters.forget(bo.acct)
    const after = await openLetters({ writer: writerOf(here.town), store: here.store.reopen(), clock, entropy: systemEntropy, log: aListeningLog(), stateOf: () => null, listing: () => null })
    for (const letters of [here.letters, after]) {
      expect(letters.of(bo.acct, 0)).toEqual([])
      expect(letters.blockedBy(bo.acct)).toEqual([])
      expect(letters.reports(here.town.steward.acct)).toEqual([])
      expect(letters.of(here.mei.acct, 0)).toHaveLength(1)
    }
    after.stop()
  })
})

describe('between two cities', () => {
  test('a letter arrives, its sender sees that, and the answer comes back', async () => {
    const { here, there } = await twoCities()
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    expect(await there.letters.send(letter, there.mei.acct)).toEqual({ ok: true, id: idOf(letter) })
    await rest()
    expect(inBox(here, here.mei)).toEqual([[idOf(letter), 'here']])
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'arrived']])
    const answer = aLetter(here, here.mei, there, there.mei, { about: aboutListing(here) })
    await here.letters.send(answer, here.mei.acct)
    await rest()
    expect(inBox(there, there.mei).at(-1)).toEqual([idOf(answer), 'here'])
  })

  test('a letter to a city that is away waits, over a restart of its own too, and arrives when that comes back', async () => {
    const { bus, clock, here, there, networks } = await twoCities()
    bus.cut(networks[0]!.self, networks[1]!.self)
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    await there.letters.send(letter, there.mei.acct)
    await rest()
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'waiting']])
    there.stop()
    const again = await open(there.town, [here.town, there.town], there.network, clock, there.store.reopen(), there.mei, there.listings)
    await clock.pass(3 * DAY)
    expect(inBox(again, there.mei)).toEqual([[idOf(letter), 'waiting']])
    bus.heal(networks[0]!.self, networks[1]!.self)
    await clock.pass(600)
    expect(inBox(again, there.mei)).toEqual([[idOf(letter), 'arrived']])
    expect(inBox(here, here.mei)).toEqual([[idOf(letter), 'here']])
  })

  test('a letter that is refused for now comes a quarter of its wait after it could, at the latest', async () => {
    const { clock, here, there } = await twoCities()
    const unread = here.known.pop()!
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    await there.letters.send(letter, there.mei.acct)
    await clock.pass(32)
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'waiting']])
    here.known.push(unread)
    await clock.pass(8)
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'arrived']])
  })

  test('a letter that is refused for now holds up nobody else’s', async () => {
    const { clock, here, there } = await twoCities()
    const bo = aMember(there.town, 'bo')
    const fromBo = (to: Person) => aLetter(there, bo, here, to, { about: { what: 'listing', hub: there.town.card.origin, id: idFor('of bo') } })
    for (const city of [here, there]) city.listings.set(idFor('of bo'), aListing(there.town, bo))
    // As many as one may write first to in a day.
    for (let i = 0; i < 10; i++) {
      expect(await here.letters.receive(fromBo(aMember(here.town, `neighbour ${i}`)), there.town.card.origin)).toBe(null)
    }
    const late = fromBo(here.mei)
    await there.letters.send(late, bo.acct)
    await clock.pass(1_000)
    expect(inBox(there, bo)).toEqual([[idOf(late), 'waiting']])
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here), ts: clock.now() })
    await there.letters.send(letter, there.mei.acct)
    await rest()
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'arrived']])
    expect(inBox(there, bo)).toEqual([[idOf(late), 'waiting']])
    await clock.pass(DAY / 10)
    expect(inBox(there, bo)).toEqual([[idOf(late), 'arrived']])
  })

  test('a city that is connected and has not answered for ten minutes gets its letters five seconds after it can', async () => {
    const { bus, clock, here, there } = await twoCities()
    const answersAgain = bus.drop(({ name }) => name === LETTER_PROTOCOL)
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    await there.letters.send(letter, there.mei.acct)
    await clock.pass(600)
    answersAgain()
    // What is under way is given up after fifteen seconds.
    await clock.pass(15 + 5)
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'arrived']])
  })

  test('a city that connects again gets its letters at once, though one was under way when the line broke', async () => {
    const { bus, clock, here, there, networks } = await twoCities()
    const answersAgain = bus.drop(({ name }) => name === LETTER_PROTOCOL)
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    await there.letters.send(letter, there.mei.acct)
    await clock.pass(10)
    answersAgain()
    bus.cut(networks[0]!.self, networks[1]!.self)
    bus.heal(networks[0]!.self, networks[1]!.self)
    await clock.pass(0)
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'arrived']])
  })

  test('a hub that cannot keep that its letter has arrived brings it again, more and more seldom, until it can', async () => {
    const { bus, clock, here, there } = await twoCities()
    let brought = 0
    const writesAgain = bus.drop(({ name }) => {
      if (name === LETTER_PROTOCOL) {
        brought += 1
        there.store.failNextWrite()
      }
      return false
    })
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    await there.letters.send(letter, there.mei.acct)
    await clock.pass(3_600)
    // After 1, 2, 4 … 256 s, and then every five minutes.
    expect(brought).toBe(20)
    expect([inBox(there, there.mei), inBox(here, here.mei)]).toEqual([[[idOf(letter), 'waiting']], [[idOf(letter), 'here']]])
    writesAgain()
    await clock.pass(300)
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'arrived']])
  })

  test('a letter that is refused for now keeps its pace while the city does not answer about another', async () => {
    const { clock, here, there } = await twoCities()
    here.known.pop()
    const refused = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    await there.letters.send(refused, there.mei.acct)
    await clock.pass(1_000)
    const asked: string[] = []
    const request = there.network.request.bind(there.network)
    there.network.request = async (peer, protocol, body, limits) => {
      const id = protocol === LETTER_PROTOCOL ? idOf(parseDelivery(body)!) : null
      if (id !== null) asked.push(id)
      if (id !== null && id !== idOf(refused)) throw new NetworkError('timeout', 'no answer')
      return await request(peer, protocol, body, limits)
    }
    const silent = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here), ts: clock.now() })
    await there.letters.send(silent, there.mei.acct)
    await clock.pass(600)
    const count = (letter: Uint8Array): number => asked.filter((id) => id === idOf(letter)).length
    expect(count(silent)).toBeGreaterThan(20)
    expect(count(refused)).toBeLessThan(5)
  })

  test('what a city does not keep is said to the sender, and brought no more', async () => {
    const { here, there, clock } = await twoCities()
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    here.listings.clear()
    expect(await here.letters.receive(letter, there.town.card.origin)).toBe('not-about')
    await there.letters.send(letter, there.mei.acct)
    await clock.pass(600)
    expect(inBox(there, there.mei)).toEqual([[idOf(letter), 'not-about']])
    expect(there.letters.waiting()).toEqual([])
  })

  test('nobody’s hub writes for another’s member, nor for somebody whom its own log does not know', async () => {
    const { here, there } = await twoCities()
    const forged = aLetter(here, here.mei, here, aMember(here.town, 'bo'), { about: aboutListing(here) })
    expect(await here.letters.receive(forged, there.town.card.origin)).toBe('not-yours')
    const invented = aLetter(there, aPerson('invented'), here, here.mei, { about: aboutListing(here) })
    expect(await here.letters.receive(invented, there.town.card.origin)).toBe('behind')
    const wire = await there.network.request(here.network.self, LETTER_PROTOCOL, encodeDelivery(forged), { answerBytesMax: LETTER_ANSWER_BYTES_MAX, timeoutMs: 5_000 })
    expect(parseDeliveryAnswer(wire)).toEqual({ because: 'not-yours' })
    expect(inBox(here, here.mei)).toEqual([])
  })

  test('a banned member’s letters are taken nowhere', async () => {
    const { here, there } = await twoCities()
    there.town.state.members.get(there.mei.acct)!.attested = false
    const letter = aLetter(there, there.mei, here, here.mei, { about: aboutListing(here) })
    expect(await here.letters.receive(letter, there.town.card.origin)).toBe('behind')
  })

  test('the devices of somebody are those of the record, here and there; of nobody there are none', async () => {
    const { here, there } = await twoCities()
    const of = (city: City, acct: string) => here.letters.devicesOf({ hub: city.town.card.origin, acct })?.map(toHex)
    expect(of(here, here.mei.acct)).toEqual([toHex(here.mei.device)])
    expect(of(there, there.mei.acct)).toEqual([toHex(there.mei.device)])
    expect(of(there, here.mei.acct)).toBeUndefined()
    expect(here.letters.devicesOf({ hub: 'cv.nowhere/log', acct: there.mei.acct })).toBeNull()
  })
})
