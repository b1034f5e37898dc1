import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, helpOnce, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let bo: Person

beforeAll(async () => {
  stage = await aStage('figures')
  chengdu = await foundCity(stage, 'chengdu')
})
afterAll(() => strike(stage, chengdu))

test('a member sees how the community is doing, and from which entries a figure was summed', async () => {
  const mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await helpOnce(bo, mei, '梅')

  await bo.open('/me')
  await bo.tap('to-figures')
  await bo.see('page-figures')
  await vi.waitFor(async () => expect(await bo.at('figures-contributions').getAttribute('data-value')).toBe('1'), WAIT)
  await bo.tap('figures-contributions')
  expect(await bo.see('figures-rows')).toMatch(/第 \d+、\d+ 条/)
  await stage.camera('figures-zh', bo)
  await bo.tap('figures-contributions')
  for (const figure of ['active', 'joined', 'issued', 'commons']) {
    await bo.tap(`figures-${figure}`)
    expect(await bo.see('figures-rows')).toMatch(/第 \d+(、\d+)? 条/)
    if (figure === 'active') await stage.camera('figures-zh-active', bo)
    await bo.tap(`figures-${figure}`)
  }
  // Fewer than fifty people and a hundred listings: both are said.
  expect(await bo.see('figures-aim')).toMatch(/50 位.*100 条/)
  await bo.tap('figures-skill')
  expect(await bo.see('figures-rows')).toMatch(/第 \d+、\d+ 条/)
  await bo.at('figures-value').scrollIntoViewIfNeeded()
  await stage.camera('figures-zh-value', bo)
})

test('it says the same in English, as wide as a phone', async () => {
  await bo.choose('switch-language', 'en')
  await vi.waitFor(async () => expect(await bo.see('page-figures')).toContain('How we are doing'), WAIT)
  await stage.camera('figures-en', bo)
  await bo.at('figures-board').scrollIntoViewIfNeeded()
  await stage.camera('figures-en-board', bo)
  expect(bo.faults).toEqual([])
})

test('a steward says when rooms are sought after, and asking for one then takes half as much again', async () => {
  const { steward } = chengdu
  const room = await listed(steward, chengdu.hub.url, { kind: 'resource', title: 'A room above the tea house' }, 'Two beds.')
  const day = (ahead: number): string => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
  const priceOn = async (ahead: number): Promise<number> => {
    await bo.open(`/use/${room}`)
    await bo.at('use-what').selectOption('1')
    await bo.fill('use-begins', `${day(ahead)}T12:00`)
    await bo.fill('use-ends', `${day(ahead + 1)}T11:00`)
    await vi.waitFor(async () => expect(Number(await bo.at('use-price').getAttribute('data-milli'))).toBeGreaterThan(0), WAIT)
    return Number(await bo.at('use-price').getAttribute('data-milli'))
  }
  const usual = await priceOn(5)

  await steward.open('/charter')
  await steward.tap('to-seasons')
  await steward.see('page-seasons')
  await steward.fill('season-from', day(4))
  await steward.fill('season-until', day(6))
  await stage.camera('seasons-form', steward)
  await steward.tap('season-next')
  expect(await steward.see('season-sheet')).toContain('1.5')
  await stage.camera('seasons-sheet', steward)
  await steward.tap('season-sign')
  await vi.waitFor(async () => expect(await steward.at('season').count()).toBe(1), WAIT)
  await stage.camera('seasons', steward)

  await vi.waitFor(async () => expect(await priceOn(5)).toBe(usual * 1.5), WAIT)
  expect(await priceOn(9)).toBe(usual)
  expect([...bo.faults, ...steward.faults]).toEqual([])
})

test('money that came in is noted by where it came from, everybody reads what share each has, and nobody’s value changes', async () => {
  const { steward } = chengdu
  const has = async (): Promise<string | null> => {
    await bo.open('/me')
    await bo.see('domain')
    return bo.at('domain').getAttribute('data-milli')
  }
  const before = await has()
  const sign = async (years: number): Promise<void> => {
    await steward.tap('income-next')
    await steward.see('income-sheet')
    await steward.tap('income-sign')
    await vi.waitFor(async () => expect(await steward.at('money-year').count()).toBe(years), WAIT)
    await steward.see('income-form')
  }
  await steward.open('/money')
  await sign(1)
  await steward.choose('income-source', 'need')
  await steward.fill('income-of', '1000')
  // A service fee is within what the charter allows, and a plan has its price.
  await steward.fill('income-amount', '100')
  await sign(1)
  await bo.open('/money')
  await vi.waitFor(async () => expect((await bo.see('money-year')).match(/\d+%/g)).toHaveLength(2), WAIT)
  expect(await bo.see('money-year')).toContain('100.00')
  expect(await bo.at('income-form').count()).toBe(0)
  await stage.camera('money', bo)
  expect(await has()).toBe(before)
  expect([...bo.faults, ...steward.faults]).toEqual([])
})
