/**
 * Corrections: something was awarded that was not so. Nothing is edited: a new record says for how long it was, and the
 * books are brought to where they would stand, by postings of their own.
 *
 * Both people sign it, each by a record; or stewards who are no party do, as many as decide a dispute. The award keeps its
 * factors and gets another number of minutes; what it was too much leaves the provider as far as it is there, and what
 * the receiver gave too much is theirs again in full. All of it is reckoned at the index of the award's own day, so
 * that a correction which is corrected comes back to the last unit. The lifetime value follows, and of what did not happen
 * at all the contribution and the outcomes, too.
 */
import { availableOf, credit, debit } from '../account.ts'
import type { ActionOf, Hex } from '../action.ts'
import { mulDiv } from '../amount.ts'
import { changed } from '../changed.ts'
import { type Charter, spreads } from '../charter.ts'
import { baseOf, nominalOf } from '../decay.ts'
import { noteLifetime } from '../earning.ts'
import { productOf } from '../reckoning.ts'
import type { Refusal } from '../refusal.ts'
import {
  type At, type Award, type Books, changedMember, type Correction, domainDay, domainIndex, type Member, type State,
} from '../state.ts'
import { casesOf, over } from './case.ts'
import { charterFor, minutesAgreed } from './course.ts'
import { neutralStewardsNeeded } from './dispute.ts'
import { checkPassed, minutesLeft, minutesLeftOn, noteHours, noteHoursOn, passedSince } from './hours.ts'
import { contributionOf, givenFor, putSpread } from './settling.ts'
import { checkPresent } from './status.ts'

const MINUTES_A_DAY = 1_440

/** What was agreed or written down, and awarded: all of it that a correction asks about. */
type Matter = {
  provider: Hex
  receiver: Hex
  minutes: number
  /** The most it can have been. */
  most: number
  confirmedTs: number
  award: Award
  toppedUp: bigint
  /** When it was: on one UTC day; or from its beginning on, as far as that had passed when it was reported. */
  when: { day: number } | { begins: number; reported: number }
  /** What the award counts, and what the receiver gives, for so many minutes. */
  quantityFor(minutes: number): number
  givenFor(minutes: number): bigint
  /** Of a use, the charter it was signed under. */
  use: Charter | null
}

/** What stands of a matter: as it was settled, or as it was corrected last; null where nothing was awarded. */
export function standingOfMatter(state: State, id: Hex): Correction | null {
  const matter = state.corrections.get(id) === undefined ? settledMatter(state, id) : null
  if (matter === null) return state.corrections.get(id)!
  return 'code' in matter ? null : correctedTo(state, id, matter, matter.minutes, matter.award.seq)
}

function settledMatter(state: State, id: Hex): Matter | Refusal {
  const help = state.helps.get(id)
  if (help !== undefined) {
    const { award, given, toppedUp, confirmedTs, terms: { helper: provider, receiver, minutes } } = help
    if (award === null) return { code: 'wrong-phase', phase: help.phase }
    return {
      provider, receiver, minutes, most: MINUTES_A_DAY, confirmedTs: confirmedTs!, award, toppedUp, quantityFor: (minutes) => minutes,
      givenFor: (so) => mulDiv(given, BigInt(so), BigInt(minutes)), when: { day: help.terms.day }, use: null,
    }
  }
  const agreement = state.agreements.get(id)
  if (agreement === undefined) return { code: 'unknown-agreement', agreement: id }
  const { terms, provider, receiver, award, toppedUp, confirmedTs } = agreement
  if (award === null) return { code: 'wrong-phase', phase: agreement.phase }
  // What was sent to another city, or came from there, is not taken back by a record of this one.
  if (!state.members.has(provider) || !state.members.has(receiver)) return { code: 'not-for-guests', kind: 'correction.signed' }
  const charter = charterFor(state, agreement)
  return {
    provider, receiver, minutes: agreement.report!.minutes, most: minutesAgreed(agreement), confirmedTs: confirmedTs!, award, toppedUp,
    quantityFor: (minutes) => contributionOf(charter, agreement, minutes).quantity,
    givenFor: (minutes) => givenFor(charter, agreement, minutes),
    when: { begins: terms.begins, reported: agreement.report!.ts }, use: terms.kind === 'booking.made' ? charter : null,
  }
}

