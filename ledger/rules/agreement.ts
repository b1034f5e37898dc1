/**
 * Agreements: help in the full form. Both sign what they agreed; it happens; one reports and the other
 * confirms; both rate blind; the award is made.
 *
 *   agreed ── reported ── confirmed ── settled
 *     │  ╲______╱ declined: the other saw it differently, and either may report again
 *     ├─ cancelled, by either, until it is reported
 *     └─ lapsed, `holdDays` after its end without a report (or after a report that was declined later)
 *
 * Silence never blocks anybody: a report nobody answers confirms itself after `confirmDays`, and a rating
 * nobody gives counts as good after `ratingDays`. An agreement keeps the charter version it was signed
 * under, for its price, its windows and its award.
 */
import { capture, hold as setAside, release } from '../account.ts'
import type { ActionOf, Hex } from '../action.ts'
import { mulDiv } from '../amount.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from '../changed.ts'
import type { Charter } from '../charter.ts'
import { baseOf } from '../decay.ts'
import type { Refusal } from '../refusal.ts'
import {
  type Agreement, type At, changedMember, charterVersion, currentDocument, globalDay, globalIndex, type Member, noteTime,
  type State, termsOf, TRACK_DAYS,
} from '../state.ts'
import { payAward, priceOfHelp, redeemHelp, skillAward } from './award.ts'

const DAY = 86_400
const HOUR = 3_600
/** People come early; a check-in or report is taken from an hour before the agreed beginning. */
const EARLY_SECONDS = HOUR
const AGREEMENT_DAYS_MAX = 365
/** As far back as the short form reaches: two people who act as one cannot agree on years that are over. */
const DAYS_BACK_MAX = 30

const charterFor = (state: State, agreement: Agreement): Charter => state.charters[agreement.terms.charter]!
const isParty = ({ terms }: Agreement, acct: Hex): boolean => acct === terms.helper || acct === terms.receiver

/** The midnight from which ratings may be opened though only one exists, and nobody may rate any more. */
export const ratingsCloseAt = (state: State, agreement: Agreement): number =>
  midnightAtOrAfter(agreement.confirmedTs! + charterFor(state, agreement).windows.ratingDays * DAY)

/** When silence confirms the report. */
export const confirmsItselfAt = (state: State, agreement: Agreement): number =>
  midnightAtOrAfter(agreement.report!.ts + charterFor(state, agreement).windows.confirmDays * DAY)

/** When it lapses, if by then nobody has said that it happened. */
const lapsesAt = (state: State, agreement: Agreement): number =>
  midnightAtOrAfter(agreement.terms.ends + charterFor(state, agreement).windows.holdDays * DAY)

export function checkAgreementMade(state: State, made: ActionOf<'agreement.made'>, at: At): Refusal | null {
  if (made.helper === made.receiver) return { code: 'same-person' }
  // Value for a guest's use comes from another city and is bound to a booking; that is not this form.
  if (!state.members.has(made.receiver)) return { code: 'guest-cannot-receive' }
  if (made.charter !== charterVersion(state)) return { code: 'other-charter' }
  if (made.ends <= made.begins || made.begins < at.ts - DAYS_BACK_MAX * DAY) return { code: 'bad-interval' }
  const latest = at.ts + AGREEMENT_DAYS_MAX * DAY
  if (made.ends > latest) return { code: 'ends-too-late', latest }
  const most = Math.floor((made.ends - made.begins) / 60)
  if (made.minutes < 1 || made.minutes > most) return { code: 'minutes-out-of-range', most }
  return null
}

export function applyAgreementMade(state: State, made: ActionOf<'agreement.made'>, at: At): void {
  const receiver = changedMember(state, made.receiver)!
  const hold = priceOfHelp(state, state.charters[made.charter]!, receiver, made.minutes, at)
  setAside(state, receiver, 'domain', hold, at)
  const agreement: Agreement = {
    id: made.id,
    terms: termsOf(made),
    made: at.ts,
    phase: 'agreed',
    checkins: new Set(),
    report: null,
    confirmedTs: null,
    silently: false,
    ratings: new Map(),
    hold,
    award: null,
    guestDue: null,
  }
  state.agreements.open(agreement)
  state.deadlines.set(lapsesAt(state, agreement), 'agreement.lapse', made.id)
}

/** The agreement if this person may act on it in one of these phases, else why not. */
function openTo(state: State, id: Hex, acct: Hex, phases: Agreement['phase'][]): Agreement | Refusal {
  const agreement = state.agreements.get(id)
  if (agreement === undefined) return { code: 'unknown-agreement', agreement: id }
  if (!isParty(agreement, acct)) return { code: 'not-a-party' }
  if (!phases.includes(agreement.phase)) return { code: 'wrong-phase', phase: agreement.phase }
  return agreement
}

