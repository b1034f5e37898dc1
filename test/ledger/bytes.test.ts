import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compareBytes, concat, equalBytes, fromBase64, fromHex, fromUtf8, hexIn, installHex, isHexOf, readU64be, toBase64, toHex,
  u32be, u64be, utf8,
} from '#ledger/bytes.ts'

const bytes = () => fc.uint8Array({ maxLength: 200 })

test('bytes are ordered as unsigned bytes and a prefix comes first', () => {
  expect(compareBytes(Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBeGreaterThan(0)
  expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0)
  expect(compareBytes(Uint8Array.of(), Uint8Array.of())).toBe(0)
  fc.assert(fc.property(bytes(), bytes(), (a, b) => {
    expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b))
    expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
  }))
})

test('equality notices a difference in the last byte and in the length', () => {
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false)
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
})

test('joining keeps order and copies', () => {
  const part = Uint8Array.of(1, 2)
  const joined = concat(part, Uint8Array.of(), Uint8Array.of(3))
  part[0] = 9
  expect(joined).toEqual(Uint8Array.of(1, 2, 3))
})

test('hex and base64 agree with the platform and read back what they wrote', () => {
  fc.assert(fc.property(bytes(), (b) => {
    expect(toHex(b)).toBe(Buffer.from(b).toString('hex'))
    expect(toBase64(b)).toBe(Buffer.from(b).toString('base64'))
    expect(fromHex(toHex(b))).toEqual(b)
    expect(fromBase64(toBase64(b))).toEqual(b)
  }))
})

test.each(['0', 'AB', '0g', ' 00', '0x00', '00\n', 'é0'])('hex %j is refused', (text) => {
  expect(fromHex(text)).toBeNull()
})

test.each([
  ['no padding', 'AA'], ['half the padding', 'AA='], ['too much padding', 'A==='], ['only padding', '===='],
  ['spare bits after one byte', 'AB=='], ['spare bits after two bytes', 'AAB='], ['URL alphabet', '-_AA'],
  ['line break', 'AAAA\n'], ['space inside', 'AA A'], ['padding inside', 'AA==AAAA'],
  ['a letter from elsewhere', 'AAAé'],
])('base64 with %s is refused', (_, text) => {
  expect(fromBase64(text)).toBeNull()
})

test('any text base64 reads is the one spelling of its bytes', () => {
  const nearBase64 = fc.string({ unit: fc.constantFrom(...'AQgwz09+/=-\n'), maxLength: 8 })
  fc.assert(fc.property(nearBase64, (text) => {
    const read = fromBase64(text)
    if (read !== null) expect(toBase64(read)).toBe(text)
  }), { numRuns: 2000 })
})

test('UTF-8 agrees with the platform on every well-formed text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
    expect(utf8(text)).toEqual(new Uint8Array(new TextEncoder().encode(text)))
    expect(fromUtf8(utf8(text))).toBe(text)
  }))
  const long = '同壹 🌸 communauté '.repeat(1000)
  expect(fromUtf8(utf8(long))).toBe(long)
  expect(fromUtf8(utf8('\ufeffmark'))).toBe('\ufeffmark')
})

test('UTF-8 is read exactly when the platform reads it strictly', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const nearUtf8 = fc.array(
    fc.constantFrom(0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0,
      0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff),
    { maxLength: 5 },
  )
  fc.assert(fc.property(nearUtf8, (list) => {
    const b = Uint8Array.from(list)
    let expected: string | null
    try {
      expected = strict.decode(b)
    } catch {
      expected = null
    }
    expect(fromUtf8(b)).toBe(expected)
  }), { numRuns: 20_000 })
})

test.each(['\ud800', 'a\udc00', '\ud800a', '\udc00\ud800'])('a lone surrogate is our own bug', (text) => {
  expect(() => utf8(text)).toThrow('lone surrogate')
})

test('big-endian integers keep their bytes and refuse what does not fit', () => {
  expect(u32be(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4))
  expect(u32be(0xffffffff)).toEqual(Uint8Array.of(255, 255, 255, 255))
  expect(() => u32be(2 ** 32)).toThrow(RangeError)
  expect(() => u32be(-1)).toThrow(RangeError)
  expect(u64be(0x0102030405060708n)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))
  expect(() => u64be(1n << 64n)).toThrow(RangeError)
  expect(() => u64be(-1n)).toThrow(RangeError)
  expect(() => readU64be(new Uint8Array(7))).toThrow(RangeError)
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (n) => {
    expect(readU64be(concat(Uint8Array.of(7), u64be(n)).subarray(1))).toBe(n)
  }))
})

test('a faster hex says what the portable one says, and of a part what it says of the whole', () => {
  const bytes = Uint8Array.from({ length: 3_000 }, (_, i) => (i * 7) & 255)
  const portable = [toHex(bytes), hexIn(bytes, 1_000, 1_032), hexIn(bytes, 5, 5)]
  expect(portable[1]).toBe(portable[0]!.slice(2_000, 2_064))
  installHex((all, from, to) => Buffer.from(all.subarray(from, to)).toString('hex'))
  expect([toHex(bytes), hexIn(bytes, 1_000, 1_032), hexIn(bytes, 5, 5)]).toEqual(portable)
  installHex(null)
  expect(toHex(bytes)).toBe(portable[0])
})

test.each([
  ['', [], true], ['00ff', [0, 255], true], ['00fe', [0, 255], false], ['00FF', [0, 255], false], ['00f', [0, 15], false],
  ['00ff00', [0, 255], false], ['0ff', [15, 15], false],
])('whether %j is the hex of %j', (text, bytes, is) => {
  expect(isHexOf(text, Uint8Array.from(bytes))).toBe(is)
})
