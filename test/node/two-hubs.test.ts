import { afterEach, expect, test } from 'vitest'
import { fromBase64, toBase64 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { encodeEvidence } from '#ledger/evidence/evidence.ts'
import { signNote } from '#ledger/note.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import type { AbroadView, BetweenView, EvidenceAnswer, EvidenceView, FederationView, GenesisAnswer, StewardView } from '#protocol/api.ts'
import { type MemberClient, zeros } from '#test/support/member-client.ts'
import { PLAIN_TRUST } from '#test/support/towns.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const hubs: WholeHub[] = []
const aHub = async (name: string): Promise<WholeHub> => {
  const hub = await aWholeHub(name)
  hubs.push(hub)
  return hub
}
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop()
})

const WAIT = { timeout: 30_000, interval: 50 }
const view = async (hub: WholeHub): Promise<FederationView> => (await hub.steward.get<FederationView>('/api/federation')).body
const steward = async (hub: WholeHub): Promise<StewardView> => hub.steward.steward()

/** Pastes the newcomer's card in every member and a member's card in the newcomer. */
async function joins(newcomer: WholeHub, members: WholeHub[], version: number): Promise<void> {
  // The card as it was before the newcomer moved to its public address: it tells its new one by itself.
  const card = (await view(newcomer)).card
  expect((await newcomer.steward.post('/api/federation/join', { card: (await view(members[0]!)).card })).status).toBe(200)
  for (const member of members) expect((await member.steward.post('/api/federation/admit', { card })).status).toBe(200)
  for (const hub of [newcomer, ...members]) await expect.poll(async () => (await view(hub)).version, WAIT).toBe(version)
}

async function approveKeys(hub: WholeHub): Promise<void> {
  const { chain } = await view(hub)
  const argument = fromBase64(chain.keysArgument!)!
  expect((await hub.steward.act('order.approved', { slot: 0, order: 'keys', argument })).status).toBe(200)
  await expect.poll(async () => (await view(hub)).chain.certified, WAIT).toBe(1)
}

async function issue(hub: WholeHub, milli: string): Promise<void> {
  const { body } = await hub.steward.post<{ argument: string }>('/api/federation/issue-argument', { milli })
  const { slots } = (await view(hub)).chain
  expect((await hub.steward.act('order.approved', { slot: slots, order: 'issue', argument: fromBase64(body.argument)! })).status).toBe(200)
  await expect.poll(async () => (await view(hub)).chain.certified, WAIT).toBe(slots + 1)
}

/** Bo of the guest's city helps Ana of the host's for ninety minutes; returns when the award falls due. */
async function helpAbroad(home: WholeHub, host: WholeHub, bo: MemberClient, ana: MemberClient): Promise<string> {
  const { body: listed } = await ana.list({ title: '中文会话', online: 1 })
  await expect.poll(async () => (await bo.listings()).some((row) => row.id === listed.id), WAIT).toBe(true)
  const applied = await bo.post(`/api/listings/${listed.id}/applications`, { message: '我可以' })
  expect(applied).toMatchObject({ status: 200 })
  const [application] = (await ana.me()).applications.filter((row) => row.listing === listed.id)
  expect(application!.by).toMatchObject({ acct: bo.acct, name: 'Bo', city: home.steward.name === '' ? '' : expect.any(String) })

  const { hubId, origin } = await ana.hub()
  const { body: seen } = await ana.get<{ now: number }>('/api/seen')
  const proposed = await ana.propose({
    listing: listed.id, helper: bo.acct, receiver: ana.acct, category: 1, minutes: 90, begins: seen.now, ends: seen.now + 7_200, terms: zeros, charter: 0,
  })
  const there = `/api/abroad/${encodeURIComponent(origin)}`
  const abroad = (await bo.get<AbroadView>(there)).body
  const draft = abroad.drafts.find((row) => row.id === proposed.body.id)!
  expect(await bo.countersign(draft, hubId, `${there}/actions`)).toMatchObject({ status: 200 })

  const boActs = async (kind: 'checkin.made' | 'completion.reported' | 'rating.committed', own: Record<string, unknown>, blobs: Uint8Array[] = []) => {
    const action = await bo.action(kind, own as never, {}, there)
    const { body, auth } = bo.signed(action as never, hubId)
    const told = await bo.post(`${there}/actions`, { body: toBase64(body), auth: [auth], blobs: blobs.map(toBase64) })
    expect(told).toMatchObject({ status: 200 })
  }
  await boActs('checkin.made', { agreement: draft.id })
  await boActs('completion.reported', { agreement: draft.id, minutes: 90 })
  expect((await ana.act('completion.confirmed', { agreement: draft.id, minutes: 90 })).status).toBe(200)
  const { salted } = await import('#test/support/member-client.ts')
  const grade = salted('2')
  await boActs('rating.committed', { agreement: draft.id, commitment: grade.commitment }, [grade.blob])
  expect((await ana.rate(draft.id, 2)).status).toBe(200)
  await expect.poll(async () => (await steward(host)).awardsDue.length, WAIT).toBe(1)
  return draft.id
}

