/**
 * Corrections: something was awarded that was not so. Nothing is edited: a new record says how much of it there really was
 * (minutes, the ‰ of a share, people), and the books are brought to where they would stand, by postings of their own.
 *
 * Those who were there sign it, each by a record: whose award it is, and most of the others; or stewards who are no party do,
 * as many as decide a dispute. The award keeps its factors and gets another number; what it was too much leaves the member as
 * far as it is there, and what a receiver gave too much is theirs again in full. All of it is reckoned at the index of the
 * award's own day, so that a correction which is corrected comes back to the last unit. The lifetime value follows, and of
 * what did not happen at all the contribution and the outcomes, too.
 */
import { availableOf, credit, debit } from '../value/account.ts'
import type { ActionOf, Hex } from '../action.ts'
import type { Books } from '../state/books.ts'
import { changed } from '../state/changed.ts'
import { type Charter, spreads } from '../charter/charter.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import { noteLifetime } from '../value/earning.ts'
import { noteCorrected } from '../state/exchanges.ts'
import { type Correction, correctionOf } from '../state/matters.ts'
import type { Member } from '../state/people.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, domainDay, domainIndex, type State } from '../state/state.ts'
import { type Awarded, awardedTo, correctedTo, isRefused, standingOfAward } from './awarded.ts'
import { casesOf, over } from './docket.ts'
import { checkPassed, minutesLeft, minutesLeftOn, noteHours, noteHoursOn, passedSince } from './hours.ts'
import { areEnough } from './jointly.ts'
import { putSpread } from './settling.ts'
import { checkPresent } from './status.ts'

export function checkCorrectionSigned(state: State, signed: ActionOf<'correction.signed'>, at: At): Refusal | null {
  const { corrects, member, acct, counted } = signed
  const found = awardedTo(state, corrects, member)
  if (isRefused(found)) return found
  const { others, most, counts } = found
  if (acct !== member && !others.includes(acct) && state.members.get(acct)?.steward !== true) return { code: 'not-a-party' }
  for (const party of found.receiver === null ? [member] : [member, found.receiver]) {
    const absent = checkPresent(state.members.get(party)!)
    if (absent !== null) return absent
  }
  // What was found about it would be taken, or given back, a second time.
  if (isJudged(state, member, corrects)) return { code: 'matter-in-case', matter: corrects }
  if (counted > most) return { code: counts === 'minutes' ? 'minutes-out-of-range' : 'count-out-of-range', most }
  const stands = standingOfAward(state, corrects, member)!
  if (counted === stands.counted) return { code: 'nothing-to-correct' }
  const alike = voicesOn(state, found).filter((voice) => voice.counted === counted).map(({ by }) => by)
  if (alike.includes(acct) && !isEnough(state, found, alike)) return { code: 'already-approved' }
  const tooMuch = found.passed === null ? null : checkPassed(counted, minutesBy(state, found, found.passed, stands.counted, at))
  if (tooMuch !== null) return tooMuch
  return found.receiver === null ? null : checkGiving(state, found.receiver, found.givenFor(counted) - stands.given, at)
}

/** Whether the receiver has what they would give more for it. */
function checkGiving(state: State, receiver: Hex, more: bigint, at: At): Refusal | null {
  const available = availableOf(state, state.members.get(receiver)!, 'domain', at.ts)
  if (more <= available) return null
  const index = domainIndex(state, domainDay(state, at.ts))
  return { code: 'insufficient-cv', availableMilli: nominalOf(available, index), askedMilli: nominalOf(more, index) }
}

/** How many minutes it can have been, when it stands at so many. */
function minutesBy(state: State, { member, use }: Awarded, passed: NonNullable<Awarded['passed']>, stands: number, at: At): number {
  if ('day' in passed) return stands + minutesLeftOn(state, member, passed.day, at)
  const by = passedSince(passed.begins, passed.reported)
  return use !== null ? by : Math.min(by, stands + minutesLeft(state, member, passed.begins, at))
}

