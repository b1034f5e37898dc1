/** Rows of a city by itself: the hub (1), its charters (2) and clock (3), restores (4), ids (5), deadlines (6), people (7, 8), books (13). */
import { encodeCharter } from '../charter/charter.ts'
import { parseCharter } from '../charter/fault.ts'
import { toHex } from '../bytes.ts'
import { dueSchema } from '../state/deadline.ts'
import { forms, reserveGrounds, statuses } from '../state/people.ts'
import { keyIdOf } from '../keys.ts'
import { RecentIds } from '../state/recent-ids.ts'
import { accountId } from '../ids.ts'
import {
  bytesOf, bytesUpTo, fields, flag, hexOf, integer, listOf, nullable, oneOf, textUpTo, uint,
} from '../schema.ts'
import type { State } from '../state/state.ts'
import { timesSchema } from '../state/times.ts'
import { MANY, table } from './table.ts'

const id32 = hexOf(32)
const key = bytesOf(32)
const origin = textUpTo(64)

export const hub = table(
  1,
  {
    id: bytesOf(32), origin, name: textUpTo(24), city: textUpTo(96), region: textUpTo(2), day0: uint, logKey: key,
    orderKey: key,
  },
  {
    sources: (state) => [state.hub],
    write: (source) => source,
    take(state, { id, origin, name, city, region, day0, logKey, orderKey }) {
      state.hub = { id, origin, name, city, region, day0, logKey, orderKey }
      return true
    },
  },
)

/** The founding charter first. */
export const charters = table(2, { charter: bytesUpTo(12_288) }, {
  sources: (state) => state.charters,
  write: (charter) => ({ charter: encodeCharter(charter) }),
  take(state, row) {
    const charter = parseCharter(row.charter)
    if (charter !== null) state.charters.push(charter)
    return charter !== null
  },
})

/** How far the log has come. Its leaves are no rows: size and root stand for them. */
export const clock = table(
  3, { size: uint, root: bytesOf(32), lastTs: uint, tickDay: uint, tickSeq: nullable(uint) },
  {
    sources: ({ tree, lastTs, tickDay, tickSeq }) => [{ size: tree.size, root: tree.root(), lastTs, tickDay, tickSeq }],
    write: (source) => source,
    take(state, { lastTs, tickDay, tickSeq }) {
      state.lastTs = lastTs
      state.tickDay = tickDay
      state.tickSeq = tickSeq
      return true
    },
  },
)

const claimFields = fields({ receipt: id32, by: accountId, seq: uint, ts: uint })

/** In their order; the claims of each in the order of their records. */
export const restores = table(4, { size: uint, ts: uint, by: listOf(id32, MANY), claims: listOf(claimFields, MANY) }, {
  sources: (state) => state.restores.map((restore) => ({ ...restore })),
  write: ({ size, ts, by, claims }) =>
    ({ size, ts, by, claims: [...claims].map(([receipt, claim]) => ({ receipt, ...claim })) }),
  take(state, { size, ts, by, claims }) {
    state.restores.push({ size, ts, by, claims: new Map(claims.map(({ receipt, ...claim }) => [receipt, claim])) })
    return true
  },
})

/**
 * One row a UTC day that is remembered, the oldest first: the number of its first record, and the ids of all its
 * records in their order.
 */
export const ids = table(5, { day: uint, first: uint, ids: bytesUpTo(MANY) }, {
  sources: (state) => state.ids.days(),
  write: (source, state) => ({ day: source.day, first: source.first, ids: state.ids.idsOf(source) }),
  take(state, { day, first, ids }) {
    if (state.ids.isEmpty) state.ids = new RecentIds(first)
    return ids.length > 0 && ids.length % 16 === 0 && state.ids.addDay(day, ids, state.tree.root())
  },
})

/** One row a midnight with something due, the next first; what is due in the order of being set. */
export const deadlines = table(6, { at: uint, due: dueSchema }, {
  sources: (state) => state.deadlines.midnights(),
  write: (midnight) => midnight,
  take(state, { at, due }) {
    for (const { kind, id } of due) state.deadlines.set(at, kind, id)
    return due.length > 0
  },
})

