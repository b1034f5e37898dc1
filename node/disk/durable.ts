/**
 * ◆ Directories that survive a power cut. A file whose bytes were synced is still lost when the
 * entry that names it was not: POSIX promises nothing about a directory before the directory itself
 * is synced. Whoever creates, renames or removes a file that must outlive the machine calls
 * `syncDirectory` afterwards.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/**
 * Creates `dir` and what is missing above it, for its owner alone (0700), and makes the new names
 * durable.
 */
export function makeDirectory(dir: string): void {
  const first = mkdirSync(dir, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  const top = dirname(resolve(first))
  for (let parent = dirname(resolve(dir)); ; parent = dirname(parent)) {
    syncDirectory(parent)
    if (parent === top || parent === dirname(parent)) return
  }
}

/** Makes the names in `dir` durable. Throws the system's own error. */
export const syncDirectory = (dir: string): void => syncFile(dir)

/** Makes everything in `dir` durable, files and names, and what is below it. Throws the system's own error. */
export function syncTree(dir: string): void {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) syncTree(path)
    else syncFile(path)
  }
  syncDirectory(dir)
}

/** Makes the bytes of a file durable that was written by somebody else. Throws the system's own error. */
export function syncFile(file: string): void {
  const fd = openSync(file, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
