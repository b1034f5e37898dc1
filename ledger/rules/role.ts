/**
 * Roles: what somebody is appointed to, for a term, and ends. Another axis than levels, which are computed: whoever has
 * contributed much is no steward by that, and a steward has no higher level [S1753, T33].
 *
 *   granted by stewards together, or by a vote ── offered ── accepted: held ── resigned, term over, ended, recalled
 *                                                    └─ lapses after `noticeDays`
 *
 * So that nobody takes a hub over, and none is ever without somebody who can act for it:
 *
 *  - nobody grants themselves anything; one founder alone appoints the second steward, two are needed for the third;
 *  - two stewards at least, and the threshold, must agree to end the office of another: of two stewards neither can
 *    shut the other out; a vote can, without any steward;
 *  - the last steward cannot resign, and stays when their term is over or a vote has recalled them, until the next one
 *    has accepted;
 *  - should a hub have none left, because the last was banned or moved away, a vote appoints one.
 */
import type { ActionOf, Hex } from '../action.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import { type Post, postName } from '../state/council.ts'
import type { Member } from '../state/people.ts'
import { type Role, roles } from '../charter/charter.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, charterOf, domainDay, type State, stewardsOf } from '../state/state.ts'
import { checkSaid, sayJointly } from './jointly.ts'
import { noteAct } from './regard.ts'
import { checkPerson } from './status.ts'

const DAY = 86_400
/** So long after the founding nobody has to have contributed yet: how else would a time bank begin? */
const FOUNDERS_DAYS = 30
/** The least number of stewards who can end the office of another. */
const AGAINST_A_STEWARD = 2

export function checkRoleGranted(state: State, granted: ActionOf<'role.granted'>, at: At): Refusal | null {
  const { acct, member, role } = granted
  if (member === acct) return { code: 'own-matter' }
  return checkAppointable(state, role, member, at) ?? checkSaid(state, grantOf(granted), acct, [member])
}

export function applyRoleGranted(state: State, granted: ActionOf<'role.granted'>, at: At): void {
  if (sayJointly(state, grantOf(granted), granted.acct, [granted.member])) offer(state, granted.role, granted.member, at)
}

/** Why nobody can be offered this role, by stewards or by a vote, or null. */
export function checkAppointable(state: State, role: Role, acct: Hex, at: At): Refusal | null {
  const row = rowOf(state, role)
  if (row === undefined) return { code: 'unknown-role' }
  const refusal = checkPerson(state, acct)
  if (refusal !== null) return refusal
  const isEarly = domainDay(state, at.ts) < FOUNDERS_DAYS
  if (row.needsContribution && !isEarly && state.members.get(acct)!.contributions < 1) return { code: 'no-contribution', member: acct }
  return state.nominations.has(postName(role, acct)) ? { code: 'wrong-phase', phase: 'offered' } : null
}

/** Nobody holds a role without having said yes to it. */
export function offer(state: State, role: Role, member: Hex, at: At): void {
  const until = midnightAtOrAfter(at.ts + charterOf(state).windows.noticeDays * DAY)
  state.nominations.set(postName(role, member), { role, member, until })
  state.deadlines.set(until, 'role.offer', member)
}

/** Deadline: offers that nobody has accepted. */
export function lapseOffers(state: State, member: Hex, at: At): void {
  for (const role of Object.values(roles)) {
    const open = state.nominations.get(postName(role, member))
    if (open !== undefined && open.until <= at.ts) state.nominations.delete(postName(role, member))
  }
}

export function checkRoleAccepted(state: State, { acct, role }: ActionOf<'role.accepted'>, _at: At): Refusal | null {
  if (!state.nominations.has(postName(role, acct))) return { code: 'not-offered' }
  return rowOf(state, role) === undefined ? { code: 'unknown-role' } : null
}

