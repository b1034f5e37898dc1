/** The demo, lived small: two honest cities and one that is not, some weeks long. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EvidenceView, FiguresView, StewardView } from '#protocol/api.ts'
import { play, type Played } from '../../scripts/demo/play.ts'
import { answerDoors, openLobby } from '../../scripts/demo/lobby.ts'
import type { Town } from '../../scripts/demo/town.ts'
import { run } from '#test/support/hub-process.ts'
import { MemberClient } from '#test/support/member-client.ts'

const dir = mkdtempSync(join(tmpdir(), 'demo-test-'))
const towns: Town[] = []
let played: Played

beforeAll(async () => {
  played = await play({ dir, days: 30, places: ['chiangmai', 'barcelona', 'lisbon'], say: () => {} }, towns)
})
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
  expect(view.arrivals.filter(({ phase }) => phase === 'suspended')).toMatchObject([{ because: 'limit' }])
})

test('the city that signed two histories is frozen by every other, which holds the evidence', async () => {
  const { origin } = await towns[2]!.steward.hub()
  for (const town of towns.slice(0, 2)) {
    expect((await town.steward.get<EvidenceView[]>('/api/evidence')).body).toMatchObject([{ hub: origin }])
  }
})

test('a visitor enters as somebody by a device that this one lets in, and sees what time takes', async () => {
  const town = towns[0]!
  const lobby = await openLobby(towns, played.honest, played.sights, played.clock, 0)
  try {
    const page = await (await fetch(`${lobby.url}/?lang=en`)).text()
    for (const { url, people } of towns) expect(page).toContain(`${url}/device?for=${people[0]!.acct}`)
    const newcomer = new MemberClient('Visitor', town.fetch)
    expect((await newcomer.join()).status).toBe(200)
    await answerDoors(towns)
    await newcomer.login()
    expect((await newcomer.me()).attested).toBe(true)

    const before = BigInt((await town.people[1]!.me()).domain)
    expect((await fetch(`${lobby.url}/later/year`, { method: 'POST', redirect: 'manual' })).status).toBe(303)
    const after = BigInt((await town.people[1]!.me()).domain)
    expect(before).toBeGreaterThan(0n)
    // A tenth a year, or more where nobody has been active.
    expect(after).toBeLessThanOrEqual((before * 9n) / 10n + 1n)
  } finally {
    await lobby.close()
  }
})
