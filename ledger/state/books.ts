/**
 * The community's own accounts, what was granted, bought, offered and taken in, and what is counted by year, month and season.
 */
import type { Hex } from '../action.ts'
import type { Category, Plan, Resource, ServiceCode } from '../charter/charter.ts'

/** The hub's own accounts, base units. `issuance` alone may be below zero. */
export type Books = {
  issuance: bigint
  redemption: bigint
  /** Given for what partners offer, and not received yet. */
  partner: bigint
  commons: bigint
  retire: bigint
  pool: bigint
  /** Pool value promised to a requested transfer. */
  poolHeld: bigint
  inflight: bigint
  suspense: bigint
  globalRetire: bigint
}

/** A service of the hub's that somebody bought; of a certification, the peers who have signed. */
export type Purchase = { member: Hex; service: ServiceCode; category: Category | null; until: number; by: Hex[] }
/** What somebody has been awarded for, and what peers have certified. */
export type Skills = { member: Hex; practised: Category[]; certified: Category[] }

/** A partner's offer while it is open, and how many places are left. */
export type Offer = { id: Hex; partner: Hex; listing: Hex; milli: bigint; left: number; until: number }
/** What was given for one place and has not been received yet, base units. */
export type Redemption = { id: Hex; partner: Hex; member: Hex; listing: Hex; base: bigint; ts: number }

/** Money that is with the community and somebody's. */
export type Deposit = { member: Hex; minor: number; currency: string; seq: number }
/** What an operator has taken in of one kind in a protocol year, minor units. */
export const incomeSources = ['plan', 'need', 'resource', 'skill'] as const
export type Income = {
  year: number; source: (typeof incomeSources)[number]; plan: Plan | null; currency: string; count: number; minor: bigint
}

/** What the commons has granted somebody. */
export type Grant = { member: Hex; newcomerMilli: bigint; vulnerableMilli: bigint }
/** What is counted of a member in a protocol year; see `yearly.ts`. */
export type Yearly = { member: Hex; year: number; givenMilli: bigint; grantedMilli: bigint; referrals: number }
/** Whom a newcomer was brought by, when both have been thanked for it. */
export type Referral = { newcomer: Hex; inviter: Hex; seq: number }

/** Nominal Domain milli where a name ends so, at the index of the day of each posting. */
export type Month = {
  /** UTC months since January 1970. */
  month: number
  /** How many matters were closed before it. */
  closedAgreements: number
  closedHelps: number
  /** In members' hands, free and held, when it began. */
  openingMilli: bigint
  /** Awards by their formulas, at formula value. */
  skillMilli: bigint
  resourceMilli: bigint
  projectMilli: bigint
  communityMilli: bigint
  awards: number
  /** Members who signed something in it. */
  active: number
  /** Into and, if negative, out of members' hands, whatever the reason; and what of it was used. */
  movedMilli: bigint
  redeemedMilli: bigint
  decayedMilli: bigint
  /** The last Domain day that is added up, and the books at its end. */
  day: number
  circulating: bigint
  redemption: bigint
}

/** From one UTC day to another, both included. */
export type Demand = { resource: Resource; fromDay: number; untilDay: number; perMille: number; by: Hex; ts: number }
