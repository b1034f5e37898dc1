/**
 * How a federation is founded, how it grows, and how it goes on without a hub that is gone: the
 * hand-over from one document to the next (`successor.ts`), as its coordinator goes through it. What the hubs
 * answer stands in `consent.ts` and `frontier.ts`.
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
import { compareBytes } from '#ledger/bytes.ts'
import {
  type Certificate, deciders, documentHash, type FederationDocument, type FederationMember, parseDocument, signersOf,
  verifyDocumentSignature,
} from '#ledger/federation/federation.ts'
import { gathered } from '#ledger/rules/federation.ts'
import { retryAfterMs } from './limits.ts'
import type { Activation, DocumentSignature, HelloAnswer, HelloRequest, ProvedReport } from './message.ts'
import { agreeing, faultOf, type ReportFault } from './frontier.ts'
import { changeOf, type InForce, soundSignatures } from './successor.ts'

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
  const because = faultOf(answer, hub, h.inForce, h.hash)
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
