import { describe, expect, test } from 'vitest'
import { resources } from '#ledger/charter/charter.ts'
import { demandOn } from '#ledger/rules/demand.ts'
import { aTownOfNeighbours, codeOf, refusalOf, sleep } from '#test/support/people.ts'
import { type Asked, DAY, recorded, type Town } from '#test/support/towns.ts'

const { room, tool } = resources
const today = (town: Town) => Math.floor(town.now / DAY)
const season = (town: Town, changes: Partial<Asked<'demand.set'>> = {}): Asked<'demand.set'> =>
  ({ kind: 'demand.set', resource: room, fromDay: today(town), untilDay: today(town) + 10, perMille: 1500, ...changes })

describe('[S1545] how sought after a thing is', () => {
  test('a steward says it for some days, both ends included, and it keeps who said it and when', () => {
    const { town, steward } = aTownOfNeighbours()
    const { ts } = recorded(town, season(town), [steward])
    const day = today(town)
    expect(demandOn(town.state, room, day)).toEqual({ demandPerMille: 1500, demandSet: { by: steward.acct, ts } })
    expect(demandOn(town.state, room, day + 10).demandPerMille).toBe(1500)
    expect(demandOn(town.state, room, day + 11)).toEqual({ demandPerMille: 1000, demandSet: null })
    expect(demandOn(town.state, tool, day)).toEqual({ demandPerMille: 1000, demandSet: null })
  })

  test('of several for one day the latest counts', () => {
    const { town, steward } = aTownOfNeighbours()
    recorded(town, season(town), [steward])
    recorded(town, season(town, { fromDay: today(town) + 3, untilDay: today(town) + 4, perMille: 900 }), [steward])
    expect([2, 3, 5].map((days) => demandOn(town.state, room, today(town) + days).demandPerMille)).toEqual([1500, 900, 1500])
  })

  test('what ended two months ago is forgotten with the next', () => {
    const { town, steward } = aTownOfNeighbours()
    recorded(town, season(town), [steward])
    sleep(town, 71)
    recorded(town, season(town), [steward])
    expect(town.state.demand.length).toBe(1)
  })
})

describe('what is refused', () => {
  test('not-a-steward', () => {
    const { town, mei } = aTownOfNeighbours()
    expect(codeOf(town, season(town), [mei])).toBe('not-a-steward')
  })
  test('bad-interval: it ends before it begins, or is over', () => {
    const { town, steward } = aTownOfNeighbours()
    expect(codeOf(town, season(town, { untilDay: today(town) - 1 }), [steward])).toBe('bad-interval')
    expect(codeOf(town, season(town, { fromDay: today(town) - 3, untilDay: today(town) - 1 }), [steward])).toBe('bad-interval')
  })
  test('ends-too-late', () => {
    const { town, steward } = aTownOfNeighbours()
    expect(refusalOf(town, season(town, { untilDay: today(town) + 731 }), [steward]))
      .toEqual({ code: 'ends-too-late', latest: (today(town) + 730) * DAY })
  })
  test('demand-out-of-range', () => {
    const { town, steward } = aTownOfNeighbours()
    for (const perMille of [799, 1501]) {
      expect(refusalOf(town, season(town, { perMille }), [steward]))
        .toEqual({ code: 'demand-out-of-range', leastPerMille: 800, mostPerMille: 1500 })
    }
  })
  test('limit-reached', () => {
    const { town, steward } = aTownOfNeighbours()
    for (let i = 0; i < 64; i++) recorded(town, season(town), [steward])
    expect(refusalOf(town, season(town), [steward])).toEqual({ code: 'limit-reached', most: 64 })
  })
})
