/**
 * ◆ Writing an export, to a file or to whoever asks over HTTP: the log itself (`ledger/audit/export.ts`) from a hub's
 * journal, and from either, for other programs, the same as JSON lines, a table of postings or an hledger journal.
 *
 * It reads the journal twice: once to learn how many records are sealed, which is the newest checkpoint and
 * whose cosignatures may stand under it; once to write. A hub may be writing meanwhile: what it adds after
 * the first reading is not in this export. Nothing is judged here; an export of a log that is not in order is
 * one whose audit says so. The postings alone need the rules, and stop where a rule says no.
 */
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { concat, fromUtf8, utf8 } from '#ledger/bytes.ts'
import { encode } from '#ledger/codec.ts'
import { cosignersOf } from '#ledger/cosigner.ts'
import { parseGenesis, parseRecord } from '#ledger/entry.ts'
import {
  encodeExport, encodeExportHeader, exportableNote, kindNumberOf, type Piece, type RecordPiece, type SealPiece,
} from '#ledger/audit/export.ts'
import { kinds } from '#ledger/action.ts'
import { parseDocument } from '#ledger/federation/federation.ts'
import { sha256 } from '#ledger/hash.ts'
import { jsonLineOf } from '#ledger/audit/json-lines.ts'
import { type NoteKey, SIGNATURE } from '#ledger/note.ts'
import type { Closing } from '#ledger/audit/postings.ts'
import { syncDirectory, syncTree } from '../disk/durable.ts'
import { csvOf } from './export-csv.ts'
import { hledgerOf } from './export-hledger.ts'
import { writeTiles } from './export-tiles.ts'
import { requireFormat } from '../disk/data-format.ts'
import { journalDirectory } from '../record/founding.ts'
import { frameTypes } from '../record/frames.ts'
import { readJournal } from '../disk/journal.ts'
import { exportFile, type Watch } from './pieces.ts'
import { type Progress, type ProgressStream, progressOn } from '../progress.ts'

/** What an export can be written as; `cbor` is the log itself, from which all others can be made; `tlog` is a directory. */
export const exportFormats = ['cbor', 'jsonl', 'csv', 'hledger', 'tlog'] as const
export type ExportFormat = (typeof exportFormats)[number]

export type ExportFault = 'file-exists' | 'no-checkpoint' | 'not-a-ledger' | 'not-in-order' | 'cannot-write'

/** Why there is no export, in a sentence that says what to do. */
export class ExportError extends Error {
  readonly code: ExportFault
  constructor(code: ExportFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ExportError'
    this.code = code
  }
}

export type Written = { entries: number; bytes: number }
export type ExportOptions = {
  format?: ExportFormat
  overwrite?: boolean
  /** Where progress is shown; nowhere unless it is given. */
  progress?: ProgressStream
}

const CHUNK_BYTES = 256 * 1024
/** Between so many frames, a survey lets other work of the process through. */
const FRAMES_PER_TURN = 4096

/**
 * Writes the ledger of a data directory, founded, running or not, to `file`, which appears only when it is
 * complete and on the disk. Rejects with an ExportError, or a
 * JournalError for a journal that cannot be read.
 */
export async function writeExport(dataDir: string, file: string, options: ExportOptions = {}): Promise<Written> {
  refuseToReplace(file, options)
  requireFormat(dataDir)
  const journalDir = journalDirectory(dataDir)
  const contents = await survey(journalDir)
  const total = readdirSync(journalDir).reduce((sum, name) => sum + statSync(join(journalDir, name)).size, 0)
  return await written(file, total, options, (watch) => piecesOf(journalDir, contents, watch))
}

/** The same from an export file, CBOR or JSON lines, to another format. */
export async function rewriteExport(source: string, file: string, options: ExportOptions = {}): Promise<Written> {
  refuseToReplace(file, options)
  if (!existsSync(source)) throw new ExportError('not-a-ledger', `${source}: there is no such file`)
  if (!statSync(source).isFile()) throw new ExportError('not-a-ledger', `${source} is no file: give an export`)
  return await written(file, statSync(source).size, options, (watch) => unbroken(source, exportFile(source, watch)))
}

