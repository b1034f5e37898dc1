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
import { certificateOf, certificateOfArrival } from '../settlement/certificates.ts'
import type { HubKeys } from '../../disk/keystore.ts'
import type { Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Votes } from '../settlement/votes.ts'
import { inForceIn } from './documents.ts'
import type { OwnCard } from './own-card.ts'
import type { Slot } from '#ledger/state/between.ts'

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
    const last = votes.lastOf(origin)
    if (origin === own.card().origin) {
      const { slots } = writer.state.chain
      return { origin, slots, certificate: ownCertificate(slots), last }
    }
    const { state, certificate } = replicas.of(origin) ?? { state: null, certificate: null }
    return takenInOf(origin, { origin, slots: state?.chain.slots ?? [], certificate, last })
  }

  /**
   * What this hub has taken in is certain, though the log it came from may not say so: its hub can have died
   * between giving the certificate away and showing it.
   */
  function takenInOf(origin: Origin, seen: ChainSeen): ChainSeen {
    const last = writer.state.inbound.get(origin)?.last ?? -1
    const shown = seen.slots.findLast(({ certified }) => certified)?.order.slot ?? -1
    const certificate = last > shown ? certificateOfArrival(writer, origin, last) : null
    if (certificate === null) return seen
    const slots = seen.slots.map((slot) => slot.order.slot <= last && !slot.certified ? { ...slot, certified: true } : slot)
    return { ...seen, slots, certificate }
  }

  /** The certificate of our own last certified slot, from the record that seals it. */
  function ownCertificate(slots: readonly Slot[]): Certificate | null {
    const slot = slots.findLast(({ certified }) => certified)
    return slot === undefined ? null : certificateOf(slot, writer)
  }

  return { answerReport }
}
