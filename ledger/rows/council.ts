/**
 * Rows of how a city governs itself: what members say of each other and did for all (45), who holds a role (46) or is offered
 * one (47), what is voted on (48), and the rates of decay (49).
 */
import { roleCode } from '../charter/charter.ts'
import { accountId } from '../ids.ts'
import { bytesUpTo, fields, flag, hexOf, listOf, nullable, oneOf, uint } from '../schema.ts'
import { takeIn } from '../rules/proposal.ts'
import { MANY, table } from './table.ts'
import { postName, type Proposal } from '../state/council.ts'
import { timesSchema } from '../state/times.ts'
import { voicesSchema } from '../state/voices.ts'

const id32 = hexOf(32)

/** In the order of the first word or act; words as given. */
export const regards = table(45, {
  acct: accountId, recommended: listOf(fields({ by: accountId, ts: uint }), MANY), acts: uint, unused: timesSchema,
  voices: voicesSchema,
}, {
  sources: (state) => state.regards.values(),
  write: ({ acct, recommended, acts, unused, voices }) => ({
    acct, recommended: Array.from(recommended, ([by, ts]) => ({ by, ts })), acts, unused, voices,
  }),
  take(state, { acct, recommended, acts, unused, voices }) {
    if (state.regards.has(acct)) return false
    state.regards.set(acct, {
      acct, recommended: new Map(recommended.map(({ by, ts }) => [by, ts])), acts, unused, voices,
    })
    return true
  },
})

/** In the order of taking office. */
export const posts = table(46, { role: roleCode, member: accountId, since: uint, until: uint, isRecalled: flag }, {
  sources: (state) => state.posts.values(),
  write: (post) => post,
  take(state, { role, member, since, until, isRecalled }) {
    if (state.posts.has(postName(role, member))) return false
    state.posts.set(postName(role, member), { role, member, since, until, isRecalled })
    return true
  },
})

/** In the order of being offered. */
export const nominations = table(47, { role: roleCode, member: accountId, until: uint }, {
  sources: (state) => state.nominations.values(),
  write: (nomination) => nomination,
  take(state, { role, member, until }) {
    if (state.nominations.has(postName(role, member))) return false
    state.nominations.set(postName(role, member), { role, member, until })
    return true
  },
})

const matterFields = nullable(fields({ role: roleCode, member: accountId, change: oneOf('appoint', 'recall') }))
const countFields = nullable(fields({ electorate: uint, yes: uint, no: uint, abstain: uint }))

/** As opened. A matter with a charter or a role has that one field, a motion none. */
export const proposals = table(48, {
  id: hexOf(16), by: accountId, ts: uint, reason: id32, charter: nullable(bytesUpTo(12_288)), role: matterFields, version: uint,
  basis: oneOf('level', 'assembly'), level: uint, electorate: listOf(id32, MANY),
  votes: listOf(fields({ by: accountId, vote: oneOf('yes', 'no', 'abstain') }), MANY),
  phase: oneOf('open', 'carried', 'adopted', 'done', 'rejected', 'no-quorum', 'lapsed', 'superseded'),
  confirmedBy: listOf(id32, MANY), adoptedTs: nullable(uint), count: countFields,
}, {
  sources: (state) => state.proposals.values(),
  write({ matter, electorate, votes, confirmedBy, ...rest }) {
    return {
      ...rest,
      charter: matter.what === 'charter' ? matter.charter : null,
      role: matter.what === 'role' ? matter : null,
      electorate: [...electorate],
      votes: Array.from(votes, ([by, vote]) => ({ by, vote })),
      confirmedBy: [...confirmedBy],
    }
  },
  take(state, { charter, role, electorate, votes, confirmedBy, ...row }) {
    if (state.proposals.has(row.id) || (charter !== null && role !== null)) return false
    const matter: Proposal['matter'] = charter !== null ? { what: 'charter', charter } : role !== null ? { what: 'role', ...role } : { what: 'motion' }
    const { id, by, ts, reason, version, basis, level, phase, adoptedTs, count } = row
    takeIn(state, {
      id, by, ts, reason, matter, version, basis, level, electorate: new Set(electorate),
      votes: new Map(votes.map((one) => [one.by, one.vote])), phase, confirmedBy: new Set(confirmedBy), adoptedTs, count,
    })
    return true
  },
})

export const rates = table(49, { perMille: listOf(uint, MANY) }, {
  sources: (state) => [{ perMille: state.rates }],
  write: (source) => source,
  take(state, { perMille }) {
    state.rates = perMille
    return perMille.length > 0
  },
})
