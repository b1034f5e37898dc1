/**
 * ◆ The bytes of a journal: segments, frames and the mark, as `journal.ts` describes them, and the
 * names of what can be wrong with them. Nothing here opens a file; the one thing of the platform it
 * uses is zlib's CRC-32.
 */
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** `type` is one visible ASCII byte (0x21 to 0x7e) whose meaning is the caller's. */
export type Frame = { type: number; payload: Uint8Array }
export type Place = { segment: number; offset: number }
export type Progress = { bytes: number; bytesTotal: number; frames: number }

/** The closed list of reasons the journal can say no. */
export type JournalFault =
  | 'corrupt' | 'newer-format' | 'wrong-journal' | 'no-journal' // opening and reading
  | 'disk-full' | 'io' // anything
  | 'poisoned' | 'closed' // appending

export class JournalError extends Error {
  readonly code: JournalFault
  constructor(code: JournalFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'JournalError'
    this.code = code
  }
}

/** Whether the disk would not do it, and nothing is wrong with what stands there. */
export const isDiskTrouble = (error: unknown): boolean =>
  error instanceof JournalError && (error.code === 'io' || error.code === 'disk-full')

/**
 * Bytes that were once acknowledged are damaged or gone. Never repaired here: the entry is fetched
 * elsewhere.
 */
export class JournalCorrupt extends JournalError {
  readonly file: string
  readonly segment: number
  readonly offset: number
  /** How many frames of the journal are good before this place; null where nobody has counted. */
  readonly frame: number | null
  readonly reason: string
  constructor(dir: string, at: Place, frame: number | null, reason: string) {
    const file = join(dir, segmentName(at.segment))
    super('corrupt', `${file}, byte ${at.offset}${frame === null ? '' : ` (frame ${frame})`}: ${reason}`)
    this.name = 'JournalCorrupt'
    this.file = file
    this.segment = at.segment
    this.offset = at.offset
    this.frame = frame
    this.reason = reason
  }
}

/**
 * Above this a segment is closed and the next begins. Small enough to read whole, large enough to
 * be few.
 */
export const SEGMENT_BYTES_MAX = 64 * 1024 * 1024
/** No frame is larger; a length field beyond it is damage, not data. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024

const FORMAT_VERSION = 1
const HEADER_MAGIC = 0x54594a31 // 'TYJ1'
export const HEADER_BYTES = 48
export const FRAME_HEAD_BYTES = 9
const MARK_MAGIC = 0x54594a4d // 'TYJM'
export const MARK_BYTES = 16
export const MARK_FILE = 'mark'

export function headerOf(segment: number, identity: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setUint32(0, HEADER_MAGIC)
  view.setUint32(4, FORMAT_VERSION)
  view.setUint32(8, segment)
  header.set(identity, 12)
  view.setUint32(HEADER_BYTES - 4, crc32(header.subarray(0, HEADER_BYTES - 4)))
  return header
}

/**
 * The identity in a segment's header; refuses what is damaged, newer, or stands under another's
 * name.
 */
export function checkHeader(
  dir: string, bytes: Uint8Array, segment: number, frames: number,
): Uint8Array {
  const corrupt = (reason: string): JournalCorrupt =>
    new JournalCorrupt(dir, { segment, offset: 0 }, frames, reason)
  // A header is complete before its file gets its name, so a short one is no torn write.
  if (bytes.length < HEADER_BYTES) throw corrupt('the header breaks off')
  const header = bytes.subarray(0, HEADER_BYTES)
  if (uint32In(header, 0) !== HEADER_MAGIC) throw corrupt('this is no journal segment')
  if (seedIn(header) !== crc32(header.subarray(0, HEADER_BYTES - 4))) {
    throw corrupt('the header does not match its CRC')
  }
  const version = uint32In(header, 4)
  if (version > FORMAT_VERSION) {
    throw new JournalError(
      'newer-format',
      `${join(dir, segmentName(segment))} has journal format ${version}, this program knows `
        + `${FORMAT_VERSION}. Start it with the newer program that wrote it.`,
    )
  }
  if (uint32In(header, 8) !== segment) throw corrupt(`the file holds segment ${uint32In(header, 8)}`)
  return header.slice(12, HEADER_BYTES - 4)
}

