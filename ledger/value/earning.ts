/**
 * Earning: what becomes of an award once its worth is known.
 *
 * Value comes from `issuance` at the index of its day. Up to the charter's cap in a protocol year it is the member's;
 * what goes beyond is the commons', in the member's name [S1804]. The whole of it counts in levels and story, for it
 * was given. A reversal does not ask the cap again: what had room when it was earned had room.
 *
 * `lifetimeMilli` is raised and lowered here alone, because the hub keeps the sum of all of them.
 */
import { credit } from './account.ts'
import { yearOfDay } from '../calendar.ts'
import { baseOf } from './decay.ts'
import type { Member } from '../state/people.ts'
import { type At, charterOf, domainDay, domainIndex, type State } from '../state/state.ts'

/** Pays so many milli to a `changed` member at the index of the day of `at`. */
export function earn(state: State, member: Member, milli: bigint, at: At): void {
  const day = domainDay(state, at.ts)
  const index = domainIndex(state, day)
  const { earnedMilli, leftMilli } = capOf(state, member, at.ts)
  const ownMilli = milli < leftMilli ? milli : leftMilli
  const base = baseOf(milli, index)
  const own = ownMilli === milli ? base : baseOf(ownMilli, index)
  state.books.issuance -= base
  state.books.commons += base - own
  credit(state, member, 'domain', own, at)
  member.earned = { year: yearOfDay(day), milli: earnedMilli + ownMilli }
  member.toCommonsMilli += milli - ownMilli
  noteLifetime(state, member, milli)
}

/** Adds to what a `changed` member has ever contributed, or takes off what turned out not to be so. */
export function noteLifetime(state: State, member: Member, milli: bigint): void {
  member.lifetimeMilli += milli
  state.lifetimeMilli += milli
}

export type Cap = { earnedMilli: bigint; leftMilli: bigint; yearMilli: bigint; isNear: boolean }

/** How far a member has come in the protocol year of `ts`. */
export function capOf(state: State, { earned }: Member, ts: number): Cap {
  const { yearMilli, warnPerMille } = charterOf(state).cap
  const earnedMilli = earned?.year === yearOfDay(domainDay(state, ts)) ? earned.milli : 0n
  const leftMilli = yearMilli > earnedMilli ? yearMilli - earnedMilli : 0n
  return { earnedMilli, leftMilli, yearMilli, isNear: earnedMilli * 1000n >= yearMilli * BigInt(warnPerMille) }
}
