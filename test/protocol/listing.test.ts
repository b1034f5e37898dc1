/** What a listing may say, and that it says each thing in one way. */
import { expect, test } from 'vitest'
import { ENVELOPE_BYTES_MAX } from '#protocol/gossip.ts'
import {
  careCategories, encodeEnvelope, encodeListing, IMAGES_MAX, type Listing, listingCategories, parseListing, returns, SLOTS_MAX,
} from '#protocol/listing.ts'
import { aListing } from '#test/support/listings.ts'
import { aPerson, aTown } from '#test/support/towns.ts'

const town = aTown('chengdu')
const mei = aPerson('mei')
const listing = (own: Partial<Listing> = {}): Listing => aListing(town, mei, own)
const read = (own: Partial<Listing>): Listing | null => parseListing(encodeListing(listing(own)))

const full: Partial<Listing> = {
  kind: 'resource', resource: 'room', tags: ['安静', 'sunny'], places: 2, level: 2, returns: ['cv', 'skill-swap', 'thanks'], online: 1,
  slots: [{ from: 1_800_000_000, to: 1_800_086_400 }, { from: 1_800_086_400, to: 1_800_172_800 }],
  place: { row: 2_412, column: 5_681, name: '玉林' }, images: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)],
}

test('says what is offered, about where, when, and what would be welcome in return', () => {
  expect(read(full)).toMatchObject(full)
})

const saidTwice: [what: string, own: Partial<Listing>][] = [
  ['a keyword twice', { tags: ['cook', 'cook'] }],
  ['a keyword that is blank', { tags: [' '] }],
  ['a keyword with a blank at its end', { tags: ['cook '] }],
  ['returns out of order', { returns: ['thanks', 'cv'] }],
  ['a return twice', { returns: ['cv', 'cv'] }],
  ['a time that ends before it begins', { slots: [{ from: 10, to: 10 }] }],
  ['times that overlap', { slots: [{ from: 10, to: 30 }, { from: 20, to: 40 }] }],
  ['times out of order', { slots: [{ from: 30, to: 40 }, { from: 10, to: 20 }] }],
  ['a place beyond the grid', { place: { row: 3_600, column: 0, name: '' } }],
  ['a picture twice', { images: [new Uint8Array(32), new Uint8Array(32)] }],
  ['a closed one with pictures', { state: 'closed', images: [new Uint8Array(32)] }],
]

test('says each thing once, or it is no listing', () => {
  for (const [what, own] of saidTwice) expect(read(own), what).toBeNull()
})

test('with every field as long as it may be it fits its envelope', () => {
  const longest = listing({
    ...full, title: '字'.repeat(80), hub: `h.${'x'.repeat(62)}`, languages: Array.from({ length: 8 }, (_, i) => `zh-Hans-${i}`.padEnd(12, 'x')),
    tags: Array.from({ length: 6 }, (_, i) => `${i}`.padEnd(32, 'x')), returns: [...returns], level: 5, places: 4_294_967_295,
    slots: Array.from({ length: SLOTS_MAX }, (_, i) => ({ from: 5_000_000_000 + 2 * i, to: 5_000_000_001 + 2 * i })),
    place: { row: 3_599, column: 7_199, name: 'x'.repeat(60) }, images: Array.from({ length: IMAGES_MAX }, (_, i) => new Uint8Array(32).fill(i)),
    category: 'community-culture', kind: 'partnerOffer', scope: 'federation', resource: 'workspace', minutes: 4_294_967_295,
  })
  const bytes = encodeListing(longest)
  expect(parseListing(bytes)).toEqual(longest)
  expect(bytes.length).toBeLessThanOrEqual(1_390)
  const envelope = encodeEnvelope({ listing: bytes, device: new Uint8Array(32), signature: new Uint8Array(64), seal: new Uint8Array(64) })
  expect(envelope.length).toBeLessThanOrEqual(ENVELOPE_BYTES_MAX)
})

test('the four of care are categories like the others, and marked', () => {
  expect(listingCategories.filter((one) => careCategories.has(one))).toEqual(['elder-care', 'child-care', 'emergency', 'emotional-support'])
})
