import { expect, test } from 'vitest'
import { openAddressBook } from '#node/wire/address-book.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { QUIET } from '#test/support/libp2p-world.ts'

const MEI = 'a'.repeat(64)
const BO = 'b'.repeat(64)
const at = (port: number): string => `/ip4/198.51.100.7/tcp/${port}`
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('where a hub answered comes before what it says of itself, and both outlast the process', async () => {
  const store = aMemoryStore()
  const book = await openAddressBook(store.table('peers'), QUIET)
  book.said(MEI, [at(3), at(1)])
  book.answered(MEI, at(2))
  book.answered(MEI, at(1))
  expect(book.of(MEI)).toEqual([at(1), at(2), at(3)])
  await settled()
  const later = await openAddressBook(store.reopen().table('peers'), QUIET)
  expect(later.of(MEI)).toEqual([at(1), at(2), at(3)])
})

test('a hub that names hundreds of addresses is given the room of a card, and what it said before is forgotten', async () => {
  const book = await openAddressBook(aMemoryStore().table('peers'), QUIET)
  book.said(MEI, [at(9)])
  book.said(MEI, [...Array.from({ length: 300 }, (_, i) => at(1_000 + i)), `/dns4/${'x'.repeat(300)}/tcp/1`])
  expect(book.of(MEI)).toHaveLength(8)
  expect(book.of(MEI)).not.toContain(at(9))
  for (let port = 1; port < 100; port++) book.answered(MEI, at(port))
  expect(book.of(MEI).slice(0, 2)).toEqual([at(99), at(98)])
  expect(book.of(MEI)).toHaveLength(10)
})

test('the same said again is not written again', async () => {
  const { table } = aMemoryStore()
  let writes = 0
  const peers = table('peers')
  const counted = { ...peers, put: (key: string, value: Uint8Array) => (writes++, peers.put(key, value)) }
  const book = await openAddressBook(counted, QUIET)
  for (let i = 0; i < 20; i++) {
    book.said(MEI, i % 2 === 0 ? [at(1), at(2)] : [at(2), at(1)])
    book.answered(MEI, at(1))
  }
  expect(writes).toBe(2)
})

test('who left the federation is forgotten, also by the next process', async () => {
  const store = aMemoryStore()
  const book = await openAddressBook(store.table('peers'), QUIET)
  book.answered(MEI, at(1))
  book.answered(BO, at(2))
  book.keepOnly(new Set([BO]))
  await settled()
  expect([book.of(MEI), book.of(BO)]).toEqual([[], [at(2)]])
  const later = await openAddressBook(store.reopen().table('peers'), QUIET)
  expect([later.of(MEI), later.of(BO)]).toEqual([[], [at(2)]])
})

test('a disk that refuses costs the memory of this process nothing, and bytes that are no row are left out', async () => {
  const store = aMemoryStore()
  await store.table('peers').put(BO, new Uint8Array([0xff, 0x01]))
  const book = await openAddressBook(store.table('peers'), QUIET)
  expect(book.of(BO)).toEqual([])
  store.failNextWrite()
  book.answered(MEI, at(1))
  await settled()
  expect(book.of(MEI)).toEqual([at(1)])
})
