import { expect, test } from 'vitest'
import { typedAs } from '#ui/pages/council/charter-words.ts'

test('a number of the charter is typed in the unit in which people speak of it', () => {
  expect(typedAs('cap.yearMilli', '30,000')).toBe('30000000')
  expect(typedAs('decay.domainPerMille', '8')).toBe('80')
  expect(typedAs('decay.domainPerMille', '8.5%')).toBe('85')
  expect(typedAs('resource.peakPerMille', '1.25')).toBe('1250')
  expect(typedAs('windows.confirmDays', '7')).toBe('7')
})

test('what is no such number is none, and nothing is a number of its own', () => {
  expect(typedAs('decay.domainPerMille', '8.55')).toBeNull()
  expect(typedAs('windows.confirmDays', '7.5')).toBeNull()
  expect(typedAs('cap.yearMilli', 'much')).toBeNull()
  expect(typedAs('gift.maxMilli', '0')).toBe('0')
})
