/**
 * 13. Audit: somebody who trusts nobody takes the record home and checks it without the hub, in a terminal and in a browser; one changed
 * byte is named by its entry, a record that is missing too; and where a hub has shown two heads, the evidence says who signed both.
 * The same between cities, with what each holds of the other, stands in `e2e/two-cities.test.ts`.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aCrowd } from '#test/e2e/crowd.ts'
import { type Person, screens } from '#test/e2e/person.ts'
import { helpOnce, strike } from '#test/e2e/stage.ts'
import { aNeighbour, type City, foundCity, joinCity } from '#test/e2e/story.ts'
import { run } from '#test/support/hub-process.ts'
import { aJourney, type Journey } from './journey.ts'

let stage: Journey
let chengdu: City
let auditor: Person

beforeAll(async () => {
  stage = await aJourney(13)
  chengdu = await foundCity(stage, 'chengdu')
  const [mei, bo] = [await joinCity(stage, chengdu, '梅'), await joinCity(stage, chengdu, '波')]
  await helpOnce(bo, mei, '梅')
  await Promise.all([mei.close(), bo.close()])
  auditor = await aNeighbour(stage, chengdu, 'an auditor')
})
afterAll(() => strike(stage, chengdu))

const inStage = (name: string): string => join(stage.dir, name)

/** With owners, modes and times, as a machine's snapshot has them. */
const copy = (from: string, to: string): void => void execFileSync('cp', ['-a', from, to])

/** What an auditor saves from the public page, by its link. */
async function saved(test: string, name: string, nth = 0): Promise<string> {
  const [file] = await Promise.all([auditor.page.waitForEvent('download'), auditor.at(test).nth(nth).click()])
  await file.saveAs(inStage(name))
  return inStage(name)
}

/** Why the command is not content; whatever it says. */
const objection = (...args: string[]): Promise<string> => run(args, stage.env).then(() => '', (error: Error) => error.message)

test('without an account the record, its head and the page that checks are there to take home, and all of it is in order', async () => {
  await auditor.open('/audit')
  await auditor.see('audit-root')
  await stage.camera('audit', auditor)
  const record = await saved('audit-download', 'record.cv')
  await saved('audit-file', 'verify.html')
  expect(await run(['audit', record], stage.env)).toContain('ok')
  expect(await run(['audit', chengdu.hub.url], stage.env)).toContain('ok')
})

test('one changed byte is named by its entry, and so is where a record is missing', async () => {
  const bytes = readFileSync(inStage('record.cv'))
  for (const at of [20, Math.floor(bytes.length / 2), bytes.length - 40]) {
    const copy = Buffer.from(bytes)
    copy[at]! ^= 1
    writeFileSync(inStage('damaged.cv'), copy)
    expect(await objection('audit', inStage('damaged.cv'))).toMatch(/entry \d+|header|seal|checkpoint|cosignature/)
  }
  await chengdu.hub.command('export', inStage('record.jsonl'), '--format', 'jsonl')
  const lines = readFileSync(inStage('record.jsonl'), 'utf8').split('\n')
  const dropped = lines.findIndex((line) => line.includes('"help.recorded"'))
  expect(dropped).toBeGreaterThan(0)
  writeFileSync(inStage('dropped.jsonl'), lines.toSpliced(dropped, 1).join('\n'))
  expect(await objection('audit', inStage('dropped.jsonl'))).toMatch(/entry \d+/)
})

test('the saved page, opened from a disk and with no network, says the same of both', async () => {
  const context = await stage.browser.newContext({
    locale: stage.view.language === 'zh' ? 'zh-CN' : 'en-GB', viewport: screens[stage.view.screen], offline: true,
  })
  const page = await context.newPage()
  await page.goto(pathToFileURL(inStage('verify.html')).href)
  await page.setInputFiles('[data-test=verify-files]', [inStage('record.cv'), inStage('damaged.cv')])
  await expect.poll(() => page.locator('[data-test=verify-outcome]').count(), { timeout: 120_000 }).toBe(2)
  const outcomes = await page.locator('[data-test=verify-outcome]').evaluateAll((all) => all.map((one) => one.getAttribute('data-outcome')))
  expect(new Set(outcomes).size).toBe(2)
  expect(await page.locator('[data-test=verify-offence]').count()).toBe(1)
  await stage.camera('verify', { ...auditor, page })
  await context.close()
})

test('a hub that was put back as a whole, and went on another way, has shown two heads: the evidence names it, and stands by itself', async () => {
  const machine = [chengdu.hub.data, stage.env['XDG_STATE_HOME']!]
  const lineOf = async (name: string): Promise<string> => {
    await chengdu.hub.start()
    await aCrowd(chengdu, name)
    await chengdu.hub.command('export', inStage(`${name}.cv`))
    await chengdu.hub.stop()
    return inStage(`${name}.cv`)
  }
  await chengdu.hub.stop()
  for (const dir of machine) copy(dir, `${dir}.before`)
  const one = await lineOf('one')
  for (const dir of machine) {
    rmSync(dir, { recursive: true })
    copy(`${dir}.before`, dir)
  }
  const other = await lineOf('other')
  const evidence = inStage('evidence.txt')
  const said = await objection('audit', one, other, '--compare', '--evidence', evidence)
  expect(said).toMatch(/FORKED/)
  expect(said).toContain('chengdu')
  expect(await run(['evidence', 'verify', evidence], stage.env)).toContain('chengdu')
  expect(auditor.faults).toEqual([])
})
