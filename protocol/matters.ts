/**
 * What pages are told of matters beyond help for help: using what somebody shares, one person and what two may do for
 * each other, gatherings, projects, works, services, partners. Types of the HTTP interface, as in `api.ts`; the hub
 * computes each of them from the record when it is asked, and a page shows it and signs by it.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import type { AgreementView, AwardFactor, HelpView, Milli, PersonView } from './api.ts'
import type { Participation } from './certificate.ts'
import type { Credential } from './credential.ts'

/** GET /api/listings/:id/use?resource&begins&ends: what using it would be at that time. */
export type UseView = {
  title: string
  provider: PersonView
  /** By the minutes of this unit it is counted, and so many of them would be begun. */
  unitMinutes: number
  units: number
  price: Milli
  /** What a visitor from another city would give instead, Global; null before there are other cities. */
  visitorMilli: Milli | null
  factors: AwardFactor[]
  /** What both would sign as the index of demand, and the version of the charter that it was reckoned by. */
  demandPerMille: number
  charter: number
  /** When it is taken from now on, the earliest first. */
  taken: { begins: number; ends: number }[]
  /** From when it is free for that time; null while it has not come back and nobody knows. */
  free: number | null
  /** Where using begins, and where the reader is. */
  levelNeeded: number
  level: number
}

/** GET /api/people/:acct: somebody, and what the reader may do with them. */
export type PersonPage = {
  person: PersonView
  form: 'person' | 'organisation' | 'group'
  joinedTs: number
  level: number
  roles: number[]
  /** How many recommend them, and whether the reader does or may. */
  recommended: { count: number; byMe: boolean; may: boolean }
  /** Null where the charter has no gifts. */
  gift: { mostMilli: Milli; leftMilli: Milli } | null
  skills: { practised: number[]; certified: number[]; asked: { category: number; got: number; needed: number; mayVouch: boolean }[] }
  /** Between the reader and them; for stewards, all of theirs. */
  care: CareView[]
  /** What stewards did in their name; for themselves and for stewards. */
  acts: ActForView[]
  /** For a steward who reads about somebody else. */
  steward: ForPerson | null
}

export type CareView = {
  id: Hex
  carer: PersonView
  receiver: PersonView
  askedBy: PersonView
  category: number
  visitsAWeek: number
  minutes: number
  /** A UTC day. */
  until: number
  state: 'asked' | 'agreed' | 'over'
  agreedBy: PersonView | null
  mayEnd: boolean
}

/** GET /api/sessions, GET /api/sessions/:id: a gathering that one leads and many come to. */
export type SessionView = {
  id: Hex
  listing: Hex
  title: string
  organiser: PersonView
  isOrganiser: boolean
  category: number
  begins: number
  ends: number
  places: number
  phase: 'open' | 'closed' | 'settled' | 'cancelled' | 'lapsed' | 'missed'
  /** Members, and guests of other cities who are expected; only members are counted among those who came. */
  signedUp: number
  came: number
  /** By name for the organiser; empty for everybody else. */
  people: { person: PersonView; came: boolean }[]
  guests: PersonView[]
  /** The reader's own part, or null. */
  mine: { came: boolean; graded: boolean } | null
  minutes: number | null
  /** Until when it can be graded; null unless it waits for that. */
  finalBy: number | null
  /** What it came to, or would with everybody who has come by now. */
  award: { milli: Milli; factors: AwardFactor[]; final: boolean }
}

/** What a steward did in somebody's name, for them to read and to say that it was so. */
export type ActForView = { help: Hex; steward: PersonView; minutes: number; ts: number; bySlip: boolean; endorsed: boolean }

/** What a steward may do for one person, and within what. */
export type ForPerson = {
  /** From the commons: what it holds, and what this person may still be granted, for either reason. */
  grant: { commonsMilli: Milli; newcomerMilli: Milli; vulnerableMilli: Milli }
  /** From the pool between cities; null for a lone hub. */
  pool: { holdsMilli: Milli; mostMilli: Milli } | null
  isExempt: boolean
  reserve: { milli: Milli; because: 'age' | 'hardship' | 'relative' | null } | null
  /** Money that is noted and never counted; null where the charter has none. */
  deposit: { minor: number; currency: string; isHeld: boolean } | null
  /** 代录: how much may still be written down for them in these thirty days, and how many paper slips they have. */
  proxy: { minutesLeft: number; slips: number }
  /** Helps that wait for their word, which a slip of theirs can stand for. */
  unanswered: HelpView[]
}

/** How long somebody would count, or who did not come. */
export type SaidOfDispute = { how: 'minutes' | 'provider' | 'receiver'; minutes: number }

/**
 * GET /api/steward/decide: what stewards decide, one card each, with what is known of it. `byMe`: the reader has said so, and others
 * are next; `again`: they have, it was not enough and is now, so that it happens when they say it again, in the same words.
 */
export type DecideView = {
  disputes: { agreement: AgreementView; voices: { by: PersonView; minutes: number; absent: Hex | null }[]; byMe: boolean; again: SaidOfDispute | null; isOwn: boolean }[]
  care: (CareView & { isOwn: boolean })[]
  /** Said by some stewards, in these words, and not yet by enough. */
  together: TogetherView[]
  /** Objected to, and for the reader to decide. */
  projects: ProjectView[]
}

