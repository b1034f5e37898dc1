/**
 * 记一次帮助, the short form: one neighbour writes down what happened, the other says yes.
 *
 * The two signatures stand for presence; there is no rating and it counts as good, and the award is made
 * at the confirmation. Unlike a report under an agreement, an unanswered record does not confirm itself:
 * here nobody had agreed to anything before, so silence would let one person write value into being by
 * naming somebody who never looks. It lapses after `shortFormDays`.
 */
import { debit } from '../value/account.ts'
import { type ActionOf, type Hex, termsOf } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import { noteExchange } from '../state/exchanges.ts'
import type { Help } from '../state/matters.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, type State } from '../state/state.ts'
import { noteOutcome } from './course.ts'
import { actOn } from './behalf.ts'
import { payAward, priceOfHelp, redeemHelp, skillAward } from './award.ts'
import { isInCarePlan } from './care.ts'
import { asRepeated } from './farming.ts'
import { checkHere, checkPassed, DAYS_BACK_MAX, minutesLeftOn, noteHoursOn } from './hours.ts'
import { noteContribution } from './referral.ts'
import { checkGiver, checkMember } from './status.ts'
import { noteVoice } from './regard.ts'

const DAY = 86_400
const MINUTES_MAX = 24 * 60

export function checkHelpRecorded(state: State, recorded: ActionOf<'help.recorded'>, at: At): Refusal | null {
  return checkRecordable(state, recorded, at)
}

/** Whether `acct`, who is one of the two, may have this written down. */
export function checkRecordable(state: State, help: Pick<Help['terms'], 'acct' | 'helper' | 'receiver' | 'minutes' | 'day'>, at: At): Refusal | null {
  const { helper, receiver, acct, minutes, day } = help
  if (helper === receiver) return { code: 'same-person' }
  if (acct !== helper && acct !== receiver) return { code: 'not-a-party' }
  for (const person of [helper, receiver]) {
    const absent = checkMember(state, person)
    if (absent !== null) return absent
  }
  if (minutes < 1 || minutes > MINUTES_MAX) return { code: 'minutes-out-of-range', most: MINUTES_MAX }
  const today = utcDayOf(at.ts)
  // One day ahead: it is already tomorrow for a neighbour east of Greenwich.
  if (day > today + 1) return { code: 'day-in-future' }
  if (day < today - DAYS_BACK_MAX) return { code: 'day-too-old', oldest: today - DAYS_BACK_MAX }
  return checkHere(state, [helper, receiver], day) ?? checkDay(state, help, at)
}

/** Why a help that somebody wrote down is not awarded: there was no time for it, or its helper has been shut out since. */
export const checkAwardable = (state: State, { terms }: Help, at: At): Refusal | null =>
  checkDay(state, terms, at) ?? checkGiver(state, terms.helper)

/** Whether the helper can have helped for so long on that day, besides all else they did. */
const checkDay = (state: State, { helper, minutes, day }: Pick<Help['terms'], 'helper' | 'minutes' | 'day'>, at: At): Refusal | null =>
  checkPassed(minutes, minutesLeftOn(state, helper, day, at))

export function applyHelpRecorded(state: State, recorded: ActionOf<'help.recorded'>, at: At): void {
  openHelp(state, termsOf(recorded), at)
}

/** Takes in what one of the two has said, for the other to answer. */
export function openHelp(state: State, terms: Help['terms'], at: At): void {
  state.helps.open({
    id: terms.id, terms, recordedTs: at.ts, phase: 'recorded', confirmedTs: null, given: 0n, toppedUp: 0n,
    award: null,
  })
  state.deadlines.set(at.ts + charterOf(state).windows.shortFormDays * DAY, 'help.lapse', terms.id)
}

export function checkHelpConfirmed(state: State, confirmed: ActionOf<'help.confirmed'>, at: At): Refusal | null {
  return checkAnswer(state, confirmed) ?? checkAwardable(state, state.helps.get(confirmed.help)!, at)
}

export function applyHelpConfirmed(state: State, confirmed: ActionOf<'help.confirmed'>, at: At): void {
  const help = state.helps.change(confirmed.help)
  noteVoice(state, help.terms.acct, confirmed.acct, true, at.ts)
  completeHelp(state, help, actOn(state, help.terms.acct, help.id) !== undefined, at)
}

/** Both have said so, of a `changed` help. `came`: a slip or a steward stands for their having met. */
export function completeHelp(state: State, help: Help, came: boolean, at: At): void {
  const { category, minutes, day } = help.terms
  const helper = changed(state.members.get(help.terms.helper)!)
  const receiver = changed(state.members.get(help.terms.receiver)!)
  const charter = charterOf(state)
  help.phase = 'confirmed'
  help.confirmedTs = at.ts
  noteHoursOn(state, helper.acct, minutes, day, at)

  help.given = priceOfHelp(state, charter, receiver, minutes, at)
  debit(state, receiver, 'domain', help.given, at)
  help.toppedUp = redeemHelp(state, charter, help.given, minutes, at)
  const begins = day * DAY
  const isCare = isInCarePlan(state, helper.acct, receiver.acct, begins + DAY - 1)
  const worth = skillAward(charter, { category, minutes, grade: null, people: 1 })
  const award = isCare ? worth : asRepeated(state, charter, worth, help.terms, at)
  help.award = payAward(state, charter, helper, award, at)
  noteContribution(state, helper, at)
  noteExchange(state, {
    matter: help.id, giver: helper.acct, receiver: receiver.acct, milli: help.award.milli, minutes, form: isCare ? 'care' : 'short',
    came, begins, ends: begins + DAY,
  }, at)
  noteOutcome(helper, at.ts, 'kept')
  noteOutcome(receiver, at.ts, 'kept')
  state.helps.close(help, at.leaf)
}

export function checkHelpDeclined(state: State, declined: ActionOf<'help.declined'>, _at: At): Refusal | null {
  return checkAnswer(state, declined)
}

export function applyHelpDeclined(state: State, declined: ActionOf<'help.declined'>, at: At): void {
  const help = state.helps.change(declined.help)
  noteVoice(state, help.terms.acct, declined.acct, false, at.ts)
  end(state, help, 'declined', at)
}

function checkAnswer(state: State, answer: ActionOf<'help.confirmed'> | ActionOf<'help.declined'>): Refusal | null {
  const help = state.helps.get(answer.help)
  if (help === undefined) return { code: 'unknown-help', help: answer.help }
  if (answer.acct === help.terms.acct) return { code: 'own-report' }
  if (answer.acct !== otherParty(help)) return { code: 'not-a-party' }
  return help.phase === 'recorded' ? null : { code: 'wrong-phase', phase: help.phase }
}

/** A help that waits for an answer, or why there is none. */
export function checkUnanswered(state: State, id: Hex): Help | Refusal {
  const help = state.helps.get(id)
  if (help === undefined) return { code: 'unknown-help', help: id }
  return help.phase === 'recorded' ? help : { code: 'wrong-phase', phase: help.phase }
}

/** Whoever did not write it down. */
export const otherParty = ({ terms }: Help): Hex => (terms.acct === terms.helper ? terms.receiver : terms.helper)

/** Deadline: nobody said yes. */
export function lapseHelp(state: State, id: Hex, at: At): void {
  const help = state.helps.openOne(id)
  if (help !== undefined) end(state, help, 'lapsed', at)
}

function end(state: State, help: Help, phase: 'declined' | 'lapsed', at: At): void {
  help.phase = phase
  state.helps.close(help, at.leaf)
}
