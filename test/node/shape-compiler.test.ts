import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeAs, decodeAs, fields, flag, hexOf, installFields, listOf, nullable, oneOf, type Schema, uint } from '#ledger/schema.ts'
import { compiledFields } from '#node/shape-compiler.ts'

const inner = fields({ by: hexOf(4), ts: uint })
const shape = fields({ kind: oneOf('short', 'full'), count: uint, inner: nullable(inner), all: listOf(inner, 3), isSo: flag })

/** What both ways answer, the portable one first. */
function bothWays<T>(ask: () => T): [T, T] {
  const portable = ask()
  installFields(compiledFields)
  try {
    return [portable, ask()]
  } finally {
    installFields(null)
  }
}

const aRow = fc.record({ by: fc.constantFrom('00000000', 'deadbeef'), ts: fc.nat() })
const anything = fc.record({
  kind: fc.constantFrom('short' as const, 'full' as const), count: fc.nat(), inner: fc.option(aRow), all: fc.array(aRow, { maxLength: 3 }), isSo: fc.boolean(),
})

test('made code writes the same bytes and reads the same values', () => {
  fc.assert(fc.property(anything, (value) => {
    const [one, other] = bothWays(() => encodeAs(shape, value))
    expect(other).toEqual(one)
    const [read, readByMadeCode] = bothWays(() => decodeAs(shape, one))
    expect(read).toEqual(value)
    expect(readByMadeCode).toEqual(value)
    expect(Object.keys(readByMadeCode!)).toEqual(Object.keys(read!))
  }))
})

test('of bytes with anything changed both read the same, or nothing', () => {
  fc.assert(fc.property(anything, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, by) => {
    const bytes = encodeAs(shape, value)
    bytes[place % bytes.length]! ^= by
    const [one, other] = bothWays(() => decodeAs(shape, bytes))
    expect(other).toEqual(one)
  }))
})

test('a field that is not there is our own bug, by name, in both', () => {
  const row = { by: 'deadbeef' } as unknown as { by: string; ts: number }
  const said = bothWays(() => {
    try {
      return String(encodeAs(inner as Schema<typeof row>, row))
    } catch (error) {
      return String(error)
    }
  })
  expect(said).toEqual(Array(2).fill('RangeError: the schema asks for the field ts, not undefined'))
})
