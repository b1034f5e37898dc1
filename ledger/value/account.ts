/**
 * Accounts: the only place in which a member's value moves.
 *
 * Every rule says here what it gives, takes or sets aside, in base units, and says beside it where the other half
 * goes, among the hub's own books: a posting has two sides (`audit/conservation.ts`). That all of it goes through these few
 * functions is what lets an account shrink while its owner is away (`dormancy.ts`): before anything is posted to it,
 * what time has taken goes to `retire`. What comes in meanwhile is held until its owner's next act (`wake`).
 *
 * The member is `changed` already. What would leave an account below zero is our own bug: `check` asked before, by
 * `availableOf` or, for who signs and is thereby awake, by `availableTo`; never by what stands in the account.
 */
import { nominalOf } from './decay.ts'
import { isDormant, keptOf } from './dormancy.ts'
import type { Member } from '../state/people.ts'
import { type At, domainDay, domainIndex, globalDay, globalIndex, type State } from '../state/state.ts'
import type { Hex } from '../action.ts'

/** Which of the two values: this city's own, or the one between cities. */
export type Unit = 'domain' | 'global'

const held = { domain: 'held', global: 'globalHeld' } as const
const retired = { domain: 'retire', global: 'globalRetire' } as const
const units = ['domain', 'global'] as const

/** Base units come in; for somebody who is away they wait. */
export function credit(state: State, member: Member, unit: Unit, base: bigint, at: At): void {
  shrink(state, member, at)
  if (!isDormant(state, member, domainDay(state, at.ts))) member.account[unit] += base
  else {
    member.account[held[unit]] += base
    member.waiting[unit] += base
  }
}

/** Base units go out. */
export function debit(state: State, member: Member, unit: Unit, base: bigint, at: At): void {
  shrink(state, member, at)
  take(member, unit, base)
}

/** Base units are set aside for a purpose: promised, and still the member's. */
export function hold(state: State, member: Member, unit: Unit, base: bigint, at: At): void {
  debit(state, member, unit, base, at)
  member.account[held[unit]] += base
}

/** The same of all they have, which `availableTo` says: first of the account, then of what waits for them and is held already. */
export function holdWaiting(state: State, member: Member, unit: Unit, base: bigint, at: At): void {
  const free = availableOf(state, member, unit, at.ts)
  const ofFree = base < free ? base : free
  hold(state, member, unit, ofFree, at)
  member.waiting[unit] -= base - ofFree
}

/** What was set aside is the member's to use again. */
export function release(state: State, member: Member, unit: Unit, base: bigint, at: At): void {
  capture(state, member, unit, base, at)
  credit(state, member, unit, base, at)
}

/** What was set aside goes out, to what it was set aside for. */
export function capture(state: State, member: Member, unit: Unit, base: bigint, at: At): void {
  shrink(state, member, at)
  take(member, held[unit], base)
}

/** The member has done something: what time had taken is gone, what waited is theirs, and the year begins anew. */
export function wake(state: State, member: Member, at: At): void {
  shrink(state, member, at)
  member.awakeDay = domainDay(state, at.ts)
  for (const unit of units) {
    const waiting = member.waiting[unit]
    if (waiting === 0n) continue
    member.waiting[unit] = 0n
    release(state, member, unit, waiting, at)
  }
}

/** Posts what time has taken of an account up to today. */
export function shrink(state: State, member: Member, at: At): void {
  const day = domainDay(state, at.ts)
  if (!isDormant(state, member, day) || day <= member.shrunkDay) return
  for (const unit of units) {
    const available = member.account[unit]
    const kept = keptOf(state, member, available, day)
    member.account[unit] = kept
    state.books[retired[unit]] += available - kept
  }
  member.shrunkDay = day
}

/** Base units that could be taken of this account at `ts` by what somebody else does. */
export const availableOf = (state: State, member: Member, unit: Unit, ts: number): bigint =>
  keptOf(state, member, member.account[unit], domainDay(state, ts))

/** Base units that the member could use at `ts` by an act of their own, which also ends their waiting. */
export const availableTo = (state: State, member: Member, unit: Unit, ts: number): bigint =>
  availableOf(state, member, unit, ts) + member.waiting[unit]

function take(member: Member, book: keyof Member['account'], base: bigint): void {
  if (base > member.account[book]) throw new Error(`${base} taken of ${member.account[book]} in ${book}`)
  member.account[book] -= base
}

/** Nominal milli of a member's balances on the day of `ts`. Global is zero without a federation. */
export function balanceOf(state: State, acct: Hex, ts: number): { domainMilli: bigint; heldMilli: bigint; globalMilli: bigint } {
  const member = state.members.get(acct)
  if (member === undefined) return { domainMilli: 0n, heldMilli: 0n, globalMilli: 0n }
  const domain = domainIndex(state, domainDay(state, ts))
  const { federation } = state
  const global = federation === null ? 0n : globalIndex(federation, globalDay(federation, ts))
  return {
    domainMilli: nominalOf(availableOf(state, member, 'domain', ts), domain),
    heldMilli: nominalOf(member.account.held, domain),
    globalMilli: nominalOf(availableOf(state, member, 'global', ts), global),
  }
}
