/** *Charter* of the README: the numbers that the rules ask for, and when they can work together. */
import { ascending, distinct } from './bytes.ts'
import type { Value } from './shapes.ts'

export type Ratio = { numerator: bigint; denominator: bigint }
export type Tier = { upToMilli: bigint; signatures: bigint }
type PriceRow = { resource: bigint; unitMinutes: bigint; milli: bigint }
type Commission = { leastPerMille: bigint; mostPerMille: bigint }
type Windows = Record<
  | 'confirmDays' | 'ratingDays' | 'holdDays' | 'shortFormDays' | 'suspenseDays' | 'disputeDays' | 'noticeDays' | 'appealDays'
  | 'caseHoldDays' | 'recoveryDays' | 'invitationDays' | 'ballotDays' | 'amendmentDays' | 'freeCancelHours', bigint>

export type Charter = {
  preset: string
  skill: { coefficients: { category: bigint; perMille: bigint }[]; minutesPerCv: bigint; groupStepPerMille: bigint; groupMaxPerMille: bigint }
  resource: { bases: PriceRow[]; peakPerMille: bigint; offSeasonPerMille: bigint; leastPerMille: bigint; mostPerMille: bigint }
  project: {
    bases: { size: bigint; milli: bigint }[]; coreMaxPerMille: bigint; participantMaxPerMille: bigint; reachPeople: bigint
    reachPerMille: bigint; partialPerMille: bigint
  }
  community: { lastingPerMille: bigint; highPerMille: bigint; poorPerMille: bigint; participantsMax: bigint; worksAMonth: bigint }
  rating: { goodPerMille: bigint; fairPerMille: bigint; poorPerMille: bigint; movesAward: boolean }
  farming: { minutesMax: bigint; days: bigint; freeCount: bigint; perMille: bigint[]; careLeastPerMille: bigint }
  shortForm: { minutesMax: bigint; monthMinutesMax: bigint; proxyMinutesMax: bigint }
  helpPrice: bigint
  price: { table: PriceRow[]; longStay: { fromUnits: bigint; perMille: bigint }[]; spread: bigint }
  services: { service: bigint; milli: bigint; days: bigint }[]
  certification: { peers: bigint; levelMin: bigint }
  gates: { lottery: boolean; auction: boolean }
  windows: Windows
  conversion: { globalPer: Ratio; levelMin: bigint; standingMinPerMille: bigint; quarterMaxMilli: bigint; yearMaxMilli: bigint }
  exposureMilli: bigint
  levels: { l3Milli: bigint; l4Milli: bigint; l5Milli: bigint; recommendations: bigint; governanceActs: bigint }
  score: {
    ratingPerMille: bigint; usePerMille: bigint; completionPerMille: bigint; historyPerMille: bigint; feedbackPerMille: bigint
    highPerMille: bigint; mediumPerMille: bigint; feedbackMembers: bigint; multipliesAward: boolean
  }
  vote: { proposeLevel: bigint; voteLevel: bigint; quorum: Ratio; majority: Ratio; youngBelow: bigint }
  roles: { role: bigint; name: string; termDays: bigint; needsContribution: boolean }[]
  stewardThreshold: bigint
  tiers: Tier[]
  sanctions: { first: bigint; jurors: bigint }
  decay: { domainPerMille: bigint; dormantAfterDays: bigint; dormantOverDays: bigint }
  cap: { yearMilli: bigint; warnPerMille: bigint }
  commons: { yearlyIssueMilli: bigint; newcomerGrantMilli: bigint; grantMaxMilli: bigint }
  reserve: { isOpen: boolean; capMilli: bigint; ageMin: bigint; hubMaxPerMille: bigint }
  gift: { isOpen: boolean; maxMilli: bigint; yearMaxMilli: bigint }
  referral: { isOpen: boolean; yearMax: bigint; milli: bigint }
  deposit: { isOpen: boolean; minor: bigint; currency: string }
  redemption: bigint
  income: { need: Commission; resource: Commission; skill: Commission; plans: { plan: bigint; minor: bigint }[]; currency: string }
}

/** Whether numbers stand in this order, none above the next: `within(100n, x, 1000n)`. */
const within = (...numbers: bigint[]): boolean => numbers.every((n, i) => i === 0 || numbers[i - 1]! <= n)

export const isSoundRatio = ({ numerator, denominator }: Ratio): boolean => within(1n, denominator, 10n ** 6n) && 3n * numerator <= denominator

/** The table of faults: a charter has none. */
export const isSoundCharter = (charter: Charter): boolean =>
  hasSoundAwards(charter) && hasSoundTimes(charter) && hasSoundPeople(charter) && hasSoundAmounts(charter)

