import { describe, expect, test } from 'vitest'
import { concat, toHex } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { leafHash, rootOf } from '#ledger/merkle.ts'
import { ChangingPages, Pages, rowHash } from '#ledger/state/pages.ts'
import { bytesFor } from '#test/support/towns.ts'

const rows = Array.from({ length: 300 }, (_, i) => bytesFor(`row ${i}`))

/** As the README says it, and as slowly. */
function rootByTheBook(count: number): Uint8Array {
  const pages: Uint8Array[] = []
  for (let at = 0; at < count; at += 64) pages.push(leafHash(concat(...rows.slice(at, Math.min(at + 64, count)).map((row) => sha256(row)))))
  return rootOf(pages)
}

describe.each([0, 1, 63, 64, 65, 127, 128, 129, 192, 300])('%i rows', (count) => {
  test('their root is over pages of 64, however it is come to', () => {
    const root = toHex(rootByTheBook(count))
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

test('of rows that change, come and go, the root is always that of the rows as they are', () => {
  const pages = new ChangingPages()
  let kept: string[] = []
  const rootOfKept = (): string => {
    const all = kept.map((says) => rowHash(bytesFor(says)))
    const full: Uint8Array[] = []
    for (let at = 0; at < all.length; at += 64) full.push(leafHash(concat(...all.slice(at, at + 64))))
    return toHex(rootOf(full))
  }
  const become = (rows: string[]): void => {
    for (const [i, says] of rows.entries()) if (kept[i] !== says) pages.outdate(i)
    kept = rows
    expect(toHex(pages.root(concat(...kept.map((says) => rowHash(bytesFor(says))))))).toBe(rootOfKept())
  }
  for (const count of [0, 1, 64, 65, 128, 129, 300, 640, 130, 128, 127, 200, 64, 0, 321]) {
    become(Array.from({ length: count }, (_, i) => kept[i] ?? `row ${i} of ${count}`))
    become(kept.map((says, i) => (i % 97 === 5 ? `${says}, otherwise` : says)))
    become(kept)
  }
})
