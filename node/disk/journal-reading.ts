/**
 * ◆ Reading a journal: from one end to the other, window by window, and one frame at its place.
 * What may be forgotten and what is damage is decided here, as `journal.ts` says.
 */
import { closeSync, fstatSync, openSync, readSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  checkHeader, FRAME_BYTES_MAX, FRAME_HEAD_BYTES, type Frame, frameIn, HEADER_BYTES, JournalCorrupt,
  JournalError, MARK_FILE, missing, parseMark, type Place, seedIn, segmentName, storage, uint32In,
} from './journal-format.ts'

/** A frame and where it stands. The payload is a view of a window's memory. */
export type Found = { frame: Frame; at: Place }
/** Where reading begins, and how many frames stand before. */
export type From = Place & { frames: number }

/** So much of a segment is in memory at a time; a larger frame gets a window of its own. */
const WINDOW_BYTES = 1024 * 1024
/** A frame at a place is read with one call if it is no longer than this. */
const FRAME_BYTES_USUAL = 2048
/** So many bytes are read at once for whoever reads one frame after the other. */
const AHEAD_BYTES = 256 * 1024
/** Segments kept open for reading single frames. */
const OPEN_SEGMENTS_MAX = 32

/**
 * The frames of the journal in `dir`, oldest first, without a lock and without changing anything,
 * also beside a hub that is writing: it ends quietly before a last frame that is not complete yet.
 * Payloads are views of a window of 1 MiB: copy what is kept for long. Throws JournalCorrupt at the
 * first damaged place (file, offset, number of good frames before it), or another JournalError.
 */
export function* readJournal(dir: string): Generator<Found, void> {
  yield* walkJournal(dir, null)
}

/** What a complete walk leaves behind: enough to go on writing. */
export type Walked = {
  identity: Uint8Array
  segment: number
  /** Length of the last segment up to the end of its last good frame. */
  end: number
  /** Where the torn frame's bytes end; equal to `end` when there is none. */
  fileEnd: number
  frames: number
  /** The good bytes of the last segment that no mark vouches for, ending at `end`. */
  unmarked: Uint8Array[]
}

/**
 * As `readJournal`, of a journal that must be `expected`. With `from` only what stands at and behind
 * that place is read; of the segments before it, only that they are there and whose they are.
 */
export function* walkJournal(
  dir: string, expected: Uint8Array | null, from: From | null = null,
): Generator<Found, Walked> {
  // The mark first: a running hub only moves it forward, so what we read afterwards reaches it.
  const markBytes = storage(`reading ${dir}`, () => readIfPresent(join(dir, MARK_FILE)))
  const numbers = storage(`reading ${dir}`, () => segmentNumbers(dir))
  if (numbers.length === 0) {
    if (markBytes === null) throw new JournalError('no-journal', `${dir} holds no journal`)
    throw missing(dir, 1, 0)
  }

  let identity = expected
  let mark: Place | null = null
  let frames = from?.frames ?? 0
  for (const [index, number] of numbers.entries()) {
    const last = index === numbers.length - 1
    const corrupt = (offset: number, reason: string): JournalCorrupt =>
      new JournalCorrupt(dir, { segment: number, offset }, frames, reason)
    if (number !== index + 1) throw missing(dir, index + 1, frames)
    const segment = openSegment(dir, number)
    try {
      const header = segment.bytes(0, HEADER_BYTES)
      const found = checkHeader(dir, header, number, frames)
      if (identity !== null && !Buffer.from(found).equals(identity)) {
        if (index > 0) throw corrupt(0, 'the segment belongs to another journal')
        throw new JournalError('wrong-journal', `${dir} holds another journal than the one asked for`)
      }
      identity = found
      if (index === 0) mark = markBytes === null ? null : parseMark(markBytes, identity)
      if (from !== null && number < from.segment && !last) continue

      const seed = seedIn(header)
      const marked = mark?.segment === number ? mark.offset : HEADER_BYTES
      const unmarked: Uint8Array[] = []
      let offset = from?.segment === number ? from.offset : HEADER_BYTES
      if (offset > segment.size || (from !== null && from.segment > number)) {
        throw corrupt(segment.size, 'the segment ends before the place where reading begins')
      }
      let damage: string | null = null
      while (offset < segment.size && damage === null) {
        const frame = frameOf(segment, offset, seed)
        if (typeof frame === 'string') {
          damage = frame
        } else {
          yield { frame, at: { segment: number, offset } }
          frames += 1
          const bytes = FRAME_HEAD_BYTES + frame.payload.length
          if (last && offset >= marked) unmarked.push(segment.bytes(offset, bytes))
          offset += bytes
        }
      }
      if (!last) {
        if (damage !== null) throw corrupt(offset, damage)
        continue
      }

      if (mark !== null && mark.segment > number) throw missing(dir, number + 1, frames)
      if (offset < marked) {
        const found = damage ?? 'the segment ends'
        throw corrupt(offset, `${found}, yet frames were acknowledged up to byte ${marked}`)
      }
      const after = damage === null ? null : validFrameAfter(segment, offset, seed)
      if (after !== null) throw corrupt(offset, `${damage}, yet a valid frame follows at ${after}`)
      return { identity, segment: number, end: offset, fileEnd: segment.size, frames, unmarked }
    } finally {
      segment.close()
    }
  }
  throw new Error('unreachable: the last segment returns')
}

/** Frames one at a time, at places that are known. */
export type FrameReader = {
  /** Its payload is a view: copy what is kept. Throws JournalCorrupt when no whole frame stands there, or a JournalError of the disk. */
  frameAt(at: Place): Frame
  close(): void
}

