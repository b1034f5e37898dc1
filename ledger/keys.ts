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
 * inputs about which they differ; so the equation may be left to a native implementation
 * (`installEd25519`) and the rest is decided here. Honest signatures always pass. No other file
 * calls a library's verify.
 *
 * Signers need not be deterministic: two signatures of one message may differ, so nothing may be
 * identified by signature bytes.
 */

import { getPublicKey, hashes, Point, sign as portableSign } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat, equalBytes, fromHex, toHex, utf8 } from './bytes.ts'
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
  device: { scope: 'hub', signer: 'a new device key, over the account it is to speak for and itself' },
  letter: { scope: 'hub', signer: 'a member’s device key, over a sealed letter to another member' },
  card: { scope: 'hub', signer: 'the hub’s log key, over the card that lists the hub’s keys' },
  order: { scope: 'federation', signer: 'a hub’s order key, over a slot of its chain' },
  vote: { scope: 'federation', signer: 'a voter’s vote key, over an order' },
  quote: { scope: 'federation', signer: 'a hub’s order key, over what it would accept' },
  fed: { scope: 'federation', signer: 'a hub’s vote key or stewards, over a federation document' },
  front: { scope: 'federation', signer: 'a voter’s vote key, over its frontier report' },
  flag: { scope: 'federation', signer: 'a hub’s vote key, over an anomaly it computed' },
} as const satisfies Record<string, { scope: 'hub' | 'federation'; signer: string }>

export type Context = keyof typeof CONTEXTS

/** The NUL keeps these messages apart from signed notes, which cannot hold one. */
const PREFIXES = Object.fromEntries(
  Object.keys(CONTEXTS).map((context) => [context, utf8(`cv/${context}\0`)]),
) as Record<Context, Uint8Array>

/** Answers whether a signature holds in its context: `verifyIn`, or somebody who asked it elsewhere. */
export type Verifier = (
  publicKey: Uint8Array, context: Context, scope: Uint8Array, payload: Uint8Array,
  signature: Uint8Array,
) => boolean

/** An implementation of the arithmetic. It decides nothing: the rule above is this file's. */
export type Ed25519 = {
  /** Step 6, cofactorless; only asked about what passed steps 1 to 5. */
  equationHolds(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** Steps 2 and 3 about 32 bytes; null leaves them to the portable arithmetic. */
  isPrimeOrderPoint: ((publicKey: Uint8Array) => boolean) | null
  /** RFC 8032 section 5.1.5; null leaves it to the portable arithmetic. */
  publicKeyOf: ((secret: Uint8Array) => Uint8Array) | null
  /** RFC 8032 section 5.1.6, with a secret of 32 bytes. */
  sign(secret: Uint8Array, message: Uint8Array): Uint8Array
}

/** True when the signature is valid for these message bytes under the rule above. Never throws. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return passesPrechecks(publicKey, signature) && ed25519.equationHolds(publicKey, message, signature)
}

/**
 * Steps 1 to 5. For verifiers that cannot be installed because they answer later (WebCrypto): what
 * passes here may be decided by any cofactorless verifier.
 */
export function passesPrechecks(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return publicKey.length === 32 && signature.length === 64
    && !isIdentity(signature) && isBelowOrder(signature) && isAcceptableKey(publicKey)
}

/**
 * Steps 2 and 3, remembered per key: deciding takes longer than a signature. Never throws. The oldest memory
 * makes room for the newest.
 */
export function isAcceptableKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false
  const name = toHex(publicKey)
  const known = acceptable.get(name)
  if (known !== undefined) return known
  const verdict = ed25519.isPrimeOrderPoint?.(publicKey) ?? pointOf(publicKey) !== null
  if (acceptable.size >= KEYS_REMEMBERED_MAX) acceptable.delete(acceptable.keys().next().value!)
  acceptable.set(name, verdict)
  return verdict
}

/** The message a signature under a context covers: "cv/" ‖ context ‖ 00 ‖ scope ‖ payload. @throws on another length of scope than 32 */
export const signInput = (context: Context, scope: Uint8Array, payload: Uint8Array): Uint8Array =>
  concat(signHead(context, scope), payload)

/**
 * What stands before the payload in that message. The same array again for the same context and scope, asked for
 * in a row; nobody may change it. @throws on another length of scope than 32
 */
export function signHead(context: Context, scope: Uint8Array): Uint8Array {
  const known = heads.get(context)
  if (known !== undefined && equalBytes(known.scope, scope)) return known.head
  if (scope.length !== 32) throw new RangeError(`a scope has 32 bytes, not ${scope.length}`)
  const head = concat(PREFIXES[context], scope)
  heads.set(context, { scope: scope.slice(), head })
  return head
}

const heads = new Map<Context, { scope: Uint8Array; head: Uint8Array }>()

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
  return ed25519.sign(secret, message)
}

/** The 32-byte public key of a 32-byte secret (RFC 8032 section 5.1.5). */
export const publicKeyOf = (secret: Uint8Array): Uint8Array => (ed25519.publicKeyOf ?? getPublicKey)(secret)

/** How records name a key within its account: the first 8 bytes of its SHA-256. */
export const keyIdOf = (publicKey: Uint8Array): Uint8Array => sha256(publicKey).slice(0, 8)

/** Hands in a native implementation; null goes back to the portable one. */
export function installEd25519(native: Ed25519 | null): void {
  ed25519 = native ?? portable
  // What another implementation said is not held against this one, nor for it.
  acceptable.clear()
}

// Below: the parts of the rule that are left to no library.

const L = Point.CURVE().n
const ORDER = littleEndianBytes(L)
const KEYS_REMEMBERED_MAX = 16_384
const acceptable = new Map<string, boolean>()

/** Step 5: whether R, the first half, is the encoding of the identity: 01 and zeros. */
function isIdentity(signature: Uint8Array): boolean {
  if (signature[0] !== 1) return false
  for (let i = 1; i < 32; i++) if (signature[i] !== 0) return false
  return true
}

/** Step 4: whether S, the second half and little-endian, is below L; without a bigint, because every signature is asked. */
function isBelowOrder(signature: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = signature[32 + i]! - ORDER[i]!
    if (difference !== 0) return difference < 0
  }
  return false
}

// Below: the arithmetic, as readable as it gets; what the native ones are compared with.

const portable: Ed25519 = {
  equationHolds(publicKey, message, signature) {
    const point = pointOf(publicKey)
    if (point === null) return false
    const r = signature.subarray(0, 32)
    const s = littleEndian(signature.subarray(32))
    const k = littleEndian(sha512(concat(r, publicKey, message))) % L
    // Comparing bytes instead of decoding R: what does not decode, or has torsion, cannot be equal.
    const expected = Point.BASE.multiply(s, false).subtract(point.multiply(k, false))
    return equalBytes(expected.toBytes(), r)
  },
  isPrimeOrderPoint: null,
  publicKeyOf: null,
  sign: (secret, message) => portableSign(message, secret),
}

let ed25519 = portable

const points = new Map<string, Point | null>()

/** The point of a key that satisfies steps 2 and 3, else null; remembered like the verdict on it. */
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

function littleEndianBytes(n: bigint): Uint8Array {
  return fromHex(n.toString(16).padStart(64, '0'))!.reverse()
}
