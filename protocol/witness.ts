/**
 * Witnessing: remembering how far another hub's log has been seen, and vouching that it only grew
 * (C2SP tlog-witness for the question and its answers, tlog-cosignature for the statement).
 *
 * A hub makes two statements about another's log, with two keys, because they are worth different
 * things:
 *
 *   <origin>/cosign   this tree is a continuation of the one I saw before
 *   <origin>/audit    and I have replayed every record in it, and found each valid
 *
 * The first needs only the proof that comes with the question. The second needs the records
 * themselves, and a clock: an auditor does not vouch for a record that claims to be from the
 * future, nor for one written since its last word that claims to be older than that word
 * (backdating for decay or for a yearly limit).
 *
 * Two signed checkpoints that cannot both be true are kept, both: together they convict their log's
 * key.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes, fromBase64, toBase64, utf8 } from '#ledger/bytes.ts'
import { type Checkpoint, openAnyCheckpoint, openCheckpoint, parseDecimal } from '#ledger/checkpoint.ts'
import { beginningShown, EMPTY_ROOT, verifyConsistency } from '#ledger/merkle.ts'
import { noteBy, SIGNATURE } from '#ledger/note.ts'
import { CLOCK_SKEW_SECONDS, NOTE_BYTES_MAX } from './limits.ts'

/**
 * The body of add-checkpoint: the size it continues, the consistency proof, and the signed
 * checkpoint.
 */
export type AddCheckpoint = { oldSize: bigint; proof: Uint8Array[]; note: string }

/** The largest tree whose size is remembered exactly. */
const SIZE_MAX = 2n ** 53n - 1n

/** More than a cosignature line of our own takes, which is kept with the note. */
const OWN_LINE_BYTES = 1_024

/** A proof between trees of fewer than 2^64 leaves. */
const PROOF_LINES_MAX = 63

/** @throws when the proof is longer than the format allows: that is our bug. */
export function encodeAddCheckpoint({ oldSize, proof, note }: AddCheckpoint): string {
  if (proof.length > PROOF_LINES_MAX) throw new RangeError(`a proof of ${proof.length} hashes`)
  return [`old ${oldSize}`, ...proof.map(toBase64), '', note].join('\n')
}

/** Null for any text that is not of the form above. The note itself is not read here. */
export function parseAddCheckpoint(text: string): AddCheckpoint | null {
  const border = text.indexOf('\n\n')
  if (border < 0) return null
  const [first, ...lines] = text.slice(0, border).split('\n')
  const oldSize = first?.startsWith('old ') ? parseDecimal(first.slice('old '.length)) : null
  if (oldSize === null || lines.length > PROOF_LINES_MAX) return null
  const proof: Uint8Array[] = []
  for (const line of lines) {
    const hash = fromBase64(line)
    if (hash === null || hash.length !== 32) return null
    proof.push(hash)
  }
  const note = text.slice(border + 2)
  if (note === '' || !note.isWellFormed() || utf8(note).length > NOTE_BYTES_MAX) return null
  return { oldSize, proof, note }
}

/** Another city's log, or one from outside whose checkpoints may have lines that hubs do not write. */
export type WitnessedLog = { key: Uint8Array; isHub: boolean }

/** The newest checkpoint of one log that this hub has cosigned. */
export type Remembered = { size: bigint; root: Uint8Array; note: string }

/** Two notes signed by one log that cannot both be true of one history. */
export type Fork = { origin: Origin; first: string; second: string }

/**
 * The first of two notes, and the second with the proof that its history has another beginning: `root`, where the
 * first has its own.
 */
export type Parted = { origin: Origin; earlier: string; later: string; root: Uint8Array; proof: Uint8Array[] }

export type Decision =
  | { status: 403 | 404; body: string }
  | { status: 422; body: string; parted: Parted | null }
  | { status: 400 | 409; body: string; fork: Fork | null }
  | { status: 200; checkpoint: Checkpoint; remember: Remembered }

/**
 * What a witness answers to a request body, by the status codes of C2SP tlog-witness. On 200 the
 * caller makes `remember` durable before it cosigns and answers; nothing may come between this call
 * and that write for the same origin.
 *
 * `logOf`: a log we witness, or null; `memoryOf`: what was remembered of it. Whatever else is said, two notes
 * that cannot both be true come back as `fork`, or as `parted` with the proof that they are.
 */
export function decide(
  text: string,
  logOf: (origin: Origin) => WitnessedLog | null,
  memoryOf: (origin: Origin) => Remembered | null,
): Decision {
  const request = parseAddCheckpoint(text)
  if (request === null) return { status: 400, body: 'not an add-checkpoint request\n', fork: null }
  const { oldSize, proof } = request
  const origin = request.note.slice(0, request.note.indexOf('\n'))
  const log = logOf(origin)
  if (log === null) return { status: 404, body: 'this log is not witnessed here\n' }
  const checkpoint = (log.isHub ? openCheckpoint : openAnyCheckpoint)(request.note, origin, log.key)
  // Anybody can write lines under a note; what is kept is the log's.
  const note = noteBy(request.note, { name: origin, type: SIGNATURE, publicKey: log.key })
  if (checkpoint === null || note === null) return { status: 403, body: 'not a checkpoint signed by the log\n' }
  if (utf8(note).length > NOTE_BYTES_MAX - OWN_LINE_BYTES) {
    return { status: 400, body: 'a longer checkpoint than is witnessed here\n', fork: null }
  }

  const { size, root } = checkpoint
  const memory = memoryOf(origin)
  const known = memory?.size ?? 0n
  // Whatever it claims to continue: two roots for one size are two histories.
  const isOther = memory !== null && size === memory.size && !equalBytes(root, memory.root)
  const fork = isOther ? { origin, first: memory.note, second: note } : null
  if (oldSize > size) return { status: 400, body: 'the old size is above the checkpoint\n', fork }
  if (size > SIZE_MAX) return { status: 400, body: 'a larger tree than is witnessed here\n', fork }
  if (oldSize !== known || isOther) return { status: 409, body: `${known}\n`, fork }
  if (!verifyConsistency(known, size, proof, memory?.root ?? EMPTY_ROOT, root)) {
    // A liar that asks for its second history brings a good proof, of the wrong thing.
    const shown = memory === null ? null : beginningShown(known, size, proof, root)
    const parted = shown === null ? null : { origin, earlier: memory!.note, later: note, root: shown, proof }
    return { status: 422, body: 'the proof does not lead there\n', parted }
  }
  return { status: 200, checkpoint: { origin, size, root }, remember: { size, root, note } }
}

/** What an auditor knows of the times in the records it is asked to vouch for; all in seconds. */
export type Times = {
  now: number
  /** Of the newest record. */
  last: number
  /** Of the first record since our last audit; null when there is none. */
  firstNew: number | null
  /** When we last vouched for this log; null before the first time. */
  audited: number | null
}

/**
 * Why an auditor withholds its word although every record is valid, or null. Where our last word bears a time that has not
 * come yet, our own clock was wrong: what came after it cannot be told, and no honest city is held to it.
 */
export function timeFault({
  now,
  last,
  firstNew,
  audited,
}: Times): 'from-the-future' | 'backdated' | null {
  if (last > now + CLOCK_SKEW_SECONDS) return 'from-the-future'
  if (firstNew === null || audited === null || audited > now + CLOCK_SKEW_SECONDS) return null
  return firstNew < audited - CLOCK_SKEW_SECONDS ? 'backdated' : null
}
