import { expect, test } from 'vitest'
import { concat, toHex } from '#ledger/bytes.ts'
import { changed, KeptRows } from '#ledger/state/changed.ts'
import { Pages, rowHash } from '#ledger/state/pages.ts'
import { bytesFor } from '#test/support/towns.ts'

type Row = { says: string }

const rowOf = (row: object): Uint8Array => bytesFor((row as Row).says)
const hashOf = (row: Row): Uint8Array => rowHash(rowOf(row))
const truth = (rows: Row[]): string => toHex(concat(...rows.map(hashOf)))
const aRow = (says: string | number): Row => ({ says: String(says) })

function rootOfAll(rows: Row[]): string {
  const pages = new Pages()
  for (const row of rows) pages.push(hashOf(row))
  return toHex(pages.root())
}

/** The hashes of these rows, and how many were made for it. */
function asked(kept: KeptRows, rows: Row[]): { hashes: string; made: number } {
  let made = 0
  const hashes = toHex(kept.hashes(rows, (row) => {
    made++
    return rowOf(row)
  }))
  const { rows: count, root } = kept.root(rows, rowOf)
  expect([count, toHex(root)]).toEqual([rows.length, rootOfAll(rows)])
  return { hashes, made }
}

test('only what is new or has changed is hashed', () => {
  const kept = new KeptRows()
  const rows = Array.from({ length: 200 }, (_, i) => aRow(i))
  expect(asked(kept, rows)).toEqual({ hashes: truth(rows), made: 200 })
  expect(asked(kept, rows)).toEqual({ hashes: truth(rows), made: 0 })
  changed(rows[7]!).says = 'otherwise'
  changed(rows[199]!).says = 'otherwise as well'
  rows.push(aRow('new'))
  expect(asked(kept, rows)).toEqual({ hashes: truth(rows), made: 3 })
})

test('rows that move up take their hashes along, changed ones are hashed anew', () => {
  const kept = new KeptRows()
  const rows = Array.from({ length: 100 }, (_, i) => aRow(i))
  asked(kept, rows)
  changed(rows[60]!).says = 'otherwise'
  const left = rows.filter((_, i) => i % 10 !== 3)
  expect(asked(kept, left)).toEqual({ hashes: truth(left), made: 1 })
  expect(asked(kept, left)).toEqual({ hashes: truth(left), made: 0 })
  changed(rows[3]!).says = 'gone already'
  expect(asked(kept, left)).toMatchObject({ hashes: truth(left) })
})

test('rows may come between others, change places and come back', () => {
  const kept = new KeptRows()
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(aRow) as [Row, Row, Row, Row]
  for (const rows of [[a, c], [a, b, c], [d, a, b, c], [c, b, a], [], [b], [c, a, b, d], [d, b, a, c]]) {
    expect(asked(kept, rows)).toMatchObject({ hashes: truth(rows) })
  }
})

test('two that keep the same row both hear of its change', () => {
  const [one, other] = [new KeptRows(), new KeptRows()]
  const rows = [aRow('a'), aRow('b')]
  for (const kept of [one, other, one, other]) expect(asked(kept, rows)).toMatchObject({ hashes: truth(rows) })
  changed(rows[1]!).says = 'otherwise'
  for (const kept of [one, other, one]) expect(asked(kept, rows)).toMatchObject({ hashes: truth(rows) })
})
