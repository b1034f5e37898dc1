/**
 * Where frames of a journal stand, in order: 4 bytes a frame. A journal only grows, so a segment is
 * noted once, where it begins, and each frame by its offset in it.
 */
import type { Place } from './journal.ts'
import { Uint32List } from './uint32-list.ts'

export class Places {
  #offsets = new Uint32List()
  /** The index of the first frame in each segment that has any, and that segment's number. */
  readonly #begins: { index: number; segment: number }[] = []

  get length(): number {
    return this.#offsets.length
  }

  push({ segment, offset }: Place): void {
    if (this.#begins.at(-1)?.segment !== segment) this.#begins.push({ index: this.length, segment })
    this.#offsets.push(offset)
  }

  /** The place of the frame at an index below `length`. */
  at(index: number): Place {
    const offset = this.#offsets.at(index)
    const { segment } = this.#begins.findLast((begin) => begin.index <= index)!
    return { segment, offset }
  }

  /** What `from` makes the same places of; the offsets to be read and not kept. */
  parts(): { offsets: Uint8Array; begins: readonly { index: number; segment: number }[] } {
    return { offsets: this.#offsets.bytes(), begins: this.#begins }
  }

  /** Null for what `parts` does not give. */
  static from(offsets: Uint8Array, begins: readonly { index: number; segment: number }[]): Places | null {
    const list = Uint32List.from(offsets)
    if (list === null) return null
    const places = new Places()
    places.#offsets = list
    places.#begins.push(...begins)
    return places
  }
}
