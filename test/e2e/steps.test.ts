/**
 * How much it takes, counted: taps and fields of a help that is written down, of somebody's first visit, and of founding a hub and
 * bringing it together with another city's. Everybody goes by what the page shows them, never by an address they know. The counts are
 * those that `ui/README.md` gives.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, type Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

const readme = readFileSync(new URL('../../ui/README.md', import.meta.url), 'utf8')

/** Taps and fields as the README has them. */
function counted(what: string): { taps: number; fields: number } {
  const row = readme.split('\n').find((line) => line.startsWith(`| ${what} |`))
  const [, , taps, fields] = row?.split('|').map((cell) => cell.trim()) ?? []
  return { taps: Number(taps), fields: Number(fields) }
}

/** What somebody has done since `before`. */
const since = ({ count }: Person, before: { taps: number; fields: number }): { taps: number; fields: number } =>
  ({ taps: count.taps - before.taps, fields: count.fields - before.fields })

let stage: Stage
let chengdu: City
let barcelona: City
let wang: Person
let li: Person
let founded: { taps: number; fields: number }

beforeAll(async () => {
  stage = await aStage('steps')
  chengdu = await foundCity(stage, 'chengdu')
  founded = { ...chengdu.steward.count }
  wang = await joinCity(stage, chengdu, '王')
})
afterAll(() => strike(stage, chengdu, barcelona))

test('whoever opens the address that the first start prints founds a hub with the wizard, and is on its first page', () => {
  expect(founded).toEqual(counted('founding a hub, from its address to its first page'))
})

test('a neighbour who has never been here joins, posts a need and thanks whoever came, by what the page shows', async () => {
  li = await aPerson(stage.browser, '李', chengdu.url)
  await li.open('/')
  await li.see('page-welcome')
  await li.tap('join')
  await li.fill('join-name', '李')
  await li.tap('join-agree')
  await li.see('join-number')
  await chengdu.steward.open('/steward')
  await chengdu.steward.tap('attest')
  await li.see('page-join-attested')
  await li.tap('to-home')
  await li.tap('home-need')
  await li.fill('post-title', '修水龙头')
  await li.tap('post-send')
  await li.see('page-listing')
  await wang.open('/board')
  await wang.tap('listing-card')
  await wang.tap('help')
  await wang.tap('application-send')
  await wang.see('application-sent')
  await li.tap('application-agree')
  await li.tap('agree-send')
  await wang.open('/')
  await wang.tap('waiting-sign-open')
  await wang.tap('draft-sign')
  await wang.tap('check-in')
  await wang.tap('report')
  await wang.seeValue('next-step', 'data-step', 'wait-confirm')
  await li.tap('nav-home')
  await li.tap('waiting-confirm-open')
  await li.tap('confirm')
  await li.tap('rate-good')
  await li.seeValue('next-step', 'data-step', 'wait-rating')
  expect(li.count).toEqual(counted('first visit: joining, a need, thanks'))
  expect(li.faults).toEqual([])
})

test('a help is written down with three taps from the first page, and confirmed with one', async () => {
  const [before, said] = [{ ...wang.count }, { ...li.count }]
  await wang.open('/')
  await wang.tap('home-record')
  await wang.tap('record-person', wang.page.locator('[data-test="page-record"]', { hasText: '李' }))
  await wang.tap('record-send')
  await wang.see('page-record-done')
  const written = since(wang, before)
  expect(written).toEqual(counted('a help, for who writes it down'))
  expect(written.taps).toBeLessThanOrEqual(3)
  await li.open('/')
  await li.tap('help-confirm')
  await expect.poll(() => li.at('help-confirm').count()).toBe(0)
  expect(since(li, said)).toEqual(counted('a help, for who says yes to it'))
})

test('an operator brings a hub that was just founded together with another city by one card each way', async () => {
  barcelona = await foundCity(stage, 'barcelona')
  const [here, there] = [chengdu.steward, barcelona.steward]
  const [before, beforeThere] = [{ ...here.count }, { ...there.count }]
  const cardOf = async (person: Person): Promise<string> => {
    await person.open('/')
    await person.tap('nav-steward')
    await person.see('our-card')
    return person.at('our-card').inputValue()
  }
  const [ours, theirs] = [await cardOf(here), await cardOf(there)]
  await here.tap('found-federation')
  await here.seeValue('federation-state', 'data-state', 'founded')
  await there.fill('their-card', ours)
  await there.tap('join-federation')
  await here.fill('their-card', theirs)
  await here.tap('admit')
  for (const person of [here, there]) await person.seeValue('federation-state', 'data-version', '2')
  const [ofHere, ofThere] = [since(here, before), since(there, beforeThere)]
  expect({ taps: ofHere.taps + ofThere.taps, fields: ofHere.fields + ofThere.fields }).toEqual(counted('two cities meet, both sides together'))
})
