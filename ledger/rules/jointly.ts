/**
 * What stewards decide together: each records the same words under their own name, and it happens with the one that
 * makes them enough.
 *
 * Enough is the charter's threshold, and never more than there are stewards, so that one founder can work alone. Who
 * is no steward any more does not count. What was said stands until it is decided, as long as it is among the latest
 * `WORDS_MAX` undecided ones of who said it; what differs in a word is another matter.
 */
import type { Hex } from '../action.ts'
import type { Refusal } from '../refusal.ts'
import { charterOf, type State, stewardsNeeded } from '../state/state.ts'

/** So many undecided words of one steward stand at a time: more are forgotten, and not discussed. */
export const WORDS_MAX = 64

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
  if (count < needed) {
    forgetOldest(state, steward)
    return false
  }
  state.jointly.delete(matter)
  return true
}

/** Takes back this steward's word on the matter that was said first, when it is one too many of theirs. */
function forgetOldest(state: State, steward: Hex): void {
  const theirs = [...state.jointly].filter(([, by]) => by.has(steward))
  if (theirs.length <= WORDS_MAX) return
  const [matter, by] = theirs[0]!
  by.delete(steward)
  if (by.size === 0) state.jointly.delete(matter)
}
