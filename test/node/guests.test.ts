import { beforeAll, describe, expect, test } from 'vitest'
import { kinds, type Kind } from '#ledger/action.ts'
import { fromBase64, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeReceipt, parseRecord } from '#ledger/entry.ts'
import { encode } from '#ledger/codec.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { guestKinds } from '#ledger/ledger.ts'
import type { State } from '#ledger/state/state.ts'
import { type Blobs, openBlobs } from '#node/words/blobs.ts'
import { type GuestPorts, type Guests, startGuests, type UseAsked } from '#node/cities/guests.ts'
import { visitorsHelpMilli } from '#node/page/use-view.ts'
import { type Inbox, openInbox } from '#node/words/inbox.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Network } from '#node/wire/network.ts'
import type { AbroadView } from '#protocol/api.ts'
import {
  encodeGuestRequest, GUEST_PROTOCOL, type GuestRequest, parseAbroadView, parseActAnswer, parseApplied, parseGatherings,
  parseGuestRequest, parseNo, parseUseView,
} from '#protocol/guest.ts'
import type { Listing } from '#protocol/listing.ts'
import type { UseView } from '#protocol/matters.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { aListing } from '#test/support/listings.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { attach, introduce } from '#test/support/neighbours.ts'
import { aListeningLog, aSteeredClock, type SteeredClock, signedBy, writerOf } from '#test/support/town-writer.ts'
import {
  addingDevice, aMember, aPerson, aTown, bytesFor, DAY, federate, hexFor, idFor, NOON, type Person, record, recorded, shown, type Town,
} from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

type City = {
  town: Town; network: Network; guests: Guests; inbox: Inbox; blobs: Blobs; listings: Map<string, Listing>
  log: ReturnType<typeof aListeningLog>
}

/** `gatherings-abroad.test.ts` is about those. */
const noGatherings: GuestPorts['gatherings'] = { listingOf: () => null, shownTo: () => ({ gatherings: [] }), come: async () => null }

/** `rooms-abroad.test.ts` is about those. */
const noRooms: GuestPorts['rooms'] = { view: () => null, act: async () => ({ ok: false, because: 'not-found' }) }

/** Cities of one federation; `clock.after` runs in real time where a long log is read in parts. */
async function cities(...names: string[]): Promise<{ bus: MemoryBus; clock: SteeredClock; opened: City[] }> {
  const bus = new MemoryBus()
  const clock = aSteeredClock(NOON)
  const prompt = { now: clock.now, after: (_ms: number, call: () => void) => (setImmediate(call), () => {}) }
  const towns = names.map((name) => aTown(name))
  const networks = towns.map((town) => attach(bus, town))
  federate(towns)
  introduce(networks)
  const stateOf = (hub: string) => towns.find(({ card }) => card.origin === hub)?.state ?? null
  const opened = await Promise.all(towns.map((town, i) => open(town, networks[i]!, clock, prompt, stateOf)))
  return { bus, clock, opened }
}

async function open(
  town: Town, network: Network, clock: SteeredClock, prompt: SteeredClock | { now(): number; after(ms: number, call: () => void): () => void },
  stateOf: (hub: string) => State | null,
): Promise<City> {
  const writer = writerOf(town)
  const store = aMemoryStore()
  const log = aListeningLog()
  const blobs = openBlobs(writer, store, stateOf)
  const listings = new Map<string, Listing>()
  const listing = (id: string) => {
    const found = listings.get(id)
    return found === undefined ? null : { listing: found }
  }
  const inbox = await openInbox({ writer, store, blobs, clock, log, listing })
  const viewFor = (guest: string): AbroadView => ({
    hub: town.card.origin, hubId: toHex(town.id), charterVersion: 0,
    seen: { size: town.entries.length, leaf: hexFor('leaf'), now: NOON, globalDay: 0 },
    drafts: inbox.draftsFor(guest).map(({ id, terms }) => ({ id, visitorMilli: visitorsHelpMilli(town.state, terms) })) as never, agreements: [],
  })
  const useFor = ({ title, author }: Listing, home: string, { resource, begins, ends }: UseAsked): UseView | null => ends <= begins ? null : {
    title: `${title} for ${home}`, provider: { acct: author, name: null, hub: town.card.origin, city: town.name }, unitMinutes: resource, units: 1,
    price: '60000', visitorMilli: '20000', factors: [], demandPerMille: 1_000, charter: 0, taken: [{ begins, ends }], free: begins, levelNeeded: 2, level: 3,
  }
  const prove = async (seq: number) => shown(town, town.entries[seq]!).proof
  const guests = await startGuests({
    writer, network, clock: prompt, log, inbox, blobs, listing, viewFor, useFor, gatherings: noGatherings, rooms: noRooms, prove, nameOf: (acct) => `name of ${acct.slice(0, 4)}`,
  })
  return { town, network, guests, inbox, blobs, listings, log }
}

