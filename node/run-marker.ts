/**
 * ◆ Is this the directory that was in use last? Two notes carry the same random word, one inside the data
 * directory and one outside of whatever is backed up (`$XDG_STATE_HOME/tongyi`). A restored backup brings an
 * old word back, and the fence then knows that silence of the other cities is no proof of anything.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { toHex } from '#ledger/bytes.ts'
import type { Entropy } from './ports.ts'

/** Compares the two notes and gives both a new word. True also when there were none yet. */
export function takeUpDirectory(dataDir: string, hubId: Uint8Array, env: NodeJS.ProcessEnv, entropy: Entropy): boolean {
  const stateDir = join(env['XDG_STATE_HOME'] ?? join(env['HOME'] ?? homedir(), '.local', 'state'), 'tongyi')
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const inside = join(dataDir, 'run-word')
  const outside = join(stateDir, toHex(hubId).slice(0, 16))
  const same = wordIn(inside) === wordIn(outside)
  const word = toHex(entropy.bytes(16))
  // Outside first: a crash between the two is taken for a restored backup, which is only more careful.
  for (const path of [outside, inside]) {
    writeFileSync(`${path}.new`, word, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  return same
}

function wordIn(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
