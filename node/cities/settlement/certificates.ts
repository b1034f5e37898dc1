/**
 * Where certificates stand: in our own log, which certifies the slots of our chain; in the copies of the others' logs,
 * which certify theirs; and in the records by which a slot of another chain was taken in here.
 */
import type { Action, Origin } from '#ledger/action.ts'
import { parseRecord } from '#ledger/entry.ts'
import { type Certificate, parseDocument, parseOrder } from '#ledger/federation/federation.ts'
import type { Slot } from '#ledger/state/between.ts'
import type { State } from '#ledger/state/state.ts'
import type { Writer } from '../../ports.ts'

/** The certificate of a certified slot of our own chain, from the record that seals it. */
export function certificateOf({ bytes, signature, certifiedSeq }: Slot, writer: Pick<Writer, 'entryAt'>): Certificate {
  const certified = certifiedBy(writer.entryAt(certifiedSeq!).action)
  if (certified === null) throw new Error('a certified slot names its certificate')
  return { ...certified, order: bytes, signature }
}

/** The certificate of a slot of another hub, out of the copy of its log. */
export function certificateIn(
  log: { recordAt(seq: number): Uint8Array }, certifiedSeq: number, { bytes, signature }: Pick<Slot, 'bytes' | 'signature'>,
): Certificate | null {
  const action = parseRecord(log.recordAt(certifiedSeq).slice())?.action
  const votes = action === undefined ? null : certifiedBy(action)
  return votes === null ? null : { ...votes, order: bytes, signature }
}

/** The epoch and the votes by which a record certifies a slot of its log; of a document that lets it stand, none. */
export function certifiedBy(action: Action): Pick<Certificate, 'epoch' | 'votes'> | null {
  if (action.kind === 'x.cert') return { epoch: action.epoch, votes: action.votes }
  return action.kind === 'fed.adopted' ? { epoch: parseDocument(action.document)!.version, votes: [] } : null
}

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

/**
 * The highest certificate of another hub's chain, of what its log shows and what this hub has taken in. The latter is certain,
 * though that log may not say so, nor have the order: its hub can have died between giving the certificate away and showing it, or gone back.
 */
export function newestOf(hub: Origin, shown: Certificate | null, writer: Pick<Writer, 'state' | 'entryAt'>): Certificate | null {
  const last = writer.state.inbound.get(hub)?.last ?? -1
  const isShown = last < 0 || (shown !== null && parseOrder(shown.order)!.slot >= last)
  return isShown ? shown : certificateOfArrival(writer, hub, last)
}
