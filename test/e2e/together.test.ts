import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { aStage, helpOnce, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person

beforeAll(async () => {
  stage = await aStage('together')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await helpOnce(mei, bo, '波')
})
afterAll(() => strike(stage, chengdu))

test('who starts a project says what, for whom and by when, reads it back, and others apply', async () => {
  await mei.open('/more')
  await mei.tap('more-projects')
  expect(await mei.see('project-missing')).toContain('请写做什么')
  await mei.fill('project-words', '修好活动室的窗\n换两扇纱窗，补一块玻璃。')
  await mei.at('project-requester').selectOption({ label: '陈姨' })
  await stage.camera('project-form', mei)
  await mei.tap('project-next')
  expect(await mei.see('project-sheet')).toContain('替陈姨做，再请 3 个人')
  await stage.camera('project-sheet', mei)
  await mei.tap('project-sign')
  await bo.open('/projects')
  await bo.at('project-row').first().click()
  expect(await bo.see('page-project')).toContain('换两扇纱窗')
  await bo.tap('apply-next')
  await bo.tap('apply-sign')
  await bo.see('withdraw-next')
  await stage.camera('project', bo)
})

test('what was done for everybody is published, found useful, and judged by a steward, once each', async () => {
  await mei.open('/works')
  await mei.at('publish-kind').selectOption('6')
  await mei.fill('publish-words', '带三位新邻居认了认路。')
  await mei.tap('publish-next')
  expect(await mei.see('publish-sheet')).toContain('带新人')
  await mei.tap('publish-sign')
  await mei.see('work')
  await bo.open('/works')
  await bo.tap('value-next')
  await bo.tap('value-sign')
  await bo.seeValue('work', 'data-valued', '1')
  await chengdu.steward.open('/works')
  await chengdu.steward.at('judge-work').locator('summary').click()
  await chengdu.steward.tap('work-quality-2')
  await chengdu.steward.tap('judge-work-next')
  expect(await chengdu.steward.see('judge-work-sheet')).toContain('非常好')
  await chengdu.steward.tap('judge-work-sign')
  await vi.waitFor(async () => expect(await bo.see('work')).toContain('陈姨会长评定'), WAIT)
  await stage.camera('works', bo)
})

test('in English it says the same, as wide as a phone', async () => {
  await bo.tap('switch-language')
  await vi.waitFor(async () => expect(await bo.see('page-works')).toContain('Done for everybody'), WAIT)
  await stage.camera('works-en', bo)
  await bo.open('/projects')
  await bo.at('project-row').first().click()
  await bo.see('page-project')
  await stage.camera('project-en', bo)
  expect([...mei.faults, ...bo.faults]).toEqual([])
})
