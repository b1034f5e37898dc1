import { randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ActionOf, encodeAction } from '#ledger/action.ts'
import { concat, fromHex, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { type Context, keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { BODY_BYTES_MAX } from '#node/page/door.ts'
import { openLevelStore } from '#node/disk/level-store.ts'
import { aDirectory } from '#test/support/directories.ts'
import { MemberClient, salted, type Told, zeros } from '#test/support/member-client.ts'
import { PLAIN_TRUST } from '#test/support/towns.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'
import { untouched } from './untouched.ts'

const DAY = 86_400
const ACTIONS = '/api/actions'
let hub: WholeHub
let mei: MemberClient
let bo: MemberClient
let hubId: string

beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  mei = await hub.member('Mei')
  bo = await hub.member('Bo')
  hubId = (await mei.hub()).hubId
})
afterAll(() => hub.stop())
afterEach(async () => {
  expect((await mei.get('/healthz')).body).toMatchObject({ ok: true, readOnly: null })
})

const refused = (knock: () => Promise<Told<unknown>>, status: number, body: unknown): Promise<void> =>
  untouched(hub.data, async () => {
    expect(await knock()).toMatchObject({ status, body })
  })

/** A quarter of an hour for Bo, written down by Mei, who may say something else in it. */
async function aHelp(over: Partial<ActionOf<'help.recorded'>> = {}): Promise<ActionOf<'help.recorded'>> {
  const day = Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / DAY)
  return mei.action('help.recorded', { helper: bo.acct, receiver: mei.acct, category: 1, minutes: 15, day, note: zeros }, over)
}

type Signing = { secret?: Uint8Array; context?: Context; scope?: string }

/** Posts body bytes, signed as Mei would unless told otherwise. */
function post(body: Uint8Array, { secret = mei.secret, context = 'entry', scope = hubId }: Signing = {}): Promise<Told<unknown>> {
  const signature = toHex(sign(secret, context, fromHex(scope)!, body))
  return mei.post(ACTIONS, { body: toBase64(body), auth: [{ keyId: toHex(keyIdOf(publicKeyOf(secret))), signature }] })
}

describe('bytes that are no action, or a second spelling of one, are malformed however well they are signed', () => {
  // Eleven items, of which the first is the kind's number, 30: 8b 18 1e …
  const spellings: Record<string, (good: Uint8Array) => Uint8Array> = {
    'nothing at all': () => new Uint8Array(),
    'a byte after the end': (good) => concat(good, Uint8Array.of(0)),
    'a byte missing at the end': (good) => good.slice(0, -1),
    'the number of the kind in two bytes': (good) => concat(Uint8Array.of(0x8b, 0x19, 0, 30), good.slice(3)),
    'the number of items in one byte more': (good) => concat(Uint8Array.of(0x98, 11), good.slice(1)),
    'an array without a length': (good) => concat(Uint8Array.of(0x9f), good.slice(1), Uint8Array.of(0xff)),
    'the number of the kind as a fraction': (good) => concat(Uint8Array.of(0x8b, 0xf9, 0x4f, 0x80), good.slice(3)),
    'a tag around the number of the kind': (good) => concat(Uint8Array.of(0x8b, 0xc1, 0x18, 30), good.slice(3)),
    'a kind nobody knows': (good) => concat(Uint8Array.of(0x8b, 0x18, 255), good.slice(3)),
    'an item too many': (good) => concat(Uint8Array.of(0x8c), good.slice(1), Uint8Array.of(0)),
    'a map with keys out of order': () => Uint8Array.of(0xa2, 0x61, 0x62, 1, 0x61, 0x61, 2),
    'a map with a key given twice': () => Uint8Array.of(0xa2, 0x61, 0x61, 1, 0x61, 0x61, 2),
    'a thousand arrays in one another': () => new Uint8Array(1_000).fill(0x81),
    'a length of sixteen exabytes': () => Uint8Array.of(0x9b, 255, 255, 255, 255, 255, 255, 255, 255),
  }
  test.each(Object.entries(spellings))('%s', async (_, spelled) => {
    const bytes = spelled(encodeAction(await aHelp()))
    await refused(() => post(bytes), 400, { refusal: { code: 'malformed' } })
  })

  test('half a character inside a text', async () => {
    const { steward } = hub
    const action = await steward.action('trust.set', { ...PLAIN_TRUST, peer: 'xyz', exposureMilli: 0n, transferMaxMilli: 0n })
    const bytes = encodeAction(action)
    const at = bytes.findLastIndex((byte) => byte === 0x63)
    expect(bytes.slice(at + 1, at + 4)).toEqual(utf8('xyz'))
    // U+D800, as UTF-8 does not spell it.
    bytes.set([0xed, 0xa0, 0x80], at + 1)
    await refused(() => post(bytes, { secret: steward.secret }), 400, { refusal: { code: 'malformed' } })
  })
})

