import { afterEach, expect, test } from 'vitest'
import { fromBase64, fromHex, toHex } from '#ledger/bytes.ts'
import { parseGenesis, parseReceipt, verifyReceipt } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import type { DraftView, StewardView } from '#protocol/api.ts'
import { MemberClient, salted, zeros } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const DAY = 86_400
let hub: WholeHub

afterEach(() => hub.stop())

/** Mei needs help, Bo offers it, both sign. */
async function agreed(mei: MemberClient, bo: MemberClient, words?: { commitment: string; blob: Uint8Array }): Promise<string> {
  const { body: listed } = await mei.list()
  expect((await bo.post(`/api/listings/${listed.id}/applications`, { message: '我会修' })).status).toBe(200)
  const [application] = (await mei.me()).applications
  expect(application?.by.name).toBe('Bo')
  const now = (await mei.get<{ now: number }>('/api/seen')).body.now
  const proposed = await mei.propose({
    listing: listed.id, helper: bo.acct, receiver: mei.acct, category: 1, minutes: 90, begins: now, ends: now + 2 * 3_600, terms: words?.commitment ?? zeros, charter: 0,
  }, words === undefined ? [] : [words.blob])
  expect(proposed.status).toBe(200)
  const [draft] = (await bo.me()).drafts as [DraftView]
  if (words !== undefined) expect(draft.words).not.toBeNull()
  const made = await bo.countersign({ ...draft }, (await bo.hub()).hubId)
  // The proposer signs first: Mei proposed, so her signature stands before Bo's.
  expect(made.body).toMatchObject({ seq: expect.any(Number) })
  return proposed.body.id
}

test('ninety minutes of basic help, agreed, done, confirmed and rated by both, are exactly 90', async () => {
  hub = await aWholeHub('chengdu')
  const mei = await hub.member('Mei')
  const bo = await hub.member('Bo')
  const id = await agreed(mei, bo)
  for (const who of [mei, bo]) expect((await who.act('checkin.made', { agreement: id })).status).toBe(200)
  expect((await bo.act('completion.reported', { agreement: id, minutes: 90 })).status).toBe(200)
  expect((await bo.agreement(id)).award).toMatchObject({ milli: '90000', final: false })
  expect((await mei.act('completion.confirmed', { agreement: id, minutes: 90 })).status).toBe(200)

  expect((await mei.rate(id, 2)).status).toBe(200)
  expect((await bo.agreement(id)).grades).toEqual([])
  expect((await bo.rate(id, 2)).status).toBe(200)
  await expect.poll(async () => (await bo.agreement(id)).phase).toBe('settled')

  const me = await bo.me()
  expect(me.domain).toBe('90000')
  expect(me.level).toBe(2)
  expect(me.awards[0]!.factors).toEqual([
    { factor: 'minutes', value: 90 },
    { factor: 'coefficient', category: 1, perMille: 1000 },
    { factor: 'rating', perMille: 1000, graded: 'good' },
  ])
  expect((await bo.agreement(id)).grades).toHaveLength(2)
})

test('what the two wrote down when they agreed is read by them, before it is signed too, and by nobody else', async () => {
  hub = await aWholeHub('chengdu')
  const [mei, bo] = [await hub.member('Mei'), await hub.member('Bo')]
  const id = await agreed(mei, bo, salted('三号楼二单元，先打电话'))
  for (const who of [mei, bo]) expect((await who.agreement(id)).words).toBe('三号楼二单元，先打电话')
  expect((await hub.steward.agreement(id)).words).toBeNull()
})

test('a rating that only one of the two has given opens when the window closes', async () => {
  hub = await aWholeHub('chengdu')
  const mei = await hub.member('Mei')
  const bo = await hub.member('Bo')
  const id = await agreed(mei, bo)
  await bo.act('completion.reported', { agreement: id, minutes: 60 })
  await mei.act('completion.confirmed', { agreement: id, minutes: 60 })
  await mei.rate(id, 1)
  hub.later(15 * DAY)
  await bo.login()
  // Anything at all brings the day's tick, and the tick brings the opening.
  await mei.login()
  await mei.act('help.recorded', { helper: mei.acct, receiver: bo.acct, category: 1, minutes: 15, day: Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / DAY), note: zeros })
  await expect.poll(async () => (await bo.agreement(id)).phase).toBe('settled')
  expect((await bo.me()).lifetime).toBe('42000')
})

