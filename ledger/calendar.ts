/**
 * The calendar of the commons: from sealed seconds to days, protocol years and quarters.
 *
 * All of it is integer arithmetic on Unix seconds, in UTC. A protocol year is exactly 365 days
 * counted from a day 0 that a document fixes (the hub's founding for Domain CV, the federation's
 * for Global CV); it has no leap days, no month names and no time zone, because those change and a
 * replay must not.
 */

const DAY_SECONDS = 86_400
export const YEAR_DAYS = 365

/** Whole days from day 0 (a time in seconds) to `ts` (seconds). Negative before day 0. */
export const dayOf = (ts: number, day0: number): number => floorDiv(ts - day0, DAY_SECONDS)

/** The UTC day a time in seconds falls on, counted from 1970-01-01. */
export const utcDayOf = (ts: number): number => dayOf(ts, 0)

/** The first UTC midnight at or after a time; both in seconds. */
export const midnightAtOrAfter = (ts: number): number => -floorDiv(-ts, DAY_SECONDS) * DAY_SECONDS

/** The protocol year of a day: 0 for days 0 to 364. */
export const yearOfDay = (day: number): number => floorDiv(day, YEAR_DAYS)

/** How far a day is into its protocol year: 0 to 364. */
export const dayInYear = (day: number): number => day - yearOfDay(day) * YEAR_DAYS

/**
 * The quarter of a day, counted on through the years. Quarters begin on days 0, 92, 183 and 274 of
 * a year.
 */
export const quarterOfDay = (day: number): number =>
  yearOfDay(day) * 4 + floorDiv(dayInYear(day) * 4, YEAR_DAYS)

/** The UTC month of a time in seconds, counted on through the years: January 1970 is 0. */
export function monthOf(ts: number): number {
  const { year, month } = civilOf(utcDayOf(ts))
  return (year - 1970) * 12 + month - 1
}

/** A time in seconds as RFC 3339 writes it, in UTC: 2026-01-02T12:00:00Z. From 1970 to the year 9999. */
export function utcText(ts: number): string {
  const days = utcDayOf(ts)
  const seconds = ts - days * DAY_SECONDS
  const { year, month, day } = civilOf(days)
  const two = (n: number): string => String(n).padStart(2, '0')
  const time = [floorDiv(seconds, 3_600), floorDiv(seconds, 60) % 60, seconds % 60].map(two).join(':')
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}Z`
}

/**
 * Year, month and day of a UTC day. The days of months fall out of counting from a 1 March, whose year has its odd day
 * at the end (Howard Hinnant, days_from_civil).
 */
function civilOf(days: number): { year: number; month: number; day: number } {
  const fromMarch = days + 719_468
  const era = floorDiv(fromMarch, 146_097)
  const dayOfEra = fromMarch - era * 146_097
  const yearOfEra = floorDiv(
    dayOfEra - floorDiv(dayOfEra, 1_460) + floorDiv(dayOfEra, 36_524) - floorDiv(dayOfEra, 146_096), 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + floorDiv(yearOfEra, 4) - floorDiv(yearOfEra, 100))
  const marchMonth = floorDiv(5 * dayOfYear + 2, 153)
  const day = dayOfYear - floorDiv(153 * marchMonth + 2, 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/**
 * Exact for safe integers: the remainder is taken off before dividing, so no quotient is ever
 * rounded.
 */
function floorDiv(n: number, divisor: number): number {
  if (!Number.isSafeInteger(n)) throw new RangeError(`not a whole number of seconds or days: ${n}`)
  const remainder = ((n % divisor) + divisor) % divisor
  return (n - remainder) / divisor
}
