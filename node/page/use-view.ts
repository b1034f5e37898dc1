/** What using a shared thing would be at some time: its price and why, when it is taken, and whether the reader may. */
import type { Hex } from '#ledger/action.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import type { Resource } from '#ledger/charter.ts'
import { explainPrice } from '#ledger/explain.ts'
import { priceOfBooking } from '#ledger/rules/booking.ts'
import { minutesBetween } from '#ledger/rules/course.ts'
import { demandOn } from '#ledger/rules/demand.ts'
import { LEVEL_TO_USE, levelOf } from '#ledger/rules/level.ts'
import { freeFrom } from '#ledger/rules/occupancy.ts'
import { unitsOf } from '#ledger/rules/price.ts'
import { charterOf, type State } from '#ledger/state.ts'
import type { Listing } from '#protocol/listing.ts'
import type { UseView } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'
import { factorsOfPrice } from './why.ts'

export type UseAsked = { resource: Resource; begins: number; ends: number }

/** `ends` is after `begins`. */
export function useView(state: State, people: People, listing: Listing, reader: Hex, asked: UseAsked, now: number): UseView {
  const { resource, begins, ends } = asked
  const charter = charterOf(state)
  const { table } = charter.price
  const price = priceOfBooking(state, charter, asked)
  const member = state.members.get(reader)
  return {
    title: listing.title,
    provider: people.view(listing.author),
    unitMinutes: table.find((row) => row.resource === resource)?.unitMinutes ?? 1,
    units: unitsOf(table, resource, minutesBetween(asked)),
    price: String(price.milli),
    factors: factorsOfPrice(explainPrice(resource, price), price.quantity, people),
    demandPerMille: demandOn(state, resource, utcDayOf(begins)).demandPerMille,
    taken: (state.calendars.get(listing.id)?.intervals ?? [])
      .filter((interval) => interval.ends > now)
      .map(({ begins, ends }) => ({ begins, ends }))
      .sort((one, other) => one.begins - other.begins),
    free: freeFrom(state, listing.id, begins, ends, now),
    levelNeeded: LEVEL_TO_USE,
    level: member === undefined || member.form !== 'person' ? LEVEL_TO_USE : levelOf(state, reader),
  }
}
