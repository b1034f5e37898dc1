/**
 * Pages that come about when something has gone wrong, or once a quarter: a city whose record contradicts itself, one of
 * which something is to be asked, our own accused, a full disk, a freeze that may end, value that may leave the world. The hub is a real one; what it
 * would answer then is put into its answers. Each is looked at in three languages as wide as a phone, and judged.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { evidenceKinds } from '#ledger/evidence/offence.ts'
import type { BetweenView, CityView, EvidenceView, FederationView, HubView, LimitsView, StewardView } from '#protocol/api.ts'
import type { Person } from './person.ts'
import { aStage, strike } from './stage.ts'
import { type City, foundCity, foundFederation, type Stage } from './story.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })
const languages = ['zh', 'en', 'es'] as const
const OTHER = 'cv.barcelona-0123456789abcdef/log'
const idOf = (i: number): string => String(i).padStart(64, '0')
const evidence: EvidenceView[] = evidenceKinds.map((kind, i) => ({
  id: idOf(i), kind, hub: OTHER, hubId: 'ab'.repeat(32), city: 'Barcelona', own: false, file: `barcelona-${kind}.txt`,
}))
const own: EvidenceView = { ...evidence[2]!, id: idOf(99), own: true, city: '成都' }
const limits: LimitsView = {
  exposureMilli: '3000000', usedMilli: '2600000', isNearlyUsed: true, transferMaxMilli: '1000000', approvalAboveMilli: '500000', dailyMax: 20,
  creditedToday: 3, levelMax: 3, witnesses: [], witnessesNeeded: 0,
}
const between: BetweenView = {
  origin: OTHER, city: 'Barcelona', connected: true, isFrozen: false, doubts: [idOf(6)], takes: limits, given: null, mostMilli: '3000000', growsAgain: null,
}

const frozen: NonNullable<CityView['frozen']> = { evidence: idOf(2), kind: 'E3', ts: Math.floor(Date.now() / 1_000) }

let stage: Stage
let chengdu: City
let steward: Person

beforeAll(async () => {
  stage = await aStage('rare')
  chengdu = await foundCity(stage, 'chengdu')
  await foundFederation(chengdu)
  steward = chengdu.steward
  await standBetween(steward)
})
afterAll(() => strike(stage, chengdu))

/** What is changed in the hub's answers, by the path that is asked. */
const changes = new Map<string, (view: never) => unknown>()
const answers = <T>(path: string, change: (view: T) => T): void => void changes.set(path, change)

async function standBetween({ page }: Person): Promise<void> {
  await page.route(/\/api\/(hub|evidence|cities|steward)$/, async (route) => {
    const change = changes.get(new URL(route.request().url()).pathname)
    if (change === undefined) return route.continue()
    const response = await route.fetch()
    await route.fulfill({ response, json: change((await response.json()) as never) })
  })
}

const beside = (city: CityView, why: CityView['frozen']): CityView => ({ ...city, origin: OTHER, city: 'Barcelona', own: false, frozen: why })

/** The hub's own page, with another city in the federation and evidence against this one if it is accused. */
const amongCities = (why: CityView['frozen'], accused: HubView['accused'] = null): void =>
  answers<HubView>('/api/hub', (view) => ({
    ...view, accused, federation: { ...view.federation!, cities: [...view.federation!.cities, beside(view.federation!.cities[0]!, why)] },
  }))

/** Looks at it in every language; it is judged each time. */
async function lookedAt(name: string, test: string): Promise<void> {
  await steward.see(test)
  for (const language of languages) {
    await steward.choose('switch-language', language)
    await steward.page.locator(`html[lang^="${language}"]`).waitFor()
    await steward.see(test)
    await steward.at(test).first().scrollIntoViewIfNeeded()
    await stage.camera(`${name}-${language}`, steward)
  }
}

test.each(evidence.map(({ kind, id }) => [kind, id] as const))('what a city did is said in words and can be saved: %s', async (kind, id) => {
  amongCities(null)
  answers<EvidenceView[]>('/api/evidence', () => evidence)
  await steward.open(`/frozen/${id}`)
  await steward.seeValue('frozen-what', 'data-kind', kind)
  expect(await steward.at('frozen-save').getAttribute('download')).toBe(`barcelona-${kind}.txt`)
  await lookedAt(`frozen-${kind}`, 'page-frozen')
})

test('when it is our own, every page says so, with the way to the reason', async () => {
  amongCities(null, { evidence: own.id, kind: own.kind })
  answers<EvidenceView[]>('/api/evidence', () => [own])
  await steward.open('/')
  await lookedAt('accused-home', 'accused')
  await steward.open(`/frozen/${own.id}`)
  await lookedAt('accused', 'page-frozen')
})

test('on a full disk every page says that nothing is written now, and that it goes on by itself; with room again none does', async () => {
  let readOnly: HubView['readOnly'] = 'disk-full'
  answers<HubView>('/api/hub', (view) => ({ ...view, readOnly }))
  await steward.open('/')
  await steward.choose('switch-language', 'zh')
  await steward.page.locator('html[lang^="zh"]').waitFor()
  for (const path of ['/board', '/record', '/balance', '/level', '/charter', '/cases', '/figures', '/audit', '/steward', '/nowhere', '/']) {
    await steward.open(path)
    expect([path, await steward.see('read-only')]).toEqual([path, expect.stringContaining('存储满了')])
  }
  await lookedAt('disk-full', 'read-only')
  readOnly = null
  await steward.open('/')
  await steward.see('page-home')
  await expect.poll(() => steward.at('read-only').count()).toBe(0)
})

test('what is to be asked of a city stands with it, and freezes nothing; what freezes is said at its head', async () => {
  answers<BetweenView[]>('/api/cities', () => [between])
  amongCities(null)
  await steward.open('/cities')
  expect(await steward.at('doubt').locator('a').getAttribute('href')).toBe(`/frozen/${idOf(6)}`)
  expect(await steward.at('trust-edit').count()).toBe(1)
  await lookedAt('cities-doubt', 'doubt')
  answers<BetweenView[]>('/api/cities', () => [{ ...between, doubts: [], isFrozen: true }])
  amongCities(frozen)
  await steward.open('/cities')
  await steward.see('frozen-city')
  expect(await steward.at('trust-edit').count()).toBe(0)
  await lookedAt('cities-frozen', 'frozen-city')
})

test('a steward reads what ending a freeze means, and what they have agreed to; what may leave the world is said with why', async () => {
  let releasing: string[] = []
  amongCities(frozen)
  answers<StewardView>('/api/steward', (view) => {
    const federation: FederationView = view.federation
    const [city] = federation.cities
    return {
      ...view, federation: {
        ...federation, version: 2, burnMilli: '123456', releasing, chain: { ...federation.chain, needs: null },
        cities: [...federation.cities, { ...city!, ...beside(city!, frozen), exposureMilli: '3000000', isNearlyUsed: false, isBox: false }],
      },
    }
  })
  await steward.open('/steward')
  await steward.see('burn-item')
  await lookedAt('burn', 'burn-item')
  await lookedAt('release', 'release')
  releasing = [OTHER]
  await steward.open('/steward')
  await steward.seeValue('release', 'data-agreed', 'true')
  await lookedAt('releasing', 'release')
  expect(steward.faults).toEqual([])
})
