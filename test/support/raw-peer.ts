/**
 * A libp2p peer that keeps none of our rules: it holds a key, connects, opens any stream and
 * writes any bytes. Gossip frames are put together by hand (the RPC message of the libp2p
 * pubsub specification).
 */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Connection, Libp2p, MessageStream, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import type { Network, PeerKey } from '#node/wire/network.ts'
import { secretOf } from './libp2p-world.ts'

export const MESHSUB = '/meshsub/1.1.0'

export type RawPeer = {
  node: Libp2p
  key: PeerKey
  connect(network: Network): Promise<Connection>
  /** What is inside Noise and outside Yamux, of each connection; whatever is sent there the other takes for frames of Yamux. */
  cables: MessageStream[]
}

/**
 * Starts a peer with the key of this name; it takes gossip streams and reads them into nothing. What it answers to who
 * asks what it is, is its own affair where it says so itself.
 */
export async function rawPeer(name: string, introducesItself = true): Promise<RawPeer> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', secretOf(name))
  const cables: MessageStream[] = []
  const node = await createLibp2p({
    privateKey,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [() => {
      const muxers = yamux()()
      return {
        protocol: muxers.protocol,
        createStreamMuxer(cable) {
          cables.push(cable)
          return muxers.createStreamMuxer(cable)
        },
      }
    }],
    connectionManager: { reconnectRetries: 0 },
    services: { ping: ping(), ...(introducesItself && { identify: identify() }) },
  })
  await node.handle(MESHSUB, (stream) => stream.resume())
  const connect = (network: Network): Promise<Connection> =>
    node.dial(network.addresses().map((address) => multiaddr(address)))
  return { node, key: toString(privateKey.publicKey.raw, 'base16'), connect, cables }
}

/** Opens a stream and hands back a writer of length-prefixed frames. */
export async function framesTo(
  connection: Connection,
  protocol: string,
): Promise<{ stream: Stream; write(frame: Uint8Array): Promise<void> }> {
  const stream = await connection.newStream(protocol)
  const frames = lpStream(stream)
  return { stream, write: (frame) => frames.write(frame) }
}

export function subscriptionsFrame(topics: string[]): Uint8Array {
  return concat(topics.map((topic) => field(1, concat([flag(1), field(2, fromString(topic))]))))
}

export function messagesFrame(topic: string, messages: Uint8Array[]): Uint8Array {
  const name = field(4, fromString(topic))
  return concat(messages.map((data) => field(2, concat([field(2, data), name]))))
}

/** What gossip says beside its messages: which it has, which it wants, where it stands in a mesh. */
export const controlFrame = (...control: Uint8Array[]): Uint8Array => field(3, concat(control))
export const ihave = (topic: string, ids: Uint8Array[]): Uint8Array =>
  field(1, concat([field(1, fromString(topic)), ...ids.map((id) => field(2, id))]))
export const iwant = (ids: Uint8Array[]): Uint8Array => field(2, concat(ids.map((id) => field(1, id))))
export const graft = (topic: string): Uint8Array => field(3, field(1, fromString(topic)))
/** With a pause before it may be grafted again of 2^64 − 1 seconds: the largest there is. */
export const pruneForEver = (topic: string): Uint8Array =>
  field(4, concat([field(1, fromString(topic)), varint(3 << 3), Uint8Array.from([...Array(9).fill(0xff), 0x01])]))

/** Kademlia's PUT_VALUE of so many bytes under a key. */
export const putValueFrame = (key: string, value: Uint8Array): Uint8Array =>
  concat([
    varint(1 << 3), varint(0), field(2, fromString(key)),
    field(3, concat([field(1, fromString(key)), field(2, value)])),
  ])

/** What identify answers: as many protocols as fit, each of so many bytes. */
export const identifyFrame = (protocols: string[]): Uint8Array => concat(protocols.map((name) => field(3, fromString(name))))

/** Kademlia's answer to a question for a node: these are closer, at that address. */
export const closerPeersFrame = (ids: Uint8Array[], address: Uint8Array): Uint8Array =>
  concat([varint(1 << 3), varint(4), ...ids.map((id) => field(8, concat([field(1, id), field(2, address)])))])

/** A frame of Yamux: its kind (0 data, 1 window, 2 ping), flags (1 opens a stream), stream and length. */
export function yamuxFrame(kind: number, flags: number, stream: number, length: number): Uint8Array {
  const frame = new Uint8Array(12)
  const view = new DataView(frame.buffer)
  view.setUint8(1, kind)
  view.setUint16(2, flags)
  view.setUint32(4, stream)
  view.setUint32(8, length)
  return frame
}

/** A protobuf field of bytes. */
function field(number: number, value: Uint8Array): Uint8Array {
  return concat([varint((number << 3) | 2), varint(value.length), value])
}

function flag(number: number): Uint8Array {
  return concat([varint(number << 3), varint(1)])
}

function varint(value: number): Uint8Array {
  const groups: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Uint8Array.from([...groups, rest])
    groups.push((rest & 0x7f) | 0x80)
  }
}
