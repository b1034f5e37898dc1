/**
 * The end of an epoch: what a voter reports of every chain it saw, what proves each claim, and which reports can stand
 * side by side. From its report on a voter is silent until the new document is in force, so nothing can become certain in
 * the old epoch that the reports do not show.
 */
import type { OrderEvidence, Origin } from '#ledger/action.ts'
import { equalBytes } from '#ledger/bytes.ts'
import {
  type Certificate, deciders, type FrontierReport, parseOrder, parseReport, placeOf, quorum,
} from '#ledger/federation/federation.ts'
import { areProved, dissent, type Ending, gathered, readReport } from '#ledger/rules/federation.ts'
import type { DocumentSignature, ProvedReport, SlotVote } from './message.ts'
import { agreedAfter, type InForce } from './successor.ts'

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
  const voter = inForce.document.members.findIndex(({ card }) => card.origin === own)
  const next = voter < 0 ? null : agreedAfter(document, signatures, inForce)
  if (next === null || !deciders(next.document, inForce.document).places.includes(voter)) return null
  return { version: next.document.version, hash: next.hash, voter }
}

/** What a voter has seen of one chain: the certificate of the highest slot that has one, and its own highest vote. */
export type ChainSeen = {
  origin: Origin
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
  for (const { origin, certificate, last } of chains) {
    const place = certificate === null ? null : placeOf(parseOrder(certificate.order)!, certificate.order)
    const certified = place === null ? null : { slot: place.slot, order: place.order }
    const vote = last !== undefined && last.slot > (certified?.slot ?? -1) ? last : null
    if (vote !== null && !followsOn(vote, certified)) return null
    const locked = vote === null ? null : placeOf(parseOrder(vote.order)!, vote.order)
    if (certified === null && locked === null) continue
    hubs.push({
      origin,
      certified,
      locked: locked === null ? null : { slot: locked.slot, order: locked.order },
    })
    if (certificate !== null && certified !== null) {
      const { epoch, signature, votes } = certificate
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
/** Not in order (another proposal, another voter, unsigned …), or a claim in it without proof. */
export type ReportFault = 'unsound' | 'unproved'

/** Why a report is not taken; asked with the very checks that the ledger will make. `proposal`: the hash of the document. */
export function faultOf(answer: ProvedReport, voter: number, { federation, documents }: InForce, proposal: Uint8Array): ReportFault | null {
  const ending: Ending = { federation, documents, proposal }
  const report = readReport(answer, ending)
  if (report === null || report.voter !== voter) return 'unsound'
  return areProved([report], answer.evidence, ending) ? null : 'unproved'
}

/**
 * The reports without any two that hold different certificates for one slot; at most `spare` are
 * left out, or it is null. Who lied cannot be told from two such reports, so both ways are tried:
 * the ledger refuses them side by side, and whoever lied must not keep the others waiting.
 */
export function agreeing(
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