/** Two cities; the host's steward has a listing, and jun lives at home. */
async function aVisit() {
  const world = await cities('home', 'host')
  const [home, host] = world.opened as [City, City]
  const jun = aMember(home.town, 'jun')
  list(host)
  return { ...world, home, host, jun }
}

const list = (host: City, own: Partial<Listing> = {}) =>
  host.listings.set(idFor('a listing'), aListing(host.town, host.town.steward, own))

const apply = (home: City, host: City, person: Person, message = 'I am in town in May.') =>
  home.guests.apply(person.acct, host.town.card.origin, idFor('a listing'), message)

const agreed = (host: City, guest: Person, signers: Person[], own: Record<string, unknown> = {}) => signedBy(host.town, {
  kind: 'agreement.made', id: idFor('an agreement'), acct: host.town.steward.acct, listing: idFor('a listing'),
  helper: guest.acct, receiver: host.town.steward.acct, category: 1, minutes: 60, begins: NOON + DAY, ends: NOON + DAY + 3_600,
  terms: hexFor('terms'), charter: 0, ...own,
}, signers)

const NOT_FOUND = { door: { code: 'not-found' } }

describe('a member who applies in another city', () => {
  test('is admitted there with the proof of their attestation, and their words reach the author', async () => {
    const { home, host, jun } = await aVisit()
    expect(await apply(home, host, jun)).toMatchObject({ id: expect.any(String) })
    expect(host.town.state.guests.get(jun.acct)).toMatchObject({ home: home.town.card.origin })
    const [application] = host.inbox.applicationsFor(host.town.steward.acct)
    expect(application).toMatchObject({ by: jun.acct, home: home.town.card.origin, message: 'I am in town in May.' })
    expect(host.inbox.guestName(jun.acct)).toBe(`name of ${jun.acct.slice(0, 4)}`)
  })

  test('is admitted once, however often they apply', async () => {
    const { home, host, jun } = await aVisit()
    await apply(home, host, jun)
    const size = host.town.entries.length
    await apply(home, host, jun, 'Or in June.')
    expect(host.town.entries).toHaveLength(size)
  })

  test('may be the steward who founded their hub', async () => {
    const { home, host } = await aVisit()
    expect(await apply(home, host, home.town.steward)).toMatchObject({ id: expect.any(String) })
    expect(host.town.state.guests.has(home.town.steward.acct)).toBe(true)
  })

  test('is not written into the record for a listing that is not there for them', async () => {
    const { home, host, jun } = await aVisit()
    const size = host.town.entries.length
    list(host, { scope: 'hub' })
    expect(await apply(home, host, jun)).toEqual(NOT_FOUND)
    list(host, { scope: 'peers' })
    host.town.state.trust.delete(home.town.card.origin)
    expect(await apply(home, host, jun)).toEqual(NOT_FOUND)
    list(host, { state: 'closed' })
    expect(await apply(home, host, jun)).toEqual({ door: { code: 'listing-refused', because: 'closed' } })
    host.listings.clear()
    expect(await apply(home, host, jun)).toEqual(NOT_FOUND)
    expect(host.town.entries).toHaveLength(size)
    expect(host.town.state.guests.size).toBe(0)
  })

  test('is told at home what home knows: no such city, not attested, no words', async () => {
    const { home, host, jun } = await aVisit()
    const nowhere = 'cv.nowhere-00000000/log'
    expect(await home.guests.apply(jun.acct, nowhere, idFor('a listing'), 'x')).toEqual({ refusal: { code: 'unknown-hub', hub: nowhere } })
    expect(await home.guests.apply(jun.acct, home.town.card.origin, idFor('a listing'), 'x')).toMatchObject({ refusal: { code: 'unknown-hub' } })
    const stranger = aPerson('stranger')
    expect(await apply(home, host, stranger)).toEqual({ refusal: { code: 'not-attested', member: stranger.acct } })
    expect(await apply(home, host, jun, ' ')).toEqual({ door: { code: 'malformed' } })
    expect(await apply(home, host, jun, 'x'.repeat(2_001))).toMatchObject({ door: { code: 'too-large' } })
  })

  test('hears that a city cannot be reached', async () => {
    const { bus, home, host, jun } = await aVisit()
    bus.cut(home.network.self, host.network.self)
    expect(await apply(home, host, jun)).toEqual({ door: { code: 'hub-unreachable', hub: host.town.card.origin } })
  })
})

