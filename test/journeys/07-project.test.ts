/**
 * 7. A project: somebody organises it for somebody else, one more holds it together and four take part; it reaches more than a hundred
 * people and is only partly done; who asked for it says yes, one who took part objects to their share, a steward decides, and each is
 * counted by their part. More than the whole is not given out.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd, taken } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import type { MemberClient } from '#test/support/member-client.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let mei: Person
let bo: Person
let lan: Person
let crowd: MemberClient[]
let project: string

beforeAll(async () => {
  stage = await aJourney(7, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  lan = await joinCity(stage, chengdu, '兰')
  crowd = await aCrowd(chengdu, '一', '二', '三', '四')
  await helpOnce(mei, bo, '波')
})
afterAll(() => strike(stage, chengdu))

const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
/** Somebody else's part, in the field that has their name on it. */
const share = (person: Person, test: string, name: string, percent: string): Promise<void> =>
  person.page.locator('.field', { hasText: name, has: person.page.locator(`[data-test="${test}"]`) }).locator('input').fill(percent)

test('who starts a project says what, for whom and by when, reads it back, and others apply', async () => {
  await mei.open('/more')
  await mei.tap('more-projects')
  await mei.see('project-missing')
  await mei.fill('project-words', '修好活动室的窗\n换两扇纱窗，补一块玻璃。')
  await mei.at('project-requester').selectOption({ label: '兰' })
  await mei.fill('project-places', '4')
  await mei.fill('project-until', day(0))
  await mei.fill('project-ends', day(2))
  await mei.at('open-project').locator('summary').click()
  await mei.at('project-size').selectOption('2')
  await mei.at('project-core').selectOption({ label: '波' })
  await stage.camera('form', mei)
  await mei.tap('project-next')
  const sheet = await mei.see('project-sheet')
  for (const said of ['兰', '4']) expect(sheet).toContain(said)
  await stage.camera('sheet', mei)
  await mei.tap('project-sign')
  await bo.open('/projects')
  await bo.at('project-row').first().click()
  expect(await bo.see('page-project')).toContain('换两扇纱窗')
  project = /project\/([0-9a-f]{32})/.exec(bo.page.url())![1]!
  await bo.tap('apply-next')
  await bo.tap('apply-sign')
  await bo.see('withdraw-next')
  await stage.camera('project', bo)
  for (const member of crowd) taken(await member.act('project.applied', { project, bidMilli: 0n }))
})

test('who organised it says everybody’s part, and more than the whole is not taken', async () => {
  await passDays(stage, 1, chengdu)
  await aCrowd(chengdu, '五')
  await mei.open(`/project/${project}`)
  await mei.see('project-people')
  await mei.fill('report-share', '30')
  for (const [name, percent] of [['波', '30'], ['一', '10'], ['二', '10'], ['三', '10'], ['四', '20']]) await share(mei, 'report-share', name!, percent!)
  await mei.fill('report-reach', '120')
  await mei.tap('report-whole-part')
  expect(await mei.see('report-missing')).toContain('10%')
  await share(mei, 'report-share', '四', '10')
  await mei.tap('report-next')
  expect(await mei.see('report-sheet')).toContain('120')
  await stage.camera('report', mei)
  await mei.tap('report-sign')
  await expect.poll(() => mei.at('project-phase').locator('[data-phase]').getAttribute('data-phase')).toBe('reported')
})

test('who asked for it says yes, one of those who took part objects, and a steward decides', async () => {
  await lan.open(`/project/${project}`)
  expect(await lan.see('project-reported')).toContain('120')
  await stage.camera('answer', lan)
  await lan.tap('confirm-project-next')
  await lan.tap('confirm-project-sign')
  await expect.poll(() => lan.at('project-phase').locator('[data-phase]').getAttribute('data-phase')).toBe('confirmed')
  await bo.open(`/project/${project}`)
  await bo.at('project-contest').locator('summary').click()
  await bo.fill('contest-why', '我来得少，三成太多。')
  await bo.tap('contest-next')
  await bo.tap('contest-sign')
  const { steward } = chengdu
  await steward.open(`/project/${project}`)
  expect(await steward.see('page-project')).toContain('三成太多')
  await share(steward, 'decide-project-share', '波', '20')
  await steward.tap('decide-project-next')
  expect(await steward.see('decide-project-sheet')).toContain(stage.say('随即入账', 'counted at once'))
  await stage.camera('decide', steward)
  await steward.tap('decide-project-sign')
  await expect.poll(() => steward.at('project-phase').locator('[data-phase]').getAttribute('data-phase')).toBe('awarded')
})

test('a medium project that reached 120 and was partly done gives 540 for three tenths, 360 for two and 180 for one', async () => {
  await mei.open(`/project/${project}`)
  const awards = await mei.see('project-awards')
  for (const milli of ['540', '360', '180']) expect(awards).toContain(milli)
  await mei.at('project-awards').scrollIntoViewIfNeeded()
  await stage.camera('awards', mei)
  await crowd[0]!.login()
  expect(await crowd[0]!.me()).toMatchObject({ lifetime: '180000', level: 2 })
  expect([mei, bo, lan, chengdu.steward].flatMap(({ faults }) => faults)).toEqual([])
})
