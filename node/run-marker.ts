/**
 * ◆ Is this the directory that was in use last? Two notes carry the same random word, one inside the data
 * directory and one outside of whatever is backed up (`$XDG_STATE_HOME/tongyi`). A restored backup brings an
 * old word back, or none, and the hub then goes on only in a new generation (`recovery.ts`).
 *
 * The words are renewed at each start of a directory that is known, and of one that was restored only when its
 * restore stands in the record: however often it is started before, it is still a restored one.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { toHex } from '#ledger/bytes.ts'
import { makeDirectory, syncDirectory } from './durable.ts'
import type { Entropy } from './ports.ts'

export type RunMarker = {
  /** The two notes say the same. */
  readonly isSame: boolean
  /** From now on this is the directory in use: a new word in both. */
  takeUp(): void
  /** This directory has turned out to be older than what this hub has said: from now on it counts as restored. */
  doubt(): void
}

/** Written by `restore` as the word inside; no start ever draws it. */
const RESTORED = 'restored'

const insideOf = (dataDir: string): string => join(dataDir, 'run-word')

/** `isNew`: this ledger holds nothing but its founding, so that there need be no notes yet. */
export function openRunMarker(
  dataDir: string, hubId: Uint8Array, isNew: boolean, env: NodeJS.ProcessEnv, entropy: Entropy,
): RunMarker {
  const stateDir = join(env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'state'), 'tongyi')
  makeDirectory(stateDir)
  const inside = insideOf(dataDir)
  const outside = join(stateDir, toHex(hubId).slice(0, 16))
  const word = wordIn(inside)
  return {
    isSame: word === wordIn(outside) && word !== RESTORED && (word !== null || isNew),
    takeUp() {
      const next = toHex(entropy.bytes(16))
      // Outside first: a crash between the two is taken for a restored backup, which is only more careful.
      for (const path of [outside, inside]) write(path, next)
    },
    doubt: () => markRestored(dataDir),
  }
}

/** Makes a directory one that was restored from a backup, whatever it was before. */
export const markRestored = (dataDir: string): void => write(insideOf(dataDir), RESTORED)

/** Durable when it returns: a doubt that a power cut takes back would be a fork. */
function write(path: string, word: string): void {
  const fd = openSync(`${path}.new`, 'w', 0o600)
  try {
    writeSync(fd, word)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(`${path}.new`, path)
  syncDirectory(dirname(path))
}

function wordIn(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
