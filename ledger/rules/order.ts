/**
 * Orders: this hub's chain, one slot after the other, by which value leaves the city.
 *
 * People approve, the hub orders. An order (`x.out`) carries what has been approved since the last
 * one, claims everything that has arrived, and states the position that follows from both; from
 * then on nobody can take it back. It takes effect towards other cities when a quorum of the
 * federation has signed it (`x.cert`), and until then no further slot may be opened: two open slots
 * would be two things to disagree about.
 *
 * `position` is a function of this chain alone: the one before, plus what newly claimed
 * certificates addressed to this hub, minus what leaves or is burnt, plus what is issued. A voter needs the
 * chain and those certificates to compute it, and no view of what else may be on its way.
 *
 * What is valid is built by the same functions that check it: `nextOrder` asks them what the next
 * order is, `checkOrdered` whether an order is what they say.
 */
import { capture } from '../value/account.ts'
import type { ActionOf, Hex, Origin } from '../action.ts'
import { compareBytes, equalBytes, fromHex, toHex, utf8 } from '../bytes.ts'
import { quarterOfDay, yearOfDay } from '../calendar.ts'
import type { Arrival, Federation, OrderApproval, Request, Slot } from '../state/between.ts'
import { changed } from '../state/changed.ts'
import { baseOf } from '../value/decay.ts'
import {
  encodeKeysArgument, isCertified, isSignedOrder, noWill, type Order, orderIdOf, type Out, parseBurnArgument, parseIssueArgument,
  parseKeysArgument, parseOrder, placeOf, POOL_ACCOUNT, returnXidOf, type Will,
} from '../federation/federation.ts'
import { OUTS_MAX, outsThatFit } from '../federation/order-room.ts'
import type { OrderFault, Refusal } from '../refusal.ts'
import {
  approvalName, type At, cardOf, changedMember, charterOf, currentDocument, globalDay, globalIndex, inOffice, ownCard, type State,
  stewardsNeeded, termsIn,
} from '../state/state.ts'
import { burnFault } from './burn.ts'
import { ANNOUNCED_DAYS, heirOf } from './closing.ts'
import { isApproved, requestsReady } from './transfer.ts'

const ZEROS = new Uint8Array(32)

const fault = (because: OrderFault): Refusal => ({ code: 'bad-order', because })

/** A steward agrees that the next slot should publish the hub's keys, issue an amount, or burn one. */
export function checkOrderApproved(state: State, approved: ActionOf<'order.approved'>, at: At): Refusal | null {
  if (state.federation === null) return { code: 'no-federation' }
  const card = ownCard(state)
  if (card === undefined) return { code: 'not-in-document' }
  if (!card.community) return { code: 'no-community', hub: card.origin }
  const expected = state.chain.slots.length
  if (approved.slot !== expected) return { code: 'wrong-slot', expected }
  if (approved.slot === 0 && approved.order !== 'keys') return fault('first-is-keys')
  const refusal = checkArgument(state, approved.order, approved.argument, globalDay(state.federation, at.ts))
  if (refusal !== null) return refusal
  const by = state.orderApprovals.get(approvalName(approved.order, approved.argument))?.by
  return by?.has(approved.acct) ? { code: 'already-approved' } : null
}

export function applyOrderApproved(state: State, approved: ActionOf<'order.approved'>, _at: At): void {
  const { order, argument } = approved
  const name = approvalName(order, argument)
  const approval: OrderApproval = state.orderApprovals.get(name) ?? { order, argument, by: new Set() }
  approval.by.add(approved.acct)
  state.orderApprovals.set(name, approval)
}

/**
 * Whether an order is the next of this hub's chain, by every rule that does not depend on who
 * votes.
 */
export function checkOrdered(state: State, ordered: ActionOf<'x.out'>, at: At): Refusal | null {
  const federation = state.federation
  if (federation === null) return { code: 'no-federation' }
  const card = ownCard(state)
  if (card === undefined) return { code: 'not-in-document' }
  if (!card.community) return { code: 'no-community', hub: card.origin }
  const order = parseOrder(ordered.order)
  if (order === null) return fault('unreadable')
  if (!equalBytes(order.federation, federation.id)) return fault('other-federation')
  if (order.hub !== state.hub.origin) return fault('other-hub')

  const last = lastSlot(state)
  if (order.slot !== state.chain.slots.length) return fault('slot')
  if (last !== undefined && !last.certified) return { code: 'slot-open', slot: last.order.slot }
  if (!equalBytes(order.previous, idOf(last))) return fault('previous')
  const { orderKey } = state.hub
  const place = placeOf(order, ordered.order)
  if (!isSignedOrder(orderKey, federation.id, place, ordered.signature)) return fault('signature')
  if (order.day !== globalDay(federation, at.ts)) return fault('day')
  // A chain is ended by a document of the others, and no hub of itself.
  if (order.kind === 'close') return fault('close')
  if (order.slot === 0 && order.kind !== 'keys') return fault('first-is-keys')
  if (order.kind !== 'keys' && hasEnded(state, order.day)) return fault('ended')
  // Claiming all that is in, always: what a hub may spend never depends on what it chose to look
  // at.
  if (!sameClaims(order.claims, claimsOf(state))) return fault('claims')

  const refusal = checkOuts(state, order) ?? checkArgument(state, order.kind, order.argument, order.day)
  if (refusal !== null) return refusal
  if (order.kind !== 'out' && !isAgreed(state, order.kind, order.argument!)) return fault('unapproved')
  return order.position === positionAfter(state, order) ? null : fault('position')
}

