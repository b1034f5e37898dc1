/**
 * Agreements: two people sign what one does for the other, or lends to them; it happens; one reports and the other
 * confirms; both rate blind; the award is made. Help is made by `agreement.made`, the use of something shared by
 * `booking.made` (`booking.ts`), and both go the same way:
 *
 *   agreed ── reported ── confirmed ── settled            settling.ts, rating.ts
 *     │  ╲______╱ ╲ declined: the other saw it differently, and either may report again
 *     │            ╲── missed: it did not happen, or one of them did not come (`absence.ts`)
 *     ├─ disputed ── confirmed or missed, by the other's word or stewards'; or undecided (`dispute.ts`)
 *     ├─ cancelled, by either, until it is reported
 *     └─ lapsed, `holdDays` after its end without a report (or after a report that was declined later)
 *
 * Silence never blocks anybody: a report nobody answers confirms itself after `confirmDays`, and a rating
 * nobody gives counts as good after `ratingDays`. An agreement keeps the charter version it was signed
 * under, for its price, its windows and its award.
 */
import { hold as setAside } from '../value/account.ts'
import { type ActionOf, type Hex, termsOf } from '../action.ts'
import { changed } from '../state/changed.ts'
import { noteMissed } from '../state/exchanges.ts'
import type { Agreement } from '../state/matters.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, charterVersion, type State } from '../state/state.ts'
import { noteAbsence } from './absence.ts'
import { priceOfHelp, priceOfTime } from './award.ts'
import {
  charterFor, checkBegun, confirmsItselfAt, freeUntil, lapsesAt, minutesAgreed, minutesBetween, noteOutcome, openTo,
  ratingsCloseAt, refused, reportOn,
} from './course.ts'
import { checkVisitor, newStay, visitorPrice } from './hosting.ts'
import { checkHereAt, checkPassed, DAYS_BACK_MAX, minutesLeft, noteHours, passedSince } from './hours.ts'
import { keepInterval } from './occupancy.ts'
import { noteContribution } from './referral.ts'
import { closeIfOver, releaseHold, settleAgreement } from './settling.ts'
import { noteUnused, noteVoice } from './regard.ts'
import { checkGiver } from './status.ts'
import { releaseStay } from './suspense.ts'

const DAY = 86_400
const AGREEMENT_DAYS_MAX = 365

export function checkAgreementMade(state: State, made: ActionOf<'agreement.made'>, at: At): Refusal | null {
  if (made.helper === made.receiver) return { code: 'same-person' }
  const fault = checkTime(state, made, [made.helper, made.receiver], at)
  if (fault !== null) return fault
  const most = minutesBetween(made)
  if (made.minutes < 1 || made.minutes > most) return { code: 'minutes-out-of-range', most }
  return state.members.has(made.receiver) ? null : checkVisitor(state, made.helper, made.receiver)
}

/** What is asked of the time of everything that `people` agree on, and of the charter they name. */
export function checkTime(state: State, made: { begins: number; ends: number; charter: number }, people: Hex[], at: At): Refusal | null {
  if (made.charter !== charterVersion(state)) return { code: 'other-charter' }
  if (made.ends <= made.begins || made.begins < at.ts - DAYS_BACK_MAX * DAY) return { code: 'bad-interval' }
  const latest = at.ts + AGREEMENT_DAYS_MAX * DAY
  if (made.ends > latest) return { code: 'ends-too-late', latest }
  return checkHereAt(state, people, made.begins)
}

export function applyAgreementMade(state: State, made: ActionOf<'agreement.made'>, at: At): void {
  const { helper: provider, receiver, minutes } = made
  const charter = state.charters[made.charter]!
  const member = changedMember(state, receiver)
  const price = member === undefined
    ? visitorPrice(state, charter, priceOfTime(charter, minutes).milli, at)
    : priceOfHelp(state, charter, member, minutes, at)
  const stay = member === undefined ? newStay(price) : null
  openAgreement(state, { terms: termsOf(made), provider, receiver, demandSet: null, price, stay }, at)
}

