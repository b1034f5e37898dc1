/**
 * Bytes, and the few spellings they have as text: hex, base64 (RFC 4648 section 4) and UTF-8 (RFC
 * 3629).
 *
 * Written out here because the ledger must give the same answer in a hub, in a browser and on an
 * auditor's laptop: no `Buffer`, no `TextDecoder` that quietly puts U+FFFD for what it cannot read,
 * no `localeCompare`. Every text form has exactly one spelling per byte string; the readers answer
 * null for all others, because two spellings of one key are two keys to everything that compares
 * text.
 */

/**
 * Order by the first differing byte, a prefix before what it begins: negative, zero or positive.
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = a[i]! - b[i]!
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Same length and same bytes. Not constant time: the ledger compares only what is public. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Whether `part` stands within `bytes` from this index on. */
export function standsAt(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  if (at + part.length > bytes.length) return false
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false
  return true
}

/** One new array holding the parts in order. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** The character codes of the sixteen digits. */
const HEX = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** So many bytes become text in one call: a call takes only so many arguments. */
const HEX_BYTES_AT_ONCE = 1024

/** Lower-case hex, two digits a byte. */
export const toHex = (bytes: Uint8Array): string => implementation(bytes, 0, bytes.length)

/** The same of the bytes `from` … `to` − 1, which need not be copied out for it. */
export const hexIn = (bytes: Uint8Array, from: number, to: number): string => implementation(bytes, from, to)

/**
 * Hands in a faster way to that text; null goes back to the portable one. Ids are kept as hex, so every record
 * that is read asks for half a dozen.
 */
export function installHex(faster: typeof portableHex | null): void {
  implementation = faster ?? portableHex
}

let implementation = portableHex

function portableHex(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > HEX_BYTES_AT_ONCE) {
    return portableHex(bytes, from, from + HEX_BYTES_AT_ONCE) + portableHex(bytes, from + HEX_BYTES_AT_ONCE, to)
  }
  // Of character codes, and not by adding up texts, which leaves one piece of memory a byte behind.
  const codes = new Array<number>(2 * (to - from))
  for (let i = from, at = 0; i < to; i++) {
    codes[at++] = HEX[bytes[i]! >> 4]!
    codes[at++] = HEX[bytes[i]! & 15]!
  }
  return String.fromCharCode(...codes)
}

/** Whether this lower-case hex spells these bytes. */
export const isHexOf = (text: string, bytes: Uint8Array): boolean => text.length === 2 * bytes.length && isHexAt(text, bytes, 0)

/** Whether this lower-case hex spells what stands within `bytes` from this index on. */
export function isHexAt(text: string, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < text.length; i += 2, at++) {
    if (text.charCodeAt(i) !== HEX[bytes[at]! >> 4] || text.charCodeAt(i + 1) !== HEX[bytes[at]! & 15]) return false
  }
  return true
}

/** The bytes of lower-case hex; null for upper case, an odd length or any other character. */
export function fromHex(text: string): Uint8Array | null {
  if (text.length % 2 !== 0) return null
  const bytes = new Uint8Array(text.length / 2)
  return hexInto(bytes, 0, text) ? bytes : null
}

/** Puts the bytes of lower-case hex into an array from an index on; false, and some of them there, for any other text. */
export function hexInto(bytes: Uint8Array, at: number, text: string): boolean {
  if (text.length % 2 !== 0 || at + text.length / 2 > bytes.length) return false
  for (let i = 0, to = at; i < text.length; i += 2, to++) {
    const high = HEX_DIGIT[text.charCodeAt(i)]!
    const low = HEX_DIGIT[text.charCodeAt(i + 1)]!
    // Undefined beyond the table, 255 within it.
    if (!(high < 16 && low < 16)) return false
    bytes[to] = high * 16 + low
  }
  return true
}

/** The value of each digit by its character code, 255 for what is none. */
const HEX_DIGIT = new Uint8Array(128).fill(255)
HEX.forEach((code, value) => (HEX_DIGIT[code] = value))

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE64_DIGIT = new Int8Array(128).fill(-1)
for (let i = 0; i < 64; i++) BASE64_DIGIT[BASE64.charCodeAt(i)] = i

