/**
 * Whom a hub has to ask what it has said: the members that it remembers, and those that came since.
 *
 * A backup may be older than a document of the federation, and a hub that is not let through yet records none. But who
 * has joined meanwhile may hold what nobody else does: have cosigned the newest checkpoint, or be of every quorum. So the
 * members are asked for documents, too, and the signatures under these say whether they count.
 */
import type { Origin } from '#ledger/action.ts'
import type { Card, FederationDocument } from '#ledger/federation/federation.ts'
import { cardOf } from '#ledger/state/state.ts'
import { services } from '#protocol/limits.ts'
import { helloAnswers, helloRequests } from '#protocol/message.ts'
import { agreedAfter, type InForce } from '#protocol/successor.ts'
import { membershipOf, neighbour, peerOf } from '../cities.ts'
import { inForceIn } from '../federation/documents.ts'
import type { Network } from '../../wire/network.ts'
import type { Writer } from '../../ports.ts'

export type MembersSince = {
  /** The other members by the document in force here, and by those that were shown to follow it. */
  others(): Card[]
  /** Whether of all members of each of these documents enough have answered, so that no quorum was formed without one of them. */
  areEnough(hasAnswered: (origin: Origin) => boolean): boolean
  /** Asks a member for the documents that follow. False when it does not answer. */
  learnFrom(card: Card): Promise<boolean>
  /** One question to any of them. Rejects as `Network.request` does. */
  request(card: Card, service: { protocol: string; answerBytesMax: number; timeoutMs: number }, body: Uint8Array): Promise<Uint8Array>
}

/** Remembers what it is shown until the record has it. `enough`: of so many members, how many others must answer. */
export function membersSince({ writer, network }: { writer: Writer; network: Network }, enough: (members: number) => number): MembersSince {
  const self = writer.state.hub.origin
  /** What follows the document in force here, oldest first. */
  let later: InForce[] = []

  function inForce(): InForce[] {
    const now = membershipOf(writer.state) === null ? null : inForceIn(writer.state)
    if (now === null) return []
    later = later.filter(({ document }) => document.version > now.document.version)
    return [now, ...later]
  }

  const documents = (): FederationDocument[] => inForce().map(({ document }) => document)

  const others = (): Card[] => [...new Map(documents().flatMap(({ members }) => members.map(({ card }) => [card.origin, card] as const))).values()]
    .filter(({ origin }) => origin !== self)

  async function request(card: Card, { protocol, ...limits }: Parameters<MembersSince['request']>[1], body: Uint8Array): Promise<Uint8Array> {
    const peer = peerOf(card)
    // To the network it is a stranger; it knows this hub, and may be connected though nothing answers where it was.
    if (neighbour(writer.state, card.origin) === undefined) {
      const addresses = documents().flatMap(({ members }) => members.flatMap((one) => (one.card.origin === card.origin ? one.addresses : [])))
      await network.reach([...new Set(addresses)], limits.timeoutMs).catch(() => {})
    }
    return await network.request(peer, protocol, body, limits)
  }

  async function learnFrom(card: Card): Promise<boolean> {
    for (;;) {
      const newest = inForce().at(-1)
      if (newest === undefined) return true
      const asked = helloRequests.encode({ type: 'documents', from: newest.document.version + 1 })
      const answer = await request(card, services.hello, asked).then(helloAnswers.parse, () => null)
      if (answer?.type !== 'documents') return false
      const known = inForce().length
      for (const { document, signatures } of answer.activations) {
        const before = inForce().at(-1)
        const next = before === undefined ? null : agreedAfter(document, signatures, before)
        if (next !== null && cardOf(next.document, self) !== undefined) later.push(next)
      }
      if (inForce().length === known) return true
    }
  }

  return {
    others,
    areEnough: (hasAnswered) => documents().every(({ members }) =>
      members.filter(({ card: { origin } }) => origin !== self && hasAnswered(origin)).length >= enough(members.length)),
    learnFrom,
    request,
  }
}
