import { describe, expect, test } from 'vitest'
import { concat, toHex } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { leafHash, rootOf } from '#ledger/merkle.ts'
import { Pages, rootOfPages, rowHash } from '#ledger/pages.ts'
import { bytesFor } from '#test/support/towns.ts'

const rows = Array.from({ length: 300 }, (_, i) => bytesFor(`row ${i}`))
const hashes = (count: number): Uint8Array => concat(...rows.slice(0, count).map(rowHash))

/** As the README says it, and as slowly. */
function rootByTheBook(count: number): Uint8Array {
  const pages: Uint8Array[] = []
  for (let at = 0; at < count; at += 64) pages.push(leafHash(concat(...rows.slice(at, Math.min(at + 64, count)).map((row) => sha256(row)))))
  return rootOf(pages)
}

describe.each([0, 1, 63, 64, 65, 127, 128, 129, 192, 300])('%i rows', (count) => {
  test('their root is over pages of 64, however it is come to', () => {
    const root = toHex(rootByTheBook(count))
    expect(toHex(rootOfPages(hashes(count)))).toBe(root)
    const pages = new Pages()
    for (const row of rows.slice(0, count)) pages.push(rowHash(row))
    expect([pages.rows, toHex(pages.root())]).toEqual([count, root])
  })

  test('the edge is enough to go on from, and of no other number of rows', () => {
    const pages = new Pages()
    for (const row of rows.slice(0, count)) pages.push(rowHash(row))
    const again = Pages.from(count, pages.edge())!
    for (const row of rows.slice(count)) again.push(rowHash(row))
    expect(toHex(again.root())).toBe(toHex(rootByTheBook(rows.length)))
    expect(Pages.from(count + 1, pages.edge())).toBe(null)
    expect(Pages.from(count, concat(pages.edge(), bytesFor('more')))).toBe(null)
  })
})

test('a root asked for in between changes nothing', () => {
  const pages = new Pages()
  for (const [i, row] of rows.entries()) {
    pages.push(rowHash(row))
    expect(toHex(pages.root())).toBe(toHex(rootByTheBook(i + 1)))
  }
})
