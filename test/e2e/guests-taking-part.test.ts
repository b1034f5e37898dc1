/** Two cities, two phones: a gathering and a circle of one in which somebody of the other takes part, and the host being off. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { widestOn } from './judge.ts'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, quickCheckpoints, strike } from './stage.ts'
import { type City, foundCity, foundFederation, joinCity, meet, type Stage, unfold } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 60_000, interval: 50 }
let stage: Stage
let chengdu: City
let barcelona: City
let mei: Person
let ana: Person
let event: string
let circle: string
const TASK = '把海报译成英文'

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
  circle = await listed(mei, chengdu.hub.url, { kind: 'circle', title: '每周三晚上读书', scope: 'federation' }, '读什么大家定。')
  await ana.open('/board')
  await vi.waitFor(async () => expect(await ana.page.innerText('body')).toMatch(/周六一起包饺子[^]*每周三|每周三[^]*周六一起包饺子/), WAIT)
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
  // Chengdu may still have to read in Barcelona's log that Ana was met there.
  await vi.waitFor(async () => {
    // The button goes away when a press has been answered, maybe an earlier one.
    await ana.at('abroad-come').first().click({ timeout: 1_000 }).catch(() => {})
    await expect.poll(() => ana.at('gathering-abroad').getAttribute('data-mine'), { timeout: 10_000 }).toBe('true')
  }, WAIT)
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

test('the circle of another city is answered, opened to who answered, and reads there as at home', async () => {
  await ana.open(`/listing/${circle}`)
  await ana.tap('help')
  await ana.tap('application-send')
  await ana.see('application-sent')
  await mei.open(`/listing/${circle}`)
  expect(await mei.see('application')).toContain('Ana')
  await mei.tap('application-let-in')
  await vi.waitFor(async () => expect(await mei.at('application').count()).toBe(0), WAIT)
  await mei.tap('to-circle')
  await mei.fill('notice-words', '这周三七点半。<b>带茶杯</b>')
  await mei.tap('notice-send')
  await unfold(mei, 'task-fold')
  await mei.fill('task-words', TASK)
  await mei.tap('task-ask')
  await ana.open(`/listing/${circle}`)
  await ana.tap('to-circle')
  expect(await ana.see('notice-card')).toContain('<b>带茶杯</b>')
  await ana.fill('notice-words', 'I will bring tea.')
  await ana.tap('notice-send')
  await vi.waitFor(async () => expect(await mei.page.innerText('body')).toMatch(/I will bring tea\.[^]*Ana \(Barcelona\)/), WAIT)
  await stage.camera('circle-zh-guest', mei)
  expect(await widestOn(mei)).toEqual([])
})

test('what was to be done is taken, done, and becomes an agreement with whoever asked for it', async () => {
  await ana.tap('task-take')
  await ana.seeValue('task', 'data-state', 'taken')
  await ana.tap('task-done')
  await ana.seeValue('task', 'data-state', 'done')
  expect(await ana.at('task-record').count()).toBe(0)
  await ana.open(`/circle/${circle}`)
  await vi.waitFor(async () => expect(await ana.at('task-count').count()).toBe(1), WAIT)
  await unfold(ana, 'task-count')
  await stage.camera('circle-abroad-en-count', ana)
  expect(await widestOn(ana)).toEqual([])
  await ana.tap('count-next')
  await ana.tap('count-sign')
  await mei.open('/')
  await mei.tap('waiting-sign-open')
  await stage.camera('circle-zh-guest-draft', mei)
})

test('leaving is one tap, and who has left may ask again', async () => {
  await ana.open(`/circle/${circle}`)
  await unfold(ana, 'circle-people')
  await ana.tap('circle-leave')
  await ana.see('not-in-circle')
  await ana.open(`/listing/${circle}`)
  await ana.tap('help')
  await ana.tap('application-send')
  await ana.see('application-sent')
  await mei.open(`/listing/${circle}`)
  await mei.tap('application-let-in')
  await vi.waitFor(async () => expect(await mei.at('application').count()).toBe(0), WAIT)
})

test('while that city’s hub is off the page says so, and what was typed stays', async () => {
  await ana.open(`/circle/${circle}`)
  await ana.fill('notice-words', 'Where are you all?')
  await chengdu.hub.stop()
  await ana.tap('notice-send')
  await vi.waitFor(async () => expect(await ana.page.innerText('body')).toContain('cannot be reached'), WAIT)
  expect(await ana.at('notice-words').inputValue()).toBe('Where are you all?')
  await stage.camera('circle-abroad-en-off', ana)
  await ana.open(`/listing/${event}`)
  await vi.waitFor(async () => expect(await ana.see('gatherings-abroad')).toContain('cannot be reached'), WAIT)
  await stage.camera('gathering-abroad-en-off', ana)
  for (const { faults } of [mei, ana]) expect(faults.filter((one) => !/503|502|504|409|Failed to load/.test(one))).toEqual([])
})
