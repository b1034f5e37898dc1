/**
 * Sanctions: what a finding takes, when, and how it is given back [S1766-1770].
 *
 * The ladder of the seed: the first time a warning and the balance to zero, the second time a restriction, in severe cases a ban.
 * With the finding, what it would take is set aside; it is taken when nobody appealed in time or the jurors confirm it. A first
 * finding takes all or what is tainted, as the charter says; later and severe ones take all. *All* is what can be spent here,
 * Domain and Global, and never the reserve, nor what the commons granted somebody in need. What came of the matters
 * in question is no longer among what was ever contributed, in full, also where there was less left to take: the
 * shortfall is noted, and never taken from later awards. Their grades no longer count.
 *
 * Everything taken is written down, so that a reversal gives back balance, level and score to the last unit.
 */
import { availableTo, capture, credit, holdWaiting, release } from '../value/account.ts'
import { firstSanctions } from '../charter/charter.ts'
import { baseOf } from '../value/decay.ts'
import { noteLifetime } from '../value/earning.ts'
import type { Case } from '../state/council.ts'
import type { Member, Status } from '../state/people.ts'
import { type At, changedMember, domainDay, domainIndex, type State } from '../state/state.ts'
import { casesOf, charterOfCase, closeCase, type Measure, measures, taintedIn } from './docket.ts'
import { leaveRoles } from './role.ts'

const grades = ['poor', 'fair', 'good'] as const

/** Findings that stand against this member, besides this one. */
const standingAgainst = (state: State, one: Case): Case[] =>
  casesOf(state, one.accused).filter((other) => other.id !== one.id && other.phase === 'sanctioned')

/** Whether this finding takes everything, or what is tainted alone. */
export function takesAll(state: State, one: Case, measure: Measure): boolean {
  const isFirst = standingAgainst(state, one).length === 0 && measure !== measures.severe
  return !isFirst || charterOfCase(state, one).sanctions.first === firstSanctions.all
}

/** What the accused would be left with by each finding: a warning changes no status. */
export const statusAfter = (state: State, one: Case) => (measure: Measure): Exclude<Status, 'departed'> => {
  const others = standingAgainst(state, one)
  if (measure === measures.severe || others.some(({ found }) => found!.measure === measures.severe)) return 'banned'
  return others.length > 0 ? 'restricted' : 'active'
}

/** Sets aside what this finding would take, of a `changed` case; what was set aside before is part of it. */
export function setAsideForFinding(state: State, one: Case, at: At): void {
  const member = changedMember(state, one.accused)!
  const isAll = takesAll(state, one, one.found!.measure)
  const there = availableTo(state, member, 'domain', at.ts) + one.held
  const most = isAll ? there - grantedTo(state, member, there, at) : taintedIn(state, one).base
  setAsideUpTo(state, one, most < there ? most : there, at)
  if (!isAll) return
  one.globalHeld = availableTo(state, member, 'global', at.ts)
  holdWaiting(state, member, 'global', one.globalHeld, at)
}

/** So much Domain of the accused's is set aside for a `changed` case, also of what waits for them: being away hides nothing. */
export function setAsideUpTo(state: State, one: Case, base: bigint, at: At): void {
  const member = changedMember(state, one.accused)!
  if (base < one.held) release(state, member, 'domain', one.held - base, at)
  else holdWaiting(state, member, 'domain', base - one.held, at)
  one.held = base
}

/** What the commons gave for being in need stays, as far as it is there. */
function grantedTo(state: State, { acct }: Member, available: bigint, at: At): bigint {
  const granted = baseOf(state.grants.get(acct)?.vulnerableMilli ?? 0n, domainIndex(state, domainDay(state, at.ts)))
  return granted < available ? granted : available
}

/** The sanction takes effect, of a `changed` case. */
export function applySanction(state: State, one: Case, at: At): void {
  const member = changedMember(state, one.accused)!
  const tainted = taintedIn(state, one)
  const lifetimeMilli = tainted.milli < member.lifetimeMilli ? tainted.milli : member.lifetimeMilli
  one.taken = {
    domain: one.held, global: one.globalHeld, lifetimeMilli,
    shortfall: tainted.base > one.held ? tainted.base - one.held : 0n,
    grades: one.grades.filter(({ grade, ts }) => member.track[grades[grade]].takeOut(ts)),
  }
  capture(state, member, 'domain', one.held, at)
  capture(state, member, 'global', one.globalHeld, at)
  state.books.commons += one.held
  state.books.globalRetire += one.globalHeld
  noteLifetime(state, member, -lifetimeMilli)
  closeCase(one, 'sanctioned')
  member.status = statusOf(state, member)
  // A reversal gives back what was taken, and no office: that is the others' to give.
  if (member.status === 'banned') leaveRoles(state, member.acct)
}

/** Gives back all that a sanction took, of a `changed` case: the commons as far as it can, and what it has spent since anew. */
export function undoSanction(state: State, one: Case, at: At): void {
  const { books } = state
  const member = changedMember(state, one.accused)!
  const { domain, global, lifetimeMilli, grades: taken } = one.taken!
  const fromCommons = domain < books.commons ? domain : books.commons
  books.globalRetire -= global
  // What would come back to who has left is the community's, as all they left behind (`departure.ts`).
  if (member.status === 'departed') books.pool += global
  else {
    books.commons -= fromCommons
    books.issuance -= domain - fromCommons
    credit(state, member, 'domain', domain, at)
    credit(state, member, 'global', global, at)
  }
  noteLifetime(state, member, lifetimeMilli)
  for (const { grade, ts } of taken) member.track[grades[grade]].putBack(ts)
  one.phase = 'reversed'
  one.taken = null
  member.status = statusOf(state, member)
}

/** What all findings that stand come to; who has left has left. */
function statusOf(state: State, { acct, status }: Member): Status {
  if (status === 'departed') return status
  const sanctioned = casesOf(state, acct).filter(({ phase }) => phase === 'sanctioned')
  if (sanctioned.some(({ found }) => found!.measure === measures.severe)) return 'banned'
  return sanctioned.length > 1 ? 'restricted' : 'active'
}
