/**
 * Going on from a backup, in sight of everybody.
 *
 * A hub that was restored from a backup may have promised places in its log (receipts) that it no longer
 * remembers. It cannot un-say them; what it can do is begin a new *generation*: `hub.restored`, signed by the
 * stewards' threshold, is the first record after what could be fetched back, and names the size and root of
 * the log it goes on from. Every seal from then on carries the new generation. A promise of an older
 * generation for a place at or behind that size is thereby void, openly and countably, and is no proof of a
 * lie; one below it, or of a generation this log never reached, still is. What others cosigned is fetched back
 * first; where one of them withholds it, the stewards may go on without: the record names what was given up, and
 * that city vouches for this log no more.
 *
 * Members whose receipt was voided may say so in the record (`lost.claimed`), so that the loss has a number.
 */
import { type ActionOf, givenUpSchema, type Hex } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import { verifyIn } from '../keys.ts'
import type { Refusal } from '../refusal.ts'
import { bytesOf, decodeAs, encodeAs, fields, literal, uint } from '../schema.ts'
import { type At, charterOf, generationOf, type State, stewardsNeeded } from '../state/state.ts'

const approvalSchema = fields({ kind: literal(3), generation: uint, size: uint, root: bytesOf(32), givenUp: givenUpSchema })

/**
 * The generation that begins, the log it goes on from, and the newest checkpoint of it that is given up: one that a city
 * had cosigned and did not give back; null where none is known.
 */
export type RestoreTo = Pick<ActionOf<'hub.restored'>, 'generation' | 'size' | 'root' | 'givenUp'>

/**
 * What each steward signs in context `appr`: [3, generation, size, root, givenUp]. No body of a kind reads so, whose
 * second field is an id.
 */
export function restoreApproval({ generation, size, root, givenUp }: RestoreTo): Uint8Array {
  return encodeAs(approvalSchema, { kind: 3, generation, size, root, givenUp })
}

/** Whether bytes are such a text: what a device asks before it signs them. */
export const isRestoreApproval = (bytes: Uint8Array): boolean => decodeAs(approvalSchema, bytes) !== null

export function checkRestored(state: State, restored: ActionOf<'hub.restored'>, at: At): Refusal | null {
  const expected = generationOf(state) + 1
  if (restored.generation !== expected) return { code: 'wrong-generation', expected }
  if (restored.size !== at.seq || !equalBytes(restored.root, state.tree.root())) return { code: 'other-tree' }
  if (restored.givenUp !== null && restored.givenUp.size <= restored.size) return { code: 'nothing-given-up' }
  const by = new Set<Hex>()
  for (const approval of restored.approvals) {
    if (by.has(approval.steward)) return { code: 'already-approved' }
    const refusal = checkApproval(state, restored, approval)
    if (refusal !== null) return refusal
    by.add(approval.steward)
  }
  const needed = stewardsNeeded(state, charterOf(state).stewardThreshold)
  return by.size < needed ? { code: 'not-enough-stewards', needed, got: by.size } : null
}

/** Why this steward's signature does not count for this restore, or null. */
export function checkApproval(
  state: State, to: RestoreTo, { steward, keyId, signature }: ActionOf<'hub.restored'>['approvals'][number],
): Refusal | null {
  const member = state.members.get(steward)
  if (member === undefined) return { code: 'unknown-member', member: steward }
  if (!member.steward) return { code: 'not-a-steward' }
  const key = member.devices.get(toHex(keyId))
  if (key === undefined) return { code: 'unknown-device' }
  return verifyIn(key, 'appr', state.hub.id, restoreApproval(to), signature) ? null : { code: 'wrong-signature' }
}

export function applyRestored(state: State, restored: ActionOf<'hub.restored'>, at: At): void {
  const by = restored.approvals.map(({ steward }) => steward)
  state.restores.push({ size: restored.size, ts: at.ts, by, claims: new Map() })
}

/** A receipt of a place that a restore went back behind. It is named by its hash; its holder keeps it. */
export function checkLost(state: State, lost: ActionOf<'lost.claimed'>, _at: At): Refusal | null {
  const restore = state.restores[lost.generation - 1]
  if (restore === undefined) return { code: 'unknown-restore', generation: lost.generation }
  if (lost.seq < restore.size) return { code: 'not-lost' }
  return state.restores.some(({ claims }) => claims.has(lost.receipt)) ? { code: 'already-claimed' } : null
}

export function applyLost(state: State, lost: ActionOf<'lost.claimed'>, at: At): void {
  state.restores[lost.generation - 1]!.claims.set(lost.receipt, { by: lost.acct, seq: lost.seq, ts: at.ts })
}

/** A restore with the generation that began with it. */
export type Excuse = { generation: number; size: number; ts: number }

/**
 * What excuses a promise that this log does not keep: one of generation g for place s is void, and no proof of
 * a lie, exactly if one of these has generation > g and size ≤ s. A promise of a generation above
 * `generationOf` was never this log's to make. Two signed checkpoints are judged by `excuseFor` (`evidence/excuse.ts`).
 */
export const restoresOf = (state: State): Excuse[] =>
  state.restores.map(({ size, ts }, i) => ({ generation: i + 1, size, ts }))

/** Whether a restore recorded in this log voids what was promised in `generation` about place `seq`. */
export const isExcused = (state: State, generation: number, seq: number): boolean =>
  restoresOf(state).some((restore) => restore.generation > generation && restore.size <= seq)
