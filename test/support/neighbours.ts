/**
 * Towns on one bus: a federation whose members can hear each other, for tests of the hub's drivers. The bus
 * names a hub's key after its name, so a town is attached under the first name whose key is one.
 */
import { fromHex, toHex } from '#ledger/bytes.ts'
import { isAcceptableKey } from '#ledger/keys.ts'
import type { Network } from '#node/wire/network.ts'
import { type MemoryBus, memoryKeyOf } from '#test/support/memory-network.ts'
import type { Town } from '#test/support/towns.ts'

/** Attaches a town to the bus; from now on its card names the key it has there. */
export function attach(bus: MemoryBus, town: Town): Network {
  let n = 0
  while (!isAcceptableKey(fromHex(memoryKeyOf(`${town.name} ${n}`))!)) n += 1
  const network = bus.attach({ name: `${town.name} ${n}` })
  town.card = { ...town.card, peerKey: fromHex(network.self)! }
  return network
}

/** Every town knows every other, as their federation document would tell them. */
export function introduce(networks: Network[]): void {
  const known = networks.map((network) => ({ peer: network.self, addresses: network.addresses() }))
  for (const network of networks) network.setKnownPeers(known.filter(({ peer }) => peer !== network.self))
}

export const keyOf = (town: Town): string => toHex(town.card.peerKey)
