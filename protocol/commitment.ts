/**
 * Commitments: words that the record names without containing them.
 *
 *   commitment = SHA-256("cv/commit" ‖ 00 ‖ salt ‖ text)      salt: 32 random bytes
 *
 * Names, notes and agreed words are personal; the record is kept by everybody for ever. So the
 * record holds the commitment, the hub keeps `salt ‖ text` beside it as a blob, and destroying the
 * salt makes the commitment a number that nobody can connect with a word again. The salt is as long
 * as the hash, so short texts (a grade, a first name) cannot be found by trying them all.
 */
import { utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'

export const SALT_BYTES = 32

/** The text that a grade is committed to as. */
export const gradeTexts = { poor: '0', fair: '1', good: '2' } as const

const DOMAIN = utf8('cv/commit\0')

/**
 * The 32 bytes that stand in the record for `text` (UTF-8 bytes) under `salt`. @throws unless the
 * salt has 32 bytes.
 */
export function commitmentOf(salt: Uint8Array, text: Uint8Array): Uint8Array {
  if (salt.length !== SALT_BYTES)
    throw new RangeError(`a salt has ${SALT_BYTES} bytes, not ${salt.length}`)
  return sha256(DOMAIN, salt, text)
}

/**
 * A blob taken apart: what it commits to and its text. Null when it is too short to hold a salt.
 */
export function openBlob(blob: Uint8Array): { commitment: Uint8Array; text: Uint8Array } | null {
  if (blob.length < SALT_BYTES) return null
  const text = blob.subarray(SALT_BYTES)
  return { commitment: commitmentOf(blob.subarray(0, SALT_BYTES), text), text }
}
