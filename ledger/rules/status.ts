/**
 * Who may still act: what a sanction or a departure leaves to a member.
 *
 * A member is active, restricted, banned or departed. Of the last two nothing is taken but an answer to what was
 * found against them, so that nobody is shut out without being heard; of a restricted one, nothing that uses what
 * others share or that carries value out of the city [S1766-1770]. Giving help is never restricted: it is how
 * somebody comes back. Who sets a status are the rules about cases and about leaving; here it is only asked.
 */
import type { Hex, Kind } from '../action.ts'
import type { Refusal } from '../refusal.ts'
import type { Member } from '../state/people.ts'
import type { State } from '../state/state.ts'

/** How somebody who is shut out is heard. */
export const appealKinds: ReadonlySet<Kind> = new Set<Kind>(['case.answered', 'case.appealed'])

/** What a restricted member may not sign. */
export const restrictedKinds: ReadonlySet<Kind> = new Set<Kind>([
  'member.invited', 'recovery.proposed', 'cv.converted', 'cv.given', 'service.bought', 'x.req', 'partner.redeemed',
])

/** Why this member's signature is not taken under this kind, or null. */
export function checkStatus(member: Member, kind: Kind): Refusal | null {
  if (member.status === 'restricted') return restrictedKinds.has(kind) ? { code: 'restricted', kind } : null
  return isLeft(kind) ? null : checkPresent(member)
}

/** What is left to whoever is shut out or has gone: to be heard, and to be forgotten. */
const isLeft = (kind: Kind): boolean => appealKinds.has(kind) || kind === 'erasure.asked'

/** Why nobody can do anything with this member, or null: what a rule asks of everybody whom an action names. */
export function checkPresent({ acct, status }: Member): Refusal | null {
  if (status === 'banned') return { code: 'banned', member: acct }
  return status === 'departed' ? { code: 'departed', member: acct } : null
}

/** Why nothing is awarded to this account any more, or null; a guest is their own city's matter. */
export function checkGiver(state: State, acct: Hex): Refusal | null {
  const member = state.members.get(acct)
  return member === undefined ? null : checkPresent(member)
}

/** Why this is nobody whom a steward has met and who is here, or null. */
export function checkMember(state: State, acct: Hex): Refusal | null {
  const member = state.members.get(acct)
  if (member === undefined) return { code: 'unknown-member', member: acct }
  return member.attested ? checkPresent(member) : { code: 'not-attested', member: acct }
}

/** Why this is no person whom others can speak for, appoint or judge, or null. */
export function checkPerson(state: State, acct: Hex): Refusal | null {
  const absent = checkMember(state, acct)
  if (absent !== null) return absent
  return state.members.get(acct)!.form === 'person' ? null : { code: 'no-person', member: acct }
}

/** Attested, and neither banned nor departed: somebody with whom one can do something here. */
export const isActive = (member: Member): boolean => member.attested && checkPresent(member) === null
