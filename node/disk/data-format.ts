/**
 * ◆ The version of a data directory: one line in its file `format`, read before anything else is opened. A
 * directory that a newer program wrote is left exactly as it is. Directories written before there was such a
 * file have format 1.
 *
 * It changes when an older program could not go on with the directory: not for something derived that it would
 * throw away and make again.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { makeDirectory, syncDirectory } from './durable.ts'

/** What this program writes, and the newest it reads. */
export const DATA_FORMAT = 1
const FILE = 'format'
const LINE = /^tongyi-data (\d{1,9})\n$/

/** A directory that this program must not touch. */
export class UnknownFormat extends Error {
  readonly code = 'unknown-format'
  constructor(message: string) {
    super(message)
    this.name = 'UnknownFormat'
  }
}

/** Throws UnknownFormat for a directory that a newer program wrote, or whose format cannot be read. Changes nothing. */
export function requireFormat(dataDir: string): void {
  const file = join(dataDir, FILE)
  const text = readIfThere(file)
  if (text === null) return
  const found = LINE.exec(text)?.[1]
  if (found === undefined) {
    throw new UnknownFormat(
      `${file} is damaged: it should be one line "tongyi-data ${DATA_FORMAT}", or another number. Nothing was changed. Bring it back `
        + 'from a backup.',
    )
  }
  if (Number(found) > DATA_FORMAT) {
    throw new UnknownFormat(
      `${dataDir} has data format ${found}, and this program knows ${DATA_FORMAT}. Nothing was changed. Start it with the newer `
        + 'program that wrote it, or go on with a backup from before.',
    )
  }
}

/** Writes down the format of a directory that has none yet; the caller holds its lock. */
export function keepFormat(dataDir: string): void {
  const file = join(dataDir, FILE)
  if (readIfThere(file) !== null) return
  makeDirectory(dataDir)
  const fd = openSync(`${file}.new`, 'w', 0o600)
  try {
    writeSync(fd, `tongyi-data ${DATA_FORMAT}\n`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(`${file}.new`, file)
  syncDirectory(dataDir)
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    // A path that is no directory is told by whoever takes its lock, with what to do.
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}
