/**
 * Hostile words in every field that somebody else reads, rendered in Chromium: nothing of them runs, the page's policy is
 * never asked to stop anything, and what was written is read as it was written.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { openLog } from '#node/log.ts'
import { runHub, type RunningHub } from '#node/run.ts'
import { systemClock, systemEntropy } from '#node/system-clock.ts'
import { openBrowser, withoutWindows } from '#test/support/chromium.ts'
import { aConfig } from '#test/support/config.ts'
import { hostileWords } from '#test/support/hostile.ts'
import { MemberClient } from '#test/support/member-client.ts'
import { aPerson, type Person } from './person.ts'

const CITY = '<img src=x onerror=ran()>'
const stateHome = process.env['XDG_STATE_HOME']
let dir: string
let hub: RunningHub
let browser: Browser
let reader: Person
const listings: { id: string; words: string }[] = []
const dialogs: string[] = []

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hostile-'))
  process.env['XDG_STATE_HOME'] = join(dir, 'state')
  hub = await runHub(aConfig(join(dir, 'hub')), { clock: systemClock, entropy: systemEntropy, log: openLog('silent') })
  const ask = (path: string, init?: RequestInit) => fetch(`${hub.url}${path}`, init)
  const steward = new MemberClient(hostileWords[0]!, ask)
  const founded = await steward.post('/api/setup', {
    token: hub.setupToken, language: 'en', name: 'hostile', city: CITY, region: 'eu', preset: 'city',
    steward: { acct: steward.acct, device: toHex(steward.device), name: steward.name },
  })
  expect(founded.status).toBe(200)
  await steward.login()

  browser = await openBrowser(withoutWindows)
  reader = await aPerson(browser, 'reader', hub.url, { locale: 'en-GB' })
  reader.page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await reader.page.addInitScript(`
    globalThis.hasRun = false
    globalThis.kept = []
    globalThis.ran = () => { hasRun = true }
    addEventListener('securitypolicyviolation', (event) => kept.push(event.violatedDirective + ' ' + event.blockedURI))
  `)
  await reader.open('/join')
  await reader.fill('join-name', '"><img src=x onerror=ran()>')
  await reader.tap('join-agree')
  await reader.see('page-join-waiting')
  for (const { acct } of (await steward.steward()).toAttest) {
    expect((await steward.act('member.attested', { member: acct, identity: '0'.repeat(64) })).status).toBe(200)
  }
  await reader.see('page-join-attested')

  for (const words of hostileWords) {
    const member = new MemberClient(words, ask)
    expect((await member.join()).status, words).toBe(200)
    await steward.attest(member)
    await member.login()
    const posted = await member.list({ title: words, scope: 'hub' }, words)
    // A title may be refused for what it is; it is then on no page.
    if (posted.status === 200) listings.push({ id: posted.body.id, words })
  }
})
afterAll(async () => {
  await browser.close()
  await hub.stop()
  rmSync(dir, { recursive: true, force: true })
  if (stateHome === undefined) delete process.env['XDG_STATE_HOME']
  else process.env['XDG_STATE_HOME'] = stateHome
})

const happened = (): Promise<{ hasRun: boolean; kept: string[] }> => reader.page.evaluate('({ hasRun, kept })')

/** Opens it, waits until all of it is there, and says what happened that should not have. */
async function opened(path: string): Promise<string[]> {
  await reader.open(path)
  await reader.page.locator('h1').first().waitFor()
  await expect.poll(() => reader.page.locator('.loading').count()).toBe(0)
  const { hasRun, kept } = await happened()
  return [...(hasRun ? [`something ran on ${path}`] : []), ...kept.map((what) => `${path}: ${what}`)]
}

/** As a page shows it: white space and what has no shape apart. */
const shape = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, '')

test('what ran would be seen', async () => {
  await opened('/board')
  await reader.page.evaluate('ran()')
  expect(await happened()).toEqual({ hasRun: true, kept: [] })
})

test('most of them are on the board, each as it was written', async () => {
  expect(listings.length).toBeGreaterThan(hostileWords.length - 4)
  await opened('/board')
  await reader.tap('board-rest')
  await expect.poll(() => reader.at('board-rest').count()).toBe(0)
  expect(await happened()).toEqual({ hasRun: false, kept: [] })
  const board = shape(await reader.page.locator('main').innerText())
  for (const { words } of listings) expect(board, words).toContain(shape(words))
})

test('each is read as it was written on the page of its listing, and does nothing there', async () => {
  for (const { id, words } of listings) {
    expect(await opened(`/listing/${id}`)).toEqual([])
    expect(shape(await reader.page.locator('main').innerText()), words).toContain(shape(words))
  }
})

test('as names they do nothing where people are listed, chosen and shown, nor as the name of the city', async () => {
  for (const path of ['/', '/people', '/record', '/me', '/figures', '/audit', '/charter', '/health', '/health?lang=zh', '/setup']) {
    expect(await opened(path), path).toEqual([])
  }
  await reader.open('/health')
  expect(await reader.page.locator('h1').innerText()).toContain(CITY)
})

test('in an address they do nothing', async () => {
  for (const words of hostileWords.filter((_, i) => i % 4 === 0)) {
    const text = encodeURIComponent(words)
    await reader.page.goto(`${hub.url}/listing/${text}?hub=${text}#${text}`)
    await reader.page.locator('h1').first().waitFor()
    expect([words, await happened()]).toEqual([words, { hasRun: false, kept: [] }])
  }
})

test('nothing opened a box, threw, or asked another origin', () => {
  expect(dialogs).toEqual([])
  expect(reader.faults).toEqual([])
})
