/**
 * Times in ascending order, kept as a row says them.
 *
 * Who does something every day has a thousand of them in a year, and their row is written anew every day. So they are
 * no list of numbers, to be encoded one after the other each time, but that encoding, which is copied as it is: what a
 * day costs does not depend on how much of a year stands behind it. They are added behind and let go of in front.
 */
import { type Cursor, MAJOR, readHead, type Sink, writeHead, writeWritten } from '../codec.ts'
import type { Schema } from '../schema.ts'

const NOTHING = new Uint8Array(0)

export class Times implements Iterable<number> {
  /** Each a `uint`; those before `#start` have been let go of. */
  #written: Sink = { room: NOTHING, length: 0 }
  #start = 0
  #length = 0
  #first = 0
  #last: number | undefined

  /** These, which ascend. */
  static of(values: Iterable<number>): Times {
    const times = new Times()
    for (const value of values) times.#add(value)
    return times
  }

  /** So many, as they are written from a cursor on, which moves behind them; undefined where anything else stands. */
  static read(cursor: Cursor, length: number): Times | undefined {
    const times = new Times()
    if (length === 0) return times
    const start = cursor.at
    for (let i = 0; i < length; i++) {
      const time = readHead(cursor, MAJOR.uint)
      if (time < 0) return undefined
      if (i === 0) times.#first = time
      times.#last = time
    }
    times.#written = { room: cursor.bytes.slice(start, cursor.at), length: cursor.at - start }
    times.#length = length
    return times
  }

  get length(): number {
    return this.#length
  }

  get last(): number | undefined {
    return this.#last
  }

  /** Adds the latest, and lets go of those at or before `past`. */
  note(now: number, past: number): void {
    this.#add(now)
    if (this.#first > past) return
    const cursor = { bytes: this.#written.room, at: this.#start }
    while (this.#length > 0) {
      this.#first = readHead(cursor, MAJOR.uint)
      if (this.#first > past) break
      this.#start = cursor.at
      this.#length--
    }
    // What is let go of is overwritten once it is the most of it.
    if (2 * this.#start <= this.#written.length) return
    this.#written.room.copyWithin(0, this.#start, this.#written.length)
    this.#written.length -= this.#start
    this.#start = 0
  }

  /** How many are later than this. */
  after(from: number): number {
    let count = 0
    for (const time of this) if (time > from) count++
    return count
  }

  /** Takes one out; false when it is not here, or no longer. */
  takeOut(time: number): boolean {
    const values = [...this]
    const at = values.indexOf(time)
    if (at >= 0) this.#become(values.toSpliced(at, 1))
    return at >= 0
  }

  /** Puts one back in its place. */
  putBack(time: number): void {
    this.#become([...this, time].sort((a, b) => a - b))
  }

  *[Symbol.iterator](): Generator<number> {
    const cursor = { bytes: this.#written.room, at: this.#start }
    for (let i = 0; i < this.#length; i++) yield readHead(cursor, MAJOR.uint)
  }

  writeTo(sink: Sink): void {
    writeHead(sink, MAJOR.array, this.#length)
    writeWritten(sink, this.#written, this.#start)
  }

  #add(time: number): void {
    if (this.#length === 0) this.#first = time
    writeHead(this.#written, MAJOR.uint, time)
    this.#length++
    this.#last = time
  }

  #become(values: number[]): void {
    const { room } = this.#written
    this.#written = { room, length: 0 }
    this.#start = this.#length = 0
    this.#last = undefined
    for (const value of values) this.#add(value)
  }
}

/** A list of uints in a row. */
export const timesSchema: Schema<Times> = {
  depth: 1,
  write: (sink, times) => times.writeTo(sink),
  read(cursor: Cursor) {
    const length = readHead(cursor, MAJOR.array)
    return length < 0 ? undefined : Times.read(cursor, length)
  },
}

/** Adds the latest time to a list of them, and lets go of those at or before `past`. */
export function noteTime(times: number[], now: number, past: number): void {
  times.push(now)
  if (times[0]! > past) return
  times.splice(0, times.findIndex((time) => time > past))
}
