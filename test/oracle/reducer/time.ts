/** *Time* of the README: days, and deadlines that are set and fall due. */
import type { Hex } from './bytes.ts'
import { DAY } from './genesis.ts'
import { deadlines } from './specification.ts'
import type { City, Deadline } from './state.ts'
import { indexBy, YEAR } from './value.ts'

/** The first UTC midnight at or after a time. */
export const midnight = (ts: bigint): bigint => ((ts + DAY - 1n) / DAY) * DAY
export const after = (ts: bigint, days: bigint): bigint => midnight(ts + days * DAY)

export const domainDay = (city: City, ts: bigint): bigint => (ts - city.hub.day0) / DAY
export const domainIndex = (city: City, ts: bigint): bigint => domainIndexOn(city, domainDay(city, ts))
export const domainIndexOn = (city: City, day: bigint): bigint => indexBy(day, city.rates)

export function setDeadline(city: City, at: bigint, what: string, id: Hex): void {
  city.due.push({ at, what, id })
}

/** Takes out the least of those that are due. */
export function takeDue(city: City, ts: bigint): Deadline | undefined {
  const least = city.due.filter(({ at }) => at <= ts).reduce<Deadline | undefined>((a, b) => (a === undefined || isBefore(b, a) ? b : a), undefined)
  city.due = city.due.filter((one) => one !== least)
  return least
}

/** Midnight, then order of the table, then id. */
function isBefore(a: Deadline, b: Deadline): boolean {
  if (a.at !== b.at) return a.at < b.at
  return a.what === b.what ? a.id < b.id : deadlines.indexOf(a.what) < deadlines.indexOf(b.what)
}

/** Adds a time to one of a member’s lists, out of which falls what is a year old: of seconds, or of days. */
export function addTime(times: bigint[], t: bigint, year = YEAR * DAY): void {
  const kept = [...times, t].filter((one) => one > t - year).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  times.splice(0, times.length, ...kept)
}
