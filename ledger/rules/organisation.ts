/**
 * Organisations and groups: accounts that people sign for [S798-805].
 *
 * A school, a community body, a small firm, an NGO, a club has an account of its own and no device: each of its named
 * signers speaks for it with a device of theirs, so the record always says which person did. It is founded by its first
 * signer and attested by a steward who is none of them. A group is the same for people without a body behind them, and
 * has two signers at least. Neither has a level or a voice, and their value is spent on use alone: what they may sign
 * is listed here, and a kind that is added to the record is not theirs until it is added to the list.
 *
 * Nobody is both sides: whoever signs for an organisation is not the other party of the same matter, and signs for none.
 */
import { type Action, type ActionOf, type Hex, type Kind, partiesTo } from '../action.ts'
import { equalBytes, fromHex, toHex } from '../bytes.ts'
import { changed } from '../state/changed.ts'
import { type Member, newMember, type Organisation } from '../state/people.ts'
import { hashOfCharter } from '../charter/charter.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, domainDay, type State } from '../state/state.ts'
import { checkPresent, checkStatus, isActive } from './status.ts'

/** What may be signed for an organisation or a group: help and what goes with it. */
export const organisationKinds: ReadonlySet<Kind> = new Set<Kind>([
  'lost.claimed', 'member.left', 'erasure.asked', 'agreement.made', 'agreement.cancelled', 'checkin.made', 'completion.reported',
  'completion.confirmed', 'completion.declined', 'absence.reported', 'dispute.opened', 'help.recorded', 'help.confirmed', 'help.declined',
  'booking.made', 'return.recorded',
  'rating.committed', 'project.opened', 'project.cancelled', 'project.reported', 'project.confirmed', 'project.declined',
  'work.published', 'partner.offered', 'partner.returned', 'case.answered', 'case.appealed',
])

export const SIGNERS_MAX = 16

/** How many sign at least for an account that is not one person's own. */
export const signersLeast = { organisation: 1, group: 2 } as const

/** The signer who holds the device with this key id, the first named first. */
export function signerBy(state: State, organisation: Hex, keyId: Hex): Member | undefined {
  for (const acct of state.organisations.get(organisation)!.signers) {
    const member = state.members.get(acct)!
    if (member.devices.has(keyId)) return member
  }
  return undefined
}

/** Whether this person signs for that account. */
export const isSignerOf = (state: State, organisation: Hex, person: Hex): boolean =>
  state.organisations.get(organisation)?.signers.includes(person) === true

/** Whether what concerns an account is this person's own matter: it is theirs, or they sign for it. */
export const isOwn = (state: State, acct: Hex, person: Hex): boolean => acct === person || isSignerOf(state, acct, person)

/** Why this person may not sign this for an organisation, or null; that they are a signer is known. */
export function checkSpokenFor(state: State, action: Action, organisation: Hex, person: Member): Refusal | null {
  const refusal = checkStatus(person, action.kind)
  if (refusal !== null) return refusal
  if (!organisationKinds.has(action.kind)) return { code: 'persons-only', kind: action.kind }
  const isOnBothSides = partiesOf(state, action).some((party) =>
    party === person.acct || (party !== organisation && state.organisations.get(party)?.signers.includes(person.acct) === true))
  return isOnBothSides ? { code: 'same-person' } : null
}

/** Both parties of the matter that an action is about, as far as it has any. */
function partiesOf(state: State, action: Action): Hex[] {
  if ('agreement' in action) {
    const agreement = state.agreements.get(action.agreement)
    return agreement === undefined ? [] : [agreement.provider, agreement.receiver]
  }
  const agreed = partiesTo(action)
  if (agreed !== null) return [agreed.provider, agreed.receiver]
  if ('project' in action) {
    const project = state.projects.get(action.project)
    if (project === undefined) return []
    // Who takes part says nothing for whom it is made for; who leads it may sign for that, and take part.
    const { terms: { acct, requester }, chosen } = project
    return action.acct === requester ? [acct, requester, ...chosen] : [acct, requester]
  }
  if (action.kind === 'project.opened') return [action.acct, action.requester]
  const terms = 'helper' in action ? action : 'help' in action ? state.helps.get(action.help)?.terms : undefined
  return terms === undefined ? [] : [terms.helper, terms.receiver]
}

