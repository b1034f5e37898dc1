/**
 * Invitations: a member who has helped somebody may bring somebody, by a code that only the two of them know.
 *
 * The record holds the hash of the code and until when it is good; whoever joins with the code names who brought
 * them, and the code is used up. It opens no door by itself: the newcomer waits for a steward like everybody, and
 * who comes without one has joined by petition. What an invitation gives is a name to ask, and the two their
 * referral [T32, S1218].
 */
import type { ActionOf, Hex } from '../action.ts'
import { toHex, utf8 } from '../bytes.ts'
import { utcDayOf } from '../calendar.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, type State } from '../state/state.ts'
import { levelOf } from './level.ts'
import { checkPresent } from './status.ts'

/** Invitations that one member may have open at once. */
export const INVITATIONS_OPEN_MAX = 5
const INVITES_FROM_LEVEL = 2
const DAY = 86_400

const DOMAIN = utf8('cv/invite\0')

/** What stands in the record for a code of 16 random bytes. */
export const invitationOf = (code: Uint8Array): Hex => toHex(sha256(DOMAIN, code))

export function checkInvited(state: State, invited: ActionOf<'member.invited'>, at: At): Refusal | null {
  const member = state.members.get(invited.acct)!
  const level = levelOf(state, invited.acct)
  if (!member.steward && level < INVITES_FROM_LEVEL) return { code: 'level-too-low', level, needed: INVITES_FROM_LEVEL }
  if (state.invitations.has(invited.invitation)) return { code: 'already-invited' }
  const today = utcDayOf(at.ts)
  if (invited.until < today || invited.until > today + charterOf(state).windows.invitationDays) return { code: 'bad-expiry' }
  const open = state.invitationsOpen.get(invited.acct) ?? 0
  return open < INVITATIONS_OPEN_MAX ? null : { code: 'limit-reached', most: INVITATIONS_OPEN_MAX }
}

export function applyInvited(state: State, invited: ActionOf<'member.invited'>, _at: At): void {
  const { invitation, acct, until } = invited
  state.invitations.set(invitation, { invitation, by: acct, until })
  state.invitationsOpen.set(acct, (state.invitationsOpen.get(acct) ?? 0) + 1)
  state.deadlines.set((until + 1) * DAY, 'member.invitation', invitation)
}

/** Why nobody can join with this code, or null. */
export function checkCode(state: State, code: Uint8Array): Refusal | null {
  const invitation = state.invitations.get(invitationOf(code))
  return invitation === undefined ? { code: 'unknown-invitation' } : checkPresent(state.members.get(invitation.by)!)
}

/** Uses a code up; whoever invited by it. */
export function takeInvitation(state: State, code: Uint8Array): Hex {
  const invitation = invitationOf(code)
  const { by } = state.invitations.get(invitation)!
  closeInvitation(state, invitation)
  return by
}

/** Deadline: its last day is over. */
export function lapseInvitation(state: State, invitation: Hex, at: At): void {
  const open = state.invitations.get(invitation)
  if (open !== undefined && (open.until + 1) * DAY <= at.ts) closeInvitation(state, invitation)
}

function closeInvitation(state: State, invitation: Hex): void {
  const { by } = state.invitations.get(invitation)!
  state.invitations.delete(invitation)
  const left = state.invitationsOpen.get(by)! - 1
  if (left === 0) state.invitationsOpen.delete(by)
  else state.invitationsOpen.set(by, left)
}
