import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { fromBase64, fromHex, toBase64, toHex } from '#ledger/bytes.ts'
import { keyIdOf } from '#ledger/keys.ts'
import { BODY_BYTES_MAX } from '#node/page/door.ts'
import { type HttpServer, listenHttp, PATIENCE } from '#node/page/http-server.ts'
import { runHub, type RunningHub } from '#node/run.ts'
import { servePage } from '#node/page/static.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { encodeChallenge, signChallenge } from '#protocol/login.ts'
import { aConfig } from '#test/support/config.ts'
import { MemberClient, salted, zeros } from '#test/support/member-client.ts'
import { quiet } from '#test/support/whole-hub.ts'
import { settled, untouched } from './untouched.ts'

const HALF_AN_HOUR = 1_800
let data: string
let hub: RunningHub
let offset = 0
let steward: MemberClient
let mei: MemberClient
let bo: MemberClient
const stateHome = process.env['XDG_STATE_HOME']

type Heard = { status: number; headers: Record<string, string | string[] | undefined>; bytes: Buffer; text: string; body: unknown }
type Knock = { method?: string; path: string; headers?: Record<string, string>; body?: string }

/** One request as it is written, nothing tidied up on the way. */
function knock({ method = 'GET', path, headers = {}, body }: Knock, url = hub.url): Promise<Heard> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const asked = request({ host: hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (more: Buffer) => chunks.push(more))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        resolve({ status: response.statusCode!, headers: response.headers, bytes, text, body: jsonIn(text) })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What comes back over a bare socket until the other side closes it. */
function spoken(url: string, said: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(said, 'latin1'))
    let heard = ''
    socket.setEncoding('latin1').on('data', (more: string) => (heard += more))
    socket.on('close', () => resolve(heard)).on('error', reject)
  })
}

const refused = (asked: Knock, status: number, code: string): Promise<void> =>
  untouched(data, async () => {
    expect(await knock(asked)).toMatchObject({ status, body: { door: { code } } })
  })

const postJson = (path: string, body: unknown, headers: Record<string, string> = {}): Knock =>
  ({ method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

const setupForm = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  token: hub.setupToken, language: 'zh', name: 'chengdu', city: '成都', region: 'as', preset: 'city',
  steward: { acct: steward.acct, device: toHex(steward.device), name: 'Steward' }, ...over,
})

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'hub-'))
  process.env['XDG_STATE_HOME'] = join(data, 'state')
  const clock = { now: () => systemClock.now() + offset, after: systemClock.after }
  hub = await runHub(aConfig(data, { hostNames: ['hub.example.org'] }), { clock, entropy: systemEntropy, log: quiet })
  const ask = (path: string, init?: RequestInit) => fetch(`${hub.url}${path}`, init)
  steward = new MemberClient('Steward', ask)
  mei = new MemberClient('Mei', ask)
  bo = new MemberClient('Bo', ask)
})
afterAll(async () => {
  await hub.stop()
  rmSync(data, { recursive: true, force: true })
  if (stateHome === undefined) delete process.env['XDG_STATE_HOME']
  else process.env['XDG_STATE_HOME'] = stateHome
})

