/**
 * The charter 公约: what one community has agreed about its own numbers.
 *
 * Every rule reads its parameters here and never carries one itself, so that a change of the rules is an
 * entry in the record and not a release of the program. The charter of a new hub is one of the presets
 * below; its bytes stand in entry 0 and their hash in the genesis document. Units: milli-CV for amounts
 * (1 CV = 1 minute of ordinary service = 1000 milli), per-mille for factors and rates, whole days for
 * windows. Defaults follow the seeds, Annex 4; where they are silent the README of this folder says who
 * decided.
 */
import { AGREED_MILLI_MAX, isSoundRate } from './amount.ts'
import { DECAY_PER_MILLE_MAX } from './decay.ts'
import { decodeAs, encodeAs, fields, flag, type Infer, listOf, literal, big, oneOf, textUpTo, uint } from './schema.ts'

/** What a service is, for the skill formula. The codes are what entries carry; they never change meaning. */
export const categories = { basic: 1, language: 2, programming: 3 } as const
export type Category = (typeof categories)[keyof typeof categories]
export const categoryCode = oneOf(1, 2, 3)

/** `none`: helping is awarded and never charged. `hour-for-hour`: who receives help gives its time value. */
export const helpPrices = { none: 0, 'hour-for-hour': 1 } as const

const charterSchema = fields({
  format: literal(1),
  preset: oneOf('city', 'time-bank'),
  skill: fields({
    /** Per-mille difficulty by category code: programming 1.5, language 1.2, basic 1.0 [seed, Annex 4]. */
    coefficients: listOf(fields({ category: categoryCode, perMille: uint }), 16),
    /** group = 1 + step·(n−1), at most `groupMax` ("系数加成"). */
    groupStepPerMille: uint,
    groupMaxPerMille: uint,
  }),
  rating: fields({ goodPerMille: uint, fairPerMille: uint, poorPerMille: uint, movesAward: flag }),
  helpPrice: oneOf(0, 1),
  windows: fields({
    confirmDays: uint,
    ratingDays: uint,
    holdDays: uint,
    shortFormDays: uint,
    suspenseDays: uint,
    /** Until so many hours before it begins, an agreement may be called off without a trace in one's standing. */
    freeCancelHours: uint,
  }),
  conversion: fields({
    globalPer: fields({ numerator: uint, denominator: uint }),
    levelMin: uint,
    standingMinPerMille: uint,
    quarterMaxMilli: big,
  }),
  levels: fields({ l3Milli: big, l4Milli: big, l5Milli: big, recommendations: uint, governanceActs: uint }),
  domainDecayPerMille: uint,
  /** Stewards needed for a decision of the hub; never more than there are stewards. */
  stewardThreshold: uint,
  /** Signatures a transfer needs, by its nominal Global amount: the first tier that reaches it counts. */
  tiers: listOf(fields({ upToMilli: big, signatures: uint }), 8),
  /** What a newly met city may send before anybody has set a limit, nominal Global milli, each way. */
  exposureMilli: big,
  /** Amounts are shown as hours and minutes (时间积分). */
  showsHours: flag,
  currencyName: textUpTo(48),
})

export type Charter = Infer<typeof charterSchema>
export type Preset = Charter['preset']

const CV = 1000n

const city: Charter = {
  format: 1,
  preset: 'city',
  skill: {
    coefficients: [
      { category: categories.basic, perMille: 1000 },
      { category: categories.language, perMille: 1200 },
      { category: categories.programming, perMille: 1500 },
    ],
    groupStepPerMille: 100,
    groupMaxPerMille: 3000,
  },
  rating: { goodPerMille: 1000, fairPerMille: 700, poorPerMille: 300, movesAward: true },
  helpPrice: helpPrices.none,
  windows: { confirmDays: 7, ratingDays: 14, holdDays: 30, shortFormDays: 7, suspenseDays: 30, freeCancelHours: 48 },
  conversion: {
    globalPer: { numerator: 1, denominator: 3 },
    levelMin: 3,
    standingMinPerMille: 800,
    quarterMaxMilli: 1_500n * CV,
  },
  levels: {
    l3Milli: 1_000n * CV,
    l4Milli: 5_000n * CV,
    l5Milli: 10_000n * CV,
    recommendations: 3,
    governanceActs: 3,
  },
  domainDecayPerMille: 100,
  stewardThreshold: 2,
  tiers: [
    { upToMilli: 1_000n * CV, signatures: 1 },
    { upToMilli: 5_000n * CV, signatures: 2 },
    { upToMilli: 2n ** 63n, signatures: 3 },
  ],
  exposureMilli: 3_000n * CV,
  showsHours: false,
  currencyName: '贡献值',
}

