import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person
let cafe: string

beforeAll(async () => {
  stage = await aStage('organisations')
  chengdu = await foundCity(stage, 'chengdu', 'phone', 'time-bank')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

test('a café is registered, met by a steward, and then spoken for by who registered it', async () => {
  await mei.open('/more')
  await mei.tap('more-organisations')
  await mei.fill('found-name', '街角咖啡')
  await stage.camera('organisation-form', mei)
  await mei.tap('found-next')
  expect(await mei.see('found-sheet')).toContain('街角咖啡')
  await mei.tap('found-sign')
  await mei.see('organisation')
  await chengdu.steward.open('/steward')
  await chengdu.steward.tap('attest', chengdu.steward.at('attest-item').filter({ hasText: '街角咖啡' }))
  await mei.seeValue('organisation', 'data-attested', 'true')
  cafe = (await mei.at('organisation').getAttribute('data-acct'))!
  await stage.camera('organisations', mei)
  await mei.tap('speak-for')
  expect(await mei.see('speaks-for')).toContain('街角咖啡')
  await mei.see('page-home')
  await stage.camera('speaks-for', mei)
})

test('in its name places are offered, a member takes one, and both hear of it', async () => {
  await listed(mei, chengdu.hub.url, { kind: 'resource', title: '下午三点的空座', author: cafe }, '带着书来。')
  await mei.at('nav-me').click()
  await mei.tap('to-more')
  await mei.tap('more-services')
  await mei.see('offer-what')
  await mei.fill('offer-price', '10')
  await stage.camera('offer', mei)
  await mei.tap('offer-next')
  expect(await mei.see('offer-sheet')).toContain('拿出 5 份')
  await mei.tap('offer-sign')
  await mei.seeValue('offer-card', 'data-left', '5')

  await chengdu.steward.open('/people')
  await chengdu.steward.at('people-row').filter({ hasText: '波' }).click()
  await chengdu.steward.at('fold-grant').locator('summary').click()
  await chengdu.steward.fill('grant-amount', '20')
  await chengdu.steward.tap('grant-next')
  await chengdu.steward.tap('grant-sign')
  await bo.open('/services')
  await bo.tap('redeem-next')
  expect(await bo.see('redeem-sheet')).toContain('下午三点的空座')
  await bo.tap('redeem-sign')
  await bo.see('redemption')
  await stage.camera('services', bo)
  await bo.tap('received-next')
  await bo.tap('received-sign')
  await vi.waitFor(async () => expect(await bo.at('redemption').count()).toBe(0), WAIT)
})

test('who speaks for a café speaks for themselves again with one tap, and in English it says the same', async () => {
  await mei.tap('speak-for-myself')
  await vi.waitFor(async () => expect(await mei.at('speaks-for').count()).toBe(0), WAIT)
  await mei.choose('switch-language', 'en')
  await mei.open('/services')
  await vi.waitFor(async () => expect(await mei.see('page-services')).toContain('Services and partners'), WAIT)
  await stage.camera('services-en', mei)
  expect([...mei.faults, ...bo.faults]).toEqual([])
})
