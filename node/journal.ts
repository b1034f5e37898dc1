/**
 * ◆ The journal: the ledger's source of truth on disk. Frames are only ever added at the end, many
 * callers share one write and one fdatasync (group commit), and nothing is acknowledged before that
 * sync returned.
 *
 *     <dir>/00000001.seg   header, then frames; at most 64 MiB, then the next number begins
 *     <dir>/mark           how far frames were acknowledged (advisory, see below)
 *
 *     header  'TYJ1' | version u32 | segment number u32 | identity 32 bytes | CRC u32    48 bytes
 *     frame   payload length u32 | CRC u32 | type u8 | payload              integers big-endian
 *
 * Every later format keeps the header, so an older program can tell "newer than I am" from
 * "damaged". A frame's CRC-32 runs over type and payload, starting from (CRC of its segment's
 * header XOR its offset XOR its length): moving the same bytes anywhere else, within a journal or
 * between two, always breaks it. So a misdirected write or two exchanged segments never read as
 * other frames. CRC catches accidents; against an adversary the ledger's own hash chain stands
 * above it.
 *
 * **What recovery may cut.** A crash leaves a torn last frame, and only that may be forgotten: a
 * program that truncates at the first bad frame loses every acknowledged frame behind one flipped
 * bit. (Alagappan et al., "Protocol-Aware Recovery for Consensus-Based Storage", FAST '18.) So a
 * bad frame is corruption, and the journal refuses to open, when any of these proves that more than
 * the torn frame was once there:
 *
 * - it stands in a segment that has a successor (a segment begins only after the previous one was
 *   synced);
 * - a valid frame follows anywhere behind it (found by trying every offset; the CRC knows its
 *   place);
 * - it begins below the mark.
 *
 * The mark is (segment, offset), overwritten in place in a file of one fixed size after each sync
 * and before the callers hear of it. It is not synced itself, except when opening and closing: a
 * sync per group would halve the journal's speed to protect very little. It can never be ahead of
 * the truth, since the frames it covers were durable before it was written. After kill -9 the page
 * cache still holds it, so every acknowledged frame is below it. After a power cut it may be as old
 * as the kernel's write-back (some thirty seconds): then, and only then, damage to the very last
 * frame (by something other than the cut) reads as a torn write. Comparing our size with our
 * cosigners' at start-up is what covers that remainder. A mark that is missing or unreadable is
 * therefore only ignored. A backup copies the mark before the segments, or not at all.
 */