describe('a member who wants to use what is shared in another city', () => {
  const may = { resource: 1, begins: NOON + DAY, ends: NOON + 2 * DAY }
  const use = (home: City, host: City, person: Person, asked = may) => home.guests.use(person.acct, host.town.card.origin, idFor('a listing'), asked)
  const visit = (home: City, host: City, person: Person) => home.guests.visit(person.acct, host.town.card.origin, idFor('a listing'))

  test('reads what it would be, and nothing is written down for it', async () => {
    const { home, host, jun } = await aVisit()
    list(host, { kind: 'resource', resource: 'room' })
    const size = host.town.entries.length
    expect(await use(home, host, jun)).toMatchObject({ visitorMilli: '20000', level: 3, title: expect.stringContaining(home.town.card.origin) })
    expect(await use(home, host, jun, { ...may, ends: may.begins })).toEqual(NOT_FOUND)
    expect(host.town.entries).toHaveLength(size)
  })

  test('is known there from then on, leaves no word with anybody, and can ask by a signed draft and take it back', async () => {
    const { home, host, jun } = await aVisit()
    list(host, { kind: 'resource', resource: 'room' })
    expect(await visit(home, host, jun)).toMatchObject({ hub: host.town.card.origin, drafts: [] })
    expect(host.town.state.guests.get(jun.acct)).toMatchObject({ home: home.town.card.origin })
    expect(host.inbox.applicationsFor(host.town.steward.acct)).toEqual([])
    const booking = signedBy(host.town, {
      kind: 'booking.made', id: idFor('a booking'), acct: jun.acct, listing: idFor('a listing'), provider: host.town.steward.acct, receiver: jun.acct,
      resource: 1, begins: may.begins, ends: may.ends, demandPerMille: 1_000, terms: hexFor('terms'), charter: 0,
    }, [jun])
    const hub = host.town.card.origin
    expect(await home.guests.draft(jun.acct, hub, { ...booking, blobs: [] })).toEqual({ id: idFor('a booking') })
    expect(host.inbox.draftsFor(host.town.steward.acct)).toHaveLength(1)
    expect(await home.guests.drop(home.town.steward.acct, hub, idFor('a booking'))).toEqual(NOT_FOUND)
    expect(await home.guests.drop(jun.acct, hub, idFor('a booking'))).toEqual({ id: idFor('a booking') })
    expect(host.inbox.draftsFor(host.town.steward.acct)).toEqual([])
  })

  test('finds nothing to use that is closed, over, for that city alone, or is nothing to use', async () => {
    const { home, host, jun } = await aVisit()
    for (const own of [{ kind: 'need' }, { state: 'closed' }, { scope: 'hub' }, { expiresAt: NOON }] as const) {
      list(host, { kind: 'resource', resource: 'room', ...own })
      expect(await use(home, host, jun)).toEqual(NOT_FOUND)
      expect(await visit(home, host, jun)).toEqual(NOT_FOUND)
    }
    expect(host.town.state.guests.size).toBe(0)
    const stranger = aPerson('stranger')
    expect(await visit(home, host, stranger)).toEqual({ refusal: { code: 'not-attested', member: stranger.acct } })
  })
})

