/**
 * Ed25519 keys and signatures under one acceptance rule, and the contexts that keep them apart.
 *
 * RFC 8032 leaves a margin: libraries that all "verify Ed25519" disagree about small-order keys,
 * mixed torsion and unreduced encodings, and some change their mind from one release to the next. A
 * member with an honest key can craft one signature that half of the network accepts. So a
 * signature is valid here exactly when all of this holds (CV-Ed25519):
 *
 *   1. the public key has 32 bytes and the signature 64;
 *   2. the key decodes with y < p, and not as x = 0 with the sign bit set;
 *   3. the key is in the prime-order subgroup and is not the identity;
 *   4. S, the second half of the signature, is below the group order L;
 *   5. R, the first half, is not the encoding of the identity;
 *   6. the bytes of [S]B − [k]A equal R, where k = SHA-512(R ‖ key ‖ message), all as received.
 *
 * Step 6 is what every version of OpenSSL, BoringSSL and Go computes, and steps 1 to 5 remove the
 * inputs about which they differ; so the equation may be left to a native verifier
 * (`installVerifier`) and the rest is decided here. Honest signatures always pass. No other file
 * calls a library's verify.
 *
 * Signers need not be deterministic: two signatures of one message may differ, so nothing may be
 * identified by signature bytes.
 */

import { getPublicKey, hashes, Point, sign as portableSign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat, equalBytes, toHex, utf8 } from './bytes.ts'
import { sha256 } from './hash.ts'

hashes.sha512 = sha512

/**
 * Every use of a signature outside signed notes: whose world it belongs to, and who signs. `hub`
 * contexts are scoped by the hubId, `federation` contexts by the fedId, so that nothing signed in
 * one hub or one federation counts in another.
 */
export const CONTEXTS = {
  entry: { scope: 'hub', signer: 'a member’s device key; the log key for what the hub witnessed' },
  appr: { scope: 'hub', signer: 'a steward’s device key, approving an action of others' },
  seal: { scope: 'hub', signer: 'the hub’s log key, over a group of records' },
  listing: { scope: 'hub', signer: 'a member’s device key, over a listing' },
  board: { scope: 'hub', signer: 'the hub’s log key, over a member’s listing it carries' },
  login: { scope: 'hub', signer: 'a member’s device key, over a login challenge' },
  recover: { scope: 'hub', signer: 'registrar and stewards, over the recovery of an account' },
  card: { scope: 'hub', signer: 'the hub’s log key, over the card that lists the hub’s keys' },
  order: { scope: 'federation', signer: 'a hub’s order key, over a slot of its chain' },
  vote: { scope: 'federation', signer: 'a voter’s vote key, over an order' },
  quote: { scope: 'federation', signer: 'a hub’s order key, over what it would accept' },
  fed: { scope: 'federation', signer: 'a hub’s vote key or stewards, over a federation document' },
  front: { scope: 'federation', signer: 'a voter’s vote key, over its frontier report' },
  flag: { scope: 'federation', signer: 'a hub’s vote key, over an anomaly it computed' },
} as const satisfies Record<string, { scope: 'hub' | 'federation'; signer: string }>

export type Context = keyof typeof CONTEXTS

/** Answers whether a signature holds in its context: `verifyIn`, or somebody who asked it elsewhere. */
export type Verifier = (
  publicKey: Uint8Array, context: Context, scope: Uint8Array, payload: Uint8Array,
  signature: Uint8Array,
) => boolean

type Equation = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean
type Signer = (secret: Uint8Array, message: Uint8Array) => Uint8Array

let equationHolds: Equation = portableEquation
let signer: Signer = (secret, message) => portableSign(message, secret)

/** True when the signature is valid for these message bytes under the rule above. Never throws. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return passesPrechecks(publicKey, signature) && equationHolds(publicKey, message, signature)
}

/**
 * Steps 1 to 5. For verifiers that cannot be installed because they answer later (WebCrypto): what
 * passes here may be decided by any cofactorless verifier.
 */
