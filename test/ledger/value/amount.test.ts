import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mulDiv } from '#ledger/value/amount.ts'

test('multiplying and dividing rounds down once, at the end', () => {
  expect(mulDiv(200n, 1100n * 3000n, 1000n * 1000n)).toBe(660n)
  expect(mulDiv(7n, 1n, 2n)).toBe(3n)
  expect(mulDiv(0n, 5n, 3n)).toBe(0n)
  expect(mulDiv(1n << 200n, 3n, 3n)).toBe(1n << 200n)
  const n = fc.bigInt({ min: 0n, max: 1n << 90n })
  fc.assert(fc.property(n, n, n.map((d) => d + 1n), (a, num, den) => {
    const q = mulDiv(a, num, den)
    expect(q * den <= a * num && a * num < (q + 1n) * den).toBe(true)
  }))
})

test.each([[-1n, 1n, 1n], [1n, -1n, 1n], [1n, 1n, -1n], [1n, 1n, 0n]])(
  'a negative amount or a division by zero is our own bug: %s %s %s', (a, num, den) => {
    expect(() => mulDiv(a, num, den)).toThrow(RangeError)
  },
)
