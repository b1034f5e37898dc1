/**
 * `npm run budgets`: what the page weighs, gzipped, beside what it may weigh; and whether anything in it would ask
 * another origin. The page is built first when its sources have changed.
 *
 * *Initial* is what a browser loads before it shows something: the script of `index.html`, every script that this one
 * imports by name, and what every page may say in the language that has most of it, of which one is always loaded.
 * *All* is what one reader can be brought: every script, the service worker's too, and of the words those of one language, the longest.
 * What draws and reads QR codes is a library; it is shown beside *all*, and is not in it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildPageIfStale } from '#node/page/page-build.ts'

/** Bytes, gzipped. */
export const budgets = { initial: 60_000, all: 220_000, css: 15_000 } as const
export type Weight = keyof typeof budgets

export type Weighed = Record<Weight, number> & {
  /** What draws and reads QR codes. */
  codes: number
  /** Addresses of other origins in scripts, sheets and the document. */
  foreign: string[]
}

const names: Record<Weight, string> = { initial: 'scripts before something is shown', all: 'all scripts, in one language', css: 'sheets' }

/** Names of XML vocabularies and placeholders in forms: written, never asked. */
const harmless = /^https?:\/\/(www\.w3\.org\/|c2sp\.org\/|hub\.example|example\.|localhost|127\.0\.0\.1|$)/

/** Weighs a built page. */
export function weigh(dist: string): Weighed {
  const assets = join(dist, 'assets')
  const files = new Map(readdirSync(assets).map((name) => [name, readFileSync(join(assets, name))]))
  const sizeOf = (name: string): number => gzipSync(files.get(name)!, { level: 9 }).length
  const sumOf = (list: Iterable<string>): number => [...list].reduce((sum, name) => sum + sizeOf(name), 0)
  const scripts = [...files.keys()].filter((name) => name.endsWith('.js'))
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  const entries = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, name]) => name!)

  const first = new Set<string>()
  const load = (name: string): void => {
    if (first.has(name)) return
    first.add(name)
    for (const [, imported] of files.get(name)!.toString('utf8').matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) load(imported!)
  }
  entries.forEach(load)
  const isCodes = (name: string): boolean => name.startsWith('qr-')
  const words = Map.groupBy(scripts.filter(isWords), (name) => name.slice(0, 2))
  const languages = scripts.filter((name) => /^[a-z]{2}-always-/.test(name))
  if (languages.length < 2) throw new Error(`at least two languages were expected, and there are ${languages.join(', ') || 'none'}`)

  const texts = [html, ...scripts.concat([...files.keys()].filter((name) => name.endsWith('.css'))).map((name) => files.get(name)!.toString('utf8'))]
  const addresses = texts.flatMap((text) => [...text.matchAll(/https?:\/\/[^\s"'`)\\<>]*/g)].map(([address]) => address))
  return {
    initial: sumOf(first) + Math.max(...languages.map(sizeOf)),
    all: gzipSync(readFileSync(join(dist, 'sw.js')), { level: 9 }).length + sumOf(scripts.filter((name) => !isWords(name) && !isCodes(name))) + Math.max(...[...words.values()].map(sumOf)),
    codes: sumOf(scripts.filter(isCodes)),
    css: sumOf([...files.keys()].filter((name) => name.endsWith('.css'))),
    foreign: [...new Set(addresses.filter((address) => !harmless.test(address)))],
  }
}

/** Answers the exit code: 1 when something weighs too much or leaves the origin. */
export async function main(args: string[], print: (line: string) => void = console.log): Promise<number> {
  if (args.length > 0) {
    console.error(`npm run budgets takes no arguments; ${basename(args[0]!)} is one`)
    return 2
  }
  const root = fileURLToPath(new URL('..', import.meta.url))
  const log = { info: print, warn: print, error: print }
  const weighed = weigh(await buildPageIfStale(root, log))
  let isWell = true
  for (const weight of Object.keys(budgets) as Weight[]) {
    const fits = weighed[weight] <= budgets[weight]
    isWell &&= fits
    print(`${fits ? '✓' : '✗'} ${names[weight].padEnd(36)}${kb(weighed[weight])} of ${kb(budgets[weight])}`)
  }
  print(`  ${'QR codes, beside all scripts'.padEnd(36)}${kb(weighed.codes)}`)
  print(weighed.foreign.length === 0 ? '✓ nothing leaves the origin' : `✗ other origins are named: ${weighed.foreign.join(', ')}`)
  return isWell && weighed.foreign.length === 0 ? 0 : 1
}

/** `ui/vite.config.ts` names what holds words after its language. */
const isWords = (name: string): boolean => /^(?!qr)[a-z]{2}-/.test(name)

const kb = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`.padStart(9)
