/**
 * Who has helped whom of late: the last ninety days of completed exchanges, and of what was said of them.
 *
 * Two questions need it. Nobody may sit in judgement on somebody they have dealt with (`rules/case.ts`), and the
 * rules that look for what seems odd (`anomaly/`) ask about patterns, not about single helps. Both reach back `WINDOW_DAYS`
 * and no further, so that what is long over is nobody's business, and neither cost grows with history: one list a
 * protocol day, to which the day's exchanges are added, and which is let go of as a whole.
 */
import type { Hex } from '../action.ts'
import { changed } from './changed.ts'
import { type At, domainDay, type State } from './state.ts'

/** W: how far back what seems odd is looked for [protocol days]. */
export const WINDOW_DAYS = 90

/**
 * How it was given: written down by two neighbours; agreed on before; a thing, which occupies nobody; within a
 * care relation, where the same two meet again and again because that is what was agreed; a part in a project, to who asked
 * for it; or a work, to whoever found it useful.
 */
export const exchangeForms = ['short', 'full', 'thing', 'care', 'project', 'work'] as const
export type ExchangeForm = (typeof exchangeForms)[number]

/** One award, or its part, that somebody received for what another one needed. */
export type Exchange = {
  /** The agreement, help, session, project or work that it came of. */
  matter: Hex
  /** The record that completed it; of what silence completed, the tick's. */
  seq: number
  giver: Hex
  receiver: Hex
  /** The award at formula value. */
  milli: bigint
  minutes: number
  form: ExchangeForm
  /** Somebody's check-in, a slip or a steward stands for their having met. */
  came: boolean
  /** When it was; of the short form, the day that it names. */
  begins: number
  ends: number
}

/** A grade that was opened; `given` is when the rater committed to it. */
export type RatingNote = { matter: Hex; seq: number; rater: Hex; rated: Hex; grade: 0 | 1 | 2; given: number; opened: number }

/** Somebody who was expected and is not known to have come. */
export type Absence = { matter: Hex; seq: number; member: Hex }

/** What a correction makes of what this giver gave in a matter of an earlier day, or of the same. */
export type CorrectionNote = {
  matter: Hex
  seq: number
  giver: Hex
  /** The Domain day of the award. */
  day: number
  milli: bigint
  /** Null where no minutes were counted. */
  minutes: number | null
}

/** Something that was kept for far longer than it was booked, in minutes. */
export type Overstay = { matter: Hex; seq: number; member: Hex; booked: number; kept: number }

export type DayOfExchanges = {
  readonly day: number
  exchanges: Exchange[]
  ratings: RatingNote[]
  absences: Absence[]
  corrections: CorrectionNote[]
  overstays: Overstay[]
}

export function noteExchange(state: State, exchange: Omit<Exchange, 'seq'>, at: At): void {
  dayFor(state, at).exchanges.push({ ...exchange, seq: at.seq })
}

export function noteRating(state: State, note: Omit<RatingNote, 'seq' | 'opened'>, at: At): void {
  dayFor(state, at).ratings.push({ ...note, seq: at.seq, opened: at.ts })
}

export function noteMissed(state: State, matter: Hex, member: Hex, at: At): void {
  dayFor(state, at).absences.push({ matter, seq: at.seq, member })
}

/** The days before stay as they were noted: what looks at the window brings them to what stands. */
export function noteCorrected(state: State, note: Omit<CorrectionNote, 'seq'>, at: At): void {
  dayFor(state, at).corrections.push({ ...note, seq: at.seq })
}

export function noteOverstay(state: State, note: Omit<Overstay, 'seq'>, at: At): void {
  dayFor(state, at).overstays.push({ ...note, seq: at.seq })
}

/** Days only ever come behind the others: a deadline is settled as of a midnight that no record was before. */
function dayFor(state: State, at: At): DayOfExchanges {
  const day = domainDay(state, at.ts)
  const last = state.exchanges.at(-1)
  if (last?.day === day) return changed(last)
  const begun: DayOfExchanges = { day, exchanges: [], ratings: [], absences: [], corrections: [], overstays: [] }
  state.exchanges.push(begun)
  return begun
}

/** The days that lie more than the window before today. */
export function forgetExchanges(state: State, ts: number): void {
  const oldest = domainDay(state, ts) - WINDOW_DAYS
  const kept = state.exchanges.findIndex(({ day }) => day >= oldest)
  if (kept !== 0) state.exchanges.splice(0, kept < 0 ? state.exchanges.length : kept)
}

/** Everybody who has given this member something in the window, or received something of theirs; to find a work useful is no dealing. */
export function counterpartiesOf(state: State, acct: Hex): Set<Hex> {
  const met = new Set<Hex>()
  for (const { exchanges } of state.exchanges) {
    for (const { giver, receiver, form } of exchanges) {
      if (form === 'work') continue
      if (giver === acct) met.add(receiver)
      else if (receiver === acct) met.add(giver)
    }
  }
  return met
}
