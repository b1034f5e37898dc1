/**
 * Demand 资源需求指数: how sought after a shared thing is in a season [S1545], said by a steward for a resource and days.
 *
 * It multiplies what is awarded for the thing and what using it costs, so it is nobody's private number: it stands in
 * the record with who said it and when, within the charter's bounds, and every award and price made under it keeps that.
 * Of several said for one day the latest counts; for a day of which nobody said anything it is 1.
 */
import type { ActionOf } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import type { Resource } from '../charter/charter.ts'
import type { Setting } from '../value/reckoning.ts'
import type { Refusal } from '../refusal.ts'
import type { Demand } from '../state/books.ts'
import { type At, charterOf, type State } from '../state/state.ts'

/** So many seasons are kept, and so long after their end. */
const SEASONS_MAX = 64
const DAYS_KEPT = 60
const DAYS_AHEAD_MAX = 730

export function checkDemandSet(state: State, set: ActionOf<'demand.set'>, at: At): Refusal | null {
  const today = utcDayOf(at.ts)
  const { fromDay, untilDay, perMille } = set
  if (untilDay < fromDay || untilDay < today) return { code: 'bad-interval' }
  if (untilDay > today + DAYS_AHEAD_MAX) return { code: 'ends-too-late', latest: (today + DAYS_AHEAD_MAX) * DAY }
  const { leastPerMille, mostPerMille } = charterOf(state).resource
  if (perMille < leastPerMille || perMille > mostPerMille) return { code: 'demand-out-of-range', leastPerMille, mostPerMille }
  const kept = state.demand.filter((season) => isKept(season, today))
  return kept.length < SEASONS_MAX ? null : { code: 'limit-reached', most: SEASONS_MAX }
}

const DAY = 86_400

export function applyDemandSet(state: State, { resource, fromDay, untilDay, perMille, acct }: ActionOf<'demand.set'>, at: At): void {
  const today = utcDayOf(at.ts)
  state.demand = state.demand.filter((season) => isKept(season, today))
  state.demand.push({ resource, fromDay, untilDay, perMille, by: acct, ts: at.ts })
}

const isKept = ({ untilDay }: Demand, today: number): boolean => untilDay >= today - DAYS_KEPT

/** The index for a resource on a UTC day, in the words of `ResourceInputs` and `PriceInputs`. */
export function demandOn(state: State, resource: Resource, day: number): { demandPerMille: number; demandSet: Setting | null } {
  const season = state.demand.findLast((one) => one.resource === resource && one.fromDay <= day && one.untilDay >= day)
  if (season === undefined) return { demandPerMille: 1000, demandSet: null }
  return { demandPerMille: season.perMille, demandSet: { by: season.by, ts: season.ts } }
}
