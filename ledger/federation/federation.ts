/**
 * What hubs sign towards each other: cards, federation documents, frontier reports, orders, votes.
 *
 * A federation is a chain of documents. Document 1 is signed by all its members; document n+1 by a quorum
 * of the old voters and by every new member, and it takes effect with a quorum of *frontier reports*: each
 * old voter says, once and for all, how far it saw every hub's chain of orders (README, "Hand-over").
 *
 * An order is one slot of one hub's chain. It is certified when `quorum(n)` voters signed the same order;
 * two different certified orders for one slot would need more than 2q−n−1 voters that lie.
 *
 * Not every voter is a city. A *witness box* follows, audits and votes as a city does and has no community:
 * it orders nothing and nothing is sent to it. Two cities with two boxes go on when any one of the four is down.
 */
import type { Hex, Origin, Vote } from '../action.ts'
import { AGREED_MILLI_MAX, isSoundRate } from '../value/amount.ts'
import { compareBytes, concat, equalBytes, toHex, u64be, utf8 } from '../bytes.ts'
import { DECAY_PER_MILLE_MAX } from '../value/decay.ts'
import { sha256 } from '../hash.ts'
import { isAcceptableKey, sign, verifyIn } from '../keys.ts'
import {
  big, bytesOf, bytesUpTo, decodeAs, encodeAs, fields, flag, hexOf, type Infer, listOf, literal, nullable, oneOf, textUpTo,
  uint,
} from '../schema.ts'

const origin = textUpTo(64)

/** Votes needed of n: all of two or three; from four on a bare majority of liars' worst case is outvoted. */
export function quorum(n: number): number {
  if (n <= 3) return n
  const liars = Math.floor((n - 1) / 3)
  return Math.floor((n + liars) / 2) + 1
}

const cardSchema = fields({
  format: literal(1),
  hubId: bytesOf(32),
  origin,
  city: textUpTo(96),
  region: textUpTo(2),
  logKey: bytesOf(32),
  cosignerKey: bytesOf(32),
  auditorKey: bytesOf(32),
  orderKey: bytesOf(32),
  voteKey: bytesOf(32),
  peerKey: bytesOf(32),
  /** False for a witness box: it votes and keeps copies, and has no community behind it. */
  community: flag,
})
/** Who a hub is to other hubs: its names and keys, bound together by its log key. */
export type Card = Infer<typeof cardSchema>

const signedCardSchema = fields({ card: bytesUpTo(512), signature: bytesOf(64), addresses: listOf(textUpTo(256), 8) })
/** A card as it is pasted or scanned. Addresses are hints and unsigned: Noise proves who answers there. */
export type SignedCard = { card: Card; bytes: Uint8Array; signature: Uint8Array; addresses: string[] }

export const encodeCard = (card: Card): Uint8Array => encodeAs(cardSchema, card)

/** A card by itself, whoever signed it. Null unless its keys are acceptable and distinct. */
export function readCard(bytes: Uint8Array): Card | null {
  const card = decodeAs(cardSchema, bytes)
  return card !== null && isSoundCard(card) ? card : null
}

export const encodeSignedCard = (bytes: Uint8Array, signature: Uint8Array, addresses: string[]): Uint8Array =>
  encodeAs(signedCardSchema, { card: bytes, signature, addresses })

/** Reads a pasted card. Null unless every key is acceptable and distinct and the log key signed it. */
export function parseSignedCard(bytes: Uint8Array): SignedCard | null {
  const outer = decodeAs(signedCardSchema, bytes)
  if (outer === null) return null
  const card = readCard(outer.card)
  if (card === null) return null
  if (!verifyIn(card.logKey, 'card', card.hubId, outer.card, outer.signature)) return null
  return { card, bytes: outer.card, signature: outer.signature, addresses: outer.addresses }
}

function isSoundCard(card: Card): boolean {
  const keys = [card.logKey, card.cosignerKey, card.auditorKey, card.orderKey, card.voteKey, card.peerKey]
  if (new Set(keys.map(toHex)).size !== keys.length) return false
  if (!card.origin.endsWith(`-${toHex(card.hubId).slice(0, 8)}/log`)) return false
  return keys.every(isAcceptableKey)
}

