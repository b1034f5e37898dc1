import { expect, test } from 'vitest'
import { baseOf } from '#ledger/decay.ts'
import type { Out } from '#ledger/federation.ts'
import { dispositionOf, exposureOf, moveTrust, roomFrom } from '#ledger/rules/trust.ts'
import { globalIndex } from '#ledger/state.ts'
import { aMember, aRegion, aTown, CV, dayIn, hexFor, idFor, pass, record, recorded, type Town } from '#test/support/towns.ts'

const outTo = (town: Town, to: string, amount: bigint): Out => ({
  xid: hexFor('transfer'), destination: town.card.origin, to, amount, request: 1, agreement: idFor('a stay'),
  memo: hexFor('memo'), returns: null, last: null,
})

/** Barcelona, with a member, and what it makes of an out of Chengdu. */
function aPair() {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'], { poolMilli: 0n })
  const ana = aMember(barcelona, 'ana')
  const source = chengdu.card.origin
  const ask = (amount: bigint, to = ana.acct, credited = 0n) =>
    dispositionOf(barcelona.state, outTo(barcelona, to, amount), source, barcelona.now, credited)
  const limit = (exposureMilli: bigint, transferMaxMilli: bigint) =>
    recorded(barcelona, { kind: 'trust.set', peer: source, exposureMilli, transferMaxMilli }, [barcelona.steward])
  return { chengdu, barcelona, ana, source, ask, limit }
}

test('a steward sets what a member city may send, and nobody else may', () => {
  const { barcelona, chengdu, ana, source, limit } = aPair()
  const set = { kind: 'trust.set', peer: source, exposureMilli: 1n, transferMaxMilli: 1n } as const
  expect(record(barcelona, set, [ana])).toEqual({ code: 'not-a-steward' })
  expect(record(barcelona, { ...set, peer: barcelona.card.origin }, [barcelona.steward])).toEqual({ code: 'own-hub' })
  const unknown = aTown('tokyo').card.origin
  expect(record(barcelona, { ...set, peer: unknown }, [barcelona.steward])).toEqual({ code: 'unknown-hub', hub: unknown })
  const lone = aTown('lone')
  expect(record(lone, set, [lone.steward])).toEqual({ code: 'no-federation' })
  limit(50n * CV, 20n * CV)
  expect(barcelona.state.trust.get(source)).toMatchObject({ exposure: 50n * CV, transferMaxMilli: 20n * CV })
  expect(roomFrom(barcelona.state, source, dayIn(barcelona))).toBe(50n * CV)
  expect(roomFrom(chengdu.state, source, dayIn(chengdu))).toBe(0n)
})

test('what arrives is credited up to the room, to the last unit', () => {
  const { ask, limit, ana } = aPair()
  limit(50n * CV, 40n * CV)
  expect(ask(40n * CV)).toBe('credit')
  expect(ask(40n * CV + 1n)).toBe('too-large')
  expect(ask(40n * CV, ana.acct, 10n * CV)).toBe('credit')
  expect(ask(40n * CV, ana.acct, 10n * CV + 1n)).toBe('limit')
  expect(ask(1n, hexFor('nobody here'))).toBe('recipient')
})

test('somebody who joined and is not attested yet is sent nothing', () => {
  const { barcelona, ask, ana } = aPair()
  barcelona.state.members.get(ana.acct)!.attested = false
  expect(ask(1n)).toBe('recipient')
})

test('a hub that nobody here has heard of has no room', () => {
  const { barcelona, ana } = aPair()
  const stranger = aTown('tokyo').card.origin
  expect(dispositionOf(barcelona.state, outTo(barcelona, ana.acct, 1n), stranger, barcelona.now)).toBe('limit')
  expect(roomFrom(barcelona.state, stranger, dayIn(barcelona))).toBe(0n)
})

test('credits fill the room for 365 days, and what they credited of ours makes room', () => {
  const { barcelona, source } = aPair()
  const { state } = barcelona
  const roomOn = (day: number) => 3000n * CV - roomFrom(state, source, day)
  moveTrust(state, source, 0, 100n * CV)
  moveTrust(state, source, 10, -30n * CV)
  expect(exposureOf(state, source, 10)).toBe(70n * CV)
  expect([10, 364, 365, 374, 375].map(roomOn)).toEqual([70n * CV, 70n * CV, -30n * CV, -30n * CV, 0n])
  moveTrust(state, source, 380, CV)
  expect(state.trust.get(source)!.moves).toEqual([{ day: 380, amount: CV }])
})

test('a year of dust is one row a day', () => {
  const { barcelona, source } = aPair()
  const { state } = barcelona
  for (let i = 0; i < 100; i++) moveTrust(state, source, 7, 1n)
  moveTrust(state, source, 7, -40n)
  moveTrust(state, source, 8, 5n)
  expect(state.trust.get(source)!.moves).toEqual([{ day: 7, amount: 60n }, { day: 8, amount: 5n }])
  expect(exposureOf(state, source, 8)).toBe(65n)
})

test('a new limit forgives nothing, and a limit below what was credited leaves no room', () => {
  const { barcelona, source, limit, ask } = aPair()
  moveTrust(barcelona.state, source, 0, 100n * CV)
  limit(120n * CV, 120n * CV)
  expect(ask(20n * CV)).toBe('credit')
  expect(ask(20n * CV + 1n)).toBe('limit')
  limit(60n * CV, 60n * CV)
  expect(roomFrom(barcelona.state, source, 0)).toBe(0n)
})

test('limits are nominal on the day they are set, and keep their base from then on', () => {
  const { barcelona, source, ask, limit } = aPair()
  pass([barcelona], 30)
  limit(50n * CV, 100n * CV)
  const base = baseOf(50n * CV, globalIndex(barcelona.state.federation!, dayIn(barcelona)))
  expect(base).toBeGreaterThan(50n * CV)
  expect(roomFrom(barcelona.state, source, dayIn(barcelona))).toBe(base)
  pass([barcelona], 30)
  expect(ask(base)).toBe('credit')
  expect(ask(base + 1n)).toBe('limit')
})
