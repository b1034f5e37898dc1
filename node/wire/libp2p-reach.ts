/**
 * Whether others can reach this hub, and what is done when they cannot.
 *
 * - *Own addresses.* libp2p tells a public address of this machine only when another peer has dialled it, and a card is
 *   made before anybody has; so what this machine is bound to counts until members could not come to it
 *   (`own-addresses.ts`). Behind NAT the router's address counts, with the port of this machine, once a member came that
 *   was asked to come by it, and until members see this hub at another: so an operator who forwards the port need not say so.
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
import { withOwn } from './libp2p-members-only.ts'
import { isLoopback } from './libp2p-peer.ts'
import type { NetworkSettings } from './libp2p-settings.ts'
import type { Reachability } from './network.ts'

type Components = Parameters<ReturnType<typeof autoNAT>>[0]

const RELAY_PROTOCOL = '/libp2p/circuit/relay/0.2.0/hop'
/** Of a member that does not answer so many relays are tried in one dial; libp2p takes 25 addresses. */
const VIA_MAX = 20
/** A machine has few public addresses; more are told and not tried. */
const CANDIDATES_MAX = 4

export const isRelayed = (address: Multiaddr): boolean =>
  address.getComponents().some(({ name }) => name === 'p2p-circuit')

const isPublic = (address: Multiaddr): boolean => !isRelayed(address) && !isPrivate(address)

export type Reachable = {
  /** Counts what this machine is bound to now as its own, unless it is known not to lead here. Not before the node has started. */
  claim(leadsHere: (address: string) => boolean | null): void
  /** Addresses that may lead here from outside: the public ones of this machine, else the ports of it at `outer`, as others see it come. */
  candidates(outer: string | null): Multiaddr[]
  /** From now on an address is told to others, or told no more. */
  count(address: Multiaddr, leadsHere: boolean): void
  /** Reserves at relays, once, when the members it is connected to show that this hub is behind NAT. */
  reserveIfBehindNat(toMembers: Connection[]): Promise<void>
  /** What all of it comes to. */
  way(toMembers: Connection[], leadsHere: (address: string) => boolean | null): Reachability
}

export function reachableBy(
  { addressManager, transportManager }: Pick<Components, 'addressManager' | 'transportManager'>, announce: string[], { relaysMax }: NetworkSettings,
): Reachable {
  let reserves = false
  const ownPublic = (): Multiaddr[] => transportManager.getAddrs().filter(isPublic)
  const told = (): Multiaddr[] => addressManager.getAddresses().map((address) => address.decapsulateCode(CODE_P2P))
  const isOutside = (toMembers: Connection[]): boolean =>
    toMembers.some(({ direction, remoteAddr }) => direction === 'outbound' && isPublic(remoteAddr))

  function count(address: Multiaddr, leadsHere: boolean): void {
    const type = ownPublic().some((own) => own.equals(address)) ? 'transport' : 'observed'
    if (leadsHere) addressManager.confirmObservedAddr(address, { type })
    else addressManager.removeObservedAddr(address)
  }

  return {
    count,
    claim(leadsHere) {
      for (const address of ownPublic()) count(address, leadsHere(String(address)) ?? true)
    },
    candidates(outer) {
      // What the operator announces is the operator's to know.
      if (announce.length > 0) return []
      const own = ownPublic()
      if (own.length > 0 || outer === null) return own.slice(0, CANDIDATES_MAX)
      const family = outer.includes(':') ? 'ip6' : 'ip4'
      const bound = transportManager.getAddrs().filter((address) => isPlainTcp(address, family) && !isLoopback(address))
      const ports = new Set(bound.map((address) => address.getComponents()[1]!.value))
      return [...ports].slice(0, CANDIDATES_MAX).map((port) => multiaddr(`/${family}/${outer}/tcp/${port}`))
    },
    async reserveIfBehindNat(toMembers) {
      if (reserves || announce.length > 0 || addressManager.getAddresses().some(isPublic) || !isOutside(toMembers)) return
      reserves = true
      await transportManager.listen(Array.from({ length: relaysMax }, () => multiaddr('/p2p-circuit')))
    },
    way(toMembers, leadsHere) {
      if (announce.length > 0) return 'announced'
      const open = told().filter(isPublic)
      if (open.length > 0) return open.some((address) => leadsHere(String(address)) === true) ? 'direct' : 'unproven'
      if (addressManager.getAddresses().some(isRelayed)) return 'relayed'
      return isOutside(toMembers) ? 'hidden' : 'local'
    },
  }
}

/** The number of an address that begins with one, or null. */
export const ipOf = (address: Multiaddr): string | null => {
  const [first] = address.getComponents()
  return first?.name === 'ip4' || first?.name === 'ip6' ? first.value ?? null : null
}

const isPlainTcp = (address: Multiaddr, family: string): boolean =>
  address.getComponents().map(({ name }) => name).join() === `${family},tcp`

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
 * What AutoNAT's service is given, so that it answers others well and asks nothing: asking is done by `libp2p-callers.ts`.
 *
 * - It hears of no peer that comes.
 * - It asks for a connection to the address it is to try, is given the one that is there already, and closes that when it
 *   is done. It gets one of its own, or hears in the time of a dial that there is none: left alone it would wait until it
 *   has no time to say so.
 * - It tries no address of its own machine, and takes that of a relay at which this hub stands for one.
 */
export function answeringOnly(components: Components, { dialTimeoutMs }: NetworkSettings): Components {
  const { registrar, connectionManager, addressManager } = components
  return withOwn(components, {
    randomWalk: walkingNowhere,
    registrar: withOwnMethods(registrar, { register: async () => '' }),
    connectionManager: withOwnMethods(connectionManager, {
      openConnection: (peer, options) => connectionManager.openConnection(peer, { ...options, force: true, signal: AbortSignal.timeout(dialTimeoutMs) }),
    }),
    addressManager: withOwnMethods(addressManager, {
      getAddresses: () => addressManager.getAddresses().filter((address) => !isRelayed(address)),
    }),
  })
}

/** The same object, except for these methods. */
function withOwnMethods<T extends object>(inner: T, own: Partial<T>): T {
  return new Proxy(inner, {
    get(target, name) {
      if (name in own) return Reflect.get(own, name)
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
