/**
 * The login challenge: what a device signs to open a session with its hub.
 *
 *   payload = CBOR [hub origin, http origin, nonce 16 bytes, expires seconds]
 *
 * The signature stands under context `login` in the scope of the hub's id, so it can never be taken
 * for an action. Both names are inside the signed bytes: a page at another address that relays a
 * challenge from the real hub shows its own address in the reader's browser, and the device refuses
 * to sign for an address that it is not at.
 */
import type { Origin } from '#ledger/action.ts'
import { sign, verifyIn } from '#ledger/keys.ts'
import { bytesOf, decodeAs, encodeAs, fields, type Infer, textUpTo, uint } from '#ledger/schema.ts'

const challengeSchema = fields({
  hub: textUpTo(64),
  /** `location.origin` of the page: scheme, host and port. */
  httpOrigin: textUpTo(300),
  nonce: bytesOf(16),
  /** Seconds. */
  expires: uint,
})
export type Challenge = Infer<typeof challengeSchema>

export const encodeChallenge = (challenge: Challenge): Uint8Array =>
  encodeAs(challengeSchema, challenge)

/** Null for anything but the one spelling of a challenge. */
export const parseChallenge = (payload: Uint8Array): Challenge | null =>
  decodeAs(challengeSchema, payload)

/** Why a device will not sign a challenge. */
export type ChallengeFault = 'unreadable' | 'other-hub' | 'other-address'

/**
 * What is wrong with a challenge for a page that is at `httpOrigin` and belongs to `hub`, or null.
 */
export function challengeFault(
  payload: Uint8Array,
  hub: Origin,
  httpOrigin: string,
): ChallengeFault | null {
  const challenge = parseChallenge(payload)
  if (challenge === null) return 'unreadable'
  if (challenge.hub !== hub) return 'other-hub'
  return challenge.httpOrigin === httpOrigin ? null : 'other-address'
}

export const signChallenge = (
  payload: Uint8Array,
  deviceSecret: Uint8Array,
  hubId: Uint8Array,
): Uint8Array => sign(deviceSecret, 'login', hubId, payload)

/** True when this device signed exactly this payload for this hub. */
export const isSignedChallenge = (
  payload: Uint8Array,
  device: Uint8Array,
  signature: Uint8Array,
  hubId: Uint8Array,
): boolean => verifyIn(device, 'login', hubId, payload, signature)
