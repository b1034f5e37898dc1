/**
 * Ids of 16 bytes, numbered in the order in which they came, in 24 to 32 bytes each.
 *
 * A city of a million records remembers half a million action ids and for ever those of all help that was
 * ever given; as texts in a `Map` they would take more memory than everything else it knows. Here they stand
 * one after the other, and a hash table of their numbers finds them.
 *
 * People choose ids. So that nobody can choose many that fall on one place of the table and make every
 * search a long one, the hash is keyed with bytes that did not exist when the id was signed (the leaf hash of
 * the record that brings it), and keyed anew when the table grows or a search has become long. The key
 * changes where an id is looked for and no answer.
 */
import type { Hex } from '../action.ts'

const WORDS = 4
/** As many places looked at mean that the ids are not spread as chance would: take another key. */
const LONG_SEARCH = 256
const NUMBERS = 2 ** 32 - 1

export class IdSequence {
  /** The number of the first id that is still here. */
  #first: number
  /** Four words an id; `#gone` ids at its beginning have been let go. */
  #ids = new Uint32Array(WORDS * 64)
  #gone = 0
  #count = 0
  /** Open addressing, linear, at most half full: number + 1, or 0 for nothing. */
  #places = new Uint32Array(128)
  #key = new Uint32Array(WORDS)

  /** What the ids are to be spread with when somebody first asks; null when they are. */
  #unspread: Uint8Array | null = null

  /** Empty; the first id to come gets this number. */
  constructor(first = 0) {
    this.#first = first
  }

  /**
   * Ids given as their bytes, known to be all different, numbered from 0. They are put where they can be found when
   * one is first asked for: whoever takes in a million at its start may be asked for something else first.
   */
  static of(bytes: Uint8Array, unforeseen: Uint8Array): IdSequence {
    const ids = new IdSequence()
    ids.#write(bytes)
    ids.#count = Math.floor(bytes.length / 16)
    ids.#unspread = unforeseen
    return ids
  }

  /** The number of the first id here; that of the next to come, when there is none. */
  get first(): number {
    return this.#first
  }

  /** The number that the next id will get. */
  get next(): number {
    return this.#first + this.#count
  }

