import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { decode, encode, type Encodable } from '#ledger/codec.ts'
import {
  big, bytesOf, bytesUpTo, decodeAs, encodeAs, fields, flag, hexOf, integer, type Infer, listOf, literal, named,
  nullable, oneOf, peekKind, sameTextUpTo, type Schema, textUpTo, uint, uintsUpTo, viewOf, viewUpTo,
} from '#ledger/schema.ts'

const booking = fields({
  kind: literal(30),
  id: hexOf(16),
  member: bytesOf(4),
  cost: big,
  begins: uint,
  public: flag,
  note: textUpTo(12),
  blob: bytesUpTo(5),
  door: nullable(uint),
  level: oneOf(1, 2, 300),
  region: oneOf('as', 'eu'),
  people: listOf(fields({ who: bytesOf(2), minutes: uint }), 3),
})
type Booking = Infer<typeof booking>

const text12 = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => Buffer.byteLength(text) <= 12)
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const anyBooking: fc.Arbitrary<Booking> = fc.record({
  kind: fc.constant(30 as const),
  id: bytes(16).map(toHex),
  member: bytes(4),
  cost: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  begins: fc.maxSafeNat(),
  public: fc.boolean(),
  note: text12,
  blob: fc.uint8Array({ maxLength: 5 }),
  door: fc.option(fc.nat()),
  level: fc.constantFrom(1 as const, 2 as const, 300 as const),
  region: fc.constantFrom('as' as const, 'eu' as const),
  people: fc.array(fc.record({ who: bytes(2), minutes: fc.nat() }), { maxLength: 3 }),
})

/** The same booking as a bare array for the general codec. */
const bare = (b: Booking): Encodable => [
  b.kind, fromHex(b.id)!, b.member, b.cost, b.begins, b.public, b.note, b.blob, b.door, b.level, b.region,
  b.people.map((one) => [one.who, one.minutes]),
]

test('a value has the same bytes under its schema as it has as a bare array', () => {
  fc.assert(fc.property(anyBooking, (b) => {
    expect(encodeAs(booking, b)).toEqual(encode(bare(b)))
    expect(decodeAs(booking, encodeAs(booking, b))).toEqual(b)
  }), { numRuns: 500 })
})

test('whatever a schema reads has no other spelling and is canonical for everyone', () => {
  const changes = fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 255 })), { maxLength: 2 })
  let accepted = 0
  fc.assert(fc.property(anyBooking, changes, (b, edits) => {
    const message = encodeAs(booking, b)
    for (const [at, byte] of edits) if (at < message.length) message[at] = byte
    const found = decodeAs(booking, message)
    if (found === null) return
    accepted++
    expect(encodeAs(booking, found)).toEqual(message)
    expect(decode(message)).toBeDefined()
  }), { numRuns: 5000 })
  expect(accepted).toBeGreaterThan(100)
})

test('types follow from the schema', () => {
  expectTypeOf<Booking['kind']>().toEqualTypeOf<30>()
  expectTypeOf<Booking['door']>().toEqualTypeOf<number | null>()
  expectTypeOf<Booking['region']>().toEqualTypeOf<'as' | 'eu'>()
  expectTypeOf<Booking['people']>().toEqualTypeOf<{ who: Uint8Array; minutes: number }[]>()
})

const cut = (hex: string) => fromHex(hex)!

test('a list of uints has the bytes of a list of each, and is read from them', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.nat(2 ** 32), fc.nat(70_000), fc.nat(300), fc.nat(30))), (numbers) => {
    const bytes = encodeAs(listOf(uint, 99), numbers)
    expect(toHex(encodeAs(uintsUpTo(99), numbers))).toBe(toHex(bytes))
    expect(decodeAs(uintsUpTo(99), bytes)).toEqual(numbers)
  }))
})

