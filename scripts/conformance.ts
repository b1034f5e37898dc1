/**
 * Runs test vectors written by others against this project's own functions.
 *
 *     npm run conformance -- DIR [--browser]
 *
 * Every .json file below DIR is tried. Signatures are judged by every back end that the project
 * uses: libsodium and node:crypto under the ledger's rule, the portable arithmetic, and with
 * --browser the WebCrypto of a Chromium. A file has *agreed* when all of them give the verdict the file gives, on
 * every vector in it; where a file gives none, when they agree with one another. Layouts
 * understood:
 *
 *   CCTV         [{key, sig, msg, flags}]                     valid exactly when without flags
 *   Wycheproof   {testGroups: [{publicKey: {pk}, tests: [{msg, sig, result}]}]}
 *   plain        [{pub_key, message, signature}]               with `valid` or `result`, or neither
 *   RFC 6962     {leafIdx, treeSize, root, leafHash, proof, wantErr}
 *   RFC 6962     {size1, size2, root1, root2, proof, wantErr}
 *
 * Integers above 2^53 are read exactly. Ends with 1 on any disagreement, and when no file was
 * understood.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Page } from 'playwright-core'
import { fromBase64, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { verify } from '#ledger/keys.ts'
import { verifyConsistency, verifyInclusion } from '#ledger/merkle.ts'
import { backEnds as inProcess, installBackEnd, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'

type SignatureCase = { publicKey: Uint8Array; message: Uint8Array; signature: Uint8Array }
/** `valid` is the verdict of the file's authors, null when they leave it open. */
type Case = { name: string; valid: boolean | null }
  & ({ signature: SignatureCase } | { merkle: () => boolean })
type Print = (line: string) => void
type BackEnd = { name: string; judge: (cases: Case[]) => Promise<boolean[]> }

/**
 * The command: 0 when all agreed, 1 when something did not or nothing was understood, 2 for a wrong
 * call.
 */
export async function main(args: string[], print: Print = console.log): Promise<number> {
  const [dir, ...rest] = args.filter((arg) => arg !== '--browser')
  if (dir === undefined || rest.length > 0 || !existsSync(dir)) {
    print('usage: npm run conformance -- DIR [--browser]     DIR: a folder of .json test vectors')
    return 2
  }
  const here = inProcess.map(inThisProcess)
  if (!args.includes('--browser')) return judgeFolder(dir, here, print)
  return inChromium((page) => judgeFolder(dir, [...here, webCrypto(page)], print))
}

async function judgeFolder(dir: string, backEnds: BackEnd[], print: Print): Promise<number> {
  const count = { agreed: 0, disagreed: 0, unknown: 0, vectors: 0, accepted: 0 }
  for (const file of jsonFilesBelow(dir)) {
    const name = relative(dir, file)
    const cases = understand(readFileSync(file, 'utf8'))
    if (cases === null) {
      count.unknown++
      print(`unknown layout  ${name}`)
      continue
    }
    const { wrong, accepted } = await compare(cases, backEnds)
    count[wrong.length === 0 ? 'agreed' : 'disagreed']++
    count.vectors += cases.length
    count.accepted += accepted
    const verdict = wrong.length === 0 ? 'agreed         ' : 'disagreed      '
    print(`${verdict} ${name}  ${cases.length} vectors, ${accepted} accepted`)
    for (const line of wrong) print(`                  ${line}`)
  }
  print(`back ends: ${backEnds.map(({ name }) => name).join(', ')}`)
  const { agreed, disagreed, unknown, vectors, accepted } = count
  const files = `${agreed} agreed, ${disagreed} disagreed, ${unknown} of unknown layout`
  print(`files: ${files}; ${vectors} vectors, ${accepted} accepted`)
  return count.disagreed === 0 && count.agreed > 0 ? 0 : 1
}

/**
 * The cases on which the back ends do not all say what the file says, in words, and how many all
 * accept.
 */
async function compare(
  cases: Case[], backEnds: BackEnd[],
): Promise<{ wrong: string[]; accepted: number }> {
  const verdicts: boolean[][] = []
  for (const backEnd of backEnds) verdicts.push(await backEnd.judge(cases))
  const wrong: string[] = []
  let accepted = 0
  cases.forEach((one, i) => {
    const said = verdicts.map((verdict) => verdict[i]!)
    const expected = one.valid ?? said[0]!
    if (said.every((verdict) => verdict)) accepted++
    if (said.every((verdict) => verdict === expected)) return
    const claim = one.valid === null ? 'no verdict given' : one.valid ? 'valid' : 'invalid'
    const words = said.map((yes, k) => `${backEnds[k]!.name} ${yes ? 'accepts' : 'refuses'}`)
    wrong.push(`${one.name}: ${claim}; ${words.join(', ')}`)
  })
  return { wrong, accepted }
}

