/**
 * Deadlines: the ledger's only sense of time passing.
 *
 * Nothing in the record happens by itself. A rule that wants something to happen later puts a deadline
 * here, always a UTC midnight; the day's `tick` takes them out in the order (midnight, kind, id), also those
 * that settling one puts in, until none is due. A deadline whose matter has been settled otherwise is
 * simply taken out and found to be void, so nothing ever needs to be removed.
 */
import type { Hex } from './action.ts'
import { midnightAtOrAfter } from './calendar.ts'

/** In the order in which deadlines of one midnight are settled. */
export const deadlineKinds = [
  'help.lapse', 'report.silent', 'ratings.open', 'award.final', 'agreement.lapse', 'request.expire', 'arrival.return',
] as const
export type DeadlineKind = (typeof deadlineKinds)[number]

export type Deadline = { at: number; kind: DeadlineKind; id: Hex }

const rank = new Map(deadlineKinds.map((kind, i) => [kind, i]))

function isBefore(a: Deadline, b: Deadline): boolean {
  if (a.at !== b.at) return a.at < b.at
  if (a.kind !== b.kind) return rank.get(a.kind)! < rank.get(b.kind)!
  return a.id < b.id // hex: code units are bytes
}

/** A binary heap: the least deadline first, whatever the order they were set in. */
export class Deadlines {
  readonly #heap: Deadline[] = []

  get size(): number {
    return this.#heap.length
  }

  /** The least, or undefined. */
  next(): Deadline | undefined {
    return this.#heap[0]
  }

  /** Sets a deadline at the first UTC midnight at or after `ts` (seconds). */
  set(ts: number, kind: DeadlineKind, id: Hex): void {
    const heap = this.#heap
    let i = heap.push({ at: midnightAtOrAfter(ts), kind, id }) - 1
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (!isBefore(heap[i]!, heap[parent]!)) return
      swap(heap, i, parent)
      i = parent
    }
  }

  /** Takes out the least one that is due at `ts`, or returns undefined. */
  takeDue(ts: number): Deadline | undefined {
    const heap = this.#heap
    const least = heap[0]
    if (least === undefined || least.at > ts) return undefined
    const last = heap.pop()!
    if (heap.length > 0) {
      heap[0] = last
      let i = 0
      for (;;) {
        const left = 2 * i + 1
        const right = left + 1
        let least = i
        if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left
        if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right
        if (least === i) break
        swap(heap, i, least)
        i = least
      }
    }
    return least
  }
}

function swap(heap: Deadline[], i: number, j: number): void {
  const kept = heap[i]!
  heap[i] = heap[j]!
  heap[j] = kept
}
