/**
 * Listings: what members of a city need and offer, as it travels between hubs.
 *
 * A listing is signed by its member's device and sealed by its hub, which so vouches that the device
 * belongs to an attested member; neither ever stands in the record. The header is small and says enough to
 * be found; the body is a separate blob named by its hash, so that it can be erased at once while the
 * header lives out its days; pictures travel apart in the same way. Contact and exact place stand in neither:
 * who agrees is told. A later revision replaces an earlier one; of two with the same number the greater hash
 * wins, so every hub comes to the same board whatever order they arrived in.
 */
import type { Hex } from '#ledger/action.ts'
import { concat, toHex } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { sign, verifyIn } from '#ledger/keys.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, hexOf, type Infer, listOf, literal, nullable, oneOf, textUpTo, uint,
} from '#ledger/schema.ts'
import { isCell } from './place.ts'

export const listingKinds = ['need', 'resource', 'skill', 'event', 'project', 'circle', 'partnerOffer'] as const
export type ListingKind = (typeof listingKinds)[number]

/**
 * What a listing is about: the seeds' six need domains [S551-561], their five forms [S164-169] (the fifth, psychological
 * support, is one of the care categories), the care categories, and everyday help.
 */
export const listingCategories = [
  'community-culture', 'cross-cultural', 'training', 'creative', 'social-service', 'project-help',
  'creator', 'community', 'skill-sharing', 'career-transition',
  'elder-care', 'child-care', 'emergency', 'emotional-support', 'everyday',
] as const
export type ListingCategory = (typeof listingCategories)[number]
/** They stay inside the hub unless their author says otherwise. */
export const careCategories: ReadonlySet<string> = new Set(['elder-care', 'child-care', 'emergency', 'emotional-support'])

/** What its author would give, or like, in return [S560, S605]: several may do, and which is agreed between the two. */
export const returns = ['cv', 'lodging', 'meals', 'skill-swap', 'culture', 'money-note', 'thanks'] as const
export type Return = (typeof returns)[number]

/** What of the charter's table of resources is lent or looked for, so that its price is known beforehand. */
export const listedResources = ['room', 'vehicle', 'tool', 'workspace', 'bicycle'] as const
export type ListedResource = (typeof listedResources)[number]

export const scopes = ['hub', 'peers', 'federation'] as const
export type Scope = (typeof scopes)[number]

export const TITLE_BYTES_MAX = 240
export const BODY_BYTES_MAX = 2_048
export const TAGS_MAX = 6
export const TAG_BYTES_MAX = 32
export const SLOTS_MAX = 12
export const IMAGES_MAX = 4
export const PLACE_BYTES_MAX = 60
/** A listing lives at most half a year; then it is written anew or it is gone. */
export const LISTING_DAYS_MAX = 180

const listingSchema = fields({
  format: literal(1),
  id: hexOf(16),
  hub: textUpTo(64),
  author: hexOf(32),
  rev: uint,
  kind: oneOf(...listingKinds),
  region: textUpTo(2),
  category: oneOf(...listingCategories),
  title: textUpTo(TITLE_BYTES_MAX),
  scope: oneOf(...scopes),
  languages: listOf(textUpTo(12), 8),
  /** How long it may take, minutes; 0 when its author cannot say. */
  minutes: uint,
  online: oneOf(0, 1),
  tags: listOf(textUpTo(TAG_BYTES_MAX), TAGS_MAX),
  resource: nullable(oneOf(...listedResources)),
  /** How many may come, or take part; 0 when its author sets no limit. */
  places: uint,
  /** The trust level asked of who answers. */
  level: oneOf(1, 2, 3, 4, 5),
  returns: listOf(oneOf(...returns), 7),
  /** When it could be, seconds; none when that is agreed later. */
  slots: listOf(fields({ from: uint, to: uint }), SLOTS_MAX),
  /** About where: a cell of some five kilometres (`place.ts`). Where exactly, who agrees is told. */
  place: nullable(fields({ row: uint, column: uint, name: textUpTo(PLACE_BYTES_MAX) })),
  /** SHA-256 of its pictures, which travel apart (`picture.ts`). */
  images: listOf(bytesOf(32), IMAGES_MAX),
  bodyHash: nullable(bytesOf(32)),
  bodyBytes: uint,
  /** Seconds. */
  from: uint,
  expiresAt: uint,
  state: oneOf('open', 'closed'),
})
export type Listing = Infer<typeof listingSchema>
export type Slot = Listing['slots'][number]
export type Place = NonNullable<Listing['place']>