describe('a guest', () => {
  test('sees what waits for them, signs it, and holds a receipt that binds the host', async () => {
    const { home, host, jun } = await aVisit()
    const hub = host.town.card.origin
    await apply(home, host, jun)
    await host.inbox.addDraft({ ...agreed(host, jun, [host.town.steward]), blobs: [] })
    expect(await home.guests.view(jun.acct, hub)).toMatchObject({ hub, drafts: [{ id: idFor('an agreement') }] })
    const answer = await home.guests.act(jun.acct, hub, { ...agreed(host, jun, [host.town.steward, jun]), blobs: [] })
    expect(answer).toMatchObject({ seq: host.town.entries.length - 1 })
    const recorded = parseRecord(fromBase64((answer as { record: string }).record)!)!
    expect(recorded.action).toMatchObject({ kind: 'agreement.made', helper: jun.acct })
    expect(await home.guests.view(jun.acct, hub)).toMatchObject({ drafts: [] })
  })

  test('who is to be helped reads what they would give for it, and signs; the host’s member is the helper', async () => {
    const { home, host, jun } = await aVisit()
    const { card: { origin }, steward } = host.town
    await apply(home, host, jun)
    const own = { helper: steward.acct, receiver: jun.acct }
    await host.inbox.addDraft({ ...agreed(host, jun, [steward], own), blobs: [] })
    // An hour is 60, of which a third in Global.
    expect(await home.guests.view(jun.acct, origin)).toMatchObject({ drafts: [{ id: idFor('an agreement'), visitorMilli: '20000' }] })
    expect(await home.guests.act(jun.acct, origin, { ...agreed(host, jun, [steward, jun], own), blobs: [] })).toMatchObject({ seq: host.town.entries.length - 1 })
    expect(host.town.state.agreements.get(idFor('an agreement'))).toMatchObject({ provider: steward.acct, receiver: jun.acct, hold: 0n, stay: { paid: 0n } })
    // Of help by a guest nothing is told that a visitor would give.
    await host.inbox.addDraft({ ...agreed(host, jun, [steward], { id: idFor('another') }), blobs: [] })
    expect(await home.guests.view(jun.acct, origin)).toMatchObject({ drafts: [{ visitorMilli: null }] })
  })

  test('may propose an agreement too', async () => {
    const { home, host, jun } = await aVisit()
    await apply(home, host, jun)
    const signed = agreed(host, jun, [jun], { acct: jun.acct })
    expect(await home.guests.draft(jun.acct, host.town.card.origin, { ...signed, blobs: [] })).toEqual({ id: idFor('an agreement') })
    expect(host.inbox.draftsFor(host.town.steward.acct)).toHaveLength(1)
  })

  test('hears the host’s refusals in the words of its record', async () => {
    const { home, host, jun } = await aVisit()
    await apply(home, host, jun)
    const signed = signedBy(host.town, { kind: 'checkin.made', agreement: idFor('none') }, [jun])
    expect(await home.guests.act(jun.acct, host.town.card.origin, { ...signed, blobs: [] })).toEqual({
      refusal: { code: 'unknown-agreement', agreement: idFor('none') },
    })
  })

  test('says nothing there by a device that has ended at home, whoever brings it, and goes on with another', async () => {
    const { home, host, jun } = await aVisit()
    await apply(home, host, jun)
    const hub = host.town.card.origin
    const lost = { ...agreed(host, jun, [host.town.steward, jun]), blobs: [] }
    const proposed = { ...agreed(host, jun, [jun], { acct: jun.acct }), blobs: [] }
    const phone = { ...aPerson('the new phone'), acct: jun.acct }
    recorded(home.town, addingDevice(home.town, phone), [jun])
    recorded(home.town, { kind: 'device.revoked', device: jun.device }, [phone])

    const size = host.town.entries.length
    const no = { door: { code: 'device-ended' } }
    expect(await home.guests.act(jun.acct, hub, lost)).toEqual(no)
    expect(await home.guests.draft(jun.acct, hub, proposed)).toEqual(no)
    expect(await host.blobs.submit(lost)).toBe('device-ended')
    expect(host.town.entries).toHaveLength(size)

    await home.guests.apply(jun.acct, hub, idFor('a listing'), 'I have a new phone.', toHex(keyIdOf(phone.device)))
    const signed = { ...agreed(host, jun, [host.town.steward, phone]), blobs: [] }
    expect(await home.guests.act(jun.acct, hub, signed)).toMatchObject({ seq: host.town.entries.length - 1 })
  })

  test('does nothing there that guests do not do, and nothing in another’s name', async () => {
    const { home, host, jun } = await aVisit()
    await apply(home, host, jun)
    const hub = host.town.card.origin
    const converted = signedBy(host.town, { kind: 'cv.converted', amountMilli: 1n }, [jun])
    expect(await home.guests.act(jun.acct, hub, { ...converted, blobs: [] })).toEqual({ refusal: { code: 'not-for-guests', kind: 'cv.converted' } })
    const checkin = signedBy(host.town, { kind: 'checkin.made', agreement: idFor('none') }, [jun])
    expect(await home.guests.act(home.town.steward.acct, hub, { ...checkin, blobs: [] })).toEqual({ refusal: { code: 'not-a-party' } })
    expect(await home.guests.act(jun.acct, hub, { ...checkin, blobs: [utf8('no blob')] })).toEqual({ door: { code: 'blob-mismatch' } })
    expect(await home.guests.act(jun.acct, hub, { ...checkin, blobs: [new Uint8Array(4_097)] })).toEqual({ door: { code: 'blob-mismatch' } })
    expect(await home.guests.act(jun.acct, hub, { body: utf8('x'), auth: [], blobs: [] })).toEqual({ door: { code: 'malformed' } })
  })
})

