/**
 * Conservation: value is neither made nor lost by being moved. The equations every state must
 * satisfy, for one hub and over all hubs of a federation, in base units and to the last one.
 *
 * They are asked after the rules have done their work, by audits and by every test, and share no
 * code with them: they add up what stands in the books and know nothing of how it came there.
 *
 *   Domain   Σ members + issuance + redemption + partner + commons + retire = 0
 *   Global   members + held + pool + inflight + suspense + retire
 *              = position after the last certified order + taken in and not claimed by one
 *   All      Σ positions + Σ certified and not yet claimed = Σ certified issues − Σ certified burns
 *
 * Of a hub that a document has closed the closing order counts in place of its position.
 */
import type { Hex, Origin } from '../action.ts'
import { type Order, parseBurnArgument, parseIssueArgument, parseOrder } from '../federation/federation.ts'
import type { Slot } from '../state/between.ts'
import type { State } from '../state/state.ts'

/** The hub's accounts but `issuance`, which is below zero by as much as it has awarded. */
const neverBelowZero = [
  'redemption', 'partner', 'commons', 'retire', 'pool', 'poolHeld', 'inflight', 'suspense', 'globalRetire',
] as const

/** What does not add up: the sum that stands in the books, and the sum that ought to. Base. */
export type ConservationFault =
  | { code: 'domain-sum'; found: bigint; expected: 0n }
  | { code: 'global-sum' | 'partner' | 'inflight' | 'suspense' | 'pool-held'; found: bigint; expected: bigint }
  | { code: 'member-held'; member: Hex; found: bigint; expected: bigint }
  | { code: 'member-below-zero'; member: Hex }
  | { code: 'books-below-zero'; account: (typeof neverBelowZero)[number] }
  | { code: 'lifetime-sum' | 'reserve-sum'; found: bigint; expected: bigint }
  | { code: 'federation-sum'; found: bigint; expected: bigint }

/** Every equation of one hub that does not hold; none, if its books are in order. */
export function faultsOf(state: State): ConservationFault[] {
  const faults: ConservationFault[] = []
  const { books, chain } = state
  let domain = books.issuance + books.redemption + books.partner + books.commons + books.retire
  let lifetime = 0n
  let reserve = 0n
  let global = books.pool + books.poolHeld + books.inflight + books.suspense + books.globalRetire
  for (const { acct, account, lifetimeMilli, reserveMilli } of state.members.values()) {
    lifetime += lifetimeMilli
    reserve += reserveMilli
    domain += account.domain + account.held
    global += account.global + account.globalHeld
    if ([account.domain, account.held, account.global, account.globalHeld, reserveMilli].some((amount) => amount < 0n)) {
      faults.push({ code: 'member-below-zero', member: acct })
    }
  }
  if (domain !== 0n) faults.push({ code: 'domain-sum', found: domain, expected: 0n })

  if (lifetime !== state.lifetimeMilli) faults.push({ code: 'lifetime-sum', found: state.lifetimeMilli, expected: lifetime })
  if (reserve !== state.reserveMilli) faults.push({ code: 'reserve-sum', found: state.reserveMilli, expected: reserve })

  const open = openSlot(state)
  // What an order claims is this hub's before and after; until its certificate it is counted as
  // unclaimed.
  const expected = chain.position + unclaimedOf(state) + (open?.claimed ?? 0n)
  if (global !== expected) faults.push({ code: 'global-sum', found: global, expected })

  for (const account of neverBelowZero) {
    if (books[account] < 0n) faults.push({ code: 'books-below-zero', account })
  }
  let redeemed = 0n
  for (const { base } of state.redemptions.values()) redeemed += base
  if (books.partner !== redeemed) faults.push({ code: 'partner', found: books.partner, expected: redeemed })
  const burning = open?.order.kind === 'burn' ? parseBurnArgument(open.order.argument!)! : 0n
  const leaving = open?.order.outs.reduce((sum, out) => sum + out.amount, burning) ?? 0n
  if (books.inflight !== leaving) faults.push({ code: 'inflight', found: books.inflight, expected: leaving })
  let suspended = 0n
  for (const arrival of state.arrivals.values()) suspended += arrival.left
  if (books.suspense !== suspended) faults.push({ code: 'suspense', found: books.suspense, expected: suspended })
  return [...faults, ...heldFaultsOf(state)]
}

