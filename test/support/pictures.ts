/** Pictures for tests: a JPEG's segments with nothing to see in them, any of which may be given to be wrong. */
import { concat, utf8 } from '#ledger/bytes.ts'

export const segment = (marker: number, data: Uint8Array): Uint8Array =>
  concat(new Uint8Array([0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff]), data)

const plainHead = segment(0xe0, concat(utf8('JFIF\0'), new Uint8Array([1, 1, 0, 0, 1, 0, 1, 0, 0])))

type Parts = {
  width: number
  height: number
  components: 1 | 3
  precision: number
  /** The frame's marker; null leaves it out. */
  frame: number | null
  head: Uint8Array[]
  /** Stands before the frame. */
  more: Uint8Array[]
  scan: number[]
}

export function aPicture(own: Partial<Parts> = {}): Uint8Array {
  const { width, height, components, precision, frame, head, more, scan }: Parts =
    { width: 640, height: 480, components: 3, precision: 8, frame: 0xc0, head: [plainHead], more: [], scan: [1, 2, 3, 0xff, 0, 4, 0xff, 0xd0, 5], ...own }
  const rows = Array.from({ length: components }, (_, i) => [i + 1, 0x11, 0]).flat()
  const sides = [precision, height >> 8, height & 0xff, width >> 8, width & 0xff, components, ...rows]
  return concat(
    new Uint8Array([0xff, 0xd8]), ...head, segment(0xdb, new Uint8Array(65)), ...more,
    ...(frame === null ? [] : [segment(frame, new Uint8Array(sides))]), segment(0xc4, new Uint8Array(20)),
    segment(0xda, new Uint8Array([components, ...rows.filter((_, i) => i % 3 !== 1), 0, 63, 0])), new Uint8Array(scan), new Uint8Array([0xff, 0xd9]),
  )
}
