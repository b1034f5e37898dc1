/**
 * Listings for tests: written, signed and sealed as members and hubs do it, with keys from seeds; and the
 * messages in which they travel. Any field may be given to be wrong in it.
 */
import { utf8 } from '#ledger/bytes.ts'
import { encodeListingMessage } from '#protocol/gossip.ts'
import type { Board, Kept } from '#protocol/board.ts'
import {
  bodyHashOf, encodeEnvelope, encodeListing, type Envelope, type Listing, listingHash, sealListing, signListing,
  unsaid,
} from '#protocol/listing.ts'
import { compareRefs } from '#protocol/range-tree.ts'
import { idFor, NOON, type Person, type Town } from '#test/support/towns.ts'

export const WORDS = utf8('Mondays after six, I bring the tea.')
const DAYS = 86_400

/** A need of this town's member, open for 14 days, for everybody, with WORDS as its body. */
export function aListing(town: Town, author: Person, own: Partial<Listing> = {}): Listing {
  const closed = own.state === 'closed'
  return {
    format: 1, id: idFor('a listing'), hub: town.card.origin, author: author.acct, rev: 1, kind: 'need',
    region: town.card.region, category: 'everyday', title: 'Somebody to talk German with', scope: 'federation',
    languages: ['de'], minutes: 60, ...unsaid(), bodyHash: closed ? null : bodyHashOf(WORDS),
    bodyBytes: closed ? 0 : WORDS.length, from: NOON, expiresAt: NOON + 14 * DAYS, state: 'open', ...own,
  }
}

/** Signed by its author and sealed by its town; parts of the envelope may be replaced. */
export function sealed(town: Town, author: Person, listing: Listing, own: Partial<Envelope> = {}): Envelope {
  const bytes = encodeListing(listing)
  return {
    listing: bytes, device: author.device, signature: signListing(bytes, author.secret, town.id),
    seal: sealListing(bytes, author.device, town.secrets.log, town.id), ...own,
  }
}

/** The message in which it travels, with its body if it names one. */
export function messageOf(town: Town, author: Person, listing: Listing, body: Uint8Array | null = WORDS): Uint8Array {
  const envelope = encodeEnvelope(sealed(town, author, listing))
  return encodeListingMessage({ envelope, body: listing.bodyHash === null ? null : body })
}

/** As it stands on a board that heard of it at `heardTs`. */
export function keptOf(town: Town, author: Person, listing: Listing, heardTs = NOON): Kept {
  const envelope = encodeEnvelope(sealed(town, author, listing))
  return { listing, hash: listingHash(encodeListing(listing)), envelope, heardTs, hasBody: listing.bodyHash !== null }
}

/** What a member's page sends to its hub. */
export function postOf(town: Town, author: Person, listing: Listing, body: Uint8Array | null = WORDS) {
  const { listing: bytes, device, signature } = sealed(town, author, listing)
  return { listing: bytes, device, signature, body: listing.bodyHash === null ? null : body }
}

/** Everything on a board, by name. */
export const allOn = (board: Board): Kept[] =>
  [...board.hubs.values()].flatMap((listings) => [...listings.values()]).sort((a, b) => compareRefs(a.listing, b.listing))
