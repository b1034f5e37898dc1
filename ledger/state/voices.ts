/**
 * Voices: what each of the others last said of a member, by the latest answer of each, kept as a row says it.
 *
 * Whoever meets many people has as many voices, and their row is written anew on every day on which one is heard. So
 * this is no table of objects but the encoding of one, in which the few that there are are looked through; see
 * `times.ts`.
 */
import type { Hex } from '../action.ts'
import { hexIn, hexInto, standsAt } from '../bytes.ts'
import { type Cursor, MAJOR, readHead, readSimple, readSpan, type Sink, writeBytes, writeHead, writeSimple, writeWritten } from '../codec.ts'
import type { Schema } from '../schema.ts'

export type Voice = { by: Hex; ts: number; isGood: boolean }

const ACCOUNT_BYTES = 32
/** Before the account stand the heads of a list of three and of its bytes, behind the time whether it is good. */
const HEADS_BYTES = 3
const FLAG_BYTES = 1
/** The account that is looked for. */
const asked = new Uint8Array(ACCOUNT_BYTES)

export class Voices implements Iterable<Voice> {
  readonly #written: Sink = { room: new Uint8Array(0), length: 0 }
  #length = 0

  /** The latest word of `by`, in place of the one before; lets go of those at or before `past`. */
  note({ by, ts, isGood }: Voice, past: number): void {
    if (!hexInto(asked, 0, by) || by.length !== 2 * ACCOUNT_BYTES) throw new RangeError(`not an account: ${by}`)
    const cursor = { bytes: this.#written.room, at: 0 }
    for (let i = 0; i < this.#length; i++) {
      const start = cursor.at
      const account = start + HEADS_BYTES
      cursor.at = account + ACCOUNT_BYTES
      const said = readHead(cursor, MAJOR.uint)
      cursor.at += FLAG_BYTES
      // Gone for its age, or for the newer one: those behind it move up.
      if (said > past && !standsAt(cursor.bytes, account, asked)) continue
      this.#takeOut(start, cursor.at)
      cursor.at = start
      i--
    }
    writeHead(this.#written, MAJOR.array, 3)
    writeBytes(this.#written, asked)
    writeHead(this.#written, MAJOR.uint, ts)
    writeSimple(this.#written, isGood)
    this.#length++
  }

  *[Symbol.iterator](): Generator<Voice> {
    const cursor = { bytes: this.#written.room, at: 0 }
    for (let i = 0; i < this.#length; i++) {
      const { account, ts, isGood } = readVoice(cursor)!
      yield { by: hexIn(cursor.bytes, account, account + ACCOUNT_BYTES), ts, isGood }
    }
  }

  writeTo(sink: Sink): void {
    writeHead(sink, MAJOR.array, this.#length)
    writeWritten(sink, this.#written)
  }

  #takeOut(start: number, end: number): void {
    this.#written.room.copyWithin(start, end, this.#written.length)
    this.#written.length -= end - start
    this.#length--
  }
}

/** What stands at the cursor, and where its account does. */
function readVoice(cursor: Cursor): { account: number; ts: number; isGood: boolean } | undefined {
  if (readHead(cursor, MAJOR.array) !== 3) return undefined
  const length = readSpan(cursor, MAJOR.bytes, ACCOUNT_BYTES)
  const account = cursor.at - ACCOUNT_BYTES
  const ts = readHead(cursor, MAJOR.uint)
  const isGood = readSimple(cursor)
  return length !== ACCOUNT_BYTES || ts < 0 || typeof isGood !== 'boolean' ? undefined : { account, ts, isGood }
}

/** A list of [by id32, ts uint, isGood flag] in a row. */
export const voicesSchema: Schema<Voices> = {
  depth: 2,
  write: (sink, voices) => voices.writeTo(sink),
  read(cursor) {
    const length = readHead(cursor, MAJOR.array)
    if (length < 0) return undefined
    const voices = new Voices()
    for (let i = 0; i < length; i++) {
      const said = readVoice(cursor)
      if (said === undefined) return undefined
      const { account, ts, isGood } = said
      voices.note({ by: hexIn(cursor.bytes, account, account + ACCOUNT_BYTES), ts, isGood }, -1)
    }
    return voices
  },
}
