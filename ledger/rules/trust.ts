/**
 * Trust between two cities: how much of another city's value this one takes in without asking
 * anybody.
 *
 * What a city sends is covered by its certified position, so nothing here protects against double
 * spending; it bounds how much of one city's contributions another is ready to stand for. The limit
 * is on the net of a rolling year: what was credited from there, less what they are proved to have
 * credited from here. What is over the limit is neither lost nor refused: it waits in suspense for
 * a steward, or goes back.
 *
 * Everything follows from the record alone, so an auditor can tell whether a city kept to its own
 * rules.
 */
import type { ActionOf, Origin } from '../action.ts'
import { baseOf, nominalOf } from '../decay.ts'
import type { Out } from '../federation.ts'
import type { Refusal } from '../refusal.ts'
import {
  type Arrival, type At, cardOf, charterOf, currentDocument, globalDay, globalIndex, type State,
} from '../state.ts'
import { isActive } from './status.ts'

export type Disposition = Arrival['disposition']

/** Days over which credits given and received are set against each other. */
export const EXPOSURE_DAYS = 365

export function checkTrust(state: State, set: ActionOf<'trust.set'>, _at: At): Refusal | null {
  const { peer } = set
  if (state.federation === null) return { code: 'no-federation' }
  if (peer === state.hub.origin) return { code: 'own-hub' }
  const known = cardOf(currentDocument(state.federation), peer) !== undefined
  return known ? null : { code: 'unknown-hub', hub: peer }
}

export function applyTrust(state: State, set: ActionOf<'trust.set'>, at: At): void {
  setLimits(state, set.peer, set.exposureMilli, set.transferMaxMilli, globalDay(state.federation!, at.ts))
}

/**
 * What a newly met city may send before anybody has set a limit: the charter's word, at that day's
 * value.
 */
export function trustByDefault(state: State, peer: Origin, day: number): void {
  const { exposureMilli } = charterOf(state)
  setLimits(state, peer, exposureMilli, exposureMilli, day)
}

/** Notes a credit taken in from `peer` (positive) or one they proved (negative), base units. */
export function moveTrust(state: State, peer: Origin, day: number, amount: bigint): void {
  const trust = state.trust.get(peer)!
  trust.moves = trust.moves.filter((move) => move.day > day - EXPOSURE_DAYS)
  const last = trust.moves[trust.moves.length - 1]
  // One row a day: a city that sends dust must not make each credit cost a look at all before it.
  if (last?.day === day) last.amount += amount
  else trust.moves.push({ day, amount })
}

/**
 * Net credits from `origin` within the year that ends with `day`, base units; below zero when they
 * took in more.
 */
export function exposureOf(state: State, origin: Origin, day: number): bigint {
  let net = 0n
  for (const move of state.trust.get(origin)?.moves ?? []) {
    if (move.day > day - EXPOSURE_DAYS) net += move.amount
  }
  return net
}

/**
 * What `origin` may still have credited here on `day`, base units; zero for a hub that is not
 * known, and for one that is frozen.
 */
export function roomFrom(state: State, origin: Origin, day: number): bigint {
  const trust = state.trust.get(origin)
  if (trust === undefined || state.frozen.has(origin)) return 0n
  const room = trust.exposure - exposureOf(state, origin, day)
  return room > 0n ? room : 0n
}

/**
 * What becomes of an ordinary out of `source` that arrives at `ts` (seconds): credited at once, or
 * suspended and why. `credited`: base units that the same order has had credited before this out.
 * An honoured return is not asked about here: it is never limited.
 */
export function dispositionOf(state: State, out: Out, source: Origin, ts: number, credited = 0n): Disposition {
  const federation = state.federation
  const trust = state.trust.get(source)
  if (federation === null || trust === undefined) return 'limit'
  if (state.frozen.has(source)) return 'frozen'
  const member = state.members.get(out.to)
  if (member === undefined || !isActive(member)) return 'recipient'
  const day = globalDay(federation, ts)
  if (nominalOf(out.amount, globalIndex(federation, day)) > trust.transferMaxMilli) return 'too-large'
  return out.amount > roomFrom(state, source, day) - credited ? 'limit' : 'credit'
}

function setLimits(
  state: State, peer: Origin, exposureMilli: bigint, transferMaxMilli: bigint, day: number,
): void {
  const exposure = baseOf(exposureMilli, globalIndex(state.federation!, day))
  // A new limit forgives nothing: what was credited within the year still counts.
  const moves = state.trust.get(peer)?.moves ?? []
  state.trust.set(peer, { exposure, exposureMilli, transferMaxMilli, moves })
}
