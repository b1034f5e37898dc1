/** *Months* of `ledger/rules/README.md`: what came and went, added up as it happens. */
import { DAY } from './genesis.ts'
import type { Award, City, Member, Month } from './state.ts'
import { domainDay, domainIndex, domainIndexOn } from './time.ts'
import { nominal, sum } from './value.ts'

/** A UTC calendar month, counted from January 1970. */
function monthOf(ts: bigint): bigint {
  const date = new Date(Number(ts) * 1_000)
  return BigInt((date.getUTCFullYear() - 1_970) * 12 + date.getUTCMonth())
}

const circulatingIn = ({ members }: City): bigint => sum([...members.values()].map(({ domain, held }) => domain + held))

export function beginMonth(city: City, ts: bigint): void {
  const [circulating, isHelp] = [circulatingIn(city), (matter: object) => 'note' in matter]
  city.months.push({
    month: monthOf(ts), closedAgreements: BigInt(city.closed.filter((one) => !isHelp(one)).length),
    closedHelps: BigInt(city.closed.filter(isHelp).length), openingMilli: nominal(circulating, domainIndex(city, ts)),
    skillMilli: 0n, resourceMilli: 0n, projectMilli: 0n, communityMilli: 0n, awards: 0n, active: 0n, movedMilli: 0n, redeemedMilli: 0n,
    decayedMilli: 0n, day: domainDay(city, ts), circulating, redemption: city.books.redemption,
  })
}

/** Adds up the days before a time that a tick has come to, month by month. */
export function addUp(city: City, ts: bigint): void {
  const { month, day } = city.months.at(-1)!
  if (domainDay(city, ts) <= day) return
  for (let next = month + 1n; next <= monthOf(ts); next++) {
    addUpTo(city, beginningOf(next))
    beginMonth(city, beginningOf(next))
  }
  addUpTo(city, ts)
}

const beginningOf = (month: bigint): bigint => BigInt(Date.UTC(1_970, Number(month), 1) / 1_000)

function addUpTo(city: City, ts: bigint): void {
  const month = city.months.at(-1)!
  const then = domainIndexOn(city, month.day)
  const [circulating, redemption] = [circulatingIn(city), city.books.redemption]
  month.movedMilli += towardsZero(circulating - month.circulating, then)
  month.redeemedMilli += towardsZero(redemption - month.redemption, then)
  month.decayedMilli += nominal(circulating, then) - nominal(circulating, domainIndex(city, ts))
  Object.assign(month, { day: domainDay(city, ts), circulating, redemption })
}

const towardsZero = (change: bigint, index: bigint): bigint => (change < 0n ? -nominal(-change, index) : nominal(change, index))

const SUMS: Record<string, 'skillMilli' | 'resourceMilli' | 'projectMilli' | 'communityMilli'> =
  { 1: 'skillMilli', 2: 'resourceMilli', 3: 'projectMilli', 4: 'communityMilli' }

export function countAward(city: City, { formula, milli }: Award): void {
  const month: Month = city.months.at(-1)!
  month[SUMS[String(formula)]!] += milli
  month.awards += 1n
}

/** Who signs for the first time in a month is active in it. */
export const isFirstOfMonth = (city: City, { activeDays }: Member, ts: bigint): boolean =>
  !activeDays.some((day) => monthOf(city.hub.day0 + day * DAY) === monthOf(ts))
