import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aStage, strike } from './stage.ts'
import { type City, confirmKeys, foundCity, foundFederation, meet, type Stage, stopCities, trust } from './story.ts'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })
let stage: Stage
let chengdu: City
let barcelona: City

beforeAll(async () => {
  stage = await aStage('cities')
  chengdu = await foundCity(stage, 'chengdu', 'phone')
  barcelona = await foundCity(stage, 'barcelona', 'phone')
})
afterAll(async () => {
  if (barcelona !== undefined) await stopCities([barcelona])
  await strike(stage, chengdu)
})

test('how two cities stand with each other is on a page of both, in words, and a steward adjusts one side of it', async () => {
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  for (const { steward } of [chengdu, barcelona]) {
    await steward.open('/me')
    await steward.tap('to-cities')
    await steward.seeValue('takes', 'data-milli', '3000000')
  }
  await chengdu.steward.tap('trust-edit')
  await stage.camera('cities-adjust-zh', chengdu.steward)
  await trust(chengdu, barcelona, '50')
  await chengdu.steward.tap('trust-edit')
  await chengdu.steward.fill('trust-limit', '6001')
  await chengdu.steward.tap('trust-save')
  expect(await chengdu.steward.see('refused')).toMatch(/90/)
  await stage.camera('cities-zh', chengdu.steward)

  await confirmKeys(chengdu)
  await barcelona.steward.open('/cities')
  await barcelona.steward.seeValue('given', 'data-milli', '50000')
  await stage.camera('cities-en', barcelona.steward)
  expect([chengdu.steward.faults, barcelona.steward.faults]).toEqual([[], []])
})
