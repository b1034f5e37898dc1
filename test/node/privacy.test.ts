import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ActionOf } from '#ledger/action.ts'
import type { PersonView } from '#protocol/api.ts'
import { MemberClient, salted, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

let hub: WholeHub
let mei: MemberClient
let bo: MemberClient

beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  mei = await hub.member('Mei')
  bo = await hub.member('Bo')
})
afterAll(() => hub.stop())

/** Somebody whom no steward has met, with a session of their own. */
async function aNewcomer(name: string): Promise<MemberClient> {
  const newcomer = new MemberClient(name, hub.fetch)
  expect((await newcomer.join()).status).toBe(200)
  await newcomer.login()
  return newcomer
}

describe('words behind a commitment, which everybody can see,', () => {
  const note = salted('about the illness')
  const today = async () => Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / 86_400)

  test('are not read by whoever takes the commitment for their own name', async () => {
    const day = await today()
    const own = { helper: bo.acct, receiver: mei.acct, category: 1 as const, minutes: 15, day, note: note.commitment }
    expect((await mei.act('help.recorded', own, [note.blob])).status).toBe(200)

    const thief = new MemberClient('thief', hub.fetch)
    const { charterHash } = await thief.hub()
    const joined = await thief.act('member.joined', { device: thief.device, profile: note.commitment, charter: charterHash, invitation: null })
    expect(joined).toMatchObject({ status: 422, body: { door: { code: 'blob-mismatch' } } })
  })

  test('are not read by whoever takes the commitment for a note of theirs, and stay where they are', async () => {
    const own = { helper: bo.acct, receiver: hub.steward.acct, category: 1 as const, minutes: 15, day: await today(), note: note.commitment }
    expect((await bo.act('help.recorded', own)).status).toBe(422)
    expect((await mei.me()).helps.map((help) => help.note)).toContain('about the illness')
  })

  test('do not answer a blind grade with the same', async () => {
    const { now } = (await mei.get<{ now: number }>('/api/seen')).body
    const proposed = await mei.propose({
      listing: '0'.repeat(32), helper: bo.acct, receiver: mei.acct, category: 1, minutes: 60, begins: now, ends: now + 3_600,
      terms: zeros, charter: 0,
    })
    const agreement = proposed.body.id
    expect((await bo.countersign((await bo.me()).drafts[0]!, (await bo.hub()).hubId)).status).toBe(200)
    expect((await bo.act('completion.reported', { agreement, minutes: 60 })).status).toBe(200)
    expect((await mei.act('completion.confirmed', { agreement, minutes: 60 })).status).toBe(200)
    const grade = salted('0')
    expect((await mei.act('rating.committed', { agreement, commitment: grade.commitment }, [grade.blob])).status).toBe(200)
    expect((await bo.act('rating.committed', { agreement, commitment: grade.commitment })).status).toBe(422)
    expect((await bo.rate(agreement, 2)).status).toBe(200)
  })

  test('need not be brought again with the same action', async () => {
    const words = salted('twice')
    const own = { helper: bo.acct, receiver: mei.acct, category: 1 as const, minutes: 15, day: await today(), note: words.commitment }
    const action: ActionOf<'help.recorded'> = await mei.action('help.recorded', own)
    const first = await mei.submit(action, [words.blob])
    expect(first.status).toBe(200)
    expect(await mei.submit(action)).toEqual(first)
  })
})

describe('what members are called', () => {
  test('is told to members whom a steward has met, and to nobody who has only joined', async () => {
    expect((await mei.get<PersonView[]>('/api/people')).body.map(({ name }) => name)).toContain('Bo')
    const newcomer = await aNewcomer('newcomer')
    expect(await newcomer.get('/api/people')).toMatchObject({ status: 403, body: { refusal: { code: 'not-attested', member: newcomer.acct } } })
    expect((await newcomer.me()).name).toBe('newcomer')
  })

  test('stands on the board for members alone', async () => {
    const { id } = (await mei.list()).body
    const nameSeenBy = async (who: MemberClient): Promise<(string | null)[]> => [
      (await who.listings()).find((one) => one.id === id)!.author.name,
      (await who.get<{ author: PersonView }>(`/api/listings/${id}`)).body.author.name,
    ]
    expect(await nameSeenBy(bo)).toEqual(['Mei', 'Mei'])
    expect(await nameSeenBy(new MemberClient('stranger', hub.fetch))).toEqual([null, null])
    expect(await nameSeenBy(await aNewcomer('another'))).toEqual([null, null])
  })
})

test('who needs care, and said so to this community alone, is read by its members alone', async () => {
  const { id } = (await mei.list({ scope: 'hub', category: 'elder-care', title: '陪妈妈看病' })).body
  const isSeenBy = async (who: MemberClient): Promise<boolean[]> => [
    (await who.listings()).some((one) => one.id === id), (await who.get(`/api/listings/${id}`)).status === 200,
  ]
  expect(await isSeenBy(bo)).toEqual([true, true])
  expect(await isSeenBy(new MemberClient('stranger', hub.fetch))).toEqual([false, false])
  expect(await isSeenBy(await aNewcomer('fifth'))).toEqual([false, false])
  const everyday = (await mei.list({ scope: 'hub' })).body.id
  expect((await new MemberClient('stranger', hub.fetch).listings()).map((one) => one.id)).toContain(everyday)
})

test('who has only joined sends nothing to other cities in this hub’s name', async () => {
  const newcomer = await aNewcomer('third')
  expect(await newcomer.get('/api/abroad/cv.barcelona-00000000%2Flog')).toMatchObject({ status: 403, body: { refusal: { code: 'not-attested' } } })
})

test('what is answered to one person is kept by no cache between', async () => {
  for (const path of ['/api/me', '/api/people', '/api/hub', '/api/listings']) {
    expect((await hub.fetch(path)).headers.get('cache-control'), path).toBe('no-store')
  }
})

test('an export that nobody takes away gives its place back', async () => {
  await expect.poll(async () => (await hub.fetch('/checkpoint')).status).toBe(200)
  for (let i = 0; i < 20; i++) {
    const begun = await hub.fetch('/export')
    expect(begun.status, `the ${i + 1}th`).toBe(200)
    await begun.body!.cancel()
    expect((await hub.fetch('/export', { method: 'HEAD' })).status).toBe(200)
  }
  const open = await Promise.all(Array.from({ length: 17 }, () => hub.fetch('/export')))
  expect(open.map(({ status }) => status).filter((status) => status !== 200)).toEqual([429])
  for (const { body } of open) await body?.cancel()
  expect((await (await hub.fetch('/export')).arrayBuffer()).byteLength).toBeGreaterThan(1_000)
})
