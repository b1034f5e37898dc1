/**
 * What the order that ends the chain of a closed hub must say, from the logs of all who are left.
 *
 * Each member that is asked to sign computes it, and signs only what it has computed itself: the
 * amounts are the one thing of a closing that nobody can check from one log (`rules/closing.ts`).
 *
 *   claims   everything that was ever ordered towards the hub, taken in there or not
 *   outs     back to each city: what it sent and nobody there had taken in, and what was still
 *            suspended there; then to the heir's common pool: all that is left
 *   position 0
 *
 * An order of the closed hub that has no certificate and that nobody has taken in is void: what it
 * claimed is unclaimed again, what it sent stays, what it sent back is still suspended.
 */
import type { Hex, Origin } from '../action.ts'
import { compareBytes, fromHex, utf8 } from '../bytes.ts'
import { CLOSING_BYTES_MAX, encodeOrder, type Order, type Out, POOL_ACCOUNT, returnXidOf } from './federation.ts'
import type { Slot } from '../state/between.ts'
import type { State } from '../state/state.ts'

/** A closing order stands in a document, so it holds fewer outs than another. */
const OUTS_MAX = 128

/** `closed` and `living` as their logs have been read; `day`: the Global day that the order bears. */
export type Ending = { closed: State; living: readonly State[]; heir: Origin | null; day: number }

export type NoClosing = 'too-many' | 'deficit' | 'no-heir'

/**
 * The closing order, or why there is none yet: more goes back than fits into one (`too-many`), or
 * the logs do not add up (`deficit`), as while a certificate that somebody has taken in is missing, or
 * something is left and nobody inherits it (`no-heir`).
 */
export function closingOrder(ending: Ending): Order | NoClosing {
  const { closed, living, heir, day } = ending
  const federation = closed.federation!
  const { origin } = closed.hub
  const last = lastCertain(ending)
  const open = voidSlot(closed, last)
  const waiting = stillSuspended(ending, open)
  const back = [...notTakenIn(ending), ...waiting]
  if (back.length >= OUTS_MAX) return 'too-many'

  // What was ordered hither and not taken in comes and goes at once, so the rest is what this hub itself held.
  const [position, unclaimed] = heldBy(closed, last, open)
  const suspended = waiting.reduce((sum, { amount }) => sum + amount, 0n)
  const rest = position + unclaimed - suspended
  if (rest < 0n) return 'deficit'
  if (rest > 0n && heir === null) return 'no-heir'

  const lastTo = new Map(living.map(({ hub }) => [hub.origin, lastOutTo(closed, hub.origin, last)]))
  const outs = back
    .map(({ hub, xid, to, amount, request, agreement, memo }): Out => ({
      xid: returnXidOf(federation.id, fromHex(xid)!), destination: hub, to, amount, request, agreement, memo,
      returns: xid, last: lastTo.get(hub) ?? null,
    }))
    .sort((a, b) => compareBytes(utf8(a.destination), utf8(b.destination)) || (a.xid < b.xid ? -1 : 1))
  if (heir !== null && rest > 0n) outs.push(toHeir(closed, heir, rest, lastTo.get(heir) ?? null))
  return {
    format: 1, federation: federation.id, hub: origin, slot: last === undefined ? 0 : last.order.slot + 1,
    previous: last === undefined ? new Uint8Array(32) : fromHex(last.orderId)!, kind: 'close', day,
    claims: claimsOf(ending), outs, argument: null, position: 0n,
  }
}

type Back = { hub: Origin; xid: Hex; to: Hex; amount: bigint; request: number; agreement: Hex; memo: Hex }

/** The last order that is certain: certified in its own log, or taken in by somebody. */
function lastCertain({ closed, living }: Ending): Slot | undefined {
  const taken = Math.max(-1, ...living.map(({ inbound }) => inbound.get(closed.hub.origin)?.last ?? -1))
  return closed.chain.slots.findLast(({ certified, order }) => certified || order.slot <= taken)
}

function voidSlot({ chain }: State, last: Slot | undefined): Slot | undefined {
  const newest = chain.slots[chain.slots.length - 1]
  return newest === last ? undefined : newest
}

/** Position after the last certain order, and what had been taken in since. */
function heldBy({ chain, inbound }: State, last: Slot | undefined, open: Slot | undefined): [bigint, bigint] {
  let unclaimed = open?.claimed ?? 0n
  for (const from of inbound.values()) unclaimed += from.unclaimed
  return [last?.order.position ?? chain.position, unclaimed]
}

/** What the others ordered hither, certified or not, and is not in this log. */
function notTakenIn({ closed, living }: Ending): Back[] {
  const { origin } = closed.hub
  return living.flatMap((state) => {
    const taken = closed.inbound.get(state.hub.origin)?.last ?? -1
    const orders = state.chain.slots.filter(({ order }) => order.slot > taken)
    return orders.flatMap(({ order }) => order.outs
      .filter(({ destination }) => destination === origin)
      .map(({ xid, to, amount, agreement, memo }) => ({ hub: state.hub.origin, xid, to, amount, request: 0, agreement, memo })))
  })
}

/** What came from a hub that was closed in turn has nobody to go back to: it is the heir's with the rest. */
function stillSuspended({ closed, living }: Ending, open: Slot | undefined): Back[] {
  const isLiving = (from: Origin): boolean => living.some(({ hub }) => hub.origin === from)
  const undone = new Map((open?.order.outs ?? []).map((out) => [out.returns, out.amount]))
  return [...closed.arrivals.values()].flatMap(({ xid, from, seq, left, out: { to, agreement, memo } }) => {
    const amount = left + (undone.get(xid) ?? 0n)
    return amount === 0n || !isLiving(from) ? [] : [{ hub: from, xid, to, amount, request: seq, agreement, memo }]
  })
}

const lastOutTo = ({ chain }: State, hub: Origin, last: Slot | undefined): number | null =>
  chain.slots.findLast(({ order }) =>
    order.slot <= (last?.order.slot ?? -1) && order.outs.some(({ destination }) => destination === hub))?.order.slot ?? null

function toHeir(closed: State, heir: Origin, amount: bigint, last: number | null): Out {
  const { id } = closed.federation!
  return {
    // Named like a return of the hub itself: no transfer has that name.
    xid: returnXidOf(id, closed.hub.id), destination: heir, to: POOL_ACCOUNT, amount, request: 0,
    agreement: '0'.repeat(32), memo: '0'.repeat(64), returns: null, last,
  }
}

function claimsOf({ closed, living }: Ending): Order['claims'] {
  const { origin } = closed.hub
  return living
    .flatMap(({ hub, chain }) => {
      const slot = chain.slots.findLast(({ order }) => order.outs.some(({ destination }) => destination === origin))
      return slot === undefined ? [] : [{ hub: hub.origin, slot: slot.order.slot }]
    })
    .sort((a, b) => compareBytes(utf8(a.hub), utf8(b.hub)))
}

/** The same as the bytes that stand in a document. */
export function closingBytes(ending: Ending): Uint8Array | NoClosing {
  const order = closingOrder(ending)
  if (typeof order === 'string') return order
  const bytes = encodeOrder(order)
  return bytes.length > CLOSING_BYTES_MAX ? 'too-many' : bytes
}
