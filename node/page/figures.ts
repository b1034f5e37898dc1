/**
 * How the community is doing, for its page: the figures of a month as the ledger computes them, and the rows behind
 * what is counted; beside them what only the board knows, since listings are not in the record [S1252-1284].
 */
import type { Hex } from '#ledger/action.ts'
import { monthOf, utcDayOf } from '#ledger/calendar.ts'
import { monthsOf, type Statistics, statisticsOf } from '#ledger/value/statistics.ts'
import type { Agreement, Award } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { BoardFigures, FigureName, FigureRow, FiguresView } from '#protocol/api.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Timeline } from '../record/timeline.ts'
import type { ShownListing } from './views.ts'

export type FiguresPorts = {
  writer: Writer
  timeline: Timeline
  clock: Clock
  /** What is on the board now. */
  listings(): ShownListing[]
}

export type Figures = {
  /** The figures of this month, or of the present one; null for a month before the founding or after the last. */
  view(month: number | null): FiguresView | null
  /** The rows a figure was summed from, the newest first and at most `ROWS_MAX`; null as above. */
  rows(month: number, figure: FigureName): FigureRow[] | null
}

/** A page shows no more; whoever wants all of them takes the export. */
const ROWS_MAX = 200

export function figuresOf({ writer, timeline, clock, listings }: FiguresPorts): Figures {
  const now = (): number => Math.max(clock.now(), writer.state.lastTs)

  // Anybody may ask, and again and again: a month is reckoned once for as long as nothing is recorded and the day lasts.
  let known = { size: -1, day: -1, months: new Map<number, Statistics>() }
  function reckoned(month: number): Statistics | null {
    const { state } = writer
    const [size, day] = [state.tree.size, utcDayOf(now())]
    if (known.size !== size || known.day !== day) known = { size, day, months: new Map() }
    const found = known.months.get(month) ?? statisticsOf(state, month, now())
    if (found !== null) known.months.set(month, found)
    return found
  }

  function view(asked: number | null): FiguresView | null {
    const { state } = writer
    const months = monthsOf(state)
    const month = asked ?? months[months.length - 1]!
    const found = reckoned(month)
    if (found === null) return null
    const { contributions, ties, kept, fallenThrough, byFormula, ...figures } = found
    const text = (milli: bigint): string => milli.toString()
    return {
      months,
      isPresent: month === monthOf(now()) || month === months[months.length - 1],
      month,
      members: figures.members, active: figures.active, joined: figures.joined,
      contributions: contributions.value, ties: ties.value, repeatedPerMille: figures.repeatedPerMille,
      kept: kept.value, fallenThrough: fallenThrough.value,
      issued: text(figures.issuedMilli),
      byFormula: {
        skill: text(byFormula.skill.value), resource: text(byFormula.resource.value),
        project: text(byFormula.project.value), community: text(byFormula.community.value),
      },
      opening: text(figures.openingMilli), moved: text(figures.movedMilli), redeemed: text(figures.redeemedMilli),
      decayed: text(figures.decayedMilli), closing: text(figures.closingMilli),
      held: text(figures.heldMilli), commons: text(figures.commonsMilli), reserve: text(figures.reserveMilli), giniPerMille: figures.giniPerMille,
      board: boardOf(state, listings()),
      shared: sharedIn(state, kept.of, listings()),
    }
  }

  function rows(month: number, name: FigureName): FigureRow[] | null {
    const { state } = writer
    const found = reckoned(month)
    return found === null ? null : mattersOf(state, found, name).slice(-ROWS_MAX).reverse().map((id) => rowOf(state, timeline, id))
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

/** Of the agreements that ended as agreed, those about something that is shared. */
const usesIn = (state: State, kept: readonly Hex[]): Agreement[] =>
  kept.map((id) => state.agreements.get(id)!).filter(({ terms }) => terms.kind === 'booking.made')

const isByGuest = ({ stay }: Agreement): boolean => stay !== null

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

/**
 * What is shared: how much of it is on the board now, how much of that was used in the month, how often, and how often by people of
 * other cities [S1270-1274]. `kept`: the agreements that ended as agreed in it.
 */
function sharedIn(state: State, kept: readonly Hex[], listings: ShownListing[]): FiguresView['shared'] {
  const own = listings.filter(({ listing }) => listing.hub === state.hub.origin && listing.kind === 'resource')
  const uses = usesIn(state, kept)
  const used = new Set(uses.map(({ terms }) => terms.listing))
  return {
    count: own.length,
    used: own.filter(({ listing }) => used.has(listing.id)).length,
    uses: uses.length,
    byGuests: uses.filter(isByGuest).length,
  }
}

/** Needs and offers on the board now, how many of the needs have found somebody, and how soon. */
function boardOf(state: State, listings: ShownListing[]): BoardFigures {
  const madeAt = new Map<Hex, number>()
  for (const { terms, made } of state.agreements.openOnes()) {
    madeAt.set(terms.listing, Math.min(made, madeAt.get(terms.listing) ?? made))
  }
  const own = listings.filter(({ listing }) => listing.hub === state.hub.origin)
  const needs = own.filter(({ listing }) => listing.kind === 'need')
  const waits = needs.flatMap(({ listing, heardTs }) => {
    const made = madeAt.get(listing.id)
    return made === undefined ? [] : [Math.max(0, made - heardTs)]
  })
  return {
    needs: needs.length,
    offers: own.length - needs.length,
    elsewhere: listings.length - own.length,
    met: waits.length,
    meanHours: waits.length === 0 ? null : Math.round(waits.reduce((a, b) => a + b, 0) / waits.length / 3_600),
  }
}
