import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { run } from '#test/support/hub-process.ts'
import { openBrowser, withoutWindows } from '#test/support/chromium.ts'
import { judging } from './judge.ts'
import type { Person } from './person.ts'
import { quickCheckpoints } from './stage.ts'
import {
  agree, cameraInto, type City, confirmKeys, foundCity, foundFederation, helpAndRate, issue, joinCity, meet, noCamera, payGuest, postNeed,
  type Stage, stopCities, trust,
} from './story.ts'

// Each wait has its own limit; a whole step is many of them.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 300_000 })
const HOME_NAME = 'chengdu.home'
const WAIT = { timeout: 60_000, interval: 50 }
let browser: Browser
let stage: Stage
const cities: City[] = []

beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'cities-'))
  // A name that is not localhost: to the browser the pages behind it are as insecure as on a home network.
  browser = await openBrowser(withoutWindows, [`--host-resolver-rules=MAP ${HOME_NAME} 127.0.0.1`])
  const shots = process.env['E2E_SHOTS']
  stage = { browser, dir, env: { HOME: dir, XDG_STATE_HOME: join(dir, 'state'), ...quickCheckpoints }, camera: judging(shots === undefined ? noCamera : cameraInto(shots)) }
})
afterAll(async () => {
  await browser?.close()
  await stopCities(cities)
  rmSync(stage.dir, { recursive: true, force: true })
})

let chengdu: City
let barcelona: City
let mei: Person
let bo: Person
let ana: Person

test('step 1: a hub starts from nothing, and its first steward founds it in the browser', async () => {
  chengdu = await foundCity(stage, 'chengdu')
  cities.push(chengdu)
  await chengdu.hub.stop()
  await chengdu.hub.start()
  expect(chengdu.hub.open).toBe(`${chengdu.hub.url}/`)
  await chengdu.steward.open('/')
  await chengdu.steward.see('page-home')
  expect(await chengdu.steward.page.innerText('body')).not.toContain('联邦')
})

test('step 2: Mei asks without having anything, Bo helps for ninety minutes, and has exactly 90', async () => {
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  const listing = await postNeed(mei, '修水龙头', '厨房的水龙头一直滴水。')
  await bo.open('/board')
  await bo.see('listing-card')
  await stage.camera('board', bo)
  const agreement = await agree(stage, mei, bo, listing, '我会修，周六上午可以。')
  await helpAndRate(stage, mei, bo, agreement, 'help')

  await bo.open('/me')
  await bo.seeValue('domain', 'data-milli', '90000')
  await bo.tap('award-why')
  const why = await bo.see('sum', bo.at('award').first())
  for (const factor of ['90', '1']) expect(why).toContain(factor)
  await bo.tap('award-why-close')
  await stage.camera('me', bo)
})

test('the short form: three taps for who writes it down, one for who says yes', async () => {
  await mei.open('/')
  await bo.open('/')
  await mei.see('page-home')
  await mei.tap('home-record')
  await mei.at('record-person').filter({ hasText: '波' }).click()
  await stage.camera('record', mei)
  await mei.tap('record-send')
  await mei.see('page-record-done')
  await bo.see('waiting-confirm-help')
  await stage.camera('home', bo)
  await bo.tap('help-confirm')
  await mei.open('/me')
  await mei.seeValue('domain', 'data-milli', '60000')
})

test('over plain http in a home network, where the browser offers no cryptography, a neighbour joins and acts all the same', async () => {
  const { port } = new URL(chengdu.hub.url)
  const atHome: City = { ...chengdu, url: `http://${HOME_NAME}:${port}` }
  const li = await joinCity(stage, atHome, '李')
  expect(await li.page.evaluate('[isSecureContext, typeof crypto.subtle]')).toEqual([false, 'undefined'])
  await li.tap('home-record')
  await li.at('record-person').filter({ hasText: '波' }).click()
  await li.tap('record-send')
  await li.see('page-record-done')
  await bo.open('/')
  await bo.tap('help-decline')
  expect(li.faults).toEqual([])
})

test('step 3: Barcelona joins Chengdu by pasted cards, and Mei’s need shows there within two seconds', async () => {
  barcelona = await foundCity(stage, 'barcelona')
  cities.push(barcelona)
  ana = await joinCity(stage, barcelona, 'Ana')
  await foundFederation(chengdu)
  await meet([chengdu], barcelona, 2)
  await trust(chengdu, barcelona, '3000')
  await trust(barcelona, chengdu, '3000')

  await ana.open('/board')
  await postNeed(mei, '想学做西班牙海鲜饭', '网上一起做一次也好。')
  const posted = Date.now()
  await ana.at('listing-card').filter({ hasText: '海鲜饭' }).waitFor()
  console.log(`a listing posted in Chengdu was on Barcelona's open page after ${Date.now() - posted} ms`)
  await stage.camera('board-two-cities', ana)
})

