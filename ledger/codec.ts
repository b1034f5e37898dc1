/**
 * Canonical encoding: one value, exactly one byte string.
 *
 * A subset of CBOR (RFC 8949) under its deterministic rules (section 4.2.1): integers of magnitude
 * below 2^64, byte strings, well-formed UTF-8 texts, arrays, maps with text keys, true, false and
 * null; shortest heads, definite lengths, map keys unique and in byte order of their encodings, at
 * most eight containers inside one another. No floats, no tags, no other simple values.
 *
 * People sign bytes and hubs hash bytes, so a value with two spellings would be a record with two
 * hashes. `decode` therefore refuses every spelling but the one `encode` writes; nothing has to be
 * encoded again to know that it was canonical. Unicode normal forms are not looked at: engines
 * disagree about them from one Unicode version to the next, and what they disagree about cannot be
 * a rule.
 *
 * This file reads and writes any value; `schema.ts` reads and writes values of a known shape
 * through the same heads, and is what entries and messages use.
 */

import { compareBytes, fromUtf8, hexInto, utf8 } from './bytes.ts'

export type Value = bigint | string | boolean | null | Uint8Array | Value[] | Map<string, Value>

/** What `encode` takes: values, with safe integers allowed where a bigint would do. */
export type Encodable =
  | bigint | number | string | boolean | null | Uint8Array
  | readonly Encodable[] | ReadonlyMap<string, Encodable>

/**
 * Containers inside one another, the outermost counted. Bounds the reader's stack for any input.
 */
export const DEPTH_MAX = 8

/**
 * The major types in use, as they stand in the three high bits of a head (RFC 8949 section 3.1).
 */
export const MAJOR = { uint: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5 } as const

const FALSE = 0xf4
const TRUE = 0xf5
export const NULL = 0xf6
const UINT64_MAX = 0xffffffffffffffffn

/** The one byte string of a value. @throws when the value has none: our own bug. */
export function encode(value: Encodable): Uint8Array {
  const sink = newSink()
  write(sink, value, 0)
  return written(sink)
}

/** The value of a byte string; undefined for everything that `encode` would not have written. */
export function decode(bytes: Uint8Array): Value | undefined {
  const cursor = { bytes, at: 0 }
  const value = read(cursor, 0)
  return cursor.at === bytes.length ? value : undefined
}

function write(sink: Sink, value: Encodable, depth: number): void {
  if (value === null || typeof value === 'boolean') return writeSimple(sink, value)
  if (typeof value === 'string') return writeText(sink, value)
  if (value instanceof Uint8Array) return writeBytes(sink, value)
  if (typeof value === 'bigint' || typeof value === 'number') return writeInteger(sink, value)

  if (depth === DEPTH_MAX) throw new RangeError(`more than ${DEPTH_MAX} containers in one another`)
  if (isArray(value)) {
    writeHead(sink, MAJOR.array, value.length)
    for (const item of value) write(sink, item, depth + 1)
    return
  }
  const rows = [...value].map(([key, item]) => ({ key: encode(key), item }))
  rows.sort((a, b) => compareBytes(a.key, b.key))
  writeHead(sink, MAJOR.map, rows.length)
  for (const { key, item } of rows) {
    writeRaw(sink, key)
    write(sink, item, depth + 1)
  }
}

function read(cursor: Cursor, depth: number): Value | undefined {
  const first = cursor.bytes[cursor.at]
  if (first === undefined) return undefined
  if (first >= FALSE) return readSimple(cursor)
  const major = first >> 5
  if (major === MAJOR.uint || major === MAJOR.negative) return readInteger(cursor)
  if (major === MAJOR.bytes) return readBytes(cursor, Number.MAX_SAFE_INTEGER)
  if (major === MAJOR.text) return readText(cursor, Number.MAX_SAFE_INTEGER)
  if (depth === DEPTH_MAX) return undefined
  if (major === MAJOR.array) return readArray(cursor, depth + 1)
  return major === MAJOR.map ? readMap(cursor, depth + 1) : undefined
}

