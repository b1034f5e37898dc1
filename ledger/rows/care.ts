/**
 * Rows of what is done for somebody: stewards' acts in a member's name (33), slips (34), care plans (36), and how much
 * of their own time each has given (39).
 */
import { categoryCode } from '../charter/charter.ts'
import { openPlan } from '../rules/care.ts'
import { accountId } from '../ids.ts'
import { fields, flag, hexOf, listOf, nullable, uint } from '../schema.ts'
import { MANY, table } from './table.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

const actFields = fields({ help: id16, steward: accountId, minutes: uint, ts: uint, bySlip: flag, endorsed: nullable(uint) })

/** In the order of the first act for each. */
export const actsFor = table(33, { member: accountId, acts: listOf(actFields, MANY) }, {
  sources: (state) => state.actsFor.values(),
  write: (source) => source,
  take(state, { member, acts }) {
    if (state.actsFor.has(member)) return false
    state.actsFor.set(member, { member, acts })
    return true
  },
})

/** Those of members who have some, in the order of having had none. */
export const slips = table(34, { member: accountId, open: listOf(id32, MANY) }, {
  sources: (state) => state.slips.values(),
  write: (source) => source,
  take(state, { member, open }) {
    if (open.length === 0 || state.slips.has(member)) return false
    state.slips.set(member, { member, open })
    return true
  },
})

/** As asked for. */
export const carePlans = table(
  36,
  {
    id: id16, by: accountId, carer: accountId, receiver: accountId, category: categoryCode, visitsAWeek: uint, minutes: uint, until: uint,
    agreed: nullable(fields({ by: accountId, ts: uint })), ended: nullable(uint),
  },
  {
    sources: (state) => state.carePlans.values(),
    write: ({ id, terms, agreed, ended }) => ({ ...terms, id, by: terms.acct, agreed, ended }),
    take(state, { id, by, carer, receiver, category, visitsAWeek, minutes, until, agreed, ended }) {
      if (state.carePlans.has(id)) return false
      const terms = { kind: 'care.asked' as const, id, acct: by, carer, receiver, category, visitsAWeek, minutes, until }
      openPlan(state, { id, terms, agreed, ended })
      return true
    },
  },
)

/** In the order of the first help of each. */
export const hours = table(39, { member: accountId, until: uint, days: listOf(fields({ day: uint, minutes: uint }), MANY) }, {
  sources: (state) => state.hours.values(),
  write: (source) => source,
  take(state, { member, until, days }) {
    if (state.hours.has(member)) return false
    state.hours.set(member, { member, until, days })
    return true
  },
})
