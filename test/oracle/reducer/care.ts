/** Whether help is a visit of a care plan (*Care plans* of `ledger/rules/README.md`). */
import type { Hex } from './bytes.ts'
import { DAY } from './genesis.ts'
import type { City } from './state.ts'

/** Whether a plan for this help runs at a time. */
export const isCare = (city: City, carer: Hex, receiver: Hex, ts: bigint): boolean =>
  [...city.carePlans.values()].some((plan) => plan.carer === carer && plan.receiver === receiver && plan.agreed !== null &&
    plan.agreed.ts <= ts && ts < (plan.until + 1n) * DAY && (plan.ended === null || ts < plan.ended))
