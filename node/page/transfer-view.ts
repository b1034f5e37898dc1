/**
 * What a member has asked to send to other cities, and how far each has come: by our own record, and from the arrival on by
 * the other city's, as far as it has been read here.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { globalDay, type State } from '#ledger/state/state.ts'
import type { OwnTransfersView, TransferView } from '#protocol/api.ts'
import type { Clock, Writer } from '../ports.ts'
import type { People } from '../words/people.ts'
import { transferOf } from './steward-view.ts'
import type { Views } from './views.ts'

/** More of them than a page shows to a person; all are in the record. */
const SHOWN = 100

export type OwnTransfersPorts = {
  writer: Writer
  views: Views
  people: People
  clock: Clock
  /** Votes gathered for the open slot, or null when none is open. */
  votes(): TransferView['votes']
  /** Another hub's state as far as its record has been read here. */
  stateAt(hub: Origin): State | null
}

export function ownTransfers({ writer, views, people, clock, votes, stateAt }: OwnTransfersPorts, who: Hex): OwnTransfersView {
  const { state } = writer
  const { federation } = state
  if (federation === null) return { today: 0, transfers: [] }
  const own = [...state.requests.values()].filter(({ from }) => from === who).slice(-SHOWN).reverse()
  return {
    today: globalDay(federation, Math.max(clock.now(), state.lastTs)),
    transfers: own.map((request) => {
      const { from: _from, ...shown } = transferOf(state, people, views, request, votes())
      return {
        ...shown,
        arrived: stateAt(request.terms.destination)?.arrivals.get(request.xid)?.phase ?? null,
      }
    }),
  }
}
