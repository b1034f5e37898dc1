/**
 * A journal that outlives the troubles of its disk: what it could not append it appends again, after opening
 * itself anew, as long as that takes. Whoever waits for an append waits for the disk and is never told no.
 *
 * Right for frames that say the same when they stand there twice (after a failed write nobody knows which of
 * them are there): votes, whose maker is bound from the moment they are made, and must not have to be started
 * again to be able to say so.
 */
import { type Frame, type Journal, JournalError } from './journal.ts'
import type { Clock, Log } from '../ports.ts'

export type PatientJournal = {
  /** Resolves when the frames are durable; rejects only when the journal is closed before. */
  append(frames: Frame[]): Promise<void>
  close(): Promise<void>
}

export type PatientJournalPorts = {
  /** Opens the journal anew; its frames are known. */
  open(): Promise<Journal>
  clock: Clock
  log: Log
}

const AGAIN_MS = 1_000

/** Goes on with a journal that has been opened and read. */
export function patientJournal(first: Journal, { open, clock, log }: PatientJournalPorts): PatientJournal {
  let journal: Promise<Journal> = Promise.resolve(first)
  let closed = false
  const waiting = new Set<() => void>()

  /** Opens anew what failed, once for all who met the failure. */
  function anew(failed: Promise<Journal>): void {
    if (journal !== failed) return
    journal = (async () => {
      await (await failed).close().catch(() => {})
      for (;;) {
        await pause()
        if (closed) throw new JournalError('closed', 'the journal is closed')
        try {
          return await open()
        } catch (error) {
          log.warn('what this hub binds itself to cannot be written yet; it says nothing until it can', { error: String(error) })
        }
      }
    })()
    journal.catch(() => {})
  }

  function pause(): Promise<void> {
    if (closed) return Promise.resolve()
    return new Promise((resolve) => {
      const cancel = clock.after(AGAIN_MS, () => {
        waiting.delete(end)
        resolve()
      })
      const end = (): void => {
        cancel()
        resolve()
      }
      waiting.add(end)
    })
  }

  return {
    async append(frames) {
      for (;;) {
        const used = journal
        const opened = await used
        try {
          await opened.append(frames)
          return
        } catch (error) {
          if (closed) throw error
          anew(used)
        }
      }
    },
    async close() {
      closed = true
      for (const end of waiting) end()
      await (await journal.catch(() => null))?.close()
    },
  }
}
