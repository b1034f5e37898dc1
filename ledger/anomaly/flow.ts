/**
 * How much of what somebody earned can be traced to people long known here: a bound, by maximum flow.
 *
 * Between any two who dealt with each other in the window, as much trust can pass as they exchanged. From members who are
 * stewards or joined half a year ago, as much as there is; to the ones asked about, as much as the narrowest places let
 * through. A group that deals with itself earns without limit and is bound to others by little: the less of its earnings the
 * bound covers, the better the question. It advises stewards and decides nothing.
 *
 * Dinic's algorithm in integers: shortest ways first, until none is left.
 */
import type { Hex } from '../action.ts'
import type { State } from '../state/state.ts'
import type { Window } from './window.ts'

const KNOWN_DAYS = 180
const DAY = 86_400

export type TrustBound = { earnedMilli: bigint; boundMilli: bigint }

export function trustBound(window: Window, state: State, subjects: readonly Hex[]): TrustBound {
  const asked = new Set(subjects)
  const network = new Network()
  const [source, sink] = [network.node(), network.node()]
  const places = new Map([...window.nodes.keys()].map((acct) => [acct, network.node()]))
  const knownBefore = state.hub.day0 + (window.to + 1 - KNOWN_DAYS) * DAY
  let [earnedMilli, all] = [0n, 0n]
  for (const { earned } of window.nodes.values()) all += earned
  for (const [acct, node] of window.nodes) {
    const member = state.members.get(acct)
    if (asked.has(acct)) {
      earnedMilli += node.earned
      network.join(places.get(acct)!, sink, all, 0n)
    } else if (member !== undefined && (member.steward || member.joinedTs <= knownBefore)) {
      network.join(source, places.get(acct)!, all, 0n)
    }
    for (const { receiver, milli } of node.gives.values()) network.join(places.get(acct)!, places.get(receiver)!, milli, milli)
  }
  return { earnedMilli, boundMilli: network.flow(source, sink) }
}

/** Nodes by number; each line is two arcs, one either way, at 2i and 2i + 1. */
export class Network {
  readonly #to: number[] = []
  readonly #room: bigint[] = []
  readonly #arcs: number[][] = []

  node(): number {
    return this.#arcs.push([]) - 1
  }

  /** A line with so much room there and so much back. */
  join(from: number, to: number, room: bigint, back: bigint): void {
    this.#arcs[from]!.push(this.#to.push(to) - 1)
    this.#arcs[to]!.push(this.#to.push(from) - 1)
    this.#room.push(room, back)
  }

  /** The most that can pass; afterwards the lines have what room is left. */
  flow(source: number, sink: number): bigint {
    let flow = 0n
    for (let levels = this.#levels(source); levels[sink]! >= 0; levels = this.#levels(source)) {
      const next = new Array<number>(this.#arcs.length).fill(0)
      for (let passed = this.#pass(source, sink, levels, next); passed > 0n; passed = this.#pass(source, sink, levels, next)) {
        flow += passed
      }
    }
    return flow
  }

  /** How many lines with room each node is from the source; −1 for those out of reach. */
  #levels(source: number): number[] {
    const levels = new Array<number>(this.#arcs.length).fill(-1)
    levels[source] = 0
    const reached = [source]
    for (const node of reached) {
      for (const arc of this.#arcs[node]!) {
        const to = this.#to[arc]!
        if (this.#room[arc]! === 0n || levels[to]! >= 0) continue
        levels[to] = levels[node]! + 1
        reached.push(to)
      }
    }
    return levels
  }

  /** Sends what fits along one shortest way; 0 when there is none left of this length. */
  #pass(source: number, sink: number, levels: number[], next: number[]): bigint {
    const way: number[] = []
    let at = source
    while (at !== sink) {
      const arcs = this.#arcs[at]!
      const arc = arcs[next[at]!]
      if (arc === undefined) {
        // Nothing leads on from here: whoever came here takes another line.
        const back = way.pop()
        if (back === undefined) return 0n
        at = this.#to[back ^ 1]!
        next[at]!++
      } else if (this.#room[arc]! > 0n && levels[this.#to[arc]!] === levels[at]! + 1) {
        way.push(arc)
        at = this.#to[arc]!
      } else next[at]!++
    }
    const passed = way.reduce((least, arc) => (this.#room[arc]! < least ? this.#room[arc]! : least), this.#room[way[0]!]!)
    for (const arc of way) {
      this.#room[arc]! -= passed
      this.#room[arc ^ 1]! += passed
    }
    return passed
  }
}
