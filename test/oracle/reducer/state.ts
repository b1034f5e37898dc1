/**
 * What replay knows: objects with the names of the README’s rows, in plain maps. What a row does not have is left out when rows are
 * written, so an order stands here in words beside its bytes.
 */
import type { Hex } from './bytes.ts'
import type { Offence } from './evidence.ts'
import type { Charter, Ratio, Tier } from './charter.ts'
import type { Verify } from './signatures.ts'

export type Hub = { id: Hex; origin: string; name: string; city: string; region: string; day0: bigint; logKey: Hex; orderKey: Hex }
export type Restore = { size: bigint; ts: bigint; by: Hex[]; claims: { receipt: Hex; by: Hex; seq: bigint; ts: bigint }[] }
export type Deadline = { at: bigint; what: string; id: Hex }

export type Member = {
  acct: Hex; form: 'person' | 'organisation' | 'group'; status: 'active' | 'restricted' | 'banned' | 'departed'
  devices: Hex[]; profile: Hex; joinedTs: bigint; invitedBy: Hex | null; attested: boolean; steward: boolean
  domain: bigint; held: bigint; global: bigint; globalHeld: bigint; lifetimeMilli: bigint; contributions: bigint
  converted: { quarter: bigint; milli: bigint } | null
  earned: { year: bigint; milli: bigint } | null; toCommonsMilli: bigint
  reserveMilli: bigint; reserveOpen: 'age' | 'hardship' | 'relative' | null
  awakeDay: bigint; caredUntil: bigint; shrunkDay: bigint; exempt: boolean; waiting: bigint; globalWaiting: bigint
  poor: bigint[]; fair: bigint[]; good: bigint[]; kept: bigint[]; broken: bigint[]; activeDays: bigint[]
}
export type Organisation = { acct: Hex; signers: Hex[]; named: Hex[] }
export type Regard = { acct: Hex; recommended: { by: Hex; ts: bigint }[]; acts: bigint; unused: bigint[]; voices: { by: Hex; ts: bigint; isGood: boolean }[] }
export type Grants = { member: Hex; newcomerMilli: bigint; vulnerableMilli: bigint }
export type Yearly = { member: Hex; year: bigint; givenMilli: bigint; grantedMilli: bigint; referrals: bigint }
export type Referral = { newcomer: Hex; inviter: Hex; seq: bigint }
export type Departure = { acct: Hex; ts: bigint; to: string | null }
export type Brought = { acct: Hex; home: string; lifetimeMilli: bigint; contributions: bigint }
export type Season = { resource: bigint; fromDay: bigint; untilDay: bigint; perMille: bigint; by: Hex; ts: bigint }
export type Work = {
  id: Hex; author: Hex; work: bigint; content: Hex; charter: bigint; publishedTs: bigint; valued: Hex[]
  judged: { lasting: boolean; quality: bigint; by: Hex; ts: bigint } | null; phase: 'open' | 'awarded' | 'ended'; award: Award | null
}
export type Month = {
  month: bigint; closedAgreements: bigint; closedHelps: bigint; openingMilli: bigint; skillMilli: bigint; resourceMilli: bigint
  projectMilli: bigint; communityMilli: bigint; awards: bigint; active: bigint; movedMilli: bigint; redeemedMilli: bigint
  decayedMilli: bigint; day: bigint; circulating: bigint; redemption: bigint
}
export type Interval = { agreement: Hex; begins: bigint; ends: bigint; isOut: boolean }
export type Share = { member: Hex; perMille: bigint }
export type Application = { id: Hex; by: Hex; bid: bigint }
export type Project = {
  id: Hex; organiser: Hex; size: bigint; requester: Hex; core: Hex[]; places: bigint; gateMilli: bigint; gateLevel: bigint; choice: bigint
  applyUntil: bigint; endsDay: bigint; terms: Hex; charter: bigint; openedTs: bigint
  phase: 'open' | 'running' | 'reported' | 'confirmed' | 'contested' | 'awarded' | 'cancelled' | 'lapsed'
  applications: Application[]; chosen: Hex[]; lapses: bigint
  report: { id: Hex; shares: Share[]; reach: bigint; completion: bigint; ts: bigint } | null
  confirmed: { by: Hex; ts: bigint } | null; contested: { by: Hex; reason: Hex; ts: bigint } | null
  awardedTs: bigint | null; awards: { member: Hex; award: Award }[]
}
export type Grade = { grade: bigint; ts: bigint }
export type Case = {
  id: Hex; seq: bigint; opened: bigint; charter: bigint; accused: Hex; complainant: Hex | null; complaint: Hex | null; flag: Hex | null
  matters: Hex[]; grades: Grade[]; involved: Hex[]; electorate: Hex[]; panel: Hex[]; votes: { by: Hex; measure: bigint; reason: Hex }[]
  answer: { ts: bigint; statement: Hex } | null
  phase: 'open' | 'dismissed' | 'lapsed' | 'found' | 'appealed' | 'judging' | 'sanctioned' | 'reversed'
  held: bigint; globalHeld: bigint; found: { ts: bigint; measure: bigint } | null; appeal: { ts: bigint; statement: Hex } | null
  jurors: Hex[]; verdicts: { by: Hex; confirmed: boolean; reason: Hex }[]
  taken: { domain: bigint; global: bigint; lifetimeMilli: bigint; shortfall: bigint; grades: Grade[] } | null; reversals: Hex[]
}
export type Post = { role: bigint; member: Hex; since: bigint; until: bigint; isRecalled: boolean }
export type Nomination = { role: bigint; member: Hex; until: bigint }
export type Session = {
  id: Hex; organiser: Hex; listing: Hex; category: bigint; begins: bigint; ends: bigint; places: bigint; code: Hex; charter: bigint; made: bigint
  phase: 'open' | 'closed' | 'settled' | 'cancelled' | 'lapsed' | 'missed'
  people: { member: Hex; code: Hex; came: boolean; commitment: Hex | null; grade: bigint | null }[]; minutes: bigint | null; closedTs: bigint | null; award: Award | null
}
export type Proxied = { help: Hex; steward: Hex; minutes: bigint; ts: bigint; bySlip: boolean; endorsed: bigint | null }
export type CarePlan = {
  id: Hex; by: Hex; carer: Hex; receiver: Hex; category: bigint; visitsAWeek: bigint; minutes: bigint; until: bigint
  agreed: { by: Hex; ts: bigint } | null; ended: bigint | null
}
export type Proposal = {
  id: Hex; by: Hex; ts: bigint; reason: Hex; charter: Hex | null; role: { role: bigint; member: Hex; change: 'appoint' | 'recall' } | null
  version: bigint; basis: 'level' | 'assembly'; level: bigint; electorate: Hex[]; votes: { by: Hex; vote: string }[]
  phase: 'open' | 'carried' | 'adopted' | 'done' | 'rejected' | 'no-quorum' | 'lapsed' | 'superseded'; confirmedBy: Hex[]
  adoptedTs: bigint | null; count: { electorate: bigint; yes: bigint; no: bigint; abstain: bigint } | null
}
export type Purchase = { member: Hex; service: bigint; category: bigint | null; until: bigint; by: Hex[] }
export type Skills = { member: Hex; practised: bigint[]; certified: bigint[] }
export type Deposit = { member: Hex; minor: bigint; currency: string; seq: bigint }
export type Offer = { id: Hex; partner: Hex; listing: Hex; milli: bigint; left: bigint; until: bigint }
export type Redemption = { id: Hex; partner: Hex; member: Hex; listing: Hex; base: bigint; ts: bigint }
export type Income = {
  year: bigint; source: 'plan' | 'need' | 'resource' | 'skill'; plan: bigint | null; currency: string; count: bigint; minor: bigint
}
export type Invitation = { invitation: Hex; by: Hex; until: bigint }
export type Ended = { device: Hex; acct: Hex; ts: bigint }
export type Recovery = { member: Hex; device: Hex; evidence: Hex; by: Hex[]; ts: bigint; due: bigint | null }
export type Guest = { acct: Hex; home: string; devices: Hex[] }

