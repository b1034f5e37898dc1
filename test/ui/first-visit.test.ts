/**
 * A first visit to a community of Spanish by somebody whose browser speaks Catalan, which no page does, who sees letters only at twice
 * their size and has no mouse: from the welcome to a need that is posted, with the keyboard alone; every page on the way judged as it is,
 * in the dark and in forced colours.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aPerson, type Person } from '#test/e2e/person.ts'
import { asPeopleHave } from '#test/support/chromium.ts'
import { aStage, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, type Stage } from '#test/e2e/story.ts'

let stage: Stage
let barcelona: City
let nuria: Person

beforeAll(async () => {
  stage = await aStage('first-visit', {}, asPeopleHave)
  barcelona = await foundCity(stage, 'barcelona', undefined, undefined, 'es')
  nuria = await aPerson(stage.browser, 'Núria', barcelona.url, { locale: 'ca-ES' })
  await nuria.page.addInitScript(() => document.addEventListener('DOMContentLoaded', () => (document.documentElement.style.fontSize = '200%')))
  await nuria.open('/')
})
afterAll(() => strike(stage, barcelona))

const TABS_MOST = 80

/** Goes on with the key until what is named has the focus, and that can be seen. */
async function goTo(hook: string): Promise<void> {
  for (let i = 0; i < TABS_MOST; i++) {
    await nuria.page.keyboard.press('Tab')
    const at = await nuria.page.evaluate(() => {
      const element = document.activeElement!
      const { outlineStyle, outlineWidth } = getComputedStyle(element)
      const { top, bottom } = element.getBoundingClientRect()
      return { hook: element.getAttribute('data-test'), isMarked: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2, isSeen: bottom > 0 && top < innerHeight }
    })
    if (at.hook !== hook) continue
    expect(at).toEqual({ hook, isMarked: true, isSeen: true })
    return
  }
  throw new Error(`${hook} cannot be reached with the key`)
}

async function press(hook: string): Promise<void> {
  await goTo(hook)
  await nuria.page.keyboard.press('Enter')
}

/** The page as it is, then in the dark, then in forced colours. */
async function judged(name: string): Promise<void> {
  await stage.camera(`es-${name}`, nuria)
  await nuria.page.emulateMedia({ colorScheme: 'dark' })
  await stage.camera(`es-${name}-dark`, nuria)
  await nuria.page.emulateMedia({ colorScheme: 'light', forcedColors: 'active' })
  await stage.camera(`es-${name}-forced`, nuria)
  await nuria.page.emulateMedia({ forcedColors: 'none' })
}

test('who has chosen no language, and whose own there is none of, is spoken to in that of the community', async () => {
  expect(await nuria.see('page-welcome')).toContain('nos ayudamos entre vecinos')
  expect(await nuria.page.evaluate(() => document.documentElement.lang)).toBe('es')
  await judged('welcome')
})

test('joining, with the keyboard alone', async () => {
  await press('join')
  await nuria.see('page-join')
  await judged('join')
  await goTo('join-name')
  await nuria.page.keyboard.type('Núria')
  await press('join-agree')
  await nuria.see('page-join-waiting')
  await judged('join-waiting')
  await barcelona.steward.open('/steward')
  await barcelona.steward.tap('attest', barcelona.steward.at('attest-item').filter({ hasText: 'Núria' }))
  await nuria.see('page-join-attested')
  await press('to-home')
  await nuria.see('page-home')
  await judged('home')
})

test('a need is posted, with the keyboard alone', async () => {
  await press('home-need')
  await nuria.see('page-post')
  await goTo('post-title')
  await nuria.page.keyboard.type('Arreglar un grifo')
  await judged('post')
  await press('post-send')
  expect(await nuria.see('page-listing')).toContain('Arreglar un grifo')
  await judged('listing')
})

test('what few open is in Spanish as well', async () => {
  await nuria.open('/charter')
  expect(await nuria.see('page-charter')).toContain('La carta entera')
  await nuria.open('/guide/member')
  expect(await nuria.see('page-guide')).toContain('Pedir ayuda y ayudar')
  expect(nuria.faults).toEqual([])
})
