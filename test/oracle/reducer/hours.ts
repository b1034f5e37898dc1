/** *Hours* of `ledger/rules/README.md`: nobody gives more time than has passed. */
import { demand, type Hex } from './bytes.ts'
import { DAY } from './genesis.ts'
import type { City } from './state.ts'
import { least, most } from './value.ts'

const BACK = 30n * DAY
const MINUTES_A_DAY = 1_440n

export const passed = (begins: bigint, ts: bigint): bigint => (ts - begins + 60n * MINUTES_A_DAY) / 60n

const spokenFor = (city: City, acct: Hex, begins: bigint, ts: bigint): bigint =>
  [city.hours.get(acct)?.until ?? 0n, city.members.get(acct)!.joinedTs, least(begins, ts - BACK)].reduce(most)

/** Nothing that began earlier than on the day before somebody's joining is asked of them. */
export const demandHere = (city: City, people: Hex[], day: bigint): void =>
  demand(people.every((acct) => day + 1n >= (city.members.get(acct)?.joinedTs ?? 0n) / DAY), 'before-joining')

/** What a member can have given more. */
export const room = (city: City, acct: Hex, begins: bigint, ts: bigint): bigint =>
  most(0n, (ts + DAY - spokenFor(city, acct, begins, ts)) / 60n)

export function roomOn(city: City, acct: Hex, day: bigint, ts: bigint): bigint {
  const counted = city.hours.get(acct)?.days.find((one) => one.day === day)?.minutes ?? 0n
  return least(room(city, acct, ts, ts), MINUTES_A_DAY - counted)
}

export const demandPassed = (minutes: bigint, ...bounds: bigint[]): void => demand(bounds.every((bound) => minutes <= bound), 'time-not-passed')

export function count(city: City, acct: Hex, begins: bigint, minutes: bigint, ts: bigint): void {
  const known = city.hours.get(acct)
  const from = minutes < 0n ? known!.until : spokenFor(city, acct, begins, ts)
  city.hours.set(acct, { member: acct, until: from + 60n * minutes, days: known?.days ?? [] })
}

export function countOn(city: City, acct: Hex, day: bigint, minutes: bigint, ts: bigint): void {
  count(city, acct, ts, minutes, ts)
  const hours = city.hours.get(acct)!
  const known = hours.days.find((one) => one.day === day)
  if (known) known.minutes += minutes
  else if (minutes > 0n) hours.days.push({ day, minutes })
  hours.days = hours.days.filter((one) => one.day >= ts / DAY - 30n)
}
