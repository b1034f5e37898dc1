/**
 * `npm run bench -- search [--listings N] [--queries N]`: how long a hub takes to look through its board.
 *
 * Half of the listings are Chinese, half in another script; the words of a language come as often as words do (the
 * n-th word a n-th as often), so that some stand in every third listing and most in a handful. Asked is for one word or
 * two, of two characters in Chinese, with and without filters, ranked; and every Chinese answer is checked against the
 * texts themselves. Beside it, in the same run: looking through all texts one by one, and FTS5 taking the same words in
 * without anything of ours around it. Times are of the processor, since others may be using the machine.
 */
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { grouped } from '#node/progress.ts'
import { type Indexed, openSearch, type Question, type Search } from '#node/market/search.ts'
import { wordsOf } from '#node/market/tokens.ts'
import { listingCategories, listingKinds, returns, unsaid } from '#protocol/listing.ts'
import { quantile } from './bench-town.ts'

export const searchUsage = 'bench search [--listings N] [--queries N]'
const NOW = 1_800_000_000
const DAY = 86_400
const HUBS = 100

/** Answers the exit code: 0, 1 when a listing that holds the words was not found, 2 for arguments that make no sense. */
export function search(argv: string[]): number {
  const asked = argumentsOf(argv)
  if (asked === null) {
    process.stderr.write(`${searchUsage}\n`)
    return 2
  }
  const { listings, queries } = asked
  const random = drawn(7)
  const all = Array.from({ length: listings }, (_, i) => aListing(i, random))
  const said = (line: string): void => void process.stdout.write(`${line}\n`)

  const before = memory()
  const index = openSearch()
  const build = cpu(() => index.fill(all))
  const held = memory() - before
  const cut = all.map(({ listing, body }) => [wordsOf(listing.title).join(' '), wordsOf(body ?? '').join(' ')] as const)
  const bare = cpu(() => plainly(cut))

  said(`${grouped(listings)} listings, half of them Chinese, of ${HUBS} hubs`)
  said(`  index built        ${seconds(build)} s of the processor; FTS5 alone with the words cut ${seconds(bare)} s (${ratio(build, bare)})`)
  said(`  memory             ${Math.round(held / 1_048_576)} MiB for the index, beside the listings themselves`)
  const changed = all.slice(0, 1_000)
  said(`  one change         ${micros(cpu(() => changed.forEach((one) => index.put({ ...one, body: `${one.body} 又及` }))) / changed.length)} µs`)
  changed.forEach((one) => index.put(one))

  for (const [what, more] of Object.entries(manners)) {
    const questions = Array.from({ length: queries }, (_, i) => ({ ...questionFor(i, random), ...more }))
    for (const question of questions.slice(0, 20)) index.find(question, 50)
    const times = questions.map((question) => cpu(() => index.find(question, 50)))
    said(`  ${what.padEnd(18)} p50 ${millis(quantile(times, 0.5))} ms, p99 ${millis(quantile(times, 0.99))} ms`)
  }
  const words = Array.from({ length: 10 }, (_, i) => questionFor(i, random))
  const scanned = cpu(() => words.forEach(({ text }) => all.filter((one) => textOf(one).includes(text)))) / words.length
  said(`  one by one         ${millis(scanned)} ms for a word, with nothing but the texts`)
  const missing = missed(index, all, random)
  said(`  two characters     ${missing === 0 ? 'every rare Chinese word was found wherever it stands' : `${missing} listings were NOT found`}`)
  index.close()
  return missing === 0 ? 0 : 1
}

const manners: Record<string, Partial<Question>> = {
  'ranked': {},
  'newest first': { sort: 'freshness' },
  'nearest first': { sort: 'distance', near: { row: 2_400, column: 5_600 } },
  'needs of one hub': { kinds: ['need'], hub: 'hub7.abcdef' },
  'no word, filtered': { text: '', category: 'training', returns: ['lodging'] },
}

function argumentsOf(argv: string[]): { listings: number; queries: number } | null {
  try {
    const { values } = parseArgs({ args: argv, options: { listings: { type: 'string', default: '100000' }, queries: { type: 'string', default: '400' } } })
    const [listings, queries] = [Number(values.listings), Number(values.queries)]
    return Number.isSafeInteger(listings) && listings >= 100 && Number.isSafeInteger(queries) && queries >= 10 ? { listings, queries } : null
  } catch {
    return null
  }
}

