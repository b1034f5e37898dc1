/** ◆ What hubs' journals say of transfers, read beside the running hubs and each record once. */
import type { Hex, Origin } from '#ledger/action.ts'
import { parseRecord } from '#ledger/entry.ts'
import { parseOrder } from '#ledger/federation/federation.ts'
import { type From, JournalError } from '#node/disk/journal.ts'
import { walkJournal } from '#node/disk/journal-reading.ts'
import { frameTypes } from '#node/record/frames.ts'
import { journalDirectory } from '#node/record/founding.ts'
import type { Place } from './country.ts'

export type Watch = {
  /** Reads on in all journals. */
  look(): void
  /** Its order is certified, the other hub has taken it in, and its own hub has that hub's word for it. */
  isSettled(xid: Hex): boolean
  /** Its owner has it back. */
  isReturned(xid: Hex): boolean
  /** Taken in, and not credited: by the hub where it waits. */
  readonly suspended: ReadonlyMap<Hex, Origin>
}

export function watchOf(places: readonly Place[]): Watch {
  const ordered = new Map<Hex, string>()
  const arrived = new Set<Hex>()
  const returned = new Set<Hex>()
  const acknowledged = new Set<string>()
  const suspended = new Map<Hex, Origin>()
  const read = new Map<Place, From>()

  function take(place: Place, payload: Uint8Array): void {
    const { action } = parseRecord(payload)!
    if (action.kind === 'x.ack') acknowledged.add(`${place.origin} ${action.slot} ${action.destination}`)
    if (action.kind !== 'x.out' && action.kind !== 'x.in') return
    const order = parseOrder(action.order)!
    if (action.kind === 'x.out') {
      for (const { xid, destination } of order.outs) ordered.set(xid, `${place.origin} ${order.slot} ${destination}`)
      return
    }
    const ours = order.outs.filter(({ destination }) => destination === place.origin)
    for (const [i, { xid, returns }] of ours.entries()) {
      arrived.add(xid)
      if (returns !== null) returned.add(returns)
      if (action.dispositions[i] !== 'credit') suspended.set(xid, place.origin)
    }
  }

  function readOn(place: Place): void {
    const from = read.get(place) ?? null
    let seen = from?.frames ?? 0
    try {
      for (const { frame, at } of walkJournal(journalDirectory(place.hub.data), null, from)) {
        // Where reading begins again stands the last frame that was read before.
        if (from === null || at.segment !== from.segment || at.offset !== from.offset) {
          if (frame.type === frameTypes.record) take(place, frame.payload.slice())
          seen += 1
        }
        read.set(place, { ...at, frames: seen })
      }
    } catch (error) {
      // A hub that is just beginning its next file is read again at the next look.
      if (!(error instanceof JournalError)) throw error
    }
  }

  return {
    look: () => places.forEach(readOn),
    isSettled: (xid) => arrived.has(xid) && acknowledged.has(ordered.get(xid) ?? ''),
    isReturned: (xid) => returned.has(xid),
    suspended,
  }
}