const memberSchema = fields({ card: cardSchema, addresses: listOf(textUpTo(256), 8) })
export type FederationMember = Infer<typeof memberSchema>

/** The most bytes of the order that ends a chain: it stands in the document. */
export const CLOSING_BYTES_MAX = 32_768

const closingSchema = fields({
  origin,
  /** The city to which everything goes that has no other owner: named by the closed hub itself (`keys`). Null: it leaves nothing. */
  heir: nullable(origin),
  /** The last second of its log that anybody has read, Unix seconds: silent since. */
  lastSeen: uint,
  /** The order after its last certified one. Nobody signs it but who signs this document. */
  order: bytesUpTo(CLOSING_BYTES_MAX),
})
/** A hub that this document takes out of the federation, and the order that ends its chain. */
export type Closing = Infer<typeof closingSchema>

const placeSchema = fields({ slot: uint, order: bytesOf(32) })

const releaseSchema = fields({
  origin,
  /** The offences that end here, by their ids, ascending. */
  evidence: listOf(bytesOf(32), 16),
  /** Its log as everybody goes on with it: so many records, and the root over them. What was said against them before is settled. */
  size: uint,
  root: bytesOf(32),
  /** The order in its open slot that stands though no quorum could sign it; whatever else was signed there is void. */
  stands: nullable(placeSchema),
})
/** A hub whose freeze this document ends: which offences, and what of its log and its chain everybody goes on with. */
export type Release = Infer<typeof releaseSchema>

const renewalSchema = fields({
  origin,
  /** The log key's signature under the new card. */
  signature: bytesOf(64),
})
/** A member that votes with a new key from this document on. */
export type Renewal = Infer<typeof renewalSchema>

/** The last Global year that a document may name: records end before it. */
export const TERMS_FROM_MAX = 300

/** The version of the rules by which this program goes, and of the documents of those who go by them. */
export const RULES_VERSION = 1

const documentSchema = fields({
  format: literal(RULES_VERSION),
  version: uint,
  /** SHA-256 of the document before; 32 zero bytes in document 1. */
  previous: bytesOf(32),
  /** UTC midnight, seconds: day 0 of Global decay. The same in every version. */
  day0: uint,
  globalDecayPerMille: uint,
  conversion: fields({ numerator: uint, denominator: uint }),
  /** What one hub may issue in a protocol year, nominal Global milli. */
  issueYearlyMaxMilli: big,
  /** The Global year from which rate and yearly issue hold; in the years before it those of the documents before do. */
  termsFrom: uint,
  members: listOf(memberSchema, 128),
  closings: listOf(closingSchema, 8),
  releases: listOf(releaseSchema, 8),
  renewals: listOf(renewalSchema, 128),
})
export type FederationDocument = Infer<typeof documentSchema>

export const encodeDocument = (document: FederationDocument): Uint8Array => encodeAs(documentSchema, document)

/** Null unless canonical, self-consistent, and no hub, key or origin stands in it twice. */
export function parseDocument(bytes: Uint8Array): FederationDocument | null {
  const document = decodeAs(documentSchema, bytes)
  if (document === null || document.version < 1 || document.members.length === 0) return null
  if (document.day0 % 86_400 !== 0 || document.globalDecayPerMille > DECAY_PER_MILLE_MAX) return null
  if (document.termsFrom > TERMS_FROM_MAX || (document.version === 1 && document.termsFrom !== 0)) return null
  if (!isSoundRate(document.conversion) || document.issueYearlyMaxMilli > AGREED_MILLI_MAX) return null
  const seen = new Set<string>()
  for (const { card } of document.members) {
    if (!isSoundCard(card)) return null
    for (const name of [card.origin, toHex(card.hubId), toHex(card.voteKey), toHex(card.orderKey), toHex(card.peerKey)]) {
      if (seen.has(name)) return null
      seen.add(name)
    }
  }
  if (!document.closings.every((closing) => isSoundClosing(closing, document, seen))) return null
  return areSoundReleases(document) && areNamedOnce(document) ? document : null
}