function hasSoundAwards({ skill, rating, resource, price, project, community, farming, services }: Charter): boolean {
  const { groupStepPerMille, groupMaxPerMille } = skill
  const rows = (table: PriceRow[]) => distinct(table.map((row) => row.resource)) && table.every((row) => within(1n, row.unitMinutes, 366n * 1_440n))
  return skill.coefficients.map(({ category }) => category).sort().join() === '1,2,3' &&
    skill.coefficients.every(({ perMille }) => within(100n, perMille, 10_000n)) && [1n, 60n].includes(skill.minutesPerCv) &&
    within(1_000n, groupMaxPerMille, 1_000_000n) && groupStepPerMille <= 1_000_000n &&
    within(rating.poorPerMille, rating.fairPerMille, rating.goodPerMille, 1_000n) && rows(resource.bases) && rows(price.table) &&
    within(100n, resource.leastPerMille, resource.offSeasonPerMille, 1_000n, resource.peakPerMille, resource.mostPerMille, 10_000n) &&
    ascending(price.longStay.map(({ fromUnits }) => fromUnits)) && price.longStay.every(({ perMille }) => perMille <= 1_000n) &&
    distinct(project.bases.map(({ size }) => size)) &&
    [project.coreMaxPerMille, project.participantMaxPerMille, project.partialPerMille, community.poorPerMille].every((n) => n <= 1_000n) &&
    [project.reachPerMille, community.lastingPerMille, community.highPerMille].every((n) => within(1_000n, n, 10_000n)) &&
    community.participantsMax <= 1_000n && community.worksAMonth <= 1_000n &&
    farming.perMille.length > 0 && [...farming.perMille, farming.careLeastPerMille].every((n) => n <= 1_000n) &&
    within(1n, farming.days, 90n) && farming.freeCount <= 1_000n && distinct(services.map(({ service }) => service))
}

function hasSoundTimes({ windows, decay, roles, services }: Charter): boolean {
  const { freeCancelHours, ...days } = windows
  return [...Object.values(days), ...roles.map(({ termDays }) => termDays), ...services.map(({ days }) => days), decay.dormantOverDays].every((n) => within(1n, n, 3_650n)) &&
    freeCancelHours <= 87_600n && decay.domainPerMille <= 150n && within(30n, decay.dormantAfterDays, 3_650n)
}

function hasSoundPeople({ certification, conversion, levels, score, vote, roles, stewardThreshold, tiers, sanctions, referral, price }: Charter): boolean {
  const weights = [score.ratingPerMille, score.usePerMille, score.completionPerMille, score.historyPerMille, score.feedbackPerMille]
  const isShare = ({ numerator, denominator }: Ratio) => within(1n, numerator, denominator, 10n ** 6n)
  const signatures = tiers.map((tier) => tier.signatures)
  return isSoundRatio(conversion.globalPer) && certification.peers >= 1n && conversion.standingMinPerMille <= 1_000n &&
    [conversion.levelMin, certification.levelMin, vote.proposeLevel, vote.voteLevel].every((n) => within(1n, n, 5n)) &&
    ascending([levels.l3Milli, levels.l4Milli, levels.l5Milli]) && weights.reduce((a, b) => a + b) === 1_000n &&
    within(score.mediumPerMille, score.highPerMille, 1_000n) && isShare(vote.quorum) && isShare(vote.majority) &&
    distinct(roles.map(({ role }) => role)) && roles.some(({ role }) => role === 1n) && vote.youngBelow >= 1n && stewardThreshold >= 1n && tiers.length > 0 &&
    ascending(tiers.map(({ upToMilli }) => upToMilli)) && signatures.every((n) => n >= 1n) && sanctions.jurors % 2n === 1n &&
    [
      stewardThreshold, ...signatures, certification.peers, levels.recommendations, levels.governanceActs, sanctions.jurors, score.feedbackMembers,
      vote.youngBelow, referral.yearMax, ...price.longStay.map(({ fromUnits }) => fromUnits),
    ].every((n) => n <= 1_000n)
}

function hasSoundAmounts(charter: Charter): boolean {
  const { cap, reserve, income, deposit } = charter
  return cap.warnPerMille <= 1_000n && reserve.hubMaxPerMille <= 1_000n && distinct(income.plans.map(({ plan }) => plan)) &&
    [income.need, income.resource, income.skill].every(({ leastPerMille, mostPerMille }) => within(leastPerMille, mostPerMille, 1_000n)) &&
    [deposit, income].every(({ currency }) => /^[A-Z]{3}$/.test(currency)) &&
    [deposit.minor, ...income.plans.map(({ minor }) => minor)].every((n) => n <= 10n ** 8n) &&
    amountsIn(charter as unknown as Value).every((n) => n <= 10n ** 12n)
}

/** Every amount in milli but those of tiers. */
function amountsIn(value: Value): bigint[] {
  if (Array.isArray(value)) return value.flatMap(amountsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) => {
    const isAmount = typeof one === 'bigint' && name !== 'upToMilli' && /^milli$|Milli$/.test(name)
    return isAmount ? [one] : amountsIn(one)
  })
}
