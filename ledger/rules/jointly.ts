/**
 * What stewards decide together: each records the same words under their own name, and it happens with the one that
 * makes them enough.
 *
 * Enough is the charter's threshold, and never more than there are stewards, so that one founder can work alone. Who
 * is no steward any more does not count. What was said stands until it is decided; what differs in a word is another
 * matter.
 */
import type { Hex } from '../action.ts'
import type { Refusal } from '../refusal.ts'
import { charterOf, type State, stewardsNeeded } from '../state.ts'

/** Why this steward need not say it. */
export const checkSaid = (state: State, matter: string, steward: Hex): Refusal | null =>
  state.jointly.get(matter)?.has(steward) === true ? { code: 'already-approved' } : null

/** Notes that a steward says so; true, and over, when enough of them have. */
export function sayJointly(
  state: State, matter: string, steward: Hex, needed = stewardsNeeded(state, charterOf(state).stewardThreshold),
): boolean {
  const by = state.jointly.get(matter) ?? new Set<Hex>()
  by.add(steward)
  state.jointly.set(matter, by)
  const count = [...by].filter((acct) => state.members.get(acct)?.steward === true).length
  if (count < needed) return false
  state.jointly.delete(matter)
  return true
}
