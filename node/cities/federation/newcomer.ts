/**
 * A hub that wants to join: it says who it is to the member whose card its steward pasted, takes in what that one has to
 * show, and tells the other members, whose stewards have to admit it too.
 */
import { parseDocument, type SignedCard } from '#ledger/federation/federation.ts'
import { VOTERS_MAX } from '#protocol/limits.ts'
import type { Activation } from '#protocol/message.ts'
import { peerOf } from '../cities.ts'
import type { PeerKey } from '../../wire/network.ts'
import type { Documents } from './documents.ts'
import type { Hello } from './hello.ts'
import type { OwnCard } from './own-card.ts'

export type NewcomerPorts = { own: OwnCard; hello: Hello; documents: Documents }

export type Newcomer = {
  /** Says who we are to a member, and learns whom else to tell. True when it could be reached. */
  introduce(to: SignedCard): Promise<boolean>
  /** Whether that one is a member, as far as was shown: any of them may coordinate. */
  isHost(peer: PeerKey): boolean
  stop(): void
}

/** It introduces this hub when it is told to. */
export function openNewcomer({ own, hello, documents }: NewcomerPorts): Newcomer {
  const { adopt, documentsFrom } = documents
  /** The members of the newest document that was shown. */
  let hosts: ReadonlySet<PeerKey> = new Set()
  let stopped = false

  async function introduce({ card, addresses }: SignedCard): Promise<boolean> {
    const answer = await hello(card, addresses, { type: 'join', card: own.text() })
    if (answer === null) return false
    const known: Activation[] = []
    for (let from = 1; !stopped && from <= VOTERS_MAX; from = known.length + 1) {
      const more = await documentsFrom(card, addresses, from)
      if (more.length === 0) break
      known.push(...more)
    }
    await adopt(known, (from) => documentsFrom(card, addresses, from))
    const newest = known.at(-1)
    const members =
      newest === undefined ? [] : (parseDocument(newest.document)?.members ?? [])
    hosts = new Set(members.map((member) => peerOf(member.card)))
    for (const member of members) {
      // Each member's own steward has to admit us; their hubs show our card to them.
      if (member.card.origin === own.card().origin || member.card.origin === card.origin) continue
      await hello(member.card, member.addresses, { type: 'join', card: own.text() })
    }
    return true
  }

  return { introduce, isHost: (peer) => hosts.has(peer), stop: () => void (stopped = true) }
}
