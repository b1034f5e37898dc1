/**
 * Ratings: good, fair or poor, said blind. Each side commits to a grade by its salted hash; the hub opens
 * both once both exist, or what there is once the window has closed. Neither can answer the other's grade
 * with their own, and nobody's word is lost because a phone stayed off: the device left grade and salt with
 * its hub, whose keeping them closed is trusted (and said so in the README).
 */
import type { ActionOf } from '../action.ts'
import { toHex, utf8 } from '../bytes.ts'
import { noteRating } from '../state/exchanges.ts'
import type { Agreement } from '../state/matters.ts'
import { TRACK_DAYS } from '../state/people.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import { type At, changedMember, type State } from '../state/state.ts'
import { isParty, ratingsCloseAt } from './course.ts'
import { closeIfOver, hasUnopened, PARTIES, settleAgreement } from './settling.ts'

const DAY = 86_400
const grades = ['poor', 'fair', 'good'] as const

const COMMIT = utf8('cv/commit\0')

/** The commitment to a grade: the same form as to any text kept off the record. */
export const gradeCommitment = (salt: Uint8Array, grade: number): Uint8Array => sha256(COMMIT, salt, utf8(String(grade)))

export function checkRatingCommitted(state: State, committed: ActionOf<'rating.committed'>, at: At): Refusal | null {
  const agreement = state.agreements.get(committed.agreement)
  if (agreement === undefined) return { code: 'unknown-agreement', agreement: committed.agreement }
  if (!isParty(agreement, committed.acct)) return { code: 'not-a-party' }
  if (agreement.confirmedTs === null) return { code: 'wrong-phase', phase: agreement.phase }
  if (agreement.ratings.has(committed.acct)) return { code: 'already-rated' }
  return at.ts < ratingsCloseAt(state, agreement) ? null : { code: 'rating-closed' }
}

export function applyRatingCommitted(state: State, committed: ActionOf<'rating.committed'>, at: At): void {
  const { ratings } = state.agreements.change(committed.agreement)
  ratings.set(committed.acct, { commitment: committed.commitment, ts: at.ts, grade: null })
}

export function checkRatingOpened(state: State, opened: ActionOf<'rating.opened'>, at: At): Refusal | null {
  const agreement = state.agreements.get(opened.agreement)
  if (agreement === undefined) return { code: 'unknown-agreement', agreement: opened.agreement }
  const rating = agreement.ratings.get(opened.rater)
  if (rating === undefined) return { code: 'no-commitment' }
  if (rating.grade !== null) return { code: 'already-rated' }
  if (toHex(gradeCommitment(opened.salt, opened.grade)) !== rating.commitment) return { code: 'other-commitment' }
  if (mayOpen(state, agreement, at.ts)) return null
  return { code: 'too-early', opens: ratingsCloseAt(state, agreement) }
}

/** Both have spoken, or nobody can any more. */
export const mayOpen = (state: State, agreement: Agreement, ts: number): boolean =>
  agreement.ratings.size === PARTIES || ts >= ratingsCloseAt(state, agreement)

export function applyRatingOpened(state: State, opened: ActionOf<'rating.opened'>, at: At): void {
  const agreement = state.agreements.change(opened.agreement)
  const rating = agreement.ratings.get(opened.rater)!
  rating.grade = opened.grade
  const { provider, receiver } = agreement
  const rated = opened.rater === provider ? receiver : provider
  const member = changedMember(state, rated)
  if (member !== undefined) member.track[grades[opened.grade]].note(at.ts, at.ts - TRACK_DAYS * DAY)
  noteRating(state, { matter: agreement.id, rater: opened.rater, rated, grade: opened.grade, given: rating.ts }, at)

  if (agreement.phase === 'confirmed' && !hasUnopened(agreement)) settleAgreement(state, agreement, at)
  else closeIfOver(state, agreement, at)
}
