/**
 * What stewards have done in members' names (`proxy.ts`), a year back, under the member it was done for.
 */
import { wake } from '../value/account.ts'
import type { Hex } from '../action.ts'
import { changed } from '../state/changed.ts'
import type { ActFor } from '../state/matters.ts'
import { TRACK_DAYS } from '../state/people.ts'
import { type At, changedMember, type State } from '../state/state.ts'

const DAY = 86_400

/** What stewards have done for a member since `from`, the oldest first. */
export const actsFor = (state: State, member: Hex, from: number): ActFor[] =>
  (state.actsFor.get(member)?.acts ?? []).filter(({ ts }) => ts > from)

/** What a steward has done about this help for this member, if anything. */
export const actOn = (state: State, member: Hex, help: Hex): ActFor | undefined =>
  state.actsFor.get(member)?.acts.find((act) => act.help === help)

/** Notes one more. Whom a steward acts for has not gone away. */
export function actFor(state: State, acct: Hex, act: Omit<ActFor, 'ts' | 'endorsed'>, at: At): void {
  const known = changed(state.actsFor.get(acct) ?? { member: acct, acts: [] })
  known.acts = [...actsFor(state, acct, at.ts - TRACK_DAYS * DAY), { ...act, ts: at.ts, endorsed: null }]
  state.actsFor.set(acct, known)
  wake(state, changedMember(state, acct)!, at)
}
