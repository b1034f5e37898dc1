import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSections, readSections, type Sections, writeSections } from '#node/disk/section-file.ts'
import { aDirectory } from '#test/support/directories.ts'
import { bytesFor } from '#test/support/towns.ts'

const key = bytesFor('a key')
const small = { first: bytesFor('first'), empty: new Uint8Array(), last: bytesFor('last') }
/** So much that it is read in a thread of its own. */
const large = { ...small, rows: new Uint8Array(2 ** 20 + 7).fill(5), level: new Uint8Array(700_000).fill(6) }

async function aFile(content: Record<string, Uint8Array>): Promise<string> {
  const file = join(aDirectory(), 'sections')
  await writeSections(file, key, Object.entries(content).map(([name, bytes]) => ({ name, chunks: [bytes.subarray(0, 9), bytes.subarray(9)] })))
  return file
}

const read = async (file: string, by = key): Promise<Sections> => {
  const sections = await readSections(file, by)
  if (typeof sections === 'string') throw new Error(sections)
  return sections
}

test.each([['small', small], ['large', large]])('what was written is read, of a %s file', async (_size, content) => {
  const file = await aFile(content)
  const sections = await read(file)
  for (const [name, bytes] of Object.entries(content)) {
    expect(sections.lengthOf(name)).toBe(bytes.length)
    const found = sections.read(name, 'to grow')!
    expect(Buffer.from(found).equals(bytes)).toBe(true)
    // Alone in its buffer, with room behind it.
    expect([found.byteOffset, found.buffer.byteLength > found.length]).toEqual([0, true])
    expect(sections.part(name, 0, bytes.length)).toEqual(bytes)
    expect(sections.part(name, 1, bytes.length)).toBeNull()
  }
  expect([sections.read('nothing'), sections.lengthOf('nothing'), sections.part('nothing', 0, 0)]).toEqual([null, -1, null])
  sections.close()
})

test.each([['small', small], ['large', large]])('a section that was changed is not handed out, of a %s file; the others are', async (_size, content) => {
  const file = await aFile(content)
  const bytes = readFileSync(file)
  bytes[40]! ^= 1
  writeFileSync(file, bytes)
  const sections = await read(file)
  expect(sections.read('last')).toBeNull()
  expect(sections.read('first')).toEqual(small.first)
  sections.close()
})

test('what is not written under the key, not whole or not there is named for what it is', async () => {
  const file = await aFile(large)
  expect(await readSections(`${file} elsewhere`, key)).toBe('missing')
  expect(openSections(file, bytesFor('another key'))).toBe('foreign')
  const bytes = readFileSync(file)
  bytes[bytes.length - 60]! ^= 1
  writeFileSync(file, bytes)
  expect(await readSections(file, key)).toBe('foreign')
  for (const size of [statSync(file).size - 1, 20, 0]) {
    truncateSync(file, size)
    expect(await readSections(file, key)).toBe('torn')
  }
})
