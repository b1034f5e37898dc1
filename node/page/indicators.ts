/**
 * The nine figures by which cities see how they are doing [S1260-1284]: counted in one city's record and on the board, and
 * added up over several.
 */
import type { Hex } from '#ledger/action.ts'
import type { Agreement } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import type { Statistics } from '#ledger/value/statistics.ts'
import type { Indicators } from '#protocol/api.ts'
import type { ShownListing } from './views.ts'

/** What is reckoned of one city's record: a month's figures, null when nothing was recorded in it, and when listings were agreed on. */
export type Reckoned = { statistics: Statistics | null; agreedAt: ReadonlyMap<Hex, number> }

/**
 * Of one city, with what of `listings`, the board now, is that city's. `isOwn`: when its listings were posted is known by this
 * hub's own clock, of others by what their authors wrote.
 */
export function indicatorsOf(state: State, { statistics, agreedAt }: Reckoned, listings: ShownListing[], isOwn: boolean): Indicators {
  const theirs = listings.filter(({ listing }) => listing.hub === state.hub.origin)
  return {
    board: needsOf(agreedAt, theirs, isOwn),
    shared: sharedOf(state, statistics?.kept.of ?? [], theirs),
    active: statistics?.active ?? 0, ties: statistics?.ties.value ?? 0, repeatedPerMille: statistics?.repeatedPerMille ?? 0,
  }
}

/** Of several cities as of one; shares and means weigh by what they are of. */
export function togetherOf(cities: Indicators[]): Indicators {
  const sum = (of: (one: Indicators) => number): number => cities.reduce((all, one) => all + of(one), 0)
  const [met, ties] = [sum(({ board }) => board.met), sum((one) => one.ties)]
  return {
    board: {
      needs: sum(({ board }) => board.needs), met,
      meanHours: met === 0 ? null : Math.round(sum(({ board }) => board.met * (board.meanHours ?? 0)) / met),
    },
    shared: {
      count: sum(({ shared }) => shared.count), used: sum(({ shared }) => shared.used),
      uses: sum(({ shared }) => shared.uses), byGuests: sum(({ shared }) => shared.byGuests),
    },
    active: sum(({ active }) => active), ties,
    repeatedPerMille: ties === 0 ? 0 : Math.floor(sum((one) => one.ties * one.repeatedPerMille) / ties),
  }
}

/** What is shared: on the board now, used in the month, how often, and by people of other cities. `kept`: what ended as agreed in it. */
function sharedOf(state: State, kept: readonly Hex[], theirs: ShownListing[]): Indicators['shared'] {
  const shared = theirs.filter(({ listing }) => listing.kind === 'resource')
  const uses = usesIn(state, kept)
  const used = new Set(uses.map(({ terms }) => terms.listing))
  return {
    count: shared.length,
    used: shared.filter(({ listing }) => used.has(listing.id)).length,
    uses: uses.length,
    byGuests: uses.filter(isByGuest).length,
  }
}

/** Of the agreements that ended as agreed, those about something that is shared. */
export const usesIn = (state: State, kept: readonly Hex[]): Agreement[] =>
  kept.map((id) => state.agreements.get(id)!).filter(({ terms }) => terms.kind === 'booking.made')

export const isByGuest = ({ stay }: Agreement): boolean => stay !== null

/** Needs on the board now, how many of them have found somebody, and how soon. */
function needsOf(agreedAt: ReadonlyMap<Hex, number>, theirs: ShownListing[], isOwn: boolean): Indicators['board'] {
  const needs = theirs.filter(({ listing }) => listing.kind === 'need')
  const waits = needs.flatMap(({ listing, heardTs }) => {
    const agreed = agreedAt.get(listing.id)
    return agreed === undefined ? [] : [Math.max(0, agreed - (isOwn ? heardTs : listing.from))]
  })
  return {
    needs: needs.length,
    met: waits.length,
    meanHours: waits.length === 0 ? null : Math.round(waits.reduce((a, b) => a + b, 0) / waits.length / 3_600),
  }
}

/** When listings were first agreed on, by their ids: in what is not over, and in what was kept this month or the last, for a need outlives the help it found. */
export function agreedAtIn({ agreements, months }: State): Map<Hex, number> {
  const lately = [...agreements.closedOnes((months.at(-2) ?? months.at(-1))?.closedAgreements)].filter(({ phase }) => phase === 'settled')
  const at = new Map<Hex, number>()
  for (const { terms, made } of [...agreements.openOnes(), ...lately]) at.set(terms.listing, Math.min(made, at.get(terms.listing) ?? made))
  return at
}
