/** What is kept of the board's answers is never older than what could show in them, and never another reader's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { fromUtf8 } from '#ledger/bytes.ts'
import type { State } from '#ledger/state/state.ts'
import { type ListingTextsPorts, openListingTexts } from '#node/page/listing-texts.ts'
import type { ListingView, SearchAnswer } from '#protocol/api.ts'
import { MemberClient } from '#test/support/member-client.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

const DAY = 86_400
const ANYTHING = { text: '', kinds: [], category: null, hub: null, resource: null, returns: [], level: null, from: null, to: null }

describe('the board', () => {
  let hub: WholeHub
  let mei: MemberClient
  beforeAll(async () => {
    hub = await aWholeHub('chengdu')
    mei = await hub.member('Mei')
  })
  afterAll(() => hub.stop())

  const boardOf = async (who: MemberClient): Promise<ListingView[]> =>
    (await who.get<SearchAnswer>(`/api/search?sort=freshness&wish=${encodeURIComponent(JSON.stringify(ANYTHING))}`)).body.listings

  test('says names and who needs care to members alone, whoever asked the same before', async () => {
    const stranger = new MemberClient('stranger', hub.fetch)
    await mei.list({ title: 'a tap' })
    await mei.list({ title: 'a nurse', category: 'elder-care', scope: 'hub' })
    for (const _ of ['first', 'again']) {
      expect((await boardOf(mei)).map(({ title, author }) => [title, author.name])).toEqual([['a nurse', 'Mei'], ['a tap', 'Mei']])
      expect((await boardOf(stranger)).map(({ title, author }) => [title, author.name])).toEqual([['a tap', null]])
    }
    const [nurse] = await boardOf(mei)
    expect((await mei.get<ListingView>(`/api/listings/${nurse!.id}`)).body.author.name).toBe('Mei')
    expect((await stranger.get(`/api/listings/${nurse!.id}`)).status).toBe(404)
  })

  test('has what was posted a moment ago, and not what was closed a moment ago', async () => {
    const before = await boardOf(mei)
    const { id } = (await mei.list({ title: 'a lamp' })).body
    expect((await boardOf(mei)).map((one) => one.id)).toEqual([id, ...before.map((one) => one.id)])
    const { from, expiresAt } = (await boardOf(mei))[0]!
    expect((await mei.list({ id, title: 'a lamp', rev: 1, state: 'closed', from, expiresAt }, null)).status).toBe(200)
    expect(await boardOf(mei)).toEqual(before)
  })

  test('forgets what has expired without anything else happening', async () => {
    const stranger = new MemberClient('stranger', hub.fetch)
    expect(await boardOf(stranger)).toHaveLength(1)
    hub.later(15 * DAY)
    expect(await boardOf(stranger)).toEqual([])
  })
})

describe('what is kept', () => {
  const ID = '0'.repeat(32)

  /** A board with one listing whose title is counted up each time it is read, and what may happen around it. */
  function aKeeper() {
    let read = 0
    const happen = { board: () => {}, words: () => {} }
    const state = (size: number): State => ({ tree: { size } }) as unknown as State
    const writer = { state: state(1) }
    const texts = openListingTexts({
      writer,
      feed: { listing: (id: Hex) => (id === ID ? { listing: { scope: 'federation', category: 'everyday' } } : null), onChange: (listener: () => void) => (happen.board = listener) },
      blobs: { onChange: (listener: () => void) => (happen.words = listener) },
      views: { listed: () => ({ title: `read ${++read}`, author: { name: 'Mei' } }) },
    } as unknown as ListingTextsPorts)
    const answerAt = (now: number): string => fromUtf8(texts.answer('member ?', now, () => texts.of(ID, true)!))!
    return { texts, happen, writer, state, answerAt }
  }
  const said = (n: number, name: string | null = 'Mei'): string => JSON.stringify({ title: `read ${n}`, author: { name } })

  test('is read once for members and strangers, and each is told their own', () => {
    const { texts } = aKeeper()
    expect([texts.of(ID, true), texts.of(ID, false), texts.of(ID, true)]).toEqual([said(1), said(1, null), said(1)])
    expect(texts.of('1'.repeat(32), true)).toBe(null)
  })

  test.each(['board', 'words'] as const)('is dropped when the %s change', (what) => {
    const { happen, answerAt } = aKeeper()
    expect([answerAt(5), answerAt(5)]).toEqual([said(1), said(1)])
    happen[what]()
    expect(answerAt(5)).toBe(said(2))
  })

  test('is dropped with a record, and when the state is another of the same size', () => {
    const { writer, state, answerAt } = aKeeper()
    expect(answerAt(5)).toBe(said(1))
    Object.assign(writer.state, state(2))
    expect(answerAt(5)).toBe(said(2))
    writer.state = state(2)
    expect(answerAt(5)).toBe(said(3))
  })

  test('serves as an answer for one second', () => {
    const { texts } = aKeeper()
    const answerAt = (now: number, made: string): string => fromUtf8(texts.answer('member ?', now, () => made))!
    expect([answerAt(5, 'one'), answerAt(5, 'two'), answerAt(6, 'three'), answerAt(5, 'four')]).toEqual(['one', 'one', 'three', 'four'])
  })
})