export function applyRoleAccepted(state: State, { acct, role }: ActionOf<'role.accepted'>, at: At): void {
  state.nominations.delete(postName(role, acct))
  takeUp(state, role, acct, at)
  if (role === roles.steward) for (const post of postsOf(state, roles.steward)) endIfOver(state, post, at)
}

/** From now on, for a term; who holds it already begins a new one. */
export function takeUp(state: State, role: Role, acct: Hex, at: At): void {
  const until = midnightAtOrAfter(at.ts + rowOf(state, role)!.termDays * DAY)
  state.jointly.delete(endingOf(role, acct))
  state.posts.set(postName(role, acct), { role, member: acct, since: at.ts, until, isRecalled: false })
  state.deadlines.set(until, 'role.term', acct)
  if (role === roles.steward) changedMember(state, acct)!.steward = true
}

export function checkRoleEnded(state: State, { acct, member, role }: ActionOf<'role.ended'>, _at: At): Refusal | null {
  if (!state.posts.has(postName(role, member))) return { code: 'not-held' }
  if (acct === member) return isLastSteward(state, role) ? { code: 'last-steward' } : null
  if (!state.members.get(acct)!.steward) return { code: 'not-a-steward' }
  const needed = neededToEnd(state, role)
  const got = stewardsOf(state).length - 1
  if (role === roles.steward && got < needed) return { code: 'not-enough-stewards', needed, got }
  return checkSaid(state, endingOf(role, member), acct, [member], needed)
}

export function applyRoleEnded(state: State, { acct, member, role }: ActionOf<'role.ended'>, _at: At): void {
  const isDecided = acct === member || sayJointly(state, endingOf(role, member), acct, [member], neededToEnd(state, role))
  if (isDecided) end(state, state.posts.get(postName(role, member))!)
}

/** Deadline: terms that are over. */
export function endTerms(state: State, member: Hex, at: At): void {
  for (const role of Object.values(roles)) endIfOver(state, state.posts.get(postName(role, member)), at)
}

/** A vote ends the office, at once or as soon as there is another steward. */
export function recall(state: State, role: Role, member: Hex, at: At): void {
  const post = state.posts.get(postName(role, member))
  if (post === undefined) return
  changed(post).isRecalled = true
  post.until = at.ts
  endIfOver(state, post, at)
}

/** Who is banned or leaves holds no role from then on, and none is offered to them. */
export function leaveRoles(state: State, acct: Hex): void {
  for (const role of Object.values(roles)) {
    state.nominations.delete(postName(role, acct))
    const post = state.posts.get(postName(role, acct))
    if (post !== undefined) end(state, post)
  }
}

/** What a member holds today. */
export const rolesOf = (state: State, acct: Hex): Post[] =>
  Object.values(roles).flatMap((role) => state.posts.get(postName(role, acct)) ?? [])

const isLastSteward = (state: State, role: Role): boolean => role === roles.steward && stewardsOf(state).length === 1

const rowOf = (state: State, role: Role) => charterOf(state).roles.find((row) => row.role === role)

const postsOf = (state: State, role: Role): Post[] => [...state.posts.values()].filter((post) => post.role === role)

const grantOf = ({ role, member }: ActionOf<'role.granted'>): string => `role.granted ${role} ${member}`
const endingOf = (role: Role, member: Hex): string => `role.ended ${role} ${member}`

function neededToEnd(state: State, role: Role): number {
  const { stewardThreshold } = charterOf(state)
  return role === roles.steward ? Math.max(AGAINST_A_STEWARD, stewardThreshold) : stewardThreshold
}

function endIfOver(state: State, post: Post | undefined, at: At): void {
  if (post === undefined || post.until > at.ts || isLastSteward(state, post.role)) return
  if (post.role === roles.steward && !post.isRecalled) noteAct(state, post.member)
  end(state, post)
}

function end(state: State, { role, member }: Post): void {
  state.posts.delete(postName(role, member))
  state.jointly.delete(endingOf(role, member))
  if (role === roles.steward) (changedMember(state, member) as Member).steward = false
}
