import { expect, test } from 'vitest'
import {
  about,
  ago,
  amount,
  factor,
  fromLocalInput,
  given,
  isTime,
  moment,
  nightsOf,
  numberOf,
  parseAmount,
  product,
  toLocalInput,
  utcDate,
} from '#ui/text/format.ts'

test('an amount keeps its last whole digit however large it is', () => {
  expect(amount('90000', 'zh')).toBe('90')
  expect(amount('9007199254740993000', 'en')).toBe('9,007,199,254,740,993')
})

test('an amount shows at most a tenth and never more than there is', () => {
  expect(amount('1999', 'en')).toBe('1.9')
  expect(amount('1099', 'en')).toBe('1')
  expect(amount('999', 'en')).toBe('0.9')
  expect(amount('0', 'zh')).toBe('0')
})

test('what somebody gives is never more than they were told, also to the tenth', () => {
  for (const [milli, shown] of [['66666', '66.7'], ['66600', '66.6'], ['66601', '66.7'], ['1', '0.1'], ['0', '0']] as const) expect(amount(given(milli), 'en')).toBe(shown)
})

test('where a hub shows hours, a minute is a CV', () => {
  expect(amount('90000', 'zh', true)).toBe('1:30')
  expect(amount('5000', 'en', true)).toBe('0:05')
  expect(amount('59999', 'en', true)).toBe('0:59')
})

test('what is typed as an amount is read exactly or not at all', () => {
  expect(parseAmount('60')).toBe('60000')
  expect(parseAmount(' 1,200.5 ')).toBe('1200500')
  expect([parseAmount('1,5'), parseAmount('0,25'), parseAmount('0,125'), parseAmount('1,234,567')]).toEqual(['1500', '250', '125', '1234567000'])
  expect(parseAmount('0.001')).toBe('1')
  for (const bad of ['', '0', '-1', '1e3', '1.2345', 'ten', '.5', '1.', '９'])
    expect(parseAmount(bad), bad).toBeNull()
})

test('factors are written as in the charter', () => {
  expect([1500, 1000, 1250, 700, 0].map(factor)).toEqual(['1.5', '1.0', '1.25', '0.7', '0.0'])
})

test('a sum is rounded down once, at the end, as the ledger does', () => {
  expect(product(90, 1, 1000)).toBe('90000')
  expect(product(120, 1, 1500, 1000, 1900)).toBe('342000')
  expect(product(7, 1, 1200, 700, 333)).toBe('1958')
  // The seed's hours read literally: sixty minutes are one.
  expect(product(90, 60, 1500)).toBe('2250')
})

test('three thousand is about forty-five nights', () => {
  expect(nightsOf('3000000')).toBe(45)
  expect(nightsOf('0')).toBe(0)
})

test('a moment goes into a form field and comes back', () => {
  const noon = Math.floor(new Date(2026, 10, 20, 12, 30).getTime() / 1000)
  expect(toLocalInput(noon)).toBe('2026-11-20T12:30')
  expect(fromLocalInput(toLocalInput(noon))).toBe(noon)
  expect(fromLocalInput('')).toBeNull()
})

test('the year is said when it is not this one', () => {
  const now = Date.UTC(2026, 10, 20, 12) / 1000
  expect(moment(now, 'en', now)).not.toContain('2026')
  expect(moment(now - 400 * 86_400, 'en', now)).toContain('2025')
})

test('how long ago is said in the largest unit', () => {
  expect(ago(1_000_000 - 7_200, 'en', 1_000_000)).toBe('2 hours ago')
  expect(ago(1_000_000 - 7_200, 'zh', 1_000_000)).toBe('2小时前')
  expect(ago(1_000_000 - 86_400, 'zh', 1_000_000)).toBe('昨天')
})

test('a day of the record is the same day in every time zone', () => {
  expect(utcDate(20_777, 'en')).toBe(
    new Date(20_777 * 86_400_000).toLocaleDateString('en-GB', {
      timeZone: 'UTC',
      weekday: 'short',
      day: 'numeric',
      month: 'short',
    }),
  )
})

test('what another city calls a time and is none does not break a page', () => {
  expect(isTime(1_795_000_000)).toBe(true)
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e300]) {
    expect(isTime(bad)).toBe(false)
    expect(moment(bad, 'zh')).toBe('…')
    expect(ago(bad, 'en')).toBe('…')
    expect(utcDate(bad, 'en')).toBe('…')
  }
})

test('a number to read aloud is the first eight digits in two groups', () => {
  expect(numberOf('0123456789abcdef')).toBe('0123 4567')
})

test('what is only foreseen is said in whole CV, but for little', () => {
  expect(['899999', '9990', '53999', '0'].map(about)).toEqual(['900000', '9990', '54000', '0'])
})