/** Renewals of members, ascending by their places: one document has one spelling. */
function areNamedOnce({ renewals, members }: FederationDocument): boolean {
  const places = renewals.map(({ origin }) => members.findIndex(({ card }) => card.origin === origin))
  return places.every((place, i) => place > (places[i - 1] ?? -1))
}

/** Whether a document gives this member a new vote key. */
export const isRenewed = ({ renewals }: FederationDocument, hub: Origin): boolean => renewals.some(({ origin }) => origin === hub)

/** Of members, each once; the ids ascending, and some offence or nothing would end. */
function areSoundReleases({ releases, members }: FederationDocument): boolean {
  const released = releases.map((one) => one.origin)
  return new Set(released).size === released.length && releases.every(({ origin, evidence }) =>
    evidence.length > 0 && evidence.every((id, i) => i === 0 || compareBytes(evidence[i - 1]!, id) < 0)
    && members.some(({ card }) => card.origin === origin))
}

/** The order that this document lets stand in the open slot of a hub that it releases. */
export const standingIn = ({ releases }: FederationDocument, hub: Origin): Release['stands'] =>
  releases.find(({ origin }) => origin === hub)?.stands ?? null

/** True when a document is the certificate of this order: no votes, and nothing else stands in that slot. */
export function isStanding(document: FederationDocument, { origin, slot, order }: OrderPlace): boolean {
  const stands = standingIn(document, origin)
  return stands !== null && stands.slot === slot && equalBytes(stands.order, order)
}

/** `seen`: what names the members, and whom was closed before it in this document. */
function isSoundClosing({ origin, heir, order: bytes }: Closing, { members }: FederationDocument, seen: Set<string>): boolean {
  if (seen.has(origin)) return false
  seen.add(origin)
  const order = parseOrder(bytes)
  return order?.kind === 'close' && order.hub === origin && order.position === 0n && order.argument === null
    && (heir === null || members.some(({ card }) => card.origin === heir && card.community))
}

/**
 * Whose signatures a document can bear, by the places at which they stand: the members of the one before, also
 * those it closes, then those it adds and, with their new keys, those whose vote key it renews.
 */
export function signersOf(document: FederationDocument, before: FederationDocument | null): FederationMember[] {
  const old = before?.members ?? []
  const isOld = ({ card }: FederationMember): boolean =>
    !isRenewed(document, card.origin) && old.some((member) => member.card.origin === card.origin)
  return [...old, ...document.members.filter((member) => !isOld(member))]
}

/**
 * The voters of `before`, by their places, on whom the next document waits: `needed` of these. To add somebody takes a
 * quorum; to close somebody takes everybody else, since nobody of them could refuse it later; to release somebody takes
 * everybody, that hub too: whoever has taken something in that is to be void must have the word. New vote keys take everybody
 * who keeps the old one, or, if nobody does, everybody.
 */
export function deciders(document: FederationDocument, before: FederationDocument): { places: number[]; needed: number } {
  const { closings, releases, renewals } = document
  const out = renewals.length < before.members.length ? [...closings, ...renewals] : closings
  const isOut = (place: number): boolean => out.some(({ origin }) => origin === before.members[place]!.card.origin)
  const places = [...before.members.keys()].filter((place) => !isOut(place))
  const isForAll = closings.length + releases.length + renewals.length > 0
  return { places, needed: isForAll ? places.length : quorum(places.length) }
}

export const documentHash = (bytes: Uint8Array): Uint8Array => sha256(bytes)

/** A hub's signature under a document is over its hash, under context `fed`, in the scope of document 1. */
export const verifyDocumentSignature = (voteKey: Uint8Array, fedId: Uint8Array, hash: Uint8Array, signature: Uint8Array) =>
  verifyIn(voteKey, 'fed', fedId, hash, signature)

