/**
 * 15. Change the rules: in a young hub anybody proposes that less is lost each year, everybody sees it before and after, those vote who
 * were there when it was opened, a steward signs, two weeks pass, and from the next year on it is so; what was before stays as it was.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import { run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let mei: Person
let bo: Person

beforeAll(async () => {
  stage = await aJourney(15, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await aCrowd(chengdu, '丽', '强')
})
afterAll(() => strike(stage, chengdu))

const value = async (person: Person, test: string): Promise<number> => Number(await person.at(test).getAttribute('data-milli'))
const phase = (person: Person): Promise<string | null> => person.at('proposal').first().getAttribute('data-phase')

test('who has just joined sees what would bring them further, part by part', async () => {
  await mei.open('/me')
  await mei.tap('to-level')
  await mei.see('page-level')
  expect(await mei.at('level-now').getAttribute('data-level')).toBe('1')
  expect(await mei.at('level-missing').locator('li').count()).toBe(1)
  expect(await mei.at('standing-row').count()).toBe(5)
  await stage.camera('level', mei)
})

test('in a young hub anybody puts another number to a vote, sees it before and after, and votes', async () => {
  await mei.tap('to-charter')
  await mei.see('page-charter')
  expect(await mei.at('power').first().getAttribute('data-basis')).toBe('assembly')
  await mei.at('change-field').selectOption('sanctions.first')
  expect(await mei.at('change-choice').locator('option').allTextContents()).toEqual(stage.view.language === 'zh'
    ? ['可用的贡献值清零', '收回那几次得到的'] : ['The CV that can be used goes to zero', 'What came of it is taken back'])
  await mei.at('change-field').selectOption('score.ratingPerMille')
  await mei.fill('change-value', '41')
  await expect.poll(() => mei.see('change-missing')).toContain('100%')
  await mei.at('change-field').selectOption('stewardThreshold')
  await mei.fill('change-value', '5')
  expect(await mei.see('change-stewards')).toMatch(/5.*1/)
  await mei.at('change-field').selectOption('decay.domainPerMille')
  await mei.fill('change-value', '8')
  await mei.fill('change-why', '一年少一成太快了')
  await mei.tap('change-next')
  expect(await mei.see('change-sheet')).toMatch(/10%.*8%/s)
  await mei.tap('change-sign')
  await mei.see('proposal')
  expect(await mei.at('difference').getAttribute('data-field')).toBe('decay.domainPerMille')
  expect(await mei.see('difference')).toContain('8%')
  expect(await mei.see('proposal-reason')).toContain('一年少一成太快了')
  await mei.tap('vote-yes')
  await mei.see('own-vote')
  expect(await mei.see('ballot')).toContain('1')
  await stage.camera('charter', mei)
  await mei.at('charter-rules').scrollIntoViewIfNeeded()
  await mei.at('charter-rules').locator('summary').click()
  // The charter asks for up to three stewards, and there is one: said, and no fault.
  expect(await mei.see('rules-stewards')).toMatch(/3.*1/)
  await stage.camera('rules', mei)
})

test('whoever comes after it was opened reads it and has no vote; three of five have spoken, and the steward signs', async () => {
  const lan = await joinCity(stage, chengdu, '兰')
  await lan.open('/charter')
  await lan.see('proposal')
  expect(await lan.at('vote-yes').count()).toBe(0)
  await bo.open('/charter')
  await bo.tap('vote-yes')
  await bo.see('own-vote')
  const { steward } = chengdu
  await steward.open('/charter')
  await steward.tap('vote-yes')
  await steward.see('own-vote')
  await steward.tap('charter-sign')
  await expect.poll(() => steward.at('charter-sign').count()).toBe(0)
  await stage.camera('steward', steward)
})

/** The steward asks Mei to be one too, on the page of the charter, and she accepts. */
async function takesOffice(): Promise<void> {
  const { steward } = chengdu
  await steward.see('few-stewards')
  const who = await steward.at('nominate-member').locator('option').filter({ hasText: '梅' }).getAttribute('value')
  await steward.at('nominate-member').selectOption(who!)
  await steward.tap('nominate-send')
  await mei.open('/level')
  await mei.see('role-offer')
  await mei.tap('role-accept')
  await mei.see('role-held')
}

