import { describe, expect, test } from 'vitest'
import { categories, type Charter, projectSizes, resources, works } from '#ledger/charter/charter.ts'
import { baseOf, nominalOf } from '#ledger/value/decay.ts'
import { presets } from '#ledger/charter/presets.ts'
import { productOf } from '#ledger/value/reckoning.ts'
import { communityAward, type Grade, projectAward, resourceAward, skillAward } from '#ledger/rules/award.ts'
import { standingOf } from '#ledger/rules/standing.ts'
import { domainIndex } from '#ledger/state/state.ts'
import { aTownOfNeighbours, domainOf, helpOnce, sleep } from '#test/support/people.ts'
import { CV, hexFor } from '#test/support/towns.ts'

const { basic, language, programming } = categories
const { room, vehicle } = resources
const [POOR, FAIR, GOOD] = [0, 1, 2] as const
const { city, 'seed-literal': literal, 'time-bank': bank } = presets

const skill = (charter: Charter, category: 1 | 2 | 3, minutes: number, grade: Grade, people: number) =>
  skillAward(charter, { category, minutes, grade, people }).milli
const shared = (resource: 1 | 2, days: number, demandPerMille: number, grade: Grade) =>
  resourceAward(city, { resource, minutes: days * 1_440, demandPerMille, demandSet: null, grade }).milli
const inProject = (size: 1 | 2, sharePerMille: number, reach: number, completion: 'full' | 'partial') =>
  projectAward(city, { size, sharePerMille, reach, completion, set: null }).milli
const forCommunity = (participants: number, lasting: boolean, quality: 'high' | 'normal' | 'poor') =>
  communityAward(city, { work: works.gathering, participants, lasting, quality, set: null }).milli

describe('[S1535] resources: base × duration × demand × rating', () => {
  test('[S1541] room 200 a night, vehicle 150 a day', () => {
    expect([shared(room, 1, 1000, GOOD), shared(vehicle, 1, 1000, GOOD)]).toEqual([200n * CV, 150n * CV])
  })
  test('[S1541-1547] three nights of a room in the peak season, rated good: 900 CV', () => {
    expect(shared(room, 3, 1500, GOOD)).toBe(900n * CV)
  })
  test('[S1541-1547] two days of a vehicle off-season, rated fair: 168 CV', () => {
    expect(shared(vehicle, 2, 800, FAIR)).toBe(168n * CV)
  })
  test('[S1547] good 1.0, fair 0.7, poor 0.3', () => {
    expect(([GOOD, FAIR, POOR] as const).map((grade) => shared(room, 1, 1000, grade))).toEqual([200n * CV, 140n * CV, 60n * CV])
  })
  test('an index outside the charter’s bounds counts as the bound', () => {
    expect([shared(room, 1, 9000, GOOD), shared(room, 1, 1, GOOD)]).toEqual([300n * CV, 160n * CV])
  })
})

describe('[S1562] skills: difficulty × duration × rating × group', () => {
  test('[S1568-1574] a programming workshop of 2 hours for 10 people, good: 342 CV', () => {
    expect(skill(city, programming, 120, GOOD, 10)).toBe(342n * CV)
  })
  test('[S1574] the same workshop attended by 8: 306 CV', () => {
    expect(skill(city, programming, 120, GOOD, 8)).toBe(306n * CV)
  })
  test('[S1568] basic help for one, 90 minutes: 90 CV', () => {
    expect(skill(city, basic, 90, GOOD, 1)).toBe(90n * CV)
  })
  test('[S1568] one hour of language teaching: 72 CV', () => {
    expect(skill(city, language, 60, GOOD, 1)).toBe(72n * CV)
  })
  test('[S1572] fair is 0.7 of it and poor 0.3', () => {
    expect([skill(city, basic, 100, FAIR, 1), skill(city, basic, 100, POOR, 1)]).toEqual([70n * CV, 30n * CV])
  })
  test('[S1574] a group counts three times at most: from 21 people on it is the same', () => {
    expect([20, 21, 200].map((people) => skill(city, basic, 60, GOOD, people))).toEqual([174n * CV, 180n * CV, 180n * CV])
  })
  test('[S1570-1574] read literally, in hours and heads, the workshop is 1.5 × 2 × 1.0 × 10 = 30', () => {
    expect(skill(literal, programming, 120, GOOD, 10)).toBe(30n * CV)
  })
})

