/**
 * Dormancy 逐步归零: what time leaves of an account whose owner is away [S1778].
 *
 * After `dormantAfterDays` without activity an account is dormant, and what can be spent of it goes to zero in equal
 * daily steps over `dormantOverDays`. Nothing sweeps: with a the day of the last activity and c the later of
 * a + after and the day on which the account was last shrunk, what is left on day d > c is
 *
 *   ⌊available · max(0, after + over − (d − a)) / (after + over − (c − a))⌋
 *
 * The factors telescope, so that it does not matter how often somebody looked (up to one unit a look). What is held
 * and what is in the reserve does not shrink. Whoever is cared for by a plan is not away while it runs; and an account
 * that two stewards have set apart does not shrink either, and the record does not say why.
 */
import { mulDiv } from './amount.ts'
import type { Member } from '../state/people.ts'
import { charterOf, domainDay, type State } from '../state/state.ts'

/** What is left of base units on a Domain day. Reading it changes nothing. */
export function keptOf(state: State, member: Member, available: bigint, day: number): bigint {
  const { dormantAfterDays } = charterOf(state).decay
  const from = Math.max(awakeOn(member, day) + dormantAfterDays, member.shrunkDay)
  if (member.exempt || day <= from) return available
  const end = endsOn(state, member, day)
  return day >= end ? 0n : mulDiv(available, BigInt(end - day), BigInt(end - from))
}

/** Whether what comes in has to wait for its owner. */
export const isDormant = (state: State, member: Member, day: number): boolean =>
  !member.exempt && day > awakeOn(member, day) + charterOf(state).decay.dormantAfterDays

/** The day of the latest activity up to a day; of a care recipient, every day until the plan's last. */
const awakeOn = ({ awakeDay, caredUntil }: Member, day: number): number => Math.max(awakeDay, Math.min(day, caredUntil))

export type Dormancy = {
  /** The Domain day on which it is dormant unless something happens, and the one on which nothing is left. */
  fromDay: number
  zeroDay: number
  /** How many of the notices (after half, three quarters and all of the time) have fallen due. */
  notices: number
  isDormant: boolean
  isExempt: boolean
}

/** What a member is told about it on the day of `ts`: after 6, 9 and 12 months, and then from day to day. */
export function dormancyOf(state: State, member: Member, ts: number): Dormancy {
  const day = domainDay(state, ts)
  const { exempt } = member
  const awakeDay = Math.max(member.awakeDay, member.caredUntil)
  const { dormantAfterDays } = charterOf(state).decay
  const quarters = [2, 3, 4]
  const isDue = (quarter: number): boolean => day - awakeDay >= Math.floor((dormantAfterDays * quarter) / 4)
  return {
    fromDay: awakeDay + dormantAfterDays,
    zeroDay: endsOn(state, member, Math.max(day, awakeDay)),
    notices: exempt ? 0 : quarters.filter(isDue).length,
    isDormant: isDormant(state, member, day),
    isExempt: exempt,
  }
}

function endsOn(state: State, member: Member, day: number): number {
  const { dormantAfterDays, dormantOverDays } = charterOf(state).decay
  return awakeOn(member, day) + dormantAfterDays + dormantOverDays
}
