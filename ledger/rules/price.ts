/**
 * Prices: what using something shared costs, by the hub's own table [S1630-1653].
 *
 *   price = base × units × demand × long stay
 *
 * The table is each hub's own (a night in Tokyo, a day in Chiang Mai), while awards are the formula's; the difference
 * goes where the charter's `spread` says. From so many units on, all of them cost the fraction of the last tier that
 * they reach. A price is a reckoning, as an award is, and answers why in the same way.
 */
import type { Charter, Resource } from '../charter/charter.ts'
import { chosen, fixed, reckon, type Reckoning, type Setting } from '../value/reckoning.ts'

/** How much of what, at which demand; see `ResourceInputs`. */
export type PriceInputs = { resource: Resource; units: number; demandPerMille: number; demandSet: Setting | null }

/** The price and all it is made of. What is not in the table costs nothing. */
export function priceOf(charter: Charter, { resource, units, demandPerMille, demandSet }: PriceInputs): Reckoning {
  const { leastPerMille, mostPerMille } = charter.resource
  const base = charter.price.table.find((row) => row.resource === resource)?.milli ?? 0n
  const demand = Math.min(mostPerMille, Math.max(leastPerMille, demandPerMille))
  const tier = charter.price.longStay.findLast(({ fromUnits }) => units >= fromUnits)
  const factors = [chosen('demand', demand, demandSet)]
  if (tier !== undefined) factors.push(fixed('longStay', tier.perMille, units))
  return reckon(units, base, 1, factors)
}

/** The begun units of a row that so many minutes take: of the table of prices, or of the bases of awards. */
export function unitsOf(rows: Charter['price']['table'], resource: Resource, minutes: number): number {
  const unitMinutes = rows.find((row) => row.resource === resource)?.unitMinutes ?? 1
  return Math.ceil(minutes / unitMinutes)
}
