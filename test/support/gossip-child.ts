/**
 * A hub in a process of its own: it knows whom it is told to, publishes what it is told, tells
 * what it hears.
 */
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import { startNetwork } from '#node/wire/libp2p-network.ts'
import type { KnownPeer } from '#node/wire/network.ts'
import { optionsOf } from './libp2p-world.ts'

export type ToChild = { type: 'know'; peers: KnownPeer[] } | { type: 'publish'; text: string }
export type FromChild = { type: 'ready'; known: KnownPeer } | { type: 'heard'; text: string }

const TOPIC = process.argv[2] ?? ''
const tell = (message: FromChild): void => void process.send?.(message)

const network = await startNetwork(optionsOf({ name: 'child', topics: [TOPIC] }))
network.subscribe(TOPIC, (_from, data) => {
  tell({ type: 'heard', text: toString(data) })
  return 'accept'
})
process.on('message', (message: ToChild) => {
  if (message.type === 'know') network.setKnownPeers(message.peers)
  else void network.publish(TOPIC, fromString(message.text))
})
process.on('disconnect', () => process.exit(0))
tell({ type: 'ready', known: { peer: network.self, addresses: network.addresses() } })