test('the steward asks somebody to take office with them, who accepts', async () => {
  const { steward } = chengdu
  await takesOffice()
  await mei.tap('role-resign')
  await expect.poll(() => mei.at('role-resign').textContent()).toBe(stage.say('确认卸任', 'Yes, leave this role'))
  await steward.open('/charter')
  await expect.poll(() => steward.at('holder').count()).toBe(2)
  expect(await steward.at('holder').first().textContent()).toContain(stage.say('会长', 'Steward'))
  await steward.at('nominate').scrollIntoViewIfNeeded()
  await stage.camera('nominate', steward)
})

test('what two stewards have to say, the second says with one tap in the words of the first', async () => {
  const { steward } = chengdu
  await saysOfBo(steward)
  await mei.open('/steward')
  expect(await mei.see('together-card')).toContain(stage.say('1/2', '1 of 2'))
  await mei.tap('same-next')
  expect(await mei.see('same-sheet')).toContain('波')
  await stage.camera('same', mei)
  await mei.tap('same-sign')
  await expect.poll(() => mei.at('together-card').count()).toBe(0)
})

test('when fewer are left and one is enough, whoever has said it says it again, and it is so', async () => {
  const { steward } = chengdu
  await saysOfBo(steward)
  await steward.open('/steward')
  await steward.see('together-card')
  expect(await steward.at('same-next').count()).toBe(0)
  await mei.open('/level')
  await mei.tap('role-resign')
  await mei.tap('role-resign')
  await expect.poll(() => mei.at('role-held').count()).toBe(0)
  expect(await steward.see('same-next')).toBe(stage.say('再说一次', 'Say it again'))
  expect(await steward.see('together-card')).toContain(stage.say('你再说一次', 'say it again'))
  await stage.camera('again', steward)
  await steward.tap('same-next')
  await steward.tap('same-sign')
  await expect.poll(() => steward.at('together-card').count()).toBe(0)
  await steward.open('/charter')
  await takesOffice()
})

/** The steward opens Bo’s page and says that being away costs him nothing, or that it does again. */
async function saysOfBo(steward: Person): Promise<void> {
  await steward.open('/people')
  await steward.at('people-row').filter({ hasText: '波' }).first().click()
  await steward.at('fold-exempt').locator('summary').click()
  await steward.tap('exempt-next')
  await steward.tap('exempt-sign')
  await expect.poll(() => steward.at('exempt-sign').count()).toBe(0)
}

test('after a week of voting and two of waiting it is the charter, and from the next year on the new rate holds, and not before', async () => {
  // She holds office with the steward by now, so it takes both of them.
  await mei.open('/charter')
  await mei.tap('charter-sign')
  await expect.poll(() => mei.at('charter-sign').count()).toBe(0)
  await helpOnce(mei, bo, '波')
  await passDays(stage, 8, chengdu)
  await aCrowd(chengdu, '后一')
  await mei.open('/charter')
  await expect.poll(() => phase(mei)).toBe('adopted')
  expect(await mei.at('charter-version').getAttribute('data-version')).toBe('0')
  await stage.camera('adopted', mei)
  await passDays(stage, 15, chengdu)
  await aCrowd(chengdu, '后二')
  await mei.open('/charter')
  await expect.poll(() => phase(mei)).toBe('done')
  expect(await mei.at('charter-version').getAttribute('data-version')).toBe('1')
  await mei.open('/balance')
  const [now, later] = [await value(mei, 'balance-today'), await value(mei, 'balance-in-a-year')]
  expect(later / now).toBeGreaterThan(0.9)
  expect(later / now).toBeLessThan(0.92)

  await passDays(stage, 350, chengdu)
  await aCrowd(chengdu, '后三')
  await mei.open('/balance')
  const [then, after] = [await value(mei, 'balance-today'), await value(mei, 'balance-in-a-year')]
  expect(after / then).toBeCloseTo(0.92, 3)
  // The whole record, under both charters, is what anybody recomputes.
  expect(await run(['audit', chengdu.hub.data], stage.env)).toContain('ok')
  expect([mei, bo, chengdu.steward].flatMap(({ faults }) => faults)).toEqual([])
})