export type Factor = { factor: bigint; perMille: bigint; of: bigint | null; set: { by: Hex; ts: bigint } | null }
export type Award = {
  formula: bigint; what: bigint; quantity: bigint; unitMilli: bigint; per: bigint; factors: Factor[]; milli: bigint; day: bigint; seq: bigint
}
export type Repeated = { one: Hex; other: Hex; category: bigint; times: bigint[] }
export type Exchange = {
  matter: Hex; seq: bigint; giver: Hex; receiver: Hex; milli: bigint; minutes: bigint; form: 'short' | 'full' | 'thing' | 'care' | 'project' | 'work'
  came: boolean; begins: bigint; ends: bigint
}
export type ExchangeDay = {
  day: bigint; exchanges: Exchange[]
  ratings: { matter: Hex; seq: bigint; rater: Hex; rated: Hex; grade: bigint; given: bigint; opened: bigint }[]
  absences: { matter: Hex; seq: bigint; member: Hex }[]
  corrections: { matter: Hex; seq: bigint; giver: Hex; day: bigint; milli: bigint; minutes: bigint | null }[]
  overstays: { matter: Hex; seq: bigint; member: Hex; booked: bigint; kept: bigint }[]
}
export type Rating = { commitment: Hex; ts: bigint; grade: bigint | null }
export type Agreement = {
  id: Hex; byProvider: boolean; listing: Hex; provider: Hex; receiver: Hex
  help: { category: bigint; minutes: bigint } | null; use: { resource: bigint; demandPerMille: bigint; set: Factor['set'] } | null
  begins: bigint; ends: bigint; terms: Hex; charter: bigint; made: bigint; phase: string; providerCame: boolean; receiverCame: boolean
  returned: bigint | null
  report: { byProvider: boolean; minutes: bigint; ts: bigint; absent: bigint } | null
  dispute: { byProvider: boolean; ts: bigint; reason: Hex; voices: { by: Hex; minutes: bigint; absent: bigint }[] } | null
  confirmedTs: bigint | null; silently: boolean; providerRating: Rating | null; receiverRating: Rating | null
  price: bigint; hold: bigint; toppedUp: bigint; award: Award | null
  guestDue: { amount: bigint; xid: Hex | null } | null; stay: { due: bigint; paid: bigint; counted: boolean; waiting: Hex[] } | null
}
export type Help = {
  id: Hex; byHelper: boolean; helper: Hex; receiver: Hex; category: bigint; minutes: bigint; day: bigint; note: Hex; recordedTs: bigint
  phase: string; confirmedTs: bigint | null; given: bigint; toppedUp: bigint; award: Award | null
}
export type Correction = { id: Hex; member: Hex; counted: bigint; award: Award; base: bigint; given: bigint; toppedUp: bigint; seq: bigint }
export type Hours = { member: Hex; until: bigint; days: { day: bigint; minutes: bigint }[] }
export type Correcting = { matter: Hex; member: Hex; voices: { by: Hex; counted: bigint }[] }

