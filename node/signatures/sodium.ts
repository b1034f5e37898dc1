/**
 * ◆ Ed25519 of libsodium, through the package `sodium-native`: two and a half times as fast as OpenSSL's.
 *
 * The package brings its binaries along and runs nothing when it is installed; it is optional, and a
 * machine it has none for does without. libsodium's verify is stricter than the bare equation in what the
 * ledger's prechecks refuse anyway, and computes the same equation besides (`test/ledger/keys.test.ts`).
 */
import { createRequire } from 'node:module'
import { toHex } from '#ledger/bytes.ts'
import type { Ed25519 } from '#ledger/keys.ts'

/** What is used of the package, which brings no types. */
type Sodium = {
  crypto_sign_seed_keypair(publicKey: Uint8Array, secretKey: Uint8Array, seed: Uint8Array): void
  crypto_sign_detached(signature: Uint8Array, message: Uint8Array, secretKey: Uint8Array): void
  crypto_sign_verify_detached(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
  crypto_core_ed25519_is_valid_point(point: Uint8Array): boolean
}

/** libsodium's Ed25519, or null where the package or its binary for this machine is missing. */
export function sodiumEd25519(): Ed25519 | null {
  const sodium = load()
  if (sodium === null) return null
  return {
    equationHolds: (publicKey, message, signature) =>
      sodium.crypto_sign_verify_detached(signature, message, publicKey),
    isPrimeOrderPoint: (publicKey) => sodium.crypto_core_ed25519_is_valid_point(publicKey),
    // The second half of what libsodium signs with.
    publicKeyOf: (secret) => expanded(sodium, secret).slice(32),
    sign(secret, message) {
      const signature = new Uint8Array(64)
      sodium.crypto_sign_detached(signature, message, expanded(sodium, secret))
      return signature
    },
  }
}

function load(): Sodium | null {
  try {
    return createRequire(import.meta.url)('sodium-native') as Sodium
  } catch {
    return null
  }
}

// libsodium signs with the seed and the public key together: deriving that costs as much as signing. A hub
// signs with a handful of keys; the oldest makes room for the newest.
const SECRETS_MAX = 64
const secretKeys = new Map<string, Uint8Array>()

function expanded(sodium: Sodium, seed: Uint8Array): Uint8Array {
  const name = toHex(seed)
  const known = secretKeys.get(name)
  if (known !== undefined) return known
  const secretKey = new Uint8Array(64)
  sodium.crypto_sign_seed_keypair(new Uint8Array(32), secretKey, seed)
  if (secretKeys.size >= SECRETS_MAX) secretKeys.delete(secretKeys.keys().next().value!)
  secretKeys.set(name, secretKey)
  return secretKey
}
