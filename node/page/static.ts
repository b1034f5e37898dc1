/**
 * ◆ The built page, read once into memory: a handful of files, small and named by their content.
 * Every path that is not a file is the page itself, which finds its own way from the address.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import type { Context } from 'hono'
import { shutDoor } from './door.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

type File = { bytes: Uint8Array<ArrayBuffer>; type: string }

/** Answers for the page and its files; `sheet` is the address of its style sheet, for pages that the server makes itself. */
export type Page = ((c: Context) => Response) & { readonly sheet: string | null }

export function servePage(dist: string): Page {
  const files = new Map<string, File>()
  for (const path of filesBelow(dist)) {
    const type = types[extname(path)]
    if (type !== undefined) files.set(`/${relative(dist, path)}`, { bytes: new Uint8Array(readFileSync(path)), type })
  }
  const policies = new Map<string, string>()
  for (const [path, { bytes, type }] of files) {
    const policy = type.startsWith('text/html') ? policyIn(new TextDecoder().decode(bytes)) : null
    if (policy !== null) policies.set(path, policy)
  }
  const page = files.get('/index.html')
  if (page === undefined) throw new Error(`${dist} holds no built page`)

  const answer = (c: Context): Response => {
    const { path } = c.req
    const file = files.get(path)
    if (file === undefined && (path.startsWith('/api/') || path.startsWith('/assets/'))) return shutDoor(c, { code: 'not-found' })
    const { bytes, type } = file ?? page
    // A name with a hash in it never means anything else; the page itself may be new at any time.
    const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    const policy = policies.get(path)
    const own = policy === undefined ? {} : { 'Content-Security-Policy': policy }
    return c.body(bytes, 200, { 'Content-Type': type, 'Cache-Control': cache, ...own })
  }
  const sheet = [...files.keys()].find((path) => path.startsWith('/assets/index') && path.endsWith('.css')) ?? null
  return Object.assign(answer, { sheet })
}

/** The policy that a page which stands alone brings with it, for the header, where it can also forbid to be framed. */
function policyIn(html: string): string | null {
  const found = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html)
  if (found === null) return null
  // Copied: a part of a text keeps the whole of it in memory, here a page of most of a megabyte.
  const own = new TextDecoder().decode(new TextEncoder().encode(found[1]))
  return `${own}; frame-ancestors 'none'`
}

function* filesBelow(dir: string): Generator<string> {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name)
    if (statSync(path).isDirectory()) yield* filesBelow(path)
    else yield path
  }
}
