/**
 * ◆ Where the end of our own log waits while it is fetched back from another city, until all of it is known to
 * be what this hub once signed: a journal of its own beside the ledger, so that of a million records no
 * more than a page is in memory. Nothing in it is believed, and nothing of it stays: it is taken away when it has
 * been judged, and what a killed process left there is at the next start.
 */
import { rmSync } from 'node:fs'
import { frameTypes } from '../../record/frames.ts'
import { openJournal, readJournal } from '../../disk/journal.ts'
import { ROOM_AGAIN_BYTES } from '../../disk/space.ts'

export type FetchedTail = {
  /** Rejects with NoRoomForTail, or a JournalError. */
  append(records: readonly Uint8Array[]): Promise<void>
  /** All of them in order, read again from the disk. Throws JournalCorrupt for what is not as it was written. */
  read(): Iterable<Uint8Array>
  discard(): Promise<void>
}

export type FetchedTails = {
  /** An empty one. One at a time. */
  begin(): Promise<FetchedTail>
}

/** What is fetched does not fit on this disk twice, as it would have to: here, and then in the ledger. */
export class NoRoomForTail extends Error {
  constructor(bytes: number, free: number) {
    super(`${bytes} bytes of our own log have come so far and ${free} are free, which is too little to take them over: make room on the disk`)
    this.name = 'NoRoomForTail'
  }
}

/** Tails in `dir`, whose lock the caller holds; `identity` is the hub's. Takes away what was left there. */
export function fetchedTails(dir: string, identity: Uint8Array, freeBytes: () => number): FetchedTails {
  const remove = (): void => rmSync(dir, { recursive: true, force: true })
  remove()
  return {
    async begin() {
      remove()
      const journal = await openJournal(dir, identity, () => {})
      let bytes = 0
      return {
        async append(records) {
          const more = records.reduce((sum, { length }) => sum + length, 0)
          const free = freeBytes()
          // `more` is written now, and all of it once more when it is taken over.
          if (free < ROOM_AGAIN_BYTES + bytes + 2 * more) throw new NoRoomForTail(bytes + more, free)
          await journal.append(records.map((payload) => ({ type: frameTypes.record, payload })))
          bytes += more
        },
        *read() {
          for (const { frame } of readJournal(dir)) yield frame.payload.slice()
        },
        async discard() {
          await journal.close()
          remove()
        },
      }
    },
  }
}