/** Reads single frames of the journal in `dir`, whose identity has been checked. */
export function frameReader(dir: string): FrameReader {
  type Open = { fd: number; seed: number }
  const segments = new Map<number, Open>()
  /** Whoever reads one frame after the other is read for ahead: what was read last, and where the last frame ended. */
  let ahead: { segment: number; offset: number; bytes: Uint8Array } | null = null
  let last: Place | null = null

  function opened(segment: number): Open {
    const known = segments.get(segment)
    if (known !== undefined) return known
    const fd = openSync(join(dir, segmentName(segment)), 'r')
    const header = new Uint8Array(HEADER_BYTES)
    readSync(fd, header, 0, HEADER_BYTES, 0)
    const oldest = segments.size < OPEN_SEGMENTS_MAX ? undefined : segments.entries().next().value
    if (oldest !== undefined) {
      segments.delete(oldest[0])
      closeSync(oldest[1].fd)
    }
    const open = { fd, seed: seedIn(header) }
    segments.set(segment, open)
    return open
  }

  /** Bytes from there on: enough for a frame of the usual size, where the file has them. */
  function bytesAt(fd: number, at: Place): Uint8Array {
    const from = ahead === null || ahead.segment !== at.segment ? -1 : at.offset - ahead.offset
    if (ahead !== null && from >= 0 && from + FRAME_BYTES_USUAL <= ahead.bytes.length) return ahead.bytes.subarray(from)
    const gap = last === null || last.segment !== at.segment ? -1 : at.offset - last.offset
    if (gap < 0 || gap > FRAME_BYTES_USUAL) return readAt(fd, at.offset, FRAME_BYTES_USUAL)
    ahead = { ...at, bytes: readAt(fd, at.offset, AHEAD_BYTES) }
    return ahead.bytes
  }

  return {
    frameAt(at) {
      return storage(`reading ${join(dir, segmentName(at.segment))}`, () => {
        const { fd, seed } = opened(at.segment)
        let bytes = bytesAt(fd, at)
        const whole = bytes.length < FRAME_HEAD_BYTES ? 0 : FRAME_HEAD_BYTES + uint32In(bytes, 0)
        if (whole > bytes.length && whole <= FRAME_HEAD_BYTES + FRAME_BYTES_MAX) {
          bytes = readAt(fd, at.offset, whole)
        }
        const frame = frameIn(bytes, 0, at.offset, seed)
        if (typeof frame === 'string') throw new JournalCorrupt(dir, at, null, frame)
        last = { segment: at.segment, offset: at.offset + whole }
        return frame
      })
    },
    close() {
      for (const { fd } of segments.values()) closeSync(fd)
      segments.clear()
    },
  }
}

/** A segment being read from one end to the other; what was handed out stays as it is. */
type Segment = {
  readonly size: number
  /** The bytes from `offset` on, at most `count`, fewer at the end. */
  bytes(offset: number, count: number): Uint8Array
  close(): void
}

function openSegment(dir: string, number: number): Segment {
  const file = join(dir, segmentName(number))
  return storage(`reading ${file}`, () => {
    const fd = openSync(file, 'r')
    let window = new Uint8Array(0)
    let begins = 0
    const segment = {
      size: fstatSync(fd).size,
      bytes(offset: number, count: number) {
        const end = Math.min(offset + count, segment.size)
        if (offset < begins || end > begins + window.length) {
          // A new window each time: frames handed out from the last one may still be looked at.
          window = storage(`reading ${file}`, () => readAt(fd, offset, Math.max(count, WINDOW_BYTES)))
          begins = offset
          // A segment cut by its own hub's recovery while we read beside it is simply shorter.
          if (end > begins + window.length) segment.size = begins + window.length
        }
        return window.subarray(offset - begins, Math.min(end, segment.size) - begins)
      },
      close: () => closeSync(fd),
    }
    return segment
  })
}

/** The frame that begins at `offset`, or why there is none. */
function frameOf(segment: Segment, offset: number, seed: number): Frame | string {
  const head = segment.bytes(offset, FRAME_HEAD_BYTES)
  const length = head.length < FRAME_HEAD_BYTES ? 0 : uint32In(head, 0)
  if (length > FRAME_BYTES_MAX) return frameIn(head, 0, offset, seed)
  return frameIn(segment.bytes(offset, FRAME_HEAD_BYTES + length), 0, offset, seed)
}

/** The length of a bad frame cannot be believed, so every later offset is tried. */
function validFrameAfter(segment: Segment, bad: number, seed: number): number | null {
  const bytes = segment.bytes(bad, segment.size - bad)
  for (let at = 1; at + FRAME_HEAD_BYTES <= bytes.length; at += 1) {
    if (typeof frameIn(bytes, at, bad + at, seed) !== 'string') return bad + at
  }
  return null
}

/** At most `count` bytes from `offset` on; fewer only where the file ends. */
function readAt(fd: number, offset: number, count: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(count)
  let filled = 0
  while (filled < count) {
    const read = readSync(fd, bytes, filled, count - filled, offset + filled)
    if (read === 0) break
    filled += read
  }
  return filled === count ? bytes : bytes.slice(0, filled)
}

export function readIfPresent(file: string): Uint8Array<ArrayBuffer> | null {
  try {
    const fd = openSync(file, 'r')
    try {
      return readAt(fd, 0, fstatSync(fd).size)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** The numbers of the segments in `dir`, ascending; a directory that is not there has none. */
export function segmentNumbers(dir: string): number[] {
  try {
    const names = readdirSync(dir).filter((name) => /^\d{8}\.seg$/.test(name))
    return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
