/**
 * The nine figures by which cities see how they are doing [S1260-1284]: counted in one city's record and on the board, and
 * added up over several.
 */
import type { Hex } from '#ledger/action.ts'
import type { State } from '#ledger/state/state.ts'
import type { Statistics } from '#ledger/value/statistics.ts'
import type { Indicators } from '#protocol/api.ts'
import { LISTING_DAYS_MAX } from '#protocol/listing.ts'
import type { ShownListing } from './views.ts'

/** The use of something that is shared; `isByGuest`: by somebody of another city, as they were when it was agreed on. */
export type Use = { id: Hex; listing: Hex; isByGuest: boolean }

/** A month of one city: its figures, the uses of what is shared that ended in it, and when listings were agreed on as of now. */
export type Reckoned = { statistics: Statistics; uses: Use[]; agreedAt: ReadonlyMap<Hex, number> }

const LISTING_SECONDS_MAX = LISTING_DAYS_MAX * 86_400

/**
 * Of one city, with what is on the board of it now. `isOwn`: when its listings were posted is known by this hub's own clock, of
 * others by what their authors wrote.
 */
export function indicatorsOf({ statistics, uses, agreedAt }: Reckoned, theirs: readonly ShownListing[], isOwn: boolean): Indicators {
  return {
    board: needsOf(agreedAt, theirs, isOwn),
    shared: sharedOf(uses, theirs),
    active: statistics.active, ties: statistics.ties.value, repeatedPerMille: statistics.repeatedPerMille,
  }
}

/**
 * What was counted city by city, added up; shares and means weigh by what they are of. It is not what one city of all these people
 * would count: two who are of two cities are a pair in neither, and who moved within the month may be active in both.
 */
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

/** What is shared: on the board now, used in the month, how often, and by people of other cities. */
function sharedOf(uses: readonly Use[], theirs: readonly ShownListing[]): Indicators['shared'] {
  const shared = theirs.filter(({ listing }) => listing.kind === 'resource')
  const used = new Set(uses.map(({ listing }) => listing))
  return {
    count: shared.length,
    used: shared.filter(({ listing }) => used.has(listing.id)).length,
    uses: uses.length,
    byGuests: uses.filter(({ isByGuest }) => isByGuest).length,
  }
}

/** Of agreements that ended as agreed, by their ids, those about something that is shared. */
export const usesIn = (state: State, kept: readonly Hex[]): Use[] => kept.flatMap((id) => {
  const { terms, stay } = state.agreements.get(id)!
  return terms.kind === 'booking.made' ? [{ id, listing: terms.listing, isByGuest: stay !== null }] : []
})

/** Needs on the board now, how many of them have found somebody, and how soon. */
function needsOf(agreedAt: ReadonlyMap<Hex, number>, theirs: readonly ShownListing[], isOwn: boolean): Indicators['board'] {
  const needs = theirs.filter(({ listing }) => listing.kind === 'need')
  const waits = needs.flatMap(({ listing, heardTs }) => {
    const agreed = agreedAt.get(listing.id)
    // An author elsewhere may write any beginning: no need was on a board for longer than a listing lives.
    return agreed === undefined ? [] : [Math.max(0, agreed - (isOwn ? heardTs : Math.max(listing.from, agreed - LISTING_SECONDS_MAX)))]
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
