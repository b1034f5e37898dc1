/**
 * 12. Partition: a city is off for three days, in which the other's board changes forty times and two payments to its people wait; then
 * it is on alone, and its people change what they had posted. When both are there again they have the same board, with what each changed
 * while it was alone, nothing twice and nothing that was taken away, and the payments have arrived, each once.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd, secondWindowOf, taken } from '#test/e2e/crowd.ts'
import type { Person } from '#test/e2e/person.ts'
import { passDays, passingClock, quickCheckpoints, strike } from '#test/e2e/stage.ts'
import {
  agree, type City, confirmKeys, foundCity, foundFederation, helpAndRate, issue, joinCity, meet, postNeed,
} from '#test/e2e/story.ts'
import type { ListingView } from '#protocol/api.ts'
import type { MemberClient } from '#test/support/member-client.ts'
import { run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let barcelona: City
let bo: Person
let ana: Person
let crowd: MemberClient[]
/** What is posted before the line is cut: ten that will be changed, ten that will be taken away. */
const changing: { by: MemberClient; id: string; title: string }[] = []
const going: typeof changing = []
/** The same of Chengdu's people: one that is changed twice, one that is taken away. */
const there: typeof changing = []

beforeAll(async () => {
  stage = await aJourney(12, { ...passingClock, ...quickCheckpoints })
  chengdu = await foundCity(stage, 'chengdu')
  barcelona = await foundCity(stage, 'barcelona')
  bo = await joinCity(stage, chengdu, '波')
  ana = await joinCity(stage, barcelona, 'Ana')
  crowd = await aCrowd(barcelona, 'Pau', 'Nuria', 'Jordi', 'Laia', 'Marta', 'Joan', 'Carla', 'Oriol')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  await confirmKeys(chengdu)
  await confirmKeys(barcelona)
  await issue(barcelona, '1000')
})
afterAll(() => strike(stage, chengdu, barcelona))

async function posted(i: number, title: string): Promise<{ by: MemberClient; id: string; title: string }> {
  const by = crowd[i % crowd.length]!
  return { by, id: taken(await by.list({ title, languages: ['en'] })).id, title }
}

/** The board of a city as far as Barcelona's people filled it: each listing by its title and revision. */
async function board({ hub }: City): Promise<string[]> {
  const all = (await (await fetch(`${hub.url}/api/listings`)).json()) as ListingView[]
  return all.filter(({ state, title }) => state === 'open' && title.startsWith('need ')).map(({ id, rev, title }) => `${id} ${rev} ${title}`).sort()
}

test('before it, what one city posts is on the other’s board, and Bo has helped there twice and is not yet paid', async () => {
  for (let i = 0; i < 10; i++) changing.push(await posted(i, `need ${i}`))
  for (let i = 10; i < 20; i++) going.push(await posted(i, `need ${i}`))
  const by = await secondWindowOf(chengdu, bo)
  for (const title of ['need of Bo', 'need of Bo that he meets himself']) there.push({ by, id: taken(await by.list({ title, languages: ['en'], scope: 'federation' })).id, title })
  for (const city of [chengdu, barcelona]) await expect.poll(() => board(city)).toHaveLength(22)
  for (const title of ['Conversation in Chinese', 'More Chinese']) {
    const need = await postNeed(ana, title, 'An hour and a half.')
    await bo.open('/board')
    await bo.page.locator(`a[href="/listing/${need}"]`).first().waitFor()
    await helpAndRate(stage, ana, bo, await agree(stage, ana, bo, need, '可以。'), 'abroad')
  }
})

test('while it is off its people are paid and twenty things are posted, ten changed and ten taken away', async () => {
  await chengdu.hub.kill()
  const { steward } = barcelona
  await steward.open('/steward')
  await expect.poll(() => steward.at('due-item').count()).toBe(2)
  for (const left of [1, 0]) {
    await steward.tap('pay')
    await expect.poll(() => steward.at('due-item').count()).toBe(left)
  }
  for (let i = 20; i < 40; i++) await posted(i, `need ${i}`)
  for (const { by, id, title } of changing) taken(await by.list({ id, rev: 1, title: `${title}, changed`, languages: ['en'] }))
  for (const { by, id, title } of going) taken(await by.list({ id, rev: 1, title, state: 'closed', languages: ['en'] }, null))
  await expect.poll(() => board(barcelona)).toHaveLength(32)
  await steward.open('/steward')
  await steward.see('transfer')
  expect(await steward.at('transfer').evaluateAll((all) => all.map((one) => one.getAttribute('data-stage')))).not.toContain('credited')
  await stage.camera('waiting', steward)
})

test('and while the other is off, those of the first change what both know, and take away', async () => {
  await barcelona.hub.kill()
  await chengdu.hub.start()
  const [changed, gone] = there
  const { by, id, title } = changed!
  await by.login()
  for (const rev of [1, 2]) taken(await by.list({ id, rev, title: rev === 1 ? `${title}, changed` : `${title}, changed again`, languages: ['en'], scope: 'federation' }))
  taken(await by.list({ id: gone!.id, rev: 1, title: gone!.title, state: 'closed', languages: ['en'], scope: 'federation' }, null))
  await expect.poll(() => board(chengdu)).toContain(`${id} 2 ${title}, changed again`)
})

test('three days later both have the very same board, with what either changed, and each payment arrived once', async () => {
  await passDays(stage, 3, chengdu, barcelona)
  const settled = async (): Promise<string[]> => {
    const [one, other] = [await board(chengdu), await board(barcelona)]
    return one.join() === other.join() ? one : []
  }
  // Thirty of Barcelona, as its people left them, and one of Chengdu.
  await expect.poll(settled, { timeout: 240_000, interval: 500 }).toHaveLength(31)
  const both = await settled()
  expect(both.filter((one) => one.endsWith('changed'))).toHaveLength(10)
  expect(both.filter((one) => one.startsWith(`${there[0]!.id} `))).toEqual([`${there[0]!.id} 2 need of Bo, changed again`])
  await bo.open('/board')
  await bo.see('listing-card')
  await stage.camera('board', bo)
  await bo.open('/me')
  // Three days' worth of less is gone from it by now.
  const global = async (): Promise<number> => Number(await bo.at('global').getAttribute('data-milli'))
  await expect.poll(global, { timeout: 60_000 }).toBeGreaterThan(59_900)
  expect(await global()).toBeLessThanOrEqual(60_000)
  await expect.poll(() => barcelona.hub.records().filter(({ action }) => action.kind === 'x.ack').length, { timeout: 240_000 }).toBe(2)
  const arrived = chengdu.hub.records().map(({ action }) => action.kind)
  for (const kind of ['x.in', 'contribution.abroad']) expect(arrived.filter((one) => one === kind)).toHaveLength(2)
  expect(await run(['audit', chengdu.hub.data, barcelona.hub.data], stage.env)).toContain('ok')
  expect([bo, ana, chengdu.steward, barcelona.steward].flatMap(({ faults }) => faults)).toEqual([])
})
