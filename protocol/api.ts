/**
 * The hub's HTTP interface, as types shared by the hub and its page. `node/README.md` lists the routes.
 *
 * Bytes travel as lower-case hex (ids, keys, hashes) or base64 (bodies, records, receipts); amounts are
 * decimal strings of milli-CV, because JSON numbers would lose the last digits of a large one; times are
 * seconds. The hub answers codes and numbers and never a sentence: words are the page's, in the reader's
 * language. A refusal is an ordinary answer with its own status (`node/status.ts`).
 */
import type { Coming } from '#ledger/rules/course.ts'
import type { Disposition, Hex, Kind, Origin } from '#ledger/action.ts'
import type { Preset } from '#ledger/charter/charter.ts'
import type { EvidenceKind, FreezingKind } from '#ledger/evidence/offence.ts'
import type { Refusal } from '#ledger/refusal.ts'
import type { LetterRefusal } from './letter.ts'
import type { Cell } from './place.ts'
import type { ListedResource, ListingCategory, ListingKind, Place, Return, Scope, Slot } from './listing.ts'

/** Decimal text of milli-CV: "90000" is 90 CV. */
export type Milli = string

/** A refusal as JSON: bigints have become decimal strings. */
export type RefusalAnswer = { refusal: { [K in keyof Refusal]: Refusal[K] } & Record<string, unknown> }

/** What the hub's door itself says no to, before the record is asked. */
export type DoorRefusal =
  | { code: 'malformed' } | { code: 'too-large'; mostBytes: number } | { code: 'no-session' } | { code: 'not-a-steward' }
  | { code: 'not-found' } | { code: 'wrong-token' } | { code: 'already-founded' } | { code: 'not-founded' }
  | { code: 'wrong-host' } | { code: 'wrong-origin' } | { code: 'too-many'; retrySeconds: number }
  | { code: 'read-only'; because: 'disk-full' | 'storage' | 'restoring' } | { code: 'busy'; retrySeconds: number }
  | { code: 'hub-unreachable'; hub: Origin } | { code: 'blob-mismatch' }
  /** One of the two has taken it away; what was signed is not taken a second time. */
  | { code: 'draft-dropped' }
  /** A guest's device that their own city knows as ended. */
  | { code: 'device-ended' } | { code: 'listing-refused'; because: string }
  | { code: 'bad-card' } | { code: 'already-federated' } | { code: 'no-federation' } | { code: 'own-card' } | { code: 'other-card' }
  /** Its card differs from the one in force in more than a new vote key. */
  | { code: 'member-already' }
  /** Outside what terms may be, or from a year before `fromYear`. */
  | { code: 'bad-terms'; fromYear: number }
  | { code: 'cannot-close'; hub: Origin; because: 'connected' | 'not-silent' | 'no-will' } | { code: 'already-signed'; hub: Origin }
  | { code: 'letter-refused'; because: string }
  | { code: 'no-evidence'; because: string } | { code: 'challenge-expired' } | { code: 'wrong-signature' } | { code: 'internal'; request: string }

// ---------------------------------------------------------------- setup and the hub

/** In which language a community speaks to whoever has chosen none. */
export const hubLanguages = ['zh', 'en', 'es'] as const
export type HubLanguage = (typeof hubLanguages)[number]

export type SetupRequest = {
  token: string
  language: HubLanguage
  /** 1–24 of a–z, 0–9, hyphen: becomes part of the hub's name in other cities' books. */
  name: string
  city: string
  region: 'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa'
  preset: Preset
  /** The first steward: a random account (32 bytes), its device key, and what neighbours call them. */
  steward: { acct: Hex; device: Hex; name: string }
}

