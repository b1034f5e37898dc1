/**
 * The wire of a hub, alone in a machine of its own: it knows whom it is told to, answers what it is asked, and asks
 * others. Started with what it is to be, as JSON.
 */
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { startNetwork } from '#node/wire/libp2p-network.ts'
import type { KnownPeer } from '#node/wire/network.ts'
import { type LibP2pWish, optionsOf } from './libp2p-world.ts'
import { echo } from './network-suite.ts'

export type ToReach = { type: 'know'; peers: KnownPeer[] } | { type: 'connected' } | { type: 'ask'; peer: string } | { type: 'addresses' } | { type: 'reachability' } | { type: 'lies' }
export type FromReach = { type: 'ready'; known: KnownPeer } | { type: 'said'; what: string[] }

const wish = JSON.parse(process.argv[2] ?? '') as LibP2pWish
const ASK = '/cv/test/1'
const tell = (message: FromReach): void => void process.send?.(message)

const network = await startNetwork(optionsOf({ relay: true, settings: { relayedPatienceMs: 3_600_000 }, ...wish }))
await network.serve(ASK, echo())
process.on('message', (message: ToReach) => {
  if (message.type === 'know') return network.setKnownPeers(message.peers)
  if (message.type === 'connected') return tell({ type: 'said', what: network.connected() })
  if (message.type === 'addresses') return tell({ type: 'said', what: network.addresses() })
  if (message.type === 'reachability') return tell({ type: 'said', what: [network.reachability()] })
  // This one tells none.
  if (message.type === 'lies') return tell({ type: 'said', what: ['0'] })
  network.request(message.peer, ASK, fromString('there?'), { answerBytesMax: 64, timeoutMs: 5_000 })
    .then((answer) => tell({ type: 'said', what: [toString(answer)] }), (error: unknown) => tell({ type: 'said', what: [String(error)] }))
})
process.on('disconnect', () => process.exit(0))
tell({ type: 'ready', known: { peer: network.self, addresses: network.addresses() } })