/** `evidence` and `reason` are what the others committed to, to be said again as it is. */
export type SaidTogether = { member: PersonView } & (
  | { what: 'exempt'; exempt: boolean }
  | { what: 'grant'; milli: Milli; because: 'newcomer' | 'vulnerable' }
  | { what: 'reserve'; because: 'age' | 'hardship' | 'relative'; evidence: Hex; words: string | null }
  | { what: 'pool'; milli: Milli; reason: Hex; words: string | null }
)
/** `got` of the `needed` stewards whose own matter it is not. */
export type TogetherView = SaidTogether & { got: number; needed: number; byMe: boolean; again: boolean; isOwn: boolean }

/** GET /api/projects, GET /api/projects/:id: something that several make for somebody who asked for it. */
export type ProjectView = {
  id: Hex
  words: string | null
  organiser: PersonView
  requester: PersonView
  core: PersonView[]
  size: number
  places: number
  gateMilli: Milli
  gateLevel: number
  /** 0 in the order of coming, 1 by lot, 2 by what is offered. */
  choice: 0 | 1 | 2
  /** UTC days. */
  applyUntil: number
  endsDay: number
  phase: 'open' | 'running' | 'reported' | 'confirmed' | 'contested' | 'awarded' | 'cancelled' | 'lapsed'
  applied: number
  /** Who takes part, once the places are given. */
  chosen: PersonView[]
  /** The largest part of one organiser, and of one who takes part, per mille. */
  coreMaxPerMille: number
  participantMaxPerMille: number
  report: { id: Hex; shares: { person: PersonView; perMille: number }[]; reach: number; isWhole: boolean } | null
  contested: { by: PersonView; words: string | null } | null
  /** When the next thing happens by itself, seconds; null when nothing will. */
  next: number | null
  awards: { person: PersonView; milli: Milli }[]
  /** What the reader may do now. */
  may: ('apply' | 'withdraw' | 'cancel' | 'report' | 'answer' | 'contest' | 'decide')[]
}

/** GET /api/projects beside the list: whether the reader may open one, and what the charter allows. */
export type ProjectsView = { projects: ProjectView[]; mayOpen: boolean; levelNeeded: number; lottery: boolean; auction: boolean }

/** GET /api/works: what somebody did for the community itself. */
export type WorkView = {
  id: Hex
  words: string | null
  author: PersonView
  work: number
  publishedTs: number
  /** When it is counted. */
  ends: number
  valued: number
  phase: 'open' | 'awarded' | 'ended'
  judged: { lasting: boolean; quality: 0 | 1 | 2; by: PersonView } | null
  award: { milli: Milli; factors: AwardFactor[] } | null
  isMine: boolean
  mayValue: boolean
  mayJudge: boolean
}

/** GET /api/services: what the hub offers for contribution value, and what partners have to spare. */
export type ServicesView = {
  services: { service: number; milli: Milli; days: number; until: number | null }[]
  /** Categories the reader has asked to be certified in, with how many have, and those that are. */
  certifying: { category: number; got: number; needed: number; until: number }[]
  certified: number[]
  /** What the charter lets partners offer. */
  partners: 'nothing' | 'spare' | 'vouchers'
  offers: { id: Hex; title: string; listing: Hex; partner: PersonView; milli: Milli; left: number; until: number; isOurs: boolean }[]
  /** What was given for one and has not been received: the reader's own, and those of partners they sign for. */
  redeemed: { id: Hex; title: string; listing: Hex; partner: PersonView; member: PersonView; milli: Milli; settles: number; isMine: boolean }[]
}

/** GET /api/me/certificate: what the record comes to for the reader, and the same as a document that others can verify. */
export type CertificateView = { part: Participation; number: string; stewards: PersonView[]; credential: Credential }

/** GET /api/money: what stewards noted of money, in the smallest units of a currency, and what was given away of value. */
export type MoneyView = {
  /** The protocol year of today. */
  year: number
  currency: string
  noted: { year: number; source: 'plan' | 'need' | 'resource' | 'skill'; plan: number | null; currency: string; count: number; minor: string }[]
  /** What each plan costs, and between which shares of an amount a commission lies. */
  plans: { plan: number; minor: number }[]
  shares: { source: 'need' | 'resource' | 'skill'; leastPerMille: number; mostPerMille: number }[]
  commons: Milli
  /** Global; null without a federation. */
  pool: Milli | null
  /** What the commons has given, ever: to newcomers to begin with, and to who is in need. */
  granted: Record<'newcomer' | 'vulnerable', { milli: Milli; people: number }>
}

/** GET /api/seasons: how sought after shared things are, day by day, as stewards have said. Days are UTC, both ends included. */
export type SeasonsView = {
  today: number
  /** What using and sharing is multiplied by in a busy season and in a quiet one, as the charter says. */
  busyPerMille: number
  quietPerMille: number
  /** Those that are not over, the next first; of two for one day the one said later counts. */
  seasons: { resource: number; fromDay: number; untilDay: number; perMille: number; by: PersonView; ts: number }[]
}

/** GET /api/me/moving */
export type MovingView = {
  lifetimeMilli: Milli
  contributions: number
  reserveMilli: Milli
  cities: { origin: Origin; city: string }[]
  /** The record by which the reader moved, which the new city asks for. */
  moved: { destination: Origin; seq: number } | null
}