export type HubView = {
  founded: boolean
  language: HubLanguage
  hubId: Hex
  origin: Origin
  name: string
  city: string
  region: string
  preset: Preset
  currencyName: string
  showsHours: boolean
  /** False where a community counts and thanks, and shows nobody a balance. */
  showsAmounts: boolean
  charterHash: Hex
  charterVersion: number
  confirmDays: number
  ratingDays: number
  categories: { category: number; perMille: number }[]
  helpPrice: 'none' | 'hour-for-hour'
  /** What one unit of something lent takes, and from how many units on each takes the fraction `perMille` of it. */
  prices: { resource: ListedResource; unitMinutes: number; milli: Milli }[]
  longStay: { fromUnits: number; perMille: number }[]
  /** What a year takes of value that stays in this city. */
  decayPerMille: number
  /** Global for Domain value, never better than the federation's, and the level that may ask for it. */
  conversion: { numerator: number; denominator: number; levelMin: number }
  size: number
  /** Nothing is taken while this is set, and every page says why. */
  readOnly: 'disk-full' | 'storage' | 'restoring' | null
  /** While this hub finds back to what it had said before a backup; null otherwise. */
  restoring: RestoringView | null
  /** Restores of the last 90 days, the newest first; `lost`: receipts that members say it voided. */
  restores: { generation: number; ts: number; size: number; lost: number }[]
  /** Entries not yet seen by another hub are shown as 待核对 while this is true. */
  unconfirmed: boolean
  /** How far the hub's events had come: what came after it is told to whoever opens `GET /api/events?since=` with it. */
  position: string
  /** Evidence against this very hub, or null: its members hear of it from their own page. */
  accused: { evidence: Hex; kind: EvidenceKind } | null
  /** Null for a lone hub, which is complete and never mentions other cities. */
  federation: { id: Hex; version: number; cities: CityView[]; ends: EndView | null } | null
}

/** The day on which this city announced to close, Unix seconds, and the city that then takes over what is left. */
export type EndView = { at: number; heir: string }

export type CityView = {
  origin: Origin
  hubId: Hex
  city: string
  region: string
  own: boolean
  connected: boolean
  /** Why dealings with it are frozen, and since when; null while they are not. */
  frozen: { evidence: Hex; kind: FreezingKind; ts: number } | null
}

/** How far a hub is on its way back from a backup. `from`, `silent`: names of cities. */
export type RestoringView = {
  step: 'asking' | 'fetching' | 'ready' | 'stopped'
  /** Entries here, and as many as another city has shown that there were. */
  size: number
  confirmed: number
  fetched: number
  from: string[]
  silent: string[]
  /** Cities that show more of this record than is here, by so many entries, and do not give it back. */
  withheld: { city: string; entries: number }[]
  /** From then on stewards may go on without it; null while nothing is withheld. */
  withoutFrom: number | null
  approvals: { needed: number; got: number }
}

/** GET /api/restore, for a steward or the command line; null when there is nothing to restore. */
export type RestoreView = {
  hubId: Hex
  generation: number
  /** What a steward signs under context `appr`, base64; null while it is too early. */
  payload: string | null
  /** What the stewards give up by signing. */
  withheld: RestoringView['withheld']
  approvals: { needed: number; by: Hex[] }
}
/** POST /api/restore. */
export type RestoreRequest = { steward: Hex; keyId: Hex; signature: Hex }
export type RestoreAnswer = { restored: boolean; approvals: { needed: number; by: Hex[] } }

/** GET /api/genesis, base64: a client that knows the hub's id needs to trust nobody for its log key. */
export type GenesisAnswer = { genesis: string }

/** What a client needs to build an action: the newest record it may have seen, and the hub's clock. */
export type SeenView = { size: number; leaf: Hex; now: number; globalDay: number | null }

/** GET /api/evidence: what is kept, against whom. The bundle itself is at `/evidence/<id>`. */
export type EvidenceView = {
  id: Hex
  kind: EvidenceKind
  hub: Origin
  hubId: Hex
  city: string
  own: boolean
  /** The name a saved file has. */
  file: string
}
/** POST /api/evidence: a bundle that somebody brings. */
export type EvidenceRequest = { text: string }
export type EvidenceAnswer = { id: Hex; isNew: boolean }

// ---------------------------------------------------------------- acting

/** One signature under an action: the first 8 bytes of SHA-256 of the device key, and the signature. */
export type AuthJson = { keyId: Hex; signature: Hex }

/** POST /api/actions. `blobs`: salt (32 bytes) ‖ text for each commitment in the body, base64. */
export type ActRequest = { body: string; auth: AuthJson[]; blobs?: string[] }
export type ActAnswer = { seq: number; record: string; receipt: string }

/** POST /api/drafts: a body that the other party has still to sign; kept until it expires, never in the record. */
export type DraftRequest = { body: string; auth: AuthJson[]; blobs?: string[] }
/** `to`: whose signature it waits for. */
export type DraftView = { id: Hex; body: string; auth: AuthJson[]; from: PersonView; to: Hex; listing: Hex; hub: Origin; words: string | null; expires: number }

/** POST /api/session/challenge → this; the device signs `payload` under context `login`. */
export type ChallengeAnswer = { payload: string }
export type SessionRequest = { payload: string; acct: Hex; keyId: Hex; signature: Hex }
export type SessionAnswer = { acct: Hex; steward: boolean }

