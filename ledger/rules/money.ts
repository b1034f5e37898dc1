/**
 * Money, which the record notes and never counts [S1780-1798, T27].
 *
 * Two things of money concern everybody and are therefore here: that somebody's symbolic deposit of 1 元 is with the
 * community and will be given back, and what the operator has taken in for plans and commissions. Both are notes. No
 * account of the books, no level and no standing reads them, and nothing is bought with them: that is a property of
 * the form of these rules, which know no member's value.
 */
import type { ActionOf } from '../action.ts'
import { yearOfDay } from '../calendar.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, type State } from '../state/state.ts'
import { checkPresent } from './status.ts'

/** Where a deposit is: with the community, or given back. It is taken of who is here; giving back is always possible. */
export function checkDeposit(state: State, noted: ActionOf<'deposit.noted'>, _at: At): Refusal | null {
  const { member, isHeld } = noted
  const whose = state.members.get(member)
  if (whose === undefined) return { code: 'unknown-member', member }
  if (isHeld && !charterOf(state).deposit.isOpen) return { code: 'deposit-closed' }
  const absent = isHeld ? checkPresent(whose) : null
  if (absent !== null) return absent
  return state.deposits.has(member) === isHeld ? { code: 'as-before' } : null
}

export function applyDeposit(state: State, { member, isHeld }: ActionOf<'deposit.noted'>, at: At): void {
  const { minor, currency } = charterOf(state).deposit
  if (isHeld) state.deposits.set(member, { member, minor, currency, seq: at.seq })
  else state.deposits.delete(member)
}

/** A plan costs what the charter says; a commission lies within its bounds of what it was taken from. */
export function checkIncome(state: State, noted: ActionOf<'income.noted'>, _at: At): Refusal | null {
  const { source, plan, ofMinor, minor } = noted
  if (minor === 0) return { code: 'nothing-asked' }
  const { income } = charterOf(state)
  if (source === 'plan') {
    const row = income.plans.find((one) => one.plan === plan)
    if (row === undefined || ofMinor !== 0) return { code: 'unknown-plan' }
    return minor === row.minor ? null : { code: 'other-amount', expected: BigInt(row.minor) }
  }
  if (plan !== null) return { code: 'unknown-plan' }
  const { leastPerMille, mostPerMille } = income[source]
  const taken = BigInt(minor) * 1000n
  const isWithin = taken >= BigInt(ofMinor) * BigInt(leastPerMille) && taken <= BigInt(ofMinor) * BigInt(mostPerMille)
  return isWithin ? null : { code: 'commission-out-of-range', leastPerMille, mostPerMille }
}

export function applyIncome(state: State, noted: ActionOf<'income.noted'>, at: At): void {
  const { source, plan, minor } = noted
  const { currency } = charterOf(state).income
  const year = yearOfDay(domainDay(state, at.ts))
  const name = `${year} ${source} ${plan ?? ''} ${currency}`
  const before = state.income.get(name) ?? { year, source, plan, currency, count: 0, minor: 0n }
  state.income.set(name, { ...before, count: before.count + 1, minor: before.minor + BigInt(minor) })
}
