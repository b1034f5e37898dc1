/**
 * A snapshot: what replay knows after so many entries, and where those entries stand in the journal, so that a
 * start reads only what came after. Derived and never proof of anything: an audit does not look at it, the one who
 * starts from it vouches for nothing before the journal has been replayed behind it and has come to exactly these
 * bytes (`recomputation.ts`), and whatever is doubtful about it is reason enough to throw it away and replay.
 *
 * It is this hub's own by the key it is written under (`snapshots.ts`), of this program by the hash of its sources
 * (`program.ts`), and of a log by a checkpoint that this hub has signed: its tree must lead to that root. Section
 * by section:
 *
 *   head        format, program, size, root, the checkpoint note, where the journal goes on
 *   rows/N      the state, as `ledger/rows/rows.ts` writes it, table by table: for each row its length (u32) and its bytes
 *   edge/N      the edge of the tree over the rows of a closed table, for the next digest
 *   level/N     the hashes of one level of the tree
 *   places, seals, firsts    where records and seals stand, and the first record under each seal
 *   index/…     the chains of `timeline.ts`
 */
import { equalBytes, fromUtf8, utf8 } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { Tree } from '#ledger/merkle.ts'
import { isClosed, ownStateFrom, tables } from '#ledger/rows/rows.ts'
import type { Table } from '#ledger/rows/table.ts'
import { bytesOf, bytesUpTo, decodeAs, encodeAs, fields, type Infer, listOf, literal, uint } from '#ledger/schema.ts'
import type { State } from '#ledger/state/state.ts'
import { NOTE_BYTES_MAX } from '#protocol/limits.ts'
import type { From } from '../disk/journal.ts'
import { Places } from '../disk/places.ts'
import type { Section, Sections } from '../disk/section-file.ts'
import { type IndexParts, indexParts, LogIndex } from './timeline.ts'
import { Uint32List } from '../disk/uint32-list.ts'

/** What a log on this disk is made of besides its journal. */
export type Known = {
  state: State
  places: Places
  seals: Places
  /** The first entry under each seal. */
  firsts: Uint32List
  index: LogIndex
  /** The newest checkpoint note in the journal, or null. */
  checkpoint: string | null
}

export type Snapshot = { known: Known; from: From }

const SNAPSHOT_FORMAT = 2
/** Rows are handed to the disk in pieces of about this size. */
const PIECE_BYTES = 256 * 1024
const LEVELS_MAX = 40

const begins = listOf(fields({ index: uint, segment: uint }), 2 ** 24)
const headSchema = fields({
  format: literal(SNAPSHOT_FORMAT), program: bytesOf(32), size: uint, root: bytesOf(32), note: bytesUpTo(NOTE_BYTES_MAX),
  segment: uint, offset: uint, frames: uint, levels: uint, places: begins, seals: begins,
})

/**
 * The sections of a snapshot, by this program, of what is known up to `from` in the journal; null without a checkpoint
 * to hold it to. What may change is encoded now; what only grows is read while the sections are written, up to where
 * it is now. The same log up to the same place always gives the same bytes.
 */
export function sectionsOf({ known, from }: Snapshot, program: Uint8Array): Section[] | null {
  const { state, places, seals, firsts, index, checkpoint } = known
  if (checkpoint === null) return null
  const levels: Uint8Array[] = []
  for (let hashes = state.tree.levelFrom(0, 0); hashes.length > 0; hashes = state.tree.levelFrom(levels.length, 0)) levels.push(hashes)
  const [placed, sealed, parts] = [places.parts(), seals.parts(), index.parts()]
  const head = encodeAs(headSchema, {
    format: SNAPSHOT_FORMAT, program, size: state.tree.size, root: state.tree.root(), note: utf8(checkpoint), ...from,
    levels: levels.length, places: [...placed.begins], seals: [...sealed.begins],
  })
  const whole = (name: string, bytes: Uint8Array): Section => ({ name, chunks: [bytes] })
  return [
    whole('head', head),
    ...tables.map((table): Section => ({ name: `rows/${table.number}`, chunks: rowsOfTable(table, state) })),
    ...tables.filter(isClosed).map((table) => whole(`edge/${table.number}`, table.registerOf(state).closedEdge())),
    ...levels.map((hashes, n) => whole(`level/${n}`, hashes)),
    whole('places', placed.offsets), whole('seals', sealed.offsets), whole('firsts', firsts.bytes()),
    ...indexParts.map((name) => whole(`index/${name}`, parts[name])),
  ]
}

/** Rows that may change are encoded now, those that are closed are there. */
function rowsOfTable(table: (typeof tables)[number], state: State): Uint8Array[] {
  if (isClosed(table)) return table.registerOf(state).closedPieces()
  return [...framed(table, state)]
}

