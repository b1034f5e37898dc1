/**
 * Settling: what an agreement comes to. The price for what really happened leaves the receiver, the rest of what was
 * set aside is theirs again, and the provider's award is made; then, when nothing can change it any more, it closes.
 */
import { capture, release } from '../account.ts'
import type { Hex } from '../action.ts'
import { mulDiv } from '../amount.ts'
import { changed } from '../changed.ts'
import type { Charter } from '../charter.ts'
import { baseOf } from '../decay.ts'
import { noteExchange } from '../exchanges.ts'
import { type Agreement, type At, changedMember, currentDocument, globalDay, globalIndex, type State } from '../state.ts'
import { payAward, redeemHelp, skillAward } from './award.ts'
import { charterFor, minutesAgreed, ratingsCloseAt } from './course.ts'
import { asRepeated } from './farming.ts'

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
  const grade = agreement.ratings.get(receiver)?.grade ?? null
  const worth = skillAward(charter, { category: terms.category, minutes, grade, people: 1 })
  const award = asRepeated(state, charter, worth, { helper: provider, receiver }, at)

  const given = mulDiv(agreement.price, BigInt(minutes), BigInt(minutesAgreed(agreement)))
  releaseHold(state, agreement, agreement.hold - given, at)
  capture(state, changedMember(state, receiver)!, 'domain', given, at)
  agreement.hold = 0n
  agreement.toppedUp = redeemHelp(state, charter, given, minutes, at)

  agreement.phase = 'settled'
  const member = changedMember(state, provider)
  if (member !== undefined) {
    agreement.award = payAward(state, charter, member, award, at)
    const { milli } = agreement.award
    noteExchange(state, {
      matter: agreement.id, giver: provider, receiver, milli, minutes, form: 'full', came: agreement.checkins.size > 0,
      begins: terms.begins, ends: terms.ends,
    }, at)
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

const endings: readonly Agreement['phase'][] = ['cancelled', 'lapsed', 'missed', 'undecided']

/**
 * Closes an agreement that nothing can change any more: ended without an award, or settled with every grade that
 * was given opened and nobody left who may give one. One that a guest is paid for stays open, since what was
 * sent may come back.
 */
export function closeIfOver(state: State, agreement: Agreement, at: At): void {
  const { phase, ratings, guestDue } = agreement
  const isRated = ratings.size === PARTIES || (phase === 'settled' && at.ts >= ratingsCloseAt(state, agreement))
  const isDone = phase === 'settled' && isRated && !hasUnopened(agreement) && guestDue === null
  if (endings.includes(phase) || isDone) state.agreements.close(agreement, at.leaf)
}

/** A part of what was set aside for a `changed` agreement is the receiver's to use again. */
export function releaseHold(state: State, agreement: Agreement, amount: bigint, at: At): void {
  release(state, changedMember(state, agreement.receiver)!, 'domain', amount, at)
  agreement.hold -= amount
}
