/** Rows behind awards: short helps that repeat themselves (60). */
import { categoryCode } from '../charter/charter.ts'
import { accountId } from '../ids.ts'
import { uintsUpTo } from '../schema.ts'
import { MANY, table } from './table.ts'


/** In the order of the first help of those that are remembered. */
export const repeated = table(60, { one: accountId, other: accountId, category: categoryCode, times: uintsUpTo(MANY) }, {
  sources: (state) => state.repeated.values(),
  write: (helps) => helps,
  take: (state, { one, other, category, times }) => state.repeated.takeIn({ one, other, category, times }),
})