const refused = (found: Agreement | Refusal): found is Refusal => 'code' in found

export function checkAgreementCancelled(state: State, cancelled: ActionOf<'agreement.cancelled'>, _at: At): Refusal | null {
  const found = openTo(state, cancelled.agreement, cancelled.acct, ['agreed'])
  return refused(found) ? found : null
}

export function applyAgreementCancelled(state: State, cancelled: ActionOf<'agreement.cancelled'>, at: At): void {
  const agreement = state.agreements.change(cancelled.agreement)
  agreement.phase = 'cancelled'
  releaseHold(state, agreement, agreement.hold, at)
  const free = agreement.terms.begins - charterFor(state, agreement).windows.freeCancelHours * HOUR
  // Made and called off inside the last hours is no breach: there was no time in which to be free.
  if (at.ts > free && agreement.made < free) noteOutcome(changedMember(state, cancelled.acct), at.ts, 'broken')
  closeIfOver(state, agreement, at)
}

export function checkCheckin(state: State, checkin: ActionOf<'checkin.made'>, at: At): Refusal | null {
  const found = openTo(state, checkin.agreement, checkin.acct, ['agreed', 'reported'])
  if (refused(found)) return found
  const { begins } = found.terms
  if (at.ts < begins - EARLY_SECONDS) return { code: 'not-begun', begins }
  return found.checkins.has(checkin.acct) ? { code: 'already-checked-in' } : null
}

export function applyCheckin(state: State, checkin: ActionOf<'checkin.made'>, _at: At): void {
  state.agreements.change(checkin.agreement).checkins.add(checkin.acct)
}

export function checkCompletionReported(state: State, reported: ActionOf<'completion.reported'>, at: At): Refusal | null {
  const found = openTo(state, reported.agreement, reported.acct, ['agreed'])
  if (refused(found)) return found
  const { begins, minutes } = found.terms
  if (at.ts < begins - EARLY_SECONDS) return { code: 'not-begun', begins }
  // Less than agreed is a partial help. More would let silence confirm what nobody agreed to.
  if (reported.minutes < 1 || reported.minutes > minutes) return { code: 'minutes-out-of-range', most: minutes }
  return null
}

export function applyCompletionReported(state: State, reported: ActionOf<'completion.reported'>, at: At): void {
  const agreement = state.agreements.change(reported.agreement)
  agreement.phase = 'reported'
  agreement.report = { by: reported.acct, minutes: reported.minutes, ts: at.ts }
  state.deadlines.set(confirmsItselfAt(state, agreement), 'report.silent', agreement.id)
}

export function checkCompletionConfirmed(state: State, confirmed: ActionOf<'completion.confirmed'>, _at: At): Refusal | null {
  return checkAnswer(state, confirmed)
}

export function applyCompletionConfirmed(state: State, confirmed: ActionOf<'completion.confirmed'>, at: At): void {
  confirm(state, state.agreements.change(confirmed.agreement), at)
}

export function checkCompletionDeclined(state: State, declined: ActionOf<'completion.declined'>, _at: At): Refusal | null {
  return checkAnswer(state, declined)
}

export function applyCompletionDeclined(state: State, declined: ActionOf<'completion.declined'>, at: At): void {
  const agreement = state.agreements.change(declined.agreement)
  agreement.phase = 'agreed'
  agreement.report = null
  // Its day to lapse went by while the report stood: without a new one its hold would never end.
  if (lapsesAt(state, agreement) > at.ts) return
  state.deadlines.set(at.ts + charterFor(state, agreement).windows.holdDays * DAY, 'agreement.lapse', agreement.id)
}

/** An answer names the minutes it answers, so that a report replaced meanwhile is not confirmed unseen. */
function checkAnswer(
  state: State, answer: ActionOf<'completion.confirmed'> | ActionOf<'completion.declined'>,
): Refusal | null {
  const found = openTo(state, answer.agreement, answer.acct, ['reported'])
  if (refused(found)) return found
  const { by, minutes } = found.report!
  if (by === answer.acct) return { code: 'own-report' }
  return minutes === answer.minutes ? null : { code: 'other-minutes', reported: minutes }
}

/** Deadline: a report nobody answered. Void when it was answered, or declined and made anew since. */
export function confirmSilently(state: State, id: Hex, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement?.phase !== 'reported' || confirmsItselfAt(state, agreement) !== at.ts) return
  changed(agreement).silently = true
  confirm(state, agreement, at)
}

