/**
 * The window as a graph: who gave what to whom in the last ninety days that are over, as it stands since any correction of
 * those days.
 *
 * It follows one state from day to day: days that are over come in, days that are too old go out, and what a day costs is
 * what happened on it. The rules then ask of members and pairs, never of history.
 */
import type { Hex } from '../action.ts'
import type { Absence, CorrectionNote, DayOfExchanges, Exchange, Overstay, RatingNote } from '../state/exchange.ts'
import { WINDOW_DAYS } from '../state/exchanges.ts'
import type { State } from '../state/state.ts'
import { flaggingDay } from './flag.ts'

/** All that one gave to another, the oldest first. */
export type Edge = { readonly giver: Hex; readonly receiver: Hex; milli: bigint; exchanges: Exchange[] }

export type Node = {
  readonly acct: Hex
  /** By whom they gave to, and by whom they received from. */
  readonly gives: Map<Hex, Edge>
  readonly gets: Map<Hex, Edge>
  /** Σ awards for what they gave. */
  earned: bigint
  /** Σ awards of others for what they received. */
  used: bigint
}

/** Below so many members with an exchange in the window, patterns among a few are all there is. */
export const ACTIVE_MIN = 30

export class Window {
  readonly nodes = new Map<Hex, Node>()
  #days: DayOfExchanges[] = []
  from = 0
  to = 0

  /** Brings the window to the days before the state's day; always the same state. */
  follow(state: State): this {
    const today = flaggingDay(state)
    this.from = Math.max(0, today - WINDOW_DAYS)
    this.to = Math.max(0, today - 1)
    const gone = this.#days.findIndex(({ day }) => day >= this.from)
    for (const day of this.#days.splice(0, gone < 0 ? this.#days.length : gone)) {
      for (const exchange of day.exchanges) if (!isNothing(exchange)) this.#drop(exchange)
    }
    const last = this.#days.at(-1)?.day ?? -1
    for (const day of state.exchanges) {
      if (day.day <= last || day.day < this.from || day.day >= today) continue
      this.#days.push({ ...day, exchanges: [...day.exchanges] })
      for (const exchange of day.exchanges) if (!isNothing(exchange)) this.#take(exchange)
      for (const note of day.corrections) this.#correct(note)
    }
    return this
  }

  /** In the order of their records. */
  *exchanges(): Generator<Exchange> {
    for (const day of this.#days) for (const exchange of day.exchanges) if (!isNothing(exchange)) yield exchange
  }

  *ratings(): Generator<RatingNote> {
    for (const day of this.#days) yield* day.ratings
  }

  *overstays(): Generator<Overstay> {
    for (const day of this.#days) yield* day.overstays
  }

  *absences(): Generator<Absence> {
    for (const day of this.#days) yield* day.absences
  }

  get isYoung(): boolean {
    return this.nodes.size < ACTIVE_MIN
  }

  edge(giver: Hex, receiver: Hex): Edge | undefined {
    return this.nodes.get(giver)?.gives.get(receiver)
  }

  #take(exchange: Exchange): void {
    const giver = this.#node(exchange.giver)
    const receiver = this.#node(exchange.receiver)
    let edge = giver.gives.get(exchange.receiver)
    if (edge === undefined) {
      edge = { giver: exchange.giver, receiver: exchange.receiver, milli: 0n, exchanges: [] }
      giver.gives.set(edge.receiver, edge)
      receiver.gets.set(edge.giver, edge)
    }
    edge.exchanges.push(exchange)
    if ((edge.exchanges.at(-2)?.seq ?? 0) > exchange.seq) edge.exchanges.sort((one, other) => one.seq - other.seq)
    edge.milli += exchange.milli
    giver.earned += exchange.milli
    receiver.used += exchange.milli
  }

  /** What was given in a matter becomes what stands of it: its milli parted again among those who received it, its minutes those of the first. */
  #correct({ matter, giver, day, milli, minutes }: CorrectionNote): void {
    const held = this.#days.find((one) => one.day === day)?.exchanges ?? []
    const places = [...held.keys()].filter((i) => held[i]!.matter === matter && held[i]!.giver === giver)
    for (const [nth, i] of places.entries()) {
      const before = held[i]!
      const after = { ...before, milli: milli / BigInt(places.length), minutes: nth === 0 ? minutes ?? before.minutes : before.minutes }
      if (!isNothing(before)) this.#drop(before)
      if (!isNothing(after)) this.#take(after)
      held[i] = after
    }
  }

  /** Days go out in their order, and so do mostly each edge's exchanges. */
  #drop(exchange: Exchange): void {
    const giver = this.nodes.get(exchange.giver)!
    const receiver = this.nodes.get(exchange.receiver)!
    const edge = giver.gives.get(exchange.receiver)!
    edge.exchanges.splice(edge.exchanges.indexOf(exchange), 1)
    edge.milli -= exchange.milli
    giver.earned -= exchange.milli
    receiver.used -= exchange.milli
    if (edge.exchanges.length > 0) return
    giver.gives.delete(edge.receiver)
    receiver.gets.delete(edge.giver)
    for (const { acct, gives, gets } of [giver, receiver]) if (gives.size + gets.size === 0) this.nodes.delete(acct)
  }

  #node(acct: Hex): Node {
    const known = this.nodes.get(acct)
    if (known !== undefined) return known
    const node: Node = { acct, gives: new Map(), gets: new Map(), earned: 0n, used: 0n }
    this.nodes.set(acct, node)
    return node
  }
}

/** Nothing was given, and it took no time: mostly since it was corrected. */
const isNothing = ({ milli, minutes }: Exchange): boolean => milli === 0n && minutes === 0

/** All between a member and each of the others, either way. */
export function flowsOf(node: Node): Map<Hex, bigint> {
  const flows = new Map<Hex, bigint>()
  for (const [other, { milli }] of node.gives) flows.set(other, milli)
  for (const [other, { milli }] of node.gets) flows.set(other, (flows.get(other) ?? 0n) + milli)
  return flows
}

/** ⌊1000 · part / whole⌋, and 0 of nothing. */
export const perMilleOf = (part: bigint, whole: bigint): number => (whole === 0n ? 0 : Number((part * 1000n) / whole))

/** The lower of the two middle ones; 0 of none. */
export function medianOf(values: readonly number[]): number {
  const ordered = [...values].sort((a, b) => a - b)
  return ordered[Math.floor((ordered.length - 1) / 2)] ?? 0
}

/**
 * Where everybody's share is high, a high one says nothing: what counts is at least the threshold, and at least halfway
 * from what is usual in this hub to all there is.
 */
export const leastAbove = (threshold: number, base: number): number => Math.max(threshold, base + Math.ceil((1000 - base) / 2))

/** The largest flows, ties by the bytes of the account. */
export const largest = (flows: Map<Hex, bigint>, count: number): [Hex, bigint][] =>
  [...flows].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1)).slice(0, count)

export function* seqsOf(edges: Iterable<Edge | undefined>): Generator<number> {
  for (const edge of edges) for (const { seq } of edge?.exchanges ?? []) yield seq
}
