/**
 * Referral 1传3: who brings a neighbour is thanked, and so is the neighbour [T32, S1218].
 *
 * One level and no more: both receive the same from the commons when the newcomer's own first contribution is
 * confirmed, never from what the newcomer earns, and it counts in no level. An inviter is thanked for so many a year;
 * beyond that, or when the commons has not enough for both, nobody is, and the invitation was worth it all the same.
 */
import { changed } from '../state/changed.ts'
import type { Member } from '../state/people.ts'
import { type At, charterOf, type State } from '../state/state.ts'
import { countInYear, yearlyOf } from '../value/yearly.ts'
import { giveFromCommons, hasForEach } from './commons.ts'
import { isActive } from './status.ts'

/** A contribution of a `changed` member is confirmed: it opens level 2 and is part of their story. */
export function noteContribution(state: State, member: Member, at: At): void {
  member.contributions += 1
  if (member.contributions === 1) thankForBringing(state, member, at)
}

function thankForBringing(state: State, newcomer: Member, at: At): void {
  const { isOpen, yearMax, milli } = charterOf(state).referral
  const inviter = newcomer.invitedBy === null ? undefined : state.members.get(newcomer.invitedBy)
  if (!isOpen || milli === 0n || inviter === undefined || !isActive(inviter)) return
  // A first contribution that is taken back and made again does not bring anybody a second time.
  if (state.referrals.has(newcomer.acct)) return
  if (yearlyOf(state, inviter.acct, at.ts).referrals >= yearMax || !hasForEach(state, 2n, milli, at)) return
  giveFromCommons(state, changed(inviter), milli, at)
  giveFromCommons(state, newcomer, milli, at)
  countInYear(state, inviter.acct, at.ts, { referrals: 1 })
  state.referrals.set(newcomer.acct, { newcomer: newcomer.acct, inviter: inviter.acct, seq: at.seq })
}