/** held → inflight, of a burn retired → inflight; an issue changes nothing before its certificate. */
export function applyOrdered(state: State, ordered: ActionOf<'x.out'>, at: At): void {
  const { chain, books } = state
  const order = parseOrder(ordered.order)!
  const { slot } = order
  chain.slots.push({
    order, orderId: toHex(orderIdOf(ordered.order)), bytes: ordered.order, signature: ordered.signature,
    seq: at.seq, claimed: unclaimedOf(state), certified: false, certifiedSeq: null, acknowledged: new Set(),
  })
  for (const inbound of state.inbound.values()) {
    inbound.claimed = inbound.last
    inbound.unclaimed = 0n
  }
  for (const out of order.outs) {
    if (out.returns === null) leave(state, state.requests.get(out.xid)!, slot, at)
    else goBack(state, state.arrivals.get(out.returns)!)
    books.inflight += out.amount
    chain.lastOutTo.set(out.destination, slot)
  }
  if (order.kind === 'issue') {
    const year = yearOfDay(order.day)
    chain.issued.set(year, (chain.issued.get(year) ?? 0n) + parseIssueArgument(order.argument!)!)
  }
  if (order.kind === 'burn') {
    const amount = parseBurnArgument(order.argument!)!
    books.globalRetire -= amount
    books.inflight += amount
    chain.burnt = quarterOfDay(order.day)
  }
  // Approved was what *this* slot should say; what it says is settled now.
  state.orderApprovals.clear()
}

function leave(state: State, request: Request, slot: number, at: At): void {
  if (request.from === null) state.books.poolHeld -= request.terms.amount
  else capture(state, changedMember(state, request.from)!, 'global', request.terms.amount, at)
  changed(request).phase = 'out'
  request.slot = slot
  state.chain.asked.delete(request.xid)
}

function goBack(state: State, arrival: Arrival): void {
  changed(arrival)
  state.books.suspense -= arrival.left
  arrival.left = 0n
  arrival.phase = 'returned'
  state.chain.returning.delete(arrival.xid)
}

export function checkCertified(state: State, certified: ActionOf<'x.cert'>, _at: At): Refusal | null {
  const federation = state.federation
  if (federation === null) return { code: 'no-federation' }
  const last = lastSlot(state)
  if (last === undefined || last.certified) return { code: 'nothing-to-certify' }
  if (certified.slot !== last.order.slot) return { code: 'wrong-slot', expected: last.order.slot }
  // A slot that the end of its epoch left open is voted on again in the new one.
  const { epoch, votes } = certified
  const certificate = { epoch, order: last.bytes, signature: last.signature, votes }
  const holds = isCertified(certificate, currentDocument(federation), federation.id)
  return holds ? null : { code: 'bad-certificate' }
}

export const applyCertified = (state: State, _certified: ActionOf<'x.cert'>, at: At): void => certifySlot(state, at)

/** The open slot takes effect: inflight → gone, the position falls or rises, and what was issued is in the pool. */
export function certifySlot(state: State, at: At): void {
  const { books, chain } = state
  const last = changed(lastSlot(state)!)
  const { order } = last
  last.certified = true
  last.certifiedSeq = at.seq
  chain.position = order.position
  if (order.kind === 'keys') chain.keys = order.slot
  if (order.kind === 'issue') books.pool += parseIssueArgument(order.argument!)!
  if (order.kind === 'burn') books.inflight -= parseBurnArgument(order.argument!)!
  for (const out of order.outs) {
    books.inflight -= out.amount
    const request = state.requests.get(out.xid)
    // A return may be here before the certificate of what it returns; it has the last word.
    if (request?.phase === 'out') changed(request).phase = 'certified'
  }
}

/**
 * The order this hub would write now (`ts`, seconds), or null: nothing to order, a slot still open,
 * no federation that holds our card. First what stewards have approved for this slot, then all due
 * returns and every request that is ready, as many as fit. `without`: hubs to which no request is
 * ordered now; due returns are not asked.
 */
