/** Rows of corrections: what stands since the latest of each matter (37), and who has signed one that is not enough yet (38). */
import { accountId } from '../ids.ts'
import { fields, hexOf, integer, listOf, uint } from '../schema.ts'
import { awardFields } from './award.ts'
import { MANY, table } from './table.ts'
import { type Award, correctionOf } from '../state/matters.ts'

const id16 = hexOf(16)

/** In the order of the first of each. */
export const corrections = table(
  37,
  { id: id16, member: accountId, counted: uint, award: awardFields, base: integer, given: integer, toppedUp: integer, seq: uint },
  {
    sources: (state) => state.corrections.values(),
    write: (source) => source,
    take(state, { id, member, counted, award, base, given, toppedUp, seq }) {
      const key = correctionOf(id, member)
      if (state.corrections.has(key)) return false
      state.corrections.set(key, { id, member, counted, award: award as Award, base, given, toppedUp, seq })
      return true
    },
  },
)

/** In the order of being begun. */
export const correcting = table(38, { matter: id16, member: accountId, voices: listOf(fields({ by: accountId, counted: uint }), MANY) }, {
  sources: (state) => state.correcting.values(),
  write: (source) => source,
  take(state, { matter, member, voices }) {
    const key = correctionOf(matter, member)
    if (voices.length === 0 || state.correcting.has(key)) return false
    state.correcting.set(key, { matter, member, voices })
    return true
  },
})