/** What every frame's CRC in a segment begins from: the CRC of the segment's header. */
export const seedIn = (header: Uint8Array): number => uint32In(header, HEADER_BYTES - 4)

export function encodeMark(identity: Uint8Array, at: Place): Uint8Array {
  const mark = new Uint8Array(MARK_BYTES)
  const view = new DataView(mark.buffer)
  view.setUint32(0, MARK_MAGIC)
  view.setUint32(4, at.segment)
  view.setUint32(8, at.offset)
  view.setUint32(12, crc32(mark.subarray(0, 12), crc32(identity)))
  return mark
}

/** Null for a mark that is damaged or another journal's: it is advice, and none is also fine. */
export function parseMark(bytes: Uint8Array, identity: Uint8Array): Place | null {
  if (bytes.length !== MARK_BYTES) return null
  if (uint32In(bytes, 0) !== MARK_MAGIC) return null
  if (uint32In(bytes, 12) !== crc32(bytes.subarray(0, 12), crc32(identity))) return null
  return { segment: uint32In(bytes, 4), offset: uint32In(bytes, 8) }
}

/** The frame that stands at `offset` of a segment and at `at` of `bytes`, or why there is none. */
export function frameIn(bytes: Uint8Array, at: number, offset: number, seed: number): Frame | string {
  const rest = bytes.length - at
  if (rest < FRAME_HEAD_BYTES) return 'the frame breaks off in its head'
  const type = bytes[at + 8]!
  if (!isFrameType(type)) return 'the frame has no known form'
  const length = uint32In(bytes, at)
  if (length > FRAME_BYTES_MAX) return 'the frame has an impossible length'
  if (rest < FRAME_HEAD_BYTES + length) return 'the frame breaks off'
  const end = at + FRAME_HEAD_BYTES + length
  const crc = crc32(bytes.subarray(at + 8, end), frameSeed(seed, offset, length))
  if (crc !== uint32In(bytes, at + 4)) return 'the frame does not match its CRC'
  return { type, payload: bytes.subarray(at + FRAME_HEAD_BYTES, end) }
}

/** The bytes of `frames` as they will stand from offset `start` of a segment. */
export function encodeFrames(frames: readonly Frame[], start: number, seed: number): Uint8Array {
  const size = frames.reduce((sum, one) => sum + FRAME_HEAD_BYTES + one.payload.length, 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const { type, payload } of frames) {
    const end = at + FRAME_HEAD_BYTES + payload.length
    view.setUint32(at, payload.length)
    view.setUint8(at + 8, type)
    bytes.set(payload, at + FRAME_HEAD_BYTES)
    const from = frameSeed(seed, start + at, payload.length)
    view.setUint32(at + 4, crc32(bytes.subarray(at + 8, end), from))
    at = end
  }
  return bytes
}

function frameSeed(headerCrc: number, offset: number, length: number): number {
  return (headerCrc ^ offset ^ length) >>> 0
}

/**
 * Visible ASCII only, so that a run of zeros, what an interrupted write often leaves, is never a
 * frame.
 */
export function isFrameType(type: number): boolean {
  return Number.isInteger(type) && type >= 0x21 && type <= 0x7e
}

export function uint32In(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, '0')}.seg`
}

export function isUnfinished(name: string): boolean {
  return /^\d{8}\.seg\.new$/.test(name)
}

export function missing(dir: string, segment: number, frames: number): JournalCorrupt {
  return new JournalCorrupt(dir, { segment, offset: 0 }, frames, 'the file is missing')
}

/** Does something with the disk; what the disk answers comes back as a JournalError. */
export function storage<T>(doing: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw faultOf(error, doing)
  }
}

export function faultOf(error: unknown, doing: string): JournalError {
  if (error instanceof JournalError) return error
  const code = (error as NodeJS.ErrnoException).code
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  const text = full ? 'the disk is full' : (error as Error).message
  return new JournalError(full ? 'disk-full' : 'io', `${doing}: ${text}`, { cause: error })
}
