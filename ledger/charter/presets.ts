/**
 * The four charters a hub may be founded with.
 *
 *  - `city`          the seeds' numbers, and where they contradict themselves or are silent, what the project decided
 *  - `seed-literal`  every literal reading of the seed: hours, heads counted one by one, awards times score
 *  - `time-bank`     every hour counts the same, whoever gives it and whatever it is; who receives an hour gives one back
 *  - `gift`          counts and thanks; balances are kept by the rules and shown to nobody
 *
 * `[S n]` and `[T n]` are lines of the two seed documents. Which contradiction is resolved how stands in the README
 * of `rules/`.
 */
import {
  categories, type Charter, firstSanctions, helpPrices, plans, type Preset, projectSizes, redemptions, resources, roles,
  services, spreads,
} from './charter.ts'

const CV = 1000n
const DAY_MINUTES = 1_440
const WEEK_MINUTES = 7 * DAY_MINUTES

const city: Charter = {
  format: 1,
  preset: 'city',
  skill: {
    coefficients: [
      { category: categories.basic, perMille: 1000 },
      { category: categories.language, perMille: 1200 },
      { category: categories.programming, perMille: 1500 },
    ],
    minutesPerCv: 1,
    groupStepPerMille: 100,
    groupMaxPerMille: 3000,
  },
  resource: {
    bases: [
      { resource: resources.room, unitMinutes: DAY_MINUTES, milli: 200n * CV },
      { resource: resources.vehicle, unitMinutes: DAY_MINUTES, milli: 150n * CV },
      { resource: resources.tool, unitMinutes: DAY_MINUTES, milli: 40n * CV },
      { resource: resources.workspace, unitMinutes: DAY_MINUTES, milli: 100n * CV },
      { resource: resources.bicycle, unitMinutes: DAY_MINUTES, milli: 20n * CV },
    ],
    peakPerMille: 1500, offSeasonPerMille: 800, leastPerMille: 800, mostPerMille: 1500,
  },
  project: {
    bases: [{ size: projectSizes.event, milli: 500n * CV }, { size: projectSizes.medium, milli: 2_000n * CV }],
    coreMaxPerMille: 300, participantMaxPerMille: 100, reachPeople: 100, reachPerMille: 1500, partialPerMille: 600,
  },
  community: { lastingPerMille: 1500, highPerMille: 1200, poorPerMille: 700, participantsMax: 100, worksAMonth: 3 },
  rating: { goodPerMille: 1000, fairPerMille: 700, poorPerMille: 300, movesAward: true },
  farming: { minutesMax: 30, days: 30, freeCount: 6, perMille: [500, 250, 0], careLeastPerMille: 500 },
  shortForm: { minutesMax: 240, monthMinutesMax: 1_200, proxyMinutesMax: 600 },
  helpPrice: helpPrices.none,
  price: {
    table: [
      { resource: resources.room, unitMinutes: DAY_MINUTES, milli: 200n * CV },
      { resource: resources.vehicle, unitMinutes: DAY_MINUTES, milli: 150n * CV },
      { resource: resources.tool, unitMinutes: DAY_MINUTES, milli: 40n * CV },
      { resource: resources.workspace, unitMinutes: DAY_MINUTES, milli: 100n * CV },
      { resource: resources.bicycle, unitMinutes: DAY_MINUTES, milli: 20n * CV },
    ],
    longStay: [{ fromUnits: 7, perMille: 500 }],
    spread: spreads.commons,
  },
  services: [
    { service: services.matching, milli: 60n * CV, days: 30 },
    { service: services.analytics, milli: 60n * CV, days: 30 },
    { service: services.course, milli: 60n * CV, days: 365 },
    { service: services.certification, milli: 60n * CV, days: 90 },
  ],
  certification: { peers: 3, levelMin: 3 },
  gates: { lottery: true, auction: false },
  windows: {
    confirmDays: 7, ratingDays: 14, holdDays: 30, shortFormDays: 7, suspenseDays: 30,
    disputeDays: 60, noticeDays: 14, appealDays: 14, caseHoldDays: 45,
    recoveryDays: 7, invitationDays: 30, ballotDays: 7, amendmentDays: 14,
    freeCancelHours: 48,
  },
  conversion: {
    globalPer: { numerator: 1, denominator: 3 },
    levelMin: 3,
    standingMinPerMille: 800,
    quarterMaxMilli: 1_500n * CV,
    yearMaxMilli: 30_000n * CV,
  },
  exposureMilli: 3_000n * CV,
  levels: {
    l3Milli: 1_000n * CV,
    l4Milli: 5_000n * CV,
    l5Milli: 10_000n * CV,
    recommendations: 3,
    governanceActs: 3,
  },
  score: {
    ratingPerMille: 300, usePerMille: 200, completionPerMille: 250, historyPerMille: 150, feedbackPerMille: 100,
    highPerMille: 800, mediumPerMille: 500, feedbackMembers: 3, multipliesAward: false,
  },
  vote: {
    proposeLevel: 4, voteLevel: 5, quorum: { numerator: 1, denominator: 2 }, majority: { numerator: 2, denominator: 3 },
    youngBelow: 5,
  },
  roles: [
    { role: roles.steward, name: '召集人', termDays: 730, needsContribution: false },
    { role: roles.coordinator, name: '片区协调人', termDays: 365, needsContribution: false },
    { role: roles.operator, name: '运维员', termDays: 730, needsContribution: false },
    { role: roles.auditor, name: '审计员', termDays: 365, needsContribution: false },
    { role: roles.partner, name: '合作伙伴', termDays: 365, needsContribution: false },
  ],
  stewardThreshold: 2,
  tiers: [
    { upToMilli: 1_000n * CV, signatures: 1 },
    { upToMilli: 5_000n * CV, signatures: 2 },
    { upToMilli: 2n ** 63n, signatures: 3 },
  ],
  sanctions: { first: firstSanctions.all, jurors: 3 },
  decay: { domainPerMille: 100, dormantAfterDays: 365, dormantOverDays: 730 },
  cap: { yearMilli: 30_000n * CV, warnPerMille: 800 },
  commons: { yearlyIssueMilli: 60n * CV, newcomerGrantMilli: 300n * CV, grantMaxMilli: 300n * CV },
  reserve: { isOpen: true, capMilli: 90_000n * CV, ageMin: 60, hubMaxPerMille: 200 },
  gift: { isOpen: false, maxMilli: 60n * CV, yearMaxMilli: 300n * CV },
  referral: { isOpen: true, yearMax: 3, milli: 60n * CV },
  deposit: { isOpen: false, minor: 100, currency: 'CNY' },
  redemption: redemptions.off,
  income: {
    need: { leastPerMille: 50, mostPerMille: 150 },
    resource: { leastPerMille: 100, mostPerMille: 200 },
    skill: { leastPerMille: 100, mostPerMille: 200 },
    plans: [
      { plan: plans.basic, minor: 500 }, { plan: plans.plus, minor: 1_500 }, { plan: plans.pro, minor: 3_000 },
      { plan: plans.community, minor: 5_000 }, { plan: plans.enterprise, minor: 20_000 },
    ],
    currency: 'USD',
  },
  display: { hours: false, amounts: true, currencyName: '贡献值' },
}

