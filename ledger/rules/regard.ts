/**
 * What others say of a member and what the member did for all: noted as it happens, for levels and for standing.
 *
 * A **voice** is the last answer that one person gave about another: they confirmed what the other reported, or said that
 * it was otherwise; they found a work useful. Everybody has one voice about each, however often they meet, so that two who
 * confirm each other every day are two voices. What was agreed and came to nothing, though nobody broke their word, is
 * noted as **unused**. An **act** is a vote that was counted, a case that was judged, a term as steward.
 */
import type { Hex } from '../action.ts'
import { changed } from '../state/changed.ts'
import type { Regard } from '../state/council.ts'
import { TRACK_DAYS } from '../state/people.ts'
import type { State } from '../state/state.ts'
import { Times } from '../state/times.ts'
import { Voices } from '../state/voices.ts'

const TRACK_SECONDS = TRACK_DAYS * 86_400

export function noteAct(state: State, acct: Hex): void {
  regardFor(state, acct).acts += 1
}

/** What `by` says about `of` from now on; nothing about a guest, who has no standing here. */
export function noteVoice(state: State, of: Hex, by: Hex, isGood: boolean, ts: number): void {
  if (!state.members.has(of)) return
  regardFor(state, of).voices.note({ by, ts, isGood }, ts - TRACK_SECONDS)
}

/** Something was agreed with them and came to nothing. */
export function noteUnused(state: State, acct: Hex, ts: number): void {
  if (state.members.has(acct)) regardFor(state, acct).unused.note(ts, ts - TRACK_SECONDS)
}

/** What is known of them, about to be changed. */
export function regardFor(state: State, acct: Hex): Regard {
  const regard = changed(state.regards.get(acct) ?? { acct, recommended: new Map(), acts: 0, unused: new Times(), voices: new Voices() })
  state.regards.set(acct, regard)
  return regard
}
