/**
 * How the community is doing, for its page: the figures of a month as the ledger computes them, and the rows behind
 * what is counted; beside them what only the board knows, since listings are not in the record [S1252-1284], and how the
 * other cities of the federation are doing.
 */
import type { Origin } from '#ledger/action.ts'
import { monthOf } from '#ledger/calendar.ts'
import { joinedIn, monthsOf } from '#ledger/value/statistics.ts'
import type { State } from '#ledger/state/state.ts'
import type { CityIndicators, FigureName, FigureRow, FiguresView } from '#protocol/api.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Timeline } from '../record/timeline.ts'
import { rowsOf } from './figure-rows.ts'
import { indicatorsOf, type Reckoned, togetherOf } from './indicators.ts'
import { OWN_SECONDS, reckonerOf } from './reckoner.ts'
import type { ShownListing } from './views.ts'

export type FiguresPorts = {
  writer: Writer
  timeline: Timeline
  clock: Clock
  /** What is on the board now. */
  listings(): ShownListing[]
  /** The other cities as they are called, as far as their records have been read here; null without a federation. */
  elsewhere(): { city: string; state: State }[] | null
}

export type Figures = {
  /** The figures of this month, or of the present one; null for a month before the founding or after the last. */
  view(month: number | null): FiguresView | null
  /** The rows a figure was counted from, the newest first and so many (`figure-rows.ts`); null as above. */
  rows(month: number, figure: FigureName): FigureRow[] | null
}

/**
 * The figures of this hub and of the cities that `elsewhere` knows. What was answered about a month is answered again for some
 * seconds, and what it was reckoned from is kept for longer (`reckoner.ts`): questions have no pace.
 */
export function figuresOf({ writer, timeline, clock, listings, elsewhere }: FiguresPorts): Figures {
  const now = (): number => Math.max(clock.now(), writer.state.lastTs)
  const reckoned = reckonerOf({ own: () => writer.state, now })
  let answers = { of: writer.state, byMonth: new Map<number, { ts: number; view: FiguresView }>() }
  let rowsKnown = { of: writer.state, byFigure: new Map<string, { ts: number; rows: FigureRow[] }>() }

  function federationIn(month: number, here: CityIndicators, board: Board): FiguresView['federation'] {
    const others = elsewhere()
    if (others === null) return null
    const cities = [here, ...others.flatMap(({ city, state }): CityIndicators[] => {
      const { origin } = state.hub
      const found = reckoned(state, month)
      return found === null ? [] : [{ origin, city, ...indicatorsOf(found, board.get(origin) ?? [], false) }]
    })]
    return { cities, together: togetherOf(cities) }
  }

  function view(asked: number | null): FiguresView | null {
    const { state } = writer
    const last = monthsOf(state).at(-1)!
    const month = asked ?? last
    if (answers.of !== state) answers = { of: state, byMonth: new Map() }
    const before = answers.byMonth.get(month)
    if (before !== undefined && now() - before.ts < OWN_SECONDS) return before.view
    const [found, latest] = [reckoned(state, month), reckoned(state, last)]
    if (found === null || latest === null) return null
    const view = viewOf(state, month, found, latest)
    answers.byMonth.set(month, { ts: now(), view })
    return view
  }

  /** `latest`: of the present month. What is as of now is read from it, whichever month is asked for. */
  function viewOf(state: State, month: number, found: Reckoned, latest: Reckoned): FiguresView {
    const { contributions, kept, fallenThrough, byFormula, ...figures } = found.statistics
    const { members, heldMilli, commonsMilli, reserveMilli, giniPerMille } = latest.statistics
    const all = listings()
    const board = Map.groupBy(all, ({ listing }) => listing.hub)
    const { origin, city } = state.hub
    const own = board.get(origin) ?? []
    const here = indicatorsOf(found, own, true)
    const text = (milli: bigint): string => milli.toString()
    return {
      months: monthsOf(state),
      isPresent: month === monthOf(now()) || month === latest.statistics.month,
      month,
      ...here,
      members, joined: joinedIn(state, month).length, contributions: contributions.value,
      kept: kept.value, fallenThrough: fallenThrough.value,
      issued: text(figures.issuedMilli),
      byFormula: {
        skill: text(byFormula.skill.value), resource: text(byFormula.resource.value),
        project: text(byFormula.project.value), community: text(byFormula.community.value),
      },
      opening: text(figures.openingMilli), redeemed: text(figures.redeemedMilli),
      otherwise: text(figures.movedMilli - figures.issuedMilli + figures.redeemedMilli),
      decayed: text(figures.decayedMilli), closing: text(figures.closingMilli),
      held: text(heldMilli), commons: text(commonsMilli), reserve: text(reserveMilli), giniPerMille,
      board: { ...here.board, offers: own.filter(({ listing }) => listing.kind !== 'need').length, elsewhere: all.length - own.length },
      federation: federationIn(month, { origin, city, ...here }, board),
    }
  }

  function rows(month: number, name: FigureName): FigureRow[] | null {
    const { state } = writer
    const found = reckoned(state, month)
    if (found === null) return null
    if (rowsKnown.of !== state) rowsKnown = { of: state, byFigure: new Map() }
    const key = ofNoMonth.has(name) ? name : `${month} ${name}`
    const before = rowsKnown.byFigure.get(key)
    // What a month that is over was counted from hardly changes, and whoever asks for all of them in turn must not keep the hub busy.
    const seconds = !ofNoMonth.has(name) && month < monthOf(now()) ? PAST_ROWS_SECONDS : OWN_SECONDS
    if (before !== undefined && now() - before.ts < seconds) return before.rows
    const rows = rowsOf({ state, timeline, entryAt: writer.entryAt }, found, name)
    rowsKnown.byFigure.delete(key)
    rowsKnown.byFigure.set(key, { ts: now(), rows })
    if (rowsKnown.byFigure.size > ROWS_KNOWN_MAX) rowsKnown.byFigure.delete(rowsKnown.byFigure.keys().next().value!)
    return rows
  }

  return { view, rows }
}

/** Figures of all there is now, whatever month is looked at. */
const ofNoMonth: ReadonlySet<FigureName> = new Set(['members', 'held', 'commons', 'reserve'])
const PAST_ROWS_SECONDS = 3_600
/** Of so many figures rows are remembered, which is more than two years have. */
const ROWS_KNOWN_MAX = 512

/** What is on the board, by the city it is of. */
type Board = ReadonlyMap<Origin, ShownListing[]>
