/**
 * Many short helps of one category between the same two (刷贡献值 [S1757-1764], rule R6): an award rule, not a suspicion.
 *
 * Six walks with the dog in a month are six walks. Sixty of them are still help, and still stand in both people's
 * story, but they are no longer each worth what the first was: from the charter's `freeCount` on, the awards get less.
 * Nobody is accused of anything by it, and the sum on the screen says why. Between people of a care relation it never
 * falls below `careLeastPerMille`, and a visit that a care plan provides for is not counted here at all.
 *
 * Kept is, for each two people and category, when that happened in the longest window that a charter may ask about.
 */
import type { Hex } from '../action.ts'
import { changed } from '../changed.ts'
import type { Category, Charter } from '../charter.ts'
import { fixed, multipliedBy } from '../reckoning.ts'
import { type At, type Contribution, noteTime, type State } from '../state.ts'
import { isInCareRelation } from './care.ts'

const DAY = 86_400
/** The longest window, and the most helps before this one, that a charter may ask about. */
const DAYS_MAX = 90
const TIMES_MAX = 1_008

/** Short helps of one category between two people, whoever helped; the lesser account first. Times in seconds, ascending. */
export type Repeated = { one: Hex; other: Hex; category: Category; times: number[] }

export const repeatedKey = (one: Hex, other: Hex, category: Category): string =>
  one < other ? `${one}${other}${category}` : `${other}${one}${category}`

/** Notes a help that is being awarded, and gives its award as many such helps before it leave it. */
export function asRepeated(
  state: State, charter: Charter, award: Contribution, between: { helper: Hex; receiver: Hex }, at: At,
): Contribution {
  if (award.formula !== 'skill' || award.quantity > charter.farming.minutesMax) return award
  const times = timesBetween(state, between, award.what, at.ts)
  const from = at.ts - charter.farming.days * DAY
  const before = times.reduce((count, time) => (time > from ? count + 1 : count), 0)
  noteTime(times, at.ts, at.ts - DAYS_MAX * DAY)
  if (times.length > TIMES_MAX) times.shift()
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

/** The list to be changed. Those that were longest without a further help come first, so what is forgotten is in front. */
function timesBetween(state: State, { helper, receiver }: { helper: Hex; receiver: Hex }, category: Category, now: number): number[] {
  const { repeated } = state
  for (const [key, { times }] of repeated) {
    if (times.at(-1)! > now - DAYS_MAX * DAY) break
    repeated.delete(key)
  }
  const key = repeatedKey(helper, receiver, category)
  const [one, other] = helper < receiver ? [helper, receiver] : [receiver, helper]
  const found = changed(repeated.get(key) ?? { one, other, category, times: [] })
  repeated.delete(key)
  repeated.set(key, found)
  return found.times
}
