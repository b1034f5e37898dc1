/**
 * What seems odd today: every rule about members, asked of the days that are over.
 *
 * A pure question of the log. Nothing here changes a state or is asked by a rule of the ledger, so that a rule made
 * sharper tomorrow accuses nobody of yesterday, and no sanction stands or falls by a program's opinion. The flags of a day are the
 * same for whoever holds the log up to its tick: rules in their order, then subjects by their bytes.
 */
import { toHex } from '../bytes.ts'
import type { State } from '../state/state.ts'
import { noShows } from './absence.ts'
import { sponsoredBatches } from './batch.ts'
import { closedClusters, type Cluster, clustersIn } from './cluster.ts'
import { encodeFlag, type Flag, flagOf, type Suspicion } from './flag.ts'
import { reciprocalPairs } from './pair.ts'
import { ratingRings, revenge } from './ratings.ts'
import { shortRings } from './ring.ts'
import { impossibleTime, phantomHelp } from './time.ts'
import { Window } from './window.ts'

const rules: readonly ((window: Window, state: State, clusters: readonly Cluster[]) => Iterable<Suspicion>)[] = [
  reciprocalPairs, shortRings, closedClusters, phantomHelp, impossibleTime, ratingRings, revenge, noShows, sponsoredBatches,
]

/** The flags of this state's day. */
export const flagsOf = (state: State): Flag[] => new Watch().flags(state)

/** The same for who asks every day: the window is kept, and a day costs what happened on it. */
export class Watch {
  readonly window = new Window()

  /** Always of the same state. */
  flags(state: State): Flag[] {
    const { from, to } = this.window.follow(state)
    const clusters = clustersIn(this.window)
    return rules.flatMap((rule) =>
      [...rule(this.window, state, clusters)].map((suspicion) => flagOf(state, { from, to }, suspicion))
        .map((flag) => ({ flag, place: `${flag.subjects.join()} ${toHex(encodeFlag(flag))}` }))
        .sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ flag }) => flag))
  }
}
