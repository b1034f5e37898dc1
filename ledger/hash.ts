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

/** SHA-256 over the parts one after the other; 32 bytes. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  return implementation(parts.length === 1 ? parts[0]! : concat(...parts))
}

/** Hands in a faster SHA-256 over one byte array; null goes back to the portable one. */
export function installSha256(faster: Sha256 | null): void {
  implementation = faster ?? portableSha256
}