/** Takes in what two have signed, and sets the price aside from the receiver; a visitor's is at home. */
export function openAgreement(
  state: State, made: Pick<Agreement, 'terms' | 'provider' | 'receiver' | 'demandSet' | 'price' | 'stay'>, at: At,
): Agreement {
  const { terms, price } = made
  const agreement: Agreement = {
    id: terms.id, ...made, made: at.ts, phase: 'agreed', checkins: new Set(), returned: null, report: null,
    dispute: null, confirmedTs: null, silently: false, ratings: new Map(), price, hold: made.stay === null ? price : 0n, toppedUp: 0n, award: null,
    guestDue: null,
  }
  if (made.stay === null) setAside(state, changedMember(state, made.receiver)!, 'domain', price, at)
  state.agreements.open(agreement)
  state.deadlines.set(lapsesAt(state, agreement), 'agreement.lapse', agreement.id)
  return agreement
}

export function checkAgreementCancelled(state: State, cancelled: ActionOf<'agreement.cancelled'>, _at: At): Refusal | null {
  const found = openTo(state, cancelled.agreement, cancelled.acct, ['agreed'])
  return refused(found) ? found : null
}

export function applyAgreementCancelled(state: State, cancelled: ActionOf<'agreement.cancelled'>, at: At): void {
  const agreement = state.agreements.change(cancelled.agreement)
  const free = freeUntil(state, agreement)
  // Made and called off inside the last hours is no breach: there was no time in which to be free.
  if (at.ts > free && agreement.made < free) noteOutcome(changedMember(state, cancelled.acct), at.ts, 'broken')
  else noteUnused(state, cancelled.acct, at.ts)
  endWithout(state, agreement, 'cancelled', at)
}

export function checkCheckin(state: State, checkin: ActionOf<'checkin.made'>, at: At): Refusal | null {
  const found = openTo(state, checkin.agreement, checkin.acct, ['agreed', 'reported'])
  if (refused(found)) return found
  return checkBegun(found, at) ?? (found.checkins.has(checkin.acct) ? { code: 'already-checked-in' } : null)
}

export function applyCheckin(state: State, checkin: ActionOf<'checkin.made'>, at: At): void {
  const agreement = state.agreements.change(checkin.agreement)
  agreement.checkins.add(checkin.acct)
  keepInterval(state, agreement, at)
}

export function checkCompletionReported(state: State, reported: ActionOf<'completion.reported'>, at: At): Refusal | null {
  const found = openTo(state, reported.agreement, reported.acct, ['agreed'])
  if (refused(found)) return found
  const early = checkBegun(found, at)
  if (early !== null) return early
  // Less than agreed is a part of it. More would let silence confirm what nobody agreed to.
  const most = minutesAgreed(found)
  if (reported.minutes < 1 || reported.minutes > most) return { code: 'minutes-out-of-range', most }
  return checkPassed(reported.minutes, minutesBy(state, found, at))
}

/** Why so many minutes of it are not awarded: there were not so many, or who gave them has been shut out since. */
export function checkAwardable(state: State, agreement: Agreement, minutes: number, at: At): Refusal | null {
  if (minutes === 0) return null
  return checkPassed(minutes, minutesBy(state, agreement, at)) ?? checkGiver(state, agreement.provider)
}

/** How many minutes of it can have been by now: of help, as far as the helper's time goes, too. */
function minutesBy(state: State, { terms, provider }: Agreement, at: At): number {
  const passed = passedSince(terms.begins, at.ts)
  const isTheirTime = terms.kind === 'agreement.made' && state.members.has(provider)
  return isTheirTime ? Math.min(passed, minutesLeft(state, provider, terms.begins, at)) : passed
}

export function applyCompletionReported(state: State, reported: ActionOf<'completion.reported'>, at: At): void {
  const { acct: by, minutes } = reported
  reportOn(state, state.agreements.change(reported.agreement), { by, minutes, absent: null }, at)
}

/** Also while it is disputed: who has thought better of it may still say yes. */
export function checkCompletionConfirmed(state: State, confirmed: ActionOf<'completion.confirmed'>, at: At): Refusal | null {
  return checkAnswer(state, confirmed, ['reported', 'disputed']) ?? checkAwardable(state, state.agreements.get(confirmed.agreement)!, confirmed.minutes, at)
}

export function applyCompletionConfirmed(state: State, confirmed: ActionOf<'completion.confirmed'>, at: At): void {
  const agreement = state.agreements.change(confirmed.agreement)
  noteVoice(state, agreement.report!.by, confirmed.acct, true, at.ts)
  confirm(state, agreement, at)
}

