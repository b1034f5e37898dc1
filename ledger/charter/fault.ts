/**
 * Why a charter cannot work, by name.
 *
 * Two kinds of fault. What contradicts itself: shares that come to more than one, tiers out of order, a threshold that
 * nobody could reach. And what a reader of somebody else's log must be able to rely on: whatever two strangers write
 * into their charter, every sum and every day that follows from it stays a number that all machines add alike.
 */
import { AGREED_MILLI_MAX, isSoundRate } from '../value/amount.ts'
import { categories, type Charter, decodeCharter, roles } from './charter.ts'
import { DECAY_PER_MILLE_MAX } from '../value/decay.ts'

/**
 * The only reader of charters that a rule may use. Null for other bytes and for a charter that cannot work; who has to
 * tell a person why asks `charterFault`.
 */
export function parseCharter(bytes: Uint8Array): Charter | null {
  const charter = decodeCharter(bytes)
  return charter !== null && charterFault(charter) === null ? charter : null
}

/** The first fault in the order of this list, or null for a charter that can work. */
export function charterFault(charter: Charter): CharterFault | null {
  return faults.find(([, has]) => has(charter))?.[0] ?? null
}

const WINDOW_DAYS = { least: 1, most: 3_650 }
const FREE_CANCEL_HOURS_MAX = 3_650 * 24
const COEFFICIENT_PER_MILLE = { least: 100, most: 10_000 }
const GROUP_PER_MILLE = { least: 1_000, most: 1_000_000 }
const UNIT_MINUTES = { least: 1, most: 366 * 1_440 }
const LEVELS = { least: 1, most: 5 }
const PEOPLE_ASKED_MAX = 1_000

type Range = { least: number; most: number }
const isWithin = (value: number, { least, most }: Range): boolean => value >= least && value <= most
const isShare = (...perMille: number[]): boolean => perMille.every((value) => value <= 1000)
const hasDouble = (codes: number[]): boolean => new Set(codes).size !== codes.length
const isAscending = <T extends number | bigint>(values: T[]): boolean =>
  values.every((value, i) => i === 0 || value > values[i - 1]!)
const isProperFraction = ({ numerator, denominator }: { numerator: number; denominator: number }): boolean =>
  denominator > 0 && denominator <= 1_000_000 && numerator > 0 && numerator <= denominator