test('the short form: one writes it down, the other says yes, and the award is there', async () => {
  hub = await aWholeHub('chengdu')
  const mei = await hub.member('Mei')
  const bo = await hub.member('Bo')
  const day = Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / DAY)
  expect((await mei.act('help.recorded', { helper: bo.acct, receiver: mei.acct, category: 1, minutes: 45, day, note: zeros })).status).toBe(200)
  const [help] = (await bo.me()).helps
  expect(help?.phase).toBe('recorded')
  expect((await bo.act('help.confirmed', { help: help!.id })).status).toBe(200)
  expect((await bo.me()).domain).toBe('45000')
})

test('in a time bank who receives an hour gives one back, as far as they have it', async () => {
  hub = await aWholeHub('zhongshan', 'time-bank')
  const mei = await hub.member('Mei')
  const bo = await hub.member('Bo')
  const day = Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / DAY)
  const helped = async (helper: MemberClient, receiver: MemberClient, minutes: number): Promise<void> => {
    const told = await receiver.act('help.recorded', { helper: helper.acct, receiver: receiver.acct, category: 3, minutes, day, note: zeros })
    expect(told.status).toBe(200)
    const waiting = (await helper.me()).helps.find((help) => help.phase === 'recorded')!
    expect((await helper.act('help.confirmed', { help: waiting.id })).status).toBe(200)
  }
  await helped(bo, mei, 60)
  await helped(mei, bo, 20)
  expect((await bo.me()).domain).toBe('40000')
  expect((await mei.me()).domain).toBe('20000')
})

test('a member who has not been attested reads and does not act; a steward sees them waiting', async () => {
  hub = await aWholeHub('chengdu')
  const li = new MemberClient('Li', hub.fetch)
  expect((await li.join()).status).toBe(200)
  await li.login()
  expect((await li.me()).attested).toBe(false)
  expect((await li.list()).body).toMatchObject({ door: { code: 'listing-refused', because: 'not-attested' } })
  const told = await li.act('help.recorded', { helper: li.acct, receiver: hub.steward.acct, category: 1, minutes: 15, day: 0, note: zeros })
  expect(told).toMatchObject({ status: 403, body: { refusal: { code: 'not-attested' } } })
  const waiting = (await hub.steward.get<StewardView>('/api/steward')).body.toAttest
  expect(waiting.map((row) => row.name)).toEqual(['Li'])
})

test('conversion by somebody on level 1 is refused by its name in a hub without other cities too', async () => {
  hub = await aWholeHub('chengdu')
  const bo = await hub.member('Bo')
  expect((await bo.act('cv.converted', { amountMilli: 1_000n })).body).toMatchObject({ refusal: { code: 'no-federation' } })
})

test('stopped and started again, the hub goes on with the same ledger and the same names', async () => {
  hub = await aWholeHub('chengdu')
  await hub.member('Mei')
  const before = await hub.steward.hub()
  await hub.restart()
  const after = await hub.steward.hub()
  // How far its events have come is each run's own.
  expect({ ...after, position: '' }).toEqual({ ...before, position: '' })
  expect((await hub.steward.steward()).members.map((row) => row.name)).toEqual(['steward', 'Mei'])
})

test('the same action sent twice is one entry and one receipt; another under its id is refused', async () => {
  hub = await aWholeHub('chengdu')
  const mei = await hub.member('Mei')
  const action = await mei.action('help.recorded', { helper: mei.acct, receiver: hub.steward.acct, category: 1, minutes: 15, day: Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / DAY), note: zeros })
  const [first, second] = await Promise.all([mei.submit(action), mei.submit(action)])
  expect(second).toEqual(first)
  expect(await mei.submit(action)).toEqual(first)
  expect((await mei.submit({ ...action, minutes: 16 })).body).toMatchObject({ refusal: { code: 'id-taken' } })
})

test('a page that knows the hub’s id finds its log key in the founding document, and the receipt binds that key', async () => {
  hub = await aWholeHub('chengdu')
  const mei = new MemberClient('Mei', hub.fetch)
  const { body: receipt } = await mei.join()
  const { hubId } = await mei.hub()
  const { body: answer } = await mei.get<{ genesis: string }>('/api/genesis')
  const genesis = fromBase64(answer.genesis)!
  expect(toHex(sha256(genesis))).toBe(hubId)
  const { logKey } = parseGenesis(genesis)!
  const kept = parseReceipt(fromBase64(receipt.receipt)!)!
  expect(verifyReceipt(kept, fromBase64(receipt.record)!, logKey, fromHex(hubId)!)).toBe(true)
})

test('pages that are open when the hub stops are told so, and do not wait for news that never comes', async () => {
  hub = await aWholeHub('chengdu')
  const response = await hub.fetch('/api/events')
  const reader = response.body!.getReader()
  await reader.read()
  await hub.restart()
  let last = await reader.read()
  while (!last.done) last = await reader.read()
  expect(last.done).toBe(true)
})
