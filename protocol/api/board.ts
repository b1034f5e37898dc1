/** The board: listings, looking for them, what fits whom, applications and the calendar. */
import type { Hex, Origin } from '#ledger/action.ts'
import type { ListedResource, ListingCategory, ListingKind, Place, Return, Scope, Slot } from '../listing.ts'
import type { Cell } from '../place.ts'
import type { PersonView } from './people.ts'

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
/** `hub`: in whose record it stands; `with` is null for a gathering that one leads oneself. */
export type AppointmentView = {
  what: 'agreement' | 'session'; id: Hex; hub: Origin; listing: Hex; from: number; to: number; title: string | null; with: PersonView | null; isLent: boolean
}
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
