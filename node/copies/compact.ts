/**
 * ◆ `compact`: `level` written anew, so that what was erased from it is in no file of it any more. LevelDB keeps
 * deleted and replaced values in its files until it happens to merge them; a name or a word whose owner had it
 * erased would stay readable there for years. All rows that are there are copied into a new database, which
 * then takes the old one's name. Never the journal: nothing is ever erased from that.
 *
 * A crash leaves the old one or the new one, under its name or beside it, and the next start puts it right. What the file system does with the blocks it frees is beyond this program.
 */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { syncDirectory } from '../disk/durable.ts'
import { fillLevelStore, openLevelStore } from '../disk/level-store.ts'
import type { StoreRow } from '../store.ts'

/** Rewrites the store in `levelDir`, which no process has open. Rejects with a StoreError and leaves the old one. */
export async function compactStore(levelDir: string, onRows: (rows: number) => void = () => {}): Promise<{ rows: number }> {
  const [next, old] = besides(levelDir)
  finishCompaction(levelDir)
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

/** After a crash: the store has its name again, and nothing stands beside it. Every start asks for this first. */
export function finishCompaction(levelDir: string): void {
  const [next, old] = besides(levelDir)
  // Between the two renames: the new one is whole by then, but the old one is it for certain.
  if (!existsSync(levelDir) && existsSync(old)) renameSync(old, levelDir)
  for (const left of [next, old]) rmSync(left, { recursive: true, force: true })
}

const besides = (levelDir: string): [next: string, old: string] => [`${levelDir}.new`, `${levelDir}.old`]

async function* counted(rows: AsyncIterable<StoreRow>, onRows: (rows: number) => void): AsyncGenerator<StoreRow> {
  let count = 0
  for await (const row of rows) {
    yield row
    onRows(++count)
  }
}
