/**
 * A member's card: made with a PIN and printed, it brings its owner in on the tablet at the door, where nothing stays, and on a
 * telephone of their own, where the key stays behind the PIN; whoever finds it and has no PIN stays outside.
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
