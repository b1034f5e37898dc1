/**
 * Disputes: the two do not agree about how it went, and ask their stewards.
 *
 * What is set aside stays so while they wait. The other may still say yes to what was reported; else stewards who are
 * no party of it say how much counts, each by a record of their own, and what as many of them say as the charter asks
 * for is so, as if the other had confirmed it. After `disputeDays` without that it stays undecided: nobody is awarded,
 * everything is released, and nobody's standing is touched.
 */
import type { ActionOf, Hex } from '../action.ts'
import { changed } from '../state/changed.ts'
import type { Agreement, Voice } from '../state/matters.ts'
import type { Refusal } from '../refusal.ts'
import type { At, State } from '../state/state.ts'
import { absentee, ABSENT } from './absence.ts'
import { checkAwardable, confirm, endWithout } from './agreement.ts'
import { checkBegun, minutesAgreed, openTo, refused, undecidedAt } from './course.ts'
import { areEnough } from './jointly.ts'
import { keepInterval } from './occupancy.ts'
import { isOwn } from './organisation.ts'

export function checkDisputeOpened(state: State, opened: ActionOf<'dispute.opened'>, at: At): Refusal | null {
  const found = openTo(state, opened.agreement, opened.acct, ['agreed', 'reported'])
  return refused(found) ? found : checkBegun(found, at)
}

export function applyDisputeOpened(state: State, opened: ActionOf<'dispute.opened'>, at: At): void {
  const agreement = state.agreements.change(opened.agreement)
  agreement.phase = 'disputed'
  agreement.dispute = { by: opened.acct, ts: at.ts, reason: opened.reason, voices: [] }
  keepInterval(state, agreement, at)
  state.deadlines.set(undecidedAt(state, agreement), 'agreement.undecided', agreement.id)
}

export function checkDisputeDecided(state: State, decided: ActionOf<'dispute.decided'>, at: At): Refusal | null {
  const { agreement: id, acct, minutes, absent } = decided
  const agreement = state.agreements.get(id)
  if (agreement === undefined) return { code: 'unknown-agreement', agreement: id }
  if (agreement.phase !== 'disputed') return { code: 'wrong-phase', phase: agreement.phase }
  if ([agreement.provider, agreement.receiver].some((party) => isOwn(state, party, acct))) return { code: 'own-matter' }
  // Where somebody stayed away, nothing happened.
  const most = absent === ABSENT.nobody ? minutesAgreed(agreement) : 0
  if (minutes > most) return { code: 'minutes-out-of-range', most }
  const { voices } = agreement.dispute!
  const said = voices.find(({ by }) => by === acct)
  const isAgain = said !== undefined && said.minutes === minutes && said.absent === absentee(agreement, absent)
  if (said !== undefined && !(isAgain && isDecidedBy(state, agreement, said))) return { code: 'already-approved' }
  return checkAwardable(state, agreement, minutes, at)
}

export function applyDisputeDecided(state: State, decided: ActionOf<'dispute.decided'>, at: At): void {
  const agreement = state.agreements.change(decided.agreement)
  const dispute = agreement.dispute!
  const { acct: by, minutes } = decided
  const absent = absentee(agreement, decided.absent)
  if (dispute.voices.every((voice) => voice.by !== by)) dispute.voices.push({ by, minutes, absent })
  if (!isDecidedBy(state, agreement, { minutes, absent })) return
  agreement.report = { by: agreement.report?.by ?? dispute.by, minutes, ts: at.ts, absent }
  confirm(state, agreement, at)
}

/** Whether as many of the stewards who are no party have said just this as decide it: then one of them may say it again. */
export function isDecidedBy(state: State, { provider, receiver, dispute }: Agreement, said: Pick<Voice, 'minutes' | 'absent'>): boolean {
  const alike = dispute!.voices.filter(({ minutes, absent }) => minutes === said.minutes && absent === said.absent)
  return areEnough(state, [provider, receiver], alike.map(({ by }) => by))
}

/** Deadline: nobody decided it. */
export function leaveUndecided(state: State, id: Hex, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement?.phase === 'disputed') endWithout(state, changed(agreement), 'undecided', at)
}
