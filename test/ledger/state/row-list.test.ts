import { expect, test } from 'vitest'
import { concat, toHex } from '#ledger/bytes.ts'
import { RowList } from '#ledger/state/row-list.ts'

const aRow = (i: number): Uint8Array => new Uint8Array((i * 37) % 911).fill(i)
const all = (list: RowList): string[] => Array.from({ length: list.length }, (_, i) => toHex(list.at(i)))

test('rows stand in their order, each whole, however many pieces they lie in', () => {
  const list = new RowList()
  const rows = Array.from({ length: 1_000 }, (_, i) => aRow(i))
  for (const row of rows) list.push(row)
  expect(list.pieces().length).toBeGreaterThan(5)
  expect(all(list)).toEqual(rows.map(toHex))
  expect(() => list.at(1_000)).toThrow(RangeError)
  expect(() => list.at(-1)).toThrow(RangeError)
})

test('a list that is made of its pieces goes on as the first does, again and again', () => {
  const first = new RowList()
  let list = new RowList()
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 300; i++) for (const one of [first, list]) one.push(aRow(round * 300 + i))
    list = RowList.from(concat(...list.pieces()))!
    expect(all(list)).toEqual(all(first))
    expect(toHex(concat(...list.pieces()))).toBe(toHex(concat(...first.pieces())))
  }
})

test('pieces that were handed out stay as they were while rows come', () => {
  const list = new RowList()
  for (let i = 0; i < 50; i++) list.push(aRow(i))
  const pieces = list.pieces()
  const before = toHex(concat(...pieces))
  for (let i = 0; i < 500; i++) list.push(aRow(i))
  expect(toHex(concat(...pieces))).toBe(before)
})

test('the largest row fits, a larger one is refused', () => {
  const list = new RowList()
  list.push(new Uint8Array(65_532).fill(1))
  expect(list.at(0).length).toBe(65_532)
  expect(() => list.push(new Uint8Array(65_533))).toThrow(RangeError)
})

test.each([
  ['a byte less', [0, 0, 0, 2, 1]],
  ['a byte more', [0, 0, 0, 1, 1, 0]],
  ['half a length', [0, 0]],
  ['a length beyond all', [255, 255, 255, 255, 1]],
])('%s is no list', (_what, bytes) => {
  expect(RowList.from(Uint8Array.from(bytes))).toBeNull()
})