describe('a reader refuses', () => {
  const pair = fields({ a: uint, b: uint })
  test.each<[string, Schema<unknown>, string]>([
    ['nothing at all', uint, ''],
    ['an integer with a longer head than it needs', uint, '1817'],
    ['an integer above 2^53-1 where a number is asked', uint, '1b0020000000000000'],
    ['a negative integer', uint, '20'],
    ['a float', uint, 'f93c00'],
    ['a big with a longer head than it needs', big, '1b00000000ffffffff'],
    ['a negative big', big, '20'],
    ['a cut big', big, '1b0000000100'],
    ['null for a flag', flag, 'f6'],
    ['one for a flag', flag, '01'],
    ['too few bytes', bytesOf(2), '4101'],
    ['too many bytes', bytesOf(2), '43010203'],
    ['text for bytes', bytesOf(2), '626161'],
    ['bytes above the bound', bytesUpTo(2), '43010203'],
    ['cut bytes', bytesUpTo(9), '430102'],
    ['text above the bound in bytes', textUpTo(2), '63e5908c'],
    ['text that is not UTF-8', textUpTo(9), '62c080'],
    ['bytes for text', textUpTo(9), '4161'],
    ['a text for an id', hexOf(1), '626161'],
    ['a longer list than allowed', listOf(uint, 1), '820102'],
    ['a list of indefinite length', listOf(uint, 9), '9f01ff'],
    ['a list that is cut', listOf(uint, 9), '8201'],
    ['a list with one wrong item', listOf(uint, 9), '82016161'],
    ['uints, one wrong among them', uintsUpTo(9), '82016161'],
    ['uints, one below zero', uintsUpTo(9), '820120'],
    ['uints, one with a longer head than it needs', uintsUpTo(9), '811a00000100'],
    ['uints that are cut', uintsUpTo(9), '811a010000'],
    ['more uints than allowed', uintsUpTo(1), '820102'],
    ['a length with a longer head than it needs', listOf(uint, 99), '980101'],
    ['undefined for null', nullable(uint), 'f7'],
    ['another literal', literal(3), '04'],
    ['the literal with a longer head', literal(3), '1803'],
    ['a number outside the choice', oneOf(1, 2), '03'],
    ['a text outside the choice', oneOf('as', 'eu'), '626e61'],
    ['a choice between nothing', oneOf('as'), ''],
    ['fewer fields', pair, '8101'],
    ['more fields', pair, '83010203'],
    ['a map for fields', pair, 'a2616101616202'],
    ['a byte left over', pair, '82010200'],
    ['an array that ends early', pair, '8201'],
  ])('%s', (_, schema, hex) => {
    expect(decodeAs(schema, cut(hex))).toBeNull()
  })
})

describe('a writer throws, because the bug is ours, on', () => {
  test.each<[string, () => unknown]>([
    ['a negative uint', () => encodeAs(uint, -1)],
    ['a fraction', () => encodeAs(uint, 0.5)],
    ['an unsafe integer', () => encodeAs(uint, 2 ** 53)],
    ['a big above 2^64-1', () => encodeAs(big, 1n << 64n)],
    ['a negative big', () => encodeAs(big, -1n)],
    ['the wrong number of bytes', () => encodeAs(bytesOf(2), new Uint8Array(3))],
    ['too many bytes', () => encodeAs(bytesUpTo(2), new Uint8Array(3))],
    ['too much text', () => encodeAs(textUpTo(2), '同')],
    ['a lone surrogate', () => encodeAs(textUpTo(9), '\ud800')],
    ['upper-case hex', () => encodeAs(hexOf(1), 'AB')],
    ['hex of another length', () => encodeAs(hexOf(1), 'abcd')],
    ['too many items', () => encodeAs(listOf(uint, 1), [1, 2])],
    ['too many uints', () => encodeAs(uintsUpTo(1), [1, 2])],
    ['a uint below zero', () => encodeAs(uintsUpTo(1), [-1])],
    ['half a uint', () => encodeAs(uintsUpTo(1), [1.5])],
    ['a value outside the choice', () => encodeAs<string>(oneOf('as') as Schema<string>, 'eu')],
    ['a missing field', () => encodeAs(fields({ a: uint }), {} as { a: number })],
    ['a choice of negative numbers', () => oneOf(-1)],
    ['a field named by a number', () => fields({ 1: uint })],
  ])('%s', (_, act) => {
    expect(act).toThrow()
  })
})

test('a schema can be eight containers deep and no deeper', () => {
  let deep: Schema<unknown> = uint
  for (let i = 0; i < 8; i++) deep = listOf(deep, 1)
  expect(encodeAs(deep, [[[[[[[[5]]]]]]]])).toEqual(encode([[[[[[[[5]]]]]]]]))
  expect(() => listOf(deep, 1)).toThrow('deeper')
  expect(() => fields({ deep })).toThrow('deeper')
})

