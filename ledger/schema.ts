/**
 * The codec for values of a known shape: positional arrays in the canonical encoding of `codec.ts`.
 *
 * A schema says in one place what a kind of entry or message holds, how large each part may be, and
 * in which order; its TypeScript type follows from it. Reading is strict by construction: exact
 * array length, shortest heads, every bound checked before anything is copied, no byte left over.
 * So each value of a schema has one byte string, the same that `codec.ts` gives for the bare array,
 * and there is no key order or missing field to disagree about. Names exist only in code and in the
 * specification, not in the bytes.
 *
 * A value outside its schema on the way out is our own bug and throws; on the way in it is null.
 */

import { fromUtf8, hexIn, standsAt, utf8 } from './bytes.ts'
import {
  type Cursor, DEPTH_MAX, MAJOR, newSink, NULL, readBigHead, readBytes, readHead, readSimple,
  readSpan, readText, readUints, type Sink, writeBytes, writeHead, writeHex, writeInteger, writeOctets, writeRaw, writeSimple,
  writeText, writeUints, writeUtf8, written,
} from './codec.ts'

/**
 * How one shape is written and read. `read` answers undefined to refuse, so no shape holds
 * undefined.
 */
export type Schema<T> = {
  /** Containers inside one another; checked when a schema is made, so no value can be too deep. */
  readonly depth: number
  write(sink: Sink, value: T): void
  read(cursor: Cursor): T | undefined
}

/** The type of the values of a schema. */
export type Infer<S> = S extends Schema<infer T> ? T : never

/** The one byte string of a value. @throws when the value is outside the schema. */
export function encodeAs<T>(schema: Schema<T>, value: T): Uint8Array {
  scratch.length = 0
  schema.write(scratch, value)
  const bytes = written(scratch)
  if (scratch.room.length > SCRATCH_BYTES_MAX) scratch.room = new Uint8Array(SCRATCH_BYTES_MAX)
  return bytes
}

/** The same as a view of bytes that the next encoding writes over: for who copies them to their place at once. */
export function encodedInPassing<T>(schema: Schema<T>, value: T): Uint8Array {
  scratch.length = 0
  schema.write(scratch, value)
  return scratch.room.subarray(0, scratch.length)
}

/** Where every value is written before its bytes are taken out: no schema encodes another value on its way. */
const scratch = newSink()
const SCRATCH_BYTES_MAX = 65_536

/**
 * The value of a byte string; null for anything `encodeAs` would not have written under this
 * schema.
 */
export function decodeAs<T>(schema: Schema<T>, bytes: Uint8Array): T | null {
  const cursor = { bytes, at: 0 }
  const value = schema.read(cursor)
  return value === undefined || cursor.at !== bytes.length ? null : value
}

/** The integer at position 0 of an array: which schema to read it with. Null if there is none. */
export function peekKind(bytes: Uint8Array): number | null {
  const cursor = { bytes, at: 0 }
  if (readHead(cursor, MAJOR.array) < 1) return null
  const kind = readHead(cursor, MAJOR.uint)
  return kind < 0 ? null : kind
}

/** An integer 0 … 2^53-1, for counts, sizes, days and seconds. */
export const uint: Schema<number> = {
  depth: 0,
  write(sink, value) {
    if (value < 0) throw outside('a uint', value)
    writeInteger(sink, value)
  },
  read(cursor) {
    const value = readHead(cursor, MAJOR.uint)
    return value < 0 ? undefined : value
  },
}

/** An integer 0 … 2^64-1, for amounts. */
export const big: Schema<bigint> = {
  depth: 0,
  write(sink, value) {
    if (typeof value !== 'bigint' || value < 0n) throw outside('a big', value)
    writeInteger(sink, value)
  },
  read(cursor) {
    const value = readBigHead(cursor, MAJOR.uint)
    return value < 0n ? undefined : value
  },
}

/**
 * An integer of any size: a byte string of its two's complement, big-endian, as short as it can be
 * and at least one byte (the content octets of an ASN.1 INTEGER, X.690 section 8.3). For sums,
 * which are bounded by nothing but the number of their terms.
 */