/** The vectors in a file; null when its layout is none of those above. */
export function understand(text: string): Case[] | null {
  let json: unknown
  try {
    json = parseExact(text)
  } catch {
    return null
  }
  const cases = wycheproof(json) ?? everyOf(Array.isArray(json) ? json : [json], (row, i) =>
    cctv(row, i) ?? plain(row, i) ?? inclusion(row, i) ?? consistency(row, i))
  return cases === null || cases.length === 0 ? null : cases
}

function cctv(row: Row, i: number): Case | null {
  const [publicKey, signature] = [hexIn(row['key']), hexIn(row['sig'])]
  const { msg, flags } = row
  if (publicKey === null || signature === null) return null
  if (typeof msg !== 'string' || !msg.isWellFormed()) return null
  if (flags !== null && !Array.isArray(flags)) return null
  const name = `vector ${String(row['number'] ?? i)}`
  const valid = (flags ?? []).length === 0
  return { name, valid, signature: { publicKey, message: utf8(msg), signature } }
}

function wycheproof(json: unknown): Case[] | null {
  if (!isRow(json) || !Array.isArray(json['testGroups'])) return null
  const groups = everyOf(json['testGroups'], (group) => {
    const key = group['publicKey'] ?? group['key']
    const publicKey = isRow(key) ? hexIn(key['pk']) : null
    if (publicKey === null || !Array.isArray(group['tests'])) return null
    return everyOf(group['tests'], (row, i): Case | null => {
      const [message, signature] = [hexIn(row['msg']), hexIn(row['sig'])]
      const valid = verdictIn(row)
      if (message === null || signature === null || valid === undefined) return null
      const name = `tcId ${String(row['tcId'] ?? i)}`
      return { name, valid, signature: { publicKey, message, signature } }
    })
  })
  return groups?.flat() ?? null
}

function plain(row: Row, i: number): Case | null {
  const [publicKey, message] = [hexIn(row['pub_key']), hexIn(row['message'])]
  const [signature, valid] = [hexIn(row['signature']), verdictIn(row)]
  if (publicKey === null || message === null || signature === null) return null
  if (valid === undefined) return null
  return { name: `vector ${i}`, valid, signature: { publicKey, message, signature } }
}

function inclusion(row: Row, i: number): Case | null {
  const [index, size] = [integerIn(row['leafIdx']), integerIn(row['treeSize'])]
  const [leaf, root] = [base64In(row['leafHash']), base64In(row['root'])]
  const proof = proofIn(row['proof'])
  const { wantErr } = row
  if (index === null || size === null || leaf === null || root === null) return null
  if (proof === null || typeof wantErr !== 'boolean') return null
  const merkle = () => verifyInclusion(leaf, index, size, proof, root)
  return { name: nameOf(row, i), valid: !wantErr, merkle }
}

function consistency(row: Row, i: number): Case | null {
  const [size1, size2] = [integerIn(row['size1']), integerIn(row['size2'])]
  const [root1, root2] = [base64In(row['root1']), base64In(row['root2'])]
  const proof = proofIn(row['proof'])
  const { wantErr } = row
  if (size1 === null || size2 === null || root1 === null || root2 === null) return null
  if (proof === null || typeof wantErr !== 'boolean') return null
  const merkle = () => verifyConsistency(size1, size2, proof, root1, root2)
  return { name: nameOf(row, i), valid: !wantErr, merkle }
}

const inThisProcess = (name: (typeof inProcess)[number]): BackEnd => ({
  name,
  async judge(cases) {
    installBackEnd(name)
    const verdicts = cases.map(judgeHere)
    uninstallNativeCrypto()
    return verdicts
  },
})

function judgeHere(one: Case): boolean {
  if ('merkle' in one) return one.merkle()
  return verify(one.signature.publicKey, one.signature.message, one.signature.signature)
}

/**
 * Signatures are judged in the page; trees have one implementation only, which the others have
 * judged.
 */
function webCrypto(page: Page): BackEnd {
  return {
    name: 'WebCrypto in Chromium',
    async judge(cases) {
      const rows = cases.map((one) => {
        if ('merkle' in one) return null
        const { publicKey, message, signature } = one.signature
        return [publicKey, message, signature].map(toHex)
      })
      const verdicts = await page.evaluate<(boolean | null)[]>(`judgeAll(${JSON.stringify(rows)})`)
      return verdicts.map((verdict, i) => verdict ?? judgeHere(cases[i]!))
    },
  }
}

