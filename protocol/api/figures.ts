/** The figures of a month, and the rows behind one. */
import type { Hex } from '#ledger/action.ts'
import type { Milli } from './door.ts'

/** Figures that answer which matters they were summed from: of `byFormula` and `shared` by the names there. */
export const figureNames = ['contributions', 'ties', 'kept', 'fallenThrough', 'skill', 'resource', 'project', 'community', 'uses', 'byGuests'] as const
export type FigureName = (typeof figureNames)[number]

/** Of the board as it is now; a need is met when an agreement that is not over names it. */
export type BoardFigures = { needs: number; offers: number; elsewhere: number; met: number; meanHours: number | null }

/** GET /api/figures?month=…: what `ledger/value/statistics.ts` computes of a month. Months are counted from January 1970. */
export type FiguresView = {
  months: number[]
  month: number
  /** Whether the month is not over: what is counted as of now is of today and of no month. */
  isPresent: boolean
  members: number
  active: number
  joined: number
  contributions: number
  ties: number
  repeatedPerMille: number
  kept: number
  fallenThrough: number
  issued: Milli
  byFormula: { skill: Milli; resource: Milli; project: Milli; community: Milli }
  opening: Milli
  moved: Milli
  redeemed: Milli
  decayed: Milli
  closing: Milli
  held: Milli
  commons: Milli
  /** Put aside in members' time reserves: promised, and in nobody's hands. */
  reserve: Milli
  giniPerMille: number
  board: BoardFigures
  /** Things and rooms shared: on the board now, those of them used in the month; how often any was used in it, and by people of other cities. */
  shared: { count: number; used: number; uses: number; byGuests: number }
}

/** GET /api/figures/<month>/<figure>, the newest first: a matter, its entries in the record, and its award if it has one. */
export type FigureRow = { id: Hex; entries: number[]; milli: Milli | null }
