/** Setting a hub up, what it says of itself, the way back from a backup, and evidence. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { Preset } from '#ledger/charter/charter.ts'
import type { EvidenceKind, FreezingKind } from '#ledger/evidence/offence.ts'
import type { ListedResource } from '../listing.ts'
import type { Milli } from './door.ts'

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
  /** So many minutes of everyday help are 1 CV. */
  minutesPerCv: number
  /** Global for Domain value by the charter or, where that gives less, the federation's document; and the level that may ask for it. */
  conversion: { numerator: number; denominator: number; levelMin: number; by: 'charter' | 'federation' }
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
