import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { fromBase64, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import {
  type Card, documentHash, encodeCard, encodeDocument, encodeOrder, encodeSignedCard, type FederationDocument, type Order,
  parseDocument, parseOrder, parseSignedCard, placeOf, signOrder, votePayload,
} from '#ledger/federation/federation.ts'
import { parseRecord } from '#ledger/entry.ts'
import { publicKeyOf as publicKey, sign } from '#ledger/keys.ts'
import { signNote } from '#ledger/note.ts'
import { frameTypes } from '#node/record/frames.ts'
import { readJournal } from '#node/disk/journal.ts'
import { type HubKeys, openKeystore } from '#node/disk/keystore.ts'
import { startNetwork } from '#node/wire/libp2p-network.ts'
import { type Network, NetworkError } from '#node/wire/network.ts'
import type { FederationView } from '#protocol/api.ts'
import { encodeListingMessage } from '#protocol/gossip.ts'
import { encodeGuestRequest, GUEST_PROTOCOL, GUEST_REQUEST_BYTES_MAX } from '#protocol/guest.ts'
import { services } from '#protocol/limits.ts'
import { bodyHashOf, encodeEnvelope, encodeListing, type Listing, sealListing, signListing, unsaid } from '#protocol/listing.ts'
import {
  type HelloAnswer, helloAnswers, type HelloRequest, helloRequests, logAnswers, type SettleAnswer, settleAnswers, type SettleRequest,
  settleRequests, witnessAnswers,
} from '#protocol/message.ts'
import { encodeSyncRefusal, SYNC_PROTOCOL, SYNC_REQUEST_BYTES_MAX } from '#protocol/sync.ts'
import { checkpointTopic, listTopic } from '#protocol/topic.ts'
import { type MemberClient, zeros } from '#test/support/member-client.ts'
import { aWholeHub, quiet, type WholeHub } from '#test/support/whole-hub.ts'
import { contentsOf, settled, untouched } from './untouched.ts'

const DAY = 86_400
const WAIT = { timeout: 30_000, interval: 50 }
const LIMITS = { answerBytesMax: 2 * 1024 * 1024, timeoutMs: 20_000 }

/** Chengdu is the hub that is knocked at. Barcelona was a member like any; now somebody has its keys. */
let chengdu: WholeHub
let keys: { chengdu: HubKeys; barcelona: HubKeys }
let thief: Network
/** One for all tests: a hub takes few new connections a second from one address. */
let stranger: Network
let ana: MemberClient
let bo: { acct: string; device: Uint8Array; secret: Uint8Array }
let fedId: Uint8Array
let document: FederationDocument
let documentBytes: Uint8Array
let own: Card
let theirs: Card
let peer: string
let addresses: string[]

const viewOf = async (hub: WholeHub): Promise<FederationView> => (await hub.steward.get<FederationView>('/api/federation')).body
const cardOf = async (hub: WholeHub) => parseSignedCard(fromBase64((await viewOf(hub)).card)!)!

beforeAll(async () => {
  chengdu = await aWholeHub('chengdu')
  const barcelona = await aWholeHub('barcelona')
  expect((await chengdu.steward.post('/api/federation/found', {})).status).toBe(200)
  const before = (await viewOf(barcelona)).card
  expect((await barcelona.steward.post('/api/federation/join', { card: (await viewOf(chengdu)).card })).status).toBe(200)
  expect((await chengdu.steward.post('/api/federation/admit', { card: before })).status).toBe(200)
  for (const hub of [chengdu, barcelona]) await vi.waitFor(async () => expect((await viewOf(hub)).version).toBe(2), WAIT)
  const { chain } = await viewOf(chengdu)
  const argument = fromBase64(chain.keysArgument!)!
  expect((await chengdu.steward.act('order.approved', { slot: 0, order: 'keys', argument })).status).toBe(200)
  await vi.waitFor(async () => expect((await viewOf(chengdu)).chain.certified).toBe(1), WAIT)

  ana = await chengdu.member('Ana')
  bo = await barcelona.member('Bo')
  const signed = await cardOf(chengdu)
  own = signed.card
  addresses = signed.addresses
  theirs = (await cardOf(barcelona)).card
  peer = toHex(own.peerKey)
  keys = { chengdu: await openKeystore(chengdu.data), barcelona: await openKeystore(barcelona.data) }
  const documents = documentsOf(chengdu.data)
  documentBytes = documents.at(-1)!
  document = parseDocument(documentBytes)!
  fedId = documentHash(documents[0]!)
  await barcelona.stop()
  await settled(chengdu.data)
  const { store } = contentsOf(chengdu.data)
  thief = await aNetwork(keys.barcelona.peer.secret)
  stranger = await aNetwork(new Uint8Array(randomBytes(32)))
  thief.setKnownPeers([{ peer, addresses }])
  await vi.waitFor(() => expect(thief.connected()).toEqual([peer]), WAIT)
  // Where it says that it is now is kept a moment after it came.
  await vi.waitFor(() => expect(contentsOf(chengdu.data).store).not.toBe(store), WAIT)
  await settled(chengdu.data)
}, 120_000)
afterAll(async () => {
  await stranger.stop()
  await thief.stop()
  await chengdu.stop()
})
afterEach(async () => {
  expect((await ana.get('/healthz')).body).toMatchObject({ ok: true })
  expect(thief.connected()).toEqual([peer])
})

function documentsOf(data: string): Uint8Array[] {
  return [...readJournal(join(data, 'journal'))].flatMap(({ frame }) => {
    const action = frame.type === frameTypes.record ? parseRecord(frame.payload.slice())?.action : undefined
    return action?.kind === 'fed.adopted' ? [action.document] : []
  })
}

const topics = (): string[] => [listTopic(fedId, 'as'), checkpointTopic(fedId)]
const aNetwork = (secret: Uint8Array): Promise<Network> =>
  startNetwork({ secret, listen: ['/ip4/127.0.0.1/tcp/0'], allowedTopics: topics, dht: false, log: quiet })

const ask = (protocol: string, body: Uint8Array, by: Network = thief): Promise<Uint8Array> => by.request(peer, protocol, body, LIMITS)
const hello = async (request: HelloRequest, by?: Network): Promise<HelloAnswer | null> =>
  helloAnswers.parse(await ask(services.hello.protocol, helloRequests.encode(request), by))
const settle = async (request: SettleRequest): Promise<SettleAnswer | null> =>
  settleAnswers.parse(await ask(services.settle.protocol, settleRequests.encode(request)))
const guest = async (request: Parameters<typeof encodeGuestRequest>[0]): Promise<unknown> =>
  JSON.parse(Buffer.from(await ask(GUEST_PROTOCOL, encodeGuestRequest(request))).toString()) as unknown

async function codeOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked
    return 'answered'
  } catch (error) {
    return error instanceof NetworkError ? error.code : String(error)
  }
}

