/**
 * What using a shared thing would be at some time: its price and why, when it is taken, and whether the reader may; also
 * for a reader from another city, who gives for it in Global value, as for help.
 */
import type { Action, Hex, Origin } from '#ledger/action.ts'
import { utcDayOf } from '#ledger/calendar.ts'
import { type Resource, resources } from '#ledger/charter/charter.ts'
import { explainPrice } from '#ledger/value/explain.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { priceOfTime } from '#ledger/rules/award.ts'
import { priceOfBooking } from '#ledger/rules/booking.ts'
import { demandOn } from '#ledger/rules/demand.ts'
import { LEVEL_TO_USE, levelOf } from '#ledger/rules/level.ts'
import { visitorPrice } from '#ledger/rules/hosting.ts'
import { freeFrom } from '#ledger/rules/occupancy.ts'
import { rowOf } from '#ledger/rules/price.ts'
import { charterOf, charterVersion, globalDay, globalIndex, type State } from '#ledger/state/state.ts'
import type { Listing } from '#protocol/listing.ts'
import type { UseView } from '#protocol/matters.ts'
import type { People } from '../words/people.ts'
import { factorsOfPrice } from './why.ts'

export type UseAsked = { resource: Resource; begins: number; ends: number }

/** The same, if it is a resource and a time that could be agreed on; else null. */
export function useAskedOf({ resource, begins, ends }: { resource: number; begins: number; ends: number }): UseAsked | null {
  const isResource = (Object.values(resources) as number[]).includes(resource)
  return isResource && begins >= 0 && ends > begins ? { resource: resource as Resource, begins, ends } : null
}

/** `ends` is after `begins`. */
export function useView(state: State, people: People, listing: Listing, reader: Hex, asked: UseAsked, now: number): UseView {
  const { resource, begins, ends } = asked
  const charter = charterOf(state)
  const price = priceOfBooking(state, charter, asked)
  const member = state.members.get(reader)
  return {
    title: listing.title,
    provider: people.view(listing.author),
    // Less than half a unit counts by its minutes, and is said in minutes.
    unitMinutes: price.per === 1 ? rowOf(charter.price.table, resource).unitMinutes : 1,
    units: price.quantity,
    price: String(price.milli),
    visitorMilli: visitorMilli(state, price.milli, now),
    factors: factorsOfPrice(explainPrice(resource, price), price.quantity, people),
    demandPerMille: demandOn(state, resource, utcDayOf(begins)).demandPerMille,
    charter: charterVersion(state),
    taken: (state.calendars.get(listing.id)?.intervals ?? [])
      .filter((interval) => interval.ends > now)
      .map(({ begins, ends }) => ({ begins, ends }))
      .sort((one, other) => one.begins - other.begins),
    free: freeFrom(state, listing.id, begins, ends, now),
    levelNeeded: LEVEL_TO_USE,
    level: member === undefined || member.form !== 'person' ? LEVEL_TO_USE : levelOf(state, reader),
  }
}

/**
 * The same for members of another city: how far their level is recognised here, and whose it is only once they have
 * agreed. Null for what is no resource or no time.
 */
export function useViewAbroad(
  state: State, people: People, listing: Listing, home: Origin, asked: { resource: number; begins: number; ends: number }, now: number,
): UseView | null {
  const sound = useAskedOf(asked)
  if (sound === null) return null
  const view = useView(state, people, listing, listing.author, sound, now)
  return { ...view, provider: { ...view.provider, name: null }, level: state.trust.get(home)?.levelMax ?? 1 }
}

/** What a visitor would give for the help they are asked to sign for, if it were signed now; null where no visitor is helped. */
export function visitorsHelpMilli(state: State, terms: Action): string | null {
  if (terms.kind !== 'agreement.made' || !state.guests.has(terms.receiver)) return null
  return visitorMilli(state, priceOfTime(charterOf(state), terms.minutes).milli, state.lastTs)
}

/** Nominal Global of the day, as an agreement made now would set it. */
function visitorMilli(state: State, domainMilli: bigint, now: number): string | null {
  const { federation } = state
  if (federation === null) return null
  const ts = Math.max(now, state.lastTs)
  const base = visitorPrice(state, charterOf(state), domainMilli, { ts })
  return String(nominalOf(base, globalIndex(federation, globalDay(federation, ts))))
}
