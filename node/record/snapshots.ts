/**
 * ◆ The snapshot of a data directory: read at a start, recomputed behind it, written when the hub is quiet and when
 * it stops, thrown away at the first doubt. Whatever goes wrong with one is said and costs a replay, nothing else.
 *
 * It is written under a key that is made of the hub's log key and used for nothing else, so what this hub has not
 * written itself is never taken for its memory. Nobody else can check that, and nobody is asked to believe it.
 */
import { hkdfSync } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { journalDirectory } from './founding.ts'
import type { From } from '../disk/journal.ts'
import type { KeyPair } from '../disk/keystore.ts'
import type { Log } from '../ports.ts'
import { programId } from './program.ts'
import { beginRecomputation, recomputed, type Recomputation } from './recomputation.ts'
import { readSections, type Unread, writeSections } from '../disk/section-file.ts'
import { sectionsOf, type Snapshot, snapshotIn } from './snapshot.ts'

/** Entries after which a snapshot is worth writing; reading so many again takes a fraction of a second. */
export const SNAPSHOT_EVERY = 10_000
/** Entries that are replayed at once: in less time than a process takes to start. */
const AT_ONCE_MAX = 1_000

export type Snapshots = {
  /** How many entries the newest one has; 0 without one. */
  readonly size: number
  /** What it says; null when there is none that is beyond doubt. Once: what it is made of becomes the reader's own. */
  read(): Promise<Snapshot | null>
  /** Replays the journal up to where a snapshot that was read goes on, and compares with that; a long one in another process. */
  recompute(size: number, from: From, onProgress: (done: number) => void): Recomputation
  /** Puts a new one in its place. Resolves also when that was not possible. */
  write(snapshot: Snapshot): Promise<void>
  discard(because: string): void
}

export const snapshotDirectory = (dataDir: string): string => join(dataDir, 'snapshot')

/** Domain separation as in `ledger/keys.ts`: a context of its own, which no signature has. */
export const snapshotKey = (logSecret: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', logSecret, new Uint8Array(), 'cv/snapshot\0', 32))

/**
 * The snapshots of a data directory, whose lock the caller holds, of the log with this key. The newest is being read
 * from here on.
 */
export function snapshotsIn(dataDir: string, logKey: KeyPair, log: Log, atOnceMax = AT_ONCE_MAX): Snapshots {
  const dir = snapshotDirectory(dataDir)
  const file = join(dir, 'latest')
  const key = snapshotKey(logKey.secret)
  const reading = readSections(file, key)
  let size = 0

  function discard(because: string): void {
    log.warn('the snapshot is thrown away; the ledger is replayed from its journal', { because })
    rmSync(dir, { recursive: true, force: true })
    size = 0
  }

  return {
    get size() {
      return size
    },
    async read() {
      const sections = await reading
      if (sections === 'missing') return null
      if (typeof sections === 'string') {
        discard(unreadBecause[sections])
        return null
      }
      try {
        const snapshot = snapshotIn(sections, programId(), logKey.publicKey)
        if (typeof snapshot === 'string') {
          discard(snapshot)
          return null
        }
        size = snapshot.known.state.tree.size
        return snapshot
      } catch (error) {
        discard(String(error))
        return null
      } finally {
        sections.close()
      }
    },
    recompute(size, from, onProgress) {
      const asked = { journal: journalDirectory(dataDir), to: from, file, key }
      return size <= atOnceMax ? recomputed(asked) : beginRecomputation(asked, onProgress)
    },
    async write(snapshot) {
      const reached = snapshot.known.state.tree.size
      const sections = sectionsOf(snapshot, programId())
      if (sections === null) return
      try {
        await writeSections(file, key, sections)
        size = reached
      } catch (error) {
        log.warn('a snapshot could not be written; the next start replays more', { error: String(error) })
      }
    },
    discard,
  }
}

const unreadBecause: Record<Exclude<Unread, 'missing'>, string> = {
  torn: 'it is not whole',
  foreign: 'it is damaged, or was not written by this hub',
}
