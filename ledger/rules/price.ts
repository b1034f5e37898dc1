/**
 * Prices: what using something shared costs, by the hub's own table [S1630-1653].
 *
 *   price = base × units × demand × long stay
 *
 * Units are begun ones, since a night is a night from evening to morning; but what takes less than half a unit counts by
 * its minutes, as so much of half a unit. So nothing that is lent counts for more than twice its time, however often it
 * is lent, and a minute is worth a minute.
 *
 * The table is each hub's own (a night in Tokyo, a day in Chiang Mai), while awards are the formula's; the difference
 * goes where the charter's `spread` says. From so many units on, all of them cost the fraction of the last tier that
 * they reach. A price is a reckoning, as an award is, and answers why in the same way.
 */
import type { Charter, Resource } from '../charter/charter.ts'
import { chosen, fixed, reckon, type Reckoning, type Setting } from '../value/reckoning.ts'

/** How much of what, at which demand; see `ResourceInputs`. */
export type PriceInputs = { resource: Resource; minutes: number; demandPerMille: number; demandSet: Setting | null }

/** The price and all it is made of. What is not in the table costs nothing. */
export function priceOf(charter: Charter, { resource, minutes, demandPerMille, demandSet }: PriceInputs): Reckoning {
  const { leastPerMille, mostPerMille } = charter.resource
  const row = rowOf(charter.price.table, resource)
  const units = begunUnits(row, minutes)
  const demand = Math.min(mostPerMille, Math.max(leastPerMille, demandPerMille))
  const tier = charter.price.longStay.findLast(({ fromUnits }) => units >= fromUnits)
  const factors = [chosen('demand', demand, demandSet)]
  if (tier !== undefined) factors.push(fixed('longStay', tier.perMille, units))
  const { quantity, per } = unitsIn(row, minutes)
  return reckon(quantity, row.milli, per, factors)
}

/** What a table says of a resource: of prices, or of the bases of awards. What has no row is worth nothing. */
export const rowOf = (table: Charter['price']['table'], resource: Resource): Row =>
  table.find((row) => row.resource === resource) ?? { unitMinutes: 1, milli: 0n }

type Row = { unitMinutes: number; milli: bigint }

const begunUnits = ({ unitMinutes }: Row, minutes: number): number => Math.ceil(minutes / unitMinutes)

/** So many minutes in units of a row, as `quantity` of which `per` are one: begun ones, or minutes of half of one. */
export function unitsIn(row: Row, minutes: number): { quantity: number; per: number } {
  const half = Math.ceil(row.unitMinutes / 2)
  return minutes < half ? { quantity: minutes, per: half } : { quantity: begunUnits(row, minutes), per: 1 }
}
