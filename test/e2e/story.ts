/**
 * The whole path of the mission, once, by hand: what people of two cities (and a third that comes late) do in
 * their browsers. The end-to-end test plays it and looks at the books afterwards; `npm run e2e -- --kill` pulls
 * the plug in the middle.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Preset } from '#ledger/charter/charter.ts'
import type { HubLanguage } from '#protocol/api.ts'
import type { Return } from '#protocol/listing.ts'
import { aHubProcess, type HubProcess } from '#test/support/hub-process.ts'
import { aPerson, type Person, type Screen } from './person.ts'
import { until } from './until.ts'
import type { View } from './view.ts'

/** Cities of the seeds; the slug is what other cities' books call them. */
export const places = {
  chengdu: { name: 'chengdu', city: '成都', region: 'as', locale: 'zh-CN' },
  barcelona: { name: 'barcelona', city: 'Barcelona', region: 'eu', locale: 'en-GB' },
  lisbon: { name: 'lisbon', city: 'Lisboa', region: 'eu', locale: 'en-GB' },
} as const
export type Place = keyof typeof places

/** `url`: where its people open its page, which a play may want to be another address than the terminal's. */
export type City = { place: Place; hub: HubProcess; url: string; steward: Person }

/** Called at the moments that a README would show. */
export type Camera = (name: string, person: Person) => Promise<void>
export const noCamera: Camera = async () => {}

export function cameraInto(dir: string): Camera {
  mkdirSync(dir, { recursive: true })
  return async (name, { page }) => {
    await page.screenshot({ path: join(dir, `${name}.png`) })
  }
}

/**
 * Without a `view` every city is looked at in its own language, on a phone, at the address that its terminal printed.
 * `camera` judges what it takes, `take` does not.
 */
export type Stage = { browser: Browser; dir: string; env: Record<string, string>; camera: Camera; take?: Camera; view?: View }

const locales = { zh: 'zh-CN', en: 'en-GB' } as const
const localeOf = ({ view }: Stage, place: Place): string => (view === undefined ? places[place].locale : locales[view.language])

function addressOf({ view }: Stage, place: Place, url: string): string {
  if (view === undefined) return url
  return `http://${view.origin === 'name' ? `${places[place].name}.home` : 'localhost'}:${new URL(url).port}`
}

/** Somebody who opens this city's page for the first time. */
export const aNeighbour = (stage: Stage, { place, url }: Pick<City, 'place' | 'url'>, name: string, screen?: Screen): Promise<Person> =>
  aPerson(stage.browser, name, url, {
    screen: screen ?? stage.view?.screen ?? 'phone', locale: localeOf(stage, place), aheadSeconds: Number(stage.env['CLOCK_AHEAD_SECONDS'] ?? 0),
  })

/** Step 1: a hub from an empty directory, founded in the browser by its first steward. One that cannot be founded is left running nowhere. */
export async function foundCity(
  stage: Stage, place: Place, screen?: Screen, preset: Preset = 'city', language: HubLanguage = localeOf(stage, place).startsWith('zh') ? 'zh' : 'en',
): Promise<City> {
  const { name } = places[place]
  const data = join(stage.dir, place)
  mkdirSync(data, { recursive: true })
  writeFileSync(join(data, 'hub.toml'), `host_names = ["${name}.home"]\n`)
  const hub = await aHubProcess(data, stage.env)
  await hub.start()
  try {
    return await founded(stage, place, hub, screen, preset, language)
  } catch (error) {
    await hub.kill()
    throw error
  }
}

