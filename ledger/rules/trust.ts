/**
 * Trust between two cities: how much of another city's value this one takes in without asking
 * anybody.
 *
 * What a city sends is covered by its certified position, so nothing here protects against double
 * spending; it bounds how much of one city's contributions another is ready to stand for. The limit
 * is on the net of a rolling year: what was credited from there, less what they are proved to have
 * credited from here. Beside it stand how much one transfer may be, above which amount a steward
 * looks first, how many are credited in a day, and whose word about that city is asked for. What is
 * not credited is neither lost nor refused: it waits in suspense for a steward, or goes back.
 *
 * Trust grows slowly and ends at once. Above what every new city is trusted with, a limit at most
 * doubles, and not again within `GROWTH_DAYS`; a city that is proved to have lied is trusted with
 * nothing, until stewards begin anew.
 *
 * Everything follows from the record alone, so an auditor can tell whether a city kept to its own
 * rules.
 */
import type { ActionOf, Disposition, Origin } from '../action.ts'
import { baseOf, nominalOf } from '../value/decay.ts'
import { type Out, POOL_ACCOUNT } from '../federation/federation.ts'
import type { Refusal, TrustFault } from '../refusal.ts'
import type { Trust } from '../state/between.ts'
import { type At, cardOf, charterOf, currentDocument, globalDay, globalIndex, type State } from '../state/state.ts'
import { isActive } from './status.ts'

export type { Disposition }

/** Days over which credits given and received are set against each other. */
export const EXPOSURE_DAYS = 365
/** Days between two rises of a limit above what every new city is trusted with. */
export const GROWTH_DAYS = 90
/** A rise at most doubles the limit. */
const GROWTH_FACTOR = 2n
/** Levels are recognised from the first up to one of these. */
const LEVELS = { least: 1, most: 5 }
/** Until a steward says otherwise: who has only come by a recommendation elsewhere has still to be known here. */
const LEVEL_MAX_BY_DEFAULT = 3
/** From so many tenths of the limit on, stewards are told that it is nearly used up. */
const NEARLY_TENTHS = 8n

export function checkTrust(state: State, set: ActionOf<'trust.set'>, at: At): Refusal | null {
  const { peer, exposureMilli } = set
  const { federation } = state
  if (federation === null) return { code: 'no-federation' }
  if (peer === state.hub.origin) return { code: 'own-hub' }
  const document = currentDocument(federation)
  for (const hub of [peer, ...set.witnesses]) {
    if (cardOf(document, hub) === undefined) return { code: 'unknown-hub', hub }
  }
  if (!cardOf(document, peer)!.community) return { code: 'no-community', hub: peer }
  const because = faultIn(set)
  if (because !== null) return { code: 'bad-trust', because }
  if (state.frozen.has(peer) && exposureMilli > 0n) return { code: 'hub-frozen', hub: peer }
  const mostMilli = exposureAtMost(state, peer, globalDay(federation, at.ts))
  return exposureMilli <= mostMilli ? null : { code: 'grows-too-fast', mostMilli }
}

function faultIn({ peer, levelMax, witnesses, witnessesNeeded }: ActionOf<'trust.set'>): TrustFault | null {
  if (levelMax < LEVELS.least || levelMax > LEVELS.most) return 'level'
  // What it says of itself is no word about it.
  const named = new Set(witnesses)
  const isSound = named.size === witnesses.length && !named.has(peer) && witnessesNeeded <= witnesses.length
  return isSound ? null : 'witnesses'
}

export function applyTrust(state: State, set: ActionOf<'trust.set'>, at: At): void {
  const { peer, exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax, levelMax, witnesses, witnessesNeeded } = set
  const federation = state.federation!
  const day = globalDay(federation, at.ts)
  const trust = state.trust.get(peer)!
  const isRise = exposureMilli > trust.exposureMilli && exposureMilli > charterOf(state).exposureMilli
  // A new limit forgives nothing: what was credited within the year still counts.
  Object.assign(trust, {
    exposure: baseOf(exposureMilli, globalIndex(federation, day)), exposureMilli, transferMaxMilli, approvalAboveMilli,
    dailyMax, levelMax, witnesses, witnessesNeeded, raisedDay: isRise ? day : trust.raisedDay,
  })
}