describe('[S1588] projects: base × share × impact × completion', () => {
  test('[S1594] a community event is 500, a medium project 2000, and all of it is 1', () => {
    expect([inProject(projectSizes.event, 1000, 0, 'full'), inProject(projectSizes.medium, 1000, 0, 'full')]).toEqual([500n * CV, 2000n * CV])
  })
  test('[S1594-1600] a core organiser of a medium project that reached 120 people and was partly finished: 540 CV', () => {
    expect(inProject(projectSizes.medium, 300, 120, 'partial')).toBe(540n * CV)
  })
  test('[S1596] a participant’s tenth of an event is 50 CV', () => {
    expect(inProject(projectSizes.event, 100, 99, 'full')).toBe(50n * CV)
  })
  test('[S1598] the impact counts from 100 people on', () => {
    expect([99, 100].map((reach) => inProject(projectSizes.event, 100, reach, 'full'))).toEqual([50n * CV, 75n * CV])
  })
})

describe('[S1616] the community: people × impact × quality', () => {
  test('[S1622-1626] a gathering of 30 that lasts, found very useful: 54 CV', () => {
    expect(forCommunity(30, true, 'high')).toBe(54n * CV)
  })
  test('[S1624-1626] otherwise 30, and poor 21', () => {
    expect([forCommunity(30, false, 'normal'), forCommunity(30, false, 'poor')]).toEqual([30n * CV, 21n * CV])
  })
  test('from a hundred people on it is the same', () => {
    expect(forCommunity(101, false, 'normal')).toBe(100n * CV)
  })
})

test('in a time bank an hour is an hour: whatever it is, however it was rated, for however many', () => {
  for (const category of [basic, language, programming]) {
    for (const grade of [0, 1, 2] as const) {
      for (const people of [1, 30]) expect(skillAward(bank, { category, minutes: 60, grade, people }).milli).toBe(60n * CV)
    }
  }
})

test('factors are multiplied first and rounded down once', () => {
  const odd: Charter = {
    ...city,
    skill: { ...city.skill, coefficients: [{ category: 1, perMille: 1 }] },
    rating: { ...city.rating, fairPerMille: 500 },
  }
  // 1 minute × 0.001 × 0.5 × 3.0 is 1.5 milli; rounded after each factor it would be 0.
  expect(skillAward(odd, { category: 1, minutes: 1, grade: 1, people: 21 }).milli).toBe(1n)
})

test('an award keeps its factors and what they follow from, so that its number can be computed again', () => {
  const award = skillAward(city, { category: programming, minutes: 120, grade: 1, people: 10 })
  expect(award).toEqual({
    formula: 'skill', what: programming, quantity: 120, unitMilli: 1000n, per: 1,
    factors: [
      { factor: 'difficulty', perMille: 1500, of: null, set: null },
      { factor: 'rating', perMille: 700, of: 1, set: null },
      { factor: 'group', perMille: 1900, of: 10, set: null },
    ],
    milli: 239_400n,
  })
  expect(productOf(award)).toBe(award.milli)
})

test('an award names who set an index or an impact, and when', () => {
  const set = { by: hexFor('a steward'), ts: 1_767_268_800 }
  const peak = resourceAward(city, { resource: room, minutes: 3 * 1_440, demandPerMille: 1500, demandSet: set, grade: null })
  expect(peak.factors[0]).toEqual({ factor: 'demand', perMille: 1500, of: null, set })
  const project = projectAward(city, { size: 2, sharePerMille: 300, reach: 120, completion: 'partial', set })
  expect(project.factors.map((one) => one.set)).toEqual([null, set, set])
})

test('[S1727] read literally, awards are multiplied by the standing score; a newcomer’s are paid in full', () => {
  const { town, mei, bo } = aTownOfNeighbours({ preset: 'seed-literal' })
  const first = town.state.helps.get(helpOnce(town, mei, bo))!.award!
  expect(first.factors.map((one) => one.factor)).toEqual(['difficulty', 'rating', 'group'])
  sleep(town, 31)
  const { perMille } = standingOf(town.state, mei.acct, town.now)
  const second = town.state.helps.get(helpOnce(town, mei, bo))!.award!
  expect(second.factors.at(-1)).toMatchObject({ factor: 'score', of: null })
  expect(second.factors.at(-1)!.perMille).toBeLessThan(1000)
  expect(second.milli).toBe(productOf(second))
  expect(perMille).not.toBe(null)
})

test('an award is paid from issuance at the index of its own day, and decays from there', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  sleep(town, 100)
  const { issuance } = town.state.books
  helpOnce(town, mei, bo)
  const base = baseOf(90n * CV, domainIndex(town.state, 100))
  expect(issuance - town.state.books.issuance).toBe(base)
  expect(town.state.members.get(mei.acct)!.account.domain).toBe(base)
  expect(base).toBeGreaterThan(90n * CV)
  expect(domainOf(town, mei)).toBe(90n * CV)
  sleep(town, 300)
  expect(domainOf(town, mei)).toBe(nominalOf(base, domainIndex(town.state, 400)))
  expect(domainOf(town, mei)).toBeLessThan(90n * CV)
})

test('what was ever contributed does not decay', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  helpOnce(town, mei, bo)
  sleep(town, 400)
  expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(90n * CV)
})