async function payAward(host: WholeHub): Promise<void> {
  const [due] = (await steward(host)).awardsDue
  const { body: seen } = await host.steward.get<{ globalDay: number }>('/api/seen')
  const told = await host.steward.act('x.req', {
    source: 1, to: due!.guest.acct, destination: due!.destination, amount: BigInt(due!.amount), agreement: due!.agreement,
    awardMilli: BigInt(due!.awardMilli), memo: zeros, expDay: seen.globalDay + 14,
  })
  expect(told).toMatchObject({ status: 200 })
}

test('two cities meet, and help for a neighbour abroad is paid in Global, counted at home, and sent back when it is too much', async () => {
  const chengdu = await aHub('chengdu')
  const barcelona = await aHub('barcelona')
  expect((await chengdu.steward.post('/api/federation/found', {})).status).toBe(200)
  await joins(barcelona, [chengdu], 2)

  const bo = await chengdu.member('Bo')
  const ana = await barcelona.member('Ana')
  for (const hub of [chengdu, barcelona]) await approveKeys(hub)
  await issue(barcelona, '1000000')

  await helpAbroad(chengdu, barcelona, bo, ana)
  await payAward(barcelona)
  await expect.poll(async () => (await bo.me()).global, WAIT).toBe('30000')
  await expect.poll(async () => (await bo.me()).lifetime, WAIT).toBe('90000')
  expect((await bo.me()).level).toBe(2)
  await expect.poll(async () => (await steward(barcelona)).transfers[0]!.stage, WAIT).toBe('credited')
  expect((await bo.act('cv.converted', { amountMilli: 3_000n })).body).toMatchObject({ refusal: { code: 'level-too-low', level: 2, needed: 3 } })

  const { origin } = await barcelona.steward.hub()
  expect((await chengdu.steward.act('trust.set', { ...PLAIN_TRUST, peer: origin, exposureMilli: 50_000n, transferMaxMilli: 50_000n })).status).toBe(200)
  // Any member sees both directions: what is taken in here, and by the other city's own record what is taken in there.
  await expect.poll(async () => (await bo.get<BetweenView[]>('/api/cities')).body, WAIT).toMatchObject([{
    origin, city: 'barcelona', mostMilli: '3000000', growsAgain: null,
    takes: { exposureMilli: '50000', usedMilli: '30000', isNearlyUsed: false },
    given: { exposureMilli: '3000000' },
  }])
  await helpAbroad(chengdu, barcelona, bo, ana)
  const poolBefore = BigInt((await steward(barcelona)).books.global['pool']!)
  await payAward(barcelona)
  await expect.poll(async () => (await steward(chengdu)).arrivals.filter((row) => row.phase === 'suspended').length, WAIT).toBe(1)
  const suspended = (await steward(chengdu)).arrivals.find((row) => row.phase === 'suspended')!
  expect(suspended).toMatchObject({ because: 'limit', milli: '30000' })
  expect((await bo.me()).global).toBe('30000')

  expect((await chengdu.steward.act('x.back', { xid: suspended.xid })).status).toBe(200)
  await expect.poll(async () => (await steward(barcelona)).transfers[0]!.stage, WAIT).toBe('returned')
  await expect.poll(async () => BigInt((await steward(barcelona)).books.global['pool']!), WAIT).toBe(poolBefore)

  const lisbon = await aHub('lisbon')
  await joins(lisbon, [chengdu, barcelona], 3)
  await expect.poll(async () => (await lisbon.steward.listings()).length, WAIT).toBe(2)
}, 120_000)

