/**
 * The network in the bottle: the `Network` port over virtual time. A message takes its own time, so messages overtake each
 * other; it may be lost or come twice; a way may be cut in one direction or both. What is said is a stream's question
 * and answer or a gossiped object, as on the real wire.
 *
 * Two hubs are connected when one of them knows the other and both directions are open. A cut is noticed by both ends
 * only some time later, as a keep-alive would notice it: until then what goes into the cut is lost in silence. Whoever
 * dies by a signal is noticed soon (the kernel says so), whoever loses power like a cut.
 *
 * A liar may be two processes with the same keys (`Twins`: Bano et al., arXiv 2004.10617): of every other hub the wire
 * knows which of the two faces it sees, and the two never meet.
 */
import { createHash } from 'node:crypto'
import type { KnownPeer, Network, PeerKey, Reachability, RequestLimits, Service, Verdict } from '#node/wire/network.ts'
import { NetworkError } from '#node/wire/network.ts'
import type { Process, Time } from './time.ts'

/** How long each message takes, or that it is lost; `times`: how often it comes. */
export type Fate = { lost: boolean; delays: number[] }

/** One thing on its way. `body` is what is said; of an answer, `about` is the question. */
export type Passing = { from: PeerKey; to: PeerKey; kind: 'request' | 'answer' | 'gossip'; name: string; body: Uint8Array; about: Uint8Array | null }

export type WirePlan = {
  fateOf(passing: Passing): Fate
  /** Milliseconds until a hub has found another again, and until it notices that one is gone. */
  dialMs(): number
  noticeMs(): number
  /** Hears everything that arrives. */
  overhear(passing: Passing): void
}

const GOSSIP_BYTES_MAX = 16 * 1024

export class Wire {
  readonly time: Time
  readonly plan: WirePlan
  readonly #ends = new Map<string, End>()
  readonly #links = new Set<string>()
  readonly #cuts = new Set<string>()
  readonly #dialling = new Set<string>()
  /** Of a hub with two faces, who sees the second. */
  readonly #second = new Map<PeerKey, ReadonlySet<PeerKey>>()

  constructor(time: Time, plan: WirePlan) {
    this.time = time
    this.plan = plan
  }

  /** From now on these see the second face of a hub, and nobody else does. */
  divide(self: PeerKey, seeSecond: ReadonlySet<PeerKey>): void {
    this.#second.set(self, seeSecond)
  }

  /** A process comes up; whoever knows it dials it. The place of one that died is its successor's. */
  attach(self: PeerKey, address: string, process: Process, isSecond = false): Network {
    const end = new End(this, self, address, process, isSecond)
    const before = this.#ends.get(end.place)
    if (before !== undefined) this.#unlinkAll(before)
    this.#ends.set(end.place, end)
    this.mend()
    return end
  }

