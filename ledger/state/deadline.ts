/**
 * Deadlines: the ledger's only sense of time passing.
 *
 * Nothing in the record happens by itself. A rule that wants something to happen later puts a deadline
 * here, always a UTC midnight; the day's `tick` takes them out in the order (midnight, kind, id), also those
 * that settling one puts in, until none is due. A deadline whose matter has been settled otherwise is
 * simply taken out and found to be void, so nothing ever needs to be removed.
 *
 * A city of a thousand waits for tens of thousands of them, most of which will be void. So each is kept as its row says
 * it, and becomes an object on its midnight.
 */
import type { Hex } from '../action.ts'
import { hexIn } from '../bytes.ts'
import { midnightAtOrAfter } from '../calendar.ts'
import { changed } from './changed.ts'
import { type Cursor, MAJOR, readHead, readSpan, type Sink, writeHead, writeHex, writeWritten } from '../codec.ts'
import type { Schema } from '../schema.ts'

/** In the order in which deadlines of one midnight are settled. */
export const deadlineKinds = [
  'help.lapse', 'report.silent', 'ratings.open', 'award.final', 'agreement.lapse', 'agreement.undecided', 'session.lapse', 'session.grades', 'session.final', 'request.expire',
  'arrival.return', 'member.invitation', 'member.recovery',
  'commons.issue', 'partner.offer', 'partner.silent',
  'project.draw', 'project.lapse', 'project.award', 'project.undecided', 'work.final',
  'case.draw', 'case.lapse', 'case.final', 'case.verdict',
  'role.offer', 'role.term', 'vote.close', 'vote.lapse', 'vote.effect',
] as const
export type DeadlineKind = (typeof deadlineKinds)[number]

export type Due = { kind: DeadlineKind; id: Hex }
export type Deadline = Due & { at: number }

/** What falls due at one midnight. */
export type Midnight = { readonly at: number; readonly due: DueList }

const rank = new Map(deadlineKinds.map((kind, i) => [kind, i]))
const ID_BYTES_MAX = 32

function compare(a: Due, b: Due): number {
  if (a.kind !== b.kind) return rank.get(a.kind)! - rank.get(b.kind)!
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0 // hex: code units are bytes
}

/** What falls due together, in the order of being set, as it stands in a row: [kind, id] after [kind, id]. */
export class DueList implements Iterable<Due> {
  readonly #written: Sink = { room: new Uint8Array(64), length: 0 }
  #length = 0

  static of(all: Iterable<Due>): DueList {
    const list = new DueList()
    for (const due of all) list.add(due)
    return list
  }

  get length(): number {
    return this.#length
  }

  add({ kind, id }: Due): void {
    writeHead(this.#written, MAJOR.array, 2)
    writeHead(this.#written, MAJOR.uint, rank.get(kind)!)
    if (!writeHex(this.#written, id)) throw new RangeError(`a deadline of ${id}`)
    this.#length++
  }

  *[Symbol.iterator](): Generator<Due> {
    const cursor = { bytes: this.#written.room, at: 0 }
    for (let i = 0; i < this.#length; i++) yield readDue(cursor)!
  }

  writeTo(sink: Sink): void {
    writeHead(sink, MAJOR.array, this.#length)
    writeWritten(sink, this.#written)
  }
}

function readDue(cursor: Cursor): Due | undefined {
  if (readHead(cursor, MAJOR.array) !== 2) return undefined
  const kind = deadlineKinds[readHead(cursor, MAJOR.uint)]
  const length = readSpan(cursor, MAJOR.bytes, ID_BYTES_MAX)
  return kind === undefined || length < 0 ? undefined : { kind, id: hexIn(cursor.bytes, cursor.at - length, cursor.at) }
}

/** A list of [kind uint, id bytes] in a row; a kind is its place in `deadlineKinds`. */
export const dueSchema: Schema<DueList> = {
  depth: 2,
  write: (sink, due) => due.writeTo(sink),
  read(cursor) {
    const length = readHead(cursor, MAJOR.array)
    if (length < 0) return undefined
    const list = new DueList()
    while (list.length < length) {
      const due = readDue(cursor)
      if (due === undefined) return undefined
      list.add(due)
    }
    return list
  },
}

/** One list a midnight; that of the midnight which is being settled is put in order for it. */
export class Deadlines {
  readonly #midnights = new Map<number, Midnight>()
  /** Midnights with something due, ascending; without the one that is being settled. */
  readonly #order: number[] = []
  /** What is left of the midnight that is being settled, the least last. */
  #settling: { readonly at: number; readonly left: Due[] } | null = null

  /** The midnight of the least; undefined when nothing is to come. */
  next(): number | undefined {
    return this.#settling?.at ?? this.#order[0]
  }

  /** Sets a deadline at the first UTC midnight at or after `ts` (seconds). */
  set(ts: number, kind: DeadlineKind, id: Hex): void {
    const at = midnightAtOrAfter(ts)
    if (at === this.#settling?.at) insert(this.#settling.left, { kind, id })
    else this.#midnightOf(at).due.add({ kind, id })
  }

  /** Takes out the least one that is due at `ts`, or returns undefined. */
  takeDue(ts: number): Deadline | undefined {
    const settling = this.#settling ?? this.#beginSettling(ts)
    if (settling === null || settling.at > ts) return undefined
    const least = settling.left.pop()!
    this.#settling = settling.left.length === 0 ? null : settling
    return { at: settling.at, ...least }
  }

  /** Every midnight with something due, the next first. An object stands for the same as long as nothing is set there. */
  *midnights(): Generator<Midnight> {
    if (this.#settling !== null) yield { at: this.#settling.at, due: DueList.of(this.#settling.left.toReversed()) }
    for (const at of this.#order) yield this.#midnights.get(at)!
  }

  #beginSettling(ts: number): { at: number; left: Due[] } | null {
    const [at] = this.#order
    if (at === undefined || at > ts) return null
    const { due } = this.#midnights.get(at)!
    this.#midnights.delete(at)
    this.#order.shift()
    return { at, left: [...due].sort((a, b) => compare(b, a)) }
  }

  #midnightOf(at: number): Midnight {
    const known = this.#midnights.get(at)
    if (known !== undefined) return changed(known)
    const midnight: Midnight = { at, due: new DueList() }
    this.#midnights.set(at, midnight)
    let place = this.#order.length
    while (place > 0 && this.#order[place - 1]! > at) place--
    this.#order.splice(place, 0, at)
    return midnight
  }
}

/** Puts one in its place among those that are left. */
function insert(left: Due[], due: Due): void {
  let place = left.length
  while (place > 0 && compare(left[place - 1]!, due) < 0) place--
  left.splice(place, 0, due)
}
