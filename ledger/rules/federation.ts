/**
 * How this hub takes note of a federation and of each change of it: `fed.adopted`.
 *
 * The record holds the whole document with everything that makes it binding, so that replay needs
 * nobody's word. Document 1 is signed by all its members. Document n+1 is signed by a quorum of the
 * voters of n and by every hub that is new in it, and comes with a quorum of the old voters'
 * frontier reports: each says, for good, how far it saw every hub's chain, and stops voting in the
 * old epoch. What those reports list as certified or locked is all that a certificate of the ended
 * epoch can still count for. No report is believed: what it lists counts only with the evidence for
 * it, or one voter that lies could put an order that never was into an honest hub's next slot.
 *
 * A hub that joins later records the documents from the first one on, in order, also those it does
 * not stand in: it has to know the old epochs' keys, and this way the federation's history is as
 * checkable in its log as in any other. It writes no order before a document that holds its own
 * card.
 *
 * A document adds members, closes some (`federation/closing.ts`), ends the freeze of some (`release.ts`), gives some new vote
 * keys (`renewal.ts`), or agrees on new terms (`terms.ts`), from a year to come. It changes no other key.
 */
import type { ActionOf, OrderEvidence, Origin } from '../action.ts'
import { compareBytes, equalBytes, toHex, utf8 } from '../bytes.ts'
import {
  deciders, type FederationDocument, type FrontierReport, documentHash, isQuorum, isSignedOrder, isStanding,
  type OrderPlace, parseDocument, parseReport, quorum, signersOf, verifyDocumentSignature,
} from '../federation/federation.ts'
import { verifyIn } from '../keys.ts'
import type { Refusal } from '../refusal.ts'
import type { Frontier } from '../state/between.ts'
import { type At, cardOf, currentDocument, globalDay, type State } from '../state/state.ts'
import { applyClosings, checkClosings, closedFrontiers } from './closing.ts'
import { areRenewalsSound, keepsCard } from './renewal.ts'
import { applyReleases, checkReleases, releasedFrontiers } from './release.ts'
import { inheritReturns } from './suspense.ts'
import { areTermsSound } from './terms.ts'
import { trustByDefault } from './trust.ts'

type Adopted = ActionOf<'fed.adopted'>

const ZEROS = new Uint8Array(32)

export function checkAdopted(state: State, adopted: Adopted, at: At): Refusal | null {
  const document = parseDocument(adopted.document)
  if (document === null) return { code: 'bad-document' }
  const documents = state.federation?.documents ?? []
  const expected = documents.length + 1
  if (document.version !== expected) return { code: 'wrong-version', expected }
  if (!ownCardStands(state, document)) return { code: 'not-in-document' }

  const last = documents[documents.length - 1]
  if (last === undefined) {
    // Global days are counted from day 0, and no record stands before it.
    if (!equalBytes(document.previous, ZEROS) || document.day0 > at.ts) return { code: 'bad-document' }
    // Nobody voted before there was a federation; what is not asked about must not stand in the record.
    const { reports, evidence, wills } = adopted
    const endsSomething = document.closings.length + document.releases.length + document.renewals.length > 0
    if (reports.length > 0 || evidence.length > 0 || wills.length > 0 || endsSomething) return { code: 'bad-document' }
  } else if (!equalBytes(document.previous, last.hash) || !continues(document, documents.map((one) => one.document))) {
    return { code: 'bad-document' }
  }
  const unsigned = checkSignatures(state, adopted, document)
  if (unsigned !== null || last === undefined) return unsigned
  const unreported = checkReports(state, adopted, document)
  if (unreported !== null) return unreported
  const frontiers = frontiersOf(reportsIn(adopted))
  return checkClosings(state, adopted, document, frontiers, at) ?? checkReleases(state, document, frontiers)
}

/** Only after a null from `checkAdopted`. */
export function applyAdopted(state: State, adopted: Adopted, at: At): void {
  const document = parseDocument(adopted.document)!
  const hash = documentHash(adopted.document)
  const frontiers = releasedFrontiers(closedFrontiers(frontiersOf(reportsIn(adopted)), document), document)
  state.federation ??= { id: hash, day0: document.day0, documents: [] }
  state.federation.documents.push({ document, hash, frontiers })

  const day = globalDay(state.federation, at.ts)
  for (const { card } of document.members) {
    if (card.origin === state.hub.origin || state.inbound.has(card.origin)) continue
    state.inbound.set(card.origin, { last: null, claimed: null, unclaimed: 0n })
    trustByDefault(state, card.origin, day)
  }
  applyClosings(state, document, at)
  applyReleases(state, document, at)
  inheritReturns(state)
}

const reportsIn = ({ reports }: Adopted): FrontierReport[] => reports.map(({ report }) => parseReport(report)!)

/**
 * Absent is well (a hub that follows the chain before it joins); under our name or id but not us is
 * not.
 */
