/**
 * A person with a phone in front of a hub's page. They can only do what the page lets them: open it, tap,
 * type, and wait until they see something. Every hook they use is listed in `ui/README.md`.
 */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { until, WITHIN_MS } from './until.ts'

export type Screen = 'phone' | 'desk'
/** How large a page is there, in CSS pixels. */
export const screens = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } }

export type Person = {
  readonly name: string
  readonly page: Page
  /** Errors the page threw and requests it made to anybody but its hub. */
  readonly faults: string[]
  open(path: string): Promise<void>
  /** The elements with this hook, inside `within` if given. */
  at(test: string, within?: Locator): Locator
  tap(test: string, within?: Locator): Promise<void>
  fill(test: string, text: string): Promise<void>
  /** One of a list, by its value. */
  choose(test: string, value: string): Promise<void>
  /** How often they have tapped so far, and how many fields they have filled in or chosen. */
  readonly count: { taps: number; fields: number }
  /** Waits until the first element with this hook is there; its text. */
  see(test: string, within?: Locator): Promise<string>
  /** Waits until an attribute of the first element with this hook has this value. */
  seeValue(test: string, attribute: string, value: string): Promise<void>
  close(): Promise<void>
}

/** `aheadSeconds`: how far their clock is ahead of the machine's, as their hub's may be. */
export async function aPerson(browser: Browser, name: string, hubUrl: string, options: { screen?: Screen; locale?: string; aheadSeconds?: number } = {}): Promise<Person> {
  const context: BrowserContext = await browser.newContext({
    viewport: screens[options.screen ?? 'phone'], locale: options.locale ?? 'zh-CN', timezoneId: 'Asia/Shanghai',
    // Nobody waits for what moves, and a colour on its way to another cannot be judged.
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(WITHIN_MS)
  await moveClock(context, options.aheadSeconds ?? 0)
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`${name}: ${error.message}`))
  page.on('console', (said) => {
    if (said.type() === 'error' && said.text().includes('Content Security Policy')) faults.push(`${name}: ${said.text()}`)
  })
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(hubUrl) && !url.startsWith('data:') && !url.startsWith('blob:')) faults.push(`${name}: asked ${url}`)
  })

  const at = (test: string, within?: Locator): Locator => (within ?? page.locator('body')).locator(`[data-test="${test}"]`)
  const count = { taps: 0, fields: 0 }
  return {
    name,
    page,
    faults,
    at,
    count,
    open: async (path) => void (await page.goto(`${hubUrl}${path}`)),
    async tap(test, within) {
      await at(test, within).first().click()
      count.taps += 1
    },
    async fill(test, text) {
      await at(test).first().fill(text)
      count.fields += 1
    },
    async choose(test, value) {
      await at(test).first().selectOption(value)
      count.fields += 1
    },
    async see(test, within) {
      const first = at(test, within).first()
      await first.waitFor()
      return first.innerText()
    },
    seeValue: (test, attribute, value) =>
      until(`${name}'s ${test} ${attribute}`, () => at(test).first().getAttribute(attribute), value),
    close: () => context.close(),
  }
}

/** From the next page they open, this browser's clock is so many seconds further ahead than before. */
export async function moveClock(context: BrowserContext, seconds: number): Promise<void> {
  if (seconds === 0) return
  await context.addInitScript((milliseconds) => {
    const Before = Date
    globalThis.Date = class extends Before {
      constructor(...given: []) {
        super(...(given.length === 0 ? ([Before.now() + milliseconds] as unknown as []) : given))
      }

      static override now(): number {
        return Before.now() + milliseconds
      }
    } as DateConstructor
  }, seconds * 1000)
}
