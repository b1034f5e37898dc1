/**
 * The export: a whole log in one file, for whoever wants to check it without asking anybody.
 *
 * A CBOR sequence (RFC 8742), every item in the canonical encoding of `codec.ts`:
 *
 *     ["cv-export", 1, origin, size, hubId]     which log, and how many records follow
 *     record, record, …                         byte strings, in order from entry 0
 *     [sealed, signature]                       the seal over the records since the seal before
 *     …                                         records and seals until `size` is reached and sealed
 *     "cv.chengdu-5f3a91c0/log\n1042\n…"        a text: the newest checkpoint with its cosignatures
 *
 * There is no byte in it that nothing vouches for. Records are chained, sealed and signed; what the header says
 * must be what entry 0 and the count say; and the checkpoint carries the log's signature and those of known
 * cosigners, each once, and no other line. So whoever changes one bit makes an audit fail.
 *
 * Reading judges only the form, and stops with a `break` at the first item that cannot stand where it stands;
 * `audit.ts` judges the rest.
 */
import type { Origin } from '../action.ts'
import { concat } from '../bytes.ts'
import { type Cursor, encode, MAJOR, readBytes, readHead, readSpan, readText } from '../codec.ts'
import { RECORD_BYTES_MAX } from '../entry.ts'
import { isBy, type NoteKey, type NoteSignature, openNote } from '../note.ts'
import { bytesOf, encodeAs, fields, literal, oneOf, peekKind, textUpTo, uint } from '../schema.ts'

const FORMAT = 'cv-export'

const headerSchema = fields({
  format: oneOf(FORMAT), version: literal(1), origin: textUpTo(64), size: uint, hubId: bytesOf(32),
})

/** Which log an export holds, and how many records of it. */
export type ExportHeader = { origin: Origin; size: number; hubId: Uint8Array }

export type RecordPiece = { type: 'record'; bytes: Uint8Array }
export type SealPiece = { type: 'seal'; bytes: Uint8Array }
export type CheckpointPiece = { type: 'checkpoint'; note: string }
/** What should have stood at byte `offset` of `file`, and why nothing was read from there on. */
export type Break = {
  type: 'break'
  expected: 'header' | 'entry' | 'seal' | 'checkpoint'
  because: 'unreadable' | 'missing' | 'left-over' | 'more-entries' | 'fewer-entries' | 'damaged'
  offset: number
}
/** Where records come without their seals, as in tiles: said once, before the records. */
export type NoSeals = { type: 'no-seals' }
/** What a log is handed to an auditor in. */
export type Piece = ({ type: 'header' } & ExportHeader) | RecordPiece | SealPiece | CheckpointPiece | Break | NoSeals

/** A checkpoint with a cosignature of every member of the largest federation is far smaller. */
export const NOTE_BYTES_MAX = 65_536
const SEALED_BYTES_MAX = 256
const ITEM_BYTES_MAX = NOTE_BYTES_MAX + 9

export type ExportParts = ExportHeader & { groups: Iterable<RecordPiece | SealPiece>; checkpoint: string }

/**
 * The bytes of an export, item by item. `groups` are `size` records with their seals in order, `checkpoint` a
 * note that `exportableNote` made. @throws on parts that could not be read back: our own bug.
 */
export function* encodeExport({ groups, checkpoint, ...header }: ExportParts): Generator<Uint8Array, void> {
  yield encodeExportHeader(header)
  for (const { type, bytes } of groups) yield type === 'record' ? encode(bytes) : bytes
  const note = encode(checkpoint)
  if (note.length > ITEM_BYTES_MAX) throw new RangeError(`a checkpoint of ${note.length} bytes`)
  yield note
}

/** The first item of an export. @throws on a header outside its schema. */
export const encodeExportHeader = ({ origin, size, hubId }: ExportHeader): Uint8Array =>
  encodeAs(headerSchema, { format: FORMAT, version: 1, origin, size, hubId })

/**
 * Reads an export from chunks of any size, which nobody may change from then on: records are views of them. The last
 * piece is the checkpoint or a break. Never throws of itself.
 */
export function* readExport(chunks: Iterable<Uint8Array>): Generator<Piece, void> {
  const file = new Window(chunks)
  try {
    yield* readPieces(file)
  } finally {
    file.close()
  }
}

function* readPieces(file: Window): Generator<Piece, void> {
  const breaks = (expected: Break['expected'], because: Break['because']): Break =>
    ({ type: 'break', expected, because, offset: file.offset })

  const header = file.take(headerSchema.read)
  if (header === undefined) return yield breaks('header', file.ended ? 'missing' : 'unreadable')
  const { origin, size, hubId } = header
  yield { type: 'header', origin, size, hubId }

  let records = 0
  let unsealed = 0
  for (;;) {
    const first = file.peek()
    const major = first === undefined ? undefined : first >> 5
    // Between the records of a group either kind may come; outside a group only one can.
    const next = unsealed > 0 ? 'seal' : records < size ? 'entry' : 'checkpoint'
    if (major === undefined) return yield breaks(next, 'missing')

    if (major === MAJOR.bytes) {
      if (records === size) return yield breaks('header', 'more-entries')
      const bytes = file.take(readRecordBytes)
      if (bytes === undefined) return yield breaks('entry', 'unreadable')
      records++
      unsealed++
      yield { type: 'record', bytes }
    } else if (major === MAJOR.array && unsealed > 0) {
      const bytes = file.take(readSealBytes)
      if (bytes === undefined) return yield breaks('seal', 'unreadable')
      unsealed = 0
      yield { type: 'seal', bytes }
    } else if (major === MAJOR.text && unsealed === 0) {
      const note = file.take((cursor) => readText(cursor, NOTE_BYTES_MAX))
      if (note === undefined) return yield breaks(next, 'unreadable')
      if (records < size) return yield breaks('header', 'fewer-entries')
      if (file.peek() !== undefined) return yield breaks('checkpoint', 'left-over')
      return yield { type: 'checkpoint', note }
    } else {
      return yield breaks(next, 'unreadable')
    }
  }
}

