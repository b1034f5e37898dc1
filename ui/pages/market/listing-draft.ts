/**
 * A listing while it is written: what the form holds, as text, and how it becomes the header that is signed.
 *
 * Pure, so that what a form means is tested without a page. Kept in the browser after every letter, because a
 * telephone rings while one writes; gone when it is posted.
 */
import { fromHex } from '#ledger/bytes.ts'
import type { ListingView } from '#protocol/api.ts'
import {
  careCategories, type ListedResource, type Listing, type ListingCategory, type ListingKind, listingKinds, returns, type Return,
  type Scope, type Slot, TAG_BYTES_MAX, TAGS_MAX,
} from '#protocol/listing.ts'
import { CELLS_PER_DEGREE, cellAt } from '#protocol/place.ts'
import { fromLocalInput, toLocalInput } from '../../text/format.ts'

const DAY = 86_400
/** How long a listing stands unless something else ends it: a need is answered or stale in two weeks, an offer lasts. */
export const LIVES_SECONDS = { need: 14 * DAY, offer: 180 * DAY }
const HOUR_MINUTES = 60

/** What is posted every day, and what now and then [S0:551-611, 1031-1059]. */
export const dailyKinds = ['need', 'skill', 'resource', 'event'] as const satisfies ListingKind[]
export const widerKinds = ['project', 'circle', 'partnerOffer'] as const satisfies ListingKind[]

/** Of another city's: what people there can be asked to come to. */
export const gathersAbroad = ({ own, kind, state }: ListingView): boolean => !own && state === 'open' && (kind === 'event' || kind === 'skill' || kind === 'circle' || kind === 'project')

/** Those that people take part in together have a room behind them, as long as they are open (`/circle/ID`). */
export const hasRoom = ({ kind, state }: ListingView): boolean => state === 'open' && (kind === 'circle' || kind === 'project')

/** What the form of a kind asks besides what it is about, in words, and in which domain: five fields at most in all. */
type Asked = 'begins' | 'length' | 'resource' | 'places' | 'returns'
export const askedOf: Record<ListingKind, readonly Asked[]> = {
  need: ['length', 'returns'], skill: ['length', 'returns'], resource: ['resource', 'returns'], event: ['begins', 'length'],
  project: ['places', 'returns'], circle: [], partnerOffer: ['places', 'returns'],
}
const categoryOf: Record<ListingKind, ListingCategory> = {
  need: 'everyday', skill: 'everyday', resource: 'everyday', event: 'community-culture', project: 'project-help', circle: 'community',
  partnerOffer: 'everyday',
}

export type ListingDraft = {
  kind: ListingKind
  title: string
  words: string
  category: ListingCategory
  /** Null: cannot say. */
  minutes: number | null
  resource: ListedResource | null
  returns: Return[]
  /** When, as the form's own moments; empty when it is agreed later. */
  begins: string
  tags: string
  languages: string[]
  placeName: string
  /** Latitude and longitude as any map shows them. */
  coordinates: string
  places: number
  level: Listing['level']
  online: boolean
  /** Null: what is usual for its category. */
  scope: Scope | null
  images: string[]
}

export const emptyDraft = (kind: ListingKind, language: string): ListingDraft => ({
  kind, title: '', words: '', category: categoryOf[kind],
  minutes: askedOf[kind].includes('length') || kind === 'resource' ? HOUR_MINUTES : null,
  resource: kind === 'resource' ? 'room' : null, returns: [], begins: '', tags: '', languages: [language], placeName: '',
  coordinates: '', places: 0, level: 1, online: false, scope: null, images: [],
})

/** The draft of a listing that is to be changed. */
export function draftOf(listing: ListingView): ListingDraft {
  const { kind, title, body, category, minutes, resource, slots, tags, languages, place, places, level, online, scope, images } = listing
  return {
    kind, title, words: body ?? '', category, minutes: minutes === 0 ? null : minutes, resource, returns: listing.returns,
    begins: slots[0] === undefined ? '' : toLocalInput(slots[0].from), tags: tags.join(' '), languages,
    placeName: place?.name ?? '', coordinates: place === null ? '' : coordinatesOf(place), places,
    level: level as Listing['level'], online, scope, images,
  }
}

