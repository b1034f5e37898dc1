/**
 * The course of an agreement: whose it is, how long it is to be, who may act on it when, and on which days something
 * happens by itself. Every window is that of the charter it was signed under, and ends at a UTC midnight.
 */
import type { Hex } from '../action.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import type { Charter } from '../charter/charter.ts'
import type { Refusal } from '../refusal.ts'
import type { Agreement, Report } from '../state/matters.ts'
import { type Member, TRACK_DAYS } from '../state/people.ts'
import type { At, State } from '../state/state.ts'
import { keepInterval } from './occupancy.ts'

const DAY = 86_400
const HOUR = 3_600
/** People come early; a check-in or report is taken from an hour before the agreed beginning. */
const EARLY_SECONDS = HOUR

/** The charter that an agreement was signed under. */
export const charterFor = (state: State, agreement: Agreement): Charter => state.charters[agreement.terms.charter]!
export const isParty = ({ provider, receiver }: Agreement, acct: Hex): boolean => acct === provider || acct === receiver

/** How long it is to be: the minutes of help, or all the time for which something is lent. */
export const minutesAgreed = ({ terms }: Agreement): number =>
  terms.kind === 'agreement.made' ? terms.minutes : minutesBetween(terms)

export const minutesBetween = ({ begins, ends }: { begins: number; ends: number }): number => Math.floor((ends - begins) / 60)

/** The midnight from which ratings may be opened though only one exists, and nobody may rate any more. */
export const ratingsCloseAt = (state: State, agreement: Agreement): number =>
  midnightAtOrAfter(agreement.confirmedTs! + charterFor(state, agreement).windows.ratingDays * DAY)

/** When silence confirms the report. */
export const confirmsItselfAt = (state: State, agreement: Agreement): number =>
  midnightAtOrAfter(agreement.report!.ts + charterFor(state, agreement).windows.confirmDays * DAY)

/** When it lapses, if by then nobody has said that it happened. */
export const lapsesAt = (state: State, agreement: Agreement): number =>
  midnightAtOrAfter(agreement.terms.ends + charterFor(state, agreement).windows.holdDays * DAY)

/** Until when (inclusive) it can be called off without a trace. */
export const freeUntil = (state: State, agreement: Agreement): number =>
  agreement.terms.begins - charterFor(state, agreement).windows.freeCancelHours * HOUR

/** When a dispute that nobody has decided ends. */
export const undecidedAt = (state: State, agreement: Agreement): number =>
  midnightAtOrAfter(agreement.dispute!.ts + charterFor(state, agreement).windows.disputeDays * DAY)

/** What happens to an agreement on a day to come, if nobody does anything. */
export type Coming = {
  what: 'free-cancel-ends' | 'begins' | 'lapses' | 'confirms-itself' | 'left-undecided' | 'award-final'
  ts: number
}

/** All of it as things stand at `now`, the next first. */
export function comingTo(state: State, agreement: Agreement, now: number): Coming[] {
  const { begins } = agreement.terms
  const days: Record<Agreement['phase'], () => Coming[]> = {
    agreed: () => [
      { what: 'free-cancel-ends', ts: freeUntil(state, agreement) },
      { what: 'begins', ts: begins },
      { what: 'lapses', ts: lapsesAt(state, agreement) },
    ],
    reported: () => [{ what: 'confirms-itself', ts: confirmsItselfAt(state, agreement) }],
    disputed: () => [{ what: 'left-undecided', ts: undecidedAt(state, agreement) }],
    confirmed: () => [{ what: 'award-final', ts: ratingsCloseAt(state, agreement) }],
    settled: () => [], cancelled: () => [], lapsed: () => [], missed: () => [], undecided: () => [],
  }
  return days[agreement.phase]().filter(({ ts }) => ts > now)
}

/** The agreement if this person may act on it in one of these phases, else why not. */
export function openTo(state: State, id: Hex, acct: Hex, phases: Agreement['phase'][]): Agreement | Refusal {
  const agreement = state.agreements.get(id)
  if (agreement === undefined) return { code: 'unknown-agreement', agreement: id }
  if (!isParty(agreement, acct)) return { code: 'not-a-party' }
  if (!phases.includes(agreement.phase)) return { code: 'wrong-phase', phase: agreement.phase }
  return agreement
}

export const refused = (found: Agreement | Refusal): found is Refusal => 'code' in found

/** Why it is too early to say how it went, or null. */
export function checkBegun({ terms: { begins } }: Agreement, at: At): Refusal | null {
  return at.ts < begins - EARLY_SECONDS ? { code: 'not-begun', begins } : null
}

/** What one of a `changed` agreement says about it, for the other to answer. */
export function reportOn(state: State, agreement: Agreement, report: Omit<Report, 'ts'>, at: At): void {
  agreement.phase = 'reported'
  agreement.report = { ...report, ts: at.ts }
  keepInterval(state, agreement, at)
  state.deadlines.set(confirmsItselfAt(state, agreement), 'report.silent', agreement.id)
}

/** Notes an agreement or help that ended, kept or not, for a `changed` member; undefined is a guest. */
export function noteOutcome(member: Member | undefined, ts: number, outcome: 'kept' | 'broken'): void {
  if (member !== undefined) member.track[outcome].note(ts, ts - TRACK_DAYS * DAY)
}
