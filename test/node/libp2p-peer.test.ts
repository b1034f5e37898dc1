import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, test } from 'vitest'
import { keepPorts, keyIn, keyOf, peerIdOf, readAddressOf } from '#node/wire/libp2p-peer.ts'

// The public key of RFC 8032, section 7.1, test 1, and the peer id that libp2p makes of it.
const KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const OTHER = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'

const idOf = (key: string) => {
  const id = peerIdOf(key)
  if (id === null) throw new Error(`${key} is no key`)
  return id
}

describe('a peer key', () => {
  test('and its peer id are two spellings of one thing', () => {
    expect(keyOf(idOf(KEY))).toBe(KEY)
    expect(keyIn(multiaddr(`/ip4/127.0.0.1/tcp/1/p2p/${idOf(KEY)}`))).toBe(KEY)
    expect(keyIn(multiaddr('/ip4/127.0.0.1/tcp/1'))).toBe(null)
  })

  test('is lower-case hex of 32 bytes and nothing else', () => {
    const upper = KEY.toUpperCase()
    const spellings = ['', upper, KEY.slice(2), `${KEY}00`, ` ${KEY}`, `0x${KEY.slice(2)}`]
    for (const spelling of spellings) expect(peerIdOf(spelling)).toBe(null)
  })
})

describe('an address', () => {
  test('gets its peer at the end, and keeps the right one', () => {
    const bare = '/dns4/chengdu.example/tcp/4001'
    const whole = `${bare}/p2p/${idOf(KEY)}`
    expect(readAddressOf(idOf(KEY), bare)?.toString()).toBe(whole)
    expect(readAddressOf(idOf(KEY), whole)?.toString()).toBe(whole)
  })

  test('of another peer, or of no form at all, is not one', () => {
    const other = `/ip4/127.0.0.1/tcp/1/p2p/${idOf(OTHER)}`
    for (const text of [other, '', 'chengdu.example:4001', '/ip4/999.0.0.1/tcp/1', '/tcp']) {
      expect(readAddressOf(idOf(KEY), text)).toBe(null)
    }
  })
})

describe('the addresses to listen on again', () => {
  test('keep the ports that were given, each for its own family and address', () => {
    const listen = ['/ip4/0.0.0.0/tcp/0', '/ip6/::/tcp/0', '/ip4/127.0.0.1/tcp/4001']
    const bound = [
      '/ip4/192.168.1.9/tcp/40001',
      '/ip6/fe80::1/tcp/40002',
      '/ip4/127.0.0.1/tcp/4001',
    ].map((text) => multiaddr(text))
    expect(keepPorts(listen, bound)).toEqual([
      '/ip4/0.0.0.0/tcp/40001',
      '/ip6/::/tcp/40002',
      '/ip4/127.0.0.1/tcp/4001',
    ])
    const loopback = [multiaddr('/ip4/192.168.1.9/tcp/1'), multiaddr('/ip4/127.0.0.1/tcp/2')]
    expect(keepPorts(['/ip4/127.0.0.1/tcp/0'], loopback)).toEqual(['/ip4/127.0.0.1/tcp/2'])
    expect(keepPorts(['/ip4/127.0.0.1/tcp/0'], [])).toEqual(['/ip4/127.0.0.1/tcp/0'])
  })
})