const protocols: Record<string, { requestBytesMax: number; open: boolean; no: (answer: Uint8Array) => void }> = {
  [services.hello.protocol]: { ...services.hello, open: true, no: (answer) => expect(helloAnswers.parse(answer)).toEqual({ type: 'waiting' }) },
  [services.log.protocol]: { ...services.log, open: false, no: (answer) => expect(logAnswers.parse(answer)).toEqual({ type: 'nothing' }) },
  [services.witness.protocol]: { ...services.witness, open: false, no: (answer) => expect(witnessAnswers.parse(answer)).toMatchObject({ type: 'answered', status: 400 }) },
  [services.settle.protocol]: { ...services.settle, open: false, no: (answer) => expect(settleAnswers.parse(answer)).toEqual({ type: 'refused', code: 'malformed' }) },
  [SYNC_PROTOCOL]: { requestBytesMax: SYNC_REQUEST_BYTES_MAX, open: false, no: (answer) => expect(toHex(answer)).toBe(toHex(encodeSyncRefusal('malformed'))) },
  [GUEST_PROTOCOL]: { requestBytesMax: GUEST_REQUEST_BYTES_MAX, open: false, no: (answer) => expect(JSON.parse(Buffer.from(answer).toString())).toEqual({ door: { code: 'malformed' } }) },
}

