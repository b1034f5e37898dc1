import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayInYear, dayOf, midnightAtOrAfter, quarterOfDay, utcDayOf, utcText, yearOfDay } from '#ledger/calendar.ts'

const DAY = 86_400
const at = (text: string) => Date.parse(text) / 1000

test('a day begins at midnight UTC and ends one second before the next', () => {
  expect(utcDayOf(0)).toBe(0)
  expect(utcDayOf(DAY - 1)).toBe(0)
  expect(utcDayOf(DAY)).toBe(1)
  expect(utcDayOf(at('2024-02-29T23:59:59Z'))).toBe(utcDayOf(at('2024-02-29T00:00:00Z')))
  expect(utcDayOf(at('2024-03-01T00:00:00Z'))).toBe(utcDayOf(at('2024-02-29T00:00:00Z')) + 1)
})

test('days are counted from day 0, negative before it', () => {
  const day0 = at('2026-03-01T00:00:00Z')
  expect(dayOf(day0, day0)).toBe(0)
  expect(dayOf(day0 + DAY - 1, day0)).toBe(0)
  expect(dayOf(day0 - 1, day0)).toBe(-1)
  expect(dayOf(at('2027-03-01T00:00:00Z'), day0)).toBe(365)
})

test('the midnight at or after a midnight is itself', () => {
  expect(midnightAtOrAfter(0)).toBe(0)
  expect(Object.is(midnightAtOrAfter(0), -0)).toBe(false)
  expect(midnightAtOrAfter(1)).toBe(DAY)
  expect(midnightAtOrAfter(DAY)).toBe(DAY)
  expect(midnightAtOrAfter(DAY + 1)).toBe(2 * DAY)
  fc.assert(fc.property(fc.nat({ max: 2 ** 40 }), (ts) => {
    const midnight = midnightAtOrAfter(ts)
    expect(midnight % DAY).toBe(0)
    expect(midnight >= ts && midnight - ts < DAY).toBe(true)
  }))
})

test('a protocol year has 365 days whatever the calendar says', () => {
  expect([0, 364, 365, 729, 730].map(yearOfDay)).toEqual([0, 0, 1, 1, 2])
  expect([0, 364, 365, 729, 730].map(dayInYear)).toEqual([0, 364, 0, 364, 0])
  expect(yearOfDay(-1)).toBe(-1)
  expect(dayInYear(-1)).toBe(364)
})

test('a year has four quarters of 91 or 92 days, counted on through the years', () => {
  const starts = Array.from({ length: 730 }, (_, day) => day).filter((day) => day === 0 || quarterOfDay(day) > quarterOfDay(day - 1))
  expect(starts).toEqual([0, 92, 183, 274, 365, 457, 548, 639])
  expect(quarterOfDay(729)).toBe(7)
})

test('a time that is no whole number is our own bug', () => {
  expect(() => utcDayOf(0.5)).toThrow(RangeError)
  expect(() => utcDayOf(NaN)).toThrow(RangeError)
  expect(() => dayOf(2 ** 53, 0)).toThrow(RangeError)
})

test('a time is written as RFC 3339 writes it', () => {
  expect(utcText(0)).toBe('1970-01-01T00:00:00Z')
  expect(utcText(at('2024-02-29T23:59:59Z'))).toBe('2024-02-29T23:59:59Z')
  expect(utcText(at('2100-03-01T00:00:00Z'))).toBe('2100-03-01T00:00:00Z')
  fc.assert(fc.property(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 100 }), (ts, times) => {
    const later = ts * times
    expect(utcText(later)).toBe(new Date(later * 1000).toISOString().replace('.000Z', 'Z'))
  }))
})
