/**
 * 10. Found a hub: with one command and the wizard behind its address, a first exchange without touching a setting; a backup, its
 * restore on another machine, everything there again; what an earlier program kept, opened by this one without a byte of it lost; and a
 * clock that runs behind is said, not silently wrong. (A disk that fills up needs one that is small: `system/disk-full`.)
 */
import { chmodSync, cpSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passingClock, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import { aNeighbour } from '#test/e2e/story.ts'
import { aHubProcess, run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))
let stage: Journey
let chengdu: City
let mei: Person
let bo: Person

beforeAll(async () => {
  stage = await aJourney(10, passingClock)
})
afterAll(() => strike(stage, chengdu))

test('a hub starts from an empty directory, is founded by whoever opens its address, and is the same after a restart', async () => {
  chengdu = await foundCity(stage, 'chengdu')
  await chengdu.hub.stop()
  await chengdu.hub.start()
  expect(chengdu.hub.open).toBe(`${chengdu.hub.url}/`)
  await chengdu.steward.open('/')
  await chengdu.steward.see('page-home')
  // Nobody is told of other cities before there are any.
  expect(await chengdu.steward.page.innerText('body')).not.toMatch(/联邦|federation/i)
})

test('the first exchange succeeds without a setting', async () => {
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await helpOnce(bo, mei, '梅')
  await bo.open('/me')
  await bo.seeValue('domain', 'data-milli', '60000')
})

test('how it runs is one page without a script, and says that there is no backup yet', async () => {
  const operator = await chengdu.steward.page.context().newPage()
  await operator.goto(`${chengdu.url}/health?lang=${stage.view.language}`)
  expect(await operator.locator('script').count()).toBe(0)
  expect(await operator.locator('[data-check="backup"]').getAttribute('data-state')).toBe('waiting')
  await operator.close()
  expect(await chengdu.hub.command('health')).toMatch(/backup/)
})

test('a backup is made while it runs, tried, and on another machine it is the same hub, byte for byte, when its steward says so', async () => {
  const backup = join(stage.dir, 'backup')
  await chengdu.hub.command('backup', backup, '--with-keys')
  await chengdu.hub.command('restore', backup, '--test')
  const before = chengdu.hub.records().map(({ leaf }) => toHex(leaf))
  await chengdu.hub.stop()
  const data = join(stage.dir, 'elsewhere')
  mkdirSync(data, { mode: 0o700 })
  const there = { ...stage.env, XDG_STATE_HOME: join(stage.dir, 'elsewhere-state') }
  await run(['restore', backup, '--data', data], there)
  expect(await run(['verify', data], there)).toContain('Everything that was checked is in order.')
  // The new machine takes the old one's place and address.
  rmSync(chengdu.hub.data, { recursive: true })
  renameSync(data, chengdu.hub.data)
  Object.assign(stage.env, there)
  await chengdu.hub.start()
  const { steward } = chengdu
  await steward.open('/steward')
  await steward.see('restore')
  await stage.camera('restore', steward)
  await steward.tap('restore-confirm')
  await expect.poll(() => steward.at('restore-confirm').count()).toBe(0)
  expect(chengdu.hub.records().slice(0, before.length).map(({ leaf }) => toHex(leaf))).toEqual(before)
  await bo.open('/me')
  await bo.seeValue('domain', 'data-milli', '60000')
  await helpOnce(mei, bo, '波')
})

test.each(readdirSync(fixtures).filter((name) => /^v\d+$/.test(name)))('after an update, what was kept in format %s is all there, and its page opens', async (version) => {
  const place = join(stage.dir, version)
  for (const name of ['data', 'state']) cpSync(join(fixtures, version, name), join(place, name), { recursive: true })
  // A repository does not keep these modes.
  chmodSync(join(place, 'data', 'keys'), 0o700)
  for (const name of readdirSync(join(place, 'data', 'keys'))) chmodSync(join(place, 'data', 'keys', name), 0o600)
  const hub = await aHubProcess(join(place, 'data'), { ...stage.env, XDG_STATE_HOME: join(place, 'state') })
  const kept = hub.records().map(({ leaf }) => toHex(leaf))
  expect(kept.length).toBeGreaterThan(100)
  try {
    await hub.start()
    expect(hub.records().slice(0, kept.length).map(({ leaf }) => toHex(leaf))).toEqual(kept)
    const visitor = await aNeighbour(stage, { place: 'chengdu', url: hub.url }, 'a neighbour')
    await visitor.open('/')
    await visitor.see('page-welcome')
    expect(visitor.faults).toEqual([])
    await visitor.close()
  } finally {
    await hub.stop()
  }
})

test('a clock that runs behind what was recorded is said on the health page, and what is asked then keeps the order', async () => {
  await chengdu.hub.stop()
  stage.env['CLOCK_AHEAD_SECONDS'] = String(-3_600)
  await chengdu.hub.start()
  const health = await (await fetch(`${chengdu.hub.url}/api/health`)).json() as { checks: { name: string; state: string }[] }
  expect(health.checks.find(({ name }) => name === 'clock')!.state).not.toBe('success')
  await chengdu.hub.stop()
  stage.env['CLOCK_AHEAD_SECONDS'] = '0'
  await chengdu.hub.start()
  expect([mei, bo, chengdu.steward].flatMap(({ faults }) => faults)).toEqual([])
})
