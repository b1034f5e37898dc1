/**
 * R2, short ring: three to five who pass about the same value round among themselves and earn most of theirs by it
 * [seed, Annex 4, 虚假交易]. A single help each is how neighbours begin, so each step of a ring has two at least.
 */
import type { Hex } from '../action.ts'
import type { Suspicion } from './flag.ts'
import { type Edge, largest, leastAbove, medianOf, perMilleOf, seqsOf, type Window } from './window.ts'

const LENGTH = { least: 3, most: 5 }
const STEPS_MIN = 2
const EVEN_PER_MILLE = 700
const SHARE_PER_MILLE = 500

export function* shortRings(window: Window): Generator<Suspicion> {
  if (window.isYoung) return
  const base = usualShare(window)
  const least = leastAbove(SHARE_PER_MILLE, base)
  const seen = new Set<string>()
  for (const start of window.nodes.keys()) {
    for (const ring of ringsFrom(window, start, least)) {
      const subjects = ring.map(({ giver }) => giver).sort()
      const amounts = ring.map(({ milli }) => milli)
      const [smallest, greatest] = [minOf(amounts), maxOf(amounts)]
      const even = perMilleOf(smallest, greatest)
      const share = Math.min(...ring.map(({ giver }) => perMilleOf(smallest, window.nodes.get(giver)!.earned)))
      const name = subjects.join()
      if (even < EVEN_PER_MILLE || share < least || seen.has(name)) continue
      seen.add(name)
      yield {
        rule: 'R2', version: 1, subjects, seqs: seqsOf(ring),
        computed: {
          length: ring.length, smallestMilli: smallest, greatestMilli: greatest, evenPerMille: even,
          evenPerMilleMin: EVEN_PER_MILLE, sharePerMille: share, sharePerMilleMin: least, usualPerMille: base,
        },
      }
    }
  }
}

/** What share of their earnings members usually have from one single other. */
const usualShare = ({ nodes }: Window): number =>
  medianOf([...nodes.values()].filter(({ earned }) => earned > 0n).map((node) => {
    const [most] = largest(new Map([...node.gives].map(([other, { milli }]) => [other, milli])), 1)
    return perMilleOf(most![1], node.earned)
  }))

/** Rings whose first account in byte order is `start`; nobody has more than two steps that are half of what they earn. */
function* ringsFrom(window: Window, start: Hex, least: number, path: Edge[] = []): Generator<Edge[]> {
  const at = path.at(-1)?.receiver ?? start
  const node = window.nodes.get(at)!
  for (const step of [...node.gives.values()].sort((a, b) => (a.receiver < b.receiver ? -1 : 1))) {
    if (step.exchanges.length < STEPS_MIN || perMilleOf(step.milli, node.earned) < least) continue
    const ring = [...path, step]
    if (step.receiver === start) {
      if (ring.length >= LENGTH.least) yield ring
    } else if (ring.length < LENGTH.most && step.receiver > start && path.every(({ giver }) => giver !== step.receiver)) {
      yield* ringsFrom(window, start, least, ring)
    }
  }
}

const minOf = (amounts: bigint[]): bigint => amounts.reduce((a, b) => (b < a ? b : a))
const maxOf = (amounts: bigint[]): bigint => amounts.reduce((a, b) => (b > a ? b : a))
