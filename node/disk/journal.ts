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
  closeSync, fdatasync, fstatSync, fsyncSync, ftruncateSync, openSync, readdirSync, renameSync, rmSync,
  statSync, write, writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { makeDirectory, syncDirectory } from '#node/disk/durable.ts'
import {
  encodeFrames, encodeMark, faultOf, FRAME_BYTES_MAX, FRAME_HEAD_BYTES, type Frame, HEADER_BYTES,
  headerOf, isFrameType, isUnfinished, JournalError, MARK_BYTES, MARK_FILE, type Place, type Progress,
  seedIn, SEGMENT_BYTES_MAX, segmentName, storage,
} from './journal-format.ts'
import {
  frameReader, type From, readIfPresent, segmentNumbers, type Walked, walkJournal,
} from './journal-reading.ts'

export {
  type Frame, isDiskTrouble, JournalCorrupt, JournalError, type JournalFault, type Place, type Progress,
} from './journal-format.ts'
export { type From, readJournal } from './journal-reading.ts'

export type Journal = {
  /** How many frames are durable. */
  readonly frames: number
  /** Behind the last durable frame. */
  readonly end: Place
  /** What opening cut away: the place and number of bytes of a torn last frame, or null. */
  readonly cut: (Place & { bytes: number }) | null
  /**
   * Resolves only after fdatasync. All calls waiting at that moment share one write and one sync.
   * The payloads must not change before it settles. Rejects with a JournalError and poisons the
   * journal: nothing more is appended until it is reopened. `disk-full` and `io` say that the
   * frames may or may not be there after reopening (a prefix of them, never a gap); `poisoned` and
   * `closed` say that they are not.
   *
   * Resolves to where each frame stands.
   */
  append(frames: Frame[]): Promise<Place[]>
  /**
   * The durable frame at a place that opening or appending named, read again from the disk and
   * checked against its CRC. Throws JournalCorrupt when it is no longer what was written.
   */
  frameAt(at: Place): Frame
  /**
   * Waits for what was appended before, makes the mark durable and lets go of the files. May be
   * repeated.
   */
  close(): Promise<void>
}

export type Opening = {
  onProgress?: (progress: Progress) => void
  /** Above this a segment is closed and the next begins. */
  segmentBytesMax?: number
  /** Only what stands at and behind this place is handed over; the caller vouches for what is before. */
  from?: From | null
}

/** Between so many frames, reading lets other work of the process through. */
const FRAMES_PER_TURN = 8192

/**
 * Reads everything in `dir` (the journal's own directory, created when missing), handing each frame
 * to `onFrame` in order, cuts a torn last frame and is then ready to append. Payloads are views of
 * a window of the segment: copy what is kept for long.
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
  { onProgress, segmentBytesMax = SEGMENT_BYTES_MAX, from = null }: Opening = {},
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
  const walk = walkJournal(dir, identity, from)
  let segment = from?.segment ?? 1
  let bytesBefore = sizes.slice(0, segment - 1).reduce((sum, size) => sum + size, 0)
  let frames = from?.frames ?? 0
  let walked: Walked | null = null
  try {
    while (walked === null) {
      const next = walk.next()
      if (next.done) {
        walked = next.value
        break
      }
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
    }
  } finally {
    walk.return(undefined as never)
  }
  onProgress?.({ bytes: bytesTotal, bytesTotal, frames })
  return writable(dir, walked, segmentBytesMax)
}

// ---- writing ------------------------------------------------------------------------------------

type Waiting = { frames: Frame[]; resolve: (places: Place[]) => void; reject: (error: JournalError) => void }

/** Makes durable what the walk found, then serves appends. */
function writable(dir: string, walked: Walked, segmentBytesMax: number): Journal {
  const { identity } = walked
  let { segment, end, frames } = walked
  let [fd, markFd] = storage(`opening ${dir}`, () => recover(dir, walked))
  let seed = seedIn(headerOf(segment, identity))
  const reader = frameReader(dir)

  let durable: Place = { segment, offset: end }
  let waiting: Waiting[] = []
  let committing: Promise<void> | null = null
  let failure: JournalError | null = null
  let closed: Promise<void> | null = null

  function append(added: Frame[]): Promise<Place[]> {
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
      let places: Place[]
      try {
        places = await commit(group.flatMap((one) => one.frames))
      } catch (error) {
        const first = faultOf(error, `appending to ${join(dir, segmentName(segment))}`)
        failure = first
        for (const one of group) one.reject(first)
        for (const one of waiting) one.reject(poisoned(dir, first))
        waiting = []
        break
      }
      let from = 0
      for (const one of group) one.resolve(places.slice(from, (from += one.frames.length)))
    }
    committing = null
  }

  /** Normally one write and one sync; more only where a segment ends. */
  async function commit(group: Frame[]): Promise<Place[]> {
    const places: Place[] = []
    if (group.length === 0) return places
    let from = 0
    while (from < group.length) {
      const to = endOfFit(group, from, end, segmentBytesMax)
      if (to === from) {
        const newFd = createSegment(dir, segment + 1, identity)
        closeSync(fd)
        fd = newFd
        segment += 1
        end = HEADER_BYTES
        seed = seedIn(headerOf(segment, identity))
        continue
      }
      const fitting = group.slice(from, to)
      const bytes = encodeFrames(fitting, end, seed)
      await writeAll(fd, bytes, end)
      await sync(fd)
      for (const { payload } of fitting) {
        places.push({ segment, offset: end })
        end += FRAME_HEAD_BYTES + payload.length
      }
      from = to
    }
    frames += group.length
    writeMark(markFd, identity, { segment, offset: end })
    durable = { segment, offset: end }
    return places
  }

  async function letGo(): Promise<void> {
    await committing
    try {
      if (failure === null) storage(`closing ${dir}`, () => fsyncSync(markFd))
    } finally {
      closeSync(fd)
      closeSync(markFd)
      reader.close()
    }
  }

  return {
    get frames() { return frames },
    get end() { return durable },
    cut: walked.fileEnd === walked.end
      ? null
      : { segment: walked.segment, offset: walked.end, bytes: walked.fileEnd - walked.end },
    append,
    frameAt: reader.frameAt,
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
    let at = end - unmarked.reduce((sum, bytes) => sum + bytes.length, 0)
    for (const bytes of unmarked) {
      writeAllSync(fd, bytes, at)
      at += bytes.length
    }
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

/** The first frame that no longer fits. A frame larger than a segment gets one of its own. */
function endOfFit(frames: Frame[], from: number, end: number, segmentBytesMax: number): number {
  let size = end
  for (let index = from; index < frames.length; index += 1) {
    size += FRAME_HEAD_BYTES + (frames[index]?.payload.length ?? 0)
    if (size > segmentBytesMax && !(index === from && end === HEADER_BYTES)) return index
  }
  return frames.length
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

/** A mark without segments is not a new journal but one whose segments are lost. */
function isEmpty(dir: string): boolean {
  return segmentNumbers(dir).length === 0 && readIfPresent(join(dir, MARK_FILE)) === null
}

// ---- saying no ----------------------------------------------------------------------------------

function shortWrite(written: number, bytes: Uint8Array): Error {
  return new Error(`only ${written} of ${bytes.length} bytes were written`)
}

function poisoned(dir: string, cause: JournalError): JournalError {
  const message = `the journal in ${dir} must be reopened after: ${cause.message}`
  return new JournalError('poisoned', message, { cause })
}

function writeMark(fd: number, identity: Uint8Array, at: Place): void {
  writeAllSync(fd, encodeMark(identity, at), 0)
}
