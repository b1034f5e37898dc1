/**
 * E5 and E6: two words about one slot of a chain of orders, of which a hub may say one.
 *
 *   E5  its order key has signed two orders for one slot
 *   E6  its vote key has voted for two orders in one slot, in whatever epochs
 *
 * Both signatures are over the place itself (hub, slot and orderId), so no order has to be shown and both always fit into
 * a bundle. The order key follows from the genesis. The vote key stands in the hub's card, which its log key has signed.
 */
import { compareBytes, equalBytes, toHex, utf8 } from '../bytes.ts'
import { type Card, isSignedOrder, isVoteFor, readCard } from '../federation/federation.ts'
import { sha256 } from '../hash.ts'
import { verifyIn } from '../keys.ts'
import { SIGNATURE } from '../note.ts'
import { type Accused, type EvidenceFault, type Offence, offence } from './offence.ts'
import type { Evidence, SignedOrderId, SignedVote } from './parts.ts'

/** The card of this hub, as its log key has signed it; else null. */
export function ownCard({ hubId, origin, logKey }: Accused, bytes: Uint8Array, signature: Uint8Array): Card | null {
  const card = readCard(bytes)
  const isOwn = card !== null && card.origin === origin && equalBytes(card.hubId, hubId) && equalBytes(card.logKey, logKey)
  return isOwn && verifyIn(logKey, 'card', hubId, bytes, signature) ? card : null
}

/** Of its length alone: with another, what was signed about one place could be read as about a second one. */
const isOrderId = (order: Uint8Array): boolean => order.length === 32

export function twoOrders(
  accused: Accused, { at, first, second }: Extract<Evidence, { kind: 'E5' }>,
): Offence | EvidenceFault {
  const { federation, hub, slot } = at
  const { orderKey, origin } = accused
  const isSigned = ({ order, signature }: SignedOrderId): boolean =>
    isOrderId(order) && isSignedOrder(orderKey, federation, { origin: hub, slot, order }, signature)
  if (hub !== origin || !isSigned(first) || !isSigned(second)) return 'bad-order'
  if (equalBytes(first.order, second.order)) return 'no-contradiction'
  return offence(accused, 'E5', {
    numbers: [BigInt(slot)],
    hashes: [federation, ...[first.order, second.order].sort(compareBytes)],
    guilty: { name: `${origin}/order`, type: SIGNATURE, publicKey: orderKey },
    at: BigInt(slot),
    chain: origin,
    statements: [{ order: toHex(first.order) }, { order: toHex(second.order) }],
    shows: `This key signed two different orders for slot ${slot} of its chain: what it has it meant to spend twice.`,
  })
}

export function twoVotes(
  accused: Accused, { card: bytes, cardSignature, at, first, second }: Extract<Evidence, { kind: 'E6' }>,
): Offence | EvidenceFault {
  const card = ownCard(accused, bytes, cardSignature)
  if (card === null) return 'bad-card'
  const { federation, hub, slot } = at
  const isGood = ({ epoch, order, signature }: SignedVote): boolean =>
    isOrderId(order) && isVoteFor(card.voteKey, federation, epoch, { origin: hub, slot, order }, signature)
  if (!isGood(first) || !isGood(second)) return 'bad-vote'
  if (equalBytes(first.order, second.order)) return 'no-contradiction'
  return offence(accused, 'E6', {
    numbers: [BigInt(slot)],
    hashes: [federation, sha256(utf8(hub)), ...[first.order, second.order].sort(compareBytes)],
    guilty: { name: `${accused.origin}/vote`, type: SIGNATURE, publicKey: card.voteKey },
    at: BigInt(slot),
    chain: hub,
    // Whoever has forgotten a vote abstains where it may have voted: no restore excuses a second one.
    statements: [],
    shows: `This key voted for two different orders in slot ${slot} of the chain of ${hub}: `
      + 'a voter stands by the first one it has voted for.',
  })
}
