/**
 * What a member that keeps no rule does to a hub, by name: floods and lies of the kinds that have brought libp2p
 * stacks down elsewhere, each played on real hubs over the loopback while two honest ones talk. `npm run attack`
 * plays them and prints; `test/node/attacks.test.ts` plays them and asserts.
 *
 * Everything runs in one process, the attacker too, so what memory grew by is more than the hub's own.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Connection } from '@libp2p/interface'
import { lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { toString } from 'uint8arrays/to-string'
import { publicKeyOf } from '#ledger/keys.ts'
import { messageId } from '#node/wire/libp2p-gossip.ts'
import { peerIdOf } from '#node/wire/libp2p-peer.ts'
import type { Network } from '#node/wire/network.ts'
import { libp2pWorld, secretOf } from './libp2p-world.ts'
import { bytes, hear, knownAs, spoken } from './network-suite.ts'
import {
  closerPeersFrame, controlFrame, framesTo, graft, identifyFrame, ihave, iwant, MESHSUB, messagesFrame, pruneForEver, putValueFrame,
  type RawPeer, rawPeer, subscriptionsFrame, yamuxFrame,
} from './raw-peer.ts'

const TOPIC = 'cv/1/real/list/as'
const OTHER = 'cv/1/real/list/eu'
const HELLO = '/cv/hello/1'
const TALK = 100
/** A member that is nowhere: whoever is found in its place has lied. */
const GHOST = publicKeyOf(secretOf('ghost'))
const lies = { told: 0 }
const PATIENCE_MS = 60_000

type Stage = {
  mei: Network
  bo: Network
  mallory: RawPeer
  connection: Connection
  /** Writes frames of gossip to mei, each on its way before the next. */
  gossip(frame: Uint8Array): Promise<void>
}

/** `run` answers how many of its blows fell. */
export type Attack = {
  what: string
  /** Before anybody is met. */
  prepare?(mallory: RawPeer): Promise<void>
  run(stage: Stage): Promise<number>
}

export type Played = {
  /** Of the attack, before it was hung up. */
  blows: number
  /** Honest objects, both ways, and how many arrived. */
  sent: number
  delivered: number
  /** Bytes by which this process had grown when it was over, everybody in it together. */
  grewBytes: number
  /** Both honest hubs were still connected, and nobody restarted anything. */
  together: boolean
}

const ids = (count: number, from: string): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => messageId(TOPIC, bytes(`${from} ${i}`)))
/** Does it so many times, one after the other; how often it could be done: a hub may hang up at any moment. */
async function times(count: number, what: (n: number) => Promise<unknown>): Promise<number> {
  let done = 0
  for (let n = 0; n < count; n++) await what(n).then(() => (done += 1), () => {})
  return done
}