test.each([
  [0n, '4100'], [127n, '417f'], [128n, '420080'], [-1n, '41ff'], [-128n, '4180'], [-129n, '42ff7f'],
  [2n ** 47n - 1n, '467fffffffffff'], [2n ** 47n, '47008000' + '00000000'], [-(2n ** 47n), '46800000000000'],
  [2n ** 64n, '4901' + '00'.repeat(8)], [-(2n ** 71n), '4980' + '00'.repeat(8)],
])('a sum of %d is %s and nothing else', (value, hex) => {
  expect(toHex(encodeAs(integer, value))).toBe(hex)
  expect(decodeAs(integer, fromHex(hex)!)).toBe(value)
})

test('a sum of any size comes back, and its bytes with one more in front are no sum', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }), (value) => {
      const bytes = encodeAs(integer, value)
      expect(decodeAs(integer, bytes)).toBe(value)
      const more = Uint8Array.of(bytes[0]! + 1, value < 0n ? 0xff : 0, ...bytes.slice(1))
      expect(decodeAs(integer, more)).toBe(null)
    }),
    { seed: 20260101 },
  )
  expect(decodeAs(integer, fromHex('40')!)).toBe(null)
})

test('null stands for an absent value and a present null is told from a refusal', () => {
  const maybe = fields({ door: nullable(bytesOf(1)) })
  expect(decodeAs(maybe, cut('81f6'))).toEqual({ door: null })
  expect(decodeAs(maybe, cut('814107'))).toEqual({ door: Uint8Array.of(7) })
})

test('the kind of a message is seen without reading it', () => {
  expect(peekKind(encode([30, 'anything']))).toBe(30)
  expect(peekKind(encode([300]))).toBe(300)
  for (const hex of ['', '80', '1e', '8161', '81f6', '8120', '811817', '9f01ff']) expect(peekKind(cut(hex))).toBeNull()
})

test('a number in the bytes may be a name in code, and no other number or name is', () => {
  const kind = fields({ kind: named(30, 'help.recorded'), minutes: uint })
  const bytes = encodeAs(kind, { kind: 'help.recorded', minutes: 60 })
  expect(bytes).toEqual(encode([30, 60]))
  expect(decodeAs(kind, bytes)).toEqual({ kind: 'help.recorded', minutes: 60 })
  for (const other of [[31, 60], ['help.recorded', 60], [60]]) expect(decodeAs(kind, encode(other))).toBeNull()
  expect(() => encodeAs(kind, { kind: 'help.confirmed' as never, minutes: 60 })).toThrow('help.recorded')
})

test('a view is read and refused as a copy is, and lies in the bytes it was read from', () => {
  const pairs = [[viewOf(4), bytesOf(4)], [viewUpTo(5), bytesUpTo(5)]] as const
  for (const length of [0, 3, 4, 5, 6]) {
    const bytes = encode(new Uint8Array(length).fill(7))
    for (const [view, copy] of pairs) {
      const read = decodeAs(view, bytes)
      expect(read).toEqual(decodeAs(copy, bytes))
      if (read !== null && length > 0) expect(read.buffer).toBe(bytes.buffer)
    }
  }
  for (const [view] of pairs) expect(decodeAs(view, encode('four'))).toBeNull()
})

test('a text that is read again and again is read as any other, whatever was read before', () => {
  const texts = ['', 'cv.a/log', 'cv.b/log', 'cv.a/log', '同壹', '同', 'cv.a/log2', '']
  const [same, plain] = [sameTextUpTo(9), textUpTo(9)]
  for (const text of [...texts, ...texts]) {
    expect(decodeAs(same, encode(text))).toBe(text)
    // Too long, another type, cut off, and no UTF-8: refused, and not taken for what was read before.
    for (const bytes of [encode(`${text}…long`.padEnd(12, '.')), encode(utf8(text)), encode(text).slice(0, -1), Uint8Array.of(0x61, 0xff)]) {
      expect(decodeAs(same, bytes)).toBe(decodeAs(plain, bytes))
    }
  }
})
