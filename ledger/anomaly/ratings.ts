/**
 * R7, rating ring, and R8, revenge [seed, Annex 4, 评价操纵].
 *
 * R7: somebody's good grades come from a closed cluster of their own while others see it otherwise; or three and more
 * say of somebody the opposite of what nearly everybody else says. R8: a poor grade given within a day of having received
 * one from the same person, whom others find good. Blind ratings of one and the same agreement cannot answer each other.
 *
 * *Nearly*, because the more people are asked the surer it is that one of them says something else: a rule that needs all
 * of them to agree finds the less the longer somebody is known.
 */
import type { Hex } from '../action.ts'
import type { RatingNote } from '../state/exchange.ts'
import type { State } from '../state/state.ts'
import type { Cluster } from './cluster.ts'
import type { Suspicion } from './flag.ts'
import { leastAbove, medianOf, perMilleOf, type Window } from './window.ts'

const POOR = 0
const GOOD = 2
const TOP_MIN = 5
const SHARE_PER_MILLE = 800
/** People from outside; fewer are no other opinion. */
const OUTSIDE_MIN = 3
/** How much lower, in hundredths of a grade, others rate on average: a whole grade. */
const CONTRAST_MIN = 100
const RATERS_MIN = 3
const OTHERS_TIMES = 2
/** How much of what all the others say must be the opposite. */
const OPPOSITE_PER_MILLE = 800
const TIMES_MIN = 2
/** The mean of others, in hundredths of a grade; good is 200. */
const FOUND_GOOD_MIN = 170
const DAY = 86_400

export function* ratingRings(window: Window, _state: State, clusters: readonly Cluster[]): Generator<Suspicion> {
  if (window.isYoung) return
  const received = byRated(window)
  yield* praisedAtHome(received, clusters)
  yield* againstAllOthers(received, clusters)
}

/** Who has too few grades from outside to be compared by is compared by those of the circle, if they are of more than one of it. */
function* praisedAtHome(received: Map<Hex, RatingNote[]>, clusters: readonly Cluster[]): Generator<Suspicion> {
  const base = medianOf([...received.values()].filter((notes) => topOf(notes).length >= TOP_MIN).map(threeBiggestShare))
  const least = leastAbove(SHARE_PER_MILLE, base)
  for (const { members } of clusters) {
    const within = new Set(members)
    const ofCircle = members.flatMap((rated) => received.get(rated) ?? [])
    const ofOneAlone = new Set(ofCircle.filter(({ rater }) => !within.has(rater)).map(({ rated }) => rated)).size < 2
    for (const rated of members) {
      const notes = received.get(rated) ?? []
      const top = topOf(notes)
      const inside = top.filter(({ rater }) => within.has(rater))
      const share = perMilleOf(BigInt(inside.length), BigInt(top.length))
      if (top.length < TOP_MIN || share < least) continue
      const compared = ofOneAlone || ratersOf(notes.filter(({ rater }) => !within.has(rater))).size >= OUTSIDE_MIN ? notes : ofCircle
      const outside = compared.filter(({ rater }) => !within.has(rater))
      const people = ratersOf(outside).size
      const contrast = meanOf(compared.filter(({ rater }) => within.has(rater))) - meanOf(outside)
      if (people < OUTSIDE_MIN || contrast < CONTRAST_MIN) continue
      yield {
        rule: 'R7', version: 2, subjects: [rated, ...ratersOf(inside)],
        seqs: [...inside, ...outside].map(({ seq }) => seq),
        computed: {
          top: top.length, topMin: TOP_MIN, sharePerMille: share, sharePerMilleMin: least, usualPerMille: base,
          outside: people, outsideMin: OUTSIDE_MIN, contrast, contrastMin: CONTRAST_MIN,
        },
      }
    }
  }
}

