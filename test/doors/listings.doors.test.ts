import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromHex, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { decode, encode, type Value } from '#ledger/codec.ts'
import { bodyHashOf, encodeListing, type Listing, parseListing, signListing, unsaid } from '#protocol/listing.ts'
import { MemberClient, type Told, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'
import { untouched } from './untouched.ts'

const DAY = 86_400
const TITLE = 8
const KIND = 5
let hub: WholeHub
let mei: MemberClient
let bo: MemberClient
let hubId: Uint8Array
let now: number
/** The listing that stands on the board all the time, and that nobody may disturb. */
let standing: Listing

beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  mei = await hub.member('Mei')
  bo = await hub.member('Bo')
  const { origin, region, hubId: id } = await mei.hub()
  hubId = fromHex(id)!
  now = (await mei.get<{ now: number }>('/api/seen')).body.now
  standing = {
    format: 1, id: '5'.repeat(32), hub: origin, author: mei.acct, rev: 5, kind: 'need', region, category: 'everyday', title: '修水龙头',
    scope: 'federation', languages: ['zh'], minutes: 90, ...unsaid(), bodyHash: bodyHashOf(utf8('words')), bodyBytes: 5, from: now,
    expiresAt: now + 14 * DAY, state: 'open',
  }
  expect((await post(encodeListing(standing))).status).toBe(200)
})
afterAll(() => hub.stop())

type Posting = { by?: MemberClient; device?: Uint8Array; body?: string | null; scope?: Uint8Array }

function post(bytes: Uint8Array, { by = mei, device = by.device, body = 'words', scope = hubId }: Posting = {}): Promise<Told<unknown>> {
  const signature = toHex(signListing(bytes, by.secret, scope))
  return by.post('/api/listings', { listing: toBase64(bytes), device: toHex(device), signature, body })
}

/** A later revision of the standing listing, or another listing, that something is wrong with. */
const revised = (over: Partial<Listing> = {}): Uint8Array => encodeListing({ ...standing, rev: 6, ...over })
const fresh = (over: Partial<Listing> = {}): Uint8Array => revised({ id: '6'.repeat(32), ...over })

async function refused(knock: () => Promise<Told<unknown>>, because: string): Promise<void> {
  await untouched(hub.data, async () => {
    expect(await knock()).toMatchObject({ status: 422, body: { door: { code: 'listing-refused', because } } })
  })
  const board = await mei.listings()
  expect(board.map(({ id, rev, title, body }) => ({ id, rev, title, body }))).toEqual([{ id: standing.id, rev: 5, title: standing.title, body: 'words' }])
}

/** The bytes of a listing with one item replaced, which no page could have made. */
function bent(at: number, item: Value): Uint8Array {
  const items = decode(fresh()) as Value[]
  items[at] = item
  const bytes = encode(items)
  expect(parseListing(bytes)).toBeNull()
  return bytes
}

test.each<[string, () => Uint8Array]>([
  ['a title of 81 letters', () => fresh({ title: 'a'.repeat(81) })],
  ['a title of 241 bytes', () => bent(TITLE, 'a'.repeat(241))],
  ['a title of spaces', () => fresh({ title: '  ' })],
  ['no title', () => fresh({ title: '' })],
  ['a title that is a number', () => bent(TITLE, 7n)],
  ['a kind that is none', () => bent(KIND, 'wish')],
  ['a body of more bytes than a listing may have', () => fresh({ bodyBytes: 2_049 })],
  ['a body that is named and has no bytes', () => fresh({ bodyBytes: 0 })],
  ['a closed listing that still has words', () => revised({ state: 'closed' })],
  ['an end before its beginning', () => fresh({ from: now + 2 * DAY, expiresAt: now + DAY })],
  ['a byte after the end', () => Uint8Array.from([...fresh(), 0])],
  ['nothing', () => new Uint8Array()],
])('%s is malformed', async (_, bytes) => {
  await refused(() => post(bytes()), 'malformed')
})

test('a title with half a character is malformed', async () => {
  const bytes = fresh({ title: 'xyz' })
  const at = Buffer.from(bytes).indexOf('xyz')
  bytes.set([0xed, 0xa0, 0x80], at)
  await refused(() => post(bytes), 'malformed')
})

test('words that are too long, or no words, do not reach the board at all', async () => {
  await untouched(hub.data, async () => {
    for (const body of ['x'.repeat(2_049), '\ud800']) {
      expect(await post(fresh(), { body })).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
    }
    const large = new Uint8Array(1_540)
    expect(await post(large)).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
  })
})

test('words that are few letters and many bytes', async () => {
  const body = '修'.repeat(1_000)
  await refused(() => post(fresh({ bodyHash: bodyHashOf(utf8(body)), bodyBytes: 3_000 }), { body }), 'malformed')
})

