/**
 * Rows of what is between cities: federation documents (14), this hub's orders (15) and their approvals (16),
 * what came from each hub (17), requests (18), arrivals (19), trust (20), contributions abroad (21), frozen hubs (22).
 *
 * What follows from the orders, requests and arrivals (position, keys in force, what was issued, what is asked
 * for or to be returned) is no row of its own.
 */
import type { Origin } from '../action.ts'
import { compareBytes, toHex, utf8 } from '../bytes.ts'
import { quarterOfDay, yearOfDay } from '../calendar.ts'
import {
  documentHash, encodeDocument, orderIdOf, outSchema, parseDocument, parseIssueArgument, parseOrder,
} from '../federation/federation.ts'
import { freezingKinds } from '../evidence/offence.ts'
import { accountId } from '../ids.ts'
import { big, bytesOf, bytesUpTo, fields, hexOf, integer, listOf, nullable, oneOf, textUpTo, uint } from '../schema.ts'
import { approvalName } from '../state/state.ts'
import { MANY, table } from './table.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)
const origin = textUpTo(64)

const compareOrigins = (a: Origin, b: Origin): number => compareBytes(utf8(a), utf8(b))
const byOrigin = <V extends object>(map: ReadonlyMap<Origin, V>): ({ hub: Origin } & V)[] =>
  [...map].sort(([a], [b]) => compareOrigins(a, b)).map(([hub, value]) => ({ hub, ...value }))

const place = nullable(fields({ slot: uint, order: id32 }))

/** The documents from the first on, each with the frontiers it began with, by the bytes of the origin. */
export const documents = table(
  14, { document: bytesUpTo(49_152), frontiers: listOf(fields({ hub: origin, certified: place, locked: place }), MANY) },
  {
    sources: (state) => state.federation?.documents ?? [],
    write: ({ document, frontiers }) => ({ document: encodeDocument(document), frontiers: byOrigin(frontiers) }),
    take(state, row) {
      const document = parseDocument(row.document)
      if (document === null) return false
      const hash = documentHash(row.document)
      state.federation ??= { id: hash, day0: document.day0, documents: [] }
      const frontiers = new Map(row.frontiers.map(({ hub, certified, locked }) => [hub, { certified, locked }]))
      state.federation.documents.push({ document, hash, frontiers })
      return true
    },
  },
)

/** From slot 0 on. `acknowledged` by the bytes of the origin. */
export const slots = table(
  15,
  {
    order: bytesUpTo(49_152), signature: bytesOf(64), seq: uint, claimed: integer, certifiedSeq: nullable(uint),
    acknowledged: listOf(origin, MANY),
  },
  {
    sources: (state) => state.chain.slots,
    write: ({ bytes, signature, seq, claimed, certifiedSeq, acknowledged }) =>
      ({ order: bytes, signature, seq, claimed, certifiedSeq, acknowledged: [...acknowledged].sort(compareOrigins) }),
    take(state, { order: bytes, signature, seq, claimed, certifiedSeq, acknowledged }) {
      const order = parseOrder(bytes)
      const { chain } = state
      if (order === null || order.slot !== chain.slots.length) return false
      const certified = certifiedSeq !== null
      chain.slots.push({
        order, orderId: toHex(orderIdOf(bytes)), bytes, signature, seq, claimed, certified, certifiedSeq,
        acknowledged: new Set(acknowledged),
      })
      if (certified) chain.position = order.position
      if (certified && order.kind === 'keys') chain.keys = order.slot
      if (order.kind === 'burn') chain.burnt = quarterOfDay(order.day)
      if (order.kind === 'issue') {
        const amount = order.argument === null ? null : parseIssueArgument(order.argument)
        if (amount === null) return false
        const year = yearOfDay(order.day)
        chain.issued.set(year, (chain.issued.get(year) ?? 0n) + amount)
      }
      for (const out of order.outs) chain.lastOutTo.set(out.destination, order.slot)
      return true
    },
  },
)

/** In the order in which somebody first approved. `by` ascending. */
export const orderApprovals = table(
  16, { order: oneOf('keys', 'issue', 'burn'), argument: bytesUpTo(4_096), by: listOf(id32, MANY) },
  {
    sources: (state) => [...state.orderApprovals.values()].map((approval) => ({ ...approval })),
    write: ({ order, argument, by }) => ({ order, argument, by: [...by].sort() }),
    take(state, { order, argument, by }) {
      state.orderApprovals.set(approvalName(order, argument), { order, argument, by: new Set(by) })
      return true
    },
  },
)

