/**
 * What somebody has agreed to, as a calendar: times that are taken, what is left of times that are free, and what would
 * meet what. Pure. A thing lent does not occupy its owner: only help, visits and gatherings take somebody's time, here and
 * in other cities.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import type { Slot } from '#protocol/listing.ts'
import type { Agreement, Session } from '#ledger/state/matters.ts'

/** One line of a calendar, seconds. */
export type Appointment = Slot & {
  what: 'agreement' | 'session'
  id: Hex
  /** In whose record it stands. */
  hub: Origin
  listing: Hex
  /** Null for a gathering that one leads oneself. */
  with: Hex | null
  isLent: boolean
  /** When it was put there. */
  made: number
}

const over: ReadonlySet<Agreement['phase']> = new Set(['cancelled', 'lapsed', 'missed'])

/** Of these agreements in one hub's record those in this member's calendar. What was called off, or did not happen, is not. */
export const appointmentsOf = (acct: Hex, agreements: Iterable<Agreement>, hub: Origin): Appointment[] =>
  [...agreements]
    .filter(({ phase, provider, receiver }) => !over.has(phase) && (provider === acct || receiver === acct))
    .map(({ id, terms, provider, receiver, made }) => ({
      what: 'agreement', id, hub, from: terms.begins, to: Math.max(terms.ends, terms.begins + 1), listing: terms.listing,
      with: provider === acct ? receiver : provider, isLent: terms.kind === 'booking.made' && provider === acct, made,
    }))

/** Of these gatherings in one hub's record those that this member leads or has signed up for. */
export const gatheringsOf = (acct: Hex, sessions: Iterable<Session>, hub: Origin): Appointment[] =>
  [...sessions].filter(({ terms, people }) => terms.acct === acct || people.has(acct))
    .map(({ id, terms, made }) => ({
      what: 'session', id, hub, from: terms.begins, to: terms.ends, listing: terms.listing,
      with: terms.acct === acct ? null : terms.acct, isLent: false, made,
    }))

/** Gatherings of another city's record that somebody of this one has signed up for, beside it. */
export const attendedBy = (sessions: Iterable<Session>, hub: Origin): Appointment[] =>
  [...sessions].map(({ id, terms, made }) =>
    ({ what: 'session', id, hub, from: terms.begins, to: terms.ends, listing: terms.listing, with: null, isLent: false, made }))

/** By their beginning. */
export const inTheirOrder = (appointments: Appointment[]): Appointment[] =>
  appointments.toSorted((a, b) => a.from - b.from || a.to - b.to)

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
