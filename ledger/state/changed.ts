/**
 * What is known of rows until they change: their hashes, for the state's digest.
 *
 * A digest is asked for every day and a day changes few rows, so the hashes of a table's rows are kept from one
 * digest to the next. The object that a row is written from does not know: whoever changes one that is kept so (a
 * member, an open agreement or help, a guest, a slot, a request, an arrival) gets it through `changed`, and only then
 * changes it. Forgetting that gives a wrong digest, which the tests of `digest.ts` look for after every entry.
 */
import { sha256Into } from '../hash.ts'
import { ChangingPages } from './pages.ts'

type Place = { rows: KeptRows; at: number }

/** A constructor that gives back what it is given, so that the fields of a class derived from it are put on that. */
const Given = class {
  constructor(source: object) {
    return source
  }
}

/**
 * Where the row of an object stands, as a private field of that object: found at once, gone with it, and seen by
 * nothing that copies or compares it.
 */
class Placed extends Given {
  #place: Place

  private constructor(source: object, place: Place) {
    super(source)
    this.#place = place
  }

  static at(source: object): Place | undefined {
    return #place in source ? source.#place : undefined
  }

  static put(source: object, place: Place): void {
    new Placed(source, place)
  }
}

/** The same object, whose row is about to change. */
export function changed<T extends object>(source: T): T {
  const place = Placed.at(source)
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
  readonly #pages = new ChangingPages()

  /** The root over the pages of the rows written from these, and how many there are. */
  root(sources: Iterable<object>, rowOf: (source: object) => Uint8Array): { rows: number; root: Uint8Array } {
    const hashes = this.hashes(sources, rowOf)
    return { rows: hashes.length / HASH_BYTES, root: this.#pages.root(hashes) }
  }

  /** The hashes of the rows written from these, 32 bytes each; `rowOf` is asked for those that are new or have changed. */
  hashes(sources: Iterable<object>, rowOf: (source: object) => Uint8Array): Uint8Array {
    let at = 0
    for (const source of sources) {
      // Most rows are where they were and as they were: to see that, nothing of them is looked at.
      if (this.#sources[at] !== source || this.#outdated[at] === 1) this.#put(at, source, rowOf)
      at++
    }
    this.#sources.length = at
    return this.#hashes.subarray(0, HASH_BYTES * at)
  }

  outdate(at: number): void {
    this.#outdated[at] = 1
  }

  #put(at: number, source: object, rowOf: (source: object) => Uint8Array): void {
    if (at === this.#outdated.length) this.#grow()
    const before = Placed.at(source)
    // Rows before it have gone and it has moved up; or it is another state's as well, which then has to look again.
    const isMoved = before?.rows === this && before.at > at && this.#sources[before.at] === source && this.#outdated[before.at] === 0
    if (isMoved) this.#hashes.copyWithin(HASH_BYTES * at, HASH_BYTES * before.at, HASH_BYTES * (before.at + 1))
    else sha256Into(this.#hashes, HASH_BYTES * at, rowOf(source))
    if (before === undefined) Placed.put(source, { rows: this, at })
    else {
      if (before.rows !== this) before.rows.outdate(before.at)
      before.rows = this
      before.at = at
    }
    this.#sources[at] = source
    this.#outdated[at] = 0
    this.#pages.outdate(at)
  }

  #grow(): void {
    const [hashes, outdated] = [this.#hashes, this.#outdated]
    this.#hashes = new Uint8Array(2 * hashes.length)
    this.#hashes.set(hashes)
    this.#outdated = new Uint8Array(2 * outdated.length)
    this.#outdated.set(outdated)
  }
}