/** In the order of joining. Times ascending, `activeDays` Domain days. */
export const members = table(
  7,
  {
    acct: accountId, form: oneOf(...forms), status: oneOf(...statuses), devices: listOf(key, MANY), profile: id32, joinedTs: uint, invitedBy: nullable(accountId), attested: flag, steward: flag,
    domain: integer, held: integer, global: integer, globalHeld: integer, lifetimeMilli: integer, contributions: uint,
    converted: nullable(fields({ quarter: uint, milli: integer })),
    earned: nullable(fields({ year: uint, milli: integer })), toCommonsMilli: integer,
    reserveMilli: integer, reserveOpen: nullable(oneOf(...reserveGrounds)),
    awakeDay: uint, shrunkDay: uint, caredUntil: uint, exempt: flag, waiting: integer, globalWaiting: integer,
    poor: timesSchema, fair: timesSchema, good: timesSchema, kept: timesSchema, broken: timesSchema, activeDays: timesSchema,
  },
  {
    sources: (state) => state.members.values(),
    // Written out: of all rows, these are the ones that a day changes by the thousand.
    write(member) {
      const { acct, form, status, devices, profile, joinedTs, invitedBy, attested, steward, account, lifetimeMilli, contributions } = member
      const { converted, earned, toCommonsMilli, reserveMilli, reserveOpen, awakeDay, shrunkDay, caredUntil, exempt, waiting, track } = member
      const { domain, held, global, globalHeld } = account
      const { poor, fair, good, kept, broken, activeDays } = track
      return {
        acct, form, status, devices: [...devices.values()], profile, joinedTs, invitedBy, attested, steward,
        domain, held, global, globalHeld, lifetimeMilli, contributions, converted,
        earned, toCommonsMilli, reserveMilli, reserveOpen, awakeDay, shrunkDay, caredUntil, exempt, waiting: waiting.domain, globalWaiting: waiting.global,
        poor, fair, good, kept, broken, activeDays,
      }
    },
    take(state, row) {
      const { acct, form, status, devices, profile, joinedTs, invitedBy, attested, steward, lifetimeMilli, contributions, converted } = row
      const { earned, toCommonsMilli, reserveMilli, reserveOpen, awakeDay, shrunkDay, caredUntil, exempt, waiting, globalWaiting } = row
      const { domain, held, global, globalHeld, poor, fair, good, kept, broken, activeDays } = row
      if (state.members.has(acct) || !takeDevices(state, acct, devices)) return false
      state.lifetimeMilli += lifetimeMilli
      state.reserveMilli += reserveMilli
      state.members.set(acct, {
        acct, form, status, devices: byKeyId(devices), profile, joinedTs, invitedBy, attested, steward,
        account: { domain, held, global, globalHeld }, lifetimeMilli, contributions, converted,
        earned, toCommonsMilli, reserveMilli, reserveOpen, awakeDay, shrunkDay, caredUntil, exempt, waiting: { domain: waiting, global: globalWaiting },
        track: { poor, fair, good, kept, broken, activeDays },
      })
      return true
    },
  },
)

/** In the order of being admitted. */
export const guests = table(8, { acct: accountId, home: origin, devices: listOf(key, MANY) }, {
  sources: (state) => state.guests.values(),
  write: ({ acct, home, devices }) => ({ acct, home, devices: [...devices.values()] }),
  take(state, { acct, home, devices }) {
    if (state.guests.has(acct) || !takeDevices(state, acct, devices)) return false
    state.guests.set(acct, { acct, home, devices: byKeyId(devices) })
    return true
  },
})

const byKeyId = (devices: Uint8Array[]) => new Map(devices.map((device) => [toHex(keyIdOf(device)), device]))

/** False when a device is somebody's already. */
function takeDevices(state: State, acct: string, devices: Uint8Array[]): boolean {
  return devices.map(toHex).every((device) => {
    const isFree = !state.deviceOwner.has(device)
    state.deviceOwner.set(device, acct)
    return isFree
  })
}

export const books = table(
  13,
  {
    issuance: integer, redemption: integer, partner: integer, commons: integer, retire: integer, pool: integer, poolHeld: integer,
    inflight: integer, suspense: integer, globalRetire: integer,
  },
  {
    sources: (state) => [{ ...state.books }],
    write: (source) => source,
    take(state, row) {
      const { issuance, redemption, partner, commons, retire, pool, poolHeld, inflight, suspense, globalRetire } = row
      state.books = { issuance, redemption, partner, commons, retire, pool, poolHeld, inflight, suspense, globalRetire }
      return true
    },
  },
)
