/**
 * A register of agreements or helps: those that are open as objects, those that are closed as bytes.
 *
 * What nothing can change any more is looked at seldom and kept for ever. It stands here as its row (`rows/`),
 * one after the other in the order of closing, and is decoded when somebody asks for it: a hundred bytes each
 * where an object with its texts would take a thousand. An id stays taken for ever.
 *
 * The register is also what makes a digest of a state with half a million closed rows cheap: rows only ever
 * come behind the others, so each is hashed once, when the next digest is asked for.
 */
import type { Hex } from '../action.ts'
import { changed } from './changed.ts'
import type { Cursor } from '../codec.ts'
import { IdSequence } from './id-sequence.ts'
import { Pages, rowHash } from './pages.ts'
import { RowList } from './row-list.ts'

/** How an open and a closed matter are written, and a closed one is read. */
export type RowsOf<T> = {
  /** Both to be hashed or copied at once: the next row is written over it. */
  encodeOpen(matter: T): Uint8Array
  encodeClosed(matter: T): Uint8Array
  /** Null for bytes that `encodeClosed` does not write. */
  decodeClosed(row: Uint8Array): T | null
}

const ID_BYTES = 16

export class Register<T extends { readonly id: Hex }> {
  readonly rows: RowsOf<T>
  readonly #open = new Map<Hex, T>()
  /** Ids of closed matters; the number of one is that of its row. */
  #closed = new IdSequence()
  #closedRows = new RowList()
  /** Of the closed rows, those that are hashed. */
  #pages = new Pages()

  constructor(rows: RowsOf<T>) {
    this.rows = rows
  }

  /** How many there are, open and closed. */
  get size(): number {
    return this.#open.size + this.#closed.next
  }

  get closedCount(): number {
    return this.#closed.next
  }

  has(id: Hex): boolean {
    return this.#open.has(id) || this.#closed.numberOf(id) >= 0
  }

  /** The matter, to be looked at; a closed one is made anew from its row each time. */
  get(id: Hex): T | undefined {
    const open = this.#open.get(id)
    if (open !== undefined) return open
    const number = this.#closed.numberOf(id)
    return number < 0 ? undefined : this.#decode(number)
  }

  /** The matter if it is open, to be looked at; see `change`. */
  openOne(id: Hex): T | undefined {
    return this.#open.get(id)
  }

  /** An open matter, to be changed. @throws when it is not open: our own bug. */
  change(id: Hex): T {
    const matter = this.#open.get(id)
    if (matter === undefined) throw new Error(`nothing open under ${id}`)
    return changed(matter)
  }

  /** Takes in a new matter, which is open. */
  open(matter: T): void {
    this.#open.set(matter.id, matter)
  }

  /** Nothing can change this one any more. `unforeseen`: see `IdSequence.add`. */
  close(matter: T, unforeseen: Uint8Array): void {
    if (!this.#open.delete(matter.id)) throw new Error(`nothing open under ${matter.id}`)
    this.#closed.add(matter.id, unforeseen)
    this.#closedRows.push(this.rows.encodeClosed(matter))
  }

  /**
   * Takes in a matter that was closed elsewhere, by its row and its 16 bytes of id, without reading the
   * rest. False when one of this id is closed already.
   */
  takeClosed(row: Uint8Array, id: Uint8Array, unforeseen: Uint8Array): boolean {
    if (!this.#closed.addAll(id, unforeseen)) return false
    this.#closedRows.push(row)
    return true
  }

  /**
   * Takes in all closed matters of a register that has none, by the bytes of `closedPieces`, put together: they become
   * its own, and their ids are known to be all different. `skipsId` moves from the beginning of a row behind its id.
   * False for what is not such bytes.
   */
  takeAllClosed(bytes: Uint8Array, skipsId: (row: Cursor) => boolean, unforeseen: Uint8Array): boolean {
    const rows = RowList.from(bytes)
    if (rows === null || this.closedCount > 0) return false
    const ids = new Uint8Array(ID_BYTES * rows.length)
    // One cursor for all: there may be a million.
    const row = { bytes, at: 0 }
    for (let number = 0; number < rows.length; number++) {
      row.at = rows.startOf(number)
      if (!skipsId(row)) return false
      for (let i = 0; i < ID_BYTES; i++) ids[ID_BYTES * number + i] = bytes[row.at - ID_BYTES + i]!
    }
    this.#closedRows = rows
    this.#closed = IdSequence.of(ids, unforeseen)
    return true
  }

  /** The rows of closed matters as they are now, to be put one after the other, each with its length before it. */
  closedPieces(): Uint8Array[] {
    return this.#closedRows.pieces()
  }

  /** Whether an id is open and closed at once: asked when closed ones have been taken in. */
  get hasDoubles(): boolean {
    for (const id of this.#open.keys()) if (this.#closed.numberOf(id) >= 0) return true
    return false
  }

  /** Open matters in the order in which they were opened. */
  openOnes(): Iterable<T> {
    return this.#open.values()
  }

  /** Rows of closed matters, in the order in which they were closed. Views, to be read and not kept. */
  *closedRows(from = 0): Generator<Uint8Array> {
    for (let number = from; number < this.#closed.next; number++) yield this.#closedRows.at(number)
  }

  /** Closed matters in the order of closing, from a number on and up to another; each is made anew from its row. */
  *closedOnes(from = 0, to = this.closedCount): Generator<T> {
    for (let number = from; number < to; number++) yield this.#decode(number)
  }

  /** Every matter: the closed ones in the order of closing, then the open ones. */
  *all(): Generator<T> {
    yield* this.closedOnes()
    yield* this.#open.values()
  }

  /** The root over the closed rows, page by page. */
  closedRoot(): Uint8Array {
    this.hashClosed(this.closedCount)
    return this.#pages.root()
  }

  /**
   * Hashes at most so many of the closed rows that are not hashed yet, ahead of the next root; true when none is
   * left. For who has taken in many and would rather not do it all at once.
   */
  hashClosed(most: number): boolean {
    const end = Math.min(this.#pages.rows + most, this.closedCount)
    for (let number = this.#pages.rows; number < end; number++) this.#pages.push(rowHash(this.#closedRows.at(number)))
    return end === this.closedCount
  }

  /** What there is to know of all closed rows for the next root: spares whoever takes them in the hashing. */
  closedEdge(): Uint8Array {
    this.hashClosed(this.closedCount)
    return this.#pages.edge()
  }

  /** Takes in the edge of exactly the rows that are here; false for one that is of another number of rows. */
  takeClosedEdge(edge: Uint8Array): boolean {
    const pages = Pages.from(this.closedCount, edge)
    if (pages !== null) this.#pages = pages
    return pages !== null
  }

  #decode(number: number): T {
    const matter = this.rows.decodeClosed(this.#closedRows.at(number))
    if (matter === null) throw new Error(`the closed row ${number} cannot be read: it was taken in unread, and is not one`)
    return matter
  }
}