/** Rows one after the other, each with its length before it, in pieces worth a write. */
function* framed(table: Table, state: State): Generator<Uint8Array> {
  let piece = new Uint8Array(PIECE_BYTES)
  let length = 0
  for (const source of table.sources(state)) {
    const row = table.encode(source, state)
    if (length + 4 + row.length > piece.length) {
      yield piece.subarray(0, length)
      piece = new Uint8Array(Math.max(PIECE_BYTES, 4 + row.length))
      length = 0
    }
    new DataView(piece.buffer).setUint32(length, row.length)
    piece.set(row, length + 4)
    length += 4 + row.length
  }
  yield piece.subarray(0, length)
}

/**
 * The first section that is not what a snapshot of the same would be, and where in it; null when all of them are.
 * Piece by piece, so that of what is compared next to nothing is in memory.
 */
export function differenceIn(sections: Sections, truth: Snapshot, program: Uint8Array): string | null {
  const expected = sectionsOf(truth, program)
  if (expected === null) return 'the journal holds no checkpoint'
  for (const { name, chunks } of expected) {
    let at = 0
    for (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
        const piece = chunk.subarray(from, from + PIECE_BYTES)
        const found = sections.part(name, at + from, piece.length)
        if (found === null) return `${name} cannot be read`
        if (equalBytes(found, piece)) continue
        return `${name} is otherwise from byte ${at + from + found.findIndex((byte, i) => byte !== piece[i])} on`
      }
      at += chunk.length
    }
    if (at !== sections.lengthOf(name)) return `${name} has ${sections.lengthOf(name)} bytes and not ${at}`
  }
  return null
}

/** What a snapshot by this program of the log with this key says, and where the journal goes on; else why it is not to be used. */
export function snapshotIn(sections: Sections, program: Uint8Array, logKey: Uint8Array): Snapshot | string {
  const bytes = sections.read('head')
  const head = bytes === null ? null : decodeAs(headSchema, bytes)
  if (head === null || head.levels > LEVELS_MAX) return 'it is of another format, or damaged'
  if (!equalBytes(head.program, program)) return 'another program wrote it, by other rules'
  return snapshotOf(sections, head, logKey) ?? 'it is not whole, or not of this log'
}

function snapshotOf(sections: Sections, head: Infer<typeof headSchema>, logKey: Uint8Array): Snapshot | null {
  const levels: Uint8Array[] = []
  for (let n = 0; n < head.levels; n++) {
    const hashes = sections.read(`level/${n}`, 'to grow')
    if (hashes === null) return null
    levels.push(new Uint8Array(hashes.buffer))
  }
  const tree = Tree.fromLevels(levels, head.size)
  if (tree === null || !equalBytes(tree.root(), head.root)) return null
  const state = ownStateFrom(openRowsIn(sections), (table) => sections.read(`rows/${table}`), tree)
  if (state === null || !equalBytes(state.hub.logKey, logKey)) return null
  for (const table of tables.filter(isClosed)) {
    const edge = sections.read(`edge/${table.number}`)
    if (edge === null || !table.registerOf(state).takeClosedEdge(edge)) return null
  }

  const note = fromUtf8(head.note)
  const checkpoint = note === null ? null : openCheckpoint(note, state.hub.origin, logKey)
  if (note === null || checkpoint === null || checkpoint.size > BigInt(tree.size)) return null
  if (!equalBytes(tree.root(Number(checkpoint.size)), checkpoint.root)) return null

  const [placed, sealed, first] = [sections.read('places', 'to grow'), sections.read('seals', 'to grow'), sections.read('firsts', 'to grow')]
  const parts = Object.fromEntries(indexParts.map((name) => [name, sections.read(`index/${name}`, 'to grow')]))
  if (placed === null || sealed === null || first === null || Object.values(parts).includes(null)) return null
  const index = LogIndex.from(parts as IndexParts, tree.root())
  const places = Places.from(placed, head.places)
  const seals = Places.from(sealed, head.seals)
  const firsts = Uint32List.from(first)
  if (index?.size !== tree.size || places?.length !== tree.size || seals === null || seals.length !== firsts?.length) return null
  const { segment, offset, frames } = head
  return { known: { state, places, seals, firsts, index, checkpoint: note }, from: { segment, offset, frames } }
}

/** The rows of all tables that may change. @throws UnreadableRows where one is not as it was written. */
function* openRowsIn(sections: Sections): Generator<Uint8Array> {
  for (const { number } of tables.filter((table) => !isClosed(table))) {
    const bytes = sections.read(`rows/${number}`)
    if (bytes === null) throw new UnreadableRows(`table ${number}`)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (let at = 0; at < bytes.length;) {
      const length = at + 4 > bytes.length ? Number.POSITIVE_INFINITY : view.getUint32(at)
      if (at + 4 + length > bytes.length) throw new UnreadableRows(`table ${number}, byte ${at}`)
      yield bytes.subarray(at + 4, at + 4 + length)
      at += 4 + length
    }
  }
}

/** Rows of a snapshot that are not as they were written. */
export class UnreadableRows extends Error {
  constructor(where: string) {
    super(`the rows of a snapshot cannot be read: ${where}`)
    this.name = 'UnreadableRows'
  }
}
