import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { aStage, overflows, strike } from './stage.ts'
import { agree, type City, foundCity, joinCity, postNeed, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let steward: Person
let mei: Person
let bo: Person
let lan: Person

beforeAll(async () => {
  stage = await aStage('decide')
  chengdu = await foundCity(stage, 'chengdu', 'phone', 'time-bank')
  steward = chengdu.steward
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  lan = await joinCity(stage, chengdu, '兰')
})
afterAll(() => strike(stage, chengdu))

test('two who see it differently are heard, and a steward decides in two steps, with a reason', async () => {
  const need = await postNeed(mei, '搬一张书桌', '三楼搬到一楼。')
  const agreement = await agree(stage, mei, bo, need, '我来搬。')
  await mei.open(`/agreement/${agreement}`)
  await mei.tap('otherwise-open')
  await mei.fill('dispute-reason', '只搬了一半就走了。')
  await mei.tap('dispute')
  await mei.seeValue('next-step', 'data-step', 'wait-stewards')

  await steward.open('/steward')
  await steward.tap('to-decide')
  expect(await steward.see('dispute-card')).toContain('只搬了一半就走了。')
  expect(await steward.see('decide-dispute-missing')).toContain('请写一句为什么')
  await steward.fill('dispute-why', '问过双方，搬了一半。')
  expect(await overflows(steward)).toBe(false)
  await stage.camera('decide-dispute', steward)
  await steward.tap('decide-dispute-next')
  expect(await steward.see('decide-dispute-sheet')).toContain('决定：算')
  await stage.camera('decide-sheet', steward)
  await steward.tap('decide-dispute-sign')
  await steward.see('decide-none')
  await mei.open(`/agreement/${agreement}`)
  await mei.seeValue('next-step', 'data-step', 'rate')
})

test('a plan of care is agreed by a steward who says that they have met both', async () => {
  await mei.open('/people')
  await mei.at('people-row').filter({ hasText: '兰' }).click()
  await mei.tap('care-ask')
  await mei.at('care-carer').selectOption({ label: '波' })
  await mei.tap('care-next')
  await mei.tap('care-sign')
  await mei.seeValue('care-plan', 'data-state', 'asked')
  await steward.open('/decide')
  await steward.tap('agree-care-next')
  expect(await steward.see('agree-care-sheet')).toContain('我见过波和兰')
  await steward.tap('agree-care-sign')
  await mei.seeValue('care-plan', 'data-state', 'agreed')
})

test('for a neighbour without a phone a steward writes down a help, issues slips and signs with one; they can say later that it was so', async () => {
  await steward.open('/people')
  await steward.at('people-row').filter({ hasText: '兰' }).click()
  await steward.see('for-person')
  await stage.camera('for-person', steward)
  await steward.at('fold-proxy').locator('summary').click()
  await steward.at('proxy-with').selectOption({ label: '波' })
  await steward.fill('proxy-words', '教他包粽子，当面说好')
  await stage.camera('proxy', steward)
  expect(await overflows(steward)).toBe(false)
  await steward.tap('proxy-next')
  expect(await steward.see('proxy-sheet')).toContain('兰当面请我记下：今天兰帮了波')
  await steward.tap('proxy-sign')
  await bo.open('/')
  await bo.tap('help-confirm')

  await steward.at('fold-slips').locator('summary').click()
  await steward.fill('slips-count', '2')
  await steward.tap('slips-next')
  await steward.tap('slips-sign')
  await steward.see('slips')
  const slip = (await steward.at('slip').first().getAttribute('data-code'))!
  await stage.camera('slips', steward)
  await bo.open('/record')
  await bo.at('record-person').filter({ hasText: '兰' }).click()
  await bo.tap('record-direction-i')
  await bo.tap('record-send')
  await bo.see('page-record-done')
  await steward.page.reload()
  await steward.at('fold-by-slip').locator('summary').click()
  await steward.fill('by-slip-code', slip)
  await steward.tap('by-slip-next')
  await steward.tap('by-slip-sign')
  await vi.waitFor(async () => expect(await steward.at('fold-by-slip').count()).toBe(0), WAIT)

  await lan.open('/more')
  await lan.tap('more-own')
  await vi.waitFor(async () => expect(await lan.at('act-for').count()).toBe(2), WAIT)
  await stage.camera('acts-for', lan)
  await lan.tap('endorse-next')
  await lan.tap('endorse-sign')
  await vi.waitFor(async () => expect(await lan.at('act-for').evaluateAll((all) => all.map((one) => one.getAttribute('data-endorsed')))).toContain('true'), WAIT)
})

test('what is given from the commons, and a reserve that is opened, is read before it is signed', async () => {
  await steward.at('fold-grant').locator('summary').click()
  await steward.fill('grant-amount', '20')
  await steward.tap('grant-next')
  expect(await steward.see('grant-sheet')).toContain('给了不能收回')
  await steward.tap('grant-sign')
  await lan.open('/me')
  await vi.waitFor(async () => expect(Number(await lan.at('domain').getAttribute('data-milli'))).toBeGreaterThanOrEqual(20_000), WAIT)
  await steward.at('fold-reserve').locator('summary').click()
  expect(await steward.see('open-reserve-missing')).toContain('看过什么')
  await steward.fill('reserve-evidence', '看过身份证')
  await steward.tap('open-reserve-next')
  expect(await steward.see('open-reserve-sheet')).toContain('打开以后不能撤回')
  await steward.tap('open-reserve-sign')
  await lan.open('/balance')
  await lan.seeValue('reserve-open', 'data-because', 'age')
})

test('in English it says the same, as wide as a phone', async () => {
  await steward.tap('switch-language')
  await vi.waitFor(async () => expect(await steward.see('for-person')).toContain('What a steward can do'), WAIT)
  expect(await overflows(steward)).toBe(false)
  await stage.camera('for-person-en', steward)
  expect([...steward.faults, ...mei.faults, ...bo.faults, ...lan.faults]).toEqual([])
})
