/**
 * How a federation is founded, how it grows, and how it goes on without a hub that is gone: the
 * hand-over from one document to the next.
 *
 * Document 1 is written by one hub alone. Every later one adds a hub that wants in, closes some
 * that are gone (ledger, `rules/closing.ts`), ends the freeze of some (`rules/release.ts`), gives some new vote keys
 * (`rules/renewal.ts`), or agrees on new terms (`rules/terms.ts`), and takes effect in two
 * steps: first the document is agreed to, then the old epoch is closed by its voters'
 * *frontier reports*, each saying how far it saw every chain. From its report on a voter is silent
 * until the new document is in force, so nothing can become certain in the old epoch that the
 * reports do not show. Each claim of a report comes with its proof, and a report without is as good
 * as none: it is asked for again, and the others make the quorum.
 *
 * To close a hub takes all the others, not a quorum, in every phase; the hub itself is not asked. To end a freeze takes all,
 * and that hub too. New vote keys take all who keep theirs, and the new keys; if nobody does, all with both.
 *
 * Any member whose steward has admitted the newcomer coordinates; several may at once, and any may
 * take over:
 *
 *   phase      what is asked, of whom                     until                        then
 *   asking     newcomers: sign (consent)                  all have, and a quorum of    signing
 *              members: would you?  (binds nobody)        members would
 *   signing    members in the order of the document,      a quorum of members has      reporting
 *              one after the other: sign (binds)          signed
 *   reporting  all members: your report                   a quorum has reported        active
 *   yielded    – a member is bound to another document: that one is carried on instead
 *   active     – the document with its signatures and reports is recorded by every member
 *
 * Why this order. A member signs one document a version, ever, so a document that some have signed
 * and the rest never will would bar all growth. Hence newcomers consent first (their signature
 * binds them to nothing else), and members say beforehand whether they would sign: what a steward
 * has admitted stays admitted, so whoever would, will. Two coordinators with two documents meet at
 * the first member of the document, who signs one; the other learns of it there. A coordinator who
 * meets a member bound to another document
 *
 *   carries the other on   when more members have signed it, or as many and its hash is the lower
 *   passes the member over otherwise, like one that is silent
 *
 * With two or three members everybody has to sign, so nobody is passed over and two documents can
 * never split the signatures. From four on a network cut at that moment can split them: then
 * membership stands still until people agree which document lives. Settlement never does.
 */
import type { OrderEvidence, Origin } from '#ledger/action.ts'
import { compareBytes, equalBytes, fromHex } from '#ledger/bytes.ts'
import { yearOfDay } from '#ledger/calendar.ts'
import {
  type Card, type Certificate, type Closing, deciders, documentHash, encodeCard, encodeDocument,
  type FederationDocument, type FederationMember, type FrontierReport, parseDocument, parseOrder,
  isRenewed, parseReport, placeOf, quorum, type Release, type SignedCard, signersOf, verifyDocumentSignature,
} from '#ledger/federation/federation.ts'
import { areRenewalsSound, keepsCard } from '#ledger/rules/renewal.ts'
import { areTermsSound, hasSameTerms } from '#ledger/rules/terms.ts'
import { areProved, dissent, type Ending, gathered, readReport } from '#ledger/rules/federation.ts'
import { cardOf, type Slot } from '#ledger/state/state.ts'
import { retryAfterMs, TERMS_AHEAD_DAYS } from './limits.ts'
import type {
  Activation, DocumentSignature, HelloAnswer, HelloRequest, ProvedReport, SlotVote,
  Unwillingness,
} from './message.ts'

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

/**
 * The document after the one in force, with one more member, who comes last: places never change.
 */
export function successorOf(
  { document, hash }: Pick<InForce, 'document' | 'hash'>,
  newcomer: FederationMember,
): FederationDocument {
  return {
    ...document,
    version: document.version + 1,
    previous: hash,
    members: [...document.members, newcomer],
    closings: [],
    releases: [],
    renewals: [],
  }
}

