/** What a member asked to be erased is in no file of the hub any more, and the record is what it was. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit, type Verdict } from '#ledger/audit/audit.ts'
import { readExport } from '#ledger/audit/export.ts'
import { compactStore } from '#node/copies/compact.ts'
import type { PersonView } from '#protocol/api.ts'
import { type MemberClient, MemberClient as Client, salted } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

let hub: WholeHub
let mei: MemberClient
let bo: MemberClient

beforeAll(async () => {
  hub = await aWholeHub('chengdu')
  bo = await hub.member('Bo who stays')
})
afterAll(() => hub.stop())

const NAME = 'Mei who wants to be forgotten'
const NOTE = 'carried the wardrobe to the fifth floor'
const PAPER = 'identity card ending in 1234, seen on Sunday'
const MESSAGE = 'I could come on Thursday evening'
const OTHERS = 'what Bo wrote about another help'

async function nameSeen(acct: string): Promise<string | null> {
  return (await bo.get<PersonView[]>('/api/people')).body.find((one) => one.acct === acct)!.name
}

const filesWith = (bytes: Buffer): string[] =>
  readdirSync(hub.data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(bytes))
    .map((entry) => entry.name)

const audited = async (): Promise<Verdict> =>
  audit(readExport([new Uint8Array(await (await hub.fetch('/export')).arrayBuffer())]))

test('words and salts are in no file after compaction, the log verifies, and others’ words stay', async () => {
  const secrets: Buffer[] = []
  const keeping = (text: string) => {
    const words = salted(text)
    secrets.push(Buffer.from(words.blob), Buffer.from(words.blob.slice(0, 32)), Buffer.from(text))
    return words
  }
  mei = new Client(NAME, hub.fetch)
  const { charterHash } = await mei.hub()
  const profile = keeping(NAME)
  expect((await mei.act('member.joined', { device: mei.device, profile: profile.commitment, charter: charterHash, invitation: null }, [profile.blob])).status).toBe(200)
  const paper = keeping(PAPER)
  expect((await hub.steward.act('member.attested', { member: mei.acct, identity: paper.commitment }, [paper.blob])).status).toBe(200)
  await mei.login()
  const day = Math.floor((await mei.get<{ now: number }>('/api/seen')).body.now / 86_400)
  const helping = (note: string) => ({ helper: mei.acct, receiver: bo.acct, category: 1 as const, minutes: 30, day, note })
  const note = keeping(NOTE)
  expect((await mei.act('help.recorded', helping(note.commitment), [note.blob])).status).toBe(200)
  const others = salted(OTHERS)
  expect((await bo.act('help.recorded', helping(others.commitment), [others.blob])).status).toBe(200)
  const { id } = (await bo.list()).body
  expect((await mei.post(`/api/listings/${id}/applications`, { message: MESSAGE })).status).toBe(200)
  secrets.push(Buffer.from(MESSAGE))
  expect(await nameSeen(mei.acct)).toBe(NAME)
  for (const secret of secrets) expect(filesWith(secret)).not.toEqual([])

  expect((await mei.act('erasure.asked', {})).status).toBe(200)
  await expect.poll(() => nameSeen(mei.acct)).toBe(null)
  await expect.poll(async () => (await bo.me()).applications).toEqual([])
  await expect.poll(async () => (await hub.fetch('/checkpoint')).status).toBe(200)
  const before = await audited()
  expect(before.offence).toBe(null)

  await hub.restart(async () => void (await compactStore(join(hub.data, 'level'))))
  for (const secret of secrets) expect(filesWith(secret)).toEqual([])
  expect(filesWith(Buffer.from(OTHERS))).not.toEqual([])

  await bo.login()
  await mei.login()
  expect((await mei.me()).name).toBe(null)
  expect((await bo.me()).helps.map((help) => help.note)).toEqual(expect.arrayContaining([OTHERS, null]))
  const after = await audited()
  expect(after.offence).toBe(null)
  expect(after.root).toEqual(before.root)
})

test('whoever was declined leaves no name behind', async () => {
  const stranger = new Client('a stranger nobody knew', hub.fetch)
  expect((await stranger.join()).status).toBe(200)
  await stranger.login()
  expect((await stranger.me()).name).toBe('a stranger nobody knew')
  const reason = salted('nobody knows them')
  expect((await hub.steward.act('member.declined', { member: stranger.acct, reason: reason.commitment }, [reason.blob])).status).toBe(200)
  await hub.restart(async () => void (await compactStore(join(hub.data, 'level'))))
  expect(filesWith(Buffer.from('a stranger nobody knew'))).toEqual([])
  expect((await stranger.get('/api/me')).status).toBe(401)
})

test('a start after a crash in between does what was asked and not done', async () => {
  const name = 'Li whose hub went down'
  const li = await hub.member(name)
  expect((await li.act('erasure.asked', {})).status).toBe(200)
  // Whether or not the words were gone when the hub stopped, they are afterwards.
  await hub.restart()
  await bo.login()
  await expect.poll(() => nameSeen(li.acct)).toBe(null)
})
