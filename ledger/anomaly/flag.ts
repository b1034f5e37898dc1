/**
 * A flag: what one rule found odd in the log of one day, with its evidence, so that anybody finds the same.
 *
 * It accuses nobody. It says which rule in which version looked at which days, whom it is about, the records that it
 * came of and every number that was compared with its threshold. It is bound to the log up to the day's tick by size and
 * root: whoever holds these records asks `flagsOf` (`rules.ts`) and must get it back byte for byte; one that does not come
 * back is a false flag, and when a hub has signed it, that is evidence against the hub (E9). What follows from a flag is
 * decided by people (`rules/case.ts`).
 */
import type { Hex, Origin } from '../action.ts'
import { equalBytes } from '../bytes.ts'
import { sign, verifyIn } from '../keys.ts'
import { bytesOf, decodeAs, encodeAs, fields, hexOf, integer, listOf, oneOf, textUpTo, uint } from '../schema.ts'
import { domainDay, type State } from '../state/state.ts'

/** R6 lowers awards by the charter's `farming` and flags nobody. */
export const flagRules = ['R1', 'R2', 'R3', 'R4', 'R5', 'R7', 'R8', 'R9', 'R10', 'R11'] as const
export type FlagRule = (typeof flagRules)[number]

/**
 * Rules on whose flag alone the disputed amount may be set aside while people look. The others are as often innocent as
 * not (couples, families and founding evenings help each other in circles), or dispute no amount.
 */
export const holdingRules: ReadonlySet<FlagRule> = new Set<FlagRule>(['R5', 'R7', 'R10'])

export const FLAG_SUBJECTS_MAX = 64
export const FLAG_EVIDENCE_MAX = 64
/** A flag in a record or a message is at most this. */
export const FLAG_BYTES_MAX = 12_288

const flagSchema = fields({
  rule: oneOf(...flagRules),
  version: uint,
  /** First and last Domain day looked at. */
  window: fields({ from: uint, to: uint }),
  /** Accounts, ascending by their bytes; of R11 the hub's own id. */
  subjects: listOf(hexOf(32), FLAG_SUBJECTS_MAX),
  /** Ascending; of more than there is room for, the latest. */
  evidence: listOf(fields({ origin: textUpTo(64), seq: uint, leaf: bytesOf(32) }), FLAG_EVIDENCE_MAX),
  /** What was measured, and what it was compared with, by name. */
  computed: listOf(fields({ name: textUpTo(32), value: integer }), 16),
  logSize: uint,
  root: bytesOf(32),
})

export type Flag = {
  rule: FlagRule
  version: number
  window: { from: number; to: number }
  subjects: Hex[]
  evidence: { origin: Origin; seq: number; leaf: Uint8Array }[]
  computed: { name: string; value: bigint }[]
  logSize: number
  root: Uint8Array
}

/** What a rule finds, before it is bound to a log. */
export type Suspicion = {
  rule: FlagRule
  version: number
  subjects: readonly Hex[]
  /** Numbers of the records it came of, in any order. */
  seqs: Iterable<number>
  computed: Readonly<Record<string, number | bigint>>
}

export const encodeFlag = (flag: Flag): Uint8Array => encodeAs(flagSchema, flag)

/** Null for what `encodeFlag` does not write. */
export const parseFlag = (bytes: Uint8Array): Flag | null =>
  bytes.length > FLAG_BYTES_MAX ? null : decodeAs(flagSchema, bytes)

/** How much of the log a flag of today is about: all up to the day's tick. */
export const flaggedSize = (state: State): number => (state.tickSeq ?? 0) + 1

/** The first day after those that a flag of today looks at: days that are over never change again. */
export const flaggingDay = (state: State): number => domainDay(state, state.tickDay * DAY)

const DAY = 86_400

export function flagOf(state: State, window: Flag['window'], suspicion: Suspicion): Flag {
  const { rule, version, subjects, seqs, computed } = suspicion
  const logSize = flaggedSize(state)
  const latest = [...new Set(seqs)].sort((a, b) => a - b).slice(-FLAG_EVIDENCE_MAX)
  return {
    rule, version, window,
    subjects: [...subjects].sort().slice(0, FLAG_SUBJECTS_MAX),
    evidence: latest.map((seq) => ({ origin: state.hub.origin, seq, leaf: state.tree.leafAt(seq) })),
    computed: Object.entries(computed).map(([name, value]) => ({ name, value: BigInt(value) })),
    logSize,
    root: state.tree.root(logSize),
  }
}

/** Whether a flag is about this log: its size and root, and every record that it names. */
export function isAboutLog(state: State, { logSize, root, evidence }: Flag): boolean {
  const { tree, hub } = state
  if (logSize < 1 || logSize > tree.size || !equalBytes(tree.root(logSize), root)) return false
  return evidence.every(({ origin, seq, leaf }) => origin === hub.origin && seq < logSize && tree.isLeafAt(seq, leaf))
}

/** A hub's signature under a flag that it shows to others: by its vote key, in the federation's scope. */
export const signFlag = (voteSecret: Uint8Array, federation: Uint8Array, flag: Flag): Uint8Array =>
  sign(voteSecret, 'flag', federation, encodeFlag(flag))

export const isFlagSigned = (voteKey: Uint8Array, federation: Uint8Array, flag: Flag, signature: Uint8Array): boolean =>
  verifyIn(voteKey, 'flag', federation, encodeFlag(flag), signature)