import {
  closeSync, fdatasync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, readdirSync,
  renameSync, rmSync, statSync, write, writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import { makeDirectory, syncDirectory } from '#node/durable.ts'

/** `type` is one visible ASCII byte (0x21 to 0x7e) whose meaning is the caller's. */
export type Frame = { type: number; payload: Uint8Array }
export type Place = { segment: number; offset: number }
export type Progress = { bytes: number; bytesTotal: number; frames: number }

export type Journal = {
  /** How many frames are durable. */
  readonly frames: number
  /** What opening cut away: the place and number of bytes of a torn last frame, or null. */
  readonly cut: (Place & { bytes: number }) | null
  /**
   * Resolves only after fdatasync. All calls waiting at that moment share one write and one sync.
   * The payloads must not change before it settles. Rejects with a JournalError and poisons the
   * journal: nothing more is appended until it is reopened. `disk-full` and `io` say that the
   * frames may or may not be there after reopening (a prefix of them, never a gap); `poisoned` and
   * `closed` say that they are not.
   */
  append(frames: Frame[]): Promise<void>
  /**
   * Waits for what was appended before, makes the mark durable and lets go of the files. May be
   * repeated.
   */
  close(): Promise<void>
}

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

/**
 * Bytes that were once acknowledged are damaged or gone. Never repaired here: the entry is fetched
 * elsewhere.
 */
export class JournalCorrupt extends JournalError {
  readonly file: string
  readonly segment: number
  readonly offset: number
  /** How many frames of the journal are good before this place. */
  readonly frame: number
  readonly reason: string
  constructor(dir: string, at: Place, frame: number, reason: string) {
    const file = join(dir, segmentName(at.segment))
    super('corrupt', `${file}, byte ${at.offset} (frame ${frame}): ${reason}`)
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
const HEADER_BYTES = 48
const FRAME_HEAD_BYTES = 9
const MARK_MAGIC = 0x54594a4d // 'TYJM'
const MARK_BYTES = 16
const MARK_FILE = 'mark'
/** Between so many frames, reading lets other work of the process through. */
const FRAMES_PER_TURN = 8192

/**
 * Reads everything in `dir` (the journal's own directory, created when missing), handing each frame
 * to `onFrame` in order, cuts a torn last frame and is then ready to append. Payloads are views of
 * a whole segment's memory: copy what is kept for long.
 *
 * `identity` (32 bytes) names the journal: a new one is created under it, another one is refused
 * (`wrong-journal`). With null whatever journal is there is opened, and an empty directory is
 * refused (`no-journal`). Rejects with a JournalError, a JournalCorrupt among them. The caller
 * holds the directory's lock: two writers would destroy each other's frames.
 */
export async function openJournal(
  dir: string,
  identity: Uint8Array | null,
  onFrame: (frame: Frame, at: Place) => void,
  onProgress?: (progress: Progress) => void,
  segmentBytesMax: number = SEGMENT_BYTES_MAX,
): Promise<Journal> {
  if (identity !== null && identity.length !== 32) {
    throw new TypeError('a journal identity has 32 bytes')
  }
  const sizes = storage(`opening ${dir}`, () => {
    makeDirectory(dir)
    for (const name of readdirSync(dir)) if (isUnfinished(name)) rmSync(join(dir, name))
    if (identity !== null && isEmpty(dir)) closeSync(createSegment(dir, 1, identity))
    return segmentNumbers(dir).map((number) => statSync(join(dir, segmentName(number))).size)
  })

  const bytesTotal = sizes.reduce((sum, size) => sum + size, 0)
  const walk = walkJournal(dir, identity)
  let bytesBefore = 0
  let segment = 1
  let frames = 0
  let next = walk.next()
  while (!next.done) {
    const { frame, at } = next.value
    onFrame(frame, at)
    frames += 1
    if (at.segment !== segment) {
      bytesBefore += sizes[segment - 1] ?? 0
      segment = at.segment
    }
    if (frames % FRAMES_PER_TURN === 0) {
      onProgress?.({ bytes: bytesBefore + at.offset, bytesTotal, frames })
      await setImmediate()
    }
    next = walk.next()
  }
  onProgress?.({ bytes: bytesTotal, bytesTotal, frames })
  return writable(dir, next.value, segmentBytesMax)
}

/**
 * The frames of the journal in `dir`, oldest first, without a lock and without changing anything,
 * also beside a hub that is writing: it ends quietly before a last frame that is not complete yet.
 * Throws JournalCorrupt at the first damaged place (file, offset, number of good frames before it),
 * or another JournalError.
 */
export function* readJournal(dir: string): Generator<{ frame: Frame; at: Place }, void> {
  yield* walkJournal(dir, null)
}

// ---- reading ------------------------------------------------------------------------------------

/** What a complete walk leaves behind: enough to go on writing. */
type Walked = {
  identity: Uint8Array
  segment: number
  /** Length of the last segment up to the end of its last good frame. */
  end: number
  /** Where the torn frame's bytes end; equal to `end` when there is none. */
  fileEnd: number
  frames: number
  /** The good bytes of the last segment that no mark vouches for, ending at `end`. */
  unmarked: Uint8Array
}

function* walkJournal(
  dir: string,
  expected: Uint8Array | null,
): Generator<{ frame: Frame; at: Place }, Walked> {
  // The mark first: a running hub only moves it forward, so what we read afterwards reaches it.
  const markBytes = storage(`reading ${dir}`, () => readIfPresent(join(dir, MARK_FILE)))
  const numbers = storage(`reading ${dir}`, () => segmentNumbers(dir))
  if (numbers.length === 0) {
    if (markBytes === null) throw new JournalError('no-journal', `${dir} holds no journal`)
    throw missing(dir, 1, 0)
  }

  let identity = expected
  let mark: Place | null = null
  let frames = 0
  for (const [index, segment] of numbers.entries()) {
    const last = index === numbers.length - 1
    const corrupt = (offset: number, reason: string): JournalCorrupt =>
      new JournalCorrupt(dir, { segment, offset }, frames, reason)
    if (segment !== index + 1) throw missing(dir, index + 1, frames)
    const file = join(dir, segmentName(segment))
    const bytes = storage(`reading ${file}`, () => readWhole(file))
    const view = new DataView(bytes.buffer)

    const found = checkHeader(dir, view, segment, frames)
    if (identity !== null && !Buffer.from(found).equals(identity)) {
      if (index > 0) throw corrupt(0, 'the segment belongs to another journal')
      throw new JournalError('wrong-journal', `${dir} holds another journal than the one asked for`)
    }
    identity = found
    if (index === 0) mark = markBytes === null ? null : parseMark(markBytes, identity)

    const seed = view.getUint32(HEADER_BYTES - 4)
    let offset = HEADER_BYTES
    let damage: string | null = null
    while (offset < bytes.length && damage === null) {
      const frame = frameAt(bytes, view, offset, seed)
      if (typeof frame === 'string') {
        damage = frame
      } else {
        yield { frame, at: { segment, offset } }
        frames += 1
        offset += FRAME_HEAD_BYTES + frame.payload.length
      }
    }
    if (!last) {
      if (damage !== null) throw corrupt(offset, damage)
      continue
    }

    if (mark !== null && mark.segment > segment) throw missing(dir, segment + 1, frames)
    const marked = mark !== null && mark.segment === segment ? mark.offset : HEADER_BYTES
    if (offset < marked) {
      const found = damage ?? 'the segment ends'
      throw corrupt(offset, `${found}, yet frames were acknowledged up to byte ${marked}`)
    }
    const after = damage === null ? null : validFrameAfter(bytes, view, offset, seed)
    if (after !== null) throw corrupt(offset, `${damage}, yet a valid frame follows at ${after}`)
    const unmarked = bytes.subarray(marked, offset)
    return { identity, segment, end: offset, fileEnd: bytes.length, frames, unmarked }
  }
  throw new Error('unreachable: the last segment returns')
}

/** The frame that begins at `offset`, or why there is none. */
function frameAt(bytes: Uint8Array, view: DataView, offset: number, seed: number): Frame | string {
  const rest = bytes.length - offset
  if (rest < FRAME_HEAD_BYTES) return 'the frame breaks off in its head'
  const type = view.getUint8(offset + 8)
  if (!isFrameType(type)) return 'the frame has no known form'
  const length = view.getUint32(offset)
  if (length > FRAME_BYTES_MAX) return 'the frame has an impossible length'
  if (rest < FRAME_HEAD_BYTES + length) return 'the frame breaks off'
  const end = offset + FRAME_HEAD_BYTES + length
  const crc = crc32(bytes.subarray(offset + 8, end), frameSeed(seed, offset, length))
  if (crc !== view.getUint32(offset + 4)) return 'the frame does not match its CRC'
  return { type, payload: bytes.subarray(offset + FRAME_HEAD_BYTES, end) }
}

/** The length of a bad frame cannot be believed, so every later offset is tried. */
function validFrameAfter(
  bytes: Uint8Array,
  view: DataView,
  bad: number,
  seed: number,
): number | null {
  for (let offset = bad + 1; offset + FRAME_HEAD_BYTES <= bytes.length; offset += 1) {
    if (typeof frameAt(bytes, view, offset, seed) !== 'string') return offset
  }
  return null
}

function frameSeed(headerCrc: number, offset: number, length: number): number {
  return (headerCrc ^ offset ^ length) >>> 0
}

/**
 * Visible ASCII only, so that a run of zeros, what an interrupted write often leaves, is never a
 * frame.
 */
function isFrameType(type: number): boolean {
  return Number.isInteger(type) && type >= 0x21 && type <= 0x7e
}

/**
 * The identity in a segment's header; refuses what is damaged, newer, or stands under another's
 * name.
 */
function checkHeader(dir: string, view: DataView, segment: number, frames: number): Uint8Array {
  const corrupt = (reason: string): JournalCorrupt =>
    new JournalCorrupt(dir, { segment, offset: 0 }, frames, reason)
  // A header is complete before its file gets its name, so a short one is no torn write.
  if (view.byteLength < HEADER_BYTES) throw corrupt('the header breaks off')
  const header = new Uint8Array(view.buffer, 0, HEADER_BYTES)
  if (view.getUint32(0) !== HEADER_MAGIC) throw corrupt('this is no journal segment')
  if (view.getUint32(HEADER_BYTES - 4) !== crc32(header.subarray(0, HEADER_BYTES - 4))) {
    throw corrupt('the header does not match its CRC')
  }
  const version = view.getUint32(4)
  if (version > FORMAT_VERSION) {
    throw new JournalError(
      'newer-format',
      `${join(dir, segmentName(segment))} has journal format ${version}, this program knows `
        + `${FORMAT_VERSION}. Start it with the newer program that wrote it.`,
    )
  }
  if (view.getUint32(8) !== segment) throw corrupt(`the file holds segment ${view.getUint32(8)}`)
  return header.slice(12, HEADER_BYTES - 4)
}

function parseMark(bytes: Uint8Array, identity: Uint8Array): Place | null {
  if (bytes.length !== MARK_BYTES) return null
  const view = new DataView(bytes.buffer)
  if (view.getUint32(0) !== MARK_MAGIC) return null
  if (view.getUint32(12) !== crc32(bytes.subarray(0, 12), crc32(identity))) return null
  return { segment: view.getUint32(4), offset: view.getUint32(8) }
}

// ---- writing ------------------------------------------------------------------------------------

type Waiting = { frames: Frame[]; resolve: () => void; reject: (error: JournalError) => void }

/** Makes durable what the walk found, then serves appends. */
function writable(dir: string, walked: Walked, segmentBytesMax: number): Journal {
  const { identity } = walked
  let { segment, end, frames } = walked
  let [fd, markFd] = storage(`opening ${dir}`, () => recover(dir, walked))
  let seed = crc32(headerOf(segment, identity).subarray(0, HEADER_BYTES - 4))

  let waiting: Waiting[] = []
  let committing: Promise<void> | null = null
  let failure: JournalError | null = null
  let closed: Promise<void> | null = null

  function append(added: Frame[]): Promise<void> {
    for (const { type, payload } of added) {
      if (!isFrameType(type)) throw new TypeError(`frame type ${type} is no visible ASCII byte`)
      if (payload.length > FRAME_BYTES_MAX) throw new TypeError('the frame is too large')
    }
    if (closed !== null) {
      return Promise.reject(new JournalError('closed', `the journal in ${dir} is closed`))
    }
    if (failure !== null) return Promise.reject(poisoned(dir, failure))
    return new Promise((resolve, reject) => {
      waiting.push({ frames: added, resolve, reject })
      committing ??= commitAll()
    })
  }

  async function commitAll(): Promise<void> {
    await null // Whoever appends in the same turn belongs to the same group.
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      try {
        await commit(group.flatMap((one) => one.frames))
      } catch (error) {
        const first = faultOf(error, `appending to ${join(dir, segmentName(segment))}`)
        failure = first
        for (const one of group) one.reject(first)
        for (const one of waiting) one.reject(poisoned(dir, first))
        waiting = []
        break
      }
      for (const one of group) one.resolve()
    }
    committing = null
  }

  /** Normally one write and one sync; more only where a segment ends. */
  async function commit(group: Frame[]): Promise<void> {
    if (group.length === 0) return
    let from = 0
    while (from < group.length) {
      const to = endOfFit(group, from, end, segmentBytesMax)
      if (to === from) {
        const newFd = createSegment(dir, segment + 1, identity)
        closeSync(fd)
        fd = newFd
        segment += 1
        end = HEADER_BYTES
        seed = crc32(headerOf(segment, identity).subarray(0, HEADER_BYTES - 4))
        continue
      }
      const bytes = encodeFrames(group.slice(from, to), end, seed)
      await writeAll(fd, bytes, end)
      await sync(fd)
      end += bytes.length
      from = to
    }
    frames += group.length
    writeMark(markFd, identity, { segment, offset: end })
  }

  async function letGo(): Promise<void> {
    await committing
    try {
      if (failure === null) storage(`closing ${dir}`, () => fsyncSync(markFd))
    } finally {
      closeSync(fd)
      closeSync(markFd)
    }
  }

  return {
    get frames() { return frames },
    cut: walked.fileEnd === walked.end
      ? null
      : { segment: walked.segment, offset: walked.end, bytes: walked.fileEnd - walked.end },
    append,
    close: () => (closed ??= letGo()),
  }
}

/**
 * Cuts the torn frame and makes all that was read durable, before anybody is told that it exists.
 * The part that no mark vouches for is written again: pages whose write-back failed once are marked
 * clean, so that a later fsync alone reports success for bytes that never reached the disk
 * (PostgreSQL's "fsyncgate", 2018).
 */
function recover(dir: string, walked: Walked): [fd: number, markFd: number] {
  const { identity, segment, end, fileEnd, unmarked } = walked
  const fd = openSync(join(dir, segmentName(segment)), 'r+')
  let markFd: number | null = null
  try {
    if (fileEnd > end) ftruncateSync(fd, end)
    if (unmarked.length > 0) writeAllSync(fd, unmarked, end - unmarked.length)
    fsyncSync(fd)
    const markFile = join(dir, MARK_FILE)
    markFd = openSync(markFile, readIfPresent(markFile) === null ? 'wx+' : 'r+', 0o600)
    if (fstatSync(markFd).size > MARK_BYTES) ftruncateSync(markFd, MARK_BYTES)
    writeMark(markFd, identity, { segment, offset: end })
    fsyncSync(markFd)
    syncDirectory(dir)
    return [fd, markFd]
  } catch (error) {
    closeSync(fd)
    if (markFd !== null) closeSync(markFd)
    throw error
  }
}

/**
 * A segment gets its name only when its header is on disk, so a crash never leaves half a header.
 */
function createSegment(dir: string, segment: number, identity: Uint8Array): number {
  const file = join(dir, segmentName(segment))
  const fd = openSync(`${file}.new`, 'w+', 0o600)
  try {
    writeAllSync(fd, headerOf(segment, identity), 0)
    fsyncSync(fd)
    renameSync(`${file}.new`, file)
    syncDirectory(dir)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function headerOf(segment: number, identity: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setUint32(0, HEADER_MAGIC)
  view.setUint32(4, FORMAT_VERSION)
  view.setUint32(8, segment)
  header.set(identity, 12)
  view.setUint32(HEADER_BYTES - 4, crc32(header.subarray(0, HEADER_BYTES - 4)))
  return header
}

/** The first frame that no longer fits. A frame larger than a segment gets one of its own. */
function endOfFit(frames: Frame[], from: number, end: number, segmentBytesMax: number): number {
  let size = end
  for (let index = from; index < frames.length; index += 1) {
    size += FRAME_HEAD_BYTES + (frames[index]?.payload.length ?? 0)
    if (size > segmentBytesMax && !(index === from && end === HEADER_BYTES)) return index
  }
  return frames.length
}

/** The bytes of `frames` as they will stand from offset `start` of a segment. */
function encodeFrames(frames: Frame[], start: number, seed: number): Uint8Array {
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

function writeMark(fd: number, identity: Uint8Array, at: Place): void {
  const mark = new Uint8Array(MARK_BYTES)
  const view = new DataView(mark.buffer)
  view.setUint32(0, MARK_MAGIC)
  view.setUint32(4, at.segment)
  view.setUint32(8, at.offset)
  view.setUint32(12, crc32(mark.subarray(0, 12), crc32(identity)))
  writeAllSync(fd, mark, 0)
}

// ---- the disk -----------------------------------------------------------------------------------

/**
 * A short write is refused, not completed: on a regular file the kernel stops early only in
 * trouble, and a disk that counts wrongly must not be believed about the rest. The rest is tried
 * once to learn the trouble's name.
 */
async function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  const written = await writeOnce(fd, bytes, 0, position)
  if (written === bytes.length) return
  await writeOnce(fd, bytes, written, position + written)
  throw shortWrite(written, bytes)
}

function writeOnce(fd: number, bytes: Uint8Array, from: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, from, bytes.length - from, position, (error, written) => {
      if (error) reject(error)
      else resolve(written)
    })
  })
}

function sync(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

function writeAllSync(fd: number, bytes: Uint8Array, position: number): void {
  const written = writeSync(fd, bytes, 0, bytes.length, position)
  if (written !== bytes.length) throw shortWrite(written, bytes)
}

function readWhole(file: string): Uint8Array<ArrayBuffer> {
  const fd = openSync(file, 'r')
  try {
    const bytes = new Uint8Array(fstatSync(fd).size)
    let filled = 0
    while (filled < bytes.length) {
      const read = readSync(fd, bytes, filled, bytes.length - filled, filled)
      if (read === 0) break
      filled += read
    }
    // A segment cut by its own hub's recovery while we read beside it is simply shorter.
    return filled === bytes.length ? bytes : bytes.slice(0, filled)
  } finally {
    closeSync(fd)
  }
}

function readIfPresent(file: string): Uint8Array<ArrayBuffer> | null {
  try {
    return readWhole(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function segmentName(segment: number): string {
  return `${String(segment).padStart(8, '0')}.seg`
}

function isUnfinished(name: string): boolean {
  return /^\d{8}\.seg\.new$/.test(name)
}

/** The numbers of the segments in `dir`, ascending; a directory that is not there has none. */
function segmentNumbers(dir: string): number[] {
  try {
    const names = readdirSync(dir).filter((name) => /^\d{8}\.seg$/.test(name))
    return names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** A mark without segments is not a new journal but one whose segments are lost. */
function isEmpty(dir: string): boolean {
  return segmentNumbers(dir).length === 0 && readIfPresent(join(dir, MARK_FILE)) === null
}

// ---- saying no ----------------------------------------------------------------------------------

function storage<T>(doing: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw faultOf(error, doing)
  }
}

function faultOf(error: unknown, doing: string): JournalError {
  if (error instanceof JournalError) return error
  const code = (error as NodeJS.ErrnoException).code
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  const text = full ? 'the disk is full' : (error as Error).message
  return new JournalError(full ? 'disk-full' : 'io', `${doing}: ${text}`, { cause: error })
}

function missing(dir: string, segment: number, frames: number): JournalCorrupt {
  return new JournalCorrupt(dir, { segment, offset: 0 }, frames, 'the file is missing')
}

function shortWrite(written: number, bytes: Uint8Array): Error {
  return new Error(`only ${written} of ${bytes.length} bytes were written`)
}

function poisoned(dir: string, cause: JournalError): JournalError {
  const message = `the journal in ${dir} must be reopened after: ${cause.message}`
  return new JournalError('poisoned', message, { cause })
}
