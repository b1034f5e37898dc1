/**
 * Everything replay knows, and the questions that can be asked of it.
 *
 * State is owned by one caller and changed only by `apply` in `ledger.ts`, only by entries that `check`
 * let pass. It holds nothing that the entries do not say: two readers of one log hold the same state, byte
 * for byte, whatever machine they read it on. Amounts are base units (bigint) unless the name ends in
 * `Milli` (nominal milli-CV); times are seconds; days are protocol days; map keys are lower-case hex.
 */
import type { ActionOf, Disposition, Hex, Kind, Origin } from '../action.ts'
import { toHex } from '../bytes.ts'
import { changed } from './changed.ts'
import { dayOf } from '../calendar.ts'
import {
  type Category, type Charter, type Plan, type ProjectSize, type Resource, type Role, roles, type ServiceCode, type Work as WorkCode,
} from '../charter/charter.ts'
import { indexOf } from '../value/decay.ts'
import { Deadlines } from './deadline.ts'
import type { FreezingKind } from '../evidence/offence.ts'
import type { DayOfExchanges } from './exchanges.ts'
import type { Card, FederationDocument, Order, Out } from '../federation/federation.ts'
import { sha256 } from '../hash.ts'
import { Tree } from '../merkle.ts'
import type { Month } from '../value/months.ts'
import type { Reckoning, Setting } from '../value/reckoning.ts'
import { RecentIds } from './recent-ids.ts'
import { Register } from './register.ts'
import { Repeats } from './repeats.ts'
import type { Demand } from '../rules/demand.ts'
import { agreementRows, helpRows } from '../rows/help.ts'
import { projectRows } from '../rows/projects.ts'
import { sessionRows } from '../rows/sessions.ts'
import { workRows } from '../rows/works.ts'
import { Times } from './times.ts'
import type { Voices } from './voices.ts'

/** What was asked for, without what only mattered while it waited to be recorded. */
export type Terms<K extends Kind> = Omit<ActionOf<K>, 'exp' | 'seen'>

export function termsOf<K extends Kind>(action: ActionOf<K>): Terms<K> {
  const { exp: _exp, seen: _seen, ...terms } = action
  return terms
}

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

/**
 * What a member's standing is computed from: the times (seconds, ascending) of what happened in the last
 * `TRACK_DAYS`, so that a window can be laid over them.
 */
export type Track = {
  /** Grades received as a helper. */
  poor: Times
  fair: Times
  good: Times
  /** Agreements and helps that ended, kept or not. */
  kept: Times
  broken: Times
  /** Domain days on which the member signed something, each once. */
  activeDays: Times
}

/** How far back a track reaches. */
export const TRACK_DAYS = 365

/** Adds the latest time to a list of them, and lets go of those at or before `past`. */
export function noteTime(times: number[], now: number, past: number): void {
  times.push(now)
  if (times[0]! > past) return
  times.splice(0, times.findIndex((time) => time > past))
}

/** Whom an account stands for. Only a person has a level and a voice. */
export const forms = ['person', 'organisation', 'group'] as const
export type Form = (typeof forms)[number]

/** What is left to a member to do; see `rules/status.ts`. */
export const statuses = ['active', 'restricted', 'banned', 'departed'] as const
export type Status = (typeof statuses)[number]

export type Member = {
  acct: Hex
  form: Form
  status: Status
  /** Device public keys by keyId. */
  devices: Map<Hex, Uint8Array>
  profile: Hex
  joinedTs: number
  /** Whose invitation they joined by; null for who came by petition or founded the hub. */
  invitedBy: Hex | null
  attested: boolean
  steward: boolean
  account: Account
  /** Σ awards at formula value, here and abroad; never decays; levels read it. */
  lifetimeMilli: bigint
  /** Contributions that are confirmed: one opens level 2. */
  contributions: number
  /** Global credited by conversion in the latest quarter in which there was one; null before the first. */
  converted: { quarter: number; milli: bigint } | null
  /** Domain earned in the latest protocol year in which there was any; null before the first. */
  earned: { year: number; milli: bigint } | null
  /** 时间储备: what they have put aside, nominal, and why stewards have opened it to them. */
  reserveMilli: bigint
  reserveOpen: ReserveGround | null
  /** What they earned beyond the cap, ever: given to the commons in their name. */
  toCommonsMilli: bigint
  /** The Domain day of the latest activity, and the one on which being away last took something (0: never). */
  awakeDay: number
  shrunkDay: number
  /** The last Domain day on which a plan of care provides for them (0: none ever did). */
  caredUntil: number
  /** Set apart by stewards: being away takes nothing. */
  exempt: boolean
  /** What of `held` came in while they were away, base units: it waits for their next act. */
  waiting: { domain: bigint; global: bigint }
  track: Track
}

