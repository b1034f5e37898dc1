/**
 * A phone that leaves the village's network: what was read stays readable, what is done is signed and kept, goes out when
 * the community answers again, is recorded once, and when it is refused, in words. Over plain http, without a worker.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { MeView } from '#protocol/api.ts'
import type { Person } from '#test/e2e/person.ts'
import { aStage, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity, type Stage } from '#test/e2e/story.ts'

let stage: Stage
let chengdu: City
let bo: Person

beforeAll(async () => {
  stage = await aStage('offline')
  chengdu = await foundCity(stage, 'chengdu')
  bo = await joinCity(stage, chengdu, '波')
  await bo.open('/record')
  await bo.see('record-person')
  await bo.tap('nav-me')
  await bo.see('page-me')
})
afterAll(() => strike(stage, chengdu))

const isOff = (off: boolean): Promise<void> => bo.page.context().setOffline(off)
const soon = (look: () => Promise<void>): Promise<void> => vi.waitFor(look, { timeout: 120_000, interval: 200 })
const count = async (test: string, of: number): Promise<void> => soon(async () => expect(await bo.at(test).count()).toBe(of))

/** A help of the first neighbour in the list, signed with no network. */
async function recordAHelp(): Promise<void> {
  await bo.at('record-person').first().click()
  await bo.tap('record-direction-i')
  await bo.tap('record-send')
  await bo.see('kept')
}

async function helps(): Promise<MeView['helps']> {
  return (JSON.parse(await bo.page.evaluate(async () => (await fetch('/api/me')).text())) as MeView).helps
}

test('what was read stays readable, and the page says since when', async () => {
  await isOff(true)
  await bo.tap('nav-home')
  await bo.see('page-home')
  await bo.tap('home-record')
  await bo.see('record-person')
  await bo.see('read-at')
})

test('what is done meanwhile is kept, and shown as waiting; pressing again keeps one', async () => {
  await recordAHelp()
  await bo.tap('record-send')
  await bo.tap('nav-home')
  await count('unsent', 1)
  await stage.camera('unsent', bo)
})

test('it goes out when the community answers, and is recorded once', async () => {
  await isOff(false)
  await count('unsent', 0)
  await soon(async () => expect(await helps()).toHaveLength(1))
  await count('read-at', 0)
  await chengdu.steward.open('/')
  await chengdu.steward.see('waiting-confirm-help')
  expect(await chengdu.steward.at('waiting-confirm-help').count()).toBe(1)
})

test('what the community took while its answer was lost is not recorded again, also not by the page that is opened anew', async () => {
  await bo.open('/record')
  await bo.see('record-person')
  await bo.page.route('**/api/actions', async (asked) => {
    await asked.fetch()
    await asked.abort()
  })
  await recordAHelp()
  await bo.page.unroute('**/api/actions')
  await bo.open('/')
  await bo.see('page-home')
  await count('unsent', 0)
  await soon(async () => expect(await helps()).toHaveLength(2))
})

test('what waits outlasts the page, and what is refused then says why', async () => {
  await bo.open('/record')
  await bo.see('record-person')
  await isOff(true)
  await recordAHelp()
  await bo.page.route('**/api/actions', (asked) =>
    asked.fulfill({ status: 409, contentType: 'application/json', body: JSON.stringify({ refusal: { code: 'expired', expired: 1 } }) }))
  await isOff(false)
  await bo.open('/')
  await count('unsent-refused', 1)
  expect(await bo.at('refused').getAttribute('data-code')).toBe('expired')
  await soon(async () => expect((await bo.at('refused').innerText()).split('\n').length).toBeGreaterThan(3))
  await stage.camera('refused-later', bo)
  await bo.tap('unsent-read')
  await count('unsent-refused', 0)
  expect(await helps()).toHaveLength(2)
})

/** Of which questions this device keeps the answers. */
const keptReads = (): Promise<string[]> => bo.page.evaluate(() => new Promise((done) => {
  const opening = indexedDB.open('tongyi')
  opening.onsuccess = () => {
    const asked = opening.result.transaction('read').objectStore('read').getAllKeys()
    asked.onsuccess = () => {
      opening.result.close()
      done(asked.result as string[])
    }
  }
}))

test('an address that is a key in itself is not kept, and behind a PIN nothing that was read lies on the device', async () => {
  await bo.page.unroute('**/api/actions')
  await bo.open('/free')
  await bo.see('agenda')
  expect(await keptReads()).toContain('/api/matches')
  expect(await keptReads()).not.toContain('/api/agenda')
  const other = await bo.page.context().newPage()
  await other.goto(new URL('/', bo.page.url()).href)
  await other.locator('[data-test="page-home"]').first().waitFor()
  await bo.open('/me')
  await bo.tap('pin-set')
  await bo.fill('pin-new', '123456')
  await bo.tap('pin-save')
  await soon(async () => expect(await keptReads()).toEqual([]))
  await bo.tap('nav-home')
  await bo.see('page-home')
  // Another page of this browser, open since before there was a PIN.
  await other.locator('[data-test="nav-me"]').first().click()
  await other.locator('[data-test="story"]').first().waitFor()
  expect(await keptReads()).toEqual([])
  await other.close()
  await isOff(true)
  await bo.tap('nav-me')
  await bo.see('read-at')
  await bo.see('story')
  await isOff(false)
  expect(bo.faults).toEqual([])
})

test('who signs out with no network is signed out there as soon as the community answers', async () => {
  await bo.tap('nav-me')
  await isOff(true)
  await bo.tap('sign-out')
  await bo.see('sign-in')
  const status = (): Promise<number> => bo.page.evaluate(async () => (await fetch('/api/me')).status)
  await isOff(false)
  await soon(async () => expect(await status()).toBe(401))
  expect(await keptReads()).toEqual([])
})
