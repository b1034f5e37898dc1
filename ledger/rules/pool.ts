/**
 * Grants from the pool: Global value of the hub's for a member who needs to go elsewhere, to a hospital, to a dying
 * mother, and has none.
 *
 * The pool is what other cities rely on, so stewards say it together and name why, by a commitment. It is bounded like
 * every grant: what it would be in Domain value counts with what the commons has granted the same member this year. It
 * counts in no level.
 */
import { credit } from '../value/account.ts'
import type { ActionOf } from '../action.ts'
import { mulDiv } from '../value/amount.ts'
import { changed } from '../state/changed.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, globalDay, globalIndex, type State } from '../state/state.ts'
import { countInYear, yearlyOf } from '../value/yearly.ts'
import { checkSaid, sayJointly } from './jointly.ts'
import { isClosed } from './closing.ts'
import { isOwn } from './organisation.ts'
import { boundedConversion } from './settling.ts'
import { checkMember } from './status.ts'

export function checkPoolGranted(state: State, granted: ActionOf<'pool.granted'>, at: At): Refusal | null {
  const { federation } = state
  if (federation === null) return { code: 'no-federation' }
  if (isClosed(federation, state.hub.origin)) return { code: 'not-in-document' }
  const { member: acct, amountMilli } = granted
  if (isOwn(state, acct, granted.acct)) return { code: 'own-matter' }
  const absent = checkMember(state, acct)
  if (absent !== null) return absent
  if (amountMilli === 0n) return { code: 'nothing-asked' }
  const charter = charterOf(state)
  const { numerator, denominator } = boundedConversion(state, charter)
  const { grantedMilli } = yearlyOf(state, acct, at.ts)
  const { grantMaxMilli } = charter.commons
  const leftDomain = grantMaxMilli > grantedMilli ? grantMaxMilli - grantedMilli : 0n
  const leftMilli = mulDiv(leftDomain, BigInt(numerator), BigInt(denominator))
  if (amountMilli > leftMilli) return { code: 'above-limit', leftMilli }
  const index = globalIndex(federation, globalDay(federation, at.ts))
  const { pool } = state.books
  if (baseOf(amountMilli, index) > pool) return { code: 'pool-too-small', availableMilli: nominalOf(pool, index), askedMilli: amountMilli }
  return checkSaid(state, matterOf(granted), granted.acct, [acct])
}

export function applyPoolGranted(state: State, granted: ActionOf<'pool.granted'>, at: At): void {
  if (!sayJointly(state, matterOf(granted), granted.acct, [granted.member])) return
  const { member, amountMilli } = granted
  const federation = state.federation!
  const base = baseOf(amountMilli, globalIndex(federation, globalDay(federation, at.ts)))
  state.books.pool -= base
  credit(state, changed(state.members.get(member)!), 'global', base, at)
  const { numerator, denominator } = boundedConversion(state, charterOf(state))
  countInYear(state, member, at.ts, { grantedMilli: mulDiv(amountMilli, BigInt(denominator), BigInt(numerator)) })
}

const matterOf = ({ kind, member, amountMilli, reason }: ActionOf<'pool.granted'>): string =>
  `${kind} ${member} ${amountMilli} ${reason}`
