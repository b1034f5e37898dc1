/** The figures of a month, and the rows behind one. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { Milli } from './door.ts'

/** Figures that answer which matters or entries they were counted from: of `byFormula` and `shared` by the names there. */
export const figureNames = [
  'active', 'joined', 'members', 'contributions', 'ties', 'kept', 'fallenThrough',
  'issued', 'skill', 'resource', 'project', 'community', 'redeemed', 'otherwise', 'held', 'commons', 'reserve', 'uses', 'byGuests',
] as const
export type FigureName = (typeof figureNames)[number]

/** The nine figures by which cities see how they are doing [S1260-1284]: of needs, of what is shared, of people. */
export type Indicators = {
  /** Of the board as it is now; a need is met when an agreement names it that is not over or was kept this month or the last. */
  board: { needs: number; met: number; meanHours: number | null }
  /** Things and rooms shared: on the board now, those of them used in the month; how often any was used in it, and by people of other cities. */
  shared: { count: number; used: number; uses: number; byGuests: number }
  /** Who signed something in the month; pairs of people who did something together; of them those who did more than once. */
  active: number
  ties: number
  repeatedPerMille: number
}
/** `offers` of this city; `elsewhere`: what comes from others. */
export type BoardFigures = Indicators['board'] & { offers: number; elsewhere: number }
export type CityIndicators = Indicators & { origin: Origin; city: string }

/** GET /api/figures?month=…: what `ledger/value/statistics.ts` computes of a month. Months are counted from January 1970. */
export type FiguresView = Indicators & {
  months: number[]
  month: number
  /** Whether the month is not over: what is counted as of now is of today and of no month. */
  isPresent: boolean
  members: number
  joined: number
  contributions: number
  kept: number
  fallenThrough: number
  issued: Milli
  byFormula: { skill: Milli; resource: Milli; project: Milli; community: Milli }
  opening: Milli
  redeemed: Milli
  /** What else came into members' hands or, if negative, left them: grants, exchange, time reserves, who came and who went. */
  otherwise: Milli
  decayed: Milli
  closing: Milli
  held: Milli
  commons: Milli
  /** Put aside in members' time reserves: promised, and in nobody's hands. */
  reserve: Milli
  giniPerMille: number
  board: BoardFigures
  /**
   * City by city, this one first, and all together; null without a federation. Of another city: its record as far as it has been
   * read here, and those of its listings that come here. A city that was not founded in that month, or whose record has not been
   * read so far, is left out. `together` adds up what each counts: pairs across two cities are in none, and who moved may be in two.
   */
  federation: { cities: CityIndicators[]; together: Indicators } | null
}

/**
 * GET /api/figures/<month>/<figure>, the newest first: a matter, its entries in the record, and its award if it has one; or one
 * entry by the id of its action, as for who joined.
 */
export type FigureRow = { id: Hex; entries: number[]; milli: Milli | null }
