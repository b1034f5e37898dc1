import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openBrowser } from '#test/support/chromium.ts'
import { cameraInto, type City, foundCity, joinCity, noCamera, type Stage, stopCities } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const WAIT = { timeout: 30_000, interval: 50 }
let stage: Stage
let chengdu: City

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'gift-'))
  const shots = process.env['E2E_SHOTS']
  const env = { HOME: dir, XDG_STATE_HOME: join(dir, 'state') }
  stage = { browser: await openBrowser(), dir, env, camera: shots === undefined ? noCamera : cameraInto(shots) }
  chengdu = await foundCity(stage, 'chengdu', 'phone', 'gift')
})
afterAll(async () => {
  await stage.browser.close()
  if (chengdu !== undefined) await stopCities([chengdu])
  rmSync(stage.dir, { recursive: true, force: true })
})

test('where gifts are counted and not weighed, one’s own pages show who was helped and no amount', async () => {
  const mei = await joinCity(stage, chengdu, '梅')
  const bo = await joinCity(stage, chengdu, '波')
  await bo.open('/record')
  await bo.at('record-person').filter({ hasText: '梅' }).click()
  await bo.tap('record-direction-i')
  await bo.tap('record-send')
  await bo.see('page-record-done')
  await mei.open('/')
  await mei.tap('help-confirm')

  await bo.open('/me')
  await vi.waitFor(async () => expect(await bo.see('story')).toContain('梅'), WAIT)
  const own = await bo.see('page-me')
  expect(own).not.toMatch(/\d\s*贡献值/)
  expect(await bo.at('award-why').count()).toBe(0)
  await stage.camera('gift-me', bo)
  await bo.open('/')
  expect(await bo.see('value')).not.toMatch(/\d\s*贡献值/)
  await stage.camera('gift-home', bo)
  expect(bo.faults).toEqual([])
})