/**
 * The largest limit that stewards may set for a city on a Global day, milli: always what is in force and what every
 * new city is trusted with; once that has stood for `GROWTH_DAYS` without a rise, twice what is in force.
 */
export function exposureAtMost(state: State, peer: Origin, day: number): bigint {
  const { exposureMilli, raisedDay } = state.trust.get(peer)!
  const mayGrow = raisedDay === null || day >= raisedDay + GROWTH_DAYS
  const grown = mayGrow ? GROWTH_FACTOR * exposureMilli : exposureMilli
  const first = charterOf(state).exposureMilli
  return grown > first ? grown : first
}

/**
 * What a newly met city may send before anybody has set a limit: the charter's word, at that day's
 * value.
 */
export function trustByDefault(state: State, peer: Origin, day: number): void {
  const { exposureMilli } = charterOf(state)
  state.trust.set(peer, {
    exposure: baseOf(exposureMilli, globalIndex(state.federation!, day)), exposureMilli, transferMaxMilli: exposureMilli,
    approvalAboveMilli: null, dailyMax: null, levelMax: LEVEL_MAX_BY_DEFAULT, witnesses: [], witnessesNeeded: 0,
    raisedDay: null, credited: { day, count: 0 }, moves: [],
  })
}

/** A city that is proved to have lied is trusted with nothing; what was credited stays, and still counts. */
export function endTrust(state: State, peer: Origin): void {
  Object.assign(state.trust.get(peer)!, { exposure: 0n, exposureMilli: 0n })
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

/** Notes one more transfer of `peer` that nobody looked at. */
export function countCredited(state: State, peer: Origin, day: number): void {
  const trust = state.trust.get(peer)!
  trust.credited = { day, count: creditedOn(trust, day) + 1 }
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

/** Whether so much of what `origin` is trusted with is used up that stewards should know. */
export function isNearlyUsed(state: State, origin: Origin, day: number): boolean {
  const { exposure } = state.trust.get(origin)!
  return exposureOf(state, origin, day) * 10n >= exposure * NEARLY_TENTHS
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

/** The most of one transfer of `peer` that may reach anybody here, milli. */
export const transferAtMost = (state: State, peer: Origin): bigint => state.trust.get(peer)!.transferMaxMilli

/**
 * What becomes of the ordinary outs of one order of `source` that arrive at `ts` (seconds), to be asked
 * in their order: credited at once, or why it waits. `signers` are the hubs whose votes the certificate holds: a vote
 * is the word of a hub that has audited that log up to the order. An honoured return is not asked about
 * here: it is never limited.
 */
export function judgeOf(state: State, source: Origin, signers: ReadonlySet<Origin>, ts: number): (out: Out) => Disposition {
  const federation = state.federation
  const trust = state.trust.get(source)
  if (federation === null || trust === undefined) return () => 'limit'
  const day = globalDay(federation, ts)
  const index = globalIndex(federation, day)
  const { transferMaxMilli, approvalAboveMilli, dailyMax, witnesses, witnessesNeeded } = trust
  const isVouchedFor = witnesses.filter((hub) => signers.has(hub)).length >= witnessesNeeded
  let room = roomFrom(state, source, day)
  let count = creditedOn(trust, day)
  return ({ to, amount }) => {
    if (state.frozen.has(source)) return 'frozen'
    const member = state.members.get(to)
    if (to !== POOL_ACCOUNT && (member === undefined || !isActive(member))) return 'recipient'
    const milli = nominalOf(amount, index)
    if (milli > transferMaxMilli) return 'too-large'
    if (!isVouchedFor) return 'witnesses'
    if (approvalAboveMilli !== null && milli > approvalAboveMilli) return 'approval'
    if (dailyMax !== null && count >= dailyMax) return 'daily'
    if (amount > room) return 'limit'
    room -= amount
    count += 1
    return 'credit'
  }
}

const creditedOn = ({ credited }: Trust, day: number): number => (credited.day === day ? credited.count : 0)
