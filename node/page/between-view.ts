/**
 * How this community stands with each other city, for its members: what it takes in from there and how much of that is
 * used, and the same the other way round, as the other city's own record says it.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { exposureAtMost, exposureOf, GROWTH_DAYS, isNearlyUsed } from '#ledger/rules/trust.ts'
import { globalDay, globalIndex, type State } from '#ledger/state/state.ts'
import type { BetweenView, LimitsView } from '#protocol/api.ts'
import type { Clock, Writer } from '../ports.ts'
import type { Views } from './views.ts'

const DAY_SECONDS = 86_400

export type BetweenPorts = {
  writer: Writer
  views: Views
  clock: Clock
  /** Another hub's state as far as its record has been read here. */
  stateAt(hub: Origin): State | null
  /** Evidence against a hub that is for stewards to judge. */
  doubtsOf(hub: Origin): Hex[]
}

export function betweenView({ writer, views, clock, stateAt, doubtsOf }: BetweenPorts): BetweenView[] {
  const { state } = writer
  const { federation } = state
  if (federation === null) return []
  const day = globalDay(federation, Math.max(clock.now(), state.lastTs))
  const cities = views.cities()
  const cityName = (hub: Origin): string => cities.find(({ origin }) => origin === hub)?.city ?? hub
  return cities.filter(({ own }) => !own).flatMap(({ origin, city, connected, frozen }): BetweenView[] => {
    const takes = limitsIn(state, origin, day, cityName)
    if (takes === null) return []
    const there = stateAt(origin)
    const { raisedDay } = state.trust.get(origin)!
    const again = raisedDay === null ? day : raisedDay + GROWTH_DAYS
    return [{
      origin, city, connected, isFrozen: frozen !== null, doubts: doubtsOf(origin), takes,
      given: there === null ? null : limitsIn(there, state.hub.origin, day, cityName),
      mostMilli: exposureAtMost(state, origin, day).toString(),
      growsAgain: again > day ? federation.day0 + again * DAY_SECONDS : null,
    }]
  })
}

/** What one hub's record says that it takes in from another, cities named as they are here; null before they have met. */
function limitsIn(state: State, peer: Origin, day: number, cityName: (hub: Origin) => string): LimitsView | null {
  const trust = state.trust.get(peer)
  if (trust === undefined || state.federation === null) return null
  const { exposureMilli, transferMaxMilli, approvalAboveMilli, dailyMax, levelMax, witnesses, witnessesNeeded, credited } = trust
  const net = exposureOf(state, peer, day)
  const milli = nominalOf(net < 0n ? -net : net, globalIndex(state.federation, day))
  return {
    exposureMilli: exposureMilli.toString(),
    usedMilli: (net < 0n ? -milli : milli).toString(),
    isNearlyUsed: isNearlyUsed(state, peer, day),
    transferMaxMilli: transferMaxMilli.toString(),
    approvalAboveMilli: approvalAboveMilli?.toString() ?? null,
    dailyMax, creditedToday: credited.day === day ? credited.count : 0, levelMax,
    witnesses: witnesses.map((hub) => ({ origin: hub, city: cityName(hub) })), witnessesNeeded,
  }
}
