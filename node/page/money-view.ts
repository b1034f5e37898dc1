/**
 * 收支: the money that stewards noted, which no rule of value reads, and beside it what the community gave away of value. Sums
 * by protocol year, as the record keeps them.
 */
import { yearOfDay } from '#ledger/calendar.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { charterOf, domainDay, domainIndex, type State } from '#ledger/state/state.ts'
import type { MoneyView } from '#protocol/matters.ts'
import { globalOf } from './views.ts'

type Granted = { newcomerMilli: bigint; vulnerableMilli: bigint }

export function moneyView(state: State, now: number): MoneyView {
  const { income } = charterOf(state)
  const today = domainDay(state, now)
  const year = yearOfDay(today)
  const granted = (milliOf: (one: Granted) => bigint): { milli: string; people: number } => {
    const some = [...state.grants.values()].map(milliOf).filter((milli) => milli > 0n)
    return { milli: some.reduce((sum, milli) => sum + milli, 0n).toString(), people: some.length }
  }
  return {
    year,
    currency: income.currency,
    noted: [...state.income.values()].map((row) => ({ ...row, minor: row.minor.toString() })),
    plans: income.plans,
    shares: (['need', 'resource', 'skill'] as const).map((source) => ({ source, ...income[source] })),
    commons: nominalOf(state.books.commons, domainIndex(state, today)).toString(),
    pool: state.federation === null ? null : globalOf(state, state.books.pool).toString(),
    granted: { newcomer: granted(({ newcomerMilli }) => newcomerMilli), vulnerable: granted(({ vulnerableMilli }) => vulnerableMilli) },
  }
}
