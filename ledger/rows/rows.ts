/**
 * Everything replay knows, as rows: the one encoding of a state.
 *
 * Two uses. A hub keeps the rows of its state beside its journal and starts from them and the records that
 * came after; and the digest of a state (`state/digest.ts`), which hubs publish and auditors recompute, is over
 * them. The tables are described field by field in the README of this folder; each stands in `rows/`.
 *
 * The leaves of the log are no rows. A state is bound to them by the size and root in its clock, and whoever
 * makes a state of rows hands in the tree.
 */
import type { Tree } from '../merkle.ts'
import { equalBytes } from '../bytes.ts'
import { type Cursor, MAJOR, readHead, readSpan } from '../codec.ts'
import type { Register } from '../state/register.ts'
import {
  abroad, arrivals, documents, frozen, inbound, orderApprovals, requests, slots, trust,
} from './cities.ts'
import { repeated } from './awards.ts'
import { books, charters, clock, deadlines, guests, hub, ids, members, restores } from './city.ts'
import {
  conversions, deposits, grants, income, jointly, offers, purchases, redemptions, referrals, skills, yearly,
} from './books.ts'
import { absences, calendars, CLOSED_AGREEMENTS, CLOSED_HELPS, openAgreements, openHelps } from './help.ts'
import { cases, exchanges } from './justice.ts'
import { CLOSED_PROJECTS, openProjects } from './projects.ts'
import { actsFor, carePlans, hours, slips } from './care.ts'
import { correcting, corrections } from './corrections.ts'
import { CLOSED_SESSIONS, openSessions } from './sessions.ts'
import { CLOSED_WORKS, demand, openWorks } from './works.ts'
import { brought, departures, endedDevices, erasures, invitations, organisations, recoveries } from './people.ts'
import { nominations, posts, proposals, rates, regards } from './council.ts'
import { emptyState } from './empty.ts'
import { months } from './months.ts'
import type { Table } from './table.ts'
import { peekKind } from '../schema.ts'
import type { State } from '../state/state.ts'

/** Rows that nothing changes any more, in the order in which they came. */
export type ClosedTable = { readonly number: number; registerOf(state: State): Register<{ readonly id: string }> }

const closedAgreements: ClosedTable = { number: CLOSED_AGREEMENTS, registerOf: (state) => state.agreements }
const closedHelps: ClosedTable = { number: CLOSED_HELPS, registerOf: (state) => state.helps }
const closedProjects: ClosedTable = { number: CLOSED_PROJECTS, registerOf: (state) => state.projects }
const closedSessions: ClosedTable = { number: CLOSED_SESSIONS, registerOf: (state) => state.sessions }
const closedWorks: ClosedTable = { number: CLOSED_WORKS, registerOf: (state) => state.works }

/** All tables, ascending by number. */
export const tables: readonly (Table | ClosedTable)[] = [
  hub, charters, clock, restores, ids, deadlines, members, guests, openAgreements, openHelps, closedAgreements, closedHelps,
  books, documents, slots, orderApprovals, inbound, requests, arrivals, trust, abroad,
  frozen,
  endedDevices, recoveries, invitations, organisations, departures, brought, erasures,
  calendars, openSessions, absences, actsFor, slips, closedSessions, carePlans, corrections, correcting, hours,
  grants, jointly, yearly, referrals, conversions,
  regards, posts, nominations, proposals, rates,
  exchanges, cases,
  purchases, skills, deposits, offers, redemptions,
  repeated, demand, openProjects, closedProjects, openWorks, closedWorks,
  months,
  income,
]

export const isClosed = (table: Table | ClosedTable): table is ClosedTable => 'registerOf' in table

/** The rows of a state, table after table. Each is a view of what the next is written over: to be read, not kept. */
export function* rowsOf(state: State): Generator<Uint8Array> {
  for (const table of tables) {
    if (isClosed(table)) yield* table.registerOf(state).closedRows()
    else yield* rowsOfTable(table, state)
  }
}

function* rowsOfTable(table: Table, state: State): Generator<Uint8Array> {
  for (const source of table.sources(state)) yield table.encode(source, state)
}

/**
 * The state that these are the rows of, with the tree of its log; null when they are not exactly the rows of
 * some state at the size and root of that tree. Two things are believed. Rows of closed matters
 * are taken in by their ids and not read; one that cannot be read throws when it is asked for. And whether a
 * log leads to such a state is not known from its rows: compare its digest with one you trust, or replay.
 */
export function stateFrom(rows: Iterable<Uint8Array>, tree: Tree): State | null {
  const state = emptyState()
  state.tree = tree
  const taken: Uint8Array[] = []
  const unforeseen = tree.root()
  let at = 0
  for (const row of rows) {
    const number = peekKind(row)
    while (at < tables.length && tables[at]!.number !== number) at++
    const table = tables[at]
    if (table === undefined) return null
    if (isClosed(table)) {
      const id = idOf(row)
      if (id === null || !table.registerOf(state).takeClosed(row, id, unforeseen)) return null
    } else {
      if (!table.take(state, row)) return null
      taken.push(row)
    }
  }
  const isWhole = state.ids.next === tree.size && registersOf(state).every((register) => !register.hasDoubles)
  return isWhole && isWritten(state, taken) ? state : null
}

/**
 * The state of one's own rows, as this very program has written them and nobody else: believed to be whole, in order
 * and free of doubles, which `stateFrom` finds out by writing them again. `open` are the rows of all tables that may
 * change; `closed` gives the bytes of `Register.closedPieces` of each other table, which become the state's own. Null
 * when something cannot be read.
 */
export function ownStateFrom(
  open: Iterable<Uint8Array>, closed: (table: number) => Uint8Array | null, tree: Tree,
): State | null {
  const state = emptyState()
  state.tree = tree
  for (const row of open) {
    const number = peekKind(row)
    const table = tables.find((one) => one.number === number)
    if (table === undefined || isClosed(table) || !table.take(state, row)) return null
  }
  for (const table of tables.filter(isClosed)) {
    const bytes = closed(table.number)
    if (bytes === null || !table.registerOf(state).takeAllClosed(bytes, skipsId, tree.root())) return null
  }
  return state.charters.length > 0 && state.ids.next === tree.size ? state : null
}

const registersOf = (state: State) => tables.filter(isClosed).map((table) => table.registerOf(state))

/** Whether what was read is also what is written: order, doubles and derived fields are judged by this alone. */
function isWritten(state: State, taken: readonly Uint8Array[]): boolean {
  if (state.charters.length === 0) return false
  let at = 0
  for (const table of tables) {
    if (isClosed(table)) continue
    for (const row of rowsOfTable(table, state)) {
      const given = taken[at++]
      if (given === undefined || !equalBytes(given, row)) return false
    }
  }
  return at === taken.length
}

/** The second field of a row, when it is 16 bytes. */
function idOf(row: Uint8Array): Uint8Array | null {
  const cursor = { bytes: row, at: 0 }
  return skipsId(cursor) ? row.subarray(cursor.at - 16, cursor.at) : null
}

/** Moves from the beginning of a row behind its second field, when that is 16 bytes. */
function skipsId(row: Cursor): boolean {
  return readHead(row, MAJOR.array) >= 2 && readHead(row, MAJOR.uint) >= 0 && readSpan(row, MAJOR.bytes, 16) === 16
}
