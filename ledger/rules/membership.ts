/**
 * Membership: a person brings a device key and accepts the charter, by an invitation or by petition; a steward who has
 * met them attests it, or declines, and then it is as if they had not asked.
 *
 * An account is 32 random bytes; names, papers and faces stay outside the record, here only as salted
 * commitments whose salt can be destroyed. Before attestation a member reads and drafts; nothing they sign
 * is taken, because until then nobody answers for there being one person behind one account.
 */
import type { ActionOf, Hex } from '../action.ts'
import { equalBytes, fromHex, toHex } from '../bytes.ts'
import { changed } from '../state/changed.ts'
import { type Member, newMember } from '../state/people.ts'
import { hashOfCharter } from '../charter/charter.ts'
import { isAcceptableKey } from '../keys.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, type State } from '../state/state.ts'
import { issueForNewcomer } from './commons.ts'
import { checkCode, takeInvitation } from './invitation.ts'
import { signersLeast } from './organisation.ts'
import { endReserve } from './reserve.ts'
import { checkPresent } from './status.ts'

export function checkJoined(state: State, joined: ActionOf<'member.joined'>, _at: At): Refusal | null {
  if (state.members.has(joined.acct) || state.guests.has(joined.acct)) return { code: 'account-taken' }
  if (joined.acct === toHex(state.hub.id)) return { code: 'account-taken' }
  if (!isAcceptableKey(joined.device)) return { code: 'bad-key' }
  if (state.deviceOwner.has(toHex(joined.device))) return { code: 'key-taken' }
  // Joining is agreeing to the rules as they stand, so the signature names exactly these rules.
  if (!equalBytes(fromHex(joined.charter)!, hashOfCharter(charterOf(state)))) return { code: 'other-charter' }
  return joined.invitation === null ? null : checkCode(state, joined.invitation)
}

export function applyJoined(state: State, joined: ActionOf<'member.joined'>, at: At): void {
  const invitedBy = joined.invitation === null ? null : takeInvitation(state, joined.invitation)
  state.members.set(joined.acct, { ...newMember(joined.acct, joined.device, joined.profile, at.ts, domainDay(state, at.ts)), invitedBy })
  state.deviceOwner.set(toHex(joined.device), joined.acct)
}

export function checkAttested(state: State, attested: ActionOf<'member.attested'>, _at: At): Refusal | null {
  const member = state.members.get(attested.member)
  if (member === undefined) return { code: 'unknown-member', member: attested.member }
  if (attested.member === attested.acct) return { code: 'self-attested' }
  if (member.attested) return { code: 'already-attested', member: attested.member }
  return checkPresent(member) ?? checkVouched(state, member, attested.acct)
}

/** Why this steward cannot answer for an account that others sign for, or null. */
function checkVouched(state: State, { acct, form }: Member, steward: Hex): Refusal | null {
  if (form === 'person') return null
  const { signers } = state.organisations.get(acct)!
  if (signers.includes(steward)) return { code: 'self-attested' }
  const needed = signersLeast[form]
  return signers.length < needed ? { code: 'too-few-signers', needed } : null
}

export function applyAttested(state: State, attested: ActionOf<'member.attested'>, at: At): void {
  const member = changed(state.members.get(attested.member)!)
  member.attested = true
  issueForNewcomer(state, member, at)
}

/** A steward lets nobody wait who will not be met: whoever asked to join has not, and may ask anew. */
export function checkDeclined(state: State, declined: ActionOf<'member.declined'>, _at: At): Refusal | null {
  const member = state.members.get(declined.member)
  if (member === undefined) return { code: 'unknown-member', member: declined.member }
  return member.attested ? { code: 'already-attested', member: declined.member } : null
}

export function applyDeclined(state: State, { member }: ActionOf<'member.declined'>, _at: At): void {
  const newcomer = changed(state.members.get(member)!)
  for (const device of newcomer.devices.values()) state.deviceOwner.delete(toHex(device))
  // What somebody who moved here brought with them is not this city's to keep.
  endReserve(state, newcomer)
  state.brought.delete(member)
  state.members.delete(member)
  state.organisations.delete(member)
}
