/**
 * Levels and standing: what a member may do, and how reliably they have done it. Both are computed from
 * the record whenever they are asked for and never stored as facts.
 *
 * A level reads what was ever contributed and does not fall with decay. Standing reads the last twelve
 * months: ratings 30 %, completion 25 %, history 15 %; a component without data is left out and the weights
 * of the others carry the whole. (Frequency of use, 20 %, and community feedback, 10 %, have their data in
 * bookings and confirmations of works, which this version of the rules does not record.)
 */
import type { Hex } from '../action.ts'
import { charterOf, domainDay, type Member, type State, TRACK_DAYS } from '../state.ts'

export type Level = 1 | 2 | 3 | 4 | 5

/** What the next level asks for: one contribution, lifetime value (how much is missing), or people's word. */
export type NextLevel = { level: Level; needs: 'contribution' | 'lifetime' | 'recommendations' | 'governance'; missingMilli: bigint | null }

export const levelOf = (state: State, acct: Hex): Level => ladder(state, acct).level

/** What would raise this member's level, or null at the top. */
export const nextLevelOf = (state: State, acct: Hex): NextLevel | null => ladder(state, acct).next

function ladder(state: State, acct: Hex): { level: Level; next: NextLevel | null } {
  const { l3Milli, l4Milli } = charterOf(state).levels
  const { contributions, lifetimeMilli } = state.members.get(acct)!
  if (contributions < 1) return { level: 1, next: { level: 2, needs: 'contribution', missingMilli: null } }
  if (lifetimeMilli < l3Milli) {
    return { level: 2, next: { level: 3, needs: 'lifetime', missingMilli: l3Milli - lifetimeMilli } }
  }
  if (lifetimeMilli < l4Milli) {
    return { level: 3, next: { level: 4, needs: 'lifetime', missingMilli: l4Milli - lifetimeMilli } }
  }
  // Recommendations are not among the kinds of this version, so nobody has one yet.
  return { level: 3, next: { level: 4, needs: 'recommendations', missingMilli: null } }
}

export type Standing = { perMille: number | null; band: 'high' | 'medium' | 'low'; isNew: boolean }

const HIGH_FROM = 800
const MEDIUM_FROM = 500
const MONTHS = 12
const weights = { rating: 30n, completion: 25n, history: 15n }
const gradePerMille = { poor: 300n, fair: 700n, good: 1000n }

/** Per-mille over the twelve months before `ts`. Somebody with no rating and no outcome is new, and medium. */
export function standingOf(state: State, acct: Hex, ts: number): Standing {
  const { track } = state.members.get(acct)!
  const from = ts - TRACK_DAYS * 86_400
  const within = (times: number[]): bigint => BigInt(times.reduce((count, time) => (time > from ? count + 1 : count), 0))
  const [poor, fair, good] = [within(track.poor), within(track.fair), within(track.good)]
  const [kept, broken] = [within(track.kept), within(track.broken)]
  const grades = poor + fair + good
  const outcomes = kept + broken
  if (grades === 0n && outcomes === 0n) return { perMille: null, band: 'medium', isNew: true }

  const parts: { weight: bigint; perMille: bigint }[] = [{ weight: weights.history, perMille: historyOf(state, track, ts) }]
  if (grades > 0n) {
    const sum = poor * gradePerMille.poor + fair * gradePerMille.fair + good * gradePerMille.good
    parts.push({ weight: weights.rating, perMille: sum / grades })
  }
  if (outcomes > 0n) parts.push({ weight: weights.completion, perMille: (kept * 1000n) / outcomes })
  const total = parts.reduce((sum, part) => sum + part.weight, 0n)
  const perMille = Number(parts.reduce((sum, part) => sum + part.weight * part.perMille, 0n) / total)
  return { perMille, band: perMille >= HIGH_FROM ? 'high' : perMille >= MEDIUM_FROM ? 'medium' : 'low', isNew: false }
}

/** Active twelfths of the year, out of twelve. */
function historyOf(state: State, track: Member['track'], ts: number): bigint {
  const today = domainDay(state, ts)
  const active = new Set<number>()
  for (const day of track.activeDays) {
    const age = today - day
    if (age < TRACK_DAYS) active.add(Math.floor((age * MONTHS) / TRACK_DAYS))
  }
  return (BigInt(active.size) * 1000n) / BigInt(MONTHS)
}
