/**
 * Months: what came and went in one, kept as it happens, so that nobody has to read two years of records to know how a
 * community is doing [S1252-1284].
 *
 * A month is one of the UTC calendar, for people think in those. What a day moved is added up at the first record of
 * the next day, at the index of the day it was moved on; what decay took in between is the difference of what stood
 * there at the two days' indexes. So a month's figures are exact to the milli a day, whatever else the rules do:
 *
 *   closing = opening + what came − what went − decayed
 */
import { monthOf } from '../calendar.ts'
import type { Month } from '../state/books.ts'
import { changed } from '../state/changed.ts'
import type { Contribution } from '../state/matters.ts'
import type { Member } from '../state/people.ts'
import { nominalOf } from './decay.ts'
import { domainIndex, type State } from '../state/state.ts'

const DAY_SECONDS = 86_400

/** Opens the month of a Domain day with nothing in it yet. */
export function beginMonth(state: State, day: number): void {
  const circulating = circulatingIn(state)
  state.months.push({
    month: monthOfDay(state, day), closedAgreements: state.agreements.closedCount, closedHelps: state.helps.closedCount,
    openingMilli: nominalOf(circulating, domainIndex(state, day)),
    skillMilli: 0n, resourceMilli: 0n, projectMilli: 0n, communityMilli: 0n, awards: 0, active: 0,
    movedMilli: 0n, redeemedMilli: 0n, decayedMilli: 0n,
    day, circulating, redemption: state.books.redemption,
  })
}

/**
 * A day begins, before anything of it is posted: adds up what lies behind, each month in its own row. A hub that was off
 * for a season comes to the same rows as one that was not.
 */
export function noteDay(state: State, today: number): void {
  for (let month = monthNow(state); month.day < today; month = monthNow(state)) {
    const next = monthOfDay(state, today) === month.month ? today : endOf(state, month)
    addUp(state, changed(month), next)
    if (monthOfDay(state, next) !== month.month) beginMonth(state, next)
  }
}

/** The first day after a month. */
function endOf(state: State, { day, month }: Month): number {
  let end = day + 1
  while (monthOfDay(state, end) === month) end++
  return end
}

/** Adds up a month, which is the state's own or a copy of it, to the beginning of a day with what stands in the books. */
export function addUp(state: State, month: Month, day: number): void {
  const [then, now] = [domainIndex(state, month.day), domainIndex(state, day)]
  const circulating = circulatingIn(state)
  month.movedMilli += worth(circulating - month.circulating, then)
  month.redeemedMilli += worth(state.books.redemption - month.redemption, then)
  month.decayedMilli += nominalOf(circulating, then) - nominalOf(circulating, now)
  month.day = day
  month.circulating = circulating
  month.redemption = state.books.redemption
}

const sums = { skill: 'skillMilli', resource: 'resourceMilli', project: 'projectMilli', community: 'communityMilli' } as const

export function noteAward(state: State, { formula, milli }: Contribution): void {
  const month = changed(monthNow(state))
  month[sums[formula]] += milli
  month.awards += 1
}

/** Before a day on which this member signs something is noted: whether it is their first of the month. */
export function noteActiveMember(state: State, { track }: Member): void {
  const month = monthNow(state)
  const latest = track.activeDays.last
  if (latest === undefined || monthOfDay(state, latest) !== month.month) changed(month).active += 1
}

/** The UTC month of a Domain day. */
export const monthOfDay = ({ hub }: State, day: number): number => monthOf(hub.day0 + day * DAY_SECONDS)

/** Base units of Domain value in members' hands: what the hub's own books do not have. */
export const circulatingIn = ({ books }: State): bigint =>
  -(books.issuance + books.redemption + books.partner + books.commons + books.retire)

const monthNow = (state: State): Month => state.months[state.months.length - 1]!

const worth = (base: bigint, index: bigint): bigint => (base < 0n ? -nominalOf(-base, index) : nominalOf(base, index))
