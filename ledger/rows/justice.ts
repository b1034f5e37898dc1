/** Rows of what seems odd and what was found: the exchanges of the window (50). */
import { exchangeForms } from '../exchanges.ts'
import { big, fields, flag, hexOf, listOf, oneOf, uint } from '../schema.ts'
import { MANY, table } from './table.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

const exchangeFields = fields({
  matter: id16, seq: uint, giver: id32, receiver: id32, milli: big, minutes: uint, form: oneOf(...exchangeForms), came: flag,
  begins: uint, ends: uint,
})
const ratingFields = fields({
  matter: id16, seq: uint, rater: id32, rated: id32, grade: oneOf(0, 1, 2), given: uint, opened: uint,
})
const absenceFields = fields({ matter: id16, seq: uint, member: id32 })

/** One row a Domain day on which something was noted, the oldest first. */
export const exchanges = table(
  50,
  {
    day: uint, exchanges: listOf(exchangeFields, MANY), ratings: listOf(ratingFields, MANY),
    absences: listOf(absenceFields, MANY),
  },
  {
    sources: (state) => state.exchanges,
    write: (source) => source,
    take(state, { day, exchanges, ratings, absences }) {
      state.exchanges.push({ day, exchanges, ratings, absences })
      return true
    },
  },
)
