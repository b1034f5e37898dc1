import { fork } from 'node:child_process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { exchange } from '#node/wire/libp2p-exchange.ts'
import { messageId } from '#node/wire/libp2p-gossip.ts'
import { startNetwork } from '#node/wire/libp2p-network.ts'
import type { NetworkSettings } from '#node/wire/libp2p-settings.ts'
import type { KnownPeer, Network } from '#node/wire/network.ts'
import type { FromChild, ToChild } from '#test/support/gossip-child.ts'
import { libp2pWorld, optionsOf, QUIET } from '#test/support/libp2p-world.ts'
import {
  acquaint,
  bytes,
  echo,
  hear,
  knownAs,
  networkSuite,
  spoken,
  text,
  untilHeard,
} from '#test/support/network-suite.ts'
import {
  framesTo,
  MESHSUB,
  messagesFrame,
  type RawPeer,
  rawPeer,
  subscriptionsFrame,
} from '#test/support/raw-peer.ts'

networkSuite('libp2p', libp2pWorld)

const WAIT = { timeout: 30_000, interval: 20 }
const TOPIC = 'cv/1/real/list/cn'
const ASK = '/cv/test/1'
const LATER = '/cv/test/2'
const HELLO = '/cv/hello/1'
const LIMITS = { answerBytesMax: 1024, timeoutMs: 20_000 }

