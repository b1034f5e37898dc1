/** *Value* of the README: base units, nominal amounts and the index between them. */
export const YEAR = 365n

/** I(day) at a yearly rate per mille. */
export function indexOn(day: bigint, rate: bigint): bigint {
  const [y, r] = [day / YEAR, day % YEAR]
  return (((1_000n - rate) ** y * (365_000n - rate * r)) << 64n) / (1_000n ** y * 365_000n)
}

/** The same at a rate for each year; the last is that of all after it. */
export function indexBy(day: bigint, rates: readonly bigint[]): bigint {
  const years = Array.from({ length: Number(day / YEAR) + 1 }, (_, year) => rates[year] ?? rates.at(-1)!)
  const [rate, ...before] = years.reverse() as [bigint, ...bigint[]]
  const left = before.reduce((product, one) => product * (1_000n - one), 1n) * (365_000n - rate * (day % YEAR))
  return (left << 64n) / (1_000n ** BigInt(before.length) * 365_000n)
}

export const nominal = (base: bigint, index: bigint): bigint => (base * index) >> 64n
export const baseOf = (nominal: bigint, index: bigint): bigint => ((nominal << 64n) + index - 1n) / index

/** A quarter of a protocol year, counted from day 0. */
export const quarterOn = (day: bigint): bigint => 4n * (day / YEAR) + (4n * (day % YEAR)) / YEAR

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)
export const sum = (numbers: Iterable<bigint>): bigint => [...numbers].reduce((a, b) => a + b, 0n)
