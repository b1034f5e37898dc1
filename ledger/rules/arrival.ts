/**
 * Arrivals: Global value that other cities sent here, and the word of theirs about what we sent.
 *
 * Two questions are kept apart. Is it valid? That is the certificate's matter: an order of another
 * member, signed by a quorum, next in the row of those addressed to us. What is valid is always
 * taken in, whole and in order; a hub that could skip one could hide what it owes. Are we willing?
 * That is this city's own matter (`trust.ts`): each out is credited at once, or waits in suspense
 * until a steward releases it or it goes back. After `suspenseDays` it goes back by itself, with
 * the next order of this hub. What is for a stay waits until that is over (`suspense.ts`).
 *
 * A return that honours our own transfer is neither limited nor suspended: it gives its owner back
 * what never should have left, and it has nobody here to be judged by. So is what a hub that was
 * closed leaves to this city's common pool: whoever agreed to close it agreed to that. Its last
 * order stands in a federation document, which is its certificate.
 */
import { credit } from '../value/account.ts'
import type { ActionOf, Hex, Origin } from '../action.ts'
import { equalBytes, toHex } from '../bytes.ts'
import type { Arrival, Federation, Request, Slot } from '../state/between.ts'
import { changed } from '../state/changed.ts'
import { nominalOf } from '../value/decay.ts'
import type { Entry } from '../entry.ts'
import {
  type Certificate, type FederationDocument, isCertified, isSignedOrder, isStanding, type Order, type Out, parseOrder, placeOf, POOL_ACCOUNT,
} from '../federation/federation.ts'
import { entryOf } from '../federation/foreign.ts'
import type { Refusal } from '../refusal.ts'
import { type At, cardOf, changedMember, currentDocument, globalDay, globalIndex, type State } from '../state/state.ts'
import { isClosingOrder } from './closing.ts'
import { notePaid } from './hosting.ts'
import { checkMember } from './status.ts'
import { beginReturn, bindToStay, stayFor, suspend } from './suspense.ts'
import { oweAgain } from './transfer.ts'
import { countCredited, type Disposition, judgeOf, moveTrust, transferAtMost } from './trust.ts'

/**
 * A certificate of another hub's order, taken in with what becomes of each out that is addressed to
 * us.
 */
export function checkArrival(state: State, arrived: ActionOf<'x.in'>, at: At): Refusal | null {
  const federation = state.federation
  if (federation === null) return { code: 'no-federation' }
  const order = parseOrder(arrived.order)
  if (order === null) return { code: 'bad-order', because: 'unreadable' }
  if (!equalBytes(order.federation, federation.id)) return { code: 'bad-order', because: 'other-federation' }
  if (order.hub === state.hub.origin) return { code: 'own-hub' }

  const epoch = federation.documents[arrived.epoch - 1]
  if (epoch === undefined) return { code: 'bad-certificate' }
  const refusal = order.kind === 'close'
    ? checkClosing(arrived, epoch.document)
    : checkCertificate(federation, arrived, order, epoch.document)
  if (refusal !== null) return refusal

  const outs = outsTo(order, state.hub.origin)
  if (outs.length === 0) return { code: 'nothing-for-us' }
  const expected = state.inbound.get(order.hub)!.last
  if (outs.some((out) => out.last !== expected) || order.slot <= (expected ?? -1)) {
    return { code: 'certificate-skipped', expected }
  }
  // One name, one transfer, for ever; voters let no other order pass.
  const names = new Set(outs.map((out) => out.xid))
  if (names.size !== outs.length || outs.some((out) => state.arrivals.has(out.xid))) {
    return { code: 'bad-order', because: 'outs' }
  }
  const due = dispositionsOf(state, order, arrived, at.ts)
  const given = arrived.dispositions
  const matches = due.length === given.length && due.every((disposition, i) => disposition === given[i])
  return matches ? null : { code: 'wrong-dispositions' }
}

/** An order of a hub: signed by it, and certified by voters of an epoch that still counts for it. */
function checkCertificate(
  federation: Federation, arrived: ActionOf<'x.in'>, order: Order, document: FederationDocument,
): Refusal | null {
  const source = cardOf(document, order.hub)
  if (source === undefined) return { code: 'unknown-hub', hub: order.hub }
  const place = placeOf(order, arrived.order)
  if (!isSignedOrder(source.orderKey, federation.id, place, arrived.signature)) {
    return { code: 'bad-order', because: 'signature' }
  }
  // The document that let it stand is its certificate, and nobody's votes.
  if (arrived.votes.length === 0) return isStanding(document, place) ? null : { code: 'bad-certificate' }
  if (!countsStill(federation, arrived.epoch, order, toHex(place.order))) return { code: 'bad-certificate' }
  return isCertified(arrived, document, federation.id) ? null : { code: 'bad-certificate' }
}

/** The last order of a hub that was closed: nobody has signed it and nobody voted, its document holds it. */
function checkClosing({ order, signature, votes }: ActionOf<'x.in'>, document: FederationDocument): Refusal | null {
  const isBare = votes.length === 0 && equalBytes(signature, new Uint8Array(64))
  return isBare && isClosingOrder(document, order) ? null : { code: 'bad-certificate' }
}

