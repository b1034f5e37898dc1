/** The demo, lived small: two honest cities and one that is not, some weeks long. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EvidenceView, FiguresView, StewardView } from '#protocol/api.ts'
import type { Kept } from '../../scripts/demo/kept.ts'
import { goOn, keptOf, play, type Played } from '../../scripts/demo/play.ts'
import { answerDoors, openLobby } from '../../scripts/demo/lobby.ts'
import type { Town } from '../../scripts/demo/town.ts'
import { run } from '#test/support/hub-process.ts'
import { MemberClient } from '#test/support/member-client.ts'

const dir = mkdtempSync(join(tmpdir(), 'demo-test-'))
const towns: Town[] = []
let played: Played
const DAYS = 30
/** Ten times what it takes on a busy machine. */
const PATIENCE_MS = 600_000

beforeAll(async () => {
  played = await play({ dir, days: DAYS, places: ['chiangmai', 'barcelona', 'lisbon'], say: () => {} }, towns)
}, PATIENCE_MS)
afterAll(async () => {
  await Promise.all(towns.map((town) => town.stop()))
  rmSync(dir, { recursive: true, force: true })
})

test('what was lived is a record that anybody can check, and the books of the cities agree', async () => {
  const told = await run(['audit', ...towns.map(({ data }) => data)])
  expect(told).not.toMatch(/✗/)
})

test('neighbours have helped each other, been paid abroad, and have something on the board', async () => {
  const [host, home] = towns as [Town, Town, Town]
  const figures = await home.steward.get<FiguresView>('/api/figures')
  expect(figures.body.members).toBe(home.people.length)
  const traveller = await home.people[1]!.me()
  expect(traveller.awards.map(({ kind }) => kind)).toContain('abroad')
  expect(traveller.helps.length + traveller.agreements.length).toBeGreaterThan(0)
  expect((await host.steward.listings()).filter(({ own }) => !own).length).toBeGreaterThan(0)
})

test('two transfers are on their way: one waits for a steward who sends it, one for a steward who takes it in', async () => {
  const view = (await towns[1]!.steward.get<StewardView>('/api/steward')).body
  expect(view.transfers.filter(({ stage }) => stage === 'asked')).toHaveLength(1)
  expect(view.arrivals.filter(({ phase }) => phase === 'suspended')).toMatchObject([{ because: 'too-large' }])
})

test('the city that signed two histories is frozen by every other, which holds the evidence', async () => {
  const { origin } = await towns[2]!.steward.hub()
  for (const town of towns.slice(0, 2)) {
    expect((await town.steward.get<EvidenceView[]>('/api/evidence')).body).toMatchObject([{ hub: origin }])
  }
})

test('the next start goes on with the same cities, people and what is on its way', async () => {
  const kept = keptOf(played, DAYS, 0)
  const { founded } = await played.towns[0]!.steward.hub()
  await Promise.all(towns.map((town) => town.stop()))
  towns.length = 0
  played = await goOn(JSON.parse(JSON.stringify(kept)) as Kept, dir, (nth) => ({ http: 0, p2p: kept.towns[nth]!.ports.p2p }), towns)
  expect(played.honest).toHaveLength(2)
  expect((await towns[0]!.steward.hub()).founded).toBe(founded)
  const view = (await towns[1]!.steward.get<StewardView>('/api/steward')).body
  expect(view.transfers.filter(({ stage }) => stage === 'asked')).toHaveLength(1)
  expect(view.arrivals.filter(({ phase }) => phase === 'suspended')).toHaveLength(1)
}, PATIENCE_MS)

test('a visitor enters as somebody by a device that this one lets in, and sees what time takes', async () => {
  const town = towns[0]!
  const lobby = await openLobby(0, ['Chiang Mai is founded'])
  try {
    expect(await (await fetch(`${lobby.url}/?lang=en`)).text()).toContain('<li>Chiang Mai is founded</li>')
    lobby.open(played)
    const page = await (await fetch(`${lobby.url}/?lang=en`)).text()
    for (const { url, people } of towns) expect(page).toContain(`http://p2.localhost:${new URL(url).port}/device?for=${people[1]!.acct}`)
    const entered = await fetch(`${lobby.url}/operator/${town.script.name}`, { method: 'POST', redirect: 'manual' })
    expect(entered.headers.get('location')).toContain(`${town.url}/operator/enter/`)
    const newcomer = new MemberClient('Visitor', town.fetch)
    expect((await newcomer.join()).status).toBe(200)
    await answerDoors(towns)
    await newcomer.login()
    expect((await newcomer.me()).attested).toBe(true)

    const before = BigInt((await town.people[1]!.me()).domain)
    expect((await fetch(`${lobby.url}/later/year`, { method: 'POST', redirect: 'manual' })).status).toBe(303)
    const after = BigInt((await town.people[1]!.me()).domain)
    expect(before).toBeGreaterThan(0n)
    // A tenth a year; what was still to be awarded came meanwhile.
    expect(after).toBeLessThan((before * 95n) / 100n)
  } finally {
    await lobby.close()
  }
}, PATIENCE_MS)
