/**
 * Suspense: value that has arrived and is nobody's yet.
 *
 * What the trust rules do not credit waits here for a steward, or goes back. What a visitor sends for a stay waits
 * here too, though it is trusted: until the stay is over nobody can say whose it is. It is bound to the agreement, and no
 * steward is asked: when the stay is settled, what is due for it reaches whoever hosted, and the rest goes back;
 * when it comes to nothing (called off, stayed away, lapsed, never agreed on) all of it goes back.
 */
import { credit } from '../value/account.ts'
import type { Hex, Origin } from '../action.ts'
import type { Arrival } from '../state/between.ts'
import { changed } from '../state/changed.ts'
import type { Agreement } from '../state/matters.ts'
import type { Out } from '../federation/federation.ts'
import { type At, changedMember, charterOf, globalDay, type State } from '../state/state.ts'
import { heirOf } from './closing.ts'
import { moveTrust } from './trust.ts'

const DAY_SECONDS = 86_400

/** Waits for a steward; after `suspenseDays` it goes back by itself. */
export function suspend(state: State, { xid, amount }: Out, ts: number): void {
  state.books.suspense += amount
  state.deadlines.set(ts + charterOf(state).windows.suspenseDays * DAY_SECONDS, 'arrival.return', xid)
}

/** The next order of this hub sends back what is left of it. Of a hub that was closed it is the heir's, perhaps ours. */
export function beginReturn(state: State, arrival: Arrival): void {
  changed(arrival)
  if (heirOf(state.federation!, arrival.from) === state.hub.origin) return inherit(state, arrival)
  arrival.phase = 'returning'
  state.chain.returning.add(arrival.xid)
}

/** What waits here of a hub that was closed, and must go back, is this city's when it is the heir. */
export function inheritReturns(state: State): void {
  for (const xid of [...state.chain.returning]) {
    const arrival = state.arrivals.get(xid)!
    if (heirOf(state.federation!, arrival.from) !== state.hub.origin) continue
    state.chain.returning.delete(xid)
    inherit(state, changed(arrival))
  }
}

function inherit(state: State, arrival: Arrival): void {
  state.books.suspense -= arrival.left
  state.books.pool += arrival.left
  arrival.left = 0n
  arrival.phase = 'returned'
}

/** The stay that this out of `source` is for, while it is still to be seen what comes of it. */
export function stayFor(state: State, { agreement: id, to }: Pick<Out, 'agreement' | 'to'>, source: Origin): Agreement | undefined {
  const agreement = state.agreements.openOne(id)
  if (agreement === undefined || agreement.stay === null || agreement.provider !== to) return undefined
  const isVisitors = state.guests.get(agreement.receiver)?.home === source
  return isVisitors && agreement.phase !== 'settled' ? agreement : undefined
}

/** An arrival in suspense waits for what comes of a stay; it counts as taken in from here on. */
export function bindToStay(state: State, { id }: Agreement, { xid, from, left }: Arrival, at: At): void {
  const agreement = state.agreements.change(id)
  agreement.stay = { ...agreement.stay!, waiting: [...agreement.stay!.waiting, xid] }
  changed(state.arrivals.get(xid)!).phase = 'bound'
  moveTrust(state, from, globalDay(state.federation!, at.ts), left)
}

/** What was sent for the stay of a `changed` agreement: `due` of it in all is the provider's, the rest goes back. */
export function releaseStay(state: State, agreement: Agreement, due: bigint, at: At): void {
  const { provider } = agreement
  let { paid } = agreement.stay!
  for (const xid of agreement.stay!.waiting) {
    const arrival = changed(state.arrivals.get(xid)!)
    const missing = due > paid ? due - paid : 0n
    const part = missing < arrival.left ? missing : arrival.left
    paid += part
    handOver(state, arrival, provider, part, at)
  }
  agreement.stay = { ...agreement.stay!, paid, waiting: [] }
}

/** `part` of a bound, `changed` arrival is the provider's; what is left goes back, and is no longer taken in. */
function handOver(state: State, arrival: Arrival, provider: Hex, part: bigint, at: At): void {
  if (part > 0n) {
    arrival.left -= part
    state.books.suspense -= part
    credit(state, changedMember(state, provider)!, 'global', part, at)
  }
  if (arrival.left === 0n) {
    arrival.phase = 'credited'
    return
  }
  moveTrust(state, arrival.from, globalDay(state.federation!, at.ts), -arrival.left)
  beginReturn(state, arrival)
}
