/**
 * Settling: what an agreement comes to. The price for what really happened leaves the receiver, the rest of what was
 * set aside is theirs again, and the provider's award is made; then, when nothing can change it any more, it closes.
 */
import { capture, credit, release } from '../value/account.ts'
import type { Hex } from '../action.ts'
import { mulDiv } from '../value/amount.ts'
import { changed } from '../state/changed.ts'
import { type Charter, spreads } from '../charter/charter.ts'
import { baseOf } from '../value/decay.ts'
import { noteLifetime } from '../value/earning.ts'
import { noteExchange } from '../state/exchanges.ts'
import type { Agreement, Contribution } from '../state/matters.ts'
import type { Member } from '../state/people.ts'
import { type At, changedMember, currentDocument, domainDay, domainIndex, globalDay, globalIndex, type State } from '../state/state.ts'
import { payAward, redeemHelp, resourceAward, skillAward } from './award.ts'
import { charterFor, minutesAgreed, ratingsCloseAt } from './course.ts'
import { isInCarePlan } from './care.ts'
import { asRepeated } from './farming.ts'
import { rowOf, unitsIn } from './price.ts'
import { noteContribution } from './referral.ts'
import { releaseStay } from './suspense.ts'

/** Both sides of an agreement rate. */
export const PARTIES = 2

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

/** Makes the award of a `changed` agreement. The receiver's grade of the provider is the one that counts in it. */
export function settleAgreement(state: State, agreement: Agreement, at: At): void {
  const { provider, receiver, terms } = agreement
  const { minutes } = agreement.report!
  const charter = charterFor(state, agreement)
  const worth = contributionOf(charter, agreement, minutes)
  const isCare = isInCarePlan(state, provider, receiver, terms.begins)
  const contribution = isCare ? worth : asRepeated(state, charter, worth, { helper: provider, receiver }, at)
  const given = givenFor(charter, agreement, minutes)
  if (agreement.stay !== null) return settleStay(state, agreement, contribution, given, at)
  releaseHold(state, agreement, agreement.hold - given, at)
  capture(state, changedMember(state, receiver)!, 'domain', given, at)
  agreement.hold = 0n

  agreement.phase = 'settled'
  const member = changedMember(state, provider)
  const isHelp = terms.kind === 'agreement.made'
  if (isHelp) agreement.toppedUp = redeemHelp(state, charter, given, minutes, at)
  if (member !== undefined) {
    agreement.award = payAward(state, charter, member, contribution, at)
    const { milli } = agreement.award
    if (!isHelp) redeemUse(state, charter, member, { given, awarded: baseOf(milli, indexAt(state, at)) }, at)
    noteExchange(state, {
      matter: agreement.id, giver: provider, receiver, milli, minutes, form: !isHelp ? 'thing' : isCare ? 'care' : 'full',
      came: agreement.checkins.size > 0, begins: terms.begins, ends: terms.ends,
    }, at)
    return closeIfOver(state, agreement, at)
  }
  // A guest is paid in Global from the pool, by a transfer that a steward signs; here it only falls due.
  const federation = state.federation!
  const { numerator, denominator } = boundedConversion(state, charter)
  const day = globalDay(federation, at.ts)
  const globalMilli = mulDiv(contribution.milli, BigInt(numerator), BigInt(denominator))
  agreement.award = { ...contribution, day, seq: at.seq }
  agreement.guestDue = { amount: baseOf(globalMilli, globalIndex(federation, day)), xid: null }
}

/**
 * A visitor's use: what is due for it is known now, and comes from another city. The award is named and counts when it
 * has come; Domain value it is not.
 */
function settleStay(state: State, agreement: Agreement, contribution: Contribution, due: bigint, at: At): void {
  agreement.phase = 'settled'
  agreement.stay = { ...agreement.stay!, due }
  agreement.award = { ...contribution, day: domainDay(state, at.ts), seq: at.seq }
  releaseStay(state, agreement, due, at)
  countStay(state, agreement, at)
  closeIfOver(state, agreement, at)
}

/**
 * What a settled stay of a `changed` agreement was worth counts once, as a contribution and in the provider's lifetime, when
 * all that was due has come. Where nothing is due nothing counts: no city hands out standing for what came to nothing.
 */