/** POST /api/devices: a device that wants to speak for `account`, and its signature over both under context `device`. */
export type NewDeviceRequest = { account: Hex; device: Hex; proof: Hex }
/** It waits to be let in until then, in seconds. */
export type NewDeviceAnswer = { until: number }
/** GET /api/accounts/:number: whose account begins with these eight digits. */
export type AccountAnswer = { acct: Hex }

// ---------------------------------------------------------------- reading

export type PersonView = { acct: Hex; name: string | null; hub: Origin; city: string }

/** A device that waits to be let in, with what the one that lets it in has to repeat. */
export type NewDeviceView = { acct: Hex; device: Hex; proof: Hex; until: number }

/** A new device that stewards give to somebody: approved by so many of those needed; announced for `due`, or not yet. */
/** `by`: of those who still are stewards; `byMe`: the reader has approved, and need not again. */
export type RecoveryView = { member: PersonView; device: Hex; ts: number; by: PersonView[]; needed: number; due: number | null; byMe: boolean }

/** GET /api/devices: the keys of one's own devices, what waits to become one, and what stewards are about to do. */
export type DevicesView = { devices: Hex[]; waiting: NewDeviceView[]; recovery: RecoveryView | null }

/** GET /api/steward/devices. */
export type StewardDevicesView = { waiting: (NewDeviceView & { name: string | null })[]; recoveries: RecoveryView[] }

/** GET /api/organisations: organisations and groups, and who signs for them. One that is not attested yet waits for a steward. */
export type OrganisationView = PersonView & {
  form: 'person' | 'organisation' | 'group'
  attested: boolean
  status: 'active' | 'restricted' | 'banned' | 'departed'
  signers: PersonView[]
  /** Of who asks: whether they sign for it, or are asked to. */
  isSigner: boolean
  isNamed: boolean
}

/** GET /api/me; GET /api/organisations/:acct of one that the member signs for. */
export type MeView = {
  acct: Hex
  name: string | null
  attested: boolean
  /** The city that they have moved to, and are no member here any more; null for everybody else. */
  movedTo: string | null
  steward: boolean
  domain: Milli
  held: Milli
  global: Milli
  /** What `domain` will have become one year from now if nothing is added. */
  domainInAYear: Milli
  lifetime: Milli
  level: 1 | 2 | 3 | 4 | 5
  /** What opens the next level, or null at the top. */
  next: { level: number; missing: MissingView[] } | null
  standing: { band: 'high' | 'medium' | 'low'; perMille: number | null; isNew: boolean }
  awards: AwardView[]
  agreements: AgreementView[]
  helps: HelpView[]
  drafts: DraftView[]
  /** Applications others made to my listings. */
  applications: ApplicationView[]
  /** When the newest letter from somebody else came, seconds; null without one. */
  latestLetter: number | null
}

/** One help or agreement in question. */
export type MatterView = {
  id: Hex
  /** The entry that completed it; null while nothing has. */
  seq: number | null
  isAgreement: boolean
  giver: PersonView
  receiver: PersonView
  milli: Milli
  minutes: number
  ts: number
}

/** What a rule found odd today. */
export type FlagView = {
  rule: string
  /** Base64, as a case is opened with. */
  bytes: string
  subjects: PersonView[]
  matters: MatterView[]
  /** What was measured and what it was compared with. */
  computed: Record<string, string>
  /** Whether the disputed amount may be set aside for it. */
  mayHold: boolean
  /** What they earned in ninety days, and at most how much of it can be traced to people long known here. */
  earnedMilli: Milli
  boundMilli: Milli
  /** Of the subjects, against whom something is pending. */
  open: Hex[]
}

export type CaseLine = {
  id: Hex
  accused: PersonView
  phase: 'open' | 'dismissed' | 'lapsed' | 'found' | 'appealed' | 'judging' | 'sanctioned' | 'reversed'
  opened: number
  /** When what stands now ends by itself, seconds; null when it is over or nobody has been drawn yet. */
  until: number | null
  /** What waits for whoever reads; `accused`: it is about them, and nothing does. */
  mine: 'answer' | 'appeal' | 'accused' | 'find' | 'judge' | null
}

/** `flags` and `people`: for stewards. */
export type CasesView = { flags: FlagView[]; cases: CaseLine[]; people: PersonView[] }

export type Measure = 0 | 1 | 2

