/**
 * The `Network` port without a wire: hubs of one process attached to one bus. It keeps the same
 * promises as the libp2p adapter (`network-suite.ts` asks both) and is deterministic:
 * everything happens in the order it was asked for, one microtask later, and only a request's
 * time limit needs a timer, which the caller may hand in (the simulator hands in its own
 * clock).
 *
 * A link stands between two hubs when one of them knows the other at the address where it is
 * attached (or reached it), and nobody has cut them. Tests cut and heal links, and drop what
 * they choose.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import type {
  KnownPeer,
  Network,
  PeerKey,
  Reachability,
  RequestLimits,
  Service,
  Verdict,
} from '#node/wire/network.ts'
import { NetworkError } from '#node/wire/network.ts'

/** Calls back once after so many milliseconds; the result cancels. */
export type After = (ms: number, call: () => void) => () => void

/** Something on its way: a gossiped object on a topic, or a request of a protocol. */
export type Passing = { from: PeerKey; to: PeerKey; kind: 'gossip' | 'request'; name: string }

export type MemoryHubOptions = {
  /** Names the hub: its key and its address follow from it. The same name is the same hub. */
  name: string
  allowedTopics?: () => string[]
  messageBytesMax?: number
}

const inRealTime: After = (ms, call) => {
  const timer = setTimeout(call, ms)
  return () => clearTimeout(timer)
}

/** The key of the hub with this name on any bus. */
export function memoryKeyOf(name: string): PeerKey {
  return toString(sha256(fromString(name)), 'base16')
}

export class MemoryBus {
  readonly after: After
  /** Bytes of everything that was handed over: requests, answers, gossiped objects. */
  carried = 0
  private readonly hubs = new Map<PeerKey, MemoryHub>()
  private readonly links = new Set<string>()
  private readonly cuts = new Set<string>()
  private readonly dropRules = new Set<(passing: Passing) => boolean>()
  private mending = false

  constructor(after: After = inRealTime) {
    this.after = after
  }

  /** A hub starts. Throws when one of this name is already there. */
  attach(options: MemoryHubOptions): Network {
    const hub = new MemoryHub(this, options)
    if (this.hubs.has(hub.self)) throw new Error(`${options.name} is already attached`)
    this.hubs.set(hub.self, hub)
    this.mend()
    return hub
  }

  /** Closes the link between two hubs and keeps it closed until it is healed. */
  cut(one: PeerKey, other: PeerKey): void {
    this.cuts.add(pair(one, other))
    this.unlink(one, other)
  }

  heal(one: PeerKey, other: PeerKey): void {
    this.cuts.delete(pair(one, other))
    this.mend()
  }

  /** Loses whatever the rule says yes to, silently. The result ends the rule. */
  drop(rule: (passing: Passing) => boolean): () => void {
    this.dropRules.add(rule)
    return () => this.dropRules.delete(rule)
  }

  // What the hubs of the bus ask of it.

  loses(passing: Passing): boolean {
    return [...this.dropRules].some((rule) => rule(passing))
  }

  attachedAt(address: string): MemoryHub | undefined {
    return [...this.hubs.values()].find((hub) => hub.attachedAt(address))
  }

  hub(peer: PeerKey): MemoryHub | undefined {
    return this.hubs.get(peer)
  }

  linked(one: PeerKey, other: PeerKey): boolean {
    return this.links.has(pair(one, other))
  }

  neighboursOf(peer: PeerKey): MemoryHub[] {
    return [...this.hubs.values()].filter((hub) => this.linked(peer, hub.self))
  }

  link(one: MemoryHub, other: MemoryHub): boolean {
    if (one.self === other.self || this.cuts.has(pair(one.self, other.self))) return false
    if (this.linked(one.self, other.self)) return true
    this.links.add(pair(one.self, other.self))
    one.arrived(other.self)
    other.arrived(one.self)
    return true
  }

  unlink(one: PeerKey, other: PeerKey): void {
    if (!this.links.delete(pair(one, other))) return
    this.hubs.get(one)?.left(other)
    this.hubs.get(other)?.left(one)
    this.mend()
  }

  detach(hub: MemoryHub): void {
    for (const neighbour of this.neighboursOf(hub.self)) this.unlink(hub.self, neighbour.self)
    this.hubs.delete(hub.self)
  }

