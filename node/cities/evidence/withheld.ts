/**
 * Value that another city knows to be certified for it, and does not take in.
 *
 * It has vouched for our log with the certificate in it, so it knows; and its own log shows what it has taken in since. If
 * that is nothing a week later, by its own log's time, both together are evidence of kind E8: for stewards, who can ask
 * what is the matter over there. Nothing is frozen for it.
 *
 * A note by which it vouched is asked for anew with every checkpoint, so the first one is kept: it says since when.
 */
import type { Origin } from '#ledger/action.ts'
import { fromUtf8, utf8 } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { auditorOf } from '#ledger/cosigner.ts'
import { WITHHELD_SECONDS } from '#ledger/evidence/beside.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import type { Card, SignedCard } from '#ledger/federation/federation.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { SIGNATURE, withLinesOf } from '#ledger/note.ts'
import { encodeProof, parseProof } from '#ledger/proof.ts'
import { EVIDENCE_EVERY_MS } from '#protocol/limits.ts'
import { deliveriesDue, type Delivery } from '#protocol/settlement.ts'
import type { Checkpointer } from '../logs/checkpointer.ts'
import { membershipOf, neighbour } from '../cities.ts'
import type { Clock, Log, Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Table } from '../../store.ts'

export type WithheldPorts = {
  writer: Writer
  replicas: Pick<Replicas, 'of'>
  checkpointer: Pick<Checkpointer, 'covering'>
  /** Rows `<destination> <slot>`: the proof under which that city vouched for the certificate first. */
  table: Table
  signedCard(origin: Origin): Promise<SignedCard | null>
  onFound(evidence: Evidence): void
  clock: Clock
  log: Log
  everyMs?: number
}

/** Looks now and then at what has been certified and not been taken in. */
export function watchWithheld(ports: WithheldPorts): { stop(): void } {
  const { writer, replicas, checkpointer, table, clock, log } = ports
  let stopped = false
  let cancel = (): void => {}

  async function look(): Promise<void> {
    if (membershipOf(writer.state) === null) return
    const due = deliveriesDue(writer.state.chain.slots)
    const names = new Set(due.map(nameOf))
    for await (const [name] of table.entries()) if (!names.has(name)) await table.del(name)
    for (const delivery of due) {
      const card = neighbour(writer.state, delivery.destination)
      if (card !== undefined && !stopped) await lookAt(delivery, card)
    }
  }

  async function lookAt(delivery: Delivery, card: Card): Promise<void> {
    const kept = table.get(nameOf(delivery))
    if (kept === undefined) {
      const vouched = vouchedFor(delivery, card)
      if (vouched !== null) await table.put(nameOf(delivery), utf8(vouched))
      return
    }
    const proof = fromUtf8(kept)!
    const note = openCheckpoint(parseProof(proof)!.checkpoint, writer.state.hub.origin, writer.state.hub.logKey, [auditorOf(card)])
    const since = note?.cosigners[0]?.time
    const replica = replicas.of(card.origin)
    if (since === undefined || !replica?.state || replica.note === null || replica.genesis === null) return
    const { slot: { order, bytes, signature, certifiedSeq } } = delivery
    if ((replica.state.inbound.get(writer.state.hub.origin)?.last ?? -1) >= order.slot) return
    const read = openCheckpoint(replica.note, card.origin, card.logKey)
    if (read === null || BigInt(replica.tsAt(Number(read.size) - 1)) < since + BigInt(WITHHELD_SECONDS)) return
    const signed = await ports.signedCard(card.origin)
    const { action } = writer.entryAt(0)
    if (signed === null || action.kind !== 'hub.founded') return
    ports.onFound({
      kind: 'E8', genesis: replica.genesis, card: signed.bytes, cardSignature: signed.signature, source: action.genesis,
      order: bytes, signature, certificate: writer.entryAt(certifiedSeq!).bytes, proof, later: replica.note,
    })
  }

  /** The proof that the certificate stands under a checkpoint which the destination has audited; null when it has not yet. */
  function vouchedFor({ slot: { certifiedSeq } }: Delivery, card: Card): string | null {
    const { hub, tree } = writer.state
    const covering = checkpointer.covering(certifiedSeq!)
    const own = { name: hub.origin, type: SIGNATURE, publicKey: hub.logKey } as const
    const note = covering === null ? null : withLinesOf(covering.note, [own, auditorOf(card)])
    if (covering === null || note === null) return null
    if (openCheckpoint(note, hub.origin, hub.logKey, [auditorOf(card)])?.cosigners.length !== 1) return null
    return encodeProof({ index: BigInt(certifiedSeq!), hashes: proveInclusion(tree, certifiedSeq!, covering.size), checkpoint: note })
  }

  function tick(): void {
    cancel = clock.after(ports.everyMs ?? EVIDENCE_EVERY_MS, () => {
      look()
        .catch((error: unknown) => log.warn('what other cities have not taken in could not be looked at', { error: String(error) }))
        .finally(() => {
          if (!stopped) tick()
        })
    })
  }
  tick()

  return {
    stop() {
      stopped = true
      cancel()
    },
  }
}

const nameOf = ({ destination, slot }: Delivery): string => `${destination} ${slot.order.slot}`
