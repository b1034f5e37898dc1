/**
 * 5. A tool is shared: who has helped nobody is told so; who has asks for a drill and reads what it takes; it is handed over,
 * comes back late, is settled for both, and what is between price and award is everybody's. And otherwise: called off, nobody came,
 * it came back broken.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listed } from '#test/e2e/listed.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let mei: Person
let bo: Person
let drill: string

beforeAll(async () => {
  stage = await aJourney(5, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  drill = await listed(mei, chengdu.hub.url, { kind: 'resource', title: '电钻，带一盒钻头' }, '放在三楼，来拿就行。')
})
afterAll(() => strike(stage, chengdu))

/** As a clock in Asia/Shanghai shows it, by the play's own time. */
const soon = (hours: number): string => {
  const ahead = Number(stage.env['CLOCK_AHEAD_SECONDS']) * 1_000
  return new Date(Date.now() + ahead + (hours * 60 + 5) * 60_000 + 8 * 3_600_000).toISOString().slice(0, 16)
}

/** Bo asks for the drill from so many hours on, Mei says yes; both are at the agreement. */
async function borrowed(from: number, until: number): Promise<void> {
  await bo.open(`/use/${drill}`)
  await bo.at('use-what').selectOption('3')
  await bo.fill('use-begins', soon(from))
  await bo.fill('use-ends', soon(until))
  await expect.poll(() => bo.at('use-price').getAttribute('data-milli')).not.toBe('0')
  await expect.poll(() => bo.at('use-next').isDisabled()).toBe(false)
  await bo.tap('use-next')
  await bo.tap('use-sign')
  await bo.see('page-me')
  await mei.open('/')
  await mei.tap('waiting-sign-open')
  await mei.tap('draft-sign')
  await mei.see('page-agreement')
  await bo.page.goto(mei.page.url())
  await bo.see('page-agreement')
}

test('who has helped nobody yet is told so before they fill anything in', async () => {
  await bo.open(`/listing/${drill}`)
  await bo.tap('to-use')
  expect(await bo.see('use-level')).toContain('L2')
  expect(await bo.at('use-next').isDisabled()).toBe(true)
})

test('who has helped asks to use a drill, and reads what they confirm before they do', async () => {
  await helpOnce(bo, mei, '梅')
  await bo.open(`/use/${drill}`)
  await bo.at('use-what').selectOption('3')
  await bo.fill('use-begins', soon(0))
  // Less than half a day counts by the minute, of which there are 300 or, where the clock has moved on, 301.
  await bo.fill('use-ends', soon(5))
  await expect.poll(() => bo.at('use-price').getAttribute('data-milli')).toMatch(/^16[67]\d\d$/)
  await bo.fill('use-ends', soon(12))
  await expect.poll(() => bo.at('use-price').getAttribute('data-milli')).toBe('40000')
  await stage.camera('form', bo)
  await expect.poll(() => bo.at('use-next').isDisabled()).toBe(false)
  await bo.tap('use-next')
  const sheet = await bo.see('use-sheet')
  for (const said of ['电钻', '40', stage.say('按时归还', 'in time')]) expect(sheet).toContain(said)
  await stage.camera('sheet', bo)
  await bo.tap('use-sign')
  await bo.see('page-me')
})

test('who shares it reads the same and says yes; what it takes is set aside, and nobody else can have it then', async () => {
  await mei.open('/')
  await mei.tap('waiting-sign-open')
  await expect.poll(() => mei.see('draft-price')).toMatch(/\d/)
  await stage.camera('draft', mei)
  await mei.tap('draft-sign')
  await mei.see('page-agreement')
  expect(await mei.see('planned')).toContain('波')
  await mei.tap('check-in')
  await stage.camera('agreement', mei)
  await bo.open('/me')
  expect(await bo.see('held')).toContain('40')
  await bo.open(`/use/${drill}`)
  await expect.poll(() => bo.at('use-taken').locator('li').count()).toBe(1)
  await bo.open('/me')
  await bo.tap('agreement-row')
  await bo.see('page-agreement')
  await bo.tap('check-in')
  await bo.seeValue('next-step', 'data-step', 'report')
})

test('it comes back half a day late, which is said; until then it stays taken; then both say how it was and it is settled', async () => {
  await passDays(stage, 1, chengdu)
  const address = bo.page.url()
  await bo.open(`/use/${drill}`)
  await bo.fill('use-begins', soon(24))
  await bo.fill('use-ends', soon(26))
  await expect.poll(() => bo.at('use-next').isDisabled()).toBe(true)
  await bo.page.goto(address)
  await bo.tap('otherwise-open')
  await bo.tap('returned')
  expect(await bo.see('came-back')).toMatch(/\d/)
  await bo.at('report').waitFor()
  await bo.tap('report')
  await bo.seeValue('next-step', 'data-step', 'wait-confirm')
  await mei.page.goto(address)
  await mei.tap('confirm')
  await mei.tap('rate-good')
  await bo.tap('rate-good')
  await expect.poll(() => bo.at('phase').locator('[data-phase]').getAttribute('data-phase')).toBe('settled')
  await stage.camera('settled', bo)
  await mei.open('/me')
  await mei.seeValue('domain', 'data-milli', '40000')
  await bo.open('/me')
  await bo.see('domain')
  expect(await bo.at('held').count()).toBe(0)
  // How much is shared and used stands in the community’s figures.
  await bo.open('/figures')
  expect(await bo.see('figures-used')).toContain('1 ')
  expect(await bo.see('figures-used')).toContain('100%')
  expect(await bo.see('figures-uses')).toContain('1')
  await bo.at('figures-shared').scrollIntoViewIfNeeded()
  await stage.camera('figures', bo)
})

test('one that is called off in time, and one where nobody came, give back what was set aside', async () => {
  await helpOnce(bo, mei, '梅')
  await borrowed(72, 75)
  await bo.tap('cancel')
  await bo.tap('cancel-yes')
  await expect.poll(() => bo.at('phase').locator('[data-phase]').getAttribute('data-phase')).toBe('cancelled')
  await borrowed(96, 99)
  await passDays(stage, 5, chengdu)
  await bo.page.reload()
  await bo.tap('otherwise-open')
  await bo.tap('absent-nobody')
  await mei.page.reload()
  await mei.tap('confirm')
  await expect.poll(() => mei.at('phase').locator('[data-phase]').getAttribute('data-phase')).toBe('missed')
  await bo.open('/me')
  await bo.see('domain')
  expect(await bo.at('held').count()).toBe(0)
})

test('one that comes back broken is a matter for the stewards, with a word about it that stays off the record', async () => {
  await borrowed(0, 3)
  await mei.tap('otherwise-open')
  await mei.fill('dispute-reason', '钻头断了一支。')
  await mei.tap('dispute')
  await mei.seeValue('next-step', 'data-step', 'wait-stewards')
  await stage.camera('broken', mei)
  const { steward, hub } = chengdu
  await steward.open('/steward')
  expect(await steward.see('dispute-card')).toContain('钻头断了一支。')
  expect(hub.records().some(({ action }) => JSON.stringify(action, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).includes('钻头'))).toBe(false)
  expect([mei, bo, steward].flatMap(({ faults }) => faults)).toEqual([])
})
