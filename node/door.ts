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
import type { Refusal } from '#ledger/refusal.ts'
import type { DoorRefusal } from '#protocol/api.ts'
import { doorStatus, refusalStatus } from './status.ts'

/** A request body larger than this is refused before it is read: an action, its words, and room to spare. */
export const BODY_BYTES_MAX = 160 * 1024

const headers: Record<string, string> = {
  'Content-Security-Policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
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
  if ('retrySeconds' in door) c.header('Retry-After', String(door.retrySeconds))
  return c.json({ door }, doorStatus[door.code])
}

const bigintText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value)

export const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value)
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

/** Anything but reading comes from our own page, or from no page at all (the command line). */
export const ownOrigin: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return await next()
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return shutDoor(c, { code: 'wrong-origin' })
  const origin = c.req.header('origin')
  if (origin !== undefined && origin !== httpOriginOf(c)) return shutDoor(c, { code: 'wrong-origin' })
  await next()
}

export const boundedBody: MiddlewareHandler = bodyLimit({
  maxSize: BODY_BYTES_MAX,
  onError: (c) => shutDoor(c, { code: 'too-large', mostBytes: BODY_BYTES_MAX }),
})

/** What the browser calls this hub: scheme, host and port. Behind a TLS proxy the proxy says `https`. */
export function httpOriginOf(c: Context): string {
  const scheme = c.req.header('x-forwarded-proto') === 'https' ? 'https' : 'http'
  return `${scheme}://${c.req.header('host') ?? ''}`
}

/** The JSON body if it has exactly this form, else null. Nothing of it is echoed. */
export async function bodyAs<T>(c: Context, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const parsed = schema.safeParse(await c.req.json())
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
