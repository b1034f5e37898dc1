/**
 * The rows of a table, hashed page by page: what a state's digest holds of each table.
 *
 *   page = SHA-256(row) ‖ SHA-256(row) ‖ …    of 64 rows one after the other, of the last perhaps fewer
 *   root = MTH over the pages                  RFC 6962
 *
 * A day changes some of the rows everywhere in a table and a digest is asked for every day. In a tree with one leaf a row
 * nearly all inner nodes would then be new; with pages, what is hashed besides the changed rows is 33 bytes a row,
 * in a sixty-fourth of the pieces. A single row still has a proof: its page, and the page's path.
 */
import { concat } from './bytes.ts'
import { sha256 } from './hash.ts'
import { Frontier, leafHash } from './merkle.ts'

export const PAGE_ROWS = 64
const HASH_BYTES = 32
const PAGE_BYTES = PAGE_ROWS * HASH_BYTES

export const rowHash = (row: Uint8Array): Uint8Array => sha256(row)

/** The root over the pages of rows whose hashes these are, one after the other. */
export function rootOfPages(hashes: Uint8Array): Uint8Array {
  const edge = new Frontier()
  for (let at = 0; at < hashes.length; at += PAGE_BYTES) edge.append(leafHash(hashes.subarray(at, at + PAGE_BYTES)))
  return edge.root()
}

/** The same of rows that only ever come behind others: all that the root and later rows need. */
export class Pages {
  /** The edge of the tree over the full pages. */
  #full = new Frontier()
  /** The page that is being filled. */
  readonly #page = new Uint8Array(PAGE_BYTES)
  #rows = 0

  get rows(): number {
    return this.#rows
  }

  /** The next row, by its hash. */
  push(hash: Uint8Array): void {
    this.#page.set(hash, (this.#rows++ % PAGE_ROWS) * HASH_BYTES)
    if (this.#rows % PAGE_ROWS === 0) this.#full.append(leafHash(this.#page))
  }

  root(): Uint8Array {
    const begun = this.#begun()
    return this.#full.root(begun.length === 0 ? null : leafHash(begun))
  }

  /** What `from` makes the same of. */
  edge(): Uint8Array {
    return concat(this.#full.hashes(), this.#begun())
  }

  /** Pages after so many rows, by their edge; null for one that is of another number of rows. */
  static from(rows: number, edge: Uint8Array): Pages | null {
    const pages = new Pages()
    const begun = edge.length - (rows % PAGE_ROWS) * HASH_BYTES
    const full = begun < 0 ? null : Frontier.from(Math.floor(rows / PAGE_ROWS), edge.subarray(0, begun))
    if (full === null) return null
    pages.#full = full
    pages.#page.set(edge.subarray(begun))
    pages.#rows = rows
    return pages
  }

  #begun(): Uint8Array {
    return this.#page.subarray(0, (this.#rows % PAGE_ROWS) * HASH_BYTES)
  }
}