/** What a listing says where its author says nothing: all that may be left out. */
export const unsaid = (): Pick<Listing, 'online' | 'tags' | 'resource' | 'places' | 'level' | 'returns' | 'slots' | 'place' | 'images'> =>
  ({ online: 0, tags: [], resource: null, places: 0, level: 1, returns: [], slots: [], place: null, images: [] })

const envelopeSchema = fields({
  listing: bytesUpTo(1_536),
  device: bytesOf(32),
  signature: bytesOf(64),
  seal: bytesOf(64),
})
/** A listing as hubs pass it on: the signed bytes, the device that signed, and the hub's seal over both. */
export type Envelope = Infer<typeof envelopeSchema>

export const encodeListing = (listing: Listing): Uint8Array => encodeAs(listingSchema, listing)
export const encodeEnvelope = (envelope: Envelope): Uint8Array => encodeAs(envelopeSchema, envelope)
export const parseEnvelope = (bytes: Uint8Array): Envelope | null => decodeAs(envelopeSchema, bytes)

/** The only maker of Listings. Null unless canonical and sane in itself; whether it is welcome is `verdict`'s to say. */
export function parseListing(bytes: Uint8Array): Listing | null {
  const listing = decodeAs(listingSchema, bytes)
  if (listing === null) return null
  if (listing.title.trim() === '' || [...listing.title].length > 80) return null
  if ((listing.bodyHash === null) !== (listing.bodyBytes === 0) || listing.bodyBytes > BODY_BYTES_MAX) return null
  // A tombstone carries neither body nor pictures: closing is how an author takes them back.
  if (listing.state === 'closed' && (listing.bodyHash !== null || listing.images.length > 0)) return null
  if (listing.expiresAt <= listing.from) return null
  return isSpelledOnce(listing) ? listing : null
}

/** Lists that mean a set say each once, and nothing blank; times follow each other; a place is on the map. */
function isSpelledOnce({ tags, returns: given, slots, place, images }: Listing): boolean {
  if (tags.some((tag) => tag.trim() !== tag || tag === '') || !areDistinct(tags)) return false
  if (given.some((one, i) => i > 0 && returns.indexOf(given[i - 1]!) >= returns.indexOf(one))) return false
  if (slots.some(({ from, to }, i) => from >= to || (i > 0 && slots[i - 1]!.to > from))) return false
  return areDistinct(images.map(toHex)) && (place === null || isCell(place))
}

const areDistinct = (texts: string[]): boolean => new Set(texts).size === texts.length

export const bodyHashOf = (body: Uint8Array): Uint8Array => sha256(body)
export const listingHash = (bytes: Uint8Array): Hex => toHex(sha256(bytes))

/** What the hub's seal covers: the listing and the device it vouches for. */
export const sealPayload = (listing: Uint8Array, device: Uint8Array): Uint8Array => concat(sha256(listing), device)

export const signListing = (listing: Uint8Array, deviceSecret: Uint8Array, hubId: Uint8Array): Uint8Array =>
  sign(deviceSecret, 'listing', hubId, listing)
export const sealListing = (listing: Uint8Array, device: Uint8Array, logSecret: Uint8Array, hubId: Uint8Array): Uint8Array =>
  sign(logSecret, 'board', hubId, sealPayload(listing, device))

/** The member's signature alone: what the own hub asks before it seals. */
export const isSignedListing = (listing: Uint8Array, device: Uint8Array, signature: Uint8Array, hubId: Uint8Array): boolean =>
  verifyIn(device, 'listing', hubId, listing, signature)

/** Both signatures: what every other hub asks. */
export function isSoundEnvelope(envelope: Envelope, hubId: Uint8Array, logKey: Uint8Array): boolean {
  const { listing, device, signature, seal } = envelope
  return verifyIn(logKey, 'board', hubId, sealPayload(listing, device), seal) && isSignedListing(listing, device, signature, hubId)
}

/** True when `a` is to be kept over `b`: the higher revision, then the greater hash. */
export function supersedes(a: { rev: number; hash: Hex }, b: { rev: number; hash: Hex }): boolean {
  return a.rev !== b.rev ? a.rev > b.rev : a.hash > b.hash
}
