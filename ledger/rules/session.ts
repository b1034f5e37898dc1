/**
 * Group sessions: one teaches or leads, many come, and it is one award [S1549-1574].
 *
 *   open ── closed ── settled        closed by the organiser's roster; settled when all who came have graded it, or ratingDays later
 *     ├─ cancelled, by the organiser, until it begins
 *     ╰─ lapsed, holdDays after its end without a roster; missed, when nobody came
 *
 * Whoever wants to come signs up and commits to a code of their own. They were there when they check in with the code
 * that is shown in the room, or when the organiser's roster has the code that only they could have shown: so either way
 * both have said it. How many came is the formula's number of people. Whoever signed up and was not there is
 * remembered (`absence.ts`); the first time in a year costs them nothing.
 */
import type { ActionOf, Hex } from '../action.ts'
import { fromHex, toHex, utf8 } from '../bytes.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from '../changed.ts'
import { noteExchange } from '../exchanges.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, type Session, type State, termsOf } from '../state.ts'
import { absencesOf, noteAbsence, rememberAbsence } from './absence.ts'
import { checkTime } from './agreement.ts'
import { type Grade, payAward, skillAward } from './award.ts'
import { minutesBetween, noteOutcome } from './course.ts'
import { checkPassed, minutesLeft, noteHours, passedSince } from './hours.ts'
import { noteContribution } from './referral.ts'

const DAY = 86_400
/** People come early and leave late: check-ins are taken from an hour before the beginning to an hour after the end. */
const AROUND_SECONDS = 3_600
export const PLACES_MAX = 256
/** One organiser's that are announced or still being graded: a course of every week for half a year, and a few besides. */
export const SESSIONS_OPEN_MAX = 32
const PRESENCE = utf8('cv/presence\0')

/** What is recorded of a code that shows presence: its hash. */
export const presenceHash = (code: Uint8Array): Hex => toHex(sha256(PRESENCE, code))

const charterFor = (state: State, { terms }: Session) => state.charters[terms.charter]!

/** Until when those who came may grade it, and when it settles at the latest. */
export const sessionFinalAt = (state: State, session: Session): number =>
  midnightAtOrAfter(session.closedTs! + charterFor(state, session).windows.ratingDays * DAY)

export const attended = ({ people }: Session) => [...people.values()].filter(({ came }) => came)

export function checkSessionOpened(state: State, opened: ActionOf<'session.opened'>, at: At): Refusal | null {
  const fault = checkTime(state, opened, at)
  if (fault !== null) return fault
  if (minutesBetween(opened) < 1) return { code: 'bad-interval' }
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

/** The session if it is in this phase, else why not. */
function sessionIn(state: State, id: Hex, phase: Session['phase']): Session | Refusal {
  const session = state.sessions.get(id)
  if (session === undefined) return { code: 'unknown-session', session: id }
  return session.phase === phase ? session : { code: 'wrong-phase', phase: session.phase }
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
  people.set(joined.acct, { member: joined.acct, code: joined.code, came: false, grade: null })
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
  for (const { member, came } of session.people.values()) notePresence(state, member, came, at)
  if (attended(session).length === 0) return end(state, session, 'missed', at)
  session.phase = 'closed'
  noteHours(state, session.terms.acct, closed.minutes, session.terms.begins, at)
  const organiser = changedMember(state, session.terms.acct)!
  noteContribution(state, organiser, at)
  noteOutcome(organiser, at.ts, 'kept')
  // Where a grade changes nothing about the award, there is nothing to wait for.
  if (!charterFor(state, session).rating.movesAward) settleSession(state, session, at)
  else state.deadlines.set(sessionFinalAt(state, session), 'session.final', session.id)
}

function notePresence(state: State, acct: Hex, came: boolean, at: At): void {
  if (came) return noteOutcome(changedMember(state, acct), at.ts, 'kept')
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
  end(state, session, 'cancelled', at)
}

/** Openly, unlike after a help: the organiser grades nobody in return. */
export function checkSessionRated(state: State, rated: ActionOf<'session.rated'>, at: At): Refusal | null {
  const found = sessionIn(state, rated.session, 'closed')
  if ('code' in found) return found
  const person = found.people.get(rated.acct)
  if (person?.came !== true) return { code: 'not-a-party' }
  if (at.ts >= sessionFinalAt(state, found)) return { code: 'rating-closed' }
  return person.grade === null ? null : { code: 'already-rated' }
}

export function applySessionRated(state: State, rated: ActionOf<'session.rated'>, at: At): void {
  const session = state.sessions.change(rated.session)
  session.people.get(rated.acct)!.grade = rated.grade
  if (attended(session).every(({ grade }) => grade !== null)) settleSession(state, session, at)
}

/** Deadline: nobody may grade it any more. */
export function finishSession(state: State, id: Hex, at: At): void {
  const session = state.sessions.openOne(id)
  if (session?.phase === 'closed') settleSession(state, changed(session), at)
}

/** Deadline: the organiser never said who came. */
export function lapseSession(state: State, id: Hex, at: At): void {
  const session = state.sessions.openOne(id)
  if (session?.phase === 'open') end(state, changed(session), 'lapsed', at)
}

function settleSession(state: State, session: Session, at: At): void {
  const { terms: { acct, category }, minutes } = session
  const charter = charterFor(state, session)
  const people = attended(session).length
  const contribution = skillAward(charter, { category, minutes: minutes!, grade: middleGrade(session), people })
  session.award = payAward(state, charter, changedMember(state, acct)!, contribution, at)
  const { begins, ends } = session.terms
  const milli = session.award.milli / BigInt(people)
  // All of them have met the organiser, whose time it took once.
  attended(session).forEach(({ member: receiver }, i) => noteExchange(state, {
    matter: session.id, giver: acct, receiver, milli, minutes: i === 0 ? minutes! : 0, form: i === 0 ? 'full' : 'thing', came: true,
    begins, ends,
  }, at))
  end(state, session, 'settled', at)
}

/** The middle one of the grades given, of two the lower; null when nobody gave one. */
function middleGrade(session: Session): Grade | null {
  const grades = attended(session).flatMap(({ grade }) => (grade === null ? [] : [grade])).sort((a, b) => a - b)
  return grades[Math.floor((grades.length - 1) / 2)] ?? null
}

function end(state: State, session: Session, phase: Session['phase'], at: At): void {
  session.phase = phase
  state.sessions.close(session, at.leaf)
  const { acct } = session.terms
  const open = state.sessionsOpen.get(acct)! - 1
  if (open === 0) state.sessionsOpen.delete(acct)
  else state.sessionsOpen.set(acct, open)
}
