/** *Bookings*, *Prices* of `ledger/rules/README.md`: the use of what somebody shares, and its calendar. */
import { credit, debit } from './accounts.ts'
import { award, factor, milliOf, ratingFactors } from './awards.ts'
import { demand, type Hex } from './bytes.ts'
import type { Charter } from './charter.ts'
import { charterOf } from './city.ts'
import { addContribution, rateOf } from './commons.ts'
import { globalIndex, moveTrust } from './federation.ts'
import { DAY } from './genesis.ts'
import { demandHere } from './hours.ts'
import { levelOf } from './standing.ts'
import type { Agreement, Arrival, Award, City, Factor, Interval, Out } from './state.ts'
import { domainDay, domainIndex } from './time.ts'
import { baseOf, least, most, YEAR } from './value.ts'

type Use = NonNullable<Agreement['use']>
const KEPT = 30n * DAY

const begun = (minutes: bigint, unit: bigint): bigint => (minutes + unit - 1n) / unit

/** Units of a table’s row, so many of which are one: begun ones, or minutes of half of one. */
export function unitsIn(minutes: bigint, { unitMinutes }: { unitMinutes: bigint }): { quantity: bigint; per: bigint } {
  const half = begun(unitMinutes, 2n)
  return minutes < half ? { quantity: minutes, per: half } : { quantity: begun(minutes, unitMinutes), per: 1n }
}

/** The index of a resource on a UTC day, and who set it. */
export function demandOn(city: City, resource: bigint, day: bigint): { perMille: bigint; set: Factor['set'] } {
  const season = city.demand.findLast((one) => one.resource === resource && one.fromDay <= day && day <= one.untilDay)
  return season === undefined ? { perMille: 1_000n, set: null } : { perMille: season.perMille, set: { by: season.by, ts: season.ts } }
}

function priceMilli({ price }: Charter, { resource, demandPerMille, set }: Use, minutes: bigint): bigint {
  const row = price.table.find((one) => one.resource === resource)
  if (row === undefined) return 0n
  const units = begun(minutes, row.unitMinutes)
  const tier = price.longStay.findLast(({ fromUnits }) => fromUnits <= units)
  const factors = [factor('demand', demandPerMille, null, set), ...(tier ? [factor('longStay', tier.perMille, units)] : [])]
  return milliOf({ formula: 2n, what: resource, ...unitsIn(minutes, row), unitMilli: row.milli, factors })
}

/** What of the price is given for so many of the minutes. */
export function givenFor({ price }: Charter, agreed: bigint, used: bigint, resource: bigint, held: bigint): bigint {
  const row = price.table.find((one) => one.resource === resource)
  if (row === undefined) return 0n
  const [part, whole] = [unitsIn(used, row), unitsIn(agreed, row)]
  return (held * part.quantity * whole.per) / (part.per * whole.quantity)
}

/** Pays the award of a use, and takes what was given beyond it where the charter says. */
export function settleUse(city: City, charter: Charter, agreement: Agreement, minutes: bigint, given: bigint, ts: bigint, seq: bigint): Award {
  const { resource, demandPerMille, set } = agreement.use!
  const { bases, leastPerMille, mostPerMille } = charter.resource
  const row = bases.find((one) => one.resource === resource) ?? { unitMinutes: 1n, milli: 0n }
  const index = most(leastPerMille, least(mostPerMille, demandPerMille))
  const reckoning = {
    formula: 2n, what: resource, ...unitsIn(minutes, row), unitMilli: row.milli,
    factors: [factor('demand', index, null, set), ...ratingFactors(charter, agreement.receiverRating?.grade ?? null)],
  }
  if (agreement.stay !== null) return settleStay(city, agreement, reckoning, given, ts, seq)
  const made = award(city, charter, reckoning, agreement.provider, ts, seq)
  const redeemed = least(given, baseOf(made.milli, domainIndex(city, ts)))
  const rest = given - redeemed
  city.books.redemption += redeemed
  if (charter.price.spread === 0n) city.books.commons += rest
  else if (charter.price.spread === 1n) city.books.retire += rest
  else credit(city, city.members.get(agreement.provider)!, 'domain', rest, ts)
  return made
}

/** What a guest was given is awarded in name; what is due for it comes from their home. */
export function settleStay(city: City, agreement: Agreement, reckoning: Omit<Award, 'milli' | 'day' | 'seq'>, given: bigint, ts: bigint, seq: bigint): Award {
  agreement.stay!.due = given
  releaseStay(city, agreement, given, ts)
  return { ...reckoning, milli: milliOf(reckoning), day: domainDay(city, ts), seq }
}

/** Whether this out of `from` waits for what comes of a stay. */
export function isForStay(city: City, { agreement: id, to }: Pick<Out, 'agreement' | 'to'>, from: string): boolean {
  const agreement = city.agreements.get(id)
  if (agreement === undefined || agreement.stay === null || city.closed.includes(agreement)) return false
  return agreement.provider === to && city.guests.get(agreement.receiver)?.home === from && agreement.phase !== 'settled'
}

/** From here on it waits for that. */
export function bind(city: City, arrival: Arrival, ts: bigint): void {
  city.agreements.get(arrival.out.agreement)!.stay!.waiting.push(arrival.out.xid)
  arrival.phase = 'bound'
  moveTrust(city, arrival.from, arrival.left, ts)
}

