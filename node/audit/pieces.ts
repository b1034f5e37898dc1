/**
 * ◆ Where a log is read from, as the pieces an auditor is handed (`ledger/audit/export.ts`): the journal of a hub, running
 * or not, of which nothing is locked and nothing written; or a file.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { fromUtf8 } from '#ledger/bytes.ts'
import { BEGINNING_BYTES, recognise } from '#ledger/audit/exhibit.ts'
import { type Piece, readExport } from '#ledger/audit/export.ts'
import { exportOfLines } from '#ledger/audit/json-lines.ts'
import { frameTypes } from '../record/frames.ts'
import { JournalCorrupt, readJournal } from '../disk/journal.ts'

/** What the reading of a source leaves behind besides its pieces. */
export type Watch = { bytes: number; notes: string[] }

/** A source that cannot be read, in a sentence that says what to do. */
export class Unreadable extends Error {}

const CHUNK_BYTES = 1024 * 1024

/** The sealed groups of a journal, and its newest checkpoint. @throws Unreadable, or a JournalError. */
export function* journalPieces(journal: string, watch: Watch): Generator<Piece, void> {
  let group: Piece[] = []
  let note: Uint8Array | null = null
  try {
    for (const { frame: { type, payload } } of readJournal(journal)) {
      watch.bytes += payload.length
      if (type === frameTypes.record) group.push({ type: 'record', bytes: payload })
      else if (type === frameTypes.seal) {
        yield* group
        yield { type: 'seal', bytes: payload }
        group = []
      } else if (type === frameTypes.checkpoint) note = payload
      else throw new Unreadable(`its journal has frames of type ${type}: use the newer program that wrote them`)
    }
  } catch (error) {
    if (!(error instanceof JournalCorrupt)) throw error
    watch.notes.push(
      `The disk gave back other bytes than were written: ${error.message}. What stands before is judged. Keep this ` +
      'directory as it is; the ledger is whole at every city that follows this one, and in its exports.',
    )
    yield* group
    yield { type: 'break', expected: 'entry', because: 'damaged', offset: error.offset }
    return
  }
  if (group.length > 0) {
    const count = group.length
    watch.notes.push(`Of the records on disk the last ${count} have no seal yet: promised to nobody, and not counted.`)
  }
  if (note === null) return
  const text = fromUtf8(note)
  yield text === null
    ? { type: 'break', expected: 'checkpoint', because: 'unreadable', offset: watch.bytes }
    : { type: 'checkpoint', note: text }
}

/** An export file, CBOR or JSON lines. @throws Unreadable for what is no file. */
export function exportFile(file: string, watch: Watch): Generator<Piece, void> {
  const chunks = fileChunks(file, watch)
  const kind = recognise(beginningOf(file, BEGINNING_BYTES))
  if (kind === null) watch.notes.push('It begins like nothing that is checked here: perhaps it is another file. A zip is to be unpacked first.')
  if (kind !== 'lines') return readExport(chunks)
  return readExport(exportOfLines(chunks, (line) => {
    watch.notes.push(`Line ${line} is none of such a file, or tells something else than the bytes in it.`)
  }))
}

/** The first bytes of a file, at most so many. */
export function beginningOf(file: string, bytes: number): Uint8Array {
  const fd = openSync(file, 'r')
  try {
    if (!fstatSync(fd).isFile()) throw new Unreadable('this is neither a file nor a directory')
    const room = new Uint8Array(bytes)
    return room.subarray(0, readSync(fd, room, 0, bytes, 0))
  } finally {
    closeSync(fd)
  }
}

/** The bytes of a file from its beginning, a megabyte at a time. @throws Unreadable for what is no file. */
export function* fileChunks(file: string, watch: Watch): Generator<Uint8Array, void> {
  const fd = openSync(file, 'r')
  try {
    if (!fstatSync(fd).isFile()) throw new Unreadable('this is neither a file nor a directory')
    for (;;) {
      const chunk = new Uint8Array(CHUNK_BYTES)
      const length = readSync(fd, chunk)
      if (length === 0) return
      watch.bytes += length
      yield chunk.subarray(0, length)
    }
  } finally {
    closeSync(fd)
  }
}
