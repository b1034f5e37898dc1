/**
 * The export as JSON, one object a line, for programs that read no CBOR; and back again.
 *
 * Each line carries the bytes it tells about (`record`, `seal`, `note`), so nothing is lost: read back, it is the
 * export it was made from. Its words are ours and no one signed them; so reading takes the bytes, tells them again,
 * and refuses a line that tells something else.
 *
 *   {"type":"header","format":"cv-jsonl","version":1,"origin":…,"size":…,"hubId":…}
 *   {"type":"entry","seq":…,"time":…,"kind":…,"fields":{…},"leaf":…,"keys":[…],"record":…}
 *   {"type":"seal","first":…,"last":…,"root":…,"generation":…,"seal":…}
 *   {"type":"checkpoint","note":…}
 *
 * `fields` are those of the specification by name: bytes as hex, `big` as a decimal text, and beside a nominal amount
 * `…Milli` the same in CV as `…CV`. `keys` are the ids of the keys that signed. `record` and `seal` are base64.
 */
import { concat, fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from '../bytes.ts'
import { utcText } from '../calendar.ts'
import { encode } from '../codec.ts'
import { parseRecord, readSeal } from '../entry.ts'
import { encodeExportHeader, type Piece } from './export.ts'

const FORMAT = 'cv-jsonl'
/** No record of 65,535 bytes is told in so many; a line that goes on longer is none, and is not waited for. */
const LINE_BYTES_MAX = 2 ** 20

/** One line for each piece, ended by a newline. Null for a piece that is not what it says it is, or a break. */
export function jsonLineOf(piece: Piece): string | null {
  const told = toldOf(piece)
  return told === null ? null : `${JSON.stringify({ type: piece.type === 'record' ? 'entry' : piece.type, ...told })}\n`
}

function toldOf(piece: Piece): object | null {
  switch (piece.type) {
    case 'header':
      return { format: FORMAT, version: 1, origin: piece.origin, size: piece.size, hubId: toHex(piece.hubId) }
    case 'record': {
      const entry = parseRecord(piece.bytes)
      if (entry === null) return null
      const { seq, ts, leaf, auth, action: { kind, ...fields } } = entry
      return {
        seq, time: utcText(ts), kind, fields: plain(fields), leaf: toHex(leaf), keys: auth.map(({ keyId }) => toHex(keyId)),
        record: toBase64(piece.bytes),
      }
    }
    case 'seal': {
      const seal = readSeal(piece.bytes)
      if (seal === null) return null
      const { first, last, root, generation } = seal
      return { first, last, root: toHex(root), generation, seal: toBase64(piece.bytes) }
    }
    case 'checkpoint':
      return { note: piece.note }
    case 'no-seals':
    case 'break':
      return null
  }
}

/** Values as JSON has them, with the CV beside every nominal amount. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value)
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, field]) => {
    const told: [string, unknown][] = [[name, plain(field)]]
    if (name.endsWith('Milli') && typeof field === 'bigint') told.push([`${name.slice(0, -5)}CV`, cvText(field)])
    return told
  }))
}

/** Milli-CV as CV: 90500 is "90.500". */
const cvText = (milli: bigint): string => `${milli / 1000n}.${String(milli % 1000n).padStart(3, '0')}`

/**
 * The CBOR export that such a file was made of, item by item; chunks may be of any size. A line that is none, or tells
 * something else than its bytes, is handed on as a byte that no item begins with, and `onFault` hears its number.
 */
export function* exportOfLines(chunks: Iterable<Uint8Array>, onFault: (line: number) => void): Generator<Uint8Array, void> {
  let number = 0
  for (const bytes of linesOf(chunks)) {
    number++
    const line = bytes.length > LINE_BYTES_MAX ? null : fromUtf8(bytes)
    const piece = line === null ? null : pieceOf(line)
    if (piece === null || jsonLineOf(piece) !== `${line}\n`) {
      onFault(number)
      yield Uint8Array.of(NO_ITEM)
      return
    }
    if (piece.type === 'header') yield encodeExportHeader(piece)
    else if (piece.type === 'checkpoint') yield encode(piece.note)
    else yield piece.type === 'record' ? encode(piece.bytes) : piece.bytes
  }
}

const NEWLINE = 0x0a

/** The lines without their newlines, of one that is too long its beginning; whoever stops reading early lets go of the file behind the chunks. */
function* linesOf(chunks: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  for (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      yield rest.length === 0 ? chunk.subarray(from, end) : concat(...rest, chunk.subarray(from, end))
      rest = []
      restBytes = 0
      from = end + 1
    }
    if (from === chunk.length) continue
    rest.push(chunk.subarray(from))
    restBytes += chunk.length - from
    if (restBytes > LINE_BYTES_MAX) break
  }
  if (rest.length > 0) yield concat(...rest)
}

/** The "break" of indefinite lengths (RFC 8949), which canonical encoding has not. */
const NO_ITEM = 0xff

function pieceOf(line: string): Exclude<Piece, { type: 'break' | 'no-seals' }> | null {
  let told: Record<string, unknown> | null
  try {
    told = JSON.parse(line) as Record<string, unknown> | null
  } catch {
    return null
  }
  if (typeof told !== 'object' || told === null) return null
  const text = (name: string): string => (typeof told[name] === 'string' ? told[name] : '')
  switch (told.type) {
    case 'header': {
      const hubId = fromHex(text('hubId'))
      const { size } = told
      if (hubId?.length !== 32 || !Number.isSafeInteger(size) || (size as number) < 0) return null
      const origin = text('origin')
      return utf8(origin).length > 64 ? null : { type: 'header', origin, size: size as number, hubId }
    }
    case 'entry':
    case 'seal': {
      const bytes = fromBase64(text(told.type === 'entry' ? 'record' : 'seal'))
      return bytes === null ? null : { type: told.type === 'entry' ? 'record' : 'seal', bytes }
    }
    case 'checkpoint':
      return { type: 'checkpoint', note: text('note') }
    default:
      return null
  }
}
