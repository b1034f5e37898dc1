/**
 * What somebody has agreed to, as a calendar: times that are taken, what is left of times that are free, and what would
 * meet what. Pure. A thing lent does not occupy its owner: only help and visits take somebody's time.
 */
import type { Hex } from '#ledger/action.ts'
import type { Slot } from '#protocol/listing.ts'
import type { Agreement, Session } from '#ledger/state/matters.ts'

/** One line of a calendar, seconds. */
export type Appointment = { id: Hex; from: number; to: number; listing: Hex; with: Hex; isLent: boolean }

const over: ReadonlySet<Agreement['phase']> = new Set(['cancelled', 'lapsed', 'missed'])

/** What stands in this member's calendar, by its beginning. What was called off, or did not happen, does not. */
export function appointmentsOf(acct: Hex, agreements: Agreement[]): Appointment[] {
  return agreements
    .filter(({ phase }) => !over.has(phase))
    .map(({ id, terms, provider, receiver }) => ({
      id, from: terms.begins, to: Math.max(terms.ends, terms.begins + 1), listing: terms.listing,
      with: provider === acct ? receiver : provider, isLent: terms.kind === 'booking.made' && provider === acct,
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to)
}

/** A gathering that somebody leads or has signed up for. */
export type Gathering = Slot & { id: Hex; listing: Hex; made: number }

/** Of these gatherings those that stand in this member's calendar. */
export const gatheringsOf = (acct: Hex, sessions: Iterable<Session>): Gathering[] =>
  [...sessions].filter(({ terms, people }) => terms.acct === acct || people.has(acct))
    .map(({ id, terms, made }) => ({ id, from: terms.begins, to: terms.ends, listing: terms.listing, made }))

export const meets = (a: Slot, b: Slot): boolean => a.from < b.to && b.from < a.to

/** Those of somebody's appointments that a time would meet. */
export const conflictsOf = (slot: Slot, appointments: Appointment[]): Appointment[] =>
  appointments.filter((one) => !one.isLent && meets(slot, one))

/** What is left of free times when appointments are taken out of them, ascending, none shorter than a quarter of an hour. */
export function leftOf(free: Slot[], appointments: Appointment[]): Slot[] {
  const left = appointments.filter(({ isLent }) => !isLent).reduce<Slot[]>(
    (slots, taken) => slots.flatMap((slot) => (meets(slot, taken) ? [{ from: slot.from, to: taken.from }, { from: taken.to, to: slot.to }] : [slot])),
    free,
  )
  return left.filter(({ from, to }) => to - from >= QUARTER).sort((a, b) => a.from - b.from)
}

const QUARTER = 900
