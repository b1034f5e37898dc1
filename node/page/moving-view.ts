/** What somebody takes along to another city, where they may go, and once they have moved, the record that says so. */
import type { Hex } from '#ledger/action.ts'
import type { Entry } from '#ledger/entry.ts'
import { carriedBy, currentDocument, type State } from '#ledger/state/state.ts'
import type { MovingView } from '#protocol/matters.ts'

/** `signed`: what this account signed, as places in the record, the newest last. Null for an account that is none of this hub's. */
export function movingView(state: State, acct: Hex, signed: readonly number[], entryAt: (seq: number) => Entry): MovingView | null {
  if (!state.members.has(acct)) return null
  const { lifetimeMilli, contributions, reserveMilli } = carriedBy(state, acct)
  const cities = state.federation === null ? [] : currentDocument(state.federation).members
    .filter(({ card }) => card.community && card.origin !== state.hub.origin && !state.frozen.has(card.origin))
    .map(({ card }) => ({ origin: card.origin, city: card.city }))
  return {
    lifetimeMilli: lifetimeMilli.toString(), contributions, reserveMilli: reserveMilli.toString(), cities,
    moved: movedBy(state, acct, signed, entryAt),
  }
}

function movedBy(state: State, acct: Hex, signed: readonly number[], entryAt: (seq: number) => Entry): MovingView['moved'] {
  const destination = state.departures.get(acct)?.to ?? null
  const seq = destination === null ? undefined : signed.findLast((one) => entryAt(one).action.kind === 'member.moved')
  return destination === null || seq === undefined ? null : { destination, seq }
}
