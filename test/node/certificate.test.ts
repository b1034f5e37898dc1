/** A certificate as a hub gives it out, and going to another city with what one has done. */
import { afterEach, expect, test } from 'vitest'
import { fromBase64, toBase64, utf8 } from '#ledger/bytes.ts'
import { encodeProof, parseProof } from '#ledger/proof.ts'
import type { Action, ActionOf } from '#ledger/action.ts'
import { parseGenesis } from '#ledger/entry.ts'
import type { FederationView, GenesisAnswer } from '#protocol/api.ts'
import { verifyCredential } from '#protocol/credential.ts'
import type { CertificateView, MoneyView, MovingView } from '#protocol/matters.ts'
import { type MemberClient, salted, zeros } from '#test/support/member-client.ts'
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

const WAIT = { timeout: 120_000, interval: 50 }
const certificateOf = async (who: MemberClient): Promise<CertificateView> => (await who.get<CertificateView>('/api/me/certificate')).body

async function helps(helper: MemberClient, receiver: MemberClient, minutes: number): Promise<void> {
  const day = Math.floor(Date.now() / 86_400_000)
  const help = await helper.action('help.recorded', { helper: helper.acct, receiver: receiver.acct, category: 1, minutes, day, note: zeros })
  expect((await helper.submit(help as Action)).status).toBe(200)
  expect((await receiver.act('help.confirmed', { help: help.id })).status).toBe(200)
}

test('a certificate counts what somebody else confirmed, and verifies under the key that the city was founded with', async () => {
  const hub = await aHub('chengdu')
  const mei = await hub.member('梅')
  const bo = await hub.member('波')
  expect((await certificateOf(mei)).part).toMatchObject({ parts: [], helped: 0 })

  await helps(mei, bo, 90)
  await helps(mei, hub.steward, 30)
  const unconfirmed = await mei.action('help.recorded', { helper: mei.acct, receiver: bo.acct, category: 1, minutes: 15, day: Math.floor(Date.now() / 86_400_000), note: zeros })
  expect((await mei.submit(unconfirmed as Action)).status).toBe(200)

  const { part, credential, stewards, number } = await certificateOf(mei)
  expect(part).toMatchObject({ acct: mei.acct, name: '梅', city: 'chengdu', parts: [{ kind: 'help', times: 2, minutes: 120 }], helped: 2 })
  expect(stewards.map(({ acct }) => acct)).toEqual([hub.steward.acct])
  expect(number).toContain(mei.acct.slice(0, 8))
  const { genesis } = (await mei.get<GenesisAnswer>('/api/genesis')).body
  expect(verifyCredential(credential)).toMatchObject({ ok: true, key: parseGenesis(fromBase64(genesis)!)!.logKey })
  expect(JSON.stringify(credential)).not.toContain(bo.acct)
  expect((await certificateOf(bo)).part.parts).toEqual([])
})

test('whoever leaves may still have a certificate, and a stranger none', async () => {
  const hub = await aHub('chengdu')
  const mei = await hub.member('梅')
  await helps(mei, hub.steward, 45)
  expect((await mei.act('member.left', {})).status).toBe(200)
  expect((await certificateOf(mei)).part.parts).toEqual([{ kind: 'help', times: 1, minutes: 45 }])
  expect((await hub.fetch('/api/me/certificate')).status).toBe(401)
})

test('money is noted by stewards and read by members, and is added to nobody’s value', async () => {
  const hub = await aHub('chengdu')
  const mei = await hub.member('梅')
  const before = (await mei.me()).domain
  expect((await hub.steward.act('income.noted', { source: 'plan', plan: 1, ofMinor: 0, minor: 500, note: zeros })).status).toBe(200)
  expect((await hub.steward.act('income.noted', { source: 'skill', plan: null, ofMinor: 10_000, minor: 1_500, note: zeros })).status).toBe(200)
  const { body } = await mei.get<MoneyView>('/api/money')
  expect(body.noted).toMatchObject([{ source: 'plan', plan: 1, count: 1, minor: '500' }, { source: 'skill', plan: null, count: 1, minor: '1500' }])
  expect(body).toMatchObject({ currency: 'USD', pool: null, granted: { newcomer: { milli: '0', people: 0 } } })
  expect((await mei.me()).domain).toBe(before)
})

test('somebody moves to another city with the record of it, is met there, and what they did counts', { timeout: 300_000 }, async () => {
  const [chengdu, barcelona] = [await aHub('chengdu'), await aHub('barcelona')]
  const view = async (hub: WholeHub): Promise<FederationView> => (await hub.steward.get<FederationView>('/api/federation')).body
  expect((await chengdu.steward.post('/api/federation/found', {})).status).toBe(200)
  const { card } = await view(barcelona)
  expect((await barcelona.steward.post('/api/federation/join', { card: (await view(chengdu)).card })).status).toBe(200)
  expect((await chengdu.steward.post('/api/federation/admit', { card })).status).toBe(200)
  for (const hub of [chengdu, barcelona]) await expect.poll(async () => (await view(hub)).version, WAIT).toBe(2)

  const mei = await chengdu.member('梅')
  await helps(mei, chengdu.steward, 90)
  const { body: before } = await mei.get<MovingView>('/api/me/moving')
  const { origin } = await barcelona.steward.hub()
  expect(before).toMatchObject({ lifetimeMilli: '90000', contributions: 1, cities: [{ origin, city: 'barcelona' }], moved: null })
  const { lifetimeMilli, contributions, reserveMilli } = before
  expect((await mei.act('member.moved', {
    destination: origin, lifetimeMilli: BigInt(lifetimeMilli), contributions, reserveMilli: BigInt(reserveMilli),
  })).status).toBe(200)
  const { moved } = (await mei.get<MovingView>('/api/me/moving')).body
  expect(moved).toMatchObject({ destination: origin })

  // Nobody who moves waits for the next checkpoint: one is signed for them.
  const proofText = async (): Promise<string> => (await chengdu.fetch(`/api/proof/${moved!.seq}`)).text()
  await expect.poll(async () => parseProof(await proofText())?.extra !== undefined, WAIT).toBe(true)
  const { index, hashes, checkpoint, extra } = parseProof(await proofText())!
  const { charterHash } = await barcelona.steward.hub()
  const profile = salted('梅')
  const arriving: Omit<ActionOf<'member.arrived'>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'> = {
    device: mei.device, profile: profile.commitment, charter: charterHash, home: (await mei.hub()).origin,
    moved: { record: extra!, proof: utf8(encodeProof({ index, hashes, checkpoint })) },
  }
  const action = await barcelona.steward.action('member.arrived', arriving, { acct: mei.acct })
  const { body, auth } = mei.signed(action as Action, (await barcelona.steward.hub()).hubId)
  const told = await barcelona.steward.post('/api/actions', { body: toBase64(body), auth: [auth], blobs: [toBase64(profile.blob)] })
  expect(told).toMatchObject({ status: 200 })
  expect((await barcelona.steward.act('member.attested', { member: mei.acct, identity: zeros })).status).toBe(200)
  const known = (await barcelona.steward.steward()).members.find(({ acct }) => acct === mei.acct)
  expect(known).toMatchObject({ name: '梅', attested: true, level: 2 })
})
