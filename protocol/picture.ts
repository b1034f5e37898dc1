/**
 * Pictures of listings: which bytes are one. Re-encoded in the browser of whoever posts them, so that nothing but the
 * picture is in them; checked here by every hub that keeps or fetches one, since a browser can be told anything.
 *
 * One kind only: a baseline JPEG in one scan, which every canvas writes and every browser shows. What a camera or a
 * program could hide in it (EXIF with the place, XMP, thumbnails, comments, bytes behind the end) is no part of it, and
 * its sides are bounded, so that a few kilobytes cannot unfold into a wall of memory.
 */
import { concat } from '#ledger/bytes.ts'

/** As base64 in JSON it fits a body the door takes. */
export const PICTURE_BYTES_MAX = 114_688
/** Four bytes a pixel, so ten mebibytes where it is shown. */
export const PICTURE_SIDE_MAX = 1_600

export type PictureFault = 'too-large' | 'not-a-picture' | 'metadata' | 'dimensions'

const MARKER = 0xff
const [SOI, EOI, SOS, SOF0, APP0, APP15, COM, DQT, DHT, DRI, RST0, RST7] =
  [0xd8, 0xd9, 0xda, 0xc0, 0xe0, 0xef, 0xfe, 0xdb, 0xc4, 0xdd, 0xd0, 0xd7] as const
/** `JFIF\0`, version, units, densities, and a thumbnail of no size. */
const JFIF = [0x4a, 0x46, 0x49, 0x46, 0]
const JFIF_BYTES = 14

type Segment = { marker: number; from: number; to: number; data: Uint8Array }

/** The segments before the scan's own bytes, and where those begin; null for what does not read as a JPEG. */
function segmentsOf(bytes: Uint8Array): { segments: Segment[]; scanFrom: number } | null {
  if (bytes[0] !== MARKER || bytes[1] !== SOI) return null
  const segments: Segment[] = []
  for (let from = 2; from + 4 <= bytes.length;) {
    const length = (bytes[from + 2]! << 8) | bytes[from + 3]!
    const to = from + 2 + length
    if (bytes[from] !== MARKER || length < 2 || to > bytes.length) return null
    const marker = bytes[from + 1]!
    segments.push({ marker, from, to, data: bytes.subarray(from + 4, to) })
    if (marker === SOS) return { segments, scanFrom: to }
    from = to
  }
  return null
}

/** Why bytes are no picture of a listing, or null. */
export function pictureFault(bytes: Uint8Array): PictureFault | null {
  if (bytes.length > PICTURE_BYTES_MAX) return 'too-large'
  const found = segmentsOf(bytes)
  if (found === null || !isOneScan(bytes, found.scanFrom)) return 'not-a-picture'
  if (found.segments.some(isMetadata)) return 'metadata'
  const known: number[] = [APP0, DQT, DHT, DRI, SOF0, SOS]
  const frames = found.segments.filter(({ marker }) => marker === SOF0)
  if (found.segments.some(({ marker }) => !known.includes(marker)) || frames.length !== 1) return 'not-a-picture'
  return frameFault(frames[0]!.data)
}

/** What is not the picture, left out; null for what does not read as a JPEG. The result is to be checked like any other. */
export function withoutMetadata(bytes: Uint8Array): Uint8Array | null {
  const found = segmentsOf(bytes)
  if (found === null) return null
  const kept = found.segments.filter((segment) => !isMetadata(segment)).map(({ from, to }) => bytes.subarray(from, to))
  return concat(bytes.subarray(0, 2), ...kept, bytes.subarray(found.scanFrom))
}

/** An application's segment, or a comment; the plain JFIF head, which says how square a pixel is, is none. */
const isMetadata = ({ marker, data }: Segment): boolean =>
  marker === COM || (marker >= APP0 && marker <= APP15 && !(marker === APP0 && isPlainHead(data)))

const isPlainHead = (data: Uint8Array): boolean =>
  data.length === JFIF_BYTES && JFIF.every((byte, i) => data[i] === byte) && data[12] === 0 && data[13] === 0

/** Precision, height, width, and components of three bytes each. */
function frameFault(data: Uint8Array): PictureFault | null {
  const [precision, components] = [data[0], data[5]]
  if (precision !== 8 || (components !== 1 && components !== 3) || data.length !== 6 + 3 * components) return 'not-a-picture'
  const [height, width] = [(data[1]! << 8) | data[2]!, (data[3]! << 8) | data[4]!]
  return height < 1 || width < 1 || height > PICTURE_SIDE_MAX || width > PICTURE_SIDE_MAX ? 'dimensions' : null
}

/** The scan's bytes hold no further marker but restarts, and the end is the end. */
function isOneScan(bytes: Uint8Array, from: number): boolean {
  const end = bytes.length - 2
  if (end <= from || bytes[end] !== MARKER || bytes[end + 1] !== EOI) return false
  for (let i = from; i < end; i++) {
    if (bytes[i] !== MARKER) continue
    const next = bytes[i + 1]!
    if (next !== 0 && (next < RST0 || next > RST7)) return false
    i += 1
  }
  return true
}

export const PICTURE_PROTOCOL = '/cv/picture/1'
/** A question is the 32 bytes of a hash; the answer the picture, or nothing. */
export const PICTURE_REQUEST_BYTES = 32
