/**
 * Rows that nothing changes any more, one after the other: a list that only grows, in one byte array for those it
 * was made with and some for those that came.
 *
 * Each stands there with its length before it (u32, big-endian), as in the bytes the list can be made of again: so
 * half a million of them are taken in without being copied or read.
 */
const CHUNK_BYTES = 2 ** 16
const LENGTH_BYTES = 4

export class RowList {
  /** The rows the list was made with. */
  #first: Uint8Array = new Uint8Array(0)
  /** Those that came later; a row lies within one chunk. */
  readonly #chunks: Uint8Array[] = []
  /** How much of the last chunk is used, and of each before it. */
  readonly #used: number[] = []
  /** Where each row begins: in the first array, or behind it in chunks that count as full. */
  #starts = new Uint32Array(64)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** A row, as a view to be read and not kept. @throws beyond the list. */
  at(index: number): Uint8Array {
    if (index < 0 || index >= this.#length) throw new RangeError(`no row ${index} in a list of ${this.#length}`)
    const start = this.#starts[index]!
    const behind = start - this.#first.length
    return behind < 0 ? rowAt(this.#first, start) : rowAt(this.#chunks[Math.floor(behind / CHUNK_BYTES)]!, behind % CHUNK_BYTES)
  }

  /** Where a row of a list that nothing was added to begins in the bytes it was made of. */
  startOf(index: number): number {
    return this.#starts[index]! + LENGTH_BYTES
  }

  /** @throws for a row of more than 65,532 bytes: our own bug. */
  push(row: Uint8Array): void {
    const bytes = LENGTH_BYTES + row.length
    if (bytes > CHUNK_BYTES) throw new RangeError(`a row of ${row.length} bytes`)
    if (this.#chunks.length === 0 || this.#used.at(-1)! + bytes > CHUNK_BYTES) {
      this.#chunks.push(new Uint8Array(CHUNK_BYTES))
      this.#used.push(0)
    }
    const last = this.#chunks.length - 1
    const at = this.#used[last]!
    const chunk = this.#chunks[last]!
    chunk[at + 1] = row.length >>> 16
    chunk[at + 2] = row.length >>> 8
    chunk[at + 3] = row.length
    chunk.set(row, at + LENGTH_BYTES)
    this.#used[last] = at + bytes
    this.#begin(this.#first.length + last * CHUNK_BYTES + at)
  }

  /** All of it as it is now, in pieces to be put one after the other. Views: what comes later does not change them. */
  pieces(): Uint8Array[] {
    return [this.#first, ...this.#chunks.map((chunk, i) => chunk.subarray(0, this.#used[i]))]
  }

  /** The list of which these are the pieces, put together; the bytes become its own. Null for any others. */
  static from(bytes: Uint8Array): RowList | null {
    const list = new RowList()
    list.#first = bytes
    let at = 0
    while (at + LENGTH_BYTES <= bytes.length) {
      list.#begin(at)
      at += LENGTH_BYTES + lengthAt(bytes, at)
    }
    return at === bytes.length ? list : null
  }

  #begin(start: number): void {
    if (start >= 2 ** 32) throw new RangeError('more rows than there are places')
    if (this.#length === this.#starts.length) {
      const more = new Uint32Array(this.#length + (this.#length >> 2))
      more.set(this.#starts)
      this.#starts = more
    }
    this.#starts[this.#length++] = start
  }
}

const lengthAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! * 2 ** 24 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!)

const rowAt = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + lengthAt(bytes, at))
