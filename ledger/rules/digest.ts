/**
 * The day's digest: what everything in this log comes to, said by the hub right after the day's tick.
 *
 * It is the only record that says nothing new. A reader who has come to another state has another digest, and
 * stops here and not at some balance a year later. Directly after the tick, because a day has one tick: so
 * there is at most one digest a day, and no choice in what it is of.
 */
import type { ActionOf } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import { digestOf } from '../state/digest.ts'
import type { Refusal } from '../refusal.ts'
import type { At, State } from '../state/state.ts'

export function checkDigest(state: State, { root }: ActionOf<'state.digest'>, at: At): Refusal | null {
  if (state.tickSeq === null || at.seq !== state.tickSeq + 1) return { code: 'digest-misplaced' }
  const expected = digestOf(state)
  return equalBytes(root, expected) ? null : { code: 'wrong-digest', expected: toHex(expected) }
}

/** It says what is, and changes nothing. */
export const applyDigest = (): void => {}
