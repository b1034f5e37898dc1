/**
 * Levels: what a person has contributed, and what others say of them. Computed from the record whenever somebody
 * asks, and never stored [S1740-1755].
 *
 *   L1  whoever has joined                    L4  and a lifetime of `l4Milli`, and the word of others
 *   L2  one contribution                      L5  and a lifetime of `l5Milli`, and acts for all of them
 *   L3  and a lifetime of `l3Milli`
 *
 * Each asks for all that the ones below it ask for. A lifetime does not fall with decay; it falls with what is taken
 * back, and so does the level. An organisation or group has none.
 */
import type { Hex } from '../action.ts'
import type { Member } from '../state/people.ts'
import { carriedBy, charterOf, type State } from '../state/state.ts'
import { isActive } from './status.ts'

export type Level = 1 | 2 | 3 | 4 | 5

/** Whoever has once contributed uses what others share [S1749]. */
export const LEVEL_TO_USE = 2

/** What was contributed in a city that somebody moved from counts up to here. */
export const BROUGHT_LEVEL_MAX = 3

/** What is still missing for a level, and how much of it. */
export type Missing =
  | { what: 'contributions'; count: number }
  | { what: 'lifetime'; milli: bigint }
  | { what: 'recommendations'; count: number }
  | { what: 'governance'; count: number }

export type NextLevel = { level: Level; missing: Missing[] }

export function levelOf(state: State, acct: Hex): Level {
  const member = state.members.get(acct)!
  if (member.form !== 'person') return 1
  const level = levelByLifetime(state, member)
  if (level < 4) return level
  const { recommendations, governanceActs } = charterOf(state).levels
  if (recommendersOf(state, acct, recommendations) < recommendations) return 3
  if (level < 5) return 4
  return actsOf(state, acct) < governanceActs ? 4 : 5
}

/** What would raise this member's level, or null at the top and for whoever has no level. */
export function nextLevelOf(state: State, acct: Hex): NextLevel | null {
  const member = state.members.get(acct)!
  const level = levelOf(state, acct)
  if (level === 5 || member.form !== 'person') return null
  const { l3Milli, l4Milli, l5Milli, recommendations, governanceActs } = charterOf(state).levels
  const next = (level + 1) as Level
  const missing: Missing[] = []
  const counted = next <= BROUGHT_LEVEL_MAX ? carriedBy(state, acct) : member
  if (counted.contributions < 1) missing.push({ what: 'contributions', count: 1 })
  const asked = [0n, 0n, 0n, l3Milli, l4Milli, l5Milli][next]!
  if (counted.lifetimeMilli < asked) missing.push({ what: 'lifetime', milli: asked - counted.lifetimeMilli })
  const words = recommendations - (next >= 4 ? recommendersOf(state, acct, recommendations) : recommendations)
  if (words > 0) missing.push({ what: 'recommendations', count: words })
  const acts = next === 5 ? governanceActs - actsOf(state, acct) : 0
  if (acts > 0) missing.push({ what: 'governance', count: acts })
  return { level: next, missing }
}

/** Whose word about others counts: a person who is here and has come to level 3 by themselves. */
export const mayRecommend = (state: State, member: Member): boolean =>
  member.form === 'person' && isActive(member) && levelBy(state, member) >= 3

/** What contributions alone come to: the others' word is not asked, so that words are not made of words. */
function levelByLifetime(state: State, member: Member): Level {
  // It opens what others share, and no power over this city.
  const carried = Math.min(levelBy(state, carriedBy(state, member.acct)), BROUGHT_LEVEL_MAX) as Level
  const own = levelBy(state, member)
  return own > carried ? own : carried
}

function levelBy(state: State, { contributions, lifetimeMilli }: Pick<Member, 'contributions' | 'lifetimeMilli'>): Level {
  const { l3Milli, l4Milli, l5Milli } = charterOf(state).levels
  if (contributions < 1) return 1
  if (lifetimeMilli < l3Milli) return 2
  if (lifetimeMilli < l4Milli) return 3
  return lifetimeMilli < l5Milli ? 4 : 5
}

/** How many recommend them whose word counts today; no more than `enough` are looked for. */
function recommendersOf(state: State, acct: Hex, enough: number): number {
  let count = 0
  for (const by of state.regards.get(acct)?.recommended.keys() ?? []) {
    if (count >= enough) return count
    if (mayRecommend(state, state.members.get(by)!)) count++
  }
  return count
}

const actsOf = (state: State, acct: Hex): number => state.regards.get(acct)?.acts ?? 0
