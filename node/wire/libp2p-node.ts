/**
 * The libp2p node of a hub, put together: which transports and protocols it has, each with its bounds. Whom it lets
 * in, dial and relay is asked of `libp2p-network.ts` (`Doors`); what it does when nobody can reach it stands in
 * `libp2p-reach.ts`.
 *
 * Every protocol that would take any peer, gossip, DHT, relay, AutoNAT and DCUtR, gets a registrar that lets only
 * members pass (`membersOnly`). What multicast finds of members is handed on, and the rest forgotten.
 */
import { format } from 'node:util'
import { autoNAT } from '@libp2p/autonat'
import { circuitRelayServer, circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { dcutr } from '@libp2p/dcutr'
import { type GossipSub, gossipsub } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type { ComponentLogger, Ed25519PrivateKey, Libp2p, Logger, PeerId } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { GOSSIP_PROTOCOLS, gossipOptions } from './libp2p-gossip.ts'
import { lenientYamux } from './libp2p-muxer.ts'
import { type MembersOnly, membersOnly, type Registrar, withOwn } from './libp2p-members-only.ts'
import { answeringOnly, type Reachable, reachableBy, walkingNowhere } from './libp2p-reach.ts'
import type { NetworkSettings } from './libp2p-settings.ts'
import { boundedWebSockets } from './libp2p-websockets.ts'
import type { AddressBook } from './address-book.ts'
import type { NetworkLog } from './network.ts'

export type NetworkOptions = {
  /** Seed of the hub's libp2p Ed25519 key, 32 bytes. */
  secret: Uint8Array
  /** Multiaddrs to listen on. Port 0 takes a free port, and keeps it for this process's life. */
  listen: string[]
  /** Multiaddrs to tell others instead, where the hub stands behind a translated address. */
  announce?: string[]
  /**
   * The exact topics of the federation; read whenever the node is built. Subscriptions are
   * added.
   */
  allowedTopics: () => string[]
  dht: boolean
  /** Relays between members, within its bounds. */
  relay?: boolean
  /** Looks for members by multicast on the local network. */
  lan?: boolean
  /** What is remembered of where members are; without it, what the document says. */
  addressBook?: AddressBook
  log: NetworkLog
  /**
   * Addresses that several members are known to share: peers there do not lower each other's
   * score.
   */
  sharedIps?: string[]
  settings?: Partial<NetworkSettings>
}

type Services = { identify: Identify; ping: Ping; gossip: GossipSub }
/** What works by itself and is asked for nothing. */
type Unasked = { reachable: Reachable; autoNAT: unknown; dcutr: unknown; relay?: unknown; lan?: unknown; dht?: KadDHT }
export type Node = Libp2p<Services>

/** What the node asks before it lets anybody do anything. */
export type Doors = {
  isKnown(peer: PeerId): boolean
  mayDial(peer: PeerId): boolean
  mayEnter(peer: PeerId): boolean
  /** Once more than it is connected already. */
  mayEnterAgain(peer: PeerId): boolean
  /** Through this hub, from one to another. */
  mayCross(from: PeerId, to: PeerId): boolean
  /** The text forms of the known peers' ids, which is how gossipsub names a peer to its scores. */
  knownIds: ReadonlySet<string>
  foundOnLan(peer: PeerId, addresses: Multiaddr[]): void
}

const NOT_ASKED_FOR = { findsOnLan: undefined, kadDHT: undefined, passthroughMapper: undefined }

export type BuiltNode = { node: Node; gate: MembersOnly; reachable: Reachable }

/** Builds it with the topics of now, not started. */
export async function buildNode(
  key: Ed25519PrivateKey, listen: string[], topics: string[], options: NetworkOptions, settings: NetworkSettings, doors: Doors,
): Promise<BuiltNode> {
  let gate: MembersOnly | undefined
  let reachable: Reachable | undefined
  /** The components with another registrar, and whatever else is to be another. */
  const guarded = <C extends { registrar: Registrar }>(components: C, others: Partial<C> = {}): C => {
    gate ??= membersOnly(components.registrar, (peer) => doors.isKnown(peer))
    return withOwn(components, { registrar: gate.registrar, ...others } as Partial<C>)
  }
  const announce = options.announce ?? []
  // What most hubs do not use they do not hold in memory either.
  const { findsOnLan } = options.lan === true ? await import('./libp2p-lan.ts') : NOT_ASKED_FOR
  const { kadDHT, passthroughMapper } = options.dht ? await import('@libp2p/kad-dht') : NOT_ASKED_FOR
  const node = await createLibp2p<Services & Unasked>({
    start: false,
    privateKey: key,
    logger: bridge(options.log),
    nodeInfo: { name: 'tongyi', version: '1', userAgent: 'tongyi' },
    addresses: { listen, announce },
    transports: [
      tcp(),
      boundedWebSockets(settings.webSocketMessageBytesMax),
      (components) => circuitRelayTransport({ maxInboundStopStreams: settings.connectionsMax })(
        guarded(components, { randomWalk: walkingNowhere })),
    ],
    connectionEncrypters: [noise()],
    // A window above libp2p's own read buffer (4 MiB) would reset a stream that is read slowly.
    streamMuxers: [
      lenientYamux({
        maxInboundStreams: settings.streamsPerConnectionMax,
        streamOptions: { maxStreamWindowSize: 1 << 20 },
      }),
    ],
    connectionManager: {
      maxConnections: settings.connectionsMax,
      inboundConnectionThreshold: settings.inboundPerSecondMax,
      maxIncomingPendingConnections: settings.inboundPendingMax,
      dialTimeout: settings.dialTimeoutMs,
      reconnectRetries: 0, // The redial loop of the network does it.
    },
    connectionMonitor: { pingInterval: settings.aliveEveryMs },
    connectionGater: {
      denyDialPeer: (peer) => !doors.mayDial(peer),
      denyInboundEncryptedConnection: (peer) => !doors.mayEnter(peer),
      // Asked last, with nothing in between: many at the same moment do not slip through together.
      denyInboundUpgradedConnection: (peer) => !doors.mayEnterAgain(peer),
      denyInboundRelayReservation: (source) => !doors.isKnown(source),
      denyOutboundRelayedConnection: (source, destination) => !doors.mayCross(source, destination),
      denyInboundRelayedConnection: (_relay, source) => !doors.isKnown(source),
    },
    services: {
      identify: identify(),
      ping: ping(),
      gossip: (components) => {
        const gossip = gossipsub(
          gossipOptions(topics, settings, options.sharedIps ?? [], doors.knownIds),
        )(guarded(components))
        gossip.protocols = GOSSIP_PROTOCOLS
        return gossip
      },
      reachable: (components) => (reachable = reachableBy(components, announce, settings)),
      autoNAT: (components) => autoNAT()(answeringOnly(guarded(components), settings)),
      dcutr: (components) => dcutr()(guarded(components)),
      ...(options.relay === true && {
        relay: (components) => circuitRelayServer({
          maxInboundHopStreams: settings.streamsPerConnectionMax,
          reservations: {
            maxReservations: settings.relayReservationsMax,
            reservationTtl: settings.relayReservationMs,
            defaultDataLimit: BigInt(settings.relayBytesMax),
            defaultDurationLimit: settings.relayMs,
          },
        })(guarded(components)),
      }),
      ...(findsOnLan !== undefined && { lan: findsOnLan((peer, addresses) => doors.foundOnLan(peer, addresses)) }),
      ...(kadDHT !== undefined && {
        dht: (components) =>
          kadDHT({
            protocol: '/cv/kad/1.0.0',
            clientMode: false,
            // The default mapper drops private addresses, which hubs of one house need.
            peerInfoMapper: passthroughMapper,
          })(guarded(components)),
      }),
    },
  })
  if (gate === undefined || reachable === undefined) throw new Error('a service was built without its components')
  return { node, gate, reachable }
}

/**
 * The bridge drops libp2p's own chatter unformatted; what it calls errors are mostly the
 * network's.
 */
function bridge(log: NetworkLog): ComponentLogger {
  const forComponent = (name: string): Logger => {
    const silent = (): void => {}
    return Object.assign(silent, {
      enabled: false,
      trace: silent,
      error: (text: unknown, ...rest: unknown[]): void => {
        const worded = String(text).replace(/%[a-zA-Z]/g, '%s')
        log.debug?.(format(worded, ...rest.map(String)), { component: name })
      },
      newScope: (scope: string) => forComponent(`${name}:${scope}`),
    })
  }
  return { forComponent }
}
