/**
 * E7 to E9: offences that a bundle alone does not settle. It shows what a hub signed, and names the log beside which it
 * has to be laid (`beside.ts`); whoever holds that log sees whether it is so. They freeze nobody by themselves: people
 * decide.
 *
 *   E7  a record under a checkpoint of its log key that the rules refuse after the records before it
 *   E8  value withheld: it vouched for a log in which an order to it is certified, and seven days of its own log later had
 *       not taken it in
 *   E9  a flag that its vote key signed, and that does not come out of the log it is about
 */
import { isFlagSigned, parseFlag } from '../anomaly/flag.ts'
import { openCheckpoint } from '../checkpoint.ts'
import { auditorOf } from '../cosigner.ts'
import { parseRecord } from '../entry.ts'
import { isSignedOrder, parseOrder, placeOf } from '../federation/federation.ts'
import { sha256 } from '../hash.ts'
import { leafHash } from '../merkle.ts'
import { SIGNATURE } from '../note.ts'
import { parseProof, verifyProof } from '../proof.ts'
import { ownCard } from './doubles.ts'
import { type Accused, accusedBy, type EvidenceFault, type Offence, offence } from './offence.ts'
import type { Evidence } from './parts.ts'

export function refusedRecord(
  accused: Accused, { record, proof }: Extract<Evidence, { kind: 'E7' }>,
): Offence | EvidenceFault {
  const parsed = parseProof(proof)
  if (parsed === null || parsed.extra !== undefined) return 'bad-proof'
  const leaf = leafHash(record)
  const proven = verifyProof(proof, leaf, accused.origin, accused.logKey)
  if (proven === null) return 'bad-proof'
  return offence(accused, 'E7', {
    numbers: [proven.index], hashes: [leaf], at: proven.index, statements: [], beside: accused.origin,
    shows: `This key signed a checkpoint of ${proven.size} records in which record ${proven.index} is this one: `
      + 'the rules refuse it after the records before it, which have to be at hand to see that.',
  })
}

export function withheldCredit(
  accused: Accused, evidence: Extract<Evidence, { kind: 'E8' }>,
): Offence | EvidenceFault {
  const source = accusedBy(evidence.source)
  const known = source === null ? null : whenKnown(accused, source, evidence)
  if (source === null || known === null) return 'bad-order'
  if (typeof known === 'string') return known
  const later = openCheckpoint(evidence.later, accused.origin, accused.logKey)
  if (later === null) return 'bad-checkpoint'
  const { slot, order, time } = known
  return offence(accused, 'E8', {
    numbers: [BigInt(slot)], hashes: [source.hubId, order], at: BigInt(slot), statements: [], beside: accused.origin,
    shows: `This hub vouched at ${time} for the log of ${source.origin}, in which slot ${slot} is certified and sends value to it, `
      + `and signed a checkpoint of ${later.size} records of its own: its log has to be at hand to see that it has not taken it in.`,
  })
}

export type Known = { slot: number; order: Uint8Array; time: bigint }

/** Which slot of the source sends value to the accused, and when the accused has vouched for its certificate; Unix seconds. */
export function whenKnown(
  accused: Accused, source: Accused,
  { card: bytes, cardSignature, order, signature, certificate, proof }: Extract<Evidence, { kind: 'E8' }>,
): Known | EvidenceFault {
  const card = ownCard(accused, bytes, cardSignature)
  if (card === null) return 'bad-card'
  const parsed = parseOrder(order)
  if (parsed === null || parsed.hub !== source.origin) return 'bad-order'
  const place = placeOf(parsed, order)
  const isSent = parsed.outs.some(({ destination }) => destination === accused.origin)
  if (!isSent || !isSignedOrder(source.orderKey, parsed.federation, place, signature)) return 'bad-order'
  const entry = parseRecord(certificate)
  const proven = verifyProof(proof, leafHash(certificate), source.origin, source.logKey)
  if (entry?.action.kind !== 'x.cert' || entry.action.slot !== place.slot || proven === null) return 'bad-proof'
  const note = openCheckpoint(parseProof(proof)!.checkpoint, source.origin, source.logKey, [auditorOf(card)])
  const time = note?.cosigners[0]?.time
  return time === undefined ? 'bad-checkpoint' : { slot: place.slot, order: place.order, time }
}

export function falseFlag(
  accused: Accused, { card: bytes, cardSignature, federation, flag: flagBytes, signature }: Extract<Evidence, { kind: 'E9' }>,
): Offence | EvidenceFault {
  const card = ownCard(accused, bytes, cardSignature)
  if (card === null) return 'bad-card'
  const flag = parseFlag(flagBytes)
  // R11 looks at several logs at once: one log says nothing about it.
  if (flag === null || flag.rule === 'R11' || !isFlagSigned(card.voteKey, federation, flag, signature)) return 'bad-flag'
  return offence(accused, 'E9', {
    numbers: [BigInt(flag.logSize)], hashes: [sha256(flagBytes)], at: BigInt(flag.logSize), statements: [], beside: accused.origin,
    guilty: { name: `${accused.origin}/vote`, type: SIGNATURE, publicKey: card.voteKey },
    shows: `This key signed a flag of rule ${flag.rule} about the first ${flag.logSize} records of this log: `
      + 'it does not come out of them, which have to be at hand to see that.',
  })
}
