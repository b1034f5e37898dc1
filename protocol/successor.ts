/**
 * The documents that can follow the one in force: with one more member, without some that are gone, with the freeze of
 * some ended, with new vote keys, or with other terms; and the question which of these a document is.
 *
 * Each is the one before but for what it changes, and changes one kind of thing only: so whoever is asked to sign reads
 * at once what is asked, and the ledger has one rule for each (ledger, `rules/{federation,closing,release,renewal,terms}.ts`).
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes } from '#ledger/bytes.ts'
import { yearOfDay } from '#ledger/calendar.ts'
import {
  type Closing, deciders, documentHash, encodeDocument, type FederationDocument, type FederationMember, isRenewed, parseDocument,
  type Release, type SignedCard, signersOf, verifyDocumentSignature,
} from '#ledger/federation/federation.ts'
import { areRenewalsSound, keepsCard } from '#ledger/rules/renewal.ts'
import { areTermsSound, hasSameTerms } from '#ledger/rules/terms.ts'
import { TERMS_AHEAD_DAYS } from './limits.ts'
import type { DocumentSignature } from './message.ts'

/**
 * A document in force, with its hash, the federation's name (the hash of document 1), and all
 * documents so far, oldest first and this one last: certificates are of the epochs before, too.
 */
export type InForce = {
  federation: Uint8Array
  documents: readonly FederationDocument[]
  document: FederationDocument
  hash: Uint8Array
}

/** The terms every federation is founded on (ledger README, "Federations"). */
export const foundingTerms = {
  globalDecayPerMille: 50,
  conversion: { numerator: 1, denominator: 3 },
  issueYearlyMaxMilli: 30_000_000n,
  termsFrom: 0,
}

/** What the members of a federation agree on, and from which Global year rate and issue hold. */
export type Agreed = Pick<FederationDocument, 'globalDecayPerMille' | 'conversion' | 'issueYearlyMaxMilli' | 'termsFrom'>

/** The first Global year from which stewards may let new terms hold on this Global day: none that begins within 30 days, and none before what is agreed on already. */
export const firstTermsYear = ({ termsFrom }: FederationDocument, day: number): number =>
  Math.max(termsFrom, yearOfDay(day + TERMS_AHEAD_DAYS) + 1)

/** Document 1, of one hub. `day0`: UTC midnight of today, seconds. */
export function foundingDocument(member: FederationMember, day0: number): FederationDocument {
  return {
    format: 1,
    version: 1,
    previous: new Uint8Array(32),
    day0,
    ...foundingTerms,
    members: [member],
    closings: [],
    releases: [],
    renewals: [],
  }
}

/** The same, numbered as the next, and changing nothing yet. */
const following = ({ document, hash }: Pick<InForce, 'document' | 'hash'>): FederationDocument =>
  ({ ...document, version: document.version + 1, previous: hash, closings: [], releases: [], renewals: [] })

/**
 * The document after the one in force, with one more member, who comes last: places never change.
 */
export const successorOf = (before: Pick<InForce, 'document' | 'hash'>, newcomer: FederationMember): FederationDocument =>
  ({ ...following(before), members: [...before.document.members, newcomer] })

/** The document after the one in force, without the hubs that it closes. */
export function successorWithout(before: Pick<InForce, 'document' | 'hash'>, closings: Closing[]): FederationDocument {
  const isClosed = ({ card }: FederationMember): boolean => closings.some(({ origin }) => origin === card.origin)
  return { ...following(before), members: before.document.members.filter((member) => !isClosed(member)), closings }
}

/** The document after the one in force, in which the freeze of some hubs ends. */
export const successorReleasing = (before: Pick<InForce, 'document' | 'hash'>, releases: Release[]): FederationDocument =>
  ({ ...following(before), releases })

/** The document after the one in force, with other terms. */
export const successorAgreeing = (
  before: Pick<InForce, 'document' | 'hash'>,
  { globalDecayPerMille, conversion, issueYearlyMaxMilli, termsFrom }: Agreed,
): FederationDocument => ({ ...following(before), globalDecayPerMille, conversion, issueYearlyMaxMilli, termsFrom })

