/**
 * Every bound of the libp2p adapter in one table, each with its reason. Tests shorten the times; an
 * operator has no reason to change one, so none of this is configuration.
 */
import { TOPIC_MESSAGE_BYTES_MAX } from '#protocol/topic.ts'

export type NetworkSettings = {
  /**
   * One gossiped object. Larger things travel by request, so that no mesh carries them six
   * times.
   */
  messageBytesMax: number
  /**
   * One gossip frame. An honest answer to IWANT puts several objects into one frame, and a
   * frame above this ends the whole gossip stream, so it leaves room for sixteen of the largest
   * objects.
   */
  gossipFrameBytesMax: number
  /** Unsent gossip towards a peer that reads nothing; beyond it the stream is reset. */
  gossipUnsentBytesMax: number
  /** Memory one peer may occupy with topics it says it subscribes to. */
  topicBytesPerPeerMax: number
  /** Streams a peer may hold open at a time, over all protocols. */
  streamsPerConnectionMax: number
  /** Inbound stranger connections at a time; further ones are turned away after the handshake. */
  strangersMax: number
  /** Requests of one stranger in progress, over all services. */
  strangerStreamsMax: number
  /** Requests all strangers together may make at once, and how fast that allowance returns. */
  strangerRequestsBurst: number
  strangerRequestsPerSecond: number
  /** A stranger without a request in progress is hung up after this. */
  strangerIdleMs: number
  /** An inbound stranger is hung up after this in any case: the places rotate. */
  strangerAgeMs: number
  connectionsMax: number
  /** Of them one member's, whoever opened them: it needs one, and for moments three or four. All places are not to be taken by one. */
  connectionsPerMemberMax: number
  /** New connections per second from one address. Hubs behind one address are few. */
  inboundPerSecondMax: number
  /** Connections that have not finished their handshake. */
  inboundPendingMax: number
  dialTimeoutMs: number
  /** Between two questions on one connection whether it still leads anywhere; both ends ask. */
  aliveEveryMs: number
  /** Reading one request, or writing one answer. */
  frameTimeoutMs: number
  /** How long a finished stream may wait for the other side to finish too. */
  lingerMs: number
  /** The pause before a redial doubles from the first to the second of these. */
  redialFirstMs: number
  redialPauseMaxMs: number
  /** A connection that lasted this long makes the next pause a first one again. */
  steadyMs: number
  /** How long a connected gossip peer may be missing from the router before it is hung up. */
  zombieMs: number
  /** The pulse of redials. */
  pulseMs: number
  /** Between two looks at what can wait for some pulses: strangers, zombies, relays and the addresses of this hub. */
  lookMs: number
  /** One WebSocket message is a Noise frame of 64 KiB at most; the library would take 100 MiB of anybody. */
  webSocketMessageBytesMax: number
  /** A hub behind NAT asks so many members to relay to it, in case one goes away. */
  relaysMax: number
  /** Members behind NAT that may be reached through this hub at a time. */
  relayReservationsMax: number
  /** A reservation ends so long after it was last renewed. */
  relayReservationMs: number
  /** One relayed connection carries so much, both ways together, and lasts so long; then it is dialled again. */
  relayBytesMax: number
  relayMs: number
  /** Relayed connections that one member may open at once and in an hour, to all others together. */
  relayConnectsBurst: number
  relayConnectsPerHour: number
  /** A hub reached through a relay is tried directly again after this. */
  relayedPatienceMs: number
  /** Members asked in one round whether an address of this hub leads here. */
  triedByMax: number
  /** Between two rounds: first, while nothing is known of an address (it doubles); and where all is known. */
  triedAgainMs: number
  triedEveryMs: number
}

export const DEFAULT_SETTINGS: NetworkSettings = {
  messageBytesMax: TOPIC_MESSAGE_BYTES_MAX,
  gossipFrameBytesMax: 16 * TOPIC_MESSAGE_BYTES_MAX + 4096,
  gossipUnsentBytesMax: 4 << 20,
  topicBytesPerPeerMax: 64 * 1024,
  streamsPerConnectionMax: 256,
  strangersMax: 16,
  strangerStreamsMax: 2,
  strangerRequestsBurst: 20,
  strangerRequestsPerSecond: 5,
  strangerIdleMs: 15_000,
  strangerAgeMs: 60_000,
  connectionsMax: 300,
  connectionsPerMemberMax: 8,
  inboundPerSecondMax: 5,
  inboundPendingMax: 32,
  dialTimeoutMs: 10_000,
  aliveEveryMs: 20_000,
  frameTimeoutMs: 10_000,
  lingerMs: 1_000,
  redialFirstMs: 500,
  redialPauseMaxMs: 60_000,
  steadyMs: 30_000,
  zombieMs: 10_000,
  pulseMs: 500,
  lookMs: 2_500,
  webSocketMessageBytesMax: 256 * 1024,
  relaysMax: 2,
  relayReservationsMax: 32,
  relayReservationMs: 3_600_000,
  relayBytesMax: 16 << 20,
  relayMs: 1_800_000,
  relayConnectsBurst: 64,
  relayConnectsPerHour: 128,
  relayedPatienceMs: 300_000,
  triedByMax: 7,
  triedAgainMs: 10_000,
  triedEveryMs: 900_000,
}
