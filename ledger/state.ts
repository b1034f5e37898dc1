/**
 * Everything replay knows, and the questions that can be asked of it.
 *
 * State is owned by one caller and changed only by `apply` in `ledger.ts`, only by entries that `check`
 * let pass. It holds nothing that the entries do not say: two readers of one log hold the same state, byte
 * for byte, whatever machine they read it on. Amounts are base units (bigint) unless the name ends in
 * `Milli` (nominal milli-CV); times are seconds; days are protocol days; map keys are lower-case hex.
 */
import type { ActionOf, Hex, Origin } from './action.ts'
import { dayOf } from './calendar.ts'
import type { Category, Charter } from './charter.ts'
import { indexOf, nominalOf } from './decay.ts'
import type { Deadlines } from './deadline.ts'
import type { EvidenceKind } from './evidence.ts'
import type { Card, FederationDocument, Order, Out } from './federation.ts'
import type { Tree } from './merkle.ts'

/** Where an entry stands: what a rule may know about it besides its action. */
export type At = { seq: number; ts: number; leaf: Uint8Array }

export type Hub = {
  id: Uint8Array
  origin: Origin
  name: string
  city: string
  region: string
  day0: number
  logKey: Uint8Array
  orderKey: Uint8Array
}

/** One member's part of the books, base units. `held` is promised and not yet given. */
export type Account = { domain: bigint; held: bigint; global: bigint; globalHeld: bigint }

/** What a member's standing is computed from; each with its time, so that a window can be laid over it. */
export type Track = {
  /** Grades received as a helper, 0 poor … 2 good. */
  grades: { ts: number; grade: number }[]
  /** Agreements that ended: kept or not. */
  outcomes: { ts: number; kept: boolean }[]
  /** Domain days on which the member signed something. Ascending, each once. */
  activeDays: number[]
}

export type Member = {
  acct: Hex
  /** Device public keys by keyId. */
  devices: Map<Hex, Uint8Array>
  profile: Hex
  joinedTs: number
  attested: boolean
  steward: boolean
  account: Account
  /** Σ awards at formula value, here and abroad; never decays; levels read it. */
  lifetimeMilli: bigint
  /** Contributions that are confirmed: one opens level 2. */
  contributions: number
  /** Domain converted in the running Global quarter. */
  converted: { quarter: number; milli: bigint }
  track: Track
}

/** A member of another city who acts here. Holds nothing here: no account, no level, no vote. */
export type Guest = { acct: Hex; home: Origin; devices: Map<Hex, Uint8Array> }

/** Why an award is the number it is: the skill formula's factors, as they were when it was made. */
export type Award = {
  category: Category
  minutes: number
  coefficientPerMille: number
  ratingPerMille: number
  groupPerMille: number
  /** coefficient × minutes × rating × group, rounded down once. */
  milli: bigint
  /** The Domain day whose index turned it into base units. */
  day: number
  seq: number
}

export type Rating = { commitment: Hex; grade: number | null }

export type Agreement = {
  id: Hex
  terms: ActionOf<'agreement.made'>
  made: number
  /** agreed → reported → confirmed → settled; or cancelled, or lapsed without a report. */
  phase: 'agreed' | 'reported' | 'confirmed' | 'settled' | 'cancelled' | 'lapsed'
  checkins: Set<Hex>
  report: { by: Hex; minutes: number; ts: number } | null
  confirmedTs: number | null
  /** True when silence confirmed it. */
  silently: boolean
  /** By rater. */
  ratings: Map<Hex, Rating>
  /** What is held from the receiver, base units. */
  hold: bigint
  award: Award | null
  /** For a guest's help: what the pool owes for it, base units Global, and the transfer that pays it. */
  guestDue: { amount: bigint; xid: Hex | null } | null
}

/** One 记一次帮助. */
export type Help = {
  id: Hex
  terms: ActionOf<'help.recorded'>
  recordedTs: number
  phase: 'recorded' | 'confirmed' | 'declined' | 'lapsed'
  award: Award | null
}

/** The hub's own accounts, base units. `issuance` alone may be below zero. */
export type Books = {
  issuance: bigint
  redemption: bigint
  commons: bigint
  retire: bigint
  pool: bigint
  /** Pool value promised to a requested transfer. */
  poolHeld: bigint
  inflight: bigint
  suspense: bigint
  globalRetire: bigint
}

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
  lastOutTo: Map<Origin, number>
  /** Requests in phase 'asked', in order of their records. */
  asked: Set<Hex>
  /** Arrivals in phase 'returning'. */
  returning: Set<Hex>
}

/** What stewards have agreed that the next slot should say. */
export type OrderApproval = { order: 'keys' | 'issue'; argument: Uint8Array; by: Set<Hex> }

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
  terms: ActionOf<'x.req'>
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
  disposition: 'credit' | 'limit' | 'too-large' | 'recipient' | 'frozen'
  /** What is still suspended, base units. */
  left: bigint
  /** Where it stands: credited at once or by a steward; suspended; to be sent back; sent back. */
  phase: 'credited' | 'suspended' | 'returning' | 'returned'
}

