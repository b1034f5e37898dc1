import { describe, expect, test } from 'vitest'
import { monthOf } from '#ledger/calendar.ts'
import { circulatingIn, monthOfDay } from '#ledger/value/months.ts'
import { giniOf, joinedIn, monthsOf, type Statistics, statisticsOf } from '#ledger/value/statistics.ts'
import { domainIndex } from '#ledger/state/state.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { aTownOfNeighbours, completed, helpOnce } from '#test/support/people.ts'
import { CV, DAY, type Town } from '#test/support/towns.ts'

const now = (town: Town): Statistics => statisticsOf(town.state, monthOf(town.now), town.now)!

const inMembersHands = ({ state }: Town): bigint =>
  [...state.members.values()].reduce((sum, { account }) => sum + account.domain + account.held, 0n)

describe('the figures of a month', () => {
  test('count what was awarded, by whom together, and how often the same two met', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    helpOnce(town, mei, bo, { minutes: 60 })
    helpOnce(town, bo, mei, { minutes: 30 })
    helpOnce(town, mei, li, { minutes: 10 })
    const { contributions, issuedMilli, ties, repeatedPerMille, members, active } = now(town)
    expect([contributions.value, issuedMilli, ties.value, repeatedPerMille]).toEqual([3, 100n * CV, 2, 500])
    expect(contributions.of.map((id) => town.state.helps.get(id)!.award!.milli).reduce((a, b) => a + b)).toBe(issuedMilli)
    expect([members, active, joinedIn(town.state, monthOf(town.now)).length]).toEqual([4, 4, 4])
  })

  test('are zero in a month in which nobody did anything, and there are none before the founding', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    helpOnce(town, mei, bo, { minutes: 60 })
    town.now += 70 * DAY
    helpOnce(town, mei, bo, { minutes: 1 })
    const months = monthsOf(town.state)
    const founded = monthOf(town.entries[0]!.ts)
    expect(months).toEqual([founded, founded + 1, founded + 2])
    expect(statisticsOf(town.state, founded - 1, town.now)).toBe(null)
    expect(statisticsOf(town.state, founded + 1, town.now)).toMatchObject({ active: 0, contributions: { value: 0 }, movedMilli: 0n })
    expect(now(town).contributions.value).toBe(1)
    expect(now(town).active).toBe(2)
    expect(statisticsOf(town.state, months[0]!, town.now)!.contributions.value).toBe(1)
  })

  test('lose nothing: what a month closes with is what it opened with, and what came, went and decayed', () => {
    const { town, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank' })
    for (let day = 0; day < 200; day++) {
      helpOnce(town, [mei, bo, li][day % 3]!, [mei, bo, li][(day + 1) % 3]!, { minutes: 45 + (day % 7) })
      town.now += DAY
    }
    const figures = monthsOf(town.state).map((month) => statisticsOf(town.state, month, town.now)!)
    expect(figures.length).toBeGreaterThan(6)
    figures.forEach(({ openingMilli, movedMilli, decayedMilli, closingMilli, redeemedMilli, issuedMilli }, i) => {
      // Each day is rounded down once or twice.
      const unexplained = openingMilli + movedMilli - decayedMilli - closingMilli
      expect(unexplained < 100n && unexplained > -100n, `month ${i}: ${unexplained}`).toBe(true)
      expect(decayedMilli > 0n && redeemedMilli > 0n && redeemedMilli <= issuedMilli).toBe(true)
      if (i > 0) expect(openingMilli).toBe(figures[i - 1]!.closingMilli)
    })
    expect(figures.at(-1)!.closingMilli).toBe(nominalOf(inMembersHands(town), domainIndex(town.state, 200)))
  })

  test('know an agreement that was kept from one that fell through', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const kept = completed(town, mei, bo)
    town.now += 15 * DAY
    helpOnce(town, mei, bo, { minutes: 1 })
    expect(now(town).kept.of).toEqual([kept])
    expect(now(town).fallenThrough.of).toEqual([])
  })
})

test('what the hub’s own books do not have is in members’ hands', () => {
  const { town, mei, bo } = aTownOfNeighbours({ preset: 'time-bank' })
  helpOnce(town, mei, bo, { minutes: 90 })
  helpOnce(town, bo, mei, { minutes: 30 })
  expect(circulatingIn(town.state)).toBe(inMembersHands(town))
})

test('a day belongs to the month in which it begins', () => {
  const { town } = aTownOfNeighbours()
  const { months } = town.state
  expect(monthOfDay(town.state, 0)).toBe(months[0]!.month)
  expect(monthOfDay(town.state, 31)).toBe(months[0]!.month + 1)
})

test.each([
  [[], 0], [[0n, 0n], 0], [[5n, 5n, 5n], 0], [[0n, 0n, 0n, 9n], 750], [[1n, 3n], 250],
] as [bigint[], number][])('the Gini coefficient of %s is %i per mille', (amounts, perMille) => {
  expect(giniOf(amounts)).toBe(perMille)
})

test('every award of a month is among its contributions, whatever it was for, and they add up to what was issued', () => {
  const { state, now } = everyKind().chengdu
  const awardsOf = (id: string) => [
    state.helps.get(id)?.award, state.agreements.get(id)?.award, state.sessions.get(id)?.award, state.works.get(id)?.award,
    ...(state.projects.get(id)?.awards.map(({ award }) => award) ?? []),
  ].filter((award) => award !== undefined && award !== null)
  const seen = new Set<string>()
  for (const month of monthsOf(state)) {
    const { contributions, issuedMilli, byFormula } = statisticsOf(state, month, now)!
    const awards = contributions.of.flatMap(awardsOf)
    expect(awards.length).toBe(contributions.value)
    expect(awards.reduce((sum, { milli }) => sum + milli, 0n)).toBe(issuedMilli)
    for (const { formula } of awards) seen.add(formula)
    for (const [formula, { value, of }] of Object.entries(byFormula)) {
      const ofThese = of.flatMap(awardsOf)
      expect(ofThese.every((award) => award.formula === formula)).toBe(true)
      expect(ofThese.reduce((sum, { milli }) => sum + milli, 0n)).toBe(value)
    }
  }
  expect([...seen].sort()).toEqual(['project', 'skill'])
})
