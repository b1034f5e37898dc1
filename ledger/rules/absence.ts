/**
 * It did not happen, or one of them did not come. Either says so, and the other answers as they answer a report: yes,
 * no, or by silence. Of the two, whoever says that somebody stayed away is not believed against that person's own
 * check-in; and nothing is taken from who stayed away but that it counts as not kept. Everybody misses something once.
 */
import type { ActionOf, Hex } from '../action.ts'
import { changed } from '../state/changed.ts'
import type { Agreement } from '../state/matters.ts'
import { TRACK_DAYS } from '../state/people.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, type State } from '../state/state.ts'
import { noteTime } from '../state/times.ts'
import { noteOutcome, openTo, refused, reportOn } from './course.ts'

const DAY = 86_400

/** Who of an agreement did not come, as records say it. */
export const ABSENT = { nobody: 0, provider: 1, receiver: 2 } as const
export type Absent = (typeof ABSENT)[keyof typeof ABSENT]

export function absentee({ provider, receiver }: Pick<Agreement, 'provider' | 'receiver'>, absent: Absent): Hex | null {
  if (absent === ABSENT.nobody) return null
  return absent === ABSENT.provider ? provider : receiver
}

export function checkAbsenceReported(state: State, reported: ActionOf<'absence.reported'>, at: At): Refusal | null {
  const found = openTo(state, reported.agreement, reported.acct, ['agreed'])
  if (refused(found)) return found
  const { begins } = found.terms
  // Until it begins one calls it off, and says when.
  if (at.ts < begins) return { code: 'not-begun', begins }
  const absent = absentee(found, reported.absent)
  return absent !== null && found.checkins.has(absent) ? { code: 'already-checked-in' } : null
}

export function applyAbsenceReported(state: State, reported: ActionOf<'absence.reported'>, at: At): void {
  const agreement = state.agreements.change(reported.agreement)
  reportOn(state, agreement, { by: reported.acct, minutes: 0, absent: absentee(agreement, reported.absent) }, at)
}

/** Notes that a member did not come, in their standing and among the times on which they did not. */
export function noteAbsence(state: State, acct: Hex, at: At): void {
  noteOutcome(changedMember(state, acct), at.ts, 'broken')
  rememberAbsence(state, acct, at)
}

/** The times alone. A guest's are their own city's matter. */
export function rememberAbsence(state: State, acct: Hex, at: At): void {
  if (!state.members.has(acct)) return
  const known = state.absences.get(acct)
  if (known === undefined) state.absences.set(acct, { member: acct, times: [at.ts] })
  else noteTime(changed(known).times, at.ts, at.ts - TRACK_DAYS * DAY)
}

/** When, within the last year before `ts`, a member was expected and did not come. */
export const absencesOf = (state: State, acct: Hex, ts: number): number[] =>
  (state.absences.get(acct)?.times ?? []).filter((time) => time > ts - TRACK_DAYS * DAY)
