/**
 * Standing: how reliably a member has done what they agreed to. Computed from the record whenever it is asked for and
 * never stored as a fact; what a member may do is their level's matter (`level.ts`) [S1724-1738].
 *
 * Five components over the last twelve months, each per mille, weighted by the charter. One that has no data is left out
 * and the weights of the others carry the whole, so that nobody is low for what never came up:
 *
 *   rating      the mean of the grades received
 *   use         of what was agreed with them, the share that was delivered or used
 *   completion  of what they kept or broke, the share they kept
 *   history     twelfths of the year in which they were active
 *   feedback    of those who answered for them, the share whose last answer was a yes
 */
import type { Hex } from '../action.ts'
import { type Member, TRACK_DAYS } from '../state/people.ts'
import { charterOf, domainDay, type State } from '../state/state.ts'

export const components = ['rating', 'use', 'completion', 'history', 'feedback'] as const
export type Component = (typeof components)[number]

/** `perMille` is null for a component without data. */
export type Part = { component: Component; weightPerMille: number; perMille: number | null }

export type Standing = { perMille: number | null; band: 'high' | 'medium' | 'low'; isNew: boolean; parts: Part[] }

const MONTHS = 12

/** Over the twelve months before `ts`. Somebody with no rating and no outcome is new, and medium. */
export function standingOf(state: State, acct: Hex, ts: number): Standing {
  const { score } = charterOf(state)
  const { track } = state.members.get(acct)!
  const measured = measure(state, acct, ts)
  const parts = components.map((component): Part =>
    ({ component, weightPerMille: score[`${component}PerMille`], perMille: measured[component] }))
  const from = ts - TRACK_DAYS * 86_400
  const hasBegun = [track.poor, track.fair, track.good, track.kept, track.broken].some((times) => (times.last ?? 0) > from)
  if (!hasBegun) return { perMille: null, band: 'medium', isNew: true, parts }

  let [sum, weights] = [0, 0]
  for (const { weightPerMille, perMille } of parts) {
    if (perMille === null) continue
    sum += weightPerMille * perMille
    weights += weightPerMille
  }
  const perMille = weights === 0 ? 0 : Math.floor(sum / weights)
  const band = perMille >= score.highPerMille ? 'high' : perMille >= score.mediumPerMille ? 'medium' : 'low'
  return { perMille, band, isNew: false, parts }
}

function measure(state: State, acct: Hex, ts: number): Record<Component, number | null> {
  const { rating, score } = charterOf(state)
  const { track } = state.members.get(acct)!
  const regard = state.regards.get(acct)
  const from = ts - TRACK_DAYS * 86_400
  const [poor, fair, good] = [track.poor.after(from), track.fair.after(from), track.good.after(from)]
  const [kept, broken, unused] = [track.kept.after(from), track.broken.after(from), regard?.unused.after(from) ?? 0]
  const voices = [...(regard?.voices ?? [])].filter((voice) => voice.ts > from)
  const isHeard = voices.length >= Math.max(1, score.feedbackMembers)
  return {
    rating: share(poor * rating.poorPerMille + fair * rating.fairPerMille + good * rating.goodPerMille, poor + fair + good),
    use: share(kept * 1000, kept + broken + unused),
    completion: share(kept * 1000, kept + broken),
    history: historyOf(state, track, ts),
    feedback: isHeard ? share(voices.filter(({ isGood }) => isGood).length * 1000, voices.length) : null,
  }
}

/** Counts of a year stay far below where a number would stop being exact. */
const share = (sum: number, count: number): number | null => (count === 0 ? null : Math.floor(sum / count))

/** Active twelfths of the year, out of twelve. */
function historyOf(state: State, track: Member['track'], ts: number): number {
  const today = domainDay(state, ts)
  const active = new Set<number>()
  for (const day of track.activeDays) {
    const age = today - day
    if (age < TRACK_DAYS) active.add(Math.floor((age * MONTHS) / TRACK_DAYS))
  }
  return Math.floor((active.size * 1000) / MONTHS)
}