test('other words than it names, and none', async () => {
  await refused(() => post(fresh(), { body: 'other' }), 'body-mismatch')
  await refused(() => post(fresh(), { body: null }), 'body-missing')
})

test('a listing of another hub, or of another region', async () => {
  await refused(() => post(fresh({ hub: 'cv.barcelona-01234567/log' })), 'wrong-hub')
  await refused(() => post(fresh({ region: 'eu' })), 'wrong-region')
})

test('somebody else’s name under one’s own signature, and the other way round', async () => {
  await refused(() => post(fresh(), { by: bo }), 'unknown-device')
  await refused(() => post(fresh(), { by: bo, device: mei.device }), 'wrong-signature')
  await refused(() => post(fresh({ author: bo.acct })), 'unknown-device')
  await refused(() => post(fresh({ author: zeros })), 'not-attested')
})

test('signed for another hub', async () => {
  await refused(() => post(fresh(), { scope: new Uint8Array(32) }), 'wrong-signature')
})

test('somebody else’s listing, taken over', async () => {
  await refused(() => post(revised({ author: bo.acct, title: 'mine now' }), { by: bo }), 'not-yours')
})

test('an author whom no steward has met', async () => {
  const li = new MemberClient('Li', hub.fetch)
  expect((await li.join()).status).toBe(200)
  await refused(() => post(fresh({ author: li.acct }), { by: li }), 'not-attested')
})

test('an older revision, and the same number again with a lesser hash', async () => {
  await refused(() => post(revised({ rev: 4 })), 'stale')
  const same = [...Array(64).keys()].map((i) => revised({ rev: 5, title: `again ${i}` }))
  const hash = (bytes: Uint8Array): string => toHex(bodyHashOf(bytes))
  const lesser = same.find((bytes) => hash(bytes) < hash(encodeListing(standing)))!
  await refused(() => post(lesser), 'stale')
})

test('a revision that would leave others with the earlier one', async () => {
  await refused(() => post(revised({ scope: 'hub' })), 'scope-narrowed')
  await refused(() => post(revised({ expiresAt: standing.expiresAt - 1 })), 'expires-sooner')
})

test('one that is over already, and one that would never be', async () => {
  await refused(() => post(fresh({ from: now - 2 * DAY, expiresAt: now - DAY })), 'expired')
  await refused(() => post(fresh({ from: now - DAY, expiresAt: now - 60 })), 'just-expired')
  await refused(() => post(fresh({ expiresAt: now + 400 * DAY })), 'too-far-ahead')
})

test('the same listing again is the same listing', async () => {
  expect(await post(encodeListing(standing))).toMatchObject({ status: 200, body: { id: standing.id } })
  expect(await mei.listings()).toHaveLength(1)
})

test('the eleventh change of one member in a day', async () => {
  for (let rev = 0; rev < 10; rev++) {
    const bytes = encodeListing({ ...standing, id: '7'.repeat(32), author: bo.acct, rev })
    expect((await post(bytes, { by: bo })).status).toBe(200)
  }
  await untouched(hub.data, async () => {
    const bytes = encodeListing({ ...standing, id: '7'.repeat(32), author: bo.acct, rev: 10 })
    expect(await post(bytes, { by: bo })).toMatchObject({ status: 422, body: { door: { because: 'too-many-by-member' } } })
  })
  const closing = encodeListing({ ...standing, id: '7'.repeat(32), author: bo.acct, rev: 11, state: 'closed', bodyHash: null, bodyBytes: 0 })
  expect((await post(closing, { by: bo, body: null })).status).toBe(200)
  expect(await mei.listings()).toHaveLength(1)
})

test('a search that says nothing of what is looked for is told so, and a stranger finds what is public, without names', async () => {
  const wish = { text: '龙头', kinds: [], category: null, hub: null, resource: null, returns: [], level: null, from: null, to: null }
  const asked = (what: unknown, more = 'sort=relevance'): string => `/api/search?wish=${encodeURIComponent(JSON.stringify(what))}&${more}`
  for (const bad of ['/api/search', '/api/search?wish=%7B&sort=relevance', asked({ ...wish, kinds: ['x'] }), asked(wish, 'sort=best'), asked(wish, 'sort=distance&near=9999,0')]) {
    expect(await mei.get(bad)).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
  }
  const found = (await mei.get<{ listings: { id: string; author: { name: string | null } }[] }>(asked(wish))).body
  expect(found.listings.map(({ id, author }) => [id, author.name])).toEqual([[standing.id, 'Mei']])
  const stranger = await hub.fetch(asked(wish), {})
  expect(await stranger.json()).toMatchObject({ listings: [{ id: standing.id, author: { name: null } }], more: false })
})
