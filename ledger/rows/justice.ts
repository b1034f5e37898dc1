/** Rows of what seems odd and what was found: the exchanges of the window (50), cases (51). */
import { noteCase } from '../rules/case.ts'
import { accountId } from '../ids.ts'
import { big, fields, flag, hexOf, integer, listOf, nullable, oneOf, uint } from '../schema.ts'
import { MANY, table } from './table.ts'
import { exchangeForms } from '../state/exchange.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

const exchangeFields = fields({
  matter: id16, seq: uint, giver: accountId, receiver: accountId, milli: big, minutes: uint, form: oneOf(...exchangeForms), came: flag,
  begins: uint, ends: uint,
})
const ratingFields = fields({
  matter: id16, seq: uint, rater: accountId, rated: accountId, grade: oneOf(0, 1, 2), given: uint, opened: uint,
})
const correctionFields = fields({ matter: id16, seq: uint, giver: accountId, day: uint, milli: big, minutes: nullable(uint) })
const overstayFields = fields({ matter: id16, seq: uint, member: accountId, booked: uint, kept: uint })
const absenceFields = fields({ matter: id16, seq: uint, member: accountId })

/** One row a Domain day on which something was noted, the oldest first. */
export const exchanges = table(
  50,
  {
    day: uint, exchanges: listOf(exchangeFields, MANY), ratings: listOf(ratingFields, MANY),
    absences: listOf(absenceFields, MANY), corrections: listOf(correctionFields, MANY), overstays: listOf(overstayFields, MANY),
  },
  {
    sources: (state) => state.exchanges,
    write: (source) => source,
    take(state, { day, exchanges, ratings, absences, corrections, overstays }) {
      state.exchanges.push({ day, exchanges, ratings, absences, corrections, overstays })
      return true
    },
  },
)

const people = listOf(id32, MANY)
const grade = oneOf(0, 1, 2)
const grades = listOf(fields({ grade, ts: uint }), MANY)

/** In the order of being opened. */
export const cases = table(
  51,
  {
    id: id16, seq: uint, opened: uint, charter: uint, accused: accountId, complainant: nullable(accountId), complaint: nullable(id32),
    flag: nullable(id32), matters: listOf(id16, MANY), grades, involved: people, electorate: people, panel: people,
    votes: listOf(fields({ by: accountId, measure: oneOf(0, 1, 2), reason: id32 }), MANY),
    answer: nullable(fields({ ts: uint, statement: id32 })),
    phase: oneOf('open', 'dismissed', 'lapsed', 'found', 'appealed', 'judging', 'sanctioned', 'reversed'),
    held: integer, globalHeld: integer,
    found: nullable(fields({ ts: uint, measure: oneOf(0, 1, 2) })),
    appeal: nullable(fields({ ts: uint, statement: id32 })),
    jurors: people, verdicts: listOf(fields({ by: accountId, confirmed: flag, reason: id32 }), MANY),
    taken: nullable(fields({ domain: integer, global: integer, lifetimeMilli: integer, shortfall: integer, grades })),
    reversals: people,
  },
  {
    sources: (state) => state.cases.values(),
    write: (source) => source,
    take(state, one) {
      if (state.cases.has(one.id)) return false
      state.cases.set(one.id, one)
      noteCase(state, one)
      return true
    },
  },
)
