/** Real hubs on the loopback interface, with the waits of the adapter shortened. */
import { sha256 } from '@noble/hashes/sha2.js'
import { fromString } from 'uint8arrays/from-string'
import type { NetworkOptions } from '#node/wire/libp2p-network.ts'
import { startNetwork } from '#node/wire/libp2p-network.ts'
import type { NetworkSettings } from '#node/wire/libp2p-settings.ts'
import type { Network, NetworkLog } from '#node/wire/network.ts'
import type { HubWish, NetworkWorld } from './network-suite.ts'

/** Everything a test does comes from one address, much faster than in the world. */
export const QUICK: Partial<NetworkSettings> = {
  inboundPerSecondMax: 1_000,
  redialFirstMs: 100,
  redialPauseMaxMs: 1_000,
  pulseMs: 50,
  lookMs: 50,
}

export type LibP2pWish = HubWish & Partial<Pick<NetworkOptions, 'dht' | 'listen' | 'announce' | 'relay' | 'lan' | 'addressBook'>> & {
  settings?: Partial<NetworkSettings>
}

export const secretOf = (name: string): Uint8Array => sha256(fromString(name))

export const QUIET: NetworkLog = { info: () => {}, warn: () => {}, error: () => {} }

export function optionsOf(wish: LibP2pWish, log: NetworkLog = QUIET): NetworkOptions {
  const at = wish.at?.map((address) => address.split('/p2p/')[0] ?? '')
  const { listen, announce, dht = false, relay = false, lan = false, addressBook } = wish
  return {
    secret: secretOf(wish.name),
    listen: at ?? listen ?? ['/ip4/127.0.0.1/tcp/0'],
    allowedTopics: () => wish.topics ?? [],
    dht, relay, lan, log,
    ...(announce !== undefined && { announce }),
    ...(addressBook !== undefined && { addressBook }),
    settings: { ...QUICK, ...wish.settings },
  }
}

export function libp2pWorld(): NetworkWorld & { hub(wish: LibP2pWish): Promise<Network> } {
  const hubs: Network[] = []
  return {
    hub: async (wish) => {
      const network = await startNetwork(optionsOf(wish))
      hubs.push(network)
      return network
    },
    end: async () => {
      await Promise.all(hubs.map((hub) => hub.stop()))
    },
  }
}
