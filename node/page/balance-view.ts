/**
 * What a member's value is, will be, and waits for: the balance today and what becomes of it by the rules as they
 * stand, for who goes on taking part and for who stays away; what is held and until when; how near the yearly cap is;
 * the time reserve. Everything is asked of the ledger, and nothing is counted here.
 */
import { availableOf, balanceOf } from '#ledger/value/account.ts'
import type { Hex } from '#ledger/action.ts'
import { yearOfDay } from '#ledger/calendar.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { dormancyOf, keptOf } from '#ledger/value/dormancy.ts'
import { capOf } from '#ledger/value/earning.ts'
import { confirmsItselfAt, lapsesAt, ratingsCloseAt, undecidedAt } from '#ledger/rules/course.ts'
import { reserveRoom } from '#ledger/rules/reserve.ts'
import type { Agreement } from '#ledger/state/matters.ts'
import { charterOf, domainDay, domainIndex, globalDay, globalIndex, type State } from '#ledger/state/state.ts'
import { factorsOfBalance } from './why.ts'
import type { BalanceView, HoldView, Milli, PersonView } from '#protocol/api.ts'

const DAY = 86_400
const YEAR_DAYS = 365
/** Every quarter of a year, for three years. */
const forecastDays = Array.from({ length: 13 }, (_, quarter) => Math.floor((YEAR_DAYS * quarter) / 4))

const milli = (amount: bigint): Milli => amount.toString()

/** Null for nobody. `agreements` are the member's own, `person` says how somebody is shown. */
export function balanceView(
  state: State, acct: Hex, now: number, agreements: Agreement[], person: (acct: Hex) => PersonView,
): BalanceView | null {
  const member = state.members.get(acct)
  if (member === undefined) return null
  const { decay, reserve } = charterOf(state)
  const today = domainDay(state, now)
  const { domainMilli, globalMilli } = balanceOf(state, acct, now)
  const base = availableOf(state, member, 'domain', now)
  const tsOf = (day: number): number => state.hub.day0 + day * DAY
  const dormancy = dormancyOf(state, member, now)
  const cap = capOf(state, member, now)
  return {
    domain: milli(domainMilli),
    factors: factorsOfBalance(state, base, today),
    global: state.federation === null ? null : milli(globalMilli),
    forecast: forecastDays.map((days) => ({
      ts: now + days * DAY,
      active: milli(nominalOf(base, domainIndex(state, today + days))),
      away: milli(nominalOf(keptOf(state, member, member.account.domain, today + days), domainIndex(state, today + days))),
    })),
    decayPerMille: decay.domainPerMille,
    dormancy: {
      from: tsOf(dormancy.fromDay), zero: tsOf(dormancy.zeroDay),
      notices: dormancy.notices, isDormant: dormancy.isDormant, isExempt: dormancy.isExempt,
    },
    cap: {
      earned: milli(cap.earnedMilli), left: milli(cap.leftMilli), year: milli(cap.yearMilli), isNear: cap.isNear,
      renews: tsOf((yearOfDay(today) + 1) * YEAR_DAYS), toCommons: milli(member.toCommonsMilli),
    },
    reserve: {
      isOpen: reserve.isOpen, milli: milli(member.reserveMilli), cap: milli(reserve.capMilli), room: milli(reserveRoom(state)),
      ageMin: reserve.ageMin, because: member.reserveOpen,
    },
    holds: holdsOf(state, acct, now, agreements, person),
  }
}

/** What is set aside, what for, and the day on which that ends by itself. */
function holdsOf(
  state: State, acct: Hex, now: number, agreements: Agreement[], person: (acct: Hex) => PersonView,
): HoldView[] {
  const holds: HoldView[] = []
  const index = domainIndex(state, domainDay(state, now))
  for (const agreement of agreements) {
    if (agreement.receiver !== acct || agreement.hold === 0n) continue
    const { id, hold, provider } = agreement
    holds.push({ what: 'agreement', id, milli: milli(nominalOf(hold, index)), isGlobal: false, until: endsBy(state, agreement), with: person(provider) })
  }
  const { federation } = state
  if (federation !== null) {
    const global = globalIndex(federation, globalDay(federation, now))
    for (const xid of state.chain.asked) {
      const { from, terms } = state.requests.get(xid)!
      if (from !== acct) continue
      const until = federation.day0 + (terms.expDay + 1) * DAY
      holds.push({ what: 'transfer', id: xid, milli: milli(nominalOf(terms.amount, global)), isGlobal: true, until, with: null })
    }
  }
  const { waiting } = state.members.get(acct)!
  if (waiting.domain > 0n) {
    holds.push({ what: 'waiting', id: acct, milli: milli(nominalOf(waiting.domain, index)), isGlobal: false, until: null, with: null })
  }
  return holds
}

function endsBy(state: State, agreement: Agreement): number {
  switch (agreement.phase) {
    case 'reported': return confirmsItselfAt(state, agreement)
    case 'confirmed': return ratingsCloseAt(state, agreement)
    case 'disputed': return undecidedAt(state, agreement)
    default: return lapsesAt(state, agreement)
  }
}