describe('a signature counts for what it was made for, once', () => {
  test('one wrong bit and it is nobody’s', async () => {
    const { body, auth } = mei.signed(await aHelp(), hubId)
    const flipped = `${auth.signature.slice(0, -1)}${auth.signature.endsWith('0') ? '1' : '0'}`
    await refused(() => mei.post(ACTIONS, { body: toBase64(body), auth: [{ ...auth, signature: flipped }] }), 403, { refusal: { code: 'wrong-signature' } })
  })

  test.each(['login', 'listing', 'appr', 'seal', 'board', 'card'] as const)('made under the context %s', async (context) => {
    const bytes = encodeAction(await aHelp())
    await refused(() => post(bytes, { context }), 403, { refusal: { code: 'wrong-signature' } })
  })

  test('made for another hub', async () => {
    const bytes = encodeAction(await aHelp())
    await refused(() => post(bytes, { scope: toHex(randomBytes(32)) }), 403, { refusal: { code: 'wrong-signature' } })
  })

  test('made by another member’s device', async () => {
    const bytes = encodeAction(await aHelp())
    await refused(() => post(bytes, { secret: bo.secret }), 403, { refusal: { code: 'unknown-device' } })
  })

  test('another member’s signature under the name of one’s own key', async () => {
    const body = encodeAction(await aHelp())
    const signature = toHex(sign(bo.secret, 'entry', fromHex(hubId)!, body))
    const auth = [{ keyId: toHex(keyIdOf(mei.device)), signature }]
    await refused(() => mei.post(ACTIONS, { body: toBase64(body), auth }), 403, { refusal: { code: 'wrong-signature' } })
  })

  test('two signatures under what one person asks', async () => {
    const action = await aHelp()
    const [first, second] = [mei.signed(action, hubId), bo.signed(action, hubId)]
    const told = () => mei.post(ACTIONS, { body: toBase64(first.body), auth: [first.auth, second.auth] })
    await refused(told, 400, { refusal: { code: 'malformed' } })
  })

  test('an agreement that only one of the two has signed', async () => {
    const { now } = (await mei.get<{ now: number }>('/api/seen')).body
    const terms = {
      listing: '0'.repeat(32), helper: bo.acct, receiver: mei.acct, category: 1 as const, minutes: 30, begins: now, ends: now + 3_600,
      terms: zeros, charter: 0,
    }
    const action = await mei.action('agreement.made', terms)
    await refused(() => mei.submit(action), 403, { refusal: { code: 'wrong-signature' } })
    const twice = mei.signed(action, hubId)
    const told = () => mei.post(ACTIONS, { body: toBase64(twice.body), auth: [twice.auth, twice.auth] })
    await refused(told, 403, { refusal: { code: 'unknown-device' } })
  })

  test('the same action again is the same entry; another body under its id is refused', async () => {
    const action = await aHelp()
    const first = await mei.submit(action)
    expect(first).toMatchObject({ status: 200, body: { seq: expect.any(Number) } })
    await refused(() => mei.submit(action), 200, first.body)
    await refused(() => mei.submit({ ...action, minutes: 30 }), 409, { refusal: { code: 'id-taken' } })
  })
})