function refuseToReplace(file: string, { overwrite = false }: ExportOptions): void {
  if (overwrite || !existsSync(file)) return
  throw new ExportError('file-exists', `${file} is there already: give another name, or --overwrite to replace it`)
}

async function written(
  file: string, total: number, { format = 'cbor', progress }: ExportOptions, read: (watch: Watch) => Iterable<Piece>,
): Promise<Written> {
  const unfinished = `${file}.part`
  const watch: Watch = { bytes: 0, notes: [] }
  const bar: Progress | null = progress === undefined ? null : progressOn(progress, file, total)
  let entries = 0
  const counted = function* (): Generator<Piece> {
    for (const piece of read(watch)) {
      if (piece.type === 'record') entries++
      bar?.advance(watch.bytes, entries)
      yield piece
    }
  }
  let bytes = 0
  try {
    if (format === 'tlog') {
      const tiled = writeTiles(unfinished, noteIn(read({ bytes: 0, notes: [] })), recordsOf(counted()))
      syncTree(unfinished)
      // A directory with something in it is not replaced by a rename: the old one steps aside for a moment.
      const replaced = `${file}.replaced`
      if (existsSync(file)) {
        // One that a killed export left there would stand in its way.
        rmSync(replaced, { recursive: true, force: true })
        renameSync(file, replaced)
      }
      renameSync(unfinished, file)
      syncDirectory(dirname(file))
      rmSync(replaced, { recursive: true, force: true })
      return tiled
    }
    const fd = openSync(unfinished, 'w', 0o644)
    try {
      for (const chunk of inChunks(formatted(format, counted()))) {
        for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at)
        bytes += chunk.length
      }
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(unfinished, file)
    syncDirectory(dirname(file))
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    const { syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    throw new ExportError('cannot-write', `${file} could not be written: ${(error as Error).message}`, { cause: error })
  } finally {
    bar?.end()
  }
  return { entries, bytes }
}

/** The checkpoint at the end of a source. */
function noteIn(pieces: Iterable<Piece>): string {
  let note = ''
  for (const piece of pieces) if (piece.type === 'checkpoint') ({ note } = piece)
  return note
}

function formatted(format: Exclude<ExportFormat, 'tlog'>, pieces: Iterable<Piece>): Iterable<Uint8Array> {
  switch (format) {
    case 'cbor': return itemsOf(pieces)
    case 'jsonl': return jsonLines(pieces)
    case 'csv': return postings(csvOf, pieces)
    case 'hledger': return postings(hledgerOf, pieces)
  }
}

function* itemsOf(pieces: Iterable<Piece>): Generator<Uint8Array> {
  for (const piece of pieces) {
    if (piece.type === 'header') yield encodeExportHeader(piece)
    else if (piece.type === 'record') yield encode(piece.bytes)
    else if (piece.type === 'seal') yield piece.bytes
    else if (piece.type === 'checkpoint') yield encode(piece.note)
  }
}

function* jsonLines(pieces: Iterable<Piece>): Generator<Uint8Array> {
  for (const piece of pieces) {
    const line = jsonLineOf(piece)
    if (line === null) throw notInOrder('a record or seal in it cannot be read')
    yield utf8(line)
  }
}

function* postings(
  write: (records: Iterable<Uint8Array>) => Generator<string, Closing>, pieces: Iterable<Piece>,
): Generator<Uint8Array> {
  const text = write(recordsOf(pieces))
  for (;;) {
    const { done, value } = text.next()
    if (done !== true) {
      yield utf8(value)
      continue
    }
    if (value.refusal !== null) throw notInOrder(`the rules refuse entry ${value.entries} (${value.refusal.code})`)
    return
  }
}

function* recordsOf(pieces: Iterable<Piece>): Generator<Uint8Array> {
  for (const piece of pieces) if (piece.type === 'record') yield piece.bytes
}

function* unbroken(source: string, pieces: Iterable<Piece>): Generator<Piece> {
  for (const piece of pieces) {
    if (piece.type === 'break') throw notInOrder(`${source} is no whole export: ${piece.expected} ${piece.because}`)
    yield piece
  }
}

const notInOrder = (why: string): ExportError =>
  new ExportError('not-in-order', `this ledger is not in order: ${why}. Run an audit of it, which says more.`)

function* inChunks(items: Iterable<Uint8Array>): Generator<Uint8Array> {
  let gathered: Uint8Array[] = []
  let bytes = 0
  for (const item of items) {
    gathered.push(item)
    bytes += item.length
    if (bytes < CHUNK_BYTES) continue
    yield concat(...gathered)
    gathered = []
    bytes = 0
  }
  yield concat(...gathered)
}

/** The export of the journal in `journalDir`, in chunks that give way to other work between them. */
export async function* exportOf(journalDir: string): AsyncGenerator<Uint8Array, void> {
  const { size, checkpoint, ...header } = await survey(journalDir)
  const groups = sealedGroups(journalDir, size, { bytes: 0, notes: [] })
  for (const chunk of inChunks(encodeExport({ ...header, size, groups, checkpoint }))) {
    yield chunk
    await setImmediate()
  }
}

type Contents = { origin: string; hubId: Uint8Array; size: number; checkpoint: string }

async function survey(journalDir: string): Promise<Contents> {
  const cosigners: NoteKey[] = []
  let genesis: ReturnType<typeof genesisOf> | null = null
  let note: string | null = null
  let size = 0
  let group: Uint8Array[] = []
  let frames = 0
  for (const { frame } of readJournal(journalDir)) {
    if (frame.type === frameTypes.record) group.push(frame.payload)
    if (frame.type === frameTypes.seal) {
      if (size === 0 && group[0] !== undefined) genesis = genesisOf(group[0])
      size += group.length
      for (const record of group) cosigners.push(...cosignersIn(record))
      group = []
    }
    if (frame.type === frameTypes.checkpoint) note = fromUtf8(frame.payload)
    if (++frames % FRAMES_PER_TURN === 0) await setImmediate()
  }
  if (genesis === null) {
    throw new ExportError('not-a-ledger', `${journalDir} does not begin with the founding of a hub`)
  }
  const { origin, hubId, logKey } = genesis
  const log: NoteKey = { name: origin, type: SIGNATURE, publicKey: logKey }
  const checkpoint = note === null ? null : exportableNote(note, log, cosigners)
  if (checkpoint === null) {
    throw new ExportError(
      'no-checkpoint', 'this ledger has no signed checkpoint yet: start the hub, which signs one within a minute',
    )
  }
  return { origin, hubId, size, checkpoint }
}

function genesisOf(record: Uint8Array): { origin: string; hubId: Uint8Array; logKey: Uint8Array } | null {
  const entry = parseRecord(record)
  if (entry?.action.kind !== 'hub.founded') return null
  const genesis = parseGenesis(entry.action.genesis)
  return genesis && { origin: entry.origin, hubId: sha256(entry.action.genesis), logKey: genesis.logKey }
}

/** The keys that may cosign since this record; read in full only if it adopts a document. */
function cosignersIn(record: Uint8Array): NoteKey[] {
  if (kindNumberOf(record) !== kinds['fed.adopted'].number) return []
  const action = parseRecord(record)?.action
  const document = action?.kind === 'fed.adopted' ? parseDocument(action.document) : null
  return document === null ? [] : cosignersOf(document)
}

function* piecesOf(journalDir: string, { checkpoint, ...header }: Contents, watch: Watch): Generator<Piece> {
  yield { type: 'header', ...header }
  yield* sealedGroups(journalDir, header.size, watch)
  yield { type: 'checkpoint', note: checkpoint }
}

/** The first `size` records with their seals. */
function* sealedGroups(journalDir: string, size: number, watch: Watch): Generator<RecordPiece | SealPiece, void> {
  let records = 0
  for (const { frame: { type, payload } } of readJournal(journalDir)) {
    watch.bytes += payload.length
    if (type === frameTypes.record) {
      records++
      yield { type: 'record', bytes: payload }
    }
    if (type === frameTypes.seal) yield { type: 'seal', bytes: payload }
    if (type === frameTypes.seal && records === size) return
  }
}
