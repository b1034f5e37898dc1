/**
 * The card of this hub: who it is, with the keys it signs and is reached by, and the vote key it is to have next. A document
 * in force decides which vote key it signs with.
 */
import { equalBytes } from '#ledger/bytes.ts'
import { type Card, encodeCard, encodeSignedCard, type SignedCard } from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { ownCard } from '#ledger/state/state.ts'
import type { HubKeys, NextVoteKey } from '../../disk/keystore.ts'
import type { Network } from '../../wire/network.ts'
import type { Log, Writer } from '../../ports.ts'
import type { Table } from '../../store.ts'

export type OwnCardPorts = {
  writer: Pick<Writer, 'state'>
  network: Pick<Network, 'addresses'>
  /** Row `box`: this hub is a witness box. */
  table: Table
  /** `vote` changes with the document that renews it. */
  keys: HubKeys
  nextVoteKey: NextVoteKey
  log: Log
}

export type OwnCard = {
  /** As this hub is now. */
  card(): Card
  bytes(): Uint8Array
  signed(): SignedCard
  /** The key that a document in force gives this hub is the one it signs with, from now on. */
  takeUpNext(): void
  /** As it would be with its next vote key; null while it is to have none. */
  renewed(): SignedCard | null
  /** As this hub is, or as it is to be: what its page shows. */
  shown(): { bytes: Uint8Array; signature: Uint8Array }
  /** The same with the addresses it can be reached at now. */
  text(): Uint8Array
  /** It is to be a witness box, or a city. */
  beBox(isBox: boolean): Promise<void>
}

/** Makes the card, and takes up the vote key that a document has given this hub meanwhile. */
export function openOwnCard({ writer, network, table, keys, nextVoteKey, log }: OwnCardPorts): OwnCard {
  const { hub } = writer.state
  let own: Card = {
    format: 1,
    hubId: hub.id,
    origin: hub.origin,
    city: hub.city,
    region: hub.region,
    logKey: hub.logKey,
    cosignerKey: keys.cosigner.publicKey,
    auditorKey: keys.auditor.publicKey,
    orderKey: hub.orderKey,
    voteKey: keys.vote.publicKey,
    peerKey: keys.peer.publicKey,
    community: table.get('box') === undefined,
  }
  let bytes: Uint8Array
  let signature: Uint8Array
  takeUpNext()

  function takeUpNext(): void {
    const inForce = ownCard(writer.state)?.voteKey
    const next = nextVoteKey.held()
    if (next !== null && inForce !== undefined && equalBytes(next.publicKey, inForce)) nextVoteKey.takeUp()
    own = { ...own, voteKey: keys.vote.publicKey }
    if (inForce !== undefined && !equalBytes(inForce, own.voteKey)) {
      log.error('keys/vote is not the vote key of this hub in its federation; it votes for nothing. Give it a new one: federation renew')
    }
    write()
  }

  function write(): void {
    bytes = encodeCard(own)
    signature = sign(keys.log.secret, 'card', hub.id, bytes)
  }

  function renewed(): SignedCard | null {
    const next = nextVoteKey.held()
    if (next === null) return null
    const card = { ...(ownCard(writer.state) ?? own), voteKey: next.publicKey }
    const bytes = encodeCard(card)
    return { card, bytes, signature: sign(keys.log.secret, 'card', hub.id, bytes), addresses: [] }
  }

  const shown = () => renewed() ?? { bytes, signature }

  return {
    card: () => own,
    bytes: () => bytes,
    signed: () => ({ card: own, bytes, signature, addresses: [] }),
    takeUpNext,
    renewed,
    shown,
    text() {
      const { bytes, signature } = shown()
      return encodeSignedCard(bytes, signature, network.addresses().slice(0, 8))
    },
    async beBox(isBox) {
      await (isBox ? table.put('box', Uint8Array.of(1)) : table.del('box'))
      own = { ...own, community: !isBox }
      write()
    },
  }
}
