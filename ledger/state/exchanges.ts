/**
 * Who has helped whom of late: the last ninety days of completed exchanges, and of what was said of them.
 *
 * Two questions need it. Nobody may sit in judgement on somebody they have dealt with (`rules/case.ts`), and the
 * rules that look for what seems odd (`anomaly/`) ask about patterns, not about single helps. Both reach back `WINDOW_DAYS`
 * and no further, so that what is long over is nobody's business, and neither cost grows with history: one list a
 * protocol day, to which the day's exchanges are added, and which is let go of as a whole.
 */
import type { Hex } from '../action.ts'
import { changed } from './changed.ts'
import type { CorrectionNote, DayOfExchanges, Exchange, Overstay, RatingNote } from './exchange.ts'
import { type At, domainDay, type State } from './state.ts'

/** W: how far back what seems odd is looked for [protocol days]. */
export const WINDOW_DAYS = 90

export function noteExchange(state: State, exchange: Omit<Exchange, 'seq'>, at: At): void {
  dayFor(state, at).exchanges.push({ ...exchange, seq: at.seq })
}

export function noteRating(state: State, note: Omit<RatingNote, 'seq' | 'opened'>, at: At): void {
  dayFor(state, at).ratings.push({ ...note, seq: at.seq, opened: at.ts })
}

export function noteMissed(state: State, matter: Hex, member: Hex, at: At): void {
  dayFor(state, at).absences.push({ matter, seq: at.seq, member })
}

/** The days before stay as they were noted: what looks at the window brings them to what stands. */
export function noteCorrected(state: State, note: Omit<CorrectionNote, 'seq'>, at: At): void {
  dayFor(state, at).corrections.push({ ...note, seq: at.seq })
}

export function noteOverstay(state: State, note: Omit<Overstay, 'seq'>, at: At): void {
  dayFor(state, at).overstays.push({ ...note, seq: at.seq })
}

/** Days only ever come behind the others: a deadline is settled as of a midnight that no record was before. */
function dayFor(state: State, at: At): DayOfExchanges {
  const day = domainDay(state, at.ts)
  const last = state.exchanges.at(-1)
  if (last?.day === day) return changed(last)
  const begun: DayOfExchanges = { day, exchanges: [], ratings: [], absences: [], corrections: [], overstays: [] }
  state.exchanges.push(begun)
  return begun
}

/** The days that lie more than the window before today. */
export function forgetExchanges(state: State, ts: number): void {
  const oldest = domainDay(state, ts) - WINDOW_DAYS
  const kept = state.exchanges.findIndex(({ day }) => day >= oldest)
  if (kept !== 0) state.exchanges.splice(0, kept < 0 ? state.exchanges.length : kept)
}

/** Everybody who has given this member something in the window, or received something of theirs; to find a work useful is no dealing. */
export function counterpartiesOf(state: State, acct: Hex): Set<Hex> {
  const met = new Set<Hex>()
  for (const { exchanges } of state.exchanges) {
    for (const { giver, receiver, form } of exchanges) {
      if (form === 'work') continue
      if (giver === acct) met.add(receiver)
      else if (receiver === acct) met.add(giver)
    }
  }
  return met
}
