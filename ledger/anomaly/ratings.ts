/**
 * R7, rating ring, and R8, revenge [seed, Annex 4, 评价操纵].
 *
 * R7: somebody's good grades come from a closed cluster of their own while others see it otherwise; or three and more
 * say of somebody the opposite of what everybody else says. R8: a poor grade given within a day of having received one
 * from the same person, whom all others found good. Blind ratings of one and the same agreement cannot answer each other.
 */
import type { Hex } from '../action.ts'
import type { RatingNote } from '../state/exchanges.ts'
import { clustersIn } from './cluster.ts'
import type { Suspicion } from './flag.ts'
import { leastAbove, medianOf, perMilleOf, type Window } from './window.ts'

const POOR = 0
const GOOD = 2
const TOP_MIN = 5
const SHARE_PER_MILLE = 800
const OUTSIDE_MIN = 2
/** How much lower, in hundredths of a grade, others rate on average. */
const CONTRAST_MIN = 50
const RATERS_MIN = 3
const OTHERS_TIMES = 2
const TIMES_MIN = 2
const DAY = 86_400

export function* ratingRings(window: Window): Generator<Suspicion> {
  if (window.isYoung) return
  const received = byRated(window)
  yield* praisedAtHome(window, received)
  yield* againstAllOthers(window, received)
}

function* praisedAtHome(window: Window, received: Map<Hex, RatingNote[]>): Generator<Suspicion> {
  const base = medianOf([...received.values()].filter((notes) => topOf(notes).length >= TOP_MIN).map(threeBiggestShare))
  const least = leastAbove(SHARE_PER_MILLE, base)
  for (const { members } of clustersIn(window)) {
    const within = new Set(members)
    for (const rated of members) {
      const notes = received.get(rated) ?? []
      const top = topOf(notes)
      const inside = top.filter(({ rater }) => within.has(rater))
      const outside = notes.filter(({ rater }) => !within.has(rater))
      const share = perMilleOf(BigInt(inside.length), BigInt(top.length))
      const contrast = meanOf(notes.filter(({ rater }) => within.has(rater))) - meanOf(outside)
      if (top.length < TOP_MIN || share < least || outside.length < OUTSIDE_MIN || contrast < CONTRAST_MIN) continue
      yield {
        rule: 'R7', version: 1, subjects: [rated, ...new Set(inside.map(({ rater }) => rater))],
        seqs: [...inside, ...outside].map(({ seq }) => seq),
        computed: {
          top: top.length, topMin: TOP_MIN, sharePerMille: share, sharePerMilleMin: least, usualPerMille: base,
          outside: outside.length, outsideMin: OUTSIDE_MIN, contrast, contrastMin: CONTRAST_MIN,
        },
      }
    }
  }
}

/** Who is praised by a circle of their own is not spoken ill of by the others: the circle is not counted. */
function* againstAllOthers(window: Window, received: Map<Hex, RatingNote[]>): Generator<Suspicion> {
  const circles = new Map(clustersIn(window).flatMap(({ members }) => members.map((acct) => [acct, new Set(members)])))
  for (const [rated, notes] of received) {
    const raters = new Map<Hex, number[]>()
    for (const { rater, grade } of notes) raters.set(rater, [...(raters.get(rater) ?? []), grade])
    const always = (grade: number) => [...raters].filter(([, given]) => given.every((one) => one === grade)).map(([rater]) => rater)
    const [poor, good] = [always(POOR), always(GOOD)]
    const [alike, many] = poor.length <= good.length ? [poor, good] : [good, poor]
    // Who has said it once may have had reason to.
    const few = alike.filter((rater) => raters.get(rater)!.length >= TIMES_MIN)
    const others = many.filter((rater) => circles.get(rated)?.has(rater) !== true).length
    if (few.length < RATERS_MIN || alike.length + many.length < raters.size || others < OTHERS_TIMES * few.length) continue
    yield {
      rule: 'R7', version: 1, subjects: few, seqs: notes.map(({ seq }) => seq),
      computed: { against: few.length, againstMin: RATERS_MIN, others, othersMin: OTHERS_TIMES * few.length, grade: alike === poor ? POOR : GOOD },
    }
  }
}

export function* revenge(window: Window): Generator<Suspicion> {
  const received = byRated(window)
  for (const notes of received.values()) {
    for (const answer of notes) {
      if (answer.grade !== POOR) continue
      const { rater, rated, given } = answer
      const cause = received.get(rater)?.find((note) =>
        note.rater === rated && note.grade === POOR && note.matter !== answer.matter && note.opened < given && given <= note.opened + DAY)
      const others = notes.filter((note) => note.rater !== rater)
      if (cause === undefined || others.length < RATERS_MIN || others.some(({ grade }) => grade !== GOOD)) continue
      yield {
        rule: 'R8', version: 1, subjects: [rater], seqs: [cause.seq, answer.seq, ...others.map(({ seq }) => seq)],
        computed: { seconds: given - cause.opened, secondsMax: DAY, others: others.length, othersMin: RATERS_MIN },
      }
    }
  }
}

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
