/**
 * How the community is doing, for its page: the figures of a month as the ledger computes them, and the rows behind
 * what is counted; beside them what only the board knows, since listings are not in the record [S1252-1284], and how the
 * other cities of the federation are doing.
 */
import type { Hex } from '#ledger/action.ts'
import { monthOf, utcDayOf } from '#ledger/calendar.ts'
import { monthsOf, type Statistics, statisticsOf } from '#ledger/value/statistics.ts'
import type { Award } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { FigureName, FigureRow, FiguresView } from '#protocol/api.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Timeline } from '../record/timeline.ts'
import { agreedAtIn, indicatorsOf, isByGuest, type Reckoned, togetherOf, usesIn } from './indicators.ts'
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
  /** The rows a figure was summed from, the newest first and at most `ROWS_MAX`; null as above. */
  rows(month: number, figure: FigureName): FigureRow[] | null
}

/** A page shows no more; whoever wants all of them takes the export. */
const ROWS_MAX = 200
const OTHERS_SECONDS = 60

export function figuresOf({ writer, timeline, clock, listings, elsewhere }: FiguresPorts): Figures {
  const now = (): number => Math.max(clock.now(), writer.state.lastTs)

  // Anybody may ask, and again and again: this city's record is reckoned once for as long as nothing is added to it and the day
  // lasts, those of others once a minute at most.
  type Known = { size: number; day: number; ts: number; agreedAt: Map<Hex, number>; months: Map<number, Statistics> }
  // By the state itself: one that is read anew begins with less.
  const known = new WeakMap<State, Known>()
  function reckoned(state: State, month: number): Reckoned {
    const [size, day] = [state.tree.size, utcDayOf(now())]
    const before = known.get(state)
    const isFresh = before?.size === size || (state !== writer.state && before !== undefined && now() - before.ts < OTHERS_SECONDS)
    const kept = isFresh && before?.day === day ? before : { size, day, ts: now(), agreedAt: agreedAtIn(state), months: new Map() }
    known.set(state, kept)
    const statistics = kept.months.get(month) ?? statisticsOf(state, month, Math.max(now(), state.lastTs))
    if (statistics !== null) kept.months.set(month, statistics)
    return { statistics, agreedAt: kept.agreedAt }
  }

  function federationIn(month: number, board: ShownListing[]): FiguresView['federation'] {
    const others = elsewhere()
    if (others === null) return null
    const { state: here } = writer
    const all = [{ city: here.hub.city, state: here }, ...others].filter(({ state }) => monthsOf(state)[0]! <= month)
    const cities = all.map(({ city, state }) => (
      { origin: state.hub.origin, city, ...indicatorsOf(state, reckoned(state, month), board, state === here) }))
    return { cities, together: togetherOf(cities) }
  }

  function view(asked: number | null): FiguresView | null {
    const { state } = writer
    const months = monthsOf(state)
    const month = asked ?? months[months.length - 1]!
    const found = reckoned(state, month)
    if (found.statistics === null) return null
    const { contributions, kept, fallenThrough, byFormula, ...figures } = found.statistics
    const board = listings()
    const here = indicatorsOf(state, found, board, true)
    const text = (milli: bigint): string => milli.toString()
    return {
      months,
      isPresent: month === monthOf(now()) || month === months[months.length - 1],
      month,
      ...here,
      members: figures.members, joined: figures.joined, contributions: contributions.value,
      kept: kept.value, fallenThrough: fallenThrough.value,
      issued: text(figures.issuedMilli),
      byFormula: {
        skill: text(byFormula.skill.value), resource: text(byFormula.resource.value),
        project: text(byFormula.project.value), community: text(byFormula.community.value),
      },
      opening: text(figures.openingMilli), moved: text(figures.movedMilli), redeemed: text(figures.redeemedMilli),
      decayed: text(figures.decayedMilli), closing: text(figures.closingMilli),
      held: text(figures.heldMilli), commons: text(figures.commonsMilli), reserve: text(figures.reserveMilli), giniPerMille: figures.giniPerMille,
      board: { ...here.board, ...offersOf(state, board) },
      federation: federationIn(month, board),
    }
  }

  function rows(month: number, name: FigureName): FigureRow[] | null {
    const { state } = writer
    const { statistics } = reckoned(state, month)
    return statistics === null
      ? null
      : mattersOf(state, statistics, name).slice(-ROWS_MAX).reverse().map((id) => rowOf(state, timeline, id))
  }

  return { view, rows }
}

function mattersOf(state: State, { contributions, ties, kept, fallenThrough, byFormula }: Statistics, name: FigureName): readonly Hex[] {
  switch (name) {
    case 'uses':
      return usesIn(state, kept.of).map(({ id }) => id)
    case 'byGuests':
      return usesIn(state, kept.of).filter(isByGuest).map(({ id }) => id)
    default:
      return { contributions, ties, kept, fallenThrough, ...byFormula }[name].of
  }
}

/** The entries about one matter, and what was awarded for it. Pseudonyms stay in the record; no name leaves here. */
function rowOf(state: State, timeline: Timeline, id: Hex): FigureRow {
  const awards = awardsFor(state, id)
  const sum = awards.reduce((sum, { milli }) => sum + milli, 0n)
  const about = timeline.entriesAbout(id)
  // Of what several do, the timeline follows who did it and not the matter: the entry that awarded it is named.
  const entries = about.length > 0 ? about : [...new Set(awards.map(({ seq }) => seq))]
  return { id, entries, milli: awards.length === 0 ? null : sum.toString() }
}

function awardsFor(state: State, id: Hex): Award[] {
  const single = state.agreements.get(id) ?? state.helps.get(id) ?? state.sessions.get(id) ?? state.works.get(id)
  if (single !== undefined) return single.award === null ? [] : [single.award]
  return state.projects.get(id)?.awards.map(({ award }) => award) ?? []
}

/** Offers on the board now, and what comes from other cities. */
function offersOf(state: State, listings: ShownListing[]): { offers: number; elsewhere: number } {
  const own = listings.filter(({ listing }) => listing.hub === state.hub.origin)
  return { offers: own.filter(({ listing }) => listing.kind !== 'need').length, elsewhere: listings.length - own.length }
}