/** Every hour counts the same, whoever gives it and whatever it is; who receives an hour gives an hour back. */
const timeBank: Charter = {
  ...city,
  preset: 'time-bank',
  skill: {
    coefficients: city.skill.coefficients.map(({ category }) => ({ category, perMille: 1000 })),
    groupStepPerMille: 0,
    groupMaxPerMille: 1000,
  },
  rating: { ...city.rating, movesAward: false },
  helpPrice: helpPrices['hour-for-hour'],
  showsHours: true,
  currencyName: '时间积分',
}

/** The charters a new hub may start from. Only presets whose every rule is built are here. */
export const presets: Record<Preset, Charter> = { city, 'time-bank': timeBank }

/** The canonical bytes of a charter, as they stand in the record. */
export const encodeCharter = (charter: Charter): Uint8Array => encodeAs(charterSchema, charter)

/**
 * Reads a charter and refuses one that cannot work: no name for what is wrong is given here, because the
 * caller is replaying somebody's entry and needs only yes or no; `charterFault` tells a person.
 */
export function parseCharter(bytes: Uint8Array): Charter | null {
  const charter = decodeAs(charterSchema, bytes)
  return charter !== null && charterFault(charter) === null ? charter : null
}

/** Why a charter cannot work, or null. */
export function charterFault(charter: Charter): CharterFault | null {
  const { skill, rating, conversion, tiers } = charter
  const known = new Set(skill.coefficients.map((row) => row.category))
  if (known.size !== skill.coefficients.length) return 'category-twice'
  for (const code of Object.values(categories)) if (!known.has(code)) return 'category-missing'
  if (skill.coefficients.some(({ perMille }) => !isWithin(perMille, COEFFICIENT_PER_MILLE))) return 'coefficient-out-of-range'
  if (skill.groupMaxPerMille < 1000) return 'group-below-one'
  if (Math.max(skill.groupMaxPerMille, skill.groupStepPerMille) > COEFFICIENT_PER_MILLE.most) return 'group-above-ten'
  if (rating.goodPerMille > 1000) return 'rating-above-one'
  if (rating.goodPerMille < rating.fairPerMille || rating.fairPerMille < rating.poorPerMille) return 'ratings-unordered'
  const { freeCancelHours, ...days } = charter.windows
  if (Object.values(days).some((window) => !isWithin(window, WINDOW_DAYS))) return 'window-out-of-range'
  if (freeCancelHours > FREE_CANCEL_HOURS_MAX) return 'window-out-of-range'
  if (!isSoundRate(conversion.globalPer)) return 'conversion-above-a-third'
  if (!isWithin(conversion.levelMin, LEVELS) || conversion.standingMinPerMille > 1000) return 'conversion-out-of-reach'
  if (charter.domainDecayPerMille > DECAY_PER_MILLE_MAX) return 'decay-too-fast'
  if (amountsIn(charter).some((milli) => milli > AGREED_MILLI_MAX)) return 'amount-too-large'
  if (charter.stewardThreshold < 1) return 'no-steward-needed'
  if (tiers.length === 0 || tiers.some((tier, i) => i > 0 && tier.upToMilli <= tiers[i - 1]!.upToMilli)) return 'tiers-unordered'
  if (tiers.some((tier) => tier.signatures < 1)) return 'tier-without-signature'
  if (countsIn(charter).some((count) => count > PEOPLE_ASKED_MAX)) return 'too-many-asked'
  return null
}

/**
 * What a reader of somebody else's log must be able to rely on: whatever two strangers write into their
 * charter, every sum and every day that follows from it stays a number that all machines add alike.
 */
const WINDOW_DAYS = { least: 1, most: 3_650 }
const FREE_CANCEL_HOURS_MAX = 3_650 * 24
const COEFFICIENT_PER_MILLE = { least: 100, most: 10_000 }
const LEVELS = { least: 1, most: 5 }
const PEOPLE_ASKED_MAX = 1_000

const isWithin = (value: number, { least, most }: { least: number; most: number }): boolean =>
  value >= least && value <= most

const amountsIn = ({ levels, conversion, exposureMilli }: Charter): bigint[] =>
  [levels.l3Milli, levels.l4Milli, levels.l5Milli, conversion.quarterMaxMilli, exposureMilli]

const countsIn = ({ levels, stewardThreshold, tiers }: Charter): number[] =>
  [levels.recommendations, levels.governanceActs, stewardThreshold, ...tiers.map((tier) => tier.signatures)]

export type CharterFault =
  | 'category-twice'
  | 'category-missing'
  | 'coefficient-out-of-range'
  | 'group-below-one'
  | 'group-above-ten'
  | 'rating-above-one'
  | 'ratings-unordered'
  | 'window-out-of-range'
  | 'conversion-above-a-third'
  | 'conversion-out-of-reach'
  | 'decay-too-fast'
  | 'amount-too-large'
  | 'no-steward-needed'
  | 'tiers-unordered'
  | 'tier-without-signature'
  | 'too-many-asked'
