import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, helpOnce, overflows, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person
let drill: string

beforeAll(async () => {
  stage = await aStage('use')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  drill = await listed(mei, chengdu.hub.url, { kind: 'resource', title: '电钻，带一盒钻头' }, '放在三楼，来拿就行。')
})
afterAll(() => strike(stage, chengdu))

const soon = (hours: number): string => {
  const at = new Date(Date.now() + (hours * 60 + 5) * 60_000)
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16) // as a clock in Asia/Shanghai shows it
}

test('who has helped nobody yet is told so before they fill anything in', async () => {
  await bo.open(`/listing/${drill}`)
  await bo.tap('to-use')
  expect(await bo.see('use-level')).toContain('先帮过别人一次')
  expect(await bo.at('use-next').isDisabled()).toBe(true)
})

test('who has helped asks to use a drill, and reads what they confirm before they do', async () => {
  await helpOnce(bo, mei, '梅')
  await bo.open(`/use/${drill}`)
  await bo.at('use-what').selectOption('3')
  await bo.fill('use-begins', soon(0))
  await bo.fill('use-ends', soon(5))
  await vi.waitFor(async () => expect(await bo.at('use-price').getAttribute('data-milli')).not.toBe('0'), WAIT)
  expect(await overflows(bo)).toBe(false)
  await stage.camera('use-form', bo)
  await vi.waitFor(async () => expect(await bo.at('use-next').isDisabled()).toBe(false), WAIT)
  await bo.tap('use-next')
  expect(await bo.see('use-sheet')).toContain('电钻')
  expect(await bo.see('use-sheet')).toContain('按时归还')
  await stage.camera('use-sheet', bo)
  await bo.tap('use-sign')
  await bo.see('page-me')
})

test('who shares it reads the same and says yes; then it is handed over, comes back, and is settled', async () => {
  await mei.open('/')
  await mei.tap('waiting-sign-open')
  expect(await mei.see('draft-use')).toBe('工具')
  await vi.waitFor(async () => expect(await mei.see('draft-price')).toMatch(/\d/), WAIT)
  expect(await overflows(mei)).toBe(false)
  await stage.camera('use-draft', mei)
  await mei.tap('draft-sign')
  await mei.see('page-agreement')
  expect(await mei.see('planned')).toBe('波用你的工具')
  await mei.tap('check-in')
  await stage.camera('use-agreement', mei)

  await bo.open(`/use/${drill}`)
  expect(await bo.see('use-taken')).toContain('到')
  await bo.open('/me')
  await bo.tap('agreement-row')
  await bo.see('page-agreement')
  await bo.tap('check-in')
  await bo.seeValue('next-step', 'data-step', 'report')
})

test('in English it says the same, as wide as a phone', async () => {
  await bo.open(`/use/${drill}`)
  await bo.tap('switch-language')
  await vi.waitFor(async () => expect(await bo.see('page-use')).toContain('Already taken'), WAIT)
  expect(await overflows(bo)).toBe(false)
  await stage.camera('use-form-en', bo)
  expect([...bo.faults, ...mei.faults]).toEqual([])
})