describe.each(Object.entries(protocols))('%s', (protocol, { requestBytesMax, open, no }) => {
  test.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()], ['noise', () => new Uint8Array(randomBytes(200))], ['an unknown message', () => Uint8Array.of(0x81, 0x18, 99)],
    ['a message in a longer spelling', () => Uint8Array.of(0x81, 0x18, 0)], ['a message and a byte more', () => Uint8Array.of(0x81, 0, 0)],
    ['a thousand arrays in one another', () => new Uint8Array(1_000).fill(0x81)],
    ['a list of sixteen exabytes', () => Uint8Array.of(0x9b, 255, 255, 255, 255, 255, 255, 255, 255)],
    ['half a character', () => Uint8Array.of(0x82, 2, 0x63, 0xed, 0xa0, 0x80)],
  ])('answers %s with its own no', async (_, bytes) => {
    no(await untouched(chengdu.data, () => ask(protocol, bytes())))
  })

  test('refuses a request that is larger than it may be, and takes the next one', async () => {
    await untouched(chengdu.data, async () => {
      expect(await codeOf(ask(protocol, new Uint8Array(requestBytesMax + 1)))).toBe('refused')
      no(await ask(protocol, new Uint8Array()))
    })
  })

  test(open ? 'answers a stranger' : 'refuses a stranger', async () => {
    expect(await stranger.reach(addresses, 10_000)).toBe(peer)
    await untouched(chengdu.data, async () => {
      expect(await codeOf(ask(protocol, new Uint8Array(), stranger))).toBe(open ? 'answered' : 'refused')
    })
  })
})

describe('who wants to be let in', () => {
  /** A hub that does not exist but whose keys are all sound. */
  function aCard(over: Partial<Card> = {}): { card: Card; bytes: Uint8Array } {
    const card = { ...theirs, ...madeKeys(), ...over }
    return { card, bytes: encodeCard(card) }
  }
  const logSecret = new Uint8Array(randomBytes(32))
  function madeKeys(): Partial<Card> {
    const made = Object.fromEntries(['cosignerKey', 'auditorKey', 'orderKey', 'voteKey', 'peerKey'].map((name) => [name, publicKey(new Uint8Array(randomBytes(32)))]))
    const hubId = new Uint8Array(randomBytes(32))
    return { ...made, logKey: publicKey(logSecret), hubId, origin: `cv.nowhere-${toHex(hubId).slice(0, 8)}/log` }
  }
  const asking = async (): Promise<string[]> => (await viewOf(chengdu)).asking.map(({ origin }) => origin)

  test('with a card that its log key has not signed, or that is another hub’s, is not even written down', async () => {
    const { card, bytes } = aCard()
    const wrong = encodeSignedCard(bytes, sign(keys.barcelona.log.secret, 'card', card.hubId, bytes), [])
    const others = encodeSignedCard(bytes, sign(logSecret, 'card', card.hubId, bytes), [])
    const badName = aCard({ origin: 'cv.nowhere-00000000/log' })
    const named = encodeSignedCard(badName.bytes, sign(logSecret, 'card', badName.card.hubId, badName.bytes), [])
    const sameKey = aCard({ voteKey: theirs.voteKey, orderKey: theirs.voteKey })
    const doubled = encodeSignedCard(sameKey.bytes, sign(logSecret, 'card', sameKey.card.hubId, sameKey.bytes), [])
    for (const sent of [wrong, others, named, doubled, new Uint8Array(), new Uint8Array(randomBytes(600))]) {
      await untouched(chengdu.data, async () => {
        expect(await hello({ type: 'join', card: sent })).toEqual({ type: 'waiting' })
      })
    }
    expect(await asking()).toEqual([])
    // Sound and signed, and still another's than the one who shows it: a steward would not admit it either.
    await untouched(chengdu.data, async () => {
      expect(await chengdu.steward.post('/api/federation/admit', { card: toBase64(wrong) })).toMatchObject({ status: 422, body: { door: { code: 'bad-card' } } })
    })
  })

  const proposal = (over: Partial<Extract<HelloRequest, { type: 'proposal' }>>): HelloRequest =>
    ({ type: 'proposal', step: 'sign', federation: fedId, document: documentBytes, signatures: [], ...over })
  const successor = (over: Partial<FederationDocument> = {}): Uint8Array => {
    const { card } = aCard()
    const next = { ...document, version: 3, previous: documentHash(documentBytes), members: [...document.members, { card, addresses: [] }] }
    return encodeDocument({ ...next, ...over })
  }

  test('a proposal is heard from members only', async () => {
    await stranger.reach(addresses, 10_000)
    await untouched(chengdu.data, async () => {
      expect(await hello(proposal({}), stranger)).toEqual({ type: 'not-willing', because: 'not-asked' })
      expect(await hello({ type: 'report', document: documentBytes, signatures: [] }, stranger)).toEqual({ type: 'not-willing', because: 'not-asked' })
      expect(await hello({ type: 'adopted', activations: [] }, stranger)).toEqual({ type: 'not-willing', because: 'not-asked' })
    })
  })

  test.each<[string, () => HelloRequest, string]>([
    ['that nobody here has agreed to', () => proposal({ document: successor() }), 'not-admitted'],
    ['with the signature of nobody', () => proposal({ document: successor(), signatures: [{ hub: 2, signature: new Uint8Array(64) }] }), 'not-admitted'],
    ['that is no document', () => proposal({ document: new Uint8Array(randomBytes(100)) }), 'terms'],
    ['of other terms', () => proposal({ document: successor({ issueYearlyMaxMilli: 1_000_000_000n }) }), 'terms'],
    ['without one of the members', () => proposal({ document: successor({ members: document.members.slice(0, 1) }) }), 'terms'],
    ['of a version that is not the next', () => proposal({ document: successor({ version: 9 }) }), 'version'],
    ['of another federation', () => proposal({ federation: new Uint8Array(32), document: successor() }), 'version'],
  ])('a proposal %s is not signed', async (_, request, because) => {
    await untouched(chengdu.data, async () => {
      expect(await hello(request())).toEqual({ type: 'not-willing', because })
    })
  })

  test('the epoch is not ended, and no document taken in, by what nobody has signed', async () => {
    await untouched(chengdu.data, async () => {
      expect(await hello({ type: 'report', document: successor(), signatures: [] })).toEqual({ type: 'not-a-voter' })
      const activation = { document: successor(), signatures: [], reports: [], evidence: [], wills: [] }
      expect(await hello({ type: 'adopted', activations: [activation, activation] })).toEqual({ type: 'ok' })
      // The writer takes one thing after the other: what is asked now comes behind what was sent before.
      expect((await ana.act('cv.converted', { amountMilli: 1_000n })).body).toMatchObject({ refusal: { code: 'level-too-low' } })
    })
    expect((await viewOf(chengdu)).version).toBe(2)
  })
})

