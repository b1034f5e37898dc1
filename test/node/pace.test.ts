import { type Context, Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { addressOf, openPace } from '#node/page/pace.ts'
import { aSteeredClock } from '#test/support/town-writer.ts'

/** A request as it comes over a socket from `peer`. */
const from = (peer: string) => ({ incoming: { socket: { remoteAddress: peer } } })

async function addressSeen(peer: string | undefined, forwarded?: string): Promise<string | null> {
  const app = new Hono()
  let seen: string | null = null
  app.get('/', (c) => {
    seen = addressOf(c)
    return c.body(null)
  })
  const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  await app.request('/', { headers }, peer === undefined ? undefined : from(peer))
  return seen
}

describe('where a request comes from', () => {
  test('is the address of the peer, whatever a stranger says of themselves', async () => {
    expect(await addressSeen('203.0.113.7')).toBe('203.0.113.7')
    expect(await addressSeen('203.0.113.7', '198.51.100.1')).toBe('203.0.113.7')
    expect(await addressSeen('::ffff:203.0.113.7')).toBe('203.0.113.7')
  })

  test('is what the proxy on this machine saw, which is the last it wrote', async () => {
    expect(await addressSeen('127.0.0.1', '198.51.100.1, 203.0.113.7')).toBe('203.0.113.7')
    expect(await addressSeen('::1', '203.0.113.7')).toBe('203.0.113.7')
    expect(await addressSeen('::ffff:127.0.0.1', '203.0.113.7')).toBe('203.0.113.7')
  })

  test('is nowhere for somebody on this machine', async () => {
    expect(await addressSeen('127.0.0.1')).toBe(null)
    expect(await addressSeen('::1')).toBe(null)
    expect(await addressSeen(undefined)).toBe(null)
  })

  test('is one network for all the addresses that one household has', async () => {
    const household = await addressSeen('2001:db8:1:2:aaaa:bbbb:cccc:dddd')
    expect(household).toBe('2001:db8:1:2')
    expect(await addressSeen('2001:db8:1:2::1')).toBe(household)
    expect(await addressSeen('2001:db8:1:3::1')).not.toBe(household)
    expect(await addressSeen('2001:db8::1')).toBe('2001:db8:0:0')
    expect(await addressSeen('::2001:db8')).toBe('0:0:0:0')
  })
})

/** A door whose visitors say in a header which member they are. */
function aDoor() {
  const clock = aSteeredClock(1_000)
  const pace = openPace(clock, (c: Context) => c.req.header('member') ?? null)
  const held: (() => void)[] = []
  const app = new Hono()
  app.use(pace.writes)
  app.on(['GET', 'POST'], '/', (c) => c.body(null))
  app.get('/join', (c) => c.json(pace.mayJoin(c)))
  app.get('/hold/:what', (c) => {
    const release = pace.hold(c, c.req.param('what') as 'stream' | 'export' | 'witness')
    if (release !== null) held.push(release)
    return c.json(release !== null)
  })
  const asks = async (path: string, peer: string, init: RequestInit = {}, times = 1): Promise<Response> => {
    let last = await app.request(path, init, from(peer))
    for (let i = 1; i < times; i++) last = await app.request(path, init, from(peer))
    return last
  }
  const write = async (peer: string, times = 1, member?: string): Promise<number> =>
    (await asks('/', peer, { method: 'POST', ...(member === undefined ? {} : { headers: { member } }) }, times)).status
  const yes = async (path: string, peer: string): Promise<boolean> => (await asks(path, peer)).json() as Promise<boolean>
  return { clock, held, asks, write, yes }
}

describe('what changes something', () => {
  test('is taken six hundred times an hour from one address, and then answered: come again', async () => {
    const { clock, asks, write } = aDoor()
    expect(await write('203.0.113.7', 600)).toBe(200)
    const late = await asks('/', '203.0.113.7', { method: 'POST' })
    expect([late.status, late.headers.get('retry-after')]).toEqual([429, '60'])
    expect(await late.json()).toEqual({ door: { code: 'too-many', retrySeconds: 60 } })
    expect(await write('203.0.113.8')).toBe(200)
    expect((await asks('/', '203.0.113.7')).status).toBe(200)
    await clock.pass(6)
    expect([await write('203.0.113.7'), await write('203.0.113.7')]).toEqual([200, 429])
  })

  test('counts for the member who asks, where a session says who that is', async () => {
    const { write } = aDoor()
    expect(await write('203.0.113.7', 600)).toBe(200)
    expect(await write('203.0.113.7', 600, 'mei')).toBe(200)
    expect(await write('203.0.113.99', 1, 'mei')).toBe(429)
    expect(await write('203.0.113.7', 1, 'bo')).toBe(200)
  })

  test('is not counted on this machine', async () => {
    expect(await aDoor().write('127.0.0.1', 700)).toBe(200)
  })
})

test('sixty people an hour may join from one address', async () => {
  const { clock, asks, yes } = aDoor()
  await asks('/join', '203.0.113.7', {}, 59)
  expect(await yes('/join', '203.0.113.7')).toBe(true)
  expect(await yes('/join', '203.0.113.7')).toBe(false)
  expect(await yes('/join', '203.0.113.8')).toBe(true)
  await clock.pass(60)
  expect(await yes('/join', '203.0.113.7')).toBe(true)
})

describe('places that are held', () => {
  test('are two exports for one address, and given back once', async () => {
    const { held, yes } = aDoor()
    const next = () => yes('/hold/export', '203.0.113.7')
    expect([await next(), await next(), await next()]).toEqual([true, true, false])
    held[0]!()
    held[0]!()
    expect([await next(), await next()]).toEqual([true, false])
  })

  test('are so many for all together, this machine too', async () => {
    const { held, yes, asks } = aDoor()
    for (let i = 0; i < 8; i++) await asks('/hold/export', `203.0.113.${i}`, {}, 2)
    expect(await yes('/hold/export', '203.0.113.99')).toBe(false)
    expect(await yes('/hold/export', '127.0.0.1')).toBe(false)
    held[3]!()
    expect(await yes('/hold/export', '127.0.0.1')).toBe(true)
  })

  test('are four questions to the witness for one address of thirty-two', async () => {
    const { asks, yes } = aDoor()
    expect(await yes('/hold/witness', '203.0.113.7')).toBe(true)
    await asks('/hold/witness', '203.0.113.7', {}, 3)
    expect(await yes('/hold/witness', '203.0.113.7')).toBe(false)
    for (let i = 10; i < 17; i++) await asks('/hold/witness', `203.0.113.${i}`, {}, 4)
    expect(await yes('/hold/witness', '203.0.113.99')).toBe(false)
  })

  test('are two hundred open pages for one address of a thousand', async () => {
    const { yes, asks } = aDoor()
    await asks('/hold/stream', '203.0.113.7', {}, 200)
    expect(await yes('/hold/stream', '203.0.113.7')).toBe(false)
    expect(await yes('/hold/stream', '203.0.113.8')).toBe(true)
  })
})
