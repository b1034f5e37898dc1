import { describe, expect, test } from 'vitest'
import { type Charter, resources } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { priceOf, rowOf, unitsIn } from '#ledger/rules/price.ts'
import { resourceAward } from '#ledger/rules/award.ts'
import { CV } from '#test/support/towns.ts'

const { city, 'seed-literal': literal, gift } = presets
const { room, workspace, bicycle, tool } = resources
const [HOUR, DAY] = [60, 1_440]
const price = (charter: Charter, resource: 1 | 2 | 3 | 4 | 5, days: number, demandPerMille = 1000) => priceFor(charter, resource, days * DAY, demandPerMille)
const priceFor = (charter: Charter, resource: 1 | 2 | 3 | 4 | 5, minutes: number, demandPerMille = 1000) =>
  priceOf(charter, { resource, minutes, demandPerMille, demandSet: null }).milli

describe('[S1651-1653] the seed’s three prices, under seed-literal', () => {
  test('[S1651] a night in a shared flat in Tokyo: 300', () => expect(price(literal, room, 1)).toBe(300n * CV))
  test('[S1652] a day of a workspace in Chiang Mai: 150', () => expect(price(literal, workspace, 1)).toBe(150n * CV))
  test('[S1653] a bicycle in Berlin for a week: 200', () => expect(price(literal, bicycle, 7)).toBe(200n * CV))
})

test('[S1645] base × duration × demand, the index within the charter’s bounds', () => {
  expect([price(city, room, 3), price(city, room, 3, 1500), price(city, room, 3, 3000), price(city, room, 3, 800)])
    .toEqual([600n * CV, 900n * CV, 900n * CV, 480n * CV])
})

test('a long stay is cheaper from its first night on, once it is long', () => {
  expect([6, 7, 8].map((nights) => price(city, room, nights))).toEqual([1200n * CV, 700n * CV, 800n * CV])
  const twoTiers = { ...city, price: { ...city.price, longStay: [{ fromUnits: 3, perMille: 800 }, { fromUnits: 7, perMille: 500 }] } }
  expect([2, 3, 7].map((nights) => price(twoTiers, room, nights))).toEqual([400n * CV, 480n * CV, 700n * CV])
})

test('[S1469-1473] example A comes out even: a week lent in Barcelona is three nights in Tokyo and a week of work in Chiang Mai', () => {
  // What a visitor gives is the hub's Domain price by the ratio, three to one; what is lent earns the same way.
  const global = (milli: bigint) => milli / 3n
  const lent = resourceAward(literal, { resource: room, minutes: 7 * DAY, demandPerMille: 1000, demandSet: null, grade: null }).milli
  const tokyo = price(literal, room, 3)
  const chiangMai = price({ ...literal, price: { ...literal.price, longStay: city.price.longStay } }, workspace, 7)
  expect(lent).toBe(1400n * CV)
  expect(tokyo).toBe(900n * CV)
  // The seed says +500 − 300 − 200; within rounding and the long-stay tier: +467 − 300 − 175.
  expect([lent, tokyo, chiangMai].map((milli) => Number(global(milli) / CV))).toEqual([466, 300, 175])
  expect(global(lent) - global(tokyo) - global(chiangMai)).toBeLessThan(10n * CV)
  expect(global(lent) - global(tokyo) - global(chiangMai)).toBeGreaterThan(-10n * CV)
})

test('what is not in the table, and everything in a gift economy, costs nothing', () => {
  const bare = { ...city, price: { ...city.price, table: [] } }
  expect([price(bare, tool, 4), price(gift, room, 4)]).toEqual([0n, 0n])
})

test('a price keeps its factors: the demand with who set it, and the tier with how many units reached it', () => {
  const set = { by: '11'.repeat(32), ts: 1_767_268_800 }
  expect(priceOf(city, { resource: room, minutes: 7 * DAY, demandPerMille: 1500, demandSet: set })).toEqual({
    quantity: 7, unitMilli: 200n * CV, per: 1,
    factors: [{ factor: 'demand', perMille: 1500, of: null, set }, { factor: 'longStay', perMille: 500, of: 7, set: null }],
    milli: 1050n * CV,
  })
})

describe('[S1543] what counts is the time that was shared', () => {
  test('units are those of the row, each begun one whole, from half of one on: a night is from evening to morning', () => {
    const units = (minutes: number) => unitsIn(rowOf(city.price.table, room), minutes)
    expect([12 * HOUR, 16 * HOUR, DAY, DAY + 1, 2 * DAY + 20 * HOUR].map(units))
      .toEqual([1, 1, 1, 2, 3].map((quantity) => ({ quantity, per: 1 })))
    expect(unitsIn(rowOf(literal.price.table, bicycle), 8 * DAY)).toEqual({ quantity: 2, per: 1 })
  })

  test('what is shorter counts by its minutes, as so much of half a unit', () => {
    expect([1, 36, 6 * HOUR, 12 * HOUR - 1, 12 * HOUR].map((minutes) => priceFor(city, room, minutes)))
      .toEqual([277n, 10n * CV, 100n * CV, 199_722n, 200n * CV])
    expect(priceOf(city, { resource: room, minutes: 36, demandPerMille: 1000, demandSet: null })).toMatchObject({ quantity: 36, unitMilli: 200n * CV, per: 720 })
  })

  test('more time is never worth less, and none is worth more than twice its time, at any length of unit', () => {
    for (const unitMinutes of [1, 2, 3, 59, 60, DAY]) {
      let before = 0n
      for (let minutes = 1; minutes <= 3 * unitMinutes + 1; minutes++) {
        const { quantity, per } = unitsIn({ unitMinutes, milli: CV }, minutes)
        const worth = (BigInt(quantity) * 10n ** 9n) / BigInt(per)
        expect(worth).toBeGreaterThanOrEqual(before)
        expect(worth).toBeLessThanOrEqual((2n * BigInt(minutes) * 10n ** 9n) / BigInt(unitMinutes))
        before = worth
      }
    }
  })
})
