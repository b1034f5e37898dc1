/**
 * Group sessions: one teaches or leads, many come, and it is one award [S1549-1574].
 *
 *   open ── closed ── settled        closed by the organiser's roster; settled with the grades of who came (`grading.ts`)
 *     ├─ cancelled, by the organiser, until it begins
 *     ╰─ lapsed, holdDays after its end without a roster; missed, when nobody came
 *
 * Whoever wants to come signs up and commits to a code of their own. They were there when they check in with the code
 * that is shown in the room, or when the organiser's roster has the code that only they could have shown: so either way
 * both have said it. How many came is the formula's number of people. It is announced before, or by the day after it began
 * at the latest: what nobody could have come to has no list of who came. Whoever signed up and was not there is
 * remembered (`absence.ts`); the first time in a year costs them nothing.
 */
import { type ActionOf, type Hex, termsOf } from '../action.ts'
import { fromHex, toHex, utf8 } from '../bytes.ts'
import { utcDayOf } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import { noteMissed } from '../state/exchanges.ts'
import type { Session } from '../state/matters.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, type State } from '../state/state.ts'
import { absencesOf, noteAbsence, rememberAbsence } from './absence.ts'
import { checkTime } from './agreement.ts'
import { minutesBetween, noteOutcome } from './course.ts'
import { attended, charterFor, endSession, gradesCloseAt, sessionIn, settleSession } from './grading.ts'
import { checkPassed, minutesLeft, noteHours, passedSince } from './hours.ts'
import { noteContribution } from './referral.ts'

const DAY = 86_400
/** People come early and leave late: check-ins are taken from an hour before the beginning to an hour after the end. */
const AROUND_SECONDS = 3_600
/** So many UTC days after the one on which it began, a session can still be opened: what began yesterday evening. */
const OPENED_DAYS_AFTER = 1
export const PLACES_MAX = 256
/** One organiser's that are announced or still being graded: a course of every week for half a year, and a few besides. */
export const SESSIONS_OPEN_MAX = 32
const PRESENCE = utf8('cv/presence\0')

/** When a session may have begun, at the earliest, that is opened at `ts`: the midnight that UTC's yesterday began with. Seconds. */
export const earliestBegins = (ts: number): number => (utcDayOf(ts) - OPENED_DAYS_AFTER) * DAY

/** What is recorded of a code that shows presence: its hash. */
export const presenceHash = (code: Uint8Array): Hex => toHex(sha256(PRESENCE, code))

export function checkSessionOpened(state: State, opened: ActionOf<'session.opened'>, at: At): Refusal | null {
  const fault = checkTime(state, opened, [opened.acct], at)
  if (fault !== null) return fault
  if (minutesBetween(opened) < 1) return { code: 'bad-interval' }
  const earliest = earliestBegins(at.ts)
  if (opened.begins < earliest) return { code: 'begins-too-early', earliest }
  if (opened.places < 1 || opened.places > PLACES_MAX) return { code: 'limit-reached', most: PLACES_MAX }
  const open = state.sessionsOpen.get(opened.acct) ?? 0
  return open < SESSIONS_OPEN_MAX ? null : { code: 'limit-reached', most: SESSIONS_OPEN_MAX }
}

export function applySessionOpened(state: State, opened: ActionOf<'session.opened'>, at: At): void {
  const session: Session = {
    id: opened.id, terms: termsOf(opened), made: at.ts, phase: 'open', people: new Map(), minutes: null, closedTs: null, award: null,
  }
  state.sessions.open(session)
  state.sessionsOpen.set(opened.acct, (state.sessionsOpen.get(opened.acct) ?? 0) + 1)
  const lapses = opened.ends + charterFor(state, session).windows.holdDays * DAY
  state.deadlines.set(lapses, 'session.lapse', opened.id)
}

export function checkSessionJoined(state: State, joined: ActionOf<'session.joined'>, at: At): Refusal | null {
  const found = sessionIn(state, joined.session, 'open')
  if ('code' in found) return found
  const { acct: organiser, ends, places } = found.terms
  if (joined.acct === organiser) return { code: 'same-person' }
  if (at.ts >= ends) return { code: 'already-over', ended: ends }
  if (found.people.has(joined.acct)) return { code: 'already-joined' }
  return found.people.size < places ? null : { code: 'limit-reached', most: places }
}

export function applySessionJoined(state: State, joined: ActionOf<'session.joined'>, _at: At): void {
  const { people } = state.sessions.change(joined.session)
  people.set(joined.acct, { member: joined.acct, code: joined.code, came: false, commitment: null, grade: null })
}

