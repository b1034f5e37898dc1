/**
 * ◆ `restore FROM --data DIR`: a data directory out of a backup. Everything is checked before it counts: the
 * files against the manifest before they are read, the new directory as `verify` does after it is written.
 * The ledger gets its name last, so that a restore that was cut off left no hub behind.
 *
 * What was restored is marked as such, and the hub that starts on it knows that it has said more than it
 * remembers (`recovery.ts`): it first fetches from the other cities what they keep of its log, and goes on
 * once its stewards have signed.
 */
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fromHex } from '#ledger/bytes.ts'
import { copyFiles, type Manifest } from './backup.ts'
import { copyJournal, storeRowsIn } from './copying.ts'
import { keepFormat } from '../disk/data-format.ts'
import { makeDirectory, syncDirectory } from '../disk/durable.ts'
import { journalDirectory, storeDirectory, votesDirectory } from '../record/founding.ts'
import { JournalError } from '../disk/journal.ts'
import { fillLevelStore } from '../disk/level-store.ts'
import { markRestored } from '../disk/run-marker.ts'
import { checkManifest, readManifest, verifiedTable, verifyDirectory } from './verify.ts'

export type RestoreFault = 'not-a-backup' | 'damaged' | 'not-empty' | 'keys-missing' | 'cannot-write'

/** Why nothing was restored, in a sentence that says what to do. */
export class RestoreError extends Error {
  readonly code: RestoreFault
  constructor(code: RestoreFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RestoreError'
    this.code = code
  }
}

/** Bytes written so far, and frames or entries among them. */
export type OnRestored = (step: 'copying' | 'verifying', bytes: number, frames: number) => void

/** What may stand in the directory before: the keys, brought from their own backup, and the configuration. */
const mayStand: ReadonlySet<string> = new Set(['keys', 'hub.toml', 'lock'])

/**
 * Restores the backup in `from` into `dataDir`, whose lock the caller holds. Rejects with a RestoreError; what it had
 * written by then is taken away again.
 */
export async function restoreBackup(from: string, dataDir: string, onProgress: OnRestored = () => {}): Promise<Manifest> {
  const manifest = manifestOf(from)
  makeDirectory(dataDir)
  const stands = readdirSync(dataDir).find((name) => !mayStand.has(name))
  if (stands !== undefined) {
    throw new RestoreError('not-empty', `${dataDir} holds "${stands}" already: a backup is restored into an empty directory. `
      + 'Give another with --data, or move what is there away; do not delete it before the hub runs again.')
  }
  if (!manifest.withKeys && !existsSync(join(dataDir, 'keys'))) {
    throw new RestoreError('keys-missing', `this backup was made without the hub’s keys: put them into ${join(dataDir, 'keys')} first `
      + '(mode 700, six files of mode 600), from where you keep them.')
  }
  const written: string[] = []
  try {
    await write(from, dataDir, manifest, written, onProgress)
    return manifest
  } catch (error) {
    for (const path of written) rmSync(path, { recursive: true, force: true })
    if (error instanceof RestoreError) throw error
    if (error instanceof JournalError && error.code === 'corrupt') throw new RestoreError('damaged', error.message, { cause: error })
    const isSystem = typeof (error as NodeJS.ErrnoException).code === 'string'
    if (!isSystem) throw error
    throw new RestoreError('cannot-write', `the backup could not be restored to ${dataDir}: ${(error as Error).message}`, { cause: error })
  }
}

function manifestOf(from: string): Manifest {
  if (!existsSync(from)) throw new RestoreError('not-a-backup', `there is no ${from}`)
  let manifest: Manifest
  try {
    manifest = readManifest(from)
  } catch (error) {
    throw new RestoreError('not-a-backup', (error as Error).message, { cause: error })
  }
  try {
    checkManifest(from)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new RestoreError('damaged', `the backup in ${from} is damaged: ${error.message}. Nothing was restored; take an older or another copy.`, { cause: error })
  }
  return manifest
}

async function write(from: string, dataDir: string, manifest: Manifest, written: string[], onProgress: OnRestored): Promise<void> {
  const identity = fromHex(manifest.hubId)!
  const journal = `${journalDirectory(dataDir)}.new`
  let bytes = 0
  let frames = 0
  const onCopied = (more: number, count: number): void => onProgress('copying', (bytes += more), (frames += count))
  const making = (path: string): string => {
    written.push(path)
    return path
  }
  await copyJournal(join(from, 'journal'), making(journal), identity, onCopied)
  await copyJournal(join(from, 'votes'), making(votesDirectory(dataDir)), identity, onCopied)
  await fillLevelStore(making(storeDirectory(dataDir)), storeRowsIn(join(from, 'store')))
  if (manifest.withKeys && !existsSync(join(dataDir, 'keys'))) {
    copyFiles(join(from, 'keys'), making(join(dataDir, 'keys')))
  }
  copyFiles(join(from, 'evidence'), making(join(dataDir, 'evidence')))
  const config = join(dataDir, 'hub.toml')
  if (existsSync(join(from, basename(config))) && !existsSync(config)) copyFileSync(join(from, basename(config)), making(config))
  written.push(join(dataDir, 'run-word'), join(dataDir, 'format'))
  keepFormat(dataDir)
  markRestored(dataDir)

  const verified = await verifyDirectory(dataDir, { journal, onProgress: (done, entries) => onProgress('verifying', done, entries) })
  if (verified.checks.some(({ outcome }) => outcome === 'failed')) {
    throw new RestoreError('damaged', `what was restored is not in order, and was taken away again:\n${verifiedTable(verified)}`)
  }
  const { count } = verified.checks.find(({ name }) => name === 'ledger')!
  if (count !== manifest.entries) {
    throw new RestoreError('damaged', `the backup holds ${count} entries, and its manifest says ${manifest.entries}`)
  }
  renameSync(journal, journalDirectory(dataDir))
  syncDirectory(dataDir)
}
