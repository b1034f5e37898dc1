/** Who reads what of gatherings, plans of care and what stewards decide, and that it stands as the record has it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import type { DecideView, PersonPage, SeasonsView, SessionView, UseView } from '#protocol/matters.ts'
import { type MemberClient, salted, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

let hub: WholeHub
let mei: MemberClient
let bo: MemberClient
const code = new Uint8Array(16).fill(3)

beforeAll(async () => {
  hub = await aWholeHub('chengdu', 'time-bank')
  mei = await hub.member('Mei')
  bo = await hub.member('Bo')
})
afterAll(() => hub.stop())

test('none of it is told to who is not a member, and what stewards decide to stewards alone', async () => {
  for (const path of ['/api/sessions', '/api/projects', '/api/works', '/api/services', '/api/seasons', `/api/people/${mei.acct}`]) {
    expect([path, (await hub.fetch(path)).status]).toEqual([path, 401])
    expect([path, (await mei.get(path)).status]).toEqual([path, 200])
  }
  expect((await mei.get('/api/steward/decide')).status).toBe(403)
  expect((await hub.steward.get('/api/steward/decide')).status).toBe(200)
  expect((await mei.get(`/api/people/${'00'.repeat(32)}`)).status).toBe(404)
})

test('who has signed up for a gathering is told by name to who leads it, and to nobody else', async () => {
  const { now } = (await mei.get<{ now: number }>('/api/seen')).body
  const listing = '01'.repeat(16)
  const opened = { listing, category: 1, begins: now - 600, ends: now + 3_600, places: 5, code: presenceHash(code), charter: 0 } as const
  expect((await mei.act('session.opened', opened)).status).toBe(200)
  const [session] = (await bo.get<SessionView[]>('/api/sessions')).body
  expect((await bo.act('session.joined', { session: session!.id, code: presenceHash(code) })).status).toBe(200)
  expect((await bo.get<SessionView>(`/api/sessions/${session!.id}`)).body).toMatchObject({ signedUp: 1, people: [], mine: { came: false }, isOrganiser: false })
  expect((await bo.act('session.checkedin', { session: session!.id, code: toHex(code) })).status).toBe(200)
  expect((await mei.get<SessionView>(`/api/sessions/${session!.id}`)).body).toMatchObject({ came: 1, isOrganiser: true, people: [{ person: { name: 'Bo' }, came: true }] })
})

test('what stewards say together is shown in the words that have to be said again, and is over when enough have', async () => {
  const { now } = (await mei.get<{ now: number }>('/api/seen')).body
  const help = { helper: bo.acct, receiver: mei.acct, category: 1, minutes: 30, day: Math.floor(now / 86_400), note: zeros } as const
  const recorded = await bo.action('help.recorded', help)
  expect((await bo.submit(recorded)).status).toBe(200)
  expect((await mei.act('help.confirmed', { help: recorded.id })).status).toBe(200)
  expect((await hub.steward.act('role.granted', { member: bo.acct, role: 1 })).status).toBe(200)
  expect((await bo.act('role.accepted', { role: 1 })).status).toBe(200)

  const evidence = salted('seen the passport')
  const opened = { member: mei.acct, because: 'age', evidence: evidence.commitment } as const
  expect((await hub.steward.act('reserve.opened', opened, [evidence.blob])).status).toBe(200)
  const waits = { what: 'reserve', because: 'age', evidence: evidence.commitment, words: 'seen the passport', got: 1, needed: 2, member: { name: 'Mei' } }
  const seen = async (who: MemberClient) => (await who.get<DecideView>('/api/steward/decide')).body
  expect(await seen(bo)).toMatchObject({ together: [{ ...waits, byMe: false }] })
  expect(await seen(hub.steward)).toMatchObject({ together: [{ ...waits, byMe: true }] })
  expect((await bo.act('reserve.opened', opened)).status).toBe(200)
  expect((await seen(bo)).together).toEqual([])
  expect((await bo.get<PersonPage>(`/api/people/${mei.acct}`)).body.steward).toMatchObject({ reserve: { because: 'age' } })
  expect((await mei.get<PersonPage>(`/api/people/${bo.acct}`)).body.steward).toBeNull()
})

test('what using a thing would be is reckoned for a time that could be agreed on, and for nothing else', async () => {
  const listed = await mei.list({ kind: 'resource' })
  const ask = (query: string) => bo.get<UseView>(`/api/listings/${listed.body.id}/use?${query}`)
  const at = (await ask('resource=3&begins=2000000000&ends=2000086400')).body
  expect(at).toMatchObject({ units: 1, provider: { name: 'Mei' }, free: 2_000_000_000, taken: [], levelNeeded: 2 })
  expect(BigInt(at.price)).toBeGreaterThan(0n)
  const short = (await ask('resource=3&begins=2000000000&ends=2000005400')).body
  expect(short).toMatchObject({ units: 90, unitMinutes: 1, price: '5000', factors: [{ factor: 'base', milli: '40000' }, { factor: 'part', minutes: 90, of: 720 }] })
  for (const query of ['resource=9&begins=1&ends=2', 'resource=3&begins=5&ends=5', 'resource=3&begins=-1&ends=5', 'resource=3']) {
    expect([query, (await ask(query)).status]).toEqual([query, 400])
  }
})

test('a busy season is told with who said so, of two for one day the later counts, and what is over is not told', async () => {
  const { now } = (await mei.get<{ now: number }>('/api/seen')).body
  const today = Math.floor(now / 86_400)
  const say = async (fromDay: number, untilDay: number, perMille: number): Promise<void> =>
    void expect((await hub.steward.act('demand.set', { resource: 1, fromDay, untilDay, perMille })).status).toBe(200)
  await say(today + 3, today + 9, 1_500)
  await say(today - 2, today, 800)
  await say(today + 4, today + 4, 1_000)
  const { body } = await mei.get<SeasonsView>('/api/seasons')
  expect(body).toMatchObject({
    today, busyPerMille: 1_500, quietPerMille: 800,
    seasons: [
      { resource: 1, fromDay: today - 2, untilDay: today, perMille: 800, by: { acct: hub.steward.acct } },
      { fromDay: today + 3, perMille: 1_500 },
      { fromDay: today + 4, perMille: 1_000 },
    ],
  })
})