/** Takes in by how many minutes more it was, or less. Of what is lent nobody's time is counted. */
function noteMinutes(state: State, { member, passed, use }: Awarded, more: number, at: At): void {
  if (passed === null) return
  if ('day' in passed) noteHoursOn(state, member, more, passed.day, at)
  else if (use === null) noteHours(state, member, more, passed.begins, at)
}

/** Whether a finding against the member stands or is appealed that is about this. */
const isJudged = (state: State, member: Hex, matter: Hex): boolean =>
  casesOf(state, member).some(({ matters, phase }) => phase !== 'open' && !over.includes(phase) && matters.includes(matter))

const voicesOn = (state: State, { matter, member }: Awarded) => state.correcting.get(correctionOf(matter, member))?.voices ?? []

export function applyCorrectionSigned(state: State, signed: ActionOf<'correction.signed'>, at: At): void {
  const { corrects, member, acct: by, counted } = signed
  const key = correctionOf(corrects, member)
  const open = changed(state.correcting.get(key) ?? { matter: corrects, member, voices: [] })
  // Who has thought better of it says another number, and only that.
  open.voices = [...open.voices.filter((voice) => voice.by !== by), { by, counted }]
  state.correcting.set(key, open)
  const awarded = awardedTo(state, corrects, member) as Awarded
  if (!isEnough(state, awarded, open.voices.filter((voice) => voice.counted === counted).map((voice) => voice.by))) return
  state.correcting.delete(key)
  correct(state, awarded, standingOfAward(state, corrects, member)!, correctedTo(state, awarded, counted, at.seq), at)
}

/** Whose award it is and more than half of the others; or as many stewards who are no party as decide a dispute. */
function isEnough(state: State, { member, others, parties }: Awarded, by: Hex[]): boolean {
  const there = others.filter((acct) => by.includes(acct)).length
  if (by.includes(member) && 2 * there > others.length) return true
  return areEnough(state, parties, by)
}

function correct(state: State, awarded: Awarded, before: Correction, after: Correction, at: At): void {
  const member = changedMember(state, awarded.member)!
  const toppedUp = awarded.receiver === null ? 0n : giveBack(state, awarded.use, member, changedMember(state, awarded.receiver)!, before, after, at)
  // What is not there any more is not taken, now or later; and what was not taken is not given twice.
  const owed = after.base - before.base
  const moved = owed >= 0n ? owed : -least(-owed, availableOf(state, member, 'domain', at.ts))
  if (moved >= 0n) credit(state, member, 'domain', moved, at)
  else debit(state, member, 'domain', -moved, at)
  state.books.issuance -= moved
  noteLifetime(state, member, after.award.milli - before.award.milli)
  noteMinutes(state, awarded, after.counted - before.counted, at)
  if (after.counted === 0 || before.counted === 0) noteHappened(state, awarded, member, after.counted > 0)
  const { matter, award, counts } = awarded
  const minutes = counts === 'minutes' ? after.counted : null
  noteCorrected(state, { matter, giver: member.acct, day: award.day, milli: after.award.milli, minutes }, at)
  const key = correctionOf(matter, member.acct)
  const known = state.corrections.get(key)
  const standing = { ...after, base: before.base + moved, toppedUp }
  if (known === undefined) state.corrections.set(key, standing)
  else Object.assign(changed(known), standing)
}

/** The contribution and the outcomes of something that did happen after all, or did not. */
function noteHappened(state: State, { keptBy, keptTs }: Awarded, member: Member, happened: boolean): void {
  member.contributions += happened ? 1 : -1
  for (const acct of keptBy) {
    const kept = changedMember(state, acct)?.track.kept
    if (happened) kept?.putBack(keptTs)
    else kept?.takeOut(keptTs)
  }
}

/** Brings what the receiver gave, and where it went, to what it should have been; what the commons has added to it by now. */
function giveBack(
  state: State, use: Charter | null, provider: Member, receiver: Member, before: Correction, after: Correction, at: At,
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