test('a city proved to have two histories is frozen by its neighbour, which says why, and hears of it from its own hub', { timeout: 120_000 }, async () => {
  const chengdu = await aHub('chengdu')
  const barcelona = await aHub('barcelona')
  await chengdu.steward.post('/api/federation/found', {})
  await expect.poll(async () => (await view(chengdu)).state, WAIT).toBe('founded')
  await joins(barcelona, [chengdu], 2)

  // Its own key, taken from its disk, says what its hub would never say.
  const { origin } = await barcelona.steward.hub()
  const { log } = await openKeystore(barcelona.data)
  const { genesis } = (await barcelona.steward.get<GenesisAnswer>('/api/genesis')).body
  const noteOf = (fill: number) => signNote(encodeCheckpoint({ origin, size: 3n, root: new Uint8Array(32).fill(fill) }), origin, log.secret)
  const text = encodeEvidence({ kind: 'E2', genesis: fromBase64(genesis)!, first: noteOf(1), second: noteOf(2) })
  const { body: taken } = await chengdu.steward.post<EvidenceAnswer>('/api/evidence', { text })
  expect(taken.isNew).toBe(true)

  const frozen = async (hub: WholeHub) => (await hub.steward.hub()).federation!.cities.find((city) => city.origin === origin)!.frozen
  await expect.poll(() => frozen(chengdu), WAIT).toMatchObject({ kind: 'E2', evidence: taken.id })
  await expect.poll(async () => (await barcelona.steward.hub()).accused, WAIT).toEqual({ kind: 'E2', evidence: taken.id })
  expect(await frozen(barcelona)).toBeNull()
  for (const hub of [chengdu, barcelona]) {
    expect(await (await hub.fetch(`/evidence/${taken.id}`)).text()).toBe(text)
    expect((await hub.steward.get<EvidenceView[]>('/api/evidence')).body).toMatchObject([{ id: taken.id, hub: origin, own: hub === barcelona }])
  }
  const { body: seen } = await chengdu.steward.get<{ globalDay: number }>('/api/seen')
  expect(await chengdu.steward.act('x.req', {
    source: 0, to: barcelona.steward.acct, destination: origin, amount: 1n, agreement: '01'.repeat(16), awardMilli: 0n, memo: zeros,
    expDay: seen.globalDay,
  })).toMatchObject({ status: 409, body: { refusal: { code: 'hub-frozen', hub: origin } } })
})

test('a city that announces its end tells everybody who reads its page when that is, and who takes over', async () => {
  const chengdu = await aHub('chengdu')
  const barcelona = await aHub('barcelona')
  expect((await chengdu.steward.post('/api/federation/found', {})).status).toBe(200)
  await joins(barcelona, [chengdu], 2)
  for (const hub of [chengdu, barcelona]) await approveKeys(hub)
  const told = async () => (await chengdu.steward.hub()).federation!.ends
  expect(await told()).toBeNull()

  const { body: seen } = await chengdu.steward.get<{ now: number }>('/api/seen')
  const at = (Math.floor(seen.now / 86_400) + 97) * 86_400
  const { body } = await chengdu.steward.post<{ argument: string; slot: number }>('/api/federation/will-argument', {
    heir: (await barcelona.steward.hub()).origin, endsAt: at,
  })
  expect(await chengdu.steward.act('order.approved', { slot: body.slot, order: 'keys', argument: fromBase64(body.argument)! })).toMatchObject({ status: 200 })
  await expect.poll(told, WAIT).toEqual({ at, heir: 'barcelona' })
})