describe('before there is a hub, the wizard takes one sound form from whoever holds the token', () => {
  const founded = async (): Promise<unknown> => (await knock({ path: '/api/hub' })).body
  afterEach(async () => {
    expect((await knock({ path: '/' })).status).toBe(200)
  })

  test('a wrong token, a token of another length, no token', async () => {
    for (const token of ['0'.repeat(32), '', `${hub.setupToken}0`]) {
      expect(await knock(postJson('/api/setup', setupForm({ token })))).toMatchObject({ status: 403, body: { door: { code: 'wrong-token' } } })
    }
    expect(await knock(postJson('/api/setup', setupForm({ token: undefined })))).toMatchObject({ status: 400 })
    expect(await founded()).toEqual({ founded: false })
  })

  test.each<[string, () => Record<string, unknown>]>([
    ['a name with a space', () => ({ name: 'cheng du' })], ['a name in capitals', () => ({ name: 'Chengdu' })],
    ['a name that leaves its folder', () => ({ name: '../x' })], ['a name of 25 letters', () => ({ name: 'a'.repeat(25) })],
    ['a region that is none', () => ({ region: 'xx' })], ['a preset that every object has', () => ({ preset: 'toString' })],
    ['a city of spaces', () => ({ city: '   ' })], ['a city with half a character', () => ({ city: '\ud800' })],
    ['a steward without a name', () => ({ steward: { acct: steward.acct, device: toHex(steward.device), name: ' ' } })],
    ['a steward key of small order', () => ({ steward: { acct: steward.acct, device: `01${'0'.repeat(62)}`, name: 'S' } })],
    ['a steward key that is no point', () => ({ steward: { acct: steward.acct, device: 'f'.repeat(64), name: 'S' } })],
    ['a steward key that is too short', () => ({ steward: { acct: steward.acct, device: 'ab', name: 'S' } })],
    ['a field that nobody asked for', () => ({ founder: true })],
  ])('%s', async (_, over) => {
    expect(await knock(postJson('/api/setup', setupForm(over())))).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
    expect(await founded()).toEqual({ founded: false })
  })

  test('everything else waits, and says for what', async () => {
    for (const path of ['/api/me', '/api/listings', '/api/steward', '/api/federation']) {
      expect(await knock({ path })).toMatchObject({ status: 409, body: { door: { code: 'not-founded' } } })
    }
    expect(await knock(postJson('/api/actions', {}))).toMatchObject({ status: 409, body: { door: { code: 'not-founded' } } })
    expect(await knock({ method: 'PUT', path: '/anything' })).toMatchObject({ status: 404, body: { door: { code: 'not-found' } } })
  })

  test('from another page, or at another name, also with the right token', async () => {
    const form = setupForm()
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect(await knock(postJson('/api/setup', form, headers))).toMatchObject({ status: 403, body: { door: { code: 'wrong-origin' } } })
    }
    expect(await knock(postJson('/api/setup', form, { host: 'evil.example' }))).toMatchObject({ status: 421, body: { door: { code: 'wrong-host' } } })
    expect(await founded()).toEqual({ founded: false })
  })

  test('two people at once found one hub, and the token is spent', async () => {
    const form = setupForm()
    const both = await Promise.all([knock(postJson('/api/setup', form)), knock(postJson('/api/setup', form))])
    const [first, second] = both.sort((a, b) => a.status - b.status)
    expect(first).toMatchObject({ status: 200, body: { origin: expect.stringMatching(/^cv\.chengdu-/) as string } })
    expect(['already-founded', 'busy']).toContain((second!.body as { door: { code: string } }).door.code)
    expect(hub.setupToken).toBeNull()
    await refused(postJson('/api/setup', form), 409, 'already-founded')

    await steward.login()
    for (const member of [mei, bo]) {
      expect((await member.join()).status).toBe(200)
      await steward.attest(member)
      await member.login()
    }
    await settled(data)
  })
})

