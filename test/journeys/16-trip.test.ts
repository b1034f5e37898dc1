/**
 * 16. 成行单: Bo of Chengdu would like to go to Barcelona and make dumplings. One page with five questions: where to stay, where to do it,
 * with whom, what is needed, and how people hear of it; each is answered by what people of that city share or becomes a need, and one
 * press asks everybody. What he cannot do yet he learns before, from a neighbour; both say what they gained.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listed } from '#test/e2e/listed.ts'
import type { Person } from '#test/e2e/person.ts'
import { strike } from '#test/e2e/stage.ts'
import { agree, type City, foundCity, foundFederation, helpAndRate, joinCity, meet } from '#test/e2e/story.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let barcelona: City
let bo: Person
let mei: Person
let ana: Person

beforeAll(async () => {
  stage = await aJourney(16)
  chengdu = await foundCity(stage, 'chengdu')
  barcelona = await foundCity(stage, 'barcelona')
  bo = await joinCity(stage, chengdu, '波')
  mei = await joinCity(stage, chengdu, '梅')
  ana = await joinCity(stage, barcelona, 'Ana')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  const there = { region: 'eu' as const, scope: 'federation' as const, languages: ['es', 'en', 'zh'] }
  await listed(ana, barcelona.hub.url, { kind: 'resource', resource: 'room', title: 'A room with morning sun', ...there }, 'Breakfast together.')
  await listed(ana, barcelona.hub.url, { kind: 'resource', resource: 'workspace', title: 'The kitchen of our association', ...there }, 'Free on Sundays.')
  await listed(mei, chengdu.hub.url, { kind: 'resource', resource: 'room', title: '朝南的客房' }, '有早饭。')
})
afterAll(() => strike(stage, chengdu, barcelona))

async function wished(): Promise<void> {
  await bo.open('/trip')
  await bo.fill('trip-what', stage.say('包饺子', 'making dumplings'))
  await bo.fill('trip-begins', '2031-03-01T12:00')
  await bo.fill('trip-ends', '2031-03-04T12:00')
}

/** Of the answers to a question, the one with this title. */
const choose = (question: string, title: string): Promise<void> => bo.at(question).locator('label').filter({ hasText: title }).click()

test('at home it is put together with one price for all that is lent', async () => {
  await wished()
  await choose('trip-stay', '朝南的客房')
  await expect.poll(() => bo.see('trip-price')).toContain('600')
  await stage.camera('home', bo)
})

test('for Barcelona each question is answered by what people there share, with their city and no name', async () => {
  await wished()
  await bo.at('trip-city').selectOption({ label: 'Barcelona' })
  await choose('trip-stay', 'A room with morning sun')
  await choose('trip-place', 'The kitchen of our association')
  expect(await bo.see('trip-stay')).not.toContain('Ana')
  // Three nights and three days, for what Barcelona asks of visitors.
  await expect.poll(() => bo.at('trip-price-abroad').getAttribute('data-milli')).toBe('300000')
  expect(await bo.at('trip-price').count()).toBe(0)
  await bo.at('trip-all').scrollIntoViewIfNeeded()
  await stage.camera('barcelona', bo)
})

test('one press asks everybody; each of them reads who would like to come, for what and when', async () => {
  await bo.tap('trip-ask')
  await bo.see('trip-asked')
  await stage.camera('asked', bo)
  await ana.open('/')
  await expect.poll(() => ana.at('waiting-application').count()).toBe(2)
  expect(await ana.see('waiting-application')).toMatch(stage.view.language === 'zh' ? /包饺子/ : /dumplings/)
  await stage.camera('ana', ana)
})

test('what nobody shares is posted as a need with one tap, filled in', async () => {
  await bo.tap('trip-post', bo.at('trip-company'))
  await bo.see('page-post')
  expect(await bo.at('post-title').inputValue()).toContain(stage.say('一起包饺子', 'dumplings'))
})

test('and before he goes he learns it at home: a need from the same page, a neighbour who shows him, and what both gained', async () => {
  await bo.open('/trip')
  await bo.fill('trip-what', stage.say('包饺子', 'making dumplings'))
  await bo.tap('trip-post', bo.at('trip-company'))
  await bo.fill('post-words', '面粉和擀面杖我有。')
  await bo.tap('post-send')
  await bo.see('page-listing')
  const need = /listing\/([0-9a-f]{32})/.exec(bo.page.url())![1]!
  const agreement = await agree(stage, bo, mei, need, '我教你三种包法。')
  await helpAndRate(stage, bo, mei, agreement, 'dumplings')
  for (const [one, words] of [[bo, '在巴塞罗那也包得出来了。'], [mei, '好久没有包过一百个了。']] as const) {
    await one.open(`/agreement/${agreement}`)
    await one.tap('gains-open')
    await one.fill('gains-words', words)
    await one.tap('gains-send')
  }
  for (const one of [bo, mei]) await expect.poll(() => one.at('gain').count()).toBe(2)
  await stage.camera('gained', bo)
  expect([bo, ana, mei].flatMap(({ faults }) => faults)).toEqual([])
})