export type CaseView = CaseLine & {
  complainant: PersonView | null
  complaint: string | null
  flag: FlagView | null
  matters: MatterView[]
  heldMilli: Milli
  noticeEnds: number
  lapses: number
  answer: { ts: number; text: string | null } | null
  panel: { person: PersonView; measure: Measure | null; reason: string | null }[]
  needed: number
  /** The accused has answered, or had the time to. */
  mayFind: boolean
  /** What the reader has said, where it is enough by now and happens when they say it again. */
  again: Measure | null
  /** Whether a finding takes all that can be used, or what is tainted. */
  takesAll: boolean
  next: { upheld: 'active' | 'restricted' | 'banned'; severe: 'active' | 'restricted' | 'banned' }
  found: { ts: number; measure: Measure; appealEnds: number } | null
  appeal: { ts: number; text: string | null } | null
  jurors: { person: PersonView; confirmed: boolean | null; reason: string | null }[]
  takenMilli: Milli | null
  /** Whoever reads has had to do with it and does not judge. */
  isInvolved: boolean
  mayReverse: boolean
  reversals: number
  isSteward: boolean
}

/** One's own value over time. Where the hub shows no amounts, a page shows none of these. */
/** A value of the charter; amounts are milli as text. */
export type ValueView = number | string | boolean | ValueView[] | { [part: string]: ValueView }
export type DifferenceView = { field: string; row: number | null; before: ValueView | null; after: ValueView | null }
export type HeldRole = { role: number; until: number }
export type Ballot = 'yes' | 'no' | 'abstain'

/** What is or was voted on. `differences` and `charterHash` only of a charter that is not over. */
export type ProposalView = {
  id: Hex
  by: PersonView
  ts: number
  /** Why, or what is moved, in the words of who proposed it; null where they are not kept. */
  reason: string | null
  what: 'charter' | 'role' | 'motion'
  phase: 'open' | 'carried' | 'adopted' | 'done' | 'rejected' | 'no-quorum' | 'lapsed' | 'superseded'
  basis: 'level' | 'assembly'
  role: { role: number; member: PersonView; change: 'appoint' | 'recall' } | null
  charterHash: Hex | null
  differences: DifferenceView[]
  closes: number
  effect: number | null
  electorate: number
  voted: number
  count: { electorate: number; yes: number; no: number; abstain: number } | null
  ownVote: Ballot | null
  mayVote: boolean
  signed: { got: number; needed: number; byMe: boolean }
}

/** What one has come to in the community, and how it decides. */
export type CouncilView = {
  standing: {
    perMille: number | null
    band: 'high' | 'medium' | 'low'
    isNew: boolean
    parts: { component: 'rating' | 'use' | 'completion' | 'history' | 'feedback'; weightPerMille: number; perMille: number | null }[]
  }
  recommendedBy: PersonView[]
  acts: number
  /** Where they moved here from and had contributed: that counts for levels up to `upTo`. */
  brought: { city: string; upTo: number } | null
  roles: HeldRole[]
  offers: HeldRole[]
  holders: (HeldRole & { person: PersonView })[]
  isSteward: boolean
  powers: { power: 'propose' | 'vote' | 'open-project' | 'judge'; basis: 'level' | 'assembly'; level: number; isMine: boolean }[]
  charter: { version: number; bytes: string; fields: { field: string; value: ValueView }[] }
  proposals: ProposalView[]
}

/** One's own value over time. Where `showsAmounts` is false a page shows none of it. */
export type BalanceView = {
  domain: Milli
  /** Null without a federation. */
  global: Milli | null
  /** Every quarter of three years from today: for who goes on taking part, and for who does nothing from now on. */
  forecast: { ts: number; active: Milli; away: Milli }[]
  decayPerMille: number
  /** Times: when it begins to go to zero, and when it has; how many of the three notices have fallen due. */
  dormancy: { from: number; zero: number; notices: number; isDormant: boolean; isExempt: boolean }
  /** Of this protocol year, which `renews` then; `toCommons` is what was earned beyond it, ever. */
  cap: { earned: Milli; left: Milli; year: Milli; isNear: boolean; renews: number; toCommons: Milli }
  /** `room` is what all members together could still put aside; `because` why it is open to this one. */
  reserve: { isOpen: boolean; milli: Milli; cap: Milli; room: Milli; ageMin: number; because: 'age' | 'hardship' | 'relative' | null }
  holds: HoldView[]
}

/** What is set aside, and when that ends by itself; null: with the member's next act. */
export type HoldView = {
  what: 'agreement' | 'transfer' | 'waiting'
  id: Hex
  milli: Milli
  isGlobal: boolean
  until: number | null
  with: PersonView | null
}