/** A draft kept as text, read again; null when it is none. */
export function readDraft(text: string | null): ListingDraft | null {
  try {
    const found = JSON.parse(text ?? '') as Partial<ListingDraft>
    if (typeof found !== 'object' || found === null || !listingKinds.includes(found.kind!)) return null
    return { ...emptyDraft(found.kind!, found.languages?.[0] ?? 'zh'), ...found }
  } catch {
    return null
  }
}

/** Words apart by blanks, commas or the marks people put before tags; as many and as long as a listing holds. */
export function tagsIn(text: string): string[] {
  const found = text.split(/[\s,，、;；#＃]+/u).filter((tag) => tag !== '' && new TextEncoder().encode(tag).length <= TAG_BYTES_MAX)
  return [...new Set(found)].slice(0, TAGS_MAX)
}

/** The cell of “41.40, 2.17”; null when that is no place on earth. */
export function cellOf(coordinates: string): { row: number; column: number } | null {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)°?\s*[,，\s]\s*(-?\d{1,3}(?:\.\d+)?)°?\s*$/u.exec(coordinates)
  if (found === null) return null
  const [north, east] = [Number(found[1]) * 1_000_000, Number(found[2]) * 1_000_000]
  return Math.abs(north) > 90_000_000 || Math.abs(east) > 180_000_000 ? null : cellAt(Math.trunc(north), Math.trunc(east))
}

/** The middle of a cell, as `cellOf` reads it. */
export function coordinatesOf({ row, column }: { row: number; column: number }): string {
  const degrees = (cells: number, least: number): string => ((cells + 0.5) / CELLS_PER_DEGREE + least).toFixed(3)
  return `${degrees(row, -90)}, ${degrees(column, -180)}`
}

/** Care stays among neighbours unless its author says otherwise; the rest goes to every city there is. */
export const scopeOf = (draft: ListingDraft, hasCities: boolean): Scope =>
  draft.scope ?? (hasCities && !careCategories.has(draft.category) ? 'federation' : 'hub')

/** When it is, if the form says: from its beginning, for as long as it takes. */
export function slotsOf({ begins, minutes }: ListingDraft): Slot[] {
  const from = fromLocalInput(begins)
  return from === null || from < 0 ? [] : [{ from, to: from + (minutes ?? HOUR_MINUTES) * 60 }]
}

type Said = Omit<Listing, 'format' | 'id' | 'hub' | 'region' | 'author' | 'rev' | 'bodyHash' | 'bodyBytes' | 'from'>

/** What the form says, as the header says it. `before` is the listing it changes; its end may not come sooner. */
export function saidIn(draft: ListingDraft, at: { now: number; hasCities: boolean; before: ListingView | null }): Said {
  const { kind, category, minutes, languages, places, level, online } = draft
  const slots = slotsOf(draft)
  const cell = cellOf(draft.coordinates)
  const lives = at.now + (kind === 'need' ? LIVES_SECONDS.need : LIVES_SECONDS.offer)
  const last = slots.at(-1)?.to ?? 0
  // An event is over when it is over; one that has begun already still has to be seen.
  const ends = kind === 'event' && last > at.now ? Math.min(last, lives) : lives
  return {
    kind, category, title: draft.title.trim(), scope: scopeOf(draft, at.hasCities), languages, minutes: minutes ?? 0,
    online: online ? 1 : 0, tags: tagsIn(draft.tags), resource: kind === 'resource' || kind === 'need' ? draft.resource : null,
    places, level, returns: returns.filter((one) => draft.returns.includes(one)), slots,
    place: cell === null ? null : { ...cell, name: draft.placeName.trim() },
    images: draft.images.flatMap((hash) => fromHex(hash) ?? []),
    expiresAt: Math.max(ends, at.before?.expiresAt ?? 0), state: 'open',
  }
}
