/**
 * A town that shows two histories of its log, and the evidence that whoever meets both can make of it.
 */
import { utf8 } from '#ledger/bytes.ts'
import { encodeReceipt, receiptsOf, sealGroup } from '#ledger/entry.ts'
import type { FreezingKind } from '#ledger/evidence/offence.ts'
import type { Bound, Evidence, SignedOrderId, SignedVote, SlotIn } from '#ledger/evidence/parts.ts'
import { encodeCard, signOrder, votePayload } from '#ledger/federation/federation.ts'
import { sha256 } from '#ledger/hash.ts'
import { sign } from '#ledger/keys.ts'
import { replay } from '#ledger/ledger.ts'
import { proveConsistency, proveInclusion, rootOf } from '#ledger/merkle.ts'
import { encodeProof } from '#ledger/proof.ts'
import { checkpointOf } from './exports.ts'
import { aMember, aTown, type Town } from './towns.ts'

/** Another town that shares all records so far and goes on as it likes, under the same keys. */
export function branchOf(town: Town): Town {
  const replayed = replay(town.entries.map(({ bytes }) => bytes))
  if ('refusal' in replayed) throw new Error(`a town's own log is refused: ${replayed.refusal.code}`)
  return { ...town, state: replayed.state, entries: [...town.entries] }
}

/** Two histories that are one up to three records, and have five and seven. */
export function twoHistories(name = 'chengdu'): { one: Town; other: Town } {
  const one = aTown(name)
  aMember(one, 'mei')
  const other = branchOf(one)
  aMember(one, 'bo')
  aMember(other, 'ana')
  aMember(other, 'li')
  return { one, other }
}

/** The document the town was founded by. */
export function genesisOf({ entries }: Town): Uint8Array {
  const { action } = entries[0]!
  if (action.kind !== 'hub.founded') throw new Error('a log begins with its founding')
  return action.genesis
}

/** The receipt for a record, sealed in a group of its neighbours. */
export function boundIn(
  town: Town, seq: number, { first = seq - 1, last = seq, generation = 0 } = {},
): Bound {
  const leaves = town.entries.slice(first, last + 1).map(({ leaf }) => leaf)
  const { origin, id } = town.state.hub
  const seal = sealGroup({ origin, first, last, root: rootOf(leaves), generation }, town.secrets.log, id)
  return { receipt: encodeReceipt(receiptsOf(seal, first, leaves)[seq - first]!), leaf: town.entries[seq]!.leaf }
}

/** The tlog-proof of a record under the checkpoint of `size` records. */
export function proofIn(town: Town, seq: number, size = town.entries.length, witnesses: Town[] = []): string {
  const hashes = proveInclusion(town.state.tree, seq, size)
  return encodeProof({ index: BigInt(seq), hashes, checkpoint: checkpointOf(town, witnesses, size) })
}

/** A slot of this town's chain, in a federation of this name. */
export const slotOf = ({ card }: Town, slot = 2, federation = 'a federation'): SlotIn =>
  ({ federation: nameOf(federation), hub: card.origin, slot })

const nameOf = (words: string): Uint8Array => sha256(utf8(words))

/** An order that the town signs for a slot, known by its name alone. */
export function orderedAt({ secrets }: Town, { federation, hub, slot }: SlotIn, name: string): SignedOrderId {
  const order = nameOf(name)
  return { order, signature: signOrder(secrets.order, federation, { origin: hub, slot, order }) }
}

/** The town's vote for an order in a slot. */
export function votedAt({ secrets }: Town, { federation, hub, slot }: SlotIn, name: string, epoch = 1): SignedVote {
  const order = nameOf(name)
  return { epoch, order, signature: sign(secrets.vote, 'vote', federation, votePayload(epoch, { origin: hub, slot, order })) }
}

/** A card as its town signs it. */
export function signedCardOf({ card, id, secrets }: Town): { card: Uint8Array; cardSignature: Uint8Array } {
  const bytes = encodeCard(card)
  return { card: bytes, cardSignature: sign(secrets.log, 'card', id, bytes) }
}

/**
 * One bundle of each kind against a town of two histories, of which `other` is the longer. `witnesses` cosign
 * the checkpoints; `at` is a number at which the histories differ.
 */
export function evidenceOfEach(
  { one, other }: { one: Town; other: Town }, witnesses: Town[] = [], at = 3,
): { [K in FreezingKind]: Extract<Evidence, { kind: K }> } {
  const genesis = genesisOf(one)
  const { tree } = other.state
  const size = one.entries.length
  return {
    E1: { kind: 'E1', genesis, first: boundIn(one, at), second: boundIn(other, at, { first: at - 1, last: at + 1 }) },
    E2: {
      kind: 'E2', genesis, first: checkpointOf(one, witnesses, size), second: checkpointOf(other, witnesses, size),
    },
    E3: {
      kind: 'E3', genesis, earlier: checkpointOf(one, witnesses), later: checkpointOf(other, witnesses),
      root: tree.root(size), proof: proveConsistency(tree, size, tree.size),
    },
    E4: {
      kind: 'E4', genesis, bound: boundIn(one, at), leaf: other.entries[at]!.leaf,
      proof: proofIn(other, at, undefined, witnesses),
    },
    E5: { kind: 'E5', genesis, at: slotOf(one), first: orderedAt(one, slotOf(one), 'one'), second: orderedAt(one, slotOf(one), 'other') },
    E6: {
      kind: 'E6', genesis, ...signedCardOf(one), at: slotOf(one),
      first: votedAt(one, slotOf(one), 'one'), second: votedAt(one, slotOf(one), 'other', 2),
    },
  }
}
