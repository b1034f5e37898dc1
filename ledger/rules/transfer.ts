/**
 * A transfer before it leaves: asked for, approved, called off.
 *
 * A member asks to send Global value of their own to somebody in another city, always for an
 * agreement; or a steward asks, from the hub's pool, for the award of a guest who helped here. The
 * value is set aside at once and stays this hub's: until an order carries it (`order.ts`) the asker
 * can call it off, and on the midnight after its last day it lapses by itself. After the order
 * nobody can: what follows is credit or return.
 *
 * Stewards approve exact terms, by their own signatures. How many are needed, of those in office, follows
 * from the amount and from the tiers in the latest certified `keys` order, which the other cities' voters
 * read too.
 */
import { availableTo, hold, release } from '../value/account.ts'
import { type ActionOf, type Hex, type Origin, termsOf } from '../action.ts'
import type { Federation, Request } from '../state/between.ts'
import { changed } from '../state/changed.ts'
import { nominalOf } from '../value/decay.ts'
import { parseKeysArgument, xidOf } from '../federation/federation.ts'
import type { Refusal } from '../refusal.ts'
import {
  type At, cardOf, changedMember, currentDocument, globalDay, globalIndex, inOffice, ownCard, type State, stewardsNeeded,
} from '../state/state.ts'

/** A request may wait for its approvals and its order at most this many Global days. */
export const REQUEST_DAYS_MAX = 30
const POOL = 1
const DAY_SECONDS = 86_400
const NO_AGREEMENT: Hex = '0'.repeat(32)

export function checkRequest(state: State, asked: ActionOf<'x.req'>, at: At): Refusal | null {
  const federation = state.federation
  if (federation === null) return { code: 'no-federation' }
  if (ownCard(state) === undefined) return { code: 'not-in-document' }
  if (asked.destination === state.hub.origin) return { code: 'own-hub' }
  const destination = cardOf(currentDocument(federation), asked.destination)
  if (destination === undefined) return { code: 'unknown-hub', hub: asked.destination }
  if (!destination.community) return { code: 'no-community', hub: asked.destination }
  if (state.frozen.has(asked.destination)) return { code: 'hub-frozen', hub: asked.destination }
  if (state.chain.keys === null) return { code: 'no-keys-yet' }
  if (asked.amount === 0n) return { code: 'nothing-asked' }
  const today = globalDay(federation, at.ts)
  if (asked.expDay < today || asked.expDay > today + REQUEST_DAYS_MAX) return { code: 'bad-expiry' }
  const checkSource = asked.source === POOL ? checkFromPool : checkFromMember
  return checkSource(state, federation, asked, at)
}

/**
 * A member's own value. The agreement stands in the other city's log, so only its being named is
 * asked here.
 */
function checkFromMember(
  state: State, federation: Federation, asked: ActionOf<'x.req'>, at: At,
): Refusal | null {
  if (asked.agreement === NO_AGREEMENT) return { code: 'unknown-agreement', agreement: asked.agreement }
  if (asked.awardMilli !== 0n) return { code: 'not-an-award' }
  const available = availableTo(state, state.members.get(asked.acct)!, 'global', at.ts)
  return available >= asked.amount ? null : short(federation, 'insufficient-cv', available, asked.amount, at)
}

/** What this hub's pool owes a guest, exactly. */
function checkFromPool(
  state: State, federation: Federation, asked: ActionOf<'x.req'>, at: At,
): Refusal | null {
  if (!state.members.get(asked.acct)!.steward) return { code: 'not-a-steward' }
  const agreement = state.agreements.get(asked.agreement)
  if (agreement === undefined) return { code: 'unknown-agreement', agreement: asked.agreement }
  const due = agreement.guestDue
  if (due === null || due.xid !== null) return { code: 'no-award-due', agreement: asked.agreement }
  if (asked.amount !== due.amount) return { code: 'other-amount', expected: due.amount }
  const { provider } = agreement
  const matches =
    asked.to === provider && asked.destination === state.guests.get(provider)?.home &&
    asked.awardMilli === agreement.award?.milli
  if (!matches) return { code: 'transfer-mismatch', xid: xidOf(federation.id, at.leaf) }
  const { pool } = state.books
  return pool >= asked.amount ? null : short(federation, 'pool-too-small', pool, asked.amount, at)
}

function short(
  federation: Federation, code: 'insufficient-cv' | 'pool-too-small', available: bigint, asked: bigint, at: At,
): Refusal {
  const index = globalIndex(federation, globalDay(federation, at.ts))
  return { code, availableMilli: nominalOf(available, index), askedMilli: nominalOf(asked, index) }
}

