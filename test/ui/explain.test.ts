import { expect, test } from 'vitest'
import type { AwardFactor } from '#protocol/api.ts'
import { sumOf, termsOf } from '#ui/text/explain.ts'
import { type Book, loadBooks, type Texts } from '#ui/text/catalogue.ts'

const books = ['always', 'names', 'why'] satisfies Book[]
const [zh, en] = (await Promise.all([loadBooks('zh', books), loadBooks('en', books)])) as [Texts<'names' | 'why'>, Texts<'names' | 'why'>]

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

test('a balance, and what an exchange comes to, are sums too', () => {
  const balance = termsOf([{ factor: 'then', milli: '100000', ts: 1_767_268_800 }, { factor: 'index', millionths: 923_100, yearPerMille: 100 }], true, false, en)
  expect(sumOf(balance, '92.3 CV', en)).toBe('100 × 0.923100 = 92.3 CV')
  expect(balance.map(({ meaning }) => meaning).join(' ')).toMatch(/first day.*10% a year/)
  const ratio = { factor: 'ratio', numerator: 1, denominator: 3 } as const
  const exchange = (by: 'charter' | 'federation') => termsOf([{ factor: 'amount', milli: '90000' }, { ...ratio, by }], false, false, zh)
  expect(sumOf(exchange('charter'), '30', zh)).toBe('90 × 1/3 = 30')
  expect(exchange('federation')[1]!.meaning).not.toBe(exchange('charter')[1]!.meaning)
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

const marta = { acct: '11'.repeat(32), name: 'Marta', hub: '', city: '' }

test('something that was lent: its base, how many nights, the demand and who said so, the rating', () => {
  const lent: AwardFactor[] = [
    { factor: 'base', of: 'resource', what: 1, milli: '200000' },
    { factor: 'units', value: 3 },
    { factor: 'demand', perMille: 1500, of: null, set: { by: marta, ts: 1_767_268_800 } },
    { factor: 'rating', perMille: 1000, graded: 'good' },
  ]
  const terms = termsOf(lent, true, false, en)
  expect(sumOf(terms, '900 CV', en)).toBe('200 × 3 × 1.5 × 1.0 = 900 CV')
  expect(terms.map(({ set }) => set?.by.name ?? null)).toEqual([null, null, 'Marta', null])
})

test('something that was lent for less than half of its unit: so many of its minutes', () => {
  const lent: AwardFactor[] = [
    { factor: 'base', of: 'resource', what: 1, milli: '200000' },
    { factor: 'part', minutes: 36, of: 720 },
    { factor: 'rating', perMille: 1000, graded: 'good' },
  ]
  expect(sumOf(termsOf(lent, true, false, en), '10 CV', en)).toBe('200 × 36 min / 720 min × 1.0 = 10 CV')
})

test('a part in a project, and an evening that lasts: every factor has words in both languages', () => {
  const factors: AwardFactor[] = [
    { factor: 'base', of: 'project', what: 2, milli: '2000000' },
    { factor: 'share', perMille: 300, of: null, set: null },
    { factor: 'reach', perMille: 1500, of: 120, set: { by: marta, ts: 1_767_268_800 } },
    { factor: 'completion', perMille: 600, of: null, set: { by: marta, ts: 1_767_268_800 } },
  ]
  expect(sumOf(termsOf(factors, true, false, zh), '540 贡献值', zh)).toBe('2,000 × 0.3 × 1.5 × 0.6 = 540 贡献值')
  const evening: AwardFactor[] = [
    { factor: 'people', value: 30, work: 1 },
    { factor: 'lasting', perMille: 1500, of: null, set: null },
    { factor: 'quality', perMille: 1200, of: null, set: null },
    { factor: 'repeated', perMille: 500, of: 6, set: null },
    { factor: 'score', perMille: 900, of: null, set: null },
    { factor: 'longStay', perMille: 500, of: 7, set: null },
  ]
  for (const t of [zh, en]) {
    for (const { meaning } of termsOf([...factors, ...evening], true, false, t)) expect(meaning).not.toBe('')
    expect(termsOf(evening, true, false, t)[3]!.meaning).toContain('6')
  }
})

test('read literally, hours are hours', () => {
  expect(termsOf([{ factor: 'hours', minutes: 90 }], true, false, en)[0]!.number).toBe('1.5 h')
})
