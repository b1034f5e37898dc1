import { describe, expect, test } from 'vitest'
import { balanceOf } from '#ledger/value/account.ts'
import { baseOf } from '#ledger/value/decay.ts'
import { domainIndex, globalIndex } from '#ledger/state/state.ts'
import {
  aTownOfNeighbours, codeOf, completed, domainOf, type Grade, grades, type Neighbours, rateBoth,
  refusalOf, sleep,
} from '#test/support/people.ts'
import {
  type Asked, aTown, CV, dayIn, federate, issue, openChains, recorded, type Town,
} from '#test/support/towns.ts'

const converting = (amountMilli: bigint): Asked => ({ kind: 'cv.converted', amountMilli })

/** Neighbours in a federation of two cities, with some Global in their pool. */
function federated(poolCv = 0n): Neighbours & { peer: Town } {
  const neighbours = aTownOfNeighbours()
  const { town } = neighbours
  const peer = aTown('barcelona')
  federate([town, peer])
  openChains([town, peer])
  if (poolCv > 0n) issue(town, baseOf(poolCv * CV, globalIndex(town.state.federation!, dayIn(town))), [town, peer])
  return { ...neighbours, peer }
}

/** Mei has helped Bo for so many minutes, of which days have passed since she came, and was rated. */
function helped({ town, mei, bo }: Neighbours, minutes: number, grade: Grade = grades.good): void {
  const days = Math.floor(minutes / (24 * 60))
  if (days > 0) sleep(town, days)
  rateBoth(town, completed(town, mei, bo, { minutes }), [bo, grade], [mei, grades.good])
}

test('three Domain become one Global: one leg retired, the other from the pool', () => {
  const n = federated(2_000n)
  helped(n, 1_200)
  recorded(n.town, converting(300n * CV), [n.mei])
  const { domainMilli, globalMilli } = balanceOf(n.town.state, n.mei.acct, n.town.now)
  expect([domainMilli, globalMilli]).toEqual([900n * CV, 100n * CV])
  expect(n.town.state.books).toMatchObject({ retire: 300n * CV, pool: 1_900n * CV })
  expect(n.town.state.members.get(n.mei.acct)!.lifetimeMilli).toBe(1_200n * CV)
})

test('each leg is counted at the index of its own tier', () => {
  const n = federated(2_000n)
  helped(n, 1_200)
  sleep(n.town, 60)
  const { state } = n.town
  const pool = state.books.pool
  recorded(n.town, converting(300n * CV), [n.mei])
  expect(state.books.retire).toBe(baseOf(300n * CV, domainIndex(state, 60)))
  expect(pool - state.books.pool).toBe(baseOf(100n * CV, globalIndex(state.federation!, 60)))
  expect(balanceOf(state, n.mei.acct, n.town.now).globalMilli).toBe(100n * CV)
})

test('what three does not divide is rounded down', () => {
  const n = federated(2_000n)
  helped(n, 1_200)
  recorded(n.town, converting(8n), [n.mei])
  expect(balanceOf(n.town.state, n.mei.acct, n.town.now).globalMilli).toBe(2n)
})

test('a federation may agree on less than a third, and then its ratio holds', () => {
  const n = aTownOfNeighbours()
  const peer = aTown('barcelona')
  federate([n.town, peer], { conversion: { numerator: 1, denominator: 4 } })
  openChains([n.town, peer])
  issue(n.town, 1_000n * CV, [n.town, peer])
  helped(n, 1_200)
  recorded(n.town, converting(400n * CV), [n.mei])
  expect(balanceOf(n.town.state, n.mei.acct, n.town.now).globalMilli).toBe(100n * CV)
})

describe('in this order it is refused', () => {
  test('no-federation: a city alone knows no other value', () => {
    const n = aTownOfNeighbours()
    expect(codeOf(n.town, converting(0n), [n.mei])).toBe('no-federation')
  })

  test('level-too-low', () => {
    const n = federated()
    helped(n, 999, grades.poor)
    expect(refusalOf(n.town, converting(0n), [n.mei])).toEqual({ code: 'level-too-low', level: 2, needed: 3 })
  })

  test('standing-too-low', () => {
    const n = federated()
    helped(n, 1_500, grades.fair)
    // (300·700 + 200·1000 + 250·1000 + 150·83) / 900 = 672,450 / 900 = 747
    expect(refusalOf(n.town, converting(0n), [n.mei]))
      .toEqual({ code: 'standing-too-low', perMille: 747, needed: 800 })
  })

  test('nothing-asked: less than what makes one thousandth', () => {
    const n = federated()
    helped(n, 1_200)
    expect(codeOf(n.town, converting(2n), [n.mei])).toBe('nothing-asked')
  })

  test('insufficient-cv', () => {
    const n = federated()
    helped(n, 6_000)
    expect(refusalOf(n.town, converting(6_000n * CV + 1n), [n.mei])).toEqual({
      code: 'insufficient-cv', availableMilli: 6_000n * CV, askedMilli: 6_000n * CV + 1n,
    })
  })

  test('quarter-full: 1,500 Global a quarter, also in parts; the next quarter opens it again', () => {
    const n = federated(2_000n)
    helped(n, 7_000)
    expect(refusalOf(n.town, converting(4_503n * CV), [n.mei]))
      .toEqual({ code: 'quarter-full', leftMilli: 1_500n * CV })
    recorded(n.town, converting(3_000n * CV), [n.mei])
    expect(refusalOf(n.town, converting(1_503n * CV), [n.mei]))
      .toEqual({ code: 'quarter-full', leftMilli: 500n * CV })
    recorded(n.town, converting(1_500n * CV), [n.mei])
    expect(refusalOf(n.town, converting(3n), [n.mei])).toEqual({ code: 'quarter-full', leftMilli: 0n })
    sleep(n.town, 87)
    expect(codeOf(n.town, converting(3n), [n.mei])).toBe('quarter-full')
    sleep(n.town, 1)
    recorded(n.town, converting(3n * CV), [n.mei])
    expect(domainOf(n.town, n.mei)).toBeLessThan(2_500n * CV)
  })

  test('year-full: 30,000 Global a year for the whole hub', () => {
    const n = federated(2_000n)
    helped(n, 1_200)
    n.town.state.converted = { year: 0, milli: 29_950n * CV }
    expect(refusalOf(n.town, converting(300n * CV), [n.mei])).toEqual({ code: 'year-full', leftMilli: 50n * CV })
    recorded(n.town, converting(150n * CV), [n.mei])
    expect(n.town.state.converted).toEqual({ year: 0, milli: 30_000n * CV })
    n.town.state.converted = { year: 1, milli: 30_000n * CV }
    recorded(n.town, converting(300n * CV), [n.mei])
    expect(n.town.state.converted).toEqual({ year: 0, milli: 100n * CV })
  })

  test('pool-too-small: the hub gives no more than it has', () => {
    const n = federated(99n)
    helped(n, 1_200)
    expect(refusalOf(n.town, converting(300n * CV), [n.mei])).toEqual({
      code: 'pool-too-small', availableMilli: 99n * CV, askedMilli: 100n * CV,
    })
  })
})
