/**
 * R3, closed cluster: a few young accounts that have nearly all their dealings among themselves. Of each member the three
 * with whom they had most to do; whoever stands among another's three and has that one among their own belongs together.
 * Young is who came long after the others: in a town's first half year everybody is new, and that says nothing.
 */
import type { Hex } from '../action.ts'
import { dayOf } from '../calendar.ts'
import type { State } from '../state/state.ts'
import type { Suspicion } from './flag.ts'
import { flowsOf, largest, leastAbove, medianOf, perMilleOf, seqsOf, type Window } from './window.ts'

const CLOSEST = 3
const SIZE = { least: 3, most: 12 }
const INSIDE_PER_MILLE = 900
const AGE_DAYS = 180
/** Young beside the others: at most half as long here as is usual. */
const AGE_PARTS = 2
/** Exchanges among themselves for each of them: a few who met once or twice are no circle yet. */
const EXCHANGES_EACH = 4
const DAY = 86_400

export type Cluster = { members: Hex[]; insidePerMille: number; leastPerMille: number; usualPerMille: number }

export function* closedClusters(window: Window, state: State, clusters: readonly Cluster[]): Generator<Suspicion> {
  if (clusters.length === 0) return
  const usualAge = medianOf([...window.nodes.keys()].map((acct) => ageOf(state, window, acct)))
  const ageBelow = Math.min(AGE_DAYS, Math.floor(usualAge / AGE_PARTS))
  for (const { members, insidePerMille, leastPerMille, usualPerMille } of clusters) {
    const age = medianOf(members.map((acct) => ageOf(state, window, acct)))
    const within = members.flatMap((giver) => members.map((receiver) => window.edge(giver, receiver)))
    const exchanges = within.reduce((sum, edge) => sum + (edge?.exchanges.length ?? 0), 0)
    if (age >= ageBelow || exchanges < EXCHANGES_EACH * members.length) continue
    yield {
      rule: 'R3', version: 2, subjects: members,
      seqs: seqsOf(within),
      computed: {
        members: members.length, exchanges, exchangesMin: EXCHANGES_EACH * members.length, insidePerMille, insidePerMilleMin: leastPerMille, usualPerMille, ageDays: age,
        ageDaysBelow: ageBelow, usualAgeDays: usualAge,
      },
    }
  }
}

/** Groups that are closed, of whatever age; none below thirty active members. */
export function clustersIn(window: Window): Cluster[] {
  if (window.isYoung) return []
  const closest = new Map([...window.nodes].map(([acct, node]) => {
    const flows = flowsOf(node)
    return [acct, { top: new Set(largest(flows, CLOSEST).map(([other]) => other)), flows, all: node.earned + node.used }]
  }))
  const shares = [...closest.values()].map(({ top, flows, all }) =>
    perMilleOf([...top].reduce((sum, other) => sum + flows.get(other)!, 0n), all))
  const usualPerMille = medianOf(shares)
  const leastPerMille = leastAbove(INSIDE_PER_MILLE, usualPerMille)
  const clusters: Cluster[] = []
  for (const members of componentsOf(closest)) {
    if (members.length < SIZE.least || members.length > SIZE.most) continue
    const within = new Set(members)
    let [inside, all] = [0n, 0n]
    for (const acct of members) {
      const { flows, all: own } = closest.get(acct)!
      all += own
      for (const [other, milli] of flows) if (within.has(other)) inside += milli
    }
    const insidePerMille = perMilleOf(inside, all)
    if (insidePerMille >= leastPerMille) clusters.push({ members, insidePerMille, leastPerMille, usualPerMille })
  }
  return clusters
}

function componentsOf(closest: Map<Hex, { top: Set<Hex> }>): Hex[][] {
  const seen = new Set<Hex>()
  const components: Hex[][] = []
  for (const start of closest.keys()) {
    if (seen.has(start)) continue
    const component = [start]
    seen.add(start)
    for (let i = 0; i < component.length; i++) {
      for (const other of closest.get(component[i]!)!.top) {
        if (seen.has(other) || !closest.get(other)!.top.has(component[i]!)) continue
        seen.add(other)
        component.push(other)
      }
    }
    components.push(component.sort())
  }
  return components
}

/** Days from joining to the end of the window; a guest counts as long known, for their own city answers for them. */
function ageOf(state: State, window: Window, acct: Hex): number {
  const member = state.members.get(acct)
  if (member === undefined) return AGE_DAYS
  return dayOf(state.hub.day0 + (window.to + 1) * DAY, member.joinedTs)
}
