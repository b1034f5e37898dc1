/**
 * A person with a phone in front of a hub's page. They can only do what the page lets them: open it, tap,
 * type, and wait until they see something. Every hook they use is listed in `ui/README.md`.
 */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { until, WITHIN_MS } from './until.ts'

export type Screen = 'phone' | 'desk'
const screens = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } }

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
  /** Waits until the first element with this hook is there; its text. */
  see(test: string, within?: Locator): Promise<string>
  /** Waits until an attribute of the first element with this hook has this value. */
  seeValue(test: string, attribute: string, value: string): Promise<void>
  close(): Promise<void>
}

export async function aPerson(browser: Browser, name: string, hubUrl: string, options: { screen?: Screen; locale?: string } = {}): Promise<Person> {
  const context: BrowserContext = await browser.newContext({
    viewport: screens[options.screen ?? 'phone'], locale: options.locale ?? 'zh-CN', timezoneId: 'Asia/Shanghai',
  })
  context.setDefaultTimeout(WITHIN_MS)
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
  return {
    name,
    page,
    faults,
    at,
    open: async (path) => void (await page.goto(`${hubUrl}${path}`)),
    tap: (test, within) => at(test, within).first().click(),
    fill: (test, text) => at(test).first().fill(text),
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
