/**
 * The page as something to be installed, where a browser allows it: its files are there without the community, under the same
 * policy, and what was read is in them. Where it does not, nothing is asked for in vain and one line says so.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '#test/e2e/person.ts'
import { asPeopleHave } from '#test/support/chromium.ts'
import { aStage, strike } from '#test/e2e/stage.ts'
import { type City, foundCity, joinCity, type Stage } from '#test/e2e/story.ts'

let stage: Stage
let chengdu: City
let bo: Person

beforeAll(async () => {
  stage = await aStage('installed', {}, asPeopleHave)
  chengdu = await foundCity(stage, 'chengdu')
  bo = await joinCity(stage, chengdu, '波')
})
afterAll(() => strike(stage, chengdu))

/** In which languages words are kept on the device. */
const languagesKept = (): Promise<string[]> => bo.page.evaluate(async () => {
  const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
  return [...new Set(kept.flat().map(({ url }) => /\/assets\/([a-z]{2})-always-/.exec(url)?.[1]).filter((language) => language !== undefined))].sort()
})

const get = (path: string) => fetch(`${chengdu.hub.url}${path}`)

test('what a phone asks before it installs a page is there, icons and all', async () => {
  const html = await (await get('/')).text()
  const [, address] = /<link rel="manifest" href="([^"]+)">/.exec(html)!
  const answer = await get(address!)
  expect(answer.headers.get('content-type')).toBe('application/manifest+json')
  const manifest = (await answer.json()) as { start_url: string; display: string; icons: { src: string; sizes: string; type: string }[] }
  expect(manifest).toMatchObject({ start_url: '/', display: 'standalone' })
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']))
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await get(src)
    expect([icon.status, icon.headers.get('content-type')]).toEqual([200, type])
    if (type !== 'image/png') continue
    const bytes = new DataView(await icon.arrayBuffer())
    expect(`${bytes.getUint32(16)}x${bytes.getUint32(20)}`).toBe(sizes)
  }
})

test('the page opens anew while the community is gone, with what was read', async () => {
  await bo.open('/')
  await bo.see('page-home')
  await bo.page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated', null, { timeout: 120_000 })
  await bo.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  expect(await languagesKept()).toEqual(['zh'])
  await chengdu.hub.kill()
  await bo.page.reload()
  await bo.see('page-home')
  await bo.see('read-at')
  await bo.tap('nav-me')
  await bo.see('story')
  await stage.camera('gone', bo)
})

test('the policy holds in what is kept: no script from a text, and nothing made of HTML', async () => {
  const tried = await bo.page.evaluate(() => {
    const refused = (attempt: () => void): boolean => {
      try {
        attempt()
        return false
      } catch {
        return true
      }
    }
    const makers = (window as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } }).trustedTypes!
    return {
      html: refused(() => void (document.body.innerHTML = '<b>x</b>')),
      code: refused(() => void (document.createElement('script').text = 'x')),
      ownMaker: refused(() => void makers.createPolicy('mine', {})),
      secondMaker: refused(() => void makers.createPolicy('worker', {})),
      otherWorker: refused(() => void new Worker('/other.js')),
    }
  })
  expect(tried).toEqual({ html: true, code: true, ownMaker: true, secondMaker: true, otherWorker: true })
})

test('when the community is back, the line is, and the page asks it again', async () => {
  await chengdu.hub.start()
  await bo.page.reload()
  await bo.see('page-me')
  await expect.poll(() => bo.at('read-at').count(), { timeout: 120_000 }).toBe(0)
})

test('who changes the language keeps its words, and can open the page in it while the community is gone', async () => {
  await bo.choose('switch-language', 'en')
  await expect.poll(() => bo.at('page-me').innerText(), { timeout: 30_000 }).toContain('Level')
  expect(await languagesKept()).toEqual(['en', 'zh'])
  await chengdu.hub.kill()
  await bo.page.reload()
  expect(await bo.see('page-me')).toContain('Level')
  await chengdu.hub.start()
})
