/**
 * *Signatures* of the README: steps 1 to 3 of a key with the library’s points, the arithmetic of step 6 by OpenSSL, which also
 * asks for step 4. Whoever replays a log without looking at its signatures hands in `trusting`.
 */
import { createPublicKey, type KeyObject, verify as verified } from 'node:crypto'
import { Point } from '@noble/ed25519'
import { fromHex, type Hex, sha, sizeOf, utf8 } from './bytes.ts'

export type Verify = (key: Hex, message: Hex, signature: Hex) => boolean

const keys = new Map<Hex, KeyObject | null>()

/** The key, if it satisfies steps 1 to 3, else null. */
function keyOf(hex: Hex): KeyObject | null {
  let key = keys.get(hex)
  if (key === undefined) keys.set(hex, key = isSound(hex) ? imported(hex) : null)
  return key
}

const imported = (hex: Hex): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: fromHex(hex).toString('base64url') }, format: 'jwk' })

function isSound(hex: Hex): boolean {
  if (sizeOf(hex) !== 32) return false
  try {
    const point = Point.fromBytes(fromHex(hex), false)
    return !point.is0() && point.isTorsionFree()
  } catch {
    return false
  }
}

export const isKey = (hex: Hex): boolean => keyOf(hex) !== null

const IDENTITY = `01${'00'.repeat(31)}`

export const signed: Verify = (key, message, signature) => {
  const publicKey = keyOf(key)
  if (publicKey === null || sizeOf(signature) !== 64 || signature.startsWith(IDENTITY)) return false
  return verified(null, fromHex(message), publicKey, fromHex(signature))
}

export const trusting: Verify = () => true

export const messageIn = (context: string, scope: Hex, payload: Hex): Hex => `${utf8(`cv/${context}\0`)}${scope}${payload}`

export const keyIdOf = (key: Hex): Hex => sha(key).slice(0, 16)
