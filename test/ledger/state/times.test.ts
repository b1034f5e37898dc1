import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { decodeAs, encodeAs, uintsUpTo } from '#ledger/schema.ts'
import { noteTime, Times, timesSchema } from '#ledger/state/times.ts'

const asList = (times: Iterable<number>): string => toHex(encodeAs(uintsUpTo(10_000), [...times]))
const asTimes = (times: Times): string => toHex(encodeAs(timesSchema, times))

/** Times of every width that a head can have. */
const step = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 20, max: 300 }), fc.integer({ min: 60_000, max: 2 ** 33 }))

test('times that are noted and let go of are those of a list, and written as a list is', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 100_000 }), (steps, window) => {
    const [times, list]: [Times, number[]] = [new Times(), []]
    let now = 0
    for (const one of steps) {
      now += one
      times.note(now, now - window)
      noteTime(list, now, now - window)
      expect([times.length, times.last, asTimes(times)]).toEqual([list.length, list.at(-1), asList(list)])
    }
    expect([...times]).toEqual(list)
  }))
})

test('how many are later, taking one out and putting it back', () => {
  const values = [5, 30, 30, 70_000, 2_000_000_000]
  const times = Times.of(values)
  expect([4, 5, 30, 2_000_000_000].map((from) => times.after(from))).toEqual([5, 4, 2, 0])
  expect([times.takeOut(30), times.takeOut(2_000_000_000), times.takeOut(7)]).toEqual([true, true, false])
  expect([[...times], times.last, asTimes(times)]).toEqual([[5, 30, 70_000], 70_000, asList([5, 30, 70_000])])
  times.putBack(2_000_000_000)
  times.putBack(30)
  expect([[...times], times.last]).toEqual([values, 2_000_000_000])
})

test('what is read is what was written, and nothing else is read', () => {
  const values = [0, 23, 24, 255, 256, 65_536, 2 ** 32, 2 ** 40]
  const bytes = encodeAs(timesSchema, Times.of(values))
  const read = decodeAs(timesSchema, bytes)!
  expect([[...read], read.length, read.last]).toEqual([values, 8, 2 ** 40])
  // It goes on as what it was written from would have, and not in the bytes it was read from.
  read.note(2 ** 40, 24)
  expect([[...read], asTimes(Times.of(values))]).toEqual([[255, 256, 65_536, 2 ** 32, 2 ** 40, 2 ** 40], toHex(bytes)])
  for (const wrong of [bytes.slice(0, -1), Uint8Array.of(0x82, 1), Uint8Array.of(0x81, 0x61, 0x61), Uint8Array.of(0x81, 0x18, 1), Uint8Array.of(1)]) {
    expect(decodeAs(timesSchema, wrong)).toBe(null)
  }
})