function readArray(cursor: Cursor, depth: number): Value[] | undefined {
  const length = readHead(cursor, MAJOR.array)
  // An announced length is only believed as far as there are bytes: every item takes at least one.
  if (length < 0 || length > cursor.bytes.length - cursor.at) return undefined
  const items: Value[] = []
  for (let i = 0; i < length; i++) {
    const item = read(cursor, depth)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

function readMap(cursor: Cursor, depth: number): Map<string, Value> | undefined {
  const length = readHead(cursor, MAJOR.map)
  if (length < 0 || 2 * length > cursor.bytes.length - cursor.at) return undefined
  const rows = new Map<string, Value>()
  let previousKey: Uint8Array | null = null
  for (let i = 0; i < length; i++) {
    const start = cursor.at
    const key = readText(cursor, Number.MAX_SAFE_INTEGER)
    if (key === undefined) return undefined
    const keyBytes = cursor.bytes.subarray(start, cursor.at)
    // Strictly ascending: this one comparison refuses both another order and a key given twice.
    if (previousKey !== null && compareBytes(previousKey, keyBytes) >= 0) return undefined
    previousKey = keyBytes
    const item = read(cursor, depth)
    if (item === undefined) return undefined
    rows.set(key, item)
  }
  return rows
}

// Below: heads and leaves, shared with the schema codec.

/** Bytes being written; `room` grows by doubling. */
export type Sink = { room: Uint8Array; length: number }

/** Bytes being read, and how far. After a refusal `at` means nothing. */
export type Cursor = { readonly bytes: Uint8Array; at: number }

/** Room that the last writer has left; null while somebody writes. */
let spare: Uint8Array | null = null
const ROOM_KEPT_MAX = 65_536

export function newSink(): Sink {
  const room = spare ?? new Uint8Array(1024)
  spare = null
  return { room, length: 0 }
}

/** A copy of exactly what was written, which ends the writing. */
export function written({ room, length }: Sink): Uint8Array {
  if (room.length <= ROOM_KEPT_MAX) spare = room
  return room.slice(0, length)
}

function reserve(sink: Sink, more: number): void {
  if (sink.length + more <= sink.room.length) return
  const larger = new Uint8Array(Math.max(2 * sink.room.length, sink.length + more))
  larger.set(sink.room)
  sink.room = larger
}

/** Bytes as they are: what has been encoded before. */
export function writeRaw(sink: Sink, bytes: Uint8Array): void {
  reserve(sink, bytes.length)
  sink.room.set(bytes, sink.length)
  sink.length += bytes.length
}

/** What has been written to another sink, from an index on; a few bytes without a view, because rows are full of such. */
export function writeWritten(sink: Sink, { room, length }: Sink, from = 0): void {
  if (length - from > COPIED_ONE_BY_ONE) return writeRaw(sink, room.subarray(from, length))
  reserve(sink, length - from)
  const into = sink.room
  let at = sink.length
  for (let i = from; i < length; i++) into[at++] = room[i]!
  sink.length = at
}

const COPIED_ONE_BY_ONE = 64

/**
 * A head in its shortest form. `argument` is an integer 0 … 2^64-1; numbers must be safe integers.
 */
export function writeHead(sink: Sink, major: number, argument: number | bigint): void {
  reserve(sink, 9)
  const high = major << 5
  if (typeof argument === 'number' ? argument < 0x100000000 : argument < 0x100000000n) writeShortHead(sink, high, Number(argument))
  else {
    sink.room[sink.length] = high | 27
    new DataView(sink.room.buffer, sink.length + 1, 8).setBigUint64(0, BigInt(argument))
    sink.length += 9
  }
}

/** Of a number below 2^32, into room that is there; without a view, because rows are full of them. */
function writeShortHead(sink: Sink, high: number, argument: number): void {
  const { room, length } = sink
  if (argument < 24) {
    room[length] = high | argument
    sink.length = length + 1
  } else if (argument < 0x100) {
    room[length] = high | 24
    room[length + 1] = argument
    sink.length = length + 2
  } else if (argument < 0x10000) {
    room[length] = high | 25
    room[length + 1] = argument >>> 8
    room[length + 2] = argument
    sink.length = length + 3
  } else {
    room[length] = high | 26
    room[length + 1] = argument >>> 24
    room[length + 2] = argument >>> 16
    room[length + 3] = argument >>> 8
    room[length + 4] = argument
    sink.length = length + 5
  }
}

/** @throws for a number that is no safe integer and for a magnitude of 2^64 and above. */
export function writeInteger(sink: Sink, value: number | bigint): void {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`)
    if (value >= 0) return writeHead(sink, MAJOR.uint, value)
  }
  if (value > UINT64_MAX || value < -UINT64_MAX) {
    throw new RangeError(`magnitude above 2^64-1: ${value}`)
  }
  if (value < 0) writeHead(sink, MAJOR.negative, -1n - BigInt(value))
  else writeHead(sink, MAJOR.uint, value)
}

/** An array of integers 0 … 2^53-1; false, and nothing to be kept of what was written, when one is anything else. */
export function writeUints(sink: Sink, values: readonly number[]): boolean {
  writeHead(sink, MAJOR.array, values.length)
  reserve(sink, 9 * values.length)
  for (const value of values) {
    if (!Number.isSafeInteger(value) || value < 0) return false
    if (value < 0x100000000) writeShortHead(sink, 0, value)
    else writeHead(sink, MAJOR.uint, value)
  }
  return true
}

export function writeBytes(sink: Sink, bytes: Uint8Array): void {
  writeHead(sink, MAJOR.bytes, bytes.length)
  writeRaw(sink, bytes)
}

/** A number below 2^47 in magnitude as a byte string: its two's complement, as short as it can be. */
export function writeOctets(sink: Sink, value: number): void {
  let length = 1
  for (let limit = 128; value >= limit || value < -limit; limit *= 256) length++
  writeHead(sink, MAJOR.bytes, length)
  reserve(sink, length)
  for (let rest = value, at = sink.length + length - 1; at >= sink.length; at--, rest = Math.floor(rest / 256)) sink.room[at] = rest
  sink.length += length
}

/** The bytes that lower-case hex spells; false, and nothing to be kept of what was written, for any other text. */
export function writeHex(sink: Sink, text: string): boolean {
  const length = Math.floor(text.length / 2)
  writeHead(sink, MAJOR.bytes, length)
  reserve(sink, length)
  if (!hexInto(sink.room, sink.length, text)) return false
  sink.length += length
  return true
}

/** @throws on a lone surrogate. */
export const writeText = (sink: Sink, text: string): void => writeUtf8(sink, utf8(text))

/** A text by its bytes, which are its UTF-8. */
export function writeUtf8(sink: Sink, bytes: Uint8Array): void {
  writeHead(sink, MAJOR.text, bytes.length)
  writeRaw(sink, bytes)
}

export function writeSimple(sink: Sink, value: boolean | null): void {
  reserve(sink, 1)
  sink.room[sink.length++] = value === null ? NULL : value ? TRUE : FALSE
}

/** The argument of a head of this major type, if shortest and at most 2^53-1; otherwise -1. */
export function readHead(cursor: Cursor, major: number): number {
  const { bytes, at } = cursor
  const first = bytes[at]
  if (first === undefined || first >> 5 !== major) return -1
  const info = first & 31
  if (info < 24) {
    cursor.at = at + 1
    return info
  }
  if (info === 24) {
    const argument = bytes[at + 1]!
    // Undefined beyond the end, which is not above 23 either.
    if (!(argument > 23)) return -1
    cursor.at = at + 2
    return argument
  }
  if (info > 27) return -1
  const width = 1 << (info - 24)
  if (at + 1 + width > bytes.length) return -1
  let argument = 0
  for (let i = 1; i <= width; i++) argument = argument * 256 + bytes[at + i]!
  // What fits a narrower head must stand in it.
  const least = info === 25 ? 0x100 : info === 26 ? 0x10000 : 0x100000000
  if (argument < least || argument > Number.MAX_SAFE_INTEGER) return -1
  cursor.at = at + 1 + width
  return argument
}

/** So many integers 0 … 2^53-1, one after the other; undefined when something else stands there. */
export function readUints(cursor: Cursor, count: number): number[] | undefined {
  const { bytes } = cursor
  // Each takes a byte at least: nobody is given room for more than can be there.
  if (count > bytes.length - cursor.at) return undefined
  const values = new Array<number>(count)
  for (let i = 0; i < count; i++) {
    const { at } = cursor
    let value: number
    if (bytes[at] === 26 && bytes[at + 1]! > 0 && at + 5 <= bytes.length) {
      // Times of this century.
      value = bytes[at + 1]! * 0x1000000 + ((bytes[at + 2]! << 16) | (bytes[at + 3]! << 8) | bytes[at + 4]!)
      cursor.at = at + 5
    } else value = readHead(cursor, MAJOR.uint)
    if (value < 0) return undefined
    values[i] = value
  }
  return values
}

/** The argument of a head of this major type up to 2^64-1, if shortest; otherwise -1n. */
export function readBigHead(cursor: Cursor, major: number): bigint {
  const { bytes, at } = cursor
  if (bytes[at] !== ((major << 5) | 27)) return BigInt(readHead(cursor, major))
  if (at + 9 > bytes.length) return -1n
  const argument = new DataView(bytes.buffer, bytes.byteOffset + at + 1, 8).getBigUint64(0)
  if (argument < 0x100000000n) return -1n
  cursor.at = at + 9
  return argument
}

function readInteger(cursor: Cursor): bigint | undefined {
  const negative = cursor.bytes[cursor.at]! >> 5 === MAJOR.negative
  const argument = readBigHead(cursor, negative ? MAJOR.negative : MAJOR.uint)
  // CBOR could say -2^64, whose magnitude no uint64 holds.
  if (argument < 0n || (negative && argument === UINT64_MAX)) return undefined
  return negative ? -1n - argument : argument
}

/**
 * Moves behind a byte string of at most `max` bytes and answers its length, so that the bytes are
 * those before `cursor.at`; -1 if there is none. For readers that need no copy.
 */
export function readSpan(cursor: Cursor, major: number, max: number): number {
  const length = readHead(cursor, major)
  if (length < 0 || length > max || length > cursor.bytes.length - cursor.at) return -1
  cursor.at += length
  return length
}

/** A byte string of at most `max` bytes, copied: the value outlives the message it came in. */
export function readBytes(cursor: Cursor, max: number): Uint8Array | undefined {
  const length = readSpan(cursor, MAJOR.bytes, max)
  return length < 0 ? undefined : cursor.bytes.slice(cursor.at - length, cursor.at)
}

/** A well-formed text of at most `max` bytes of UTF-8. */
export function readText(cursor: Cursor, max: number): string | undefined {
  const length = readSpan(cursor, MAJOR.text, max)
  return length < 0 ? undefined : fromUtf8(cursor.bytes.subarray(cursor.at - length, cursor.at)) ?? undefined
}

export function readSimple(cursor: Cursor): boolean | null | undefined {
  const byte = cursor.bytes[cursor.at]
  if (byte !== FALSE && byte !== TRUE && byte !== NULL) return undefined
  cursor.at++
  return byte === NULL ? null : byte === TRUE
}

// `Array.isArray` does not narrow a readonly array out of a union.
const isArray = (
  value: readonly Encodable[] | ReadonlyMap<string, Encodable>,
): value is readonly Encodable[] => Array.isArray(value)