test('step 4: help for another city is paid in Global from its pool and counts at home', async () => {
  await confirmKeys(chengdu)
  await confirmKeys(barcelona)
  await issue(barcelona, '1000')
  const listing = await postNeed(ana, 'Conversation in Chinese', 'An hour and a half online, for a beginner.')
  await helpAbroad(listing)
  await payGuest(stage, barcelona)

  await bo.open('/me')
  await bo.seeValue('global', 'data-milli', '30000')
  await bo.seeValue('lifetime', 'data-milli', '180000')
  await bo.seeValue('domain', 'data-milli', '90000')
  await stage.camera('me-abroad', bo)
  await bo.fill('convert-amount', '30')
  await bo.tap('convert-why')
  const why = await bo.see('convert-why-sheet')
  expect(why).toMatch(/30 ?× ?1\/3/)
  expect(await bo.see('convert-quarter')).not.toBe('')
  await stage.camera('convert-why', bo)
  await bo.tap('convert-why-close')
  await bo.tap('convert-send')
  // Its words are fetched when the first refusal is shown.
  await expect.poll(() => bo.see('refused')).toMatch(/L3/)
  expect(await bo.at('refused').first().getAttribute('data-code')).toBe('level-too-low')
})

/** Bo answers Ana's need from his own page; the agreement lives in Barcelona's log. */
async function helpAbroad(listing: string): Promise<void> {
  await bo.open('/board')
  await bo.page.locator(`a[href="/listing/${listing}"]`).first().waitFor()
  const agreement = await agree(stage, ana, bo, listing, '可以，我用中文和西班牙语。')
  await helpAndRate(stage, ana, bo, agreement, 'abroad')
}

/** From outside: the moment at which the plug is pulled, seen in the files of the hubs. */
const moments = {
  // The other voter is held still, so that nothing can go on before the kill.
  'x.out': { holdsVoter: true, come: (from: number) => barcelona.hub.recorded('x.out', from) },
  'vote': {
    holdsVoter: true,
    async come(from: number) {
      const ordered = await barcelona.hub.recorded('x.out', from)
      const slots = barcelona.hub.records().filter(({ seq, action }) => action.kind === 'x.out' && seq < ordered.seq).length
      await expect.poll(() => barcelona.hub.votedSlot(ordered.origin), { timeout: 60_000, interval: 2 }).toBe(slots)
    },
  },
  'x.cert': { holdsVoter: false, come: (from: number) => barcelona.hub.recorded('x.cert', from) },
  'x.in': { holdsVoter: false, come: (_: number, there: number) => chengdu.hub.recorded('x.in', there) },
}
const pulled = (process.env['E2E_KILL'] ?? Object.keys(moments).join(',')).split(',') as (keyof typeof moments)[]

test.each(pulled)('killed when %s is on the disk, the source goes on where it was and the transfer arrives exactly once', async (at) => {
  const { holdsVoter, come } = moments[at]
  const listing = await postNeed(ana, `Chinese, ${at}`, 'Another lesson.')
  await helpAbroad(listing)
  await bo.open('/me')
  await bo.see('global')
  const before = BigInt((await bo.at('global').getAttribute('data-milli'))!)
  const [from, there] = [barcelona.hub.records().length, chengdu.hub.records().length]

  const dead = come(from, there).then(() => barcelona.hub.kill())
  if (holdsVoter) chengdu.hub.freeze()
  await payGuest(stage, barcelona)
  await dead
  // Nobody could vote but the source itself: it died with its order unanswered, and not a moment later.
  if (holdsVoter) expect(barcelona.hub.records().slice(from).map(({ action }) => action.kind)).not.toContain('x.cert')
  chengdu.hub.thaw()
  await barcelona.hub.start()

  await bo.open('/me')
  await bo.seeValue('global', 'data-milli', String(before + 30_000n))
  await barcelona.hub.recorded('x.ack', from)
  const source = barcelona.hub.records().slice(from)
  for (const kind of ['x.req', 'x.out', 'x.cert', 'x.ack']) expect(source.filter(({ action }) => action.kind === kind)).toHaveLength(1)
  for (const kind of ['x.in', 'contribution.abroad']) {
    await expect.poll(() => chengdu.hub.records().slice(there).filter(({ action }) => action.kind === kind).length, WAIT).toBe(1)
  }
})

