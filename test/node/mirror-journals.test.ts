import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mirrorJournals } from '#node/cities/logs/mirror-journals.ts'
import { aDirectory } from '#test/support/directories.ts'

const ORIGIN = 'cv.chengdu-5f3a91c0/log'
const hubId = new Uint8Array(32).fill(5)
const records = ['one', 'two', 'three'].map((text) => new TextEncoder().encode(text))

async function read(dir: string, id = hubId): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  const mirror = await mirrorJournals(dir).open(ORIGIN, id, (record) => found.push(record.slice()))
  await mirror.close()
  return found
}

test('records appended are there again, in order, under the hub’s short name', async () => {
  const dir = aDirectory()
  const mirror = await mirrorJournals(dir).open(ORIGIN, hubId, () => {})
  await mirror.append(records.slice(0, 2))
  await mirror.append([])
  await mirror.append(records.slice(2))
  await mirror.close()
  expect(await read(dir)).toEqual(records)
  expect(readdirSync(dir)).toEqual(['cv.chengdu-5f3a91c0'])
})

test('the mirror of another hub under the same name is refused, not read', async () => {
  const dir = aDirectory()
  await (await mirrorJournals(dir).open(ORIGIN, hubId, () => {})).close()
  await expect(read(dir, new Uint8Array(32))).rejects.toThrow('another journal')
})

test('a damaged mirror is put aside and the next one is empty', async () => {
  const dir = aDirectory()
  const mirror = await mirrorJournals(dir).open(ORIGIN, hubId, () => {})
  await mirror.append(records)
  await mirror.close()
  writeFileSync(join(dir, 'cv.chengdu-5f3a91c0', '00000001.seg'), 'nothing that was ever written')
  await expect(read(dir)).rejects.toThrow()
  for (let times = 0; times < 2; times++) await mirrorJournals(dir).discard(ORIGIN)
  expect(await read(dir)).toEqual([])
  expect(readdirSync(dir).sort()).toEqual(['cv.chengdu-5f3a91c0', 'cv.chengdu-5f3a91c0.damaged'])
})
