import { expect, test } from 'vitest'
import { bytesOfCode, codeFrom, ownCode, readCode, spaced } from '#ui/device/spoken-code.ts'

const bytes = Uint8Array.from({ length: 8 }, (_, i) => i * 31)

test('a code has twelve letters that nobody mistakes for one another, and is read back as it is spoken', () => {
  const code = codeFrom(bytes)
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/)
  expect(readCode(spaced(code))).toBe(code)
  expect(readCode(` ${code.toLowerCase().replaceAll('0', 'o').replaceAll('1', 'l')}. `)).toBe(code)
  expect(readCode(code.slice(1))).toBeNull()
  expect(readCode(`${code}X`)).toBeNull()
  expect(readCode('UUUUUUUUUUUU')).toBeNull()
})

test('other bytes are another code, and a code stands for sixteen bytes of its own', () => {
  const other = codeFrom(Uint8Array.from(bytes, (byte, i) => (i === 0 ? byte ^ 128 : byte)))
  expect(other).not.toBe(codeFrom(bytes))
  expect(bytesOfCode(other)).toMatch(/^[0-9a-f]{32}$/)
  expect(bytesOfCode(other)).not.toBe(bytesOfCode(codeFrom(bytes)))
})

test('a device finds its own code for a purpose again, and has another for the next', () => {
  const secret = new Uint8Array(32).fill(7)
  expect(ownCode(secret, 'one')).toBe(ownCode(secret, 'one'))
  expect(ownCode(secret, 'one')).not.toBe(ownCode(secret, 'two'))
  expect(ownCode(secret, 'one')).not.toBe(ownCode(new Uint8Array(32).fill(8), 'one'))
})
