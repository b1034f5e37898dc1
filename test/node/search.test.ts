/** The board looked through: what is found by words, by headers, and in which order. */
import { expect, test } from 'vitest'
import { searchOver } from '#node/market/followed.ts'
import { type Indexed, openSearch, type Question } from '#node/market/search.ts'
import { soughtIn, wordsOf } from '#node/market/tokens.ts'
import type { Listing } from '#protocol/listing.ts'
import { aListing } from '#test/support/listings.ts'
import { aPerson, aTown, NOON } from '#test/support/towns.ts'

const town = aTown('chengdu')
const mei = aPerson('mei')
let made = 0
const said = (title: string, body: string | null = null, own: Partial<Listing> = {}): Indexed => {
  made += 1
  return { listing: aListing(town, mei, { id: String(made).padStart(32, '0'), title, ...own }), body, heardTs: NOON + made }
}
const anything: Question = {
  text: '', kinds: null, category: null, hub: null, resource: null, returns: null, level: null, between: null, showsCare: true,
  sort: 'relevance', near: null, now: NOON,
}

function found(all: Indexed[], question: Partial<Question>, count = 50): string[] {
  const index = openSearch()
  index.fill(all)
  const { ids } = index.find({ ...anything, ...question }, count)
  index.close()
  return ids.map((id) => all.find(({ listing }) => listing.id === id)!.listing.title)
}

const tap = said('修水龙头', '厨房的，周六下午')
const menu = said('English menu for a village café', 'Somebody who draws, two weeks')
const talk = said('ภาษาไทยสำหรับผู้เริ่มต้น', 'สวัสดี')
const dumplings = said('周日一起包饺子', '带上孩子，English welcome')
const all = [tap, menu, talk, dumplings]

test.each([
  ['水龙头', [tap]], ['龙头', [tap]], ['龙', [tap]], ['头', [tap]], ['厨房', [tap]], ['周', [dumplings, tap]], ['包饺子 孩子', [dumplings]],
  ['cafe', [menu]], ['CAFÉ', [menu]], ['vill', [menu]], ['english', [menu, dumplings]], ['ＥＮＧＬＩＳＨ', [menu, dumplings]],
  ['ไทย', [talk]], ['สวัสดี', [talk]], ['水头', []], ['龙头 menu', []],
] as [string, Indexed[]][])('%s is found where it stands, in whatever script, and nowhere else', (text, expected) => {
  expect(found(all, { text })).toEqual(expected.map(({ listing }) => listing.title))
})

test('what was typed is never taken for a language of queries', () => {
  for (const text of ['"', 'a" OR "b', 'NOT menu', 'titles:menu*', '-menu', '(((', '\u{e000}all', ';DROP TABLE texts', '***', '😀', '\u0000']) {
    expect(() => found(all, { text })).not.toThrow()
  }
  for (const text of ['***', '😀', '"', '\u{e000}all']) expect(found(all, { text }).length, text).toBeLessThan(all.length)
})

test('words of the title come before words of the text, and of two that fit alike the newer', () => {
  const older = said('Guitar for beginners')
  const newer = said('Guitar strings')
  const mentioned = said('An evening of music', 'bring your guitar')
  expect(found([older, newer, mentioned], { text: 'guitar' })).toEqual(['Guitar strings', 'Guitar for beginners', 'An evening of music'])
  expect(found([older, newer, mentioned], { text: 'guitar', sort: 'freshness' })).toEqual(['An evening of music', 'Guitar strings', 'Guitar for beginners'])
  expect(found([older, newer, mentioned], { text: 'guitar' }, 1)).toEqual(['Guitar strings'])
})

