/** A school as its hub's doors know it: founded, attested, signed for by people, helped, and seen by those who sign for it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ActionOf, Hex, Kind } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import type { MeView, OrganisationView } from '#protocol/api.ts'
import { type MemberClient, salted, zeros } from '#test/support/member-client.ts'
import { bytesFor } from '#test/support/towns.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

let hub: WholeHub
let mei: MemberClient
let bo: MemberClient
let li: MemberClient

const school: Hex = toHex(bytesFor('a school'))

beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  mei = await hub.member('Mei')
  bo = await hub.member('Bo')
  li = await hub.member('Li')
})
afterAll(() => hub.stop())

type Own<K extends Kind> = Omit<ActionOf<K>, 'kind' | 'id' | 'acct' | 'exp' | 'seen'>

/** With a device of their own, and the school's account. */
async function forSchool<K extends Kind>(signer: MemberClient, kind: K, own: Own<K>) {
  return signer.submit((await signer.action(kind, own, { acct: school })) as never)
}

test('a school is founded by a member, attested by the steward, and named to members with those who sign for it', async () => {
  const { charterHash } = await mei.hub()
  const name = salted('玉林小学')
  const founded = await mei.act('organisation.joined', { organisation: school, form: 'organisation', profile: name.commitment, charter: charterHash }, [name.blob])
  expect(founded.status).toBe(200)
  expect((await hub.steward.act('member.attested', { member: school, identity: zeros })).status).toBe(200)
  expect((await mei.act('signer.named', { organisation: school, signer: bo.acct })).status).toBe(200)
  const seen = async (who: MemberClient) => (await who.get<OrganisationView[]>('/api/organisations')).body
  expect(await seen(bo)).toMatchObject([{ acct: school, name: '玉林小学', attested: true, isSigner: false, isNamed: true, signers: [{ name: 'Mei' }] }])
  expect((await bo.act('signer.accepted', { organisation: school })).status).toBe(200)
  expect(await seen(li)).toMatchObject([{ isSigner: false, isNamed: false, signers: [{ name: 'Mei' }, { name: 'Bo' }] }])
})

test('it posts what it needs, agrees with who helps, and confirms, each by one who signs for it', async () => {
  const listed = await mei.list({ author: school })
  expect(listed.status).toBe(200)
  const { now } = (await li.get<{ now: number }>('/api/seen')).body
  const terms = {
    listing: listed.body.id, helper: li.acct, receiver: school, category: 1 as const, minutes: 60, begins: now, ends: now + 3_600,
    terms: zeros, charter: 0,
  }
  const agreement = (await li.propose(terms)).body.id
  expect((await bo.get('/api/me')).body).toMatchObject({ drafts: [] })
  const [draft] = (await bo.get<MeView>(`/api/organisations/${school}`)).body.drafts
  expect((await bo.countersign(draft!, (await bo.hub()).hubId)).status).toBe(200)
  expect((await li.act('completion.reported', { agreement, minutes: 60 })).status).toBe(200)
  expect((await forSchool(bo, 'completion.confirmed', { agreement, minutes: 60 })).status).toBe(200)
  expect((await bo.get(`/api/agreements/${agreement}`)).body).toMatchObject({ phase: 'confirmed', receiver: { name: '玉林小学' } })
  expect((await bo.get<MeView>(`/api/organisations/${school}`)).body.agreements.map(({ id }) => id)).toEqual([agreement])
})

test('nobody else sees what it has going on, proposes or posts in its name', async () => {
  expect((await li.get(`/api/organisations/${school}`)).status).toBe(404)
  expect((await bo.get(`/api/organisations/${bo.acct}`)).status).toBe(404)
  expect(await forSchool(li, 'help.recorded', { helper: school, receiver: li.acct, category: 1, minutes: 10, day: 0, note: zeros }))
    .toMatchObject({ status: 403, body: { refusal: { code: 'unknown-device' } } })
  expect(await li.list({ author: school })).toMatchObject({ body: { door: { code: 'listing-refused', because: 'unknown-device' } } })
})
