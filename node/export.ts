/**
 * ◆ Writing the export (`ledger/export.ts`) from a hub's journal, to a file or to whoever asks over HTTP.
 *
 * It reads the journal twice: once to learn how many records are sealed, which is the newest checkpoint and
 * whose cosignatures may stand under it; once to write. A hub may be writing meanwhile: what it adds after
 * the first reading is not in this export. Nothing is judged here; an export of a log that is not in order is
 * one whose audit says so.
 */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { concat, fromUtf8 } from '#ledger/bytes.ts'
import { cosignersOf } from '#ledger/cosigner.ts'
import { parseGenesis, parseRecord } from '#ledger/entry.ts'
import { encodeExport, exportableNote, kindNumberOf, type RecordPiece, type SealPiece } from '#ledger/export.ts'
import { kinds } from '#ledger/action.ts'
import { parseDocument } from '#ledger/federation.ts'
import { sha256 } from '#ledger/hash.ts'
import { type NoteKey, SIGNATURE } from '#ledger/note.ts'
import { syncDirectory } from './durable.ts'
import { journalDirectory } from './founding.ts'
import { frameTypes } from './frames.ts'
import { readJournal } from './journal.ts'

export type ExportFault = 'file-exists' | 'no-checkpoint' | 'not-a-ledger' | 'cannot-write'

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

const CHUNK_BYTES = 256 * 1024
/** Between so many frames, a survey lets other work of the process through. */
const FRAMES_PER_TURN = 4096

/**
 * Writes the ledger of a data directory, founded, running or not, to `file`, which appears only when it is
 * complete and on the disk. Rejects with an ExportError, or a JournalError for a journal that cannot be read.
 */
export async function writeExport(dataDir: string, file: string, { overwrite = false } = {}): Promise<Written> {
  if (!overwrite && existsSync(file)) {
    throw new ExportError('file-exists', `${file} is there already: give another name, or --overwrite to replace it`)
  }
  const journalDir = journalDirectory(dataDir)
  const contents = await survey(journalDir)
  const unfinished = `${file}.part`
  let bytes = 0
  try {
    const fd = openSync(unfinished, 'w', 0o644)
    try {
      for await (const chunk of chunksOf(journalDir, contents)) {
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
    rmSync(unfinished, { force: true })
    const { syscall } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error
    throw new ExportError('cannot-write', `${file} could not be written: ${(error as Error).message}`, { cause: error })
  }
  return { entries: contents.size, bytes }
}

/** The export of the journal in `journalDir`, in chunks that give way to other work between them. */
export async function* exportOf(journalDir: string): AsyncGenerator<Uint8Array, void> {
  yield* chunksOf(journalDir, await survey(journalDir))
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

async function* chunksOf(journalDir: string, { size, ...header }: Contents): AsyncGenerator<Uint8Array, void> {
  let items: Uint8Array[] = []
  let bytes = 0
  for (const item of encodeExport({ ...header, size, groups: sealedGroups(journalDir, size) })) {
    items.push(item)
    bytes += item.length
    if (bytes < CHUNK_BYTES) continue
    yield concat(...items)
    items = []
    bytes = 0
    await setImmediate()
  }
  yield concat(...items)
}

/** The first `size` records with their seals. */
function* sealedGroups(journalDir: string, size: number): Generator<RecordPiece | SealPiece, void> {
  let records = 0
  for (const { frame: { type, payload } } of readJournal(journalDir)) {
    if (type === frameTypes.record) {
      records++
      yield { type: 'record', bytes: payload }
    }
    if (type === frameTypes.seal) yield { type: 'seal', bytes: payload }
    if (type === frameTypes.seal && records === size) return
  }
}
