/**
 * Gifts 赠送: value that a member gives another for nothing.
 *
 * Off unless the charter opens them, because value is to come from helping. Where they are open they are small,
 * bounded for each in a year, named in the record, and count nowhere: in no cap, level or standing.
 */
import { availableTo, credit, debit } from '../value/account.ts'
import type { ActionOf } from '../action.ts'
import { changed } from '../state/changed.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, domainIndex, type State } from '../state/state.ts'
import { countInYear, yearlyOf } from '../value/yearly.ts'
import { checkPresent } from './status.ts'

export function checkGiven(state: State, given: ActionOf<'cv.given'>, at: At): Refusal | null {
  const { isOpen, maxMilli, yearMaxMilli } = charterOf(state).gift
  if (!isOpen) return { code: 'gifts-closed' }
  if (given.to === given.acct) return { code: 'same-person' }
  const receiver = state.members.get(given.to)
  if (receiver === undefined) return { code: 'unknown-member', member: given.to }
  if (!receiver.attested) return { code: 'not-attested', member: given.to }
  const absent = checkPresent(receiver)
  if (absent !== null) return absent
  if (given.amountMilli === 0n) return { code: 'nothing-asked' }
  if (given.amountMilli > maxMilli) return { code: 'above-limit', leftMilli: maxMilli }
  const { givenMilli } = yearlyOf(state, given.acct, at.ts)
  const leftMilli = yearMaxMilli > givenMilli ? yearMaxMilli - givenMilli : 0n
  if (given.amountMilli > leftMilli) return { code: 'year-full', leftMilli }
  return checkHas(state, given.acct, given.amountMilli, at)
}

/** Why the signer cannot give so much of what is theirs, or null. */
export function checkHas(state: State, acct: string, askedMilli: bigint, at: At): Refusal | null {
  const index = domainIndex(state, domainDay(state, at.ts))
  const available = availableTo(state, state.members.get(acct)!, 'domain', at.ts)
  if (baseOf(askedMilli, index) <= available) return null
  return { code: 'insufficient-cv', availableMilli: nominalOf(available, index), askedMilli }
}

export function applyGiven(state: State, { acct, to, amountMilli }: ActionOf<'cv.given'>, at: At): void {
  const base = baseOf(amountMilli, domainIndex(state, domainDay(state, at.ts)))
  debit(state, changed(state.members.get(acct)!), 'domain', base, at)
  credit(state, changed(state.members.get(to)!), 'domain', base, at)
  countInYear(state, acct, at.ts, { givenMilli: amountMilli })
}
