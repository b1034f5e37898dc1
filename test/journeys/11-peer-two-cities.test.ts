/**
 * 11. Two cities meet: their stewards paste each other's card, each says how much it takes from the other, the first value comes
 * across, a word when little is left, more than that waits for a steward, what comes back makes room again, and taking nothing for a
 * while ends when a steward says so. How they stand is for everybody in both to read.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '#test/e2e/person.ts'
import { quickCheckpoints, strike } from '#test/e2e/stage.ts'
import { agree, type City, confirmKeys, foundCity, foundFederation, helpAndRate, issue, joinCity, meet, payGuest, postNeed, trust } from '#test/e2e/story.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let barcelona: City
let bo: Person
let ana: Person

beforeAll(async () => {
  stage = await aJourney(11, quickCheckpoints)
  chengdu = await foundCity(stage, 'chengdu')
  barcelona = await foundCity(stage, 'barcelona')
  bo = await joinCity(stage, chengdu, '波')
  ana = await joinCity(stage, barcelona, 'Ana')
})
afterAll(() => strike(stage, chengdu, barcelona))

/** `helper` helps somebody of the other city for an hour and a half, and that city pays 30. */
async function paid(host: City, asker: Person, helper: Person, title: string): Promise<void> {
  const need = await postNeed(asker, title, '一个半小时。')
  await helper.open('/board')
  await helper.page.locator(`a[href="/listing/${need}"]`).first().waitFor()
  await helpAndRate(stage, asker, helper, await agree(stage, asker, helper, need, '可以。'), 'abroad')
  await payGuest(stage, host)
}

test('how two cities stand with each other is on a page of both, in words, and a steward adjusts one side of it', async () => {
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  for (const person of [chengdu.steward, barcelona.steward, bo]) {
    await person.open('/me')
    await person.tap('to-cities')
    await person.seeValue('takes', 'data-milli', '3000000')
  }
  expect(await bo.at('trust-edit').count()).toBe(0)
  await chengdu.steward.tap('trust-edit')
  await stage.camera('adjust', chengdu.steward)
  await trust(chengdu, barcelona, '35')
  await chengdu.steward.tap('trust-edit')
  await chengdu.steward.fill('trust-limit', '6001')
  await chengdu.steward.tap('trust-save')
  // Its words are fetched when the first refusal is shown.
  await expect.poll(() => chengdu.steward.see('refused')).toMatch(/90/)
  await stage.camera('cities', chengdu.steward)
  await confirmKeys(chengdu)
  await confirmKeys(barcelona)
  await ana.open('/cities')
  await ana.seeValue('given', 'data-milli', '35000')
  await stage.camera('cities-ana', ana)
})

test('the first value comes across, and when four fifths are used both sides read it', async () => {
  await issue(barcelona, '1000')
  await paid(barcelona, ana, bo, 'Conversation in Chinese')
  await bo.open('/me')
  await bo.seeValue('global', 'data-milli', '30000')
  await bo.open('/cities')
  expect(await bo.see('nearly-used')).toContain(stage.say('额度剩得不多', 'Little or nothing of it is left'))
  expect(await bo.at('takes').getAttribute('data-used')).toBe('30000')
  await stage.camera('nearly', bo)
})

test('what is more than that waits for a steward, who takes it in or sends it back; the other direction stays open, and makes room again', async () => {
  const pool = async (): Promise<string | null> => {
    await barcelona.steward.open('/steward')
    await barcelona.steward.see('pool')
    return barcelona.steward.at('pool').first().getAttribute('data-milli')
  }
  const before = await pool()
  await paid(barcelona, ana, bo, 'More Chinese')
  await chengdu.steward.open('/steward')
  await chengdu.steward.see('suspended-item')
  await stage.camera('waits', chengdu.steward)
  await chengdu.steward.tap('send-back')
  await barcelona.steward.open('/steward')
  await expect.poll(() => barcelona.steward.at('transfer').first().getAttribute('data-stage')).toBe('returned')
  expect(await pool()).toBe(before)

  await issue(chengdu, '1000')
  await paid(chengdu, bo, ana, '西班牙语会话')
  await ana.open('/me')
  await ana.seeValue('global', 'data-milli', '30000')
  await bo.open('/cities')
  await bo.seeValue('takes', 'data-used', '0')
  expect(await bo.at('nearly-used').count()).toBe(0)
  await stage.camera('netted', bo)
})

test('a steward takes nothing from the other city for a while, everybody reads it, and takes again', async () => {
  await chengdu.steward.open('/cities')
  await chengdu.steward.tap('trust-edit')
  await chengdu.steward.fill('trust-limit', '0')
  await chengdu.steward.fill('trust-transfer', '0')
  await chengdu.steward.tap('trust-save')
  await chengdu.steward.see('takes-nothing')
  await bo.open('/cities')
  await bo.see('takes-nothing')
  await stage.camera('nothing', bo)
  await trust(chengdu, barcelona, '3000')
  await bo.open('/cities')
  await bo.seeValue('takes', 'data-milli', '3000000')
  expect([bo, ana, chengdu.steward, barcelona.steward].flatMap(({ faults }) => faults)).toEqual([])
})
