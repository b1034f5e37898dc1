/**
 * A member's card: made with a PIN and printed, it brings its owner in on the tablet at the door, where nothing stays, and on a
 * telephone of their own, where the key stays behind the PIN; whoever finds it and has no PIN stays outside. It is read from a photograph
 * as well, and who walks away from the tablet is signed out.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { aNeighbour, type City, foundCity, joinCity, type Stage } from './story.ts'

const PIN = '桂花树下那年 1953'

let stage: Stage
let chengdu: City
let mei: Person
let card: string

beforeAll(async () => {
  stage = await aStage('card')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  await mei.open('/papers')
  await mei.tap('papers-card')
  await mei.fill('card-pin', PIN)
  await mei.tap('card-make')
  await mei.see('card-sheet')
  await stage.camera('card-made', mei)
  card = (await mei.at('card-sheet').getAttribute('data-card'))!.replace(/^http:\/\/[^/]+/, '')
})
afterAll(() => strike(stage, chengdu))

async function shownTo(who: string): Promise<Person> {
  const person = await aNeighbour(stage, chengdu, who)
  await person.open(card)
  await person.see('page-device-card')
  return person
}

async function enters(person: Person, pin: string): Promise<void> {
  await person.tap('card-enter')
  await person.fill('pin', pin)
  await person.tap('pin-open')
}

test('on a shared tablet the card and its PIN open the account, and the next page finds nobody', async () => {
  const tablet = await shownTo('the tablet')
  await stage.camera('card-shown', tablet)
  await enters(tablet, PIN)
  await tablet.see('page-device-in')
  await tablet.tap('to-home')
  expect(await tablet.see('page-home')).toContain('梅')
  await tablet.open('/')
  await tablet.see('page-welcome')
  expect(tablet.faults).toEqual([])
  await tablet.close()
})

/** On the shared tablet with its clock in the test's hand, signed in with the card. */
async function atTheTablet(): Promise<Person> {
  const tablet = await aNeighbour(stage, chengdu, 'the tablet')
  await tablet.page.clock.install()
  await tablet.open(card)
  await tablet.see('page-device-card')
  await enters(tablet, PIN)
  await tablet.see('page-device-in')
  await tablet.tap('to-home')
  await tablet.see('page-home')
  return tablet
}

test('whoever walks away from the tablet is signed out after three minutes, and not while they use it', async () => {
  const tablet = await atTheTablet()
  for (const minutes of ['02:50', '02:50']) {
    await tablet.page.clock.fastForward(minutes)
    expect(await tablet.see('page-home')).toContain('梅')
    await tablet.page.keyboard.press('Shift')
  }
  await tablet.page.clock.fastForward('03:01')
  await tablet.see('page-welcome')
  expect(await tablet.page.innerText('body')).not.toContain('梅')
  const session = await tablet.page.evaluate(`fetch('/api/me').then(({ status }) => status)`)
  expect(session).toBe(401)
  await tablet.close()
})

test('on a tablet that slept meanwhile, whoever touches it first signs the one before them out', async () => {
  const tablet = await atTheTablet()
  await tablet.page.clock.setSystemTime(Date.now() + 4 * 60_000)
  expect(await tablet.see('page-home')).toContain('梅')
  await tablet.page.keyboard.press('Shift')
  await tablet.see('page-welcome')
  await tablet.close()
})

test('a photograph of the card, a little crooked, opens it as well; one of something else is said to be none', async () => {
  await mei.page.evaluate(`document.querySelector('[data-test="card-sheet"] svg').style.transform = 'rotate(4deg) scale(0.9)'`)
  const photo = await mei.at('card-sheet').screenshot()
  const phone = await aNeighbour(stage, chengdu, 'the phone with a camera')
  await phone.open('/device')
  const other = await phone.page.screenshot()
  await phone.at('card-photo-file').setInputFiles({ name: 'other.png', mimeType: 'image/png', buffer: other })
  await phone.page.locator('[data-test="with-card"] [role=alert]').waitFor()
  await stage.camera('card-no-card', phone)
  await phone.at('card-photo-file').setInputFiles({ name: 'card.png', mimeType: 'image/png', buffer: photo })
  await phone.see('page-device-card')
  await enters(phone, PIN)
  await phone.see('page-device-in')
  expect(phone.faults).toEqual([])
  await phone.close()
})

test('on a telephone of one’s own the key stays; a wrong PIN opens nothing', async () => {
  const phone = await shownTo('the new phone')
  await enters(phone, '123456')
  await phone.page.locator('dialog [role=alert]').waitFor()
  await phone.tap('pin-cancel')
  await phone.tap('card-own')
  await enters(phone, PIN)
  await phone.see('page-device-in')
  await phone.open('/me')
  await phone.see('devices')
  expect(await phone.at('device-row').count()).toBe(2)
  await phone.close()
})
