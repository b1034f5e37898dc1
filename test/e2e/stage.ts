/** The stage of a play in one city: a browser and a place for what hubs and people keep, and its clearing away. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { openBrowser } from '#test/support/chromium.ts'
import { judging } from './judge.ts'
import type { Person } from './person.ts'
import { cameraInto, type City, noCamera, type Stage, stopCities } from './story.ts'

/** Every moment worth a picture is judged, and taken when `E2E_SHOTS` names where to; `more` is said to the hubs on it. */
export async function aStage(name: string, more: Record<string, string> = {}): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), `${name}-`))
  const shots = process.env['E2E_SHOTS']
  const env = { HOME: dir, XDG_STATE_HOME: join(dir, 'state'), ...more }
  return { browser: await openBrowser(), dir, env, camera: judging(shots === undefined ? noCamera : cameraInto(shots)) }
}

/** Also when the play did not come so far that there was a city. */
export async function strike(stage: Stage, city: City | undefined): Promise<void> {
  await stage.browser.close()
  if (city !== undefined) await stopCities([city])
  rmSync(stage.dir, { recursive: true, force: true })
}

export { overflows } from './judge.ts'

/** One writes down that they helped the other, who is called this; the other says yes, and it has been taken. */
export async function helpOnce(helper: Person, receiver: Person, name: string): Promise<void> {
  await helper.open('/record')
  await helper.at('record-person').filter({ hasText: name }).click()
  await helper.tap('record-direction-i')
  await helper.tap('record-send')
  await helper.see('page-record-done')
  await receiver.open('/')
  await receiver.tap('help-confirm')
  await vi.waitFor(async () => expect(await receiver.at('help-confirm').count()).toBe(0), { timeout: 30_000, interval: 50 })
}