export function nextOrder(state: State, ts: number, without: (hub: Origin) => boolean = () => false): Order | null {
  const federation = state.federation
  const last = lastSlot(state)
  if (federation === null || ownCard(state) === undefined || last?.certified === false) return null
  const approval = approvedOrder(state, globalDay(federation, ts))
  const order: Order = {
    format: 1,
    federation: federation.id,
    hub: state.hub.origin,
    slot: state.chain.slots.length,
    previous: idOf(last),
    kind: approval?.order ?? 'out',
    day: globalDay(federation, ts),
    claims: claimsOf(state),
    outs: [],
    argument: approval?.argument ?? null,
    position: 0n,
  }
  if (order.kind !== 'keys' && hasEnded(state, order.day)) return null
  if (approval === null) {
    order.outs = order.slot === 0 ? [] : outsThatFit(order, outsReady(state, federation, without))
    if (order.outs.length === 0) return null
  }
  return { ...order, position: positionAfter(state, order) }
}

/**
 * What a `keys` order of this hub says: its keys as its card has them, its charter's tiers, and its
 * will. Null without a card.
 */
export function ownKeysArgument(state: State, { heir, ends }: Will = willOf(state)): Uint8Array | null {
  const card = ownCard(state)
  if (card === undefined) return null
  const { logKey, orderKey, voteKey, cosignerKey, auditorKey } = card
  const { tiers } = charterOf(state)
  return encodeKeysArgument({ logKey, orderKey, voteKey, cosignerKey, auditorKey, tiers, heir, ends })
}

/** What this hub's latest certified `keys` order says about its end. */
export function willOf({ chain }: State): Will {
  const argument = chain.keys === null ? null : chain.slots[chain.keys]!.order.argument
  return argument === null ? noWill : parseKeysArgument(argument)!
}

/** From the day on that it announced as its last, a hub orders nothing more; a new will changes that. */
function hasEnded(state: State, day: number): boolean {
  const { ends } = willOf(state)
  return ends !== null && day >= ends
}

/** What this hub may still issue in the protocol year of a Global day, base units. */
export function issueRoom(state: State, day: number): bigint {
  const federation = state.federation!
  const year = yearOfDay(day)
  const most = baseOf(termsIn(federation, year).issueYearlyMaxMilli, globalIndex(federation, year * 365))
  return most - (state.chain.issued.get(year) ?? 0n)
}

/** Arrivals that `out` orders must send back, the oldest first; the next one as many of them as fit. */
export function returnsDue(state: State): Arrival[] {
  return [...state.chain.returning]
    .map((xid) => state.arrivals.get(xid)!)
    .sort((a, b) => a.seq - b.seq || (a.xid < b.xid ? -1 : 1))
}

/** The out that carries an approved request. */
function outOf(state: State, { xid, seq, terms }: Request): Out {
  const { to, destination, amount, agreement, memo } = terms
  const last = state.chain.lastOutTo.get(destination) ?? null
  return { xid, destination, to, amount, request: seq, agreement, memo, returns: null, last }
}

/**
 * The out that sends back what is left of an arrival. Its source knows by `returns` whom to credit;
 * `to` stays who was meant here, because that is all this hub has ever known. Of a source that was
 * closed the heir's common pool takes it.
 */
function returnOf(state: State, federation: Federation, { xid, from, seq, out, left }: Arrival): Out {
  const { agreement, memo } = out
  const heir = heirOf(federation, from)
  const destination = heir ?? from
  return {
    xid: returnXidOf(federation.id, fromHex(xid)!), destination, to: heir === null ? out.to : POOL_ACCOUNT,
    amount: left, request: seq, agreement, memo, returns: xid, last: state.chain.lastOutTo.get(destination) ?? null,
  }
}

function outsReady(state: State, federation: Federation, without: (hub: Origin) => boolean): Out[] {
  const returns = returnsDue(state).slice(0, OUTS_MAX).map((arrival) => returnOf(state, federation, arrival))
  const requests = requestsReady(state).filter(({ terms }) => !without(terms.destination))
  return [...returns, ...requests.slice(0, OUTS_MAX).map((request) => outOf(state, request))]
}

function checkOuts(state: State, order: Order): Refusal | null {
  if (order.kind !== 'out') return order.outs.length === 0 ? null : fault('outs')
  if (order.outs.length === 0) return fault('empty')
  const named = new Set<Hex>()
  for (const out of order.outs) {
    if (named.has(out.xid)) return fault('outs')
    named.add(out.xid)
    const refusal = out.returns === null ? checkOut(state, out) : checkReturn(state, out, out.returns)
    if (refusal !== null) return refusal
  }
  return leavesReturnsOut(state, order) ? fault('returns-left-out') : null
}

