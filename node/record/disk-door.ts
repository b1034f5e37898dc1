/**
 * Whether the disk can be written to, and the way back when it could not.
 *
 *   open ── less than 16 MiB free ──────────► disk-full ── 32 MiB free ──► open
 *   open ── a write failed, a read was wrong ► storage ─┐
 *   open ── a write failed for want of room ─► disk-full ┴─ read again and verified ─► open, or disk-full as above
 *
 * A disk that is filling up is noticed by asking it, so memory is not ahead of it and nothing need be read
 * again. When a write fails nobody knows what is on the disk, so the ledger is read again, as often as it takes.
 * A disk that refused a write although it seemed to have room (a quota) is tried again after one second, then two,
 * then four, up to a minute, and not by every action that comes.
 */
import type { Clock, Log } from '../ports.ts'
import { FULL_BELOW_BYTES, ROOM_AGAIN_BYTES } from '../disk/space.ts'

export type DiskFault = 'disk-full' | 'storage'

export type DiskDoorPorts = {
  clock: Clock
  log: Log
  /** Bytes free where the journal lies; null where a disk is full only when a write says so. */
  freeBytes: (() => number) | null
  /** Drops what is in memory and reads the ledger again; rejects while it cannot be read. */
  readAgain(): Promise<void>
  onShut(fault: DiskFault): void
  onOpen(): void
}

export type DiskDoor = {
  /** Why nothing may be written, or null. */
  readonly fault: DiskFault | null
  /** False, and the door is shut, when the disk has too little room for a group. */
  hasRoom(): boolean
  /** Memory and disk are apart: shuts the door until the disk has been read again. */
  fail(fault: DiskFault, error: unknown): void
  /** A write reached the disk. */
  wrote(): void
  /** Waits while the ledger is being read again. */
  readonly rereading: Promise<void> | null
  /** Waits for a reading that is under way, and begins none. */
  stop(): Promise<void>
}

const READ_AGAIN_MS = 1_000
/** How often the disk is asked for its room: a full one is known within a second. */
const LOOK_MS = 500
const REFUSED_MS_MAX = 60_000

export function openDiskDoor({ clock, log, freeBytes, readAgain, onShut, onOpen }: DiskDoorPorts): DiskDoor {
  let fault: DiskFault | null = null
  let rereading: Promise<void> | null = null
  let attempting: Promise<void> | null = null
  let stopped = false
  let cancelReading = (): void => {}
  let cancelLook = (): void => {}
  let cancelHold = (): void => {}
  let refusedMs = READ_AGAIN_MS
  let isHeldShut = false

  const freeNow = (): number => freeBytes?.() ?? Number.POSITIVE_INFINITY
  const room = () => ({ freeBytes: freeNow(), neededBytes: ROOM_AGAIN_BYTES })

  function shut(reason: DiskFault): void {
    fault = reason
    onShut(reason)
  }

  function open(): void {
    fault = null
    onOpen()
  }

  function hasRoom(): boolean {
    if (fault !== null) return false
    if (freeNow() >= FULL_BELOW_BYTES) return true
    shut('disk-full')
    log.error('the disk is full: the hub can be read, and takes nothing until there is room', room())
    return false
  }

  function look(): void {
    cancelLook = clock.after(LOOK_MS, look)
    if (fault === null) hasRoom()
    else openWhereThereIsRoom()
  }

  function openWhereThereIsRoom(): void {
    if (fault !== 'disk-full' || rereading !== null || isHeldShut || freeNow() < ROOM_AGAIN_BYTES) return
    log.info('the disk has room again; the hub takes what comes', room())
    open()
  }

  function fail(reason: DiskFault, error: unknown): void {
    if (rereading !== null) return
    shut(reason)
    log.error('the disk cannot be relied on; nothing is taken until it has been read again', { reason, error: String(error) })
    readIn(0)
  }

  function readIn(ms: number): void {
    rereading = new Promise((resolve) => {
      cancelReading = clock.after(ms, () => {
        attempting = attempt().finally(resolve)
      })
    })
  }

  async function attempt(): Promise<void> {
    if (stopped) return
    try {
      await readAgain()
    } catch (error) {
      log.error('the disk still cannot be read', { error: String(error) })
      if (!stopped) readIn(READ_AGAIN_MS)
      return
    }
    rereading = null
    log.info('the disk answers again; the ledger was read from it and verified')
    if (fault === 'storage') return open()
    isHeldShut = true
    cancelHold = clock.after(refusedMs, () => {
      isHeldShut = false
      openWhereThereIsRoom()
    })
    refusedMs = Math.min(refusedMs * 2, REFUSED_MS_MAX)
  }

  if (freeBytes !== null) look()
  return {
    get fault() {
      return fault
    },
    hasRoom,
    fail,
    wrote() {
      refusedMs = READ_AGAIN_MS
    },
    get rereading() {
      return rereading
    },
    async stop() {
      stopped = true
      cancelReading()
      cancelLook()
      cancelHold()
      await attempting
    },
  }
}
