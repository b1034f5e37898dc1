/**
 * 2. First help: 李 asks for her tap to be mended, 王 answers, an hour and a half is said and said yes to, both say how it was
 * without seeing the other's word; what becomes of it is 90, and why. And when nobody answers, a week later it counts all the same,
 * on the day that had been said before.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { agree, type City, foundCity, helpAndRate, joinCity, postNeed } from '#test/e2e/story.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let li: Person
let wang: Person
/** What they agreed on first. */
let repaired = ''

beforeAll(async () => {
  stage = await aJourney(2, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  li = await joinCity(stage, chengdu, '李')
  wang = await joinCity(stage, chengdu, '王')
})
afterAll(() => strike(stage, chengdu))

test('she asks without having anything, he helps for ninety minutes, and has exactly 90 and the second level', async () => {
  const need = await postNeed(li, '修水龙头', '厨房的水龙头一直滴水，周六在家。')
  await wang.open('/board')
  await wang.see('listing-card')
  await stage.camera('board', wang)
  // Neither sees the other's word before both have said theirs: that is looked at on the way.
  repaired = await agree(stage, li, wang, need, '我会修，周六上午可以。')
  await helpAndRate(stage, li, wang, repaired, 'help')
  expect(await wang.at('grades').locator('li').count()).toBe(2)
  await wang.open('/me')
  await wang.seeValue('domain', 'data-milli', '90000')
  await wang.seeValue('level', 'data-level', '2')
  await stage.camera('me', wang)
})

test('who asks why sees the sum from below, and goes on from where they were, by hand and by keyboard', async () => {
  await wang.at('award').scrollIntoViewIfNeeded()
  await wang.tap('award-why')
  const words = await wang.see('award-why-sheet')
  for (const said of ['90', '1.0', stage.say('日常帮忙', 'Everyday help'), stage.say('第 ', 'as number')]) expect(words).toContain(said)
  const [screen, sheet] = [wang.page.viewportSize()!, (await wang.at('award-why-sheet').first().boundingBox())!]
  expect(sheet.width).toBeLessThanOrEqual(screen.width)
  if (stage.view.screen === 'phone') expect(Math.round(sheet.y + sheet.height)).toBe(screen.height)
  await stage.camera('why', wang)
  await wang.tap('award-why-close')
  await expect.poll(() => wang.at('award-why-sheet').first().isVisible()).toBe(false)
  expect(await wang.page.evaluate('document.activeElement.dataset.test')).toBe('award-why')
  await wang.page.keyboard.press('Enter')
  await wang.see('award-why-sheet')
  await wang.page.keyboard.press('Escape')
  await expect.poll(() => wang.at('award-why-sheet').first().isVisible()).toBe(false)
})

test('both are asked what they gained; what one says the other reads', async () => {
  for (const [one, other, words] of [[wang, li, '学会了看水压'], [li, wang, '厨房不再滴水']] as const) {
    await one.open(`/agreement/${repaired}`)
    await one.tap('gains-open')
    await one.fill('gains-words', words)
    await one.tap('gains-send')
    await expect.poll(() => one.at('gain').allInnerTexts()).toContainEqual(expect.stringContaining(words))
    await stage.camera(`gains-${one === wang ? 'first' : 'second'}`, one)
    await other.open(`/agreement/${repaired}`)
    await other.tap('gains-open')
    await expect.poll(() => other.at('gain').allInnerTexts()).toContainEqual(expect.stringContaining(words))
  }
})

test('what nobody answers confirms itself on the day that both could read, and is settled when nobody has rated it either', async () => {
  const need = await postNeed(li, '搬书架', '从一楼到三楼。')
  const agreement = await agree(stage, li, wang, need, '我来。')
  await wang.tap('check-in')
  await wang.tap('report')
  await wang.seeValue('next-step', 'data-step', 'wait-confirm')
  await li.open(`/agreement/${agreement}`)
  await li.seeValue('next-step', 'data-step', 'confirm')
  expect(await li.at('coming').evaluateAll((all) => all.map((one) => one.getAttribute('data-what')))).toContain('confirms-itself')
  await stage.camera('coming', li)

  await passDays(stage, 8, chengdu)
  await aCrowd(chengdu, '兰')
  await wang.open(`/agreement/${agreement}`)
  await expect.poll(() => wang.at('step').evaluateAll((all) => all.map((one) => one.getAttribute('data-what')))).toContain('silent-confirm')
  await passDays(stage, 15, chengdu)
  await helpOnce(wang, li, '李')
  await wang.open(`/agreement/${agreement}`)
  await wang.seeValue('award-sum', 'data-final', 'true')
  expect(await wang.at('award-sum').getAttribute('data-milli')).toBe('90000')
  for (const person of [li, wang, chengdu.steward]) expect(person.faults).toEqual([])
})
