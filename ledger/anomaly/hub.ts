/**
 * R11, hub: a city that awards three times what others do for each active member, or sends most of what it exports to one
 * other. Members answer for nothing of it; other cities may lower what they let it send (`trust.set`).
 */
import type { Origin } from '../action.ts'
import { toHex } from '../bytes.ts'
import { WINDOW_DAYS } from '../state/exchanges.ts'
import { globalDay, type State } from '../state/state.ts'
import { type Flag, flaggingDay, flagOf } from './flag.ts'
import { medianOf, perMilleOf, Window } from './window.ts'

const TIMES = 3
const PEERS_MIN = 2
const EXPORT_PEERS_MIN = 5
const EXPORT_PER_MILLE = 500

/** What is compared between cities: of the window, and of the last ninety Global days. */
export type HubFigures = { origin: Origin; active: number; awardedMilli: bigint; exports: Map<Origin, { amount: bigint; seqs: number[] }> }

export function figuresOf(state: State): HubFigures {
  const window = new Window().follow(state)
  let awardedMilli = 0n
  for (const { earned } of window.nodes.values()) awardedMilli += earned
  const exports: HubFigures['exports'] = new Map()
  const { federation } = state
  const today = federation === null ? 0 : globalDay(federation, state.hub.day0 + flaggingDay(state) * 86_400)
  for (const slot of federation === null ? [] : state.chain.slots) {
    if (slot.order.day >= today || slot.order.day < today - WINDOW_DAYS) continue
    for (const { destination, amount } of slot.order.outs) {
      const known = exports.get(destination) ?? { amount: 0n, seqs: [] }
      exports.set(destination, { amount: known.amount + amount, seqs: [...known.seqs, slot.seq] })
    }
  }
  return { origin: state.hub.origin, active: window.nodes.size, awardedMilli, exports }
}

/** What is odd about this hub beside the others of its federation; they are given as they are known here. */
export function hubFlags(state: State, peers: readonly HubFigures[]): Flag[] {
  const window = new Window().follow(state)
  const own = figuresOf(state)
  const days = { from: window.from, to: window.to }
  const subjects = [toHex(state.hub.id)]
  const flags: Flag[] = []
  const each = peers.filter(({ active }) => active > 0).map((peer) => Number(peer.awardedMilli / BigInt(peer.active)))
  const median = medianOf(each)
  const mean = own.active === 0 ? 0 : Number(own.awardedMilli / BigInt(own.active))
  if (!window.isYoung && each.length >= PEERS_MIN && mean > TIMES * median) {
    flags.push(flagOf(state, days, {
      rule: 'R11', version: 1, subjects, seqs: [...window.exchanges()].map(({ seq }) => seq),
      computed: { awardPerMemberMilli: mean, medianMilli: median, times: TIMES, peers: each.length },
    }))
  }
  const all = [...own.exports.values()].reduce((sum, { amount }) => sum + amount, 0n)
  for (const { amount, seqs } of own.exports.values()) {
    const share = perMilleOf(amount, all)
    if (peers.length < EXPORT_PEERS_MIN || share <= EXPORT_PER_MILLE) continue
    flags.push(flagOf(state, days, {
      rule: 'R11', version: 1, subjects, seqs,
      computed: { exportPerMille: share, exportPerMilleMax: EXPORT_PER_MILLE, peers: peers.length },
    }))
  }
  return flags
}