// What is written, and what is asked

/** The same draws at every run. */
function drawn(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * below)
  }
}

const WORDS = 5_000
const CHARACTERS = 3_000
/** A word by its rank: two characters, the same for the same rank; common ones by the ear of nobody. */
const chineseWord = (rank: number): string =>
  String.fromCodePoint(0x4e00 + ((rank * 7_919) % CHARACTERS)) + String.fromCodePoint(0x4e00 + ((rank * 104_729 + 13) % CHARACTERS))
const latinWord = (rank: number): string => `w${((rank + 10) * 48_271).toString(36)}`
/** Ranks as words of a language come: the n-th a n-th as often. */
const rankOf = (random: (below: number) => number): number => Math.floor(WORDS ** (random(1_000_000) / 1_000_000)) - 1

function aListing(i: number, random: (below: number) => number): Indexed {
  const isChinese = i % 2 === 0
  const word = (): string => (isChinese ? chineseWord : latinWord)(rankOf(random))
  const words = (count: number): string => Array.from({ length: count }, word).join(isChinese ? '' : ' ')
  return {
    listing: {
      format: 1, id: i.toString(16).padStart(32, '0'), hub: `hub${random(HUBS)}.abcdef`, author: i.toString(16).padStart(64, '0'), rev: 1,
      kind: listingKinds[random(listingKinds.length)]!, region: 'as', category: listingCategories[random(listingCategories.length)]!,
      title: words(4), scope: 'federation', languages: [], minutes: 60, ...unsaid(), returns: [returns[random(returns.length)]!],
      place: { row: 2_000 + random(800), column: 5_000 + random(1_200), name: '' }, bodyHash: null, bodyBytes: 0,
      from: NOW - DAY, expiresAt: NOW + 30 * DAY, state: 'open',
    },
    body: words(16),
    heardTs: NOW - listingsAgo(i),
  }
}
const listingsAgo = (i: number): number => Math.max(0, 1_000_000 - i)

const questionFor = (i: number, random: (below: number) => number): Question => {
  const word = (): string => (i % 2 === 0 ? chineseWord : latinWord)(rankOf(random))
  return {
    text: i % 3 === 0 ? `${word()} ${word()}` : word(), kinds: null, category: null, hub: null, resource: null, returns: null, level: null,
    between: null, showsCare: true, sort: 'relevance', near: null, now: NOW,
  }
}

/** Listings that hold one of fifty rare Chinese words and are not among what is found. */
function missed(index: Search, all: Indexed[], random: (below: number) => number): number {
  let missing = 0
  for (let i = 0; i < 50; i++) {
    const text = chineseWord(WORDS / 2 + random(WORDS / 2))
    const found = new Set(index.find({ ...questionFor(0, random), text }, 1_000).ids)
    const holding = all.filter((one) => textOf(one).includes(text))
    if (holding.length < 1_000) missing += holding.filter(({ listing }) => !found.has(listing.id)).length
  }
  return missing
}

const textOf = ({ listing, body }: Indexed): string => `${listing.title}\n${body ?? ''}`

// What it is measured by

function plainly(rows: (readonly [string, string])[]): void {
  const database = new DatabaseSync(':memory:')
  database.exec(`CREATE VIRTUAL TABLE words USING fts5(head, body, content = '', contentless_delete = 1, tokenize = 'ascii')`)
  const put = database.prepare('INSERT INTO words (rowid, head, body) VALUES (?, ?, ?)')
  database.exec('BEGIN')
  rows.forEach(([head, body], i) => put.run(i + 1, head, body))
  database.exec('COMMIT')
  database.close()
}

/** Microseconds of the processor, of all threads of this process. */
function cpu(work: () => unknown): number {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return user + system
}

function memory(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss
}

const seconds = (us: number): string => (us / 1_000_000).toFixed(2)
const millis = (us: number): string => (us / 1_000).toFixed(2)
const micros = (us: number): string => us.toFixed(0)
const ratio = (a: number, b: number): string => `×${(a / b).toFixed(2)}`
