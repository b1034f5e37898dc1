import { describe, expect, test } from 'vitest'
import { presets } from '#ledger/charter/presets.ts'
import { capOf } from '#ledger/value/earning.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { aTownOfNeighbours, completed, domainOf, helpOnce, type Neighbours, sleep } from '#test/support/people.ts'
import { CV, type Person, type Town } from '#test/support/towns.ts'

const memberOf = (town: Town, { acct }: Person) => town.state.members.get(acct)!

/** Neighbours who came three weeks ago, where nothing decays. */
function longHere(): Neighbours {
  const { city } = presets
  const neighbours = aTownOfNeighbours({ agreed: { ...city, decay: { ...city.decay, domainPerMille: 0 } } })
  sleep(neighbours.town, 21)
  return neighbours
}

/** Mei helps Bo in hours that no rule of the short form bounds. */
function helps({ town, mei, bo }: Neighbours, hours: number): void {
  for (let left = hours * 60; left > 0; left -= 1_440) helpOnce(town, mei, bo, { minutes: Math.min(left, 1_440) })
}

describe('the yearly cap', () => {
  test('gives what is beyond it to the commons in the member’s name, and counts it all the same', () => {
    const neighbours = longHere()
    const { town, mei } = neighbours
    const before = town.state.books.commons
    helps(neighbours, 499)
    expect(memberOf(town, mei)).toMatchObject({ earned: { year: 0, milli: 29_940n * CV }, toCommonsMilli: 0n })
    helps(neighbours, 2)
    expect(memberOf(town, mei)).toMatchObject({
      earned: { year: 0, milli: 30_000n * CV }, toCommonsMilli: 60n * CV, lifetimeMilli: 30_060n * CV,
    })
    expect(domainOf(town, mei)).toBe(30_000n * CV)
    expect(town.state.books.commons - before).toBe(60n * CV)
    expect(levelOf(town.state, mei.acct)).toBeGreaterThanOrEqual(3)
  })

  test('is that of the protocol year in which an award is made', () => {
    const neighbours = longHere()
    const { town, mei, bo } = neighbours
    helps(neighbours, 500)
    const agreement = completed(town, mei, bo, { minutes: 90 })
    sleep(town, 343)
    void agreement
    helpOnce(town, mei, bo, { minutes: 60 })
    expect(memberOf(town, mei).toCommonsMilli).toBe(150n * CV)
    sleep(town, 1)
    helpOnce(town, mei, bo, { minutes: 60 })
    expect(memberOf(town, mei)).toMatchObject({ earned: { year: 1, milli: 60n * CV }, toCommonsMilli: 150n * CV })
  })

  test('is announced at four fifths, and is higher in a time bank', () => {
    const neighbours = longHere()
    const { town, mei } = neighbours
    helps(neighbours, 399)
    expect(capOf(town.state, memberOf(town, mei), town.now)).toMatchObject({ isNear: false, leftMilli: 6_060n * CV })
    helps(neighbours, 1)
    expect(capOf(town.state, memberOf(town, mei), town.now)).toEqual({
      earnedMilli: 24_000n * CV, leftMilli: 6_000n * CV, yearMilli: 30_000n * CV, isNear: true,
    })
    const bank = aTownOfNeighbours({ preset: 'time-bank' })
    expect(capOf(bank.town.state, memberOf(bank.town, bank.mei), bank.town.now).yearMilli).toBe(90_000n * CV)
  })

  test('is nobody else’s: receiving, gifts and grants use none of it', () => {
    const { town, steward, mei, bo } = aTownOfNeighbours()
    helpOnce(town, mei, bo)
    expect(memberOf(town, bo).earned).toBe(null)
    expect(memberOf(town, steward).earned).toBe(null)
  })
})
