/**
 * Exhibits: the small files in which somebody brings a claim about a log, recognised by what they hold and judged
 * without the log: a checkpoint, a member's proof, evidence against a hub; and what they are judged by: a policy, a
 * key, a log that was audited beside them.
 *
 * A checkpoint and a proof are worth what their signatures are worth, so whose key it is has to come from elsewhere.
 * Where it does not, the answer is "not checked" and never "well".
 */
import type { Hex, Kind } from '../action.ts'
import { equalBytes, fromUtf8, toHex } from '../bytes.ts'
import { type Checkpoint, parseAnyCheckpoint } from '../checkpoint.ts'
import { cosignersOf } from '../cosigner.ts'
import { type Entry, parseRecord } from '../entry.ts'
import { verifyEvidence } from '../evidence/evidence.ts'
import { besideLog } from '../evidence/beside.ts'
import type { EvidenceFault, Offence } from '../evidence/offence.ts'
import type { Piece } from './export.ts'
import { leafHash, verifyInclusion } from '../merkle.ts'
import { COSIGNATURE, type NoteKey, parseVkey, SIGNATURE } from '../note.ts'
import { isPolicy, judgeCheckpoint as judgeByPolicy, parsePolicy, type Policy, type PolicyFault, satisfies } from '../policy.ts'
import { parseProof } from '../proof.ts'
import type { State } from '../state/state.ts'

/** `lines`: an export as JSON lines. */
export type ExhibitKind = 'export' | 'lines' | 'checkpoint' | 'proof' | 'evidence' | 'policy' | 'key'

/** More bytes of a file than it takes to recognise it. */
export const BEGINNING_BYTES = 512
/** All of these but exports are small; a larger file is none of them. */
export const EXHIBIT_BYTES_MAX = 1 << 20

