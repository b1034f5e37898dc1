/**
 * 1. Join: a steward's link brings a neighbour, who reads the charter in their own language, says what to be called, and shows the
 * steward a number; then they belong. Their name is nowhere in the record nor on its way to others; a second device is added by the
 * picture on the first.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '#test/e2e/person.ts'
import { strike } from '#test/e2e/stage.ts'
import { aNeighbour, type City, foundCity, places } from '#test/e2e/story.ts'
import { aJourney, type Journey } from './journey.ts'

const NAME = '欧阳若兰'
let stage: Journey
let chengdu: City
let ana: Person

beforeAll(async () => {
  stage = await aJourney(1)
  chengdu = await foundCity(stage, 'chengdu')
  ana = await aNeighbour(stage, chengdu, NAME)
})
afterAll(() => strike(stage, chengdu))

test('a steward’s link opens the charter in the neighbour’s own language, with this city’s own numbers', async () => {
  const { steward } = chengdu
  await steward.open('/me')
  await steward.tap('invite-make')
  const link = await steward.at('invite-link').inputValue()
  await stage.camera('invite', steward)
  await ana.page.goto(link)
  await ana.see('join-invited')
  // Under a name, over plain http, a browser offers no cryptography; everything below works all the same.
  expect(await ana.page.evaluate('[isSecureContext, typeof crypto.subtle]')).toEqual(stage.view.origin === 'name' ? [false, 'undefined'] : [true, 'object'])
  const charter = await ana.see('charter')
  for (const said of [stage.say('贡献值', 'CV'), '10%', '14', '7']) expect(charter).toContain(said)
  await stage.camera('charter', ana)
})

test('they say what to be called, a key is made in their browser, and the steward who meets them says that it is them', async () => {
  await ana.fill('join-name', NAME)
  await ana.tap('join-agree')
  const number = await ana.see('join-number')
  await stage.camera('waiting', ana)
  const { steward } = chengdu
  await steward.open('/steward')
  expect(await steward.see('attest-number')).toBe(number)
  await steward.fill('attest-evidence', '看过身份证')
  await stage.camera('attest', steward)
  await steward.tap('attest')
  await ana.see('page-join-attested')
  await ana.tap('to-home')
  await ana.seeValue('level', 'data-level', '1')
  await stage.camera('home', ana)
})

test('their name is nowhere in the record, in what is exported or in what other cities are told, and neither is what was shown to the steward', async () => {
  const data = join(stage.dir, places.chengdu.name)
  const files = filesIn(join(data, 'journal'))
  expect(files.length).toBeGreaterThan(0)
  const exported = join(stage.dir, 'export.cv')
  await chengdu.hub.command('export', exported)
  for (const path of [...files, exported]) {
    const bytes = readFileSync(path)
    for (const word of [NAME, '身份证']) expect(bytes.includes(word), path).toBe(false)
  }
})

test('a second device is added by the picture on the first, waits with a number, and is let in; and the first can be ended from it', async () => {
  await ana.open('/me')
  await ana.see('devices')
  await ana.tap('device-more')
  await ana.at('device-picture').locator('svg').waitFor()
  await stage.camera('device-picture', ana)
  const address = await ana.at('device-address').inputValue()
  const tablet = await aNeighbour(stage, chengdu, 'a tablet')
  await tablet.page.goto(address)
  await tablet.see('page-device')
  await stage.camera('device', tablet)
  await tablet.tap('device-ask')
  const number = await tablet.see('device-number')
  expect(await ana.see('new-device-number')).toBe(number)
  await stage.camera('let-in', ana)
  await ana.tap('new-device-in')
  await tablet.see('page-device-in')
  await tablet.open('/me')
  await tablet.see('device-end')
  expect(await tablet.at('device-row').count()).toBe(2)
  await tablet.at('devices').scrollIntoViewIfNeeded()
  await stage.camera('devices', tablet)
  await tablet.tap('device-end')
  await tablet.tap('device-end-yes')
  await expect.poll(() => tablet.at('device-row').count()).toBe(1)
  await ana.open('/')
  await ana.see('page-welcome')
  expect([ana, tablet, chengdu.steward].flatMap(({ faults }) => faults)).toEqual([])
})

const filesIn = (path: string): string[] =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesIn(join(path, name))) : [path]