/** What a level still asks for. */
export type MissingView =
  | { what: 'lifetime'; milli: Milli }
  | { what: 'contributions' | 'recommendations' | 'governance'; count: number }

/** An award of somebody's, with every factor in the order in which they are multiplied. */
export type AwardView = {
  seq: number
  /** The agreement, help, session, project or work that it is for. */
  agreement: Hex
  kind: 'agreement' | 'help' | 'session' | 'abroad' | 'project' | 'work'
  milli: Milli
  /** What is left of it today, by decay alone; null for what is kept in another value. */
  today: Milli | null
  day: number
  ts: number
  /** With whom, or for whom; null for what was done for all. */
  with: PersonView | null
  /** Empty for a contribution abroad, whose factors stand in the other city's record. */
  factors: AwardFactor[]
}
/** First what was counted, then what it was multiplied by. */
export type AwardFactor =
  | { factor: 'minutes'; value: number }
  | { factor: 'hours'; minutes: number }
  | { factor: 'base'; of: 'resource' | 'project'; what: number; milli: Milli }
  | { factor: 'units'; value: number }
  /** Less than half a unit: so many minutes of the `of` that half of it has. */
  | { factor: 'part'; minutes: number; of: number }
  | { factor: 'people'; value: number; work: number }
  | { factor: 'coefficient'; category: number; perMille: number }
  | { factor: 'rating'; perMille: number; graded: 'good' | 'fair' | 'poor' | 'not-rated' }
  | { factor: 'group'; perMille: number; people: number }
  | {
      factor: 'demand' | 'longStay' | 'share' | 'reach' | 'completion' | 'lasting' | 'quality' | 'repeated' | 'score'
      perMille: number
      /** People reached, units booked, helps like this one before. */
      of: number | null
      /** Who said so, and when. */
      set: { by: PersonView; ts: number } | null
    }

export type Step = { what: Kind | 'award' | 'ratings-open' | 'silent-confirm'; ts: number; seq: number | null; by: Hex | null }

export type AgreementView = {
  /** What the two wrote down when they agreed, for them alone; null when nothing was, or when it was erased. */
  words: string | null
  id: Hex
  hub: Origin
  hubId: Hex
  listing: Hex
  title: string | null
  phase: 'agreed' | 'reported' | 'disputed' | 'confirmed' | 'settled' | 'cancelled' | 'lapsed' | 'missed' | 'undecided'
  helper: PersonView
  receiver: PersonView
  /** Of help; null for the use of something shared. */
  category: number | null
  use: { resource: number; demandPerMille: number } | null
  minutes: number
  begins: number
  ends: number
  checkedIn: Hex[]
  /** When what was used came back, and by how many seconds late. */
  returned: { ts: number; late: number } | null
  /** `absent`: who is said not to have come. */
  report: { by: Hex; minutes: number; ts: number; absent: Hex | null } | null
  /** When silence will confirm the report, or null. */
  confirmsItself: number | null
  /** Who has rated; grades only once both have or the window has closed. */
  rated: Hex[]
  grades: { by: Hex; grade: 'good' | 'fair' | 'poor' }[]
  /** When the award is final at the latest, or null. */
  finalBy: number | null
  held: Milli
  /** The award, or what it would be if rated good. */
  award: { milli: Milli; factors: AwardFactor[]; final: boolean }
  /** For a guest: what is paid in Global, and how far it has come. */
  abroad: { globalMilli: Milli; stage: TransferStage } | null
  /** For a visitor's use, in Global: what is due (`due` in base units), what its provider has had, what waits for its end. */
  stay: { due: string; dueMilli: Milli; paidMilli: Milli; waitingMilli: Milli } | null
  steps: Step[]
  /** Who disputed it, and in which words, as far as they are kept. */
  dispute: { by: Hex; words: string | null } | null
  /** What happens by itself from now on, the next first. */
  coming: Coming[]
  /** The minutes it stands at since it was corrected, and who has signed which other. */
  corrected: number | null
  correcting: { by: Hex; minutes: number }[]
}

export type HelpView = {
  id: Hex
  phase: 'recorded' | 'confirmed' | 'declined' | 'lapsed'
  helper: PersonView
  receiver: PersonView
  recordedBy: Hex
  category: number
  minutes: number
  day: number
  note: string | null
  lapses: number
  award: { milli: Milli; factors: AwardFactor[]; final: boolean }
}

