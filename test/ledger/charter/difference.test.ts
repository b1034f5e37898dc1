import { expect, test } from 'vitest'
import { charterDiff, fieldsOf } from '#ledger/charter/difference.ts'
import { presets } from '#ledger/charter/presets.ts'

const { city } = presets

test('a charter differs from itself in nothing', () => {
  for (const charter of Object.values(presets)) expect(charterDiff(charter, structuredClone(charter))).toEqual([])
})

test('a number, a fraction and what stands alone: one row each, in the order of the charter', () => {
  const after = {
    ...city, stewardThreshold: 3, decay: { ...city.decay, domainPerMille: 80 },
    vote: { ...city.vote, quorum: { numerator: 1, denominator: 3 } },
  }
  expect(charterDiff(city, after)).toEqual([
    { field: 'vote.quorum', row: null, before: { numerator: 1, denominator: 2 }, after: { numerator: 1, denominator: 3 } },
    { field: 'stewardThreshold', row: null, before: 2, after: 3 },
    { field: 'decay.domainPerMille', row: null, before: 100, after: 80 },
  ])
})

test('rows of a list are told apart by what they are about, and may be new or gone', () => {
  const [basic, language, programming] = city.skill.coefficients
  const after = { ...city, skill: { ...city.skill, coefficients: [basic!, { ...language!, perMille: 1300 }, programming!] }, services: [] }
  expect(charterDiff(city, after)).toEqual([
    { field: 'skill.coefficients', row: 2, before: language, after: { category: 2, perMille: 1300 } },
    ...city.services.map((service) => ({ field: 'services', row: service.service, before: service, after: null })),
  ])
  expect(charterDiff(after, city).filter(({ field }) => field === 'services').map(({ before }) => before)).toEqual([null, null, null, null])
})

test('a list of numbers is one value', () => {
  const after = { ...city, farming: { ...city.farming, perMille: [500, 250] } }
  expect(charterDiff(city, after)).toEqual([{ field: 'farming.perMille', row: null, before: [500, 250, 0], after: [500, 250] }])
})

test('every field of a charter is found', () => {
  const names = fieldsOf(city).map(([field]) => field)
  expect(new Set(names).size).toBe(names.length)
  for (const name of ['preset', 'levels.l5Milli', 'tiers', 'roles', 'display.currencyName']) expect(names).toContain(name)
})