describe('the door of a founded hub', () => {
  afterEach(async () => {
    expect((await knock({ path: '/healthz' })).body).toMatchObject({ ok: true })
  })

  test.each([
    'evil.example', 'evil.example:8460', 'localhost.evil.example', '127.0.0.1.evil.example', 'hub.example.org.evil',
    '0x7f000001', 'xn--hub-example-org', '127.0.0.1.',
  ])('a request for the host %j is somebody else’s', async (host) => {
    await refused({ path: '/api/hub', headers: { host } }, 421, 'wrong-host')
    await refused({ path: '/', headers: { host } }, 421, 'wrong-host')
  })

  test.each(['localhost', 'HUB.example.org:443', '192.168.1.7:8460', '[::1]:8460'])('a request for %j is for this hub', async (host) => {
    expect((await knock({ path: '/api/hub', headers: { host } })).status).toBe(200)
  })

  test('what changes something comes from this hub’s own page, or from no page', async () => {
    const sites = [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]
    const origins = ['http://evil.example', 'null', 'https://127.0.0.1', hub.url.replace('http:', 'https:'), `${hub.url}0`, '']
    for (const headers of [...sites, ...origins.map((origin) => ({ origin }))]) {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
        await refused({ method, path: '/api/session', headers: headers as Record<string, string> }, 403, 'wrong-origin')
      }
    }
    const { host } = new URL(hub.url)
    const own = { origin: hub.url, 'sec-fetch-site': 'same-origin', host }
    expect((await knock(postJson('/api/session/challenge', {}, own))).status).toBe(200)
  })

  test('an answer says what time it is at the hub', async () => {
    const { headers } = await knock({ path: '/api/hub' })
    expect(Math.abs(Number(headers['hub-time']) - Date.now() / 1000)).toBeLessThan(60)
  })

  test('no answer lets another site read it', async () => {
    const { headers } = await knock({ path: '/api/hub', headers: { origin: 'http://evil.example' } })
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    const preflight = { origin: hub.url, 'access-control-request-method': 'POST' }
    await refused({ method: 'OPTIONS', path: '/api/actions', headers: preflight }, 404, 'not-found')
  })

  test.each(['/api/nothing', '/api/', '/api/actions/1', '/api/me/x', '/api/__proto__', '/assets/nothing.js'])('there is no %s', async (path) => {
    await refused({ path }, 404, 'not-found')
  })

  test('a method that a path does not have', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      await refused({ method, path: '/api/actions' }, 404, 'not-found')
      await refused({ method, path: '/' }, 404, 'not-found')
    }
    await refused(postJson('/', {}), 404, 'not-found')
    await refused(postJson('/checkpoint', {}), 404, 'not-found')
    await refused(postJson('/api/me', {}, { 'x-http-method-override': 'GET' }), 404, 'not-found')
  })

  test('a HEAD has the head of a GET and nothing else; of the event stream it takes no place', async () => {
    expect(await knock({ method: 'HEAD', path: '/api/hub' })).toMatchObject({ status: 200, text: '' })
    expect(await knock({ method: 'HEAD', path: '/api/me' })).toMatchObject({ status: 401, text: '' })
    for (let i = 0; i < 1_001; i++) expect((await knock({ method: 'HEAD', path: '/api/events' })).status).toBe(200)
    const stop = new AbortController()
    const events = await fetch(`${hub.url}/api/events`, { signal: stop.signal })
    expect(events.status).toBe(200)
    stop.abort()
  })

  test('bytes that are no request are answered by 400 and hung up', async () => {
    for (const said of ['GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'hello\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n', 'GET / HTTP/9.9\r\nHost: localhost\r\n\r\n']) {
      expect(await spoken(hub.url, said)).toMatch(/^HTTP\/1\.1 400 /)
    }
    for (const host of ['', '127.0.0.1@evil.example', 'a b', '127.0.0.1/../']) {
      expect(await spoken(hub.url, `GET /api/hub HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4\d\d /)
    }
    const twoLengths = 'POST /api/actions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
    expect(await spoken(hub.url, twoLengths)).toMatch(/^HTTP\/1\.1 400 /)
    const wide = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`
    expect(await spoken(hub.url, wide)).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('a body announced as too large is answered before it comes', async () => {
    const said = `POST /api/actions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${BODY_BYTES_MAX + 1}\r\nConnection: close\r\n\r\n`
    await untouched(data, async () => {
      expect(await spoken(hub.url, said)).toMatch(/^HTTP\/1\.1 413 [^]*"too-large"/)
    })
  })

  test('names and cookies that cannot be read are nobody’s', async () => {
    for (const path of ['/api/listings/%E0%A4%A', '/api/listings/%00', '/api/listings/__proto__', `/api/listings/${'x'.repeat(8_000)}`]) {
      await refused({ path }, 404, 'not-found')
    }
    const { origin } = await mei.hub()
    for (const value of ['%E0%A4%A', '', zeros, 'a=b; c', '"']) {
      await refused({ path: '/api/me', headers: { cookie: `tongyi-${origin.slice(-12, -4)}=${value}` } }, 401, 'no-session')
    }
  })
})

describe('who may read what', () => {
  test('without a session', async () => {
    for (const path of ['/api/me', '/api/people', '/api/agreements/x', '/api/cases', '/api/cases/x', '/api/steward', '/api/federation', '/api/abroad/x']) {
      await refused({ path }, 401, 'no-session')
    }
    await refused({ method: 'DELETE', path: '/api/drafts/x' }, 401, 'no-session')
    await refused(postJson('/api/listings/x/applications', { message: 'hello' }), 401, 'no-session')
    for (const way of ['found', 'join', 'admit', 'issue-argument']) {
      await refused(postJson(`/api/federation/${way}`, {}), 401, 'no-session')
      await refused(postJson(`/api/federation/${way}`, {}, { authorization: `Bearer ${zeros}` }), 401, 'no-session')
    }
  })

  test('a member at a steward’s routes', async () => {
    await untouched(data, async () => {
      for (const path of ['/api/steward', '/api/federation']) {
        expect(await mei.get(path)).toMatchObject({ status: 403, body: { door: { code: 'not-a-steward' } } })
      }
      for (const way of ['found', 'join', 'admit', 'issue-argument']) {
        expect(await mei.post(`/api/federation/${way}`, { card: 'x' })).toMatchObject({ status: 403, body: { door: { code: 'not-a-steward' } } })
      }
    })
  })

  test('an agreement and a draft of other people are not there', async () => {
    const { now } = (await mei.get<{ now: number }>('/api/seen')).body
    const terms = {
      listing: '0'.repeat(32), helper: steward.acct, receiver: mei.acct, category: 1 as const, minutes: 30, begins: now,
      ends: now + 3_600, terms: zeros, charter: 0,
    }
    const { body: draft } = await mei.propose(terms)
    await untouched(data, async () => {
      const cookie = await cookieOf(bo)
      expect(await knock({ method: 'DELETE', path: `/api/drafts/${draft.id}`, headers: { cookie } })).toMatchObject({ status: 404, body: { door: { code: 'not-found' } } })
    })
    const [waiting] = (await steward.me()).drafts
    expect((await steward.countersign(waiting!, (await mei.hub()).hubId)).status).toBe(200)
    expect((await mei.get(`/api/agreements/${draft.id}`)).status).toBe(200)
    expect(await bo.get(`/api/agreements/${draft.id}`)).toMatchObject({ status: 404, body: { door: { code: 'not-found' } } })
    await settled(data)
  })

  test('cards that cannot be read, and this hub’s own', async () => {
    const { card } = (await steward.get<{ card: string }>('/api/federation')).body
    const bytes = fromBase64(card)!
    const forged = bytes.slice()
    forged[40]! ^= 1
    await untouched(data, async () => {
      for (const text of ['x', '', toBase64(new Uint8Array(300)), toBase64(forged), toBase64(bytes.slice(0, -1))]) {
        expect(await steward.post('/api/federation/join', { card: text })).toMatchObject({ status: 422, body: { door: { code: 'bad-card' } } })
      }
      expect(await steward.post('/api/federation/join', { card })).toMatchObject({ status: 422, body: { door: { code: 'own-card' } } })
      expect(await steward.post('/api/federation/join', { card: 'x'.repeat(9_000) })).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
      expect(await steward.post('/api/federation/admit', { card: 'x' })).toMatchObject({ status: 422, body: { door: { code: 'bad-card' } } })
      for (const milli of ['0', '-1', '1.5', '1e9', '9'.repeat(20), '', '١']) {
        expect(await steward.post('/api/federation/issue-argument', { milli })).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
      }
      expect(await steward.post('/api/federation/issue-argument', { milli: '1' })).toMatchObject({ status: 409, body: { door: { code: 'no-federation' } } })
    })
  })
})

/** A session opened for this test alone, as its cookie. */
async function cookieOf(member: MemberClient): Promise<string> {
  const { payload, form } = await challenged(member)
  const heard = await knock(postJson('/api/session', await form(payload)))
  return String(heard.headers['set-cookie']).split(';')[0]!
}

async function challenged(member: MemberClient, headers: Record<string, string> = {}) {
  const { payload } = (await knock(postJson('/api/session/challenge', {}, headers))).body as { payload: string }
  const hubId = fromHex((await member.hub()).hubId)!
  const form = async (text: string, secret = member.secret) => ({
    payload: text, acct: member.acct, keyId: toHex(keyIdOf(member.device)),
    signature: toHex(signChallenge(fromBase64(text)!, secret, hubId)),
  })
  return { payload, form }
}

describe('a session is opened by one answer to one fresh challenge of this hub, at its own address', () => {
  const no = (asked: Knock, status: number, code: string): Promise<void> => refused(asked, status, code)

  test('answered twice', async () => {
    const { payload, form } = await challenged(mei)
    const answer = postJson('/api/session', await form(payload))
    expect((await knock(answer)).status).toBe(200)
    await no(answer, 401, 'challenge-expired')
  })

  test('answered after two minutes', async () => {
    const { payload, form } = await challenged(mei)
    offset += 121
    await no(postJson('/api/session', await form(payload)), 401, 'challenge-expired')
  })

  test('made by somebody else, for this hub, another hub or another address', async () => {
    const { form } = await challenged(mei)
    const { origin } = await mei.hub()
    const expires = systemClock.now() + offset + 60
    const nonce = new Uint8Array(randomBytes(16))
    const own = toBase64(encodeChallenge({ hub: origin, httpOrigin: hub.url, nonce, expires }))
    await no(postJson('/api/session', await form(own)), 401, 'challenge-expired')
    const elsewhere = toBase64(encodeChallenge({ hub: origin, httpOrigin: 'http://evil.example', nonce, expires }))
    await no(postJson('/api/session', await form(elsewhere)), 403, 'wrong-origin')
    await no(postJson('/api/session', await form(toBase64(new Uint8Array(40)))), 401, 'challenge-expired')
  })

  test('asked for at one address and answered at another', async () => {
    const { payload, form } = await challenged(mei, { host: '192.168.0.66:8460' })
    await no(postJson('/api/session', await form(payload)), 403, 'wrong-origin')
  })

  test('signed by another device, for another account, or for nobody', async () => {
    const first = await challenged(mei)
    await no(postJson('/api/session', await first.form(first.payload, bo.secret)), 403, 'wrong-signature')
    const second = await challenged(mei)
    await no(postJson('/api/session', { ...(await second.form(second.payload)), acct: bo.acct }), 403, 'wrong-signature')
    const third = await challenged(mei)
    await no(postJson('/api/session', { ...(await third.form(third.payload)), acct: zeros }), 403, 'wrong-signature')
    await no(postJson('/api/session', { payload: third.payload }), 400, 'malformed')
  })

  test('a session that was closed, and one that has lasted half a day, are none', async () => {
    const cookie = await cookieOf(mei)
    const me = { path: '/api/me', headers: { cookie } }
    expect((await knock(me)).status).toBe(200)
    expect((await knock({ method: 'DELETE', path: '/api/session', headers: { cookie } })).status).toBe(204)
    await no(me, 401, 'no-session')

    const other = { path: '/api/me', headers: { cookie: await cookieOf(mei) } }
    offset += 24 * HALF_AN_HOUR - 1
    expect((await knock(other)).status).toBe(200)
    offset += 2
    await no(other, 401, 'no-session')
    await mei.login()
    await bo.login()
    await steward.login()
  })

  test('the cookie is for this address and no script', async () => {
    const { payload, form } = await challenged(mei)
    const heard = await knock(postJson('/api/session', await form(payload)))
    expect(String(heard.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
  })
})

describe('words to a neighbour', () => {
  test('nothing, half a character, too much, or about a listing that is not there', async () => {
    const { body: listed } = await mei.list()
    const to = `/api/listings/${listed.id}/applications`
    await untouched(data, async () => {
      for (const message of ['\ud800', 'x'.repeat(501), 7, null]) {
        expect(await bo.post(to, { message })).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
      }
      expect(await bo.post(to, { message: ' ' })).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
      expect(await bo.post('/api/listings/none/applications', { message: 'hello' })).toMatchObject({ status: 404, body: { door: { code: 'not-found' } } })
      expect(await mei.post(to, { message: 'hello' })).toMatchObject({ status: 422, body: { door: { code: 'listing-refused', because: 'own-listing' } } })
    })
  })

  test('bytes that are no UTF-8 text are not kept as words nobody wrote', async () => {
    const { body: listed } = await mei.list()
    const cookie = await cookieOf(bo)
    const said = (bytes: number[]): Promise<Response> => {
      const body = Buffer.concat([Buffer.from('{"message":"'), Buffer.from(bytes), Buffer.from('"}')])
      return fetch(`${hub.url}/api/listings/${listed.id}/applications`, { method: 'POST', body, headers: { 'content-type': 'application/json', cookie } })
    }
    await untouched(data, async () => {
      for (const bytes of [[0xff, 0xfe], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xe4, 0xbf]]) expect((await said(bytes)).status).toBe(400)
    })
    expect((await said([0xe4, 0xbf, 0xae])).status).toBe(200)
  })

  test('another city that this hub does not know', async () => {
    const words = salted('hello')
    await untouched(data, async () => {
      const path = `/api/abroad/${encodeURIComponent('cv.nowhere-00000000/log')}`
      expect(await mei.get(path)).toMatchObject({ status: 404, body: { door: { code: 'not-found' } } })
      const act = { body: toBase64(words.blob), auth: [{ keyId: '0'.repeat(16), signature: '0'.repeat(128) }] }
      expect(await mei.post(`${path}/actions`, act)).toMatchObject({ status: 404, body: { door: { code: 'not-found' } } })
    })
  })
})

describe('the page’s files', () => {
  let dist: string
  let server: HttpServer
  beforeAll(async () => {
    dist = mkdtempSync(join(tmpdir(), 'page-'))
    mkdirSync(join(dist, 'dist', 'assets'), { recursive: true })
    writeFileSync(join(dist, 'secret.js'), 'the secret')
    writeFileSync(join(dist, 'dist', 'index.html'), 'the page')
    writeFileSync(join(dist, 'dist', 'assets', 'app-1.js'), 'the program')
    for (const language of ['zh', 'en']) writeFileSync(join(dist, 'dist', 'assets', `${language}-always-1.js`), 'the words')
    const app = new Hono()
    app.get('*', servePage(join(dist, 'dist')))
    server = await listenHttp({ host: '127.0.0.1', port: 0 }, (asked) => app.fetch(asked))
  })
  afterAll(async () => {
    await server.close()
    rmSync(dist, { recursive: true, force: true })
  })

  test.each([
    '/../secret.js', '/..%2fsecret.js', '/%2e%2e/secret.js', '/%2e%2e%2fsecret.js', '/..%5csecret.js',
    '//secret.js', '/./../secret.js', '/assets/../../secret.js', '/assets/..%2f..%2fsecret.js', '/assets/%2e%2e/%2e%2e/secret.js',
    '/%c0%ae%c0%ae/secret.js', '/secret.js%00', '/secret.js%00.html', '/....//secret.js', '/assets/....//....//secret.js',
    '/file:///etc/passwd', '/etc/passwd', '//etc/passwd', '/%252e%252e/secret.js',
  ])('nothing outside the page is reached by %s', async (path) => {
    const { status, text } = await knock({ path }, server.url)
    expect([[200, 'the page'], [404, '{"door":{"code":"not-found"}}']]).toContainEqual([status, text])
  })

  test('what is there is there', async () => {
    expect(await knock({ path: '/assets/app-1.js' }, server.url)).toMatchObject({ status: 200, text: 'the program' })
  })

  test.each([
    ['gzip', true], ['gzip, deflate, br', true], ['br;q=1.0, GZIP;q=0.5', true], ['*', true], ['*;q=0, gzip', true],
    ['', false], ['br', false], ['gzip;q=0', false], ['gzip; q=0.00, *', false], ['identity;q=1, *;q=0', false], ['xgzip', false],
  ])('who says “%s” of encodings is sent it gzipped: %s', async (accepted, isPacked) => {
    const { headers, bytes } = await knock({ path: '/assets/app-1.js', headers: { 'Accept-Encoding': accepted } }, server.url)
    expect([headers['content-encoding'], headers['vary']]).toEqual([isPacked ? 'gzip' : undefined, 'Accept-Encoding'])
    expect(String(isPacked ? gunzipSync(bytes) : bytes)).toBe('the program')
  })

  test.each([
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'], ['EN', 'en'], ['fr-FR, en;q=0.5', 'en'],
    ['', null], ['fr', null], ['*', null], ['en>; rel=preload, <//elsewhere', 'en'], ['__proto__', null],
  ])('a page for who reads “%s” names the words of %s, and nothing that was asked', async (accepted, language) => {
    const { headers } = await knock({ path: '/', headers: { 'Accept-Language': accepted } }, server.url)
    expect(headers['link']).toBe(language === null ? undefined : `</assets/${language}-always-1.js>; rel=modulepreload`)
    expect(headers['vary']).toBe('Accept-Encoding, Accept-Language')
    expect((await knock({ path: '/assets/app-1.js', headers: { 'Accept-Language': accepted } }, server.url)).headers['link']).toBeUndefined()
  })
})

describe('a client that is slow', () => {
  test('has ten seconds for its headers, half a minute for all of it, and company of its own size', () => {
    expect(PATIENCE.headersTimeout).toBeLessThanOrEqual(10_000)
    expect(PATIENCE.requestTimeout).toBeLessThanOrEqual(30_000)
    expect(PATIENCE.connectionsCheckingInterval).toBeLessThanOrEqual(5_000)
    expect(PATIENCE.connectionsMax).toBeLessThanOrEqual(2_000)
  })

  test.each([
    ['one byte', 'G'], ['nothing', ''], ['half its headers', 'GET / HTTP/1.1\r\nHost: localhost\r\n'],
    ['half its body', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf'],
  ])('that sent %s is hung up when its time is over', async (_, said) => {
    const patience = { ...PATIENCE, headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 }
    const server = await listenHttp({ host: '127.0.0.1', port: 0 }, async (asked) => new Response(await asked.text()), patience)
    onTestFinished(() => server.close())
    expect(await spoken(server.url, said)).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('is a thousand: everybody else is answered meanwhile, and all thousand are hung up', async () => {
    const patience = { ...PATIENCE, headersTimeout: 8_000, requestTimeout: 8_000, connectionsCheckingInterval: 100 }
    const server = await listenHttp({ host: '127.0.0.1', port: 0 }, () => new Response('here'), patience)
    onTestFinished(() => server.close())
    const { hostname, port } = new URL(server.url)
    let hungUp = 0
    const crowd = await Promise.all(Array.from({ length: 1_000 }, () => new Promise<Socket>((resolve, reject) => {
      const slow = connect(Number(port), hostname, () => resolve(slow)).on('close', () => (hungUp += 1)).on('error', reject)
      slow.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ')
      slow.resume()
    })))
    // Drop by drop, so that none of them is idle.
    const dripping = setInterval(() => crowd.forEach((slow) => slow.writable && slow.write('.')), 500)
    onTestFinished(() => {
      clearInterval(dripping)
      for (const slow of crowd) slow.destroy()
    })
    expect(crowd.length - hungUp).toBe(1_000)
    const answers: number[] = []
    for (let n = 0; n < 50; n++) answers.push((await knock({ path: '/' }, server.url)).status)
    expect(answers).toEqual(Array(50).fill(200))
    await expect.poll(() => hungUp, { timeout: 40_000 }).toBe(1_000)
    expect((await knock({ path: '/' }, server.url)).status).toBe(200)
  }, 60_000)
})
