/**
 * 代录: stewards act for members who have no device.
 *
 * Two ways. A slip 服务券 is a paper with a code, given to the member beforehand by a steward who recorded its hash: who
 * holds the code has had it from them, so a steward may sign the second half of a help with it. And a steward may write a
 * help down in somebody's name, which nothing but their word stands for: that is marked, bounded to
 * `shortForm.proxyMinutesMax` a member in thirty days, and waits for the member to say later that it was so. Both are kept
 * for a year under the member they were for, where auditors read them.
 */
import type { ActionOf, Hex } from '../action.ts'
import { fromHex, toHex, utf8 } from '../bytes.ts'
import { changed } from '../state/changed.ts'
import { sha256 } from '../hash.ts'
import type { Refusal } from '../refusal.ts'
import { type At, charterOf, type State } from '../state/state.ts'
import { actFor, actOn, actsFor } from './behalf.ts'
import { checkAwardable, checkRecordable, checkUnanswered, completeHelp, openHelp, otherParty } from './help.ts'
import { isOwn } from './organisation.ts'
import { checkMember } from './status.ts'

const DAY = 86_400
const MONTH_DAYS = 30
const SLIPS_OPEN_MAX = 64
const SLIP = utf8('cv/slip\0')

/** What is recorded of a slip: the hash of its code. */
export const slipHash = (code: Uint8Array): Hex => toHex(sha256(SLIP, code))

export function checkSlipsIssued(state: State, issued: ActionOf<'slips.issued'>, _at: At): Refusal | null {
  const { member: acct, slips } = issued
  if (isOwn(state, acct, issued.acct)) return { code: 'own-matter' }
  const absent = checkMember(state, acct)
  if (absent !== null) return absent
  const open = new Set([...(state.slips.get(acct)?.open ?? []), ...slips])
  return slips.length === 0 || open.size > SLIPS_OPEN_MAX ? { code: 'limit-reached', most: SLIPS_OPEN_MAX } : null
}

export function applySlipsIssued(state: State, { member, slips }: ActionOf<'slips.issued'>, _at: At): void {
  const known = changed(state.slips.get(member) ?? { member, open: [] })
  known.open = [...new Set([...known.open, ...slips])]
  state.slips.set(member, known)
}

/** A steward signs for the one who has not written it down, with a slip of theirs. */
export function checkHelpAttested(state: State, attested: ActionOf<'help.attested'>, at: At): Refusal | null {
  const found = checkUnanswered(state, attested.help)
  if ('code' in found) return found
  const { helper, receiver } = found.terms
  if (isOwn(state, helper, attested.acct) || isOwn(state, receiver, attested.acct)) return { code: 'own-matter' }
  const member = otherParty(found)
  if (actOn(state, found.terms.acct, found.id)?.steward === attested.acct) return { code: 'own-report' }
  const isTheirs = state.slips.get(member)?.open.includes(slipHash(fromHex(attested.slip)!)) === true
  return isTheirs ? checkAwardable(state, found, at) : { code: 'unknown-slip' }
}

export function applyHelpAttested(state: State, attested: ActionOf<'help.attested'>, at: At): void {
  const help = state.helps.change(attested.help)
  const member = otherParty(help)
  const slips = changed(state.slips.get(member)!)
  const used = slipHash(fromHex(attested.slip)!)
  slips.open = slips.open.filter((slip) => slip !== used)
  if (slips.open.length === 0) state.slips.delete(member)
  actFor(state, member, { help: help.id, steward: attested.acct, minutes: help.terms.minutes, bySlip: true }, at)
  completeHelp(state, help, true, at)
}

/** A steward writes down what a member tells them. The other of the two answers as ever. */
export function checkHelpProxied(state: State, proxied: ActionOf<'help.proxied'>, at: At): Refusal | null {
  const { acct, member, helper, receiver, minutes } = proxied
  if (isOwn(state, helper, acct) || isOwn(state, receiver, acct)) return { code: 'own-matter' }
  const refusal = checkRecordable(state, { ...proxied, acct: member }, at)
  if (refusal !== null) return refusal
  const most = charterOf(state).shortForm.proxyMinutesMax
  const told = actsFor(state, member, at.ts - MONTH_DAYS * DAY).filter(({ bySlip }) => !bySlip)
  const before = told.reduce((sum, act) => sum + act.minutes, 0)
  return before + minutes > most ? { code: 'limit-reached', most } : null
}

export function applyHelpProxied(state: State, proxied: ActionOf<'help.proxied'>, at: At): void {
  const { id, acct: steward, member, helper, receiver, category, minutes, day, note } = proxied
  openHelp(state, { kind: 'help.recorded', id, acct: member, helper, receiver, category, minutes, day, note }, at)
  actFor(state, member, { help: id, steward, minutes, bySlip: false }, at)
}

/** The member says, with a device of their own by now, that what was done in their name was so. */
export function checkProxyEndorsed(state: State, endorsed: ActionOf<'proxy.endorsed'>, _at: At): Refusal | null {
  const act = actOn(state, endorsed.acct, endorsed.help)
  if (act === undefined) return { code: 'unknown-help', help: endorsed.help }
  return act.endorsed === null ? null : { code: 'already-approved' }
}

export function applyProxyEndorsed(state: State, endorsed: ActionOf<'proxy.endorsed'>, at: At): void {
  changed(state.actsFor.get(endorsed.acct)!)
  actOn(state, endorsed.acct, endorsed.help)!.endorsed = at.ts
}
