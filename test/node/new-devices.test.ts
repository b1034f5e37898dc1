import { afterAll, beforeAll, expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { publicKeyOf, sign } from '#ledger/keys.ts'
import { deviceProof } from '#ledger/rules/device.ts'
import type { DevicesView, NewDeviceView, StewardDevicesView } from '#protocol/api.ts'
import { type MemberClient, zeros } from '#test/support/member-client.ts'
import { bytesFor } from '#test/support/towns.ts'
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

const devicesOf = async (who: MemberClient): Promise<DevicesView> => (await who.get<DevicesView>('/api/devices')).body

/** What a phone without an account asks, which has a key and knows whose it is to be. */
async function aNewPhone(account: string, name: string) {
  const secret = bytesFor(name)
  const device = publicKeyOf(secret)
  const { hubId } = await mei.hub()
  const proof = sign(secret, 'device', fromHex(hubId)!, deviceProof(account, device))
  return { account, device: toHex(device), proof: toHex(proof) }
}

test('a new phone waits, is seen by the member’s own devices and by stewards alone, and is let in', async () => {
  expect((await mei.get(`/api/accounts/${mei.acct.slice(0, 8)}`)).body).toEqual({ acct: mei.acct })
  const phone = await aNewPhone(mei.acct, 'a new phone')
  expect((await bo.post('/api/devices', phone)).status).toBe(200)
  const waiting = (await devicesOf(mei)).waiting as [NewDeviceView]
  expect(waiting).toMatchObject([{ acct: mei.acct, device: phone.device, proof: phone.proof }])
  expect((await devicesOf(bo)).waiting).toEqual([])
  expect((await bo.get('/api/steward/devices')).status).toBe(403)
  expect((await hub.steward.get<StewardDevicesView>('/api/steward/devices')).body.waiting).toMatchObject([{ name: 'Mei', device: phone.device }])

  const added = await mei.act('device.added', { device: fromHex(waiting[0].device)!, proof: fromHex(waiting[0].proof)! })
  expect(added.status).toBe(200)
  expect(await devicesOf(mei)).toMatchObject({ devices: [toHex(mei.device), phone.device], waiting: [] })
})

test('what is not whose it says, or says nothing, does not wait', async () => {
  const phone = await aNewPhone(mei.acct, 'another phone')
  expect(await bo.post('/api/devices', { ...phone, account: zeros })).toMatchObject({ status: 404, body: { refusal: { code: 'unknown-member' } } })
  expect(await bo.post('/api/devices', { ...phone, account: bo.acct })).toMatchObject({ status: 422, body: { refusal: { code: 'key-unproved' } } })
  expect(await bo.post('/api/devices', { ...phone, device: toHex(bo.device) })).toMatchObject({ status: 409, body: { refusal: { code: 'key-taken' } } })
  for (const form of [{}, { ...phone, device: 'x' }, { ...phone, more: 1 }]) {
    expect(await bo.post('/api/devices', form)).toMatchObject({ status: 400, body: { door: { code: 'malformed' } } })
  }
  for (const number of ['0000000', 'zzzzzzzz', 'ffffffff']) expect((await bo.get(`/api/accounts/${number}`)).status).toBe(404)
  expect((await devicesOf(mei)).waiting).toEqual([])
})

test('three wait for one member at most, and half an hour at most', async () => {
  for (const name of ['one', 'two', 'three', 'three']) {
    expect((await bo.post('/api/devices', await aNewPhone(mei.acct, name))).status).toBe(200)
  }
  expect((await bo.post('/api/devices', await aNewPhone(mei.acct, 'four'))).status).toBe(429)
  expect((await devicesOf(mei)).waiting.length).toBe(3)
  hub.later(1_801)
  expect((await devicesOf(mei)).waiting).toEqual([])
})

test('whoever has lost every device is brought back by stewards, where they can see it and stop it', async () => {
  const phone = await aNewPhone(bo.acct, 'Bo’s new phone')
  await bo.post('/api/devices', phone)
  const { device, proof } = (await hub.steward.get<StewardDevicesView>('/api/steward/devices')).body.waiting[0]!
  const proposed = await hub.steward.act('recovery.proposed', { member: bo.acct, device: fromHex(device)!, proof: fromHex(proof)!, evidence: zeros })
  expect(proposed.status).toBe(200)
  const { recovery, waiting } = await devicesOf(bo)
  expect(waiting).toEqual([])
  expect(recovery).toMatchObject({ device: phone.device, needed: 1, by: [{ name: 'steward' }] })
  expect(recovery!.due! % 86_400).toBe(0)
  expect((await hub.steward.get<StewardDevicesView>('/api/steward/devices')).body.recoveries).toMatchObject([{ member: { name: 'Bo' } }])
  expect((await bo.act('recovery.vetoed', { member: bo.acct })).status).toBe(200)
  expect((await devicesOf(bo)).recovery).toBe(null)
})
