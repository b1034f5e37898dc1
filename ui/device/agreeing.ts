/**
 * Pure: what two devices alone can both work out (X25519, RFC 7748), with the curve that already signs: Curve25519 and edwards25519 are
 * the same curve in two coordinates, u = (1 + y) / (1 − y), so one library does both. Points outside the subgroup that signs
 * are refused; of them RFC 7748 makes secrets that do not depend on the key. A test compares it with another implementation.
 */
import { etc, Point, utils } from '@noble/ed25519'
import '#ledger/keys.ts' // Gives the library its hash.

const { p } = Point.CURVE()

/** A 32-byte secret as a scalar that multiplies by the cofactor too (RFC 7748, section 5); by the order, which is the same for what is not refused. */
function scalarOf(secret: Uint8Array): bigint {
  const bytes = secret.slice()
  bytes[0]! &= 248
  bytes[31] = (bytes[31]! & 127) | 64
  return etc.mod(littleEndian(bytes), Point.CURVE().n)
}

const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${etc.bytesToHex(bytes.slice().reverse())}`)
const bytesOf = (u: bigint): Uint8Array => etc.hexToBytes(u.toString(16).padStart(64, '0')).reverse()

const over = (above: bigint, below: bigint): bigint => etc.mod(above * etc.invert(below, p), p)
const uOf = (point: Point): bigint => over(1n + point.toAffine().y, 1n - point.toAffine().y)

/** The point of a u; throws where there is none in the subgroup. Which of the two with this u does not matter. */
function pointOf(u: bigint): Point {
  const point = Point.fromBytes(bytesOf(over(u - 1n, u + 1n)))
  if (point.is0() || !point.isTorsionFree()) throw new RangeError('no point of the subgroup')
  return point
}

/** The 32 bytes to send, of 32 random ones to keep. */
export const agreeingKey = (secret: Uint8Array): Uint8Array => bytesOf(uOf(Point.BASE.multiply(scalarOf(secret))))

/** What both sides come to, of one's own secret and the other's 32 bytes; throws when these are no key. */
export function agreed(secret: Uint8Array, theirs: Uint8Array): Uint8Array {
  const u = littleEndian(theirs) & ((1n << 255n) - 1n)
  return bytesOf(uOf(pointOf(etc.mod(u, p)).multiply(scalarOf(secret))))
}

/** A signing device's public key as one to agree with; throws when it is none. */
export const toAgreeing = (publicKey: Uint8Array): Uint8Array => bytesOf(uOf(Point.fromBytes(publicKey)))

/** A signing device's secret as one to agree with. */
export const toAgreeingSecret = (secret: Uint8Array): Uint8Array => utils.getExtendedPublicKey(secret).head
