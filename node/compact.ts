/**
 * ◆ `compact`: `level` written anew, so that what was erased from it is in no file of it any more. LevelDB keeps
 * deleted and replaced values in its files until it happens to merge them; a name or a word whose owner had it
 * erased would stay readable there for years. All rows that are there are copied into a new database, which
 * then takes the old one's name. Never the journal: nothing is ever erased from that.
 *
 * A crash leaves the old one or the new one under the name, and at the next run whatever is beside it is taken
 * away. What the file system does with the blocks it frees is beyond this program.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory } from './durable.ts'
import { fillLevelStore, openLevelStore } from './level-store.ts'
import type { StoreRow } from './store.ts'

/** Rewrites the store in `levelDir`, which no process has open. Rejects with a StoreError and leaves the old one. */
export async function compactStore(levelDir: string, onRows: (rows: number) => void = () => {}): Promise<{ rows: number }> {
  const next = `${levelDir}.new`
  const old = `${levelDir}.old`
  // A crash between the two renames of an earlier run.
  if (!existsSync(levelDir) && existsSync(old)) renameSync(old, levelDir)
  for (const left of [next, old]) rmSync(left, { recursive: true, force: true })
  const store = await openLevelStore(levelDir)
  let rows: number
  try {
    rows = await fillLevelStore(next, counted(store.rows(), onRows))
  } finally {
    await store.close()
  }
  renameSync(levelDir, old)
  renameSync(next, levelDir)
  syncDirectory(dirname(levelDir))
  rmSync(old, { recursive: true, force: true })
  return { rows }
}

async function* counted(rows: AsyncIterable<StoreRow>, onRows: (rows: number) => void): AsyncGenerator<StoreRow> {
  let count = 0
  for await (const row of rows) {
    yield row
    onRows(++count)
  }
}
