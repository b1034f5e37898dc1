/** Rows of what is kept in common and what is shared: what stewards are about to decide together (41). */
import { hexOf, listOf, textUpTo } from '../schema.ts'
import { MANY, table } from './table.ts'

const id32 = hexOf(32)

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
