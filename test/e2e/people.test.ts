import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let mei: Person

beforeAll(async () => {
  stage = await aStage('people')
  chengdu = await foundCity(stage, 'chengdu', 'phone', 'time-bank')
  mei = await joinCity(stage, chengdu, '梅')
  await joinCity(stage, chengdu, '波')
  await joinCity(stage, chengdu, '兰')
})
afterAll(() => strike(stage, chengdu))

test('a neighbour is found by name, and their page says what one may do with them', async () => {
  await mei.open('/me')
  await mei.tap('to-more')
  await mei.see('page-more')
  await stage.camera('more', mei)
  await mei.tap('more-people')
  await mei.see('page-people')
  await stage.camera('people', mei)
  await mei.at('people-row').filter({ hasText: '兰' }).click()
  await mei.see('page-person')
  expect(await mei.see('recommend')).toContain('到了 L3')
  await stage.camera('person', mei)
})

test('care is asked for in words one reads before confirming, a draft of it outlives the page, and it can be ended', async () => {
  await mei.tap('care-ask')
  await mei.fill('care-times', '40')
  await expect.poll(() => mei.see('care-missing')).toContain('1 到 21')
  await mei.fill('care-times', '3')
  const address = mei.page.url()
  await mei.page.goto(address)
  await mei.tap('care-ask')
  await expect.poll(() => mei.at('care-times').inputValue()).toBe('3')
  await mei.at('care-carer').selectOption({ label: '波' })
  await mei.tap('care-next')
  expect(await mei.see('care-sheet')).toContain('请波照护兰：一周 3 次')
  await stage.camera('care-sheet', mei)
  await mei.tap('care-sign')
  await mei.seeValue('care-plan', 'data-state', 'asked')
  await stage.camera('care-plan', mei)
  await mei.tap('care-end-next')
  await mei.tap('care-end-sign')
  await mei.seeValue('care-plan', 'data-state', 'over')
})

test('in English it says the same, as wide as a phone', async () => {
  await mei.choose('switch-language', 'en')
  await vi.waitFor(async () => expect(await mei.see('page-person')).toContain('Care plan'), WAIT)
  await stage.camera('person-en', mei)
  expect(mei.faults).toEqual([])
})
