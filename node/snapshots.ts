/**
 * ◆ The snapshot of a data directory: read at a start, written when the hub is quiet and when it stops, thrown away
 * at the first doubt. Whatever goes wrong with one is said and costs a replay, nothing else.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Snapshot } from './own-log.ts'
import type { Log } from './ports.ts'
import { openSections, writeSections } from './section-file.ts'
import { knownFrom, sectionsOf } from './snapshot.ts'

/** Entries after which a snapshot is worth writing; reading so many again takes a fraction of a second. */
export const SNAPSHOT_EVERY = 10_000

export type Snapshots = {
  /** How many entries the newest one has; 0 without one. */
  readonly size: number
  /** What it says of the log with this key; null when there is none that is beyond doubt. */
  read(logKey: Uint8Array): Snapshot | null
  /** Puts a new one in its place. Resolves also when that was not possible. */
  write(snapshot: Snapshot): Promise<void>
  discard(because: string): void
}

export const snapshotDirectory = (dataDir: string): string => join(dataDir, 'snapshot')

/** The snapshots of a data directory, whose lock the caller holds. */
export function snapshotsIn(dataDir: string, log: Log): Snapshots {
  const dir = snapshotDirectory(dataDir)
  const file = join(dir, 'latest')
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
    read(logKey) {
      const sections = openSections(file)
      if (sections === null) return null
      try {
        const snapshot = knownFrom(sections, logKey)
        if (snapshot === null) discard('it is not whole, or not of this log')
        else size = snapshot.known.state.tree.size
        return snapshot
      } catch (error) {
        discard(String(error))
        return null
      } finally {
        sections.close()
      }
    },
    async write({ known, from }) {
      const reached = known.state.tree.size
      const sections = sectionsOf(known, from)
      if (sections === null) return
      try {
        await writeSections(file, sections)
        size = reached
      } catch (error) {
        log.warn('a snapshot could not be written; the next start replays more', { error: String(error) })
      }
    },
    discard,
  }
}
