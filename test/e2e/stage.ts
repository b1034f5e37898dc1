/** The stage of a play: a browser and a place for what hubs and people keep, days that pass, and its clearing away. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, vi } from 'vitest'
import { openBrowser, withoutWindows } from '#test/support/chromium.ts'
import { judging } from './judge.ts'
import { moveClock, type Person } from './person.ts'
import { cameraInto, type City, noCamera, type Stage, stopCities } from './story.ts'

/**
 * Every moment worth a picture is judged, and taken when `E2E_SHOTS` names where to; `more` is said to the hubs on it. In which
 * browsers it may be played, the first that starts.
 */
export async function aStage(name: string, more: Record<string, string> = {}, browsers = withoutWindows): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), `${name}-`))
  const shots = process.env['E2E_SHOTS']
  const env = { HOME: dir, XDG_STATE_HOME: join(dir, 'state'), ...more }
  // A name that is not localhost: to the browser the pages behind it are as insecure as on a home network.
  const browser = await openBrowser(browsers, ['--host-resolver-rules=MAP *.home 127.0.0.1'])
  const take = shots === undefined ? noCamera : cameraInto(shots)
  return { browser, dir, env, take, camera: judging(take) }
}

/** Also when the play did not come so far that there was a stage, or a city. */
export async function strike(stage: Stage | undefined, ...cities: (City | undefined)[]): Promise<void> {
  await stage?.browser.close()
  await stopCities(cities.filter((city) => city !== undefined))
  if (stage === undefined) return
  rmSync(stage.dir, { recursive: true, force: true })
}

/** Said to the hubs of a play in which days pass. */
export const passingClock = {
  NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, '..', 'support', 'later.mjs')).href}`, CLOCK_AHEAD_SECONDS: '0',
}

/** Said to the hubs of a play in which people wait for a proof, or for what another city reads: a minute of that shows nothing more. */
export const quickCheckpoints = { HUB_CHECKPOINT_SECONDS: '1' }

/** The hubs are off, and come back so many days later; to everybody at a browser it is that day from the next page on. */
export async function passDays(stage: Stage, count: number, ...cities: City[]): Promise<void> {
  const seconds = count * 86_400
  await stopCities(cities)
  stage.env['CLOCK_AHEAD_SECONDS'] = String(Number(stage.env['CLOCK_AHEAD_SECONDS']) + seconds)
  for (const context of stage.browser.contexts()) await moveClock(context, seconds)
  await Promise.all(cities.map(({ hub }) => hub.start()))
}

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