/** A return to a backup; the first one began generation 1. */
export type Restore = {
  /** Entries below it stayed; `hub.restored` is the entry of this number. */
  size: number
  ts: number
  /** The stewards who signed it. */
  by: Hex[]
  /** Receipts that members say it voided, by their hash. */
  claims: Map<Hex, { by: Hex; seq: number; ts: number }>
}

/** What this hub lets one other city send it. */
export type Trust = {
  exposure: bigint
  exposureMilli: bigint
  transferMaxMilli: bigint
  /** Credits taken in (+) and our acknowledged outs (−), by Global day, within the rolling year. */
  moves: { day: number; amount: bigint }[]
}

/** Why a hub is frozen: the offence, and the entry that holds its evidence. */
export type Freeze = { kind: EvidenceKind; evidence: Hex; seq: number; ts: number }

export type State = {
  hub: Hub
  charters: Charter[]
  /** Leaf hashes of every record so far, as an RFC 6962 tree. */
  tree: Tree
  lastTs: number
  /** UTC day of the last tick (the founding counts as one). */
  tickDay: number
  /** Restores from backups in order. */
  restores: Restore[]
  /** Action ids not to be taken again, with the sequence number they got and when they may be forgotten. */
  ids: Map<Hex, { seq: number; until: number }>
  deadlines: Deadlines
  members: Map<Hex, Member>
  /** Whose a device key is, by its hex. */
  deviceOwner: Map<Hex, Hex>
  guests: Map<Hex, Guest>
  agreements: Map<Hex, Agreement>
  helps: Map<Hex, Help>
  books: Books
  federation: Federation | null
  chain: Chain
  /** Stewards' approvals of the next slot as an order of the hub itself, by `kind:argument hash`. */
  orderApprovals: Map<string, OrderApproval>
  inbound: Map<Origin, Inbound>
  requests: Map<Hex, Request>
  arrivals: Map<Hex, Arrival>
  trust: Map<Origin, Trust>
  /** Hubs convicted by their own signatures, with which this one has no more dealings. */
  frozen: Map<Origin, Freeze>
  /** Transfers already counted as a contribution abroad, with the award. */
  abroad: Map<Hex, { member: Hex; milli: bigint; seq: number }>
}

export const charterOf = (state: State): Charter => state.charters[state.charters.length - 1]!
export const charterVersion = (state: State): number => state.charters.length - 1

/** How often this log has gone on from a backup: what a seal over its newest entries must say. */
export const generationOf = (state: State): number => state.restores.length

export const domainDay = (state: State, ts: number): number => dayOf(ts, state.hub.day0)

/** The Domain index of a day (base × index = nominal). A change of rate begins with a protocol year. */
export const domainIndex = (state: State, day: number): bigint => indexOf(day, () => charterOf(state).domainDecayPerMille)

/** The Global day of `ts`, counted from document 1. Only with a federation. */
export const globalDay = (federation: Federation, ts: number): number => dayOf(ts, federation.day0)

export function globalIndex(federation: Federation, day: number): bigint {
  const { document } = federation.documents[federation.documents.length - 1]!
  return indexOf(day, () => document.globalDecayPerMille)
}

export const currentDocument = (federation: Federation): FederationDocument =>
  federation.documents[federation.documents.length - 1]!.document

export const cardOf = (document: FederationDocument, origin: Origin): Card | undefined =>
  document.members.find(({ card }) => card.origin === origin)?.card

/** This hub's own card in the document in force; undefined while the hub stands in none. */
export const ownCard = (state: State): Card | undefined =>
  state.federation === null ? undefined : cardOf(currentDocument(state.federation), state.hub.origin)

export const stewardsOf = (state: State): Member[] => [...state.members.values()].filter((member) => member.steward)

/** Stewards' signatures needed when the charter asks for `asked`: one founder can work alone. */
export const stewardsNeeded = (state: State, asked: number): number => Math.min(asked, stewardsOf(state).length)

/** Nominal milli of a member's balances on the day of `ts`. Global is zero without a federation. */
export function balanceOf(state: State, acct: Hex, ts: number): { domainMilli: bigint; heldMilli: bigint; globalMilli: bigint } {
  const account = state.members.get(acct)?.account
  if (account === undefined) return { domainMilli: 0n, heldMilli: 0n, globalMilli: 0n }
  const domain = domainIndex(state, domainDay(state, ts))
  const federation = state.federation
  return {
    domainMilli: nominalOf(account.domain, domain),
    heldMilli: nominalOf(account.held, domain),
    globalMilli: federation === null ? 0n : nominalOf(account.global, globalIndex(federation, globalDay(federation, ts))),
  }
}
