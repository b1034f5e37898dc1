/**
 * Freezing a hub that is convicted by its own signatures: `hub.frozen`.
 *
 * The record holds the whole bundle (`evidence/evidence.ts`) and it is checked here, so nobody can be frozen
 * without proof, and whoever replays this log sees why it was done. It stands in the record before
 * this hub acts on it, because it changes what becomes of value that arrives from there: from here on
 * that is suspended, whatever the limits say; nothing new is sent there; what members had asked to
 * send is theirs again. What people have among themselves in this city is not touched, nor what was
 * credited before, nor a transfer of ours that comes back.
 *
 * Not asked is whether a restore in the accused log excuses the offence (`excuseFor`): that needs that
 * log. The hub asks it before it records this.
 *
 * A freeze ends by a document of all members that names its evidence (`release.ts`), and by nothing else.
 */
import type { ActionOf, Origin } from '../action.ts'
import { equalBytes, fromUtf8 } from '../bytes.ts'
import { verifyEvidence } from '../evidence/evidence.ts'
import { type FreezingKind, isFreezing, type Offence } from '../evidence/offence.ts'
import type { Refusal } from '../refusal.ts'
import { type At, cardOf, currentDocument, type State } from '../state/state.ts'
import { isSettled } from './release.ts'
import { callOffRequestsTo } from './transfer.ts'
import { endTrust } from './trust.ts'

export function checkFrozen(state: State, frozen: ActionOf<'hub.frozen'>, _at: At): Refusal | null {
  const { hub } = frozen
  if (state.federation === null) return { code: 'no-federation' }
  if (hub === state.hub.origin) return { code: 'own-hub' }
  const card = cardOf(currentDocument(state.federation), hub)
  if (card === undefined) return { code: 'unknown-hub', hub }
  if (isFrozen(state, hub)) return { code: 'hub-frozen', hub }
  // All of the hubId, and not the part of it that is in the name.
  const offence = offenceIn(frozen)
  if (offence === null || !equalBytes(offence.hubId, card.hubId)) return { code: 'bad-evidence' }
  return isSettled(state.federation, offence) ? { code: 'offence-settled', hub } : null
}

/** Only after a null from `checkFrozen`. */
export function applyFrozen(state: State, frozen: ActionOf<'hub.frozen'>, at: At): void {
  const { kind, id } = offenceIn(frozen)!
  state.frozen.set(frozen.hub, { kind, evidence: id, seq: at.seq, ts: at.ts })
  endTrust(state, frozen.hub)
  callOffRequestsTo(state, frozen.hub, at)
}

/** True from the record on that says so. */
export const isFrozen = (state: State, hub: Origin): boolean => state.frozen.has(hub)

/** What the bundle proves by itself; what needs a log beside it and people's judgement freezes nobody. */
function offenceIn({ evidence }: ActionOf<'hub.frozen'>): (Offence & { kind: FreezingKind }) | null {
  const text = fromUtf8(evidence)
  const verdict = text === null ? null : verifyEvidence(text)
  if (verdict?.ok !== true) return null
  const { kind } = verdict.offence
  return isFreezing(kind) ? { ...verdict.offence, kind } : null
}