/** Who signs for an organisation or a group, in the order of being so, and who has been asked to and has not answered. */
export type Organisation = { acct: Hex; signers: Hex[]; named: Hex[] }

/** Whoever is gone: when, and where to if they moved. */
export type Departure = { acct: Hex; ts: number; to: Origin | null }

/** The latest entry by which somebody asked that their words be erased. */
export type Erasure = { acct: Hex; seq: number; ts: number }

/** What somebody who moved here had contributed before, as their home's record says. */
export type Brought = { acct: Hex; home: Origin; lifetimeMilli: bigint; contributions: number }

/** A key that was a member's and signs nothing any more. */
export type EndedDevice = { device: Uint8Array; acct: Hex; ts: number }

/** A new device for a member who has lost theirs: proposed, and with enough stewards behind it announced for a midnight. */
export type Recovery = { member: Hex; device: Uint8Array; evidence: Hex; by: Hex[]; ts: number; due: number | null }
/** What others said of a member, and what the member did for all; see `rules/regard.ts`. */
export type Regard = {
  acct: Hex
  /** By whom, and when. */
  recommended: Map<Hex, number>
  /** How often they voted, judged, or served as steward. */
  acts: number
  /** When something that was agreed with them came to nothing. */
  unused: Times
  /** By whom, the latest last. */
  voices: Voices
}

/** A role that somebody holds, until its term is over: `until` is a midnight, or when a vote recalled them. */
export type Post = { role: Role; member: Hex; since: number; until: number; isRecalled: boolean }

/** A role that somebody may accept, until a midnight. */
export type Nomination = { role: Role; member: Hex; until: number }

/** Something that is or was voted on; see `rules/proposal.ts` and, for a charter, `rules/amendment.ts`. */
export type Proposal = {
  id: Hex
  by: Hex
  ts: number
  /** A commitment to why, or to what is moved. */
  reason: Hex
  matter:
    | { what: 'motion' }
    | { what: 'role'; role: Role; member: Hex; change: 'appoint' | 'recall' }
    /** Its bytes; none once the matter is over. */
    | { what: 'charter'; charter: Uint8Array }
  /** The charter in force when it was opened: it says by which numbers it is decided. */
  version: number
  basis: 'level' | 'assembly'
  level: number
  electorate: Set<Hex>
  votes: Map<Hex, 'yes' | 'no' | 'abstain'>
  phase: 'open' | 'carried' | 'adopted' | 'done' | 'rejected' | 'no-quorum' | 'lapsed' | 'superseded'
  /** Stewards who signed the charter. */
  confirmedBy: Set<Hex>
  adoptedTs: number | null
  /** What the vote came to, once it is counted. */
  count: { electorate: number; yes: number; no: number; abstain: number } | null
}

/** A code that somebody may join with until the end of a UTC day, by its hash. */
export type Invitation = { invitation: Hex; by: Hex; until: number }

/** A member of another city who acts here. Holds nothing here: no account, no level, no vote. */
export type Guest = { acct: Hex; home: Origin; devices: Map<Hex, Uint8Array> }

/** What was contributed, and what it is worth with all its factors. */
export type Contribution = Reckoning & (
  | { formula: 'skill'; what: Category }
  | { formula: 'resource'; what: Resource }
  | { formula: 'project'; what: ProjectSize }
  | { formula: 'community'; what: WorkCode }
)

