/**
 * `/cv/guest/1`: members of one city who act in another.
 *
 * A guest's page belongs to their home hub, and everything they do elsewhere is relayed by it: the home
 * vouches that this is its member (the stream is authenticated as that hub's, and evidence from its log
 * shows the attestation), the guest's own signature stands under each action in the scope of the host. The
 * host answers only the home of the guest in question, and what it answers is what its own members would
 * hear: JSON of `api.ts`, so that the page needs one language.
 *
 *   request                                        answer
 *   apply {guest, device, name, evidence, listing, message}   {id} | no
 *   view  {guest}                                  AbroadView | no
 *   act   {body, auth, blobs}                      ActAnswer | no
 *   draft {body, auth, blobs}                      {id} | no
 *   use   {listing, resource, begins, ends}        UseView | no
 *   visit {guest, device, name, evidence, listing} AbroadView | no
 *   drop  {guest, draft}                           {id} | no
 *   gatherings {guest, listing}                    GatheringsAbroad | no
 *   come  {guest, name, session, comes}            GatheringsAbroad | no
 *   room  {guest, listing}                         CircleView | no
 *   deed  {guest, listing, what, about, words}     CircleView | no
 *
 * where `no` is `{refusal}` or `{door}`. The agreement lives in the host's log only.
 */
import { type Action, foreignRecord, type Hex, type Origin, partiesTo } from '#ledger/action.ts'
import { fromBase64, fromHex, fromUtf8, utf8 } from '#ledger/bytes.ts'
import {
  bytesOf, bytesUpTo, decodeAs, encodeAs, fields, flag, hexOf, type Infer, listOf, literal, nullable, oneOf, peekKind, textUpTo, uint,
} from '#ledger/schema.ts'
import { SESSIONS_OPEN_MAX } from '#ledger/rules/session.ts'
import { type AbroadView, type ActAnswer, type CircleRequest, type CircleView, type DoorRefusal, type GatheringsAbroad, NOTICE_LENGTH_MAX, type RefusalAnswer } from './api.ts'
import type { UseView } from './matters.ts'

export const GUEST_PROTOCOL = '/cv/guest/1'
/** Two records with their proofs, and the words of an application. */
export const GUEST_REQUEST_BYTES_MAX = 147_456
/** A guest's drafts and agreements as JSON; a person with more of them is answered by nobody's hub. */
export const GUEST_ANSWER_BYTES_MAX = 1_048_576

/** What a member may write to another, and what they may be called, bytes of UTF-8. */
export const MESSAGE_BYTES_MAX = 2_000
export const NAME_BYTES_MAX = 160
/** Salt and text of one commitment; nobody's words need more in one action. */
export const BLOB_BYTES_MAX = 4_096
export const BLOBS_MAX = 4
/** UTF-8 needs at most three bytes for a character as JavaScript counts them. */
const NOTICE_BYTES_MAX = 1_500
const ACTION_BYTES_MAX = 16_384

const signedSchema = {
  body: bytesUpTo(ACTION_BYTES_MAX),
  auth: listOf(fields({ keyId: bytesOf(8), signature: bytesOf(64) }), 2),
  blobs: listOf(bytesUpTo(BLOB_BYTES_MAX), BLOBS_MAX),
}
const requests = {
  apply: fields({
    tag: literal(0), guest: hexOf(32), device: bytesOf(32), name: nullable(textUpTo(NAME_BYTES_MAX)),
    evidence: listOf(foreignRecord, 2), listing: hexOf(16), message: textUpTo(MESSAGE_BYTES_MAX),
  }),
  view: fields({ tag: literal(1), guest: hexOf(32) }),
  act: fields({ tag: literal(2), ...signedSchema }),
  draft: fields({ tag: literal(3), ...signedSchema }),
  use: fields({ tag: literal(4), guest: hexOf(32), listing: hexOf(16), resource: uint, begins: uint, ends: uint }),
  visit: fields({
    tag: literal(5), guest: hexOf(32), device: bytesOf(32), name: nullable(textUpTo(NAME_BYTES_MAX)),
    evidence: listOf(foreignRecord, 2), listing: hexOf(16),
  }),
  drop: fields({ tag: literal(6), guest: hexOf(32), draft: hexOf(16) }),
  gatherings: fields({ tag: literal(7), guest: hexOf(32), listing: hexOf(16) }),
  come: fields({ tag: literal(8), guest: hexOf(32), name: nullable(textUpTo(NAME_BYTES_MAX)), session: hexOf(16), comes: flag }),
  room: fields({ tag: literal(9), guest: hexOf(32), listing: hexOf(16) }),
  deed: fields({
    tag: literal(10), guest: hexOf(32), listing: hexOf(16), what: oneOf('leave', 'look', 'write', 'take-back', 'take', 'give-back', 'finish'),
    about: nullable(hexOf(16)), words: nullable(textUpTo(NOTICE_BYTES_MAX)),
  }),
}
const names = ['apply', 'view', 'act', 'draft', 'use', 'visit', 'drop', 'gatherings', 'come', 'room', 'deed'] as const
type Ask = (typeof names)[number]
type RequestOf<A extends Ask> = { ask: A } & Omit<Infer<(typeof requests)[A]>, 'tag'>
export type GuestRequest = { [A in Ask]: RequestOf<A> }[Ask]

