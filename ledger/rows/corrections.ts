/** Rows of corrections: what stands since the latest of each matter (37), and who has signed one that is not enough yet (38). */
import { fields, hexOf, integer, listOf, uint } from '../schema.ts'
import type { Award } from '../state.ts'
import { awardFields } from './award.ts'
import { MANY, table } from './table.ts'

const id16 = hexOf(16)
const id32 = hexOf(32)

/** In the order of the first of each. */
export const corrections = table(
  37,
  { id: id16, minutes: uint, award: awardFields, base: integer, given: integer, toppedUp: integer, seq: uint },
  {
    sources: (state) => state.corrections.values(),
    write: (source) => source,
    take(state, { id, minutes, award, base, given, toppedUp, seq }) {
      if (state.corrections.has(id)) return false
      state.corrections.set(id, { id, minutes, award: award as Award, base, given, toppedUp, seq })
      return true
    },
  },
)

/** In the order of being begun. */
export const correcting = table(38, { matter: id16, voices: listOf(fields({ by: id32, minutes: uint }), MANY) }, {
  sources: (state) => state.correcting.values(),
  write: (source) => source,
  take(state, { matter, voices }) {
    if (voices.length === 0 || state.correcting.has(matter)) return false
    state.correcting.set(matter, { matter, voices })
    return true
  },
})
