/**
 * What the log says beside which a bundle of kinds E7 to E9 has to be laid: a pure question of its records, for an
 * auditor, a steward and `verify.html` alike.
 */
import { encodeFlag, isAboutLog, parseFlag } from '../anomaly/flag.ts'
import { flagsOf } from '../anomaly/rules.ts'
import { equalBytes } from '../bytes.ts'
import { openCheckpoint } from '../checkpoint.ts'
import { parseRecord } from '../entry.ts'
import { parseOrder } from '../federation/federation.ts'
import { apply, check, found, isRefusal } from '../ledger.ts'
import { Tree } from '../merkle.ts'
import { parseProof } from '../proof.ts'
import type { State } from '../state/state.ts'
import { type Known, whenKnown } from './for-stewards.ts'
import { type Accused, accusedBy } from './offence.ts'
import type { Evidence } from './parts.ts'

/** How long a city may take to take in what it knows to be certified, by its own log: seconds. */
export const WITHHELD_SECONDS = 7 * 86_400

/** `convicts`: so it is, by this log. `other-log`: this log is not the one it is about, or does not reach so far. */
export type Beside = 'convicts' | 'other-log' | 'not-so'

/** What the log that an offence has to be laid beside says of it; `records` from its first one on. Never throws. */
export function besideLog(evidence: Evidence, records: Iterable<Uint8Array>): Beside {
  const accused = accusedBy(evidence.genesis)
  if (accused === null) return 'other-log'
  switch (evidence.kind) {
    case 'E7': return isRefused(accused, evidence, records)
    case 'E8': return isWithheld(accused, evidence, records)
    case 'E9': return isFalse(accused, evidence, records)
    default: return 'not-so'
  }
}

function isRefused(accused: Accused, { record, proof }: Extract<Evidence, { kind: 'E7' }>, records: Iterable<Uint8Array>): Beside {
  const seq = Number(parseProof(proof)!.index)
  const entry = parseRecord(record)
  if (entry === null) return 'convicts'
  const state = stateAfter(accused, seq, records)
  // What it calls the record before it binds it to all of them: each names the one before.
  if (state === null || seq === 0 || !equalBytes(entry.prev, state.tree.leafAt(seq - 1))) return 'other-log'
  return check(state, entry) === null ? 'not-so' : 'convicts'
}

function isWithheld(accused: Accused, evidence: Extract<Evidence, { kind: 'E8' }>, records: Iterable<Uint8Array>): Beside {
  const later = openCheckpoint(evidence.later, accused.origin, accused.logKey)!
  const source = accusedBy(evidence.source)!
  const { slot, time } = whenKnown(accused, source, evidence) as Known
  const tree = new Tree()
  let lastTs = 0
  for (const bytes of records) {
    if (BigInt(tree.size) === later.size) break
    const entry = parseRecord(bytes)
    if (entry === null) return 'other-log'
    tree.append(entry.leaf)
    lastTs = entry.ts
    const order = entry.action.kind === 'x.in' ? parseOrder(entry.action.order) : null
    if (order?.hub === source.origin && order.slot === slot) return 'not-so'
  }
  if (BigInt(tree.size) !== later.size || !equalBytes(tree.root(), later.root)) return 'other-log'
  return BigInt(lastTs) >= time + BigInt(WITHHELD_SECONDS) ? 'convicts' : 'not-so'
}

function isFalse(accused: Accused, { flag: bytes }: Extract<Evidence, { kind: 'E9' }>, records: Iterable<Uint8Array>): Beside {
  const flag = parseFlag(bytes)!
  const state = stateAfter(accused, flag.logSize, records)
  if (state === null) return 'other-log'
  if (!isAboutLog(state, flag)) return 'convicts'
  return flagsOf(state).some((found) => equalBytes(encodeFlag(found), bytes)) ? 'not-so' : 'convicts'
}

/** The first `size` records replayed; null when there are fewer, they are refused, or they are of another hub. Signatures are the audit's. */
function stateAfter({ hubId }: Accused, size: number, records: Iterable<Uint8Array>): State | null {
  const verifiedElsewhere = (): boolean => true
  let state: State | null = null
  for (const bytes of records) {
    if (state !== null && state.tree.size === size) break
    const entry = parseRecord(bytes)
    if (entry === null) return null
    if (state === null) {
      const founded = found(entry, verifiedElsewhere)
      if (isRefusal(founded) || !equalBytes(founded.hub.id, hubId)) return null
      state = founded
    } else {
      if (check(state, entry, verifiedElsewhere) !== null) return null
      apply(state, entry)
    }
  }
  return state?.tree.size === size ? state : null
}
