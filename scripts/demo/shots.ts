/**
 * The pictures of the README: the same screens of the demo's people on a phone and on a desk, in Chinese and English. Small
 * WebP files, which the browser itself writes.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '#test/support/chromium.ts'
import type { MemberClient } from '#test/support/member-client.ts'
import { aPerson, type Person, type Screen } from '#test/e2e/person.ts'
import type { Played } from './play.ts'
import { type Town, until } from './town.ts'

const QUALITY = 82

/** What the README shows, each in both languages: of a neighbour, on a phone and on a desk. */
const onPhone = ['home', 'record', 'agreement', 'balance'] as const
const paths = { home: '/', record: '/record', balance: '/balance', board: '/board' }

export async function takeShots({ towns }: Played, dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true })
  const browser = await openBrowser()
  try {
    const [host, home] = towns as [Town, Town]
    const beijing = towns.find(({ script }) => script.name === 'beijing') ?? host
    for (const [language, locale, town] of [['zh', 'zh-CN', beijing], ['en', 'en-GB', home]] as const) {
      const neighbour = town.people[1]!
      const phone = await enters(browser, town, neighbour, locale, 'phone')
      for (const name of onPhone) {
        await shown(phone, name === 'agreement' ? await helpOf(neighbour) : paths[name])
        if (name === 'agreement') await phone.at('award-why').first().click()
        await take(phone.page, join(dir, `${name}-${language}.webp`))
      }
      await phone.close()
      const desk = await enters(browser, town, neighbour, locale, 'desk')
      await shown(desk, paths.board)
      await take(desk.page, join(dir, `board-desk-${language}.webp`))
      await desk.close()
      const steward = await enters(browser, home, home.steward, locale, 'desk')
      await shown(steward, '/steward')
      await take(steward.page, join(dir, `steward-desk-${language}.webp`))
      await steward.close()
    }
  } finally {
    await browser.close()
  }
}

/** The page of a help they gave, by agreement, and were awarded for. */
async function helpOf(who: MemberClient): Promise<string> {
  const { awards } = await who.me()
  return `/agreement/${awards.findLast(({ kind, factors }) => kind === 'agreement' && factors[0]?.factor === 'minutes')!.agreement}`
}

/** Opens somebody's page with a new device, which they let in. */
async function enters(browser: Browser, town: Town, whose: MemberClient, locale: string, screen: Screen): Promise<Person> {
  const person = await aPerson(browser, whose.name, town.url, { screen, locale })
  await person.open(`/device?for=${whose.acct}`)
  await person.tap('device-ask')
  await person.see('page-device-in')
  return person
}

/** Until nothing more is fetched. */
async function shown(person: Person, path: string): Promise<void> {
  await person.open(path)
  await person.page.locator('h1').first().waitFor()
  await until(`${path} is there`, async () => (await person.page.locator('.loading').count()) === 0)
}

async function take(page: Page, path: string): Promise<void> {
  const debuggers = await page.context().newCDPSession(page)
  const { data } = await debuggers.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
  await debuggers.detach()
  writeFileSync(path, Buffer.from(data, 'base64'))
}
