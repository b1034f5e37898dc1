/**
 * What a device says yes to: actions, drafts, listings and login challenges, signed by the member's
 * own key.
 *
 * Pure: randomness, the hub's clock and the newest record it has seen come in as arguments, so the
 * same functions run in a browser and under test, and nothing here needs a secure context (plain
 * http on a neighbourhood network has no `crypto.subtle`; noble's Ed25519 needs none). Bytes that
 * somebody else wrote are read in full before they are signed: a device never signs what the page
 * cannot show.
 */
import {
  type Action,
  type ActionOf,
  encodeAction,
  type Hex,
  type Kind,
  kinds,
  parseAction,
  partiesTo,
} from '#ledger/action.ts'
import { concat, fromBase64, fromHex, toBase64, toHex, utf8 } from '#ledger/bytes.ts'
import { keyIdOf, publicKeyOf, sign } from '#ledger/keys.ts'
import { deviceProof } from '#ledger/rules/device.ts'
import { isRestoreApproval } from '#ledger/rules/restore.ts'
import type { ActRequest, AuthJson, ListRequest, NewDeviceRequest, RestoreRequest, SeenView, SessionRequest } from '#protocol/api.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import { bodyHashOf, encodeListing, type Listing, signListing } from '#protocol/listing.ts'
import { challengeFault, type ChallengeFault, signChallenge } from '#protocol/login.ts'

/** A member's key on one device. `acct` is whose it is; the account outlives the device. */
export type Device = { acct: Hex; secret: Uint8Array; publicKey: Hex; keyId: Hex }

/** The hub an action is meant for, and the newest record of it that this page has seen. `lives`: how long it has to take it. */
export type Place = { hubId: Hex; seen: SeenView; lives?: number }

/** An action without its head: what the page asks; who, when and after what is added here. */
export type Asked = { [K in Kind]: Omit<ActionOf<K>, 'id' | 'acct' | 'exp' | 'seen'> }[Kind]

/** Random bytes of a length: `getRandomValues` in a browser. */
export type Random = (length: number) => Uint8Array

const DAY_SECONDS = 86_400

export function deviceOf(acct: Hex, secret: Uint8Array): Device {
  const publicKey = publicKeyOf(secret)
  return { acct, secret, publicKey: toHex(publicKey), keyId: toHex(keyIdOf(publicKey)) }
}

/** A new account with its first device: 32 random bytes each, unrelated to one another. */
export const newDevice = (random: Random): Device => deviceOf(toHex(random(32)), random(32))

/** Builds and signs an action; the hub has a day to take it, unless its place says otherwise. */
export function signAction(
  device: Device,
  place: Place,
  asked: Asked,
  random: Random,
): Omit<ActRequest, 'blobs'> {
  const { size, leaf, now } = place.seen
  const head = {
    id: toHex(random(16)),
    acct: device.acct,
    exp: now + (place.lives ?? DAY_SECONDS),
    seen: { size, leaf },
  }
  const body = encodeAction({ ...asked, ...head } as Action)
  return { body: toBase64(body), auth: [signatureUnder(device, place.hubId, asked.kind, body)] }
}

/** What two sign together: help, or the use of something. */
export type ForTwo = ActionOf<'agreement.made'> | ActionOf<'booking.made'>

/**
 * What a draft asks of this account; null unless it is an agreement or a booking that the other
 * party proposed to it.
 */
export function readDraft(body: string, acct: Hex): ForTwo | null {
  const bytes = fromBase64(body)
  const action = bytes === null ? null : parseAction(bytes)
  const pair = action === null ? null : partiesTo(action)
  if (action === null || pair === null || action.acct === acct) return null
  const parties = [pair.provider, pair.receiver]
  return parties.includes(acct) && parties.includes(action.acct) ? (action as ForTwo) : null
}

/**
 * Adds this device's signature to the proposer's. Null for a draft that `readDraft` would not show.
 */
export function signDraft(
  device: Device,
  hubId: Hex,
  draft: { body: string; auth: AuthJson[] },
): Omit<ActRequest, 'blobs'> | null {
  const terms = readDraft(draft.body, device.acct)
  if (terms === null) return null
  const own = signatureUnder(device, hubId, terms.kind, fromBase64(draft.body)!)
  return { body: draft.body, auth: [...draft.auth, own] }
}

/** The answer to a login challenge, or why this device will not sign it. */
export function answerChallenge(
  device: Device,
  hub: { hubId: Hex; origin: string },
  httpOrigin: string,
  payload: string,
): SessionRequest | ChallengeFault {
  const bytes = fromBase64(payload)
  if (bytes === null) return 'unreadable'
  const fault = challengeFault(bytes, hub.origin, httpOrigin)
  if (fault !== null) return fault
  const signature = toHex(signChallenge(bytes, device.secret, fromHex(hub.hubId)!))
  return { payload, acct: device.acct, keyId: device.keyId, signature }
}

/** What a new device shows to be let in: that it holds its key, and for whose account. */
export function signNewDevice(device: Device, hubId: Hex): NewDeviceRequest {
  const statement = deviceProof(device.acct, fromHex(device.publicKey)!)
  const proof = toHex(sign(device.secret, 'device', fromHex(hubId)!, statement))
  return { account: device.acct, device: device.publicKey, proof }
}

/** A steward's signature under a restore; null for bytes that are anything else. */
export function signRestore(device: Device, hubId: Hex, payload: string): RestoreRequest | null {
  const bytes = fromBase64(payload)
  if (bytes === null || !isRestoreApproval(bytes)) return null
  const signature = toHex(sign(device.secret, 'appr', fromHex(hubId)!, bytes))
  return { steward: device.acct, keyId: device.keyId, signature }
}

/** A listing's header signed for posting; the hash of the words is put in here. */
export function signedListing(
  device: Device,
  hubId: Hex,
  header: Omit<Listing, 'format' | 'author' | 'bodyHash' | 'bodyBytes'>,
  words: string | null,
): ListRequest {
  const bytes = words === null ? null : utf8(words)
  const listing = encodeListing({
    ...header,
    format: 1,
    author: device.acct,
    bodyHash: bytes === null ? null : bodyHashOf(bytes),
    bodyBytes: bytes?.length ?? 0,
  })
  const signature = toHex(signListing(listing, device.secret, fromHex(hubId)!))
  return { listing: toBase64(listing), device: device.publicKey, signature, body: words }
}

/**
 * Words kept out of the record: their commitment for the body, and `salt ‖ text` for the hub to
 * keep.
 */
export function committed(text: string, random: Random): { commitment: Hex; blob: string } {
  const salt = random(32)
  const bytes = utf8(text)
  return { commitment: toHex(commitmentOf(salt, bytes)), blob: toBase64(concat(salt, bytes)) }
}

function signatureUnder(device: Device, hubId: Hex, kind: Kind, body: Uint8Array): AuthJson {
  const signature = sign(device.secret, kinds[kind].context, fromHex(hubId)!, body)
  return { keyId: device.keyId, signature: toHex(signature) }
}
