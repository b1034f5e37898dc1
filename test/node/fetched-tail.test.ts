import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fetchedTails, NoRoomForTail } from '#node/cities/restoring/fetched-tail.ts'
import { ROOM_AGAIN_BYTES } from '#node/disk/space.ts'
import { aDirectory } from '#test/support/directories.ts'
import { bytesFor } from '#test/support/towns.ts'

const hub = bytesFor('a hub')
const record = (i: number): Uint8Array => new Uint8Array(300).fill(i)
const all = (records: Iterable<Uint8Array>): Uint8Array[] => [...records].map((one) => one.slice())

test('what was fetched is read in its order from the disk, and is gone when it has been judged', async () => {
  const dir = join(aDirectory(), 'fetched')
  const tail = await fetchedTails(dir, hub, () => Number.POSITIVE_INFINITY).begin()
  for (let i = 0; i < 5; i++) await tail.append([record(2 * i), record(2 * i + 1)])
  expect(all(tail.read())).toEqual(Array.from({ length: 10 }, (_, i) => record(i)))
  await tail.discard()
  expect(existsSync(dir)).toBe(false)
})

test('what a killed process left there is taken away at the next start, and never mixed with another', async () => {
  const dir = join(aDirectory(), 'fetched')
  const left = await fetchedTails(dir, hub, () => Number.POSITIVE_INFINITY).begin()
  await left.append([record(1)])
  const tails = fetchedTails(dir, hub, () => Number.POSITIVE_INFINITY)
  expect(existsSync(dir)).toBe(false)
  await (await tails.begin()).append([record(2)])
  const next = await tails.begin()
  await next.append([record(3)])
  expect(all(next.read())).toEqual([record(3)])
})

test('it takes no more room than lets all of it be written once again, and says how much is missing', async () => {
  const dir = join(aDirectory(), 'fetched')
  let free = ROOM_AGAIN_BYTES + 4 * 300
  const tail = await fetchedTails(dir, hub, () => free).begin()
  await tail.append([record(1), record(2)])
  free -= 600
  await expect(tail.append([record(3)])).rejects.toThrow(NoRoomForTail)
  await expect(tail.append([record(3)])).rejects.toThrow('900 bytes')
  expect(all(tail.read())).toHaveLength(2)
})

test('a disk that gives back something else is found out', async () => {
  const dir = join(aDirectory(), 'fetched')
  const tail = await fetchedTails(dir, hub, () => Number.POSITIVE_INFINITY).begin()
  await tail.append([record(1), record(2)])
  const segment = join(dir, readdirSync(dir).find((name) => name.endsWith('.seg'))!)
  const bytes = readFileSync(segment)
  bytes[bytes.length - 400]! ^= 1
  writeFileSync(segment, bytes)
  expect(() => all(tail.read())).toThrow()
})
