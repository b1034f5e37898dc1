import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 60_000, interval: 100 }
const QUESTION = '周三下午三点可以吗？我带茶。'
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person
let need: string

beforeAll(async () => {
  stage = await aStage('letters')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  need = await listed(mei, chengdu.hub.url, { kind: 'need', title: '教我弹三弦' }, '每周一次')
})
afterAll(() => strike(stage, chengdu))

test('a neighbour asks by letter before answering a need, and whoever wrote it sees that something has come', async () => {
  await bo.open(`/listing/${need}`)
  await bo.tap('write-to')
  await bo.see('page-conversation')
  await bo.fill('letter-words', QUESTION)
  await stage.camera('letter-writing', bo)
  await bo.tap('letter-send')
  await vi.waitFor(async () => expect(await bo.see('letter')).toContain(QUESTION), WAIT)
  expect(await bo.at('letter-words').inputValue()).toBe('')
  await mei.open('/')
  await mei.see('nav-messages-new')
  await mei.tap('nav-messages')
  await vi.waitFor(async () => expect(await mei.see('conversation')).toContain(QUESTION), WAIT)
  await stage.camera('letters', mei)
})

test('the answer comes back into the same conversation, and nothing of either stands readable at the hub', async () => {
  await mei.tap('conversation')
  await mei.see('page-conversation')
  await mei.fill('letter-words', '可以，三点见。')
  await mei.tap('letter-send')
  await vi.waitFor(async () => expect(await bo.at('letter').count()).toBe(2), WAIT)
  expect(await bo.at('letter').last().innerText()).toContain('可以，三点见。')
  expect(await mei.at('nav-messages-new').count()).toBe(0)
  await stage.camera('conversation', bo)
  const files = filesIn(join(stage.dir, 'chengdu')).map((path) => readFileSync(path))
  expect(files.length).toBeGreaterThan(10)
  expect(files.filter((bytes) => bytes.includes('三点'))).toEqual([])
})

test('both see one safety number', async () => {
  for (const person of [mei, bo]) await person.at('safety').locator('summary').click()
  await vi.waitFor(async () => expect(await mei.see('safety-number')).toMatch(/^\d{5}( \d{5}){5}$/), WAIT)
  await vi.waitFor(async () => expect(await bo.see('safety-number')).toBe(await mei.see('safety-number')), WAIT)
})

test('what a member shows the stewards is opened for them, and nothing else; and who is not wanted is not heard', async () => {
  await mei.at('unwelcome').locator('summary').click()
  await mei.fill('report-words', '问得太勤')
  await mei.at('report-show').first().check()
  await stage.camera('report', mei)
  await mei.tap('report-send')
  await vi.waitFor(async () => expect(await mei.at('report-words').inputValue()).toBe(''), WAIT)
  await mei.tap('block')
  await vi.waitFor(async () => expect(await mei.at('letter-words').count()).toBe(0), WAIT)
  const { steward } = chengdu
  await steward.open('/reports')
  await vi.waitFor(async () => expect(await steward.see('reported-letter')).toBe(QUESTION), WAIT)
  expect(await steward.see('report')).toContain('问得太勤')
  await stage.camera('reports', steward)
  await steward.tap('report-done')
  await steward.see('no-reports')
  await bo.fill('letter-words', '还在吗？')
  await bo.tap('letter-send')
  await vi.waitFor(async () => expect(await bo.at('letter').count()).toBe(3), WAIT)
  await mei.open('/messages')
  expect(await mei.see('conversation')).not.toContain('还在吗')
})

test('in English it says the same, as wide as a phone', async () => {
  await mei.choose('switch-language', 'en')
  await vi.waitFor(async () => expect(await mei.see('page-messages')).toContain('Only your two devices can read them'), WAIT)
  await mei.tap('conversation')
  await mei.see('page-conversation')
  await stage.camera('conversation-en', mei)
  expect([...mei.faults, ...bo.faults, ...chengdu.steward.faults]).toEqual([])
})

const filesIn = (dir: string): string[] => readdirSync(dir).flatMap((name) => {
  const path = join(dir, name)
  return statSync(path).isDirectory() ? filesIn(path) : [path]
})
