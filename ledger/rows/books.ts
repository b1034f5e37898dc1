/**
 * Rows of what is kept in common and what is shared: grants (40), what stewards are about to decide together (41), what
 * is counted of members in a year (42), referrals (43), the year's conversions (44), what
 * was bought of the hub (55), skills (56), deposits (57), partners' offers (58) and what was redeemed of them (59), income (75).
 */
import { categoryCode, planCode, serviceCode } from '../charter/charter.ts'
import { accountId } from '../ids.ts'
import { big, hexOf, integer, listOf, nullable, oneOf, textUpTo, uint } from '../schema.ts'
import { MANY, table } from './table.ts'
import { incomeSources } from '../state/books.ts'

/** A decision about a project names everybody who has a share. */
const MATTER_BYTES_MAX = 32_768
const id16 = hexOf(16)
const id32 = hexOf(32)

/** In the order of each member's first. */
export const grants = table(40, { member: accountId, newcomerMilli: integer, vulnerableMilli: integer }, {
  sources: (state) => state.grants.values(),
  write: (grant) => grant,
  take(state, { member, newcomerMilli, vulnerableMilli }) {
    if (state.grants.has(member)) return false
    state.grants.set(member, { member, newcomerMilli, vulnerableMilli })
    return true
  },
})

/** In the order in which each was first said; stewards ascending. */
export const jointly = table(41, { matter: textUpTo(MATTER_BYTES_MAX), by: listOf(id32, MANY) }, {
  sources: (state) => Array.from(state.jointly, ([matter, by]) => ({ matter, by })),
  write: ({ matter, by }) => ({ matter, by: [...by].sort() }),
  take(state, { matter, by }) {
    if (state.jointly.has(matter)) return false
    state.jointly.set(matter, new Set(by))
    return true
  },
})

/** In the order in which something was first counted of each. */
export const yearly = table(
  42, { member: accountId, year: uint, givenMilli: integer, grantedMilli: integer, referrals: uint },
  {
    sources: (state) => state.yearly.values(),
    write: (counts) => counts,
    take(state, { member, year, givenMilli, grantedMilli, referrals }) {
      if (state.yearly.has(member)) return false
      state.yearly.set(member, { member, year, givenMilli, grantedMilli, referrals })
      return true
    },
  },
)

/** As they were thanked for. */
export const referrals = table(43, { newcomer: accountId, inviter: accountId, seq: uint }, {
  sources: (state) => state.referrals.values(),
  write: (referral) => referral,
  take(state, { newcomer, inviter, seq }) {
    if (state.referrals.has(newcomer)) return false
    state.referrals.set(newcomer, { newcomer, inviter, seq })
    return true
  },
})

/** None before the first conversion. */
export const conversions = table(44, { year: uint, milli: integer }, {
  sources: ({ converted }) => (converted === null ? [] : [converted]),
  write: (converted) => converted,
  take(state, { year, milli }) {
    if (state.converted !== null) return false
    state.converted = { year, milli }
    return true
  },
})

/** In the order in which each was first bought. */
export const purchases = table(
  55, { member: accountId, service: serviceCode, category: nullable(categoryCode), until: uint, by: listOf(id32, MANY) },
  {
    sources: (state) => state.purchases.values(),
    write: (purchase) => purchase,
    take(state, { member, service, category, until, by }) {
      const name = `${member} ${service} ${category ?? ''}`
      if (state.purchases.has(name)) return false
      state.purchases.set(name, { member, service, category, until, by })
      return true
    },
  },
)

/** In the order of each member's first; categories as they came. */
export const skills = table(
  56, { member: accountId, practised: listOf(categoryCode, MANY), certified: listOf(categoryCode, MANY) },
  {
    sources: (state) => state.skills.values(),
    write: (row) => row,
    take(state, { member, practised, certified }) {
      if (state.skills.has(member)) return false
      state.skills.set(member, { member, practised, certified })
      return true
    },
  },
)

/** Those that are held, as noted. */
export const deposits = table(57, { member: accountId, minor: uint, currency: textUpTo(3), seq: uint }, {
  sources: (state) => state.deposits.values(),
  write: (deposit) => deposit,
  take(state, { member, minor, currency, seq }) {
    if (state.deposits.has(member)) return false
    state.deposits.set(member, { member, minor, currency, seq })
    return true
  },
})

/** Those that are open, as offered. */
export const offers = table(58, { id: id16, partner: accountId, listing: id16, milli: big, left: uint, until: uint }, {
  sources: (state) => state.offers.values(),
  write: (offer) => offer,
  take(state, { id, partner, listing, milli, left, until }) {
    if (state.offers.has(id)) return false
    state.offers.set(id, { id, partner, listing, milli, left, until })
    return true
  },
})

/** Those that are not received yet, as redeemed. */
export const redemptions = table(59, { id: id16, partner: accountId, member: accountId, listing: id16, base: integer, ts: uint }, {
  sources: (state) => state.redemptions.values(),
  write: (redemption) => redemption,
  take(state, { id, partner, member, listing, base, ts }) {
    if (state.redemptions.has(id)) return false
    state.redemptions.set(id, { id, partner, member, listing, base, ts })
    return true
  },
})

/** In the order in which something was first noted of each. */
export const income = table(
  75,
  { year: uint, source: oneOf(...incomeSources), plan: nullable(planCode), currency: textUpTo(3), count: uint, minor: integer },
  {
    sources: (state) => state.income.values(),
    write: (row) => row,
    take(state, { year, source, plan, currency, count, minor }) {
      const name = `${year} ${source} ${plan ?? ''} ${currency}`
      if (state.income.has(name)) return false
      state.income.set(name, { year, source, plan, currency, count, minor })
      return true
    },
  },
)
