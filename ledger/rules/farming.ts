/**
 * Many short helps of one category between the same two (刷贡献值 [S1757-1764], rule R6): an award rule, not a suspicion.
 *
 * Six walks with the dog in a month are six walks. Sixty of them are still help, and still stand in both people's
 * story, but they are no longer each worth what the first was: from the charter's `freeCount` on, the awards get less.
 * Nobody is accused of anything by it, and the sum on the screen says why. Between people of a care relation it never
 * falls below `careLeastPerMille`, and a visit that a care plan provides for is not counted here at all.
 *
 * Kept is, for each two people and category, when that happened in the longest window that a charter may ask about
 * (`../state/repeats.ts`).
 */
import type { Hex } from '../action.ts'
import type { Charter } from '../charter/charter.ts'
import { fixed, multipliedBy } from '../value/reckoning.ts'
import type { Contribution } from '../state/matters.ts'
import type { At, State } from '../state/state.ts'
import { isInCareRelation } from './care.ts'

const DAY = 86_400

/** Notes a help that is being awarded, and gives its award as many such helps before it leave it. */
export function asRepeated(
  state: State, charter: Charter, award: Contribution, between: { helper: Hex; receiver: Hex }, at: At,
): Contribution {
  if (award.formula !== 'skill' || award.quantity > charter.farming.minutesMax) return award
  const before = state.repeated.note(between.helper, between.receiver, award.what, at.ts, at.ts - charter.farming.days * DAY)
  const isCare = isInCareRelation(state, between.helper, between.receiver, at.ts)
  const perMille = repeatedPerMille(charter, before, isCare)
  return perMille === 1000 ? award : multipliedBy(award, fixed('repeated', perMille, before))
}

/** What a short help is worth after so many others like it. */
export function repeatedPerMille({ farming }: Charter, before: number, inCareRelation: boolean): number {
  if (before < farming.freeCount) return 1000
  const step = Math.min(before - farming.freeCount, farming.perMille.length - 1)
  return inCareRelation ? Math.max(farming.perMille[step]!, farming.careLeastPerMille) : farming.perMille[step]!
}
