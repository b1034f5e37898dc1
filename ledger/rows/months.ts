/** Rows of what came and went, month by month (70). */
import { integer, uint } from '../schema.ts'
import { table } from './table.ts'

const monthFields = {
  month: uint, closedAgreements: uint, closedHelps: uint, openingMilli: integer, skillMilli: integer,
  resourceMilli: integer, projectMilli: integer, communityMilli: integer, awards: uint, active: uint, movedMilli: integer,
  redeemedMilli: integer, decayedMilli: integer, day: uint, circulating: integer, redemption: integer,
}
/** The month of the founding first. */
export const months = table(70, monthFields, {
  sources: (state) => state.months,
  write: (month) => month,
  take(state, month) {
    state.months.push(month)
    return true
  },
})