function readRecordBytes(cursor: Cursor): Uint8Array | undefined {
  const length = readSpan(cursor, MAJOR.bytes, RECORD_BYTES_MAX)
  return length < 0 ? undefined : cursor.bytes.subarray(cursor.at - length, cursor.at)
}

/** The bytes of a seal as they stand; what they say is `openSeal`'s to read. */
function readSealBytes(cursor: Cursor): Uint8Array | undefined {
  const start = cursor.at
  if (readHead(cursor, MAJOR.array) !== 2) return undefined
  if (readBytes(cursor, SEALED_BYTES_MAX) === undefined || readBytes(cursor, 64) === undefined) return undefined
  return cursor.bytes.slice(start, cursor.at)
}

/**
 * The number of the kind of action in a record, without reading the rest: for looking through a long log for
 * the few records of one kind. Null when it is no record as far as that.
 */
export function kindNumberOf(record: Uint8Array): number | null {
  const cursor = { bytes: record, at: 0 }
  if (readHead(cursor, MAJOR.array) < 0 || readHead(cursor, MAJOR.uint) < 0) return null
  if (readText(cursor, 64) === undefined || readHead(cursor, MAJOR.uint) < 0) return null
  if (readBytes(cursor, 32) === undefined || readHead(cursor, MAJOR.uint) < 0) return null
  return readHead(cursor, MAJOR.bytes) < 0 ? null : peekKind(record.subarray(cursor.at))
}

/** A signature line of a note, and whose it is; null when it is by none of the keys or does not verify. */
export type JudgedLine = { line: string; by: NoteSignature | null }

export type JudgedNote = { body: string; lines: JudgedLine[] }

/** Every line judged by itself, a second one of the same key as nobody's. Null when it is no note of `log`. */
export function judgeNote(note: string, log: NoteKey, cosigners: readonly NoteKey[]): JudgedNote | null {
  const opened = openNote(note, [log])
  if (opened === null) return null
  const { body } = opened
  const keys = [log, ...cosigners]
  const seen: NoteSignature[] = []
  const lines = note.slice(body.length + 1, -1).split('\n').map((line): JudgedLine => {
    const by = openNote(`${body}\n${line}\n`, keys)?.signatures[0] ?? null
    if (by === null || seen.some((one) => isBy(one, by))) return { line, by: null }
    seen.push(by)
    return { line, by }
  })
  return { body, lines }
}

/** The note with the lines that may stand in an export and no others; null when the log's key did not sign it. */
export function exportableNote(note: string, log: NoteKey, cosigners: readonly NoteKey[]): string | null {
  const judged = judgeNote(note, log, cosigners)
  if (judged === null) return null
  const lines = judged.lines.filter(({ by }) => by !== null).map(({ line }) => `${line}\n`)
  return `${judged.body}\n${lines.join('')}`
}

/** A part of a file large enough for the item being read; the file itself may be larger than memory. */
class Window {
  /** Where the window begins in the file. */
  offset = 0
  #bytes: Uint8Array = new Uint8Array(0)
  /** Where in `#bytes` the next item begins. */
  #at = 0
  readonly #chunks: Iterator<Uint8Array>

  constructor(chunks: Iterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.iterator]()
  }

  get ended(): boolean {
    return this.peek() === undefined
  }

  /** The next byte, or undefined at the end of the file. */
  peek(): number | undefined {
    while (this.#at === this.#bytes.length) if (!this.#grow()) return undefined
    return this.#bytes[this.#at]
  }

  /** Reads one item and moves behind it; undefined, without moving, when it cannot be read. */
  take<T>(read: (cursor: Cursor) => T | undefined): T | undefined {
    for (;;) {
      const cursor = { bytes: this.#bytes, at: this.#at }
      const item = read(cursor)
      if (item !== undefined) {
        this.offset += cursor.at - this.#at
        this.#at = cursor.at
        return item
      }
      // It may only be cut off by the window's edge.
      if (this.#bytes.length - this.#at >= ITEM_BYTES_MAX || !this.#grow()) return undefined
    }
  }

  /** Whoever stops reading early lets go of the file behind the chunks. */
  close(): void {
    this.#chunks.return?.()
  }

  #grow(): boolean {
    const { done, value } = this.#chunks.next()
    if (done === true) return false
    const left = this.#bytes.subarray(this.#at)
    this.#bytes = left.length === 0 ? value : concat(left, value)
    this.#at = 0
    return true
  }
}