describe('a member whose keys were stolen', () => {
  const noteFor = (over: { origin?: string; secret?: Uint8Array; size?: bigint } = {}): string => {
    const { origin = theirs.origin, secret = keys.barcelona.log.secret, size = 1_000n } = over
    return signNote(encodeCheckpoint({ origin, size, root: new Uint8Array(32) }), origin, secret)
  }
  test.each<[string, () => string, number]>([
    ['of a log that is not witnessed here', () => `old 0\n\n${noteFor({ origin: 'cv.nowhere-00000000/log' })}`, 404],
    ['that another key has signed', () => `old 0\n\n${noteFor({ secret: new Uint8Array(32) })}`, 403],
    ['of this hub’s own log', () => `old 0\n\n${noteFor({ origin: own.origin })}`, 404],
    ['that continues another size than was seen last', () => `old 999\n\n${noteFor()}`, 409],
    ['that was longer before', () => `old 2000\n\n${noteFor()}`, 400],
    ['with a proof that is none', () => `old 0\nnonsense\n\n${noteFor()}`, 400],
  ])('gets no cosignature for a checkpoint %s', async (_, text, status) => {
    const answer = await untouched(chengdu.data, () => ask(services.witness.protocol, utf8(text())))
    expect(witnessAnswers.parse(answer)).toMatchObject({ type: 'answered', status })
  })

  const anOrder = (over: Partial<Order> = {}): Uint8Array => encodeOrder({
    format: 1, federation: fedId, hub: theirs.origin, slot: 0, previous: new Uint8Array(32), kind: 'out', day: 0, claims: [],
    outs: [{
      xid: toHex(randomBytes(32)), destination: own.origin, to: ana.acct, amount: 1_000n, request: 5, agreement: '1'.repeat(32), memo: zeros,
      returns: null, last: null,
    }],
    argument: null, position: 0n, ...over,
  })
  const orderSignature = (order: Uint8Array, secret = keys.barcelona.order.secret): Uint8Array =>
    signOrder(secret, fedId, placeOf(parseOrder(order)!, order))
  const voteOf = (voter: number, order: Uint8Array, epoch = 2): { voter: number; signature: Uint8Array } => {
    const { card } = document.members[voter]!
    const { secret } = card.origin === own.origin ? keys.chengdu.vote : keys.barcelona.vote
    return { voter, signature: sign(secret, 'vote', fedId, votePayload(epoch, placeOf(parseOrder(order)!, order))) }
  }

  test('gets no vote for an order that stands in no log, is not signed, or is of another epoch', async () => {
    const order = anOrder()
    const asked = { type: 'propose', epoch: 2, order, signature: orderSignature(order), seq: 0 } as const
    await untouched(chengdu.data, async () => {
      expect(await settle({ ...asked, signature: new Uint8Array(64) })).toEqual({ type: 'refused', code: 'bad-signature' })
      expect(await settle({ ...asked, epoch: 9 })).toMatchObject({ type: 'refused', code: 'other-epoch' })
      expect(await settle({ ...asked, order: new Uint8Array(10) })).toMatchObject({ type: 'refused', code: 'malformed' })
      expect((await settle(asked))?.type).not.toBe('vote')
      expect((await settle({ ...asked, seq: 0 }))?.type).not.toBe('vote')
    })
  })

  test('moves nothing by a certificate with a vote too few, or with votes that do not count', async () => {
    const order = anOrder()
    const signature = orderSignature(order)
    const [first, second] = [voteOf(0, order), voteOf(1, order)]
    const waiting = { type: 'waiting' }
    const deliver = (certificate: Partial<Extract<SettleRequest, { type: 'deliver' }>['certificate']>) =>
      settle({ type: 'deliver', certificate: { epoch: 2, order, signature, votes: [first, second], ...certificate } })
    await untouched(chengdu.data, async () => {
      for (const votes of [[], [first], [second], [first, first], [second, first], [first, voteOf(1, order, 1)], [first, voteOf(1, anOrder())], [first, { ...second, voter: 7 }]]) {
        expect(await deliver({ votes })).toEqual(waiting)
      }
      expect(await deliver({ signature: orderSignature(order, keys.barcelona.vote.secret) })).toEqual(waiting)
      expect(await deliver({ epoch: 1 })).toEqual(waiting)
      expect(await deliver({ epoch: 99 })).toEqual(waiting)
      expect(await deliver({ order: new Uint8Array(randomBytes(50)) })).toEqual(waiting)
    })
    const elsewhere = anOrder({ outs: [] })
    await untouched(chengdu.data, async () => {
      const votes = [voteOf(0, elsewhere), voteOf(1, elsewhere)]
      expect(await deliver({ order: elsewhere, signature: orderSignature(elsewhere), votes })).toEqual(waiting)
    })
    // With both votes, and only then, it is one; so nothing else about it was wrong.
    const { records } = contentsOf(chengdu.data)
    expect((await deliver({}))?.type).toBe('arrived')
    expect(contentsOf(chengdu.data).records).toBe(records + 1)
    await settled(chengdu.data)
    await untouched(chengdu.data, async () => {
      expect((await deliver({}))?.type).toBe('arrived')
      expect((await deliver({ votes: [first] }))?.type).toBe('arrived')
    })
  })

  test('acts for nobody who is not its own guest here', async () => {
    const { hubId } = await ana.hub()
    const help = await ana.action('checkin.made', { agreement: '1'.repeat(32) })
    const { body, auth } = ana.signed(help, hubId)
    const signed = { body, auth: [{ keyId: Uint8Array.from(Buffer.from(auth.keyId, 'hex')), signature: Uint8Array.from(Buffer.from(auth.signature, 'hex')) }], blobs: [] }
    await untouched(chengdu.data, async () => {
      // Ana's own signature, relayed by a hub that is not hers.
      expect(await guest({ ask: 'act', ...signed })).toEqual({ door: { code: 'not-found' } })
      expect(await guest({ ask: 'draft', ...signed })).toEqual({ door: { code: 'not-found' } })
      expect(await guest({ ask: 'view', guest: ana.acct })).toEqual({ door: { code: 'not-found' } })
      expect(await guest({ ask: 'view', guest: bo.acct })).toEqual({ door: { code: 'not-found' } })
      expect(await guest({ ask: 'act', ...signed, body: new Uint8Array(40) })).toEqual({ door: { code: 'malformed' } })
      const joined = await ana.action('cv.converted', { amountMilli: 1n })
      expect(await guest({ ask: 'act', ...signed, body: ana.signed(joined, hubId).body })).toMatchObject({ refusal: { code: 'not-for-guests' } })
    })
  })

  test('brings no guest without proof that they are attested at home', async () => {
    const { body: listed } = await ana.list({ title: 'for guests' })
    const apply = { ask: 'apply' as const, guest: bo.acct, device: bo.device, name: 'Bo', evidence: [], listing: listed.id, message: 'hello' }
    await untouched(chengdu.data, async () => {
      expect(await guest(apply)).toMatchObject({ refusal: { code: 'bad-evidence' } })
      const evidence = [{ record: new Uint8Array(randomBytes(300)), proof: utf8('c2sp.org/tlog-proof@v1\n') }]
      expect(await guest({ ...apply, evidence })).toMatchObject({ refusal: { code: 'bad-evidence' } })
      expect(await guest({ ...apply, listing: '0'.repeat(32) })).toEqual({ door: { code: 'not-found' } })
      expect(await guest({ ...apply, message: ' ' })).toEqual({ door: { code: 'malformed' } })
    })
  })

  test('is not believed about listings that nobody signed, and heard about those that somebody did', async () => {
    const { now } = (await ana.get<{ now: number }>('/api/seen')).body
    const words = utf8('words')
    const listing: Listing = {
      format: 1, id: toHex(randomBytes(16)), hub: theirs.origin, author: bo.acct, rev: 0, kind: 'need', region: 'as', category: 'everyday',
      title: 'sound', scope: 'federation', languages: ['es'], minutes: 60, ...unsaid(), online: 1, bodyHash: bodyHashOf(words), bodyBytes: words.length,
      from: now, expiresAt: now + DAY, state: 'open',
    }
    const message = (over: Partial<Listing>, logSecret = keys.barcelona.log.secret): Uint8Array => {
      const bytes = encodeListing({ ...listing, ...over })
      const signature = signListing(bytes, bo.secret, theirs.hubId)
      const seal = sealListing(bytes, bo.device, logSecret, theirs.hubId)
      return encodeListingMessage({ envelope: encodeEnvelope({ listing: bytes, device: bo.device, signature, seal }), body: words })
    }
    const topic = listTopic(fedId, 'as')
    thief.subscribe(topic, () => 'ignore')
    const before = (await ana.listings()).map(({ id }) => id)
    // Two faults a peer in good standing may be forgiven; more, and nobody would listen to the third.
    await thief.publish(topic, new Uint8Array(randomBytes(500)))
    await thief.publish(topic, message({ id: toHex(randomBytes(16)), title: 'forged' }, keys.barcelona.vote.secret))
    await expect.poll(async () => {
      // Sent again in new words until it is heard: a mesh takes a moment to form.
      await thief.publish(topic, message({ rev: Math.floor(performance.now()) }))
      return (await ana.listings()).map(({ id }) => id).filter((id) => !before.includes(id))
    }, { ...WAIT, interval: 300 }).toEqual([listing.id])
    expect((await ana.listings()).map(({ title }) => title)).not.toContain('forged')
  })
})

