/**
 * ◆ `backup DIR`: a copy of everything that makes a hub, taken while it works. A backup is a directory:
 *
 *     manifest.json   what it is of, when, how much, and the size and SHA-256 of every other file
 *     journal/        the ledger up to a seal     votes/   what the hub bound itself to
 *     store/          the rows of `level`, as a journal     evidence/  what convicts a hub, if anything does
 *     hub.toml        if there is one             keys/    only if asked for
 *
 * Never in it: the word of the last run, whose absence is how a restored hub knows itself; mirrors of other
 * cities, which are fetched again; what is only of this run. The order matters: the ledger first, so that the
 * words and votes that belong to its entries are at least as new as they.
 *
 * It appears under its name only when all of it is on the disk.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Origin } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { parseGenesis, parseRecord } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { copyJournal, copyStore, fingerprintOf } from './copying.ts'
import { makeDirectory, syncDirectory } from '../disk/durable.ts'
import { journalDirectory, votesDirectory } from '../record/founding.ts'
import { frameTypes } from '../record/frames.ts'
import { readJournal } from '../disk/journal.ts'
import type { Store } from '../store.ts'

export type BackupFile = { path: string; bytes: number; sha256: string }
export type Manifest = {
  format: 1
  hubId: string
  origin: Origin
  /** Seconds since 1970. */
  made: number
  entries: number
  withKeys: boolean
  files: BackupFile[]
}

export type BackupFault = 'exists' | 'not-a-ledger' | 'cannot-write'

/** Why there is no backup, in a sentence that says what to do. */
export class BackupError extends Error {
  readonly code: BackupFault
  constructor(code: BackupFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'BackupError'
    this.code = code
  }
}

/** How far it is: bytes copied of about so many, and frames (records, seals, rows) among them. */
export type BackupProgress = { bytes: number; bytesTotal: number; frames: number }

export type BackupRequest = {
  dataDir: string
  /** The directory to make; it must not be there. */
  to: string
  store: Store
  withKeys: boolean
  now: number
  onProgress?: (progress: BackupProgress) => void
}

export const manifestFile = (dir: string): string => join(dir, 'manifest.json')
const KEYS = 'keys'
const EVIDENCE = 'evidence'
const CONFIG = 'hub.toml'

/** Copies; rejects with a BackupError, or a JournalCorrupt when the disk gives back other bytes than were written. */
export async function writeBackup({ dataDir, to, store, withKeys, now, onProgress }: BackupRequest): Promise<Manifest> {
  if (existsSync(to)) throw new BackupError('exists', `${to} is there already: give a name that is not`)
  const { hubId, origin } = foundingIn(journalDirectory(dataDir))
  const unfinished = `${to}.part`
  const bytesTotal = [journalDirectory(dataDir), votesDirectory(dataDir), join(dataDir, 'level')].reduce((sum, dir) => sum + bytesIn(dir), 0)
  let bytes = 0
  let frames = 0
  const onCopied = (more: number, count: number): void => {
    bytes += more
    frames += count
    onProgress?.({ bytes, bytesTotal: Math.max(bytes, bytesTotal), frames })
  }
  try {
    rmSync(unfinished, { recursive: true, force: true })
    makeDirectory(unfinished)
    const { records } = await copyJournal(journalDirectory(dataDir), join(unfinished, 'journal'), hubId, onCopied)
    await copyJournal(votesDirectory(dataDir), join(unfinished, 'votes'), hubId, onCopied)
    await copyStore(store.rows(), join(unfinished, 'store'), hubId, onCopied)
    if (existsSync(join(dataDir, CONFIG))) copyFileSync(join(dataDir, CONFIG), join(unfinished, CONFIG))
    for (const name of withKeys ? [EVIDENCE, KEYS] : [EVIDENCE]) copyFiles(join(dataDir, name), join(unfinished, name))
    const files = filesIn(unfinished).map((path) => ({ path, ...fingerprintOf(join(unfinished, path), { sync: true }) }))
    const manifest: Manifest = { format: 1, hubId: toHex(hubId), origin, made: now, entries: records, withKeys, files }
    writeFileSync(manifestFile(unfinished), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
    fingerprintOf(manifestFile(unfinished), { sync: true })
    for (const dir of new Set([...files.map(({ path }) => dirname(path)), '.'])) syncDirectory(join(unfinished, dir))
    renameSync(unfinished, to)
    syncDirectory(dirname(to))
    return manifest
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error
    throw new BackupError('cannot-write', `the backup could not be written to ${to}: ${(error as Error).message}`, { cause: error })
  }
}

/** The files of a directory, if it is there, into a new one that only its owner may read. */
export function copyFiles(from: string, to: string): void {
  if (!existsSync(from)) return
  mkdirSync(to, { mode: 0o700 })
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name))
  syncDirectory(to)
}

/** Paths of all files below `dir`, relative to it, ascending. */
export function filesIn(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name))).sort()
}

function foundingIn(journal: string): { hubId: Uint8Array; origin: Origin } {
  for (const { frame: { type, payload } } of readJournal(journal)) {
    const entry = type === frameTypes.record ? parseRecord(payload) : null
    const genesis = entry?.action.kind === 'hub.founded' ? entry.action.genesis : null
    if (entry === null || genesis === null || parseGenesis(genesis) === null) break
    return { hubId: sha256(genesis), origin: entry.origin }
  }
  throw new BackupError('not-a-ledger', `${journal} does not begin with the founding of a hub`)
}

const bytesIn = (dir: string): number =>
  existsSync(dir) ? filesIn(dir).reduce((sum, path) => sum + (statSync(join(dir, path), { throwIfNoEntry: false })?.size ?? 0), 0) : 0
