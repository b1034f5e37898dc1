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
  /** By which number the member at the other end sees this hub come. It ends with the connection: later it may be another. */
  private readonly seenAs = new WeakMap<Connection, string>()

  constructor(ports: CallersPorts) {
    this.ports = ports
    this.own = new OwnAddresses({
      settings: ports.settings,
      askToCome: (peer, address) => this.askToCome(peer, address),
      onFound: (address, leadsHere) => {
        ports.log.info(leadsHere ? 'others reach this hub at this address' : 'nobody reaches this hub at this address', { address })
        ports.reachable()?.count(readAddress(address)!, leadsHere)
      },
      onGone: (address) => {
        ports.log.info('this hub is seen at this address no more', { address })
        ports.reachable()?.count(readAddress(address)!, false)
      },
    })
  }

  /** A connection is there. */
  opened({ remotePeer, remoteAddr, direction, limits }: Connection): void {
    const peer = keyOf(remotePeer)
    if (peer !== null && direction === 'inbound' && limits === undefined && isElsewhere(remoteAddr)) this.cameAt.set(peer, performance.now())
  }

  /** A member says by which address it sees this hub; a message that says nothing of it changes nothing. */
  seen(connection: Connection, address: Multiaddr | undefined): void {
    if (address === undefined) return
    const ip = isElsewhere(address) ? ipOf(address) : null
    if (ip === null) this.seenAs.delete(connection)
    else this.seenAs.set(connection, ip)
  }

  forget(peer: PeerKey): void {
    this.cameAt.delete(peer)
  }

  /** There is a new node: it learns what was found with the one before. */
  tellAgain(): void {
    for (const address of this.own.found()) this.ports.reachable()?.count(readAddress(address)!, true)
  }

  /** Asks members when that is due; only those that see this hub from outside can tell, and not through a relay. */
  tend(now: number, toMembers: Connection[]): void {
    const reachable = this.ports.reachable()
    // A machine may get addresses while it runs.
    reachable?.claim((address) => this.own.leadsHere(address))
    const outside = toMembers.filter(({ limits, remoteAddr }) => limits === undefined && isElsewhere(remoteAddr))
    const members = new Set<PeerKey>()
    const seen = new Map<PeerKey, string>()
    for (const connection of outside) {
      const [peer, ip] = [keyOf(connection.remotePeer), this.seenAs.get(connection)]
      if (peer !== null) members.add(peer)
      if (peer !== null && ip !== undefined) seen.set(peer, ip)
    }
    const addresses = reachable?.candidates(outerAddressOf(seen.values())).map(String) ?? []
    // Nobody says where this hub is seen, so nothing says that it is seen elsewhere.
    if (addresses.length === 0 && seen.size === 0) return
    const shuffled = [...members].map((peer) => ({ peer, at: Math.random() })).sort((a, b) => a.at - b.at)
    this.own.tend(now, addresses, shuffled.map(({ peer }) => peer))
  }

  private async askToCome(peer: PeerKey, address: string): Promise<Heard> {
    const { request, self, settings } = this.ports
    const began = performance.now()
    try {
      const limits = { answerBytesMax: AUTONAT_ANSWER_BYTES_MAX, timeoutMs: ANSWERS_IN_DIALS * settings.dialTimeoutMs }
      const dialled = readDialled(await request(peer, AUTONAT, dialRequest(self, readAddress(address)!), limits))
      if (dialled === 'nothing') return 'nothing'
      // Whoever says that it could not, and came, has come.
      if (await this.hasCome(peer, began)) return 'came'
      return dialled === 'ok' ? 'nothing' : 'could-not'
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