describe('a host', () => {
  const asked = (from: City, host: City, request: GuestRequest | Uint8Array) =>
    from.network.request(host.network.self, GUEST_PROTOCOL, request instanceof Uint8Array ? request : encodeGuestRequest(request), {
      answerBytesMax: 1_048_576, timeoutMs: 5_000,
    })
  const heard = async (from: City, host: City, request: GuestRequest | Uint8Array) => parseNo(await asked(from, host, request))

  test('shows a guest to their own home only, and takes what they do from there only', async () => {
    const { opened } = await cities('home', 'host', 'third')
    const [home, host, third] = opened as [City, City, City]
    const jun = aMember(home.town, 'jun')
    list(host)
    await apply(home, host, jun)
    const signed = { ...agreed(host, jun, [host.town.steward, jun]), blobs: [] }
    expect(await heard(third, host, { ask: 'view', guest: jun.acct })).toEqual(NOT_FOUND)
    expect(await heard(third, host, { ask: 'act', ...signed })).toEqual(NOT_FOUND)
    expect(await heard(third, host, { ask: 'draft', ...agreed(host, jun, [jun], { acct: jun.acct }), blobs: [] })).toEqual(NOT_FOUND)
    expect(host.town.state.agreements.size).toBe(0)
    expect(await heard(home, host, { ask: 'view', guest: jun.acct })).toBeNull()
  })

  test('admits nobody on evidence of another log, another account or another key', async () => {
    const { opened } = await cities('home', 'host', 'third')
    const [home, host, third] = opened as [City, City, City]
    const jun = aMember(home.town, 'jun')
    list(host)
    const [joined, attested] = home.town.entries.slice(-2)
    const evidence = [shown(home.town, joined!), shown(home.town, attested!)]
    const request = { ask: 'apply', guest: jun.acct, device: jun.device, name: null, evidence, listing: idFor('a listing'), message: 'x' } as const
    const bad = { refusal: { code: 'bad-evidence' } }
    expect(await heard(third, host, request)).toEqual(bad)
    expect(await heard(home, host, { ...request, guest: hexFor('another') })).toEqual(bad)
    expect(await heard(home, host, { ...request, device: aPerson('another').device })).toEqual(bad)
    expect(await heard(home, host, { ...request, evidence: [evidence[0]!] })).toEqual(bad)
    expect(host.town.state.guests.size).toBe(0)
    expect(host.inbox.applicationsFor(host.town.steward.acct)).toEqual([])
    expect(await heard(home, host, request)).toBeNull()
  })

  test('answers members of the federation, and nothing but questions', async () => {
    const { bus, home, host } = await aVisit()
    expect(await heard(home, host, utf8('hello'))).toEqual({ door: { code: 'malformed' } })
    const town = aTown('stranger')
    const network = attach(bus, town)
    introduce([host.network, network])
    await new Promise((resolve) => setImmediate(resolve))
    const stranger = { ...home, town, network }
    expect(await heard(stranger, host, { ask: 'view', guest: hexFor('x') })).toEqual({ door: { code: 'no-federation' } })
  })

  test('is asked so much an hour, and given so many new guests a day', async () => {
    const { home, host, clock } = await aVisit()
    let last = await heard(home, host, { ask: 'view', guest: hexFor('x') })
    for (let i = 0; i < 240; i++) last = await heard(home, host, { ask: 'view', guest: hexFor('x') })
    expect(last).toEqual({ door: { code: 'too-many', retrySeconds: 60 } })
    await clock.pass(3_600)
    const request = { ask: 'apply' as const, device: bytesFor('d'), name: null, evidence: [], listing: idFor('a listing'), message: 'x' }
    for (let i = 0; i < 20; i++) last = await heard(home, host, { ...request, guest: hexFor(`g ${i}`) })
    expect(last).toMatchObject({ refusal: { code: 'bad-key' } })
    expect(await heard(home, host, { ...request, guest: hexFor('one more') })).toEqual({ door: { code: 'too-many', retrySeconds: 3_600 } })
  })

  test('that answers something else, or with a receipt that binds nobody, is not passed on', async () => {
    const { home, host, jun } = await aVisit()
    const hub = host.town.card.origin
    await apply(home, host, jun)
    const answers = [utf8('no json'), utf8('[]'), utf8('{"hub":"another"}'), utf8('{"seq":1,"record":"AA==","receipt":"AA=="}')]
    const { body, auth } = signedBy(home.town, {
      kind: 'help.recorded', acct: jun.acct, helper: jun.acct, receiver: home.town.steward.acct, category: 1, minutes: 60,
      day: Math.floor(NOON / DAY), note: hexFor('note'),
    }, [jun])
    const elsewhere = await writerOf(home.town).submit(body, auth)
    if (!elsewhere.ok) throw new Error('help at home is recorded')
    const { seq, record: theirs, receipt } = elsewhere
    // Sound in itself, and sealed by another hub than the one that answers.
    answers.push(utf8(JSON.stringify({ seq, record: toBase64(theirs), receipt: toBase64(encodeReceipt(receipt)) })))
    const unreachable = { door: { code: 'hub-unreachable', hub } }
    for (const answer of answers) {
      await host.network.serve(GUEST_PROTOCOL, {
        handler: async () => answer, requestBytesMax: 200_000, answerBytesMax: 9_999, streamsPerPeerMax: 2, openToStrangers: false,
      })
      expect(await home.guests.view(jun.acct, hub)).toEqual(unreachable)
      const signed = { ...agreed(host, jun, [host.town.steward, jun]), blobs: [] }
      expect(await home.guests.act(jun.acct, hub, signed)).toEqual(unreachable)
      expect(await apply(home, host, jun)).toEqual(unreachable)
    }
    expect(home.log.heard.at(-1)?.message).toMatch(/something else/)
  })
})

