/**
 * The other cities, as this hub's record knows them: who a peer is, and whom we may answer. Only the
 * federation document in force counts, and only once this hub itself stands in it; a hub that is still
 * recording the documents before its own has no neighbours yet.
 */
import type { Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import type { Card, FederationDocument } from '#ledger/federation/federation.ts'
import type { Federation } from '#ledger/state/between.ts'
import { currentDocument, type State } from '#ledger/state/state.ts'
import type { PeerKey } from '../wire/network.ts'

export type Membership = { federation: Federation; document: FederationDocument }

/** The federation this hub is a member of, or null. */
export function membershipOf(state: State): Membership | null {
  const { federation, hub } = state
  if (federation === null) return null
  const document = currentDocument(federation)
  return document.members.some(({ card }) => card.origin === hub.origin) ? { federation, document } : null
}

/** The cards of the other members. */
export function neighboursOf(state: State): Card[] {
  const cards = membershipOf(state)?.document.members.map(({ card }) => card) ?? []
  return cards.filter((card) => card.origin !== state.hub.origin)
}

export const neighbour = (state: State, origin: Origin): Card | undefined =>
  neighboursOf(state).find((card) => card.origin === origin)

/** What people call a city; its origin when it is none of ours any more. */
export const cityNameOf = (state: State, origin: Origin): string => neighbour(state, origin)?.city ?? origin

export const neighbourAt = (state: State, peer: PeerKey): Card | undefined =>
  neighboursOf(state).find((card) => peerOf(card) === peer)

export const peerOf = (card: Card): PeerKey => toHex(card.peerKey)