/** Only after a null from `checkArrival`. */
export function applyArrival(state: State, arrived: ActionOf<'x.in'>, at: At): void {
  const order = parseOrder(arrived.order)!
  const { hub, slot } = order
  const inbound = state.inbound.get(hub)!
  inbound.last = slot
  for (const [i, out] of outsTo(order, state.hub.origin).entries()) {
    const disposition = arrived.dispositions[i]!
    const credited = disposition === 'credit'
    inbound.unclaimed += out.amount
    state.arrivals.set(out.xid, {
      xid: out.xid, from: hub, slot, seq: at.seq, ts: at.ts, out, disposition,
      left: credited ? 0n : out.amount, phase: credited ? 'credited' : 'suspended',
    })
    const returned = returnedBy(state, out, hub)
    if (returned !== undefined) takeBack(state, returned, out.amount, at)
    else if (isLeftToPool(order, out)) state.books.pool += out.amount
    else if (credited || disposition === 'booking') {
      countCredited(state, hub, globalDay(state.federation!, at.ts))
      if (credited) takeIn(state, out, hub, out.amount, at)
      else holdForStay(state, state.arrivals.get(out.xid)!, at)
    } else suspend(state, out, at.ts)
  }
}

/**
 * What must become of each out of `order` that is addressed to this hub, in their order, at `ts`
 * (seconds): the trust rules' answer, each given with those before it already credited. `signed`: the epoch and the
 * votes of its certificate.
 */
export function dispositionsOf(
  state: State, order: Order, signed: Pick<Certificate, 'epoch' | 'votes'>, ts: number,
): Disposition[] {
  const returned = new Set<Request>()
  const judge = judgeOf(state, order.hub, signersOf(state, signed), ts)
  return outsTo(order, state.hub.origin).map((out) => {
    if (isLeftToPool(order, out)) return 'credit'
    const ours = returnedBy(state, out, order.hub)
    if (ours !== undefined && !returned.has(ours)) {
      returned.add(ours)
      return 'credit'
    }
    const disposition = judge(out)
    return disposition === 'credit' && stayFor(state, out, order.hub) !== undefined ? 'booking' : disposition
  })
}

/** Whose votes a certificate holds. */
function signersOf({ federation }: State, { epoch, votes }: Pick<Certificate, 'epoch' | 'votes'>): Set<Origin> {
  const members = federation?.documents[epoch - 1]?.document.members ?? []
  return new Set(votes.flatMap(({ voter }) => members[voter]?.card.origin ?? []))
}
/** What a hub that was closed leaves to its heir's common pool. */
const isLeftToPool = ({ kind }: Order, { to, returns }: Out): boolean =>
  kind === 'close' && returns === null && to === POOL_ACCOUNT

/** The outs of an order that are addressed to `destination`, in their order. */
export const outsTo = (order: Order, destination: Origin): Out[] =>
  order.outs.filter((out) => out.destination === destination)

/** The 30th midnight, or whatever the charter says: what no steward has decided goes back. */
export function fallDueForReturn(state: State, xid: Hex): void {
  const arrival = state.arrivals.get(xid)!
  if (arrival.phase === 'suspended') beginReturn(state, arrival)
}

/** The other hub's own record of having taken in a slot of ours. */
export function checkAcknowledged(state: State, ack: ActionOf<'x.ack'>, _at: At): Refusal | null {
  const federation = state.federation
  if (federation === null) return { code: 'no-federation' }
  const destination = cardOf(currentDocument(federation), ack.destination)
  if (destination === undefined) return { code: 'unknown-hub', hub: ack.destination }
  const slot = state.chain.slots[ack.slot]
  if (slot === undefined || !slot.certified || slot.acknowledged.has(ack.destination)) {
    return { code: 'nothing-to-acknowledge' }
  }
  const outs = outsTo(slot.order, ack.destination)
  if (outs.length === 0) return { code: 'nothing-to-acknowledge' }
  const arrived = arrivalShown(entryOf(ack.arrival, destination), slot)
  return arrived?.dispositions.length === outs.length ? null : { code: 'bad-evidence' }
}

/** Only after a null from `checkAcknowledged`. */
export function applyAcknowledged(state: State, ack: ActionOf<'x.ack'>, at: At): void {
  const federation = state.federation!
  const slot = changed(state.chain.slots[ack.slot]!)
  const destination = cardOf(currentDocument(federation), ack.destination)!
  const { dispositions } = arrivalShown(entryOf(ack.arrival, destination), slot)!
  slot.acknowledged.add(ack.destination)
  for (const [i, out] of outsTo(slot.order, ack.destination).entries()) {
    // A return of ours has no request, and what has come back already is settled.
    const request = out.returns === null ? state.requests.get(out.xid)! : undefined
    if (request?.phase !== 'certified') continue
    const credited = dispositions[i] === 'credit'
    changed(request).phase = credited ? 'credited' : 'suspended'
    if (credited) moveTrust(state, ack.destination, globalDay(federation, at.ts), -out.amount)
  }
}

