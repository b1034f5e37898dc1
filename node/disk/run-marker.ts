/**
 * ◆ Is this the directory that was in use last? Two notes carry the same random word, one inside the data
 * directory and one outside of whatever is backed up (`$XDG_STATE_HOME/tongyi`). A restored backup brings an
 * old word back, or none, and the hub then goes on only in a new generation (`recovery.ts`).
 *
 * The words are renewed at each start of a directory that is known, and of one that was restored only when its
 * restore stands in the record: however often it is started before, it is still a restored one.
 *
 * Two files cannot be changed at once, so they are changed in three steps, in which the outer note says first that
 * it is one word ahead, of which word, and what the directory held then:
 *
 *     inside  7d10…        outside  7d10…
 *     inside  7d10…        outside  e94b… 7d10… <holds>
 *     inside  e94b…        outside  e94b… 7d10… <holds>
 *     inside  e94b…        outside  e94b…
 *
 * A hub that was killed between two of them is the same at its next start. Nothing is said in between, so an older
 * copy of the directory that brings the old word is known by what it holds: less than that, or something else.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { toHex } from '#ledger/bytes.ts'
import { makeDirectory, syncDirectory } from './durable.ts'
import type { Entropy } from '../ports.ts'

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
/** Stands outside for the word of a directory that has none yet. */
const NONE = 'none'

const insideOf = (dataDir: string): string => join(dataDir, 'run-word')

/**
 * `isNew`: this ledger holds nothing but its founding, so that there need be no notes yet. `holds`: what the directory
 * holds now, in one word that no two states of it share.
 */
export function openRunMarker(
  dataDir: string, hubId: Uint8Array, isNew: boolean, holds: () => string, env: NodeJS.ProcessEnv, entropy: Entropy,
): RunMarker {
  const stateDir = join(env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'state'), 'tongyi')
  makeDirectory(stateDir)
  const inside = insideOf(dataDir)
  const outside = join(stateDir, toHex(hubId).slice(0, 16))
  const word = wordIn(inside)
  const [current = null, before, held] = wordIn(outside)?.split(' ') ?? []
  const isOneBehind = before === (word ?? NONE) && held === holds()
  return {
    isSame: (word === current || isOneBehind) && word !== RESTORED && (word !== null || isNew),
    takeUp() {
      const next = toHex(entropy.bytes(16))
      write(outside, `${next} ${wordIn(inside) ?? NONE} ${holds()}`)
      write(inside, next)
      write(outside, next)
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
