import fc from 'fast-check'
import { expect, test } from 'vitest'
import { baseOf, DECAY_PER_MILLE_MAX, indexOf, nominalOf, ONE } from '#ledger/value/decay.ts'

const domain = () => 100
const global = () => 50

test('the published check values come out', () => {
  expect(indexOf(1, global)).toBe(18444217122466577704n)
  expect(indexOf(365, global)).toBe(17524406870024074035n)
  expect(indexOf(1, domain)).toBe(18441690171223603793n)
  expect(indexOf(365, domain)).toBe(16602069666338596454n)
})

test('at the default rates the index is the closed form 19/20 and 9/10 a year, linear inside it', () => {
  for (const day of [0, 1, 100, 364, 365, 366, 730, 3649, 3650, 36_500, 36_789]) {
    const [y, r] = [BigInt(Math.floor(day / 365)), BigInt(day % 365)]
    expect(indexOf(day, global), `Global day ${day}`).toBe((19n ** y * (7300n - r) * ONE) / (20n ** y * 7300n))
    expect(indexOf(day, domain), `Domain day ${day}`).toBe((9n ** y * (3650n - r) * ONE) / (10n ** y * 3650n))
  }
})

test('at the highest rate there is a base for every amount from 1970 until the last second that can be recorded', () => {
  const lastDay = Math.floor((2 ** 33 - 1) / 86_400)
  expect(indexOf(lastDay, () => DECAY_PER_MILLE_MAX)).toBeGreaterThan(0n)
  expect(indexOf(lastDay, () => DECAY_PER_MILLE_MAX + 1)).toBe(0n)
})

/** F(day) as a fraction in lowest terms, multiplied up year by year. */
function fractionOf(day: number, rates: number[]): [bigint, bigint] {
  let [num, den] = [1n, 1n]
  const times = (n: number, d: number) => {
    num *= BigInt(n)
    den *= BigInt(d)
    for (let [a, b] = [num, den]; ; [a, b] = [b, a % b]) {
      if (b !== 0n) continue
      num /= a
      den /= a
      return
    }
  }
  for (let year = 0; year < Math.floor(day / 365); year++) times(1000 - rates[year]!, 1000)
  times(365_000 - rates[Math.floor(day / 365)]! * (day % 365), 365_000)
  return [num, den]
}

const rateHistory = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 8, maxLength: 8 })

test('with rates that change from year to year the index is the floor of the exact fraction', () => {
  fc.assert(fc.property(rateHistory, fc.nat({ max: 8 * 365 - 1 }), (rates, day) => {
    const [num, den] = fractionOf(day, rates)
    const index = indexOf(day, (year) => rates[year]!)
    expect(index * den <= num * ONE && num * ONE < (index + 1n) * den).toBe(true)
    expect(indexOf(day, (year) => rates[year]!)).toBe(index)
  }))
})

test('a supplier of rates that changes its mind gets the index of its new rates', () => {
  let rate = 100
  const changing = () => rate
  const before = indexOf(400, changing)
  rate = 50
  expect(indexOf(400, changing)).toBe(indexOf(400, global))
  expect(indexOf(400, changing)).not.toBe(before)
})

test('more rate histories than are remembered still give exact answers', () => {
  const early = indexOf(1200, domain)
  for (let i = 0; i < 5000; i++) indexOf(3 * 365, (year) => (year === 0 ? i % 1000 : year === 1 ? Math.floor(i / 1000) : 7))
  expect(indexOf(1200, domain)).toBe(early)
  expect(indexOf(1200, domain)).toBe((9n ** 3n * (3650n - 105n) * ONE) / (10n ** 3n * 3650n))
})

test('an index never rises, and stands still only where the rate is zero', () => {
  for (let day = 1; day < 1500; day++) expect(indexOf(day, domain)).toBeLessThan(indexOf(day - 1, domain))
  expect(indexOf(5000, () => 0)).toBe(ONE)
})

test('every nominal amount survives the way to base units and back, and no smaller base is worth it', () => {
  const nominal = fc.bigInt({ min: 0n, max: 1n << 60n })
  fc.assert(fc.property(nominal, fc.nat({ max: 36_500 }), fc.constantFrom(domain, global), (amount, day, rates) => {
    const index = indexOf(day, rates)
    const base = baseOf(amount, index)
    expect(nominalOf(base, index)).toBe(amount)
    if (amount > 0n) expect(nominalOf(base - 1n, index)).toBeLessThan(amount)
  }), { numRuns: 1000 })
})

test('a year takes its whole rate, and rounding never more than one milli of what is left', () => {
  const base = baseOf(100_000_000n, indexOf(0, global))
  expect(nominalOf(base, indexOf(365, global))).toBe(94_999_999n)
  expect(baseOf(95_000_000n, indexOf(365, global)) - base).toBe(1n)
})

test.each([-1, 0.5, NaN])('day %s has no index', (day) => {
  expect(() => indexOf(day, domain)).toThrow(RangeError)
})

test.each([-1, 1000, 0.5, NaN])('a rate of %s per mille is our own bug', (rate) => {
  expect(() => indexOf(1, () => rate)).toThrow('per mille')
})

test('negative amounts and an index of zero are our own bugs', () => {
  expect(() => nominalOf(-1n, ONE)).toThrow(RangeError)
  expect(() => baseOf(-1n, ONE)).toThrow(RangeError)
  expect(() => baseOf(1n, 0n)).toThrow(RangeError)
})
