/**
 * Whether others can reach this hub, and what is done when they cannot.
 *
 * - *Own addresses.* libp2p tells a public address of this machine only when another peer has dialled it, and a card is
 *   made before anybody has; so what this machine is bound to counts until AutoNAT says otherwise.
 * - *AutoNAT.* Members dial each other's public addresses. Eight of eight networks that cannot, and the address is told
 *   no more. In a smaller federation it says nothing, so nothing depends on it.
 * - *Behind NAT* is a hub with no public address of its own and nothing to announce that reaches another one at a public
 *   address. It reserves a place at members who relay (circuit relay v2), and tells the addresses there.
 * - *Through a relay* a member is dialled when its own addresses do not answer, whether or not anybody has told which:
 *   a relay where it has no place says so at once, and of a federation everybody knows everybody.
 *
 * DCUtR then tries for a direct connection. libp2p has no port reuse over TCP, so that succeeds where one of the two can
 * be dialled, and two hubs that both stand behind NAT go on through the relay.
 */
import type { autoNAT } from '@libp2p/autonat'
import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import { isPrivate } from '@libp2p/utils'
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { NetworkSettings } from './libp2p-settings.ts'

type Components = Parameters<ReturnType<typeof autoNAT>>[0]
type ConnectionManager = Components['connectionManager']

const RELAY_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'
/** Of a member that does not answer so many relays are tried in one dial; libp2p takes 25 addresses. */
const VIA_MAX = 20

export const isRelayed = (address: Multiaddr): boolean =>
  address.getComponents().some(({ name }) => name === 'p2p-circuit')

const isPublic = (address: Multiaddr): boolean => !isRelayed(address) && !isPrivate(address)

export type Reachable = {
  /** Counts what this machine is bound to as its own. To be called when the node has started. */
  claim(): void
  /** Reserves at relays, once, when the members it is connected to show that this hub is behind NAT. */
  reserveIfBehindNat(toMembers: Connection[]): Promise<void>
}


export function reachableBy(
  { addressManager, transportManager }: Pick<Components, 'addressManager' | 'transportManager'>, announce: string[], { relaysMax }: NetworkSettings,
): Reachable {
  let reserves = false
  return {
    claim() {
      for (const address of transportManager.getAddrs()) {
        if (isPublic(address)) addressManager.confirmObservedAddr(address, { type: 'transport' })
      }
    },
    async reserveIfBehindNat(toMembers) {
      if (reserves || announce.length > 0 || addressManager.getAddresses().some(isPublic)) return
      if (!toMembers.some(({ direction, remoteAddr }) => direction === 'outbound' && isPublic(remoteAddr))) return
      reserves = true
      await transportManager.listen(Array.from({ length: relaysMax }, () => multiaddr('/p2p-circuit')))
    },
  }
}

/** The addresses of a member through others that are connected directly and relay, in any order. */
export async function waysThroughRelays(node: Libp2p, to: PeerId, members: PeerId[]): Promise<Multiaddr[]> {
  const ways: Multiaddr[] = []
  const shuffled = members.map((member) => ({ member, at: Math.random() })).sort((a, b) => a.at - b.at)
  for (const { member } of shuffled) {
    if (ways.length === VIA_MAX) break
    const direct = node.getConnections(member).find(({ status, limits }) => status === 'open' && limits === undefined)
    if (direct === undefined || member.equals(to)) continue
    const { protocols } = await node.peerStore.get(member)
    if (!protocols.includes(RELAY_PROTOCOL)) continue
    const at = direct.remoteAddr.decapsulateCode(CODE_P2P)
    ways.push(at.encapsulate(`/p2p/${member}/p2p-circuit/p2p/${to}`))
  }
  return ways
}

/** Relays are members, and members are known: nobody walks a network to look for more. */
export const walkingNowhere: Components['randomWalk'] = {
  async *walk() {},
}

/**
 * AutoNAT's server asks for a connection to the address it is to try, is given the one that is there already, and
 * closes that when it is done. It gets one of its own.
 */
export function aloneByForce(inner: ConnectionManager): ConnectionManager {
  return new Proxy(inner, {
    get(target, name) {
      if (name === 'openConnection') {
        const open: ConnectionManager['openConnection'] = (peer, options) => target.openConnection(peer, { ...options, force: true })
        return open
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
