/**
 * Two things that somebody was shown about one log, laid side by side: logs, or checkpoints, or one of each. They
 * are consistent, and the proof is there; or the log was forked, and so is the evidence; or it cannot be said from
 * these, and what it would take is named.
 *
 * Nobody's word is taken: of a log every record is at hand and was audited, and a checkpoint counts only under the
 * signature of a key that is known. What a recorded restore excuses is said to be so (`excuseFor`).
 */
import type { Origin } from '../action.ts'
import { partingOf, type Verdict, witnessedSize } from './audit.ts'
import { equalBytes } from '../bytes.ts'
import { type Checkpoint, openCheckpoint } from '../checkpoint.ts'
import { encodeReceipt, parseRecord, readSeal, receiptsOf } from '../entry.ts'
import { encodeEvidence, offenceOf } from '../evidence/evidence.ts'
import { excuseFor } from '../evidence/excuse.ts'
import { evidenceFrom } from '../evidence/histories.ts'
import type { Bound, Evidence } from '../evidence/parts.ts'
import { type Known, knownFrom, readCheckpoint } from './exhibit.ts'
import type { Piece } from './export.ts'
import { leafHash, proveConsistency, type Tree } from '../merkle.ts'
import type { NoteKey } from '../note.ts'
import { restoresOf } from '../rules/restore.ts'
import type { State } from '../state/state.ts'

/** What of a log's pieces a comparison needs besides their verdict. */
export type Kept = { genesis: Uint8Array | null; note: string | null }

export const nothingKept = (): Kept => ({ genesis: null, note: null })

/** The same pieces; the founding document and the checkpoint are kept as they pass. */
export function* keeping(pieces: Iterable<Piece>, kept: Kept): Generator<Piece, void> {
  let first = true
  for (const piece of pieces) {
    if (piece.type === 'record' && first) {
      first = false
      const action = parseRecord(piece.bytes)?.action
      if (action?.kind === 'hub.founded') kept.genesis = action.genesis
    }
    if (piece.type === 'checkpoint') kept.note = piece.note
    yield piece
  }
}

/** One of the two. `pieces` reads a log once more, for the receipt of a record; an audit keeps no seals. */
export type Side =
  | { side: 'log'; verdict: Verdict; kept: Kept; pieces: () => Iterable<Piece> }
  | { side: 'checkpoint'; note: string }

/** Why nothing can be said, and so what is needed. */
export type Unsaid =
  | 'two-needed' // two logs or checkpoints, no more and no fewer
  | 'not-in-order' // a log with an offence: mend or replace that first
  | 'unreadable' // not a checkpoint
  | 'other-log' // two logs
  | 'unknown-log' // a policy, a key or an export of this log
  | 'unsigned' // another checkpoint: this one is not the log's word
  | 'records-needed' // an export that reaches the larger size

export type Comparison =
  /** `proof`: that the smaller is the beginning of the larger (RFC 9162, 2.1.4); empty where both are one. */
  | { answer: 'consistent'; origin: Origin; sizes: [number, number]; proof: Uint8Array[] }
  /** Parted, and a restore that the log recorded says where and why. */
  | { answer: 'restored'; origin: Origin; sizes: [number, number]; at: number; generation: number }
  /**
   * `at`: the first number at which they differ, null where only the roots are known. `evidence`: the bundle;
   * null where the two are the proof and make no bundle (no founding document, or no statement of later date).
   */
  | { answer: 'forked'; origin: Origin; sizes: [number, number]; at: number | null; evidence: string | null }
  | { answer: 'cannot-say'; because: Unsaid; origins: (Origin | null)[] }

/** Lays two sides beside one another. `known`: keys and policies that were given besides. */
export function compare(one: Side, other: Side, known: Known): Comparison {
  const first = openSide(one, known)
  const second = openSide(other, known)
  const origins = [originOf(one), originOf(other)]
  const unsaid = (because: Unsaid): Comparison => ({ answer: 'cannot-say', because, origins })
  if (first === 'unreadable' || second === 'unreadable') return unsaid('unreadable')
  if (origins[0] !== origins[1]) return unsaid('other-log')
  const keys = [first, second].flatMap((side) => (typeof side === 'string' || side.key === null ? [] : [side.key]))
  if (keys.length === 2 && !equalBytes(keys[0]!, keys[1]!)) return unsaid('other-log')
  // A log brings the key by which a checkpoint beside it is judged.
  const all = withKeysOf(known, one, other)
  const a = first === 'unknown-log' ? openSide(one, all) : first
  const b = second === 'unknown-log' ? openSide(other, all) : second
  if (typeof a === 'string') return unsaid(a)
  if (typeof b === 'string') return unsaid(b)
  return a.size <= b.size ? compareOpened(a, b, false) : compareOpened(b, a, true)
}

type Opened = {
  origin: Origin
  /** The log key; null where it was not needed to know more than that a checkpoint is signed. */
  key: Uint8Array | null
  size: number
  root: Uint8Array
  note: string | null
  tree: Tree | null
  state: State | null
  genesis: Uint8Array | null
  /** So many of its records another city has cosigned. */
  witnessed: number
  pieces: (() => Iterable<Piece>) | null
}