/** A signed action with the words it commits to, as it is relayed or left for another to sign. */
export type SignedAction = Omit<RequestOf<'act'>, 'ask'>

/** @throws on a value outside the schema: the caller has checked what a member sent. */
export function encodeGuestRequest(request: GuestRequest): Uint8Array {
  const { ask, ...own } = request
  return encodeAs(requests[ask] as never, { tag: names.indexOf(ask), ...own } as never)
}

/** Null for anything but the one spelling of a request. */
export function parseGuestRequest(bytes: Uint8Array): GuestRequest | null {
  const ask = names[peekKind(bytes) ?? -1]
  const found = ask === undefined ? null : decodeAs(requests[ask] as typeof requests.view, bytes)
  if (ask === undefined || found === null) return null
  const { tag: _, ...own } = found
  return { ask, ...own } as GuestRequest
}

/** What a guest does in a room: about a notice or a task, with words, or neither. */
export type GuestDeed = Pick<RequestOf<'deed'>, 'what' | 'about' | 'words'>

/** The same for the wire; null for what guests do not do. */
export function deedOf(request: CircleRequest): GuestDeed | null {
  switch (request.do) {
    case 'leave': case 'look': return { what: request.do, about: null, words: null }
    case 'write': return { what: 'write', about: null, words: request.words }
    case 'take-back': return { what: 'take-back', about: request.notice, words: null }
    case 'take': case 'give-back': case 'finish': return { what: request.do, about: request.task, words: null }
    default: return null
  }
}

/** A deed as the room knows it; null when it is about something where it should not be, or has words that are none or too long. */
export function requestIn({ what, about, words }: GuestDeed): CircleRequest | null {
  if ((about !== null) !== (what !== 'leave' && what !== 'look' && what !== 'write') || (words !== null) !== (what === 'write')) return null
  switch (what) {
    case 'leave': case 'look': return { do: what }
    case 'write': return words!.trim() === '' || words!.length > NOTICE_LENGTH_MAX ? null : { do: what, words: words! }
    case 'take-back': return { do: what, notice: about! }
    default: return { do: what, task: about! }
  }
}

/** The accounts whose action this is: both parties to an agreement, else the one who acts. */
export function actorsOf(action: Action): Hex[] {
  const parties = partiesTo(action)
  return parties === null ? [action.acct] : [parties.provider, parties.receiver]
}

/** A "no" from the host, in the form in which the page hears one from its own hub. */
export type No = RefusalAnswer | { door: DoorRefusal }
export type Applied = { id: Hex }

export const encodeGuestAnswer = (answer: AbroadView | ActAnswer | Applied | CircleView | GatheringsAbroad | UseView | No): Uint8Array =>
  utf8(JSON.stringify(answer))

// Answers come from another hub and go to a member's page: only what has the promised form is passed on.
// Codes and texts inside are shown as text; an unknown code is a newer host's.

export function parseNo(bytes: Uint8Array): No | null {
  const found = objectOf(bytes)
  const no = found?.['refusal'] ?? found?.['door']
  return isObject(no) && typeof no['code'] === 'string' ? (found as No) : null
}

export function parseApplied(bytes: Uint8Array): Applied | null {
  const id = objectOf(bytes)?.['id']
  return typeof id === 'string' && fromHex(id)?.length === 16 ? { id } : null
}

export function parseActAnswer(bytes: Uint8Array): ActAnswer | null {
  const found = objectOf(bytes)
  if (found === null) return null
  const { seq, record, receipt } = found
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) return null
  return isBase64(record) && isBase64(receipt) ? { seq, record, receipt } : null
}