export const integer: Schema<bigint> = {
  depth: 0,
  write(sink, value) {
    if (typeof value !== 'bigint') throw outside('an integer', value)
    const small = Number(value)
    if (small < SMALL && small >= -SMALL) writeOctets(sink, small)
    else writeBytes(sink, octetsOf(value))
  },
  read(cursor) {
    const octets = readBytes(cursor, Number.MAX_SAFE_INTEGER)
    if (octets === undefined || octets.length === 0) return undefined
    const [first, second] = octets
    const isRepeated = second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80)
    return isRepeated ? undefined : integerOf(octets)
  },
}

/** Up to here a number holds every step of `writeOctets` exactly. */
const SMALL = 2 ** 47

function octetsOf(value: bigint): Uint8Array {
  const digits: number[] = []
  let rest = value
  do {
    digits.push(Number(BigInt.asUintN(8, rest)))
    rest >>= 8n
  } while ((rest !== 0n && rest !== -1n) || (digits.at(-1)! >= 0x80) !== (value < 0n))
  return Uint8Array.from(digits.reverse())
}

function integerOf(octets: Uint8Array): bigint {
  const sign = octets[0]! >= 0x80 ? -1 : 0
  if (octets.length <= 6) return BigInt(octets.reduce((sum, octet) => sum * 256 + octet, sign))
  return octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), BigInt(sign))
}

/** True or false. */
export const flag: Schema<boolean> = {
  depth: 0,
  write(sink, value) {
    if (typeof value !== 'boolean') throw outside('a flag', value)
    writeSimple(sink, value)
  },
  read(cursor) {
    const value = readSimple(cursor)
    return value === null ? undefined : value
  },
}

/** Exactly `length` bytes. */
export const bytesOf = (length: number): Schema<Uint8Array> => byteString(length, length)

/** At most `max` bytes. */
export const bytesUpTo = (max: number): Schema<Uint8Array> => byteString(0, max)

/**
 * The same as `bytesOf` and `bytesUpTo`, read as a view of the bytes they were read from: for what is kept no
 * longer than those are.
 */
export const viewOf = (length: number): Schema<Uint8Array> => viewUpTo(length, length)
export function viewUpTo(max: number, min = 0): Schema<Uint8Array> {
  return {
    ...byteString(min, max),
    read(cursor) {
      const length = readSpan(cursor, MAJOR.bytes, max)
      return length < min ? undefined : cursor.bytes.subarray(cursor.at - length, cursor.at)
    },
  }
}

function byteString(min: number, max: number): Schema<Uint8Array> {
  return {
    depth: 0,
    write(sink, value) {
      if (value.length < min || value.length > max) {
        throw outside(`${min} to ${max} bytes`, value.length)
      }
      writeBytes(sink, value)
    },
    read(cursor) {
      const value = readBytes(cursor, max)
      return value === undefined || value.length < min ? undefined : value
    },
  }
}

/** Exactly `length` bytes, held in code as lower-case hex: ids that serve as keys of maps. */
export const hexOf = (length: number): Schema<string> => hexString(length, length)

function hexString(min: number, max: number): Schema<string> {
  return {
    depth: 0,
    write(sink, value) {
      if (value.length < 2 * min || value.length > 2 * max) throw outside(`${min} to ${max} bytes in hex`, value)
      if (!writeHex(sink, value)) throw outside('lower-case hex', value)
    },
    read(cursor) {
      const length = readSpan(cursor, MAJOR.bytes, max)
      return length < min ? undefined : hexIn(cursor.bytes, cursor.at - length, cursor.at)
    },
  }
}

/**
 * The same, for ids of which there are thousands and each is read a thousand times, as those of accounts: the very text
 * is given that was given before. Looking that up costs less than making another, and to whoever keeps it, nothing.
 */
export function sameHexOf(length: number): Schema<string> {
  const known = new Uint8Array(length * KNOWN_TEXTS)
  const texts = new Array<string | undefined>(KNOWN_TEXTS)
  return {
    ...hexOf(length),
    read(cursor) {
      if (readSpan(cursor, MAJOR.bytes, length) < length) return undefined
      const { bytes } = cursor
      const start = cursor.at - length
      // Each id has one place, which the latest that falls on it takes: nobody can make anybody search.
      const place = (bytes[start]! | (bytes[start + 1]! << 8)) & (KNOWN_TEXTS - 1)
      let at = length * place
      let i = start
      while (i < cursor.at && bytes[i] === known[at]) i++, at++
      const text = texts[place]
      if (i === cursor.at && text !== undefined) return text
      for (i = start, at = length * place; i < cursor.at; i++, at++) known[at] = bytes[i]!
      return (texts[place] = hexIn(bytes, start, cursor.at))
    },
  }
}

