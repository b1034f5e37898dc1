/**
 * The door: what every HTTP request meets before anything of the hub is asked, and how the hub says no.
 *
 * Who may knock: browsers at an address that is this hub's (a foreign name in `Host` is DNS rebinding), and
 * for anything that changes something only pages of this very address (`Origin`, `Sec-Fetch-Site`). Writes
 * are signed for themselves, so this protects reading and quotas, not value.
 */
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { z } from 'zod'
import { utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import type { Refusal } from '#ledger/refusal.ts'
import type { DoorRefusal } from '#protocol/api.ts'
import { doorStatus, refusalStatus } from '../status.ts'
import { bindingsOf } from './http-server.ts'

/** A request body larger than this is refused before it is read: an action, its words, and room to spare. */
export const BODY_BYTES_MAX = 160 * 1024

const headers: Record<string, string> = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types worker",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

/** An ordinary "no" with its status. Bigints become decimal text. */
export function refuse(c: Context, refusal: Refusal): Response {
  return c.body(JSON.stringify({ refusal }, bigintText), refusalStatus[refusal.code], { 'Content-Type': 'application/json' })
}

export function shutDoor(c: Context, door: DoorRefusal): Response {
  c.header('Cache-Control', 'no-store')
  if ('retrySeconds' in door) c.header('Retry-After', String(door.retrySeconds))
  return c.json({ door }, doorStatus[door.code])
}

const bigintText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

export const securityHeaders: MiddlewareHandler = async (c, next) => {
  const given = listenerOf(c)
  // Most answers are for one person; none that does not say so is worth keeping for the next who asks.
  const all = c.req.path.startsWith('/api/') ? { ...headers, 'Cache-Control': 'no-store' } : headers
  if (given !== null) for (const name in all) given.setHeader(name, all[name]!)
  await next()
  if (given === null) for (const name in all) if (!c.res.headers.has(name)) c.res.headers.set(name, all[name]!)
}

/** A header of an answer that is made already. */
export function adorn(c: Context, name: string, value: string): void {
  const given = listenerOf(c)
  if (given === null) c.res.headers.set(name, value)
  else given.setHeader(name, value)
}

/**
 * Where the listener writes the answer; null where somebody asks without one. What is said there makes no `Headers` of what
 * the answer says itself, which is dear beside a short answer; and of the same name, what the answer says wins.
 */
const listenerOf = (c: Context): { setHeader(name: string, value: string): unknown } | null => bindingsOf(c).outgoing ?? null

/**
 * What is public and the same for everybody may be read by pages of other addresses too, also by one that
 * somebody opened from a file. Where the answer says `*`, no browser hands it to a page that sent a session along.
 */
export const openToAll: MiddlewareHandler = async (c, next) => {
  await next()
  c.res.headers.set('Access-Control-Allow-Origin', '*')
  c.res.headers.set('Cross-Origin-Resource-Policy', 'cross-origin')
}

/** Addresses by number cannot be rebound; names must be this hub's own. */
export function ownHost(hostNames: string[]): MiddlewareHandler {
  const names = new Set(['localhost', ...hostNames])
  return async (c, next) => {
    const host = (c.req.header('host') ?? '').toLowerCase()
    const name = host.replace(/:\d+$/, '')
    const isAddress = /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || /^\[[0-9a-f:.]+\]$/.test(name)
    if (!isAddress && !names.has(name)) return shutDoor(c, { code: 'wrong-host' })
    await next()
  }
}

/** Compares secrets; says nothing, by the time it takes, about how much of a guess was right. */
export function sameText(a: string, b: string): boolean {
  const [x, y] = [sha256(utf8(a)), sha256(utf8(b))]
  return x.reduce((difference, byte, i) => difference | (byte ^ y[i]!), 0) === 0
}

/** Anything but reading comes from our own page, or from no page at all (the command line). */
export const ownOrigin: MiddlewareHandler = async (c, next) => {
  if (isRead(c)) return await next()
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return shutDoor(c, { code: 'wrong-origin' })
  const origin = c.req.header('origin')
  if (origin !== undefined && origin !== httpOriginOf(c)) return shutDoor(c, { code: 'wrong-origin' })
  await next()
}

const bounded: MiddlewareHandler = bodyLimit({
  maxSize: BODY_BYTES_MAX,
  onError: (c) => shutDoor(c, { code: 'too-large', mostBytes: BODY_BYTES_MAX }),
})

/** What only reads has no body to the server either; to ask whether it has one would make a whole `Request` of it. */
export const boundedBody: MiddlewareHandler = (c, next) => (isRead(c) ? next() : bounded(c, next))

/** Changes nothing. */
export const isRead = (c: Context): boolean => c.req.method === 'GET' || c.req.method === 'HEAD'

/** What the browser calls this hub: scheme, host and port. Behind a TLS proxy the proxy says `https`. */
export function httpOriginOf(c: Context): string {
  const scheme = c.req.header('x-forwarded-proto') === 'https' ? 'https' : 'http'
  return `${scheme}://${c.req.header('host') ?? ''}`
}

/**
 * The JSON body if it has exactly this form, else null. Nothing of it is echoed. It must be called JSON: a
 * form of another site can send any text, and only what is called JSON makes its browser ask us first.
 */
export async function bodyAs<T>(c: Context, schema: z.ZodType<T>): Promise<T | null> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) return null
  try {
    const text = strictUtf8.decode(await c.req.arrayBuffer())
    const json: unknown = JSON.parse(text)
    const parsed = schema.safeParse(json)
    // Of a name that stands twice, one reader takes the first and another the last.
    return parsed.success && namesIn(json) === namesWritten(text) ? parsed.data : null
  } catch {
    return null
  }
}

/** Bytes that are no text are refused; read as �, they would be kept as words nobody wrote. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Names of fields in a value that has passed its form, so is nowhere deep. */
function namesIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 0
  const inside = Object.values(json).reduce((sum: number, value) => sum + namesIn(value), 0)
  return Array.isArray(json) ? inside : inside + Object.keys(json).length
}

/** Names of fields as written: in JSON every text before a colon is one. */
const namesWritten = (text: string): number =>
  [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon !== undefined).length
