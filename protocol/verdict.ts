/**
 * Accept, ignore or reject: what a hub says of a listing, whoever brought it.
 *
 * One function judges a member's own post, what a topic brings and what a comparison of boards fetches, so
 * a listing that is refused at one door cannot come in by another. The rules are those of a gossipsub
 * topic validator: [REJECT] only what an honest hub would never forward, because it counts against the one
 * who did; [IGNORE] what may come from an honest hub that knows more, less or another time than we do.
 * The questions stand in the order of their price, signatures last. A fault of ours is an [IGNORE]: a bug
 * here must not cost a neighbour its standing.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes } from '#ledger/bytes.ts'
import { type Board, find, type Kept, type OverQuota, overQuota } from './board.ts'
import { LISTING_MESSAGE_BYTES_MAX, parseListingMessage } from './gossip.ts'
import {
  bodyHashOf, isSoundEnvelope, type Listing, LISTING_DAYS_MAX, listingHash, parseEnvelope, parseListing,
  supersedes,
} from './listing.ts'

/**
 * How a listing came: posted by a member here, on the topic of a region, or fetched from a hub's board, when the
 * news of so many seconds (`missed`) had not been compared with anybody's.
 */
export type Way = { by: 'member' } | { by: 'gossip'; region: string } | { by: 'sync'; from: Origin; missed: number }

/** What must be known of a hub to judge what it sealed. A card is one. */
export type SealingHub = { hubId: Uint8Array; logKey: Uint8Array; region: string }

/** What the judge may look at. `membersOf` is null for a hub whose members nobody here has counted. */
export type Scene = {
  board: Board
  now: number
  hubOf(origin: Origin): SealingHub | undefined
  membersOf(origin: Origin): number | null
  /** True for a hub that is frozen here: what it listed before stays until it ends, nothing is added. */
  isFrozen(origin: Origin): boolean
}

export type Rejected =
  | 'oversize' | 'malformed' | 'wrong-region' | 'not-shared' | 'body-mismatch' | 'body-missing' | 'expired'
  | 'wrong-signature'
export type Ignored = 'unknown-hub' | 'frozen' | 'just-expired' | 'too-far-ahead' | 'stale' | 'fault' | OverQuota

export type Judgement =
  /** `body` is to be kept beside the board; null when there is none. */
  | { verdict: 'accept'; kept: Kept; body: Uint8Array | null }
  | { verdict: 'ignore'; because: Ignored }
  | { verdict: 'reject'; because: Rejected }

/** Two honest clocks differ by less. */
export const SKEW_SECONDS = 3_600

/** What to say of the bytes of a `ListingMessage`. Never throws. */
export function verdictOn(bytes: Uint8Array, way: Way, scene: Scene): Judgement {
  try {
    return judge(bytes, way, scene)
  } catch {
    return ignore('fault')
  }
}

function judge(bytes: Uint8Array, way: Way, { board, now, hubOf, membersOf, isFrozen }: Scene): Judgement {
  // [REJECT] larger than any listing can be.
  if (bytes.length > LISTING_MESSAGE_BYTES_MAX) return reject('oversize')

  // [REJECT] not the one spelling of a message, an envelope or a listing, or not sane in itself.
  const message = parseListingMessage(bytes)
  const envelope = message === null ? null : parseEnvelope(message.envelope)
  const listing = envelope === null ? null : parseListing(envelope.listing)
  if (message === null || envelope === null || listing === null) return reject('malformed')

  // [REJECT] on the topic of another region than its own.
  if (way.by === 'gossip' && listing.region !== way.region) return reject('wrong-region')

  // [REJECT] a listing that may not travel this way: topics carry what is for the whole federation, and
  // what is for a hub's own peers comes from that hub alone.
  if (way.by === 'gossip' && listing.scope !== 'federation') return reject('not-shared')
  if (way.by === 'sync' && listing.scope === 'hub') return reject('not-shared')
  if (way.by === 'sync' && listing.scope === 'peers' && listing.hub !== way.from) return reject('not-shared')

  // [REJECT] a body that is not the one the listing names.
  const { body } = message
  if (body !== null && !isBodyOf(listing, body)) return reject('body-mismatch')
  // [REJECT] on a topic, a listing without the body it names: whoever strips it would be heard in place of
  // the author. In a comparison of boards it may be missing, where it has been lost.
  if (body === null && listing.bodyHash !== null && way.by !== 'sync') return reject('body-missing')

  // [REJECT] expired by more than the difference of two honest clocks; [IGNORE] expired by less.
  if (listing.expiresAt + SKEW_SECONDS <= now) return reject('expired')
  if (listing.expiresAt <= now) return ignore('just-expired')

  // [IGNORE] longer than a listing may live: the same bytes will be welcome later, or its clock is wrong.
  if (listing.expiresAt > now + LISTING_DAYS_MAX * 86_400 + SKEW_SECONDS) return ignore('too-far-ahead')

  // [IGNORE] sealed by a hub that is not in our federation document: a newer one may know it.
  const hub = hubOf(listing.hub)
  if (hub === undefined) return ignore('unknown-hub')

  // [IGNORE] of a hub that is frozen here; another may not have heard of it yet.
  if (isFrozen(listing.hub)) return ignore('frozen')

  // [REJECT] of another region than its hub; a hub's card never changes it.
  if (listing.region !== hub.region) return reject('wrong-region')

  // [IGNORE] what we have, or have something newer of. The body of one that came without it is news.
  const { rev } = listing
  const hash = listingHash(envelope.listing)
  const old = find(board, listing)
  const completes = old?.hash === hash && body !== null && !old.hasBody
  const newer = old === undefined || supersedes({ rev, hash }, { rev: old.listing.rev, hash: old.hash })
  if (!newer && !completes) return ignore('stale')

  // [IGNORE] more than its hub or its member may say: our count may differ from the forwarder's.
  if (!completes) {
    const members = membersOf(listing.hub)
    const over = overQuota(board, listing, { now, members, missed: way.by === 'sync' ? way.missed : null })
    if (over !== null) return ignore(over)
  }

  // [REJECT] not signed by the device, or not sealed by the hub.
  if (!isSoundEnvelope(envelope, hub.hubId, hub.logKey)) return reject('wrong-signature')

  const kept: Kept = { listing, hash, envelope: message.envelope, heardTs: now, hasBody: body !== null }
  return { verdict: 'accept', kept, body }
}

const isBodyOf = ({ bodyHash, bodyBytes }: Listing, body: Uint8Array): boolean =>
  bodyHash !== null && body.length === bodyBytes && equalBytes(bodyHashOf(body), bodyHash)

const reject = (because: Rejected): Judgement => ({ verdict: 'reject', because })
const ignore = (because: Ignored): Judgement => ({ verdict: 'ignore', because })