export function checkSessionCheckin(state: State, checkin: ActionOf<'session.checkedin'>, at: At): Refusal | null {
  const found = sessionIn(state, checkin.session, 'open')
  if ('code' in found) return found
  const { begins, ends, code } = found.terms
  const person = found.people.get(checkin.acct)
  if (person === undefined) return { code: 'not-joined', member: checkin.acct }
  if (at.ts < begins - AROUND_SECONDS) return { code: 'not-begun', begins }
  if (at.ts >= ends + AROUND_SECONDS) return { code: 'already-over', ended: ends }
  if (presenceHash(fromHex(checkin.code)!) !== code) return { code: 'other-code' }
  return person.came ? { code: 'already-checked-in' } : null
}

export function applySessionCheckin(state: State, checkin: ActionOf<'session.checkedin'>, _at: At): void {
  state.sessions.change(checkin.session).people.get(checkin.acct)!.came = true
}

/** The organiser says how long it was, and brings the codes of those who have not checked in themselves. */
export function checkSessionClosed(state: State, closed: ActionOf<'session.closed'>, at: At): Refusal | null {
  const found = sessionIn(state, closed.session, 'open')
  if ('code' in found) return found
  if (closed.acct !== found.terms.acct) return { code: 'not-a-party' }
  const { begins } = found.terms
  if (at.ts < begins) return { code: 'not-begun', begins }
  const most = minutesBetween(found.terms)
  if (closed.minutes < 1 || closed.minutes > most) return { code: 'minutes-out-of-range', most }
  for (const { member, code } of closed.roster) {
    const person = found.people.get(member)
    if (person === undefined) return { code: 'not-joined', member }
    if (presenceHash(fromHex(code)!) !== person.code) return { code: 'other-code' }
  }
  return checkPassed(closed.minutes, Math.min(passedSince(begins, at.ts), minutesLeft(state, closed.acct, begins, at)))
}

export function applySessionClosed(state: State, closed: ActionOf<'session.closed'>, at: At): void {
  const session = state.sessions.change(closed.session)
  for (const { member } of closed.roster) session.people.get(member)!.came = true
  session.minutes = closed.minutes
  session.closedTs = at.ts
  for (const { member, came } of session.people.values()) notePresence(state, session.id, member, came, at)
  if (attended(session).length === 0) return endSession(state, session, 'missed', at)
  session.phase = 'closed'
  noteHours(state, session.terms.acct, closed.minutes, session.terms.begins, at)
  const organiser = changedMember(state, session.terms.acct)!
  noteContribution(state, organiser, at)
  noteOutcome(organiser, at.ts, 'kept')
  // Where a grade changes nothing about the award, there is nothing to wait for.
  if (!charterFor(state, session).rating.movesAward) settleSession(state, session, at)
  else state.deadlines.set(gradesCloseAt(state, session), 'session.grades', session.id)
}

function notePresence(state: State, session: Hex, acct: Hex, came: boolean, at: At): void {
  if (came) return noteOutcome(changedMember(state, acct), at.ts, 'kept')
  noteMissed(state, session, acct, at)
  const isFirst = absencesOf(state, acct, at.ts).length === 0
  if (isFirst) rememberAbsence(state, acct, at)
  else noteAbsence(state, acct, at)
}

export function checkSessionCancelled(state: State, cancelled: ActionOf<'session.cancelled'>, at: At): Refusal | null {
  const found = sessionIn(state, cancelled.session, 'open')
  if ('code' in found) return found
  if (cancelled.acct !== found.terms.acct) return { code: 'not-a-party' }
  const { begins } = found.terms
  return at.ts < begins ? null : { code: 'already-over', ended: begins }
}

export function applySessionCancelled(state: State, cancelled: ActionOf<'session.cancelled'>, at: At): void {
  const session = state.sessions.change(cancelled.session)
  const free = session.terms.begins - charterFor(state, session).windows.freeCancelHours * 3_600
  const isLate = at.ts > free && session.made < free && session.people.size > 0
  if (isLate) noteOutcome(changedMember(state, cancelled.acct), at.ts, 'broken')
  endSession(state, session, 'cancelled', at)
}

/** Deadline: the organiser never said who came. */
export function lapseSession(state: State, id: Hex, at: At): void {
  const session = state.sessions.openOne(id)
  if (session?.phase === 'open') endSession(state, changed(session), 'lapsed', at)
}
