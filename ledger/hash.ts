/**
 * SHA-256 (FIPS 180-4), the only hash of the record.
 *
 * The portable implementation of @noble/hashes is always there; a process that has a faster one
 * hands it in once at start. Both compute the same function, so which one runs changes no verdict.
 */

import { sha256 as portableSha256 } from '@noble/hashes/sha2.js'
import { concat } from './bytes.ts'

type Sha256 = (bytes: Uint8Array) => Uint8Array

let implementation: Sha256 = portableSha256
/** Where parts are put one after the other, again and again: a record with its prefix fits. */
const joined = new Uint8Array(65_536)

/** SHA-256 over the parts one after the other; 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  if (parts.length === 1) return implementation(parts[0]!)
  let length = 0
  for (const part of parts) length += part.length
  if (length > joined.length) return implementation(concat(...parts))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return implementation(joined.subarray(0, length))
}

/**
 * Hands in a faster SHA-256 over one byte array, which it must not keep; null goes back to the
 * portable one.
 */
export function installSha256(faster: Sha256 | null): void {
  implementation = faster ?? portableSha256
}
