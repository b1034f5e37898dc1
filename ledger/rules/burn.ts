/**
 * Burning: Global value that has been retired leaves the world, by an order of this hub's chain, at most once a quarter.
 *
 * What is in `globalRetire` (dormancy, sanctions) buys nothing and belongs to nobody; as long as it is there, the hub's
 * position says that it holds it. A burn lowers both. It cannot be undone, so what may still have to be given back is not
 * burnt: all that sanctions which stand have taken, since a panel that comes to know better gives back to the last unit.
 */
import { quarterOfDay } from '../calendar.ts'
import type { OrderFault } from '../refusal.ts'
import type { State } from '../state/state.ts'

/** What may be burnt now, base units: retired, and owed to nobody whatever a panel says. */
export function burnable({ books, cases }: State): bigint {
  let taken = 0n
  for (const one of cases.values()) taken += one.taken?.global ?? 0n
  return books.globalRetire > taken ? books.globalRetire - taken : 0n
}

/** Whether this hub has burnt in the quarter of this Global day. */
export const hasBurntIn = ({ chain }: State, day: number): boolean => chain.burnt === quarterOfDay(day)

/** Why so much may not be burnt on this Global day, or null. */
export function burnFault(state: State, amount: bigint, day: number): OrderFault | null {
  if (hasBurntIn(state, day)) return 'burnt-already'
  return amount <= burnable(state) ? null : 'not-retired'
}