/** The document after the one in force, without the hubs that it closes. */
export function successorWithout(
  { document, hash }: Pick<InForce, 'document' | 'hash'>,
  closings: Closing[],
): FederationDocument {
  const isClosed = ({ card }: FederationMember): boolean =>
    closings.some(({ origin }) => origin === card.origin)
  return {
    ...document,
    version: document.version + 1,
    previous: hash,
    members: document.members.filter((member) => !isClosed(member)),
    closings,
    releases: [],
    renewals: [],
  }
}

/** The document after the one in force, in which the freeze of some hubs ends. */
export const successorReleasing = (
  { document, hash }: Pick<InForce, 'document' | 'hash'>,
  releases: Release[],
): FederationDocument => ({ ...document, version: document.version + 1, previous: hash, closings: [], releases, renewals: [] })

/** The document after the one in force, with other terms. */
export const successorAgreeing = (
  { document, hash }: Pick<InForce, 'document' | 'hash'>,
  { globalDecayPerMille, conversion, issueYearlyMaxMilli, termsFrom }: Agreed,
): FederationDocument => ({
  ...document, version: document.version + 1, previous: hash, closings: [], releases: [], renewals: [],
  globalDecayPerMille, conversion, issueYearlyMaxMilli, termsFrom,
})

/** The document after the one in force, in which these members have new vote keys, as their new cards say. */
export function successorRenewing(
  { document, hash }: Pick<InForce, 'document' | 'hash'>,
  cards: Pick<SignedCard, 'card' | 'signature'>[],
): FederationDocument {
  const newOf = (origin: Origin) => cards.find(({ card }) => card.origin === origin)
  return {
    ...document, version: document.version + 1, previous: hash, closings: [], releases: [],
    members: document.members.map((member) => ({ ...member, card: newOf(member.card.origin)?.card ?? member.card })),
    renewals: document.members.flatMap(({ card: { origin } }) => {
      const renewed = newOf(origin)
      return renewed === undefined ? [] : [{ origin, signature: renewed.signature }]
    }),
  }
}

// ---- what a hub answers -------------------------------------------------------------------------

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

type Asked = Extract<HelloRequest, { type: 'proposal' }>
const unwilling = (because: Unwillingness): Agreement => ({ type: 'not-willing', because })

