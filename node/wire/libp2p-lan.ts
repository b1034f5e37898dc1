/**
 * Hubs of one house find each other by multicast (mDNS, under a name of our own). What is found is a hint like every
 * other address, and only of members: libp2p's own discovery would remember whatever anybody on the network shouts,
 * so this stands beside it and not in it.
 */
import type { PeerId, Startable } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import type { Multiaddr } from '@multiformats/multiaddr'

/** The name under which hubs ask and answer. */
export const LAN_NAME = '_tongyi-hub._udp.local'

type Components = Parameters<ReturnType<typeof mdns>>[0]

/** A service that tells of each hub it hears of, itself excepted, again and again. */
export function findsOnLan(found: (peer: PeerId, addresses: Multiaddr[]) => void): (components: Components) => Startable {
  return (components) => {
    const multicast = mdns({ serviceTag: LAN_NAME })(components) as ReturnType<ReturnType<typeof mdns>> & Startable
    multicast.addEventListener('peer', ({ detail }) => found(detail.id, detail.multiaddrs))
    return { start: () => multicast.start(), stop: () => multicast.stop() }
  }
}
