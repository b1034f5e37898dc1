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
  awakeDay: bigint; shrunkDay: bigint; exempt: boolean; waiting: bigint; globalWaiting: bigint
  poor: bigint[]; fair: bigint[]; good: bigint[]; kept: bigint[]; broken: bigint[]; activeDays: bigint[]
}
export type Organisation = { acct: Hex; signers: Hex[]; named: Hex[] }
export type Regard = { acct: Hex; recommended: { by: Hex; ts: bigint }[]; acts: bigint }
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
  month: bigint; first: bigint; closedAgreements: bigint; closedHelps: bigint; openingMilli: bigint; skillMilli: bigint; resourceMilli: bigint
  projectMilli: bigint; communityMilli: bigint; awards: bigint; active: bigint; movedMilli: bigint; redeemedMilli: bigint
  decayedMilli: bigint; day: bigint; circulating: bigint; redemption: bigint
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
  matter: Hex; seq: bigint; giver: Hex; receiver: Hex; milli: bigint; minutes: bigint; form: 'short' | 'full' | 'thing' | 'care'
  came: boolean; begins: bigint; ends: bigint
}
export type ExchangeDay = {
  day: bigint; exchanges: Exchange[]
  ratings: { matter: Hex; seq: bigint; rater: Hex; rated: Hex; grade: bigint; given: bigint; opened: bigint }[]
  absences: { matter: Hex; seq: bigint; member: Hex }[]
}
export type Rating = { commitment: Hex; ts: bigint; grade: bigint | null }
export type Agreement = {
  id: Hex; byProvider: boolean; listing: Hex; provider: Hex; receiver: Hex; category: bigint; minutes: bigint; begins: bigint; ends: bigint
  terms: Hex; charter: bigint; made: bigint; phase: string; providerCame: boolean; receiverCame: boolean
  report: { byProvider: boolean; minutes: bigint; ts: bigint; absent: bigint } | null
  dispute: { byProvider: boolean; ts: bigint; reason: Hex; voices: { by: Hex; minutes: bigint; absent: bigint }[] } | null
  confirmedTs: bigint | null; silently: boolean; providerRating: Rating | null; receiverRating: Rating | null
  price: bigint; hold: bigint; toppedUp: bigint; award: Award | null
  guestDue: { amount: bigint; xid: Hex | null } | null
}
export type Help = {
  id: Hex; byHelper: boolean; helper: Hex; receiver: Hex; category: bigint; minutes: bigint; day: bigint; note: Hex; recordedTs: bigint
  phase: string; award: Award | null
}

export type Books = Record<
  'issuance' | 'redemption' | 'commons' | 'retire' | 'pool' | 'poolHeld' | 'inflight' | 'suspense' | 'globalRetire', bigint>

export type Card = {
  hubId: Hex; origin: string; logKey: Hex; cosignerKey: Hex; auditorKey: Hex; orderKey: Hex; voteKey: Hex; peerKey: Hex
}
export type Place = { slot: bigint; order: Hex }
export type Frontier = { origin: string; certified: Place | null; locked: Place | null }
export type Document = {
  version: bigint; previous: Hex; day0: bigint; globalDecayPerMille: bigint; conversion: Ratio; issueYearlyMaxMilli: bigint
  members: { card: Card; addresses: string[] }[]
}
export type Adopted = { document: Hex; frontiers: Frontier[]; hash: Hex; says: Document }

export type Out = {
  xid: Hex; destination: string; to: Hex; amount: bigint; request: bigint; agreement: Hex; memo: Hex; returns: Hex | null; last: bigint | null
}
export type Order = {
  federation: Hex; hub: string; slot: bigint; previous: Hex; kind: 'keys' | 'issue' | 'out'; day: bigint
  claims: { hub: string; slot: bigint }[]; outs: Out[]; argument: Hex | null; position: bigint
}
export type Keys = { logKey: Hex; orderKey: Hex; voteKey: Hex; cosignerKey: Hex; auditorKey: Hex; tiers: Tier[] }
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
  origin: string; exposure: bigint; exposureMilli: bigint; transferMaxMilli: bigint; moves: { day: bigint; amount: bigint }[]
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

/** What falls due, as of its own midnight. `seq`: of the tick. */
export type Settling = (city: City, id: Hex, at: bigint, seq: bigint) => void
export type Settlings = Record<string, Settling>