// The page loads the project's own files, turned into JavaScript as the build of the UI does it, so
// that the prechecks that run in it are those of ledger/keys.ts. Nothing listens anywhere: the
// requests are answered right here.
const root = new URL('..', import.meta.url)
const pageText = `<!doctype html>
<script type="importmap">${JSON.stringify({ imports: {
  '#ledger/': '/ledger/',
  '@noble/ed25519': '/node_modules/@noble/ed25519/index.js',
  '@noble/hashes/': '/node_modules/@noble/hashes/',
} })}</script>
<script type="module">
  import { fromHex } from '#ledger/bytes.ts'
  import { verifyByWebCrypto } from '/ui/device/webcrypto.ts'
  const judge = async (row) => {
    if (row === null) return null
    const verdict = await verifyByWebCrypto(...row.map(fromHex))
    if (verdict === null) throw new Error('this browser has no Ed25519')
    return verdict
  }
  globalThis.judgeAll = (rows) => Promise.all(rows.map(judge))
</script>`

async function inChromium<T>(use: (page: Page) => Promise<T>): Promise<T> {
  // Only here, because a run without a browser need not wait for them.
  const { chromium } = await import('playwright-core')
  const { transformWithOxc } = await import('vite')
  const executablePath = await chromiumPath()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    await page.route('**/*', async (route) => {
      const path = new URL(route.request().url()).pathname
      if (path === '/') return route.fulfill({ contentType: 'text/html', body: pageText })
      const isOurs = /^\/(ledger|ui|node_modules\/@noble)\/[\w/-]+\.(ts|js)$/.test(path)
      if (!isOurs) return route.fulfill({ status: 404 })
      const source = readFileSync(new URL(`.${path}`, root), 'utf8')
      const body = path.endsWith('.ts') ? (await transformWithOxc(source, path)).code : source
      return route.fulfill({ contentType: 'text/javascript', body })
    })
    // WebCrypto exists in secure contexts only, and localhost is one.
    await page.goto('http://localhost/')
    await page.waitForFunction('globalThis.judgeAll !== undefined')
    return await use(page)
  } finally {
    await browser.close()
  }
}

/** The system's Chromium, or else the one that came through npm. */
async function chromiumPath(): Promise<string> {
  if (existsSync('/usr/bin/chromium')) return '/usr/bin/chromium'
  // Makes the package unpack the system libraries it needs as well; read when it is first imported.
  process.env['AWS_LAMBDA_JS_RUNTIME'] ??= 'nodejs24.x'
  const packaged = await import('@sparticuz/chromium')
  return packaged.default.executablePath()
}

type Row = Record<string, unknown>
const isRow = (json: unknown): json is Row =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/**
 * Every item read, or null if one of them cannot be: half a file understood is a file
 * misunderstood.
 */
function everyOf<T>(items: unknown[], read: (row: Row, i: number) => T | null): T[] | null {
  const found: T[] = []
  for (const [i, item] of items.entries()) {
    const one = isRow(item) ? read(item, i) : null
    if (one === null) return null
    found.push(one)
  }
  return found
}

/**
 * True or false as the authors say, null where they leave it open, undefined for words we do not
 * know.
 */
function verdictIn(row: Row): boolean | null | undefined {
  const said = row['valid'] ?? row['result']
  if (said === undefined || said === 'acceptable') return null
  if (typeof said === 'boolean') return said
  return said === 'valid' ? true : said === 'invalid' ? false : undefined
}

const nameOf = (row: Row, i: number): string =>
  typeof row['desc'] === 'string' ? row['desc'] : `vector ${i}`

const hexIn = (json: unknown): Uint8Array | null =>
  typeof json === 'string' ? fromHex(json.toLowerCase()) : null

// Go writes an absent byte string as null.
const base64In = (json: unknown): Uint8Array | null =>
  json === null ? new Uint8Array() : typeof json === 'string' ? fromBase64(json) : null

function proofIn(json: unknown): Uint8Array[] | null {
  if (json === null || json === undefined) return []
  if (!Array.isArray(json)) return null
  const hashes = json.map(base64In)
  return hashes.every((hash) => hash !== null) ? hashes : null
}

const integerIn = (json: unknown): bigint | null => (typeof json === 'bigint' ? json : null)

/** JSON with its integers as bigints: `JSON.parse` alone would round those above 2^53. */
function parseExact(text: string): unknown {
  type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown
  const parse = JSON.parse as (text: string, reviver: Reviver) => unknown
  return parse(text, (_, value, { source }) => {
    const isInteger = typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source)
    return isInteger ? BigInt(source) : value
  })
}

function jsonFilesBelow(dir: string): string[] {
  if (!statSync(dir).isDirectory()) return dir.endsWith('.json') ? [dir] : []
  return readdirSync(dir).sort().flatMap((name) => jsonFilesBelow(join(dir, name)))
}