/** What a file is, by its first bytes; null for what is nothing of ours. */
export function recognise(beginning: Uint8Array): ExhibitKind | null {
  if (beginning.length > EXPORT_HEAD.length && EXPORT_HEAD.every((byte, i) => beginning[i] === byte)) return 'export'
  let text = ''
  for (const byte of beginning.subarray(0, BEGINNING_BYTES)) text += String.fromCharCode(byte)
  if (text.startsWith('{"type":"header","format":"cv-jsonl"')) return 'lines'
  if (text.startsWith('cv-evidence@')) return 'evidence'
  if (text.startsWith('c2sp.org/tlog-proof@')) return 'proof'
  if (/^[^\n+]+\n(0|[1-9][0-9]*)\n[A-Za-z0-9+/]{43}=\n/.test(text)) return 'checkpoint'
  if (/^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{44,}\s*$/.test(text)) return 'key'
  return /^(\s*(#[^\n]*)?\n)*(log|witness|group|quorum)[ \t]/.test(text) ? 'policy' : null
}

/** An array of five that begins with the text "cv-export". */
const EXPORT_HEAD = [0x85, 0x69, ...[...'cv-export'].map((character) => character.charCodeAt(0))]

/** Whose word is known: keys of logs and of cosigners, and what somebody demands of them. */
export type Known = { logs: NoteKey[]; cosigners: NoteKey[]; policies: Policy[] }

export const nobody = (): Known => ({ logs: [], cosigners: [], policies: [] })

/** What an audited log makes known: its key, and who may cosign it. */
export function knownFrom({ hub, federation }: State): Known {
  const cosigners = federation?.documents.flatMap(({ document }) => cosignersOf(document)) ?? []
  return { logs: [{ name: hub.origin, type: SIGNATURE, publicKey: hub.logKey }], cosigners, policies: [] }
}

/** The keys of a policy file, and the policy; or why it is none. */
export function knownFromPolicy(file: Uint8Array): Known | PolicyFault {
  const policy = parsePolicy(file)
  if (!isPolicy(policy)) return policy
  return { logs: policy.logs.map(({ key }) => key), cosigners: policy.witnesses.map(({ key }) => key), policies: [policy] }
}

/** One key as a line of text; null for a line that is none. */
export function knownFromKey(text: string): Known | null {
  const key = parseVkey(text.trim())
  if (key === null) return null
  return key.type === COSIGNATURE ? { ...nobody(), cosigners: [key] } : { ...nobody(), logs: [key] }
}

export const together = (all: readonly Known[]): Known => ({
  logs: all.flatMap(({ logs }) => logs), cosigners: all.flatMap(({ cosigners }) => cosigners),
  policies: all.flatMap(({ policies }) => policies),
})

type Signed = { origin: string; size: bigint; root: Uint8Array; cosigners: { name: string; time: bigint }[] }

/** Why an exhibit is not well, or could not be checked. */
export type FindingCode =
  | 'unreadable' // not the form it begins like
  | 'unknown-log' // no key of this log is at hand
  | 'not-signed' // not by the key that is known, or a line of a known key does not verify
  | 'quorum-missing' // signed, but not by as many cosigners as the policy asks for
  | 'not-a-proof' // not the form of a tlog-proof, or altered or cut
  | 'no-record' // a proof that does not say of what
  | 'not-in-the-tree' // the proof does not lead from the record to the root
  | 'log-needed' // evidence that convicts only beside its hub's log, which is not at hand
  | 'other-log' // that log is at hand, and is not the one it is about or does not reach so far
  | 'not-so' // the log does not bear it out
  | 'other-entry' // the record is of another log, or of another number than the proof's
  | EvidenceFault

export type Finding = { outcome: 'ok' | 'failed' | 'not-checked'; code: FindingCode | null } & (
  /** `satisfied`: what a policy that names this log says; null without one. */
  | { what: 'checkpoint' } & Word
  | { what: 'proof'; index: bigint | null; leaf: Hex | null; entry: Told | null } & Word
  | { what: 'evidence'; offence: Omit<Offence, 'statements'> | null }
)

export type ProofFinding = Extract<Finding, { what: 'proof' }>

type Word = { signed: Signed | null; satisfied: boolean | null }

/** What a record says of itself. */
export type Told = { seq: number; kind: Kind; ts: number; acct: Hex; id: Hex; keys: Hex[] }

/** A signed checkpoint, judged by what is known. */
export function judgeCheckpoint(note: string, known: Known): Finding {
  const { outcome, code, signed, satisfied } = judgeNote(note, known)
  return { what: 'checkpoint', outcome, code, signed, satisfied }
}

/**
 * A C2SP tlog-proof that somebody kept. Of what is said by its `extra`, as hubs write it (the record), or by
 * `record`, the bytes somebody kept beside it.
 */
export function judgeProof(text: string, known: Known, record?: Uint8Array): ProofFinding {
  const proof = parseProof(text)
  if (proof === null) {
    const nothing = { signed: null, satisfied: null, index: null, leaf: null, entry: null }
    return { what: 'proof', outcome: 'failed', code: 'not-a-proof', ...nothing }
  }
  const judged = judgeNote(proof.checkpoint, known)
  const { signed, satisfied } = judged
  const bytes = record ?? proof.extra
  const entry = bytes === undefined ? null : parseRecord(bytes)
  const leaf = bytes === undefined ? null : leafHash(bytes)
  const told = entry === null ? null : toldBy(entry)
  const found = { what: 'proof', signed, satisfied, index: proof.index, leaf: leaf === null ? null : toHex(leaf), entry: told } as const

  if (leaf === null) return { ...found, outcome: 'not-checked', code: 'no-record' }
  if (signed === null || judged.code === 'not-signed') return { ...found, outcome: 'failed', code: 'not-signed' }
  if (!verifyInclusion(leaf, proof.index, signed.size, proof.hashes, signed.root)) {
    return { ...found, outcome: 'failed', code: 'not-in-the-tree' }
  }
  if (entry !== null && (entry.origin !== signed.origin || BigInt(entry.seq) !== proof.index)) {
    return { ...found, outcome: 'failed', code: 'other-entry' }
  }
  return { ...found, outcome: judged.outcome, code: judged.code }
}

const toldBy = ({ seq, ts, action, auth }: Entry): Told =>
  ({ seq, kind: action.kind, ts, acct: action.acct, id: action.id, keys: auth.map(({ keyId }) => toHex(keyId)) })

/** The records of the logs at hand, by their hubId. */
export type LogsAtHand = ReadonlyMap<Hex, () => Iterable<Uint8Array>>

/** A bundle of evidence: `ok` when it convicts, by itself or beside the log it names. */
export function judgeEvidence(text: string, logs: LogsAtHand): Finding {
  const verdict = verifyEvidence(text)
  if (!verdict.ok) return { what: 'evidence', outcome: 'failed', code: verdict.fault, offence: null }
  const { statements: _, ...offence } = verdict.offence
  if (offence.beside === null) return { what: 'evidence', outcome: 'ok', code: null, offence }
  const records = logs.get(toHex(offence.hubId))
  if (records === undefined) return { what: 'evidence', outcome: 'not-checked', code: 'log-needed', offence }
  const said = besideLog(verdict.evidence, records())
  if (said === 'other-log') return { what: 'evidence', outcome: 'not-checked', code: 'other-log', offence }
  return said === 'convicts'
    ? { what: 'evidence', outcome: 'ok', code: null, offence }
    : { what: 'evidence', outcome: 'failed', code: 'not-so', offence: null }
}

/** The records among the pieces of a log. */
export function* recordsAmong(pieces: Iterable<Piece>): Generator<Uint8Array> {
  for (const piece of pieces) if (piece.type === 'record') yield piece.bytes
}

/** What a checkpoint says, whoever signed it; null for a text that is none. */
export function readCheckpoint(note: string): Checkpoint | null {
  const border = note.lastIndexOf('\n\n')
  const read = border < 0 ? null : parseAnyCheckpoint(note.slice(0, border + 1))
  return read === null ? null : { origin: read.origin, size: read.size, root: read.root }
}

type Judged = Pick<Finding, 'outcome' | 'code'> & Word

function judgeNote(note: string, { logs, cosigners, policies }: Known): Judged {
  const read = readCheckpoint(note)
  if (read === null) return { outcome: 'failed', code: 'unreadable', signed: null, satisfied: null }
  const bare: Signed = { ...read, cosigners: [] }
  if (!logs.some(({ name }) => name === read.origin)) {
    return { outcome: 'not-checked', code: 'unknown-log', signed: bare, satisfied: null }
  }
  // All whose word is known, and no demand: what is demanded is each policy's own, below.
  const everybody = { logs: [], witnesses: cosigners.map((key) => ({ name: key.name, key, url: null })), quorum: null }
  const judged = judgeByPolicy(everybody, note, logs)
  if (judged === null) return { outcome: 'failed', code: 'not-signed', signed: bare, satisfied: null }

  const signed = { ...bare, cosigners: judged.cosigners.map(({ name, time }) => ({ name, time: time! })) }
  const isAskedOf = ({ logs }: Policy): boolean => logs.length === 0 || logs.some(({ key }) => equalBytes(key.publicKey, judged.log.publicKey))
  const asked = policies.filter(isAskedOf)
  if (asked.length === 0) return { outcome: 'ok', code: null, signed, satisfied: null }
  const satisfied = asked.every((policy) => satisfies(policy, judged.cosigners))
  return { outcome: satisfied ? 'ok' : 'failed', code: satisfied ? null : 'quorum-missing', signed, satisfied }
}

/** A file as text, if it is one of at most a megabyte. */
export const exhibitText = (file: Uint8Array): string | null => (file.length > EXHIBIT_BYTES_MAX ? null : fromUtf8(file))