function ownCardStands(state: State, document: FederationDocument): boolean {
  const { id, origin, logKey, orderKey } = state.hub
  const ours = document.members.filter(({ card }) => card.origin === origin || equalBytes(card.hubId, id))
  return ours.every(
    ({ card }) =>
      card.origin === origin && equalBytes(card.hubId, id) &&
      equalBytes(card.logKey, logKey) && equalBytes(card.orderKey, orderKey),
  )
}

/**
 * Terms that may follow, and every member of before with the card it had, or with a new vote key, or closed. Who was closed never comes back: what
 * its voters and its chain are bound to has no number that could be used again. It founds anew.
 */
function continues(document: FederationDocument, documents: FederationDocument[]): boolean {
  const before = documents[documents.length - 1]!
  const isClosed = (origin: Origin): boolean => document.closings.some((closing) => closing.origin === origin)
  const cameBack = documents.some(({ closings }) =>
    closings.some(({ origin }) => cardOf(document, origin) !== undefined || isClosed(origin)))
  if (cameBack || document.closings.some(({ origin }) => cardOf(before, origin) === undefined)) return false
  if (document.day0 !== before.day0 || !areTermsSound(document, before)) return false
  return areRenewalsSound(document, documents) && before.members.every(({ card }) => isClosed(card.origin) || keepsCard(document, card))
}

/**
 * Every new member, and of the old ones as many as decide, each over the document's hash with its vote
 * key.
 */
function checkSignatures(state: State, adopted: Adopted, document: FederationDocument): Refusal | null {
  const { signatures } = adopted
  const hash = documentHash(adopted.document)
  const federation = state.federation
  const before = federation === null ? null : currentDocument(federation)
  const signers = signersOf(document, before)
  const first = before?.members.length ?? 0
  const { places, needed: oldNeeded } = before === null ? { places: [], needed: 0 } : deciders(document, before)

  const newcomers = signers.length - first
  let old = 0
  let fresh = 0
  for (const [i, { hub, signature }] of signatures.entries()) {
    const card = signers[hub]?.card
    // Ascending places: a hub that signs twice is counted once.
    if (card === undefined || (i > 0 && signatures[i - 1]!.hub >= hub)) break
    if (hub < first && !places.includes(hub)) break
    if (!verifyDocumentSignature(card.voteKey, federation?.id ?? hash, hash, signature)) break
    if (hub < first) old += 1
    else fresh += 1
  }
  const complete = old + fresh === signatures.length && old >= oldNeeded && fresh === newcomers
  return complete ? null : { code: 'signatures-missing', needed: oldNeeded + newcomers, got: old + fresh }
}

/**
 * Reports of as many old voters as decide, each answering exactly this proposal and proving what it
 * says, and none of two minds with another.
 */
function checkReports(state: State, { document: bytes, reports, evidence }: Adopted, document: FederationDocument): Refusal | null {
  const { id, documents } = state.federation!
  const ending = { federation: id, documents: documents.map((one) => one.document), proposal: documentHash(bytes) }
  const { places, needed } = deciders(document, lastOf(ending))
  const sound: FrontierReport[] = []
  for (const signed of reports) {
    const report = readReport(signed, ending)
    const previous = sound[sound.length - 1]
    if (report === null || !places.includes(report.voter)) break
    if (previous !== undefined && previous.voter >= report.voter) break
    sound.push(report)
  }
  if (sound.length !== reports.length || sound.length < needed) {
    return { code: 'reports-missing', needed, got: sound.length }
  }
  return areProved(sound, evidence, ending) && dissent(sound) === null ? null : { code: 'bad-document' }
}

/** An epoch about to end: the documents so far, oldest first, and the hash of the one proposed. */
export type Ending = { federation: Uint8Array; documents: readonly FederationDocument[]; proposal: Uint8Array }

const lastOf = ({ documents }: Ending): FederationDocument => documents[documents.length - 1]!

/**
 * A frontier report that is in order: on this proposal, by the voter it names, about hubs of the
 * document that ends, each once, and a vote only for the slot after the last certified one. Else
 * null. Whether it is true is another question (`areProved`).
 */
export function readReport(
  { report: bytes, signature }: { report: Uint8Array; signature: Uint8Array }, ending: Ending,
): FrontierReport | null {
  const report = parseReport(bytes)
  const voter = report === null ? undefined : lastOf(ending).members[report.voter]
  if (report === null || voter === undefined || !equalBytes(report.proposal, ending.proposal)) return null
  if (!isConsistent(report, lastOf(ending))) return null
  return verifyIn(voter.card.voteKey, 'front', ending.federation, bytes, signature) ? report : null
}

