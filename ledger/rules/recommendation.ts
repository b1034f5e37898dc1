/**
 * Recommendations and acts for all: the two things besides contributions that levels 4 and 5 ask for [S1753-1755].
 *
 * Whoever has come to level 3 may recommend others, each once, and take it back at any time. It counts while the one
 * who gave it is here and still of that level: a ring that is found out lifts nobody, and a reversal gives back what
 * its finding took, without an entry about anybody's word. An act for all is a vote that was counted, a case that was
 * judged, a term as steward.
 */
import type { ActionOf } from '../action.ts'
import type { Refusal } from '../refusal.ts'
import type { At, State } from '../state/state.ts'
import { levelOf, mayRecommend } from './level.ts'
import { regardFor } from './regard.ts'
import { checkPerson } from './status.ts'

const RECOMMENDS_FROM_LEVEL = 3

export function checkRecommended(state: State, given: ActionOf<'recommendation.given'>, _at: At): Refusal | null {
  if (given.member === given.acct) return { code: 'same-person' }
  const refusal = checkPerson(state, given.member)
  if (refusal !== null) return refusal
  if (!mayRecommend(state, state.members.get(given.acct)!)) {
    return { code: 'level-too-low', level: levelOf(state, given.acct), needed: RECOMMENDS_FROM_LEVEL }
  }
  return state.regards.get(given.member)?.recommended.has(given.acct) === true ? { code: 'already-recommended' } : null
}

export function applyRecommended(state: State, given: ActionOf<'recommendation.given'>, at: At): void {
  regardFor(state, given.member).recommended.set(given.acct, at.ts)
}

export function checkUnrecommended(state: State, withdrawn: ActionOf<'recommendation.withdrawn'>, _at: At): Refusal | null {
  const given = state.regards.get(withdrawn.member)?.recommended.has(withdrawn.acct) === true
  return given ? null : { code: 'not-recommended' }
}

export function applyUnrecommended(state: State, withdrawn: ActionOf<'recommendation.withdrawn'>, _at: At): void {
  regardFor(state, withdrawn.member).recommended.delete(withdrawn.acct)
}