/** What is set aside is exactly what has been asked for and not yet ordered, or came in while its owner was away. */
function heldFaultsOf(state: State): ConservationFault[] {
  let pool = 0n
  const asked = new Map<Hex, bigint>()
  for (const { from, phase, terms } of state.requests.values()) {
    if (phase !== 'asked') continue
    if (from === null) pool += terms.amount
    else asked.set(from, (asked.get(from) ?? 0n) + terms.amount)
  }
  for (const { accused, globalHeld } of state.cases.values()) asked.set(accused, (asked.get(accused) ?? 0n) + globalHeld)
  const faults: ConservationFault[] = []
  const { poolHeld } = state.books
  if (poolHeld !== pool) faults.push({ code: 'pool-held', found: poolHeld, expected: pool })
  for (const { acct, account, waiting } of state.members.values()) {
    const expected = (asked.get(acct) ?? 0n) + waiting.global
    const found = account.globalHeld
    if (found !== expected) faults.push({ code: 'member-held', member: acct, found, expected })
  }
  return faults
}

/**
 * The sum over all hubs of one federation, those that were closed among them, each as its own log
 * has it at the moment. A slot that another hub has taken in is certified even if its own hub has not
 * yet recorded the certificate; so is one to a hub that was closed, since what it sent has been sent
 * back.
 */
export function federationFaultsOf(states: State[]): ConservationFault[] {
  const faults = states.flatMap(faultsOf)
  const byOrigin = new Map<Origin, State>(states.map((state) => [state.hub.origin, state]))
  const closings = closingsIn(states)
  let found = 0n
  let issued = 0n
  /** What of this order nobody has taken in yet. */
  const onItsWay = ({ hub, slot, outs }: Order): bigint => outs.reduce((sum, { destination, amount }) => {
    const taken = byOrigin.get(destination)?.inbound.get(hub)?.last ?? -1
    return closings.has(destination) || taken >= slot ? sum : sum + amount
  }, 0n)
  for (const state of states) {
    const { origin } = state.hub
    const open = openSlot(state)
    const isCertain = open !== undefined && (isTakenIn(open, state, states)
      || (!closings.has(origin) && open.order.outs.some(({ destination }) => closings.has(destination))))
    const certain = isCertain ? open : undefined
    if (!closings.has(origin)) {
      found += (certain?.order.position ?? state.chain.position) + unclaimedOf(state)
      if (certain === undefined) found += open?.claimed ?? 0n
    }
    for (const slot of state.chain.slots) {
      if (!slot.certified && slot !== certain) continue
      if (slot.order.kind === 'issue') issued += parseIssueArgument(slot.order.argument!)!
      if (slot.order.kind === 'burn') issued -= parseBurnArgument(slot.order.argument!)!
      found += onItsWay(slot.order)
    }
  }
  for (const order of closings.values()) found += onItsWay(order)
  return found === issued ? faults : [...faults, { code: 'federation-sum', found, expected: issued }]
}

/** The orders by which documents that any of these logs holds end the chains of hubs. */
function closingsIn(states: State[]): Map<Origin, Order> {
  const closings = new Map<Origin, Order>()
  for (const { federation } of states) {
    for (const { document } of federation?.documents ?? []) {
      for (const { origin, order } of document.closings) closings.set(origin, parseOrder(order)!)
    }
  }
  return closings
}

/** The order that has no certificate in this log yet, if there is one. */
function openSlot(state: State): Slot | undefined {
  const last = state.chain.slots[state.chain.slots.length - 1]
  return last?.certified === false ? last : undefined
}

const isTakenIn = (slot: Slot, by: State, states: State[]): boolean =>
  states.some((state) => (state.inbound.get(by.hub.origin)?.last ?? -1) >= slot.order.slot)

function unclaimedOf(state: State): bigint {
  let sum = 0n
  for (const { unclaimed } of state.inbound.values()) sum += unclaimed
  return sum
}