/** Whether an arrival is missing that must go back, and for which there is room. */
function leavesReturnsOut(state: State, order: Order): boolean {
  if (state.chain.returning.size === 0) return false
  const due = returnsDue(state).slice(0, OUTS_MAX).map((arrival) => returnOf(state, state.federation!, arrival))
  const returned = new Set(order.outs.map((out) => out.returns))
  return outsThatFit(order, due).some(({ returns }) => !returned.has(returns))
}

function checkOut(state: State, out: Out): Refusal | null {
  const request = state.requests.get(out.xid)
  if (request?.phase !== 'asked' || !sameOut(out, outOf(state, request))) return fault('outs')
  return isApproved(state, request) ? null : fault('unapproved')
}

function checkReturn(state: State, out: Out, returned: Hex): Refusal | null {
  const arrival = state.arrivals.get(returned)
  if (arrival?.phase !== 'returning') return fault('outs')
  return sameOut(out, returnOf(state, state.federation!, arrival)) ? null : fault('outs')
}

function sameOut(a: Out, b: Out): boolean {
  return (
    a.xid === b.xid && a.destination === b.destination && a.to === b.to && a.amount === b.amount &&
    a.request === b.request && a.agreement === b.agreement && a.memo === b.memo && a.returns === b.returns &&
    a.last === b.last
  )
}

function checkArgument(
  state: State, kind: Order['kind'], argument: Uint8Array | null, day: number,
): Refusal | null {
  if (kind === 'out') return argument === null ? null : fault('argument')
  if (argument === null) return fault('argument')
  if (kind === 'keys') return isOwnKeys(state, argument, day) ? null : fault('argument')
  const amount = kind === 'burn' ? parseBurnArgument(argument) : parseIssueArgument(argument)
  if (amount === null || amount === 0n) return fault('argument')
  if (kind === 'burn') {
    const because = burnFault(state, amount, day)
    return because === null ? null : fault(because)
  }
  return amount <= issueRoom(state, day) ? null : fault('yearly-issue')
}

/** This hub's own keys and tiers, and a will that can be carried out: an heir that is a city, an end far enough away. */
function isOwnKeys(state: State, argument: Uint8Array, day: number): boolean {
  const keys = parseKeysArgument(argument)
  if (keys === null || !equalBytes(argument, ownKeysArgument(state, keys)!)) return false
  const { heir, ends } = keys
  if (heir === null) return ends === null
  const card = heir === state.hub.origin ? undefined : cardOf(currentDocument(state.federation!), heir)
  const isAnnounced = ends === null || ends === willOf(state).ends || ends >= day + ANNOUNCED_DAYS
  return card?.community === true && isAnnounced
}

/** Enough of those who are stewards now want the next slot to say that. */
function isAgreed(state: State, order: OrderApproval['order'], argument: Uint8Array): boolean {
  const by = inOffice(state, state.orderApprovals.get(approvalName(order, argument))?.by ?? []).length
  return by > 0 && by >= stewardsNeeded(state, charterOf(state).stewardThreshold)
}

/**
 * The first order of the hub itself that has its signatures and still may be written; a year may
 * have turned.
 */
function approvedOrder(state: State, day: number): OrderApproval | null {
  for (const approval of state.orderApprovals.values()) {
    const { order, argument } = approval
    if (!isAgreed(state, order, argument)) continue
    if (checkArgument(state, order, argument, day) === null) return approval
  }
  return null
}

/**
 * For every hub of which anything arrived, the slot of its latest arrival; sorted by the bytes of
 * its origin.
 */
function claimsOf(state: State): Order['claims'] {
  const claims: Order['claims'] = []
  for (const [hub, { last }] of state.inbound) if (last !== null) claims.push({ hub, slot: last })
  return claims.sort((a, b) => compareBytes(utf8(a.hub), utf8(b.hub)))
}

function sameClaims(a: Order['claims'], b: Order['claims']): boolean {
  return a.length === b.length && a.every(({ hub, slot }, i) => hub === b[i]!.hub && slot === b[i]!.slot)
}

function unclaimedOf(state: State): bigint {
  let sum = 0n
  for (const { unclaimed } of state.inbound.values()) sum += unclaimed
  return sum
}

function positionAfter(state: State, order: Order): bigint {
  let position = state.chain.position + unclaimedOf(state)
  for (const { amount } of order.outs) position -= amount
  if (order.kind === 'burn') return position - parseBurnArgument(order.argument!)!
  return order.kind === 'issue' ? position + parseIssueArgument(order.argument!)! : position
}

const lastSlot = (state: State): Slot | undefined => state.chain.slots[state.chain.slots.length - 1]
const idOf = (slot: Slot | undefined): Uint8Array => (slot === undefined ? ZEROS : fromHex(slot.orderId)!)
