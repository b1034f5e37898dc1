/**
 * The end of a freeze: which cities stewards here have agreed to release, and what exactly everybody would go on with.
 *
 * Each city reckons that from the logs that it has read itself, and signs nothing else: the log of the frozen city as it
 * stands here, the offences by which anybody has frozen it, and, where it signed two orders for one slot, the one that its
 * own log holds, as long as nobody has taken anything else in. The frozen city's own stewards agree like all others.
 */
import type { Origin } from '#ledger/action.ts'
import { compareBytes, equalBytes, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { type FederationDocument, type Release } from '#ledger/federation/federation.ts'
import type { State } from '#ledger/state/state.ts'
import { type InForce, successorReleasing } from '#protocol/successor.ts'
import type { Unwillingness } from '#protocol/message.ts'
import { membershipOf, neighboursOf } from '../cities.ts'
import type { Writer } from '../../ports.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Table } from '../../store.ts'

export type ReleasingPorts = {
  writer: Writer
  replicas: Pick<Replicas, 'of'>
  /** Rows `release/<origin>`: what stewards here have agreed to. */
  table: Table
}

export type ReleasingDesk = {
  /** A steward agrees that the freeze of that city ends; of this one, that its own does. False for a stranger. */
  agree(origin: Origin): Promise<boolean>
  /** A steward takes that back. */
  withdraw(origin: Origin): Promise<void>
  /** Stewards here have agreed to that, whether or not anybody has that city frozen. */
  hasAgreed(origin: Origin): boolean
  /** Cities that stewards here agree to release, as long as anybody has them frozen. */
  agreed(): Origin[]
  /** The next document, in which the freeze of all whom stewards here agreed to release ends; null while none is agreed or their logs have not been read. */
  proposal(inForce: InForce): FederationDocument | null
  /** Why this hub does not agree to release one so, or null. */
  objectionTo(release: Release): Unwillingness | null
}

/** Most offences that a document names; the freezes of more are ended by the next one. */
const OFFENCES_MAX = 16

/** Reads what has been agreed to before. */
export async function openReleasing({ writer, replicas, table }: ReleasingPorts): Promise<ReleasingDesk> {
  const words = new Set<Origin>()
  for await (const [key] of table.entries()) if (key.startsWith('release/')) words.add(key.slice('release/'.length))
  const self = writer.state.hub.origin

  const stateOf = (origin: Origin): State | null => (origin === self ? writer.state : (replicas.of(origin)?.state ?? null))
  const everybody = (): State[] =>
    [self, ...neighboursOf(writer.state).map((card) => card.origin)].flatMap((origin) => stateOf(origin) ?? [])

  /** By what anybody has frozen that city, ascending. */
  function offencesOf(origin: Origin): Uint8Array[] {
    const ids = new Set(everybody().flatMap(({ frozen }) => frozen.get(origin)?.evidence ?? []))
    return [...ids].map((id) => fromHex(id)!).sort(compareBytes).slice(0, OFFENCES_MAX)
  }

  const agreed = (): Origin[] => [...words].filter((origin) => offencesOf(origin).length > 0).sort()

  /** Its log as far as a checkpoint of it has been read here. */
  function headOf(origin: Origin): Pick<Release, 'size' | 'root'> | null {
    if (origin === self) return { size: writer.state.tree.size, root: writer.state.tree.root() }
    const replica = replicas.of(origin)
    const note = replica?.note == null ? null : openCheckpoint(replica.note, origin, replica.card.logKey)
    return note === null ? null : { size: Number(note.size), root: note.root }
  }

  /** The open slot of a city that is frozen for two orders in just that one, if nobody has taken in anything there. */
  function standsIn(origin: Origin): Release['stands'] {
    const open = stateOf(origin)?.chain.slots.at(-1)
    if (open === undefined || open.certified) return null
    const { slot } = open.order
    const isDouble = everybody().some(({ frozen }) => frozen.get(origin)?.kind === 'E5')
    const isTaken = everybody().some(({ inbound }) => (inbound.get(origin)?.last ?? -1) >= slot)
    return isDouble && !isTaken ? { slot, order: fromHex(open.orderId)! } : null
  }

  return {
    async agree(origin) {
      if (membershipOf(writer.state)?.document.members.some(({ card }) => card.origin === origin) !== true) return false
      await table.put(`release/${origin}`, utf8(origin))
      words.add(origin)
      return true
    },
    async withdraw(origin) {
      await table.del(`release/${origin}`)
      words.delete(origin)
    },
    hasAgreed: (origin) => words.has(origin),
    agreed,
    proposal(inForce) {
      const releases = agreed().slice(0, 8).map((origin): Release | null => {
        const head = headOf(origin)
        return head === null ? null : { origin, evidence: offencesOf(origin), ...head, stands: standsIn(origin) }
      })
      return releases.length === 0 || releases.includes(null) ? null : successorReleasing(inForce, releases as Release[])
    },
    objectionTo({ origin, evidence, size, root, stands }) {
      if (!words.has(origin)) return 'not-releasing'
      const state = stateOf(origin)
      // As far as it says, this is the log that is read here.
      if (state === null || size > state.tree.size || !equalBytes(state.tree.root(size), root)) return 'other-release'
      const named = new Set(evidence.map(toHex))
      const own = writer.state.frozen.get(origin)
      if (own !== undefined && !named.has(own.evidence)) return 'other-release'
      const ours = standsIn(origin)
      const isSame = stands === null ? ours === null : ours?.slot === stands.slot && equalBytes(ours.order, stands.order)
      return isSame ? null : 'other-release'
    },
  }
}
