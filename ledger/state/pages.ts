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
import { concat } from '../bytes.ts'
import { sha256 } from '../hash.ts'
import { EMPTY_ROOT, Frontier, leafHash, nodeHash } from '../merkle.ts'

export const PAGE_ROWS = 64
const HASH_BYTES = 32
const PAGE_BYTES = PAGE_ROWS * HASH_BYTES

export const rowHash = (row: Uint8Array): Uint8Array => sha256(row)

/** The tree over pages of rows that change here and there: what has not changed is not hashed again. */
export class ChangingPages {
  /** Level k has the roots of the complete subtrees of 2^k pages, one after the other. */
  readonly #levels: Uint8Array[][] = []
  readonly #stale = new Set<number>()
  #rows = 0

  /** The row at this index is new, or another than it was. */
  outdate(row: number): void {
    this.#stale.add(Math.floor(row / PAGE_ROWS))
  }

  /** The root over the pages of rows whose hashes these are; of each that is not as it was last time, `outdate` has been told. */
  root(hashes: Uint8Array): Uint8Array {
    const rows = hashes.length / HASH_BYTES
    if (rows < this.#rows) this.outdate(rows)
    this.#rows = rows
    const pages = Math.ceil(rows / PAGE_ROWS)
    let stale = [...this.#stale].filter((page) => page < pages).sort((a, b) => a - b)
    this.#stale.clear()
    for (const page of stale) this.#put(0, page, leafHash(hashes.subarray(PAGE_BYTES * page, PAGE_BYTES * (page + 1))))
    for (let level = 1, width = Math.floor(pages / 2); width > 0; level++, width = Math.floor(width / 2)) {
      const below = this.#levels[level - 1]!
      stale = stale.map((node) => Math.floor(node / 2)).filter((node, i, all) => node < width && node !== all[i - 1])
      for (const node of stale) this.#put(level, node, nodeHash(below[2 * node]!, below[2 * node + 1]!))
    }
    return this.#rootOf(pages)
  }

  /** Of complete subtrees, the smallest stand last. */
  #rootOf(pages: number): Uint8Array {
    let root: Uint8Array | null = null
    for (let level = 0, width = pages; width > 0; level++, width = Math.floor(width / 2)) {
      if (width % 2 === 0) continue
      const subtree = this.#levels[level]![width - 1]!
      root = root === null ? subtree : nodeHash(subtree, root)
    }
    return root ?? EMPTY_ROOT
  }

  #put(level: number, node: number, hash: Uint8Array): void {
    const nodes = (this.#levels[level] ??= [])
    nodes[node] = hash
  }
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
