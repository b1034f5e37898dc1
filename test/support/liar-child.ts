/**
 * A member that is asked to come to others' addresses (AutoNAT), never moves, and says what it was told to say. It answers
 * nothing else. Started with what it is to be, as JSON.
 */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { lpStream } from '@libp2p/utils'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { toString } from 'uint8arrays/to-string'
import { AUTONAT } from '#node/wire/libp2p-autonat.ts'
import { secretOf } from './libp2p-world.ts'
import type { FromReach, ToReach } from './reach-child.ts'

export type Lie = { name: string; listen: string[]; says: 'I came' | 'I could not' }

/** DIAL_RESPONSE with OK, and with E_DIAL_ERROR (100), as the specification of AutoNAT has them. */
const LIES: Record<Lie['says'], Uint8Array> = {
  'I came': Uint8Array.of(0x08, 1, 0x1a, 2, 0x08, 0),
  'I could not': Uint8Array.of(0x08, 1, 0x1a, 2, 0x08, 100),
}

const { name, listen, says } = JSON.parse(process.argv[2] ?? '') as Lie
const privateKey = await generateKeyPairFromSeed('Ed25519', secretOf(name))
const node = await createLibp2p({
  privateKey, addresses: { listen }, transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()],
  connectionManager: { reconnectRetries: 0 }, services: { identify: identify() },
})
let lies = 0
await node.handle(AUTONAT, async (stream) => {
  const frames = lpStream(stream)
  await frames.read()
  lies += 1
  await frames.write(LIES[says])
  await stream.close()
})

const tell = (message: FromReach): void => void process.send?.(message)
process.on('message', (message: ToReach) => {
  if (message.type === 'lies') tell({ type: 'said', what: [String(lies)] })
})
process.on('disconnect', () => process.exit(0))
const peer = toString(privateKey.publicKey.raw, 'base16')
tell({ type: 'ready', known: { peer, addresses: listen.map((address) => `${address}/p2p/${node.peerId}`) } })
