/**
 * ◆ Behind a start from a snapshot: the whole journal replayed, from the first byte and by all rules, and what it
 * comes to compared with the snapshot, byte for byte.
 *
 * A snapshot that this hub has written can still be wrong: by a fault of the program, or of the memory it was made in.
 * So the hub that starts from one serves and seals, and vouches for nothing that follows from it until this has ended
 * well. It happens in a thread of its own, which gives way to everything else, holds one state, and can be stopped
 * at any moment; a short log is replayed at once, sooner than a thread would have started.
 */
import { Worker } from 'node:worker_threads'
import { JournalCorrupt, type From, type Place, readJournal } from './journal.ts'
import { FRAME_HEAD_BYTES } from './journal-format.ts'
import { LedgerCorrupt, LogReplay } from './log-replay.ts'
import { programId } from './program.ts'
import { openSections } from './section-file.ts'
import { differenceIn } from './snapshot.ts'

/** What is replayed, up to where, and the snapshot it is compared with, written under `key`. */
export type Asked = { journal: string; to: From; file: string; key: Uint8Array }
/** What the thread says: how many entries it has replayed; at the end, what is wrong, or null. */
export type Said = { done: number } | { wrong: string | null }

export type Recomputation = {
  /**
   * Resolves to null when the journal comes to exactly what the snapshot says; else to what is wrong with either, or
   * why that cannot be found out. Stays open when it is stopped.
   */
  readonly ended: Promise<string | null>
  stop(): Promise<void>
}

const TOLD_EVERY = 4_096
const YOUNG_MIB = 12

/** Begins in a thread of its own, which keeps no process alive. */
export function beginRecomputation(asked: Asked, onProgress: (done: number) => void): Recomputation {
  const worker = new Worker(new URL('./recomputation-worker.ts', import.meta.url), {
    workerData: asked,
    // Little that is young lives on: a larger room for it would only be more memory.
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  })
  worker.unref()
  let stopped = false
  const ended = new Promise<string | null>((resolve) => {
    worker.on('message', (said: Said) => {
      if ('wrong' in said) resolve(said.wrong)
      else onProgress(said.done)
    })
    worker.on('error', (error) => resolve(unknown(error)))
    worker.on('exit', (code) => {
      if (!stopped) resolve(unknown(`its thread ended with code ${code}`))
    })
  })
  return {
    ended,
    async stop() {
      stopped = true
      await worker.terminate()
    },
  }
}

/** The same at once, here. */
export function recomputed(asked: Asked): Recomputation {
  let wrong: string | null
  try {
    wrong = wrongIn(asked, () => {})
  } catch (error) {
    wrong = unknown(error)
  }
  return { ended: Promise.resolve(wrong), stop: async () => {} }
}

const unknown = (because: unknown): string => `the journal could not be replayed: ${String(because)}`

/** What is wrong with the snapshot or with the journal behind it, or null. */
export function wrongIn({ journal, to, file, key }: Asked, onProgress: (done: number) => void): string | null {
  const sections = openSections(file, key)
  if (typeof sections === 'string') return `the snapshot is ${sections} now`
  const replay = new LogReplay('by its seals', null)
  let frames = 0
  let end: Place = { segment: 0, offset: 0 }
  try {
    for (const { frame, at } of readJournal(journal)) {
      replay.take(frame, at)
      frames++
      end = { segment: at.segment, offset: at.offset + FRAME_HEAD_BYTES + frame.payload.length }
      if (frames === to.frames) break
      if (frames % TOLD_EVERY === 0) onProgress(replay.size)
    }
    const wrong = differenceIn(sections, { known: replay.ended(), from: { ...end, frames } }, programId())
    return wrong === null ? null : `the snapshot is not what the journal comes to: ${wrong}`
  } catch (error) {
    if (error instanceof JournalCorrupt) return new LedgerCorrupt(replay.size, error.message).message
    if (error instanceof LedgerCorrupt) return error.message
    throw error
  } finally {
    sections.close()
  }
}
