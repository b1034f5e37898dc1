/**
 * The destination: takes every certificate in, by the rules' dispositions, and answers with its own record and the proof
 * that it stands. What nobody will deliver any more it fetches from the logs themselves.
 *
 * It also reads, in the logs of the cities that paid them, what awards to our members were for.
 */
import type { ActionOf, Hex, Origin } from '#ledger/action.ts'
import { type Certificate, type Order, parseOrder } from '#ledger/federation/federation.ts'
import { dispositionsOf, outsTo } from '#ledger/rules/arrival.ts'
import { generationOf, type State } from '#ledger/state/state.ts'
import type { SettleAnswer } from '#protocol/message.ts'
import type { Checkpointer } from '../logs/checkpointer.ts'
import type { Membership } from '../cities.ts'
import { arrivedAt, certificateIn } from './certificates.ts'
import type { Answer, Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'

export type DestinationPorts = {
  writer: Writer
  replicas: Replicas
  checkpointer: Pick<Checkpointer, 'prove'>
  /** Cities that stewards here agree to close: what they deliver waits, what their logs show does not. */
  isClosing(origin: Origin): boolean
  /** Seconds, never before the last record. */
  now(): number
  /** Records an entry of settlement, and says so when it is not taken. */
  record: Writer['record']
  /** Asks other members for documents this hub may have missed. */
  askDocuments(): void
}

export type Destination = {
  /** A certificate that was brought: the receipt, or `waiting` while it cannot be taken in. */
  answerDeliver(certificate: Certificate): Promise<SettleAnswer>
  takeInWhatIsLeft(membership: Membership): Promise<void>
  /** Records the awards of other cities to our members whose reasons have been read by now. */
  noteAbroad(): Promise<void>
  /** Something was taken in: it may be such an award. */
  onTakenIn(seq: number, arrival: ActionOf<'x.in'>): void
}

/** Opens the destination; it takes in what it is given, and what is left when it is told to look. */
export function openDestination(ports: DestinationPorts): Destination {
  const { writer, replicas, checkpointer } = ports
  const self = writer.state.hub.origin
  /** The state that `unread` is about: after a storage error the writer begins a new one. */
  let seen: State | null = null
  /** Arrivals that may pay an award and have not been looked at, by their transfer. */
  let unread = new Set<Hex>()

  async function answerDeliver({ epoch, order: bytes, signature, votes }: Certificate): Promise<SettleAnswer> {
    const { state } = writer
    const order = parseOrder(bytes)
    if (order === null || state.federation === null) return { type: 'waiting' }
    const known = arrivedAt(state, order.hub, order.slot)
    if (known !== undefined) return await receipt(known)
    if (epoch > state.federation.documents.length) {
      ports.askDocuments()
      return { type: 'waiting' }
    }
    if (ports.isClosing(order.hub)) return { type: 'waiting' }
    const answer = await takeIn({ epoch, order: bytes, signature, votes })
    if (answer.ok) return await receipt(answer.seq)
    // The same certificate may have come twice at once.
    const meanwhile = arrivedAt(writer.state, order.hub, order.slot)
    if (meanwhile !== undefined) return await receipt(meanwhile)
    return { type: 'waiting' }
  }

  async function receipt(seq: number): Promise<SettleAnswer> {
    const proof = await checkpointer.prove(seq)
    return proof === null
      ? { type: 'waiting' }
      : { type: 'arrived', record: writer.entryAt(seq).bytes, proof }
  }

  /**
   * From a city that is being closed, what its log shows to be certified and nobody will deliver any
   * more; so from every city, once this one has gone on from a backup: its receipt may be there, and what it
   * was for is lost here. From one that was closed, what its last order leaves to this city.
   */
  async function takeInWhatIsLeft({ federation, document }: Membership): Promise<void> {
    for (const { card: { origin } } of document.members) {
      if (origin === self || !(ports.isClosing(origin) || generationOf(writer.state) > 0)) continue
      const replica = replicas.of(origin)
      const first = (writer.state.inbound.get(origin)?.last ?? -1) + 1
      for (const slot of replica?.state?.chain.slots.slice(first) ?? []) {
        if (!isDue(slot.order, origin) || slot.certifiedSeq === null || slot.certifiedSeq >= replica!.kept) continue
        const certificate = certificateIn(replica!, slot.certifiedSeq, slot)
        if (certificate !== null) await takeIn(certificate)
      }
    }
    for (const [i, { document: { closings } }] of federation.documents.entries()) {
      for (const { origin, order: bytes } of closings) {
        if (origin === self || !isDue(parseOrder(bytes)!, origin)) continue
        await takeIn({ epoch: i + 1, order: bytes, signature: new Uint8Array(64), votes: [] })
      }
    }
  }

  const isDue = (order: Order, from: Origin): boolean =>
    order.slot > (writer.state.inbound.get(from)?.last ?? -1) && outsTo(order, self).length > 0

  async function takeIn({ epoch, order, signature, votes }: Certificate): Promise<Answer> {
    const dispositions = dispositionsOf(writer.state, parseOrder(order)!, { epoch, votes }, ports.now())
    return await ports.record('x.in', { epoch, order, signature, votes, dispositions })
  }

  async function noteAbroad(): Promise<void> {
    if (seen !== writer.state) {
      seen = writer.state
      unread = new Set(seen.arrivals.keys())
    }
    for (const xid of [...unread]) {
      const { from, out, phase } = writer.state.arrivals.get(xid)!
      if (phase === 'suspended') continue
      const replica = replicas.of(from)
      const readable = phase === 'credited' && out.returns === null && !writer.state.abroad.has(xid)
      if (readable && (replica === undefined || replica.note === null || replica.size <= out.request)) continue
      const request = readable ? replica!.poolRequestAt(out.request) : undefined
      const proof = request === undefined ? null : replica!.prove(out.request)
      if (request !== undefined && proof === null) continue
      unread.delete(xid)
      if (request === undefined || proof === null) continue
      const answer = await ports.record('contribution.abroad', { member: out.to, xid, request: { record: request, proof } })
      // The door was shut, and will open again.
      if (!answer.ok && 'unavailable' in answer) unread.add(xid)
    }
  }

  return {
    answerDeliver,
    takeInWhatIsLeft,
    noteAbroad,
    onTakenIn(seq, { order }) {
      if (seen !== writer.state) return
      for (const { xid } of outsTo(parseOrder(order)!, self)) if (seen.arrivals.get(xid)?.seq === seq) unread.add(xid)
    },
  }
}
