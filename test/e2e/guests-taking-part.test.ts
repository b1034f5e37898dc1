/** Two cities, two phones: a gathering of one that somebody of the other signs up for, and the host being off. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { widestOn } from './judge.ts'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, quickCheckpoints, strike } from './stage.ts'
import { type City, foundCity, foundFederation, joinCity, meet, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 60_000, interval: 50 }
let stage: Stage
let chengdu: City
let barcelona: City
let mei: Person
let ana: Person
let event: string

beforeAll(async () => {
  stage = await aStage('guests-taking-part', quickCheckpoints)
  chengdu = await foundCity(stage, 'chengdu')
  barcelona = await foundCity(stage, 'barcelona')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  mei = await joinCity(stage, chengdu, '梅')
  ana = await joinCity(stage, barcelona, 'Ana')
  await ana.open('/me')
  await ana.tap('language-en')
  event = await listed(mei, chengdu.hub.url, { kind: 'event', title: '周六一起包饺子', scope: 'federation' }, '三楼小厨房，面和馅都有。')
  await ana.open('/board')
  await vi.waitFor(async () => expect(await ana.page.innerText('body')).toContain('周六一起包饺子'), WAIT)
})
afterAll(() => strike(stage, chengdu, barcelona))

test('what is announced in one city is signed up for in the other, and whoever leads it sees who comes and from where', async () => {
  await ana.open(`/listing/${event}`)
  expect(await ana.see('gatherings-abroad')).toContain('Nothing to sign up for')
  await mei.open(`/sessions?listing=${event}`)
  await mei.tap('lead-next')
  await mei.tap('lead-sign')
  await mei.at('session-row').waitFor()
  await ana.open(`/listing/${event}`)
  expect(await ana.see('gathering-abroad')).toContain('0 of 20')
  await stage.camera('gathering-abroad-en', ana)
  await ana.tap('abroad-come')
  await ana.seeValue('gathering-abroad', 'data-mine', 'true')
  expect(await ana.see('gathering-abroad')).toContain('1 of 20')
  expect(await widestOn(ana)).toEqual([])
  await stage.camera('gathering-abroad-en-coming', ana)
  await mei.open('/sessions')
  await mei.tap('session-row')
  expect(await mei.see('expected-guests')).toMatch(/Ana.*巴塞罗那|Ana.*barcelona/i)
  await stage.camera('gathering-zh-guests', mei)
  expect(await widestOn(mei)).toEqual([])
})

test('it stands in the calendar at home, which leads back to it, and staying away is one tap', async () => {
  await ana.open('/free')
  await vi.waitFor(async () => expect(await ana.see('agenda-row')).toContain('周六一起包饺子'), WAIT)
  await stage.camera('gathering-abroad-en-agenda', ana)
  await ana.tap('agenda-row')
  await ana.tap('abroad-stay-away')
  await ana.seeValue('gathering-abroad', 'data-mine', 'false')
  await ana.open('/free')
  await ana.see('agenda')
  expect(await ana.at('agenda-row').count()).toBe(0)
  await ana.open(`/listing/${event}`)
  await ana.tap('abroad-come')
  await ana.seeValue('gathering-abroad', 'data-mine', 'true')
})

test('while that city’s hub is off the page says so', async () => {
  await ana.open(`/listing/${event}`)
  await ana.see('gathering-abroad')
  await chengdu.hub.stop()
  await ana.tap('abroad-stay-away')
  await vi.waitFor(async () => expect(await ana.see('gatherings-abroad')).toMatch(/cannot be reached|not be reached|reach/i), WAIT)
  await stage.camera('gathering-abroad-en-off', ana)
  await chengdu.hub.start()
  for (const { faults } of [mei, ana]) expect(faults.filter((one) => !/503|502|504|409|Failed to load/.test(one))).toEqual([])
})