export function checkOrganisationJoined(state: State, joined: ActionOf<'organisation.joined'>, _at: At): Refusal | null {
  const { organisation, charter } = joined
  if (state.members.has(organisation) || state.guests.has(organisation)) return { code: 'account-taken' }
  if (organisation === toHex(state.hub.id)) return { code: 'account-taken' }
  return equalBytes(fromHex(charter)!, hashOfCharter(charterOf(state))) ? null : { code: 'other-charter' }
}

export function applyOrganisationJoined(state: State, joined: ActionOf<'organisation.joined'>, at: At): void {
  const { organisation, form, profile, acct } = joined
  state.members.set(organisation, { ...newMember(organisation, null, profile, at.ts, domainDay(state, at.ts)), form })
  state.organisations.set(organisation, { acct: organisation, signers: [acct], named: [] })
}

export function checkSignerNamed(state: State, named: ActionOf<'signer.named'>, _at: At): Refusal | null {
  const organisation = state.organisations.get(named.organisation)
  if (organisation === undefined) return { code: 'unknown-member', member: named.organisation }
  const refusal = checkPresent(state.members.get(named.organisation)!) ?? checkMayName(state, organisation, named.acct)
  if (refusal !== null) return refusal
  const person = state.members.get(named.signer)
  if (person === undefined || person.form !== 'person') return { code: 'unknown-member', member: named.signer }
  if (!person.attested) return { code: 'not-attested', member: named.signer }
  const absent = checkPresent(person)
  if (absent !== null) return absent
  if ([...organisation.signers, ...organisation.named].includes(named.signer)) return { code: 'already-signer' }
  const most = SIGNERS_MAX
  return organisation.signers.length + organisation.named.length < most ? null : { code: 'limit-reached', most }
}

/** Signers name signers; a steward does where none of them is left to. */
function checkMayName(state: State, { signers }: Organisation, acct: Hex): Refusal | null {
  if (signers.includes(acct)) return null
  const isOrphaned = !signers.some((signer) => isActive(state.members.get(signer)!))
  return isOrphaned && state.members.get(acct)!.steward ? null : { code: 'not-a-signer' }
}

export function applySignerNamed(state: State, named: ActionOf<'signer.named'>, _at: At): void {
  changed(state.organisations.get(named.organisation)!).named.push(named.signer)
}

/** Nobody signs for others who has not said that they will. */
export function checkSignerAccepted(state: State, accepted: ActionOf<'signer.accepted'>, _at: At): Refusal | null {
  const organisation = state.organisations.get(accepted.organisation)
  if (organisation === undefined) return { code: 'unknown-member', member: accepted.organisation }
  return organisation.named.includes(accepted.acct) ? null : { code: 'not-a-signer' }
}

export function applySignerAccepted(state: State, accepted: ActionOf<'signer.accepted'>, _at: At): void {
  const organisation = changed(state.organisations.get(accepted.organisation)!)
  organisation.named = organisation.named.filter((acct) => acct !== accepted.acct)
  organisation.signers.push(accepted.acct)
}

/** A signer ends their own part or another's; whoever was named and has not answered may decline. */
export function checkSignerEnded(state: State, ended: ActionOf<'signer.ended'>, _at: At): Refusal | null {
  const organisation = state.organisations.get(ended.organisation)
  if (organisation === undefined) return { code: 'unknown-member', member: ended.organisation }
  const { signers, named } = organisation
  if (!signers.includes(ended.acct) && ended.acct !== ended.signer) return { code: 'not-a-signer' }
  if (named.includes(ended.signer)) return null
  if (!signers.includes(ended.signer)) return { code: 'not-a-signer' }
  return isNeeded(state, organisation) ? { code: 'last-signer' } : null
}

export function applySignerEnded(state: State, ended: ActionOf<'signer.ended'>, _at: At): void {
  const organisation = changed(state.organisations.get(ended.organisation)!)
  organisation.named = organisation.named.filter((acct) => acct !== ended.signer)
  organisation.signers = organisation.signers.filter((acct) => acct !== ended.signer)
}

/** Whether every one of its signers has to stay while it is there. */
function isNeeded(state: State, { acct, signers }: Organisation): boolean {
  const { form, status, attested } = state.members.get(acct)!
  const least = form === 'group' && attested ? signersLeast.group : signersLeast.organisation
  return status !== 'departed' && signers.length <= least
}
