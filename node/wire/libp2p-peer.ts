/**
 * Between libp2p's peer ids and multiaddrs and the hub's plain words for them: hex keys and
 * text.
 */
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { fromString } from 'uint8arrays/from-string'
import { toString } from 'uint8arrays/to-string'
import type { PeerKey } from './network.ts'

/** The peer's key, or null where it is not an Ed25519 key: such a peer is nobody here. */
export function keyOf(peer: PeerId): PeerKey | null {
  return peer.type === 'Ed25519' ? toString(peer.publicKey.raw, 'base16') : null
}

/** The peer id of a key, or null where the text is not 64 characters of lower-case hex. */
export function peerIdOf(peer: PeerKey): PeerId | null {
  if (!/^[0-9a-f]{64}$/.test(peer)) return null
  return peerIdFromPublicKey(publicKeyFromRaw(fromString(peer, 'base16')))
}

/** A multiaddr, or null where the text is none. */
export function readAddress(text: string): Multiaddr | null {
  try {
    const address = multiaddr(text)
    return address.getComponents().length > 0 ? address : null
  } catch {
    return null
  }
}

/**
 * A multiaddr that ends in this peer's id. Null where the text is no multiaddr, or names
 * another peer: a registry entry with the wrong key must not be dialled at all.
 */
export function readAddressOf(id: PeerId, text: string): Multiaddr | null {
  const address = readAddress(text)
  if (address === null) return null
  const named = peerIdIn(address)
  if (named === null) return address.encapsulate(`/p2p/${id}`)
  return named === id.toString() ? address : null
}

/** The text of the peer id at the end of an address, or null where it has none. */
export function peerIdIn(address: Multiaddr): string | null {
  return address.getComponents().findLast((part) => part.name === 'p2p')?.value ?? null
}

/** The key at the end of an address, or null. */
export function keyIn(address: Multiaddr): PeerKey | null {
  const text = peerIdIn(address)
  return text === null ? null : keyOf(peerIdFromString(text))
}

/** Whether it leads to the machine of whoever dials it. */
export const isLoopback = (address: Multiaddr): boolean =>
  /^\/(ip4\/127\.|ip6\/::1\/|dns[46]?\/localhost\/)/.test(String(address))

export function sameAddresses(one: Multiaddr[], other: Multiaddr[]): boolean {
  return one.length === other.length && one.every((address, i) => address.equals(other[i]))
}

/**
 * The addresses to listen on again: where port 0 was asked for, the port that was given.
 * `bound` are the addresses libp2p reports; a wildcard address is reported as one of the
 * machine's own.
 */
export function keepPorts(listen: string[], bound: Multiaddr[]): string[] {
  return listen.map((text) => {
    if (!/\/tcp\/0(\/|$)/.test(text)) return text
    const [ip, ...rest] = multiaddr(text).getComponents()
    const isWeb = rest.some(({ name }) => name === 'ws')
    const same = bound.find((address) => {
      const [boundIp, ...boundRest] = address.getComponents()
      if (boundRest.some(({ name }) => name === 'ws') !== isWeb) return false
      const wildcard = ip?.value === '0.0.0.0' || ip?.value === '::'
      return boundIp?.name === ip?.name && (wildcard || boundIp?.value === ip?.value)
    })
    const port = same?.getComponents().find((part) => part.name === 'tcp')?.value
    return port === undefined ? text : text.replace('/tcp/0', `/tcp/${port}`)
  })
}
