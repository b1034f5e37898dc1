/**
 * Checkpoints (C2SP tlog-checkpoint): how many records a log has and what their Merkle root is, as
 * the text of a signed note.
 *
 *     cv.chengdu-5f3a91c0/log                        the origin: which log
 *     1042                                           its size
 *     CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=   its root
 *
 * The format allows further lines, which nobody can audit and witnesses do not vouch for. A hub's
 * checkpoint has none, and one that has any is none of a hub's. Logs of others may have them.
 */

import { fromBase64, toBase64 } from './bytes.ts'
import { isBy, isPlainText, type NoteKey, type NoteSignature, openNote, SIGNATURE } from './note.ts'

export type Checkpoint = { origin: string; size: bigint; root: Uint8Array }

/** The note body of a checkpoint. @throws when a part cannot stand in one. */
export function encodeCheckpoint({ origin, size, root }: Checkpoint): string {
  const body = `${origin}\n${size}\n${toBase64(root)}\n`
  if (parseCheckpoint(body) === null) throw new Error(`not a checkpoint: ${JSON.stringify(body)}`)
  return body
}

/**
 * Reads exactly three lines; null for anything else, sizes of 2^64 and above, and roots that are
 * not 32 bytes.
 */
export function parseCheckpoint(body: string): Checkpoint | null {
  const read = parseAnyCheckpoint(body)
  if (read === null) return null
  const { extensions, ...checkpoint } = read
  return extensions.length === 0 ? checkpoint : null
}

/** The same for any log of the world: lines that are not empty may follow the three. */
export function parseAnyCheckpoint(body: string): (Checkpoint & { extensions: string[] }) | null {
  const [origin, sizeText, rootText, ...rest] = body.split('\n')
  if (origin === undefined || origin === '' || !isPlainText(origin)) return null
  if (sizeText === undefined || rootText === undefined || rest.pop() !== '') return null
  if (!rest.every((line) => line !== '' && isPlainText(line))) return null
  const size = parseDecimal(sizeText)
  const root = fromBase64(rootText)
  if (size === null || root === null || root.length !== 32) return null
  return { origin, size, root, extensions: rest }
}

/**
 * Reads a signed checkpoint of a hub's log. A log signs with type 0x01 under its origin as the key's
 * name, so its 32-byte key is all that has to be known of it. Null unless that key signed a
 * checkpoint of that origin. `cosigners` are those of the given keys whose signature verified.
 */
export function openCheckpoint(
  noteText: string, origin: string, logKey: Uint8Array, cosignerKeys: readonly NoteKey[] = [],
): (Checkpoint & { cosigners: NoteSignature[] }) | null {
  const opened = openAnyCheckpoint(noteText, origin, logKey, cosignerKeys)
  if (opened === null) return null
  const { extensions, ...checkpoint } = opened
  return extensions.length === 0 ? checkpoint : null
}

/** The same for any log of the world, whose checkpoints may have extension lines. */
export function openAnyCheckpoint(
  noteText: string, origin: string, logKey: Uint8Array, cosignerKeys: readonly NoteKey[] = [],
): (Checkpoint & { extensions: string[]; cosigners: NoteSignature[] }) | null {
  const log: NoteKey = { name: origin, type: SIGNATURE, publicKey: logKey }
  const note = openNote(noteText, [log, ...cosignerKeys])
  const checkpoint = note === null ? null : parseAnyCheckpoint(note.body)
  if (note === null || checkpoint === null || checkpoint.origin !== origin) return null
  const byOthers = note.signatures.filter((signature) => !isBy(signature, log))
  return byOthers.length === note.signatures.length ? null : { ...checkpoint, cosigners: byOthers }
}

/**
 * A uint64 in decimal without leading zeros, as these formats write all their numbers; else null.
 */
export function parseDecimal(text: string): bigint | null {
  if (!/^(0|[1-9][0-9]{0,19})$/.test(text)) return null
  const value = BigInt(text)
  return value < 1n << 64n ? value : null
}