describe('a hub on the real network', () => {
  let world: ReturnType<typeof libp2pWorld>
  let raws: RawPeer[]
  beforeEach(() => {
    world = libp2pWorld()
    raws = []
  })
  afterEach(async () => {
    await world.end()
    await Promise.all(raws.map(({ node }) => node.stop()))
  })

  const raw = async (name: string): Promise<RawPeer> => {
    const peer = await rawPeer(name)
    raws.push(peer)
    return peer
  }

  /** Two acquainted hubs that gossip, and a raw peer that the first counts among its members. */
  const twoHubsAndAMallory = async (settings: Partial<NetworkSettings> = {}) => {
    const mei = await world.hub({ name: 'mei', topics: [TOPIC], settings })
    const bo = await world.hub({ name: 'bo', topics: [TOPIC], settings })
    const mallory = await raw('mallory')
    const [atMei, atBo] = [hear(mei, TOPIC), hear(bo, TOPIC)]
    bo.setKnownPeers(knownAs(mei))
    mei.setKnownPeers([...knownAs(bo), { peer: mallory.key, addresses: [] }])
    await untilHeard(bo, TOPIC, atMei)
    return { mei, bo, mallory, atMei, atBo }
  }

  test('gossip passes between two processes, both ways', async () => {
    const mei = await world.hub({ name: 'mei', topics: [TOPIC] })
    const heard = hear(mei, TOPIC)
    const program = new URL('../support/gossip-child.ts', import.meta.url)
    const child = fork(program, [TOPIC], { stdio: 'inherit' })
    try {
      const told: string[] = []
      const ready = new Promise<KnownPeer>((resolve) => {
        child.on('message', (message: FromChild) => {
          if (message.type === 'ready') resolve(message.known)
          else told.push(message.text)
        })
      })
      const say = (message: ToChild): void => void child.send(message)
      mei.setKnownPeers([await ready])
      say({ type: 'know', peers: knownAs(mei) })
      await untilHeard(mei, TOPIC, told)
      await mei.publish(TOPIC, bytes('a room in Chengdu'))
      await expect.poll(() => spoken(told), WAIT).toEqual(['a room in Chengdu'])
      say({ type: 'publish', text: 'a bicycle in Barcelona' })
      await expect.poll(() => heard, WAIT).toEqual(['a bicycle in Barcelona'])
    } finally {
      child.disconnect()
    }
  })

  test('a flood of subscriptions costs little memory and does not disturb the others', async () => {
    const { mei, bo, mallory, atMei } = await twoHubsAndAMallory()
    const connection = await mallory.connect(mei)
    const { write } = await framesTo(connection, MESHSUB)
    const before = memoryInUse()
    // The flood of CVE-2026-46679: 294 000 topics in frames of 4 900, and some in frames of 64.
    for (let frame = 0; frame < 60; frame++) {
      const topics = Array.from({ length: 4_900 }, (_, i) => `flood/${frame}/${i}`)
      await write(subscriptionsFrame(topics))
      await write(subscriptionsFrame(topics.slice(0, 64)))
    }
    await bo.publish(TOPIC, bytes('through the flood'))
    await expect.poll(() => spoken(atMei), WAIT).toEqual(['through the flood'])
    expect(memoryInUse() - before).toBeLessThan(16 << 20)
  })

  test('a member that floods messages on topics nobody allowed is not heard or forwarded', async () => {
    const { mei, mallory, atMei, atBo } = await twoHubsAndAMallory()
    const { write } = await framesTo(await mallory.connect(mei), MESHSUB)
    await write(messagesFrame('cv/1/forbidden', [bytes('good offer')]))
    await write(messagesFrame(TOPIC, [bytes('good offer')]))
    await expect.poll(() => spoken(atBo), WAIT).toEqual(['good offer'])
    expect(spoken(atMei)).toEqual(['good offer'])
  })

  test('one frame may carry several of the largest objects; a larger object is rejected alone', async () => {
    const { mei, mallory, atMei } = await twoHubsAndAMallory()
    const { write } = await framesTo(await mallory.connect(mei), MESHSUB)
    const large = (letter: string, size: number): Uint8Array => bytes(letter.repeat(size))
    const full = 16 * 1024
    const ten = Array.from('abcdefghij').map((letter) => large(letter, full))
    await write(messagesFrame(TOPIC, [large('z', full + 1), ...ten]))
    await expect.poll(() => spoken(atMei).length, WAIT).toBe(10)
    await write(messagesFrame(TOPIC, [bytes('still here')]))
    await expect.poll(() => spoken(atMei).at(-1), WAIT).toBe('still here')
    expect(spoken(atMei).filter((message) => message.startsWith('z'))).toEqual([])
  })

  test('a member whose gossip stream died of a frame too large is hung up, not kept as a zombie', async () => {
    const { mei, mallory } = await twoHubsAndAMallory({ zombieMs: 200 })
    const connection = await mallory.connect(mei)
    const { write } = await framesTo(connection, MESHSUB)
    await expect.poll(() => mei.connected(), WAIT).toContain(mallory.key)
    await write(new Uint8Array(1 << 20)).catch(() => {})
    await expect.poll(() => connection.status, WAIT).not.toBe('open')
    await expect.poll(() => mei.connected(), WAIT).not.toContain(mallory.key)
  })

  test('a member that sends rubbish is no longer heard, but its requests are still answered', async () => {
    const { mei, mallory } = await twoHubsAndAMallory()
    const judged: string[] = []
    mei.subscribe(TOPIC, (_from, data) => {
      judged.push(text(data))
      return text(data).startsWith('rubbish') ? 'reject' : 'accept'
    })
    await mei.serve(ASK, echo())
    const connection = await mallory.connect(mei)
    const { write } = await framesTo(connection, MESHSUB)
    let sent = 0
    // A score is looked at once a heartbeat: on it goes until nothing more is even judged.
    await expect
      .poll(async () => {
        const before = judged.length
        for (let i = 0; i < 150; i++) {
          await write(messagesFrame(TOPIC, [bytes(`rubbish ${sent++}`)]))
        }
        await answerOf(connection, ASK)
        return judged.length === before
      }, WAIT)
      .toBe(true)
    expect(mei.connected()).toContain(mallory.key)
    expect(text(await answerOf(connection, ASK))).toBe('asked')
  })

  test('a hub of a later version, which offers what is not known here and asks for it first, is talked with in the words of this one', async () => {
    const { mei, bo, mallory: later, atBo } = await twoHubsAndAMallory()
    await mei.serve(ASK, echo())
    await later.node.handle(LATER, (stream) => stream.abort(new Error('nobody here speaks this yet')))
    const connection = await later.connect(mei)
    // What is asked for in the newest words is settled on in those that both know, within one stream.
    const signal = AbortSignal.timeout(20_000)
    const stream = await connection.newStream([LATER, ASK], { signal })
    expect(stream.protocol).toBe(ASK)
    expect(text(await exchange(stream, connection, bytes('asked'), 1024, signal))).toBe('asked')
    await expect(connection.newStream([LATER], { signal })).rejects.toThrow()
    expect(text(await answerOf(connection, ASK))).toBe('asked')
    const { write } = await framesTo(connection, MESHSUB)
    await write(subscriptionsFrame([TOPIC, 'cv/2/real/list/cn']))
    await write(messagesFrame('cv/2/real/list/cn', [bytes('of a later kind')]))
    await write(messagesFrame(TOPIC, [bytes('as always')]))
    await expect.poll(() => spoken(atBo), WAIT).toEqual(['as always'])
    expect([mei.connected().includes(later.key), mei.connected().length]).toEqual([true, bo.connected().length + 1])
  })

  test('a stranger is not heard in gossip, whatever it writes', async () => {
    const { mei, bo, atMei } = await twoHubsAndAMallory({ strangerIdleMs: 3_600_000 })
    const eve = await raw('eve')
    const { write, stream } = await framesTo(await eve.connect(mei), MESHSUB)
    await write(messagesFrame(TOPIC, [bytes('let me in')])).catch(() => {})
    await expect.poll(() => stream.status, WAIT).not.toBe('open')
    await bo.publish(TOPIC, bytes('after eve'))
    await expect.poll(() => spoken(atMei), WAIT).toEqual(['after eve'])
  })

  test('strangers have few places, and a place is free again when its stranger was idle', async () => {
    const mei = await world.hub({ name: 'mei', settings: { strangersMax: 2, strangerIdleMs: 500 } })
    await mei.serve(HELLO, echo({ openToStrangers: true }))
    const asks = async (name: string): Promise<Network> => {
      const hub = await world.hub({ name })
      await hub.reach(mei.addresses(), 20_000)
      await hub.request(mei.self, HELLO, bytes('hello'), LIMITS)
      return hub
    }
    await asks('one')
    await asks('two')
    await expect(asks('three')).rejects.toMatchObject({ name: 'NetworkError' })
    const knocks = (): Promise<string> =>
      asks('four').then(
        () => 'came in',
        () => 'turned away',
      )
    await expect.poll(knocks, { ...WAIT, interval: 200 }).toBe('came in')
  })

  test('a member that connects again and again takes no place of another', async () => {
    const mei = await world.hub({ name: 'mei', settings: { connectionsMax: 20 } })
    const [eve, bo] = [await raw('eve'), await world.hub({ name: 'bo' })]
    mei.setKnownPeers([{ peer: eve.key, addresses: [] }, { peer: bo.self, addresses: [] }])
    const there = mei.addresses().map((address) => multiaddr(address))
    for (let i = 0; i < 25; i++) await eve.node.dial(there, { force: true }).catch(() => {})
    bo.setKnownPeers(knownAs(mei))
    await expect.poll(() => mei.connected().toSorted(), WAIT).toEqual([bo.self, eve.key].toSorted())
  })

  test('a stranger asks two things at a time, and all strangers together not too often', async () => {
    const settings = { strangerRequestsBurst: 4, strangerRequestsPerSecond: 0 }
    const mei = await world.hub({ name: 'mei', settings })
    const { promise, resolve } = Promise.withResolvers<void>()
    let begun = 0
    const handler = async (_peer: string, body: Uint8Array): Promise<Uint8Array> => {
      begun++
      await promise
      return body
    }
    await mei.serve(HELLO, echo({ handler, openToStrangers: true, streamsPerPeerMax: 16 }))
    const bo = await world.hub({ name: 'bo' })
    await bo.reach(mei.addresses(), 20_000)
    const ask = (): Promise<Uint8Array> => bo.request(mei.self, HELLO, bytes('hello'), LIMITS)
    const two = [ask(), ask()]
    await expect.poll(() => begun, WAIT).toBe(2)
    await expect(ask()).rejects.toMatchObject({ code: 'refused' })
    resolve()
    await Promise.all(two)
    await ask()
    await ask()
    await expect(ask()).rejects.toMatchObject({ code: 'refused' })
  })

  test('a request that never comes gives its place back', async () => {
    const mei = await world.hub({ name: 'mei', settings: { frameTimeoutMs: 300 } })
    const mallory = await raw('mallory')
    mei.setKnownPeers([{ peer: mallory.key, addresses: [] }])
    await mei.serve(ASK, echo({ streamsPerPeerMax: 1 }))
    const connection = await mallory.connect(mei)
    const silent = await connection.newStream(ASK)
    await expect.poll(() => silent.status, WAIT).toBe('reset')
    expect(text(await answerOf(connection, ASK))).toBe('asked')
  })

  test('resetting a stream does not buy a second handler for the same place', async () => {
    const mei = await world.hub({ name: 'mei' })
    const mallory = await raw('mallory')
    mei.setKnownPeers([{ peer: mallory.key, addresses: [] }])
    const { promise, resolve } = Promise.withResolvers<void>()
    let begun = 0
    const handler = async (_peer: string, body: Uint8Array): Promise<Uint8Array> => {
      begun++
      await promise
      return body
    }
    await mei.serve(ASK, echo({ handler, streamsPerPeerMax: 1 }))
    const connection = await mallory.connect(mei)
    const first = await framesTo(connection, ASK)
    await first.write(bytes('asked'))
    await expect.poll(() => begun, WAIT).toBe(1)
    first.stream.abort(new Error('changed my mind'))
    await expect(answerOf(connection, ASK)).rejects.toThrow()
    expect(begun).toBe(1)
    resolve()
    await expect.poll(() => answerOf(connection, ASK).then(text).catch(String), WAIT).toBe('asked')
  })

  test('a member whose address is not in the registry is found through the DHT', async () => {
    const [mei, bo, ana] = [
      await world.hub({ name: 'mei', dht: true }),
      await world.hub({ name: 'bo', dht: true }),
      await world.hub({ name: 'ana', dht: true }),
    ]
    ana.setKnownPeers([...knownAs(bo), { peer: mei.self, addresses: [] }])
    bo.setKnownPeers(knownAs(mei, ana))
    mei.setKnownPeers([...knownAs(bo), { peer: ana.self, addresses: [] }])
    await expect.poll(() => mei.connected(), WAIT).toContain(ana.self)
  })

  test('addresses that cannot be read, or name another peer, are left out and told', async () => {
    const warnings: string[] = []
    const log = { ...QUIET, warn: (message: string) => void warnings.push(message) }
    const mei = await startNetwork(optionsOf({ name: 'mei' }, log))
    const [bo, ana] = [await world.hub({ name: 'bo' }), await world.hub({ name: 'ana' })]
    try {
      bo.setKnownPeers(knownAs(mei))
      mei.setKnownPeers([
        { peer: bo.self, addresses: ['not an address', ...ana.addresses(), ...bo.addresses()] },
        { peer: 'not a key', addresses: [] },
      ])
      await expect.poll(() => mei.connected(), WAIT).toEqual([bo.self])
      expect(warnings).toEqual(['an address cannot be used', 'an address cannot be used'])
    } finally {
      await mei.stop()
    }
  })

  test('a port that is taken is said at the start', async () => {
    const mei = await world.hub({ name: 'mei' })
    await expect(world.hub({ name: 'bo', at: mei.addresses() })).rejects.toThrow()
  })

  test('a listener that throws does not keep the others from hearing', async () => {
    const [mei, bo] = [await world.hub({ name: 'mei' }), await world.hub({ name: 'bo' })]
    const arrivals: string[] = []
    mei.onConnected(() => {
      throw new Error('a bug of ours')
    })
    mei.onConnected((peer) => arrivals.push(peer))
    await acquaint(mei, [bo])
    expect(arrivals).toEqual([bo.self])
  })
})

describe('the id of a gossiped object', () => {
  test('binds the object to its topic, byte for byte', () => {
    const id = (topic: string, data: string): string => messageId(topic, bytes(data)).join()
    expect(messageId('t', bytes('x'))).toHaveLength(20)
    expect(id('t', 'xyz')).toBe(id('t', 'xyz'))
    expect(id('t', 'xyz')).not.toBe(id('u', 'xyz'))
    expect(id('t', 'xyz')).not.toBe(id('tx', 'yz'))
  })
})

async function answerOf(connection: Connection, protocol: string): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(20_000)
  const stream = await connection.newStream(protocol, { signal })
  return await exchange(stream, connection, bytes('asked'), 1024, signal)
}

/** What is still held after a full collection; rubbish not yet collected says nothing. */
function memoryInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
