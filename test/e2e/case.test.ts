import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { aStage, helpOnce, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
const DAY = 86_400
const later = pathToFileURL(join(import.meta.dirname, '..', 'support', 'later.mjs')).href
let stage: Stage
let chengdu: City
let [mei, bo, li]: Person[] = []

beforeAll(async () => {
  stage = await aStage('case', { NODE_OPTIONS: `--import ${later}`, CLOCK_AHEAD_SECONDS: '0' })
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

/** The hub is off, and comes back so many days later. */
async function days(count: number): Promise<void> {
  await chengdu.hub.stop()
  stage.env['CLOCK_AHEAD_SECONDS'] = String(Number(stage.env['CLOCK_AHEAD_SECONDS']) + count * DAY)
  await chengdu.hub.start()
}

test('what two neighbours do for each other is pointed out the next day, in words, with every help behind it', async () => {
  for (let i = 0; i < 2; i++) {
    await helpOnce(mei!, bo!, '波')
    await helpOnce(bo!, mei!, '梅')
  }
  await days(1)
  // A day begins with the first thing that is recorded on it.
  li = await joinCity(stage, chengdu, '丽')
  const { steward } = chengdu
  await steward.open('/steward')
  await steward.tap('to-cases')
  await steward.see('page-cases')
  await steward.seeValue('flag', 'data-rule', 'R1')
  expect(await steward.see('flag-subjects')).toMatch(/梅.*波|波.*梅/)
  expect(await steward.see('flag-why')).toContain('4')
  expect(await steward.at('open-hold').count()).toBe(0)
  await stage.camera('case-flag-zh', steward)
  await steward.at('matters').locator('summary').click()
  expect(await steward.at('matter').count()).toBe(4)
  await steward.at('open-case').scrollIntoViewIfNeeded()
  await stage.camera('case-flag-open-zh', steward)
  await steward.at('open-whom').selectOption({ label: '梅' })
  await steward.tap('open-case')
  await vi.waitFor(async () => expect(await steward.at('case-row').count()).toBe(1), WAIT)
})

test('whoever it is about is told on their first page what is said, what it means and until when, and answers', async () => {
  await mei!.open('/')
  expect(await mei!.see('own-cases')).toContain('关于你')
  await stage.camera('case-home-zh', mei!)
  await mei!.tap('to-case')
  await mei!.see('page-case')
  expect(await mei!.see('case-means')).toContain('什么都还没有定')
  expect(await mei!.at('find-form').count()).toBe(0)
  await stage.camera('case-accused-zh', mei!)
  await mei!.at('answer-form').scrollIntoViewIfNeeded()
  await stage.camera('case-accused-answer-zh', mei!)
  await mei!.fill('answer-words', '我们是邻居，轮流接孩子。')
  await mei!.tap('answer-send')
  await vi.waitFor(async () => expect(await mei!.see('their-answer')).toContain('轮流接孩子'), WAIT)
})

test('who decides reads the answer and what each decision comes to, and says so with a reason', async () => {
  const { steward } = chengdu
  await steward.open('/cases')
  await steward.tap('to-case')
  expect(await steward.see('their-answer')).toContain('轮流接孩子')
  expect(await steward.see('case-find')).toContain('清零')
  await steward.at('case-find').scrollIntoViewIfNeeded()
  await stage.camera('case-find-zh', steward)
  await steward.tap('measure-1')
  await steward.fill('find-words', '次数和时长对不上。')
  await steward.tap('find-next')
  expect(await steward.see('find-sheet')).toContain('决定：')
  await steward.tap('find-sign')
  await steward.seeValue('case-phase', 'data-phase', 'found')
})

test('the decision can be appealed, and until then nothing is taken but set aside', async () => {
  await mei!.open('/cases')
  await mei!.tap('to-case')
  expect(await mei!.see('found-what')).toContain('如果不申诉')
  await mei!.tap('switch-language')
  await vi.waitFor(async () => expect(await mei!.see('page-case')).toContain('Something about you'), WAIT)
  await mei!.at('case-found').scrollIntoViewIfNeeded()
  await stage.camera('case-appeal-en', mei!)
  await mei!.fill('appeal-words', 'Please ask the school.')
  await mei!.tap('appeal-send')
  await mei!.seeValue('case-phase', 'data-phase', 'appealed')
  await mei!.page.evaluate('scrollTo(0, 0)')
  await stage.camera('case-accused-en', mei!)
})

test('a neighbour drawn by lot does not think that it stands, and all is as it was', async () => {
  await days(1)
  await li!.open('/')
  await vi.waitFor(async () => expect(await li!.see('own-cases')).toContain('抽中了你'), WAIT)
  await li!.tap('to-case')
  await li!.tap('verdict-no')
  await li!.at('case-jurors').scrollIntoViewIfNeeded()
  await stage.camera('case-juror-zh', li!)
  await li!.fill('judge-words', '学校说他们确实轮流接。')
  await li!.tap('judge-send')
  await li!.seeValue('case-phase', 'data-phase', 'reversed')
  await mei!.open('/cases')
  await mei!.tap('to-case')
  await mei!.seeValue('case-phase', 'data-phase', 'reversed')
  await mei!.open('/me')
  await vi.waitFor(async () => expect(await mei!.at('domain').getAttribute('data-milli')).not.toBe('0'), WAIT)
  for (const person of [mei!, bo!, li!, chengdu.steward]) expect(person.faults).toEqual([])
})

test('what is nobody’s business is shown to nobody', async () => {
  await bo!.open('/cases')
  expect(await bo!.at('case-row').count()).toBe(0)
  expect(await bo!.at('flag').count()).toBe(0)
})