test('with too little trust the same again waits, and the steward sends it back to the pool', async () => {
  await trust(chengdu, barcelona, '50')
  const listing = await postNeed(ana, 'More Chinese', 'The second lesson.')
  await helpAbroad(listing)
  await barcelona.steward.open('/steward')
  const pool = () => barcelona.steward.page.locator('[data-test="pool"] [data-milli], [data-milli][data-test="pool"]').first().getAttribute('data-milli')
  const before = await pool()
  await payGuest(stage, barcelona)

  await chengdu.steward.open('/steward')
  await chengdu.steward.see('suspended-item')
  await stage.camera('suspended', chengdu.steward)
  await chengdu.steward.tap('send-back')
  await barcelona.steward.open('/steward')
  await expect.poll(() => barcelona.steward.at('transfer').first().getAttribute('data-stage'), WAIT).toBe('returned')
  await expect.poll(pool, WAIT).toBe(before)
  await bo.open('/me')
  await bo.seeValue('global', 'data-milli', String(30_000 * (1 + pulled.length)))
})

test('a third city joins by document 3 and has the listings that were posted before it came', async () => {
  const lisbon = await foundCity(stage, 'lisbon')
  cities.push(lisbon)
  await meet([chengdu, barcelona], lisbon, 3)
  await lisbon.steward.open('/board')
  await lisbon.steward.at('listing-card').filter({ hasText: '海鲜饭' }).waitFor()
  await lisbon.steward.at('listing-card').filter({ hasText: 'More Chinese' }).waitFor()
})

test('what Bo saves on his phone is checked without any hub, and one changed letter is noticed', async () => {
  await bo.open('/me')
  await bo.tap('receipts-open')
  const seenByBoth = bo.at('receipt').filter({ hasText: '2 座城市见证' }).first()
  // The third city has first to read the whole record.
  await seenByBoth.waitFor({ timeout: 300_000 })
  await stage.camera('proofs', bo)
  const [one] = await Promise.all([bo.page.waitForEvent('download'), bo.tap('save-proof', seenByBoth)])
  expect(one.suggestedFilename()).toMatch(/^tongyi-chengdu-[0-9a-f]{8}-\d+\.tlog-proof$/)
  const proof = join(stage.dir, one.suggestedFilename())
  await one.saveAs(proof)
  const policy = join(stage.dir, 'chengdu.policy')
  writeFileSync(policy, await chengdu.hub.command('policy'))
  expect(await run(['check-proof', proof, '--policy', policy])).toContain('as many witnesses as the policy asks for')
  const altered = join(stage.dir, 'altered.tlog-proof')
  writeFileSync(altered, readFileSync(proof, 'utf8').replace(/^extra (.)/m, (_, first: string) => `extra ${first === 'h' ? 'i' : 'h'}`))
  await expect(run(['check-proof', altered, '--policy', policy])).rejects.toThrow('ended with 1')

  const [all] = await Promise.all([bo.page.waitForEvent('download'), bo.tap('save-all-proofs')])
  const zip = join(stage.dir, all.suggestedFilename())
  await all.saveAs(zip)
  const files = Object.keys(unzipSync(readFileSync(zip)))
  expect(files.filter((name) => name.endsWith('.policy'))).toHaveLength(1)
  expect(files).toContain(one.suggestedFilename())
})

test('step 5: an auditor finds everything in order, in directories, exports and over http, and one changed byte at once', async () => {
  const [a, b] = [chengdu.hub, barcelona.hub]
  const file = join(stage.dir, 'chengdu.cv')
  await a.command('export', file)
  const table = await run(['audit', a.data, b.data, cities[2]!.hub.data])
  console.log(table)
  expect(await run(['audit', file, b.url])).toContain('ok')

  const bytes = readFileSync(file)
  const damaged = join(stage.dir, 'damaged.cv')
  for (const at of [20, Math.floor(bytes.length / 2), bytes.length - 40]) {
    const copy = Buffer.from(bytes)
    copy[at]! ^= 1
    writeFileSync(damaged, copy)
    await expect(run(['audit', damaged])).rejects.toThrow(/entry \d+|header|seal|checkpoint|cosignature/)
  }
})

test('no page threw, broke the content policy or asked anybody but its hub', () => {
  for (const person of [mei, bo, ana, ...cities.map(({ steward }) => steward)]) expect(person.faults).toEqual([])
})