/** What it comes to for so many minutes: the award's own factors, at the index of its own day. */
function correctedTo(state: State, id: Hex, matter: Matter, minutes: number, seq: number): Correction {
  const { award, toppedUp } = matter
  const quantity = matter.quantityFor(minutes)
  const corrected = { ...award, quantity, milli: productOf({ ...award, quantity }), seq }
  return {
    id, minutes, award: corrected, base: baseOf(corrected.milli, domainIndex(state, award.day)), given: matter.givenFor(minutes),
    toppedUp: mulDiv(toppedUp, BigInt(minutes), BigInt(matter.minutes)), seq,
  }
}

export function checkCorrectionSigned(state: State, signed: ActionOf<'correction.signed'>, at: At): Refusal | null {
  const { corrects, acct, minutes } = signed
  const matter = settledMatter(state, corrects)
  if ('code' in matter) return matter
  const { provider, receiver, most } = matter
  const isTheirs = acct === provider || acct === receiver
  if (!isTheirs && !state.members.get(acct)!.steward) return { code: 'not-a-party' }
  for (const party of [provider, receiver]) {
    const absent = checkPresent(state.members.get(party)!)
    if (absent !== null) return absent
  }
  // What was found about it would be taken, or given back, a second time.
  if (isJudged(state, provider, corrects)) return { code: 'matter-in-case', matter: corrects }
  if (minutes > most) return { code: 'minutes-out-of-range', most }
  const stands = standingOfMatter(state, corrects)!
  if (minutes === stands.minutes) return { code: 'nothing-to-correct' }
  if (voicesOn(state, corrects).some((voice) => voice.by === acct && voice.minutes === minutes)) return { code: 'already-approved' }
  const tooMuch = checkPassed(minutes, minutesBy(state, matter, stands.minutes, at))
  if (tooMuch !== null) return tooMuch
  const more = correctedTo(state, corrects, matter, minutes, at.seq).given - stands.given
  const available = availableOf(state, state.members.get(receiver)!, 'domain', at.ts)
  if (more <= available) return null
  const index = domainIndex(state, domainDay(state, at.ts))
  return { code: 'insufficient-cv', availableMilli: nominalOf(available, index), askedMilli: nominalOf(more, index) }
}

/** How many minutes it can have been, when it stands at so many. */
function minutesBy(state: State, { provider, when, use }: Matter, stands: number, at: At): number {
  if ('day' in when) return stands + minutesLeftOn(state, provider, when.day, at)
  const passed = passedSince(when.begins, when.reported)
  return use !== null ? passed : Math.min(passed, stands + minutesLeft(state, provider, when.begins, at))
}

/** Takes in by how many minutes more it was, or less. Of what is lent nobody's time is counted. */
function noteMinutes(state: State, { provider, when, use }: Matter, more: number, at: At): void {
  if ('day' in when) noteHoursOn(state, provider, more, when.day, at)
  else if (use === null) noteHours(state, provider, more, when.begins, at)
}

/** Whether a finding against the provider stands or is appealed that is about this. */
const isJudged = (state: State, provider: Hex, matter: Hex): boolean =>
  casesOf(state, provider).some(({ matters, phase }) => phase !== 'open' && !over.includes(phase) && matters.includes(matter))

const voicesOn = (state: State, matter: Hex) => state.correcting.get(matter)?.voices ?? []

export function applyCorrectionSigned(state: State, signed: ActionOf<'correction.signed'>, at: At): void {
  const { corrects, acct: by, minutes } = signed
  const open = changed(state.correcting.get(corrects) ?? { matter: corrects, voices: [] })
  // Who has thought better of it says another number, and only that.
  open.voices = [...open.voices.filter((voice) => voice.by !== by), { by, minutes }]
  state.correcting.set(corrects, open)
  const matter = settledMatter(state, corrects) as Matter
  if (!isEnough(state, matter, open.voices.filter((voice) => voice.minutes === minutes).map((voice) => voice.by))) return
  state.correcting.delete(corrects)
  correct(state, matter, standingOfMatter(state, corrects)!, correctedTo(state, corrects, matter, minutes, at.seq), at)
}