/** Whether this hub signs a proposal, would, or will not; and what it is bound to already. */
export function agree(asked: Asked, view: MemberView): Agreement {
  const document = parseDocument(asked.document)
  if (document === null) return unwilling('terms')
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

type Change = { newcomers: FederationMember[]; renewed: FederationMember[]; closings: Closing[]; releases: Release[]; hasNewTerms: boolean }

/** Who signs with a key that the document brings. */
const freshIn = ({ newcomers, renewed }: Change): FederationMember[] => [...newcomers, ...renewed]

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

/** The signatures that verify, by place; a hub counts once. */
function soundSignatures(
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

/**
 * Whether a proposal has what it takes to end the epoch in force: the consent of every newcomer and new key and
 * of as many members as decide. Answers its hash and this hub's place among the old voters, or null.
 */
export function endsEpoch(
  document: Uint8Array,
  signatures: DocumentSignature[],
  inForce: InForce,
  own: Origin,
): { version: number; hash: Uint8Array; voter: number } | null {
  const parsed = parseDocument(document)
  const voter = inForce.document.members.findIndex(({ card }) => card.origin === own)
  if (parsed === null || voter < 0) return null
  const change = changeOf(parsed, inForce)
  if (change === null) return null
  const hash = documentHash(document)
  const signers = signersOf(parsed, inForce.document)
  const sound = soundSignatures(signers, hash, inForce.federation, signatures)
  const { places, needed } = deciders(parsed, inForce.document)
  const old = inForce.document.members.length
  const complete = freshIn(change).every((_, i) => sound.has(old + i))
  return complete && places.includes(voter) && places.filter((place) => sound.has(place)).length >= needed
    ? { version: parsed.version, hash, voter }
    : null
}

/**
 * What a voter has seen of one chain: the slots it has read, the certificate of the last certified
 * one (null without one), and its own highest vote.
 */
export type ChainSeen = {
  origin: Origin
  slots: readonly Slot[]
  certificate: Certificate | null
  last: SlotVote | undefined
}

/**
 * The frontier report of a voter, and what proves it: of every chain it has seen anything of, the
 * last certificate and the vote above it. Null while it has not read, to the slot before, a chain
 * it voted on: it has lost its copy of that log, must not report less than it knew, and cannot
 * prove more than it holds.
 */
export function reportOf(
  { documents }: InForce,
  proposal: Uint8Array,
  voter: number,
  chains: ChainSeen[],
): { report: FrontierReport; evidence: OrderEvidence[] } | null {
  const hubs: FrontierReport['hubs'] = []
  const evidence: OrderEvidence[] = []
  for (const { origin, slots, certificate, last } of chains) {
    const read = slots.findLast((slot) => slot.certified)
    const certified =
      read === undefined ? null : { slot: read.order.slot, order: fromHex(read.orderId)! }
    const vote = last !== undefined && last.slot > (certified?.slot ?? -1) ? last : null
    if (vote !== null && !followsOn(vote, certified)) return null
    const locked = vote === null ? null : placeOf(parseOrder(vote.order)!, vote.order)
    if (certified === null && locked === null) continue
    hubs.push({
      origin,
      certified,
      locked: locked === null ? null : { slot: locked.slot, order: locked.order },
    })
    if (certified !== null) {
      const { epoch, signature, votes } = certificate!
      const needed = quorum(documents[epoch - 1]!.members.length)
      evidence.push({ origin, ...certified, signature, epoch, votes: votes.slice(0, needed) })
    }
    if (vote !== null && locked !== null)
      evidence.push({ ...locked, signature: vote.signature, epoch: null, votes: [] })
  }
  return { report: { format: 1, proposal, voter, hubs }, evidence: gathered([evidence]) }
}

/** Whether a vote is for the order right after the certified one, or for the first of a chain. */
function followsOn(vote: SlotVote, certified: { slot: number; order: Uint8Array } | null): boolean {
  if (certified === null) return vote.slot === 0
  const { previous } = parseOrder(vote.order)!
  return vote.slot === certified.slot + 1 && equalBytes(previous, certified.order)
}

// ---- the coordinator ----------------------------------------------------------------------------

export type Handover = {
  phase: 'asking' | 'signing' | 'reporting' | 'active' | 'yielded'
  inForce: InForce
  /** The proposed document as it will be recorded, and read. */
  proposal: Uint8Array
  document: FederationDocument
  hash: Uint8Array
  /** Who can sign it, by place: the members in force, then the newcomers. */
  signers: FederationMember[]
  /** The `keys` orders in which the hubs that it closes say who inherits, each certified. */
  wills: Certificate[]
  willing: ReadonlySet<number>
  signatures: ReadonlyMap<number, Uint8Array>
  /** Members passed over in this round of signing. */
  silent: ReadonlySet<number>
  reports: ReadonlyMap<number, ProvedReport>
  tries: ReadonlyMap<number, number>
}

export type HandoverInput =
  { type: 'answered'; hub: number; answer: HelloAnswer } | { type: 'failed'; hub: number }

export type HandoverEffect =
  /** `hub` is the place in the proposed document; our own place is asked like any other. */
  | { type: 'call'; hub: number; request: HelloRequest; afterMs: number }
  | { type: 'adopt'; activation: Activation }
  /** A member's report is not taken: said to people, and the member is asked again. */
  | { type: 'refused'; hub: number; because: ReportFault }
  | { type: 'yield'; document: Uint8Array; signatures: DocumentSignature[] }

/** Not in order (another proposal, another voter, unsigned …), or a claim in it without proof. */
export type ReportFault = 'unsound' | 'unproved'

type Turn = [Handover, HandoverEffect[]]

/**
 * Begins, or begins again: everything that is asked may be asked twice. Null for no successor of
 * `inForce`.
 */
export function begin(inForce: InForce, proposal: Uint8Array, wills: Certificate[] = []): Turn | null {
  const document = parseDocument(proposal)
  if (document === null || changeOf(document, inForce) === null) return null
  const signers = signersOf(document, inForce.document)
  const h: Handover = {
    phase: 'asking',
    inForce,
    proposal,
    document,
    hash: documentHash(proposal),
    signers,
    wills,
    willing: new Set(),
    silent: new Set(),
    signatures: new Map(),
    reports: new Map(),
    tries: new Map(),
  }
  const asked = [...signers.keys()].filter((hub) => !isOld(h, hub) || voters(h).includes(hub))
  return [h, asked.map((hub) => call(h, hub, 0))]
}

/** One turn of the coordinator. */
export function step(h: Handover, input: HandoverInput): Turn {
  if (h.phase === 'active' || h.phase === 'yielded') return [h, []]
  if (
    input.type === 'answered' &&
    input.answer.type === 'conflict' &&
    givesWayTo(h, input.hub, input.answer)
  ) {
    const { document, signatures } = input.answer
    return [{ ...h, phase: 'yielded' }, [{ type: 'yield', document, signatures }]]
  }
  if (h.phase === 'asking') return asking(h, input)
  return h.phase === 'signing' ? signing(h, input) : reporting(h, input)
}

/** Whether the document that `hub` shows it is bound to is the one to carry on. */
function givesWayTo(
  h: Handover,
  hub: number,
  other: { document: Uint8Array; signatures: DocumentSignature[] },
): boolean {
  const document = parseDocument(other.document)
  if (h.phase === 'reporting' || document === null || changeOf(document, h.inForce) === null)
    return false
  const hash = documentHash(other.document)
  const signers = signersOf(document, h.inForce.document)
  const sound = [...soundSignatures(signers, hash, h.inForce.federation, other.signatures).keys()]
  if (!sound.includes(hub)) return false
  const theirs = sound.filter((place) => isOld(h, place)).length
  const ours = oldSigned(h)
  return theirs === ours ? compareBytes(hash, h.hash) < 0 : theirs > ours
}

function asking(h: Handover, input: HandoverInput): Turn {
  const { hub } = input
  const answer = input.type === 'answered' ? input.answer : null
  if (answer?.type === 'willing' && voters(h).includes(hub))
    return advance({ ...h, willing: new Set(h.willing).add(hub) })
  if (answer?.type === 'signature' && !isOld(h, hub) && isSignature(h, hub, answer.signature)) {
    return advance(signed(h, hub, answer.signature))
  }
  return again(h, hub)
}

/**
 * From asking to signing as soon as nobody can be left waiting for a signature that will not come.
 */
function advance(h: Handover): Turn {
  const consented = h.signers.every((_, hub) => isOld(h, hub) || h.signatures.has(hub))
  if (!consented || h.willing.size < needed(h)) return [h, []]
  const next: Handover = { ...h, phase: 'signing' }
  return [next, [call(next, firstUnsigned(next)!, 0)]]
}

function signing(h: Handover, input: HandoverInput): Turn {
  const { hub } = input
  if (!isOld(h, hub) || h.signatures.has(hub)) return [h, []]
  const answer = input.type === 'answered' ? input.answer : null
  if (answer?.type === 'signature' && isSignature(h, hub, answer.signature)) {
    const next = signed(h, hub, answer.signature)
    if (oldSigned(next) < needed(next)) return [next, callNext(next)]
    const closing: Handover = { ...next, phase: 'reporting' }
    return [closing, voters(closing).map((voter) => call(closing, voter, 0))]
  }
  // An answer that comes late, to what was asked before everybody consented, is no silence.
  if (answer?.type === 'willing' || firstUnsigned(h) !== hub) return [h, []]
  const silent = new Set(h.silent).add(hub)
  if (voters(h).length - silent.size >= needed(h)) {
    const next = { ...h, silent }
    return [next, callNext(next)]
  }
  // Too few are left to pass anybody over: begin the round again.
  return again({ ...h, silent: new Set() }, firstUnsigned({ ...h, silent: new Set() })!)
}

function reporting(h: Handover, input: HandoverInput): Turn {
  const { hub } = input
  if (!isOld(h, hub) || h.reports.has(hub)) return [h, []]
  const answer = input.type === 'answered' ? input.answer : null
  if (answer?.type !== 'report') return again(h, hub)
  const because = faultOf(h, hub, answer)
  if (because !== null) {
    const [next, effects] = again(h, hub)
    return [next, [{ type: 'refused', hub, because }, ...effects]]
  }
  const { report, signature, evidence } = answer
  const reports = new Map(h.reports).set(hub, { report, signature, evidence })
  const next: Handover = { ...h, reports }
  const agreed = agreeing([...reports], reports.size - needed(h))
  if (agreed === null) return [next, []]
  return [{ ...next, phase: 'active' }, [{ type: 'adopt', activation: activationOf(next, agreed) }]]
}

/**
 * The reports without any two that hold different certificates for one slot; at most `spare` are
 * left out, or it is null. Who lied cannot be told from two such reports, so both ways are tried:
 * the ledger refuses them side by side, and whoever lied must not keep the others waiting.
 */
function agreeing(
  reports: [number, ProvedReport][],
  spare: number,
): [number, ProvedReport][] | null {
  if (spare < 0) return null
  const pair = dissent(reports.map(([, { report }]) => parseReport(report)!))
  if (pair === null) return reports
  for (const place of pair) {
    const rest = agreeing(reports.toSpliced(place, 1), spare - 1)
    if (rest !== null) return rest
  }
  return null
}

function activationOf(
  { proposal, signatures, wills }: Handover,
  reports: [number, ProvedReport][],
): Activation {
  return {
    document: proposal,
    signatures: [...signatures]
      .sort(([a], [b]) => a - b)
      .map(([hub, signature]) => ({ hub, signature })),
    reports: reports
      .toSorted(([a], [b]) => a - b)
      .map(([, { report, signature }]) => ({ report, signature })),
    evidence: gathered(reports.map(([, { evidence }]) => evidence)),
    wills,
  }
}

/** What this phase asks of a hub. */
function call(h: Handover, hub: number, afterMs: number): HandoverEffect {
  const signatures = [...h.signatures].map(([hub, signature]) => ({ hub, signature }))
  const step = h.phase === 'signing' || !isOld(h, hub) ? ('sign' as const) : ('ask' as const)
  const request: HelloRequest =
    h.phase === 'reporting'
      ? { type: 'report', document: h.proposal, signatures }
      : {
          type: 'proposal',
          step,
          federation: h.inForce.federation,
          document: h.proposal,
          signatures,
        }
  return { type: 'call', hub, request, afterMs }
}

function callNext(h: Handover): HandoverEffect[] {
  const hub = firstUnsigned(h)
  return hub === undefined ? [] : [call(h, hub, 0)]
}

function again(h: Handover, hub: number): Turn {
  const tries = h.tries.get(hub) ?? 0
  const next = { ...h, tries: new Map(h.tries).set(hub, tries + 1) }
  return [next, [call(next, hub, retryAfterMs(tries))]]
}

const signed = (h: Handover, hub: number, signature: Uint8Array): Handover => ({
  ...h,
  signatures: new Map(h.signatures).set(hub, signature),
})

const isOld = (h: Handover, hub: number): boolean => hub < h.inForce.document.members.length
const needed = (h: Handover): number => deciders(h.document, h.inForce.document).needed
const voters = (h: Handover): number[] => deciders(h.document, h.inForce.document).places
const oldSigned = (h: Handover): number => voters(h).filter((hub) => h.signatures.has(hub)).length
const firstUnsigned = (h: Handover): number | undefined =>
  voters(h).find((hub) => !h.signatures.has(hub) && !h.silent.has(hub))

function isSignature(h: Handover, hub: number, signature: Uint8Array): boolean {
  const card = h.signers[hub]?.card
  return (
    card !== undefined &&
    verifyDocumentSignature(card.voteKey, h.inForce.federation, h.hash, signature)
  )
}

/** Why a report is not taken; asked with the very checks that the ledger will make. */
function faultOf(h: Handover, hub: number, answer: ProvedReport): ReportFault | null {
  const { federation, documents } = h.inForce
  const ending: Ending = { federation, documents, proposal: h.hash }
  const report = readReport(answer, ending)
  if (report === null || report.voter !== hub) return 'unsound'
  return areProved([report], answer.evidence, ending) ? null : 'unproved'
}
