/**
 * `npm run demo [-- --open] [--shots DIR]`: three cities of the seeds on this machine, with people in them and
 * the whole path behind them: help in Chengdu, a federation, help for Barcelona paid in Global, a transfer that
 * waits. Everything happened through the pages and the real rules. Then it stays, until Ctrl-C.
 *
 * Whoever joins in one of the three is attested by that city's steward within a few seconds, so that there is
 * nothing between a visitor and trying it. `--open` shows the demo's own people in browser windows, with
 * their keys; `--shots` makes the pictures of the README.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Browser, chromium } from 'playwright-core'
import { openBrowser } from '#test/support/chromium.ts'
import type { Person } from '#test/e2e/person.ts'
import {
  agree, cameraInto, type City, confirmKeys, foundCity, foundFederation, helpAndRate, issue, joinCity, meet, noCamera, payGuest, places, postNeed,
  type Stage, stopCities, trust,
} from '#test/e2e/story.ts'
import { until } from '#test/e2e/until.ts'
import { run } from '#test/support/hub-process.ts'

const ATTEST_EVERY_MS = 2_000

/** Answers the exit code. */
export async function main(args: string[]): Promise<number> {
  const options = optionsOf(args)
  if (options === null) return 2
  const dir = mkdtempSync(join(tmpdir(), 'demo-'))
  const browser = options.open ? await openWindows() : await openBrowser()
  const stage: Stage = {
    browser, dir, env: { HUB_LOG: 'warn', XDG_STATE_HOME: join(dir, 'state') },
    camera: options.shots === null ? noCamera : cameraInto(options.shots),
  }
  const cities: City[] = []
  const ended = new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done())
  })
  try {
    const played = play(stage, cities)
    // Ended in the middle, the play breaks off wherever it is; that is no fault.
    played.catch(() => {})
    await Promise.race([played, ended])
    if (options.shots !== null) {
      await played
      console.log(`pictures are in ${options.shots}`)
      return 0
    }
    console.log(`\n${await run(['audit', ...cities.map(({ hub }) => hub.data)])}`)
    for (const { place, hub } of cities) console.log(`${places[place].city.padEnd(10)} ${hub.url}`)
    console.log('Join in any of them: its steward lets you in within a few seconds. Ctrl-C ends the demo.')
    await welcome(cities, ended)
    return 0
  } finally {
    await browser.close()
    await stopCities(cities)
    rmSync(dir, { recursive: true, force: true })
  }
}

function optionsOf(args: string[]): { open: boolean; shots: string | null } | null {
  try {
    const { values } = parseArgs({ args, options: { open: { type: 'boolean', default: false }, shots: { type: 'string' } } })
    return { open: values.open, shots: values.shots === undefined ? null : resolve(values.shots) }
  } catch (error) {
    console.error(`${(error as Error).message}\nnpm run demo [-- --open] [--shots DIR]`)
    return null
  }
}

/** Windows on this screen, one for each of the demo's people. */
async function openWindows(): Promise<Browser> {
  // Chromium's sandbox refuses to be root's, which is what a container runs as.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  try {
    return await chromium.launch({ executablePath: '/usr/bin/chromium', headless: false, args: ['--no-first-run', ...asRoot] })
  } catch (error) {
    throw new Error('--open needs /usr/bin/chromium and a screen to open it on; without --open the demo needs neither', { cause: error })
  }
}

async function play(stage: Stage, cities: City[]): Promise<void> {
  const say = (text: string): void => console.log(`· ${text}`)
  say('成都 is founded; 梅 and 波 join')
  const chengdu = await foundCity(stage, 'chengdu')
  cities.push(chengdu)
  const mei = await joinCity(stage, chengdu, '梅')
  const bo = await joinCity(stage, chengdu, '波')
  say('梅 needs a tap mended, 波 mends it: 90 minutes, 90 CV')
  const tap = await postNeed(mei, '修水龙头', '厨房的水龙头一直滴水，周六在家。')
  await bo.open('/board')
  await bo.see('listing-card')
  const first = await agree(stage, mei, bo, tap, '我会修，周六上午可以。')
  await helpAndRate(stage, mei, bo, first, 'help')
  await recordHelp(stage, mei, bo)

  say('Barcelona is founded; the two cities meet')
  const barcelona = await foundCity(stage, 'barcelona')
  cities.push(barcelona)
  const ana = await joinCity(stage, barcelona, 'Ana')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  await postNeed(mei, '想学做西班牙海鲜饭', '网上一起做一次也好，我可以教包饺子。')
  await ana.open('/board')
  await ana.at('listing-card').filter({ hasText: '海鲜饭' }).waitFor()
  await stage.camera('board-two-cities', ana)
  await confirmKeys(chengdu)
  await confirmKeys(barcelona)
  await issue(barcelona, '1000')

  say('波 helps Ana of Barcelona; her city pays 30 Global, and it counts at home')
  await helpAbroad(stage, ana, bo, 'Conversation in Chinese')
  await payGuest(stage, barcelona)
  await bo.open('/me')
  await bo.seeValue('global', 'data-milli', '30000')
  await stage.camera('me-abroad', bo)

  say('成都 trusts Barcelona with 50 for now, so the next payment waits for its steward')
  await trust(chengdu, barcelona, '50')
  await helpAbroad(stage, ana, bo, 'More Chinese')
  await payGuest(stage, barcelona)
  await chengdu.steward.open('/steward')
  await chengdu.steward.see('suspended-item')
  await stage.camera('suspended', chengdu.steward)

  say('Lisboa joins, and has the listings that were there before it')
  const lisbon = await foundCity(stage, 'lisbon', 'desk')
  cities.push(lisbon)
  await meet([chengdu, barcelona], lisbon, 3)
  await lisbon.steward.open('/board')
  await lisbon.steward.at('listing-card').filter({ hasText: '海鲜饭' }).waitFor()
  await stage.camera('board-desk', lisbon.steward)
}

async function recordHelp(stage: Stage, mei: Person, bo: Person): Promise<void> {
  await mei.open('/')
  await mei.tap('home-record')
  await mei.at('record-person').filter({ hasText: '波' }).click()
  await stage.camera('record', mei)
  await mei.tap('record-send')
  await mei.see('page-record-done')
  await bo.open('/')
  await bo.see('waiting-confirm-help')
  await stage.camera('home', bo)
  await bo.tap('help-confirm')
  await until('the help', () => bo.at('waiting-confirm-help').count(), 0)
}

async function helpAbroad(stage: Stage, ana: Person, bo: Person, title: string): Promise<void> {
  const listing = await postNeed(ana, title, 'An hour and a half online, for a beginner.')
  await bo.open('/board')
  await bo.page.locator(`a[href="/listing/${listing}"]`).first().waitFor()
  await helpAndRate(stage, ana, bo, await agree(stage, ana, bo, listing, '可以，我说中文和一点西班牙语。'), 'abroad')
}

/** The stewards stay at their pages and attest whoever comes, until the demo ends. */
async function welcome(cities: City[], ended: Promise<void>): Promise<void> {
  let open = true
  void ended.then(() => (open = false))
  for (const { steward } of cities) await steward.open('/steward')
  while (open) {
    for (const { steward } of cities) {
      if ((await steward.at('attest').count()) > 0) await steward.tap('attest')
    }
    await Promise.race([ended, new Promise((next) => setTimeout(next, ATTEST_EVERY_MS))])
  }
}
