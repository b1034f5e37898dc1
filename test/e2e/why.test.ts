import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from './person.ts'
import { aStage, helpOnce, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let bo: Person

beforeAll(async () => {
  stage = await aStage('why')
  chengdu = await foundCity(stage, 'chengdu')
})
afterAll(() => strike(stage, chengdu))

/** The sheet of the first award, from its upper edge to the lower end of the screen. */
async function sheetOf(person: Person): Promise<{ bottom: number; width: number }> {
  const box = await person.at('award-why-sheet').first().boundingBox()
  return { bottom: Math.round(box!.y + box!.height), width: box!.width }
}

test('who asks an award why sees the sum from below, and goes on from where they were', async () => {
  const mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await helpOnce(bo, mei, '梅')

  await bo.open('/me')
  await vi.waitFor(async () => expect(await bo.at('award').count()).toBe(1), WAIT)
  await bo.at('award').scrollIntoViewIfNeeded()
  await bo.tap('award-why')
  const words = await bo.see('award-why-sheet')
  for (const said of ['为什么是', '时长', '日常帮忙', '1.0', '第 ']) expect(words).toContain(said)
  const screen = bo.page.viewportSize()!
  const { bottom, width } = await sheetOf(bo)
  expect(bottom).toBe(screen.height)
  expect(width).toBeLessThanOrEqual(screen.width)
  await stage.camera('why-zh', bo)
  await bo.tap('award-why-close')
  await vi.waitFor(async () => expect(await bo.at('award-why-sheet').first().isVisible()).toBe(false), WAIT)
  expect(await bo.page.evaluate('document.activeElement.dataset.test')).toBe('award-why')
})

test('in English, by the keyboard, and put away with Escape', async () => {
  await bo.tap('switch-language')
  await vi.waitFor(async () => expect(await bo.see('page-me')).toContain('Recorded help'), WAIT)
  await bo.at('award-why').focus()
  await bo.page.keyboard.press('Enter')
  const words = await bo.see('award-why-sheet')
  for (const said of ['Why ', 'time', 'Everyday help', 'as number']) expect(words).toContain(said)
  await stage.camera('why-en', bo)
  await bo.page.keyboard.press('Escape')
  await vi.waitFor(async () => expect(await bo.at('award-why-sheet').first().isVisible()).toBe(false), WAIT)
  expect(bo.faults).toEqual([])
})
