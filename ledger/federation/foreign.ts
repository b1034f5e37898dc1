/**
 * A record of another city's log, shown here: its bytes and the tlog-proof (C2SP tlog-proof) that
 * it stands in a tree which that city's log key has signed.
 *
 * It proves that the other hub wrote it there for everybody to see, no more: whether it was allowed
 * to is what the witnesses of that log replay.
 */
import type { ForeignRecord } from '../action.ts'
import { fromUtf8 } from '../bytes.ts'
import { type Entry, parseRecord, TIME_END } from '../entry.ts'
import type { Card } from './federation.ts'
import { verifyProof } from '../proof.ts'

/**
 * The entry, when the record can be read, is of `hub`'s log, and is proved to stand there; else
 * null.
 */
export function entryOf(shown: ForeignRecord, hub: Card): Entry | null {
  const entry = parseRecord(shown.record)
  const proof = fromUtf8(shown.proof)
  if (entry === null || proof === null || entry.origin !== hub.origin || entry.ts >= TIME_END) return null
  const proven = verifyProof(proof, entry.leaf, hub.origin, hub.logKey)
  return proven !== null && proven.index === BigInt(entry.seq) ? entry : null
}
