/**
 * The digest of a state: 32 bytes that two readers of one log share exactly when they know the same.
 *
 *   digest = MTH over the tables in ascending order of [number, rows, MTH over the pages of rows]      RFC 6962
 *
 * A hub publishes it once a day (`state.digest`). An auditor who recomputes it finds the day on which two
 * programs parted; somebody who cannot replay a log from its beginning can start from the rows of a state whose
 * digest others vouch for, and anybody can be shown one row and its path.
 *
 * Asked for every day of a year, it must not hash everything again: the hash of a row that has not changed is
 * kept (`changed.ts`), closed rows are hashed once (`register.ts`), and hashes are hashed by the page (`pages.ts`).
 */
import { KeptRows } from './changed.ts'
import { leafHash, rootOf } from '../merkle.ts'
import { isClosed, tables } from '../rows/rows.ts'
import type { Table } from '../rows/table.ts'
import { bytesOf, encodeAs, fields, uint } from '../schema.ts'
import type { State } from './state.ts'

const tableSchema = fields({ table: uint, rows: uint, root: bytesOf(32) })

export function digestOf(state: State): Uint8Array {
  return rootOf(tables.map((table) => {
    if (isClosed(table)) {
      const register = table.registerOf(state)
      return leafOfTable(table.number, register.closedCount, register.closedRoot())
    }
    const { rows, root } = keptOf(state, table).root(table.sources(state), (source) => table.encode(source, state))
    return leafOfTable(table.number, rows, root)
  }))
}

const leafOfTable = (table: number, rows: number, root: Uint8Array): Uint8Array =>
  leafHash(encodeAs(tableSchema, { table, rows, root }))

const kept = new WeakMap<State, Map<Table, KeptRows>>()

function keptOf(state: State, table: Table): KeptRows {
  const tables = kept.get(state) ?? new Map<Table, KeptRows>()
  kept.set(state, tables)
  const rows = tables.get(table) ?? new KeptRows()
  tables.set(table, rows)
  return rows
}
