/**
 * ◆ Search: the board as something to look through, by words and by what stands in its headers.
 *
 * SQLite's FTS5, in memory and never on the disk: it is derived from the board, made anew at every start and brought up
 * to date with each change, so that nothing has to be repaired, and what a member takes back is gone from here too. It
 * keeps no texts, only where which word stands (`contentless_delete`). FTS5's own tokenizers know no Chinese; words are
 * made here (`tokens.ts`) and handed over apart by blanks, which its `ascii` tokenizer leaves as they are. What is
 * filtered by stands beside them as words that no text can hold, so that a rare category and a common word together cost
 * what the rarer of them costs.
 *
 * Ranked is without FTS5's bm25, which reads the whole list of every word to weigh it: what is asked for holds all the
 * words anyway. Those that have them in title or keywords come first, then those that have them in their text, each the
 * newest first; so the search ends where a page of answers is full. Only distance is told of many: of the newest
 * `SORTED_MAX` that fit, since of thousands the newest are the ones still to be had.
 */
import { DatabaseSync } from 'node:sqlite'
import type { Hex, Origin } from '#ledger/action.ts'
import { careCategories, type ListedResource, type Listing, type ListingCategory, type ListingKind, type Return } from '#protocol/listing.ts'
import type { Sorting, Wish } from '#protocol/api.ts'
import { type Cell, kilometresBetween } from '#protocol/place.ts'
import { type Sought, soughtIn, wordsOf } from './tokens.ts'

/** What is looked for. Null says nothing about it; every condition must hold. */
export type Question = {
  text: string
  kinds: ListingKind[] | null
  category: ListingCategory | null
  hub: Origin | null
  resource: ListedResource | null
  /** Gives one of these in return. */
  returns: Return[] | null
  /** What somebody of this level may answer. */
  level: number | null
  /** May be had between these times, seconds; what says no time may be had at any. */
  between: { from: number; to: number } | null
  /** Whether the care of this community is shown: to its members alone. */
  showsCare: boolean
  sort: Sorting
  /** From where distances are told. */
  near: Cell | null
  now: number
}

/** The conditions of a wish; an empty list is none. */
export function questionOf({ text, kinds, category, hub, resource, returns, level, from, to }: Wish): Pick<Question, keyof Wish & keyof Question | 'between'> {
  return {
    text, category, hub, resource, level, kinds: kinds.length === 0 ? null : kinds, returns: returns.length === 0 ? null : returns,
    between: from === null && to === null ? null : { from: from ?? 0, to: to ?? Number.MAX_SAFE_INTEGER },
  }
}

/** A listing as it is indexed. */
export type Indexed = { listing: Listing; body: string | null; heardTs: number }
export type Found = { ids: Hex[]; /** There are more than these. */ more: boolean }

export type Search = {
  /** Takes a listing in, or its later revision. */
  put(one: Indexed): void
  /** Takes many in at once, the oldest first. */
  fill(all: Iterable<Indexed>): void
  drop(id: Hex): void
  /** At most `count` ids, the best first. */
  find(question: Question, count: number): Found
  at(id: Hex): Indexed | undefined
  /** In the order in which they were first taken in. */
  all(): Iterable<Indexed>
  size(): number
  close(): void
}

/** So many of the newest matches are sorted by distance. */
export const SORTED_MAX = 1_000
/** With fewer than these, words that only begin as what was typed are found too. */
const FEW = 10
/** So many are looked at for times that fit before the search gives up on finding more. */
const LOOKED_AT_MAX = 5_000
const WORDS_SOUGHT_MAX = 12

/** An empty index. */
export function openSearch(): Search {
  const database = new DatabaseSync(':memory:')
  const table = openTable(database)
  /** Rows ascend in the order in which listings were first taken in, so the greatest are the newest. */
  const rowOf = new Map<Hex, number>()
  const listingAt = new Map<number, Indexed>()
  let last = 0

  function take(one: Indexed): void {
    const { listing } = one
    const known = rowOf.get(listing.id)
    const row = known ?? ++last
    rowOf.set(listing.id, row)
    listingAt.set(row, one)
    table[known === undefined ? 'add' : 'change'](row, headOf(listing), wordsOf(one.body ?? ''), facetsOf(listing))
  }

  /** What fits an expression, the newest first, `most` at most. */
  function fitting(expression: string, question: Question, most: number): Indexed[] {
    const found: Indexed[] = []
    for (const row of table.newest(expression)) {
      const one = listingAt.get(row)!
      if (isMeant(one.listing, question)) found.push(one)
      if (found.length === most) break
    }
    return found
  }

  /** What holds all that is sought, the best first, `most` at most. */
  function whole(sought: Sought[], mayGoOn: boolean, question: Question, most: number): Indexed[] {
    const found = fitting(expressionOf(sought, mayGoOn, question), question, most)
    if (sought.length === 0 || question.sort !== 'relevance') return found
    // All of them are here, or the newest of too many: then those whose title says it are asked for by themselves.
    const titled = found.length < most ? found.filter(({ listing }) => isIn(headOf(listing).flat(), sought)) : fitting(expressionOf(sought, mayGoOn, question, 'head'), question, most)
    return [...new Set([...titled, ...found])]
  }

  return {
    put: take,
    fill(all) {
      database.exec('BEGIN')
      for (const one of all) take(one)
      database.exec('COMMIT')
    },
    drop(id) {
      const row = rowOf.get(id)
      if (row === undefined) return
      table.drop(row)
      rowOf.delete(id)
      listingAt.delete(row)
    },
    find(question, count) {
      const isFar = question.sort === 'distance' && question.near !== null
      const most = isFar ? SORTED_MAX : count + 1
      const sought = soughtIn(question.text).slice(0, WORDS_SOUGHT_MAX)
      // Words were typed and none of them is one: nothing fits, rather than everything.
      if (sought.length === 0 && question.text.trim() !== '') return { ids: [], more: false }
      const found = new Set(whole(sought, false, question, most))
      if (found.size < FEW && sought.some(({ open }) => open)) whole(sought, true, question, most).forEach((one) => found.add(one))
      const sorted = isFar ? nearestFirst([...found], question.near!) : [...found]
      return { ids: sorted.slice(0, count).map(({ listing }) => listing.id), more: sorted.length > count }
    },
    at: (id) => listingAt.get(rowOf.get(id) ?? 0),
    all: () => listingAt.values(),
    size: () => rowOf.size,
    close: () => database.close(),
  }
}

