/**
 * What is known of rows until they change: their hashes, for the state's digest.
 *
 * A digest is asked for every day and a day changes few rows, so the hashes of a table's rows are kept from one
 * digest to the next. The object that a row is written from does not know: whoever changes one that is kept so (a
 * member, an open agreement or help, a guest, a slot, a request, an arrival) gets it through `changed`, and only then
 * changes it. Forgetting that gives a wrong digest, which the tests of `digest.ts` look for after every entry.
 */
type Place = { rows: KeptRows; at: number }

const places = new WeakMap<object, Place>()

/** The same object, whose row is about to change. */
export function changed<T extends object>(source: T): T {
  const place = places.get(source)
  if (place !== undefined) place.rows.outdate(place.at)
  return source
}

const HASH_BYTES = 32

/** The rows of one table of one state, in their order, as they were when last asked for. */
export class KeptRows {
  readonly #sources: object[] = []
  #hashes = new Uint8Array(HASH_BYTES * 64)
  /** 1 where the hash is no longer that of the row. */
  #outdated = new Uint8Array(64)

  /** The hashes of the rows written from these, 32 bytes each; `hash` is asked for those that are new or have changed. */
  hashes(sources: Iterable<object>, hash: (source: object) => Uint8Array): Uint8Array {
    let at = 0
    for (const source of sources) {
      // Most rows are where they were and as they were: to see that, nothing of them is looked at.
      if (this.#sources[at] !== source || this.#outdated[at] === 1) this.#put(at, source, hash)
      at++
    }
    this.#sources.length = at
    return this.#hashes.subarray(0, HASH_BYTES * at)
  }

  outdate(at: number): void {
    this.#outdated[at] = 1
  }

  #put(at: number, source: object, hash: (source: object) => Uint8Array): void {
    if (at === this.#outdated.length) this.#grow()
    const before = places.get(source)
    // Rows before it have gone and it has moved up; or it is another state's as well, which then has to look again.
    const isMoved = before?.rows === this && before.at > at && this.#sources[before.at] === source && this.#outdated[before.at] === 0
    if (isMoved) this.#hashes.copyWithin(HASH_BYTES * at, HASH_BYTES * before.at, HASH_BYTES * (before.at + 1))
    else this.#hashes.set(hash(source), HASH_BYTES * at)
    if (before === undefined) places.set(source, { rows: this, at })
    else {
      if (before.rows !== this) before.rows.outdate(before.at)
      before.rows = this
      before.at = at
    }
    this.#sources[at] = source
    this.#outdated[at] = 0
  }

  #grow(): void {
    const [hashes, outdated] = [this.#hashes, this.#outdated]
    this.#hashes = new Uint8Array(2 * hashes.length)
    this.#hashes.set(hashes)
    this.#outdated = new Uint8Array(2 * outdated.length)
    this.#outdated.set(outdated)
  }
}
