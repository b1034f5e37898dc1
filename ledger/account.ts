/**
 * Accounts: the only place in which a member's value moves.
 *
 * Every rule says here what it gives, takes or sets aside, in base units, and says beside it where the other half
 * goes, among the hub's own books: a posting has two sides (`conservation.ts`). That all of it goes through these few
 * functions is what lets an account shrink while its owner is away (dormancy) and be capped in one place.
 *
 * The member is `changed` already. What would leave an account below zero is our own bug: `check` asked before.
 */
import type { At, Member, State } from './state.ts'

/** Which of the two values: this city's own, or the one between cities. */
export type Unit = 'domain' | 'global'

const held = { domain: 'held', global: 'globalHeld' } as const

/** Base units come in. */
export function credit(_state: State, member: Member, unit: Unit, base: bigint, _at: At): void {
  member.account[unit] += base
}

/** Base units go out. */
export function debit(_state: State, member: Member, unit: Unit, base: bigint, _at: At): void {
  take(member, unit, base)
}

/** Base units are set aside for a purpose: promised, and still the member's. */
export function hold(_state: State, member: Member, unit: Unit, base: bigint, _at: At): void {
  take(member, unit, base)
  member.account[held[unit]] += base
}

/** What was set aside is the member's to use again. */
export function release(state: State, member: Member, unit: Unit, base: bigint, at: At): void {
  capture(state, member, unit, base, at)
  credit(state, member, unit, base, at)
}

/** What was set aside goes out, to what it was set aside for. */
export function capture(_state: State, member: Member, unit: Unit, base: bigint, _at: At): void {
  take(member, held[unit], base)
}

function take(member: Member, book: keyof Member['account'], base: bigint): void {
  if (base > member.account[book]) throw new Error(`${base} taken of ${member.account[book]} in ${book}`)
  member.account[book] -= base
}
