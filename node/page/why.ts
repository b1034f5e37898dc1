/** Why an award is the number it is, for a page: the ledger's own explanation, with people by their names. */
import type { ProjectSize, Resource, Work } from '#ledger/charter/charter.ts'
import { explainAward, type Explanation, explainNominal, type Step } from '#ledger/value/explain.ts'
import { baseOf, indexOf } from '#ledger/value/decay.ts'
import type { Award, Contribution } from '#ledger/state/matters.ts'
import { charterOf, domainIndex, type State } from '#ledger/state/state.ts'
import type { AwardFactor, Milli } from '#protocol/api.ts'
import type { People } from '../words/people.ts'

const grades = ['poor', 'fair', 'good'] as const

/** What was counted, and then each factor in the order in which they are multiplied. */
export function factorsOf(contribution: Contribution, people: People): AwardFactor[] {
  const why = explainAward(contribution)
  const [quantity, ...factors] = why.steps
  return [...countedIn(why, contribution.quantity, quantity!), ...factors.flatMap((one) => factorOf(one, contribution, people))]
}

/** The same of a price, which pays for units of one resource. */
export function factorsOfPrice(why: Explanation, units: number, people: People): AwardFactor[] {
  const [quantity, ...factors] = why.steps
  const { what } = why
  return [...countedIn({ ...why, subject: 'resource' }, units, quantity!), ...factors.flatMap((one) => factorOf(one, { what: what ?? 0 }, people))]
}

/** What the receiver of a help gives hour for hour: the time alone; nothing is multiplied. */
export const factorsOfTime = (why: Explanation, minutes: number): AwardFactor[] =>
  countedIn({ ...why, subject: 'skill' }, minutes, why.steps[0]!)

/** Of a balance: what it is in the value of the hub's first day, and what a day's index has left of that. */
export function factorsOfBalance(state: State, base: bigint, day: number): AwardFactor[] {
  const { start, steps: [index] } = explainNominal(base, domainIndex(state, day))
  return [
    { factor: 'then', milli: String(start), ts: state.hub.day0 },
    { factor: 'index', millionths: Number((index!.numerator * 1_000_000n) / index!.denominator), yearPerMille: charterOf(state).decay.domainPerMille },
  ]
}

function countedIn({ subject, what, start }: Explanation, count: number, { denominator }: Step): AwardFactor[] {
  switch (subject) {
    case 'resource': {
      const used: AwardFactor = denominator === 1n ? { factor: 'units', value: count } : { factor: 'part', minutes: count, of: Number(denominator) }
      return [{ factor: 'base', of: 'resource', what: what as Resource, milli: String(start) }, used]
    }
    case 'project':
      return [{ factor: 'base', of: 'project', what: what as ProjectSize, milli: String(start) }]
    case 'community':
      return [{ factor: 'people', value: count, work: what as Work }]
    default:
      return denominator === 1n ? [{ factor: 'minutes', value: count }] : [{ factor: 'hours', minutes: count }]
  }
}

/** A group of one, and an index that nobody set, change nothing and are not shown. */
function factorOf({ step, numerator, of, set }: Step, { what }: { what: number }, people: People): AwardFactor[] {
  const perMille = Number(numerator)
  switch (step) {
    case 'quantity':
    case 'ratio':
    case 'index':
      return []
    case 'difficulty':
      return [{ factor: 'coefficient', category: what, perMille }]
    case 'rating':
      return [{ factor: step, perMille, graded: of === null ? 'not-rated' : grades[of]! }]
    case 'group':
      return perMille === 1000 ? [] : [{ factor: step, perMille, people: of! }]
    default: {
      const named = set === null ? null : { by: people.view(set.by), ts: set.ts }
      return perMille === 1000 && named === null && of === null ? [] : [{ factor: step, perMille, of, set: named }]
    }
  }
}

/** What an award of this city is still worth on a day of it, by the index alone. */
export function leftOf(state: State, award: Award, day: number): Milli {
  const index = (on: number) => indexOf(on, () => charterOf(state).decay.domainPerMille)
  return String(explainNominal(baseOf(award.milli, index(award.day)), index(day)).result)
}
