/**
 * Listings: what members of a city need and offer, as it travels between hubs.
 *
 * A listing is signed by its member's device and sealed by its hub, which so vouches that the device
 * belongs to an attested member; neither ever stands in the record. The header is small and says enough to
 * be found; the body is a separate blob named by its hash, so that it can be erased at once while the
 * header lives out its days. A later revision replaces an earlier one; of two with the same number the
 * greater hash wins, so every hub comes to the same board whatever order they arrived in.
 */
import type { Hex } from '#ledger/action.ts'
import { concat, toHex } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { sign, verifyIn } from '#ledger/keys.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, hexOf, type Infer, listOf, literal, nullable, oneOf, textUpTo, uint,
} from '#ledger/schema.ts'

export const listingKinds = ['need', 'resource', 'skill', 'event', 'project', 'circle', 'partnerOffer'] as const
export type ListingKind = (typeof listingKinds)[number]

/** The seeds' six need domains, and the care categories that stay inside the hub unless their author says otherwise. */
export const listingCategories = [
  'community-culture', 'cross-cultural', 'training', 'creative', 'social-service', 'project-help',
  'elder-care', 'child-care', 'emergency', 'emotional-support', 'everyday',
] as const
export type ListingCategory = (typeof listingCategories)[number]
export const careCategories: ReadonlySet<string> = new Set(['elder-care', 'child-care', 'emergency', 'emotional-support'])

export const scopes = ['hub', 'peers', 'federation'] as const
export type Scope = (typeof scopes)[number]

export const TITLE_BYTES_MAX = 240
export const BODY_BYTES_MAX = 2_048
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
  bodyHash: nullable(bytesOf(32)),
  bodyBytes: uint,
  /** Seconds. */
  from: uint,
  expiresAt: uint,
  state: oneOf('open', 'closed'),
})
export type Listing = Infer<typeof listingSchema>

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
  // A tombstone carries no body: closing is how an author takes the words back.
  if (listing.state === 'closed' && listing.bodyHash !== null) return null
  if (listing.expiresAt <= listing.from) return null
  return listing
}

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
