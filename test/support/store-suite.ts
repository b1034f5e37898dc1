/** What every Store owes the hub. Each adapter's test runs this whole list against its own. */
import { describe, expect, test } from 'vitest'
import type { Store, Table } from '#node/store.ts'

/** `open` gives an empty store; `reopen` closes it and gives what the next process would find. */
export type StoreUnderTest = { store: Store; reopen(): Promise<Store> }

export function storeSuite(open: () => Promise<StoreUnderTest>): void {
  describe('every store', () => {
    test('gives back exactly the bytes that were put, as a plain Uint8Array', async () => {
      const { store } = await open()
      const blobs = store.table('blobs')
      await blobs.put('mei', bytes(0, 255, 7))
      expect(blobs.get('mei')).toEqual(bytes(0, 255, 7))
      expect(blobs.get('mei')?.constructor).toBe(Uint8Array)
      await blobs.put('empty', bytes())
      expect(blobs.get('empty')).toEqual(bytes())
      expect(blobs.get('bo')).toBeUndefined()
      await store.close()
    })

    test('all rows of all tables can be read as they stood when the reading began', async () => {
      const { store } = await open()
      await store.table('blobs').put('a', bytes(1))
      await store.table('meta').put('b', bytes(2))
      const rows: [string, Uint8Array][] = []
      for await (const [key, value] of store.rows()) {
        if (rows.length === 0) await store.table('meta').put('c', bytes(3))
        rows.push([Buffer.from(key).toString(), value])
      }
      expect(rows).toEqual([['blobs\0a', bytes(1)], ['meta\0b', bytes(2)]])
      await store.close()
    })

    test('a later put replaces, a del removes, and what is not there may be deleted', async () => {
      const { store } = await open()
      const drafts = store.table('drafts')
      await drafts.put('a', bytes(1))
      await drafts.put('a', bytes(2))
      expect(drafts.get('a')).toEqual(bytes(2))
      await drafts.del('a')
      await drafts.del('a')
      expect(drafts.get('a')).toBeUndefined()
      await store.close()
    })

    test('tables do not see each other, also where one name begins another key', async () => {
      const { store } = await open()
      await store.table('peers').put('x', bytes(1))
      await store.table('meta').put('x', bytes(2))
      expect(store.table('peers').get('x')).toEqual(bytes(1))
      expect(await all(store.table('meta'))).toEqual([['x', bytes(2)]])
      await store.close()
    })

    test('entries come in the order of their UTF-8 bytes, only those with the prefix', async () => {
      const { store } = await open()
      const listings = store.table('listings')
      // By UTF-16 code units U+1F600 would come before U+FF5E; by UTF-8 bytes it comes after.
      const keys = ['b', 'a', 'a/2', 'a/1', 'a/\u{10ffff}', 'a/～', 'a/😀', 'a0', '']
      await listings.batch(keys.map((key) => ({ type: 'put', key, value: bytes(key.length) })))
      const names = async (prefix?: string) => (await all(listings, prefix)).map(([key]) => key)
      const below = ['a/1', 'a/2', 'a/～', 'a/😀', 'a/\u{10ffff}']
      expect(await names()).toEqual(['', 'a', ...below, 'a0', 'b'])
      expect(await names('a/')).toEqual(below)
      expect(await names('c')).toEqual([])
      await store.close()
    })

    test('an iteration shows the table as it stood at its start, and may be left early', async () => {
      const { store } = await open()
      const listings = store.table('listings')
      await listings.batch([put('a', 1), put('b', 2), put('c', 3)])
      const seen: string[] = []
      for await (const [key] of listings.entries()) {
        seen.push(key)
        if (key === 'a') await listings.batch([{ type: 'del', key: 'b' }, put('d', 4)])
        if (key === 'c') break
      }
      expect(seen).toEqual(['a', 'b', 'c'])
      expect((await all(listings)).map(([key]) => key)).toEqual(['a', 'c', 'd'])
      await store.close()
    })

    test('a batch is applied in its order', async () => {
      const { store } = await open()
      const meta = store.table('meta')
      await meta.batch([put('a', 1), { type: 'del', key: 'a' }, put('b', 1), put('b', 2)])
      expect(meta.get('a')).toBeUndefined()
      expect(meta.get('b')).toEqual(bytes(2))
      await store.close()
    })

    test('writes made together keep the order in which they were made', async () => {
      const { store } = await open()
      const meta = store.table('meta')
      const first = meta.put('a', bytes(1))
      await Promise.all([first, meta.del('a'), meta.put('a', bytes(3)), meta.put('b', bytes(4))])
      expect(meta.get('a')).toEqual(bytes(3))
      expect(meta.get('b')).toEqual(bytes(4))
      await store.close()
    })

    test('what was acknowledged is there after reopening', async () => {
      const { store, reopen } = await open()
      await store.table('blobs').put('kept', bytes(9))
      await store.table('blobs').put('gone', bytes(9))
      await store.table('blobs').del('gone')
      const again = await reopen()
      expect(await all(again.table('blobs'))).toEqual([['kept', bytes(9)]])
      await again.close()
    })

    test('the bytes given out and taken in are the caller\'s own', async () => {
      const { store } = await open()
      const blobs = store.table('blobs')
      await blobs.put('a', bytes(1))
      blobs.get('a')?.fill(7)
      expect(blobs.get('a')).toEqual(bytes(1))
      await store.close()
    })

    test('a key that is no well-formed text throws instead of colliding with another', async () => {
      const { store } = await open()
      const meta = store.table('meta')
      expect(() => meta.get('\ud800')).toThrow(TypeError)
      expect(() => meta.put('\ud800', bytes(1))).toThrow(TypeError)
      await store.close()
    })

    test('a closed store says so, and closing twice is no error', async () => {
      const { store } = await open()
      const meta = store.table('meta')
      const last = meta.put('a', bytes(1))
      await Promise.all([last, store.close()])
      await store.close()
      await expect(meta.put('a', bytes(2))).rejects.toMatchObject({ code: 'closed' })
      expect(() => meta.get('a')).toThrow(expect.objectContaining({ code: 'unavailable' }))
      await expect(all(meta)).rejects.toMatchObject({ code: 'unavailable' })
    })
  })
}

export async function all(table: Table, prefix?: string): Promise<[string, Uint8Array][]> {
  const found: [string, Uint8Array][] = []
  for await (const entry of table.entries(prefix)) found.push(entry)
  return found
}

export function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values)
}

function put(key: string, value: number): { type: 'put'; key: string; value: Uint8Array } {
  return { type: 'put', key, value: bytes(value) }
}
