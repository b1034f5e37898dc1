/**
 * Every screen there is, as a member and as a steward sees it in a community where something has happened: judged by axe
 * (WCAG 2.2 A and AA), at phone width and on a desk, in Chinese and English, and no wider than the screen; and then, without
 * being opened anew, in the dark, in forced colours, and on the telephone with letters of twice the size and with large text.
 * A page of the router that nobody opens here fails. `npm run shots -- DIR` is this play with a camera.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agree, type City, foundCity, joinCity, postNeed, type Stage } from '#test/e2e/story.ts'
import { listed } from '#test/e2e/listed.ts'
import type { Person } from '#test/e2e/person.ts'
import { colours, offencesOn, widestOn } from '#test/e2e/judge.ts'
import { aStage, strike } from '#test/e2e/stage.ts'
import { routeOf, to } from '#ui/router.ts'

let stage: Stage
let chengdu: City
let mei: Person
let bo: Person
/** What the addresses below are filled in with. */
const at = { hub: '', listing: '', circle: '', drill: '', agreement: '', person: '' }

beforeAll(async () => {
  stage = await aStage('screens')
  chengdu = await foundCity(stage, 'chengdu')
  mei = await joinCity(stage, chengdu, '梅')
  bo = await joinCity(stage, chengdu, '波')
  at.hub = ((await (await fetch(`${chengdu.hub.url}/api/hub`)).json()) as { origin: string }).origin
  at.listing = await postNeed(mei, '修水龙头', '厨房的水龙头一直滴水，周六在家。')
  at.agreement = await agree(stage, mei, bo, at.listing, '我会修，周六上午可以。')
  at.drill = await listed(mei, chengdu.hub.url, { kind: 'resource', title: '电钻，带一盒钻头' }, '放在三楼，来拿就行。')
  at.circle = await listed(mei, chengdu.hub.url, { kind: 'circle', title: '每周三晚上读书' }, '读什么大家定。')
  for (const deed of [
    { do: 'write', words: '这周在三楼小图书室，七点半。' }, { do: 'ask', words: '把二十把椅子搬上三楼', until: null }, { do: 'ask', words: '烧水泡茶', until: 1_900_000_000 },
  ]) {
    const status = await mei.page.evaluate(
      async ([path, body]) => (await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status,
      [`/api/circles/${at.circle}`, JSON.stringify(deed)] as const,
    )
    expect(status).toBe(200)
  }
  await bo.open('/people')
  const href = await bo.page.locator('a[href^="/person/"]').first().getAttribute('href')
  at.person = href!.split('/').at(-1)!
  const open = (await chengdu.hub.command('operator')).trim().replace('Open ', '')
  await chengdu.steward.page.goto(open)
})
afterAll(() => strike(stage, chengdu))

/** Who opens which addresses. `drafts`, cases and evidence there are none of here: their pages say so. */
const screens: [name: string, who: () => Person, address: () => string][] = [
  ['home', () => bo, () => to.home], ['board', () => bo, () => to.board], ['listing', () => bo, () => to.listing(at.listing)],
  ['own-listing', () => mei, () => to.listing(at.listing)], ['agreement', () => bo, () => to.agreement(at.agreement, null)],
  ['add', () => bo, () => to.add], ['post', () => bo, () => to.post('need')], ['change', () => mei, () => to.change(at.listing)],
  ['free', () => bo, () => to.free], ['trip', () => bo, () => to.trip], ['post-event', () => bo, () => to.post('event')],
  ['record', () => bo, () => to.record], ['use', () => bo, () => to.use(at.drill)], ['people', () => bo, () => to.people],
  ['person', () => bo, () => to.person(at.person)], ['more', () => bo, () => to.more], ['me', () => bo, () => to.me],
  ['balance', () => bo, () => to.balance], ['level', () => bo, () => to.level], ['charter', () => bo, () => to.charter],
  ['cases', () => bo, () => to.cases], ['case', () => bo, () => to.case('0'.repeat(32))], ['frozen', () => bo, () => to.frozen('0'.repeat(64))],
  ['draft', () => bo, () => to.draft('00', null)], ['figures', () => bo, () => to.figures], ['audit', () => bo, () => to.audit],
  ['sessions', () => mei, () => to.sessions], ['session', () => bo, () => to.session('0'.repeat(32))],
  ['projects', () => bo, () => to.projects], ['project', () => bo, () => to.project('0'.repeat(32))],
  ['circles', () => mei, () => to.circles], ['circle', () => mei, () => to.circle(at.circle)], ['circle-outside', () => bo, () => to.circle(at.circle)], ['works', () => bo, () => to.works],
  ['services', () => bo, () => to.services], ['organisations', () => bo, () => to.organisations],
  ['for-person', () => chengdu.steward, () => to.person(at.person)],
  ['steward', () => chengdu.steward, () => to.steward], ['steward-home', () => chengdu.steward, () => to.home],
  ['join', () => bo, () => to.join], ['device', () => bo, () => to.device(null)], ['setup', () => bo, () => to.setup],
  ['cities', () => bo, () => to.cities], ['messages', () => bo, () => to.messages], ['reports', () => chengdu.steward, () => to.reports],
  ['conversation', () => bo, () => to.conversation({ what: 'listing', hub: at.hub, id: at.listing })],
  ['papers', () => bo, () => to.papers], ['card', () => bo, () => to.card], ['certificate', () => bo, () => to.certificate], ['statement', () => bo, () => to.statement],
  ['moving', () => bo, () => to.moving], ['arrive', () => bo, () => to.arrive], ['money', () => chengdu.steward, () => to.money],
  ['seasons', () => chengdu.steward, () => to.seasons],
  ['posters', () => chengdu.steward, () => to.posters], ['wall', () => bo, () => to.wall],
  ['guide', () => bo, () => to.guide('member')], ['guide-operator', () => bo, () => to.guide('operator')],
  ['nowhere', () => bo, () => '/nowhere'],
]
/** The server's own pages and the one that stands alone. */
const others: typeof screens = [
  ['health', () => chengdu.steward, () => '/health'], ['operator', () => chengdu.steward, () => '/operator'], ['verify', () => bo, () => '/verify.html'],
]

/** Until nothing more is fetched: what is still loading is not the screen. */
async function shown(person: Person, address: string): Promise<void> {
  await person.page.goto(`${chengdu.hub.url}${address}`)
  await person.page.locator('h1').first().waitFor()
  await expect.poll(() => person.page.locator('.loading').count()).toBe(0)
}

async function speak(person: Person, language: 'zh' | 'en'): Promise<void> {
  await person.open('/me')
  await person.tap(`language-${language}`)
  await person.page.waitForFunction((lang) => document.documentElement.lang.startsWith(lang), language)
}

test('what keeps somebody out would be found', async () => {
  await shown(bo, '/')
  await bo.page.evaluate(() => document.querySelector('main')!.append(document.createElement('button')))
  expect((await offencesOn(bo)).map(({ rule }) => rule)).toEqual(['button-name'])
})

test('every page of the router is among the screens', () => {
  const opened = new Set(screens.map(([, , address]) => {
    const { pathname, search } = new URL(address(), 'http://x')
    return routeOf(pathname, search).page
  }))
  const known = Object.values(to).map((address) => {
    // Only what stands first in the address is looked at here.
    const path = typeof address === 'string' ? address : (address as (...given: unknown[]) => string)('0'.repeat(64), '')
    return path.split(/[/?]/)[1]!
  })
  expect(known.filter((page) => !opened.has((page === '' ? 'home' : page) as never))).toEqual([])
})

const views = [['zh', 'phone', 360], ['en', 'desk', 1280]] as const

const sized = ({ page }: Person, size: string): Promise<void> => page.evaluate((given) => void (document.documentElement.style.fontSize = given), size)

/**
 * How else the page may be looked at, and what of it is to be judged anew: its colours on the desk, its width on the
 * telephone. So each screen is seen in all of them, in one language.
 */
const otherwise: Record<(typeof views)[number][1], [how: string, so: (person: Person) => Promise<void>, back: (person: Person) => Promise<void>, judge: (person: Person) => Promise<unknown[]>][]> = {
  phone: [['twice', (one) => sized(one, '200%'), (one) => sized(one, ''), widestOn], ['large', (one) => sized(one, '137.5%'), (one) => sized(one, ''), widestOn]],
  desk: [
    ['dark', ({ page }) => page.emulateMedia({ colorScheme: 'dark' }), ({ page }) => page.emulateMedia({ colorScheme: 'light' }), (one) => offencesOn(one, colours)],
    ['forced', ({ page }) => page.emulateMedia({ forcedColors: 'active' }), ({ page }) => page.emulateMedia({ forcedColors: 'none' }), (one) => offencesOn(one, colours)],
  ],
}

describe.each(views)('in %s, at the width of a %s', (language, screen, width) => {
  beforeAll(async () => {
    for (const person of [mei, bo, chengdu.steward]) {
      await person.page.setViewportSize({ width, height: 844 })
      await speak(person, language)
    }
  })

  test.each([...screens, ...others])('%s has nothing that keeps anybody out, and is no wider than the screen', async (name, who, address) => {
    const isServers = others.some(([other]) => other === name)
    await shown(who(), isServers && name !== 'verify' ? `${address()}?lang=${language}` : address())
    // It judges what it takes.
    await stage.camera(`${name}-${language}-${screen}`, who())
    for (const [how, so, back, judge] of otherwise[screen]) {
      await so(who())
      const found = await judge(who())
      await stage.take?.(`${name}-${language}-${screen}-${how}`, who())
      await back(who())
      expect([how, found]).toEqual([how, []])
    }
  })

  test('no page threw, was kept from something by its policy, or asked another origin', () => {
    expect([mei, bo, chengdu.steward].flatMap(({ faults }) => faults)).toEqual([])
  })
})
