/**
 * ◆ `verify [DIR]`: whether a data directory, or a backup of one, is whole, without changing a byte of what is kept
 * in it.
 *
 * Every frame of every journal is read and its CRC checked; the ledger is replayed and audited as an outsider
 * would; the votes are read as the hub reads them; every row of the store is read; the keys are those that the
 * ledger names; a backup's files are those of its manifest. The store is opened as a copy, because LevelDB
 * writes when it opens; beside a hub that runs it is not checked, since its files change meanwhile.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equalBytes } from '#ledger/bytes.ts'
import { ownCard, type State } from '#ledger/state/state.ts'
import { offenceText } from '../audit/audit-table.ts'
import { filesIn, type Manifest, manifestFile } from './backup.ts'
import { fingerprintOf, storeRowsIn } from './copying.ts'
import { DirectoryLockError, lockDirectory } from '../disk/directory-lock.ts'
import { journalDirectory, mirrorsDirectory, storeDirectory, votesDirectory } from '../record/founding.ts'
import { type Frame, JournalError, readJournal } from '../disk/journal.ts'
import { type HubKeys, KeystoreError, openKeystore } from '../disk/keystore.ts'
import { openLevelStore } from '../disk/level-store.ts'
import { auditInPool, LogChanged } from '../audit/parallel-audit.ts'
import { journalPieces, type Watch } from '../audit/pieces.ts'
import { grouped } from '../progress.ts'
import { StoreError } from '../store.ts'
import { openVerifierPool } from '../signatures/verifier-pool.ts'
import { openVotes } from '../cities/settlement/votes.ts'

export type CheckName = 'manifest' | 'ledger' | 'votes' | 'store' | 'keys' | 'mirrors'
/** One row of the verdict: how many things were well, and what was not or why it was not looked at. */
export type Check = { name: CheckName; outcome: 'ok' | 'failed' | 'not-checked'; count: number; unit: string; said: string | null }

export type Verified = { dir: string; isBackup: boolean; checks: Check[] }

export type VerifyOptions = {
  /** Where the ledger's journal is, if it has not got its name yet (`restore`). */
  journal?: string
  onProgress?: (bytes: number, entries: number) => void
}

/** Checks everything there; rejects only for a bug of ours or a disk that cannot be read at all. */
export async function verifyDirectory(dir: string, { journal = journalDirectory(dir), onProgress }: VerifyOptions = {}): Promise<Verified> {
  const isBackup = existsSync(manifestFile(dir))
  const checks: Check[] = []
  if (isBackup) checks.push(attempt('manifest', 'files', () => checkManifest(dir)))
  const ledger = await checkLedger(journal, onProgress)
  checks.push(ledger.check)
  checks.push(attempt('votes', 'frames', () => countVotes(votesDirectory(dir))))
  checks.push(isBackup ? attempt('store', 'rows', () => countOf(storeRowsIn(join(dir, 'store')))) : await checkStore(dir))
  checks.push(await checkKeys(dir, ledger.state, isBackup))
  if (!isBackup) checks.push(attempt('mirrors', 'records', () => countMirrors(mirrorsDirectory(dir))))
  return { dir, isBackup, checks }
}

/** The verdict as a table for a person. */
export function verifiedTable({ dir, isBackup, checks }: Verified): string {
  const lines = checks.map(({ name, outcome, count, unit, said }) => {
    const found = outcome === 'ok' ? `${grouped(count)} ${unit} ok` : outcome === 'failed' ? 'FAILED' : 'not checked'
    return `${name.padEnd(10)}${found}${said === null ? '' : `: ${said}`}`
  })
  const failed = checks.filter(({ outcome }) => outcome === 'failed').length
  const verdict = failed === 0 ? 'Everything that was checked is in order.' : `${failed} of ${checks.length} checks failed. Nothing was changed.`
  return `${dir}${isBackup ? ' (a backup)' : ''}\n${lines.join('\n')}\n${verdict}\n`
}