describe('who asks, and when', () => {
  test('somebody this hub has never heard of', async () => {
    const stranger = new MemberClient('stranger', hub.fetch)
    const asked = await stranger.action('help.confirmed', { help: '0'.repeat(32) })
    await refused(() => stranger.submit(asked), 404, { refusal: { code: 'unknown-member', member: stranger.acct } })
  })

  test('a newcomer whom no steward has met', async () => {
    const li = new MemberClient('Li', hub.fetch)
    expect((await li.join()).status).toBe(200)
    const help = await li.action('help.recorded', { helper: li.acct, receiver: mei.acct, category: 1, minutes: 15, day: 0, note: zeros })
    await refused(() => li.submit(help), 403, { refusal: { code: 'not-attested', member: li.acct } })
  })

  test('a newcomer with a key of small order, under which any text is signed', async () => {
    const li = new MemberClient('Li', hub.fetch)
    const { charterHash } = await li.hub()
    const device = fromHex(`01${'0'.repeat(62)}`)!
    const action = await li.action('member.joined', { device, profile: zeros, charter: charterHash, invitation: null })
    const auth = [{ keyId: toHex(keyIdOf(device)), signature: `01${'0'.repeat(126)}` }]
    const told = () => li.post(ACTIONS, { body: toBase64(encodeAction(action)), auth })
    await refused(told, 403, { refusal: { code: 'wrong-signature' } })
  })

  test('what only a steward may, asked by a member', async () => {
    const asked = await mei.action('member.attested', { member: bo.acct, identity: zeros })
    await refused(() => mei.submit(asked), 403, { refusal: { code: 'not-a-steward' } })
  })

  test('what only the hub itself may, asked by a member in its own name and in the hub’s', async () => {
    const own = await mei.action('tick', {})
    await refused(() => mei.submit(own), 409, { refusal: { code: 'tick-twice' } })
    const opening = { agreement: '0'.repeat(32), rater: bo.acct, grade: 2 as const, salt: new Uint8Array(32) }
    const inOwnName = await mei.action('rating.opened', opening)
    await refused(() => mei.submit(inOwnName), 404, { refusal: { code: 'unknown-member' } })
    const inItsName = await mei.action('rating.opened', opening, { acct: hubId })
    await refused(() => mei.submit(inItsName), 403, { refusal: { code: 'wrong-signature' } })
  })

  test('too late', async () => {
    const late = await aHelp({ exp: 1 })
    await refused(() => mei.submit(late), 410, { refusal: { code: 'expired', expired: 1 } })
  })

  test('for longer than an action may wait', async () => {
    const { now } = (await mei.get<{ now: number }>('/api/seen')).body
    const early = await aHelp({ exp: now + 31 * DAY })
    await refused(() => mei.submit(early), 422, { refusal: { code: 'expires-too-late', latest: expect.any(Number) } })
  })

  test('by somebody who has seen another history, or a longer one', async () => {
    const { size } = (await mei.get<{ size: number }>('/api/seen')).body
    for (const seen of [{ size, leaf: toHex(randomBytes(32)) }, { size: size + 1, leaf: zeros }, { size: 0, leaf: zeros }]) {
      const elsewhere = await aHelp({ seen })
      await refused(() => mei.submit(elsewhere), 409, { refusal: { code: 'unseen-branch' } })
    }
  })
})

describe('a request body that has not exactly the form of its route', () => {
  const sound = async () => {
    const { body, auth } = mei.signed(await aHelp(), hubId)
    return { body: toBase64(body), auth: [auth] }
  }
  const malformed = { door: { code: 'malformed' } }

  test.each([
    ['nothing', ''], ['a word', 'help'], ['half an object', '{"body":'], ['null', 'null'], ['a number', '1'], ['a list', '[]'],
    ['an empty object', '{}'], ['a number that JSON does not know', '{"body":NaN}'],
    ['a hundred thousand brackets', '['.repeat(100_000)], ['objects thirty thousand deep', '{"a":'.repeat(30_000)],
    ['a field named __proto__', '{"__proto__":{"body":"","auth":[]}}'],
    ['a field named constructor', '{"constructor":{"prototype":{"body":""}}}'],
  ])('%s', async (_, text) => {
    await refused(() => mei.post(ACTIONS, text), 400, malformed)
  })

  test.each<[string, (sound: { body: string; auth: { keyId: string; signature: string }[] }) => unknown]>([
    ['a body that is a number', (good) => ({ ...good, body: 7 })],
    ['a body in another alphabet', (good) => ({ ...good, body: 'é'.repeat(8) })],
    ['no signature', (good) => ({ ...good, auth: [] })],
    ['three signatures', (good) => ({ ...good, auth: [good.auth[0], good.auth[0], good.auth[0]] })],
    ['a signature in capitals', (good) => ({ ...good, auth: [{ ...good.auth[0], signature: 'A'.repeat(128) }] })],
    ['a signature that is too short', (good) => ({ ...good, auth: [{ ...good.auth[0], signature: '00' }] })],
    ['a field that nobody asked for', (good) => ({ ...good, admin: true })],
    ['a field inside that nobody asked for', (good) => ({ ...good, auth: [{ ...good.auth[0], acct: zeros }] })],
    ['blobs that are no list', (good) => ({ ...good, blobs: 'x' })],
    ['five blobs', (good) => ({ ...good, blobs: Array(5).fill(toBase64(new Uint8Array(32))) })],
    ['a blob of 5,000 bytes', (good) => ({ ...good, blobs: [toBase64(new Uint8Array(5_000))] })],
  ])('%s', async (_, bend) => {
    const bent = bend(await sound())
    await refused(() => mei.post(ACTIONS, bent), 400, malformed)
  })

  test('a field that stands there twice, of which one reader takes the first and another the last', async () => {
    const { body, auth } = await sound()
    const text = `{"body":"AA==","auth":${JSON.stringify(auth)},"body":${JSON.stringify(body)}}`
    await refused(() => mei.post(ACTIONS, text), 400, malformed)
    const escaped = `{"bod\\u0079":"AA==","auth":${JSON.stringify(auth)},"body":${JSON.stringify(body)}}`
    await refused(() => mei.post(ACTIONS, escaped), 400, malformed)
  })

  test('a body that is not called JSON', async () => {
    const text = JSON.stringify(await sound())
    for (const name of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '', 'application/jsonish']) {
      await refused(() => mei.post(ACTIONS, text, { 'content-type': name }), 400, malformed)
    }
    await refused(async () => {
      const response = await hub.fetch(ACTIONS, { method: 'POST', body: new Blob([text]) })
      return { status: response.status, body: await response.json() }
    }, 400, malformed)
  })

  test('a body that is too large is refused by its announced length before a byte of it is read', async () => {
    let asked = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        asked += 1
        controller.enqueue(new Uint8Array(1_024))
      },
    }, { highWaterMark: 0 })
    const headers = { 'content-type': 'application/json', 'content-length': String(BODY_BYTES_MAX + 1) }
    await refused(async () => {
      const response = await hub.fetch(ACTIONS, { method: 'POST', headers, body: endless, duplex: 'half' } as RequestInit)
      return { status: response.status, body: await response.json() }
    }, 413, { door: { code: 'too-large', mostBytes: BODY_BYTES_MAX } })
    expect(asked).toBe(0)
  })

  test('a body without an announced length is read no further than it may go', async () => {
    let sent = 0
    const long = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1_024
        controller.enqueue(new Uint8Array(1_024))
        if (sent > 4 * BODY_BYTES_MAX) controller.close()
      },
    }, { highWaterMark: 0 })
    await refused(async () => {
      const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
      const response = await hub.fetch(ACTIONS, { method: 'POST', headers, body: long, duplex: 'half' } as RequestInit)
      return { status: response.status, body: await response.json() }
    }, 413, { door: { code: 'too-large' } })
    expect(sent).toBeLessThan(2 * BODY_BYTES_MAX)
  })
})

