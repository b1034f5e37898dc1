/**
 * What passes between the pool and its workers: claims packed one behind the other into one buffer, which goes
 * over whole and comes back with a verdict on each. To hand thousands of small objects over would cost a tenth
 * of what verifying them does.
 *
 *     verdict                                         × count     one byte a claim: 0 none, 1 false, 2 true
 *     length 4 (little-endian), key; the same for message; for signature     × count
 *
 * Lengths are written out also where only one is valid: what to say of the others is the rule's to know.
 */
import type { SignatureClaim } from '#ledger/claims.ts'
import { verify } from '#ledger/keys.ts'

const LENGTH_BYTES = 4
const FALSE = 1
const TRUE = 2

/** The room a claim takes. */
export const packedBytes = ({ key, head, body, signature }: SignatureClaim): number =>
  1 + 3 * LENGTH_BYTES + key.length + head.length + body.length + signature.length

/** Writes claims into `room`, which must hold the sum of their `packedBytes`. */
export function pack(room: Uint8Array, claims: readonly SignatureClaim[]): void {
  room.fill(0, 0, claims.length)
  let at = claims.length
  for (const { key, head, body, signature } of claims) {
    at = packOne(room, at, key)
    at = packOne(room, at, head, body)
    at = packOne(room, at, signature)
  }
}

function packOne(room: Uint8Array, at: number, bytes: Uint8Array, more: Uint8Array = NOTHING): number {
  const length = bytes.length + more.length
  room[at] = length
  room[at + 1] = length >>> 8
  room[at + 2] = length >>> 16
  room[at + 3] = length >>> 24
  room.set(bytes, at + LENGTH_BYTES)
  if (more.length > 0) room.set(more, at + LENGTH_BYTES + bytes.length)
  return at + LENGTH_BYTES + length
}

const NOTHING = new Uint8Array()

/** Judges every claim in place. @throws on a buffer that `pack` did not write. */
export function judge(room: Uint8Array, count: number): void {
  let at = count
  const next = (): Uint8Array => {
    const start = at + LENGTH_BYTES
    const length = (room[at]! | (room[at + 1]! << 8) | (room[at + 2]! << 16) | (room[at + 3]! << 24)) >>> 0
    at = start + length
    if (!(at <= room.length)) throw new RangeError('a claim goes on behind the end of its batch')
    return room.subarray(start, at)
  }
  for (let i = 0; i < count; i++) room[i] = verify(next(), next(), next()) ? TRUE : FALSE
}

/** The verdicts on the first `count` claims, or null if one is missing: silence is not a yes. */
export function verdictsIn(room: Uint8Array, count: number): boolean[] | null {
  const verdicts: boolean[] = []
  for (let i = 0; i < count; i++) {
    if (room[i] !== TRUE && room[i] !== FALSE) return null
    verdicts.push(room[i] === TRUE)
  }
  return verdicts
}
