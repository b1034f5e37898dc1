/**
 * The time reserve 时间储备: help given today, saved for one's old age [T4].
 *
 * What is put aside does not decay: it leaves circulation, and the hub remembers a nominal claim, which every member
 * may build up to the charter's cap. It opens at an age, in hardship, or for a relative's need, when the stewards
 * attest that together, and comes back into circulation at the index of its day. What a hub owes its members in this
 * way is bounded by what they have ever contributed to it, and is published: a promise without a ceiling would be
 * paid by those who are young when it falls due.
 */
import { availableTo, credit, debit } from '../value/account.ts'
import type { ActionOf } from '../action.ts'
import { mulDiv } from '../value/amount.ts'
import { changed } from '../state/changed.ts'
import type { Member } from '../state/people.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, domainIndex, type State } from '../state/state.ts'
import { casesOf, isPending } from './docket.ts'
import { checkSaid, sayJointly } from './jointly.ts'
import { isOwn } from './organisation.ts'
import { checkPresent } from './status.ts'

export function checkLocked(state: State, { acct, amountMilli }: ActionOf<'reserve.locked'>, at: At): Refusal | null {
  const { isOpen, capMilli } = charterOf(state).reserve
  if (!isOpen) return { code: 'reserve-closed' }
  // A finding takes nothing of the reserve: who has been told of a case brings nothing there from it, also of one that keeps nobody.
  const open = casesOf(state, acct).find(isPending)
  if (open !== undefined) return { code: 'still-open', what: 'case', id: open.id }
  if (amountMilli === 0n) return { code: 'nothing-asked' }
  const member = state.members.get(acct)!
  const index = domainIndex(state, domainDay(state, at.ts))
  const available = availableTo(state, member, 'domain', at.ts)
  if (baseOf(amountMilli, index) > available) {
    return { code: 'insufficient-cv', availableMilli: nominalOf(available, index), askedMilli: amountMilli }
  }
  const leftMilli = atLeastZero(capMilli - member.reserveMilli)
  if (amountMilli > leftMilli) return { code: 'above-limit', leftMilli }
  const roomMilli = reserveRoom(state)
  return amountMilli > roomMilli ? { code: 'reserve-ceiling', leftMilli: roomMilli } : null
}

/** What all members together could still put aside. */
export const reserveRoom = (state: State): bigint =>
  atLeastZero(mulDiv(state.lifetimeMilli, BigInt(charterOf(state).reserve.hubMaxPerMille), 1000n) - state.reserveMilli)

const atLeastZero = (milli: bigint): bigint => (milli > 0n ? milli : 0n)

export function applyLocked(state: State, { acct, amountMilli }: ActionOf<'reserve.locked'>, at: At): void {
  const member = changed(state.members.get(acct)!)
  const base = baseOf(amountMilli, domainIndex(state, domainDay(state, at.ts)))
  debit(state, member, 'domain', base, at)
  state.books.issuance += base
  member.reserveMilli += amountMilli
  state.reserveMilli += amountMilli
}

export function checkOpened(state: State, opened: ActionOf<'reserve.opened'>, _at: At): Refusal | null {
  const member = state.members.get(opened.member)
  if (member === undefined) return { code: 'unknown-member', member: opened.member }
  if (isOwn(state, opened.member, opened.acct)) return { code: 'own-matter' }
  const absent = checkPresent(member)
  if (absent !== null) return absent
  if (member.reserveOpen === opened.because) return { code: 'as-before' }
  return checkSaid(state, matterOf(opened), opened.acct, [opened.member])
}

export function applyOpened(state: State, opened: ActionOf<'reserve.opened'>, _at: At): void {
  if (!sayJointly(state, matterOf(opened), opened.acct, [opened.member])) return
  changed(state.members.get(opened.member)!).reserveOpen = opened.because
}

const matterOf = ({ kind, member, because, evidence }: ActionOf<'reserve.opened'>): string => `${kind} ${member} ${because} ${evidence}`

export function checkTakenOut(state: State, { acct, amountMilli }: ActionOf<'reserve.released'>, _at: At): Refusal | null {
  const { reserveMilli, reserveOpen } = state.members.get(acct)!
  if (reserveOpen === null) return { code: 'reserve-locked' }
  if (amountMilli === 0n) return { code: 'nothing-asked' }
  return amountMilli > reserveMilli ? { code: 'insufficient-cv', availableMilli: reserveMilli, askedMilli: amountMilli } : null
}

export function applyTakenOut(state: State, { acct, amountMilli }: ActionOf<'reserve.released'>, at: At): void {
  const member = changed(state.members.get(acct)!)
  const base = baseOf(amountMilli, domainIndex(state, domainDay(state, at.ts)))
  member.reserveMilli -= amountMilli
  state.reserveMilli -= amountMilli
  state.books.issuance -= base
  credit(state, member, 'domain', base, at)
  // Old age does not pass; a need does, and the next one is attested anew.
  if (member.reserveOpen !== 'age') member.reserveOpen = null
}

/** A `changed` member goes: the hub owes them nothing any more. */
export function endReserve(state: State, member: Member): void {
  state.reserveMilli -= member.reserveMilli
  member.reserveMilli = 0n
}

/** A newcomer has put so much aside in the city they come from: this one keeps the promise, up to its cap. */
export function takeReserve(state: State, newcomer: Member, milli: bigint): void {
  const { isOpen, capMilli } = charterOf(state).reserve
  if (!isOpen) return
  newcomer.reserveMilli = milli < capMilli ? milli : capMilli
  state.reserveMilli += newcomer.reserveMilli
}
