/**
 * The `Network` port over libp2p (`libp2p-node.ts`). It keeps what libp2p leaves to its user:
 *
 * - *Who may enter.* Known peers reach everything; strangers reach only open services, few at a
 *   time. Gossipsub and the DHT are handed a registrar that does not let strangers pass
 *   (`membersOnly`).
 * - *Staying connected.* libp2p gives up on a peer after five tries; here known peers are dialled
 *   for ever, by every way that leads to them (`libp2p-members.ts`). A gossip stream that died under
 *   a living connection ("zombie") is noticed and hung up.
 * - *Limits.* Every frame, stream, stranger and message has a bound, in one table
 *   (`libp2p-settings.ts`). What is answered, and to how many at once, stands in `libp2p-services.ts`.
 * - *Topics learned late.* Gossipsub copies its list of allowed topics once, at construction,
 *   together with their scores. A hub learns its topics when it joins a federation, and again
 *   when a region is added: a handful of times in its life. So a topic outside the list renews
 *   the whole libp2p node on the same port rather than reaching into private fields. Connections
 *   drop for a moment, the redial loop restores them, and what was missed comes by anti-entropy
 *   as after any other reconnect.
 * - *The DHT* runs in a hub that meets others, and is used only to find the new address of a known
 *   peer: at fewer than a hundred hubs the signed registry is the mechanism and the DHT a convenience.
 */
import { setImmediate, setTimeout } from 'node:timers/promises'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { TopicValidatorResult } from '@libp2p/gossipsub'
import type { Connection, Ed25519PrivateKey, PeerId, Stream } from '@libp2p/interface'
import { toString } from 'uint8arrays/to-string'
import { concat } from '#ledger/bytes.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { type Buckets, bucketsOf } from '../bucket.ts'
import { Callers } from './libp2p-callers.ts'
import { exchange, nameOf } from './libp2p-exchange.ts'
import { listenErrorOf, networkErrorOf, within } from './libp2p-failures.ts'
import { type BuiltNode, buildNode, type NetworkOptions, type Node } from './libp2p-node.ts'
import { Members } from './libp2p-members.ts'
import { keepPorts, keyIn, keyOf, peerIdOf, readAddress } from './libp2p-peer.ts'
import { Services } from './libp2p-services.ts'
import { DEFAULT_SETTINGS, type NetworkSettings } from './libp2p-settings.ts'
import type { KnownPeer, Network, NetworkLog, PeerKey, Reachability, RequestLimits, Service, Verdict } from './network.ts'
import { NetworkError } from './network.ts'
import { Links } from './links.ts'
import { Strangers } from './strangers.ts'

export type { NetworkOptions } from './libp2p-node.ts'

/** Starts listening. Rejects when the seed is not 32 bytes, or with a ListenError. */
export async function startNetwork(options: NetworkOptions): Promise<Network> {
  // With its public half, which libp2p would take a tenth of a second to work out for itself.
  const key = privateKeyFromRaw(concat(options.secret, publicKeyOf(options.secret))) as Ed25519PrivateKey
  const network = new Libp2pNetwork(key, options)
  try {
    await network.start()
  } catch (error) {
    throw listenErrorOf(error, options.listen)
  }
  return network
}

class Libp2pNetwork implements Network {
  readonly self: PeerKey
  private readonly key: Ed25519PrivateKey
  private readonly options: NetworkOptions
  private readonly settings: NetworkSettings
  private readonly log: NetworkLog

  private listen: string[]
  private node: Node | null = null
  /** Resolves to the running node; replaced at once when a renewal begins. */
  private ready: Promise<Node>
  private renewing = false
  private stopped = false
  private built: BuiltNode | null = null
  private admitted = new Set<string>()
  private lastAddresses: string[] = []
  private pulse: NodeJS.Timeout | null = null
  private lookDueAt = 0

  private readonly known: Members
  private readonly callers: Callers
  private readonly strangers: Strangers
  private readonly reaching = new Set<PeerKey>()
  private readonly links: Links
  private readonly services: Services
  private readonly subscriptions = new Map<string, (from: PeerKey, data: Uint8Array) => Verdict>()
  private readonly crossings: Buckets