const frontierSchema = fields({
  format: literal(1),
  /** Hash of the proposed document that this report answers. */
  proposal: bytesOf(32),
  voter: uint,
  hubs: listOf(
    fields({
      origin,
      /** The last slot this voter holds a certificate for, with its orderId; null before slot 0. */
      certified: nullable(fields({ slot: uint, order: bytesOf(32) })),
      /** An order this voter voted for above that, if any: it may still be certified by others. */
      locked: nullable(fields({ slot: uint, order: bytesOf(32) })),
    }),
    128,
  ),
})
export type FrontierReport = Infer<typeof frontierSchema>
export const encodeReport = (report: FrontierReport): Uint8Array => encodeAs(frontierSchema, report)
export const parseReport = (bytes: Uint8Array): FrontierReport | null => decodeAs(frontierSchema, bytes)

export const outSchema = fields({
  xid: hexOf(32),
  destination: origin,
  to: hexOf(32),
  amount: big,
  /** Sequence number of the x.req in the source's log; of the x.in for a return. */
  request: uint,
  agreement: hexOf(16),
  memo: hexOf(32),
  /** The transfer that this one sends back, or null. */
  returns: nullable(hexOf(32)),
  /** The previous slot of this chain with an out to the same destination: no certificate can be skipped. */
  last: nullable(uint),
})
export type Out = Infer<typeof outSchema>
export const encodeOut = (out: Out): Uint8Array => encodeAs(outSchema, out)

export const tierSchema = listOf(fields({ upToMilli: big, signatures: uint }), 8)

const keysArgumentSchema = fields({
  logKey: bytesOf(32), orderKey: bytesOf(32), voteKey: bytesOf(32), cosignerKey: bytesOf(32), auditorKey: bytesOf(32),
  tiers: tierSchema,
  /** The will of this hub: the city that takes over what is its own when it is closed; null: it cannot be. */
  heir: nullable(origin),
  /** The Global day from which it may be closed though it is not silent, announced beforehand; null for none. */
  ends: nullable(uint),
})
export type KeysArgument = Infer<typeof keysArgumentSchema>
export const encodeKeysArgument = (argument: KeysArgument): Uint8Array => encodeAs(keysArgumentSchema, argument)
export type Will = Pick<KeysArgument, 'heir' | 'ends'>
export const noWill: Will = { heir: null, ends: null }
export const parseKeysArgument = (bytes: Uint8Array): KeysArgument | null => decodeAs(keysArgumentSchema, bytes)

const issueArgumentSchema = fields({ amount: big })
/** What an `issue` order adds to the pool, in base units. */
export const encodeIssueArgument = (amount: bigint): Uint8Array => encodeAs(issueArgumentSchema, { amount })
export const parseIssueArgument = (bytes: Uint8Array): bigint | null => decodeAs(issueArgumentSchema, bytes)?.amount ?? null

/** What a `burn` order takes out of the world, in base units; of the same form. */
export const encodeBurnArgument = encodeIssueArgument
export const parseBurnArgument = parseIssueArgument

const orderSchema = fields({
  format: literal(1),
  federation: bytesOf(32),
  hub: origin,
  slot: uint,
  /** orderId of the slot before; 32 zero bytes for slot 0. */
  previous: bytesOf(32),
  kind: oneOf('keys', 'issue', 'out', 'close', 'burn'),
  /** Global protocol day. */
  day: uint,
  /** Claim cursor: from each hub, every certificate up to this slot is spent by this chain from here on. */
  claims: listOf(fields({ hub: origin, slot: uint }), 128),
  outs: listOf(outSchema, 256),
  argument: nullable(bytesUpTo(4_096)),
  /** What this hub holds after this order, base units: a function of its own chain only. */
  position: big,
})
export type Order = Infer<typeof orderSchema>
export const ORDER_BYTES_MAX = 49_152
export const encodeOrder = (order: Order): Uint8Array => encodeAs(orderSchema, order)
export function parseOrder(bytes: Uint8Array): Order | null {
  return bytes.length > ORDER_BYTES_MAX ? null : decodeAs(orderSchema, bytes)
}
export const orderIdOf = (bytes: Uint8Array): Uint8Array => sha256(bytes)

