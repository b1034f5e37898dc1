/**
 * E1 to E4: two statements of a log key about one history, of which one is false; and how they are made of two
 * histories that somebody has met.
 */
import { compareBytes, equalBytes } from '../bytes.ts'
import { type Checkpoint, openCheckpoint } from '../checkpoint.ts'
import { openSealed, parseReceipt } from '../entry.ts'
import { proveConsistency, type Tree, verifyConsistency } from '../merkle.ts'
import { parseProof, verifyProof } from '../proof.ts'
import { type Accused, accusedBy, type EvidenceFault, type Offence, offence } from './offence.ts'
import type { Bound, Evidence } from './parts.ts'

export function twoReceipts(accused: Accused, first: Bound, second: Bound): Offence | EvidenceFault {
  const one = opened(accused, first)
  const other = opened(accused, second)
  if (one === null || other === null) return 'bad-receipt'
  if (one.seq !== other.seq) return 'other-number'
  if (one.generation !== other.generation) return 'other-generation'
  if (equalBytes(first.leaf, second.leaf)) return 'no-contradiction'
  const { seq, generation } = one
  return offence(accused, 'E1', {
    numbers: [BigInt(generation), BigInt(seq)],
    hashes: [first.leaf, second.leaf].sort(compareBytes),
    at: BigInt(seq),
    // A restore begins another generation: within one, nothing excuses two records at one number.
    statements: [],
    shows: `This key sealed two different records as number ${seq} of its log, both in generation ${generation}: `
      + 'a log has one record at each number.',
  })
}

export function twoRoots(accused: Accused, first: string, second: string): Offence | EvidenceFault {
  const one = signed(accused, first)
  const other = signed(accused, second)
  if (one === null || other === null) return 'bad-checkpoint'
  if (one.size !== other.size) return 'other-size'
  if (equalBytes(one.root, other.root)) return 'no-contradiction'
  return offence(accused, 'E2', {
    numbers: [one.size],
    hashes: [one.root, other.root].sort(compareBytes),
    at: one.size - 1n,
    statements: [{ note: first }, { note: second }],
    shows: `This key signed two checkpoints of ${one.size} records with different roots: `
      + 'it has shown two histories of the same length.',
  })
}

export function twoBeginnings(
  accused: Accused, { earlier, later, root, proof }: Extract<Evidence, { kind: 'E3' }>,
): Offence | EvidenceFault {
  const one = signed(accused, earlier)
  const other = signed(accused, later)
  if (one === null || other === null) return 'bad-checkpoint'
  if (one.size >= other.size) return 'other-size'
  if (!verifyConsistency(one.size, other.size, proof, root, other.root)) return 'bad-proof'
  if (equalBytes(root, one.root)) return 'no-contradiction'
  return offence(accused, 'E3', {
    numbers: [one.size, other.size],
    hashes: [one.root, other.root],
    at: one.size - 1n,
    statements: [{ note: earlier }, { note: later }],
    shows: `This key signed a checkpoint of ${one.size} records, and one of ${other.size} records `
      + `whose first ${one.size} are not the same: what was signed first has been changed.`,
  })
}

export function brokenReceipt(
  accused: Accused, { bound, leaf, proof }: Extract<Evidence, { kind: 'E4' }>,
): Offence | EvidenceFault {
  const receipt = opened(accused, bound)
  if (receipt === null) return 'bad-receipt'
  const parsed = parseProof(proof)
  // Words beside the proof are vouched for by nobody.
  if (parsed === null || parsed.extra !== undefined) return 'bad-proof'
  const proven = verifyProof(proof, leaf, accused.origin, accused.logKey)
  if (proven === null) return 'bad-proof'
  const { seq, generation } = receipt
  if (proven.index !== BigInt(seq)) return 'other-number'
  if (equalBytes(bound.leaf, leaf)) return 'no-contradiction'
  return offence(accused, 'E4', {
    numbers: [BigInt(generation), BigInt(seq)],
    hashes: [bound.leaf, leaf],
    at: BigInt(seq),
    statements: [{ generation }, { note: parsed.checkpoint }],
    shows: `This key gave a receipt for a record as number ${seq} of its log, and signed a checkpoint of `
      + `${proven.size} records in which another record stands there: what it promised to keep is gone.`,
  })
}

/** The number and generation that a receipt binds the hub to for this leaf. */
function opened({ hubId, origin, logKey }: Accused, { receipt, leaf }: Bound): { seq: number; generation: number } | null {
  const parsed = parseReceipt(receipt)
  const seal = parsed === null ? null : openSealed(parsed, leaf, logKey, hubId)
  return parsed === null || seal === null || seal.origin !== origin ? null : { seq: parsed.seq, generation: seal.generation }
}

const signed = ({ origin, logKey }: Accused, note: string): Checkpoint | null => openCheckpoint(note, origin, logKey)

// From two histories

/** A signed checkpoint, and the tree of the records behind it where the reader has them. */
export type Held = { note: string; tree: Pick<Tree, 'size' | 'root' | 'hashAt'> | null }

/**
 * The evidence in two checkpoints of the log that this genesis founds: E2 for one size, E3 where the
 * tree of the later one is at hand. Null when they agree, or nothing can be shown.
 */
export function evidenceFrom(genesis: Uint8Array, one: Held, other: Held): Evidence | null {
  const accused = accusedBy(genesis)
  const first = accused === null ? null : signed(accused, one.note)
  const second = accused === null ? null : signed(accused, other.note)
  if (first === null || second === null) return null
  if (first.size > second.size) return evidenceFrom(genesis, other, one)
  if (first.size === second.size) {
    return convicting({ kind: 'E2', genesis, first: one.note, second: other.note }, twoRoots(accused!, one.note, other.note))
  }
  const size1 = Number(first.size)
  const size2 = Number(second.size)
  if (other.tree === null || other.tree.size < size2) return null
  const root = other.tree.root(size1)
  const proof = proveConsistency(other.tree, size1, size2)
  const evidence = { kind: 'E3' as const, genesis, earlier: one.note, later: other.note, root, proof }
  return convicting(evidence, twoBeginnings(accused!, evidence))
}

const convicting = (evidence: Evidence, found: Offence | EvidenceFault): Evidence | null =>
  (typeof found === 'string' ? null : evidence)
