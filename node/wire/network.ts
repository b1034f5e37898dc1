/**
 * The network as the hub needs it, in the hub's words: named peers, one question with one
 * answer, and topics that carry small signed objects. Nothing here knows of sockets, streams or
 * libp2p, so the hub runs unchanged over `libp2p-network.ts` in the world and over an in-
 * process bus in the tests.
 *
 * Two kinds of peer exist. *Known* peers are the members of the federation and its observers;
 * the hub names them with `setKnownPeers` and they reach everything. Everybody else is a
 * *stranger* and reaches only the services that say `openToStrangers` (the hello of a hub that
 * wants to join).
 */
import type { Log } from '../ports.ts'

/** Hex of a hub's libp2p Ed25519 public key (64 characters, lower case), authenticated by Noise. */
export type PeerKey = string

/**
 * What a validator says of a gossiped object. `accept` delivers and forwards it, `ignore` drops it
 * quietly, `reject` drops it and counts against the peer that forwarded it: say it only of what an
 * honest peer would never forward.
 */
export type Verdict = 'accept' | 'ignore' | 'reject'

/**
 * A member or observer and where it may be found: multiaddrs, with or without their `/p2p/…`
 * end.
 */
export type KnownPeer = { peer: PeerKey; addresses: string[] }

/**
 * Answers one request. A rejection is told to the asker as `broken` and logged; it never
 * travels on.
 */
export type RequestHandler = (peer: PeerKey, body: Uint8Array) => Promise<Uint8Array>

/**
 * One protocol this hub answers. `streamsPerPeerMax` counts requests of one peer in progress,
 * over all its connections. A request longer than `requestBytesMax` is refused before it is
 * read.
 */
export type Service = {
  handler: RequestHandler
  requestBytesMax: number
  answerBytesMax: number
  streamsPerPeerMax: number
  openToStrangers: boolean
}

/**
 * What the asker accepts: bytes of the answer, and milliseconds for the whole exchange,
 * dialling included.
 */
export type RequestLimits = { answerBytesMax: number; timeoutMs: number }

/**
 * Why a request failed.
 * - `unreachable`: no connection could be made, or the network is stopped.
 * - `timeout`: the time given was used up.
 * - `oversize`: the answer (or the object to publish) is larger than allowed.
 * - `refused`: the peer does not answer this protocol, or not us, or not this many or this long
 *   at once.
 * - `broken`: the exchange ended without a whole answer; the peer may have acted on the request.
 */
export type NetworkErrorCode = 'unreachable' | 'timeout' | 'oversize' | 'refused' | 'broken'

/** The only error a `Network` rejects with, apart from the caller's own mistakes. */
export class NetworkError extends Error {
  readonly code: NetworkErrorCode

  constructor(code: NetworkErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'NetworkError'
    this.code = code
  }
}

/**
 * Where an adapter tells its operator what happened; `debug` hears what the network does all
 * day.
 */
export type NetworkLog = Log & { debug?: Log['info'] }

/**
 * How others come to this hub.
 * - `announced`: at the addresses that its operator has named; nobody has looked.
 * - `direct`: at a public address, to which members have come.
 * - `unproven`: at a public address, to which nobody has come yet.
 * - `relayed`: through members that relay.
 * - `hidden`: not at all; it reaches others.
 * - `local`: on its own network, as far as it knows.
 */
export type Reachability = 'announced' | 'direct' | 'unproven' | 'relayed' | 'hidden' | 'local'

export type Network = {
  readonly self: PeerKey

  /** The multiaddrs, ending in `/p2p/…`, under which others reach this hub. */
  addresses(): string[]

  reachability(): Reachability

  /** The known peers with an open connection at this moment. Strangers are never named. */
  connected(): PeerKey[]

  /**
   * Replaces the set of members and observers. The gater admits them to everything and they are
   * redialled for ever (jittered, with growing pauses up to a minute). Peers no longer named
   * are hung up. Addresses that cannot be read are logged and left out.
   */
  setKnownPeers(peers: KnownPeer[]): void

  /**
   * Dials addresses outside the known set (the hello before membership); the addresses are
   * tried as one hub's. Resolves to the peer's authenticated key; rejects with `unreachable` or
   * `timeout`. The connection is closed again after some seconds without a request.
   */
  reach(addresses: string[], timeoutMs: number): Promise<PeerKey>

  /**
   * One stream: one length-prefixed request, one length-prefixed answer. Dials a known peer
   * that is not connected. Rejects with a `NetworkError`.
   */
  request(
    peer: PeerKey,
    protocol: string,
    body: Uint8Array,
    limits: RequestLimits,
  ): Promise<Uint8Array>

  /** Answers `protocol` from now on, also after an inner restart. Serving it again replaces it. */
  serve(protocol: string, service: Service): Promise<void>

  /**
   * Listens on a topic. The validator is asked once for each object that arrives, must be quick
   * and synchronous, and is also the delivery: what it accepts is taken. A throw is logged and
   * counts as `ignore`, so that a bug of ours never punishes a peer.
   */
  subscribe(topic: string, validate: (from: PeerKey, data: Uint8Array) => Verdict): void
  unsubscribe(topic: string): void

  /**
   * Sends an object to the peers on a topic; our own validator does not hear it. The same
   * object again is sent only once. Rejects with `oversize` before anything leaves, and throws
   * for a topic that is neither allowed nor subscribed (a bug of the caller: nobody could
   * receive it).
   */
  publish(topic: string, data: Uint8Array): Promise<void>

  /** Told of every known peer that becomes connected, or that is connected and becomes known. */
  onConnected(listener: (peer: PeerKey) => void): void
  onDisconnected(listener: (peer: PeerKey) => void): void

  /** Closes every connection. Afterwards requests and publications reject with `unreachable`. */
  stop(): Promise<void>
}
