import { expect, test } from 'vitest'
import { charterFault, type CharterFault, parseCharter, stewardsAsked } from '#ledger/charter/fault.ts'
import { type Charter, CHARTER_BYTES_MAX, encodeCharter } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'

const { city } = presets

test('every preset is its own bytes, fits into a record and has no fault', () => {
  for (const preset of Object.values(presets)) {
    expect(charterFault(preset)).toBe(null)
    expect(parseCharter(encodeCharter(preset))).toEqual(preset)
    expect(encodeCharter(preset).length).toBeLessThan(CHARTER_BYTES_MAX)
  }
})

test('a preset stands under its own name, and no two are the same', () => {
  for (const [name, preset] of Object.entries(presets)) expect(preset.preset).toBe(name)
  const alike = Object.values(presets).map((preset) => encodeCharter({ ...preset, preset: 'city' }).join())
  expect(new Set(alike).size).toBe(alike.length)
})

test('the city reads the seed: programming 1.5, language 1.2, basic 1.0; good 1.0, fair 0.7, poor 0.3', () => {
  expect(city.skill.coefficients.map((row) => row.perMille).sort()).toEqual([1000, 1200, 1500])
  expect([city.rating.goodPerMille, city.rating.fairPerMille, city.rating.poorPerMille]).toEqual([1000, 700, 300])
  expect([city.levels.l3Milli, city.levels.l4Milli, city.levels.l5Milli]).toEqual([1_000_000n, 5_000_000n, 10_000_000n])
  expect(city.decay.domainPerMille).toBe(100)
})

test('a time bank counts every hour the same, charges hour for hour and shows hours', () => {
  const bank = presets['time-bank']
  expect(new Set(bank.skill.coefficients.map((row) => row.perMille))).toEqual(new Set([1000]))
  expect([bank.helpPrice, bank.rating.movesAward, bank.skill.groupMaxPerMille, bank.display.hours]).toEqual([1, false, 1000, true])
})

type Changes = { [K in keyof Charter]?: Charter[K] extends unknown[] | string | number | bigint | boolean ? Charter[K] : Partial<Charter[K]> }

/** The city with these changes, topic by topic. */
function cityWith(changes: Changes): Charter {
  const charter: Record<string, unknown> = { ...city }
  for (const [topic, change] of Object.entries(changes)) {
    const before = city[topic as keyof Charter]
    charter[topic] = typeof before === 'object' && !Array.isArray(before) ? { ...before, ...(change as object) } : change
  }
  return charter as Charter
}

const [first, second, third] = city.skill.coefficients
const room = city.price.table[0]!
const tooMuch = 10n ** 12n + 1n