  /** Nothing passes from one to the other any more. */
  cut(from: PeerKey, to: PeerKey): void {
    this.#cuts.add(`${from} ${to}`)
    this.time.after(this.plan.noticeMs(), () => {
      for (const one of this.#ends.values()) {
        if (one.self !== from) continue
        for (const other of this.#linkedTo(one)) if (!this.isOpen(from, other.self)) this.#unlink(one, other)
      }
    })
  }

  heal(): void {
    this.#cuts.clear()
    this.mend()
  }

  /** The other ends notice that a process is gone, after so long. */
  vanished(process: Process, ms: number): void {
    this.time.after(ms, () => {
      for (const end of [...this.#ends.values()]) {
        if (end.process !== process) continue
        this.#unlinkAll(end)
        this.#ends.delete(end.place)
      }
    })
  }

  // What the ends ask of it.

  /** Whom this end finds where that hub is: one of its faces, if it lives. */
  found(from: End, peer: PeerKey): End | undefined {
    if (this.#isSecondTo(from.self, peer) !== from.isSecond) return undefined
    const end = this.#ends.get(placeOf(peer, this.#isSecondTo(peer, from.self)))
    return end === undefined || end.process.dead || end === from ? undefined : end
  }

  #isSecondTo(self: PeerKey, other: PeerKey): boolean {
    return this.#second.get(self)?.has(other) === true
  }

  foundAt(from: End, address: string): End | undefined {
    const there = [...this.#ends.values()].find((end) => end.addresses()[0] === address)
    return there === undefined ? undefined : this.found(from, there.self)
  }

  isOpen(one: PeerKey, other: PeerKey): boolean {
    return !this.#cuts.has(`${one} ${other}`) && !this.#cuts.has(`${other} ${one}`)
  }

  isLinked(one: End, peer: PeerKey): boolean {
    return this.#linkedTo(one).some((other) => other.self === peer)
  }

  neighboursOf(one: End): PeerKey[] {
    return this.#linkedTo(one).map(({ self }) => self)
  }

  #linkedTo(one: End): End[] {
    return [...this.#ends.values()].filter((other) => this.#links.has(pair(one, other)))
  }

  unlink(one: End, peer: PeerKey): void {
    for (const other of this.#linkedTo(one)) if (other.self === peer) this.#unlink(one, other)
  }

  #unlinkAll(one: End): void {
    for (const other of this.#linkedTo(one)) this.#unlink(one, other)
  }

  #unlink(one: End, other: End): void {
    if (!this.#links.delete(pair(one, other))) return
    one.left(other.self)
    other.left(one.self)
    this.mend()
  }

  /** Whoever knows another and is not connected dials. */
  mend(): void {
    for (const one of this.#ends.values()) {
      for (const peer of one.knownPeers()) {
        const name = `${one.place} ${peer}`
        if (this.#dialling.has(name) || !this.isOpen(one.self, peer) || this.isLinked(one, peer) || this.found(one, peer) === undefined) continue
        this.#dialling.add(name)
        this.time.after(this.plan.dialMs(), () => {
          this.#dialling.delete(name)
          const there = this.found(one, peer)
          if (one.process.dead || there === undefined || !this.isOpen(one.self, peer) || this.isLinked(one, peer)) return
          this.#links.add(pair(one, there))
          one.arrived(peer)
          there.arrived(one.self)
        })
      }
    }
  }

  /** Lets something be heard at the other end, as often as it comes. */
  send(from: End, passing: Passing, heard: (end: End) => void): void {
    const end = this.found(from, passing.to)
    if (end === undefined || this.#cuts.has(`${passing.from} ${passing.to}`)) return
    const { lost, delays } = this.plan.fateOf(passing)
    if (lost) return
    for (const ms of delays) {
      this.time.after(ms, () => {
        if (this.#cuts.has(`${passing.from} ${passing.to}`)) return
        this.plan.overhear(passing)
        heard(end)
      }, end.process)
    }
  }
}

const placeOf = (self: PeerKey, isSecond: boolean): string => (isSecond ? `${self}~` : self)
const pair = ({ place: one }: End, { place: other }: End): string => (one < other ? `${one} ${other}` : `${other} ${one}`)

type Asked = { peer: PeerKey; fail(error: NetworkError): void }

/** One process on the wire. */
class End implements Network {
  readonly self: PeerKey
  readonly process: Process
  readonly isSecond: boolean
  readonly place: string
  readonly #wire: Wire
  readonly #address: string
  readonly #known = new Map<PeerKey, string[]>()
  readonly #services = new Map<string, Service>()
  readonly #inProgress = new Map<string, number>()
  readonly #topics = new Map<string, (from: PeerKey, data: Uint8Array) => Verdict>()
  readonly #seen = new Set<string>()
  readonly #asked = new Set<Asked>()
  readonly #connected: ((peer: PeerKey) => void)[] = []
  readonly #disconnected: ((peer: PeerKey) => void)[] = []
  /** Hubs that are reached and not known: for the hello before membership. */
  readonly #reached = new Set<PeerKey>()

  constructor(wire: Wire, self: PeerKey, address: string, process: Process, isSecond: boolean) {
    this.#wire = wire
    this.self = self
    this.isSecond = isSecond
    this.place = placeOf(self, isSecond)
    this.#address = address
    this.process = process
  }

  addresses(): string[] {
    return [`${this.#address}/p2p/${this.self}`]
  }

  reachability(): Reachability {
    return 'local'
  }

  connected(): PeerKey[] {
    return this.#wire.neighboursOf(this).filter((peer) => this.#known.has(peer))
  }

  knows(peer: PeerKey): boolean {
    return this.#known.has(peer)
  }

  knownPeers(): PeerKey[] {
    return this.process.dead ? [] : [...this.#known.keys()]
  }

  setKnownPeers(peers: KnownPeer[]): void {
    if (this.process.dead) return
    const named = new Map(peers.map(({ peer, addresses }) => [peer, addresses]))
    named.delete(this.self)
    const fresh = [...named.keys()].filter((peer) => !this.#known.has(peer))
    const gone = [...this.#known.keys()].filter((peer) => !named.has(peer))
    this.#known.clear()
    for (const [peer, addresses] of named) this.#known.set(peer, addresses)
    for (const peer of gone) this.#wire.unlink(this, peer)
    for (const peer of fresh) if (this.#wire.isLinked(this, peer)) this.arrived(peer)
    this.#wire.mend()
  }

  async reach(addresses: string[], timeoutMs: number): Promise<PeerKey> {
    const there = addresses.map((address) => this.#wire.foundAt(this, address)).find((end) => end !== undefined)
    const isOpen = there !== undefined && !this.process.dead && this.#wire.isOpen(this.self, there.self)
    await this.#pause(isOpen ? this.#wire.plan.dialMs() : timeoutMs)
    if (!isOpen) throw new NetworkError('unreachable', 'no hub answers there')
    this.#reached.add(there.self)
    return there.self
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#wire.time.after(ms, resolve, this.process))
  }

  async request(peer: PeerKey, protocol: string, body: Uint8Array, limits: RequestLimits): Promise<Uint8Array> {
    if (this.process.dead) return await new Promise(() => {})
    if (!this.#wire.isLinked(this, peer) && !(this.#reached.has(peer) && this.#wire.isOpen(this.self, peer))) {
      await this.#pause(1)
      throw new NetworkError('unreachable', `${peer} is not connected`)
    }
    const about = body.slice()
    const answer = await new Promise<Uint8Array>((resolve, reject) => {
      const asked: Asked = { peer, fail: (error) => over(() => reject(error)) }
      const over = (settle: () => void): void => {
        if (!this.#asked.delete(asked)) return
        cancel()
        settle()
      }
      const cancel = this.#wire.time.after(limits.timeoutMs, () => asked.fail(new NetworkError('timeout', `${peer} did not answer`)), this.process)
      this.#asked.add(asked)
      this.#wire.send(this, { from: this.self, to: peer, kind: 'request', name: protocol, body: about, about: null }, (end) => {
        void end.answer(this.self, protocol, about).then((told) => {
          if (end.process.dead) return
          const said = told instanceof NetworkError ? new Uint8Array() : told
          this.#wire.send(end, { from: peer, to: this.self, kind: 'answer', name: protocol, body: said, about }, () => {
            if (told instanceof NetworkError) asked.fail(told)
            else over(() => resolve(told.slice()))
          })
        })
      })
    })
    if (answer.length > limits.answerBytesMax) throw new NetworkError('oversize', `an answer of ${answer.length} bytes`)
    return answer
  }

  async serve(protocol: string, service: Service): Promise<void> {
    this.#services.set(protocol, service)
  }

  subscribe(topic: string, validate: (from: PeerKey, data: Uint8Array) => Verdict): void {
    this.#topics.set(topic, validate)
  }

  unsubscribe(topic: string): void {
    this.#topics.delete(topic)
  }

  async publish(topic: string, data: Uint8Array): Promise<void> {
    if (data.length > GOSSIP_BYTES_MAX) throw new NetworkError('oversize', `${data.length} bytes on ${topic}`)
    if (this.#isFirst(topic, data)) this.#forward(topic, data.slice(), this.self)
  }

  onConnected(listener: (peer: PeerKey) => void): void {
    this.#connected.push(listener)
  }

  onDisconnected(listener: (peer: PeerKey) => void): void {
    this.#disconnected.push(listener)
  }

  async stop(): Promise<void> {}

  // What the wire tells and asks.

  arrived(peer: PeerKey): void {
    if (!this.process.dead && this.#known.has(peer)) for (const listener of this.#connected) listener(peer)
  }

  left(peer: PeerKey): void {
    if (this.process.dead) return
    for (const asked of [...this.#asked]) if (asked.peer === peer) asked.fail(new NetworkError('broken', `${peer} went away`))
    if (this.#known.has(peer)) for (const listener of this.#disconnected) listener(peer)
  }

  async answer(peer: PeerKey, protocol: string, body: Uint8Array): Promise<Uint8Array | NetworkError> {
    const service = this.#services.get(protocol)
    const place = `${peer} ${protocol}`
    const taken = this.#inProgress.get(place) ?? 0
    const isWelcome = service !== undefined && (service.openToStrangers || this.#known.has(peer))
    if (!isWelcome || taken >= service.streamsPerPeerMax || body.length > service.requestBytesMax) {
      return new NetworkError('refused', `${protocol} is not answered`)
    }
    this.#inProgress.set(place, taken + 1)
    try {
      const answer = await service.handler(peer, body.slice())
      if (answer.length > service.answerBytesMax) throw new Error('above the limit of the service')
      return answer.slice()
    } catch (error) {
      return new NetworkError('broken', `${protocol} failed`, error)
    } finally {
      this.#inProgress.set(place, (this.#inProgress.get(place) ?? 1) - 1)
    }
  }

  // Gossip: every object travels along every connection, and is looked at once by each.

  #isFirst(topic: string, data: Uint8Array): boolean {
    const id = createHash('sha256').update(topic).update(data).digest('base64')
    if (this.#seen.has(id)) return false
    this.#seen.add(id)
    return true
  }

  #forward(topic: string, body: Uint8Array, source: PeerKey): void {
    if (this.process.dead) return
    for (const to of this.connected()) {
      if (to === source) continue
      this.#wire.send(this, { from: this.self, to, kind: 'gossip', name: topic, body, about: null }, (end) => end.#hear(this.self, topic, body))
    }
  }

  #hear(from: PeerKey, topic: string, data: Uint8Array): void {
    const validate = this.#topics.get(topic)
    if (validate === undefined || !this.#known.has(from) || !this.#isFirst(topic, data)) return
    if (validate(from, data.slice()) === 'accept') this.#forward(topic, data, from)
  }
}
