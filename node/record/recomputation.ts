/**
 * ◆ Behind a start from a snapshot: the whole journal replayed, from the first byte and by all rules, and what it
 * comes to compared with the snapshot, byte for byte.
 *
 * A snapshot that this hub has written can still be wrong: by a fault of the program, or of the memory it was made in.
 * So the hub that starts from one serves and seals, and vouches for nothing that follows from it until this has ended
 * well. It happens in a process of its own, which gives way to everything else, holds one state and gives its memory
 * back, and can be stopped at any moment; a short log is replayed at once, sooner than a process would have started.
 */
import { fork } from 'node:child_process'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { JournalCorrupt, type From, type Place, readJournal } from '../disk/journal.ts'
import { FRAME_HEAD_BYTES } from '../disk/journal-format.ts'
import { LedgerCorrupt, LogReplay } from './log-replay.ts'
import { programId } from './program.ts'
import { openSections } from '../disk/section-file.ts'
import { differenceIn } from './snapshot.ts'

/** What is replayed, up to where, and the snapshot it is compared with, written under `key`. */
export type Asked = { journal: string; to: From; file: string; key: Uint8Array }
/** What the other process says: how many entries it has replayed; at the end, what is wrong, or null. */
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
/** Gives way to the hub, and still comes to an end beside one that is busy day and night. */
const NICE = 10
/** Little that is young lives on: as in `npm start`, more room for it would only be more memory. */
const NODE_FLAGS = ['--max-semi-space-size=2']

/** Begins in a process of its own, which keeps this one not alive and does not outlive it. */
export function beginRecomputation(asked: Asked, onProgress: (done: number) => void): Recomputation {
  const child = fork(fileURLToPath(new URL('./recomputation-process.ts', import.meta.url)), [String(process.pid)], {
    execArgv: NODE_FLAGS, serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Ctrl-C in a terminal is for the hub, which stops this one.
    detached: true,
  })
  // From its first moment on, in which it loads its code beside a hub that is coming up.
  if (child.pid !== undefined) setPriority(child.pid, NICE)
  let stopped = false
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const ended = new Promise<string | null>((resolve) => {
    child.on('message', (said: Said) => {
      if ('wrong' in said) resolve(said.wrong)
      else onProgress(said.done)
    })
    child.on('error', (error) => resolve(unknown(error)))
    // After its last message, which may be read later than its end is known.
    child.on('disconnect', () => setImmediate(() => {
      if (!stopped) resolve(unknown('its process ended without a word'))
    }))
  })
  // By a message and not as an argument, which others on this machine could read: it names a key.
  child.send(asked, () => {})
  child.unref()
  child.channel?.unref()
  return {
    ended,
    async stop() {
      stopped = true
      // Whoever stops it waits for its end, and has to be there for that.
      child.ref()
      child.kill('SIGKILL')
      await gone
    },
  }
}

/** The same at once, here. */
export const recomputed = (asked: Asked): Recomputation =>
  ({ ended: Promise.resolve(wrongIn(asked, () => {})), stop: async () => {} })

const unknown = (because: unknown): string => `the journal could not be replayed: ${String(because)}`

/** What is wrong with the snapshot or with the journal behind it, or why that cannot be found out, or null. */
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
    return error instanceof LedgerCorrupt ? error.message : unknown(error)
  } finally {
    sections.close()
  }
}
