import { expect, test } from 'vitest'
import { Places } from '#node/disk/places.ts'
import { Uint32List } from '#node/disk/uint32-list.ts'

test('every frame is found again where it was put, across segments, and after the list was bytes', () => {
  const put = Array.from({ length: 5_000 }, (_, i) => ({ segment: 1 + Math.floor(i / 1_700) * 2, offset: (i % 1_700) * 37 }))
  const places = new Places()
  for (const place of put) places.push(place)
  const { offsets, begins } = places.parts()
  expect(offsets.length).toBe(put.length * 4)
  for (const found of [places, Places.from(offsets.slice(), begins)!]) {
    expect(put.map((_, i) => found.at(i))).toEqual(put)
    found.push({ segment: 9, offset: 48 })
    expect(found.at(put.length)).toEqual({ segment: 9, offset: 48 })
  }
})

test('numbers up to the largest are kept, as little-endian bytes too, and none is made up beyond the end', () => {
  const list = new Uint32List()
  for (const number of [0, 1, 0x01020304, 2 ** 32 - 1]) list.push(number)
  expect([...list.bytes().subarray(8)]).toEqual([4, 3, 2, 1, 255, 255, 255, 255])
  expect(() => list.set(4, 0)).toThrow(RangeError)
  expect(() => list.at(4)).toThrow(RangeError)
  const roomy = new Uint8Array(64).fill(9).subarray(0, 16)
  roomy.set(list.bytes())
  for (const bytes of [list.bytes().slice(), roomy]) {
    const again = Uint32List.from(bytes)!
    for (let number = 0; number < 40; number++) again.push(number)
    expect([0, 1, 2, 3, 4, 43].map((i) => again.at(i))).toEqual([0, 1, 0x01020304, 2 ** 32 - 1, 0, 39])
    expect(again.length).toBe(44)
  }
  expect(Uint32List.from(new Uint8Array(7))).toBeNull()
})

test('bytes that are read while the list grows are those of then', () => {
  const list = new Uint32List()
  const numbers = Array.from({ length: 1_000 }, (_, i) => i * 4_000_000)
  for (const number of numbers) list.push(number)
  const bytes = list.bytes()
  for (let number = 0; number < 5_000; number++) list.push(number)
  expect(Array.from(numbers, (_, i) => Uint32List.from(bytes.slice())!.at(i))).toEqual(numbers)
  expect([bytes.length, list.length, list.at(999), list.at(1_000)]).toEqual([4_000, 6_000, 3_996_000_000, 0])
})