/** A contribution that was paid: on which Domain day, whose index turned it into base units, and by which record. */
export type Award = Contribution & { day: number; seq: number }

export type Rating = { commitment: Hex; ts: number; grade: 0 | 1 | 2 | null }

/** What one says about how an agreement went, until the other has answered. */
export type Report = {
  by: Hex
  /** How long it was; 0 when it did not happen. */
  minutes: number
  ts: number
  /** Who, of the two, did not come; null when nobody is said to have stayed away. */
  absent: Hex | null
}

/** What a steward would have count; see `rules/dispute.ts`. */
export type Voice = { by: Hex; minutes: number; absent: Hex | null }

/** One group session; see `rules/session.ts`. */
export type Session = {
  id: Hex
  terms: Terms<'session.opened'>
  made: number
  phase: 'open' | 'closed' | 'settled' | 'cancelled' | 'lapsed' | 'missed'
  /** Who signed up, with the hash of the code that shows their presence. */
  people: Map<Hex, { member: Hex; code: Hex; came: boolean; commitment: Hex | null; grade: 0 | 1 | 2 | null }>
  minutes: number | null
  closedTs: number | null
  award: Award | null
}

/** Somebody visited again and again by the same person; `agreed` by a steward. See `rules/care.ts`. */
export type CarePlan = { id: Hex; terms: Terms<'care.asked'>; agreed: { by: Hex; ts: number } | null; ended: number | null }

/**
 * What stands of a member's award since its latest correction: `base` is what they have had for it, `given` what its
 * receiver gave, in base units; see `rules/correction.ts`.
 */
export type Correction = {
  /** The agreement, help, session, project or work. */
  id: Hex
  member: Hex
  /** Minutes, the ‰ of a share, or people. */
  counted: number
  award: Award
  base: bigint
  given: bigint
  toppedUp: bigint
  seq: number
}

/** Under which a correction of somebody's award is kept. */
export const correctionOf = (matter: Hex, member: Hex): string => `${matter} ${member}`

/** What a steward did about a help for a member without a device, by a slip or by their word; see `rules/proxy.ts`. */
export type ActFor = { help: Hex; steward: Hex; minutes: number; ts: number; bySlip: boolean; endorsed: number | null }

/** A time for which something is taken; see `rules/occupancy.ts`. */
export type Interval = { agreement: Hex; begins: number; ends: number; isOut: boolean }
export type Calendar = { listing: Hex; intervals: Interval[] }

/** The times (seconds, ascending) of the last `TRACK_DAYS` at which a member was expected and did not come. */
export type Absences = { member: Hex; times: number[] }

/** How much of their own time a member has given of late; see `rules/hours.ts`. */
export type Hours = {
  member: Hex
  /** Seconds: until when all of their time is spoken for, if they gave it one minute after the other. */
  until: number
  /** Minutes of help by short form on a UTC day, those that may still be written down. */
  days: { day: number; minutes: number }[]
}

/** Something that two have agreed: help, or the use of what one of them shares. */
export type Agreement = {
  id: Hex
  terms: Terms<'agreement.made'> | Terms<'booking.made'>
  /** Whose time it is, or whose room, tool or vehicle. */
  provider: Hex
  receiver: Hex
  /** Who set the index of demand at which something is used; null for help, and where nobody did. */
  demandSet: Setting | null
  made: number
  /** The course of it stands in `rules/agreement.ts`. The last five are its end. */
  phase: 'agreed' | 'reported' | 'disputed' | 'confirmed' | 'settled' | 'cancelled' | 'lapsed' | 'missed' | 'undecided'
  /** Who was there; of a use, who says that it was handed over. */
  checkins: Set<Hex>
  /** When what was used came back, if somebody has said so. */
  returned: number | null
  report: Report | null
  dispute: { by: Hex; ts: number; reason: Hex; voices: Voice[] } | null
  confirmedTs: number | null
  /** True when silence confirmed it. */
  silently: boolean
  /** By rater. */
  ratings: Map<Hex, Rating>
  /** What was set aside from the receiver when it was made, base units, and how much of that still is. */
  price: bigint
  hold: bigint
  /** What the commons added for a receiver who did not have the price, base units. */
  toppedUp: bigint
  award: Award | null
  /** For a guest's help: what the pool owes for it, base units Global, and the transfer that pays it. */
  guestDue: { amount: bigint; xid: Hex | null } | null
  /**
   * For a visitor's use, base units Global: what is due, what its provider has had of it, whether the award counts by now; and
   * the transfers that wait for what comes of it (`rules/suspense.ts`).
   */
  stay: { due: bigint; paid: bigint; counted: boolean; waiting: Hex[] } | null
}