export function countStay(state: State, agreement: Agreement, at: At): void {
  const { stay, award, provider } = agreement
  if (stay!.counted || isOwedNothing(stay!) || stay!.paid < stay!.due) return
  agreement.stay = { ...stay!, counted: true }
  const member = changedMember(state, provider)!
  noteLifetime(state, member, award!.milli)
  noteContribution(state, member, at)
}

/** What so many minutes of an agreement are worth, as far as its receiver's grade is open; nobody's counts as good. */
export function contributionOf(charter: Charter, agreement: Agreement, minutes: number): Contribution {
  const { terms, ratings, receiver, demandSet } = agreement
  const grade = ratings.get(receiver)?.grade ?? null
  if (terms.kind === 'agreement.made') return skillAward(charter, { category: terms.category, minutes, grade, people: 1 })
  const { resource, demandPerMille } = terms
  return resourceAward(charter, { resource, minutes, demandPerMille, demandSet, grade })
}

/** What of the price is given for so many minutes, base units: of help by the minute, of a use by its units. */
export function givenFor(charter: Charter, agreement: Agreement, minutes: number): bigint {
  const { terms, price } = agreement
  const agreed = minutesAgreed(agreement)
  if (terms.kind === 'agreement.made') return mulDiv(price, BigInt(minutes), BigInt(agreed))
  const row = rowOf(charter.price.table, terms.resource)
  const [used, whole] = [unitsIn(row, minutes), unitsIn(row, agreed)]
  return mulDiv(price, BigInt(used.quantity * whole.per), BigInt(used.per * whole.quantity))
}

/**
 * Takes what was given for a use out of circulation, as far as its award comes to; the difference goes where the
 * charter says. Where the award is more, all of it goes, and the rest of the award is new. Base units.
 */
function redeemUse(
  state: State, charter: Charter, provider: Member, { given, awarded }: { given: bigint; awarded: bigint }, at: At,
): void {
  const redeemed = given < awarded ? given : awarded
  state.books.redemption += redeemed
  putSpread(state, charter, provider, given - redeemed, at)
}

/** What a receiver gives beyond the award goes where the charter says; to a `changed` provider it is credited. */
export function putSpread(state: State, charter: Charter, provider: Member, amount: bigint, at: At): void {
  switch (charter.price.spread) {
    case spreads.commons:
      state.books.commons += amount
      return
    case spreads.burn:
      state.books.retire += amount
      return
    case spreads.provider:
      return credit(state, provider, 'domain', amount, at)
  }
}

const indexAt = (state: State, at: At): bigint => domainIndex(state, domainDay(state, at.ts))

/** Global for one Domain: the charter's ratio, never better than the federation's. */
export function boundedConversion(state: State, charter: Charter): { numerator: number; denominator: number } {
  const own = charter.conversion.globalPer
  const federation = state.federation
  if (federation === null) return own
  const agreed = currentDocument(federation).conversion
  const ownCrossed = BigInt(own.numerator) * BigInt(agreed.denominator)
  return ownCrossed <= BigInt(agreed.numerator) * BigInt(own.denominator) ? own : agreed
}

const isOwedNothing = ({ due }: NonNullable<Agreement['stay']>): boolean => due === 0n

const endings: readonly Agreement['phase'][] = ['cancelled', 'lapsed', 'missed', 'undecided']

/**
 * Closes an agreement that nothing can change any more: ended without an award, or settled with every grade that
 * was given opened and nobody left who may give one. One that a guest is paid for stays open, since what was
 * sent may come back; one that a visitor gives for, until it has come.
 */
export function closeIfOver(state: State, agreement: Agreement, at: At): void {
  const { phase, ratings, guestDue, stay } = agreement
  const isRated = ratings.size === PARTIES || (phase === 'settled' && at.ts >= ratingsCloseAt(state, agreement))
  const isPaid = guestDue === null && (stay === null || stay.counted || isOwedNothing(stay))
  const isDone = phase === 'settled' && isRated && !hasUnopened(agreement) && isPaid
  if (endings.includes(phase) || isDone) state.agreements.close(agreement, at.leaf)
}

/** A part of what was set aside for a `changed` agreement is the receiver's to use again. */
export function releaseHold(state: State, agreement: Agreement, amount: bigint, at: At): void {
  if (agreement.stay !== null) return
  release(state, changedMember(state, agreement.receiver)!, 'domain', amount, at)
  agreement.hold -= amount
}
