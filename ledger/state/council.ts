/**
 * What people have come to among the others, and what they decide together: recommendations, roles, votes, cases.
 */
import type { Hex } from '../action.ts'
import type { Role } from '../charter/charter.ts'
import type { Times } from './times.ts'
import type { Voices } from './voices.ts'

/** What others said of a member, and what the member did for all; see `rules/regard.ts`. */
export type Regard = {
  acct: Hex
  /** By whom, and when. */
  recommended: Map<Hex, number>
  /** How often they voted, judged, or served as steward. */
  acts: number
  /** When something that was agreed with them came to nothing. */
  unused: Times
  /** By whom, the latest last. */
  voices: Voices
}

/** A role that somebody holds, until its term is over: `until` is a midnight, or when a vote recalled them. */
export type Post = { role: Role; member: Hex; since: number; until: number; isRecalled: boolean }

/** A role that somebody may accept, until a midnight. */
export type Nomination = { role: Role; member: Hex; until: number }

/** Something that is or was voted on; see `rules/proposal.ts` and, for a charter, `rules/amendment.ts`. */
export type Proposal = {
  id: Hex
  by: Hex
  ts: number
  /** A commitment to why, or to what is moved. */
  reason: Hex
  matter:
    | { what: 'motion' }
    | { what: 'role'; role: Role; member: Hex; change: 'appoint' | 'recall' }
    /** Its bytes; none once the matter is over. */
    | { what: 'charter'; charter: Uint8Array }
  /** The charter in force when it was opened: it says by which numbers it is decided. */
  version: number
  basis: 'level' | 'assembly'
  level: number
  electorate: Set<Hex>
  votes: Map<Hex, 'yes' | 'no' | 'abstain'>
  phase: 'open' | 'carried' | 'adopted' | 'done' | 'rejected' | 'no-quorum' | 'lapsed' | 'superseded'
  /** Stewards who signed the charter. */
  confirmedBy: Set<Hex>
  adoptedTs: number | null
  /** What the vote came to, once it is counted. */
  count: { electorate: number; yes: number; no: number; abstain: number } | null
}

/** Somebody is said to have done wrong (`rules/case.ts`). */
export type Case = {
  id: Hex
  /** The record that opened it. */
  seq: number
  opened: number
  charter: number
  accused: Hex
  complainant: Hex | null
  /** Commitment to what somebody complains of. */
  complaint: Hex | null
  /** SHA-256 of the flag's bytes. */
  flag: Hex | null
  /** The agreements, helps, sessions, projects and works in dispute, ascending. */
  matters: Hex[]
  /** The grades that the accused received in them, by the time of their opening. */
  grades: { grade: 0 | 1 | 2; ts: number }[]
  /** Who has had to do with it and does not judge, ascending. */
  involved: Hex[]
  /** From whom may be drawn, in the order of joining; nobody once it is over. */
  electorate: Hex[]
  /** Who decides, ascending. */
  panel: Hex[]
  votes: { by: Hex; measure: 0 | 1 | 2; reason: Hex }[]
  answer: { ts: number; statement: Hex } | null
  phase: 'open' | 'dismissed' | 'lapsed' | 'found' | 'appealed' | 'judging' | 'sanctioned' | 'reversed'
  /** What is set aside for it, base units. */
  held: bigint
  globalHeld: bigint
  found: { ts: number; measure: 0 | 1 | 2 } | null
  appeal: { ts: number; statement: Hex } | null
  jurors: Hex[]
  verdicts: { by: Hex; confirmed: boolean; reason: Hex }[]
  /** What the sanction took, base units, and what of the tainted awards there was too little left for. */
  taken: { domain: bigint; global: bigint; lifetimeMilli: bigint; shortfall: bigint; grades: Case['grades'] } | null
  /** Who takes it back; ascending. */
  reversals: Hex[]
}

/** Under which a role stands that a member holds or is offered. */
export const postName = (role: Role, member: Hex): string => `${role} ${member}`
