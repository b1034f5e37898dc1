/**
 * ◆ Which program this is: the SHA-256 of the sources that decide what a journal replays to and how that is kept.
 *
 * What an older program, or one that somebody has changed, came to by its rules is nothing to start from. A number of
 * a version would have to be remembered by whoever changes a rule; the sources themselves cannot be forgotten.
 * Read once, when the process starts: what is put in their place later is another program's.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rules, and how what they come to is laid out in a snapshot. */
const ROOM = 'ledger'
const KEPT_BY = ['disk/places.ts', 'disk/uint32-list.ts', 'record/snapshot.ts', 'record/timeline.ts'].map((name) => `node/${name}`)

let known: Uint8Array | null = null

/** 32 bytes: the hash over each file's path, length and bytes, by path. */
export function programId(): Uint8Array {
  return (known ??= idOf(join(import.meta.dirname, '..', '..')))
}

/** The same of the sources in another checkout. */
export function idOf(root: string): Uint8Array {
  const rules = readdirSync(join(root, ROOM), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts')).map((name) => `${ROOM}/${name.replaceAll('\\', '/')}`)
  const hash = createHash('sha256')
  for (const path of [...rules, ...KEPT_BY].sort()) {
    const bytes = readFileSync(join(root, path))
    hash.update(`${path}\0${bytes.length}\0`)
    hash.update(bytes)
  }
  return new Uint8Array(hash.digest())
}
