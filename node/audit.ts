/**
 * ◆ `audit TARGET…`: checks ledgers where they are: the data directory of a hub (also beside the running
 * hub: nothing is locked and nothing written), an export file, or a hub's address, from which the export is
 * fetched first. Everything is judged by `ledger/audit.ts`; here it is only read, watched and printed.
 *
 * Exit codes: 0 everything that was checked is in order; 1 an offence was found; 2 something could not be
 * read, and nothing that could was out of order.
 */
import { createWriteStream, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { auditTogether, type Verdict } from '#ledger/audit.ts'
import type { Piece } from '#ledger/export.ts'
import { type Audited, jsonOfAll, tableOf } from './audit-table.ts'
import { journalDirectory } from './founding.ts'
import { JournalError } from './journal.ts'
import { installNativeCrypto } from './native-crypto.ts'
import { auditInPool, LogChanged } from './parallel-audit.ts'
import { exportFile, journalPieces, Unreadable, type Watch } from './pieces.ts'
import { type ProgressStream, progressOn } from './progress.ts'
import { openVerifierPool, type VerifierPool } from './verifier-pool.ts'

export type AuditOptions = {
  json: boolean
  /** Takes the printed verdict. */
  out: (text: string) => void
  /** Where progress is shown; stderr unless a test wants to see it. */
  progress?: ProgressStream
}

/** How long an address may stay silent before it counts as nobody's. */
const BEGIN_MS = 15_000

/** Audits the targets, alone and against each other, prints one table, and answers the exit code. */
export async function runAudit(targets: string[], options: AuditOptions): Promise<0 | 1 | 2> {
  const { json, out, progress = process.stderr } = options
  installNativeCrypto()
  const pool = openVerifierPool()
  const audited: Audited[] = []
  try {
    for (const target of targets) audited.push(await auditTarget(target, progress, pool))
  } finally {
    await pool.close()
  }

  const verdicts = auditTogether(audited.flatMap((one) => (one.verdict === null ? [] : [one.verdict])))
  const results = audited.map((one): Audited => (one.verdict === null ? one : { ...one, verdict: verdicts.shift()! }))
  out(json ? `${JSON.stringify(jsonOfAll(results), null, 2)}\n` : tableOf(results))
  if (results.some(({ verdict }) => verdict !== null && verdict.offence !== null)) return 1
  return results.some(({ verdict }) => verdict === null) ? 2 : 0
}

async function auditTarget(target: string, progress: ProgressStream, pool: VerifierPool): Promise<Audited> {
  try {
    if (/^https?:\/\//.test(target)) return await auditAddress(target, progress, pool)
    if (!existsSync(target)) throw new Unreadable('there is no such file or directory')
    const isDirectory = statSync(target).isDirectory()
    return await (isDirectory ? auditDirectory(target, progress, pool) : auditFile(target, target, progress, pool))
  } catch (error) {
    const expected = error instanceof Unreadable || error instanceof LogChanged || error instanceof JournalError
      || isSystemError(error)
    if (!expected) throw error
    return { target, verdict: null, unreadable: adviceOn(error as Error), notes: [] }
  }
}

function adviceOn(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM' || (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EACCES') {
    return `${error.message}. Run this as the user the hub runs as, or audit an export of it.`
  }
  if (code === 'no-journal') {
    return `${error.message}. Give a hub’s data directory (it has "journal" in it) or an export file.`
  }
  return error.message
}

const isSystemError = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).syscall === 'string'

async function watched(
  target: string, total: number, progress: ProgressStream, pool: VerifierPool, read: (watch: Watch) => Iterable<Piece>,
): Promise<Audited> {
  let watch: Watch = { bytes: 0, notes: [] }
  const readAnew = (): Iterable<Piece> => read(watch = { bytes: 0, notes: [] })
  const bar = progressOn(progress, target, total)
  let verdict: Verdict
  try {
    verdict = await auditInPool(readAnew, pool, (entries) => bar.advance(watch.bytes, entries))
  } finally {
    bar.end()
  }
  return { target, verdict, unreadable: null, notes: watch.notes }
}

function auditDirectory(target: string, progress: ProgressStream, pool: VerifierPool): Promise<Audited> {
  // The journal's own directory will do as well.
  const inside = journalDirectory(target)
  const journal = existsSync(inside) ? inside : target
  const segments = readdirSync(journal).filter((name) => name.endsWith('.seg'))
  const total = segments.reduce((sum, name) => sum + statSync(join(journal, name)).size, 0)
  return watched(target, total, progress, pool, (watch) => journalPieces(journal, watch))
}

function auditFile(target: string, file: string, progress: ProgressStream, pool: VerifierPool): Promise<Audited> {
  return watched(target, statSync(file).size, progress, pool, (watch) => exportFile(file, watch))
}

/** An answer that has begun may take as long as it is; one that does not begin is none. */
async function begun<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Unreadable('nothing answers there')), BEGIN_MS)
  })
  try {
    return await Promise.race([answer, silence])
  } finally {
    clearTimeout(timer)
  }
}

/** The whole export first, then the audit: a slow line must not be mistaken for a slow machine, nor hold a hub. */
async function auditAddress(target: string, progress: ProgressStream, pool: VerifierPool): Promise<Audited> {
  const dir = mkdtempSync(join(tmpdir(), 'audit-'))
  const file = join(dir, 'export')
  const bar = progressOn(progress, `fetching ${target}`, null)
  try {
    const response = await begun(fetch(`${target.replace(/\/+$/, '')}/export`))
    if (!response.ok || response.body === null) {
      const { status } = response
      throw new Unreadable(`it answered ${status}: is this a hub’s address, and has it signed a checkpoint yet?`)
    }
    let bytes = 0
    const body = Readable.fromWeb(response.body)
    body.on('data', (chunk: Uint8Array) => bar.advance((bytes += chunk.length), 0))
    await pipeline(body, createWriteStream(file, { mode: 0o600 }))
    bar.end()
    return await auditFile(target, file, progress, pool)
  } catch (error) {
    // What fetch rejects with is a TypeError whose cause knows more.
    if (error instanceof TypeError) {
      const cause = error.cause as Error | undefined
      throw new Unreadable(`it cannot be reached: ${cause?.message ?? error.message}`)
    }
    throw error
  } finally {
    bar.end()
    rmSync(dir, { recursive: true, force: true })
  }
}