export type Books = Record<
  'issuance' | 'redemption' | 'partner' | 'commons' | 'retire' | 'pool' | 'poolHeld' | 'inflight' | 'suspense' | 'globalRetire', bigint>

export type Card = {
  hubId: Hex; origin: string; logKey: Hex; cosignerKey: Hex; auditorKey: Hex; orderKey: Hex; voteKey: Hex; peerKey: Hex
  community: boolean
}
export type Place = { slot: bigint; order: Hex }
export type Frontier = { origin: string; certified: Place | null; locked: Place | null }
export type Document = {
  version: bigint; previous: Hex; day0: bigint; globalDecayPerMille: bigint; conversion: Ratio; issueYearlyMaxMilli: bigint; termsFrom: bigint
  members: { card: Card; addresses: string[] }[]; closings: Closing[]; releases: Release[]
  renewals: { origin: string; signature: Hex }[]
}
export type Release = { origin: string; evidence: Hex[]; size: bigint; root: Hex; stands: Place | null }
export type Closing = { origin: string; heir: string | null; lastSeen: bigint; order: Hex }
export type Adopted = { document: Hex; frontiers: Frontier[]; hash: Hex; says: Document }

export type Out = {
  xid: Hex; destination: string; to: Hex; amount: bigint; request: bigint; agreement: Hex; memo: Hex; returns: Hex | null; last: bigint | null
}
export type Order = {
  federation: Hex; hub: string; slot: bigint; previous: Hex; kind: 'keys' | 'issue' | 'out' | 'close' | 'burn'; day: bigint
  claims: { hub: string; slot: bigint }[]; outs: Out[]; argument: Hex | null; position: bigint
}
export type Keys = { logKey: Hex; orderKey: Hex; voteKey: Hex; cosignerKey: Hex; auditorKey: Hex; tiers: Tier[]; heir: string | null; ends: bigint | null }
export type Slot = {
  order: Hex; signature: Hex; seq: bigint; claimed: bigint; certifiedSeq: bigint | null; acknowledged: string[]
  id: Hex; says: Order; issued: bigint
}
export type Approval = { order: string; argument: Hex; by: Hex[] }
export type Inbound = { origin: string; last: bigint | null; claimed: bigint | null; unclaimed: bigint }
export type Request = {
  xid: Hex; seq: bigint; ts: bigint; id: Hex; by: Hex; source: bigint; to: Hex; destination: string; amount: bigint; agreement: Hex
  awardMilli: bigint; memo: Hex; expDay: bigint; approvals: Hex[]; phase: string; slot: bigint | null
}
export type Arrival = {
  from: string; slot: bigint; seq: bigint; ts: bigint; out: Out; disposition: string; left: bigint; phase: string
}
export type Trust = {
  origin: string; exposure: bigint; exposureMilli: bigint; transferMaxMilli: bigint; approvalAboveMilli: bigint | null
  dailyMax: bigint | null; levelMax: bigint; witnesses: string[]; witnessesNeeded: bigint; raisedDay: bigint | null
  credited: { day: bigint; count: bigint }; moves: { day: bigint; amount: bigint }[]
}
export type Abroad = { xid: Hex; member: Hex; milli: bigint; seq: bigint }
export type Frozen = { origin: string; kind: Offence; evidence: Hex; seq: bigint; ts: bigint }