const faulty: Record<CharterFault, Charter[]> = {
  'category-twice': [cityWith({ skill: { coefficients: [first!, second!, third!, third!] } })],
  'category-missing': [cityWith({ skill: { coefficients: [first!, second!] } }), cityWith({ skill: { coefficients: [] } })],
  'coefficient-out-of-range': [99, 10_001].map((perMille) => cityWith({ skill: { coefficients: [{ ...first!, perMille }, second!, third!] } })),
  'unit-of-time': [0, 30, 61].map((minutesPerCv) => cityWith({ skill: { minutesPerCv } })),
  'group-below-one': [cityWith({ skill: { groupMaxPerMille: 999 } })],
  'group-too-large': [cityWith({ skill: { groupMaxPerMille: 1_000_001 } }), cityWith({ skill: { groupStepPerMille: 1_000_001 } })],
  'rating-above-one': [cityWith({ rating: { goodPerMille: 1001 } })],
  'ratings-unordered': [cityWith({ rating: { fairPerMille: 200 } }), cityWith({ rating: { fairPerMille: 1001 } }), cityWith({ rating: { poorPerMille: 701 } })],
  'resource-twice': [cityWith({ price: { table: [room, room] } }), cityWith({ resource: { bases: [room, room] } })],
  'unit-out-of-range': [0, 366 * 1_440 + 1].map((unitMinutes) => cityWith({ price: { table: [{ ...room, unitMinutes }] } })),
  'demand-out-of-range': [
    cityWith({ resource: { leastPerMille: 99 } }), cityWith({ resource: { offSeasonPerMille: 799 } }), cityWith({ resource: { offSeasonPerMille: 1001 } }),
    cityWith({ resource: { peakPerMille: 999 } }), cityWith({ resource: { peakPerMille: 1501 } }), cityWith({ resource: { mostPerMille: 10_001 } }),
  ],
  'long-stay-unordered': [
    cityWith({ price: { longStay: [{ fromUnits: 7, perMille: 500 }, { fromUnits: 7, perMille: 400 }] } }),
    cityWith({ price: { longStay: [{ fromUnits: 7, perMille: 1001 }] } }),
  ],
  'project-size-twice': [cityWith({ project: { bases: [city.project.bases[0]!, city.project.bases[0]!] } })],
  'share-above-one': (['coreMaxPerMille', 'participantMaxPerMille', 'partialPerMille'] as const).map((name) => cityWith({ project: { [name]: 1001 } })),
  'impact-out-of-range': [
    cityWith({ project: { reachPerMille: 999 } }), cityWith({ community: { lastingPerMille: 10_001 } }), cityWith({ community: { highPerMille: 999 } }),
    cityWith({ community: { poorPerMille: 1001 } }),
  ],
  'community-out-of-range': [cityWith({ community: { participantsMax: 1001 } }), cityWith({ community: { worksAMonth: 1001 } })],
  'farming-out-of-range': [
    cityWith({ farming: { perMille: [] } }), cityWith({ farming: { perMille: [1001] } }), cityWith({ farming: { careLeastPerMille: 1001 } }),
    cityWith({ farming: { days: 0 } }), cityWith({ farming: { days: 91 } }), cityWith({ farming: { freeCount: 1001 } }),
  ],
  'service-out-of-range': [0, 3_651].map((days) => cityWith({ services: [{ ...city.services[0]!, days }] })),
  'certification-out-of-reach': [{ peers: 0, levelMin: 3 }, { peers: 3, levelMin: 6 }].map((certification) => cityWith({ certification })),
  'service-twice': [cityWith({ services: [city.services[0]!, city.services[0]!] })],
  'window-out-of-range': [
    ...Object.keys(city.windows).filter((name) => name !== 'freeCancelHours')
      .flatMap((name) => [0, 3_651, Number.MAX_SAFE_INTEGER].map((days) => cityWith({ windows: { [name]: days } }))),
    cityWith({ windows: { freeCancelHours: 87_601 } }),
  ],
  'conversion-above-a-third': ([[1, 0], [1, 2], [334, 1000], [1, 1_000_001]] as const)
    .map(([numerator, denominator]) => cityWith({ conversion: { globalPer: { numerator, denominator } } })),
  'conversion-out-of-reach': [{ levelMin: 0 }, { levelMin: 6 }, { standingMinPerMille: 1001 }].map((conversion) => cityWith({ conversion })),
  'levels-unordered': [cityWith({ levels: { l4Milli: 1_000_000n } }), cityWith({ levels: { l3Milli: 6_000_000n } })],
  'weights-not-one': [cityWith({ score: { ratingPerMille: 301 } }), cityWith({ score: { feedbackPerMille: 0 } })],
  'bands-unordered': [cityWith({ score: { mediumPerMille: 801 } }), cityWith({ score: { highPerMille: 1001 } })],
  'vote-out-of-reach': [
    cityWith({ vote: { proposeLevel: 6 } }), cityWith({ vote: { voteLevel: 0 } }), cityWith({ vote: { quorum: { numerator: 3, denominator: 2 } } }),
    cityWith({ vote: { majority: { numerator: 0, denominator: 2 } } }), cityWith({ vote: { majority: { numerator: 1, denominator: 0 } } }), cityWith({ vote: { youngBelow: 0 } }),
  ],
  'role-twice': [cityWith({ roles: [city.roles[0]!, city.roles[0]!] })],
  'no-steward-role': [cityWith({ roles: [] }), cityWith({ roles: city.roles.slice(1) })],
  'term-out-of-range': [0, 3_651].map((termDays) => cityWith({ roles: [{ ...city.roles[0]!, termDays }] })),
  'no-steward-needed': [cityWith({ stewardThreshold: 0 })],
  'tiers-unordered': [[], [city.tiers[0]!, city.tiers[0]!], city.tiers.toReversed()].map((tiers) => cityWith({ tiers })),
  'tier-without-signature': [cityWith({ tiers: [{ upToMilli: 1n, signatures: 0 }] })],
  'no-jurors': [0, 2].map((jurors) => cityWith({ sanctions: { jurors } })),
  'decay-too-fast': [151, 1000].map((domainPerMille) => cityWith({ decay: { domainPerMille } })),
  'dormancy-out-of-range': [{ dormantAfterDays: 29 }, { dormantAfterDays: 3_651 }, { dormantOverDays: 0 }].map((decay) => cityWith({ decay })),
  'share-out-of-range': [cityWith({ cap: { warnPerMille: 1001 } }), cityWith({ reserve: { hubMaxPerMille: 1001 } })],
  'commission-out-of-range': [
    cityWith({ income: { need: { leastPerMille: 151, mostPerMille: 150 } } }), cityWith({ income: { skill: { leastPerMille: 1, mostPerMille: 1001 } } }),
  ],
  'plan-twice': [cityWith({ income: { plans: [city.income.plans[0]!, city.income.plans[0]!] } })],
  'currency-not-a-code': [cityWith({ deposit: { currency: 'yen' } }), cityWith({ income: { currency: '' } })],
  'money-too-large': [cityWith({ deposit: { minor: 100_000_001 } })],
  'amount-too-large': [
    cityWith({ levels: { l5Milli: tooMuch } }), cityWith({ conversion: { quarterMaxMilli: tooMuch } }), cityWith({ conversion: { yearMaxMilli: tooMuch } }),
    cityWith({ exposureMilli: tooMuch }), cityWith({ cap: { yearMilli: tooMuch } }), cityWith({ price: { table: [{ ...room, milli: tooMuch }] } }),
    cityWith({ commons: { grantMaxMilli: tooMuch } }), cityWith({ reserve: { capMilli: tooMuch } }), cityWith({ gift: { yearMaxMilli: tooMuch } }),
    cityWith({ referral: { milli: tooMuch } }), cityWith({ services: [{ service: 1, milli: tooMuch, days: 30 }] }),
  ],
  'too-many-asked': [
    cityWith({ stewardThreshold: 1_001 }), cityWith({ tiers: [{ upToMilli: 1n, signatures: 1_001 }] }), cityWith({ levels: { recommendations: 1_001 } }),
    cityWith({ levels: { governanceActs: 1_001 } }), cityWith({ sanctions: { jurors: 1_001 } }), cityWith({ vote: { youngBelow: 1_001 } }),
    cityWith({ price: { longStay: [{ fromUnits: 1_001, perMille: 1 }] } }),
  ],
}

