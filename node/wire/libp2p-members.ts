/**
 * The members and observers, and the ways to them. Each is dialled again for ever, with pauses that grow; where it was
 * last reached (`address-book.ts`), where the document says, at relays, and where the DHT says. What a connection shows
 * of where a member is goes into the book. One that is reached through a relay only is tried directly now and then.
 */
import type { Connection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { AddressBook } from './address-book.ts'
import { gossipLives, gossips } from './libp2p-gossip.ts'
import type { Node } from './libp2p-node.ts'
import { isLoopback, keyOf, readAddressOf, sameAddresses } from './libp2p-peer.ts'
import { isRelayed, waysThroughRelays } from './libp2p-reach.ts'
import type { NetworkSettings } from './libp2p-settings.ts'
import type { NetworkLog, PeerKey } from './network.ts'

/** Times are milliseconds of the monotonic clock. */
export type Contact = {
  id: PeerId
  /** As the document has them. */
  addresses: Multiaddr[]
  failures: number
  dueAt: number
  dialling: boolean
  /** Null while it is not connected. */
  connectedAt: number | null
  /** Since when it is connected without living gossip. */
  missingSince: number | null
  /** While it is connected: when to look whether a relay can be done without. */
  directDueAt: number
}

export type MembersPorts = {
  settings: NetworkSettings
  dht: boolean
  addressBook: AddressBook | undefined
  log: NetworkLog
}

export class Members {
  readonly contacts = new Map<PeerKey, Contact>()
  /** The text forms of their ids, which is how gossipsub names a peer to its scores. */
  readonly ids = new Set<string>()
  private readonly ports: MembersPorts

  constructor(ports: MembersPorts) {
    this.ports = ports
  }

  has(peer: PeerKey | null): peer is PeerKey {
    return peer !== null && this.contacts.has(peer)
  }

  /** Adds a member, or takes over its addresses; true when it is new. */
  know(peer: PeerKey, id: PeerId, written: string[]): boolean {
    const addresses = this.readAddresses(id, written)
    const contact = this.contacts.get(peer)
    if (contact !== undefined) {
      if (!sameAddresses(contact.addresses, addresses)) Object.assign(contact, { addresses, failures: 0, dueAt: 0 })
      return false
    }
    this.contacts.set(peer, {
      id, addresses, failures: 0, dueAt: 0, dialling: false, connectedAt: null, missingSince: null, directDueAt: 0,
    })
    this.ids.add(id.toString())
    return true
  }

  forget(peer: PeerKey): void {
    const contact = this.contacts.get(peer)
    if (contact !== undefined) this.ids.delete(contact.id.toString())
    this.contacts.delete(peer)
  }

  connected(contact: Contact): void {
    contact.connectedAt = performance.now()
    contact.missingSince = null
    contact.directDueAt = performance.now() + this.ports.settings.relayedPatienceMs
  }

  disconnected(contact: Contact): void {
    // Only a connection that lasted clears the count: who hangs up at once is asked ever less.
    const since = contact.connectedAt ?? performance.now()
    if (performance.now() - since > this.ports.settings.steadyMs) contact.failures = 0
    contact.connectedAt = null
    this.postpone(contact)
  }

  /** Dials who is due. */
  tend(node: Node, now: number): void {
    for (const contact of this.contacts.values()) {
      if (contact.dialling) continue
      if (contact.connectedAt === null && contact.dueAt <= now) void this.redial(node, contact)
      else if (contact.connectedAt !== null && contact.directDueAt <= now) void this.comeCloser(node, contact, now)
    }
  }

  /**
   * A connection by the first of its ways that leads there. Each way is a dial of its own, because
   * libp2p tries the addresses of one dial in the time of one, and an address that swallows what is
   * sent there takes all of it. With `signal` all ways share that time. Rejects when none leads there.
   */
  async dial(node: Node, contact: Contact, signal: AbortSignal | null): Promise<Connection> {
    let failed: unknown = new Error('no address is known')
    for await (const addresses of this.waysTo(node, contact)) {
      if (addresses.length === 0) continue
      try {
        return await node.dial(addresses, { signal: signal ?? this.patience() })
      } catch (error) {
        failed = error
        if (signal?.aborted === true) break
      }
    }
    throw failed
  }

  /** Where a member answers, for the next start. What it says of its own machine alone helps only on that machine. */
  learn(id: PeerId, listenAddrs: Multiaddr[], { remoteAddr, direction }: Connection): void {
    const peer = keyOf(id)
    const book = this.ports.addressBook
    if (book === undefined || !this.has(peer)) return
    if (direction === 'outbound' && !isRelayed(remoteAddr)) book.answered(peer, String(remoteAddr))
    const here = isLoopback(remoteAddr)
    const said = listenAddrs.filter((address) => here || !isLoopback(address))
    book.said(peer, said.flatMap((address) => readAddressOf(id, String(address)) ?? []).map(String))
  }

  /** Multicast told of a hub: a member that is not connected is tried there at once. */
  foundOnLan(node: Node, id: PeerId, addresses: Multiaddr[]): void {
    const contact = this.contacts.get(keyOf(id) ?? '')
    if (contact === undefined || contact.dialling || contact.connectedAt !== null) return
    const there = this.readAddresses(id, addresses.map(String))
    void this.while(contact, 'dialling a hub of this network', () => node.dial(there, { signal: this.patience() }))
  }

  /**
   * Those that are connected and whose gossip has been dead for a while. A frame above the limit ends a gossip stream but
   * leaves the connection, and then no gossip passes until a reconnect: gossipsub opens its streams once for each connection.
   */
  async *zombies(node: Node, connected: PeerKey[], now: number): AsyncGenerator<PeerKey> {
    for (const peer of connected) {
      const contact = this.contacts.get(peer)
      if (contact === undefined) continue
      if (gossipLives(node.getConnections(contact.id))) {
        contact.missingSince = null
        continue
      }
      contact.missingSince ??= now
      if (now - contact.missingSince < this.ports.settings.zombieMs) continue
      contact.missingSince = now
      if (await gossips(node, contact.id)) yield peer
    }
  }

  private async redial(node: Node, contact: Contact): Promise<void> {
    await this.while(contact, 'redialling', () => this.dial(node, contact, null))
    this.postpone(contact)
  }

  /** A member that is connected through a relay only is tried directly; the relay is let go when that leads there. */
  private async comeCloser(node: Node, contact: Contact, now: number): Promise<void> {
    const { relayedPatienceMs, zombieMs } = this.ports.settings
    const isFar = node.getConnections(contact.id).every(({ limits }) => limits !== undefined)
    contact.directDueAt = now + (isFar ? relayedPatienceMs : zombieMs)
    const ways = this.directWaysTo(contact).flat()
    if (!isFar || ways.length === 0) return
    await this.while(contact, 'coming closer', async () => {
      await node.dial(ways, { signal: this.patience() })
      const relayed = node.getConnections(contact.id).filter(({ limits }) => limits !== undefined)
      await Promise.all(relayed.map((connection) => connection.close()))
    })
  }

  /** One thing at a time with each member; what fails is tried again later. */
  private async while(contact: Contact, doing: string, what: () => Promise<unknown>): Promise<void> {
    contact.dialling = true
    try {
      await what()
    } catch (error) {
      this.ports.log.debug?.(`${doing} failed`, { reason: String(error) })
    } finally {
      contact.dialling = false
    }
  }

  private async *waysTo(node: Node, contact: Contact): AsyncGenerator<Multiaddr[]> {
    const [remembered, written] = this.directWaysTo(contact)
    yield remembered
    yield written
    yield this.rememberedOf(contact).filter(isRelayed)
    const here = [...this.contacts.values()].filter(({ connectedAt }) => connectedAt !== null)
    yield await waysThroughRelays(node, contact.id, here.map(({ id }) => id))
    // The DHT is asked only where all of that fails again and again.
    if (this.ports.dht && (remembered.length + written.length === 0 || contact.failures >= 3)) {
      yield await this.lookedUp(node, contact.id)
    }
  }

  private directWaysTo(contact: Contact): [remembered: Multiaddr[], written: Multiaddr[]] {
    const remembered = this.rememberedOf(contact).filter((address) => !isRelayed(address))
    return [remembered, contact.addresses.filter((address) => !remembered.some((other) => other.equals(address)))]
  }

  private rememberedOf({ id }: Contact): Multiaddr[] {
    return this.readAddresses(id, this.ports.addressBook?.of(keyOf(id)!) ?? [])
  }

  private async lookedUp(node: Node, id: PeerId): Promise<Multiaddr[]> {
    try {
      return (await node.peerRouting.findPeer(id, { signal: this.patience() })).multiaddrs
    } catch {
      return []
    }
  }

  private readonly patience = (): AbortSignal => AbortSignal.timeout(this.ports.settings.dialTimeoutMs)

  /**
   * Jitter keeps the hubs of a federation from dialling each other in step after a common
   * outage.
   */
  private postpone(contact: Contact): void {
    const { redialFirstMs, redialPauseMaxMs } = this.ports.settings
    const pause = Math.min(redialPauseMaxMs, redialFirstMs * 2 ** Math.min(contact.failures, 20))
    contact.failures++
    contact.dueAt = performance.now() + pause * (0.5 + Math.random() / 2)
  }

  private readAddresses(id: PeerId, addresses: string[]): Multiaddr[] {
    const read: Multiaddr[] = []
    for (const text of addresses) {
      const address = readAddressOf(id, text)
      if (address !== null) read.push(address)
      else this.ports.log.warn('an address cannot be used', { peer: keyOf(id), address: text })
    }
    return read
  }
}
