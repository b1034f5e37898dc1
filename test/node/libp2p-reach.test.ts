/**
 * Hubs that others cannot simply dial: over WebSocket, after a move, through a member that relays. Over the loopback,
 * where no address is public; what follows from public addresses and NAT is `system/reach.test.ts`, in namespaces.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { toString } from 'uint8arrays/to-string'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAddressBook } from '#node/wire/address-book.ts'
import type { Network, PeerKey } from '#node/wire/network.ts'
import { libp2pWorld, QUIET, secretOf } from '#test/support/libp2p-world.ts'
import { aMemoryStore } from '#test/support/memory-store.ts'
import { bytes, echo, hear, knownAs, spoken, text, untilHeard } from '#test/support/network-suite.ts'

const WAIT = { timeout: 30_000, interval: 20 }
const TOPIC = 'cv/1/real/list/cn'
const ASK = '/cv/test/1'
const LIMITS = { answerBytesMax: 1 << 20, timeoutMs: 20_000 }

let world: ReturnType<typeof libp2pWorld>
let raws: Libp2p[]
beforeEach(() => {
  world = libp2pWorld()
  raws = []
})
afterEach(async () => {
  await world.end()
  await Promise.all(raws.map((node) => node.stop()))
})

describe('a hub that has nothing but WebSocket', () => {
  const web = ['/ip4/127.0.0.1/tcp/0/ws']

  test('gossips and answers like any other', async () => {
    const mei = await world.hub({ name: 'mei', topics: [TOPIC], listen: web })
    const bo = await world.hub({ name: 'bo', topics: [TOPIC] })
    expect(mei.addresses().every((address) => address.includes('/ws/'))).toBe(true)
    const [atMei, atBo] = [hear(mei, TOPIC), hear(bo, TOPIC)]
    await mei.serve(ASK, echo())
    mei.setKnownPeers([{ peer: bo.self, addresses: [] }])
    bo.setKnownPeers(knownAs(mei))
    await untilHeard(bo, TOPIC, atMei)
    await untilHeard(mei, TOPIC, atBo)
    await bo.publish(TOPIC, bytes('a bicycle'))
    await mei.publish(TOPIC, bytes('a room'))
    await expect.poll(() => [spoken(atMei), spoken(atBo)], WAIT).toEqual([['a bicycle'], ['a room']])
    expect(text(await bo.request(mei.self, ASK, bytes('asked'), LIMITS))).toBe('asked')
  })

  test('keeps its port when its topics change', async () => {
    const mei = await world.hub({ name: 'mei', topics: [], listen: ['/ip4/127.0.0.1/tcp/0', ...web] })
    const before = mei.addresses()
    mei.subscribe(TOPIC, () => 'accept')
    await mei.serve(ASK, echo())
    expect(mei.addresses()).toEqual(before)
    expect(new Set(before.map((address) => address.split('/')[4])).size).toBe(2)
  })

  test('hangs up on whoever sends a message longer than any of ours, before a handshake', async () => {
    const mei = await world.hub({ name: 'mei', listen: web })
    const [, , ip, , port] = mei.addresses()[0]!.split('/')
    const socket = new WebSocket(`ws://${ip}:${port}/`)
    const code = new Promise<number>((resolve) => socket.addEventListener('close', (event) => resolve(event.code)))
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send(new Uint8Array(1 << 20))
    expect(await code).toBe(1009) // RFC 6455: the message is too big.
  })

  test('hangs up on whoever sends what is no frame of WebSocket, and goes on', async () => {
    const mei = await world.hub({ name: 'mei', listen: web })
    const [, , ip, , port] = mei.addresses()[0]!.split('/')
    const socket = connect(Number(port), ip)
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n')
    await once(socket, 'data')
    // Reserved bits, an unknown kind, no mask.
    socket.write(Uint8Array.of(0xff, 0x05, 1, 2, 3, 4, 5))
    socket.resume()
    await once(socket, 'close')
    const bo = await world.hub({ name: 'bo' })
    expect(await bo.reach(mei.addresses(), 20_000)).toBe(mei.self)
  })
})

describe('where a member is', () => {
  test('is remembered from what it says, and found by the next process with no help', async () => {
    const store = aMemoryStore()
    const bookOf = () => openAddressBook(store.table('peers'), QUIET)
    const mei = await world.hub({ name: 'mei', addressBook: await bookOf() })
    const bo = await world.hub({ name: 'bo' })
    // The document knows where bo was; bo has moved, and is the one who dials.
    const stale = [{ peer: bo.self, addresses: ['/ip4/127.0.0.1/tcp/9'] }]
    mei.setKnownPeers(stale)
    bo.setKnownPeers(knownAs(mei))
    await expect.poll(() => mei.connected(), WAIT).toEqual([bo.self])
    const book = await bookOf()
    await expect.poll(async () => (await bookOf()).of(bo.self), WAIT).toEqual(bo.addresses())
    await mei.stop()
    bo.setKnownPeers([{ peer: mei.self, addresses: [] }])

    const again = await world.hub({ name: 'mei', addressBook: await bookOf() })
    again.setKnownPeers(stale)
    await expect.poll(() => again.connected(), WAIT).toEqual([bo.self])
    expect(book.of(mei.self)).toEqual([])
  })
})

/** A member that listens nowhere but at relays: it can be reached through these or not at all. */
async function hidden(name: string, relay: Network): Promise<{ key: PeerKey; node: Libp2p }> {
  const privateKey = await generateKeyPairFromSeed('Ed25519', secretOf(name))
  const node = await createLibp2p({
    privateKey,
    addresses: { listen: relay.addresses().map((address) => `${address}/p2p-circuit`) },
    transports: [tcp(), circuitRelayTransport()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: { reconnectRetries: 0 },
    services: { identify: identify() },
    start: false,
  })
  raws.push(node)
  await node.handle(ASK, async (stream) => {
    const frames = lpStream(stream, { maxDataLength: 1 << 20 })
    await frames.write(await frames.read())
    await stream.close()
  }, { runOnLimitedConnection: true })
  return { key: toString(privateKey.publicKey.raw, 'base16'), node }
}

/** A node whose only place to listen is refused does not start; its connection is there all the same. */
async function tries(node: Libp2p): Promise<void> {
  try {
    await node.start()
  } catch {
    // What it may and may not do then is what is tested.
  }
}

/** Two members that know ana, who relays; the second listens nowhere. */
async function throughAna(settings = {}) {
  const ana = await world.hub({ name: 'ana', relay: true, settings })
  const mei = await world.hub({ name: 'mei', settings })
  const secret = await hidden('bo', ana)
  ana.setKnownPeers([{ peer: mei.self, addresses: [] }, { peer: secret.key, addresses: [] }])
  mei.setKnownPeers([...knownAs(ana), { peer: secret.key, addresses: [] }])
  await expect.poll(() => mei.connected(), WAIT).toContain(ana.self)
  await secret.node.start()
  return { ana, mei, bo: secret }
}

describe('a member that nobody can dial', () => {
  test('is reached through one that relays, by who knows nothing but its key', async () => {
    const { mei, bo } = await throughAna()
    await expect.poll(() => mei.connected(), WAIT).toContain(bo.key)
    expect(text(await mei.request(bo.key, ASK, bytes('through ana'), LIMITS))).toBe('through ana')
  })

  test('is given no place by a hub that it is no member of', async () => {
    const ana = await world.hub({ name: 'ana', relay: true })
    const eve = await hidden('eve', ana)
    await tries(eve.node)
    // It may stand in the door like any stranger; nobody is led to it.
    expect(eve.node.getMultiaddrs()).toEqual([])
  })

  test('is not shown to a stranger', async () => {
    const { ana, bo } = await throughAna()
    const eve = await hidden('eve', ana)
    await tries(eve.node)
    const [door] = ana.addresses()
    const [to] = bo.node.getMultiaddrs().map(String)
    expect(to).toContain('/p2p-circuit/')
    await expect(eve.node.dial(multiaddr(`${door}/p2p-circuit/p2p/${bo.node.peerId}`))).rejects.toThrow()
    expect(bo.node.getConnections().every(({ remotePeer }) => !remotePeer.equals(eve.node.peerId))).toBe(true)
  })

  test('is dialled again when a relayed connection has carried what one may', async () => {
    const { mei, bo } = await throughAna({ relayBytesMax: 64 * 1024, redialPauseMaxMs: 200 })
    await expect.poll(() => mei.connected(), WAIT).toContain(bo.key)
    await expect(mei.request(bo.key, ASK, new Uint8Array(256 * 1024), LIMITS)).rejects.toMatchObject({ name: 'NetworkError' })
    const asked = (): Promise<string> => mei.request(bo.key, ASK, bytes('again'), LIMITS).then(text, String)
    await expect.poll(asked, WAIT).toBe('again')
  })

  test('is not dialled through others more often than one member may', async () => {
    const { ana, mei, bo } = await throughAna({ relayConnectsBurst: 1, relayConnectsPerHour: 1 })
    const li = await hidden('li', ana)
    const both = [bo.key, li.key]
    ana.setKnownPeers([mei.self, ...both].map((peer) => ({ peer, addresses: [] })))
    await li.node.start()
    mei.setKnownPeers([...knownAs(ana), ...both.map((peer) => ({ peer, addresses: [] }))])
    const reached = (): string[] => both.filter((key) => mei.connected().includes(key))
    await expect.poll(() => reached().length, WAIT).toBe(1)
    const other = both.find((key) => !reached().includes(key))!
    await expect(mei.request(other, ASK, bytes('you too'), { ...LIMITS, timeoutMs: 2_000 })).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('is not led to by a hub whose operator relays for nobody', async () => {
    const ana = await world.hub({ name: 'ana', relay: false })
    const bo = await hidden('bo', ana)
    ana.setKnownPeers([{ peer: bo.key, addresses: [] }])
    await tries(bo.node)
    expect(bo.node.getMultiaddrs()).toEqual([])
  })
})
