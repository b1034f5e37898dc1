/**
 * Everything replay knows, and the questions that can be asked of it.
 *
 * State is owned by one caller and changed only by `apply` in `ledger.ts`, only by entries that `check`
 * let pass. It holds nothing that the entries do not say: two readers of one log hold the same state, byte
 * for byte, whatever machine they read it on. Amounts are base units (bigint) unless the name ends in
 * `Milli` (nominal milli-CV); times are seconds; days are protocol days; map keys are lower-case hex.
 */
import type { Hex, Origin } from '../action.ts'
import { toHex } from '../bytes.ts'
import { dayOf } from '../calendar.ts'
import { type Charter, roles } from '../charter/charter.ts'
import type { Card, FederationDocument } from '../federation/federation.ts'
import { sha256 } from '../hash.ts'
import type { Tree } from '../merkle.ts'
import { indexOf } from '../value/decay.ts'
import type { Arrival, Chain, Federation, Freeze, Inbound, OrderApproval, Request, Trust } from './between.ts'
import type { Books, Demand, Deposit, Grant, Income, Month, Offer, Purchase, Redemption, Referral, Skills, Yearly } from './books.ts'
import { changed } from './changed.ts'
import type { Case, Nomination, Post, Proposal, Regard } from './council.ts'
import type { Deadlines } from './deadline.ts'
import type { DayOfExchanges } from './exchange.ts'
import type {
  Absences, ActFor, Agreement, Calendar, CarePlan, Correction, Help, Hours, Project, Session, Work,
} from './matters.ts'
import type { Brought, Departure, EndedDevice, Erasure, Guest, Invitation, Member, Organisation, Recovery } from './people.ts'
import type { RecentIds } from './recent-ids.ts'
import type { Register } from './register.ts'
import type { Repeats } from './repeats.ts'

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

export type State = {
  hub: Hub
  charters: Charter[]
  /** Yearly rate of decay by protocol year, the last one for all years after it too. */
  rates: number[]
  /** Leaf hashes of every record so far, as an RFC 6962 tree. */
  tree: Tree
  lastTs: number
  /** UTC day of the last tick (the founding counts as one). */
  tickDay: number
  /** The last tick's number; null before the first. */
  tickSeq: number | null
  /** Restores from backups in order. */
  restores: Restore[]
  /** Action ids not to be taken again, with the number of the record that took them. */
  ids: RecentIds
  deadlines: Deadlines
  members: Map<Hex, Member>
  /** Whose a device key is, by its hex: those of members and guests, those that have ended and those of recoveries. */
  deviceOwner: Map<Hex, Hex>
  /** One for every member that is not a person. */
  organisations: Map<Hex, Organisation>
  departures: Map<Hex, Departure>
  brought: Map<Hex, Brought>
  erasures: Map<Hex, Erasure>
  /** By the hex of the key, in the order of ending; and when, of each account, the latest of its own did. */
  endedDevices: Map<Hex, EndedDevice>
  devicesEnded: Map<Hex, number[]>
  /** By member. */
  recoveries: Map<Hex, Recovery>
  /** Invitations that nobody has used yet, and how many of them each member has made. */
  invitations: Map<Hex, Invitation>
  invitationsOpen: Map<Hex, number>
  guests: Map<Hex, Guest>
  /** By member; of most there is nothing to say yet. */
  regards: Map<Hex, Regard>
  /** By `postName`. */
  posts: Map<string, Post>
  nominations: Map<string, Nomination>
  proposals: Map<Hex, Proposal>
  /** Those of them that are not over, in their order. */
  proposalsAhead: Map<Hex, Proposal>
  agreements: Register<Agreement>
  sessions: Register<Session>
  /** How many of each member are open rows. */
  sessionsOpen: Map<Hex, number>
  carePlans: Map<Hex, CarePlan>
  /** Those that were agreed, by carer and receiver, one after the other; and of each receiver those that have not ended. */
  careBetween: Map<Hex, Map<Hex, CarePlan[]>>
  careOf: Map<Hex, CarePlan[]>
  /** Acts of the last `TRACK_DAYS` and slips that are not used, by the member they are for. */
  actsFor: Map<Hex, { member: Hex; acts: ActFor[] }>
  slips: Map<Hex, { member: Hex; open: Hex[] }>
  /** By matter and member (`rules/awarded.ts`). */
  corrections: Map<string, Correction>
  /** Who has signed which correction, until it is enough; by the same. */
  correcting: Map<string, { matter: Hex; member: Hex; voices: { by: Hex; counted: number }[] }>
  /** When what is shared is taken, by its listing. */
  calendars: Map<Hex, Calendar>
  /** When members did not come, though expected. */
  absences: Map<Hex, Absences>
  /** Who has given of their own time. */
  hours: Map<Hex, Hours>
  helps: Register<Help>
  /** Short helps that repeat themselves. */
  repeated: Repeats
  /** What was completed, graded and missed in the last `WINDOW_DAYS`, the oldest day first. */
  exchanges: DayOfExchanges[]
  /** Seasons in which something is more, or less, sought after, as set. */
  demand: Demand[]
  projects: Register<Project>
  works: Register<Work>
  /** How many works of each member are open. */
  worksOpen: Map<Hex, number>
  /** In the order of being opened; those against one member by their id. */
  cases: Map<Hex, Case>
  casesByAccused: Map<Hex, Hex[]>
  books: Books
  /** Σ members' lifetimeMilli. */
  lifetimeMilli: bigint
  /** Σ members' reserveMilli. */
  reserveMilli: bigint
  grants: Map<Hex, Grant>
  yearly: Map<Hex, Yearly>
  referrals: Map<Hex, Referral>
  /** By member, service and category. */
  purchases: Map<string, Purchase>
  skills: Map<Hex, Skills>
  offers: Map<Hex, Offer>
  redemptions: Map<Hex, Redemption>
  deposits: Map<Hex, Deposit>
  /** By year, source, plan and currency. */
  income: Map<string, Income>
  /** From the founding on, one a UTC month. */
  months: Month[]
  /** What some stewards have said and not yet enough of them, in order: who said it (`rules/jointly.ts`). */
  jointly: Map<string, Set<Hex>>
  federation: Federation | null
  chain: Chain
  /** Stewards' approvals of the next slot as an order of the hub itself, by `approvalName`. */
  orderApprovals: Map<string, OrderApproval>
  /** Global credited by conversion in the latest Global year in which there was one; null before the first. */
  converted: { year: number; milli: bigint } | null
  inbound: Map<Origin, Inbound>
  requests: Map<Hex, Request>
  arrivals: Map<Hex, Arrival>
  trust: Map<Origin, Trust>
  /** Hubs convicted by their own signatures, with which this one has no more dealings. */
  frozen: Map<Origin, Freeze>
  /** Transfers already counted as a contribution abroad, with the award. */
  abroad: Map<Hex, { xid: Hex; member: Hex; milli: bigint; seq: number }>
}