/** What a listing is called, word for word. */
export const headOf = ({ title, tags, place }: Listing): string[][] => [title, ...tags, place?.name ?? ''].map(wordsOf)

/** Whether words hold every word sought, or one that goes on from it. */
export const isIn = (words: string[], sought: Sought[]): boolean =>
  sought.every((one) => one.words.every((word) => words.some((held) => (one.open ? held.startsWith(word) : held === word))))

/** By distance; what names no place comes last, and what is equally far stays the newest first. */
function nearestFirst(found: Indexed[], near: Cell): Indexed[] {
  const far = found.map((one) => ({ one, km: one.listing.place === null ? Number.MAX_SAFE_INTEGER : kilometresBetween(near, one.listing.place) }))
  return far.sort((a, b) => a.km - b.km).map(({ one }) => one)
}

/** What no word can say: times. */
const isMeant = (listing: Listing, { now, between }: Question): boolean =>
  listing.state === 'open' &&
  listing.expiresAt > now &&
  (between === null || listing.slots.length === 0 || listing.slots.some(({ from, to }) => from < between.to && to > between.from))

type PutWords = (row: number, head: string[][], text: string[], facets: string[]) => void

/** A table of words, of which nothing but where they stand is kept. */
type WordTable = {
  add: PutWords
  change: PutWords
  drop(row: number): void
  /** Rows that fit an expression, the newest first. */
  newest(expression: string): Iterable<number>
}

function openTable(database: DatabaseSync): WordTable {
  database.exec(`CREATE VIRTUAL TABLE words USING fts5(head, text, facets, content = '', contentless_delete = 1, tokenize = 'ascii')`)
  const putting = (verb: string): PutWords => {
    const put = database.prepare(`${verb} INTO words (rowid, head, text, facets) VALUES (?, ?, ?, ?)`)
    return (row, head, text, facets) => void put.run(row, head.map((words) => words.join(' ')).join(BETWEEN), text.join(' '), facets.join(' '))
  }
  const drop = database.prepare('DELETE FROM words WHERE rowid = ?')
  const newest = database.prepare(`SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ${LOOKED_AT_MAX}`)
  newest.setReturnArrays(true)
  return {
    add: putting('INSERT'),
    // Looking whether a row is there costs a fifth of taking it in.
    change: putting('INSERT OR REPLACE'),
    drop: (row) => void drop.run(row),
    *newest(expression) {
      for (const [row] of newest.iterate(expression) as unknown as Iterable<[number]>) yield row
    },
  }
}

/** Begins a word of ours; no text has it, since it is no letter, mark or digit (Unicode, private use). */
const OURS = '\u{e000}'
/** Stands between title and keywords, so that no phrase goes across. */
const BETWEEN = ` ${OURS}. `

/** What is filtered by, as words: a letter for what it is about, and its name. */
function facetsOf(listing: Listing): string[] {
  const { kind, category, hub, resource, returns, level, scope } = listing
  return [
    facet('all'), facet('k', kind), facet('c', category), facet('h', hub), facet('l', String(level)),
    ...(resource === null ? [] : [facet('r', resource)]),
    ...returns.map((one) => facet('g', one)),
    ...(scope === 'hub' && careCategories.has(category) ? [] : [facet('public')]),
  ]
}

/** One word of letters and digits, and another for every other name. */
const facet = (about: string, name = ''): string => OURS + about + name.replaceAll('-', `${OURS}d`).replaceAll('.', `${OURS}p`).toLowerCase()

/** The whole question as FTS5 writes it. Words hold letters, marks and digits alone, and stand in quotes besides. */
function expressionOf(sought: Sought[], mayGoOn: boolean, question: Question, where: 'head' | null = null): string {
  const { kinds, category, hub, resource, returns, level, showsCare } = question
  const any = (facets: string[]): string => `(${facets.map((one) => `"${one}"`).join(' OR ')})`
  const conditions = [
    ...sought.map(({ words, open }) => `${where === null ? '' : `${where} : `}"${words.join(' ')}"${mayGoOn && open ? ' *' : ''}`),
    ...(kinds === null ? [] : [any(kinds.map((one) => facet('k', one)))]),
    ...(category === null ? [] : [any([facet('c', category)])]),
    ...(hub === null ? [] : [any([facet('h', hub)])]),
    ...(resource === null ? [] : [any([facet('r', resource)])]),
    ...(returns === null ? [] : [any(returns.map((one) => facet('g', one)))]),
    ...(level === null || level >= 5 ? [] : [any([1, 2, 3, 4, 5].filter((one) => one <= level).map((one) => facet('l', String(one))))]),
    ...(showsCare ? [] : [any([facet('public')])]),
  ]
  return conditions.length === 0 ? any([facet('all')]) : conditions.join(' AND ')
}
