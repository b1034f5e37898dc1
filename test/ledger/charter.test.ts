import { expect, test } from 'vitest'
import {
  type Charter, type CharterFault, charterFault, encodeCharter, parseCharter, presets,
} from '#ledger/charter.ts'

const { city } = presets

test('every preset is its own bytes and without a fault', () => {
  for (const preset of Object.values(presets)) {
    expect(charterFault(preset)).toBe(null)
    expect(parseCharter(encodeCharter(preset))).toEqual(preset)
  }
})

test('a preset stands under its own name', () => {
  for (const [name, preset] of Object.entries(presets)) expect(preset.preset).toBe(name)
})

test('the city reads the seed: programming 1.5, language 1.2, basic 1.0; good 1.0, fair 0.7, poor 0.3', () => {
  expect(city.skill.coefficients.map((row) => row.perMille).sort()).toEqual([1000, 1200, 1500])
  expect([city.rating.goodPerMille, city.rating.fairPerMille, city.rating.poorPerMille])
    .toEqual([1000, 700, 300])
  expect([city.levels.l3Milli, city.levels.l4Milli, city.levels.l5Milli])
    .toEqual([1_000_000n, 5_000_000n, 10_000_000n])
  expect(city.domainDecayPerMille).toBe(100)
})

test('a time bank counts every hour the same, charges hour for hour and shows hours', () => {
  const bank = presets['time-bank']
  expect(new Set(bank.skill.coefficients.map((row) => row.perMille))).toEqual(new Set([1000]))
  expect([bank.helpPrice, bank.rating.movesAward, bank.skill.groupMaxPerMille, bank.showsHours])
    .toEqual([1, false, 1000, true])
})

const [first, second, third] = city.skill.coefficients
const skill = (changes: Partial<Charter['skill']>): Charter =>
  ({ ...city, skill: { ...city.skill, ...changes } })
const rating = (changes: Partial<Charter['rating']>): Charter =>
  ({ ...city, rating: { ...city.rating, ...changes } })
const conversion = (changes: Partial<Charter['conversion']>): Charter =>
  ({ ...city, conversion: { ...city.conversion, ...changes } })
const windows = (changes: Partial<Charter['windows']>): Charter =>
  ({ ...city, windows: { ...city.windows, ...changes } })
const tooMuch = 10n ** 12n + 1n
const ratio = (numerator: number, denominator: number): Charter =>
  ({ ...city, conversion: { ...city.conversion, globalPer: { numerator, denominator } } })

const faulty: Record<CharterFault, Charter[]> = {
  'category-twice': [skill({ coefficients: [first!, second!, third!, third!] })],
  'category-missing': [skill({ coefficients: [first!, second!] }), skill({ coefficients: [] })],
  'coefficient-out-of-range': [99, 10_001].map((perMille) => skill({ coefficients: [{ ...first!, perMille }, second!, third!] })),
  'group-below-one': [skill({ groupMaxPerMille: 999 })],
  'group-above-ten': [skill({ groupMaxPerMille: 10_001 }), skill({ groupStepPerMille: 10_001 })],
  'rating-above-one': [rating({ goodPerMille: 1001 })],
  'ratings-unordered': [rating({ fairPerMille: 200 }), rating({ fairPerMille: 1001 }), rating({ poorPerMille: 701 })],
  'conversion-above-a-third': [ratio(1, 0), ratio(1, 2), ratio(334, 1000), ratio(1, 1_000_001)],
  'conversion-out-of-reach': [
    conversion({ levelMin: 0 }), conversion({ levelMin: 6 }), conversion({ standingMinPerMille: 1001 }),
  ],
  'window-out-of-range': [
    ...(['confirmDays', 'ratingDays', 'holdDays', 'shortFormDays', 'suspenseDays'] as const)
      .flatMap((name) => [0, 3_651, Number.MAX_SAFE_INTEGER].map((days) => windows({ [name]: days }))),
    windows({ freeCancelHours: 87_601 }),
  ],
  'decay-too-fast': [{ ...city, domainDecayPerMille: 151 }, { ...city, domainDecayPerMille: 1000 }],
  'amount-too-large': [
    ...(['l3Milli', 'l4Milli', 'l5Milli'] as const).map((name) => ({ ...city, levels: { ...city.levels, [name]: tooMuch } })),
    conversion({ quarterMaxMilli: tooMuch }), { ...city, exposureMilli: tooMuch },
  ],
  'no-steward-needed': [{ ...city, stewardThreshold: 0 }],
  'tiers-unordered': [[], [city.tiers[0]!, city.tiers[0]!], city.tiers.toReversed()].map((tiers) => ({ ...city, tiers })),
  'tier-without-signature': [{ ...city, tiers: [{ upToMilli: 1n, signatures: 0 }] }],
  'too-many-asked': [
    { ...city, stewardThreshold: 1_001 }, { ...city, tiers: [{ upToMilli: 1n, signatures: 1_001 }] },
    { ...city, levels: { ...city.levels, recommendations: 1_001 } },
    { ...city, levels: { ...city.levels, governanceActs: 1_001 } },
  ],
}

test.each(Object.entries(faulty))('a charter is refused: %s', (fault, charters) => {
  for (const charter of charters) {
    expect(charterFault(charter)).toBe(fault)
    expect(parseCharter(encodeCharter(charter))).toBe(null)
  }
})

test('a charter may go as far as its bounds', () => {
  expect(charterFault({
    ...windows({
      confirmDays: 1, ratingDays: 1, holdDays: 3_650, shortFormDays: 1, suspenseDays: 3_650, freeCancelHours: 0,
    }),
    domainDecayPerMille: 150, exposureMilli: tooMuch - 1n,
  })).toBe(null)
})

test('bytes that are not the one spelling of a charter are refused', () => {
  const bytes = encodeCharter(city)
  expect(parseCharter(bytes.slice(0, -1))).toBe(null)
  expect(parseCharter(new Uint8Array([...bytes, 0]))).toBe(null)
  expect(parseCharter(new Uint8Array())).toBe(null)
})