/** The document after the one in force, in which these members have new vote keys, as their new cards say. */
export function successorRenewing(
  before: Pick<InForce, 'document' | 'hash'>,
  cards: Pick<SignedCard, 'card' | 'signature'>[],
): FederationDocument {
  const { members } = before.document
  const newOf = (origin: Origin) => cards.find(({ card }) => card.origin === origin)
  return {
    ...following(before),
    members: members.map((member) => ({ ...member, card: newOf(member.card.origin)?.card ?? member.card })),
    renewals: members.flatMap(({ card: { origin } }) => {
      const renewed = newOf(origin)
      return renewed === undefined ? [] : [{ origin, signature: renewed.signature }]
    }),
  }
}

/** Whom and what a document changes: one of these, the others empty. */
export type Change = { newcomers: FederationMember[]; renewed: FederationMember[]; closings: Closing[]; releases: Release[]; hasNewTerms: boolean }

/** Who signs with a key that the document brings. */
export const freshIn = ({ newcomers, renewed }: Change): FederationMember[] => [...newcomers, ...renewed]

/**
 * Whom a document adds to the one in force, whom it closes, or whose freeze it ends; null when it does more than one of
 * these or none, or is not its successor in every other term.
 */
export function changeOf(document: FederationDocument, { document: before, documents, hash }: InForce): Change | null {
  const { closings, releases, renewals } = document
  const expected = successorWithout({ document: before, hash }, closings)
  const newcomers = document.members.slice(expected.members.length)
  const hasNewTerms = !hasSameTerms(document, before)
  const parts = [newcomers, closings, releases, renewals].filter((one) => one.length > 0).length
  if (parts + Number(hasNewTerms) !== 1 || !areTermsSound(document, before)) return null
  const terms = { ...successorAgreeing({ document: before, hash }, document), members: document.members }
  const whole = hasNewTerms ? terms : { ...expected, members: document.members, releases, renewals }
  if (!equalBytes(encodeDocument(document), encodeDocument(whole))) return null
  if (expected.members.length + closings.length !== before.members.length) return null
  const same = expected.members.every(({ card }, i) => card.origin === document.members[i]!.card.origin && keepsCard(document, card))
  const renewed = document.members.filter(({ card }) => isRenewed(document, card.origin))
  return same && areRenewalsSound(document, documents) ? { newcomers, renewed, closings, releases, hasNewTerms } : null
}

/**
 * The document as the one in force, when it follows that one and everybody has signed it who must: every newcomer, every
 * new key, and of the members as many as decide. Whether reports end the epoch before is not asked. Null for any other.
 */
export function agreedAfter(bytes: Uint8Array, signatures: DocumentSignature[], inForce: InForce): InForce | null {
  const document = parseDocument(bytes)
  const change = document === null ? null : changeOf(document, inForce)
  if (document === null || change === null) return null
  const hash = documentHash(bytes)
  const sound = soundSignatures(signersOf(document, inForce.document), hash, inForce.federation, signatures)
  const { places, needed } = deciders(document, inForce.document)
  const first = inForce.document.members.length
  const isComplete = freshIn(change).every((_, i) => sound.has(first + i)) && places.filter((place) => sound.has(place)).length >= needed
  return isComplete ? { federation: inForce.federation, documents: [...inForce.documents, document], document, hash } : null
}

/** The signatures under a document that verify, by place; a hub counts once. */
export function soundSignatures(
  signers: FederationMember[],
  hash: Uint8Array,
  federation: Uint8Array,
  signatures: DocumentSignature[],
): Map<number, Uint8Array> {
  const sound = new Map<number, Uint8Array>()
  for (const { hub, signature } of signatures) {
    const card = signers[hub]?.card
    if (card === undefined || sound.has(hub)) continue
    if (verifyDocumentSignature(card.voteKey, federation, hash, signature))
      sound.set(hub, signature)
  }
  return sound
}
