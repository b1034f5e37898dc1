/**
 * Proofs to take home (C2SP tlog-proof): one text file that shows, without asking anybody, that a
 * record stands in a log which its hub signed and witnesses saw.
 *
 *     c2sp.org/tlog-proof@v1
 *     extra <base64>             optional; vouched for by nobody
 *     index 73894
 *     <base64 hash>              the inclusion proof, from the leaf's sibling upwards
 *     …
 *
 *     <the signed checkpoint, verbatim>
 *
 * The format leaves the record out: whoever checks such a file has the record, or its leaf hash. A hub puts the
 * record's bytes into `extra`, so that a member keeps one file that says everything. Nobody has to vouch for
 * them: they hash to the leaf, or they are not the record.
 */

import { fromBase64, toBase64 } from './bytes.ts'
import { openCheckpoint, parseDecimal } from './checkpoint.ts'
import { verifyInclusion } from './merkle.ts'
import type { NoteKey, NoteSignature } from './note.ts'

/** `checkpoint` is the signed note as its log and witnesses made it. */
export type Proof = { index: bigint; hashes: Uint8Array[]; checkpoint: string; extra?: Uint8Array }

/** What a proof shows; `cosigners` are the given keys that vouch for the checkpoint. */
export type Proven = { index: bigint; size: bigint; root: Uint8Array; cosigners: NoteSignature[] }

const HEADER = 'c2sp.org/tlog-proof@v1'
/** A path in a tree of fewer than 2^64 leaves. */
const HASHES_MAX = 64

/** The text of a proof. @throws when it could not be read back. */
export function encodeProof({ index, hashes, checkpoint, extra }: Proof): string {
  const lines = [HEADER]
  if (extra !== undefined) lines.push(`extra ${toBase64(extra)}`)
  lines.push(`index ${index}`, ...hashes.map(toBase64))
  const text = `${lines.join('\n')}\n\n${checkpoint}`
  if (parseProof(text) === null) throw new Error('not a proof: an index, hashes and a checkpoint')
  return text
}

/** Reads a proof without judging it; null for any text `encodeProof` would not have written. */
export function parseProof(text: string): Proof | null {
  const border = text.indexOf('\n\n')
  if (border < 0 || border + 2 === text.length) return null
  const [header, ...lines] = text.slice(0, border).split('\n')
  if (header !== HEADER) return null

  let extra: Uint8Array | null | undefined
  if (lines[0]?.startsWith('extra ')) extra = fromBase64(lines.shift()!.slice('extra '.length))
  const indexLine = lines.shift()
  if (indexLine === undefined || !indexLine.startsWith('index ')) return null
  const index = parseDecimal(indexLine.slice('index '.length))
  if (extra === null || index === null || lines.length > HASHES_MAX) return null

  const hashes: Uint8Array[] = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash === null || hash.length !== 32) return null
    hashes.push(hash)
  }
  const checkpoint = text.slice(border + 2)
  return extra === undefined ? { index, hashes, checkpoint } : { index, hashes, checkpoint, extra }
}

/**
 * Checks a proof for one leaf of one log. Null unless the log's key signed the checkpoint and the
 * path leads from the leaf to its root. How many cosigners are enough is for the caller to say; a file that
 * somebody kept is judged as a whole by `judgeProof` (`exhibit.ts`).
 */
export function verifyProof(
  text: string, leaf: Uint8Array, origin: string, logKey: Uint8Array,
  cosignerKeys: readonly NoteKey[] = [],
): Proven | null {
  const proof = parseProof(text)
  if (proof === null) return null
  const checkpoint = openCheckpoint(proof.checkpoint, origin, logKey, cosignerKeys)
  if (checkpoint === null) return null
  const { size, root, cosigners } = checkpoint
  if (!verifyInclusion(leaf, proof.index, size, proof.hashes, root)) return null
  return { index: proof.index, size, root, cosigners }
}

/** What people call the files of a hub: `tongyi-` and its origin without what all origins have. */
export const shortNameOf = (origin: string): string => `tongyi-${origin.replace(/^cv\./, '').replace(/\/.*$/, '')}`

/** `tongyi-lisbon-0c9f2a11-42.tlog-proof` */
export const proofFileName = (origin: string, index: number): string => `${shortNameOf(origin)}-${index}.tlog-proof`
