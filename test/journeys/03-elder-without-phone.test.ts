/**
 * 3. An elder without a phone: a steward issues paper slips, writes down in the evening what was done for her and by her, signs with a
 * slip for her yes, and gives from the commons; what only the steward's word stands for has a limit, is marked for everybody, and she
 * can say later that it was so. Where two see it differently, the stewards hear both.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secondWindowOf } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { strike } from '#test/e2e/stage.ts'
import { agree, type City, foundCity, joinCity, postNeed } from '#test/e2e/story.ts'
import { salted } from '#test/support/member-client.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let steward: Person
let mei: Person
let bo: Person
let lan: Person

beforeAll(async () => {
  stage = await aJourney(3)
  chengdu = await foundCity(stage, 'chengdu', undefined, 'time-bank')
  steward = chengdu.steward
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  lan = await joinCity(stage, chengdu, '兰')
})
afterAll(() => strike(stage, chengdu))

/** The steward at the page of the elder, with one of the folds open. */
async function folded(fold: string): Promise<void> {
  await steward.open('/people')
  await steward.at('people-row').filter({ hasText: '兰' }).click()
  await steward.see('for-person')
  await steward.at(fold).locator('summary').click()
}

test('a steward writes down for her what she did, marked as the steward’s word', async () => {
  await folded('fold-proxy')
  await steward.at('proxy-with').selectOption({ label: '波' })
  await steward.fill('proxy-words', '教他包粽子，当面说好')
  await stage.camera('proxy', steward)
  await steward.tap('proxy-next')
  expect(await steward.see('proxy-sheet')).toContain(stage.say('兰当面请我记下：今天兰帮了波', '兰 asked me in person to write down: today 兰 helped 波'))
  await steward.tap('proxy-sign')
  await bo.open('/')
  await bo.tap('help-confirm')
  await expect.poll(() => bo.at('help-confirm').count()).toBe(0)
})

test('slips are printed; in the evening one of them stands for her yes to what was done for her', async () => {
  await folded('fold-slips')
  await steward.fill('slips-count', '2')
  await steward.tap('slips-next')
  await steward.tap('slips-sign')
  await steward.see('slips')
  const slip = (await steward.at('slip').first().getAttribute('data-code'))!
  await stage.camera('slips', steward)
  await bo.open('/record')
  await bo.at('record-person').filter({ hasText: '兰' }).click()
  await bo.tap('record-direction-i')
  await bo.tap('record-send')
  await bo.see('page-record-done')
  await folded('fold-by-slip')
  await steward.fill('by-slip-code', slip)
  await steward.tap('by-slip-next')
  await steward.tap('by-slip-sign')
  await expect.poll(() => steward.at('fold-by-slip').count()).toBe(0)
})

test('what a steward writes down for one person has a limit, and beyond it nothing is taken', async () => {
  const client = await secondWindowOf(chengdu, steward)
  const [elder, other] = await Promise.all([lan, bo].map(async (person) => (await secondWindowOf(chengdu, person)).acct))
  const day = Math.floor(Date.now() / 86_400_000)
  const answers = []
  for (let i = 0; i < 4; i++) {
    const note = salted(`第 ${i} 次`)
    answers.push(await client.act('help.proxied', { member: elder!, helper: other!, receiver: elder!, category: 1, minutes: 240, day: day - (i % 2), note: note.commitment }, [note.blob]))
  }
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 409, 409])
  expect(answers[2]!.body).toMatchObject({ refusal: { code: 'limit-reached', most: 600 } })
})

test('she says later, from her daughter’s phone, that it was so; and whoever audits finds by their kind all that stewards did for others', async () => {
  await lan.open('/more')
  await lan.tap('more-own')
  await expect.poll(() => lan.at('act-for').count()).toBeGreaterThanOrEqual(2)
  await stage.camera('acts-for', lan)
  await lan.tap('endorse-next')
  await lan.tap('endorse-sign')
  await expect.poll(() => lan.at('act-for').evaluateAll((all) => all.map((one) => one.getAttribute('data-endorsed')))).toContain('true')
  const file = join(stage.dir, 'record.jsonl')
  await chengdu.hub.command('export', file, '--format', 'jsonl')
  const lines = readFileSync(file, 'utf8').split('\n')
  for (const kind of ['help.proxied', 'help.attested', 'proxy.endorsed']) expect(lines.filter((line) => line.includes(`"${kind}"`)).length, kind).toBeGreaterThan(0)
})

test('what is given from the commons, and a reserve that is opened, is read before it is signed', async () => {
  await folded('fold-grant')
  await steward.fill('grant-amount', '20')
  await steward.tap('grant-next')
  expect(await steward.see('grant-sheet')).toContain(stage.say('给了不能收回', 'not taken back'))
  await steward.tap('grant-sign')
  await lan.open('/me')
  await expect.poll(async () => Number(await lan.at('domain').getAttribute('data-milli'))).toBeGreaterThanOrEqual(20_000)
  await folded('fold-reserve')
  expect(await steward.see('open-reserve-missing')).toContain(stage.say('看过什么', 'seen'))
  await steward.fill('reserve-evidence', '看过身份证')
  await steward.tap('open-reserve-next')
  expect(await steward.see('open-reserve-sheet')).toContain('兰')
  await steward.tap('open-reserve-sign')
  await lan.open('/balance')
  await lan.seeValue('reserve-open', 'data-because', 'age')
})

test('a plan of care is agreed by a steward who says that they have met both', async () => {
  await mei.open('/people')
  await mei.at('people-row').filter({ hasText: '兰' }).click()
  await mei.tap('care-ask')
  await mei.at('care-carer').selectOption({ label: '波' })
  await mei.tap('care-next')
  await mei.tap('care-sign')
  await mei.seeValue('care-plan', 'data-state', 'asked')
  await steward.open('/steward')
  await steward.tap('agree-care-next')
  expect(await steward.see('agree-care-sheet')).toMatch(/波.*兰/s)
  await steward.tap('agree-care-sign')
  await mei.seeValue('care-plan', 'data-state', 'agreed')
})

test('two who see it differently are heard, and a steward decides in two steps, with a reason', async () => {
  const need = await postNeed(mei, '搬一张书桌', '三楼搬到一楼。')
  const agreement = await agree(stage, mei, bo, need, '我来搬。')
  await mei.open(`/agreement/${agreement}`)
  await mei.tap('otherwise-open')
  await mei.fill('dispute-reason', '只搬了一半就走了。')
  await mei.tap('dispute')
  await mei.seeValue('next-step', 'data-step', 'wait-stewards')

  await steward.open('/steward')
  expect(await steward.see('dispute-card')).toContain('只搬了一半就走了。')
  await steward.see('decide-dispute-missing')
  await steward.fill('dispute-why', '问过双方，搬了一半。')
  await stage.camera('dispute', steward)
  await steward.tap('decide-dispute-next')
  await steward.see('decide-dispute-sheet')
  await steward.tap('decide-dispute-sign')
  await steward.see('steward-idle')
  await mei.open(`/agreement/${agreement}`)
  await mei.seeValue('next-step', 'data-step', 'rate')
  expect([...steward.faults, ...mei.faults, ...bo.faults, ...lan.faults]).toEqual([])
})
