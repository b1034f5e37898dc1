/**
 * 17. A teaching stay: Bo of Chengdu finds on his own board what Ana of Barcelona would like to learn, and that she gives a place to stay
 * for it. They write about the room, he teaches her, and her city pays him from its pool by the formula; both records show it, it counts
 * at home like help given there, and his level rises. The room is between the two: it stands in no record and costs him nothing.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '#test/e2e/person.ts'
import { strike } from '#test/e2e/stage.ts'
import {
  agree, type City, confirmKeys, foundCity, foundFederation, helpAndRate, issue, joinCity, meet, payGuest, postNeed,
} from '#test/e2e/story.ts'
import { run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let barcelona: City
let bo: Person
let ana: Person

beforeAll(async () => {
  stage = await aJourney(17)
  chengdu = await foundCity(stage, 'chengdu')
  barcelona = await foundCity(stage, 'barcelona')
  bo = await joinCity(stage, chengdu, '波')
  ana = await joinCity(stage, barcelona, 'Ana')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  await confirmKeys(chengdu)
  await confirmKeys(barcelona)
  await issue(barcelona, '1000')
})
afterAll(() => strike(stage, chengdu, barcelona))

test('what Ana would like to learn is on Bo’s open page by itself, with her city and nothing that says where she lives', async () => {
  await bo.open('/board')
  await postNeed(ana, 'Conversation in Chinese', 'An hour and a half, for a beginner.', 'lodging')
  const card = bo.at('listing-card').filter({ hasText: 'Conversation in Chinese' })
  await card.waitFor()
  expect(await bo.see('city-chip', card)).toContain('Barcelona')
  await stage.camera('board', bo)
})

test('of those for which one is housed it is found at once, and they agree by letter on the room', async () => {
  await bo.open('/board')
  await bo.at('board-more').locator('summary').click()
  await bo.choose('board-return', 'meals')
  await bo.see('board-empty')
  await bo.choose('board-return', 'lodging')
  await bo.at('listing-card').filter({ hasText: 'Conversation in Chinese' }).first().click()
  expect(await bo.see('page-listing')).toContain(stage.say('住处', 'a place to stay'))
  await stage.camera('housed', bo)
  await bo.tap('write-to')
  await bo.fill('letter-words', '我可以住两个星期吗？')
  await bo.tap('letter-send')
  // Between cities a letter may take a moment, and be tried again.
  const hasCome = async (): Promise<number> => {
    await ana.open('/messages')
    await ana.see('page-messages')
    return await ana.at('conversation').filter({ hasText: '两个星期' }).count()
  }
  await expect.poll(hasCome, { timeout: 240_000, interval: 2_000 }).toBe(1)
  await ana.tap('conversation')
  await ana.fill('letter-words', 'The room under the roof is yours for two weeks.')
  await ana.tap('letter-send')
  await expect.poll(async () => (await bo.at('letter').allInnerTexts()).join()).toContain('under the roof')
  await stage.camera('room', bo)
})

test('he teaches, both say how it was, and her city pays by the formula: 90 minutes, 30 Global, and at home 90 more and the next level', async () => {
  await bo.open('/me')
  await bo.seeValue('level', 'data-level', '1')
  await bo.open('/board')
  await bo.at('listing-card').filter({ hasText: 'Conversation in Chinese' }).first().click()
  await bo.see('page-listing')
  const listing = /listing\/([0-9a-f]{32})/.exec(bo.page.url())![1]!
  await helpAndRate(stage, ana, bo, await agree(stage, ana, bo, listing, '可以，我用中文和西班牙语。'), 'abroad')
  await payGuest(stage, barcelona)
  await bo.open('/me')
  await bo.seeValue('global', 'data-milli', '30000')
  await bo.seeValue('lifetime', 'data-milli', '90000')
  await bo.seeValue('level', 'data-level', '2')
  await bo.seeValue('domain', 'data-milli', '0')
  await stage.camera('me', bo)
  // What is made at home becomes Global one level later.
  await bo.fill('convert-amount', '30')
  await bo.tap('convert-send')
  // Its words are fetched when the first refusal is shown.
  await expect.poll(() => bo.see('refused')).toMatch(/3/)
  expect(await bo.at('refused').first().getAttribute('data-code')).toBe('level-too-low')
})

test('both records show it, and what each holds of the other is the same', async () => {
  await barcelona.hub.recorded('x.ack')
  const kinds = (city: City): string[] => city.hub.records().map(({ action }) => action.kind)
  expect(kinds(barcelona)).toEqual(expect.arrayContaining(['x.req', 'x.out', 'x.cert', 'x.ack']))
  expect(kinds(chengdu)).toEqual(expect.arrayContaining(['x.in', 'contribution.abroad']))
  // Being housed is no value that anybody sends.
  expect(kinds(chengdu)).not.toContain('x.req')
  expect(kinds(barcelona)).not.toContain('booking.made')
  expect(await run(['audit', chengdu.hub.data, barcelona.hub.data], stage.env)).toContain('ok')
  expect([bo, ana, chengdu.steward, barcelona.steward].flatMap(({ faults }) => faults)).toEqual([])
})
