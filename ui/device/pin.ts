/**
 * A seed behind a PIN: scrypt (RFC 7914, N = 2^16, r = 8, p = 1) to a key, XChaCha20-Poly1305 over
 * the seed.
 *
 * A phone needs about a quarter of a second and 64 MiB for one guess, which is what stands between
 * a stolen browser profile and a short PIN; it does not protect against the program that asks for
 * the PIN. Loaded only when somebody uses a PIN.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { scryptAsync } from '@noble/hashes/scrypt.js'
import { utf8 } from '#ledger/bytes.ts'
import type { SealedSeed } from './cabinet.ts'
import type { Random } from './signing.ts'

const WORK = { N: 2 ** 16, r: 8, p: 1, dkLen: 32 }

export async function sealSeed(seed: Uint8Array, pin: string, random: Random): Promise<SealedSeed> {
  const [salt, nonce] = [random(16), random(24)]
  return { salt, nonce, bytes: xchacha20poly1305(await keyOf(pin, salt), nonce).encrypt(seed) }
}

/** The seed, or null when the PIN is not the one. */
export async function openSeed(sealed: SealedSeed, pin: string): Promise<Uint8Array | null> {
  const key = await keyOf(pin, sealed.salt)
  try {
    return xchacha20poly1305(key, sealed.nonce).decrypt(sealed.bytes)
  } catch {
    return null // The cipher's only way of saying that the tag does not fit.
  }
}

const keyOf = (pin: string, salt: Uint8Array): Promise<Uint8Array> =>
  scryptAsync(utf8(pin.toWellFormed().normalize('NFKC')), salt, WORK)