/** One 记一次帮助. */
export type Help = {
  id: Hex
  terms: Terms<'help.recorded'>
  recordedTs: number
  phase: 'recorded' | 'confirmed' | 'declined' | 'lapsed'
  /** Of a confirmed one: when; what the receiver gave for it and what the commons added, base units. */
  confirmedTs: number | null
  given: bigint
  toppedUp: bigint
  award: Award | null
}

/** A wish to take part in a project, with what is held for it where places are auctioned, base units. */
export type Application = { id: Hex; by: Hex; bid: bigint }
export type Share = { member: Hex; perMille: number }

/** Something that several people make for somebody who asked for it; see `rules/project.ts`. */
export type Project = {
  id: Hex
  terms: Terms<'project.opened'>
  /** The version it was opened under. */
  charter: number
  openedTs: number
  phase: 'open' | 'running' | 'reported' | 'confirmed' | 'contested' | 'awarded' | 'cancelled' | 'lapsed'
  /** As they came; none once the places are given. */
  applications: Application[]
  /** Who was given a place: the core as they applied, then the others in the order of being chosen. */
  chosen: Hex[]
  /** The midnight at which it lapses if nothing has been reported or answered. */
  lapses: number
  report: { id: Hex; shares: Share[]; reach: number; completion: 0 | 1; ts: number } | null
  confirmed: { by: Hex; ts: number } | null
  contested: { by: Hex; reason: Hex; ts: number } | null
  awardedTs: number | null
  awards: { member: Hex; award: Award }[]
}

/** What somebody did for the community itself, and who found it useful. */
export type Work = {
  id: Hex
  terms: Terms<'work.published'>
  /** The version it was published under. */
  charter: number
  publishedTs: number
  /** In the order in which they said so; at most the charter's `participantsMax`. */
  valued: Set<Hex>
  /** What a steward said of it: quality 0 poor, 1 normal, 2 high. */
  judged: { lasting: boolean; quality: 0 | 1 | 2; by: Hex; ts: number } | null
  phase: 'open' | 'awarded' | 'ended'
  award: Award | null
}

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

/** What opens a time reserve. */
export const reserveGrounds = ['age', 'hardship', 'relative'] as const
export type ReserveGround = (typeof reserveGrounds)[number]

/** What the commons has granted somebody. */
export type Grant = { member: Hex; newcomerMilli: bigint; vulnerableMilli: bigint }
/** What is counted of a member in a protocol year; see `yearly.ts`. */
export type Yearly = { member: Hex; year: number; givenMilli: bigint; grantedMilli: bigint; referrals: number }
/** Whom a newcomer was brought by, when both have been thanked for it. */
export type Referral = { newcomer: Hex; inviter: Hex; seq: number }