export type City = {
  verify: Verify
  hub: Hub
  charters: { charter: Hex; says: Charter }[]
  leaves: Hex[]
  lastTs: bigint
  tickDay: bigint
  tickSeq: bigint | null
  restores: Restore[]
  ids: { day: bigint; first: bigint; ids: Hex[] }[]
  due: Deadline[]
  members: Map<Hex, Member>
  guests: Map<Hex, Guest>
  invitations: Map<Hex, Invitation>
  ended: Ended[]
  recoveries: Map<Hex, Recovery>
  jointly: { matter: string; by: Hex[] }[]
  organisations: Map<Hex, Organisation>
  absences: Map<Hex, { member: Hex; times: bigint[] }>
  hours: Map<Hex, Hours>
  grants: Map<Hex, Grants>
  yearly: Map<Hex, Yearly>
  referrals: Map<Hex, Referral>
  conversions: { year: bigint; milli: bigint } | null
  regards: Map<Hex, Regard>
  exchanges: ExchangeDay[]
  repeated: Repeated[]
  departures: Departure[]
  brought: Map<Hex, Brought>
  demand: Season[]
  works: Map<Hex, Work>
  closedWorks: Work[]
  months: Month[]
  erasures: Map<Hex, { acct: Hex; seq: bigint; ts: bigint }>
  projects: Map<Hex, Project>
  closedProjects: Project[]
  cases: Map<Hex, Case>
  /** By matter and member. */
  corrections: Map<string, Correction>
  correcting: Map<string, Correcting>
  proposals: Map<Hex, Proposal>
  rates: bigint[]
  posts: Post[]
  nominations: Nomination[]
  sessions: Map<Hex, Session>
  closedSessions: Session[]
  acts: Map<Hex, { member: Hex; acts: Proxied[] }>
  slips: Map<Hex, { member: Hex; open: Hex[] }>
  carePlans: Map<Hex, CarePlan>
  calendars: Map<Hex, { listing: Hex; intervals: Interval[] }>
  purchases: Purchase[]
  skills: Map<Hex, Skills>
  deposits: Map<Hex, Deposit>
  offers: Map<Hex, Offer>
  redemptions: Map<Hex, Redemption>
  income: Income[]
  agreements: Map<Hex, Agreement>
  helps: Map<Hex, Help>
  closed: (Agreement | Help)[]
  books: Books
  documents: Adopted[]
  slots: Slot[]
  approvals: Approval[]
  inbound: Map<string, Inbound>
  requests: Map<Hex, Request>
  arrivals: Map<Hex, Arrival>
  trust: Map<string, Trust>
  abroad: Map<Hex, Abroad>
  frozen: Map<string, Frozen>
}

/** What a rule is asked about, besides its fields. */
export type Act = { id: Hex; acct: Hex; seq: bigint; ts: bigint; leaf: Hex }

/** Says no by throwing `Refused`, before it changes anything; else the record has changed the city. */
export type Rule = (city: City, fields: never, act: Act) => void
export type Rules = Record<string, Rule>

/** What falls due, as of its own midnight. `seq` and `leaf`: of the tick. */
export type Settling = (city: City, id: Hex, at: bigint, seq: bigint, leaf: Hex) => void
export type Settlings = Record<string, Settling>