function openSide(side: Side, known: Known): Opened | 'not-in-order' | 'unreadable' | 'unknown-log' | 'unsigned' {
  if (side.side === 'log') {
    const { verdict, kept, pieces } = side
    const { state, offence } = verdict
    // An offence that only shows beside another log is what is being asked about.
    if (state === null || (offence !== null && offence.where !== 'equations')) return 'not-in-order'
    const { hub, tree } = state
    const { genesis, note } = kept
    return {
      origin: hub.origin, key: hub.logKey, size: tree.size, root: tree.root(), note, tree, state, genesis,
      witnessed: witnessedSize(verdict), pieces,
    }
  }
  const read = readCheckpoint(side.note)
  if (read === null || read.size > BigInt(Number.MAX_SAFE_INTEGER)) return 'unreadable'
  const ofLog = known.logs.filter(({ name }) => name === read.origin)
  if (ofLog.length === 0) return 'unknown-log'
  const by = ofLog.find((key) => signs(key, side.note, read))
  if (by === undefined) return 'unsigned'
  const { origin, size, root } = read
  const { note } = side
  return {
    origin, key: by.publicKey, size: Number(size), root, note, tree: null, state: null, genesis: null, witnessed: 0, pieces: null,
  }
}

const signs = (key: NoteKey, note: string, { origin }: Checkpoint): boolean =>
  openCheckpoint(note, origin, key.publicKey) !== null

const originOf = (side: Side): Origin | null =>
  side.side === 'log' ? side.verdict.origin : (readCheckpoint(side.note)?.origin ?? null)

function withKeysOf(known: Known, ...sides: Side[]): Known {
  const states = sides.flatMap((side) => (side.side === 'log' && side.verdict.state !== null ? [side.verdict.state] : []))
  return { ...known, logs: [...known.logs, ...states.flatMap((state) => knownFrom(state).logs)] }
}

/** `one` is not longer than `other`; `swapped` when they came the other way round. */
function compareOpened(one: Opened, other: Opened, swapped: boolean): Comparison {
  const { origin } = one
  const sizes: [number, number] = swapped ? [other.size, one.size] : [one.size, other.size]
  const consistent = (proof: Uint8Array[]): Comparison => ({ answer: 'consistent', origin, sizes, proof })
  if (one.size === other.size && equalBytes(one.root, other.root)) return consistent([])
  const tree = other.tree ?? (one.size === other.size ? one.tree : null)
  if (tree === null && one.size !== other.size) {
    return { answer: 'cannot-say', because: 'records-needed', origins: [origin, origin] }
  }
  if (tree !== null && equalBytes(tree.root(one.size), one.root)) return consistent(proveConsistency(tree, one.size, other.size))

  const at = one.state !== null && other.state !== null ? partingOf(one.state, other.state) : null
  const evidence = evidenceOf(one, other, at)
  const restore = evidence === null ? null : excuse(evidence, at, one, other)
  if (restore !== null) return { answer: 'restored', origin, sizes, at: restore.size, generation: restore.generation }
  return { answer: 'forked', origin, sizes, at, evidence: evidence === null ? null : encodeEvidence(evidence) }
}

function evidenceOf(one: Opened, other: Opened, at: number | null): Evidence | null {
  const genesis = one.genesis ?? other.genesis
  if (genesis === null) return null
  if (one.note !== null && other.note !== null) {
    const found = evidenceFrom(genesis, { note: one.note, tree: one.tree }, { note: other.note, tree: other.tree })
    if (found !== null) return found
  }
  if (at === null || one.pieces === null || other.pieces === null) return null
  const first = boundAt(one.pieces(), at)
  const second = boundAt(other.pieces(), at)
  if (first === null || second === null) return null
  const receipts: Evidence = { kind: 'E1', genesis, first, second }
  return typeof offenceOf(receipts) === 'string' ? null : receipts
}

/** `at`: where the two part, as far as that is known. */
function excuse(evidence: Evidence, at: number | null, ...sides: Opened[]): { size: number; generation: number } | null {
  const offence = offenceOf(evidence)
  if (typeof offence === 'string') return null
  for (const { state, witnessed } of sides) {
    if (state === null) continue
    // Whoever parts its log could as well write a restore: it counts once another city has cosigned it, and where they
    // part, for one before that is told by both.
    const restores = restoresOf(state).filter(({ size }) => size < witnessed && (at === null || size === at))
    const restore = excuseFor(offence, restores, knownFrom(state).cosigners, state)
    if (restore !== null) return restore
  }
  return null
}

/** The receipt that the hub's seal is for the record at `seq`; null when no seal covers it. */
export function boundAt(pieces: Iterable<Piece>, seq: number): Bound | null {
  let group: Uint8Array[] = []
  let entries = 0
  for (const piece of pieces) {
    if (piece.type === 'record') {
      group.push(leafHash(piece.bytes))
      entries++
    }
    if (piece.type !== 'seal') continue
    const first = entries - group.length
    if (seq < entries) {
      if (readSeal(piece.bytes) === null) return null
      return { receipt: encodeReceipt(receiptsOf(piece.bytes, first, group)[seq - first]!), leaf: group[seq - first]! }
    }
    group = []
  }
  return null
}
