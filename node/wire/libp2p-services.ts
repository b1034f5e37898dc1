/**
 * What a hub answers, on which protocol and to whom: each request takes a place, of which one peer has so many a
 * protocol and strangers few together (`strangers.ts`), and is refused when there is none.
 */
import type { PeerId, Stream } from '@libp2p/interface'
import { answer, refuse } from './libp2p-exchange.ts'
import type { Node } from './libp2p-node.ts'
import { keyOf } from './libp2p-peer.ts'
import type { NetworkSettings } from './libp2p-settings.ts'
import type { NetworkLog, PeerKey, Service } from './network.ts'
import type { Strangers } from './strangers.ts'

type Around = { settings: NetworkSettings; log: NetworkLog; strangers: Strangers; isMember(peer: PeerKey): boolean }

export class Services {
  private readonly around: Around
  private readonly all = new Map<string, Service>()
  /** Requests under way, by peer and protocol. */
  private readonly inProgress = new Map<string, number>()

  constructor(around: Around) {
    this.around = around
  }

  /** Answers on one more protocol from now on, on whatever node there is. */
  async add(node: Promise<Node>, protocol: string, service: Service): Promise<void> {
    this.all.set(protocol, service)
    await this.mount(await node, protocol, service)
  }

  /** Has a new node answer all of them. */
  async mountOn(node: Node): Promise<void> {
    for (const [protocol, service] of this.all) await this.mount(node, protocol, service)
  }

  private async mount(node: Node, protocol: string, service: Service): Promise<void> {
    await node.handle(
      protocol,
      (stream, connection) => this.answer(protocol, service, stream, connection.remotePeer),
      {
        force: true,
        runOnLimitedConnection: true,
        // The exact count is kept per peer in `takePlace`; this one bounds the refusals in flight.
        maxInboundStreams: service.streamsPerPeerMax * 2 + 2,
      },
    )
  }

  private async answer(protocol: string, service: Service, stream: Stream, from: PeerId): Promise<void> {
    const { settings, log } = this.around
    const peer = keyOf(from)
    const leave = peer === null ? null : this.takePlace(peer, protocol, service)
    if (peer === null || leave === null) return await refuse(stream, settings.lingerMs)
    try {
      await answer(stream, peer, service, settings)
    } catch (error) {
      log.warn('a request was not answered', { peer, protocol, reason: String(error) })
    } finally {
      // Not before the handler ended: a peer that resets streams must not get more work done.
      leave()
    }
  }

  /** Takes a place for one request, or refuses with null. The returned function gives the place back. */
  private takePlace(peer: PeerKey, protocol: string, service: Service): (() => void) | null {
    const { strangers, isMember } = this.around
    const stranger = !isMember(peer)
    if (stranger && !service.openToStrangers) return null
    const place = `${peer} ${protocol}`
    const taken = this.inProgress.get(place) ?? 0
    if (taken >= service.streamsPerPeerMax) return null
    if (stranger && !strangers.beginRequest(peer, performance.now())) return null
    this.inProgress.set(place, taken + 1)
    return () => {
      const left = (this.inProgress.get(place) ?? 1) - 1
      if (left > 0) this.inProgress.set(place, left)
      else this.inProgress.delete(place)
      if (stranger) strangers.endRequest(peer, performance.now())
    }
  }
}
