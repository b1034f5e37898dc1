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
  await bo.at('figures-value').scrollIntoViewIfNeeded()
  await stage.camera('figures-zh-value', bo)
})

test('it says the same in English, as wide as a phone', async () => {
  await bo.tap('switch-language')
  await vi.waitFor(async () => expect(await bo.see('page-figures')).toContain('How we are doing'), WAIT)
  await stage.camera('figures-en', bo)
  await bo.at('figures-board').scrollIntoViewIfNeeded()
  await stage.camera('figures-en-board', bo)
  expect(bo.faults).toEqual([])
})
