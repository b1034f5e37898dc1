/**
 * Hosting: a member of another city uses what is shared here, or is helped here, and gives for it in Global value
 * [S1469-1473, S1694-1700].
 *
 * A visitor's price is the city's own price at the ratio of conversion, so that a night hosted buys about a night
 * elsewhere; of help it is an hour for an hour, also where neighbours give nothing for it: what they have of each other
 * comes back here, and a visitor's would be help that only ever leaves. Nothing of it can be set aside here: it is the
 * visitor's, at home, and comes by a transfer that names the agreement and goes to who hosted or helped. What that was
 * worth by the formula then counts in the host's lifetime, and no Domain value is issued for it a second time. Until it
 * has come, neither that nor a contribution counts, and where nothing was due, never: no city hands out standing for
 * promises.
 */
import type { Hex, Origin } from '../action.ts'
import { mulDiv } from '../value/amount.ts'
import { changed } from '../state/changed.ts'
import type { Charter } from '../charter/charter.ts'
import { baseOf } from '../value/decay.ts'
import type { Refusal } from '../refusal.ts'
import type { Agreement } from '../state/matters.ts'
import { type At, globalDay, globalIndex, type State } from '../state/state.ts'
import { LEVEL_TO_USE } from './level.ts'
import { boundedConversion, closeIfOver, countStay } from './settling.ts'

/** Why nothing can be agreed on between this provider and that guest, or null. */
export function checkVisitor(state: State, provider: Hex, visitor: Hex): Refusal | null {
  if (!state.members.has(provider)) return { code: 'unknown-member', member: provider }
  const guest = state.guests.get(visitor)
  if (guest === undefined) return { code: 'unknown-member', member: visitor }
  return state.frozen.has(guest.home) ? { code: 'hub-frozen', hub: guest.home } : null
}

/** Why this guest can use nothing of that provider, or null; to be helped asks for no level, of a visitor as of a member. */
export function checkVisitingUser(state: State, provider: Hex, visitor: Hex): Refusal | null {
  const refusal = checkVisitor(state, provider, visitor)
  if (refusal !== null) return refusal
  const { levelMax: level } = state.trust.get(state.guests.get(visitor)!.home)!
  return level < LEVEL_TO_USE ? { code: 'level-too-low', level, needed: LEVEL_TO_USE } : null
}

/** What a visitor owes for what is agreed on, before anything has come or happened. */
export const newStay = (due: bigint): NonNullable<Agreement['stay']> => ({ due, paid: 0n, counted: false, waiting: [] })

/** What a visitor gives, base units Global of the day, for what costs a member so much. */
export function visitorPrice(state: State, charter: Charter, domainMilli: bigint, { ts }: Pick<At, 'ts'>): bigint {
  const federation = state.federation!
  const { numerator, denominator } = boundedConversion(state, charter)
  const globalMilli = mulDiv(domainMilli, BigInt(numerator), BigInt(denominator))
  return baseOf(globalMilli, globalIndex(federation, globalDay(federation, ts)))
}

/** Global value has reached a member: if it is what their visitor gives for an agreement, it is noted there. */
export function notePaid(state: State, { agreement: id, to, from, amount }: { agreement: Hex; to: Hex; from: Origin; amount: bigint }, at: At): void {
  const agreement = state.agreements.openOne(id)
  if (agreement === undefined || agreement.stay === null) return
  if (agreement.provider !== to || state.guests.get(agreement.receiver)?.home !== from) return
  const { stay } = changed(agreement)
  agreement.stay = { ...stay!, paid: stay!.paid + amount }
  if (agreement.phase !== 'settled') return
  countStay(state, agreement, at)
  closeIfOver(state, agreement, at)
}
