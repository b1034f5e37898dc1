/**
 * 4. Workshop: two hours of programming, ten sign up and eight are there, by the code in the room and by the list of who leads;
 * it counts 306 for her, the two who did not come lose nothing the first time, and it stands in the members' calendars.
 * What is done for everybody is counted by how many found it useful.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd, secondWindowOf, taken } from '#test/e2e/crowd.ts'
import { listed } from '#test/e2e/listed.ts'
import type { Person } from '#test/e2e/person.ts'
import { passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity } from '#test/e2e/story.ts'
import { type MemberClient, salted } from '#test/support/member-client.ts'
import { fromHex } from '#ledger/bytes.ts'
import { presenceHash } from '#ledger/rules/session.ts'
import { bytesOfCode } from '#ui/device/spoken-code.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let mei: Person
let bo: Person
let lan: Person
let crowd: MemberClient[]
let session: string

beforeAll(async () => {
  stage = await aJourney(4, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  lan = await joinCity(stage, chengdu, '兰')
  crowd = await aCrowd(chengdu, '一', '二', '三', '四', '五', '六', '七', '八')
})
afterAll(() => strike(stage, chengdu))

const clock = (minutes: number): string => new Date(Date.now() + 8 * 3_600_000 + minutes * 60_000).toISOString().slice(0, 16)

test('who announces a gathering sets its time and opens it, ten sign up, and it stands in their calendars', async () => {
  const listing = await listed(mei, chengdu.hub.url, { kind: 'event', title: '写第一个网页', places: 12 }, '带一台电脑。')
  await mei.open(`/listing/${listing}`)
  await mei.tap('to-lead')
  await mei.fill('lead-begins', clock(-30))
  await mei.fill('lead-ends', clock(90))
  await mei.tap('lead-category-3')
  await stage.camera('lead', mei)
  await mei.tap('lead-next')
  expect(await mei.see('lead-sheet')).toContain('12')
  await mei.tap('lead-sign')
  await mei.at('session-row').first().click()
  await mei.see('page-session')
  session = /session\/([0-9a-f]{32})/.exec(mei.page.url())![1]!
  for (const person of [bo, lan]) {
    await person.open('/sessions')
    await person.at('session-row').first().click()
    await person.tap('join-next')
    expect(await person.see('join-sheet')).toContain('写第一个网页')
    await person.tap('join-sign')
    await person.see('check-in-session')
  }
  for (const member of crowd) taken(await member.act('session.joined', { session, code: presenceHash(fromHex(bytesOfCode('0'.repeat(12)))!) }))
  await stage.camera('joined', bo)
  await bo.open('/free')
  const address = await bo.at('calendar-address').inputValue()
  expect(await (await fetch(address.replace(/^(webcal|https?):\/\/[^/]+/, chengdu.hub.url))).text()).toContain('写第一个网页')
})

test('most scan the code in the room; one, whose camera would not, shows a code of their own; eight of ten were there', async () => {
  await mei.open(`/session/${session}`)
  await mei.tap('own-code-open')
  await mei.see('own-code-card')
  const room = (await mei.at('own-code-card').getAttribute('data-code'))!
  await stage.camera('room', mei)
  await bo.open(`/session/${session}?code=${room}`)
  await bo.see('there-code')
  await stage.camera('there', bo)
  await bo.tap('there-next')
  await bo.tap('there-sign')
  await bo.see('was-there')
  for (const member of crowd.slice(0, 6)) taken(await member.act('session.checkedin', { session, code: bytesOfCode(room) }))

  await lan.open(`/session/${session}`)
  await lan.tap('own-code-open')
  await lan.see('own-code-card')
  const own = (await lan.at('own-code-card').getAttribute('data-code'))!
  await expect.poll(() => mei.at('roster-code').count()).toBe(3)
  await mei.page.getByLabel(/兰/).fill(own.toLowerCase())
  await stage.camera('close', mei)
  await mei.tap('close-session-next')
  expect(await mei.see('close-session-sheet')).toMatch(stage.view.language === 'zh' ? /来了 8 人，2 人报了名没来/ : /8 came, and 2 had signed up and did not/)
  await mei.tap('close-session-sign')
  await expect.poll(() => mei.at('session-phase').locator('[data-phase]').getAttribute('data-phase')).toBe('closed')
})

test('when all who came have said how it was, two hours of programming for eight are 306 for who led it', async () => {
  for (const person of [bo, lan]) {
    await person.open(`/session/${session}`)
    await person.tap('grade-good-next')
    await person.tap('grade-good-sign')
    await person.see('graded')
  }
  for (const member of crowd.slice(0, 6)) {
    const grade = salted('2')
    taken(await member.act('grade.committed', { session, commitment: grade.commitment }, [grade.blob]))
  }
  await mei.open(`/session/${session}`)
  await mei.seeValue('session-award', 'data-final', 'true')
  expect(await mei.at('session-award').getAttribute('data-milli')).toBe('306000')
  await stage.camera('award', mei)
  // Who signed up and was not there is remembered, and the first time costs nothing.
  expect(await crowd[7]!.me()).toMatchObject({ domain: '0', level: 1 })
})

test('what was done for everybody is published, found useful by ten, judged by a steward, and counted a month later', async () => {
  await mei.open('/works')
  await mei.at('publish-kind').selectOption('6')
  await mei.fill('publish-words', '带三位新邻居认了认路。')
  await mei.tap('publish-next')
  expect(await mei.see('publish-sheet')).toContain(stage.say('带新人', 'newcomers'))
  await mei.tap('publish-sign')
  await mei.see('work')
  const work = (await mei.at('work').getAttribute('data-id'))!
  await bo.open('/works')
  await bo.tap('value-next')
  await bo.tap('value-sign')
  await bo.seeValue('work', 'data-valued', '1')
  for (const member of [...crowd, await secondWindowOf(chengdu, lan)]) taken(await member.act('work.valued', { work }))
  const { steward } = chengdu
  await steward.open('/works')
  await steward.at('judge-work').locator('summary').click()
  await steward.tap('work-lasting-yes')
  await steward.tap('work-quality-2')
  await steward.tap('judge-work-next')
  expect(await steward.see('judge-work-sheet')).toContain(stage.say('非常好', 'very good'))
  await steward.tap('judge-work-sign')
  await expect.poll(() => bo.see('work')).toContain('陈姨')
  await bo.seeValue('work', 'data-valued', '10')
  await stage.camera('works', bo)

  // A month later it is counted: ten found it useful, it lasts and it was very good.
  await passDays(stage, 31, chengdu)
  await aCrowd(chengdu, '九')
  await mei.open('/works')
  await mei.seeValue('work', 'data-phase', 'awarded')
  await mei.open('/me')
  await expect.poll(() => mei.at('award').evaluateAll((all) => all.map((one) => one.getAttribute('data-milli')))).toContain('18000')
  expect([mei, bo, lan, steward].flatMap(({ faults }) => faults)).toEqual([])
})
