/**
 * What stewards decide together: each records the same words under their own name, and it happens with the one that
 * makes them enough.
 *
 * Enough is the charter's threshold, and never more than there are stewards whose own matter it is not, so that one
 * founder can work alone, and that no matter waits for a voice that nobody may raise. Who is no steward any more, or has
 * come to be a party, does not count. What was said stands until it is decided, as long as it is among the latest
 * `WORDS_MAX` undecided ones of who said it; what differs in a word is another matter. Who has said it says it again
 * only where that is enough by now, because another who was needed has gone.
 */
import type { Hex } from '../action.ts'
import type { Refusal } from '../refusal.ts'
import { charterOf, type State, stewardsOf } from '../state/state.ts'
import { isOwn } from './organisation.ts'

/** So many undecided words of one steward stand at a time: more are forgotten, and not discussed. */
export const WORDS_MAX = 64

/** The stewards who are none of these accounts and sign for none. */
export const neutralStewards = (state: State, parties: readonly Hex[]): Hex[] =>
  stewardsOf(state).map(({ acct }) => acct).filter((acct) => !parties.some((party) => isOwn(state, party, acct)))

/** How many of the stewards who are no party are enough: as many as the charter asks for in force today, or all there are, and one at least. */
export const voicesNeeded = (state: State, parties: readonly Hex[], asked = charterOf(state).stewardThreshold): number =>
  Math.max(1, Math.min(asked, neutralStewards(state, parties).length))

/** Those of these who count: they are stewards, and no party. */
export function countedOf(state: State, parties: readonly Hex[], by: Iterable<Hex>): Hex[] {
  const said = new Set(by)
  return neutralStewards(state, parties).filter((acct) => said.has(acct))
}

/** Whether those of these who count are enough. */
export const areEnough = (state: State, parties: readonly Hex[], by: Iterable<Hex>, asked?: number): boolean =>
  countedOf(state, parties, by).length >= voicesNeeded(state, parties, asked)

/** Why this steward need not say it: they have, and it would not be enough now. `parties`: whose own matter it is. */
export function checkSaid(state: State, matter: string, steward: Hex, parties: readonly Hex[] = [], asked?: number): Refusal | null {
  const by = state.jointly.get(matter)
  return by?.has(steward) === true && !areEnough(state, parties, by, asked) ? { code: 'already-approved' } : null
}

/** Notes that a steward says so; true, and over, when enough of them have. */
export function sayJointly(state: State, matter: string, steward: Hex, parties: readonly Hex[] = [], asked?: number): boolean {
  const by = state.jointly.get(matter) ?? new Set<Hex>()
  by.add(steward)
  state.jointly.set(matter, by)
  if (!areEnough(state, parties, by, asked)) {
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