const KNOWN_TEXTS = 16_384

/** At most `max` bytes, held in code as lower-case hex. */
export const hexUpTo = (max: number): Schema<string> => hexString(0, max)

/** A well-formed text of at most `maxBytes` bytes of UTF-8. */
export function textUpTo(maxBytes: number): Schema<string> {
  return {
    depth: 0,
    write(sink, value) {
      const bytes = utf8(value)
      if (bytes.length > maxBytes) throw outside(`text of ${maxBytes} bytes`, value)
      writeUtf8(sink, bytes)
    },
    read: (cursor) => readText(cursor, maxBytes),
  }
}

/** The same, for a text that is nearly always the one that was read or written before: that one is then given again. */
export function sameTextUpTo(maxBytes: number): Schema<string> {
  const any = textUpTo(maxBytes)
  let known: { bytes: Uint8Array; text: string } = { bytes: new Uint8Array(0), text: '' }
  return {
    ...any,
    write(sink, value) {
      if (value === known.text) return writeUtf8(sink, known.bytes)
      any.write(sink, value)
      known = { bytes: utf8(value), text: value }
    },
    read(cursor) {
      const length = readSpan(cursor, MAJOR.text, maxBytes)
      if (length < 0) return undefined
      const start = cursor.at - length
      if (length === known.bytes.length && standsAt(cursor.bytes, start, known.bytes)) return known.text
      const bytes = cursor.bytes.slice(start, cursor.at)
      const text = fromUtf8(bytes)
      if (text === null) return undefined
      known = { bytes, text }
      return text
    },
  }
}

/** At most `max` items of one schema. */
export function listOf<T>(item: Schema<T>, max: number): Schema<T[]> {
  return {
    depth: deeper(item.depth),
    write(sink, value) {
      if (value.length > max) throw outside(`a list of ${max}`, value.length)
      writeHead(sink, MAJOR.array, value.length)
      for (const one of value) item.write(sink, one)
    },
    read(cursor) {
      const length = readHead(cursor, MAJOR.array)
      if (length < 0 || length > max) return undefined
      const items: T[] = []
      for (let i = 0; i < length; i++) {
        const one = item.read(cursor)
        if (one === undefined) return undefined
        items.push(one)
      }
      return items
    },
  }
}

/** At most `max` integers 0 … 2^53-1: the bytes of `listOf(uint, max)`, for lists that are long. */
export function uintsUpTo(max: number): Schema<number[]> {
  const list = listOf(uint, max)
  return {
    ...list,
    write(sink, value) {
      if (value.length > max) throw outside(`a list of ${max}`, value.length)
      if (!writeUints(sink, value)) throw outside('uints', value)
    },
    read(cursor) {
      const length = readHead(cursor, MAJOR.array)
      return length < 0 || length > max ? undefined : readUints(cursor, length)
    },
  }
}

/** A value or null. */
export function nullable<T>(inner: Schema<T>): Schema<T | null> {
  return {
    depth: inner.depth,
    write(sink, value) {
      if (value === null) writeSimple(sink, null)
      else inner.write(sink, value)
    },
    read(cursor) {
      if (cursor.bytes[cursor.at] !== NULL) return inner.read(cursor)
      cursor.at++
      return null
    },
  }
}

/** One integer and no other: the number of a kind, the version of a format. */
export const literal = <const N extends number>(n: N): Schema<N> => oneOf(n)

/** One integer in the bytes, which is this text in code. */
export function named<const T extends string>(n: number, text: T): Schema<T> {
  const inner = literal(n)
  return {
    depth: 0,
    write(sink, value) {
      if (value !== text) throw outside(text, value)
      inner.write(sink, n)
    },
    read: (cursor) => (inner.read(cursor) === undefined ? undefined : text),
  }
}

/** One of these texts in code, which in the bytes is its number. */
export function coded<const C extends Record<string, number>>(codes: C): Schema<keyof C & string> {
  const nameOf = new Map(Object.entries(codes).map(([name, code]) => [code, name as keyof C & string]))
  return {
    depth: 0,
    write(sink, value) {
      const code = codes[value]
      if (code === undefined) throw outside(`one of ${Object.keys(codes).join(', ')}`, value)
      writeInteger(sink, code)
    },
    read: (cursor) => nameOf.get(readHead(cursor, MAJOR.uint)),
  }
}

