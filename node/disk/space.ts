/**
 * ◆ How much room the disk has, and when that is too little to write. A hub stops taking anything
 * while there is still room for what must be written to stop in order: what the journal has begun,
 * and LevelDB, which needs some to open again. It goes on only when there is clearly more, so that
 * a disk on the edge does not open and shut the door at every file that comes and goes.
 */
import { statfsSync } from 'node:fs'

const MIB = 1024 * 1024
/** Below this the disk counts as full. */
export const FULL_BELOW_BYTES = 16 * MIB
/** From here on it has room again. */
export const ROOM_AGAIN_BYTES = 32 * MIB

/** Bytes this process may still write where `dir` lies; unlimited when the system does not say. */
export function freeBytesIn(dir: string): number {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
