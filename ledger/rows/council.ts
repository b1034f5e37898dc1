/** Rows of how a city governs itself: what members say of each other and did for all (45), who holds a role (46) or is offered one (47). */
import { roleCode } from '../charter.ts'
import { fields, flag, hexOf, listOf, uint } from '../schema.ts'
import { postName } from '../state.ts'
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

/** In the order of taking office. */
export const posts = table(46, { role: roleCode, member: id32, since: uint, until: uint, isRecalled: flag }, {
  sources: (state) => state.posts.values(),
  write: (post) => post,
  take(state, { role, member, since, until, isRecalled }) {
    if (state.posts.has(postName(role, member))) return false
    state.posts.set(postName(role, member), { role, member, since, until, isRecalled })
    return true
  },
})

/** In the order of being offered. */
export const nominations = table(47, { role: roleCode, member: id32, until: uint }, {
  sources: (state) => state.nominations.values(),
  write: (nomination) => nomination,
  take(state, { role, member, until }) {
    if (state.nominations.has(postName(role, member))) return false
    state.nominations.set(postName(role, member), { role, member, until })
    return true
  },
})
