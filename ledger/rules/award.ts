/**
 * Awards: what a contribution is worth, by the charter's four formulas [S1520-1626].
 *
 *   skill      difficulty × minutes × rating × group                      1 CV = 1 minute at difficulty 1.0
 *   resource   base × units × demand × rating
 *   project    base × share × reach × completion
 *   community  people × lasting × quality
 *
 * Each is a reckoning (`value/reckoning.ts`): it keeps its factors and who chose those that somebody chose, and is rounded
 * once. An award is paid from `issuance` at the index of its own day and raises `lifetimeMilli` by its formula value.
 */
import { availableOf } from '../value/account.ts'
import { type Category, type Charter, helpPrices, type ProjectSize, type Resource, type Work } from '../charter/charter.ts'
import { baseOf } from '../value/decay.ts'
import { earn } from '../value/earning.ts'
import { noteAward } from '../value/months.ts'
import { chosen, type Factor, fixed, multipliedBy, ONE_CV, type Reckoning, reckon, type Setting } from '../value/reckoning.ts'
import type { Award, Contribution } from '../state/matters.ts'
import type { Member } from '../state/people.ts'
import { type At, domainDay, domainIndex, type State } from '../state/state.ts'
import { rowOf, unitsIn } from './price.ts'
import { notePractised } from './service.ts'
import { standingOf } from './standing.ts'

export type Grade = 0 | 1 | 2

/** `grade` null: nobody rated it, and it counts as good. `people`: how many were helped at once. */
export type SkillInputs = { category: Category; minutes: number; grade: Grade | null; people: number }
/** The index of demand, per mille, and who set it; `demandSet` null where nobody did and it is 1000. */
export type ResourceInputs = {
  resource: Resource; minutes: number; demandPerMille: number; demandSet: Setting | null; grade: Grade | null
}
/** `reach`: how many people it reached; both that and the completion are said by `set` when it is closed. */
export type ProjectInputs = {
  size: ProjectSize; sharePerMille: number; reach: number; completion: 'full' | 'partial'; set: Setting | null
}
export type CommunityInputs = {
  work: Work; participants: number; lasting: boolean; quality: 'high' | 'normal' | 'poor'; set: Setting | null
}

/** Somebody's time: one of the charter's difficulties, and a bonus for helping several at once [S1549-1574]. */
export function skillAward(charter: Charter, { category, minutes, grade, people }: SkillInputs): Contribution {
  const { coefficients, groupStepPerMille, groupMaxPerMille, minutesPerCv } = charter.skill
  const { perMille } = coefficients.find((row) => row.category === category)!
  const groupPerMille = Math.min(groupMaxPerMille, 1000 + groupStepPerMille * (people - 1))
  const factors = [fixed('difficulty', perMille), ...ratingOf(charter, grade), fixed('group', groupPerMille, people)]
  return { formula: 'skill', what: category, ...reckon(minutes, ONE_CV, minutesPerCv, factors) }
}

/** Something that is shared for so many units of its row, nights or days, or a part of one (`price.ts`) [S1522-1547]. */
export function resourceAward(charter: Charter, { resource, minutes, demandPerMille, demandSet, grade }: ResourceInputs): Contribution {
  const { bases, leastPerMille, mostPerMille } = charter.resource
  const row = rowOf(bases, resource)
  const { quantity, per } = unitsIn(row, minutes)
  const demand = Math.min(mostPerMille, Math.max(leastPerMille, demandPerMille))
  const factors = [chosen('demand', demand, demandSet), ...ratingOf(charter, grade)]
  return { formula: 'resource', what: resource, ...reckon(quantity, row.milli, per, factors) }
}

/** One person's part in a project [S1576-1600]. */
export function projectAward(charter: Charter, { size, sharePerMille, reach, completion, set }: ProjectInputs): Contribution {
  const { bases, reachPeople, reachPerMille, partialPerMille } = charter.project
  const base = bases.find((row) => row.size === size)?.milli ?? 0n
  const factors = [
    fixed('share', sharePerMille),
    chosen('reach', reach >= reachPeople ? reachPerMille : 1000, set, reach),
    chosen('completion', completion === 'full' ? 1000 : partialPerMille, set),
  ]
  return { formula: 'project', what: size, ...reckon(1, base, 1, factors) }
}

/** What somebody did for the community itself, by how many it reached [S1602-1626]. */
export function communityAward(charter: Charter, { work, participants, lasting, quality, set }: CommunityInputs): Contribution {
  const { participantsMax, lastingPerMille, highPerMille, poorPerMille } = charter.community
  const qualityPerMille = { high: highPerMille, normal: 1000, poor: poorPerMille }[quality]
  const factors = [chosen('lasting', lasting ? lastingPerMille : 1000, set), chosen('quality', qualityPerMille, set)]
  return { formula: 'community', what: work, ...reckon(Math.min(participants, participantsMax), ONE_CV, 1, factors) }
}

/** Where ratings move no award, there is no such factor. */
function ratingOf({ rating }: Charter, grade: Grade | null): Factor[] {
  if (!rating.movesAward) return []
  return [fixed('rating', [rating.poorPerMille, rating.fairPerMille, rating.goodPerMille][grade ?? GOOD]!, grade)]
}

const GOOD = 2

/**
 * Pays an award to a `changed` member of this hub, at the index of the day of `at`; gives back what was paid. Where
 * the charter says so it is multiplied by the standing score first [S1727]; who has none yet is paid in full.
 */
export function payAward(state: State, charter: Charter, member: Member, contribution: Contribution, at: At): Award {
  const score = charter.score.multipliesAward ? standingOf(state, member.acct, at.ts).perMille : null
  const award = score === null ? contribution : multipliedBy(contribution, fixed('score', score))
  const day = domainDay(state, at.ts)
  earn(state, member, award.milli, at)
  noteAward(state, award)
  if (award.formula === 'skill') notePractised(state, member.acct, award.what)
  return { ...award, day, seq: at.seq }
}

/** What the one who is helped gives, in base units of the day: nothing, or hour for hour, as far as they have it. */
export function priceOfHelp(state: State, charter: Charter, receiver: Member, minutes: number, at: At): bigint {
  if (charter.helpPrice === helpPrices.none) return 0n
  const price = timeValue(state, charter, minutes, at)
  const domain = availableOf(state, receiver, 'domain', at.ts)
  return price < domain ? price : domain
}

/**
 * Takes what was paid for help out of circulation: `given` has left the receiver already. Under hour for
 * hour the commons adds what the receiver did not have, as far as it can, so that nobody need not ask; that is
 * what is returned.
 */
export function redeemHelp(state: State, charter: Charter, given: bigint, minutes: number, at: At): bigint {
  const { books } = state
  books.redemption += given
  if (charter.helpPrice === helpPrices.none) return 0n
  const price = timeValue(state, charter, minutes, at)
  const missing = price > given ? price - given : 0n
  const fromCommons = missing < books.commons ? missing : books.commons
  books.commons -= fromCommons
  books.redemption += fromCommons
  return fromCommons
}

/** An hour for an hour, whatever it was: base units of the day. */
const timeValue = (state: State, charter: Charter, minutes: number, at: At): bigint =>
  baseOf(priceOfTime(charter, minutes).milli, domainIndex(state, domainDay(state, at.ts)))

/** What so much of somebody's time is, at difficulty 1.0: one hour is like another. */
export const priceOfTime = ({ skill }: Charter, minutes: number): Reckoning => reckon(minutes, ONE_CV, skill.minutesPerCv, [])
