/** What happens between a page's first question and the opening of its line to the hub reaches the page by that line. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Person } from '#test/e2e/person.ts'
import { aStage, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity, type Stage } from '#test/e2e/story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
let stage: Stage
let chengdu: City
let mei: Person
let bo: Person

beforeAll(async () => {
  stage = await aStage('first-line')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

test('a help that was recorded before the line was open waits on the page', async () => {
  const { promise: recorded, resolve: goOn } = Promise.withResolvers<void>()
  const { promise: opening, resolve: isOpening } = Promise.withResolvers<void>()
  const asked: string[] = []
  // By asking again now and then the page would learn of it too, later: this one does not.
  await mei.page.addInitScript(() => { globalThis.setInterval = (() => 0) as unknown as typeof setInterval })
  await mei.page.route('**/api/events*', async (route) => {
    asked.push(new URL(route.request().url()).search)
    isOpening()
    await recorded
    await route.continue()
  })
  // What the page asks of its own in the beginning is answered before Bo records.
  const answered = mei.page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/me' && answer.ok())
  await mei.open('/')
  await mei.see('page-home')
  await opening
  await (await answered).finished()
  expect(await mei.at('help-confirm').count()).toBe(0)

  await bo.open('/record')
  await bo.at('record-person').filter({ hasText: '梅' }).first().click()
  await bo.tap('record-direction-i')
  await bo.tap('record-send')
  await bo.see('page-record-done')
  goOn()
  await mei.see('help-confirm')
  expect(asked[0]).toMatch(/^\?since=[0-9a-f]{16}-\d+$/)
})
