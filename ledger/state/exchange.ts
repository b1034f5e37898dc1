/** What is noted of one exchange between two, for the days in which it may still be asked about (`exchanges.ts`). */
import type { Hex } from '../action.ts'

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
