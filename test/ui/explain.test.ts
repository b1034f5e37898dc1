import { expect, test } from 'vitest'
import type { AwardFactor } from '#protocol/api.ts'
import { sumOf, termsOf } from '#ui/explain.ts'
import { en } from '#ui/text/en.ts'
import { zh } from '#ui/text/zh.ts'

const factors = (over: Partial<Extract<AwardFactor, { factor: 'rating' }>> = {}): AwardFactor[] => [
  { factor: 'minutes', value: 90 },
  { factor: 'coefficient', category: 1, perMille: 1000 },
  { factor: 'rating', perMille: 1000, graded: 'good', ...over },
]

test('why 90: every factor in its order, then the number', () => {
  expect(sumOf(termsOf(factors(), true, false, zh), '90 贡献值', zh)).toBe(
    '90 分钟 × 1.0 × 1.0 = 90 贡献值',
  )
  expect(sumOf(termsOf(factors(), true, false, en), '90 CV', en)).toBe('90 min × 1.0 × 1.0 = 90 CV')
})

test('the workshop: programming, two hours, ten people', () => {
  const workshop: AwardFactor[] = [
    { factor: 'minutes', value: 120 },
    { factor: 'coefficient', category: 3, perMille: 1500 },
    { factor: 'rating', perMille: 1000, graded: 'good' },
    { factor: 'group', perMille: 1900, people: 10 },
  ]
  const terms = termsOf(workshop, true, false, en)
  expect(sumOf(terms, '342 CV', en)).toBe('120 min × 1.5 × 1.0 × 1.9 = 342 CV')
  expect(terms.map((one) => one.meaning)).toEqual([
    'time',
    'Programming',
    'rating · Good',
    'group · 10 people',
  ])
})

test('an hour bank reads hours', () => {
  expect(sumOf(termsOf(factors().slice(0, 2), true, true, zh), '1:30 时间积分', zh)).toBe(
    '1 小时 30 分钟 × 1.0 = 1:30 时间积分',
  )
})

test('nobody rated: final, it counted as good; not yet final, it says so', () => {
  const unrated = factors({ graded: 'not-rated' })
  expect(termsOf(unrated, true, false, zh)[2]!.meaning).toContain(zh.factors.notRated)
  expect(termsOf(unrated, false, false, zh)[2]!.meaning).toContain(zh.factors.ifGood)
})

test('a poor rating is said with its number', () => {
  expect(termsOf(factors({ graded: 'poor', perMille: 300 }), true, false, en)[2]).toEqual({
    number: '0.3',
    meaning: 'rating · Poor',
  })
})

test('a contribution abroad has no factors here', () => {
  expect(termsOf([], true, false, zh)).toEqual([])
})