/** 0 all that was checked is in order; 1 something is not; 2 there is no ledger to check. */
export const exitCodeOf = ({ checks }: Verified): 0 | 1 | 2 => {
  const ledger = checks.find(({ name }) => name === 'ledger')
  if (ledger?.outcome === 'not-checked') return 2
  return checks.some(({ outcome }) => outcome === 'failed') ? 1 : 0
}

/** Reads a backup's manifest. Throws a RangeError when it is none. */
export function readManifest(dir: string): Manifest {
  let found: Partial<Manifest> | null
  try {
    found = JSON.parse(readFileSync(manifestFile(dir), 'utf8')) as Partial<Manifest> | null
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new RangeError(isMissing
      ? `${dir} is no backup: it has no manifest.json. Give the directory that \`backup\` wrote.`
      : `${manifestFile(dir)} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  if (found === null || typeof found !== 'object' || !('format' in found)) throw new RangeError(`${manifestFile(dir)} is no manifest of a backup`)
  if (found.format !== 1) throw new RangeError(`${manifestFile(dir)} is of format ${String(found.format)}: use the newer program that wrote it`)
  const { hubId, origin, made, entries, withKeys, files } = found
  const isWhole = typeof hubId === 'string' && /^[0-9a-f]{64}$/.test(hubId) && typeof origin === 'string' && typeof made === 'number'
    && typeof entries === 'number' && typeof withKeys === 'boolean' && Array.isArray(files) && files.every(isFile)
  if (!isWhole) throw new RangeError(`${manifestFile(dir)} is no manifest of a backup`)
  return found as Manifest
}

const isFile = (file: unknown): boolean => {
  const { path, bytes, sha256 } = (file ?? {}) as Record<string, unknown>
  // Nothing that leads out of the backup.
  return typeof path === 'string' && /^[\w-]+(\/[\w.-]+)*(\.toml)?$/.test(path) && !path.includes('..') && typeof bytes === 'number' && typeof sha256 === 'string'
}

/** Every file as it was written, and none besides. Throws a RangeError that names the first that is not. */
export function checkManifest(dir: string): number {
  const { files } = readManifest(dir)
  const known = new Set(files.map(({ path }) => path))
  for (const { path, bytes, sha256 } of files) {
    const file = join(dir, path)
    if (!existsSync(file)) throw new RangeError(`${path} is missing`)
    const found = fingerprintOf(file)
    if (found.bytes !== bytes) throw new RangeError(`${path} has ${found.bytes} bytes, not ${bytes}`)
    if (found.sha256 !== sha256) throw new RangeError(`${path} is not what was written (SHA-256)`)
  }
  const stray = filesIn(dir).find((path) => !known.has(path) && path !== 'manifest.json')
  if (stray !== undefined) throw new RangeError(`${stray} does not belong to this backup`)
  return files.length
}

/** A check that counts, or says what it met; what it does not expect goes up. */
function attempt(name: CheckName, unit: string, work: () => number): Check {
  try {
    return { name, outcome: 'ok', count: work(), unit, said: null }
  } catch (error) {
    return failed(name, unit, error)
  }
}

function failed(name: CheckName, unit: string, error: unknown): Check {
  const known = error instanceof RangeError || error instanceof JournalError || error instanceof StoreError
    || error instanceof KeystoreError || error instanceof LogChanged || (error instanceof Error && 'syscall' in error)
  if (!known) throw error
  return { name, outcome: 'failed', count: 0, unit, said: error.message }
}

async function checkLedger(
  journal: string, onProgress: VerifyOptions['onProgress'],
): Promise<{ check: Check; state: State | null }> {
  const row = { name: 'ledger', unit: 'entries' } as const
  if (!existsSync(journal)) return { check: { ...row, outcome: 'not-checked', count: 0, said: `there is no ${journal}` }, state: null }
  let watch: Watch = { bytes: 0, notes: [] }
  const readAnew = () => journalPieces(journal, watch = { bytes: 0, notes: [] })
  const pool = openVerifierPool()
  try {
    const { offence, entries, state } = await auditInPool(readAnew, pool, (entries) => onProgress?.(watch.bytes, entries))
    const said = [...(offence === null ? [] : [offenceText(offence)]), ...watch.notes].join(' ')
    return { check: { ...row, outcome: offence === null ? 'ok' : 'failed', count: entries, said: said === '' ? null : said }, state }
  } catch (error) {
    return { check: failed('ledger', 'entries', error), state: null }
  } finally {
    await pool.close()
  }
}

/** As the hub reads them at its start, which refuses to go on without one. */
function countVotes(dir: string): number {
  if (!existsSync(dir)) throw new RangeError(`there is no ${dir}`)
  const frames: Frame[] = []
  for (const { frame: { type, payload } } of readJournal(dir)) frames.push({ type, payload: payload.slice() })
  try {
    openVotes({ frames, append: async () => {} })
  } catch (error) {
    throw new RangeError((error as Error).message, { cause: error })
  }
  return frames.length
}

function countOf(items: Iterable<unknown>): number {
  let count = 0
  for (const _ of items) count++
  return count
}

async function checkStore(dir: string): Promise<Check> {
  const row = { name: 'store', unit: 'rows', count: 0 } as const
  if (!existsSync(storeDirectory(dir))) return { ...row, outcome: 'not-checked', said: 'there is none' }
  if (await isInUse(dir)) return { ...row, outcome: 'not-checked', said: 'a hub is running on this directory' }
  const copy = mkdtempSync(join(tmpdir(), 'verify-'))
  try {
    cpSync(storeDirectory(dir), copy, { recursive: true })
    const damaged: string[] = []
    const store = await openLevelStore(copy, (table, key) => void damaged.push(`${table} ${key}`))
    let count = 0
    try {
      for await (const _ of store.rows()) count++
    } finally {
      await store.close()
    }
    if (damaged.length > 0) throw new RangeError(`${damaged.length} values are not what was kept there, the first of them ${damaged[0]}`)
    return { ...row, outcome: 'ok', count, said: null }
  } catch (error) {
    return failed('store', 'rows', error)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Whether a hub holds this directory's lock; one that was never held is not made. */
async function isInUse(dir: string): Promise<boolean> {
  if (!existsSync(join(dir, 'lock'))) return false
  try {
    await (await lockDirectory(dir)).release()
    return false
  } catch (error) {
    if (error instanceof DirectoryLockError && error.code === 'directory-locked') return true
    throw error
  }
}

async function checkKeys(dir: string, state: State | null, isBackup: boolean): Promise<Check> {
  const row = { name: 'keys', unit: 'keys', count: 0 } as const
  if (!existsSync(join(dir, 'keys'))) {
    // A backup without them is a whole backup; a hub without them cannot go on as itself.
    return isBackup
      ? { ...row, outcome: 'not-checked', said: 'this backup was made without them' }
      : { ...row, outcome: 'failed', said: `there is no ${join(dir, 'keys')}: bring it back from the keys’ backup` }
  }
  try {
    const keys = await openKeystore(dir)
    const other = state === null ? null : otherKey(keys, state)
    if (other !== null) throw new RangeError(`keys/${other} is not the key that this ledger names: these are another hub’s keys`)
    return { ...row, outcome: 'ok', count: Object.keys(keys).length, said: state === null ? 'no ledger to compare them with' : null }
  } catch (error) {
    return failed('keys', 'keys', error)
  }
}

/** The first key that is not the one the ledger, or the hub's card in it, names; null when all are. */
export function otherKey(keys: HubKeys, state: State): string | null {
  const { hub } = state
  const card = ownCard(state)
  const named: [keyof HubKeys, Uint8Array | undefined][] = [
    ['log', hub.logKey], ['order', hub.orderKey], ['vote', card?.voteKey], ['cosigner', card?.cosignerKey],
    ['auditor', card?.auditorKey], ['peer', card?.peerKey],
  ]
  return named.find(([role, key]) => key !== undefined && !equalBytes(keys[role].publicKey, key))?.[0] ?? null
}

function countMirrors(dir: string): number {
  if (!existsSync(dir)) return 0
  return readdirSync(dir).reduce((sum, name) => (name.endsWith('.damaged') ? sum : sum + countOf(readJournal(join(dir, name)))), 0)
}
