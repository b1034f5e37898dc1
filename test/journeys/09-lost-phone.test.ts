/**
 * 9. A lost phone: a steward recognises the person by sight and the new phone by its number, everybody who still has a device of the
 * account sees it and can stop it; a week later the new phone is theirs, the old one signs nothing any more, and value, level and
 * ratings are what they were.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd, secondWindowOf } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { helpOnce, passDays, passingClock, strike } from '#test/e2e/stage.ts'
import { aNeighbour, agree, type City, foundCity, helpAndRate, joinCity, postNeed } from '#test/e2e/story.ts'
import type { MeView } from '#protocol/api.ts'
import { salted } from '#test/support/member-client.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let mei: Person
let bo: Person
let before: MeView

beforeAll(async () => {
  stage = await aJourney(9, passingClock)
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  await helpAndRate(stage, mei, bo, await agree(stage, mei, bo, await postNeed(mei, '修水龙头', '厨房的。'), '我来。'), 'help')
})
afterAll(() => strike(stage, chengdu))

/** The eight digits by which somebody is found, as they stand on the page of a phone they still have. */
async function numberOf(person: Person): Promise<string> {
  await person.open('/me')
  await person.tap('device-more')
  const account = (await person.at('device-address').inputValue()).split('for=')[1]!
  return `${account.slice(0, 4)} ${account.slice(4, 8)}`.toUpperCase()
}

/** A new phone that says whose it is and waits; the steward has them before their eyes, and compares the number. */
async function recognised(number: string): Promise<Person> {
  const phone = await aNeighbour(stage, chengdu, 'Bo’s new phone')
  await phone.open('/device')
  await phone.fill('device-account', number)
  await phone.tap('device-ask')
  const shown = await phone.see('device-number')
  await stage.camera('waiting', phone)
  const { steward } = chengdu
  await steward.open('/steward')
  expect(await steward.see('recognise-number')).toBe(shown)
  await steward.fill('recognise-evidence', '住同一个楼')
  await stage.camera('recognise', steward)
  await steward.tap('recognise-yes')
  await steward.see('recovering')
  await stage.camera('recovering', steward)
  return phone
}

test('who still has the phone sees that somebody wants a new one in their name, and stops it', async () => {
  const phone = await recognised(await numberOf(bo))
  await bo.open('/')
  await bo.see('recovery')
  await stage.camera('notice', bo)
  await bo.tap('recovery-stop')
  await expect.poll(() => bo.at('recovery').count()).toBe(0)
  await chengdu.steward.page.waitForSelector('[data-test="recovering"]', { state: 'detached' })
  expect(phone.faults).toEqual([])
  await phone.close()
})

test('when nobody stops it, a week later the new phone is theirs, with everything that was', async () => {
  const old = await secondWindowOf(chengdu, bo)
  before = await old.me()
  const phone = await recognised(await numberOf(bo))
  await bo.close()
  await passDays(stage, 8, chengdu)
  await aCrowd(chengdu, '兰')
  await phone.open('/me')
  await phone.see('devices')
  expect(await phone.at('device-row').count()).toBe(1)
  await phone.seeValue('level', 'data-level', String(before.level))
  await phone.seeValue('lifetime', 'data-milli', before.lifetime)
  await stage.camera('found-again', phone)

  // Whatever the lost phone signs from now on is refused, and whoever has it cannot open a session.
  const note = salted('后来')
  const help = { helper: old.acct, receiver: (await secondWindowOf(chengdu, mei)).acct, category: 1 as const, minutes: 60, day: Math.floor(Date.now() / 86_400_000) + 8, note: note.commitment }
  expect((await old.act('help.recorded', help, [note.blob])).status).not.toBe(200)
  await expect(old.login()).rejects.toThrow(/could not log in/)
  await helpOnce(phone, mei, '梅')
  expect([phone, mei, chengdu.steward].flatMap(({ faults }) => faults)).toEqual([])
})