test('guests have exactly the kinds of action that the ledger lets them sign', async () => {
  const { home, host, jun } = await aVisit()
  await apply(home, host, jun)
  // What others have asked of each kind, as if a guest asked it.
  const asked = new Map(everyKind().chengdu.entries.map(({ action }) => [action.kind, action]))
  const people = (Object.keys(kinds) as Kind[]).filter((kind) => ['member', 'steward', 'parties'].includes(kinds[kind].signer))
  for (const kind of people) {
    const signers = kind === 'agreement.made' ? [jun, jun] : [jun]
    const { id: _id, exp: _exp, seen: _seen, ...own } = asked.get(kind)!
    const parties = kind === 'agreement.made' ? { helper: jun.acct, receiver: jun.acct } : {}
    const answer = record(host.town, { ...own, ...parties, acct: jun.acct } as never, signers)
    expect([kind, (answer as { code: string }).code !== 'not-for-guests']).toEqual([kind, guestKinds.has(kind)])
  }
})

describe('what travels between home and host', () => {
  const signed = { body: utf8('body'), auth: [{ keyId: new Uint8Array(8), signature: new Uint8Array(64) }], blobs: [utf8('blob')] }
  const requests: GuestRequest[] = [
    {
      ask: 'apply', guest: hexFor('g'), device: bytesFor('d'), name: null, evidence: [{ record: utf8('r'), proof: utf8('p') }],
      listing: idFor('l'), message: '你好',
    },
    { ask: 'view', guest: hexFor('g') }, { ask: 'act', ...signed }, { ask: 'draft', ...signed },
    { ask: 'use', guest: hexFor('g'), listing: idFor('l'), resource: 1, begins: 2, ends: 3 },
    { ask: 'visit', guest: hexFor('g'), device: bytesFor('d'), name: 'jun', evidence: [], listing: idFor('l') },
    { ask: 'drop', guest: hexFor('g'), draft: idFor('d') },
    { ask: 'gatherings', guest: hexFor('g'), listing: idFor('l') },
    { ask: 'come', guest: hexFor('g'), name: '俊', session: idFor('s'), comes: true },
    { ask: 'room', guest: hexFor('g'), listing: idFor('l') },
    { ask: 'deed', guest: hexFor('g'), listing: idFor('l'), what: 'write', about: null, words: '你好' },
  ]

  test('questions are read back as written, and nothing else is read', () => {
    for (const request of requests) {
      const bytes = encodeGuestRequest(request)
      expect(parseGuestRequest(bytes)).toEqual(request)
      expect(parseGuestRequest(bytes.subarray(0, -1))).toBeNull()
    }
    for (const bytes of [new Uint8Array(), utf8('x'), encode([11]), encode([10]), encode([1]), encode([1, 'x'])]) expect(parseGuestRequest(bytes)).toBeNull()
  })

  test('answers are taken only in the form that was promised', () => {
    const json = (value: unknown) => utf8(JSON.stringify(value))
    expect(parseNo(json({ door: { code: 'busy', retrySeconds: 1 } }))).toEqual({ door: { code: 'busy', retrySeconds: 1 } })
    for (const not of [{}, { door: {} }, { refusal: 'x' }, { door: { code: 7 } }, null, 'x']) expect(parseNo(json(not))).toBeNull()
    expect(parseApplied(json({ id: idFor('x'), more: 1 }))).toEqual({ id: idFor('x') })
    for (const not of [{ id: 'x' }, { id: 7 }, { id: hexFor('x') }, []]) expect(parseApplied(json(not))).toBeNull()
    expect(parseActAnswer(json({ seq: 3, record: 'AA==', receipt: '' }))).toEqual({ seq: 3, record: 'AA==', receipt: '' })
    for (const not of [{ seq: -1, record: '', receipt: '' }, { seq: 1.5, record: '', receipt: '' }, { seq: 1, record: '?', receipt: '' }, { seq: 1 }]) {
      expect(parseActAnswer(json(not))).toBeNull()
    }
    const view = { hub: 'h', hubId: 'i', charterVersion: 0, seen: { size: 1, leaf: 'l', now: 1, globalDay: null }, drafts: [{ id: 'd', visitorMilli: null }, { id: 'e', visitorMilli: '20000' }], agreements: [{ id: 'a' }] }
    expect(parseAbroadView(json(view), 'h', 'i')).toEqual(view)
    for (const not of [{ hub: 'x' }, { hubId: 'x' }, { seen: null }, { seen: { size: 1 } }, { drafts: {} }, { drafts: [{ id: 'd', visitorMilli: '-1' }] }, { drafts: [{ id: 'd' }] }, { agreements: [{}] }, { charterVersion: '0' }]) {
      expect(parseAbroadView(json({ ...view, ...not }), 'h', 'i')).toBeNull()
    }
    expect(parseAbroadView(Uint8Array.of(0xff), 'h', 'i')).toBeNull()
    const use = {
      title: 't', provider: { acct: 'a' }, unitMinutes: 60, units: 1, price: '1', visitorMilli: null, factors: [], demandPerMille: 1, charter: 0,
      taken: [{ begins: 1, ends: 2 }], free: 1, levelNeeded: 2, level: 2,
    }
    expect(parseUseView(json(use))).toEqual(use)
    for (const not of [{ price: '-1' }, { visitorMilli: 7 }, { taken: [{}] }, { free: 'x' }, { units: 0.5 }, { provider: null }, { factors: [1] }]) {
      expect(parseUseView(json({ ...use, ...not }))).toBeNull()
    }
    const gathering = { id: idFor('s'), begins: 1, ends: 2, places: 3, signedUp: 0, isMine: false }
    expect(parseGatherings(json({ gatherings: [gathering] }))).toEqual({ gatherings: [gathering] })
    for (const not of [{ id: 'x' }, { begins: -1 }, { signedUp: '1' }, { isMine: 1 }]) expect(parseGatherings(json({ gatherings: [{ ...gathering, ...not }] }))).toBeNull()
    for (const not of [{}, { gatherings: {} }, { gatherings: [null] }, { gatherings: Array(33).fill(gathering) }]) expect(parseGatherings(json(not))).toBeNull()
  })
})
