/**
 * This hub's frontier report (`protocol/frontier.ts`): how far it has seen every chain, made in the turn in which it stops
 * voting in the old epoch, and bound like a vote.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes } from '#ledger/bytes.ts'
import { type Certificate, encodeReport, type FederationDocument, parseDocument } from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { type ChainSeen, endsEpoch, reportOf } from '#protocol/frontier.ts'
import type { HelloAnswer, HelloRequest } from '#protocol/message.ts'
import { certificateOf, newestOf } from '../settlement/certificates.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Votes } from '../settlement/votes.ts'
import { inForceIn } from './documents.ts'
import type { OwnCard } from './own-card.ts'

export type ReportingPorts = {
  writer: Writer
  replicas: Replicas
  votes: Votes
  keys: Pick<HubKeys, 'vote'>
  own: OwnCard
  /** A hub that has forgotten what it signed signs nothing but that it votes with a new key. */
  maySign(document: FederationDocument | null): boolean
}

export type Reporting = {
  answerReport(asked: Extract<HelloRequest, { type: 'report' }>): Promise<HelloAnswer>
}

/** It reports when it is asked. */
export function openReporting({ writer, replicas, votes, keys, own, maySign }: ReportingPorts): Reporting {
  async function answerReport({
    document,
    signatures,
  }: Extract<HelloRequest, { type: 'report' }>): Promise<HelloAnswer> {
    const now = inForceIn(writer.state)
    if (!maySign(parseDocument(document))) return { type: 'not-willing', because: 'restoring' }
    const ends = now === null ? null : endsEpoch(document, signatures, now, own.card().origin)
    if (now === null || ends === null) return { type: 'not-a-voter' }
    const before = votes.reportedFor(ends.version)
    if (before !== undefined && !equalBytes(before.document, document)) {
      return { type: 'conflict', document: before.document, signatures: before.signatures }
    }
    // The report is made in the same turn in which this hub stops voting: no vote can be missing in
    // it.
    const chains = now.document.members.map(({ card }) => chainSeen(card.origin))
    const made = before === undefined ? reportOf(now, ends.hash, ends.voter, chains) : null
    if (before === undefined && made === null) return { type: 'not-willing', because: 'restoring' }
    const { report, signature, evidence } = await votes.bindReport(ends.version, () => {
      const report = encodeReport(made!.report)
      return {
        document,
        signatures,
        report,
        signature: sign(keys.vote.secret, 'front', now.federation, report),
        evidence: made!.evidence,
      }
    })
    return { type: 'report', report, signature, evidence }
  }

  function chainSeen(origin: Origin): ChainSeen {
    const certificate = origin === own.card().origin ? ownCertificate() : newestOf(origin, replicas.of(origin)?.certificate ?? null, writer)
    return { origin, certificate, last: votes.lastOf(origin) }
  }

  /** The certificate of our own last certified slot, from the record that seals it. */
  function ownCertificate(): Certificate | null {
    const slot = writer.state.chain.slots.findLast(({ certified }) => certified)
    return slot === undefined ? null : certificateOf(slot, writer)
  }

  return { answerReport }
}
