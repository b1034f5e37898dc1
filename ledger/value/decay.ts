/**
 * Decay, as one exact index a day.
 *
 * Accounts hold *base units*, which never change by themselves; what people see is nominal = base ·
 * index. With yearly rates p (per mille), year y and day r of the year:
 *
 *   F(day)  = Π over past years (1000 − p)/1000 · (365000 − p·r)/365000
 *   I(day)  = floor(F · 2^64)
 *   nominal = floor(base · I / 2^64)
 *   base    = ceil(nominal · 2^64 / I)
 *
 * so a year takes exactly its rate, in equal steps a day. Decaying account by account instead would
 * make a balance depend on how often it was touched; an index cannot. And nothing is lost on the
 * way: with i = I/2^64 ≤ 1, b = ceil(a/i) gives a ≤ b·i < a + i ≤ a + 1, hence floor(b·i) = a for
 * every nominal a.
 */

import { dayInYear, yearOfDay } from '../calendar.ts'

/**
 * The highest yearly rate that may be agreed on. At this rate an index that began in 1970 is still
 * above zero when the last record can be written (2242), so every amount has a base on every day.
 */
export const DECAY_PER_MILLE_MAX = 150

/** 1 in the fixed point of the index. */
export const ONE = 1n << 64n

/**
 * I(day) for a day from 0 and the yearly rates in per mille (0 to 999, integers); at most 2^64, and
 * 2^64 on day 0. `ratesPerMille` is asked for every year up to the day's own.
 * @throws on a negative day or a rate outside its range.
 */
export function indexOf(day: number, ratesPerMille: (year: number) => number): bigint {
  if (!Number.isSafeInteger(day) || day < 0) throw new RangeError(`no index for day ${day}`)
  const year = yearOfDay(day)
  let start = known
  for (let past = 0; past < year; past++) start = yearAfter(start, rateOf(past, ratesPerMille))
  const rate = rateOf(year, ratesPerMille)
  const days = (start.days[rate] ??= [])
  const into = dayInYear(day)
  return (days[into] ??= (start.num * BigInt(365_000 - rate * into) * ONE) / (start.den * 365_000n))
}

/** What a base amount is worth at an index. @throws on a negative base. */
export function nominalOf(base: bigint, index: bigint): bigint {
  if (base < 0n) throw new RangeError(`a negative base amount: ${base}`)
  return (base * index) >> 64n
}

/**
 * The least base amount worth `nominal` at an index above zero. @throws on a negative nominal or an
 * index of 0.
 */
export function baseOf(nominal: bigint, index: bigint): bigint {
  if (nominal < 0n || index <= 0n) {
    throw new RangeError(`no base amount for ${nominal} at index ${index}`)
  }
  return (nominal * ONE + index - 1n) / index
}

/**
 * The start of a year: what the years before it left over, and the indexes already computed in it.
 */
type YearStart = { num: bigint; den: bigint; days: bigint[][]; after: Map<number, YearStart> }

// Remembered by the rates themselves and not by who supplies them: a rate that changes leads to
// another branch, so no answer can be stale.
const YEARS_REMEMBERED_MAX = 4_096
const firstYear = (): YearStart => ({ num: 1n, den: 1n, days: [], after: new Map() })
let known = firstYear()
let remembered = 0

function yearAfter(start: YearStart, rate: number): YearStart {
  const next = start.after.get(rate)
  if (next !== undefined) return next
  if (++remembered > YEARS_REMEMBERED_MAX) {
    known = firstYear()
    remembered = 0
  }
  const num = start.num * BigInt(1000 - rate)
  const made = { num, den: start.den * 1000n, days: [], after: new Map() }
  start.after.set(rate, made)
  return made
}

function rateOf(year: number, ratesPerMille: (year: number) => number): number {
  const rate = ratesPerMille(year)
  if (!Number.isInteger(rate) || rate < 0 || rate > 999) {
    throw new RangeError(`a yearly rate of ${rate} per mille`)
  }
  return rate
}
