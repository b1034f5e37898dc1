import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { decode, DEPTH_MAX, encode, type Value } from '#ledger/codec.ts'

/** A value as the vector files write it, in a JSON that any language can read. */
type Written =
  | { int: string } | { bytes: string } | { text: string } | { simple: 'true' | 'false' | 'null' }
  | { array: Written[] } | { map: [string, Written][] }

function valueOf(written: Written): Value {
  if ('int' in written) return BigInt(written.int)
  if ('bytes' in written) return fromHex(written.bytes)!
  if ('text' in written) return written.text
  if ('array' in written) return written.array.map(valueOf)
  if ('map' in written) return new Map(written.map.map(([key, item]) => [key, valueOf(item)]))
  return written.simple === 'null' ? null : written.simple === 'true'
}

const vectors = new URL('../vectors/codec/', import.meta.url)
const files = (folder: string) => readdirSync(new URL(folder, vectors)).map((name) => name.replace('.json', ''))
const read = (folder: string, name: string) =>
  JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, vectors), 'utf8')) as { hex: string; value: Written }

test.each(files('valid'))('%s has the one spelling of its vector', (name) => {
  const vector = read('valid', name)
  expect(toHex(encode(valueOf(vector.value)))).toBe(vector.hex)
  expect(decode(fromHex(vector.hex)!)).toEqual(valueOf(vector.value))
})

test.each(files('invalid'))('%s is refused', (name) => {
  expect(decode(fromHex(read('invalid', name).hex)!)).toBeUndefined()
})

const uint64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.oneof(uint64, uint64.map((n) => -n), fc.integer().map(BigInt)),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(true, false, null),
    fc.uint8Array({ maxLength: 30 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(fc.string({ maxLength: 4 }), tie('value')), { maxLength: 4 })
      .map((rows) => new Map(rows)),
  ),
}))

test('every value is read back from its bytes', () => {
  fc.assert(fc.property(value, (v) => {
    expect(decode(encode(v))).toEqual(v)
  }), { numRuns: 1000 })
})

test('whatever is read has no other spelling', () => {
  // Real encodings with a few bytes changed come closer to a second spelling than random bytes do.
  const damaged = fc.tuple(value, fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }))
    .map(([v, changes]) => {
      const bytes = encode(v)
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
      return bytes
    })
  fc.assert(fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 12 })), (bytes) => {
    const found = decode(bytes)
    if (found !== undefined) expect(encode(found)).toEqual(bytes)
  }), { numRuns: 20_000 })
})

test('a map has one spelling whatever order its rows were put in', () => {
  const rows: [string, bigint][] = [['a', 1n], ['b', 2n], ['aa', 3n], ['', 4n], ['é', 5n], ['z', 6n]]
  const bytes = encode(new Map(rows))
  expect(encode(new Map(rows.toReversed()))).toEqual(bytes)
  expect([...(decode(bytes) as Map<string, Value>).keys()]).toEqual(['', 'a', 'b', 'z', 'aa', 'é'])
})

test('safe integers may be given as numbers and come back as bigints', () => {
  expect(encode([1, -1, Number.MAX_SAFE_INTEGER])).toEqual(encode([1n, -1n, BigInt(Number.MAX_SAFE_INTEGER)]))
  expect(decode(encode(7))).toBe(7n)
})

test.each([
  ['a fraction', 1.5], ['an unsafe integer', 2 ** 53], ['not a number', NaN], ['infinity', Infinity],
  ['two to the 64', 1n << 64n], ['minus two to the 64', -(1n << 64n)], ['a lone surrogate', '\ud800'],
])('%s has no bytes, and asking for them is our own bug', (_, v) => {
  expect(() => encode(v)).toThrow()
})

test('eight containers may stand inside one another and nine may not', () => {
  let nested: Value = 1n
  for (let i = 0; i < DEPTH_MAX; i++) nested = [nested]
  expect(decode(encode(nested))).toEqual(nested)
  expect(() => encode([nested])).toThrow('containers')
  expect(() => encode(new Map([['k', nested]]))).toThrow('containers')
})

test('what was read does not change when the message it came in does', () => {
  const message = encode([Uint8Array.of(1, 2)])
  const found = decode(message)
  message.fill(0)
  expect(found).toEqual([Uint8Array.of(1, 2)])
})

test('bytes are read at any offset of a larger buffer', () => {
  const message = encode([1n << 40n, 'mei'])
  const larger = new Uint8Array(message.length + 3)
  larger.set(message, 3)
  expect(decode(larger.subarray(3))).toEqual([1n << 40n, 'mei'])
})
