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
  const dir = mkdtempSync(join(tmpdir(), 'figures-'))
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

const overflows = (person: Person): Promise<boolean> =>
  person.page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

test('a member sees how the community is doing, and from which entries a figure was summed', async () => {
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
  await bo.tap('to-figures')
  await bo.see('page-figures')
  await vi.waitFor(async () => expect(await bo.at('figures-contributions').getAttribute('data-value')).toBe('1'), WAIT)
  await bo.tap('figures-contributions')
  expect(await bo.see('figures-rows')).toMatch(/第 \d+、\d+ 条/)
  expect(await overflows(bo)).toBe(false)
  await stage.camera('figures-zh', bo)
  await bo.at('figures-value').scrollIntoViewIfNeeded()
  await stage.camera('figures-zh-value', bo)
})

test('it says the same in English, as wide as a phone', async () => {
  await bo.tap('switch-language')
  await vi.waitFor(async () => expect(await bo.see('page-figures')).toContain('How we are doing'), WAIT)
  expect(await overflows(bo)).toBe(false)
  await stage.camera('figures-en', bo)
  await bo.at('figures-board').scrollIntoViewIfNeeded()
  await stage.camera('figures-en-board', bo)
  expect(bo.faults).toEqual([])
})
