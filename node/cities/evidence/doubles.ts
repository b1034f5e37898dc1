/**
 * Two words about one slot, met here: from orders and certificates that this hub comes to see to evidence of kinds E5 and
 * E6.
 *
 * A hub that signs two orders for one slot shows them to different cities, so whoever sees only one of them sees nothing
 * odd. What is laid beside each other here: the chain in that hub's own log; every arrival in any log that is read,
 * which holds the order that came and the votes for it; what frontier reports bring as proof; and a pair that was met
 * while voting. Of two certificates for one slot every voter that stands in both has voted twice.
 */
import type { ActionOf, Origin } from '#ledger/action.ts'
import { equalBytes, fromHex, toHex } from '#ledger/bytes.ts'
import type { Evidence, SlotIn } from '#ledger/evidence/parts.ts'
import { type OrderPlace, parseOrder, placeOf, type SignedCard } from '#ledger/federation/federation.ts'
import type { Slot } from '#ledger/state/between.ts'
import { neighbour } from '../cities.ts'
import { certificateIn, certifiedBy } from '../settlement/certificates.ts'
import type { Log, Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { SignedPair, Votes } from '../settlement/votes.ts'

/** Orders of one hub beyond what has been read of its own log that are remembered; the oldest makes room. */
const AHEAD_MAX = 256

export type DoublesPorts = {
  writer: Writer
  replicas: Pick<Replicas, 'of' | 'onGrown' | 'onTakenIn'>
  votes: Pick<Votes, 'orders' | 'onOrders'>
  /** The card of a member as its log key has signed it; null while nobody has shown it. */
  signedCard(origin: Origin): Promise<SignedCard | null>
  onFound(evidence: Evidence): void
  log: Log
}

/** An order that a hub signed for a slot, with the votes of one epoch if it came with them. */
type Sighting = OrderPlace & { signature: Uint8Array; votes: Vote[] }
/** By whom, and in which epoch: places change from document to document, and names do not. */
type Vote = { voter: Origin; epoch: number; signature: Uint8Array }

/** Begins with what was met before, and watches from then on. */
export function watchDoubles({ writer, replicas, votes, signedCard, onFound, log }: DoublesPorts): void {
  const self = writer.state.hub.origin
  const ahead = new Map<Origin, Sighting[]>()

  const membersIn = (epoch: number): readonly { card: { origin: Origin } }[] =>
    writer.state.federation?.documents[epoch - 1]?.document.members ?? []

  const votesIn = (epoch: number | null, given: readonly { voter: number; signature: Uint8Array }[]): Vote[] =>
    epoch === null ? [] : given.flatMap(({ voter, signature }) => {
      const member = membersIn(epoch)[voter]
      return member === undefined ? [] : [{ voter: member.card.origin, epoch, signature }]
    })

  const slotAt = ({ origin, slot }: OrderPlace): Slot | undefined =>
    (origin === self ? writer.state : replicas.of(origin)?.state)?.chain.slots[slot]

  /** What the log of the hub itself shows at a slot. */
  function shownAt(place: OrderPlace): Sighting | null {
    const slot = slotAt(place)
    if (slot === undefined) return null
    const { origin, slot: at } = place
    return { origin, slot: at, order: fromHex(slot.orderId)!, signature: slot.signature, votes: votesAt(origin, slot) }
  }

  function votesAt(origin: Origin, slot: Slot): Vote[] {
    if (slot.certifiedSeq === null) return []
    if (origin === self) {
      const certified = certifiedBy(writer.entryAt(slot.certifiedSeq).action)
      return certified === null ? [] : votesIn(certified.epoch, certified.votes)
    }
    const replica = replicas.of(origin)
    const certificate = replica === undefined || slot.certifiedSeq >= replica.kept ? null : certificateIn(replica, slot.certifiedSeq, slot)
    return certificate === null ? [] : votesIn(certificate.epoch, certificate.votes)
  }

  function see(seen: Sighting): void {
    const shown = slotAt(seen)
    if (shown?.orderId === toHex(seen.order)) return
    if (shown !== undefined) return void compare(seen, shownAt(seen)!)
    const waiting = ahead.get(seen.origin) ?? []
    const other = waiting.find(({ slot, order }) => slot === seen.slot && !equalBytes(order, seen.order))
    if (other !== undefined) return void compare(seen, other)
    ahead.set(seen.origin, [...waiting.slice(-AHEAD_MAX + 1), seen])
  }

  /** The hub's own log has been read on: what was waiting for it can be laid beside it. */
  function reread(origin: Origin): void {
    const waiting = ahead.get(origin) ?? []
    ahead.delete(origin)
    for (const seen of waiting) see(seen)
  }

  async function compare(one: Sighting, other: Sighting): Promise<void> {
    const { origin, slot } = one
    const federation = writer.state.federation?.id
    const genesis = genesisOf(origin)
    if (federation === undefined) return
    const at: SlotIn = { federation, hub: origin, slot }
    log.error('a city has signed two orders for one slot', { hub: origin, slot })
    // Of a log of which nothing has been read there is no genesis: what was met waits with what is ahead of it.
    if (genesis === null) return void ahead.set(origin, [...(ahead.get(origin) ?? []), one, other].slice(-AHEAD_MAX))
    onFound({ kind: 'E5', genesis, at, first: one, second: other })
    for (const first of one.votes) {
      const second = other.votes.find(({ voter }) => voter === first.voter)
      if (second === undefined) continue
      const card = await signedCard(first.voter)
      const founded = genesisOf(first.voter)
      if (card === null || founded === null) {
        log.warn('a voter has voted twice, and its card is not at hand to prove it', { hub: first.voter, of: origin, slot })
        continue
      }
      onFound({
        kind: 'E6', genesis: founded, card: card.bytes, cardSignature: card.signature, at,
        first: { ...first, order: one.order }, second: { ...second, order: other.order },
      })
    }
  }

  function genesisOf(origin: Origin): Uint8Array | null {
    if (origin !== self) return replicas.of(origin)?.genesis ?? null
    const { action } = writer.entryAt(0)
    return action.kind === 'hub.founded' ? action.genesis : null
  }

  function tookIn({ epoch, order: bytes, signature, votes: given }: ActionOf<'x.in'>): void {
    const order = parseOrder(bytes)
    // An order that a document closes a hub with is signed by nobody.
    if (order === null || order.kind === 'close') return
    see({ ...placeOf(order, bytes), signature, votes: votesIn(epoch, given) })
  }

  function met({ first, second }: SignedPair): void {
    const [one, other] = [first, second].map(({ order, signature }): Sighting =>
      ({ ...placeOf(parseOrder(order)!, order), signature, votes: [] }))
    void compare(one!, other!)
  }

  writer.onRecorded(({ action }) => {
    if (action.kind === 'x.in') tookIn(action)
    if (action.kind !== 'fed.adopted') return
    for (const { epoch, votes: given, ...row } of action.evidence) see({ ...row, votes: votesIn(epoch, given) })
  })
  replicas.onTakenIn(tookIn)
  replicas.onGrown(({ card }) => reread(card.origin))
  votes.onOrders(met)
  for (const pair of votes.orders()) if (pair.hub === self || neighbour(writer.state, pair.hub) !== undefined) met(pair)
}
