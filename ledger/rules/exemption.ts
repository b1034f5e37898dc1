/**
 * Setting somebody apart from dormancy: an illness, a posting abroad, a prison. Stewards say it together, and say no
 * more than that; the record is not the place for reasons.
 *
 * What time took before stays taken. When the exemption ends, the time of absence begins anew on that day.
 */
import { shrink, wake } from '../value/account.ts'
import type { ActionOf } from '../action.ts'
import { changed } from '../state/changed.ts'
import type { Refusal } from '../refusal.ts'
import type { At, State } from '../state/state.ts'
import { checkSaid, sayJointly } from './jointly.ts'
import { isOwn } from './organisation.ts'
import { checkPresent } from './status.ts'

export function checkExempted(state: State, exempted: ActionOf<'dormancy.exempted'>, _at: At): Refusal | null {
  const member = state.members.get(exempted.member)
  if (member === undefined) return { code: 'unknown-member', member: exempted.member }
  if (isOwn(state, exempted.member, exempted.acct)) return { code: 'own-matter' }
  const absent = checkPresent(member)
  if (absent !== null) return absent
  if (member.exempt === exempted.exempt) return { code: 'as-before' }
  return checkSaid(state, matterOf(exempted), exempted.acct, [exempted.member])
}

export function applyExempted(state: State, exempted: ActionOf<'dormancy.exempted'>, at: At): void {
  if (!sayJointly(state, matterOf(exempted), exempted.acct, [exempted.member])) return
  const member = changed(state.members.get(exempted.member)!)
  // Before it begins, what time has taken is posted; while it still holds, it has taken nothing.
  if (exempted.exempt) shrink(state, member, at)
  else wake(state, member, at)
  member.exempt = exempted.exempt
}

const matterOf = ({ kind, member, exempt }: ActionOf<'dormancy.exempted'>): string => `${kind} ${member} ${exempt}`
