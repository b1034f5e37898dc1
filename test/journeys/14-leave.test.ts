/**
 * 14. Leave: a member takes their proofs along, has their words erased and goes; what they had goes to everybody, the chain still
 * verifies, and nobody reads their name any more.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, quickCheckpoints, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import { run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let mei: Person
let ana: Person

beforeAll(async () => {
  stage = await aJourney(14, quickCheckpoints)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  ana = await joinCity(stage, chengdu, 'Ana')
  await helpOnce(ana, mei, '梅')
})
afterAll(() => strike(stage, chengdu))

test('who goes takes along what the hub has signed for them, and anybody can check it', async () => {
  await ana.open('/me')
  await ana.tap('receipts-open')
  // There is a proof as soon as the hub has signed the tree.
  await ana.at('save-proof').first().waitFor()
  const [zip] = await Promise.all([ana.page.waitForEvent('download'), ana.tap('save-all-proofs')])
  const path = join(stage.dir, zip.suggestedFilename())
  await zip.saveAs(path)
  const files = unzipSync(readFileSync(path))
  expect(Object.keys(files).filter((name) => name.endsWith('.tlog-proof')).length).toBeGreaterThan(0)
  expect(Object.keys(files).filter((name) => name.endsWith('.policy'))).toHaveLength(1)
})

test('their words are erased when they ask for it, in two steps, and then they leave', async () => {
  await ana.open('/me')
  await ana.tap('leaving')
  await ana.tap('erase')
  await stage.camera('leaving', ana)
  await ana.tap('erase-yes')
  await ana.see('notice')
  await expect.poll(async () => {
    await ana.open('/me')
    return (await ana.see('page-me')).includes('Ana')
  }).toBe(false)
  await ana.tap('leaving')
  await ana.tap('leave')
  await ana.tap('leave-yes')
  await ana.see('page-welcome')
  expect(chengdu.hub.records().slice(-2).map(({ action }) => action.kind)).toEqual(['erasure.asked', 'member.left'])
})

test('nobody reads their name any more, what was done stays done, and the chain verifies', async () => {
  await mei.open('/people')
  expect(await mei.see('page-people')).not.toContain('Ana')
  await mei.open('/me')
  await mei.see('help-row')
  expect(await mei.at('help-row').count()).toBe(1)
  expect(await mei.see('page-me')).not.toContain('Ana')
  await stage.camera('after', mei)
  expect(await run(['audit', chengdu.hub.data], stage.env)).toContain('ok')
  expect([ana, mei, chengdu.steward].flatMap(({ faults }) => faults)).toEqual([])
})
