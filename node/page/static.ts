/**
 * ◆ The built page, read once into memory and kept as it is sent, gzipped: a handful of files, named by their content.
 * Every path that is not a file is the page itself, which finds its own way from the address.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
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

/** Pictures do not become smaller by it. */
const isGzipped = (type: string): boolean => !type.startsWith('image/') || type === types['.svg']

/** `bytes` as they are sent to whoever takes gzip, if its type is one that is gzipped. */
type File = { bytes: Uint8Array<ArrayBuffer>; type: string }

/** Answers for the page and its files; `sheet` is the address of its style sheet, for pages that the server makes itself. */
export type Page = ((c: Context) => Response) & { readonly sheet: string | null }

export function servePage(dist: string): Page {
  const files = new Map<string, File>()
  const policies = new Map<string, string>()
  for (const path of filesBelow(dist)) {
    const type = types[extname(path)]
    if (type === undefined) continue
    const name = `/${relative(dist, path)}`
    const bytes = readFileSync(path)
    files.set(name, { bytes: new Uint8Array(isGzipped(type) ? gzipSync(bytes, { level: 9 }) : bytes), type })
    const policy = type.startsWith('text/html') ? policyIn(bytes.toString()) : null
    if (policy !== null) policies.set(name, policy)
  }
  const page = files.get('/index.html')
  if (page === undefined) throw new Error(`${dist} holds no built page`)

  const words = new Map([...files.keys()].flatMap((path) => {
    const found = FIRST_WORDS.exec(path)
    return found === null ? [] : [[found[1]!, path]]
  }))
  /** Asks the browser for what a reader of its language reads first, while it has not even read the page that needs it. */
  const ahead = (accepted: string): { Link?: string } => {
    const known = languagesIn(accepted).map((language) => words.get(language)).find((path) => path !== undefined)
    return known === undefined ? {} : { Link: `<${known}>; rel=modulepreload` }
  }

  const answer = (c: Context): Response => {
    const { path } = c.req
    const file = files.get(path)
    if (file === undefined && (path.startsWith('/api/') || path.startsWith('/assets/'))) return shutDoor(c, { code: 'not-found' })
    const { bytes, type } = file ?? page
    // A name with a hash in it never means anything else; the page itself may be new at any time.
    const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
    const policy = policies.get(path)
    const own = policy === undefined ? {} : { 'Content-Security-Policy': policy }
    const isPage = file === undefined || file === page
    const all = { 'Content-Type': type, 'Cache-Control': cache, ...own, ...(isPage && ahead(c.req.header('accept-language') ?? '')) }
    if (!isGzipped(type)) return c.body(bytes, 200, all)
    const packed = takesGzip(c.req.header('accept-encoding') ?? '')
    return c.body(packed ? bytes : new Uint8Array(gunzipSync(bytes)), 200, { ...all, Vary: isPage ? 'Accept-Encoding, Accept-Language' : 'Accept-Encoding', ...(packed && { 'Content-Encoding': 'gzip' }) })
  }
  const sheet = [...files.keys()].find((path) => path.startsWith('/assets/index') && path.endsWith('.css')) ?? null
  return Object.assign(answer, { sheet })
}

/** The words that every page may show, as the build names them (`ui/vite.config.ts`). */
const FIRST_WORDS = /^\/assets\/([a-z]{2})-always-/

/** Two letters of each language of the header (RFC 9110, 12.5.4), in the order in which browsers write them: the dearest first. */
const languagesIn = (header: string): string[] => header.toLowerCase().split(',').map((one) => one.trim().slice(0, 2))

/** What the header says of gzip, or of all there is (RFC 9110, 12.5.3); a weight of nothing is a no. */
function takesGzip(header: string): boolean {
  const said = new Map(header.toLowerCase().split(',').map((one) => {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim())
    return [name, !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))]
  }))
  return said.get('gzip') ?? said.get('*') ?? false
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
