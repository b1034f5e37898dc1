/**
 * Files as one, to be handed out: a zip archive (PKWARE APPNOTE 6.3) in which everything stands as it is, uncompressed. They
 * are a few texts; a library that compresses weighs more in the page than it would ever save.
 */
import { concat, utf8 } from '#ledger/bytes.ts'

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const VERSION = 20
/** Bit 11: names are UTF-8. */
const UTF8_NAMES = 0x0800

/** `files` by path; `ts`: when they were made, in seconds. Throws a RangeError for more than a zip can count without its extension. */
export function zipped(files: Record<string, Uint8Array>, ts: number): Uint8Array {
  const made = new Date(ts * 1_000)
  const time = (made.getUTCHours() << 11) | (made.getUTCMinutes() << 5) | (made.getUTCSeconds() >> 1)
  const day = ((made.getUTCFullYear() - 1980) << 9) | ((made.getUTCMonth() + 1) << 5) | made.getUTCDate()
  const bodies: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  for (const [path, bytes] of Object.entries(files)) {
    const name = utf8(path)
    const about = [[VERSION, 2], [UTF8_NAMES, 2], [0, 2], [time, 2], [day, 2], [crc32(bytes), 4], [bytes.length, 4], [bytes.length, 4], [name.length, 2], [0, 2]] as const
    const body = [numbers([LOCAL, 4], ...about), name, bytes]
    directory.push(numbers([CENTRAL, 4], [VERSION, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), name)
    bodies.push(...body)
    at += body.reduce((sum, { length }) => sum + length, 0)
  }
  const count = directory.length / 2
  const index = concat(...directory)
  if (count > 0xffff || at + index.length > 0xffff_ffff) throw new RangeError('too much for one zip')
  return concat(...bodies, index, numbers([END, 4], [0, 2], [0, 2], [count, 2], [count, 2], [index.length, 4], [at, 4], [0, 2]))
}

/** Numbers of so many bytes each, the lowest byte first. */
function numbers(...fields: (readonly [value: number, bytes: number])[]): Uint8Array {
  return Uint8Array.from(fields.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 0xff)))
}

/** CRC-32 as zip has it (ISO 3309), bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
