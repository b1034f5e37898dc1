/** Where in this hub's own log a slot of another hub's chain was taken in. */
import type { Origin } from '#ledger/action.ts'
import type { Certificate } from '#ledger/federation/federation.ts'
import type { State } from '#ledger/state/state.ts'
import type { Writer } from '../../ports.ts'

/** The record by which a slot of another hub was taken in here, or undefined. */
export function arrivedAt(state: State, hub: Origin, slot: number): number | undefined {
  if ((state.inbound.get(hub)?.last ?? -1) < slot) return undefined
  for (const arrival of state.arrivals.values())
    if (arrival.from === hub && arrival.slot === slot) return arrival.seq
  return undefined
}

/** The certificate by which that slot was taken in; null when it was not. */
export function certificateOfArrival(writer: Pick<Writer, 'state' | 'entryAt'>, hub: Origin, slot: number): Certificate | null {
  const seq = arrivedAt(writer.state, hub, slot)
  const action = seq === undefined ? undefined : writer.entryAt(seq).action
  if (action?.kind !== 'x.in') return null
  const { epoch, order, signature, votes } = action
  return { epoch, order, signature, votes }
}