/** By the bytes of the origin. */
export const inbound = table(
  17, { hub: origin, last: nullable(uint), claimed: nullable(uint), unclaimed: integer },
  {
    sources: (state) => byOrigin(state.inbound),
    write: (source) => source,
    take(state, { hub, last, claimed, unclaimed }) {
      state.inbound.set(hub, { last, claimed, unclaimed })
      return true
    },
  },
)

/** In the order of their records. `approvals` ascending. */
export const requests = table(
  18,
  {
    xid: id32, seq: uint, ts: uint, id: id16, by: accountId, source: oneOf(0, 1), to: id32, destination: origin, amount: big,
    agreement: id16, awardMilli: big, memo: id32, expDay: uint, approvals: listOf(id32, MANY),
    phase: oneOf('asked', 'cancelled', 'expired', 'out', 'certified', 'credited', 'suspended', 'returned'),
    slot: nullable(uint),
  },
  {
    sources: (state) => state.requests.values(),
    write: ({ xid, seq, ts, by, terms, approvals, phase, slot }) =>
      ({ ...terms, xid, seq, ts, by, approvals: [...approvals].sort(), phase, slot }),
    take(state, row) {
      const { xid, seq, ts, by, approvals, phase, slot } = row
      const { id, source, to, destination, amount, agreement, awardMilli, memo, expDay } = row
      state.requests.set(xid, {
        xid, seq, ts, from: source === 0 ? by : null, by,
        terms: { kind: 'x.req', id, acct: by, source, to, destination, amount, agreement, awardMilli, memo, expDay },
        approvals: new Set(approvals), phase, slot,
      })
      if (phase === 'asked') state.chain.asked.add(xid)
      return true
    },
  },
)

/** In the order of their records and, in one record, of its outs. */
export const arrivals = table(
  19,
  {
    from: origin, slot: uint, seq: uint, ts: uint, out: outSchema,
    disposition: oneOf('credit', 'frozen', 'recipient', 'too-large', 'witnesses', 'approval', 'daily', 'limit', 'booking'), left: integer,
    phase: oneOf('credited', 'suspended', 'bound', 'returning', 'returned'),
  },
  {
    sources: (state) => state.arrivals.values(),
    write: (arrival) => arrival,
    take(state, { from, slot, seq, ts, out, disposition, left, phase }) {
      state.arrivals.set(out.xid, { xid: out.xid, from, slot, seq, ts, out, disposition, left, phase })
      if (phase === 'returning') state.chain.returning.add(out.xid)
      return true
    },
  },
)

const moveFields = fields({ day: uint, amount: integer })

/** By the bytes of the origin. */
export const trust = table(
  20,
  {
    hub: origin, exposure: integer, exposureMilli: big, transferMaxMilli: big, approvalAboveMilli: nullable(big),
    dailyMax: nullable(uint), levelMax: uint, witnesses: listOf(origin, MANY), witnessesNeeded: uint,
    raisedDay: nullable(uint), credited: fields({ day: uint, count: uint }), moves: listOf(moveFields, MANY),
  },
  {
    sources: (state) => byOrigin(state.trust),
    write: (source) => source,
    take(state, row) {
      const { hub, exposure, exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax } = row
      const { levelMax, witnesses, witnessesNeeded, raisedDay, credited, moves } = row
      state.trust.set(hub, {
        exposure, exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax, levelMax, witnesses, witnessesNeeded,
        raisedDay, credited, moves,
      })
      return true
    },
  },
)

/** In the order of their records. */
export const abroad = table(21, { xid: id32, member: accountId, milli: big, seq: uint }, {
  sources: (state) => state.abroad.values(),
  write: (source) => source,
  take(state, { xid, member, milli, seq }) {
    state.abroad.set(xid, { xid, member, milli, seq })
    return true
  },
})

/** By the bytes of the origin. */
export const frozen = table(
  22, { hub: origin, kind: oneOf(...freezingKinds), evidence: id32, seq: uint, ts: uint },
  {
    sources: (state) => byOrigin(state.frozen),
    write: (source) => source,
    take(state, { hub, kind, evidence, seq, ts }) {
      state.frozen.set(hub, { kind, evidence, seq, ts })
      return true
    },
  },
)
