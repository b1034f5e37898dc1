/**
 * Life between cities [S1670-1719], lived by whole hubs over one bus: somebody teaches away from home and is paid by who
 * hosts them; two cities meet, and three nights are booked the same afternoon; whoever hosts rises by it.
 */
import { afterEach, expect, test } from 'vitest'
import type { Hex } from '#ledger/action.ts'
import { toHex } from '#ledger/bytes.ts'
import { resources } from '#ledger/charter/charter.ts'
import { faultsOf, federationFaultsOf } from '#ledger/audit/conservation.ts'
import { xidOf } from '#ledger/federation/federation.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { exposureOf } from '#ledger/rules/trust.ts'
import { globalDay } from '#ledger/state/state.ts'
import {
  aCity, aClock, act, admitGuest, aMemberOf, approveIssue, type City, federate, help, join, openChains, payAward, rateBoth, start, stateOf, until,
} from '#test/support/cities.ts'
import { MemoryBus } from '#test/support/memory-network.ts'
import { CV, hexFor, idFor, type Person } from '#test/support/towns.ts'

let running: City[] = []
afterEach(() => {
  for (const city of running) city.hub?.die()
  running = []
})

async function cities<const N extends string[]>(...names: N): Promise<{ [K in keyof N]: City }> {
  const bus = new MemoryBus()
  const clock = aClock()
  const made = names.map((name) => aCity(name, bus, clock))
  running.push(...made)
  for (const city of made) await start(city)
  return made as { [K in keyof N]: City }
}

const HOUR = 3_600
const DAY = 86_400
const memberIn = (city: City, { acct }: Person) => stateOf(city).members.get(acct)!
const soundBooks = (...all: City[]) => expect([...all.map((city) => faultsOf(stateOf(city))), federationFaultsOf(all.map(stateOf))].flat()).toEqual([])

/** Somebody of `home` teaches so many hours at `host`, whose pool pays it. */
async function taught(host: City, home: City, hours: number) {
  const guest = await aMemberOf(home, 'ana')
  const { person: neighbour } = await aMemberOf(host, 'bo')
  await admitGuest(host, home, guest)
  const agreement = await help(host, guest.person, neighbour, hours * 60)
  const request = await payAward(host, agreement)
  const xid = xidOf(stateOf(host).federation!.id, request.leaf)
  await until('it counts at home', () => stateOf(home).abroad.has(xid))
  return { ana: guest, xid }
}

test('a teaching stay is paid by the pool of the city that was taught in, and counts at home like help given there', { timeout: 300_000 }, async () => {
  const [chengdu, barcelona] = await cities('chengdu', 'barcelona')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await approveIssue(chengdu, 1_000n * CV)
  await until('the pool is filled', () => stateOf(chengdu).books.pool === 1_000n * CV)
  const { ana, xid } = await taught(chengdu, barcelona, 12)

  const { account, lifetimeMilli } = memberIn(barcelona, ana.person)
  expect({ account, lifetimeMilli }).toMatchObject({ account: { domain: 0n, global: 240n * CV }, lifetimeMilli: 720n * CV })
  expect(levelOf(stateOf(barcelona), ana.person.acct)).toBe(2)
  expect(stateOf(chengdu).books.pool).toBe(760n * CV)
  await until('both ledgers say so', () => stateOf(chengdu).requests.get(xid)!.phase === 'credited')
  soundBooks(chengdu, barcelona)
})

test('two cities meet at noon and three nights are booked the same afternoon: nothing waits for a steward, and whoever hosts rises', { timeout: 300_000 }, async () => {
  const [chengdu, barcelona, tokyo] = await cities('chengdu', 'barcelona', 'tokyo')
  await federate(chengdu, barcelona)
  await openChains(chengdu, barcelona)
  await approveIssue(chengdu, 1_000n * CV)
  await until('the pool is filled', () => stateOf(chengdu).books.pool > 0n)
  const { ana } = await taught(chengdu, barcelona, 12)

  await join([chengdu, barcelona], tokyo)
  await openChains(tokyo)
  const { person: taro } = await aMemberOf(tokyo, 'taro')
  await admitGuest(tokyo, barcelona, ana)
  const begins = stateOf(tokyo).lastTs + HOUR
  const booking: Hex = toHex(crypto.getRandomValues(new Uint8Array(16)))
  await act(tokyo, {
    kind: 'booking.made', id: booking, listing: idFor('a room'), provider: taro.acct, receiver: ana.person.acct, resource: resources.room,
    begins, ends: begins + 3 * DAY, demandPerMille: 1000, terms: hexFor('terms'), charter: 0,
  }, [taro, ana.person])
  const { due } = stateOf(tokyo).agreements.get(booking)!.stay!

  const { federation } = stateOf(barcelona)
  const terms = { destination: stateOf(tokyo).hub.origin, to: taro.acct, amount: due, expDay: globalDay(federation!, barcelona.clock.now()) + 3 }
  const request = await act(barcelona, { kind: 'x.req', source: 0, ...terms, agreement: booking, awardMilli: 0n, memo: hexFor('memo') }, [ana.person])
  const xid = xidOf(federation!.id, request.leaf)
  await act(barcelona, { kind: 'x.appr', xid, ...terms }, [barcelona.town.steward])
  await until('it waits for the stay', () => stateOf(tokyo).arrivals.get(xid)?.phase === 'bound')
  expect([...stateOf(tokyo).arrivals.values()].filter(({ phase }) => phase === 'suspended')).toEqual([])
  expect([levelOf(stateOf(tokyo), taro.acct), memberIn(tokyo, taro).account.global]).toEqual([1, 0n])

  tokyo.clock.advance(4 * DAY)
  await act(tokyo, { kind: 'completion.reported', agreement: booking, minutes: 3 * 1_440 }, [ana.person])
  await act(tokyo, { kind: 'completion.confirmed', agreement: booking, minutes: 3 * 1_440 }, [taro])
  await rateBoth(tokyo, booking, ana.person, taro)

  expect(memberIn(tokyo, taro)).toMatchObject({ account: { domain: 0n, global: due }, lifetimeMilli: 600n * CV })
  expect(levelOf(stateOf(tokyo), taro.acct)).toBe(2)
  expect(stateOf(tokyo).arrivals.get(xid)).toMatchObject({ phase: 'credited', left: 0n })
  const today = globalDay(federation!, tokyo.clock.now())
  expect(exposureOf(stateOf(tokyo), barcelona.town.card.origin, today)).toBe(due)
  soundBooks(chengdu, barcelona, tokyo)
})