const faults = [
  ['category-twice', ({ skill }) => hasDouble(skill.coefficients.map((row) => row.category))],
  ['category-missing', ({ skill }) => skill.coefficients.length !== Object.keys(categories).length],
  ['coefficient-out-of-range', ({ skill }) => skill.coefficients.some((row) => !isWithin(row.perMille, COEFFICIENT_PER_MILLE))],
  ['unit-of-time', ({ skill }) => skill.minutesPerCv !== 1 && skill.minutesPerCv !== 60],
  ['group-below-one', ({ skill }) => skill.groupMaxPerMille < GROUP_PER_MILLE.least],
  ['group-too-large', ({ skill }) => Math.max(skill.groupMaxPerMille, skill.groupStepPerMille) > GROUP_PER_MILLE.most],
  ['rating-above-one', ({ rating }) => rating.goodPerMille > 1000],
  ['ratings-unordered', ({ rating }) => rating.goodPerMille < rating.fairPerMille || rating.fairPerMille < rating.poorPerMille],

  ['resource-twice', ({ resource, price }) => [resource.bases, price.table].some((rows) => hasDouble(rows.map((row) => row.resource)))],
  ['unit-out-of-range', ({ resource, price }) => [...resource.bases, ...price.table].some((row) => !isWithin(row.unitMinutes, UNIT_MINUTES))],
  ['demand-out-of-range', ({ resource: { leastPerMille, offSeasonPerMille, peakPerMille, mostPerMille } }) =>
    leastPerMille < COEFFICIENT_PER_MILLE.least || leastPerMille > offSeasonPerMille || offSeasonPerMille > 1000 ||
    peakPerMille < 1000 || peakPerMille > mostPerMille || mostPerMille > COEFFICIENT_PER_MILLE.most],
  ['long-stay-unordered', ({ price }) =>
    !isAscending(price.longStay.map((tier) => tier.fromUnits)) || !isShare(...price.longStay.map((tier) => tier.perMille))],
  ['project-size-twice', ({ project }) => hasDouble(project.bases.map((row) => row.size))],
  ['share-above-one', ({ project }) => !isShare(project.coreMaxPerMille, project.participantMaxPerMille, project.partialPerMille)],
  ['impact-out-of-range', ({ project, community }) =>
    ![project.reachPerMille, community.lastingPerMille, community.highPerMille].every((value) => isWithin(value, { least: 1000, most: 10_000 })) ||
    community.poorPerMille > 1000],
  ['community-out-of-range', ({ community }) => community.participantsMax > PEOPLE_ASKED_MAX || community.worksAMonth > PEOPLE_ASKED_MAX],
  ['farming-out-of-range', ({ farming }) =>
    farming.perMille.length === 0 || !isShare(...farming.perMille, farming.careLeastPerMille) ||
    !isWithin(farming.days, { least: 1, most: 90 }) || farming.freeCount > PEOPLE_ASKED_MAX],
  ['service-twice', (charter) => hasDouble(charter.services.map((row) => row.service))],
  ['service-out-of-range', (charter) => charter.services.some((row) => !isWithin(row.days, WINDOW_DAYS))],
  ['certification-out-of-reach', ({ certification }) => certification.peers < 1 || !isWithin(certification.levelMin, LEVELS)],

  ['window-out-of-range', ({ windows: { freeCancelHours, ...days } }) =>
    Object.values(days).some((window) => !isWithin(window, WINDOW_DAYS)) || freeCancelHours > FREE_CANCEL_HOURS_MAX],
  ['conversion-above-a-third', ({ conversion }) => !isSoundRate(conversion.globalPer)],
  ['conversion-out-of-reach', ({ conversion }) => !isWithin(conversion.levelMin, LEVELS) || conversion.standingMinPerMille > 1000],

  ['levels-unordered', ({ levels }) => !isAscending([levels.l3Milli, levels.l4Milli, levels.l5Milli])],
  ['weights-not-one', ({ score }) =>
    score.ratingPerMille + score.usePerMille + score.completionPerMille + score.historyPerMille + score.feedbackPerMille !== 1000],
  ['bands-unordered', ({ score }) => score.mediumPerMille > score.highPerMille || score.highPerMille > 1000],
  ['vote-out-of-reach', ({ vote }) =>
    !isWithin(vote.proposeLevel, LEVELS) || !isWithin(vote.voteLevel, LEVELS) || vote.youngBelow < 1 || !isProperFraction(vote.quorum) || !isProperFraction(vote.majority)],
  ['role-twice', (charter) => hasDouble(charter.roles.map((row) => row.role))],
  ['no-steward-role', (charter) => !charter.roles.some((row) => row.role === roles.steward)],
  ['term-out-of-range', (charter) => charter.roles.some((row) => !isWithin(row.termDays, WINDOW_DAYS))],
  ['no-steward-needed', ({ stewardThreshold }) => stewardThreshold < 1],
  ['tiers-unordered', ({ tiers }) => tiers.length === 0 || !isAscending(tiers.map((tier) => tier.upToMilli))],
  ['tier-without-signature', ({ tiers }) => tiers.some((tier) => tier.signatures < 1)],
  ['no-jurors', ({ sanctions }) => sanctions.jurors < 1 || sanctions.jurors % 2 === 0],

  ['decay-too-fast', ({ decay }) => decay.domainPerMille > DECAY_PER_MILLE_MAX],
  ['dormancy-out-of-range', ({ decay }) =>
    !isWithin(decay.dormantAfterDays, { least: 30, most: 3_650 }) || !isWithin(decay.dormantOverDays, WINDOW_DAYS)],
  ['share-out-of-range', ({ cap, reserve }) => !isShare(cap.warnPerMille, reserve.hubMaxPerMille)],
  ['commission-out-of-range', ({ income }) =>
    [income.need, income.resource, income.skill].some(({ leastPerMille, mostPerMille }) => leastPerMille > mostPerMille || mostPerMille > 1000)],
  ['plan-twice', ({ income }) => hasDouble(income.plans.map((row) => row.plan))],
  ['currency-not-a-code', ({ deposit, income }) => [deposit.currency, income.currency].some((code) => !/^[A-Z]{3}$/.test(code))],
  ['money-too-large', ({ deposit, income }) => [deposit.minor, ...income.plans.map((row) => row.minor)].some((minor) => minor > MONEY_MINOR_MAX)],
  ['amount-too-large', (charter) => amountsIn(charter).some((milli) => milli > AGREED_MILLI_MAX)],
  ['too-many-asked', (charter) => countsIn(charter).some((count) => count > PEOPLE_ASKED_MAX)],
] as const satisfies readonly (readonly [string, (charter: Charter) => boolean])[]

export type CharterFault = (typeof faults)[number][0]

/**
 * How many stewards a charter asks for at most: to confirm a change of it, or by the highest of its tiers. That there are fewer is no
 * fault, since then all there are sign (`stewardsNeeded`); whoever proposes or founds is told so.
 */
export const stewardsAsked = ({ stewardThreshold, tiers }: Charter): number => Math.max(stewardThreshold, ...tiers.map(({ signatures }) => signatures))

const MONEY_MINOR_MAX = 100_000_000

const amountsIn = (charter: Charter): bigint[] => {
  const { levels, conversion, exposureMilli, cap, commons, reserve, gift, referral } = charter
  return [
    levels.l3Milli, levels.l4Milli, levels.l5Milli, conversion.quarterMaxMilli, conversion.yearMaxMilli, exposureMilli,
    cap.yearMilli, commons.yearlyIssueMilli, commons.newcomerGrantMilli, commons.grantMaxMilli, reserve.capMilli,
    gift.maxMilli, gift.yearMaxMilli, referral.milli,
    ...[...charter.resource.bases, ...charter.price.table, ...charter.project.bases, ...charter.services].map((row) => row.milli),
  ]
}

const countsIn = ({ levels, stewardThreshold, tiers, sanctions, score, vote, referral, price, certification }: Charter): number[] => [
  levels.recommendations, levels.governanceActs, stewardThreshold, sanctions.jurors, score.feedbackMembers,
  vote.youngBelow, referral.yearMax, certification.peers, ...tiers.map((tier) => tier.signatures), ...price.longStay.map((tier) => tier.fromUnits),
]
