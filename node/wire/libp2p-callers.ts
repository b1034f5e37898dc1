/**
 * Which members come to this hub by themselves, and at which address: what `own-addresses.ts` judges by, over libp2p.
 * A member is asked by AutoNAT to dial an address; that it came is the connection that then comes in from it, from a
 * public address and through no relay.
 */
import { setTimeout } from 'node:timers/promises'
import type { Connection, PeerId } from '@libp2p/interface'
import { isPrivate } from '@libp2p/utils'
import type { Multiaddr } from '@multiformats/multiaddr'
import { AUTONAT, AUTONAT_ANSWER_BYTES_MAX, dialRequest, readDialled } from './libp2p-autonat.ts'
import { keyOf, readAddress } from './libp2p-peer.ts'
import { ipOf, isRelayed, type Reachable } from './libp2p-reach.ts'
import type { NetworkSettings } from './libp2p-settings.ts'
import type { NetworkLog, PeerKey, RequestLimits } from './network.ts'
import { type Heard, outerAddressOf, OwnAddresses } from './own-addresses.ts'

export type CallersPorts = {
  self: PeerId
  settings: NetworkSettings
  log: NetworkLog
  request(peer: PeerKey, protocol: string, body: Uint8Array, limits: RequestLimits): Promise<Uint8Array>
  /** Of the node of now, if there is one. */
  reachable(): Reachable | undefined
}

/** A member tries for as long as a dial takes, on a machine that may be busy. */
const ANSWERS_IN_DIALS = 3
/** Between a member's word that it came and the end of the handshake here. */
const ARRIVES_WITHIN_MS = 2_000
const LOOK_MS = 20

export class Callers {
  readonly own: OwnAddresses
  private readonly ports: CallersPorts
  /** When each member last came in by itself. */
  private readonly cameAt = new Map<PeerKey, number>()
  /** By which number each member sees this hub come. */
  private readonly seenAs = new Map<PeerKey, string>()

  constructor(ports: CallersPorts) {
    this.ports = ports
    this.own = new OwnAddresses({
      settings: ports.settings,
      askToCome: (peer, address) => this.askToCome(peer, address),
      onFound: (address, leadsHere) => {
        ports.log.info(leadsHere ? 'others reach this hub at this address' : 'nobody reaches this hub at this address', { address })
        ports.reachable()?.count(readAddress(address)!, leadsHere)
      },
    })
  }

  /** A connection is there. */
  opened({ remotePeer, remoteAddr, direction, limits }: Connection): void {
    const peer = keyOf(remotePeer)
    if (peer !== null && direction === 'inbound' && limits === undefined && isElsewhere(remoteAddr)) this.cameAt.set(peer, performance.now())
  }

  /** A member says by which address it sees this hub. */
  seen(peer: PeerKey, address: Multiaddr | undefined): void {
    const ip = address === undefined || isPrivate(address) ? null : ipOf(address)
    if (ip === null) this.seenAs.delete(peer)
    else this.seenAs.set(peer, ip)
  }

  forget(peer: PeerKey): void {
    this.cameAt.delete(peer)
    this.seenAs.delete(peer)
  }

  /** Asks members when that is due; only those that see this hub from outside can tell. */
  tend(now: number, toMembers: Connection[]): void {
    const addresses = this.ports.reachable()?.candidates(outerAddressOf(this.seenAs.values())) ?? []
    const outside = toMembers.filter(({ limits, remoteAddr }) => limits === undefined && isElsewhere(remoteAddr))
    const members = new Set(outside.map(({ remotePeer }) => keyOf(remotePeer)).filter((peer) => peer !== null))
    const shuffled = [...members].map((peer) => ({ peer, at: Math.random() })).sort((a, b) => a.at - b.at)
    this.own.tend(now, addresses.map(String), shuffled.map(({ peer }) => peer))
  }

  private async askToCome(peer: PeerKey, address: string): Promise<Heard> {
    const { request, self, settings } = this.ports
    const began = performance.now()
    try {
      const limits = { answerBytesMax: AUTONAT_ANSWER_BYTES_MAX, timeoutMs: ANSWERS_IN_DIALS * settings.dialTimeoutMs }
      const dialled = readDialled(await request(peer, AUTONAT, dialRequest(self, readAddress(address)!), limits))
      if (dialled !== 'ok') return dialled
      return (await this.hasCome(peer, began)) ? 'came' : 'nothing'
    } catch {
      return 'nothing'
    }
  }

  private async hasCome(peer: PeerKey, since: number): Promise<boolean> {
    for (const end = performance.now() + ARRIVES_WITHIN_MS; performance.now() < end; await setTimeout(LOOK_MS)) {
      if ((this.cameAt.get(peer) ?? Number.NEGATIVE_INFINITY) >= since) return true
    }
    return false
  }
}

const isElsewhere = (address: Multiaddr): boolean => !isRelayed(address) && !isPrivate(address)
