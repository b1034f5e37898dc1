/** An invitation, and words that are erased, and leaving: played by hand in Chromium. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aPerson, type Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let stage: Stage
let chengdu: City

beforeAll(async () => {
  stage = await aStage('devices')
  chengdu = await foundCity(stage, 'chengdu')
})
afterAll(() => strike(stage, chengdu))

const faultsOf = (...people: Person[]): string[] => people.flatMap(({ faults }) => faults)
/** Nothing on the page is wider than the phone. */
const isNarrow = ({ page }: Person): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth')

test('a steward’s link brings a neighbour, whose joining says so; and words are erased when asked', async () => {
  const { steward } = chengdu
  await steward.open('/me')
  await steward.tap('invite-make')
  const link = await steward.at('invite-link').inputValue()
  await stage.camera('me-invite-zh', steward)
  const ana = await aPerson(stage.browser, 'Ana', chengdu.hub.url, { locale: 'en-GB' })
  await ana.page.goto(link)
  await ana.see('join-invited')
  await ana.fill('join-name', 'Ana')
  await ana.tap('join-agree')
  await ana.see('page-join-waiting')
  await steward.open('/steward')
  await steward.tap('attest')
  await ana.see('page-join-attested')
  await ana.open('/me')
  await ana.tap('leaving')
  await ana.tap('erase')
  await stage.camera('me-leaving-en', ana)
  expect(await isNarrow(ana)).toBe(true)
  await ana.tap('erase-yes')
  await ana.see('notice')
  await expect.poll(async () => {
    await ana.open('/me')
    return (await ana.see('page-me')).includes('Ana')
  }).toBe(false)
  await ana.tap('leaving')
  await ana.tap('leave')
  await ana.tap('leave-yes')
  await ana.see('page-welcome')
  expect(chengdu.hub.records().slice(-2).map(({ action }) => action.kind)).toEqual(['erasure.asked', 'member.left'])
  expect(faultsOf(ana, steward)).toEqual([])
})
