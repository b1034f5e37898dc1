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
import { changed } from './changed.ts'

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

export type Deadline = { at: number; kind: DeadlineKind; id: Hex }

/** What falls due at one midnight, in the order in which it is settled. */
export type Midnight = { readonly at: number; readonly due: readonly { kind: DeadlineKind; id: Hex }[] }

const rank = new Map(deadlineKinds.map((kind, i) => [kind, i]))

type Due = { kind: DeadlineKind; id: Hex }

function compare(a: Due, b: Due): number {
  if (a.kind !== b.kind) return rank.get(a.kind)! - rank.get(b.kind)!
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0 // hex: code units are bytes
}

/** A midnight as it is kept: `taken` of what was due are out already, and the rest may have to be sorted. */
type Kept = { readonly at: number; due: Due[]; taken: number; inOrder: boolean }

/** One list a midnight, put in order when it is looked at; midnights are few, what falls due is much. */
export class Deadlines {
  readonly #midnights = new Map<number, Kept>()
  /** Midnights with something due, ascending. */
  readonly #order: number[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The least, or undefined. */
  next(): Deadline | undefined {
    const [at] = this.#order
    if (at === undefined) return undefined
    const { due, taken } = this.#ordered(at)
    return { at, ...due[taken]! }
  }

  /** Sets a deadline at the first UTC midnight at or after `ts` (seconds). */
  set(ts: number, kind: DeadlineKind, id: Hex): void {
    const midnight = this.#midnightOf(midnightAtOrAfter(ts))
    midnight.due.push({ kind, id })
    midnight.inOrder = false
    this.#size++
  }

  /** Takes out the least one that is due at `ts`, or returns undefined. */
  takeDue(ts: number): Deadline | undefined {
    const [at] = this.#order
    if (at === undefined || at > ts) return undefined
    const midnight = this.#ordered(at)
    const least = midnight.due[midnight.taken++]!
    if (midnight.taken === midnight.due.length) {
      this.#midnights.delete(at)
      this.#order.shift()
    }
    this.#size--
    return { at, ...least }
  }

  /** Every midnight with something due, the next first. An object stands for the same as long as nothing is set there. */
  *midnights(): Generator<Midnight> {
    for (const at of this.#order) {
      const midnight = this.#ordered(at)
      if (midnight.taken > 0) midnight.due = midnight.due.slice(midnight.taken)
      midnight.taken = 0
      yield midnight
    }
  }

  #midnightOf(at: number): Kept {
    const known = this.#midnights.get(at)
    if (known !== undefined) return changed(known)
    const midnight: Kept = { at, due: [], taken: 0, inOrder: true }
    this.#midnights.set(at, midnight)
    let place = this.#order.length
    while (place > 0 && this.#order[place - 1]! > at) place--
    this.#order.splice(place, 0, at)
    return midnight
  }

  #ordered(at: number): Kept {
    const midnight = this.#midnights.get(at)!
    if (midnight.inOrder) return midnight
    midnight.due = midnight.due.slice(midnight.taken).sort(compare)
    midnight.taken = 0
    midnight.inOrder = true
    return midnight
  }
}