function isConsistent(report: FrontierReport, before: FederationDocument): boolean {
  const named = new Set(report.hubs.map((hub) => hub.origin))
  if (named.size !== report.hubs.length) return false
  return report.hubs.every(({ origin, certified, locked }) => {
    if (cardOf(before, origin) === undefined) return false
    return locked === null || locked.slot === (certified === null ? 0 : certified.slot + 1)
  })
}

/**
 * True when these rows prove these reports: in order and each once, every row good and claimed by
 * some report, and every claim with its row. A certificate also proves a lock: it holds the same
 * signature of the hub.
 */
export function areProved(reports: FrontierReport[], rows: OrderEvidence[], ending: Ending): boolean {
  if (rows.some((row, i) => i > 0 && comparePlaces(rows[i - 1]!, row) >= 0)) return false
  const byPlace = new Map(rows.map((row) => [nameOf(row), row]))
  const claimed = new Set<OrderEvidence>()
  for (const { origin, certified, locked } of reports.flatMap((report) => report.hubs)) {
    for (const claim of [certified, locked]) {
      const row = claim === null ? undefined : byPlace.get(nameOf({ origin, ...claim }))
      if (claim !== null && (row === undefined || (claim === certified && row.epoch === null))) return false
      if (row !== undefined) claimed.add(row)
    }
  }
  return claimed.size === rows.length && rows.every((row) => isProof(row, ending))
}

/**
 * Signed by the hub's order key and, as a certificate, by exactly a quorum of an epoch in which the
 * hub was a member: more votes prove no more, and all rows share one record.
 */
function isProof(row: OrderEvidence, ending: Ending): boolean {
  const { origin, signature, epoch, votes } = row
  const { federation, documents } = ending
  const card = cardOf(lastOf(ending), origin)
  if (card === undefined || !isSignedOrder(card.orderKey, federation, row, signature)) return false
  if (epoch === null) return votes.length === 0
  const document = documents[epoch - 1]
  if (document === undefined || cardOf(document, origin) === undefined) return false
  // An order that a document let stand has that document for its certificate.
  if (votes.length === 0) return isStanding(document, row)
  return votes.length === quorum(document.members.length) && isQuorum(votes, row, document, federation)
}

/**
 * The evidence of several reports as one list: each place once, a certificate rather than the bare
 * order.
 */
export function gathered(lists: OrderEvidence[][]): OrderEvidence[] {
  const byPlace = new Map<string, OrderEvidence>()
  for (const row of lists.flat()) {
    const known = byPlace.get(nameOf(row))
    if (known === undefined || known.epoch === null) byPlace.set(nameOf(row), row)
  }
  return [...byPlace.values()].sort(comparePlaces)
}

const nameOf = ({ origin, slot, order }: OrderPlace): string => `${slot} ${toHex(order)} ${origin}`

/** By the bytes of the origin, then slot, then orderId. */
const comparePlaces = (a: OrderPlace, b: OrderPlace): number =>
  compareBytes(utf8(a.origin), utf8(b.origin)) || a.slot - b.slot || compareBytes(a.order, b.order)

/**
 * Two of these reports (their places in the list) that hold different certificates for one slot, or
 * null. Where both are proved more voters lied than the quorum bears, and people have to look.
 */
export function dissent(reports: FrontierReport[]): [number, number] | null {
  const first = new Map<string, { order: string; by: number }>()
  for (const [by, { hubs }] of reports.entries()) {
    for (const { origin, certified } of hubs) {
      if (certified === null) continue
      const place = `${certified.slot} ${origin}`
      const order = toHex(certified.order)
      const known = first.get(place)
      if (known === undefined) first.set(place, { order, by })
      else if (known.order !== order) return [known.by, by]
    }
  }
  return null
}

/**
 * How far each hub's chain is fixed, by reports without dissent: the highest certified slot that
 * anybody reports, and the order voted for above it. Two different votes for one slot only mean
 * that the hub signed two orders there: neither is a lock.
 */
function frontiersOf(reports: FrontierReport[]): Map<Origin, Frontier> {
  const seen = reports.flatMap((report) => report.hubs)
  const highest = new Map<Origin, { slot: number; order: string }>()
  for (const { origin, certified } of seen) {
    if (certified === null || certified.slot <= (highest.get(origin)?.slot ?? -1)) continue
    highest.set(origin, { slot: certified.slot, order: toHex(certified.order) })
  }
  const frontiers = new Map<Origin, Frontier>()
  for (const origin of new Set(seen.map((hub) => hub.origin))) {
    const certified = highest.get(origin) ?? null
    const slot = certified === null ? 0 : certified.slot + 1
    const votes = new Set<string>()
    for (const hub of seen) {
      if (hub.origin === origin && hub.locked?.slot === slot) votes.add(toHex(hub.locked.order))
    }
    const [order] = votes
    const locked = order !== undefined && votes.size === 1 ? { slot, order } : null
    frontiers.set(origin, { certified, locked })
  }
  return frontiers
}
