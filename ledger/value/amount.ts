/**
 * Amounts: contribution value (CV) in thousandths, as bigints.
 *
 * 1 CV is 1000 milli. Amounts are never negative; what leaves one account arrives in another.
 * Products of factors and rates are rounded once, downwards, by `mulDiv`: one stated rule instead
 * of a fraction whose last digit depends on the order of the multiplications.
 */

/** One CV in milli. */
export const MILLI = 1000n

/**
 * The largest amount a charter or a federation document may name: a billion CV, the ordinary help
 * of two thousand years. In base units it stays far inside the 64 bits of an order.
 */
export const AGREED_MILLI_MAX = 1_000_000n * 1_000n * MILLI

/**
 * Whether a rate of Global for Domain can be agreed on: at most 1 : 3, because others would be
 * paying for more, and of whole numbers small enough that every reader multiplies them alike.
 */
export function isSoundRate({ numerator, denominator }: { numerator: number; denominator: number }): boolean {
  return denominator > 0 && denominator <= RATE_PART_MAX && numerator * 3 <= denominator
}

const RATE_PART_MAX = 1_000_000

/** floor(a · num / den), exact. @throws on a negative operand and on den = 0: our own bug. */
export function mulDiv(a: bigint, num: bigint, den: bigint): bigint {
  if (a < 0n || num < 0n || den <= 0n) throw new RangeError(`mulDiv of ${a} · ${num} / ${den}`)
  return (a * num) / den
}