async function founded(stage: Stage, place: Place, hub: HubProcess, screen: Screen | undefined, preset: Preset, language: HubLanguage): Promise<City> {
  const { name, city, region } = places[place]
  const url = addressOf(stage, place, hub.url)
  const steward = await aNeighbour(stage, { place, url }, `${place}'s steward`, screen)
  if (!/^http:\/\/127\.0\.0\.1:\d+\/setup#[0-9a-f]{32}$/.test(hub.open)) throw new Error(`not the wizard's address: ${hub.open}`)
  await steward.page.goto(hub.open.replace(hub.url, url))
  await steward.see('page-setup')
  await stage.camera(`${place}-setup`, steward)
  await steward.tap(`setup-language-${language}`)
  await steward.tap('setup-next')
  await steward.fill('setup-city', city)
  await steward.fill('setup-name', name)
  await steward.choose('setup-region', region)
  await steward.tap('setup-next')
  await steward.tap(`setup-preset-${preset}`)
  await steward.tap('setup-next')
  await steward.fill('setup-steward', place === 'chengdu' ? '陈姨' : 'Marta')
  await steward.tap('setup-finish')
  await steward.see('page-setup-done')
  await steward.tap('setup-to-home')
  await steward.see('page-home')
  return { place, hub, url, steward }
}

/** Step 2: somebody makes their key in the browser, joins, and the steward attests them. */
export async function joinCity(stage: Stage, city: City, name: string, screen?: Screen): Promise<Person> {
  const { place, steward } = city
  const person = await aNeighbour(stage, city, name, screen)
  await person.open('/join')
  await person.fill('join-name', name)
  await stage.camera(`${place}-join`, person)
  await person.tap('join-agree')
  await person.see('page-join-waiting')

  await steward.open('/steward')
  const item = steward.at('attest-item').filter({ hasText: name })
  await item.waitFor()
  await stage.camera(`${place}-steward-attest`, steward)
  await steward.tap('attest', item)
  await person.see('page-join-attested')
  await person.tap('to-home')
  return person
}

/** A need, posted, with what is given in return for it; its id. */
export async function postNeed(person: Person, title: string, words: string, ...returns: Return[]): Promise<string> {
  await person.open('/post?kind=need')
  await person.fill('post-title', title)
  await person.fill('post-words', words)
  const minutes = person.at('post-minutes')
  while ((await minutes.getAttribute('data-minutes')) !== '90') await person.tap('post-minutes-more')
  for (const one of returns) await person.tap(`post-return-${one}`)
  await person.tap('post-send')
  await person.see('page-listing')
  return idIn(person, 'listing')
}

function idIn(person: Person, what: 'listing' | 'agreement'): string {
  const found = new RegExp(`/${what}/([0-9a-f]{32})`).exec(person.page.url())
  if (found === null) throw new Error(`${person.name} is not at a ${what}: ${person.page.url()}`)
  return found[1]!
}

/** One answers a need, both sign what they agree, and both are at the agreement. Returns its id. */
export async function agree(stage: Stage, asker: Person, helper: Person, listing: string, words: string): Promise<string> {
  await helper.open(`/listing/${listing}`)
  await helper.see('page-listing')
  await stage.camera('listing', helper)
  await helper.tap('help')
  await helper.fill('application-message', words)
  await helper.tap('application-send')
  await helper.see('application-sent')

  await asker.open(`/listing/${listing}`)
  await asker.tap('application-agree')
  await asker.see('agree-form')
  await stage.camera('agree', asker)
  await asker.tap('agree-send')
  await helper.open('/')
  await helper.tap('waiting-sign-open')
  await helper.see('page-draft')
  await stage.camera('sign', helper)
  await helper.tap('draft-sign')
  await helper.see('page-agreement')
  return idIn(helper, 'agreement')
}

/** Check-in, completion reported by the helper and confirmed by the other, and both rate blind. */
export async function helpAndRate(stage: Stage, asker: Person, helper: Person, agreement: string, name: string): Promise<void> {
  await asker.open(`/agreement/${agreement}`)
  for (const person of [asker, helper]) {
    await person.tap('check-in')
    await until(`${person.name} is checked in`, async () => (await person.at('next-step').getAttribute('data-step')) !== 'check-in', true)
  }
  await helper.tap('report')
  await helper.seeValue('next-step', 'data-step', 'wait-confirm')
  await asker.seeValue('next-step', 'data-step', 'confirm')
  await stage.camera(`${name}-confirm`, asker)
  await asker.tap('confirm')
  await asker.seeValue('next-step', 'data-step', 'rate')
  await asker.tap('rate-good')
  await asker.seeValue('next-step', 'data-step', 'wait-rating')
  await helper.seeValue('next-step', 'data-step', 'rate')
  // Blind: whoever has not rated sees no grade.
  if ((await helper.at('grades').count()) > 0) throw new Error(`${helper.name} sees a rating before both have rated`)
  await helper.tap('rate-good')
  await until('the agreement', () => helper.page.locator('[data-phase]').first().getAttribute('data-phase'), 'settled')
  await stage.camera(`${name}-agreement`, helper)
}

/** Opens what is folded. */
export async function unfold({ at }: Person, test: string): Promise<void> {
  if ((await at(test).getAttribute('open')) === null) await at(test).locator('summary').first().click()
}

/** Step 3: both paste the other's card; the newcomer asks, every member admits. */
export async function meet(members: City[], newcomer: City, version: number): Promise<void> {
  const cardOf = async ({ steward }: City): Promise<string> => {
    await steward.open('/steward')
    await unfold(steward, 'meet')
    await steward.see('our-card')
    return steward.at('our-card').inputValue()
  }
  const [theirs, ours] = [await cardOf(newcomer), await cardOf(members[0]!)]
  await newcomer.steward.fill('their-card', ours)
  await newcomer.steward.tap('join-federation')
  for (const { steward } of members) {
    await steward.open('/steward')
    await unfold(steward, 'meet')
    await steward.fill('their-card', theirs)
    await steward.tap('admit')
  }
  for (const { steward } of [newcomer, ...members]) {
    await steward.open('/steward')
    await steward.seeValue('federation-state', 'data-version', String(version))
  }
}

export async function foundFederation({ steward }: City): Promise<void> {
  await steward.open('/steward')
  await steward.tap('found-federation')
  await steward.seeValue('federation-state', 'data-state', 'founded')
}

/** A steward sets what another city may send. */
export async function trust({ steward }: City, city: City, cv: string): Promise<void> {
  await steward.open('/cities')
  const card = steward.at('between').filter({ hasText: places[city.place].city })
  await steward.tap('trust-edit', card)
  await steward.fill('trust-limit', cv)
  await steward.fill('trust-transfer', cv)
  await steward.tap('trust-save')
  await until('the trust', () => steward.at('takes', card).getAttribute('data-milli'), `${cv}000`)
}

/** Step 4: slot 0 `keys` of a hub, certified by everybody's vote. */
export async function confirmKeys({ steward, hub }: City): Promise<void> {
  await steward.open('/steward')
  await steward.tap('approve-keys')
  await hub.recorded('x.cert')
}

export async function issue({ steward, hub }: City, cv: string): Promise<void> {
  await steward.open('/steward')
  const from = hub.records().length
  await unfold(steward, 'issue-open')
  await steward.fill('issue-amount', cv)
  await steward.tap('issue')
  await hub.recorded('x.cert', from)
}

/** The steward pays what the pool owes a guest. */
export async function payGuest(stage: Stage, { steward }: City): Promise<void> {
  await steward.open('/steward')
  await steward.see('due-item')
  await stage.camera('award-due', steward)
  await steward.tap('pay')
}

export async function stopCities(cities: City[]): Promise<void> {
  await Promise.all(cities.map(({ hub }) => hub.stop()))
}