/** A host's view for one of our members; it must speak for the hub that was asked. */
export function parseAbroadView(bytes: Uint8Array, hub: Origin, hubId: Hex): AbroadView | null {
  const found = objectOf(bytes)
  if (found === null || found['hub'] !== hub || found['hubId'] !== hubId) return null
  const { charterVersion, seen, drafts, agreements } = found
  if (typeof charterVersion !== 'number' || !isObject(seen) || typeof seen['leaf'] !== 'string') return null
  if (typeof seen['size'] !== 'number' || typeof seen['now'] !== 'number') return null
  if (!isListOfNamed(drafts) || !isListOfNamed(agreements)) return null
  const arePriced = (drafts as Record<string, unknown>[]).every(({ visitorMilli }) => visitorMilli === null || isMilli(visitorMilli))
  return arePriced ? (found as unknown as AbroadView) : null
}

/** What a host says using something there would be; the page reckons with nothing that is not a number. */
export function parseUseView(bytes: Uint8Array): UseView | null {
  const found = objectOf(bytes)
  if (found === null) return null
  const { title, provider, price, visitorMilli, factors, taken, free } = found
  const counts = ['unitMinutes', 'units', 'demandPerMille', 'charter', 'levelNeeded', 'level']
  const isTime = (value: unknown): boolean => isObject(value) && isCount(value['begins']) && isCount(value['ends'])
  const isSound =
    typeof title === 'string' && isObject(provider) && typeof provider['acct'] === 'string' && isMilli(price) &&
    (visitorMilli === null || isMilli(visitorMilli)) && counts.every((name) => isCount(found[name])) &&
    Array.isArray(factors) && factors.every(isObject) && Array.isArray(taken) && taken.every(isTime) &&
    (free === null || isCount(free))
  return isSound ? (found as unknown as UseView) : null
}

/** What a host says of the gatherings of one listing; no more of them than one organiser may have open. */
export function parseGatherings(bytes: Uint8Array): GatheringsAbroad | null {
  const gatherings = objectOf(bytes)?.['gatherings']
  const isSound = Array.isArray(gatherings) && gatherings.length <= SESSIONS_OPEN_MAX && gatherings.every((one) =>
    isObject(one) && typeof one['id'] === 'string' && fromHex(one['id'])?.length === 16 && typeof one['isMine'] === 'boolean' &&
    ['begins', 'ends', 'places', 'signedUp'].every((name) => isCount(one[name])))
  return isSound ? { gatherings: gatherings as GatheringsAbroad['gatherings'] } : null
}

/** A room as a host shows it to one of our members, who keeps none there; it must be the one that was asked about. */
export function parseRoom(bytes: Uint8Array, hub: Origin, listing: Hex): CircleView | null {
  const found = objectOf(bytes)
  if (found === null || found['hub'] !== hub || found['id'] !== listing || typeof found['title'] !== 'string') return null
  const isPerson = (one: unknown): boolean =>
    isObject(one) && ['acct', 'hub', 'city'].every((name) => typeof one[name] === 'string') && (one['name'] === null || typeof one['name'] === 'string')
  const isWritten = (one: unknown): one is Record<string, unknown> =>
    isObject(one) && typeof one['id'] === 'string' && isPerson(one['by']) && typeof one['words'] === 'string' && isCount(one['ts']) && typeof one['isMine'] === 'boolean'
  const isTask = (one: unknown): boolean =>
    isWritten(one) && (one['taker'] === null || isPerson(one['taker'])) && ['until', 'done'].every((name) => one[name] === null || isCount(one[name]))
  const areAll = (name: string, is: (one: unknown) => boolean): boolean => Array.isArray(found[name]) && found[name].every(is)
  const isSound =
    (found['kind'] === 'circle' || found['kind'] === 'project') && isCount(found['members']) && isCount(found['news']) && isPerson(found['keeper']) &&
    found['isKeeper'] === false && ['isMember', 'isNew'].every((name) => typeof found[name] === 'boolean') &&
    areAll('people', isPerson) && areAll('notices', isWritten) && areAll('tasks', isTask)
  return isSound ? (found as unknown as CircleView) : null
}

function objectOf(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const found: unknown = JSON.parse(fromUtf8(bytes) ?? '')
    return isObject(found) ? found : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isMilli = (value: unknown): boolean => typeof value === 'string' && /^\d{1,30}$/.test(value)
const isBase64 = (value: unknown): value is string => typeof value === 'string' && fromBase64(value) !== null
const isListOfNamed = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => isObject(one) && typeof one['id'] === 'string')
