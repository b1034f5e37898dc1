/** Rows of how a city governs itself: what members say of each other and did for all (45). */
import { fields, hexOf, listOf, uint } from '../schema.ts'
import { MANY, table } from './table.ts'

const id32 = hexOf(32)

/** In the order of the first word or act; words as given. */
export const regards = table(45, { acct: id32, recommended: listOf(fields({ by: id32, ts: uint }), MANY), acts: uint }, {
  sources: (state) => state.regards.values(),
  write: ({ acct, recommended, acts }) => ({ acct, recommended: Array.from(recommended, ([by, ts]) => ({ by, ts })), acts }),
  take(state, { acct, recommended, acts }) {
    if (state.regards.has(acct)) return false
    state.regards.set(acct, { acct, recommended: new Map(recommended.map(({ by, ts }) => [by, ts])), acts })
    return true
  },
})
