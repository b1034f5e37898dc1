/**
 * Going on without a city that is gone: what the stewards here have agreed to close, and the copies
 * of the logs by which it is reckoned what goes back to whom.
 *
 * A steward agrees; nothing happens until the stewards of all the other cities have. From a
 * steward's word on this hub gives that city no vote, takes nothing in from it that is not in its
 * log, and orders nothing towards it: its chain stands still, so that all who compute its closing
 * order compute the same. The word can be taken back until this hub has signed.
 */
import type { Origin } from '#ledger/action.ts'
import { equalBytes, utf8 } from '#ledger/bytes.ts'
import { closingBytes } from '#ledger/federation/closing.ts'
import { type Card, type Certificate, type Closing, type FederationDocument, parseOrder } from '#ledger/federation/federation.ts'
import { SILENT_DAYS } from '#ledger/rules/closing.ts'
import { willOf } from '#ledger/rules/order.ts'
import { globalDay, type State } from '#ledger/state/state.ts'
import type { Closability, DoorRefusal } from '#protocol/api.ts'
import { type InForce, successorWithout } from '#protocol/successor.ts'
import { CLOSINGS_MAX } from '#protocol/limits.ts'
import type { Unwillingness } from '#protocol/message.ts'
import { neighbour, neighboursOf, peerOf } from '../cities.ts'
import type { Network } from '../../wire/network.ts'
import type { Clock, Writer } from '../../ports.ts'
import { certificateIn } from '../settlement/certificates.ts'
import type { Replica } from '../logs/replica.ts'
import type { Replicas } from '../logs/replicas.ts'
import type { Table } from '../../store.ts'

const DAY = 86_400

export type ClosingPorts = {
  writer: Writer
  network: Pick<Network, 'connected'>
  replicas: Pick<Replicas, 'of'>
  /** Rows `closing/<origin>`: what stewards here have agreed to. */
  table: Table
  clock: Pick<Clock, 'now'>
}

export type ClosingDesk = {
  /** A steward agrees to close that hub. Refused for a hub that is here, has not been silent long enough, or left no will. */
  agree(origin: Origin): Promise<DoorRefusal | null>
  /** A steward takes that back. */
  withdraw(origin: Origin): Promise<void>
  isClosing(origin: Origin): boolean
  stateOf(origin: Origin): Closability
  /** The next document without all whom stewards here agreed to close; null when there are none, or the logs do not allow it yet. */
  proposal(inForce: InForce): FederationDocument | null
  /** Why this hub does not agree to close one so, or null. */
  objectionTo(closing: Closing, document: FederationDocument): Unwillingness | null
  /** The certified wills of those whom a document closes; null while one is not at hand. */
  willsFor(document: FederationDocument): Certificate[] | null
}

