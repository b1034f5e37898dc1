import { expect, test } from 'vitest'
import { bucketsOf } from '#node/bucket.ts'
import { aSteeredClock } from '#test/support/town-writer.ts'

test('a burst is answered, a flood is not, and time fills the bucket again but never above its rim', async () => {
  const clock = aSteeredClock(1_000)
  const buckets = bucketsOf({ most: 3, perHour: 60 }, clock)
  const takes = (count: number) => Array.from({ length: count }, () => buckets.take('a')).filter(Boolean).length
  expect(takes(5)).toBe(3)
  await clock.pass(59)
  expect(takes(1)).toBe(0)
  await clock.pass(1)
  expect(takes(2)).toBe(1)
  await clock.pass(36_000)
  expect(takes(9)).toBe(3)
})

test('each name has its own, and what is not enough is not taken', () => {
  const buckets = bucketsOf({ most: 3, perHour: 60 }, aSteeredClock(1_000))
  expect(buckets.take('a', 2)).toBe(true)
  expect(buckets.take('a', 2)).toBe(false)
  expect(buckets.take('a', 1)).toBe(true)
  expect(buckets.take('b', 3)).toBe(true)
})

test('a clock that is set back gives nothing away', async () => {
  let now = 5_000
  const buckets = bucketsOf({ most: 1, perHour: 3_600 }, { now: () => now })
  expect(buckets.take('a')).toBe(true)
  now = 4_000
  expect(buckets.take('a')).toBe(false)
})

test('names without end do not take memory without end: the longest unused is forgotten', () => {
  const buckets = bucketsOf({ most: 1, perHour: 1 }, aSteeredClock(1_000))
  buckets.take('first')
  for (let i = 0; i < 1_023; i++) buckets.take(`name ${i}`)
  expect(buckets.take('first')).toBe(false)
  for (let i = 0; i < 1_024; i++) buckets.take(`other ${i}`)
  expect(buckets.take('first')).toBe(true)
})
