import { describe, expect, test } from 'vitest'
import { categories, type Charter } from '#ledger/charter.ts'
import { baseOf, nominalOf } from '#ledger/decay.ts'
import { presets } from '#ledger/presets.ts'
import { skillAward } from '#ledger/rules/award.ts'
import { domainIndex } from '#ledger/state.ts'
import { aTownOfNeighbours, domainOf, helpOnce, sleep } from '#test/support/people.ts'
import { CV } from '#test/support/towns.ts'

const { basic, language, programming } = categories
const GOOD = 2
const { city, 'time-bank': bank } = presets

describe('the seed’s numbers, Annex 4, 技能贡献', () => {
  const worth = (category: 1 | 2 | 3, minutes: number, grade: 0 | 1 | 2, people: number) =>
    skillAward(city, { category, minutes, grade, people }).milli

  test('a programming workshop of 2 hours for 10 people, good: 1.5 × 120 × 1.0 × 1.9 = 342 CV', () => {
    expect(worth(programming, 120, GOOD, 10)).toBe(342n * CV)
  })
  test('the same workshop attended by 8: 306 CV', () => {
    expect(worth(programming, 120, GOOD, 8)).toBe(306n * CV)
  })
  test('basic help for one, 90 minutes: 90 CV', () => {
    expect(worth(basic, 90, GOOD, 1)).toBe(90n * CV)
  })
  test('one hour of language teaching: 72 CV', () => {
    expect(worth(language, 60, GOOD, 1)).toBe(72n * CV)
  })
  test('fair is 0.7 of it and poor 0.3', () => {
    expect([worth(basic, 100, 1, 1), worth(basic, 100, 0, 1)]).toEqual([70n * CV, 30n * CV])
  })
  test('a group counts three times at most: from 21 people on it is the same', () => {
    expect([worth(basic, 60, GOOD, 20), worth(basic, 60, GOOD, 21), worth(basic, 60, GOOD, 200)])
      .toEqual([174n * CV, 180n * CV, 180n * CV])
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

test('an award keeps its factors, so that its number can be computed again', () => {
  expect(skillAward(city, { category: programming, minutes: 120, grade: 1, people: 10 })).toEqual({
    category: programming, minutes: 120, coefficientPerMille: 1500, ratingPerMille: 700, groupPerMille: 1900, milli: 239_400n,
  })
})

test('an award is paid from issuance at the index of its own day, and decays from there', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  sleep(town, 100)
  helpOnce(town, mei, bo)
  const base = baseOf(90n * CV, domainIndex(town.state, 100))
  expect(town.state.books.issuance).toBe(-base)
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