  /** The number of an id (32 lower-case hex digits), or -1. */
  numberOf(id: Hex): number {
    if (this.#count === 0 || !read(id)) return -1
    this.#settle()
    return this.#places[this.#placeOf(asked.words, 0)]! - 1
  }

  /**
   * Takes one more id, which is not here yet, and gives its number. `unforeseen`: at least 16 bytes that
   * whoever chose the id did not know. @throws beyond 2^32 − 2 ids.
   */
  add(id: Hex, unforeseen: Uint8Array): number {
    this.#settle()
    this.#room(1)
    const at = WORDS * (this.#gone + this.#count)
    if (!read(id)) throw new RangeError(`not an id: ${id}`)
    for (let i = 0; i < WORDS; i++) this.#ids[at + i] = asked.words[i]!
    return this.#take(unforeseen)
  }

  /** Takes many, given as their bytes; false, and only some of them taken, if one of them is here already. */
  addAll(bytes: Uint8Array, unforeseen: Uint8Array): boolean {
    this.#settle()
    this.#write(bytes)
    const end = this.#count + Math.floor(bytes.length / 16)
    // Room for all of them before the first: they are then spread once.
    if (2 * end > this.#places.length) this.#spread(placesFor(end, this.#places.length), unforeseen)
    while (this.#count < end) {
      const place = this.#placeOf(this.#ids, WORDS * (this.#gone + this.#count))
      if (this.#places[place] !== 0) return false
      this.#places[place] = this.next + 1
      this.#count++
    }
    return true
  }

  /** Lets go of every id whose number is below this one. */
  dropBelow(number: number): void {
    this.#settle()
    while (this.#count > 0 && this.#first < number) {
      this.#vacate(this.#placeOf(this.#ids, WORDS * this.#gone))
      this.#first++
      this.#gone++
      this.#count--
    }
    this.#first = Math.max(this.#first, number)
  }

  /** The ids from one number to before another, 16 bytes each. @throws for numbers that are not here. */
  bytes(from: number, to: number): Uint8Array {
    if (from < this.#first || to > this.next || from > to) throw new RangeError(`no ids ${from} to ${to}`)
    const bytes = new Uint8Array(16 * (to - from))
    const view = new DataView(bytes.buffer)
    const start = WORDS * (this.#gone + from - this.#first)
    for (let i = 0; i < bytes.length / 4; i++) view.setUint32(4 * i, this.#ids[start + i]!)
    return bytes
  }

  /** Writes ids behind the others; they do not count yet. */
  #write(bytes: Uint8Array): void {
    const more = Math.floor(bytes.length / 16)
    if (this.next + more >= NUMBERS) throw new RangeError('more ids than there are numbers')
    this.#room(more)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const start = WORDS * (this.#gone + this.#count)
    for (let word = 0; word < WORDS * more; word++) this.#ids[start + word] = view.getUint32(4 * word)
  }

  #settle(): void {
    const unforeseen = this.#unspread
    if (unforeseen === null) return
    this.#unspread = null
    this.#spread(placesFor(this.#count, this.#places.length), unforeseen)
  }

  /** Gives the id that has been written behind the others its number and its place. */
  #take(unforeseen: Uint8Array): number {
    const number = this.next
    if (number + 1 >= NUMBERS) throw new RangeError('more ids than there are numbers')
    this.#count++
    if (2 * this.#count > this.#places.length) this.#spread(2 * this.#places.length, unforeseen)
    else this.#put(number, unforeseen)
    return number
  }

  /** Where these four words stand in the table, or the empty place where they would. */
  #placeOf(words: Uint32Array, at: number): number {
    const places = this.#places
    const mask = places.length - 1
    for (let place = this.#home(words, at); ; place = (place + 1) & mask) {
      const found = places[place]!
      if (found === 0) return place
      const other = WORDS * (this.#gone + found - 1 - this.#first)
      if (isSame(this.#ids, other, words, at)) return place
    }
  }

  #home(words: Uint32Array, at: number): number {
    const key = this.#key
    let hash = 0
    for (let i = 0; i < WORDS; i++) {
      hash = Math.imul(hash ^ words[at + i]! ^ key[i]!, 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return hash & (this.#places.length - 1)
  }

  #put(number: number, unforeseen: Uint8Array): void {
    const mask = this.#places.length - 1
    let place = this.#home(this.#ids, WORDS * (this.#gone + number - this.#first))
    for (let looked = 0; this.#places[place] !== 0; looked++) {
      if (looked === LONG_SEARCH) return this.#spread(this.#places.length, unforeseen)
      place = (place + 1) & mask
    }
    this.#places[place] = number + 1
  }

  /** All ids into a table of this many places, under a new key. */
  #spread(length: number, unforeseen: Uint8Array): void {
    const view = new DataView(unforeseen.buffer, unforeseen.byteOffset, 4 * WORDS)
    for (let i = 0; i < WORDS; i++) this.#key[i] = view.getUint32(4 * i)
    this.#places = new Uint32Array(length)
    const mask = length - 1
    for (let i = 0; i < this.#count; i++) {
      let place = this.#home(this.#ids, WORDS * (this.#gone + i))
      while (this.#places[place] !== 0) place = (place + 1) & mask
      this.#places[place] = this.#first + i + 1
    }
  }

  /** Empties a place and moves up what was pushed behind it, so that no search ends too early. */
  #vacate(place: number): void {
    const places = this.#places
    const mask = places.length - 1
    let hole = place
    for (let next = (hole + 1) & mask; places[next] !== 0; next = (next + 1) & mask) {
      const home = this.#home(this.#ids, WORDS * (this.#gone + places[next]! - 1 - this.#first))
      const isBehindHole = ((next - home) & mask) >= ((next - hole) & mask)
      if (!isBehindHole) continue
      places[hole] = places[next]!
      hole = next
    }
    places[hole] = 0
  }

  #room(more: number): void {
    if (WORDS * (this.#gone + this.#count + more) <= this.#ids.length) return
    const kept = this.#ids.subarray(WORDS * this.#gone, WORDS * (this.#gone + this.#count))
    // What has been let go makes room first; otherwise a half more.
    const isEnough = 2 * this.#gone > this.#count && more <= this.#gone
    const length = this.#count + Math.max(more, Math.ceil(this.#count / 2), 64)
    const larger = isEnough ? this.#ids : new Uint32Array(WORDS * length)
    larger.set(kept)
    this.#ids = larger
    this.#gone = 0
  }
}

/** The id that was read last, and its words: of one id several sequences are asked in a row. */
const asked = { id: null as string | null, words: new Uint32Array(WORDS) }

/** A table of at least `least` places in which so many ids fill no more than half. */
function placesFor(ids: number, least: number): number {
  let length = least
  while (2 * ids > length) length *= 2
  return length
}

/** Puts the four words of an id into `asked`; false for any other text. */
function read(id: string): boolean {
  if (id === asked.id) return true
  if (id.length !== 2 * 4 * WORDS) return false
  asked.id = null
  for (let i = 0; i < WORDS; i++) {
    let word = 0
    for (let at = 8 * i; at < 8 * i + 8; at++) {
      const code = id.charCodeAt(at)
      const digit = code < 0x3a ? code - 0x30 : code < 0x61 ? -1 : code - 0x57
      if (digit < 0 || digit > 15) return false
      word = (word << 4) | digit
    }
    asked.words[i] = word
  }
  asked.id = id
  return true
}

const isSame = (a: Uint32Array, i: number, b: Uint32Array, j: number): boolean =>
  a[i] === b[j] && a[i + 1] === b[j + 1] && a[i + 2] === b[j + 2] && a[i + 3] === b[j + 3]