export type ListingView = {
  id: Hex
  hub: Origin
  city: string
  own: boolean
  author: PersonView
  rev: number
  kind: ListingKind
  category: ListingCategory
  title: string
  body: string | null
  scope: Scope
  languages: string[]
  minutes: number
  online: boolean
  tags: string[]
  resource: ListedResource | null
  /** How many may come; 0 without a limit. */
  places: number
  level: number
  returns: Return[]
  slots: Slot[]
  place: Place | null
  images: Hex[]
  from: number
  expiresAt: number
  state: 'open' | 'closed'
  /** When this hub first heard of it. */
  heardTs: number
}

/** POST /api/listings. `listing`: the signed bytes, base64; `body`: the words, or null. */
export type ListRequest = { listing: string; device: Hex; signature: Hex; body: string | null }

/** What somebody looks for on the board. Null, or an empty list, says nothing about it; times in seconds. */
export type Wish = {
  text: string
  kinds: ListingKind[]
  category: ListingCategory | null
  hub: Origin | null
  resource: ListedResource | null
  returns: Return[]
  /** What somebody of this level may answer. */
  level: number | null
  from: number | null
  to: number | null
}
export type Sorting = 'relevance' | 'freshness' | 'distance'
/** GET /api/search?wish=JSON&sort=SORTING&near=ROW,COLUMN: fifty at most, the best first. */
export type SearchAnswer = { listings: ListingView[]; more: boolean }

/** GET and POST /api/offering: what somebody says of themselves, to be found by; private to this hub. */
export type Offering = {
  skills: string[]
  interests: string[]
  languages: string[]
  cell: Cell | null
  /** When they have time, seconds. */
  free: Slot[]
  /** Whether those who need something may be shown their name. */
  shown: boolean
}
/** Why two fit. Times in seconds. */
export type Reason =
  | { because: 'skill' | 'interest'; word: string }
  | { because: 'time'; from: number; to: number }
  | { because: 'near'; km: number }
  | { because: 'language'; language: string }
  | { because: 'return'; what: Return }
export type AppointmentView = { id: Hex; from: number; to: number; title: string | null; with: PersonView; isLent: boolean }
/** GET /api/matches: needs for whoever asks, the best first, with what in their calendar they would meet; and swaps. */
export type MatchesView = {
  needs: { listing: ListingView; reasons: Reason[]; conflicts: AppointmentView[] }[]
  /** For my `need` I would `get` something, and `give` something for `theirs`. */
  swaps: { need: ListingView; get: ListingView; give: ListingView; theirs: ListingView }[]
}
/** GET /api/listings/:id/people, for its author. */
export type PersonMatch = { person: PersonView; reasons: Reason[] }
/** GET /api/searches: `news` of at most fifty that came since they were last looked at. */
export type SavedSearchView = { id: Hex; wish: Wish; news: number; newest: string | null }
/** GET /api/agenda: what is to come, and the secret of the address under which calendar programs read it. */
export type AgendaView = { appointments: AppointmentView[]; calendar: string }

/** POST /api/listings/:id/applications. */
export type ApplyRequest = { message: string }
/** POST /api/abroad/:origin/visits: because of what is shared there. */
export type VisitRequest = { listing: Hex }
export type ApplicationView = { id: Hex; listing: Hex; title: string; by: PersonView; message: string; ts: number; agreed: boolean }

// ---------------------------------------------------------------- letters

/**
 * GET /api/letters?since=: the letters of one's own box that came, or whose way has changed, since then; `now` is the hub's
 * clock. `signed`: base64 of a signed letter (`letter.ts`), which only the two people's devices can read.
 */
export type LettersView = { now: number; letters: LetterView[]; people: PersonView[]; blocked: CorrespondentJson[] }
export type LetterView = { signed: string; since: number; way: LetterWay }
/** In the recipient's box here; on its way; kept there; or why it was not (`letter.ts`). */
export type LetterWay = 'here' | 'waiting' | 'arrived' | LetterRefusal
export type CorrespondentJson = { hub: Origin; acct: Hex }

/** GET /api/letters/to/:hub/:acct: the devices that a letter to somebody is sealed for. */
export type RecipientView = { person: PersonView; devices: Hex[]; blocked: boolean }