/** One order's place: the hub whose chain it is of, its slot there, and its orderId. */
export type OrderPlace = { origin: Origin; slot: number; order: Uint8Array }

/** The place that an order, given with its bytes, takes in its hub's chain. */
export const placeOf = ({ hub, slot }: Order, bytes: Uint8Array): OrderPlace =>
  ({ origin: hub, slot, order: orderIdOf(bytes) })

/**
 * What a hub's order key signs, under context `order`: its name, the slot, the orderId. Not the
 * order itself, so that a signature proves *this hub ordered this at this slot* to somebody who has
 * no more than the orderId. The last 40 bytes have one length, so no two places share a payload.
 */
export const orderPayload = ({ origin, slot, order }: OrderPlace): Uint8Array =>
  concat(utf8(origin), Uint8Array.of(0), u64be(BigInt(slot)), order)

/** A hub's signature under the order at this place. @throws on a wrong length of secret or id. */
export const signOrder = (secret: Uint8Array, fedId: Uint8Array, place: OrderPlace): Uint8Array =>
  sign(secret, 'order', fedId, orderPayload(place))

/** True when the owner of this order key has said that this order stands at this place. */
export const isSignedOrder = (
  orderKey: Uint8Array, fedId: Uint8Array, place: OrderPlace, signature: Uint8Array,
): boolean => verifyIn(orderKey, 'order', fedId, orderPayload(place), signature)

/** Where an out goes that is for no member but for the common pool of a city: the account of 32 zero bytes. */
export const POOL_ACCOUNT: Hex = '0'.repeat(64)

/**
 * What a voter signs, under context `vote`: the place that the order takes, and the epoch it votes in. The place and not
 * the orderId alone, so that two votes for one slot convict without the orders. The last 48 bytes have one length.
 */
export const votePayload = (epoch: number, { origin, slot, order }: OrderPlace): Uint8Array =>
  concat(utf8(origin), Uint8Array.of(0), u64be(BigInt(slot)), u64be(BigInt(epoch)), order)

/** True when the owner of this vote key has voted, in that epoch, for this order at this place. */
export const isVoteFor = (
  voteKey: Uint8Array, fedId: Uint8Array, epoch: number, place: OrderPlace, signature: Uint8Array,
): boolean => verifyIn(voteKey, 'vote', fedId, votePayload(epoch, place), signature)

/** A certificate: an order and a quorum of votes of one epoch. Its identity is the orderId, never its votes. */
export type Certificate = { epoch: number; order: Uint8Array; signature: Uint8Array; votes: Vote[] }

/**
 * True when the votes are a quorum of `document`'s members over this order. A voter counts once and the
 * votes stand sorted by voter, so that one set of votes has one spelling.
 */
export function isCertified(certificate: Certificate, document: FederationDocument, fedId: Uint8Array): boolean {
  const { epoch, order: bytes, votes } = certificate
  const order = parseOrder(bytes)
  return order !== null && epoch === document.version && isQuorum(votes, placeOf(order, bytes), document, fedId)
}

/** The same of an order of which no more is known than its place, in the epoch of `document`. */
export function isQuorum(votes: Vote[], place: OrderPlace, document: FederationDocument, fedId: Uint8Array): boolean {
  if (votes.length < quorum(document.members.length)) return false
  return votes.every((vote, i) => {
    const voter = document.members[vote.voter]
    if (voter === undefined || (i > 0 && votes[i - 1]!.voter >= vote.voter)) return false
    return isVoteFor(voter.card.voteKey, fedId, document.version, place, vote.signature)
  })
}

const XID = utf8('cv/xid\0')
const RETURN = utf8('ret')

/** The transfer's name for ever: from the leaf hash of its x.req. */
export const xidOf = (fedId: Uint8Array, requestLeaf: Uint8Array): Hex => toHex(sha256(XID, fedId, requestLeaf))
/** The name of the transfer that sends `returned` back. */
export const returnXidOf = (fedId: Uint8Array, returned: Uint8Array): Hex => toHex(sha256(XID, fedId, RETURN, returned))
