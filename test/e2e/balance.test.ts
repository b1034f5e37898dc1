import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { aStage, helpOnce, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let bo: Person

beforeAll(async () => {
  stage = await aStage('balance')
  chengdu = await foundCity(stage, 'chengdu')
})
afterAll(() => strike(stage, chengdu))

test('who has helped sees what it is today and in a year, for who comes and for who stays away', async () => {
  const mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await helpOnce(bo, mei, '梅')

  await bo.open('/me')
  await vi.waitFor(async () => expect(await bo.at('domain').getAttribute('data-milli')).not.toBe('0'), WAIT)
  const today = Number(await bo.at('domain').getAttribute('data-milli'))
  await bo.tap('to-balance')
  await bo.see('page-balance')
  expect(await bo.at('balance-today').getAttribute('data-milli')).toBe(String(today))
  const later = Number(await bo.at('balance-in-a-year').getAttribute('data-milli'))
  expect(today * 0.9 - later).toBeLessThan(2)
  expect(await bo.at('curve').count()).toBe(1)
  await bo.tap('balance-why')
  expect(await bo.see('balance-why-sheet')).toContain('1.000000')
  await stage.camera('balance-zh-why', bo)
  await bo.tap('balance-why-close')
  expect(await bo.see('dormancy-words')).toContain('365')
  expect(await bo.see('cap-words')).toContain('30,000')
  await stage.camera('balance-zh', bo)
  await bo.at('cap').scrollIntoViewIfNeeded()
  await stage.camera('balance-zh-cap', bo)
  await bo.at('to-me').scrollIntoViewIfNeeded()
  await stage.camera('balance-zh-reserve', bo)
})

test('what is put aside is there at once, and what cannot be is refused in words', async () => {
  await bo.fill('reserve-lock-amount', '5')
  await bo.tap('reserve-lock-send')
  await vi.waitFor(async () => expect(await bo.see('reserve-has')).toMatch(/^5 /), WAIT)
  expect(await bo.at('reserve-release-form').count()).toBe(0)
  await bo.fill('reserve-lock-amount', '50')
  await bo.tap('reserve-lock-send')
  await bo.seeValue('refused', 'data-code', 'reserve-ceiling')
})

test('it says the same in English, as wide as a phone', async () => {
  await bo.choose('switch-language', 'en')
  await vi.waitFor(async () => expect(await bo.see('page-balance')).toContain('Your CV over time'), WAIT)
  expect(await bo.see('balance-in-a-year')).toContain('a year from today')
  await stage.camera('balance-en', bo)
  await bo.at('dormancy').scrollIntoViewIfNeeded()
  await stage.camera('balance-en-dormancy', bo)
  expect(bo.faults).toEqual([])
})

test('where the charter shows no amounts, the same pages show none', async () => {
  await bo.page.route('**/api/hub', async (asked) => {
    const response = await asked.fetch()
    await asked.fulfill({ response, json: { ...((await response.json()) as object), showsAmounts: false } })
  })
  for (const path of ['/balance', '/me', '/']) {
    await bo.open(path)
    const words = await bo.see(path === '/' ? 'page-home' : `page-${path.slice(1)}`)
    expect([path, words.match(/\d+ CV/)]).toEqual([path, null])
  }
  await bo.open('/balance')
  expect(await bo.see('page-balance')).toContain('shows no numbers')
  expect(await bo.see('dormancy-words')).toContain('365')
  await stage.camera('balance-gift', bo)
})
