/**
 * Behind a start from a snapshot: every byte of the journal that the snapshot stands for is read and hashed again,
 * and must be what the tree says.
 *
 * Record by record its leaf hash is compared with the tree's, its place with the index, and each node above it with
 * the hash of the two below; last the root with the checkpoint this hub has signed. The records are then those
 * that were judged before they were written, so their rules and signatures need not be asked again. It works in
 * slices between which the hub does everything else but sign a checkpoint. Rows of closed agreements and helps are
 * hashed on the way, so that the next day's digest need not hash them all at once.
 */
import { equalBytes } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { leafHash, nodeHash, type Tree } from '#ledger/merkle.ts'
import { frameTypes } from './frames.ts'
import type { Frame, Place } from './journal.ts'
import { LedgerCorrupt, type OwnLog } from './own-log.ts'

/** A few milliseconds of work. */
const RECORDS_PER_SLICE = 512

export type ProofPorts = {
  own: OwnLog
  /** The frames of the journal from its beginning. */
  frames: Iterable<{ frame: Frame; at: Place }>
  /** Gives everything else its turn; false to stop. */
  breathe(): Promise<boolean>
  onProgress(done: number, total: number): void
}

/** Resolves to true when all is as it must be, to false when it was stopped. Throws LedgerCorrupt with the first entry that is not. */
export async function proveBehind({ own, frames, breathe, onProgress }: ProofPorts): Promise<boolean> {
  const total = own.unproven
  const { hub, tree, agreements, helps } = own.state
  const nextSlice = (): Promise<boolean> => {
    for (const register of [agreements, helps]) register.hashClosed(RECORDS_PER_SLICE)
    return breathe()
  }
  let seq = 0
  if (!(await nextSlice())) return false
  for (const { frame: { type, payload }, at } of frames) {
    if (seq === total) break
    if (type !== frameTypes.record) continue
    const expected = own.placeOf(seq)
    if (at.segment !== expected.segment || at.offset !== expected.offset) {
      throw new LedgerCorrupt(seq, 'it does not stand where the snapshot says')
    }
    if (!isUnder(tree, seq, leafHash(payload))) throw new LedgerCorrupt(seq, 'its hash is not the one in the tree')
    seq++
    if (seq % RECORDS_PER_SLICE !== 0) continue
    onProgress(seq, total)
    if (!(await nextSlice())) return false
  }
  if (seq < total) throw new LedgerCorrupt(seq, 'the journal ends before what the snapshot stands for')
  const checkpoint = own.checkpoint === null ? null : openCheckpoint(own.checkpoint, hub.origin, hub.logKey)
  if (checkpoint === null || !equalBytes(tree.root(Number(checkpoint.size)), checkpoint.root)) {
    throw new LedgerCorrupt(seq - 1, 'the tree does not lead to the checkpoint that was signed')
  }
  onProgress(total, total)
  return true
}

/** Whether this is the tree's leaf, and every node that the leaf completes is the hash of the two below it. */
function isUnder(tree: Tree, seq: number, leaf: Uint8Array): boolean {
  let hash = leaf
  let index = seq
  for (let level = 0; ; level++) {
    if (!equalBytes(hash, tree.hashAt(level, index))) return false
    if (index % 2 === 0) return true
    hash = nodeHash(tree.hashAt(level, index - 1), hash)
    index = (index - 1) / 2
  }
}
