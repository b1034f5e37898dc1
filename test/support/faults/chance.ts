/** Chance that can be repeated: the same seed, the same choices. */

export type Chance = {
  /** 0 … below − 1. */
  below(n: number): number
  pick<T>(from: readonly T[]): T
  /** As many different ones as asked for, or all there are, in an order of their own. */
  some<T>(from: readonly T[], count: number): T[]
}

/** Steele's and Vigna's SplitMix, in 32 bits. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const below = (n: number): number => Math.floor((next() / 2 ** 32) * n)
  return {
    below,
    pick: (from) => from[below(from.length)]!,
    some(from, count) {
      const left = [...from]
      const chosen: typeof left = []
      while (chosen.length < count && left.length > 0) chosen.push(...left.splice(below(left.length), 1))
      return chosen
    },
  }
}
