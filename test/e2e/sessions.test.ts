import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { listed } from './listed.ts'
import type { Person } from './person.ts'
import { aStage, overflows, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person
let lan: Person
let session: string

beforeAll(async () => {
  stage = await aStage('sessions')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  lan = await joinCity(stage, chengdu, '兰')
})
afterAll(() => strike(stage, chengdu))

const clock = (minutes: number): string => new Date(Date.now() + 8 * 3_600_000 + minutes * 60_000).toISOString().slice(0, 16)

test('who announces a gathering sets its time and opens it, and others sign up', async () => {
  const listing = await listed(mei, chengdu.hub.url, { kind: 'event', title: '一起学剪纸', places: 8 }, '带一把剪刀。')
  await mei.open(`/listing/${listing}`)
  await mei.tap('to-lead')
  await mei.fill('lead-begins', clock(-30))
  await mei.fill('lead-ends', clock(60))
  await stage.camera('sessions-lead', mei)
  await mei.tap('lead-next')
  expect(await mei.see('lead-sheet')).toContain('最多 8 人')
  await mei.tap('lead-sign')
  await mei.at('session-row').first().click()
  await mei.see('page-session')
  session = /session\/([0-9a-f]{32})/.exec(mei.page.url())![1]!
  for (const person of [bo, lan]) {
    await person.open('/sessions')
    await person.at('session-row').first().click()
    await person.tap('join-next')
    expect(await person.see('join-sheet')).toContain('一起学剪纸')
    await person.tap('join-sign')
    await person.see('check-in-session')
  }
  expect(await overflows(bo)).toBe(false)
  await stage.camera('session-joined', bo)
})

test('one scans the code in the room; the other, whose camera would not, shows a code of their own', async () => {
  await mei.tap('own-code-open')
  const room = await (async () => {
    await mei.see('own-code-card')
    return mei.at('own-code-card').getAttribute('data-code')
  })()
  await stage.camera('session-room', mei)
  expect(await overflows(mei)).toBe(false)
  await bo.open(`/session/${session}?code=${room}`)
  await bo.see('there-code')
  await stage.camera('session-there', bo)
  await bo.tap('there-next')
  await bo.tap('there-sign')
  await bo.see('was-there')

  await lan.tap('own-code-open')
  await lan.see('own-code-card')
  const own = await lan.at('own-code-card').getAttribute('data-code')
  await vi.waitFor(async () => expect(await mei.at('roster-code').count()).toBe(1), WAIT)
  await mei.fill('roster-code', own!.toLowerCase())
  await stage.camera('session-close', mei)
  await mei.tap('close-session-next')
  expect(await mei.see('close-session-sheet')).toContain('来了 2 人')
  await mei.tap('close-session-sign')
  await vi.waitFor(async () => expect(await mei.at('session-phase').locator('[data-phase]').getAttribute('data-phase')).toBe('closed'), WAIT)
})

test('when both have said how it was, it is counted for who led it', async () => {
  for (const person of [bo, lan]) {
    await person.open(`/session/${session}`)
    await person.tap('grade-good-next')
    await person.tap('grade-good-sign')
  }
  await mei.open(`/session/${session}`)
  await mei.seeValue('session-award', 'data-final', 'true')
  expect(Number(await mei.at('session-award').getAttribute('data-milli'))).toBeGreaterThan(90_000)
  await stage.camera('session-award', mei)
})

test('in English it says the same, as wide as a phone', async () => {
  await bo.open('/sessions')
  await bo.tap('switch-language')
  await vi.waitFor(async () => expect(await bo.see('page-sessions')).toContain('One leads, many come'), WAIT)
  expect(await overflows(bo)).toBe(false)
  await stage.camera('sessions-en', bo)
  expect([...mei.faults, ...bo.faults, ...lan.faults]).toEqual([])
})
