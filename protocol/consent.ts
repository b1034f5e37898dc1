/**
 * What a hub answers when it is asked to agree to a document: it signs, would sign, will not, or is bound to another.
 *
 * A member agrees to nothing that its own stewards have not: each newcomer's card and each new key was pasted here, each
 * closing and release agreed to here and found right by this hub's own copies of the logs, and the terms are those that
 * were voted for here. A newcomer agrees to any document that takes it in beside a hub whose card its steward pasted.
 */
import { equalBytes } from '#ledger/bytes.ts'
import { decode } from '#ledger/codec.ts'
import {
  type Card, type Closing, deciders, documentHash, encodeCard, type FederationDocument, parseDocument, type Release, RULES_VERSION, signersOf,
} from '#ledger/federation/federation.ts'
import { cardOf } from '#ledger/state/state.ts'
import type { DocumentSignature, HelloRequest, Unwillingness } from './message.ts'
import { changeOf, freshIn, soundSignatures, type Agreed, type InForce } from './successor.ts'

/** What a hub knows when it is asked to agree. */
export type MemberView = {
  own: Card
  /** Its card with the vote key that it would have; null when its stewards want no other. */
  renewed: Card | null
  inForce: InForce | null
  /** This hub's steward has pasted exactly this card. */
  admits(card: Card): boolean
  /** A steward here has agreed on just these terms. */
  agreesOn(terms: Agreed): boolean
  /** Why this hub does not agree that one is closed so, or null: its steward and its copies of the logs do. */
  objectionTo(closing: Closing, document: FederationDocument): Unwillingness | null
  /** The same of a hub whose freeze is to end so. */
  objectionToRelease(release: Release): Unwillingness | null
  /** The document this hub has signed for a version, if any. */
  signedFor(version: number): { document: Uint8Array; signatures: DocumentSignature[] } | undefined
}

export type Agreement =
  /** `place`: at which its signature stands; `key`: with the vote key in force, or with the one that the document gives it. */
  | { type: 'sign'; version: number; hash: Uint8Array; place: number; key: 'old' | 'new' }
  | { type: 'willing' }
  | { type: 'consent'; hash: Uint8Array }
  | { type: 'not-willing'; because: Unwillingness }
  | { type: 'conflict'; document: Uint8Array; signatures: DocumentSignature[] }

/** A document by a version of the rules that this program does not know, however it goes on. */
function isOfOtherRules(document: Uint8Array): boolean {
  const items = decode(document)
  return Array.isArray(items) && typeof items[0] === 'bigint' && items[0] !== BigInt(RULES_VERSION)
}

type Asked = Extract<HelloRequest, { type: 'proposal' }>
const unwilling = (because: Unwillingness): Agreement => ({ type: 'not-willing', because })

/** Whether this hub signs a proposal, would, or will not; and what it is bound to already. */
export function agree(asked: Asked, view: MemberView): Agreement {
  const document = parseDocument(asked.document)
  if (document === null) return unwilling(isOfOtherRules(asked.document) ? 'other-rules' : 'terms')
  const { inForce } = view
  if (inForce === null || cardOf(inForce.document, view.own.origin) === undefined)
    return consent(asked, document, view)

  if (!equalBytes(asked.federation, inForce.federation)) return unwilling('version')
  if (document.version !== inForce.document.version + 1) return unwilling('version')
  const signed = view.signedFor(document.version)
  if (signed !== undefined && !equalBytes(signed.document, asked.document))
    return { type: 'conflict', ...signed }
  const change = changeOf(document, inForce)
  if (change === null || cardOf(document, view.own.origin) === undefined) return unwilling('terms')
  if (!change.newcomers.every(({ card }) => view.admits(card))) return unwilling('not-admitted')
  if (!change.renewed.every(({ card }) => isAgreed(card, view))) return unwilling('not-admitted')
  if (change.hasNewTerms && !view.agreesOn(document)) return unwilling('other-terms')
  for (const closing of change.closings) {
    const objection = view.objectionTo(closing, document)
    if (objection !== null) return unwilling(objection)
  }
  for (const release of change.releases) {
    const objection = view.objectionToRelease(release)
    if (objection !== null) return unwilling(objection)
  }
  if (asked.step === 'ask') return { type: 'willing' }

  const hash = documentHash(asked.document)
  const signers = signersOf(document, inForce.document)
  const held = soundSignatures(signers, hash, inForce.federation, asked.signatures)
  const first = inForce.document.members.length
  const fresh = freshIn(change)
  const own = fresh.findIndex(({ card }) => card.origin === view.own.origin)
  const isDecider = deciders(document, inForce.document).places.some((place) => inForce.document.members[place]!.card.origin === view.own.origin)
  const { version } = document
  // The new key first: with the old one only where nobody keeps his, and all have said yes.
  if (own >= 0 && !(isDecider && held.has(first + own))) return { type: 'sign', version, hash, place: first + own, key: 'new' }
  if (fresh.some((_, i) => !held.has(first + i))) return unwilling('signatures')
  const place = signers.findIndex(({ card }) => card.origin === view.own.origin)
  return { type: 'sign', version, hash, place, key: 'old' }
}

/** A new card that is as a steward here has pasted it, or, of this hub itself, as it has made it. */
const isAgreed = (card: Card, { own, renewed, admits }: MemberView): boolean =>
  card.origin === own.origin ? renewed !== null && equalBytes(encodeCard(renewed), encodeCard(card)) : admits(card)

/**
 * A newcomer agrees to any document that takes it in beside a hub whose card its steward has
 * pasted.
 */
function consent(
  asked: Asked,
  document: FederationDocument,
  { own, admits }: MemberView,
): Agreement {
  const self = cardOf(document, own.origin)
  if (self === undefined || !equalBytes(encodeCard(self), encodeCard(own)))
    return unwilling('terms')
  const invited = document.members.some(({ card }) => card.origin !== own.origin && admits(card))
  if (!invited) return unwilling('not-asked')
  return asked.step === 'ask'
    ? { type: 'willing' }
    : { type: 'consent', hash: documentHash(asked.document) }
}
