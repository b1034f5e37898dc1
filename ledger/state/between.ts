/**
 * Between cities: the federation, this hub's own chain of orders, what left and what came, and how far the others are trusted.
 */
import type { Disposition, Hex, Origin, Terms } from '../action.ts'
import type { FreezingKind } from '../evidence/offence.ts'
import type { FederationDocument, Order, Out } from '../federation/federation.ts'

/** How far one hub's chain of orders is fixed at the beginning of an epoch. */
export type Frontier = { certified: { slot: number; order: Hex } | null; locked: { slot: number; order: Hex } | null }

export type Federation = {
  id: Uint8Array
  day0: number
  /** Document n stands at n − 1; the last is the epoch in force. */
  documents: { document: FederationDocument; hash: Uint8Array; frontiers: Map<Origin, Frontier> }[]
}

/** One order of this hub's own chain. */
export type Slot = {
  order: Order
  orderId: Hex
  bytes: Uint8Array
  signature: Uint8Array
  seq: number
  /** What it claims of arrivals that were not claimed before; part of `position` once it is certified. */
  claimed: bigint
  certified: boolean
  /** The record that holds its certificate, or null. */
  certifiedSeq: number | null
  /** Destinations that have answered with their x.in. */
  acknowledged: Set<Origin>
}

/** This hub's own chain of orders, and what is waiting to go into it. */
export type Chain = {
  slots: Slot[]
  /** What the hub holds after its last certified order, base units. */
  position: bigint
  /** The slot of the latest certified `keys` order: whose tiers transfers are approved by. */
  keys: number | null
  /** Issued by protocol year, base units. */
  issued: Map<number, bigint>
  /** The quarter of the latest burn, certified or open; null before the first. */
  burnt: number | null
  lastOutTo: Map<Origin, number>
  /** Requests in phase 'asked', in order of their records. */
  asked: Set<Hex>
  /** Arrivals in phase 'returning'. */
  returning: Set<Hex>
}

/** What stewards have agreed that the next slot should say. */
export type OrderApproval = { order: 'keys' | 'issue' | 'burn'; argument: Uint8Array; by: Set<Hex> }

/** What came from one other hub. */
export type Inbound = {
  /** The slot of the latest x.in from there, or null. */
  last: number | null
  /** The slot up to which our own orders claim it, or null. */
  claimed: number | null
  /** Arrived and not yet claimed by any of our orders, base units. */
  unclaimed: bigint
}

/** A transfer that left or wants to leave. */
export type Request = {
  xid: Hex
  seq: number
  ts: number
  /** Null: from the pool, asked by the steward `by`. */
  from: Hex | null
  by: Hex
  terms: Terms<'x.req'>
  approvals: Set<Hex>
  phase: 'asked' | 'cancelled' | 'expired' | 'out' | 'certified' | 'credited' | 'suspended' | 'returned'
  slot: number | null
}

/** A transfer that came. */
export type Arrival = {
  xid: Hex
  from: Origin
  slot: number
  seq: number
  ts: number
  out: Out
  disposition: Disposition
  /** What is still suspended, base units. */
  left: bigint
  /** Where it stands: credited at once or by a steward; suspended; bound to a stay; to be sent back; sent back. */
  phase: 'credited' | 'suspended' | 'bound' | 'returning' | 'returned'
}

/** What this hub lets one other city send it; null is no limit of that sort. See `rules/trust.ts`. */
export type Trust = {
  exposure: bigint
  exposureMilli: bigint
  transferMaxMilli: bigint
  /** Above it a steward looks first. */
  approvalAboveMilli: bigint | null
  /** Transfers credited by themselves in one Global day. */
  dailyMax: number | null
  /** The level up to which its members are recognised here. */
  levelMax: number
  /** Cities of which `witnessesNeeded` must have signed a certificate. */
  witnesses: Origin[]
  witnessesNeeded: number
  /** The Global day of the latest rise above what every new city is trusted with. */
  raisedDay: number | null
  /** How many were credited by themselves on the latest such day. */
  credited: { day: number; count: number }
  /** Credits taken in (+) and our acknowledged outs (−), by Global day, within the rolling year. */
  moves: { day: number; amount: bigint }[]
}

/** Why a hub is frozen: the offence, and the entry that holds its evidence. */
export type Freeze = { kind: FreezingKind; evidence: Hex; seq: number; ts: number }
