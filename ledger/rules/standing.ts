/**
 * Standing: how reliably a member has done what they agreed to. Computed from the record whenever it is asked for and
 * never stored as a fact; what a member may do is their level's matter (`level.ts`).
 *
 * Standing reads the last twelve months: ratings 30 %, completion 25 %, history 15 %; a component without data is left
 * out and the weights of the others carry the whole. (Frequency of use, 20 %, and community feedback, 10 %, have their
 * data in bookings and confirmations of works, which this version of the rules does not record.)
 */
import type { Hex } from '../action.ts'
import { domainDay, type Member, type State, TRACK_DAYS } from '../state.ts'
import type { Times } from '../times.ts'

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
  const within = (times: Times): bigint => BigInt(times.after(from))
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
