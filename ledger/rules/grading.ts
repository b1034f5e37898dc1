/**
 * How a session was: those who came say so, blind, and its award is made [S1563-1572].
 *
 * Each commits to a grade by its salted hash, as after an agreement (`rating.ts`), and the hub opens them when all have
 * spoken or nobody can any more: so nobody says what the one before them said. The middle one counts. Nobody grades those
 * who came in return, and a grade of many together is no member's own: it moves the award and nothing else.
 */
import type { ActionOf, Hex } from '../action.ts'
import { toHex } from '../bytes.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Charter } from '../charter/charter.ts'
import { noteExchange } from '../state/exchanges.ts'
import type { Session } from '../state/matters.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, type State } from '../state/state.ts'
import { type Grade, payAward, skillAward } from './award.ts'
import { isInCarePlan } from './care.ts'
import { asRepeated } from './farming.ts'
import { gradeCommitment } from './rating.ts'

const DAY = 86_400

/** The charter that a session was announced under. */
export const charterFor = (state: State, { terms }: Session): Charter => state.charters[terms.charter]!

/** The midnight from which nobody may grade it any more, and what there is may be opened. */
export const gradesCloseAt = (state: State, session: Session): number =>
  midnightAtOrAfter(session.closedTs! + charterFor(state, session).windows.ratingDays * DAY)

/** The session if it is in this phase, else why not. */
export function sessionIn(state: State, id: Hex, phase: Session['phase']): Session | Refusal {
  const session = state.sessions.get(id)
  if (session === undefined) return { code: 'unknown-session', session: id }
  return session.phase === phase ? session : { code: 'wrong-phase', phase: session.phase }
}

export const attended = ({ people }: Session) => [...people.values()].filter(({ came }) => came)

export function checkGradeCommitted(state: State, committed: ActionOf<'grade.committed'>, at: At): Refusal | null {
  const found = sessionIn(state, committed.session, 'closed')
  if ('code' in found) return found
  const person = found.people.get(committed.acct)
  if (person?.came !== true) return { code: 'not-a-party' }
  if (person.commitment !== null) return { code: 'already-rated' }
  return at.ts < gradesCloseAt(state, found) ? null : { code: 'rating-closed' }
}

export function applyGradeCommitted(state: State, committed: ActionOf<'grade.committed'>, _at: At): void {
  state.sessions.change(committed.session).people.get(committed.acct)!.commitment = committed.commitment
}

export function checkGradeOpened(state: State, opened: ActionOf<'grade.opened'>, at: At): Refusal | null {
  const found = sessionIn(state, opened.session, 'closed')
  if ('code' in found) return found
  const person = found.people.get(opened.rater)
  if (person === undefined || person.commitment === null) return { code: 'no-commitment' }
  if (person.grade !== null) return { code: 'already-rated' }
  if (toHex(gradeCommitment(opened.salt, opened.grade)) !== person.commitment) return { code: 'other-commitment' }
  return mayOpenGrades(state, found, at.ts) ? null : { code: 'too-early', opens: gradesCloseAt(state, found) }
}

/** All who came have spoken, or nobody can any more. */
export const mayOpenGrades = (state: State, session: Session, ts: number): boolean =>
  attended(session).every(({ commitment }) => commitment !== null) || ts >= gradesCloseAt(state, session)

export function applyGradeOpened(state: State, opened: ActionOf<'grade.opened'>, at: At): void {
  const session = state.sessions.change(opened.session)
  session.people.get(opened.rater)!.grade = opened.grade
  if (!hasUnopenedGrades(session)) settleSession(state, session, at)
}

/** Committed to, and not opened yet. */
export const hasUnopenedGrades = ({ people }: Session): boolean =>
  [...people.values()].some(({ commitment, grade }) => commitment !== null && grade === null)

/** Deadline: nobody may grade it any more. What is committed and unopened gets one more day to be opened. */
export function closeGrades(state: State, id: Hex, at: At): void {
  const session = state.sessions.openOne(id)
  if (session?.phase !== 'closed') return
  if (hasUnopenedGrades(session)) state.deadlines.set(at.ts + 1, 'session.final', id)
  else settleSession(state, changed(session), at)
}

/** Deadline: a grade that was never opened is none. */
export function finishSession(state: State, id: Hex, at: At): void {
  const session = state.sessions.openOne(id)
  if (session?.phase === 'closed') settleSession(state, changed(session), at)
}

/** Makes the award of a `changed` session that somebody came to. */
export function settleSession(state: State, session: Session, at: At): void {
  const { terms: { acct, category, begins, ends }, minutes } = session
  const charter = charterFor(state, session)
  const came = attended(session)
  const people = came.length
  const worth = skillAward(charter, { category, minutes: minutes!, grade: middleGrade(session), people })
  // What one alone came to is help between two, and repeats itself like that.
  const isBetweenTwo = people === 1 && !isInCarePlan(state, acct, came[0]!.member, begins)
  const contribution = isBetweenTwo ? asRepeated(state, charter, worth, { helper: acct, receiver: came[0]!.member }, at) : worth
  session.award = payAward(state, charter, changedMember(state, acct)!, contribution, at)
  const milli = session.award.milli / BigInt(people)
  // All of them have met the organiser, whose time it took once.
  came.forEach(({ member: receiver }, i) => noteExchange(state, {
    matter: session.id, giver: acct, receiver, milli, minutes: i === 0 ? minutes! : 0, form: i === 0 ? 'full' : 'thing', came: true,
    begins, ends,
  }, at))
  endSession(state, session, 'settled', at)
}

/** The middle one of the grades opened, of two the lower; null when there is none. */
function middleGrade(session: Session): Grade | null {
  const grades = attended(session).flatMap(({ grade }) => (grade === null ? [] : [grade])).sort((a, b) => a - b)
  return grades[Math.floor((grades.length - 1) / 2)] ?? null
}

/** Ends a `changed` session. */
export function endSession(state: State, session: Session, phase: Session['phase'], at: At): void {
  session.phase = phase
  state.sessions.close(session, at.leaf)
  const { acct } = session.terms
  const open = state.sessionsOpen.get(acct)! - 1
  if (open === 0) state.sessionsOpen.delete(acct)
  else state.sessionsOpen.set(acct, open)
}