test.each(Object.entries(faulty))('a charter is refused: %s', (fault, charters) => {
  expect(charters.length).toBeGreaterThan(0)
  for (const charter of charters) {
    expect(charterFault(charter)).toBe(fault)
    expect(parseCharter(encodeCharter(charter))).toBe(null)
  }
})

test('a charter asks for as many stewards as its threshold or the highest of its tiers', () => {
  const { city } = presets
  const tiers = (...signatures: number[]) => signatures.map((one, i) => ({ upToMilli: BigInt(i + 1), signatures: one }))
  expect(stewardsAsked({ ...city, stewardThreshold: 2, tiers: tiers(1, 3) })).toBe(3)
  expect(stewardsAsked({ ...city, stewardThreshold: 5, tiers: tiers(1, 3) })).toBe(5)
  // More than there are is no fault: all there are sign then.
  expect(charterFault({ ...city, stewardThreshold: 5 })).toBeNull()
})

test('a charter may go as far as its bounds', () => {
  expect(charterFault(cityWith({
    windows: { ...Object.fromEntries(Object.keys(city.windows).map((name) => [name, 3_650])), freeCancelHours: 0 },
    decay: { domainPerMille: 150, dormantAfterDays: 30, dormantOverDays: 1 },
    exposureMilli: tooMuch - 1n, skill: { minutesPerCv: 60, groupMaxPerMille: 1_000_000 },
  }))).toBe(null)
})

test('a negative number has no spelling in a charter', () => {
  expect(() => encodeCharter(cityWith({ cap: { yearMilli: -1n } }))).toThrow(RangeError)
  expect(() => encodeCharter(cityWith({ decay: { domainPerMille: -1 } }))).toThrow(RangeError)
})

test('bytes that are not the one spelling of a charter are refused', () => {
  const bytes = encodeCharter(city)
  expect(parseCharter(bytes.slice(0, -1))).toBe(null)
  expect(parseCharter(new Uint8Array([...bytes, 0]))).toBe(null)
  expect(parseCharter(new Uint8Array())).toBe(null)
})