/** Both of the two, or as many stewards who are neither as decide a dispute. */
function isEnough(state: State, { provider, receiver }: Matter, by: Hex[]): boolean {
  if (by.includes(provider) && by.includes(receiver)) return true
  const neutral = by.filter((acct) => acct !== provider && acct !== receiver && state.members.get(acct)?.steward === true)
  return neutral.length > 0 && neutral.length >= neutralStewardsNeeded(state, { provider, receiver })
}

function correct(state: State, matter: Matter, before: Correction, after: Correction, at: At): void {
  const provider = changedMember(state, matter.provider)!
  const receiver = changedMember(state, matter.receiver)!
  const toppedUp = giveBack(state, matter, provider, receiver, before, after, at)
  // What is not there any more is not taken, now or later; and what was not taken is not given twice.
  const owed = after.base - before.base
  const moved = owed >= 0n ? owed : -least(-owed, availableOf(state, provider, 'domain', at.ts))
  if (moved >= 0n) credit(state, provider, 'domain', moved, at)
  else debit(state, provider, 'domain', -moved, at)
  state.books.issuance -= moved
  noteLifetime(state, provider, after.award.milli - before.award.milli)
  noteMinutes(state, matter, after.minutes - before.minutes, at)
  if (after.minutes === 0 || before.minutes === 0) noteHappened(matter, provider, receiver, after.minutes > 0)
  const known = state.corrections.get(after.id)
  const standing = { ...after, base: before.base + moved, toppedUp }
  if (known === undefined) state.corrections.set(after.id, standing)
  else Object.assign(changed(known), standing)
}

/** The contribution and the outcomes of something that did happen after all, or did not. */
function noteHappened({ confirmedTs }: Matter, provider: Member, receiver: Member, happened: boolean): void {
  provider.contributions += happened ? 1 : -1
  for (const { track } of [provider, receiver]) {
    if (happened) track.kept.putBack(confirmedTs)
    else track.kept.takeOut(confirmedTs)
  }
}

/** Brings what the receiver gave, and where it went, to what it should have been; what the commons has added to it by now. */
function giveBack(
  state: State, { use }: Matter, provider: Member, receiver: Member, before: Correction, after: Correction, at: At,
): bigint {
  const { books } = state
  const more = after.given - before.given
  if (more > 0n) debit(state, receiver, 'domain', more, at)
  else credit(state, receiver, 'domain', -more, at)
  if (use === null) {
    const added = after.toppedUp - before.toppedUp
    const fromCommons = added > 0n ? takeFrom(books, 'commons', added) : added
    if (added < 0n) books.commons -= added
    redeem(books, more + fromCommons)
    return before.toppedUp + fromCommons
  }
  const awardedBefore = baseOf(before.award.milli, domainIndex(state, before.award.day))
  const redeemed = least(after.given, after.base) - least(before.given, awardedBefore)
  redeem(books, redeemed)
  const spread = more - redeemed
  if (spread >= 0n) putSpread(state, use, provider, spread, at)
  else drawSpread(state, use, provider, -spread, at)
  return after.toppedUp
}

/** Out of circulation, or back from there; what another correction has drawn of it already is issued anew. */
function redeem(books: Books, amount: bigint): void {
  if (amount >= 0n) books.redemption += amount
  else books.issuance += amount + takeFrom(books, 'redemption', -amount)
}

/** From where the difference went; what is not there any more, from what is redeemed, and then anew. */
function drawSpread(state: State, charter: Charter, provider: Member, amount: bigint, at: At): void {
  const { books } = state
  let left = amount
  if (charter.price.spread === spreads.provider) {
    const taken = least(left, availableOf(state, provider, 'domain', at.ts))
    debit(state, provider, 'domain', taken, at)
    left -= taken
  } else {
    left -= takeFrom(books, charter.price.spread === spreads.commons ? 'commons' : 'retire', left)
  }
  left -= takeFrom(books, 'redemption', left)
  books.issuance -= left
}

function takeFrom(books: Books, book: 'commons' | 'retire' | 'redemption', amount: bigint): bigint {
  const taken = least(amount, books[book])
  books[book] -= taken
  return taken
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other)