test('filters hold together: kind, category, hub, what is lent, what in return, level', () => {
  const room = said('a room', null, { kind: 'resource', resource: 'room', returns: ['cv', 'culture'], level: 2, category: 'cross-cultural' })
  const lesson = said('a lesson', null, { kind: 'skill', returns: ['thanks'], category: 'training', hub: 'barcelona.00' })
  const both = [room, lesson]
  expect(found(both, { kinds: ['resource', 'event'] })).toEqual(['a room'])
  expect(found(both, { category: 'training' })).toEqual(['a lesson'])
  expect(found(both, { hub: 'barcelona.00' })).toEqual(['a lesson'])
  expect(found(both, { resource: 'room' })).toEqual(['a room'])
  expect(found(both, { returns: ['culture', 'meals'] })).toEqual(['a room'])
  expect(found(both, { level: 1 })).toEqual(['a lesson'])
  expect(found(both, { level: 2 })).toEqual(['a lesson', 'a room'])
  expect(found(both, { kinds: ['resource'], returns: ['thanks'] })).toEqual([])
})

test('times: what can be had then, and what leaves the time open', () => {
  const saturday = said('on Saturday', null, { slots: [{ from: NOON + 1_000, to: NOON + 2_000 }] })
  const open = said('whenever')
  expect(found([saturday, open], { between: { from: NOON + 1_900, to: NOON + 5_000 } })).toEqual(['whenever', 'on Saturday'])
  expect(found([saturday, open], { between: { from: NOON + 2_000, to: NOON + 5_000 } })).toEqual(['whenever'])
})

test('the nearest first, and what names no place last', () => {
  const place = (row: number) => ({ place: { row, column: 5_000, name: '' } })
  const listings = [said('far', null, place(2_500)), said('nowhere'), said('near', null, place(2_401)), said('here', null, place(2_400))]
  expect(found(listings, { sort: 'distance', near: { row: 2_400, column: 5_000 } })).toEqual(['here', 'near', 'far', 'nowhere'])
})

test('care of this community is found by its members alone', () => {
  const care = said('Company for grandmother', null, { category: 'elder-care', scope: 'hub' })
  const shared = said('Company for walks', null, { category: 'elder-care', scope: 'federation' })
  expect(found([care, shared], { text: 'company' })).toHaveLength(2)
  expect(found([care, shared], { text: 'company', showsCare: false })).toEqual(['Company for walks'])
})

test('follows the board: a revision replaces, an end takes away, and what has expired is never shown', () => {
  const listings = new Map<string, Indexed>()
  let tell = (_: string): void => {}
  let now = NOON
  const put = (one: Indexed): void => {
    listings.set(one.listing.id, one)
    tell(one.listing.id)
  }
  put(tap)
  const board = {
    listings: () => [...listings.values()].reverse(), listing: (id: string) => listings.get(id) ?? null,
    onChange: (listener: (id: string) => void) => void (tell = listener),
  }
  const search = searchOver(board, () => now)
  const ids = (text: string): string[] => search.find({ ...anything, text, now }, 10).ids
  expect(ids('龙头')).toEqual([tap.listing.id])
  put({ ...tap, listing: { ...tap.listing, rev: 2, title: '修灯' } })
  expect(ids('龙头')).toEqual([])
  expect(ids('修灯')).toEqual([tap.listing.id])
  put(menu)
  expect(ids('menu')).toEqual([menu.listing.id])
  put({ ...menu, listing: { ...menu.listing, rev: 2, state: 'closed' }, body: null })
  expect(ids('menu')).toEqual([])
  expect(search.size()).toBe(1)
  now = tap.listing.expiresAt
  expect(ids('修灯')).toEqual([])
  search.stop()
})

test('text is cut into words that every script can be found by', () => {
  expect(wordsOf('修水龙头')).toEqual(['修水', '水龙', '龙头', '头'])
  expect(wordsOf('Café, 3×')).toEqual(['cafe', '3'])
  expect(wordsOf('𠮷野家')).toEqual(['𠮷野', '野家', '家'])
  expect(wordsOf('한국어를')).toEqual(['한국', '국어', '어를', '를'])
  expect(wordsOf('हिन्दी सीखें')).toEqual(['हिन्दी', 'सीखें'])
  expect(wordsOf('عربي русский')).toEqual(['عربي', 'русскии'])
  expect(wordsOf('😀 — !')).toEqual([])
  expect(soughtIn('龙头')).toEqual([{ words: ['龙头'], open: false }])
})