  constructor(key: Ed25519PrivateKey, options: NetworkOptions) {
    this.key = key
    this.self = toString(key.publicKey.raw, 'base16')
    this.options = options
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings }
    this.known = new Members({
      settings: this.settings, dht: options.dht, addressBook: options.addressBook, log: options.log,
    })
    this.callers = new Callers({
      self: peerIdOf(this.self)!, settings: this.settings, log: options.log,
      request: (peer, protocol, body, limits) => this.request(peer, protocol, body, limits),
      reachable: () => this.built?.reachable,
    })
    this.links = new Links(options.log)
    this.strangers = new Strangers(this.settings, performance.now())
    this.services = new Services({
      settings: this.settings, log: options.log, strangers: this.strangers, isMember: (peer) => this.known.has(peer),
    })
    this.crossings = bucketsOf(
      { most: this.settings.relayConnectsBurst, perHour: this.settings.relayConnectsPerHour },
      { now: () => performance.now() / 1000 },
    )
    this.log = options.log
    this.listen = options.listen
    this.ready = Promise.reject(new NetworkError('unreachable', 'the network has not started'))
    this.ready.catch(() => {})
  }

  async start(): Promise<void> {
    this.ready = this.open()
    await this.ready
    this.pulse = setInterval(() => this.tend(), this.settings.pulseMs)
  }

  // What the hub asks.

  addresses(): string[] {
    if (this.node !== null) this.lastAddresses = this.node.getMultiaddrs().map(String)
    return [...this.lastAddresses]
  }

  reachability(): Reachability {
    return this.built?.reachable.way(this.toMembers(), (address) => this.callers.own.leadsHere(address)) ?? 'local'
  }

  connected(): PeerKey[] {
    return this.links.all()
  }

  setKnownPeers(peers: KnownPeer[]): void {
    const named = new Map(peers.filter((p) => p.peer !== this.self).map((p) => [p.peer, p]))
    for (const peer of [...this.known.contacts.keys()]) {
      if (named.has(peer)) continue
      this.known.forget(peer)
      this.callers.forget(peer)
      this.unlink(peer)
      this.hangUp(peer)
    }
    this.options.addressBook?.keepOnly(new Set(named.keys()))
    for (const { peer, addresses } of named.values()) {
      const id = peerIdOf(peer)
      if (id === null) {
        this.log.error('a known peer without an Ed25519 key is left out', { peer })
        continue
      }
      if (this.known.know(peer, id, addresses)) this.admit(peer, id)
    }
    this.tend()
  }

  private admit(peer: PeerKey, id: PeerId): void {
    this.strangers.forget(peer)
    const connection = this.openConnection(this.node, id)
    if (this.node === null || connection === undefined) return
    this.link(peer)
    void this.welcome(this.node, id, connection)
  }

  /** The connection of a stranger who became a member stays; only now may gossip and DHT use it. */
  private async welcome(node: Node, id: PeerId, connection: Connection): Promise<void> {
    try {
      const { protocols } = await node.peerStore.get(id)
      await this.built?.gate.welcome(id, connection, protocols)
    } catch (error) {
      this.note(error, 'welcoming a member')
    }
  }

  async reach(addresses: string[], timeoutMs: number): Promise<PeerKey> {
    const signal = AbortSignal.timeout(timeoutMs)
    const targets = addresses.map(readAddress).filter((address) => address !== null)
    if (targets.length === 0) throw new NetworkError('unreachable', 'no address can be read')
    const expected = targets.map(keyIn).filter((key) => key !== null)
    const fresh = expected.filter((key) => !this.reaching.has(key))
    for (const key of fresh) this.reaching.add(key)
    try {
      const node = await within(this.ready, signal)
      const connection = await node.dial(targets, { signal })
      const peer = keyOf(connection.remotePeer)
      if (peer === null) throw new Error('the peer has no Ed25519 key')
      this.meet(peer, connection)
      return peer
    } catch (error) {
      throw networkErrorOf(error, signal, 'unreachable', 'the hub could not be reached')
    } finally {
      for (const key of fresh) this.reaching.delete(key)
    }
  }

  async request(
    peer: PeerKey,
    protocol: string,
    body: Uint8Array,
    limits: RequestLimits,
  ): Promise<Uint8Array> {
    const signal = AbortSignal.timeout(limits.timeoutMs)
    const connection = await this.connectionTo(peer, signal)
    this.strangers.beginOwnRequest(peer)
    let stream: Stream | undefined
    try {
      stream = await connection.newStream(protocol, {
        signal, maxOutboundStreams: 256, runOnLimitedConnection: true,
      })
      return await exchange(stream, connection, body, limits.answerBytesMax, signal)
    } catch (error) {
      stream?.abort(new Error('the request failed'))
      if (connection.status !== 'open' && stream === undefined) {
        throw new NetworkError('unreachable', `${peer} closed the connection`, error)
      }
      const code = nameOf(error) === 'UnsupportedProtocolError' ? 'refused' : 'broken'
      throw networkErrorOf(error, signal, code, `${protocol} at ${peer} failed`)
    } finally {
      this.strangers.endRequest(peer, performance.now())
    }
  }

  async serve(protocol: string, service: Service): Promise<void> {
    await this.services.add(this.ready, protocol, service)
  }

  subscribe(topic: string, validate: (from: PeerKey, data: Uint8Array) => Verdict): void {
    this.subscriptions.set(topic, validate)
    if (this.node === null) return
    if (this.admitted.has(topic)) this.node.services.gossip.subscribe(topic)
    else this.renew()
  }

  unsubscribe(topic: string): void {
    this.subscriptions.delete(topic)
    if (this.node !== null) this.node.services.gossip.unsubscribe(topic)
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    // A frame too large would end the receiver's gossip stream: it must not leave the house.
    if (data.length > this.settings.messageBytesMax) {
      throw new NetworkError('oversize', `${data.length} bytes on ${topic}`)
    }
    const node = await this.ready
    if (!this.admitted.has(topic)) throw new Error(`nobody can receive the topic ${topic}`)
    try {
      await node.services.gossip.publish(topic, data)
    } catch (error) {
      throw new NetworkError('unreachable', `could not publish on ${topic}`, error)
    }
  }

  onConnected(listener: (peer: PeerKey) => void): void {
    this.links.onComing(listener)
  }

  onDisconnected(listener: (peer: PeerKey) => void): void {
    this.links.onGoing(listener)
  }

  async stop(): Promise<void> {
    if (this.stopped) return
    this.stopped = true
    if (this.pulse !== null) clearInterval(this.pulse)
    await this.ready.catch(() => {})
    await this.close()
    this.ready = Promise.reject(new NetworkError('unreachable', 'the network is stopped'))
    this.ready.catch(() => {})
  }

  // Building, renewing and closing the libp2p node.

  private async open(): Promise<Node> {
    const topics = new Set([...this.options.allowedTopics(), ...this.subscriptions.keys()])
    const built = await buildNode(this.key, this.listen, [...topics], this.options, this.settings, {
      isKnown: (peer) => this.isKnown(peer),
      mayDial: (peer) => this.mayDial(peer),
      mayEnter: (peer) => this.mayEnter(peer),
      mayEnterAgain: (peer) => (this.node?.getConnections(peer).length ?? 0) < this.settings.connectionsPerMemberMax,
      mayCross: (from, to) => this.isKnown(from) && this.isKnown(to) && this.crossings.take(from.toString()),
      knownIds: this.known.ids,
      foundOnLan: (peer, addresses) => {
        if (this.node !== null) this.known.foundOnLan(this.node, peer, addresses)
      },
    })
    const { node } = built
    node.addEventListener('peer:connect', ({ detail }) => {
      if (this.node === node) this.arrived(detail)
    })
    node.addEventListener('peer:disconnect', ({ detail }) => {
      if (this.node === node) this.left(detail)
    })
    node.addEventListener('peer:identify', ({ detail: { peerId, listenAddrs, observedAddr, connection } }) => {
      if (this.node !== node) return
      // Of strangers as well: one may become a member by this very connection.
      this.callers.seen(connection, observedAddr)
      if (this.isKnown(peerId)) this.known.learn(peerId, listenAddrs, connection)
    })
    node.addEventListener('connection:open', ({ detail }) => {
      if (this.node === node && this.isKnown(detail.remotePeer)) this.callers.opened(detail)
    })
    node.addEventListener('connection:close', ({ detail }) => {
      if (this.node === node && detail.limits !== undefined) void this.cameCloser(node, detail.remotePeer)
    })
    for (const topic of topics) {
      // Also for topics allowed but not subscribed: without a validator gossipsub relays anything.
      node.services.gossip.topicValidators.set(topic, (from, message) =>
        this.judge(topic, from, message.data),
      )
    }
    await this.services.mountOn(node)
    try {
      await node.start()
    } catch (error) {
      await node.stop()
      throw error
    }
    this.node = node
    this.built = built
    built.reachable.claim((address) => this.callers.own.leadsHere(address))
    this.callers.tellAgain()
    this.admitted = topics
    this.listen = keepPorts(this.listen, node.getMultiaddrs())
    for (const topic of this.subscriptions.keys()) {
      if (topics.has(topic)) node.services.gossip.subscribe(topic)
    }
    this.log.info('listening for hubs', { addresses: this.addresses() })
    this.tend()
    return node
  }

  private async close(): Promise<void> {
    const node = this.node
    this.node = null
    this.built = null
    for (const peer of this.links.all()) this.unlink(peer)
    this.strangers.forgetAll()
    await node?.stop()
  }

  /**
   * Builds the node anew, on the same port, with the topics of now. Several calls make one
   * renewal.
   */
  private renew(): void {
    if (this.renewing || this.stopped) return
    this.renewing = true
    this.ready = this.renewed()
    this.ready.catch(() => {})
  }

  private async renewed(): Promise<Node> {
    // A hub that joins subscribes to many topics in one turn; they share this renewal.
    await setImmediate()
    try {
      while (!this.stopped) {
        try {
          await this.close()
          const node = await this.open()
          if ([...this.subscriptions.keys()].every((topic) => this.admitted.has(topic))) return node
        } catch (error) {
          const reason = String(error)
          this.log.error('the network could not be renewed; trying again', { reason })
          await setTimeout(1_000)
        }
      }
      throw new NetworkError('unreachable', 'the network is stopped')
    } finally {
      this.renewing = false
    }
  }

  // Who is connected.

  private isKnown(peer: PeerId): boolean {
    return this.known.has(keyOf(peer))
  }

  private arrived(id: PeerId): void {
    const peer = keyOf(id)
    const connection = this.openConnection(this.node, id)
    if (peer === null || connection === undefined) return
    if (this.known.has(peer)) this.link(peer)
    else this.meet(peer, connection)
  }

  private meet(peer: PeerKey, connection: Connection): void {
    if (this.known.has(peer)) return
    this.strangers.meet(peer, connection.direction === 'inbound', performance.now())
  }

  /** A relayed connection ended; if there is another, the protocols that lived on the first are told of it. */
  private async cameCloser(node: Node, id: PeerId): Promise<void> {
    await setImmediate()
    const connection = this.openConnection(node, id)
    if (connection !== undefined && this.isKnown(id)) await this.welcome(node, id, connection)
  }

  private left(id: PeerId): void {
    const peer = keyOf(id)
    if (peer === null) return
    this.unlink(peer)
    if (this.known.has(peer)) return
    this.strangers.forget(peer)
    // A stranger leaves nothing behind: its identify record would otherwise stay for hours.
    void this.node?.peerStore.delete(id).catch((error) => this.note(error, 'forgetting a stranger'))
  }

  private link(peer: PeerKey): void {
    const contact = this.known.contacts.get(peer)
    if (contact === undefined || this.links.has(peer)) return
    this.known.connected(contact)
    this.links.add(peer)
  }

  private unlink(peer: PeerKey): void {
    if (!this.links.has(peer)) return
    const contact = this.known.contacts.get(peer)
    if (contact !== undefined) this.known.disconnected(contact)
    this.links.remove(peer)
  }

  private hangUp(peer: PeerKey): void {
    const id = peerIdOf(peer)
    if (this.node === null || id === null) return
    this.node.hangUp(id, { signal: AbortSignal.timeout(this.settings.lingerMs) }).catch((error) => {
      this.note(error, 'hanging up')
    })
  }

  private toMembers(): Connection[] {
    return this.node?.getConnections().filter(({ remotePeer, status }) => status === 'open' && this.isKnown(remotePeer)) ?? []
  }

  private openConnection(node: Node | null, id: PeerId): Connection | undefined {
    const open = node?.getConnections(id).filter((connection) => connection.status === 'open') ?? []
    return open.find(({ limits }) => limits === undefined) ?? open[0]
  }

  private async connectionTo(peer: PeerKey, signal: AbortSignal): Promise<Connection> {
    const id = peerIdOf(peer)
    if (id === null) throw new NetworkError('unreachable', `${peer} is not a peer key`)
    try {
      const node = await within(this.ready, signal)
      const open = this.openConnection(node, id)
      if (open !== undefined) return open
      const contact = this.known.contacts.get(peer)
      if (contact === undefined) throw new Error('no address is known')
      return await this.known.dial(node, contact, signal)
    } catch (error) {
      throw networkErrorOf(error, signal, 'unreachable', `${peer} could not be reached`)
    }
  }

  // The gate.

  private mayDial(peer: PeerId): boolean {
    const key = keyOf(peer)
    return key !== null && (this.known.has(key) || this.reaching.has(key))
  }

  private mayEnter(id: PeerId): boolean {
    const peer = keyOf(id)
    if (peer === null) return false
    const connected = this.openConnection(this.node, id) !== undefined
    return this.known.has(peer) || this.strangers.admit(peer, connected, performance.now())
  }

  // Gossip.

  private judge(topic: string, from: PeerId, data: Uint8Array): TopicValidatorResult {
    const validate = this.subscriptions.get(topic)
    const peer = keyOf(from)
    if (validate === undefined || peer === null) return TopicValidatorResult.Ignore
    if (data.length > this.settings.messageBytesMax) return TopicValidatorResult.Reject
    try {
      // A copy, because an object that is kept must not hold the whole frame it came in.
      return VERDICTS[validate(peer, new Uint8Array(data))]
    } catch (error) {
      this.log.error('a validator failed; message ignored', { peer, topic, reason: String(error) })
      return TopicValidatorResult.Ignore
    }
  }

  // The pulse.

  private tend(): void {
    const node = this.node
    if (node === null || this.stopped) return
    const now = performance.now()
    this.known.tend(node, now)
    if (now < this.lookDueAt) return
    this.lookDueAt = now + this.settings.lookMs
    this.look(node, now)
  }

  /** What can wait for some pulses: a redial is a member missing, and nothing of this is. */
  private look(node: Node, now: number): void {
    const toMembers = this.toMembers()
    this.callers.tend(now, toMembers)
    this.built?.reachable.reserveIfBehindNat(toMembers).catch((error) => this.note(error, 'looking for relays'))
    for (const peer of this.strangers.overdue(now)) {
      this.strangers.forget(peer)
      this.hangUp(peer)
    }
    void this.hangUpZombies(node, now)
  }

  private async hangUpZombies(node: Node, now: number): Promise<void> {
    for await (const peer of this.known.zombies(node, this.links.all(), now)) {
      this.log.warn('a hub is connected but its gossip is dead; hanging up', { peer })
      this.hangUp(peer)
    }
  }

  private note(error: unknown, doing: string): void {
    this.log.debug?.(`${doing} failed`, { reason: String(error) })
  }
}

const VERDICTS: Record<Verdict, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}
