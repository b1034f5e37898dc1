/**
 * A receipt that the hub did not keep: this device holds its word that a record stands at a number, and the hub's
 * signed log has another record there. Together the two convict the hub (`ledger/README.md`, Evidence, E4), so
 * they are made one file that the member can save, mail, and have checked without anybody's help.
 */
import { fromBase64 } from '#ledger/bytes.ts'
import { encodeEvidence, evidenceFileName, offenceOf } from '#ledger/evidence/evidence.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import { leafHash } from '#ledger/merkle.ts'
import { encodeProof, parseProof } from '#ledger/proof.ts'

/** A file to save: its name and its text. */
export type EvidenceFile = { name: string; text: string }

/**
 * The evidence in a kept receipt and the hub's own proof of what stands at its number (a tlog-proof with the record
 * as `extra`); null when they agree, or when either is not the hub's word. `genesis`, `record` and `receipt` are
 * base64.
 */
export function evidenceOf(kept: { record: string; receipt: string }, proof: string, genesis: string): EvidenceFile | null {
  const [founded, record, receipt] = [fromBase64(genesis), fromBase64(kept.record), fromBase64(kept.receipt)]
  const parsed = parseProof(proof)
  if (founded === null || record === null || receipt === null || parsed?.extra === undefined) return null
  const { index, hashes, checkpoint, extra } = parsed
  const evidence: Evidence = {
    kind: 'E4',
    genesis: founded,
    bound: { receipt, leaf: leafHash(record) },
    leaf: leafHash(extra),
    proof: encodeProof({ index, hashes, checkpoint }),
  }
  const offence = offenceOf(evidence)
  if (typeof offence === 'string') return null
  return { name: evidenceFileName(offence), text: encodeEvidence(evidence) }
}