export function checkCompletionDeclined(state: State, declined: ActionOf<'completion.declined'>, _at: At): Refusal | null {
  return checkAnswer(state, declined, ['reported'])
}

export function applyCompletionDeclined(state: State, declined: ActionOf<'completion.declined'>, at: At): void {
  const agreement = state.agreements.change(declined.agreement)
  noteVoice(state, agreement.report!.by, declined.acct, false, at.ts)
  agreement.phase = 'agreed'
  agreement.report = null
  keepInterval(state, agreement, at)
  // Its day to lapse went by while the report stood: without a new one its hold would never end.
  if (lapsesAt(state, agreement) > at.ts) return
  state.deadlines.set(at.ts + charterFor(state, agreement).windows.holdDays * DAY, 'agreement.lapse', agreement.id)
}

/** An answer names the minutes it answers, so that a report replaced meanwhile is not confirmed unseen. */
function checkAnswer(
  state: State, answer: ActionOf<'completion.confirmed'> | ActionOf<'completion.declined'>, phases: Agreement['phase'][],
): Refusal | null {
  const found = openTo(state, answer.agreement, answer.acct, phases)
  if (refused(found)) return found
  const { phase, report } = found
  if (report === null) return { code: 'wrong-phase', phase }
  if (report.by === answer.acct) return { code: 'own-report' }
  return report.minutes === answer.minutes ? null : { code: 'other-minutes', reported: report.minutes }
}

/** Deadline: a report nobody answered. Void when it was answered, or declined and made anew since. */
export function confirmSilently(state: State, id: Hex, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement?.phase !== 'reported' || confirmsItselfAt(state, agreement) !== at.ts) return
  // What nobody could say yes to, silence does not say yes to.
  if (checkAwardable(state, agreement, agreement.report!.minutes, at) !== null) return endWithout(state, changed(agreement), 'undecided', at)
  changed(agreement).silently = true
  confirm(state, agreement, at)
}

/** What was reported of a `changed` agreement is so: it happened, for so long, or it did not. */
export function confirm(state: State, agreement: Agreement, at: At): void {
  const { provider, receiver, report } = agreement
  if (report!.minutes === 0) {
    if (report!.absent !== null) {
      noteAbsence(state, report!.absent, at)
      noteMissed(state, agreement.id, report!.absent, at)
    }
    return endWithout(state, agreement, 'missed', at)
  }
  agreement.phase = 'confirmed'
  agreement.confirmedTs = at.ts
  keepInterval(state, agreement, at)
  if (agreement.terms.kind === 'agreement.made') noteHours(state, provider, report!.minutes, agreement.terms.begins, at)
  const giver = changedMember(state, provider)
  // A contribution opens level 2 and is part of the story; a guest's counts at home, and what a guest was given when it is paid for.
  if (giver !== undefined && agreement.stay === null) noteContribution(state, giver, at)
  noteOutcome(giver, at.ts, 'kept')
  noteOutcome(changedMember(state, receiver), at.ts, 'kept')
  // Where a rating changes nothing about the award, there is nothing to wait for.
  if (!charterFor(state, agreement).rating.movesAward) settleAgreement(state, agreement, at)
  state.deadlines.set(ratingsCloseAt(state, agreement), 'ratings.open', agreement.id)
}

/** Deadline: it was agreed and nobody ever said that it happened. */
export function lapseAgreement(state: State, id: Hex, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement?.phase === 'agreed') endWithout(state, changed(agreement), 'lapsed', at)
}

/** Ends a `changed` agreement without an award: everything that was set aside is the receiver's again. */
export function endWithout(
  state: State, agreement: Agreement, phase: 'cancelled' | 'lapsed' | 'missed' | 'undecided', at: At,
): void {
  if (phase === 'lapsed' || phase === 'undecided') {
    for (const party of [agreement.provider, agreement.receiver]) noteUnused(state, party, at.ts)
  }
  agreement.phase = phase
  keepInterval(state, agreement, at)
  releaseHold(state, agreement, agreement.hold, at)
  if (agreement.stay !== null) releaseStay(state, agreement, 0n, at)
  closeIfOver(state, agreement, at)
}