function confirm(state: State, agreement: Agreement, at: At): void {
  const { helper, receiver } = agreement.terms
  agreement.phase = 'confirmed'
  agreement.confirmedTs = at.ts
  const giver = changedMember(state, helper)
  // A contribution opens level 2 and is part of the story; a guest's counts at home.
  if (giver !== undefined) giver.contributions += 1
  noteOutcome(giver, at.ts, 'kept')
  noteOutcome(changedMember(state, receiver), at.ts, 'kept')
  // Where a rating changes nothing about the award, there is nothing to wait for.
  if (!charterFor(state, agreement).rating.movesAward) settleAgreement(state, agreement, at)
  state.deadlines.set(ratingsCloseAt(state, agreement), 'ratings.open', agreement.id)
}

/** Deadline: the rating window closes. What is committed and unopened gets one more day to be opened. */
export function openRatings(state: State, id: Hex, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement === undefined) return
  if (agreement.phase !== 'confirmed') return closeIfOver(state, agreement, at)
  if (hasUnopened(agreement)) state.deadlines.set(at.ts + 1, 'award.final', id)
  else settleAgreement(state, changed(agreement), at)
}

/** Committed to, and not opened yet. */
export const hasUnopened = ({ ratings }: Agreement): boolean =>
  [...ratings.values()].some((rating) => rating.grade === null)

/** Deadline: a commitment that was never opened counts as no rating, that is, as good. */
export function settleAward(state: State, id: Hex, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement?.phase === 'confirmed') settleAgreement(state, changed(agreement), at)
}

/** Deadline: it was agreed and nobody ever said that it happened. */
export function lapseAgreement(state: State, id: Hex, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement?.phase !== 'agreed') return
  changed(agreement).phase = 'lapsed'
  releaseHold(state, agreement, agreement.hold, at)
  closeIfOver(state, agreement, at)
}

/** Makes the award of a `changed` agreement. The receiver's grade of the helper is the one that counts in it. */
export function settleAgreement(state: State, agreement: Agreement, at: At): void {
  const { helper, receiver, category, minutes: agreed } = agreement.terms
  const { minutes } = agreement.report!
  const charter = charterFor(state, agreement)
  const grade = agreement.ratings.get(receiver)?.grade ?? null
  const award = skillAward(charter, { category, minutes, grade, people: 1 })

  const given = mulDiv(agreement.hold, BigInt(minutes), BigInt(agreed))
  releaseHold(state, agreement, agreement.hold - given, at)
  capture(state, changedMember(state, receiver)!, 'domain', given, at)
  agreement.hold = 0n
  redeemHelp(state, charter, given, minutes, at)

  agreement.phase = 'settled'
  const member = changedMember(state, helper)
  if (member !== undefined) {
    agreement.award = payAward(state, charter, member, award, at)
    return closeIfOver(state, agreement, at)
  }
  // A guest is paid in Global from the pool, by a transfer that a steward signs; here it only falls due.
  const federation = state.federation!
  const { numerator, denominator } = boundedConversion(state, charter)
  const day = globalDay(federation, at.ts)
  const globalMilli = mulDiv(award.milli, BigInt(numerator), BigInt(denominator))
  agreement.award = { ...award, day, seq: at.seq }
  agreement.guestDue = { amount: baseOf(globalMilli, globalIndex(federation, day)), xid: null }
}

/** Global for one Domain: the charter's ratio, never better than the federation's. */
export function boundedConversion(state: State, charter: Charter): { numerator: number; denominator: number } {
  const own = charter.conversion.globalPer
  const federation = state.federation
  if (federation === null) return own
  const agreed = currentDocument(federation).conversion
  const ownCrossed = BigInt(own.numerator) * BigInt(agreed.denominator)
  return ownCrossed <= BigInt(agreed.numerator) * BigInt(own.denominator) ? own : agreed
}

/**
 * Closes an agreement that nothing can change any more: called off, lapsed, or settled with every grade that
 * was given opened and nobody left who may give one. One that a guest is paid for stays open, since what was
 * sent may come back.
 */
export function closeIfOver(state: State, agreement: Agreement, at: At): void {
  const { phase, ratings, guestDue } = agreement
  const isOff = phase === 'cancelled' || phase === 'lapsed'
  const isRated = ratings.size === PARTIES || (phase === 'settled' && at.ts >= ratingsCloseAt(state, agreement))
  const isDone = phase === 'settled' && isRated && !hasUnopened(agreement) && guestDue === null
  if (isOff || isDone) state.agreements.close(agreement, at.leaf)
}

/** Both sides of an agreement rate. */
export const PARTIES = 2

function releaseHold(state: State, agreement: Agreement, amount: bigint, at: At): void {
  release(state, changedMember(state, agreement.terms.receiver)!, 'domain', amount, at)
  agreement.hold -= amount
}

/** Notes an agreement or help that ended, kept or not, for a `changed` member; undefined is a guest. */
export function noteOutcome(member: Member | undefined, ts: number, outcome: 'kept' | 'broken'): void {
  if (member !== undefined) noteTime(member.track[outcome], ts, ts - TRACK_DAYS * DAY)
}
