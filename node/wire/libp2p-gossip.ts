/**
 * The gossipsub settings that every hub of a federation shares (`protocol/README.md`, section
 * on gossip): which versions, which limits, which scores, and how an object gets its id; and whether a connection
 * still has its gossip.
 *
 * The package is `@libp2p/gossipsub`, the successor of `@chainsafe/libp2p-gossipsub`, whose
 * last version neither works with libp2p 3 nor bounds the subscriptions a peer may send
 * (CVE-2026-46679).
 */
import { hash } from 'node:crypto'
import { type gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import { concat } from 'uint8arrays/concat'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import type { NetworkSettings } from './libp2p-settings.ts'

export const GOSSIP_PROTOCOLS = ['/meshsub/1.2.0', '/meshsub/1.1.0']

type GossipOptions = NonNullable<Parameters<typeof gossipsub>[0]>

/**
 * The settings `protocol/README.md` asks of every hub. Objects carry their own signatures, so
 * gossipsub signs nothing; an object's id is bound to its topic, so that the same bytes sent
 * ahead on another topic cannot silence it. `known` is asked for the text form of a peer id.
 */
export function gossipOptions(
  topics: string[],
  settings: NetworkSettings,
  sharedIps: string[],
  known: { has(peer: string): boolean },
): GossipOptions {
  return {
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: (message) => messageId(message.topic, message.data),
    // The same id, so that a duplicate is known before anything else is computed.
    fastMsgIdFn: ({ topic, data }) => toString(messageId(topic, data ?? NO_BYTES), 'base64'),
    fallbackToFloodsub: false,
    // Through a relay as well: what a member says is said to all.
    runOnLimitedConnection: true,
    floodPublish: true,
    doPX: false,
    emitSelf: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    D: 6,
    Dlo: 4,
    Dhi: 12,
    Dlazy: 6,
    heartbeatInterval: 1_000,
    allowedTopics: topics,
    maxInboundDataLength: settings.gossipFrameBytesMax,
    maxOutboundBufferSize: settings.gossipUnsentBytesMax,
    maxTopicBytesPerPeer: settings.topicBytesPerPeerMax,
    decodeRpcLimits: {
      maxSubscriptions: 64,
      maxMessages: 256,
      maxIhaveMessageIDs: 1_000,
      maxIwantMessageIDs: 1_000,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 64,
      maxPeerInfos: 0, // Peer exchange is off.
    },
    scoreThresholds: { gossipThreshold: -100, publishThreshold: -200, graylistThreshold: -400 },
    scoreParams: {
      // Counters fade by a tenth every ten seconds.
      decayInterval: 10_000,
      // A member in good standing has credit for one honest mistake; a stranger can never be heard.
      appSpecificScore: (peer) => (known.has(peer) ? 50 : -1_000),
      appSpecificWeight: 1,
      IPColocationFactorThreshold: 10,
      IPColocationFactorWhitelist: new Set(['127.0.0.1', '::1', ...sharedIps]),
      // A topic that is not listed is not scored at all.
      topics: Object.fromEntries(topics.map((topic) => [topic, TOPIC_SCORE])),
    },
  }
}

const TOPIC_SCORE = {
  topicWeight: 1,
  // Credit for staying and for delivering first is small: it must not pay for invalid messages.
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: 0.9,
  firstMessageDeliveriesCap: 50,
  // P3 and P3b punish a quiet topic, and ours are quiet for hours.
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.9,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 1_000,
  meshMessageDeliveriesActivation: 5_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.9,
  invalidMessageDeliveriesWeight: -20,
  invalidMessageDeliveriesDecay: 0.9,
}

const NO_BYTES = new Uint8Array()
const MESSAGE_TAG = fromString('cv-msg\0')

/** SHA-256("cv-msg\0" || u32be(len topic) || topic || data), its first 20 bytes. */
export function messageId(topic: string, data: Uint8Array): Uint8Array {
  const name = fromString(topic)
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, name.length)
  const framed = concat([MESSAGE_TAG, length, name, data])
  return new Uint8Array(hash('sha256', framed, 'buffer')).subarray(0, 20)
}

/**
 * Gossip uses one stream each way. Asking gossipsub is not enough: it may list a peer whose stream
 * it has given up. A stream that either router gave up has one end closed, seen from both sides.
 */
export function gossipLives(connections: Connection[]): boolean {
  const streams = connections.flatMap((connection) => connection.streams)
  const whole = streams.filter(
    ({ protocol, writeStatus, remoteWriteStatus }) =>
      GOSSIP_PROTOCOLS.includes(protocol) &&
      writeStatus === 'writable' &&
      remoteWriteStatus === 'writable',
  )
  return ['inbound', 'outbound'].every((way) => whole.some(({ direction }) => direction === way))
}

/** Whether a peer speaks gossip, or never told what it speaks (its identify died with the rest). */
export async function gossips({ peerStore }: Pick<Libp2p, 'peerStore'>, id: PeerId): Promise<boolean> {
  try {
    const { protocols } = await peerStore.get(id)
    return protocols.length === 0 || protocols.some((name) => GOSSIP_PROTOCOLS.includes(name))
  } catch {
    return true
  }
}