/** One of these integers (0 … 2^53-1) or texts. @throws when made with any other number. */
export function oneOf<const V extends number | string>(...values: V[]): Schema<V> {
  const spelled = values.map(encodedAlone)
  return {
    depth: 0,
    write(sink, value) {
      const bytes = spelled[values.indexOf(value)]
      if (bytes === undefined) throw outside(`one of ${values.join(', ')}`, value)
      writeRaw(sink, bytes)
    },
    read(cursor) {
      // No spelling begins another: what is spelled says where it ends.
      for (let i = 0; i < spelled.length; i++) {
        if (!standsAt(cursor.bytes, cursor.at, spelled[i]!)) continue
        cursor.at += spelled[i]!.length
        return values[i]
      }
      return undefined
    },
  }
}

function encodedAlone(value: number | string): Uint8Array {
  const sink = newSink()
  if (typeof value === 'string') writeText(sink, value)
  else uint.write(sink, value)
  return written(sink)
}

/**
 * An array with one item per name, in the order the names are written here; an object in code.
 * @throws when made with a name that looks like an integer: engines move those to the front.
 */
export const fields = <F extends Shape>(shape: F): Schema<RowOf<F>> => behind(null, shape)

/** The same behind one integer, which says of what table a row is and stands only in the bytes. */
export const numbered = <F extends Shape>(number: number, shape: F): Schema<RowOf<F>> => behind(number, shape)

export type Shape = Record<string, Schema<unknown>>
/** The object of which `fields` makes a row. */
export type RowOf<F extends Shape> = { [K in keyof F]: Infer<F[K]> }

function behind<F extends Shape>(number: number | null, shape: F): Schema<RowOf<F>> {
  type Row = RowOf<F>
  const names: (keyof F & string)[] = Object.keys(shape)
  if (names.some((name) => /^\d/.test(name))) throw new Error('a field cannot be named by a number')
  const schemas = names.map((name) => shape[name]!)
  const items = names.length + (number === null ? 0 : 1)
  let maker = portableFields
  let all = portableFields<Row>(names, schemas)
  const made = (): AllFields<Row> => {
    if (maker !== makeFields) all = (maker = makeFields)(names, schemas)
    return all
  }
  return {
    depth: deeper(Math.max(0, ...schemas.map((schema) => schema.depth))),
    write(sink, row) {
      writeHead(sink, MAJOR.array, items)
      if (number !== null) writeHead(sink, MAJOR.uint, number)
      made().write(sink, row)
    },
    read(cursor) {
      if (readHead(cursor, MAJOR.array) !== items) return undefined
      return number !== null && readHead(cursor, MAJOR.uint) !== number ? undefined : made().read(cursor)
    },
  }
}

/** All fields of one shape, one after the other; `read` answers undefined when one of them cannot be read. */
export type AllFields<Row> = { read(cursor: Cursor): Row | undefined; write(sink: Sink, row: Row): void }
type MakeFields = <Row>(names: readonly string[], schemas: readonly Schema<unknown>[]) => AllFields<Row>

const portableFields: MakeFields = <Row>(names: readonly string[], schemas: readonly Schema<unknown>[]) => ({
  write(sink: Sink, row: Row) {
    for (let i = 0; i < names.length; i++) {
      const value = (row as Record<string, unknown>)[names[i]!]
      if (value === undefined) throw missing(names[i]!)
      schemas[i]!.write(sink, value)
    }
  },
  read(cursor: Cursor) {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) {
      const value = schemas[i]!.read(cursor)
      if (value === undefined) return undefined
      row[names[i]!] = value
    }
    return row as Row
  },
})

let makeFields = portableFields

/**
 * Hands in a faster way to do exactly the same for each shape, which is asked for when a shape is first used; null goes
 * back to the portable one. Whatever it makes throws `missing` for a field that is not there.
 */
export function installFields(faster: MakeFields | null): void {
  makeFields = faster ?? portableFields
}

/** A row lacks this field: our own bug. */
export const missing = (name: string): RangeError => outside(`the field ${name}`, undefined)

function deeper(depth: number): number {
  if (depth >= DEPTH_MAX) throw new Error(`a schema deeper than ${DEPTH_MAX} containers`)
  return depth + 1
}

const outside = (expected: string, found: unknown): RangeError =>
  new RangeError(`the schema asks for ${expected}, not ${String(found)}`)