/** POST /api/letters. */
export type LetterRequest = { signed: string }
/** POST /api/blocks. */
export type BlockRequest = CorrespondentJson & { blocked: boolean }
/** POST /api/reports: what is said of somebody, and letters with the keys that open just them. */
export type ReportRequest = CorrespondentJson & { words: string; letters: { signed: string; key: Hex }[] }
/** GET /api/steward/reports; DELETE /api/steward/reports/:id. `hubIds`: of the hubs whose members wrote what is shown. */
export type ReportView = {
  id: Hex
  by: PersonView
  about: PersonView
  words: string
  ts: number
  letters: { signed: string; key: Hex; hubId: Hex }[]
}

// ---------------------------------------------------------------- other cities

/** GET /api/abroad/:hub — what a member of this hub has going on in another one; relayed. */
export type AbroadView = { hub: Origin; hubId: Hex; charterVersion: number; seen: SeenView; drafts: DraftView[]; agreements: AgreementView[] }

export type TransferStage = 'due' | 'asked' | 'ordered' | 'certified' | 'credited' | 'suspended' | 'returned' | 'cancelled' | 'expired'

export type TransferView = {
  xid: Hex
  seq: number
  ts: number
  from: PersonView | 'pool'
  destination: Origin
  city: string
  milli: Milli
  amount: string
  to: Hex
  agreement: Hex
  expDay: number
  /** When it is theirs again if no order has carried it. */
  lapses: number
  stage: TransferStage
  /** `by`: the stewards who have agreed, each once. */
  approvals: { needed: number; got: number; by: Hex[] }
  votes: { needed: number; got: number } | null
}

/** GET /api/transfers: what a member has asked to send to other cities, the newest first; `today` is the Global day. */
export type OwnTransfersView = { today: number; transfers: OwnTransferView[] }

/** GET /api/abroad/:origin/quote?to&amount&agreement: what that city would do with it, if it came now (`protocol/quote.ts`). */
export type QuoteView = { disposition: Disposition; until: number }

/** `arrived`: where it stands in the other city's record, once read. */
export type OwnTransferView = Omit<TransferView, 'from'> & { arrived: ArrivalView['phase'] | null }

export type ArrivalView = {
  xid: Hex
  from: Origin
  city: string
  ts: number
  milli: Milli
  left: string
  leftMilli: Milli
  to: PersonView
  phase: 'credited' | 'suspended' | 'bound' | 'returning' | 'returned'
  because: Exclude<Disposition, 'credit'> | null
  /** When what no steward has decided goes back by itself, seconds; null unless it is suspended. */
  returns: number | null
}

/** One list of what waits for a steward, the oldest first in each part. */
export type StewardView = {
  toAttest: { acct: Hex; name: string | null; joinedTs: number }[]
  members: { acct: Hex; name: string | null; attested: boolean; steward: boolean; level: number }[]
  /** Receipts that members put on record as lost in a restore, the newest first: who, which place, when; no more is in the record. */
  lost: { acct: Hex; name: string | null; seq: number; ts: number; restoredTs: number }[]
  /** Guests' help that the pool owes Global for: base units as decimal text. */
  awardsDue: { agreement: Hex; guest: PersonView; destination: Origin; amount: string; milli: Milli; awardMilli: Milli }[]
  transfers: TransferView[]
  arrivals: ArrivalView[]
  books: BooksView
  federation: FederationView
}

export type BooksView = { domain: Record<string, string>; global: Record<string, string>; pool: Milli; position: Milli }

/** Whether a city can be closed: stewards here agreed to, they can, or why they cannot. */
export type Closability =
  | { state: 'closing' } | { state: 'can-close'; heir: Origin | null }
  | { state: 'cannot'; because: 'connected' | 'not-silent' | 'no-will' }

/** What the members of a federation agree on. `fromTs`: when Global year `fromYear` begins, Unix seconds. */
export type TermsView = {
  globalDecayPerMille: number
  conversion: { numerator: number; denominator: number }
  issueYearlyMaxMilli: Milli
  fromYear: number
  fromTs: number
}
/** POST /api/federation/terms; null takes back what was agreed on here. */
export type TermsRequest = { terms: Omit<TermsView, 'fromTs'> | null }