/** What stewards approve for a slot, by its kind and what it says. */
export const approvalName = (order: OrderApproval['order'], argument: Uint8Array): string =>
  `${order}:${toHex(sha256(argument))}`

export const charterOf = (state: State): Charter => state.charters[state.charters.length - 1]!
export const charterVersion = (state: State): number => state.charters.length - 1

/** How often this log has gone on from a backup: what a seal over its newest entries must say. */
export const generationOf = (state: State): number => state.restores.length

export const domainDay = (state: State, ts: number): number => dayOf(ts, state.hub.day0)

/** The Domain index of a day (base × index = nominal); of a day in years to come, at the rates that are known today. */
export const domainIndex = ({ rates }: State, day: number): bigint =>
  indexOf(day, (year) => rates[Math.min(year, rates.length - 1)]!)

/** The Global day of `ts`, counted from document 1. Only with a federation. */
export const globalDay = (federation: Federation, ts: number): number => dayOf(ts, federation.day0)

export function globalIndex(federation: Federation, day: number): bigint {
  const { document } = federation.documents[federation.documents.length - 1]!
  // Most days every year is of the newest terms.
  return indexOf(day, document.termsFrom === 0 ? () => document.globalDecayPerMille : (year) => termsIn(federation, year).globalDecayPerMille)
}

/** The document whose rate and yearly issue hold in a Global year: the newest of those that name it or an earlier one. */
export const termsIn = ({ documents }: Federation, year: number): FederationDocument =>
  documents.findLast(({ document }) => document.termsFrom <= year)!.document

export const currentDocument = (federation: Federation): FederationDocument =>
  federation.documents[federation.documents.length - 1]!.document

export const cardOf = (document: FederationDocument, origin: Origin): Card | undefined =>
  document.members.find(({ card }) => card.origin === origin)?.card

/** This hub's own card in the document in force; undefined while the hub stands in none. */
export const ownCard = (state: State): Card | undefined =>
  state.federation === null ? undefined : cardOf(currentDocument(state.federation), state.hub.origin)

/** A member of this hub, about to be changed. Undefined for a guest and for nobody. */
export function changedMember(state: State, acct: Hex): Member | undefined {
  const member = state.members.get(acct)
  return member === undefined ? undefined : changed(member)
}

/** What a member has ever contributed, here and in the cities they moved from. */
export function carriedBy(state: State, acct: Hex): { lifetimeMilli: bigint; contributions: number; reserveMilli: bigint } {
  const { lifetimeMilli, contributions, reserveMilli } = state.members.get(acct)!
  const brought = state.brought.get(acct)
  return {
    lifetimeMilli: lifetimeMilli + (brought?.lifetimeMilli ?? 0n),
    contributions: contributions + (brought?.contributions ?? 0),
    reserveMilli,
  }
}

/** In the order of taking office. */
export const stewardsOf = (state: State): Member[] =>
  [...state.posts.values()].filter(({ role }) => role === roles.steward).map(({ member }) => state.members.get(member)!)

/** Of these those who are stewards now: what somebody said who has left office counts no more. */
export const inOffice = (state: State, accts: Iterable<Hex>): Hex[] => [...accts].filter((acct) => state.members.get(acct)!.steward)

/** Stewards' signatures needed when the charter asks for `asked`: one founder can work alone. */
export const stewardsNeeded = (state: State, asked: number): number => Math.min(asked, stewardsOf(state).length)
