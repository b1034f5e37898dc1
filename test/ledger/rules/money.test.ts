import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { rowsOf } from '#ledger/rows/rows.ts'
import { type Kind, kinds } from '#ledger/action.ts'
import type { State } from '#ledger/state/state.ts'
import { peekKind } from '#ledger/schema.ts'
import { aTownOfNeighbours, codeOf, helpOnce, refusalOf, sleep } from '#test/support/people.ts'
import { type Asked, hexFor, type Person, recorded } from '#test/support/towns.ts'

const holding = (who: Person, isHeld = true): Asked => ({ kind: 'deposit.noted', member: who.acct, isHeld })
const noting = (changes: Partial<Asked<'income.noted'>> = {}): Asked<'income.noted'> =>
  ({ kind: 'income.noted', source: 'plan', plan: 1, ofMinor: 0, minor: 500, note: hexFor('a note'), ...changes })

describe('the deposit of 1 元 [T27]', () => {
  test('is noted and given back, and whoever has none lacks nothing', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    recorded(town, holding(mei), [steward])
    expect([...town.state.deposits.values()]).toMatchObject([{ member: mei.acct, minor: 100, currency: 'CNY' }])
    expect(codeOf(town, holding(mei), [steward])).toBe('as-before')
    helpOnce(town, bo, mei, { minutes: 60 })
    helpOnce(town, mei, bo, { minutes: 60 })
    expect(town.state.members.get(bo.acct)!.lifetimeMilli).toBe(town.state.members.get(mei.acct)!.lifetimeMilli)
    recorded(town, holding(mei, false), [steward])
    expect(town.state.deposits.size).toBe(0)
    expect(codeOf(town, holding(mei, false), [steward])).toBe('as-before')
  })

  test('is refused by name where the charter has none, of nobody, and by nobody', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    expect(codeOf(town, holding(mei), [steward])).toBe('deposit-closed')
    expect(codeOf(town, { kind: 'deposit.noted', member: hexFor('nobody'), isHeld: true }, [steward])).toBe('unknown-member')
    expect(codeOf(town, holding(mei), [mei])).toBe('not-a-steward')
  })
})

describe('what an operator has taken in [S1780-1798]', () => {
  test('adds up by year, source and plan', () => {
    const { town, steward } = aTownOfNeighbours()
    for (let n = 0; n < 3; n++) recorded(town, noting(), [steward])
    recorded(town, noting({ source: 'skill', plan: null, ofMinor: 10_000, minor: 1_500 }), [steward])
    sleep(town, 365)
    recorded(town, noting({ plan: 5, minor: 20_000 }), [steward])
    expect([...town.state.income.values()].map(({ year, source, plan, count, minor }) => [year, source, plan, count, minor])).toEqual([
      [0, 'plan', 1, 3, 1_500n], [0, 'skill', null, 1, 1_500n], [1, 'plan', 5, 1, 20_000n],
    ])
  })

  test('is a plan’s price, or a commission within the charter’s bounds', () => {
    const { town, steward } = aTownOfNeighbours()
    expect(refusalOf(town, noting({ minor: 501 }), [steward])).toEqual({ code: 'other-amount', expected: 500n })
    expect(codeOf(town, noting({ plan: null }), [steward])).toBe('unknown-plan')
    expect(codeOf(town, noting({ ofMinor: 1 }), [steward])).toBe('unknown-plan')
    expect(codeOf(town, noting({ minor: 0 }), [steward])).toBe('nothing-asked')
    const need = (minor: number): Asked => noting({ source: 'need', plan: null, ofMinor: 1_000, minor })
    expect([49, 50, 150, 151].map((minor) => codeOf(town, need(minor), [steward])))
      .toEqual(['commission-out-of-range', null, null, 'commission-out-of-range'])
    expect(codeOf(town, noting({ source: 'need', plan: 1, ofMinor: 1_000, minor: 100 }), [steward])).toBe('unknown-plan')
  })
})

describe('money becomes nothing here', () => {
  /** Rows of everything but the log itself, its ids and clock, and the notes of money. */
  const notMoney = (state: State): string[] =>
    Array.from(rowsOf(state), (row) => row.slice()).filter((row) => ![3, 5, 57, 75].includes(peekKind(row)!)).map(toHex)

  test('whatever is noted, and in whatever order, no account, level, standing or other row is another one', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, mei, bo)
    recorded(town, noting(), [steward])
    const before = notMoney(town.state)
    const one = fc.oneof(
      fc.record({ who: fc.constantFrom(mei, bo), isHeld: fc.boolean() }).map(({ who, isHeld }) => holding(who, isHeld)),
      fc.constantFrom(1, 2, 3, 4, 5).chain((plan) => fc.nat(25_000).map((minor) => noting({ plan: plan as 1, minor }))),
      fc.record({ source: fc.constantFrom('need', 'resource', 'skill'), ofMinor: fc.nat(100_000), minor: fc.nat(20_000) })
        .map((terms) => noting({ plan: null, ...(terms as { source: 'need'; ofMinor: number; minor: number }) })),
    )
    fc.assert(fc.property(fc.array(one, { maxLength: 10 }), (notes) => {
      for (const note of notes) codeOf(town, note, [steward])
      expect(notMoney(town.state)).toEqual(before)
    }), { numRuns: 60 })
    expect(town.state.income.size).toBeGreaterThan(3)
  })

  test('no other kind carries any', () => {
    const named = (Object.keys(kinds) as Kind[]).filter((kind) => Object.keys(kinds[kind].fields).some((field) => /minor|money|currency|price/i.test(field)))
    expect(named).toEqual(['income.noted'])
  })
})