test('a member cannot ask to send more Global than they have, nor to a city that is not there', async () => {
  const { globalDay } = (await ana.get<{ globalDay: number }>('/api/seen')).body
  const own_ = { source: 0 as const, to: bo.acct, destination: theirs.origin, amount: 10_000_000n, agreement: '1'.repeat(32), awardMilli: 0n, memo: zeros, expDay: globalDay + 7 }
  const asked = await ana.action('x.req', own_)
  // The last revisions of the listing before may still be on their way to the store.
  await settled(chengdu.data)
  await untouched(chengdu.data, async () => {
    const no = async (over: Record<string, unknown>): Promise<unknown> => (await ana.submit({ ...asked, ...over })).body
    expect(await ana.submit(asked)).toMatchObject({ status: 409, body: { refusal: { code: 'insufficient-cv', askedMilli: expect.stringMatching(/^\d+$/) as string } } })
    expect(await no({ destination: own.origin })).toMatchObject({ refusal: { code: 'own-hub' } })
    expect(await no({ destination: 'cv.nowhere-00000000/log' })).toMatchObject({ refusal: { code: 'unknown-hub' } })
    expect(await no({ amount: 0n })).toMatchObject({ refusal: { code: 'nothing-asked' } })
    expect(await no({ expDay: globalDay + 31 })).toMatchObject({ refusal: { code: 'bad-expiry' } })
    expect(await no({ source: 1 })).toMatchObject({ refusal: { code: 'not-a-steward' } })
    expect(await no({ awardMilli: 1n })).toMatchObject({ refusal: { code: 'not-an-award' } })
  })
})
