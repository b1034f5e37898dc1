/**
 * Occupancy: when what somebody shares is taken.
 *
 * Each listing that was ever booked has a short list of the times for which it is, so that asking looks at no more than
 * those. What was handed over and has not come back stays taken beyond its end, for as long as that lasts: whoever would
 * be next is told so instead of finding nothing there. What ended as long ago as anybody may still book is let go of.
 */
import type { Hex } from '../action.ts'
import { changed } from '../state/changed.ts'
import type { Agreement, Interval } from '../state/matters.ts'
import type { At, State } from '../state/state.ts'
import { DAYS_BACK_MAX } from './hours.ts'

const DAY = 86_400

/**
 * From when a listing is free for an interval: its beginning, or the end of what it overlaps with last; null when
 * that has not come back yet and nobody knows.
 */
export function freeFrom(state: State, listing: Hex, begins: number, ends: number, now: number): number | null {
  let free = begins
  for (const interval of state.calendars.get(listing)?.intervals ?? []) {
    const isOverdue = interval.isOut && interval.ends < now
    if (interval.begins >= ends || (interval.ends <= begins && !isOverdue)) continue
    if (isOverdue) return null
    free = Math.max(free, interval.ends)
  }
  return free
}

/** Brings the interval of a `changed` agreement to where it stands; of help there is none. */
export function keepInterval(state: State, agreement: Agreement, at: At): void {
  if (agreement.terms.kind !== 'booking.made') return
  const { listing } = agreement.terms
  const calendar = changed(state.calendars.get(listing) ?? { listing, intervals: [] })
  const kept = calendar.intervals.filter((interval) => interval.agreement !== agreement.id && isRemembered(interval, at))
  const interval = intervalOf(agreement)
  calendar.intervals = interval === null ? kept : [...kept, interval]
  if (calendar.intervals.length > 0) state.calendars.set(listing, calendar)
  else state.calendars.delete(listing)
}

function intervalOf({ id, phase, terms, checkins, returned }: Agreement): Interval | null {
  if (phase === 'cancelled' || phase === 'missed') return null
  const isOut = checkins.size > 0 && returned === null && (phase === 'agreed' || phase === 'disputed')
  return { agreement: id, begins: terms.begins, ends: Math.max(terms.begins, returned ?? terms.ends), isOut }
}

const isRemembered = ({ ends, isOut }: Interval, at: At): boolean => isOut || ends > at.ts - DAYS_BACK_MAX * DAY