/**
 * Hours [S1570], ten people are ten times one [S1574], awards times score [S1727], a first offence zeroes [S1768], the
 * three prices of the seed's examples [S1651-1653], no discount for long stays, places that are bid for [S1660].
 */
const seedLiteral: Charter = {
  ...city,
  preset: 'seed-literal',
  skill: { ...city.skill, minutesPerCv: 60, groupStepPerMille: 1000, groupMaxPerMille: 1_000_000 },
  price: {
    ...city.price,
    table: [
      { resource: resources.room, unitMinutes: DAY_MINUTES, milli: 300n * CV },
      { resource: resources.vehicle, unitMinutes: DAY_MINUTES, milli: 150n * CV },
      { resource: resources.tool, unitMinutes: DAY_MINUTES, milli: 40n * CV },
      { resource: resources.workspace, unitMinutes: DAY_MINUTES, milli: 150n * CV },
      { resource: resources.bicycle, unitMinutes: WEEK_MINUTES, milli: 200n * CV },
    ],
    longStay: [],
  },
  gates: { ...city.gates, auction: true },
  score: { ...city.score, multipliesAward: true },
}

/** [T4-6] an hour of any service is an hour; [T11] 城优品; [T27] 1 元; [T32] 1传3; [T33, T53] the ladder of roles. */
const timeBank: Charter = {
  ...city,
  preset: 'time-bank',
  skill: {
    ...city.skill,
    coefficients: city.skill.coefficients.map(({ category }) => ({ category, perMille: 1000 })),
    groupStepPerMille: 0,
    groupMaxPerMille: 1000,
  },
  rating: { ...city.rating, movesAward: false },
  helpPrice: helpPrices['hour-for-hour'],
  roles: [
    { role: roles.steward, name: '社区会长', termDays: 730, needsContribution: true },
    { role: roles.coordinator, name: '片区协调人', termDays: 365, needsContribution: true },
    { role: roles.operator, name: '运维员', termDays: 730, needsContribution: true },
    { role: roles.auditor, name: '审计员', termDays: 365, needsContribution: true },
    { role: roles.symbiont, name: '共生会员', termDays: 365, needsContribution: true },
    { role: roles.partner, name: '城市合伙人', termDays: 365, needsContribution: true },
  ],
  cap: { ...city.cap, yearMilli: 90_000n * CV },
  deposit: { ...city.deposit, isOpen: true },
  redemption: redemptions.surplus,
  display: { hours: true, amounts: true, currencyName: '时间积分' },
}

const gift: Charter = {
  ...city,
  preset: 'gift',
  price: { ...city.price, table: city.price.table.map((row) => ({ ...row, milli: 0n })), longStay: [] },
  services: [],
  referral: { ...city.referral, isOpen: false },
  display: { ...city.display, amounts: false },
}

export const presets: Record<Preset, Charter> = { city, 'seed-literal': seedLiteral, 'time-bank': timeBank, gift }
