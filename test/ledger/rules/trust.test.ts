import { describe, expect, test } from 'vitest'
import { baseOf } from '#ledger/value/decay.ts'
import type { Out } from '#ledger/federation/federation.ts'
import type { ActionOf } from '#ledger/action.ts'
import { exposureAtMost, exposureOf, GROWTH_DAYS, isNearlyUsed, judgeOf, moveTrust, roomFrom } from '#ledger/rules/trust.ts'
import { globalIndex } from '#ledger/state/state.ts'
import {
  aMember, aRegion, arrival, ask as asking, aTown, awardRequest, CV, dayIn, deliver, hexFor, idFor, issue, owesAward,
  pass, type Person, PLAIN_TRUST, record, recorded, settle, type Town,
} from '#test/support/towns.ts'

const outTo = (town: Town, to: string, amount: bigint): Out => ({
  xid: hexFor('transfer'), destination: town.card.origin, to, amount, request: 1, agreement: idFor('a stay'),
  memo: hexFor('memo'), returns: null, last: null,
})

/** Somebody of `home` who has 30 Global, for having helped in `host`. */
function whoHelped(host: Town, home: Town, towns: Town[]): Person {
  issue(host, 100n * CV, towns)
  const { guest, id } = owesAward(host, home)
  recorded(host, awardRequest(host, id), [host.steward])
  deliver(host, home, settle(host, towns), towns)
  return guest
}

/** Barcelona, with a member, and what it makes of outs of Chengdu that arrive together. */
function aPair() {
  const { towns } = aRegion(['chengdu', 'barcelona'], { poolMilli: 0n })
  const [chengdu, barcelona] = towns
  const ana = aMember(barcelona, 'ana')
  const source = chengdu.card.origin
  const askAll = (amounts: bigint[], { to = ana.acct, signers = [source, barcelona.card.origin] } = {}) => {
    const judge = judgeOf(barcelona.state, source, new Set(signers), barcelona.now)
    return amounts.map((amount) => judge(outTo(barcelona, to, amount)))
  }
  const ask = (amount: bigint, to = ana.acct) => askAll([amount], { to })[0]
  const setting = (own: Partial<ActionOf<'trust.set'>>) =>
    ({ kind: 'trust.set', ...PLAIN_TRUST, peer: source, exposureMilli: 3000n * CV, transferMaxMilli: 3000n * CV, ...own }) as const
  const set = (own: Partial<ActionOf<'trust.set'>>) => recorded(barcelona, setting(own), [barcelona.steward])
  const refusal = (own: Partial<ActionOf<'trust.set'>>) => record(barcelona, setting(own), [barcelona.steward])
  const limit = (exposureMilli: bigint, transferMaxMilli: bigint) => set({ exposureMilli, transferMaxMilli })
  return { towns, chengdu, barcelona, ana, source, ask, askAll, set, refusal, limit }
}