export function passesPrechecks(publicKey: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  if (equalBytes(signature.subarray(0, 32), IDENTITY)) return false
  return littleEndian(signature.subarray(32)) < L && isAcceptableKey(publicKey)
}

/**
 * Steps 2 and 3, remembered per key: deciding takes as long as several signatures. Never throws.
 */
export function isAcceptableKey(publicKey: Uint8Array): boolean {
  return publicKey.length === 32 && pointOf(publicKey) !== null
}

/** The message a signature under a context covers: "cv/" ‖ context ‖ 00 ‖ scope ‖ payload. */
export function signInput(context: Context, scope: Uint8Array, payload: Uint8Array): Uint8Array {
  if (scope.length !== 32) throw new RangeError(`a scope has 32 bytes, not ${scope.length}`)
  // The NUL keeps these messages apart from signed notes, which cannot hold one.
  return concat(utf8(`cv/${context}\0`), scope, payload)
}

/**
 * A 64-byte signature over a payload in its context and scope. @throws on a wrong length of secret
 * or scope.
 */
export function sign(
  secret: Uint8Array, context: Context, scope: Uint8Array, payload: Uint8Array,
): Uint8Array {
  return signMessage(secret, signInput(context, scope, payload))
}

/**
 * True when `sign` with this key's secret made the signature for this context, scope and payload.
 */
export function verifyIn(
  publicKey: Uint8Array, context: Context, scope: Uint8Array, payload: Uint8Array,
  signature: Uint8Array,
): boolean {
  return scope.length === 32 && verify(publicKey, signInput(context, scope, payload), signature)
}

/** A 64-byte signature over bare message bytes: signed notes, whose text is its own context. */
export function signMessage(secret: Uint8Array, message: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new RangeError(`a secret has 32 bytes, not ${secret.length}`)
  return signer(secret, message)
}

/** The 32-byte public key of a 32-byte secret (RFC 8032 section 5.1.5). */
export const publicKeyOf = (secret: Uint8Array): Uint8Array => getPublicKey(secret)

/** How records name a key within its account: the first 8 bytes of its SHA-256. */
export const keyIdOf = (publicKey: Uint8Array): Uint8Array => sha256(publicKey).slice(0, 8)

/**
 * Hands in a native verifier for step 6; null goes back to the portable one. It must be
 * cofactorless, and is only asked about what passed steps 1 to 5.
 */
export function installVerifier(native: Equation | null): void {
  equationHolds = native ?? portableEquation
}

/** Hands in a native RFC 8032 signer; null goes back to the portable one. */
export function installSigner(native: Signer | null): void {
  signer = native ?? ((secret, message) => portableSign(message, secret))
}

// Below: the arithmetic of the rule.

const L = Point.CURVE().n
const IDENTITY = Point.ZERO.toBytes()

function portableEquation(
  publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array,
): boolean {
  const point = pointOf(publicKey)
  if (point === null) return false
  const r = signature.subarray(0, 32)
  const s = littleEndian(signature.subarray(32))
  const k = littleEndian(sha512(concat(r, publicKey, message))) % L
  // Comparing bytes instead of decoding R: what does not decode, or has torsion, cannot be equal.
  const expected = Point.BASE.multiply(s, false).subtract(point.multiply(k, false))
  return equalBytes(expected.toBytes(), r)
}

const KEYS_REMEMBERED_MAX = 16_384
const points = new Map<string, Point | null>()

/**
 * The point of a key that satisfies steps 2 and 3, else null. The oldest memory makes room for the
 * newest.
 */
function pointOf(publicKey: Uint8Array): Point | null {
  const name = toHex(publicKey)
  const known = points.get(name)
  if (known !== undefined) return known
  const point = decodePoint(publicKey)
  if (points.size >= KEYS_REMEMBERED_MAX) points.delete(points.keys().next().value!)
  points.set(name, point)
  return point
}

function decodePoint(publicKey: Uint8Array): Point | null {
  let point: Point
  try {
    point = Point.fromBytes(publicKey, false)
  } catch {
    return null
  }
  return !point.is0() && point.isTorsionFree() ? point : null
}

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes.toReversed())}`)
