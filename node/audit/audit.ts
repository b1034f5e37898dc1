/**
 * ◆ `audit TARGET…`: checks what it is given, where it is. A log: the data directory of a hub (also beside the running
 * hub: nothing is locked and nothing written), an export file, a directory of tiles, a hub's address. Or what somebody
 * brings about a log: a checkpoint, a proof, evidence. Or by whose word these are judged: a policy, a key. Files are
 * recognised by what they hold. Everything is judged in `ledger/`; here it is only read, watched and printed.
 *
 * Exit codes: 0 everything that was checked is in order; 1 something is not, or a log was forked; 2 something could
 * not be read or not be said, and nothing that could was out of order.
 */
import {
  createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { auditTogether, type Verdict } from '#ledger/audit/audit.ts'
import { compare, type Comparison, keeping, nothingKept, type Side } from '#ledger/audit/comparison.ts'
import {
  BEGINNING_BYTES, exhibitText, type ExhibitKind, EXHIBIT_BYTES_MAX, judgeCheckpoint, judgeEvidence, judgeProof, type Known, type LogsAtHand, recordsAmong,
  knownFrom, knownFromKey, knownFromPolicy, recognise, together,
} from '#ledger/audit/exhibit.ts'
import type { Piece } from '#ledger/audit/export.ts'
import { tilePath } from '#ledger/tile.ts'
import { type Audited, jsonOfAll, type Log, tableOf } from './audit-table.ts'
import { isTiledLog, tiledPieces, tilesUnder } from './export-tiles.ts'
import { requireFormat, UnknownFormat } from '../disk/data-format.ts'
import { journalDirectory } from '../record/founding.ts'
import { JournalError } from '../disk/journal.ts'
import { installNativeCrypto } from '../signatures/native-crypto.ts'
import { auditInPool, LogChanged } from './parallel-audit.ts'
import { beginningOf, exportFile, journalPieces, Unreadable, type Watch } from './pieces.ts'
import { type ProgressStream, progressOn } from '../progress.ts'
import { openVerifierPool, type VerifierPool } from '../signatures/verifier-pool.ts'

export type AuditOptions = {
  json: boolean
  /** Takes the printed verdict. */
  out: (text: string) => void
  /** Where progress is shown; stderr unless a test wants to see it. */
  progress?: ProgressStream
  /** Lay the two logs or checkpoints among the targets side by side. */
  compare?: boolean
  /** A policy file or a key by which checkpoints and proofs are judged. */
  policy?: string
  /** Where to write the evidence, if two that are compared have parted. */
  evidence?: string
  /** Read addresses by their tiles instead of their export. */
  tiles?: boolean
}

/** How long an address may stay silent before it counts as nobody's. */
const BEGIN_MS = 15_000
/** Tiles that are asked for at once. */
const TILES_AT_ONCE = 8

/** Audits the targets, alone and against each other, prints what was found, and answers the exit code. */
export async function runAudit(targets: string[], options: AuditOptions): Promise<0 | 1 | 2> {
  const { json, out } = options
  installNativeCrypto()
  const pool = openVerifierPool()
  const scratch = mkdtempSync(join(tmpdir(), 'audit-'))
  const desk = { pool, scratch, progress: options.progress ?? process.stderr, tiles: options.tiles === true }
  try {
    const read: Read[] = []
    for (const target of targets) read.push(await readTarget(target, desk))
    const policy = options.policy === undefined ? null : await readTarget(options.policy, desk)
    if (policy !== null && policy.what !== 'known') read.push(notAPolicy(policy))

    const verdicts = auditTogether(read.flatMap((one) => (one.what === 'log' ? [one.verdict] : [])))
    const logs = read.map((one) => (one.what === 'log' ? { ...one, verdict: verdicts.shift()! } : one))
    const known = together([...logs, ...(policy === null ? [] : [policy])].map(knownBy))
    const audited = logs.map((one) => judged(one, known, logsAtHand(logs)))
    const comparison = options.compare === true ? compared(logs, known) : null
    if (comparison?.answer === 'forked' && comparison.evidence !== null && options.evidence !== undefined) {
      writeEvidence(options.evidence, comparison.evidence)
    }
    out(json ? `${JSON.stringify(jsonOfAll(audited, comparison), null, 2)}\n` : tableOf(audited, comparison, options.evidence))
    return exitCodeOf(audited, comparison)
  } finally {
    await pool.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What reading is done with: who verifies, where fetched files lie, where progress is shown, how addresses are read. */
type Desk = { pool: VerifierPool; scratch: string; progress: ProgressStream; tiles: boolean }

/** What stands behind a target, before it is laid beside the others. */
type Read =
  | Log & { side: Side }
  | { what: 'text'; target: string; kind: 'checkpoint' | 'proof' | 'evidence'; text: string }
  | { what: 'known'; target: string; kind: 'policy' | 'key'; known: Known }
  | { what: 'unreadable'; target: string; unreadable: string }

function exitCodeOf(audited: readonly Audited[], comparison: Comparison | null): 0 | 1 | 2 {
  const isWrong = (one: Audited): boolean =>
    (one.what === 'log' && one.verdict.offence !== null) || (one.what === 'finding' && one.finding.outcome === 'failed')
  const isOpen = (one: Audited): boolean =>
    one.what === 'unreadable' || (one.what === 'finding' && one.finding.outcome === 'not-checked')
  // A policy or a key says by what to check, and nothing was given to be checked.
  if (audited.every(({ what }) => what === 'known')) return 2
  if (comparison?.answer === 'forked' || audited.some(isWrong)) return 1
  return comparison?.answer === 'cannot-say' || audited.some(isOpen) ? 2 : 0
}

function knownBy(one: Read): Known {
  if (one.what === 'known') return one.known
  const state = one.what === 'log' ? one.verdict.state : null
  return state === null ? together([]) : knownFrom(state)
}

/** The records of every log among the targets. */
const logsAtHand = (read: readonly Read[]): LogsAtHand => new Map(read.flatMap((one) =>
  one.what === 'log' && one.verdict.hubId !== null && one.side.side === 'log'
    ? [[one.verdict.hubId, recordsOf(one.side.pieces)] as const] : []))

const recordsOf = (pieces: () => Iterable<Piece>) => (): Iterable<Uint8Array> => recordsAmong(pieces())

function judged(one: Read, known: Known, logs: LogsAtHand): Audited {
  if (one.what !== 'text') return one
  const { target, kind, text } = one
  if (kind === 'evidence') return { what: 'finding', target, finding: judgeEvidence(text, logs) }
  const judge = { checkpoint: judgeCheckpoint, proof: judgeProof }[kind]
  return { what: 'finding', target, finding: judge(text, known) }
}

/** The two among the targets that can be laid side by side. */
function compared(read: readonly Read[], known: Known): Comparison {
  const sides = read.flatMap((one): Side[] => {
    if (one.what === 'log') return [one.side]
    return one.what === 'text' && one.kind === 'checkpoint' ? [{ side: 'checkpoint', note: one.text }] : []
  })
  const [one, other] = sides
  if (one === undefined || other === undefined || sides.length > 2) {
    return { answer: 'cannot-say', because: 'two-needed', origins: [] }
  }
  return compare(one, other, known)
}

function writeEvidence(file: string, evidence: string): void {
  if (existsSync(file)) throw new Unreadable(`${file} is there already: give another name for the evidence`)
  writeFileSync(file, evidence)
}

const notAPolicy = (read: Exclude<Read, { what: 'known' }>): Read => ({
  what: 'unreadable', target: read.target,
  unreadable: read.what === 'unreadable' ? read.unreadable : 'this is neither a policy nor a key',
})

async function readTarget(target: string, desk: Desk): Promise<Read> {
  try {
    if (/^https?:\/\//.test(target)) return await (desk.tiles ? readTilesAt(target, desk) : readExportAt(target, desk))
    if (!existsSync(target)) throw new Unreadable('there is no such file or directory')
    if (!statSync(target).isDirectory()) return await readFile(target, target, desk)
    return await (isTiledLog(target) ? readTiles(target, target, desk) : readDirectory(target, desk))
  } catch (error) {
    const expected = error instanceof Unreadable || error instanceof LogChanged || error instanceof JournalError || error instanceof UnknownFormat
      || isSystemError(error)
    if (!expected) throw error
    return { what: 'unreadable', target, unreadable: adviceOn(error as Error) }
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
  target: string, total: number, { pool, progress }: Desk, read: (watch: Watch) => Iterable<Piece>,
): Promise<Read> {
  let watch: Watch = { bytes: 0, notes: [] }
  const kept = nothingKept()
  const readAnew = (): Iterable<Piece> => keeping(read(watch = { bytes: 0, notes: [] }), kept)
  const bar = progressOn(progress, target, total)
  let verdict: Verdict
  try {
    verdict = await auditInPool(readAnew, pool, (entries) => bar.advance(watch.bytes, entries))
  } finally {
    bar.end()
  }
  const pieces = (): Iterable<Piece> => read({ bytes: 0, notes: [] })
  return { what: 'log', target, verdict, notes: watch.notes, side: { side: 'log', verdict, kept, pieces } }
}

function readDirectory(target: string, desk: Desk): Promise<Read> {
  // The journal's own directory will do as well.
  requireFormat(target)
  const inside = journalDirectory(target)
  const journal = existsSync(inside) ? inside : target
  const segments = readdirSync(journal).filter((name) => name.endsWith('.seg'))
  const total = segments.reduce((sum, name) => sum + statSync(join(journal, name)).size, 0)
  return watched(target, total, desk, (watch) => journalPieces(journal, watch))
}

function readTiles(target: string, dir: string, desk: Desk): Promise<Read> {
  const total = readdirSync(dir, { recursive: true, withFileTypes: true })
    .reduce((sum, file) => sum + (file.isFile() ? statSync(join(file.parentPath, file.name)).size : 0), 0)
  return watched(target, total, desk, (watch) => tiledPieces(dir, watch))
}

async function readFile(target: string, file: string, desk: Desk): Promise<Read> {
  const kind = recognise(beginningOf(file, BEGINNING_BYTES))
  // What begins like nothing of ours is read as an export, whose audit says at which byte it is none.
  if (kind === null || kind === 'export' || kind === 'lines') {
    return await watched(target, statSync(file).size, desk, (watch) => exportFile(file, watch))
  }
  return readSmall(target, kind, file)
}

function readSmall(target: string, kind: Exclude<ExhibitKind, 'export' | 'lines'>, file: string): Read {
  const bytes = statSync(file).size > EXHIBIT_BYTES_MAX ? null : new Uint8Array(readFileSync(file))
  const text = bytes === null ? null : exhibitText(bytes)
  if (bytes === null || text === null) throw new Unreadable(`it begins as a ${kind} does, and is too large or no text`)
  if (kind === 'policy') {
    const known = knownFromPolicy(bytes)
    if ('because' in known) throw new Unreadable(`line ${known.line} of this policy cannot be read: ${known.because}`)
    return { what: 'known', target, kind, known }
  }
  if (kind === 'key') {
    const known = knownFromKey(text)
    if (known === null) throw new Unreadable('its key is none: the name, the id and the bytes do not belong together')
    return { what: 'known', target, kind, known }
  }
  return { what: 'text', target, kind, text }
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
async function readExportAt(target: string, desk: Desk): Promise<Read> {
  const file = join(mkdtempSync(join(desk.scratch, 'export-')), 'export')
  await fetching(target, desk, async (advance) => {
    const response = await begun(fetch(`${addressOf(target)}/export`))
    if (!response.ok || response.body === null) {
      const { status } = response
      throw new Unreadable(`it answered ${status}: is this a hub’s address, and has it signed a checkpoint yet?`)
    }
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
    body.on('data', (chunk: Uint8Array) => advance(chunk.length))
    await pipeline(body, createWriteStream(file, { mode: 0o600 }))
  })
  return await readFile(target, file, desk)
}

/** Whatever log serves tiles (C2SP tlog-tiles); they are fetched whole, and then are a directory as any other. */
async function readTilesAt(target: string, desk: Desk): Promise<Read> {
  const dir = mkdtempSync(join(desk.scratch, 'tiles-'))
  await fetching(target, desk, async (advance) => {
    const fetchTo = async (path: string): Promise<Uint8Array> => {
      const response = await begun(fetch(`${addressOf(target)}/${path}`))
      if (!response.ok) throw new Unreadable(`it answered ${response.status} for ${path}: does it serve tiles?`)
      const bytes = new Uint8Array(await response.arrayBuffer())
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), bytes)
      advance(bytes.length)
      return bytes
    }
    const note = exhibitText(await fetchTo('checkpoint')) ?? ''
    const tiles = tilesUnder(note)
    await Promise.all(Array.from({ length: TILES_AT_ONCE }, async () => {
      for (const tile of tiles) await fetchTo(tilePath(tile))
    }))
  })
  return await readTiles(target, dir, desk)
}

const addressOf = (target: string): string => target.replace(/\/+$/, '')

async function fetching(
  target: string, { progress }: Desk, work: (advance: (bytes: number) => void) => Promise<void>,
): Promise<void> {
  const bar = progressOn(progress, `fetching ${target}`, null)
  let fetched = 0
  try {
    await work((bytes) => bar.advance((fetched += bytes), 0))
  } catch (error) {
    // What fetch rejects with is a TypeError whose cause knows more.
    if (error instanceof TypeError) {
      const cause = error.cause as Error | undefined
      throw new Unreadable(`it cannot be reached: ${cause?.message ?? error.message}`)
    }
    throw error
  } finally {
    bar.end()
  }
}