export type FederationView = {
  /** This hub's own card, base64 text to be pasted or scanned. */
  card: string
  /** The same as one short line for a hub that can be reached (`meeting-code.ts`); null while this one cannot. */
  code: string | null
  /** `closed`: the others have gone on without this city. */
  state: 'alone' | 'founded' | 'joining' | 'closed'
  version: number
  /** Cards pasted here: whom this hub's stewards agree to have as members. */
  admitted: { origin: Origin; city: string }[]
  /** Hubs that asked to join and have not been admitted here. */
  asking: { origin: Origin; city: string; card: string }[]
  /** This hub is a witness box: it votes and keeps copies, and has no community. */
  isBox: boolean
  cities: (CityView & { exposureMilli: Milli; isNearlyUsed: boolean; isBox: boolean })[]
  /** Whether each of the others could be closed, as one that is gone. */
  closing: ({ origin: Origin } & Closability)[]
  /** Hubs whose freeze stewards here agree to end. */
  releasing: Origin[]
  /** Hubs, this one perhaps among them, that stewards here agree to have vote with a new key. */
  renewing: Origin[]
  /**
   * Nothing goes on before this hub votes with a new key: it has forgotten what it voted and nobody can tell it, or so many
   * others renew theirs that all have to.
   */
  mustRenew: boolean
  /** The newest terms, and from which Global year their rate and yearly issue hold; null without a federation. */
  terms: TermsView | null
  /** Those on which stewards here agree, and which are in no document yet. */
  agreedTerms: TermsView | null
  /** The first Global year from which new terms may hold. */
  termsFromYear: number
  /** Who takes over when this city is gone, and the Unix second from which it may be closed; null where nothing is said. */
  will: { heir: Origin | null; endsAt: number | null }
  /** The next order of this hub's chain that a steward has to approve, with the argument to sign (base64). */
  chain: { slots: number; certified: number; needs: 'keys' | null; keysArgument: string | null; votes: { needed: number; got: number } | null }
  issueLeftMilli: Milli
  /** What has been retired and can leave the world now; zero when nothing has been, or some of it left this quarter. */
  burnMilli: Milli
}

/** What one city takes in from another, as its record says it; null is no limit of that sort. */
export type LimitsView = {
  exposureMilli: Milli
  /** Net of the past year: below zero when more went the other way. */
  usedMilli: Milli
  isNearlyUsed: boolean
  transferMaxMilli: Milli
  approvalAboveMilli: Milli | null
  dailyMax: number | null
  creditedToday: number
  levelMax: number
  witnesses: { origin: Origin; city: string }[]
  witnessesNeeded: number
}

/** GET /api/cities, for members: how we stand with one other city. */
export type BetweenView = {
  origin: Origin
  city: string
  connected: boolean
  isFrozen: boolean
  /** Evidence against it that freezes nothing and is for stewards to judge. */
  doubts: Hex[]
  /** What we take in from there. */
  takes: LimitsView
  /** What they take in from us; null where their record has not been read. */
  given: LimitsView | null
  /** The largest limit that our stewards may set now, and when it may be more, seconds; null when it may rise now. */
  mostMilli: Milli
  growsAgain: number | null
}

/** POST /api/federation/{close,keep,release}. */
export type ClosingRequest = { hub: Origin }
/** POST /api/federation/will-argument: the `keys` order to approve. `endsAt`: a UTC midnight at least 90 days ahead. */
export type WillRequest = { heir: Origin | null; endsAt: number | null }
/** POST /api/federation/{join,admit}. */
export type CardRequest = { card: string }

/** Figures that answer which matters they were summed from. */
export const figureNames = ['contributions', 'ties', 'kept', 'fallenThrough'] as const
export type FigureName = (typeof figureNames)[number]

/** Of the board as it is now; a need is met when an agreement that is not over names it. */
export type BoardFigures = { needs: number; offers: number; elsewhere: number; met: number; meanHours: number | null }

/** GET /api/figures?month=…: what `ledger/value/statistics.ts` computes of a month. Months are counted from January 1970. */
export type FiguresView = {
  months: number[]
  month: number
  /** Whether the month is not over: what is counted as of now is of today and of no month. */
  isPresent: boolean
  members: number
  active: number
  joined: number
  contributions: number
  ties: number
  repeatedPerMille: number
  kept: number
  fallenThrough: number
  issued: Milli
  byFormula: { skill: Milli; resource: Milli; project: Milli; community: Milli }
  opening: Milli
  moved: Milli
  redeemed: Milli
  decayed: Milli
  closing: Milli
  held: Milli
  commons: Milli
  /** Put aside in members' time reserves: promised, and in nobody's hands. */
  reserve: Milli
  giniPerMille: number
  board: BoardFigures
  /** Things and rooms shared: on the board now, those of them used in the month; how often any was used in it, and by people of other cities. */
  shared: { count: number; used: number; uses: number; byGuests: number }
}

/** GET /api/figures/<month>/<figure>, the newest first: a matter, its entries in the record, and its award if it has one. */
export type FigureRow = { id: Hex; entries: number[]; milli: Milli | null }
