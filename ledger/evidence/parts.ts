/** What each kind of evidence is made of: statements as they were signed, and nothing that has to be believed. */
import type { Origin } from '../action.ts'

/** One slot of one hub's chain, in one federation. */
export type SlotIn = { federation: Uint8Array; hub: Origin; slot: number }
/** An order that an order key has signed for a slot. */
export type SignedOrderId = { order: Uint8Array; signature: Uint8Array }
/** A vote for an order in a slot. */
export type SignedVote = { epoch: number; order: Uint8Array; signature: Uint8Array }

/**
 * A receipt (its bytes) and the leaf hash it is over. The record itself is not needed to convict, and
 * may hold what its author would not have mailed about.
 */
export type Bound = { receipt: Uint8Array; leaf: Uint8Array }

/** The parts of a bundle. Checkpoints are signed notes; lines of witnesses on them may stay. */
export type Evidence = { genesis: Uint8Array } & (
  | { kind: 'E1'; first: Bound; second: Bound }
  | { kind: 'E2'; first: string; second: string }
  /** `root`: of the first records of the later history, as many as the earlier checkpoint has. */
  | { kind: 'E3'; earlier: string; later: string; root: Uint8Array; proof: Uint8Array[] }
  /** `proof`: the tlog-proof that `leaf` stands where the receipt promised another record. */
  | { kind: 'E4'; bound: Bound; leaf: Uint8Array; proof: string }
  | { kind: 'E5'; at: SlotIn; first: SignedOrderId; second: SignedOrderId }
  /** `card`: of the voter, as its log key has signed it. `at`: the slot voted on. */
  | { kind: 'E6'; card: Uint8Array; cardSignature: Uint8Array; at: SlotIn; first: SignedVote; second: SignedVote }
  /** `proof`: the tlog-proof of the record, under a checkpoint of this log. */
  | { kind: 'E7'; record: Uint8Array; proof: string }
  /**
   * `source`: the genesis of the hub that sent it. `order`, `signature`: as that hub signed it. `certificate`: the record of
   * its log that certifies it; `proof`: of that, under a checkpoint that the accused has audited. `later`: of the accused's own log.
   */
  | {
      kind: 'E8'; card: Uint8Array; cardSignature: Uint8Array; source: Uint8Array; order: Uint8Array; signature: Uint8Array
      certificate: Uint8Array; proof: string; later: string
    }
  | { kind: 'E9'; card: Uint8Array; cardSignature: Uint8Array; federation: Uint8Array; flag: Uint8Array; signature: Uint8Array }
)