/** A steward lets what is suspended, or a part of it, reach the member it was sent to. */
export function checkReleased(state: State, released: ActionOf<'x.rel'>, at: At): Refusal | null {
  const arrival = state.arrivals.get(released.xid)
  if (arrival === undefined) return { code: 'unknown-transfer', xid: released.xid }
  if (arrival.phase !== 'suspended') return { code: 'not-suspended', xid: released.xid }
  if (released.amount === 0n) return { code: 'nothing-asked' }
  if (released.amount > arrival.left) return { code: 'more-than-left', left: arrival.left }
  // Whose it is turns out with the stay, and then of all of it.
  const isForStay = stayFor(state, arrival.out, arrival.from) !== undefined
  if (isForStay && released.amount !== arrival.left) return { code: 'other-amount', expected: arrival.left }
  return checkMost(state, arrival, released.amount, at) ?? (arrival.out.to === POOL_ACCOUNT ? null : checkMember(state, arrival.out.to))
}

/** In parts or at once, no more of a transfer reaches anybody than its city may send in one. */
function checkMost(state: State, { from, out, left }: Arrival, amount: bigint, at: At): Refusal | null {
  const federation = state.federation!
  const mostMilli = transferAtMost(state, from)
  const reached = nominalOf(out.amount - left + amount, globalIndex(federation, globalDay(federation, at.ts)))
  return reached <= mostMilli ? null : { code: 'above-transfer-max', mostMilli }
}

export function applyReleased(state: State, released: ActionOf<'x.rel'>, at: At): void {
  const arrival = changed(state.arrivals.get(released.xid)!)
  const stay = stayFor(state, arrival.out, arrival.from)
  if (stay !== undefined) return bindToStay(state, stay, arrival, at)
  arrival.left -= released.amount
  if (arrival.left === 0n) arrival.phase = 'credited'
  state.books.suspense -= released.amount
  takeIn(state, arrival.out, arrival.from, released.amount, at)
}

/** A steward sends back what is suspended without waiting for its day. */
export function checkSentBack(state: State, back: ActionOf<'x.back'>, _at: At): Refusal | null {
  const arrival = state.arrivals.get(back.xid)
  if (arrival === undefined) return { code: 'unknown-transfer', xid: back.xid }
  return arrival.phase === 'suspended' ? null : { code: 'not-suspended', xid: back.xid }
}

export function applySentBack(state: State, back: ActionOf<'x.back'>, _at: At): void {
  beginReturn(state, state.arrivals.get(back.xid)!)
}

/**
 * A certificate of an epoch that has ended counts only as far as the document that ended it says:
 * up to the slot reported as certified (there, only that order), or for the order that voters were
 * bound to above it.
 */
function countsStill(federation: Federation, epoch: number, order: Order, orderId: Hex): boolean {
  if (epoch === federation.documents.length) return true
  const frontier = federation.documents[epoch]!.frontiers.get(order.hub)
  if (frontier === undefined) return false
  const { certified, locked } = frontier
  if (locked?.slot === order.slot) return locked.order === orderId
  if (certified === null || order.slot > certified.slot) return false
  return order.slot < certified.slot || certified.order === orderId
}

/**
 * Our own transfer that this out gives back, if it does: sent to just that hub, not less than comes
 * back, and neither credited there nor returned before. It may be less: a steward there can have
 * released a part.
 */
function returnedBy(state: State, out: Out, source: Origin): Request | undefined {
  const request = out.returns === null ? undefined : state.requests.get(out.returns)
  if (request?.terms.destination !== source || out.amount > request.terms.amount) return undefined
  const away = request.phase === 'out' || request.phase === 'certified' || request.phase === 'suspended'
  return away ? request : undefined
}

function takeBack(state: State, request: Request, amount: bigint, at: At): void {
  changed(request).phase = 'returned'
  const owner = request.from === null ? undefined : changedMember(state, request.from)
  // Who has left has no use for it, and their city stands where they stood.
  if (owner === undefined || owner.status === 'departed') state.books.pool += amount
  else credit(state, owner, 'global', amount, at)
  if (amount === request.terms.amount) oweAgain(state, request)
}

function takeIn(state: State, { to, agreement }: Out, source: Origin, amount: bigint, at: At): void {
  if (to === POOL_ACCOUNT) state.books.pool += amount
  else credit(state, changedMember(state, to)!, 'global', amount, at)
  moveTrust(state, source, globalDay(state.federation!, at.ts), amount)
  notePaid(state, { agreement, to, from: source, amount }, at)
}

function holdForStay(state: State, arrival: Arrival, at: At): void {
  state.books.suspense += arrival.left
  bindToStay(state, stayFor(state, arrival.out, arrival.from)!, arrival, at)
}

/** The x.in that a shown record is, when it takes in exactly this order of ours; else null. */
function arrivalShown(entry: Entry | null, slot: Slot): ActionOf<'x.in'> | null {
  return entry?.action.kind === 'x.in' && equalBytes(entry.action.order, slot.bytes) ? entry.action : null
}