describe('words that come with an action', () => {
  test('which the action does not name, or which are shorter than their salt or too long', async () => {
    const { body, auth } = mei.signed(await aHelp(), hubId)
    for (const blob of [salted('hello').blob, new Uint8Array(31), new Uint8Array(4_097)]) {
      const told = () => mei.post(ACTIONS, { body: toBase64(body), auth: [auth], blobs: [toBase64(blob)] })
      await refused(told, 422, { door: { code: 'blob-mismatch' } })
    }
  })

  test('of an action that is refused are not kept', async () => {
    const words = salted('they met at noon')
    const help = await aHelp({ note: words.commitment, minutes: 0 })
    const told = await mei.submit(help, [words.blob])
    expect(told).toMatchObject({ status: 422, body: { refusal: { code: 'minutes-out-of-range' } } })

    const kept = salted('they met at nine')
    expect((await mei.submit(await aHelp({ note: kept.commitment }), [kept.blob])).status).toBe(200)
    // A copy, since the running hub holds the store itself.
    const copy = aDirectory()
    cpSync(join(hub.data, 'level'), copy, { recursive: true })
    const store = await openLevelStore(copy)
    const blobs = store.table('blobs')
    const found = [blobs.get(kept.commitment), blobs.get(words.commitment)]
    await store.close()
    expect(found.map((blob) => blob && toHex(blob))).toEqual([toHex(kept.blob), undefined])
  })
})

describe('drafts', () => {
  test('of something else than an agreement, or between other people, or signed by another', async () => {
    const { body, auth } = mei.signed(await aHelp(), hubId)
    const draft = (bytes: Uint8Array, by: unknown) => mei.post('/api/drafts', { body: toBase64(bytes), auth: [by] })
    await refused(() => draft(body, auth), 400, { refusal: { code: 'malformed' } })

    const { now } = (await mei.get<{ now: number }>('/api/seen')).body
    const terms = {
      listing: '0'.repeat(32), helper: bo.acct, receiver: hub.steward.acct, category: 1 as const, minutes: 30, begins: now,
      ends: now + 3_600, terms: zeros, charter: 0,
    }
    const others = await mei.action('agreement.made', terms)
    const signed = mei.signed(others, hubId)
    await refused(() => draft(signed.body, signed.auth), 403, { refusal: { code: 'not-a-party' } })
    const own = mei.signed({ ...others, receiver: mei.acct }, hubId)
    await refused(() => draft(own.body, signed.auth), 403, { refusal: { code: 'wrong-signature' } })
    await refused(() => draft(own.body, bo.signed(others, hubId).auth), 403, { refusal: { code: 'unknown-device' } })
  })
})
