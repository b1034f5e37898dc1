/**
 * SHA-256 (FIPS 180-4), the only hash of the record.
 *
 * The portable implementation of @noble/hashes is always there; a process that has a faster one
 * hands it in once at start. Both compute the same function, so which one runs changes no verdict.
 */

import { sha256 as portableSha256 } from '@noble/hashes/sha2.js'
import { concat } from './bytes.ts'

/** Puts the digest of `bytes`, which it must not keep, into an array from an index on. */
type Sha256 = (bytes: Uint8Array, into: Uint8Array, at: number) => void

const HASH_BYTES = 32
const portable: Sha256 = (bytes, into, at) => into.set(portableSha256(bytes), at)
let implementation = portable
/** Where parts are put one after the other, again and again: a record with its prefix fits. */
const joined = new Uint8Array(65_536)

/** SHA-256 over the parts one after the other; 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const digest = new Uint8Array(HASH_BYTES)
  implementation(parts.length === 1 ? parts[0]! : oneAfterTheOther(parts), digest, 0)
  return digest
}

/** SHA-256 over bytes, put into an array from an index on: for who hashes by the million and has a place for each. */
export function sha256Into(into: Uint8Array, at: number, bytes: Uint8Array): void {
  implementation(bytes, into, at)
}

/** To be read before parts are put together again. */
function oneAfterTheOther(parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  if (length > joined.length) return concat(...parts)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined.subarray(0, length)
}

/** Hands in a faster SHA-256; null goes back to the portable one. */
export function installSha256(faster: Sha256 | null): void {
  implementation = faster ?? portable
}
