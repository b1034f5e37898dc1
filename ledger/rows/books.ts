/**
 * Rows of what is kept in common and what is shared: grants (40), what stewards are about to decide together (41), what
 * is counted of members in a year (42), referrals (43), the year's conversions (44).
 */
import { hexOf, integer, listOf, textUpTo, uint } from '../schema.ts'
import { MANY, table } from './table.ts'

const id32 = hexOf(32)

/** In the order of each member's first. */
export const grants = table(40, { member: id32, newcomerMilli: integer, vulnerableMilli: integer }, {
  sources: (state) => state.grants.values(),
  write: (grant) => grant,
  take(state, { member, newcomerMilli, vulnerableMilli }) {
    if (state.grants.has(member)) return false
    state.grants.set(member, { member, newcomerMilli, vulnerableMilli })
    return true
  },
})

/** In the order in which each was first said; stewards ascending. */
export const jointly = table(41, { matter: textUpTo(192), by: listOf(id32, MANY) }, {
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
  42, { member: id32, year: uint, givenMilli: integer, grantedMilli: integer, referrals: uint },
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
export const referrals = table(43, { newcomer: id32, inviter: id32, seq: uint }, {
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
