/** Two stewards, each on the page of their own city, agree on other numbers, and give one city a new vote key. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, foundFederation, meet, type Stage, unfold } from './story.ts'

let stage: Stage
let [chengdu, barcelona]: (City | undefined)[] = []

beforeAll(async () => {
  stage = await aStage('terms')
}, 300_000)
afterAll(() => strike(stage, chengdu, barcelona), 60_000)

/** The decay that all cities go by, in per cent, as a steward enters it. */
async function agreeOn({ steward }: City, percent: string): Promise<void> {
  await steward.open('/steward')
  await steward.tap('terms-open')
  await steward.fill('terms-decay', percent)
  await steward.tap('terms-agree')
  await steward.see('terms')
}

test('new terms hold when both have entered the same numbers, and a new vote key when the other has pasted the new card', async () => {
  chengdu = await foundCity(stage, 'chengdu')
  barcelona = await foundCity(stage, 'barcelona')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)

  await agreeOn(chengdu, '8')
  await chengdu.steward.see('terms-agreed')
  await stage.camera('terms-agreed', chengdu.steward)
  await agreeOn(barcelona, '8')
  for (const { steward } of [chengdu, barcelona]) {
    await steward.open('/steward')
    await steward.seeValue('federation-state', 'data-version', '3')
    await steward.seeValue('terms-now', 'data-from', '1')
  }
  await stage.camera('terms-new', barcelona.steward)

  await chengdu.steward.open('/steward')
  const old = await chengdu.steward.at('our-card').inputValue()
  await chengdu.steward.tap('renew-open')
  await stage.camera('renew-open', chengdu.steward)
  await chengdu.steward.tap('renew')
  await chengdu.steward.seeValue('renewal', 'data-renewing', 'true')
  await stage.camera('renewing', chengdu.steward)
  const card = await chengdu.steward.at('our-card').inputValue()
  expect(card).not.toBe(old)
  await barcelona.steward.open('/steward')
  await unfold(barcelona.steward, 'meet')
  await barcelona.steward.fill('their-card', card)
  await barcelona.steward.tap('admit')
  for (const { steward } of [chengdu, barcelona]) {
    await steward.open('/steward')
    await steward.seeValue('federation-state', 'data-version', '4')
  }
  await chengdu.steward.seeValue('renewal', 'data-renewing', 'false')
}, 300_000)
