/**
 * R1, reciprocal wash: two who help each other again and again, about as much either way, and live from little else
 * [seed, Annex 4, 虚假交易]. Couples and good neighbours look just so: a flag, which never sets anything aside.
 */
import type { Suspicion } from './flag.ts'
import { type Edge, perMilleOf, seqsOf, type Window } from './window.ts'

const EXCHANGES_MIN = 4
const EVEN_PER_MILLE = 800
const SHARE_PER_MILLE = 600

export function* reciprocalPairs(window: Window): Generator<Suspicion> {
  for (const node of window.nodes.values()) {
    for (const [other, there] of node.gives) {
      const back = node.gets.get(other)
      if (back === undefined || node.acct > other) continue
      const exchanges = openIn(there).length + openIn(back).length
      const [given, returned] = [sumOf(there), sumOf(back)]
      const even = given < returned ? perMilleOf(given, returned) : perMilleOf(returned, given)
      const shares = [perMilleOf(given, node.earned), perMilleOf(returned, window.nodes.get(other)!.earned)]
      const share = Math.min(...shares)
      if (exchanges < EXCHANGES_MIN || even < EVEN_PER_MILLE || share < SHARE_PER_MILLE) continue
      yield {
        rule: 'R1', version: 1, subjects: [node.acct, other], seqs: seqsOf([there, back]),
        computed: {
          exchanges, exchangesMin: EXCHANGES_MIN, givenMilli: given, returnedMilli: returned, evenPerMille: even,
          evenPerMilleMin: EVEN_PER_MILLE, sharePerMille: share, sharePerMilleMin: SHARE_PER_MILLE,
        },
      }
    }
  }
}

/** Visits of a care plan were agreed on beforehand, with a steward: that they repeat is their purpose. */
const openIn = ({ exchanges }: Edge) => exchanges.filter(({ form }) => form !== 'care')

const sumOf = (edge: Edge): bigint => openIn(edge).reduce((sum, { milli }) => sum + milli, 0n)
