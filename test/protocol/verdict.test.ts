import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '#ledger/bytes.ts'
import { countChange, CHANGES_PER_HOUR_MAX, emptyBoard, merge } from '#protocol/board.ts'
import { encodeListingMessage, LISTING_MESSAGE_BYTES_MAX } from '#protocol/gossip.ts'
import { encodeEnvelope, type Envelope, type Listing, signListing } from '#protocol/listing.ts'
import { type Judgement, type Scene, SKEW_SECONDS, verdictOn, type Way } from '#protocol/verdict.ts'
import { aListing, keptOf, messageOf, sealed, WORDS } from '#test/support/listings.ts'
import { aPerson, aTown, idFor, NOON } from '#test/support/towns.ts'

const chengdu = aTown('chengdu')
const berlin = aTown('berlin')
const mei = chengdu.steward
const region = chengdu.card.region
const onTopic: Way = { by: 'gossip', region }
const fetched: Way = { by: 'sync', from: chengdu.card.origin, missed: 0 }

function aScene(own: Partial<Scene> = {}): Scene {
  const cards = new Map([chengdu, berlin].map((town) => [town.card.origin, town.card]))
  return { board: emptyBoard(), now: NOON, hubOf: (origin) => cards.get(origin), membersOf: () => null, isFrozen: () => false, ...own }
}

const listing = (own: Partial<Listing> = {}) => aListing(chengdu, mei, own)
const message = (own: Partial<Listing> = {}) => messageOf(chengdu, mei, listing(own))
const forged = (own: Partial<Envelope>) =>
  encodeListingMessage({ envelope: encodeEnvelope(sealed(chengdu, mei, listing(), own)), body: WORDS })

const said = (judgement: Judgement): string =>
  judgement.verdict === 'accept' ? 'accept' : `${judgement.verdict} ${judgement.because}`
const verdict = (bytes: Uint8Array, way: Way = onTopic, scene: Scene = aScene()) => said(verdictOn(bytes, way, scene))

test('a listing that its member signed and its hub sealed is accepted at every door', () => {
  for (const way of [onTopic, fetched, { by: 'member' } as const]) expect(verdict(message(), way)).toBe('accept')
  expect(verdictOn(message(), onTopic, aScene())).toMatchObject({ body: WORDS, kept: { heardTs: NOON, hasBody: true } })
})

test('a tombstone is accepted without words', () => {
  expect(verdictOn(message({ state: 'closed' }), onTopic, aScene())).toMatchObject({ verdict: 'accept', body: null })
})

describe('what an honest hub never forwards is rejected', () => {
  test('more bytes than a listing can have', () =>
    expect(verdict(new Uint8Array(LISTING_MESSAGE_BYTES_MAX + 1))).toBe('reject oversize'))

  test('bytes that are no message, or one with something behind it', () => {
    expect(verdict(new Uint8Array())).toBe('reject malformed')
    expect(verdict(utf8('hello'))).toBe('reject malformed')
    expect(verdict(concat(message(), Uint8Array.of(0)))).toBe('reject malformed')
    expect(verdict(encodeListingMessage({ envelope: utf8('x'), body: null }))).toBe('reject malformed')
  })

  test('a listing that is not sane in itself', () => {
    expect(verdict(message({ title: ' ' }))).toBe('reject malformed')
    expect(verdict(message({ expiresAt: NOON }))).toBe('reject malformed')
  })

  test('a listing on the topic of another region', () =>
    expect(verdict(message(), { by: 'gossip', region: 'eu' })).toBe('reject wrong-region'))

  test('a listing of another region than its hub', () =>
    expect(verdict(message({ region: 'eu' }), { by: 'gossip', region: 'eu' })).toBe('reject wrong-region'))

  test('what is for one hub, or for a hub’s peers, on a topic', () => {
    expect(verdict(message({ scope: 'hub' }))).toBe('reject not-shared')
    expect(verdict(message({ scope: 'peers' }))).toBe('reject not-shared')
  })

  test('what is for one hub in a comparison of boards, or for peers from a third hub', () => {
    expect(verdict(message({ scope: 'hub' }), fetched)).toBe('reject not-shared')
    expect(verdict(message({ scope: 'peers' }), fetched)).toBe('accept')
    expect(verdict(message({ scope: 'peers' }), { by: 'sync', from: berlin.card.origin, missed: 0 })).toBe('reject not-shared')
  })

  test('words that are not the ones the listing names', () => {
    const other = messageOf(chengdu, mei, listing(), utf8('Mondays after six, I bring the gin.'))
    expect(verdict(other)).toBe('reject body-mismatch')
    const silent = listing({ bodyHash: null, bodyBytes: 0 })
    const envelope = encodeEnvelope(sealed(chengdu, mei, silent))
    expect(verdict(encodeListingMessage({ envelope, body: WORDS }))).toBe('reject body-mismatch')
    expect(verdict(messageOf(chengdu, mei, listing({ bodyBytes: 7 })))).toBe('reject body-mismatch')
  })

  test('a listing stripped of its words on a topic; in a comparison they may have been lost', () => {
    const stripped = messageOf(chengdu, mei, listing(), null)
    expect(verdict(stripped)).toBe('reject body-missing')
    expect(verdictOn(stripped, fetched, aScene())).toMatchObject({ verdict: 'accept', kept: { hasBody: false } })
  })

  test('a listing that expired more than an hour ago', () => {
    const scene = aScene({ now: listing().expiresAt + SKEW_SECONDS })
    expect(verdict(message(), onTopic, scene)).toBe('reject expired')
  })

  test('a signature of another device, or over other bytes', () => {
    const stranger = aPerson('a stranger')
    expect(verdict(forged({ device: stranger.device }))).toBe('reject wrong-signature')
    expect(verdict(forged({ signature: new Uint8Array(64) }))).toBe('reject wrong-signature')
  })

  test('a seal of another hub, or of nobody', () => {
    const { seal } = sealed(berlin, mei, listing())
    expect(verdict(forged({ seal }))).toBe('reject wrong-signature')
    expect(verdict(forged({ seal: new Uint8Array(64) }))).toBe('reject wrong-signature')
  })

  test('a member’s signature for another hub', () => {
    const bytes = sealed(chengdu, mei, listing()).listing
    expect(verdict(forged({ signature: signListing(bytes, mei.secret, berlin.id) }))).toBe('reject wrong-signature')
  })
})

