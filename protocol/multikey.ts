/**
 * Keys and signatures as the W3C's documents write them: base58btc behind a `z` (Controlled Identifiers 1.0, section 2.4), an
 * Ed25519 public key behind the two bytes ed 01 that say so, and the same as an identifier that needs nobody to look it up
 * (`did:key`).
 */

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** A key or a signature, and room to spare: longer ones are not ours, and would only cost time. */
const CHARACTERS_MAX = 128
const ED25519 = [0xed, 0x01] as const

/** Bytes as base58btc with the multibase prefix `z`. */
export function toMultibase(bytes: Uint8Array): string {
  let number = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let text = ''
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)]! + text
  const zeros = bytes.findIndex((byte) => byte !== 0)
  return `z${ALPHABET[0]!.repeat(zeros < 0 ? bytes.length : zeros)}${text}`
}

/** Null for anything but base58btc behind a `z`. */
export function fromMultibase(text: string): Uint8Array | null {
  if (!text.startsWith('z') || text.length > CHARACTERS_MAX) return null
  const digits = text.slice(1)
  let number = 0n
  for (const digit of digits) {
    const value = ALPHABET.indexOf(digit)
    if (value < 0) return null
    number = number * 58n + BigInt(value)
  }
  const bytes: number[] = []
  for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 255n))
  for (const digit of digits) {
    if (digit !== ALPHABET[0]) break
    bytes.unshift(0)
  }
  return Uint8Array.from(bytes)
}

/** An Ed25519 public key as a Multikey: `z6Mk…`. */
export const multikeyOf = (publicKey: Uint8Array): string => toMultibase(Uint8Array.from([...ED25519, ...publicKey]))

/** The 32 bytes of an Ed25519 Multikey; null for anything else. */
export function keyInMultikey(text: string): Uint8Array | null {
  const bytes = fromMultibase(text)
  const isEd25519 = bytes?.length === 34 && bytes[0] === ED25519[0] && bytes[1] === ED25519[1]
  return isEd25519 ? bytes.slice(2) : null
}

/** `did:key:z6Mk…`. */
export const didKeyOf = (publicKey: Uint8Array): string => `did:key:${multikeyOf(publicKey)}`
