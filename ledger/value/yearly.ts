/**
 * What is counted by member and protocol year of the Domain: gifts given, grants received, neighbours brought. One
 * record a member, of the latest year in which anything was counted, so that nothing grows with the years.
 */
import { yearOfDay } from '../calendar.ts'
import type { Hex } from '../action.ts'
import type { Yearly } from '../state/books.ts'
import { domainDay, type State } from '../state/state.ts'

/** A member's counts in the year of `ts`, to be read. */
export function yearlyOf(state: State, member: Hex, ts: number): Yearly {
  const year = yearOfDay(domainDay(state, ts))
  const known = state.yearly.get(member)
  return known?.year === year ? known : { member, year, givenMilli: 0n, grantedMilli: 0n, referrals: 0 }
}

/** Adds to them. */
export function countInYear(
  state: State, member: Hex, ts: number, { givenMilli = 0n, grantedMilli = 0n, referrals = 0 }: Partial<Yearly>,
): void {
  const before = yearlyOf(state, member, ts)
  state.yearly.set(member, {
    ...before,
    givenMilli: before.givenMilli + givenMilli,
    grantedMilli: before.grantedMilli + grantedMilli,
    referrals: before.referrals + referrals,
  })
}