  /**
   * Every hub redials whom it knows: one microtask later, in the order in which they were
   * attached.
   */
  mend(): void {
    if (this.mending) return
    this.mending = true
    queueMicrotask(() => {
      this.mending = false
      for (const hub of [...this.hubs.values()]) {
        for (const other of hub.dialled()) this.link(hub, other)
      }
    })
  }
}

class MemoryHub implements Network {
  readonly self: PeerKey
  private readonly bus: MemoryBus
  private readonly name: string
  private readonly allowedTopics: () => string[]
  private readonly messageBytesMax: number
  private readonly known = new Map<PeerKey, string[]>()
  private readonly services = new Map<string, Service>()
  private readonly inProgress = new Map<string, number>()
  private readonly validators = new Map<string, (from: PeerKey, data: Uint8Array) => Verdict>()
  private readonly seen = new Set<string>()
  private readonly waiting = new Set<{ peer: PeerKey; fail: (error: NetworkError) => void }>()
  private readonly connectListeners: Array<(peer: PeerKey) => void> = []
  private readonly disconnectListeners: Array<(peer: PeerKey) => void> = []
  private stopped = false

  constructor(bus: MemoryBus, options: MemoryHubOptions) {
    this.bus = bus
    this.self = memoryKeyOf(options.name)
    this.name = options.name
    this.allowedTopics = options.allowedTopics ?? (() => [])
    this.messageBytesMax = options.messageBytesMax ?? 16 * 1024
  }

  addresses(): string[] {
    return [`/memory/${this.name}/p2p/${this.self}`]
  }

  reachability(): Reachability {
    return 'local'
  }

  connected(): PeerKey[] {
    return this.bus
      .neighboursOf(this.self)
      .map((hub) => hub.self)
      .filter((peer) => this.known.has(peer))
  }

  setKnownPeers(peers: KnownPeer[]): void {
    const named = new Map(peers.map(({ peer, addresses }) => [peer, addresses]))
    named.delete(this.self)
    for (const peer of [...this.known.keys()]) {
      if (named.has(peer)) continue
      this.bus.unlink(this.self, peer)
      this.known.delete(peer)
    }
    for (const [peer, addresses] of named) {
      const fresh = !this.known.has(peer)
      this.known.set(peer, addresses)
      if (fresh && this.bus.linked(this.self, peer)) this.arrived(peer)
    }
    this.bus.mend()
  }

  async reach(addresses: string[]): Promise<PeerKey> {
    await Promise.resolve()
    for (const address of this.stopped ? [] : addresses) {
      const hub = this.bus.attachedAt(address)
      if (hub !== undefined && this.bus.link(this, hub)) return hub.self
    }
    throw new NetworkError('unreachable', 'no hub is attached there')
  }

  async request(
    peer: PeerKey,
    protocol: string,
    body: Uint8Array,
    limits: RequestLimits,
  ): Promise<Uint8Array> {
    await Promise.resolve()
    const hub = this.stopped ? undefined : this.bus.hub(peer)
    if (hub === undefined || !this.bus.linked(this.self, peer)) {
      throw new NetworkError('unreachable', `${peer} is not connected`)
    }
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const waiting = { peer, fail: reject }
    this.waiting.add(waiting)
    const cancel = this.bus.after(limits.timeoutMs, () =>
      reject(new NetworkError('timeout', `${peer} did not answer`)),
    )
    if (!this.bus.loses({ from: this.self, to: peer, kind: 'request', name: protocol })) {
      hub.answer(this.self, protocol, new Uint8Array(body)).then(resolve, reject)
    }
    try {
      const answer = await promise
      this.bus.carried += body.length + answer.length
      if (answer.length > limits.answerBytesMax) {
        throw new NetworkError('oversize', `an answer of ${answer.length} bytes`)
      }
      return answer
    } finally {
      cancel()
      this.waiting.delete(waiting)
    }
  }

  async serve(protocol: string, service: Service): Promise<void> {
    this.services.set(protocol, service)
  }

  subscribe(topic: string, validate: (from: PeerKey, data: Uint8Array) => Verdict): void {
    this.validators.set(topic, validate)
  }

