/** A second phone, a lost one, an invitation, and words that are erased: played by hand in Chromium, in both languages. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { aPerson, type Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, joinCity, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let stage: Stage
let chengdu: City
let mei: Person
let bo: Person

beforeAll(async () => {
  stage = await aStage('devices')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

const faultsOf = (...people: Person[]): string[] => people.flatMap(({ faults }) => faults)
/** Nothing on the page is wider than the phone. */
const isNarrow = ({ page }: Person): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth')

test('a second phone waits with a number, is let in from the first, and the first is ended from it', async () => {
  await mei.open('/me')
  await mei.see('devices')
  await mei.tap('device-more')
  const address = await mei.at('device-address').inputValue()
  const tablet = await aPerson(stage.browser, '梅’s tablet', chengdu.hub.url)
  await tablet.page.goto(address)
  await tablet.see('page-device')
  await stage.camera('device-zh', tablet)
  await tablet.tap('device-ask')
  const number = await tablet.see('device-number')
  await stage.camera('device-waiting-zh', tablet)
  expect(await mei.see('new-device-number')).toBe(number)
  await stage.camera('me-new-device-zh', mei)
  expect(await isNarrow(mei)).toBe(true)
  await mei.tap('new-device-in')
  await tablet.see('page-device-in')
  await tablet.open('/me')
  await tablet.see('device-end')
  expect(await tablet.at('device-row').count()).toBe(2)
  await tablet.at('devices').scrollIntoViewIfNeeded()
  await stage.camera('me-devices-zh', tablet)
  await tablet.tap('device-end')
  await tablet.tap('device-end-yes')
  await expect.poll(() => tablet.at('device-row').count()).toBe(1)
  await mei.open('/')
  await mei.see('page-welcome')
  expect(faultsOf(mei, tablet)).toEqual([])
  await tablet.close()
})

test('whoever has lost a phone is recognised by the steward, and who still has it sees that and stops it', async () => {
  await bo.open('/me')
  const account = await bo.see('device-more').then(async () => {
    await bo.tap('device-more')
    return (await bo.at('device-address').inputValue()).split('for=')[1]!
  })
  const phone = await aPerson(stage.browser, 'Bo’s new phone', chengdu.hub.url, { locale: 'en-GB' })
  await phone.open('/device')
  await phone.fill('device-account', `${account.slice(0, 4)} ${account.slice(4, 8)}`.toUpperCase())
  await phone.tap('device-ask')
  const number = await phone.see('device-number')
  await stage.camera('device-waiting-en', phone)
  const { steward } = chengdu
  await steward.open('/steward')
  expect(await steward.see('recognise-number')).toBe(number)
  await steward.fill('recognise-evidence', '住同一个楼')
  await stage.camera('steward-recognise-zh', steward)
  expect(await isNarrow(steward)).toBe(true)
  await steward.tap('recognise-yes')
  await steward.see('recovering')
  await stage.camera('steward-recovering-zh', steward)
  await bo.open('/')
  await bo.see('recovery')
  await stage.camera('home-recovery-zh', bo)
  await bo.tap('recovery-stop')
  await expect.poll(() => bo.at('recovery').count()).toBe(0)
  await steward.page.waitForSelector('[data-test="recovering"]', { state: 'detached' })
  expect(faultsOf(bo, phone, steward)).toEqual([])
  await phone.close()
})

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
