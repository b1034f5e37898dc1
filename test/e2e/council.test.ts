import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { overflows } from './judge.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let mei: Person

beforeAll(async () => {
  stage = await aStage('council')
  chengdu = await foundCity(stage, 'chengdu')
})
afterAll(() => strike(stage, chengdu))

test('who has just joined sees what would bring them further, part by part', async () => {
  mei = await joinCity(stage, chengdu, '梅')
  await mei.open('/me')
  await mei.tap('to-level')
  await mei.see('page-level')
  expect(await mei.at('level-now').getAttribute('data-level')).toBe('1')
  expect(await mei.at('level-missing').locator('li').count()).toBe(1)
  expect(await mei.at('standing-row').count()).toBe(5)
  await stage.camera('level-zh', mei)
})

test('in a young hub anybody puts another number to a vote, sees it before and after, and votes', async () => {
  await mei.tap('to-charter')
  await mei.see('page-charter')
  expect(await mei.at('power').first().getAttribute('data-basis')).toBe('assembly')
  await stage.camera('charter-zh-before', mei)
  await mei.at('change-field').selectOption('sanctions.first')
  expect(await mei.at('change-choice').locator('option').allTextContents()).toEqual(['可用的贡献值清零', '收回那几次得到的'])
  await mei.at('change-field').selectOption('decay.domainPerMille')
  await mei.at('change-field').selectOption('score.ratingPerMille')
  await mei.fill('change-value', '41')
  expect(await mei.see('change-missing')).toContain('加起来要正好 100%')
  await mei.at('change-field').selectOption('decay.domainPerMille')
  await mei.fill('change-value', '8')
  await mei.fill('change-why', '一年少一成太快了')
  await mei.tap('change-next')
  expect(await mei.see('change-sheet')).toContain('从 10% 改成 8%')
  await mei.tap('change-sign')
  await mei.see('proposal')
  expect(await mei.at('difference').getAttribute('data-field')).toBe('decay.domainPerMille')
  expect(await mei.see('difference')).toContain('8%')
  expect(await mei.see('proposal-reason')).toContain('一年少一成太快了')
  await mei.tap('vote-yes')
  await mei.see('own-vote')
  expect(await mei.see('ballot')).toContain('1')
  await stage.camera('charter-zh', mei)
  await mei.at('charter-rules').scrollIntoViewIfNeeded()
  await mei.at('charter-rules').locator('summary').click()
  await stage.camera('charter-zh-rules', mei)
})

test('the steward asks somebody to take office with them, who accepts', async () => {
  const { steward } = chengdu
  await steward.open('/charter')
  await steward.see('few-stewards')
  await steward.see('nominate')
  await steward.tap('nominate-send')
  await mei.open('/level')
  await mei.see('role-offer')
  await mei.tap('role-accept')
  await mei.see('role-held')
  await mei.tap('role-resign')
  expect(await mei.at('role-resign').textContent()).toBe('确认卸任')
  expect(await overflows(mei)).toBe(false)
  await steward.open('/charter')
  await vi.waitFor(async () => expect(await steward.at('holder').count()).toBe(2), WAIT)
  expect(await steward.at('holder').first().textContent()).toContain('会长')
  await steward.at('nominate').scrollIntoViewIfNeeded()
  await stage.camera('charter-steward', steward)
  await mei.open('/charter')
})

test('and in English', async () => {
  await mei.tap('switch-language')
  await vi.waitFor(async () => expect(await mei.see('page-charter')).toContain('Less each year'), WAIT)
  await mei.page.evaluate('window.scrollTo(0, 0)')
  await stage.camera('charter-en', mei)
  await mei.open('/level')
  await mei.see('page-level')
  await stage.camera('level-en', mei)
})
