/**
 * Rows of people besides their own (7): keys that have ended (23), recoveries (24), invitations (25), who signs for
 * others (26), who is gone (27), what those who moved here had contributed before (28), and who asked to be
 * forgotten (29).
 */
import { toHex } from '../bytes.ts'
import { noteEnded } from '../rules/device.ts'
import { accountId } from '../ids.ts'
import { bytesOf, hexOf, integer, listOf, nullable, textUpTo, uint } from '../schema.ts'
import { MANY, table } from './table.ts'

const id32 = hexOf(32)
const origin = textUpTo(64)

/** In the order of ending. */
export const endedDevices = table(23, { device: bytesOf(32), acct: accountId, ts: uint }, {
  sources: (state) => state.endedDevices.values(),
  write: (ended) => ended,
  take(state, { device, acct, ts }) {
    const key = toHex(device)
    if (state.deviceOwner.has(key)) return false
    noteEnded(state, { device, acct, ts })
    state.deviceOwner.set(key, acct)
    return true
  },
})

/** In the order of being proposed. */
export const recoveries = table(
  24, { member: accountId, device: bytesOf(32), evidence: id32, by: listOf(id32, MANY), ts: uint, due: nullable(uint) },
  {
    sources: (state) => state.recoveries.values(),
    write: (recovery) => recovery,
    take(state, { member, device, evidence, by, ts, due }) {
      const key = toHex(device)
      if (state.recoveries.has(member) || state.deviceOwner.has(key)) return false
      state.recoveries.set(member, { member, device, evidence, by, ts, due })
      state.deviceOwner.set(key, member)
      return true
    },
  },
)

/** In the order of being made. */
export const invitations = table(25, { invitation: id32, by: accountId, until: uint }, {
  sources: (state) => state.invitations.values(),
  write: (invitation) => invitation,
  take(state, { invitation, by, until }) {
    if (state.invitations.has(invitation)) return false
    state.invitations.set(invitation, { invitation, by, until })
    state.invitationsOpen.set(by, (state.invitationsOpen.get(by) ?? 0) + 1)
    return true
  },
})

/** In the order of joining. */
export const organisations = table(26, { acct: accountId, signers: listOf(id32, MANY), named: listOf(id32, MANY) }, {
  sources: (state) => state.organisations.values(),
  write: (organisation) => organisation,
  take(state, { acct, signers, named }) {
    if (state.organisations.has(acct)) return false
    state.organisations.set(acct, { acct, signers, named })
    return true
  },
})

/** In the order of going. */
export const departures = table(27, { acct: accountId, ts: uint, to: nullable(origin) }, {
  sources: (state) => state.departures.values(),
  write: (departure) => departure,
  take(state, { acct, ts, to }) {
    if (state.departures.has(acct)) return false
    state.departures.set(acct, { acct, ts, to })
    return true
  },
})

/** In the order of coming. */
export const brought = table(28, { acct: accountId, home: origin, lifetimeMilli: integer, contributions: uint }, {
  sources: (state) => state.brought.values(),
  write: (one) => one,
  take(state, { acct, home, lifetimeMilli, contributions }) {
    if (state.brought.has(acct)) return false
    state.brought.set(acct, { acct, home, lifetimeMilli, contributions })
    return true
  },
})

/** In the order of asking first. */
export const erasures = table(29, { acct: accountId, seq: uint, ts: uint }, {
  sources: (state) => state.erasures.values(),
  write: (erasure) => erasure,
  take(state, { acct, seq, ts }) {
    if (state.erasures.has(acct)) return false
    state.erasures.set(acct, { acct, seq, ts })
    return true
  },
})
