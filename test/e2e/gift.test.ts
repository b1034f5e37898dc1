import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aStage, helpOnce, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City

beforeAll(async () => {
  stage = await aStage('gift')
  chengdu = await foundCity(stage, 'chengdu', 'phone', 'gift')
})
afterAll(() => strike(stage, chengdu))

test('where gifts are counted and not weighed, one’s own pages show who was helped and no amount', async () => {
  const mei = await joinCity(stage, chengdu, '梅')
  const bo = await joinCity(stage, chengdu, '波')
  await helpOnce(bo, mei, '梅')

  await bo.open('/me')
  await vi.waitFor(async () => expect(await bo.see('story')).toContain('梅'), WAIT)
  const own = await bo.see('page-me')
  expect(own).not.toMatch(/\d\s*贡献值/)
  expect(await bo.at('award-why').count()).toBe(0)
  await stage.camera('gift-me', bo)
  await bo.open('/')
  expect(await bo.see('value')).not.toMatch(/\d\s*贡献值/)
  await stage.camera('gift-home', bo)
  expect(bo.faults).toEqual([])
})
