/**
 * Erasure: somebody asks, on the record, that their words be forgotten.
 *
 * The record itself holds no word of anybody's, only commitments, and replay needs none of what is behind them: so the
 * hub can destroy words and salts, and every hash, signature and number of the log stays what it was. What stands here
 * is that it was asked, and when; whoever is shut out or has left may still ask it. Which words go is the hub's matter
 * (`node/words/erasure.ts`); a copy that somebody took is beyond any rule.
 */
import type { ActionOf } from '../action.ts'
import { utcDayOf } from '../calendar.ts'
import { changed } from '../state/changed.ts'
import type { Refusal } from '../refusal.ts'
import type { At, State } from '../state/state.ts'

export function checkErasure(state: State, asked: ActionOf<'erasure.asked'>, at: At): Refusal | null {
  const last = state.erasures.get(asked.acct)
  return last !== undefined && utcDayOf(last.ts) === utcDayOf(at.ts) ? { code: 'already-asked' } : null
}

export function applyErasure(state: State, { acct }: ActionOf<'erasure.asked'>, at: At): void {
  const erasure = changed(state.erasures.get(acct) ?? { acct, seq: 0, ts: 0 })
  erasure.seq = at.seq
  erasure.ts = at.ts
  state.erasures.set(acct, erasure)
}
