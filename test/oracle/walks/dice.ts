/** Chance from a seed: the same seed walks the same way on every machine. */
export class Dice {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A fraction below 1 (mulberry32). */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0, below `n`. */
  below(n: number): number {
    return Math.floor(this.#next() * n)
  }

  chance(share: number): boolean {
    return this.#next() < share
  }

  pick<T>(items: Iterable<T>): T | undefined {
    const all = [...items]
    return all[this.below(all.length)]
  }

  /** One of at least one. */
  among<T>(...items: [T, ...T[]]): T {
    return items[this.below(items.length)]!
  }

  shuffled<T>(items: Iterable<T>): T[] {
    return [...items].map((item) => ({ item, at: this.#next() })).sort((a, b) => a.at - b.at).map(({ item }) => item)
  }
}