/** What waits for a stay is the provider's up to what is due, and the rest goes back. */
export function releaseStay(city: City, { provider, stay }: Agreement, due: bigint, ts: bigint): void {
  for (const xid of stay!.waiting.splice(0)) {
    const arrival = city.arrivals.get(xid)!
    const part = least(arrival.left, most(0n, due - stay!.paid))
    stay!.paid += part
    arrival.left -= part
    city.books.suspense -= part
    if (part > 0n) credit(city, city.members.get(provider)!, 'global', part, ts)
    arrival.phase = arrival.left === 0n ? 'credited' : 'returning'
    if (arrival.left > 0n) moveTrust(city, arrival.from, -arrival.left, ts)
  }
}

/** Notes Global that came to a provider for a stay; once all of it has, the award counts. */
export function noteStay(city: City, id: Hex, from: string, to: Hex, amount: bigint, ts: bigint, seq: bigint): void {
  const agreement = city.agreements.get(id)
  const home = agreement && city.guests.get(agreement.receiver)?.home
  if (agreement === undefined || agreement.stay === null || agreement.provider !== to || home !== from || city.closed.includes(agreement)) return
  agreement.stay.paid += amount
  countStay(city, agreement, ts, seq)
}

export function countStay(city: City, { stay, phase, award: made, provider }: Agreement, ts: bigint, seq: bigint): void {
  if (stay === null || stay.counted || phase !== 'settled' || stay.due === 0n || stay.paid < stay.due) return
  stay.counted = true
  const member = city.members.get(provider)!
  member.lifetimeMilli += made!.milli
  addContribution(city, member, ts, seq)
}

// Calendars


/** Whether what is agreed on has been handed over and is not back. */
const isOut = ({ phase, providerCame, receiverCame, returned }: Agreement): boolean =>
  ['agreed', 'disputed'].includes(phase) && (providerCame || receiverCame) && returned === null

/** Writes in its calendar, at the end, what an agreement has come to, if it is a booking; what has long been over falls out. */
export function noteInCalendar(city: City, agreement: Agreement, ts: bigint): void {
  const { id, use, listing, begins, phase, returned } = agreement
  if (use === null) return
  const others = (city.calendars.get(listing)?.intervals ?? []).filter((one) => one.agreement !== id && (one.isOut || one.ends > ts - KEPT))
  const interval: Interval = { agreement: id, begins, ends: most(begins, returned ?? agreement.ends), isOut: isOut(agreement) }
  const intervals = phase === 'cancelled' || phase === 'missed' ? others : [...others, interval]
  if (intervals.length === 0) city.calendars.delete(listing)
  else city.calendars.set(listing, { listing, intervals })
}

export type Booked = {
  listing: Hex; provider: Hex; receiver: Hex; resource: bigint; begins: bigint; ends: bigint; demandPerMille: bigint; terms: Hex; charter: bigint
}

/** A guest is given something by a member, and while their city is not frozen. */
export function demandHost(city: City, provider: Hex, receiver: Hex): void {
  const guest = city.guests.get(receiver)
  demand(city.members.has(provider), 'unknown-member')
  demand(guest === undefined || !city.frozen.has(guest.home), 'hub-frozen')
}

/** Books, if it is allowed: the agreement without what all have in common. */
export function book(city: City, booked: Booked, ts: bigint): Pick<Agreement, 'help' | 'use' | 'price' | 'hold' | 'stay'> {
  const { listing, provider, receiver, resource, begins, ends, demandPerMille } = booked
  const [payer, guest, charter, minutes] = [city.members.get(receiver), city.guests.get(receiver), charterOf(city), (ends - begins) / 60n]
  demand(provider !== receiver, 'same-person')
  demand(booked.charter === BigInt(city.charters.length) - 1n, 'other-charter')
  demand(ends > begins && begins >= ts - 30n * DAY, 'bad-interval')
  demand(ends <= ts + YEAR * DAY, 'ends-too-late')
  demandHere(city, [provider, receiver], begins / DAY)
  demand(minutes >= 1n, 'bad-interval')
  demandHost(city, provider, receiver)
  demand(guest === undefined || city.trust.get(guest.home)!.levelMax >= 2n, 'level-too-low')
  demand(payer?.status !== 'restricted', 'restricted')
  demand(payer?.form !== 'person' || levelOf(city, payer) >= 2n, 'level-too-low')
  const index = demandOn(city, resource, begins / DAY)
  demand(demandPerMille === index.perMille, 'other-demand')
  const intervals = city.calendars.get(listing)?.intervals ?? []
  demand(!intervals.some((one) => one.isOut && ts > one.ends && ends > one.begins), 'not-returned')
  demand(!intervals.some((one) => begins < one.ends && ends > one.begins), 'slot-taken')
  const use = { resource, demandPerMille, set: index.set }
  const milli = priceMilli(charter, use, minutes)
  if (payer === undefined) {
    const { numerator, denominator } = rateOf(city)
    const due = baseOf((milli * numerator) / denominator, globalIndex(city, ts))
    return { help: null, use, price: due, hold: 0n, stay: { due, paid: 0n, counted: false, waiting: [] } }
  }
  const price = baseOf(milli, domainIndex(city, ts))
  demand(price <= payer.domain, 'insufficient-cv')
  debit(city, payer, 'domain', price, ts)
  payer.held += price
  return { help: null, use, price, hold: price, stay: null }
}
