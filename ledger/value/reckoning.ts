/**
 * Reckonings: a number of the economy together with everything it was multiplied from.
 *
 *   milli = ⌊ quantity × unitMilli × factor × factor … / per ⌋       factors per mille, one floor at the end
 *
 * Every award and every price is one. It keeps its inputs beside its result, so that whoever meets the number later
 * can ask why, and do the sum again on paper; a factor that somebody chose keeps who chose it and when.
 */
import type { Hex } from '../action.ts'
import { MILLI, mulDiv } from './amount.ts'

/** By which of the charter's formulas an award is made, by the number it has in rows. */
export const formulaCodes = { skill: 1, resource: 2, project: 3, community: 4 } as const

/** What can be multiplied in, by the number it has in rows. */
export const factorCodes = {
  difficulty: 1, rating: 2, group: 3, demand: 4, longStay: 5, share: 6, reach: 7, completion: 8, lasting: 9, quality: 10,
  repeated: 11, score: 12,
} as const
export type FactorName = keyof typeof factorCodes

/** Who chose a factor, and when (seconds). */
export type Setting = { by: Hex; ts: number }

export type Factor = {
  factor: FactorName
  perMille: number
  /** The number it follows from: people helped or reached, units booked, helps like this one before; null for none. */
  of: number | null
  /** Null for what the charter alone decides. */
  set: Setting | null
}

export type Reckoning = {
  /** Minutes, nights, people, or 1. */
  quantity: number
  unitMilli: bigint
  /** So many of `quantity` are one unit: 60 where the seed's hours are read literally, the minutes of half a unit for a short use, else 1. */
  per: number
  /** In the order in which they are multiplied. */
  factors: Factor[]
  milli: bigint
}

export const reckon = (quantity: number, unitMilli: bigint, per: number, factors: Factor[]): Reckoning =>
  ({ quantity, unitMilli, per, factors, milli: productOf({ quantity, unitMilli, per, factors }) })

/** The same with one more factor at the end: multiplied anew, so that it is still rounded only once. */
export function multipliedBy<R extends Reckoning>(reckoning: R, factor: Factor): R {
  const factors = [...reckoning.factors, factor]
  return { ...reckoning, factors, milli: productOf({ ...reckoning, factors }) }
}

/** What a reckoning comes to, computed from its inputs alone. */
export function productOf({ quantity, unitMilli, per, factors }: Omit<Reckoning, 'milli'>): bigint {
  let numerator = 1n
  let denominator = BigInt(per)
  for (const { perMille } of factors) {
    numerator *= BigInt(perMille)
    denominator *= PER_MILLE
  }
  return mulDiv(BigInt(quantity) * unitMilli, numerator, denominator)
}

const PER_MILLE = 1000n

/** A factor that the charter alone decides. */
export const fixed = (factor: FactorName, perMille: number, of: number | null = null): Factor =>
  ({ factor, perMille, of, set: null })

/** A factor that somebody chose. */
export const chosen = (factor: FactorName, perMille: number, set: Setting | null, of: number | null = null): Factor =>
  ({ factor, perMille, of, set })

/** One unit of what is counted in CV directly: minutes of service, people who took part. */
export const ONE_CV = MILLI