test('a steward sets what a member city may send, and nobody else may', () => {
  const { barcelona, chengdu, ana, source, limit } = aPair()
  const set = { kind: 'trust.set', ...PLAIN_TRUST, peer: source, exposureMilli: 1n, transferMaxMilli: 1n } as const
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
  const { ask, askAll, limit } = aPair()
  limit(50n * CV, 40n * CV)
  expect(ask(40n * CV)).toBe('credit')
  expect(ask(40n * CV + 1n)).toBe('too-large')
  expect(askAll([10n * CV, 40n * CV, 1n])).toEqual(['credit', 'credit', 'limit'])
  expect(askAll([10n * CV + 1n, 40n * CV, 30n * CV])).toEqual(['credit', 'limit', 'credit'])
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
  expect(judgeOf(barcelona.state, stranger, new Set(), barcelona.now)(outTo(barcelona, ana.acct, 1n))).toBe('limit')
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

describe('beside its limits a city may ask for more', () => {
  test('a steward looks first at what is above an amount', () => {
    const { ask, set } = aPair()
    set({ approvalAboveMilli: 20n * CV, transferMaxMilli: 40n * CV })
    expect([20n * CV, 20n * CV + 1n, 40n * CV + 1n].map((amount) => ask(amount))).toEqual(['credit', 'approval', 'too-large'])
  })

  test('so many a Global day are credited by themselves, and the next day as many again', () => {
    const { towns, chengdu, barcelona, ana, askAll, set, source } = aPair()
    set({ dailyMax: 2 })
    expect(askAll([1n, 2n, 3n])).toEqual(['credit', 'credit', 'daily'])
    const mei = whoHelped(barcelona, chengdu, towns)
    const sent = (cv: bigint) => {
      asking(chengdu, barcelona, mei, ana, cv * CV)
      return deliver(chengdu, barcelona, settle(chengdu, towns), towns).action
    }
    const given = (cv: bigint) => sent(cv) as ActionOf<'x.in'>
    expect([given(1n), given(2n), given(3n)].map(({ dispositions }) => dispositions)).toEqual([['credit'], ['credit'], ['daily']])
    expect(barcelona.state.trust.get(source)!.credited).toMatchObject({ count: 2 })
    pass(towns, 1)
    expect(given(4n).dispositions).toEqual(['credit'])
    expect(barcelona.state.trust.get(source)!.credited).toMatchObject({ count: 1 })
  })

  test('the word of cities that it names: each vote in the certificate is one', () => {
    const { towns } = aRegion(['chengdu', 'barcelona', 'tokyo', 'porto'], { poolMilli: 0n })
    const [chengdu, barcelona, tokyo, porto] = towns
    const ana = aMember(barcelona, 'ana')
    const of = (town: Town) => town.card.origin
    const set = { kind: 'trust.set', ...PLAIN_TRUST, peer: of(chengdu), exposureMilli: 3000n * CV, transferMaxMilli: 3000n * CV } as const
    recorded(barcelona, { ...set, witnesses: [of(tokyo), of(porto)], witnessesNeeded: 1 }, [barcelona.steward])
    asking(chengdu, barcelona, whoHelped(barcelona, chengdu, towns), ana, 5n * CV)
    const slot = settle(chengdu, towns)
    const without = arrival(chengdu, barcelona, slot, [chengdu, barcelona, porto])
    expect(without.dispositions).toEqual(['credit'])
    recorded(barcelona, { ...set, witnesses: [of(tokyo), of(porto)], witnessesNeeded: 2 }, [barcelona.steward])
    expect(record(barcelona, without)).toEqual({ code: 'wrong-dispositions' })
    expect(arrival(chengdu, barcelona, slot, [chengdu, barcelona, porto]).dispositions).toEqual(['witnesses'])
    expect(arrival(chengdu, barcelona, slot, [barcelona, tokyo, porto]).dispositions).toEqual(['credit'])
  })

  test('levels from 1 to 5, and witnesses that are members, each once, never the city itself', () => {
    const { barcelona, source, refusal } = aPair()
    const own = barcelona.card.origin
    for (const levelMax of [0, 6]) expect(refusal({ levelMax })).toEqual({ code: 'bad-trust', because: 'level' })
    for (const [witnesses, witnessesNeeded] of [[[own, own], 1], [[source], 1], [[own], 2], [[], 1]] as const) {
      expect(refusal({ witnesses: [...witnesses], witnessesNeeded })).toEqual({ code: 'bad-trust', because: 'witnesses' })
    }
    const unknown = aTown('tokyo').card.origin
    expect(refusal({ witnesses: [unknown], witnessesNeeded: 1 })).toEqual({ code: 'unknown-hub', hub: unknown })
  })
})

describe('trust grows slowly', () => {
  test('up to what every new city is trusted with at any time; above it twofold, and 90 days lie between two rises', () => {
    const { towns, barcelona, source, limit, refusal } = aPair()
    expect(refusal({ exposureMilli: 6000n * CV + 1n })).toEqual({ code: 'grows-too-fast', mostMilli: 6000n * CV })
    limit(0n, 0n)
    limit(3000n * CV, 1n)
    limit(4000n * CV, 1n)
    expect(refusal({ exposureMilli: 4000n * CV + 1n })).toEqual({ code: 'grows-too-fast', mostMilli: 4000n * CV })
    limit(4000n * CV, 2n)
    const day = dayIn(barcelona)
    const most = [day + GROWTH_DAYS - 1, day + GROWTH_DAYS].map((one) => exposureAtMost(barcelona.state, source, one))
    expect(most).toEqual([4000n * CV, 8000n * CV])
    pass(towns, GROWTH_DAYS)
    limit(8000n * CV, 1n)
    limit(100n * CV, 1n)
    expect(exposureAtMost(barcelona.state, source, dayIn(barcelona))).toBe(3000n * CV)
  })

  test('and stewards are told when four fifths of it are used', () => {
    const { barcelona, source } = aPair()
    const isNearly = () => isNearlyUsed(barcelona.state, source, 0)
    moveTrust(barcelona.state, source, 0, 2400n * CV - 1n)
    expect(isNearly()).toBe(false)
    moveTrust(barcelona.state, source, 0, 1n)
    expect(isNearly()).toBe(true)
  })
})

test('a steward lets no more of a transfer in than the city may send in one, in parts or at once', () => {
  const { towns, chengdu, barcelona, ana, limit } = aPair()
  limit(100n * CV, 10n * CV)
  const xid = asking(chengdu, barcelona, whoHelped(barcelona, chengdu, towns), ana, 30n * CV)
  deliver(chengdu, barcelona, settle(chengdu, towns), towns)
  const release = (amount: bigint) => record(barcelona, { kind: 'x.rel', xid, amount }, [barcelona.steward])
  expect(release(10n * CV + 1n)).toEqual({ code: 'above-transfer-max', mostMilli: 10n * CV })
  release(6n * CV)
  expect(release(5n * CV)).toEqual({ code: 'above-transfer-max', mostMilli: 10n * CV })
  limit(100n * CV, 30n * CV)
  release(24n * CV)
  expect(barcelona.state.arrivals.get(xid)).toMatchObject({ phase: 'credited', left: 0n })
})