export function applyRequest(state: State, asked: ActionOf<'x.req'>, at: At): void {
  const federation = state.federation!
  const xid = xidOf(federation.id, at.leaf)
  const fromPool = asked.source === POOL
  if (fromPool) {
    state.books.pool -= asked.amount
    state.books.poolHeld += asked.amount
    state.agreements.change(asked.agreement).guestDue!.xid = xid
  } else {
    hold(state, changedMember(state, asked.acct)!, 'global', asked.amount, at)
  }
  state.requests.set(xid, {
    xid, seq: at.seq, ts: at.ts, from: fromPool ? null : asked.acct, by: asked.acct, terms: termsOf(asked),
    // A steward who asks for an award has read what they signed: that is the first approval.
    approvals: new Set(fromPool ? [asked.acct] : []),
    phase: 'asked', slot: null,
  })
  state.chain.asked.add(xid)
  state.deadlines.set(federation.day0 + (asked.expDay + 1) * DAY_SECONDS, 'request.expire', xid)
}

export function checkApproval(state: State, approval: ActionOf<'x.appr'>, _at: At): Refusal | null {
  const request = state.requests.get(approval.xid)
  if (request === undefined) return { code: 'unknown-transfer', xid: approval.xid }
  if (request.phase !== 'asked') return { code: 'wrong-phase', phase: request.phase }
  const { destination, to, amount, expDay } = request.terms
  const matches =
    approval.destination === destination && approval.to === to &&
    approval.amount === amount && approval.expDay === expDay
  if (!matches) return { code: 'transfer-mismatch', xid: approval.xid }
  return request.approvals.has(approval.acct) ? { code: 'already-approved' } : null
}

export function applyApproval(state: State, approval: ActionOf<'x.appr'>, _at: At): void {
  changed(state.requests.get(approval.xid)!).approvals.add(approval.acct)
}

export function checkCancel(state: State, cancel: ActionOf<'x.cancel'>, _at: At): Refusal | null {
  const request = state.requests.get(cancel.xid)
  if (request === undefined) return { code: 'unknown-transfer', xid: cancel.xid }
  if (request.from === null) {
    if (!state.members.get(cancel.acct)!.steward) return { code: 'not-a-steward' }
  } else if (request.from !== cancel.acct) {
    return { code: 'not-a-party' }
  }
  return request.phase === 'asked' ? null : { code: 'wrong-phase', phase: request.phase }
}

export function applyCancel(state: State, cancel: ActionOf<'x.cancel'>, at: At): void {
  callOff(state, state.requests.get(cancel.xid)!, at)
}

/**
 * The midnight after a request's last day: what no order has carried by then is its owner's again.
 */
export function expireRequest(state: State, xid: Hex, at: At): void {
  const request = state.requests.get(xid)!
  if (request.phase !== 'asked') return
  changed(request).phase = 'expired'
  giveBack(state, request, at)
}

/**
 * Nobody sends anything to a hub that is frozen or closed: what no order has carried there is its
 * owner's again. Null for every hub.
 */
export function callOffRequestsTo(state: State, hub: Origin | null, at: At): void {
  for (const xid of [...state.chain.asked]) {
    const request = state.requests.get(xid)!
    if (hub === null || request.terms.destination === hub) callOff(state, request, at)
  }
}

function callOff(state: State, request: Request, at: At): void {
  changed(request).phase = 'cancelled'
  giveBack(state, request, at)
}

function giveBack(state: State, request: Request, at: At): void {
  const { amount } = request.terms
  if (request.from === null) {
    state.books.poolHeld -= amount
    state.books.pool += amount
    oweAgain(state, request)
  } else {
    release(state, changedMember(state, request.from)!, 'global', amount, at)
  }
  state.chain.asked.delete(request.xid)
}

/** A guest whose award never reached them is owed it as before, and a steward may ask anew. */
export function oweAgain(state: State, request: Request): void {
  const agreement = state.agreements.openOne(request.terms.agreement)
  const due = agreement?.guestDue ?? null
  if (request.from !== null || agreement === undefined || due?.xid !== request.xid) return
  changed(agreement).guestDue = { ...due, xid: null }
}

/** Stewards' signatures this request needs: its tier, but never more than there are stewards. */
export function approvalsNeeded(state: State, request: Request): number {
  const federation = state.federation!
  const { argument } = state.chain.slots[state.chain.keys!]!.order
  const { tiers } = parseKeysArgument(argument!)!
  const milli = nominalOf(request.terms.amount, globalIndex(federation, globalDay(federation, request.ts)))
  const tier = tiers.find(({ upToMilli }) => milli <= upToMilli) ?? tiers[tiers.length - 1]!
  return stewardsNeeded(state, tier.signatures)
}

/**
 * Enough of those who are stewards now have approved it. The word of one who has left office counts no more, or, since
 * fewer are needed then, it would come to be enough by itself.
 */
export function isApproved(state: State, request: Request): boolean {
  // Every tier asks for somebody: the many that nobody has looked at yet cost nothing more.
  if (request.approvals.size === 0) return false
  const got = inOffice(state, request.approvals).length
  return got > 0 && got >= approvalsNeeded(state, request)
}

/** Requests that have their approvals and wait for an order, the oldest first. */
export function requestsReady(state: State): Request[] {
  return [...state.chain.asked]
    .map((xid) => state.requests.get(xid)!)
    .filter((request) => isApproved(state, request))
}
