/**
 * What people do for each other: agreements, helps, sessions, plans of care, projects and works, from being agreed on to what
 * was awarded for them; and what is noted of each of them beside.
 */
import type { Hex, Terms } from '../action.ts'
import type { Category, ProjectSize, Resource, Work as WorkCode } from '../charter/charter.ts'
import type { Reckoning, Setting } from '../value/reckoning.ts'

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
