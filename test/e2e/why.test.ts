import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openBrowser } from '#test/support/chromium.ts'
import type { Person } from './person.ts'
import { cameraInto, type City, foundCity, joinCity, noCamera, type Stage, stopCities } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City
let bo: Person

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'why-'))
  const shots = process.env['E2E_SHOTS']
  const env = { HOME: dir, XDG_STATE_HOME: join(dir, 'state') }
  stage = { browser: await openBrowser(), dir, env, camera: shots === undefined ? noCamera : cameraInto(shots) }
  chengdu = await foundCity(stage, 'chengdu')
})
afterAll(async () => {
  await stage.browser.close()
  if (chengdu !== undefined) await stopCities([chengdu])
  rmSync(stage.dir, { recursive: true, force: true })
})

/** The sheet of the first award, from its upper edge to the lower end of the screen. */
async function sheetOf(person: Person): Promise<{ bottom: number; width: number }> {
  const box = await person.at('award-why-sheet').first().boundingBox()
  return { bottom: Math.round(box!.y + box!.height), width: box!.width }
}

test('who asks an award why sees the sum from below, and goes on from where they were', async () => {
  const mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await bo.open('/record')
  await bo.at('record-person').filter({ hasText: '梅' }).click()
  await bo.tap('record-direction-i')
  await bo.tap('record-send')
  await bo.see('page-record-done')
  await mei.open('/')
  await mei.tap('help-confirm')

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
