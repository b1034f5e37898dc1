/** Rows behind awards: short helps that repeat themselves (60). */
import { categoryCode } from '../charter.ts'
import { repeatedKey } from '../rules/farming.ts'
import { hexOf, uintsUpTo } from '../schema.ts'
import { MANY, table } from './table.ts'

const id32 = hexOf(32)

/** By their latest help, the earliest first. */
export const repeated = table(60, { one: id32, other: id32, category: categoryCode, times: uintsUpTo(MANY) }, {
  sources: (state) => state.repeated.values(),
  write: (helps) => helps,
  take(state, { one, other, category, times }) {
    const key = repeatedKey(one, other, category)
    if (one >= other || times.length === 0 || state.repeated.has(key)) return false
    state.repeated.set(key, { one, other, category, times })
    return true
  },
})
