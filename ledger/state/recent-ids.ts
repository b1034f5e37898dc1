/**
 * The ids of the actions of the last days, none of which may be taken again.
 *
 * An action can be recorded until its `exp`, at most 30 days after it was first; a day more, and its id can be
 * forgotten: whoever sends it again is told that it is out of date. Every record has exactly one action, so
 * the ids of a day's records in their order say everything there is to say: the number of an id here is the
 * number of its record.
 */
import type { Hex } from '../action.ts'
import { IdSequence } from './id-sequence.ts'

/** The records of one UTC day: those with these numbers, `end` excluded. */
export type DayOfIds = { readonly day: number; readonly first: number; end: number }

export class RecentIds {
  readonly #ids: IdSequence
  /** Ascending; one begins where the one before ends. */
  readonly #days: DayOfIds[] = []

  /** Nothing remembered; `first` is the number of the record that comes next. */
  constructor(first = 0) {
    this.#ids = new IdSequence(first)
  }

  /** The number of the record that comes next. */
  get next(): number {
    return this.#ids.next
  }

  get isEmpty(): boolean {
    return this.#days.length === 0
  }

  has(id: Hex): boolean {
    return this.#ids.numberOf(id) >= 0
  }

  /** The number of the record of this action, or undefined when it is not remembered. */
  seqOf(id: Hex): number | undefined {
    const seq = this.#ids.numberOf(id)
    return seq < 0 ? undefined : seq
  }

  /** Remembers the action of the next record, which is of this UTC day. `leaf`: the record's. */
  add(id: Hex, day: number, leaf: Uint8Array): void {
    this.#ids.add(id, leaf)
    const last = this.#days.at(-1)
    if (last?.day === day) last.end++
    else this.#days.push({ day, first: this.#ids.next - 1, end: this.#ids.next })
  }

  /** A whole day at once: 16 bytes for each of its records. False if one is remembered already. */
  addDay(day: number, ids: Uint8Array, leaf: Uint8Array): boolean {
    const first = this.#ids.next
    if (!this.#ids.addAll(ids, leaf)) return false
    this.#days.push({ day, first, end: this.#ids.next })
    return true
  }

  /** Forgets what was recorded before this UTC day. */
  forgetBefore(day: number): void {
    while (this.#days.length > 0 && this.#days[0]!.day < day) this.#days.shift()
    this.#ids.dropBelow(this.#days[0]?.first ?? this.#ids.next)
  }

  /** The days that are remembered. An object stands for the same ids as long as its day is not the last. */
  *days(): Generator<DayOfIds> {
    for (const day of this.#days) yield day === this.#days.at(-1) ? { ...day } : day
  }

  /** The ids of a day, 16 bytes each, in the order of the records. */
  idsOf({ first, end }: DayOfIds): Uint8Array {
    return this.#ids.bytes(first, end)
  }
}