/** Somebody is said to have done wrong (`rules/case.ts`). */
export type Case = {
  id: Hex
  /** The record that opened it. */
  seq: number
  opened: number
  charter: number
  accused: Hex
  complainant: Hex | null
  /** Commitment to what somebody complains of. */
  complaint: Hex | null
  /** SHA-256 of the flag's bytes. */
  flag: Hex | null
  /** The agreements, helps, sessions, projects and works in dispute, ascending. */
  matters: Hex[]
  /** The grades that the accused received in them, by the time of their opening. */
  grades: { grade: 0 | 1 | 2; ts: number }[]
  /** Who has had to do with it and does not judge, ascending. */
  involved: Hex[]
  /** From whom may be drawn, in the order of joining; nobody once it is over. */
  electorate: Hex[]
  /** Who decides, ascending. */
  panel: Hex[]
  votes: { by: Hex; measure: 0 | 1 | 2; reason: Hex }[]
  answer: { ts: number; statement: Hex } | null
  phase: 'open' | 'dismissed' | 'lapsed' | 'found' | 'appealed' | 'judging' | 'sanctioned' | 'reversed'
  /** What is set aside for it, base units. */
  held: bigint
  globalHeld: bigint
  found: { ts: number; measure: 0 | 1 | 2 } | null
  appeal: { ts: number; statement: Hex } | null
  jurors: Hex[]
  verdicts: { by: Hex; confirmed: boolean; reason: Hex }[]
  /** What the sanction took, base units, and what of the tainted awards there was too little left for. */
  taken: { domain: bigint; global: bigint; lifetimeMilli: bigint; shortfall: bigint; grades: Case['grades'] } | null
  /** Of the panel, who takes it back; ascending. */
  reversals: Hex[]
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

/** A state that knows nothing yet, not even its hub: for founding, and for making one of rows. */
export function emptyState(): State {
  const none = new Uint8Array(32)
  return {
    hub: { id: none, origin: '', name: '', city: '', region: '', day0: 0, logKey: none, orderKey: none },
    charters: [],
    rates: [],
    tree: new Tree(),
    lastTs: 0,
    tickDay: 0,
    tickSeq: null,
    restores: [],
    ids: new RecentIds(),
    deadlines: new Deadlines(),
    members: new Map(),
    deviceOwner: new Map(),
    organisations: new Map(),
    departures: new Map(),
    brought: new Map(),
    erasures: new Map(),
    endedDevices: new Map(),
    devicesEnded: new Map(),
    recoveries: new Map(),
    invitations: new Map(),
    invitationsOpen: new Map(),
    guests: new Map(),
    regards: new Map(),
    posts: new Map(),
    nominations: new Map(),
    proposals: new Map(),
    proposalsAhead: new Map(),
    agreements: new Register(agreementRows),
    sessions: new Register(sessionRows),
    sessionsOpen: new Map(),
    carePlans: new Map(),
    corrections: new Map(),
    correcting: new Map(),
    careBetween: new Map(),
    careOf: new Map(),
    actsFor: new Map(),
    slips: new Map(),
    calendars: new Map(),
    absences: new Map(),
    hours: new Map(),
    helps: new Register(helpRows),
    repeated: new Repeats(),
    exchanges: [],
    demand: [],
    projects: new Register(projectRows),
    works: new Register(workRows),
    worksOpen: new Map(),
    cases: new Map(),
    casesByAccused: new Map(),
    books: {
      issuance: 0n, redemption: 0n, partner: 0n, commons: 0n, retire: 0n,
      pool: 0n, poolHeld: 0n, inflight: 0n, suspense: 0n, globalRetire: 0n,
    },
    lifetimeMilli: 0n,
    reserveMilli: 0n,
    grants: new Map(),
    yearly: new Map(),
    referrals: new Map(),
    purchases: new Map(),
    skills: new Map(),
    offers: new Map(),
    redemptions: new Map(),
    deposits: new Map(),
    income: new Map(),
    jointly: new Map(),
    months: [],
    federation: null,
    chain: {
      slots: [], position: 0n, keys: null, issued: new Map(), burnt: null, lastOutTo: new Map(), asked: new Set(), returning: new Set(),
    },
    orderApprovals: new Map(),
    converted: null,
    inbound: new Map(),
    requests: new Map(),
    arrivals: new Map(),
    trust: new Map(),
    frozen: new Map(),
    abroad: new Map(),
  }
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

/** Under which a role stands that a member holds or is offered. */
export const postName = (role: Role, member: Hex): string => `${role} ${member}`

/** In the order of taking office. */
export const stewardsOf = (state: State): Member[] =>
  [...state.posts.values()].filter(({ role }) => role === roles.steward).map(({ member }) => state.members.get(member)!)

/** Stewards' signatures needed when the charter asks for `asked`: one founder can work alone. */
export const stewardsNeeded = (state: State, asked: number): number => Math.min(asked, stewardsOf(state).length)
