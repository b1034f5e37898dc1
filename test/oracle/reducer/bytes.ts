/**
 * Byte strings, as lower-case hex everywhere in this reducer: what is equal is `===`, what comes after is `>`, and ‖ is `+`.
 * Written for being read beside `ledger/README.md`, and not for speed.
 */
import { createHash } from 'node:crypto'

export type Hex = string

/** What a rule says no with: the name in the README's table of refusals. */
export class Refused extends Error {}

export function demand(holds: unknown, code: string): asserts holds {
  if (!holds) throw new Refused(code)
}

/** What `make` gives, and where that refuses the refusal `code`. */
export function or<T>(code: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof Refused ? new Refused(code) : error
  }
}

export const toHex = (bytes: Uint8Array): Hex => Buffer.from(bytes).toString('hex')
export const fromHex = (hex: Hex): Buffer => Buffer.from(hex, 'hex')
/** The bytes of a text. */
export const utf8 = (text: string): Hex => Buffer.from(text, 'utf8').toString('hex')
/** The text of bytes that are well-formed UTF-8. */
export const textOf = (hex: Hex, code: string): string => {
  const text = fromHex(hex).toString('utf8')
  demand(utf8(text) === hex, code)
  return text
}
export const u64 = (n: bigint): Hex => n.toString(16).padStart(16, '0')
export const sizeOf = (hex: Hex): number => hex.length / 2

export const sha = (hex: Hex): Hex => createHash('sha256').update(fromHex(hex)).digest('hex')

/** RFC 4648 section 4, padded, unused bits zero. */
export function fromBase64(text: string, code: string): Hex {
  const bytes = Buffer.from(text, 'base64')
  demand(bytes.toString('base64') === text, code)
  return toHex(bytes)
}
export const toBase64 = (hex: Hex): string => fromHex(hex).toString('base64')

export const ascending = <T>(items: readonly T[]): boolean => items.every((item, i) => i === 0 || items[i - 1]! < item)
export const distinct = (items: readonly unknown[]): boolean => new Set(items).size === items.length
/** Origins are ordered by their bytes. */
export const byOrigin = (a: string, b: string): number => (utf8(a) < utf8(b) ? -1 : a === b ? 0 : 1)