/** Who is praised by a circle of their own is not spoken ill of by the others: the circle is not counted. */
function* againstAllOthers(received: Map<Hex, RatingNote[]>, clusters: readonly Cluster[]): Generator<Suspicion> {
  const circles = new Map(clusters.flatMap(({ members }) => members.map((acct) => [acct, new Set(members)])))
  for (const [rated, notes] of received) {
    const raters = new Map<Hex, number[]>()
    for (const { rater, grade } of notes) raters.set(rater, [...(raters.get(rater) ?? []), grade])
    for (const [grade, opposite] of [[POOR, GOOD], [GOOD, POOR]] as const) {
      // Who has said it once may have had reason to.
      const few = [...raters].filter(([, given]) => given.length >= TIMES_MIN && given.every((one) => one === grade)).map(([rater]) => rater)
      if (few.length < RATERS_MIN) continue
      const apart = new Set([...few, ...(circles.get(rated) ?? [])])
      const others = notes.filter(({ rater }) => !apart.has(rater))
      const people = ratersOf(others).size
      const share = perMilleOf(BigInt(others.filter((note) => note.grade === opposite).length), BigInt(others.length))
      if (people < OTHERS_TIMES * few.length || share < OPPOSITE_PER_MILLE) continue
      yield {
        rule: 'R7', version: 2, subjects: few, seqs: notes.map(({ seq }) => seq),
        computed: {
          against: few.length, againstMin: RATERS_MIN, others: people, othersMin: OTHERS_TIMES * few.length,
          oppositePerMille: share, oppositePerMilleMin: OPPOSITE_PER_MILLE, grade,
        },
      }
    }
  }
}

/** What others say is compared with only where it is about the same: somebody's help, or their being helped. */
export function* revenge(window: Window): Generator<Suspicion> {
  const received = byRated(window)
  let givers: Map<Hex, Hex> | null = null
  for (const notes of received.values()) {
    for (const answer of notes) {
      if (answer.grade !== POOR) continue
      const { rater, rated, given } = answer
      const cause = received.get(rater)?.find((note) =>
        note.rater === rated && note.grade === POOR && note.matter !== answer.matter && note.opened < given && given <= note.opened + DAY)
      if (cause === undefined) continue
      givers ??= giversIn(window)
      const gave = givers.get(answer.matter)
      const others = notes.filter((note) => note.rater !== rater && sameRole(rated, gave, givers!.get(note.matter)))
      const people = ratersOf(others).size
      const mean = meanOf(others)
      if (people < RATERS_MIN || mean < FOUND_GOOD_MIN) continue
      yield {
        rule: 'R8', version: 2, subjects: [rater], seqs: [cause.seq, answer.seq, ...others.map(({ seq }) => seq)],
        computed: {
          seconds: given - cause.opened, secondsMax: DAY, others: people, othersMin: RATERS_MIN,
          othersMean: mean, othersMeanMin: FOUND_GOOD_MIN,
        },
      }
    }
  }
}

/** Who gave in a matter; a matter that has come to nothing yet has nobody. */
const giversIn = (window: Window): Map<Hex, Hex> => new Map([...window.exchanges()].map(({ matter, giver }) => [matter, giver]))

const sameRole = (rated: Hex, one: Hex | undefined, other: Hex | undefined): boolean =>
  one !== undefined && other !== undefined && (one === rated) === (other === rated)

function byRated(window: Window): Map<Hex, RatingNote[]> {
  const received = new Map<Hex, RatingNote[]>()
  for (const note of window.ratings()) {
    const notes = received.get(note.rated)
    if (notes === undefined) received.set(note.rated, [note])
    else notes.push(note)
  }
  return received
}

const topOf = (notes: RatingNote[]): RatingNote[] => notes.filter(({ grade }) => grade === GOOD)

const ratersOf = (notes: RatingNote[]): Set<Hex> => new Set(notes.map(({ rater }) => rater))

/** In hundredths of a grade. */
const meanOf = (notes: RatingNote[]): number =>
  notes.length === 0 ? 0 : Math.floor((100 * notes.reduce((sum, { grade }) => sum + grade, 0)) / notes.length)

/** What share of somebody's good grades usually comes from three people. */
function threeBiggestShare(notes: RatingNote[]): number {
  const counts = new Map<Hex, number>()
  const top = topOf(notes)
  for (const { rater } of top) counts.set(rater, (counts.get(rater) ?? 0) + 1)
  const three = [...counts.values()].sort((a, b) => b - a).slice(0, RATERS_MIN).reduce((sum, count) => sum + count, 0)
  return perMilleOf(BigInt(three), BigInt(top.length))
}
