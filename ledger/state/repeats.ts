/**
 * Short helps that repeat themselves: between which two there were some in the last ninety days, and when
 * (`rules/farming.ts`).
 *
 * A city has tens of thousands of such pairs and forgets a few of them with every help. So beside them stands in which
 * order their helps were noted: what is to be forgotten is at its beginning, and nothing else is looked at.
 */
import type { Hex } from '../action.ts'
import { changed } from './changed.ts'
import type { Category } from '../charter/charter.ts'

/** The longest window, and the most helps before this one, that a charter may ask about. */
const KEPT_SECONDS = 90 * 86_400
const TIMES_MAX = 1_008

/** Short helps of one category between two people, whoever helped; the lesser account first. Times in seconds, ascending. */
export type Repeated = { one: Hex; other: Hex; category: Category; times: number[] }

export class Repeats {
  readonly #byName = new Map<string, Repeated>()
  /** A row stands here once for each of its helps, with the time of that help. */
  #noted: { helps: Repeated; ts: number }[] = []
  /** Those before this one have been looked at. */
  #next = 0
  #isInOrder = true

  /** In the order of the first help of those that are remembered. */
  values(): Iterable<Repeated> {
    return this.#byName.values()
  }

  /** Notes a help between two, in whichever direction, and answers how many of the category before it were later than `from`. */
  note(helper: Hex, receiver: Hex, category: Category, ts: number, from: number): number {
    this.#forget(ts - KEPT_SECONDS)
    const [one, other] = helper < receiver ? [helper, receiver] : [receiver, helper]
    const name = nameOf(one, other, category)
    const known = this.#byName.get(name)
    const helps: Repeated = known === undefined ? { one, other, category, times: [] } : changed(known)
    const { times } = helps
    const before = times.reduce((count, time) => (time > from ? count + 1 : count), 0)
    const kept = times.findIndex((time) => time > ts - KEPT_SECONDS)
    times.splice(0, Math.max(kept < 0 ? times.length : kept, times.length + 1 - TIMES_MAX))
    times.push(ts)
    if (known === undefined) this.#byName.set(name, helps)
    this.#noted.push({ helps, ts })
    return before
  }

  /** Takes in a row; false when it says nothing, or there is one of these two and this category already. */
  takeIn(helps: Repeated): boolean {
    const { one, other, category, times } = helps
    if (one >= other || times.length === 0 || this.#byName.has(nameOf(one, other, category))) return false
    this.#byName.set(nameOf(one, other, category), helps)
    this.#noted.push({ helps, ts: times.at(-1)! })
    this.#isInOrder = false
    return true
  }

  /** Forgets all whose latest help was at or before `past`. */
  #forget(past: number): void {
    if (!this.#isInOrder) this.#noted.sort((a, b) => a.ts - b.ts)
    this.#isInOrder = true
    for (let first = this.#noted[this.#next]; first !== undefined && first.ts <= past; first = this.#noted[++this.#next]) {
      const { one, other, category, times } = first.helps
      if (times.at(-1)! <= past) this.#byName.delete(nameOf(one, other, category))
    }
    if (2 * this.#next <= this.#noted.length) return
    this.#noted.splice(0, this.#next)
    this.#next = 0
  }
}

const nameOf = (lesser: Hex, greater: Hex, category: Category): string => `${lesser}${greater}${category}`
