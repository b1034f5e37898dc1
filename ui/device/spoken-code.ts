/**
 * Codes that people show, read out and type: twelve letters and digits without the ones that look alike. The record
 * knows the hash of what a code stands for; sixty bits are enough that nobody finds the code from it in the time in
 * which it is of use.
 */
import type { Hex } from '#ledger/action.ts'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'

/** Crockford's: no I, L, O, U. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 12
const BITS = 5n

/** The code that these bytes, at least eight, spell. */
export function codeFrom(bytes: Uint8Array): string {
  let number = BigInt(`0x${toHex(bytes.slice(0, 8))}`) >> (64n - BITS * BigInt(LENGTH))
  let code = ''
  for (let i = 0; i < LENGTH; i++) {
    code = LETTERS[Number(number & 31n)]! + code
    number >>= BITS
  }
  return code
}

/** What somebody typed, as a code; null for what is none. */
export function readCode(text: string): string | null {
  const code = text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  return code.length === LENGTH && [...code].every((letter) => LETTERS.includes(letter)) ? code : null
}

/** In three groups, as it is read out. */
export const spaced = (code: string): string => code.match(/.{4}/g)!.join(' ')

/** The sixteen bytes that an action carries for a code. */
export const bytesOfCode = (code: string): Hex => toHex(sha256(utf8('cv/spoken\0'), utf8(code))).slice(0, 32)

/** A device's own code for a purpose: the same whenever it is asked for, so that it need not be kept. */
export const ownCode = (secret: Uint8Array, purpose: string): string =>
  codeFrom(sha256(utf8('cv/own-code\0'), secret, utf8(purpose)))

/** The bytes of a code, for a hash that the record will know. */
export const secretOf = (code: string): Uint8Array => fromHex(bytesOfCode(code))!