export const attacks: Record<string, Attack> = {
  'subscriptions': {
    what: 'says that it takes part in 294,000 topics (CVE-2026-46679 of another gossipsub)',
    run: ({ gossip }) => times(60, (frame) =>
      gossip(subscriptionsFrame(Array.from({ length: 4_900 }, (_, i) => `flood/${frame}/${i}`)))),
  },
  'ihave': {
    what: 'claims to have 100,000 objects that do not exist, and gives none',
    run: ({ gossip }) => times(100, (n) => gossip(controlFrame(ihave(TOPIC, ids(1_000, `none ${n}`))))),
  },
  'iwant': {
    what: 'wants one real object 20,000 times, and 100,000 that do not exist',
    async run({ mei, gossip }) {
      await mei.publish(TOPIC, bytes('wanted'))
      const [real] = [messageId(TOPIC, bytes('wanted'))]
      const wanted = await times(100, () => gossip(controlFrame(iwant(Array.from({ length: 200 }, () => real)))))
      return wanted + await times(100, (n) => gossip(controlFrame(iwant(ids(1_000, `never ${n}`)))))
    },
  },
  'graft': {
    what: 'grafts itself 60,000 times, into the mesh of a real topic and into a thousand that nobody has (CVE-2026-95859 of another stack)',
    run: ({ gossip }) => times(1_000, (n) =>
      gossip(controlFrame(...Array.from({ length: 60 }, (_, i) => graft(i % 2 === 0 ? TOPIC : `mesh/${n % 1_000}`))))),
  },
  'prune': {
    what: 'leaves the mesh for 2^64 − 1 seconds, again and again (CVE-2026-33040, CVE-2026-34219 of another stack)',
    run: ({ gossip }) => times(500, () => gossip(controlFrame(pruneForEver(TOPIC), graft(TOPIC)))),
  },
  'oversized': {
    what: 'sends objects one byte too large, and then a frame of sixteen times what is allowed',
    async run({ gossip }) {
      const large = await times(20, (n) => gossip(messagesFrame(TOPIC, [bytes(`${n}`.padEnd(16_385, 'z'))])))
      return large + await times(1, () => gossip(new Uint8Array(4 << 20)))
    },
  },
  'malformed': {
    what: 'sends bytes that are no gossip at all',
    run: ({ gossip }) => times(500, (n) => gossip(Uint8Array.from({ length: 300 }, (_, i) => (n * 31 + i * 17) % 256))),
  },
  'wrong-topic': {
    what: 'sends everything it hears ahead on another topic, and with its first byte moved into the topic’s name',
    run: ({ gossip }) => times(TALK, async (n) => {
      const told = bytes(`honest ${n} of bo`)
      await gossip(messagesFrame(OTHER, [told]))
      await gossip(messagesFrame(`${TOPIC}h`, [told.subarray(1)]))
    }),
  },
  'replayed': {
    what: 'sends one object 20,000 times',
    run: ({ gossip }) => times(200, () => gossip(messagesFrame(TOPIC, Array.from({ length: 100 }, () => bytes('once'))))),
  },
  'streams': {
    what: 'opens 2,000 streams and says nothing on them (CVE-2022-23487 of an older libp2p in JavaScript, CVE-2022-23492 of another stack)',
    run: ({ connection }) => times(2_000, () => connection.newStream(HELLO, { signal: AbortSignal.timeout(2_000) })),
  },
  'drip': {
    what: 'begins eight requests and sends a byte of each now and then',
    async run({ connection }) {
      const opened = await Promise.allSettled(Array.from({ length: 8 }, () => connection.newStream(HELLO)))
      const streams = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      return times(20, async () => {
        for (const stream of streams) if (stream.writeStatus === 'writable') stream.send(Uint8Array.of(0x80))
        await new Promise((resolve) => setTimeout(resolve, 50))
      })
    },
  },
  'yamux': {
    what: 'writes frames of Yamux by hand: windows that overflow, lengths of 4 GiB, streams and pings by the thousand (CVE-2026-31814, CVE-2026-32314 of another stack)',
    async run({ mei, mallory }) {
      let sent = 0
      for (const frames of [
        (n: number) => yamuxFrame(1, 1, 2 * n + 1_001, 0),
        (n: number) => yamuxFrame(1, n === 0 ? 1 : 0, 90_001, 0xffffffff),
        (n: number) => yamuxFrame(0, 1, 2 * n + 200_001, 0xffffffff),
        (n: number) => yamuxFrame(2, 1, 0, n),
        (n: number) => yamuxFrame(n % 16, 0xffff, n, n),
      ]) {
        await mallory.connect(mei).catch(() => {})
        const cable = mallory.cables.at(-1)!
        sent += await times(2_000, async (n) => {
          if (cable.status !== 'open') throw new Error('hung up')
          cable.send(frames(n))
          // The attacked live in the same process, and must come to their turn.
          if (n % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
        })
      }
      return sent
    },
  },
  'identify': {
    what: 'comes as sixty strangers, one after the other, each with ten pages of protocols that it speaks (CVE-2026-57497 of another stack)',
    run: ({ mei }) => times(60, async (n) => {
      const stranger = await rawPeer(`stranger ${n}`, false)
      try {
        await stranger.node.handle('/ipfs/id/1.0.0', async (stream) => {
          const frames = lpStream(stream)
          for (let page = 0; page < 10; page++) {
            await frames.write(identifyFrame(Array.from({ length: 100 }, (_, i) => `/flood/${n}/${page}/${i}/`.padEnd(76, 'x'))))
          }
          await stream.close()
        })
        await stranger.connect(mei)
        await new Promise((resolve) => setTimeout(resolve, 20))
      } finally {
        await stranger.node.stop()
      }
    }),
  },
  'lying-dht': {
    what: 'answers every question for an address with twenty of its own',
    async prepare(mallory) {
      await mallory.node.handle('/cv/kad/1.0.0', async (stream) => {
        const frames = lpStream(stream)
        const [here] = mallory.node.getMultiaddrs()
        for (;;) {
          await frames.read()
          const ids = [GHOST, ...Array.from({ length: 19 }, (_, i) => secretOf(`nobody ${Math.random()} ${i}`))].map((name) => peerIdOf(toString(name, 'base16'))?.toMultihash().bytes)
          lies.told += 1
          await frames.write(closerPeersFrame(ids.filter((id) => id !== undefined), here?.bytes ?? multiaddr('/ip4/127.0.0.1/tcp/9').bytes))
        }
      })
    },
    async run({ mei, bo, mallory }) {
      const ghost = toString(GHOST, 'base16')
      const before = lies.told
      mei.setKnownPeers([...knownAs(bo), { peer: mallory.key, addresses: [] }, { peer: ghost, addresses: [] }])
      for (let waited = 0; lies.told < before + 20 && waited < 200; waited++) await new Promise((resolve) => setTimeout(resolve, 50))
      if (mei.connected().includes(ghost)) throw new Error('somebody passed for another')
      return lies.told - before
    },
  },
  'put-value': {
    what: 'puts 500 values of 60 KiB into the address book (CVE-2026-45783 of an older kad-dht)',
    run: ({ connection }) => times(500, async (n) => {
      const put = await framesTo(connection, '/cv/kad/1.0.0')
      await put.write(putValueFrame(`/cv/${n}`, new Uint8Array(60 << 10)))
      put.stream.abort(new Error('enough'))
    }),
  },
}

/** Two honest hubs that talk, and a member that plays this attack on one of them meanwhile. */
export async function play(name: string): Promise<Played> {
  const attack = attacks[name]
  if (attack === undefined) throw new Error(`there is no attack ${name}`)
  const world = libp2pWorld()
  const mallory = await rawPeer('mallory')
  try {
    const settings = { frameTimeoutMs: 2_000 }
    const topics = [TOPIC, OTHER]
    const [mei, bo] = [await world.hub({ name: 'mei', topics, settings, dht: true }), await world.hub({ name: 'bo', topics, settings, dht: true })]
    const [atMei, atBo] = [hear(mei, TOPIC), hear(bo, TOPIC)]
    for (const hub of [mei, bo]) {
      hub.subscribe(OTHER, () => 'ignore')
      await hub.serve(HELLO, { handler: async (_peer, body) => body, requestBytesMax: 1_024, answerBytesMax: 1_024, streamsPerPeerMax: 8, openToStrangers: true })
    }
    bo.setKnownPeers(knownAs(mei))
    mei.setKnownPeers([...knownAs(bo), { peer: mallory.key, addresses: [] }])
    await attack.prepare?.(mallory)
    await meshed(bo, atMei)
    await meshed(mei, atBo)
    const connection = await mallory.connect(mei)
    const { write } = await framesTo(connection, MESHSUB)

    const before = memoryInUse()
    const attacked = attack.run({ mei, bo, mallory, connection, gossip: write })
    const talk: string[] = []
    for (let n = 0; n < TALK; n++) {
      for (const [who, hub] of [['mei', mei], ['bo', bo]] as const) {
        const said = `honest ${n} of ${who}`
        talk.push(said)
        await hub.publish(TOPIC, bytes(said))
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const blows = await attacked
    const arrived = (): number => {
      const heard = new Set([...spoken(atMei), ...spoken(atBo)])
      return talk.filter((said) => heard.has(said)).length
    }
    const began = performance.now()
    while (arrived() < talk.length && performance.now() - began < PATIENCE_MS) await new Promise((resolve) => setTimeout(resolve, 50))
    const grewBytes = memoryInUse() - before
    const together = mei.connected().includes(bo.self) && bo.connected().includes(mei.self)
    return { blows, sent: talk.length, delivered: arrived(), grewBytes, together }
  } finally {
    await mallory.node.stop()
    await world.end()
  }
}

/** Says something until it is heard: a mesh takes a heartbeat or two to stand. */
async function meshed(from: Network, heard: string[]): Promise<void> {
  for (let n = 0; !heard.some((said) => said.startsWith(`warming ${from.self}`)); n++) {
    await from.publish(TOPIC, bytes(`warming ${from.self} ${n}`))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What is in use after everything that can go has gone: objects, and buffers beside the heap. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