  unsubscribe(topic: string): void {
    this.validators.delete(topic)
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    if (data.length > this.messageBytesMax) {
      throw new NetworkError('oversize', `${data.length} bytes on ${topic}`)
    }
    if (this.stopped) throw new NetworkError('unreachable', 'the network is stopped')
    if (!this.validators.has(topic) && !this.allowedTopics().includes(topic)) {
      throw new Error(`nobody can receive the topic ${topic}`)
    }
    if (this.firstSight(topic, data)) this.forward(topic, new Uint8Array(data), this.self)
  }

  onConnected(listener: (peer: PeerKey) => void): void {
    this.connectListeners.push(listener)
  }

  onDisconnected(listener: (peer: PeerKey) => void): void {
    this.disconnectListeners.push(listener)
  }

  async stop(): Promise<void> {
    if (this.stopped) return
    this.stopped = true
    this.bus.detach(this)
  }

  // What the bus tells and asks.

  /** The hubs this one would dial now. */
  dialled(): MemoryHub[] {
    return [...this.known].flatMap(([peer, addresses]) => {
      const hub = this.bus.hub(peer)
      return hub !== undefined && addresses.some((at) => hub.attachedAt(at)) ? [hub] : []
    })
  }

  attachedAt(address: string): boolean {
    const [place, peer] = address.split('/p2p/')
    return place === `/memory/${this.name}` && (peer === undefined || peer === this.self)
  }

  arrived(peer: PeerKey): void {
    if (this.known.has(peer)) for (const listener of this.connectListeners) listener(peer)
  }

  left(peer: PeerKey): void {
    for (const waiting of [...this.waiting]) {
      if (waiting.peer !== peer) continue
      waiting.fail(new NetworkError('broken', `${peer} went away`))
    }
    if (this.known.has(peer)) for (const listener of this.disconnectListeners) listener(peer)
  }

  async answer(peer: PeerKey, protocol: string, body: Uint8Array): Promise<Uint8Array> {
    await Promise.resolve()
    const service = this.services.get(protocol)
    const place = `${peer} ${protocol}`
    const taken = this.inProgress.get(place) ?? 0
    if (
      service === undefined ||
      (!service.openToStrangers && !this.known.has(peer)) ||
      taken >= service.streamsPerPeerMax ||
      body.length > service.requestBytesMax
    ) {
      throw new NetworkError('refused', `${protocol} is not answered`)
    }
    this.inProgress.set(place, taken + 1)
    try {
      const answer = await service.handler(peer, body)
      if (answer.length > service.answerBytesMax) throw new Error('above the limit of the service')
      return new Uint8Array(answer)
    } catch (error) {
      throw new NetworkError('broken', `${protocol} failed`, error)
    } finally {
      this.inProgress.set(place, (this.inProgress.get(place) ?? 1) - 1)
    }
  }

  // Gossip: every object travels along every link between two hubs that know each other, once.

  private firstSight(topic: string, data: Uint8Array): boolean {
    const id = `${topic.length} ${topic} ${toString(data, 'base16')}`
    if (this.seen.has(id)) return false
    this.seen.add(id)
    return true
  }

  private forward(topic: string, data: Uint8Array, source: PeerKey): void {
    for (const hub of this.bus.neighboursOf(this.self)) {
      if (hub.self === source || !this.known.has(hub.self)) continue
      queueMicrotask(() => hub.hear(this.self, topic, data))
    }
  }

  private hear(from: PeerKey, topic: string, data: Uint8Array): void {
    const validate = this.validators.get(topic)
    if (validate === undefined || !this.known.has(from) || !this.bus.linked(this.self, from)) return
    if (this.bus.loses({ from, to: this.self, kind: 'gossip', name: topic })) return
    this.bus.carried += data.length
    if (!this.firstSight(topic, data)) return
    if (this.verdict(validate, from, data) === 'accept') this.forward(topic, data, from)
  }

  private verdict(
    validate: (from: PeerKey, data: Uint8Array) => Verdict,
    from: PeerKey,
    data: Uint8Array,
  ): Verdict {
    try {
      return validate(from, new Uint8Array(data))
    } catch {
      return 'ignore'
    }
  }
}

function pair(one: PeerKey, other: PeerKey): string {
  return one < other ? `${one} ${other}` : `${other} ${one}`
}