/** Reads what has been agreed to before. */
export async function openClosings({ writer, network, replicas, table, clock }: ClosingPorts): Promise<ClosingDesk> {
  const agreed = new Set<Origin>()
  for await (const [key] of table.entries()) {
    if (key.startsWith('closing/')) agreed.add(key.slice('closing/'.length))
  }

  const isHere = (card: Card): boolean => network.connected().includes(peerOf(card))

  function stateOf(origin: Origin): Closability {
    if (isClosing(origin)) return { state: 'closing' }
    const card = neighbour(writer.state, origin)
    const log = replicas.of(origin)?.state
    if (card === undefined || !log) return { state: 'cannot', because: 'no-will' }
    const { heir, ends } = willOf(log)
    const isMember = heir === writer.state.hub.origin || (heir !== null && neighbour(writer.state, heir) !== undefined)
    if (!isMember && (heir !== null || !leavesNothing(log))) return { state: 'cannot', because: 'no-will' }
    const isAnnounced = ends !== null && globalDay(writer.state.federation!, clock.now()) >= ends
    if (isAnnounced) return { state: 'can-close', heir }
    if (isHere(card)) return { state: 'cannot', because: 'connected' }
    const isSilent = clock.now() >= log.lastTs + SILENT_DAYS * DAY
    return isSilent ? { state: 'can-close', heir } : { state: 'cannot', because: 'not-silent' }
  }

  const isClosing = (origin: Origin): boolean =>
    agreed.has(origin) && neighbour(writer.state, origin) !== undefined

  /** The logs of all who would be left. */
  function livingBut(closed: ReadonlySet<Origin>): State[] | null {
    const others = neighboursOf(writer.state).filter(({ origin }) => !closed.has(origin))
    const states = others.map(({ origin }) => replicas.of(origin)?.state ?? null)
    return states.includes(null) ? null : [writer.state, ...(states as State[])]
  }

  function orderFor(origin: Origin, heir: Origin | null, day: number, closed: ReadonlySet<Origin>): Uint8Array | null {
    const log = replicas.of(origin)?.state
    const living = livingBut(closed)
    if (!log || living === null) return null
    const bytes = closingBytes({ closed: log, living, heir, day })
    return typeof bytes === 'string' ? null : bytes
  }

  /** Whether everything that the closed log sends here, and others know to be certain, has been taken in. */
  function isTakenIn(origin: Origin): boolean {
    const self = writer.state.hub.origin
    const last = replicas.of(origin)?.state?.chain.slots.findLast(({ certified, order }) =>
      certified && order.outs.some(({ destination }) => destination === self))
    return last === undefined || (writer.state.inbound.get(origin)?.last ?? -1) >= last.order.slot
  }

  return {
    async agree(origin) {
      const found = stateOf(origin)
      if (found.state === 'closing') return null
      if (found.state === 'cannot') return { code: 'cannot-close', hub: origin, because: found.because }
      await table.put(`closing/${origin}`, utf8(origin))
      agreed.add(origin)
      return null
    },

    async withdraw(origin) {
      await table.del(`closing/${origin}`)
      agreed.delete(origin)
    },

    isClosing,
    stateOf,

    proposal(inForce) {
      const origins = [...agreed].filter(isClosing).sort().slice(0, CLOSINGS_MAX)
      const closed = new Set(origins)
      const day = globalDay(writer.state.federation!, clock.now())
      const closings = origins.map((origin): Closing | null => {
        const log = replicas.of(origin)?.state
        if (!log) return null
        const { heir } = willOf(log)
        const order = heir !== null && closed.has(heir) ? null : orderFor(origin, heir, day, closed)
        return order === null ? null : { origin, heir, lastSeen: log.lastTs, order }
      })
      if (closings.length === 0 || closings.includes(null)) return null
      return successorWithout(inForce, closings as Closing[])
    },

    objectionTo({ origin, heir, lastSeen, order: bytes }, { closings }) {
      const log = replicas.of(origin)?.state
      const card = neighbour(writer.state, origin)
      if (!agreed.has(origin) || card === undefined) return 'not-closing'
      if (!log || lastSeen < log.lastTs || willOf(log).heir !== heir || !isTakenIn(origin)) return 'other-closing'
      const { day } = parseOrder(bytes)!
      const today = globalDay(writer.state.federation!, clock.now())
      if (day > today) return 'other-closing'
      const ours = orderFor(origin, heir, day, new Set(closings.map((closing) => closing.origin)))
      return ours !== null && equalBytes(ours, bytes) ? null : 'other-closing'
    },

    willsFor({ closings }) {
      const wills = closings.flatMap(({ origin, heir }) => heir === null ? [] : [willIn(replicas.of(origin))])
      return wills.includes(null) ? null : (wills as Certificate[])
    },
  }
}

/** As a witness box, and a city that never had an order certified: it needs no will. */
const leavesNothing = ({ chain }: State): boolean => chain.slots.every(({ certified }) => !certified)

/** The certificate of the latest `keys` order in the copy of a log. */
function willIn(replica: Replica | undefined): Certificate | null {
  const chain = replica?.state?.chain
  const slot = chain?.keys == null ? undefined : chain.slots[chain.keys]
  return replica === undefined || slot === undefined ? null : certificateIn(replica, slot.certifiedSeq!, slot)
}
