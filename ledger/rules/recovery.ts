/**
 * Recovery: a member who has lost every device is given a new one by the stewards, in public and with a delay.
 *
 * Somebody who has recognised the person, a neighbour or a steward, proposes the new key; stewards approve it until as
 * many have as the charter asks for, a steward's proposal being the first approval. Then everybody can see it for `recoveryDays`, and any device that the member still has, or any steward,
 * can stop it: so stewards cannot take an account over from somebody who is there. At the midnight it takes effect,
 * the old devices end, and nothing else changes: value, level, ratings and story are the member's own.
 *
 * Whoever has stolen a device can stop it too. Then it is the stewards' word against a device, and no rule can tell
 * who is who: the device has to be found, or the person joins anew.
 */
import type { ActionOf, Hex } from '../action.ts'
import { toHex } from '../bytes.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Recovery } from '../state/people.ts'
import { keyIdOf } from '../keys.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, inOffice, type State, stewardsOf } from '../state/state.ts'
import { checkNewKey, endDevice } from './device.ts'
import { levelOf } from './level.ts'

const DAY = 86_400
const PROPOSES_FROM_LEVEL = 2
/** Whatever not enough stewards have approved by then is over. */
export const PROPOSED_DAYS = 30

export function checkRecoveryProposed(state: State, proposed: ActionOf<'recovery.proposed'>, _at: At): Refusal | null {
  const { member: acct, device, proof } = proposed
  const member = state.members.get(acct)
  if (member === undefined) return { code: 'unknown-member', member: acct }
  if (!member.attested) return { code: 'not-attested', member: acct }
  const level = levelOf(state, proposed.acct)
  const isSteward = state.members.get(proposed.acct)!.steward
  if (!isSteward && level < PROPOSES_FROM_LEVEL) return { code: 'level-too-low', level, needed: PROPOSES_FROM_LEVEL }
  // Somebody banned has a right to be heard, and needs a device for it.
  if (member.status === 'departed') return { code: 'departed', member: acct }
  if (acct === proposed.acct) return { code: 'own-recovery' }
  if (state.recoveries.has(acct)) return { code: 'recovery-open' }
  return checkNewKey(state, member, device, proof)
}

export function applyRecoveryProposed(state: State, proposed: ActionOf<'recovery.proposed'>, at: At): void {
  const { member, device, evidence, acct } = proposed
  const by = state.members.get(acct)!.steward ? [acct] : []
  state.recoveries.set(member, { member, device, evidence, by, ts: at.ts, due: null })
  // Nobody else brings this key meanwhile.
  state.deviceOwner.set(toHex(device), member)
  state.deadlines.set(at.ts + PROPOSED_DAYS * DAY, 'member.recovery', member)
  announceIfApproved(state, member, at)
}

/** Why this steward does not approve it, or not again; or null. */
export function checkRecoveryApproved(state: State, approved: Pick<ActionOf<'recovery.approved'>, 'acct' | 'member' | 'device'>): Refusal | null {
  const recovery = state.recoveries.get(approved.member)
  if (recovery === undefined || toHex(recovery.device) !== toHex(approved.device)) return { code: 'no-recovery' }
  if (approved.acct === approved.member) return { code: 'own-recovery' }
  if (recovery.due !== null) return { code: 'wrong-phase', phase: 'announced' }
  return recovery.by.includes(approved.acct) && !isApproved(state, recovery) ? { code: 'already-approved' } : null
}

export function applyRecoveryApproved(state: State, { member, acct }: ActionOf<'recovery.approved'>, at: At): void {
  const recovery = changed(state.recoveries.get(member)!)
  if (!recovery.by.includes(acct)) recovery.by.push(acct)
  announceIfApproved(state, member, at)
}

export function checkRecoveryVetoed(state: State, vetoed: ActionOf<'recovery.vetoed'>, _at: At): Refusal | null {
  if (!state.recoveries.has(vetoed.member)) return { code: 'no-recovery' }
  if (vetoed.acct === vetoed.member || state.members.get(vetoed.acct)!.steward) return null
  return { code: 'not-a-party' }
}

export function applyRecoveryVetoed(state: State, { member }: ActionOf<'recovery.vetoed'>, _at: At): void {
  endRecovery(state, member)
}

/**
 * Stewards who have to agree: as many as the charter says, never more than there are besides the member, and one at least: else
 * any neighbour could bring back the one steward there is, as themselves.
 */
export function recoveryApprovalsNeeded(state: State, member: Hex): number {
  const others = stewardsOf(state).filter(({ acct }) => acct !== member).length
  return Math.max(1, Math.min(charterOf(state).stewardThreshold, others))
}

/** Deadline: what was announced takes effect; what never was is over. */
export function settleRecovery(state: State, acct: Hex, at: At): void {
  const recovery = state.recoveries.get(acct)
  if (recovery === undefined) return
  const { due, ts, device } = recovery
  if (due === null ? ts + PROPOSED_DAYS * DAY > at.ts : due > at.ts) return
  endRecovery(state, acct)
  const member = state.members.get(acct)!
  if (due === null || member.status === 'departed') return
  changed(member)
  for (const old of [...member.devices.values()]) endDevice(state, member, old, at.ts)
  member.devices.set(toHex(keyIdOf(device)), device)
  state.deviceOwner.set(toHex(device), acct)
}

/** Who has approved it and still is a steward. */
export const approversOf = (state: State, { by }: Recovery): Hex[] => inOffice(state, by)

/** Whether as many approve it. */
const isApproved = (state: State, recovery: Recovery): boolean =>
  approversOf(state, recovery).length >= recoveryApprovalsNeeded(state, recovery.member)

function announceIfApproved(state: State, member: Hex, at: At): void {
  const recovery = state.recoveries.get(member)!
  if (!isApproved(state, recovery)) return
  recovery.due = midnightAtOrAfter(at.ts + charterOf(state).windows.recoveryDays * DAY)
  state.deadlines.set(recovery.due, 'member.recovery', member)
}

function endRecovery(state: State, member: Hex): void {
  state.deviceOwner.delete(toHex(state.recoveries.get(member)!.device))
  state.recoveries.delete(member)
}