/** Standard base64 with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += BASE64[group >> 18]! + BASE64[(group >> 12) & 63]!
    text += left > 1 ? BASE64[(group >> 6) & 63]! : '='
    text += left > 2 ? BASE64[group & 63]! : '='
  }
  return text
}

/**
 * The bytes of standard base64. Null without the padding, with line breaks, with the URL alphabet,
 * and when the bits the last digit does not need are not zero (RFC 4648 section 3.5): those are the
 * second spellings by which a signature could be "changed" without changing a byte of it.
 */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const digits = text.length - padding
  const bytes = new Uint8Array((text.length / 4) * 3 - padding)
  let pending = 0
  let pendingBits = 0
  let at = 0
  for (let i = 0; i < digits; i++) {
    const digit = BASE64_DIGIT[text.charCodeAt(i)] ?? -1
    if (digit < 0) return null
    pending = (pending << 6) | digit
    pendingBits += 6
    if (pendingBits >= 8) {
      pendingBits -= 8
      bytes[at++] = pending >> pendingBits
      pending &= (1 << pendingBits) - 1
    }
  }
  return pending === 0 ? bytes : null
}

/**
 * The UTF-8 bytes of a text.
 * @throws on a lone surrogate, which no byte string spells: text that comes from outside is to be
 * checked with `isWellFormed` (or read by `fromUtf8`) before it gets here.
 */
export function utf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3)
  let at = 0
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i)
    if (code < 0x80) {
      bytes[at++] = code
      continue
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | (code >> 6)
      bytes[at++] = 0x80 | (code & 63)
      continue
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = text.charCodeAt(i + 1)
      if (code > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) {
        throw new Error('lone surrogate in text')
      }
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
      i++
      bytes[at++] = 0xf0 | (code >> 18)
      bytes[at++] = 0x80 | ((code >> 12) & 63)
    } else {
      bytes[at++] = 0xe0 | (code >> 12)
    }
    bytes[at++] = 0x80 | ((code >> 6) & 63)
    bytes[at++] = 0x80 | (code & 63)
  }
  return bytes.slice(0, at)
}

/**
 * The text of UTF-8 bytes; null for overlong forms, surrogates, code points above U+10FFFF and cut
 * or stray continuation bytes. A byte order mark is a character like any other and stays.
 */
export function fromUtf8(bytes: Uint8Array): string | null {
  if (bytes.length < 1024 && isAscii(bytes)) return String.fromCharCode(...bytes)
  let text = ''
  let units: number[] = []
  let i = 0
  while (i < bytes.length) {
    const first = bytes[i++]!
    if (first < 0x80) {
      units.push(first)
    } else {
      const following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1
      if (first < 0xc2 || first > 0xf4) return null
      let code = first & (0x3f >> following)
      for (let k = 0; k < following; k++) {
        const next = bytes[i++]
        if (next === undefined || (next & 0xc0) !== 0x80) return null
        code = (code << 6) | (next & 63)
      }
      if (following === 2 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return null
      if (following === 3 && (code < 0x10000 || code > 0x10ffff)) return null
      if (code < 0x10000) {
        units.push(code)
      } else {
        units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff))
      }
    }
    // One call per thousand characters: an argument list has a limit, a text has not.
    if (units.length >= 1024) {
      text += String.fromCharCode(...units)
      units = []
    }
  }
  return text + String.fromCharCode(...units)
}

/** Names and kinds of things are, and need no more looking at. */
function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! >= 0x80) return false
  return true
}

/** Four bytes, big-endian. @throws outside 0 … 2^32-1. */
export function u32be(n: number): Uint8Array {
  if (!Number.isInteger(n) || n < 0 || n > 0xffffffff) throw new RangeError(`not a uint32: ${n}`)
  return Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
}

/** Eight bytes, big-endian. @throws outside 0 … 2^64-1. */
export function u64be(n: bigint): Uint8Array {
  if (n < 0n || n > 0xffffffffffffffffn) throw new RangeError(`not a uint64: ${n}`)
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, n)
  return bytes
}

/** The number in eight big-endian bytes. @throws when there are not exactly eight. */
export function readU64be(bytes: Uint8Array): bigint {
  if (bytes.length !== 8) throw new RangeError(`a uint64 has 8 bytes, not ${bytes.length}`)
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0)
}
