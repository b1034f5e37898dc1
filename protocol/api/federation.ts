/** The federation as its stewards and members see it: cards, terms, limits, closing. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { Milli } from './door.ts'
import type { CityView } from './hub.ts'

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
