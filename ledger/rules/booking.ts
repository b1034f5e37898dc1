/**
 * Bookings: the use of something shared, for a time [S1630-1653].
 *
 * Both sign what, from when to when, and the index of demand on its first day (`demand.ts`); the price of that is set
 * aside from who uses it. It
 * goes on as any agreement does (`agreement.ts`): the check-in is the hand-over, and the report says for how long it was
 * used. One more step is its own: it comes back, maybe late; until then nobody else can book it (`occupancy.ts`).
 */
import { availableTo } from '../value/account.ts'
import { type ActionOf, type Terms, termsOf } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import type { Charter } from '../charter/charter.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import { noteOverstay } from '../state/exchanges.ts'
import type { Agreement } from '../state/matters.ts'
import type { Reckoning } from '../value/reckoning.ts'
import type { Refusal } from '../refusal.ts'
import { type At, domainDay, domainIndex, type State } from '../state/state.ts'
import { checkTime, openAgreement } from './agreement.ts'
import { checkBegun, minutesBetween, openTo, refused } from './course.ts'
import { demandOn } from './demand.ts'
import { checkVisitingUser, newStay, visitorPrice } from './hosting.ts'
import { LEVEL_TO_USE, levelOf } from './level.ts'
import { freeFrom, keepInterval } from './occupancy.ts'
import { priceOf } from './price.ts'

/** So long after the agreed end it is late. */
const LATE_SECONDS = 3_600
const OVERSTAY_TIMES = 2
const OVERSTAY_MINUTES = 1_440

/** What a booking costs that is made now. */
export function priceOfBooking(state: State, charter: Charter, booking: Pick<Terms<'booking.made'>, 'resource' | 'begins' | 'ends'>): Reckoning {
  const { resource, begins } = booking
  return priceOf(charter, { resource, minutes: minutesBetween(booking), ...demandOn(state, resource, utcDayOf(begins)) })
}

export function checkBookingMade(state: State, made: ActionOf<'booking.made'>, at: At): Refusal | null {
  const { provider, receiver } = made
  if (provider === receiver) return { code: 'same-person' }
  const fault = checkTime(state, made, [provider, receiver], at)
  if (fault !== null) return fault
  if (minutesBetween(made) < 1) return { code: 'bad-interval' }
  const user = state.members.get(receiver)
  if (user === undefined || !state.members.has(provider)) {
    const refusal = checkVisitingUser(state, provider, receiver)
    return refusal ?? checkPlace(state, made, at)
  }
  // Its provider may be restricted: giving is how somebody comes back.
  if (user.status === 'restricted') return { code: 'restricted', kind: made.kind }
  const level = user.form === 'person' ? levelOf(state, receiver) : LEVEL_TO_USE
  if (level < LEVEL_TO_USE) return { code: 'level-too-low', level, needed: LEVEL_TO_USE }
  const refusal = checkPlace(state, made, at)
  if (refusal !== null) return refusal
  const index = domainIndex(state, domainDay(state, at.ts))
  const available = availableTo(state, user, 'domain', at.ts)
  const askedMilli = priceOfBooking(state, state.charters[made.charter]!, made).milli
  return baseOf(askedMilli, index) <= available
    ? null
    : { code: 'insufficient-cv', availableMilli: nominalOf(available, index), askedMilli }
}

/** Whether this price was agreed to, and the thing is there at that time. */
function checkPlace(state: State, made: ActionOf<'booking.made'>, at: At): Refusal | null {
  const { listing, resource, begins, ends } = made
  const { demandPerMille } = demandOn(state, resource, utcDayOf(begins))
  // Who signed under another index did not agree to this price.
  if (made.demandPerMille !== demandPerMille) return { code: 'other-demand', expectedPerMille: demandPerMille }
  const free = freeFrom(state, listing, begins, ends, at.ts)
  if (free === null) return { code: 'not-returned' }
  return free > begins ? { code: 'slot-taken', free } : null
}

export function applyBookingMade(state: State, made: ActionOf<'booking.made'>, at: At): void {
  const { provider, receiver, resource, begins } = made
  const charter = state.charters[made.charter]!
  const { milli } = priceOfBooking(state, charter, made)
  const isVisit = !state.members.has(receiver)
  const price = isVisit ? visitorPrice(state, charter, milli, at) : baseOf(milli, domainIndex(state, domainDay(state, at.ts)))
  const stay = isVisit ? newStay(price) : null
  const { demandSet } = demandOn(state, resource, utcDayOf(begins))
  keepInterval(state, openAgreement(state, { terms: termsOf(made), provider, receiver, demandSet, price, stay }, at), at)
}

export function checkReturned(state: State, returned: ActionOf<'return.recorded'>, at: At): Refusal | null {
  const found = openTo(state, returned.agreement, returned.acct, ['agreed', 'reported', 'disputed'])
  if (refused(found)) return found
  if (found.terms.kind !== 'booking.made') return { code: 'not-a-booking' }
  return checkBegun(found, at) ?? (found.returned === null ? null : { code: 'already-returned' })
}

export function applyReturned(state: State, returned: ActionOf<'return.recorded'>, at: At): void {
  const agreement = state.agreements.change(returned.agreement)
  agreement.returned = at.ts
  keepInterval(state, agreement, at)
  const booked = minutesBetween(agreement.terms)
  const kept = minutesBetween({ begins: agreement.terms.begins, ends: at.ts })
  if (!isOverstay(booked, kept)) return
  noteOverstay(state, { matter: agreement.id, member: agreement.receiver, booked, kept }, at)
}

/** Kept for more than twice the time it was booked for, and more than a day too long. */
const isOverstay = (booked: number, kept: number): boolean => kept > OVERSTAY_TIMES * booked && kept - booked > OVERSTAY_MINUTES

/** By how many seconds it came back late, as far as somebody has recorded it: 0 in time. */
export function lateBy({ terms, returned }: Agreement): number {
  const late = returned === null ? 0 : returned - terms.ends
  return terms.kind === 'booking.made' && late > LATE_SECONDS ? late : 0
}
