/**
 * Pace: how much one visitor may ask of what costs the hub something before it knows who asks.
 *
 * Everything written is checked and signed for itself, but checking costs time and joining costs the record
 * some hundred bytes for ever, so both have a steady pace. A member whom a steward has met is counted by
 * themselves wherever they are; everybody else by the network address they come from, generously, because a
 * whole community may share one. Behind a proxy on this machine the address is the last one in
 * `X-Forwarded-For`, which that proxy wrote; from anywhere else the header is only what a stranger says of
 * themselves. Whoever is on this machine without one is not counted: they hold the hub's keys anyway.
 */
import type { Context, MiddlewareHandler } from 'hono'
import type { Hex } from '#ledger/action.ts'
import { bucketsOf } from '../bucket.ts'
import { isRead, shutDoor } from './door.ts'
import { bindingsOf } from './http-server.ts'
import type { Clock } from '../ports.ts'

export type Pace = {
  /** Answers 429 to what changes something, once a visitor has asked too much of it. */
  writes: MiddlewareHandler
  /** Whether one more person may join from where this request comes from; counts it. */
  mayJoin(c: Context): boolean
  /**
   * A place among the few that may be held at once by one visitor and by all, or null. The result gives it
   * back; giving it back twice is giving it back once.
   */
  hold(c: Context, what: 'stream' | 'export' | 'witness'): (() => void) | null
}

const WRITES = { most: 600, perHour: 600 }
const JOINS = { most: 60, perHour: 60 }
/** More than come to one hub in an hour; beyond it whoever has been away longest is forgotten. */
const ADDRESSES_MAX = 16_384
export const RETRY_SECONDS = 60

/**
 * An open page is a stream; an export reads the whole log twice; a witness checks a signature, writes to the disk
 * and may have to read the asker's log first.
 */
const places = {
  stream: { each: 200, all: 1_000 }, export: { each: 2, all: 16 }, witness: { each: 4, all: 32 },
} as const

/** `memberOf`: the attested member whose session a request carries, or null. */
export function openPace(clock: Clock, memberOf: (c: Context) => Hex | null): Pace {
  const writes = bucketsOf(WRITES, clock, ADDRESSES_MAX)
  const joins = bucketsOf(JOINS, clock, ADDRESSES_MAX)
  const held = { stream: new Map<string, number>(), export: new Map<string, number>(), witness: new Map<string, number>() }
  const taken = { stream: 0, export: 0, witness: 0 }

  return {
    async writes(c, next) {
      if (isRead(c)) return await next()
      const address = addressOf(c)
      if (address !== null && !writes.take(memberOf(c) ?? address)) {
        return shutDoor(c, { code: 'too-many', retrySeconds: RETRY_SECONDS })
      }
      return await next()
    },
    mayJoin(c) {
      const address = addressOf(c)
      return address === null || joins.take(address)
    },
    hold(c, what) {
      const { each, all } = places[what]
      const address = addressOf(c) ?? ''
      const before = held[what].get(address) ?? 0
      if (taken[what] >= all || (address !== '' && before >= each)) return null
      taken[what] += 1
      held[what].set(address, before + 1)
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        taken[what] -= 1
        const left = held[what].get(address)! - 1
        if (left > 0) held[what].set(address, left)
        else held[what].delete(address)
      }
    },
  }
}

/** The network a request comes from, or null for this machine itself. */
export function addressOf(c: Context): string | null {
  const peer = bare(bindingsOf(c).incoming?.socket.remoteAddress ?? '127.0.0.1')
  if (peer !== '::1' && !peer.startsWith('127.')) return networkOf(peer)
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  return forwarded === '' ? null : networkOf(bare(forwarded.toLowerCase()))
}

/** An IPv4 address as IPv6 sockets spell it is that address. */
const bare = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '')

/** One household has as many IPv6 addresses as it likes, all in one /64. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const first = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - first.length - behind.length)).fill('0')
  return [...first, ...zeros, ...behind].slice(0, 4).join(':')
}