describe('what an honest hub may forward and we cannot use is ignored', () => {
  test('a listing that expired within the hour', () => {
    const { expiresAt } = listing()
    expect(verdict(message(), onTopic, aScene({ now: expiresAt - 1 }))).toBe('accept')
    expect(verdict(message(), onTopic, aScene({ now: expiresAt }))).toBe('ignore just-expired')
    expect(verdict(message(), onTopic, aScene({ now: expiresAt + SKEW_SECONDS - 1 }))).toBe('ignore just-expired')
  })

  test('a listing that would live more than 180 days', () => {
    const last = NOON + 180 * 86_400 + SKEW_SECONDS
    expect(verdict(message({ expiresAt: last }))).toBe('accept')
    expect(verdict(message({ expiresAt: last + 1 }))).toBe('ignore too-far-ahead')
  })

  test('a listing of a hub our document does not name', () =>
    expect(verdict(message(), onTopic, aScene({ hubOf: () => undefined }))).toBe('ignore unknown-hub'))

  test('what we have, and what is older', () => {
    const { board } = aScene()
    merge(board, keptOf(chengdu, mei, listing({ rev: 2 })))
    expect(verdict(message({ rev: 2 }), onTopic, aScene({ board }))).toBe('ignore stale')
    expect(verdict(message(), onTopic, aScene({ board }))).toBe('ignore stale')
    expect(verdict(message({ rev: 3 }), onTopic, aScene({ board }))).toBe('accept')
  })

  test('but not the words of a listing that came without them', () => {
    const { board } = aScene()
    merge(board, { ...keptOf(chengdu, mei, listing()), hasBody: false })
    for (let i = 0; i < CHANGES_PER_HOUR_MAX; i++) countChange(board, listing(), NOON)
    expect(verdict(message(), fetched, aScene({ board }))).toBe('accept')
    expect(verdict(messageOf(chengdu, mei, listing(), null), fetched, aScene({ board }))).toBe('ignore stale')
  })

  test('more than a hub or a member may say', () => {
    const scene = aScene({ membersOf: () => 1 })
    for (let i = 0; i < 5; i++) merge(scene.board, keptOf(chengdu, mei, listing({ id: idFor(`open ${i}`) })))
    expect(verdict(message(), onTopic, scene)).toBe('ignore too-many-live')
    const busy = aScene()
    for (let i = 0; i < 10; i++) countChange(busy.board, listing(), NOON)
    expect(verdict(message(), onTopic, busy)).toBe('ignore too-many-by-member')
    for (let i = 0; i < 50; i++) countChange(busy.board, listing({ author: aPerson(`n ${i}`).acct }), NOON)
    expect(verdict(message({ author: aPerson('another').acct }), onTopic, busy)).toBe('ignore too-many-this-hour')
  })

  test('of a hub that is frozen here: another may not have heard of it yet', () => {
    const scene = aScene({ isFrozen: () => true })
    expect(verdict(message(), onTopic, scene)).toBe('ignore frozen')
    expect(verdict(message(), { by: 'sync', from: 'cv.barcelona-00000000/log', missed: 0 }, scene)).toBe('ignore frozen')
  })

  test('whatever makes us stumble, so that a fault of ours costs nobody their standing', () => {
    const hubOf = () => { throw new Error('our own bug') }
    expect(verdict(message(), onTopic, aScene({ hubOf }))).toBe('ignore fault')
  })
})
