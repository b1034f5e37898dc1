/**
 * Months' figures, kept from one question to the next: anybody may ask for any month, again and again, and each is
 * reckoned from all that was agreed on since. So the work is bounded by time and not by questions.
 *
 * A month that is over stays as it is once it was reckoned: what is closed is appended, and an award keeps its day. A guest who
 * moves in afterwards is the one thing that can add to it; it is reckoned anew each UTC day. The present month is
 * reckoned anew when the record has grown, after some seconds for this hub's own and after a minute for another's.
 */
import { utcDayOf } from '#ledger/calendar.ts'
import { monthsOf, statisticsOf } from '#ledger/value/statistics.ts'
import type { State } from '#ledger/state/state.ts'
import { agreedAtIn, type Reckoned, usesIn } from './indicators.ts'

export type ReckonerPorts = {
  /** This hub's own state, as it is now. */
  own(): State
  /** Seconds. */
  now(): number
}

/** How long an answer may be behind the record it is about, seconds. */
export const OWN_SECONDS = 5
export const OTHERS_SECONDS = 60

type Month = Omit<Reckoned, 'agreedAt'>
type Present = Reckoned & { ts: number; size: number }
type Known = { day: number; past: Map<number, Month>; present: Present | null }

/** What answers a city's state and a month (UTC, since January 1970) with its figures; null when the record has no such month. */
export function reckonerOf({ own, now }: ReckonerPorts): (state: State, month: number) => Reckoned | null {
  // By the state itself: one that is read anew begins with nothing.
  const known = new WeakMap<State, Known>()

  function reckon(state: State, month: number): Month {
    const statistics = statisticsOf(state, month, Math.max(now(), state.lastTs))!
    return { statistics, uses: usesIn(state, statistics.kept.of) }
  }

  function presentOf(state: State, kept: Known, last: number): Present {
    const { present } = kept
    const seconds = state === own() ? OWN_SECONDS : OTHERS_SECONDS
    const isFresh = present?.statistics.month === last && (present.size === state.tree.size || now() - present.ts < seconds)
    if (isFresh) return present
    return kept.present = { ...reckon(state, last), agreedAt: agreedAtIn(state), ts: now(), size: state.tree.size }
  }

  return (state, month) => {
    const months = monthsOf(state)
    if (!months.includes(month)) return null
    const day = utcDayOf(now())
    const before = known.get(state)
    const kept = before?.day === day ? before : { day, past: new Map<number, Month>(), present: null }
    known.set(state, kept)
    const last = months[months.length - 1]!
    const present = presentOf(state, kept, last)
    if (month === last) return present
    const past = kept.past.get(month) ?? reckon(state, month)
    kept.past.set(month, past)
    return { ...past, agreedAt: present.agreedAt }
  }
}
