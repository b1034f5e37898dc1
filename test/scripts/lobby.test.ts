/** The demo's lobby by itself, with no city behind it. */
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { aMovableClock } from '../../scripts/demo/clock.ts'
import { AHEAD_DAYS_MAX, type Lobby, openLobby } from '../../scripts/demo/lobby.ts'

const DAY = 86_400
const clock = aMovableClock(0)
let lobby: Lobby
let leaps = 0

beforeAll(async () => {
  lobby = await openLobby(0, [], () => void leaps++)
  lobby.open({ towns: [], honest: [], clock, sights: [] })
})
afterAll(() => lobby.close())

/** Not `fetch`, which sets some headers itself. */
const asked = (method: string, path: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((done, fail) => {
    request(`${lobby.url}${path}`, { method, headers }, (answer) => done(answer.resume().statusCode!)).on('error', fail).end()
  })

test('it takes orders from its own page, and from no other that is open in the browser', async () => {
  for (const headers of [{ origin: 'https://elsewhere.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }] as Record<string, string>[]) {
    for (const path of ['/later/year', '/operator/chiangmai']) expect(await asked('POST', path, headers)).toBe(403)
  }
  expect(await asked('GET', '/', { host: 'elsewhere.example' })).toBe(421)
  expect(await asked('GET', '/operator/chiangmai')).toBe(404)
  expect(clock.ahead).toBe(0)

  expect(await asked('POST', '/later/week', { origin: lobby.url, 'sec-fetch-site': 'same-origin' })).toBe(303)
  expect([clock.ahead, leaps]).toEqual([7 * DAY, 1])
})

test('its clock goes a hundred years ahead and no further, and the page says so', async () => {
  const page = async (): Promise<string> => (await fetch(`${lobby.url}/?lang=en`)).text()
  expect(await page()).not.toContain('hundred years')
  clock.pass(AHEAD_DAYS_MAX * DAY - clock.ahead - 30 * DAY)
  expect(await page()).toContain('hundred years')
  expect(await page()).not.toContain('/later/year')
  const before = clock.ahead
  expect(await asked('POST', '/later/year')).toBe(303)
  expect([clock.ahead, leaps]).toEqual([before, 1])
  expect(await asked('POST', '/later/month')).toBe(303)
  expect(await asked('POST', '/later/week')).toBe(303)
  expect([clock.ahead, leaps]).toEqual([AHEAD_DAYS_MAX * DAY, 2])
  expect(await page()).not.toContain('/later/')
})
