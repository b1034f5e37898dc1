/** A circle on two phones: asking to be let in, a notice, something to do that is taken and done, and the help written down from it. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CircleRow } from '#protocol/api.ts'
import { widestOn } from './judge.ts'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage, unfold } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 60_000, interval: 50 }
const NOTICE = '这周三七点半，在三楼小图书室。<b>带茶杯</b>'
const TASK = '帮梅搬二十把椅子'
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person
let circle: string

beforeAll(async () => {
  stage = await aStage('circles')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  circle = await listed(mei, chengdu.hub.url, { kind: 'circle', title: '每周三晚上读书' }, '读什么大家定。')
})
afterAll(() => strike(stage, chengdu))

test('whoever would like to take part says so, is let in with one tap, and finds it on the home page', async () => {
  await bo.open(`/circle/${circle}`)
  await bo.see('not-in-circle')
  await stage.camera('circle-zh-outside', bo)
  await bo.tap('to-listing')
  await bo.tap('help')
  await bo.tap('application-send')
  await bo.see('application-sent')
  await mei.open('/')
  await mei.tap('waiting-application-open')
  expect(await mei.see('application')).toContain('波')
  await stage.camera('circle-zh-asked', mei)
  await mei.tap('application-let-in')
  await vi.waitFor(async () => expect(await mei.at('application').count()).toBe(0), WAIT)
  await bo.open('/')
  expect(await bo.see('circle-news')).toContain('每周三晚上读书')
  await stage.camera('circle-zh-home', bo)
  await bo.tap('circle-open')
  await bo.see('notices')
  const rooms = (): Promise<CircleRow[]> => bo.page.evaluate(async () => (await (await fetch('/api/circles')).json()) as CircleRow[])
  await vi.waitFor(async () => expect(await rooms()).toMatchObject([{ id: circle, isNew: false, members: 2 }]), WAIT)
})

test('what one writes stands on the other’s phone as it was written, and is taken back by who wrote it', async () => {
  await bo.open(`/circle/${circle}`)
  await mei.open(`/listing/${circle}`)
  await mei.tap('to-circle')
  await mei.fill('notice-words', NOTICE)
  await mei.tap('notice-send')
  await vi.waitFor(async () => expect(await bo.see('notice-card')).toContain(NOTICE), WAIT)
  await mei.open('/')
  await bo.fill('notice-words', '我带')
  await bo.tap('notice-send')
  await vi.waitFor(async () => expect(await mei.see('circle-news')).toContain('1'), WAIT)
  const own = bo.at('notice-card').filter({ hasText: '我带' })
  await bo.tap('notice-take-back', own)
  await vi.waitFor(async () => expect(await bo.at('notice-card').count()).toBe(1), WAIT)
  expect(await bo.at('notice-take-back').count()).toBe(0)
  await vi.waitFor(async () => expect(await mei.at('circle-news').count()).toBe(0), WAIT)
})

test('something to do is taken and done, and the help is written down from it with everything filled in', async () => {
  await mei.open(`/circle/${circle}`)
  await unfold(mei, 'task-fold')
  await mei.fill('task-words', TASK)
  await stage.camera('circle-zh-asking', mei)
  await mei.tap('task-ask')
  await vi.waitFor(async () => expect(await bo.see('task')).toContain(TASK), WAIT)
  await bo.tap('task-take')
  await mei.seeValue('task', 'data-state', 'taken')
  await stage.camera('circle-zh-taken', bo)
  await bo.tap('task-done')
  await bo.seeValue('task', 'data-state', 'done')
  await stage.camera('circle-zh-done', bo)
  expect(await widestOn(bo)).toEqual([])
  await bo.tap('task-record')
  await bo.see('record-form')
  expect(await bo.at('record-note').inputValue()).toBe(TASK)
  await stage.camera('circle-zh-record', bo)
  await bo.tap('record-send')
  await bo.see('page-record-done')
  await mei.open('/')
  expect(await mei.see('waiting-confirm-help')).toContain(TASK)
  await mei.tap('help-confirm')
  await vi.waitFor(async () => expect(await mei.at('help-confirm').count()).toBe(0), WAIT)
})

test('what was for everybody is published from there, and a gathering of the circle stands in its room', async () => {
  await bo.open(`/circle/${circle}`)
  await bo.tap('task-publish')
  await vi.waitFor(async () => expect(await bo.at('publish-words').inputValue()).toBe(TASK), WAIT)
  await mei.open(`/circle/${circle}`)
  await mei.tap('to-lead')
  await mei.tap('lead-next')
  await mei.tap('lead-sign')
  await mei.at('session-row').waitFor()
  await bo.open(`/circle/${circle}`)
  expect(await bo.see('session-row')).toContain('每周三晚上读书')
})

test('in English it reads as well; whoever is in it leaves, and who keeps it sees that', async () => {
  for (const person of [mei, bo]) {
    await person.open('/me')
    await person.tap('language-en')
    await vi.waitFor(async () => expect(await person.page.evaluate('document.documentElement.lang')).toMatch(/^en/), WAIT)
  }
  await bo.open('/circles')
  expect(await bo.see('circle-row')).toContain('2 members')
  await stage.camera('circles-en', bo)
  await bo.tap('circle-row')
  await bo.see('notices')
  await unfold(bo, 'circle-people')
  await stage.camera('circle-en', bo)
  expect(await widestOn(bo)).toEqual([])
  await bo.tap('circle-leave')
  await bo.see('not-in-circle')
  await mei.open(`/circle/${circle}`)
  await unfold(mei, 'circle-people')
  expect(await mei.at('circle-person').count()).toBe(1)
  for (const { faults } of [mei, bo]) expect(faults).toEqual([])
})
