import { beforeAll, describe, expect, test } from 'vitest'
import { concat, toHex, utf8 } from '#ledger/bytes.ts'
import { openBlobs } from '#node/words/blobs.ts'
import { DROPPED_BY_ONE_MAX } from '#node/words/dropped-drafts.ts'
import { APPLICATIONS_BY_ONE_MAX, APPLICATIONS_FOR_LISTING_MAX, DRAFTS_BY_ONE_MAX, type Inbox, openInbox } from '#node/words/inbox.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import type { Writer } from '#node/ports.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import type { Listing } from '#protocol/listing.ts'
import { aListing } from '#test/support/listings.ts'
import { aMemoryStore, type MemoryStore } from '#test/support/memory-store.ts'
import { aListeningLog, aSteeredClock, rest, signedBy, type SteeredClock, writerOf } from '#test/support/town-writer.ts'
import { aMember, aPerson, aTown, bytesFor, DAY, hexFor, idFor, NOON, type Person, type Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

const NOON_DAY = Math.floor(NOON / DAY)
const SALT = bytesFor('salt')
const WORDS = utf8('Two lessons, at the library.')
const BLOB = concat(SALT, WORDS)
const TERMS = toHex(commitmentOf(SALT, WORDS))

type Place = {
  town: Town; mei: Person; jun: Person; store: MemoryStore; writer: Writer; inbox: Inbox; clock: SteeredClock
  listings: Map<string, Listing>
  told: string[][]
}

async function aPlace(): Promise<Place> {
  const town = aTown('town')
  const mei = aMember(town, 'mei')
  const jun = aMember(town, 'jun')
  const listings = new Map([[idFor('a listing'), aListing(town, mei)]])
  return open({ town, mei, jun, listings, store: aMemoryStore(), clock: aSteeredClock(NOON) })
}

async function open(place: Pick<Place, 'town' | 'mei' | 'jun' | 'listings' | 'store' | 'clock'>): Promise<Place> {
  const { town, store, clock, listings } = place
  const writer = writerOf(town)
  const blobs = openBlobs(writer, store, () => null)
  const listing = (id: string) => {
    const found = listings.get(id)
    return found === undefined ? null : { listing: found }
  }
  const inbox = await openInbox({ writer, store, blobs, clock, log: aListeningLog(), listing })
  const told: string[][] = []
  inbox.onChange((accounts) => told.push(accounts))
  return { ...place, writer, inbox, told }
}

const reopened = (place: Place): Promise<Place> => open({ ...place, store: place.store.reopen() })

const asked = (place: Place, by = place.jun, message = 'I can, on Mondays.') =>
  ({ listing: idFor('a listing'), by: by.acct, message })

/** An agreement that jun proposes to mei, signed by jun unless others are named. */
const proposed = ({ town, mei, jun }: Place, own: Record<string, unknown> = {}, signers = [jun]) => signedBy(town, {
  kind: 'agreement.made', id: idFor('an agreement'), acct: jun.acct, listing: idFor('a listing'), helper: jun.acct,
  receiver: mei.acct, category: 1, minutes: 60, begins: NOON + DAY, ends: NOON + DAY + 3_600, terms: TERMS, charter: 0, ...own,
}, signers)

async function rowsIn(store: MemoryStore): Promise<number> {
  let rows = 0
  for await (const _ of store.table('drafts').entries()) rows++
  return rows
}

const wordsIn = (place: Place) => place.store.table('blobs').get(TERMS)

describe('an application', () => {
  test('reaches the author, once a person, and outlives a restart', async () => {
    const place = await aPlace()
    const { inbox, mei, jun } = place
    const first = await inbox.apply(asked(place))
    expect(await inbox.apply(asked(place, jun, 'Or on Tuesdays.'))).toEqual(first)
    const expected = [{ by: jun.acct, home: place.town.card.origin, message: 'Or on Tuesdays.', ts: NOON }]
    expect(inbox.applicationsFor(mei.acct)).toMatchObject(expected)
    expect(inbox.applicationsBy(jun.acct)).toMatchObject(expected)
    expect(inbox.applicationsFor(jun.acct)).toEqual([])
    expect(place.told).toEqual([[mei.acct, jun.acct], [mei.acct, jun.acct]])
    expect((await reopened(place)).inbox.applicationsFor(mei.acct)).toMatchObject(expected)
  })

  test('is for an open listing of this hub that somebody else wrote', async () => {
    const place = await aPlace()
    const { inbox, mei, jun, listings } = place
    const id = idFor('a listing')
    expect(await inbox.apply({ ...asked(place), listing: idFor('none') })).toEqual({ ok: false, door: { code: 'not-found' } })
    expect(await inbox.apply(asked(place, mei))).toEqual({ ok: false, door: { code: 'listing-refused', because: 'own-listing' } })
    const closed = { ok: false, door: { code: 'listing-refused', because: 'closed' } }
    listings.set(id, { ...listings.get(id)!, state: 'closed' })
    expect(await inbox.apply(asked(place))).toEqual(closed)
    listings.set(id, { ...listings.get(id)!, state: 'open', expiresAt: NOON })
    expect(await inbox.apply(asked(place))).toEqual(closed)
    listings.set(id, { ...listings.get(id)!, expiresAt: NOON + 9, hub: 'cv.other-00000000/log' })
    expect(await inbox.apply(asked(place, jun))).toEqual({ ok: false, door: { code: 'not-found' } })
  })

  test('comes from somebody attested here, in words of some length', async () => {
    const place = await aPlace()
    const stranger = aPerson('a stranger')
    expect(await place.inbox.apply(asked(place, stranger))).toEqual({ ok: false, refusal: { code: 'unknown-member', member: stranger.acct } })
    place.town.state.members.get(place.jun.acct)!.attested = false
    expect(await place.inbox.apply(asked(place))).toEqual({ ok: false, refusal: { code: 'not-attested', member: place.jun.acct } })
    place.town.state.members.get(place.jun.acct)!.attested = true
    for (const message of ['', ' ', '\ud800']) {
      expect(await place.inbox.apply(asked(place, place.jun, message))).toEqual({ ok: false, door: { code: 'malformed' } })
    }
    expect(await place.inbox.apply(asked(place, place.jun, '家'.repeat(667)))).toMatchObject({ ok: false, door: { code: 'too-large' } })
    expect(await place.inbox.apply(asked(place, place.jun, '家'.repeat(666)))).toMatchObject({ ok: true })
  })

  test('is one of thirty a person and one of a hundred a listing', async () => {
    const place = await aPlace()
    const { inbox, jun, mei, town, listings } = place
    for (let i = 0; i <= APPLICATIONS_BY_ONE_MAX; i++) listings.set(idFor(`l ${i}`), aListing(town, mei, { id: idFor(`l ${i}`) }))
    for (let i = 0; i < APPLICATIONS_BY_ONE_MAX; i++) {
      expect(await inbox.apply({ ...asked(place), listing: idFor(`l ${i}`) })).toMatchObject({ ok: true })
    }
    const tooMany = { ok: false, door: { code: 'too-many', retrySeconds: DAY } }
    expect(await inbox.apply({ ...asked(place), listing: idFor(`l ${APPLICATIONS_BY_ONE_MAX}`) })).toEqual(tooMany)
    expect(await inbox.apply({ ...asked(place), listing: idFor('l 3') })).toMatchObject({ ok: true })
    for (let i = 0; i < APPLICATIONS_FOR_LISTING_MAX; i++) {
      town.state.guests.set(hexFor(`guest ${i}`), { acct: hexFor(`guest ${i}`), home: 'cv.other-00000000/log', devices: new Map() })
      expect(await inbox.apply({ ...asked(place), by: hexFor(`guest ${i}`) })).toMatchObject({ ok: true })
    }
    expect(await inbox.apply(asked(place, town.steward))).toEqual(tooMany)
    expect(inbox.applicationsBy(jun.acct)).toHaveLength(APPLICATIONS_BY_ONE_MAX)
  })

  test('goes when its listing ends, from the disk too', async () => {
    const place = await aPlace()
    place.listings.set(idFor('a listing'), aListing(place.town, place.mei, { expiresAt: NOON + 3_600 }))
    await place.inbox.apply(asked(place))
    await place.clock.pass(3_540)
    expect(place.inbox.applicationsFor(place.mei.acct)).toHaveLength(1)
    await place.clock.pass(120)
    expect(place.inbox.applicationsFor(place.mei.acct)).toEqual([])
    expect((await reopened(place)).inbox.applicationsFor(place.mei.acct)).toEqual([])
  })

  test('that could not be written is said not to be there', async () => {
    const place = await aPlace()
    place.store.failNextWrite()
    expect(await place.inbox.apply(asked(place))).toEqual({ ok: false, door: { code: 'read-only', because: 'storage' } })
    expect(place.inbox.applicationsFor(place.mei.acct)).toEqual([])
    expect(await place.inbox.apply(asked(place))).toMatchObject({ ok: true })
  })
})

describe('a draft', () => {
  test('waits for the other party with its words, and outlives a restart', async () => {
    const place = await aPlace()
    const signed = { ...proposed(place), blobs: [BLOB] }
    expect(await place.inbox.addDraft(signed)).toEqual({ ok: true, id: idFor('an agreement') })
    expect(await place.inbox.addDraft(signed)).toEqual({ ok: true, id: idFor('an agreement') })
    for (const { inbox } of [place, await reopened(place)]) {
      for (const person of [place.mei, place.jun]) {
        expect(inbox.draftsFor(person.acct)).toMatchObject([{ body: signed.body, auth: signed.auth, ts: NOON }])
      }
      expect(inbox.draftsFor(place.town.steward.acct)).toEqual([])
      expect(inbox.draft(idFor('an agreement'))?.terms.terms).toBe(TERMS)
    }
    expect(wordsIn(place)).toEqual(BLOB)
  })

  test('leaves the inbox when both have signed it, and its words stay', async () => {
    const place = await aPlace()
    const { inbox, mei, jun, writer } = place
    await inbox.addDraft({ ...proposed(place), blobs: [BLOB] })
    const both = proposed(place, {}, [jun, mei])
    expect(await writer.submit(both.body, both.auth)).toMatchObject({ ok: true })
    await rest()
    expect(inbox.draftsFor(mei.acct)).toEqual([])
    expect((await reopened(place)).inbox.draftsFor(mei.acct)).toEqual([])
    expect(wordsIn(place)).toEqual(BLOB)
  })

  test('sent again after both have signed it, by a page that missed the answer, is answered as it was', async () => {
    const place = await aPlace()
    const { inbox, mei, jun, writer, town } = place
    const signed = { ...proposed(place), blobs: [BLOB] }
    const left = await inbox.addDraft(signed)
    const both = proposed(place, {}, [jun, mei])
    expect(both.body).toEqual(signed.body)
    expect(await writer.submit(both.body, both.auth)).toMatchObject({ ok: true })
    await rest()
    expect(await inbox.addDraft(signed)).toEqual(left)
    expect(await (await reopened(place)).inbox.addDraft(signed)).toEqual(left)
    expect(inbox.draftsFor(mei.acct)).toEqual([])
    expect(wordsIn(place)).toEqual(BLOB)
    expect(await inbox.addDraft({ ...proposed(place, { minutes: 90 }), blobs: [] })).toEqual({ ok: false, refusal: { code: 'id-taken' } })
    town.state.members.get(jun.acct)!.devices.clear()
    expect(await inbox.addDraft(signed)).toEqual(left)
  })

  test('that one of them has taken away does not come back when it is sent again, until it has expired', async () => {
    const place = await aPlace()
    const { mei, clock, store } = place
    const signed = { ...proposed(place), blobs: [BLOB] }
    await place.inbox.addDraft(signed)
    await place.inbox.removeDraft(idFor('an agreement'), mei.acct)
    const gone = { ok: false, door: { code: 'draft-dropped' } }
    for (const { inbox } of [place, await reopened(place)]) {
      expect(await inbox.addDraft(signed)).toEqual(gone)
      expect(inbox.draftsFor(mei.acct)).toEqual([])
    }
    expect(wordsIn(place)).toBeUndefined()
    await clock.pass(DAY + 120)
    expect(await place.inbox.addDraft(signed)).toMatchObject({ refusal: { code: 'expired' } })
    expect(await rowsIn(store)).toBe(0)
  })

  test('that could not be taken away waits as before, with its words, and can be taken away again', async () => {
    const place = await aPlace()
    await place.inbox.addDraft({ ...proposed(place), blobs: [BLOB] })
    place.store.failNextWrite()
    expect(await place.inbox.removeDraft(idFor('an agreement'), place.mei.acct)).toEqual({ ok: false, door: { code: 'read-only', because: 'storage' } })
    expect(place.inbox.draftsFor(place.mei.acct)).toHaveLength(1)
    expect(wordsIn(place)).toEqual(BLOB)
    expect(await place.inbox.removeDraft(idFor('an agreement'), place.mei.acct)).toMatchObject({ ok: true })
    expect(place.inbox.draftsFor(place.mei.acct)).toEqual([])
    expect((await reopened(place)).inbox.draftsFor(place.mei.acct)).toEqual([])
  })

  test('that was taken away is remembered with thirty others of who proposed it at most, and with none once they are forgotten', async () => {
    const place = await aPlace()
    const { inbox, jun, store } = place
    for (let i = 0; i < DROPPED_BY_ONE_MAX + 5; i++) {
      const id = idFor(`d ${i}`)
      await inbox.addDraft({ ...proposed(place, { id, exp: NOON + DAY + i }), blobs: [] })
      await inbox.removeDraft(id, jun.acct)
    }
    expect(await rowsIn(store)).toBe(DROPPED_BY_ONE_MAX)
    const again = (i: number) => inbox.addDraft({ ...proposed(place, { id: idFor(`d ${i}`), exp: NOON + DAY + i }), blobs: [] })
    expect(await again(DROPPED_BY_ONE_MAX + 4)).toEqual({ ok: false, door: { code: 'draft-dropped' } })
    await inbox.forget(jun.acct)
    expect(await rowsIn(store)).toBe(0)
  })

  test('that expires goes with its words', async () => {
    const place = await aPlace()
    await place.inbox.addDraft({ ...proposed(place), blobs: [BLOB] })
    await place.clock.pass(DAY - 60)
    expect(place.inbox.draftsFor(place.mei.acct)).toHaveLength(1)
    await place.clock.pass(120)
    expect(place.inbox.draftsFor(place.mei.acct)).toEqual([])
    expect(wordsIn(place)).toBeUndefined()
  })

  test('is taken away by one of its parties, with the words that came with it and no others', async () => {
    const place = await aPlace()
    const { inbox, mei, jun, town } = place
    await inbox.addDraft({ ...proposed(place), blobs: [BLOB] })
    await inbox.addDraft({ ...proposed(place, { id: idFor('a copy') }), blobs: [BLOB] })
    expect(await inbox.removeDraft(idFor('a copy'), town.steward.acct)).toEqual({ ok: false, door: { code: 'not-found' } })
    expect(await inbox.removeDraft(idFor('a copy'), jun.acct)).toMatchObject({ ok: true })
    expect(wordsIn(place)).toEqual(BLOB)
    expect(await inbox.removeDraft(idFor('an agreement'), mei.acct)).toMatchObject({ ok: true })
    expect(wordsIn(place)).toBeUndefined()
    expect(await inbox.removeDraft(idFor('an agreement'), mei.acct)).toEqual({ ok: false, door: { code: 'not-found' } })
  })

  test('is an agreement, signed by the party that proposes it, between two people who may agree', async () => {
    const place = await aPlace()
    const { inbox, mei, jun, town } = place
    const code = async (signed: ReturnType<typeof proposed>) => {
      const left = await inbox.addDraft({ ...signed, blobs: [] })
      return left.ok ? 'ok' : 'refusal' in left ? left.refusal.code : left.door.code
    }
    expect(await code({ body: utf8('x'), auth: [] })).toBe('malformed')
    expect(await code(signedBy(town, { kind: 'checkin.made', agreement: idFor('an agreement') }, [jun]))).toBe('malformed')
    expect(await code(proposed(place, { receiver: jun.acct }))).toBe('same-person')
    expect(await code(proposed(place, { acct: town.steward.acct }))).toBe('not-a-party')
    expect(await code(proposed(place, { receiver: hexFor('nobody') }))).toBe('unknown-member')
    expect(await code(proposed(place, {}, [mei]))).toBe('unknown-device')
    expect(await code(proposed(place, {}, [jun, mei]))).toBe('wrong-signature')
    const signed = proposed(place)
    expect(await code({ ...signed, auth: [{ ...signed.auth[0]!, signature: new Uint8Array(64) }] })).toBe('wrong-signature')
    expect(await code(proposed(place, { exp: NOON }))).toBe('expired')
    expect(await code(proposed(place, { exp: NOON + 31 * DAY }))).toBe('expires-too-late')
    expect(await code(signed)).toBe('ok')
    expect(await code(proposed(place, { minutes: 90 }))).toBe('id-taken')
    town.state.members.get(mei.acct)!.attested = false
    expect(await code(proposed(place, { id: idFor('other') }))).toBe('not-attested')
  })

  test('brings no words but those it commits to', async () => {
    const place = await aPlace()
    const other = concat(SALT, utf8('other words'))
    expect(await place.inbox.addDraft({ ...proposed(place), blobs: [BLOB, other] })).toEqual({ ok: false, door: { code: 'blob-mismatch' } })
    expect(wordsIn(place)).toBeUndefined()
    expect(place.inbox.draftsFor(place.mei.acct)).toEqual([])
  })

  test('is one of thirty a person', async () => {
    const place = await aPlace()
    for (let i = 0; i < DRAFTS_BY_ONE_MAX; i++) {
      expect(await place.inbox.addDraft({ ...proposed(place, { id: idFor(`d ${i}`) }), blobs: [] })).toMatchObject({ ok: true })
    }
    expect(await place.inbox.addDraft({ ...proposed(place), blobs: [] })).toMatchObject({ door: { code: 'too-many' } })
  })
})

test('what a guest is called is remembered', async () => {
  const place = await aPlace()
  await place.inbox.nameGuest(hexFor('guest'), '美')
  await place.inbox.nameGuest(hexFor('guest'), 'x'.repeat(161))
  expect(place.inbox.guestName(hexFor('guest'))).toBe('美')
  expect((await reopened(place)).inbox.guestName(hexFor('guest'))).toBe('美')
  expect(place.inbox.guestName(hexFor('other'))).toBeNull()
})

describe('words that come with an action', () => {
  test('stay when it is recorded and go when it is refused', async () => {
    const place = await aPlace()
    const { store, writer, town, mei, jun } = place
    const blobs = openBlobs(writer, store, () => null)
    const recorded = (own: Record<string, unknown>) => signedBy(town, {
      kind: 'help.recorded', acct: jun.acct, helper: jun.acct, receiver: mei.acct, category: 1, minutes: 60, day: NOON_DAY, note: TERMS, ...own,
    }, [jun])
    expect(await blobs.submit({ ...recorded({ minutes: 0 }), blobs: [BLOB] })).toMatchObject({ ok: false })
    expect(wordsIn(place)).toBeUndefined()
    expect(await blobs.submit({ ...recorded({ note: hexFor('other') }), blobs: [BLOB] })).toBe('blob-mismatch')
    expect(await blobs.submit({ ...recorded({}), blobs: [BLOB] })).toMatchObject({ ok: true })
    expect(wordsIn(place)).toEqual(BLOB)
  })

  test('are on the disk before the action is in the record', async () => {
    const place = await aPlace()
    const { store, writer, town, mei, jun } = place
    const size = town.entries.length
    store.failNextWrite()
    const signed = signedBy(town, {
      kind: 'help.recorded', acct: jun.acct, helper: jun.acct, receiver: mei.acct, category: 1, minutes: 60, day: NOON_DAY, note: TERMS,
    }, [jun])
    expect(await openBlobs(writer, store, () => null).submit({ ...signed, blobs: [BLOB] })).toEqual({ ok: false, unavailable: 'storage' })
    expect(town.entries).toHaveLength(size)
  })
})
