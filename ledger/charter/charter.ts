/**
 * The charter 公约: what one community has agreed about its own numbers.
 *
 * Every rule reads its parameters here and never carries one itself, so that a change of the rules is an
 * entry in the record and not a release of the program. The charter of a new hub is one of the presets
 * (`presets.ts`); its bytes stand in entry 0 and their hash in the genesis document; later ones stand in the
 * entries that amend it. One that cannot work is refused by name (`fault.ts`).
 *
 * Units: milli-CV for amounts (1 CV = 1000 milli), per-mille for factors, rates and shares, whole days for
 * windows, minor units of a currency (fen, cents) where money is only noted. Defaults follow the seeds,
 * Annex 4; where they are silent the README of `rules/` says who decided.
 */
import { sha256 } from '../hash.ts'
import { decodeAs, encodeAs, fields, flag, type Infer, listOf, literal, big, oneOf, textUpTo, uint } from '../schema.ts'

/** What a service is, for the skill formula. The codes are what entries carry; they never change meaning. */
export const categories = { basic: 1, language: 2, programming: 3 } as const
export type Category = (typeof categories)[keyof typeof categories]
export const categoryCode = oneOf(1, 2, 3)

/** What is shared, for the resource formula and the table of prices [seed, Annex 4, 资源贡献]. */
export const resources = { room: 1, vehicle: 2, tool: 3, workspace: 4, bicycle: 5 } as const
export type Resource = (typeof resources)[keyof typeof resources]
export const resourceCode = oneOf(1, 2, 3, 4, 5)

/** How large a project is [seed, Annex 4, 项目贡献]. */
export const projectSizes = { event: 1, medium: 2 } as const
export type ProjectSize = (typeof projectSizes)[keyof typeof projectSizes]
export const projectSizeCode = oneOf(1, 2)

/** What somebody does for the community itself [seed, Annex 4, 社群贡献]. */
export const works = { gathering: 1, article: 2, video: 3, podcast: 4, moderation: 5, guidance: 6 } as const
export type Work = (typeof works)[keyof typeof works]
export const workCode = oneOf(1, 2, 3, 4, 5, 6)

/** What the hub itself offers for contribution value [seed, Annex 4, 平台服务]. */
export const services = { matching: 1, analytics: 2, course: 3, certification: 4 } as const
export type ServiceCode = (typeof services)[keyof typeof services]
export const serviceCode = oneOf(1, 2, 3, 4)

/** What somebody is appointed to; see `levels` for what is computed. `volunteer` is every member of a time bank. */
export const roles = { steward: 1, coordinator: 2, operator: 3, auditor: 4, partner: 5, symbiont: 6 } as const
export type Role = (typeof roles)[keyof typeof roles]
export const roleCode = oneOf(1, 2, 3, 4, 5, 6)

/** Paid plans that an operator may note as income: personal and for organisations. They buy nothing in CV. */
export const plans = { basic: 1, plus: 2, pro: 3, community: 4, enterprise: 5 } as const
export type Plan = (typeof plans)[keyof typeof plans]
export const planCode = oneOf(1, 2, 3, 4, 5)

/** `none`: helping is awarded and never charged. `hour-for-hour`: who receives help gives its time value. */
export const helpPrices = { none: 0, 'hour-for-hour': 1 } as const
/** Where the difference goes between what a user gives for a resource and what its provider is awarded. */
export const spreads = { commons: 0, burn: 1, provider: 2 } as const
/** What a first finding zeroes: everything, or only what came from the entries in question. */
export const firstSanctions = { all: 0, tainted: 1 } as const
/** What partners may offer for CV: nothing, capacity they have to spare, or vouchers they issue themselves. */
export const redemptions = { off: 0, surplus: 1, vouchers: 2 } as const

/** A price or base: so many milli for each `unitMinutes` (a night or day 1,440, a week 10,080). */
const rowPerUnit = fields({ resource: resourceCode, unitMinutes: uint, milli: big })
const fraction = fields({ numerator: uint, denominator: uint })
const commission = fields({ leastPerMille: uint, mostPerMille: uint })

const charterSchema = fields({
  format: literal(1),
  preset: oneOf('city', 'seed-literal', 'time-bank', 'gift'),

  // What contributions are worth
  skill: fields({
    /** Per-mille difficulty by category code: programming 1.5, language 1.2, basic 1.0 [seed, Annex 4]. */
    coefficients: listOf(fields({ category: categoryCode, perMille: uint }), 16),
    /** Minutes of ordinary service that are worth 1 CV; 60 under the seed's literal reading. */
    minutesPerCv: uint,
    /** group = 1 + step·(n−1), at most `groupMax` ("系数加成"). */
    groupStepPerMille: uint,
    groupMaxPerMille: uint,
  }),
  resource: fields({
    bases: listOf(rowPerUnit, 16),
    /** Peak season and off-season, and between what any demand index must lie. */
    peakPerMille: uint, offSeasonPerMille: uint, leastPerMille: uint, mostPerMille: uint,
  }),
  project: fields({
    bases: listOf(fields({ size: projectSizeCode, milli: big }), 8),
    /** The largest share of one core organiser, and of one participant; all shares are 1 at most. */
    coreMaxPerMille: uint, participantMaxPerMille: uint,
    /** From so many people reached, the impact factor is this. */
    reachPeople: uint, reachPerMille: uint,
    /** Completion: what a partly finished project counts. */
    partialPerMille: uint,
  }),
  community: fields({
    /** Impact of what became a lasting community, and quality of what was found very useful, or poor. */
    lastingPerMille: uint, highPerMille: uint, poorPerMille: uint,
    participantsMax: uint, worksAMonth: uint,
  }),
  rating: fields({ goodPerMille: uint, fairPerMille: uint, poorPerMille: uint, movesAward: flag }),
  /**
   * Many short helps of one category between the same two: after `freeCount` of at most `minutesMax` within `days`,
   * each further one counts the next of `perMille` and the last of them from then on; between people of a care
   * relation never less than `careLeastPerMille` (rule R6).
   */
  farming: fields({
    minutesMax: uint, days: uint, freeCount: uint, perMille: listOf(uint, 8), careLeastPerMille: uint,
  }),
  /** 记一次帮助 without check-in: more than this is flagged, and never invalid. */
  shortForm: fields({ minutesMax: uint, monthMinutesMax: uint, proxyMinutesMax: uint }),

  // What using costs
  helpPrice: oneOf(0, 1),
  price: fields({
    table: listOf(rowPerUnit, 16),
    /** From so many units on, all of them cost this; ascending. */
    longStay: listOf(fields({ fromUnits: uint, perMille: uint }), 8),
    spread: oneOf(0, 1, 2),
  }),
  /** What the hub offers for CV, and for how many days each is good. */
  services: listOf(fields({ service: serviceCode, milli: big, days: uint }), 16),
  /** So many members of at least this level, who have given such help themselves, certify a skill. */
  certification: fields({ peers: uint, levelMin: uint }),
  gates: fields({ lottery: flag, auction: flag }),

  windows: fields({
    confirmDays: uint, ratingDays: uint, holdDays: uint, shortFormDays: uint, suspenseDays: uint,
    disputeDays: uint, noticeDays: uint, appealDays: uint, caseHoldDays: uint,
    recoveryDays: uint, invitationDays: uint, ballotDays: uint, amendmentDays: uint,
    /** Until so many hours before it begins, an agreement may be called off without a trace in one's standing. */
    freeCancelHours: uint,
  }),

  // Between cities
  conversion: fields({
    globalPer: fraction,
    levelMin: uint,
    standingMinPerMille: uint,
    /** Nominal Global credited: to one member in a quarter, to all of this hub's in a year. */
    quarterMaxMilli: big,
    yearMaxMilli: big,
  }),
  /** What a newly met city may send before anybody has set a limit, nominal Global milli, each way. */
  exposureMilli: big,

  // Standing and power
  levels: fields({ l3Milli: big, l4Milli: big, l5Milli: big, recommendations: uint, governanceActs: uint }),
  /** The weights of the standing score, which add up to 1000, and from where its bands begin. */
  score: fields({
    ratingPerMille: uint, usePerMille: uint, completionPerMille: uint, historyPerMille: uint, feedbackPerMille: uint,
    highPerMille: uint, mediumPerMille: uint,
    /** Feedback counts from so many different members on. */
    feedbackMembers: uint,
    /** The literal reading: awards are multiplied by the score. */
    multipliesAward: flag,
  }),
  vote: fields({
    proposeLevel: uint, voteLevel: uint, quorum: fraction, majority: fraction,
    /** While fewer members than this hold the level that a power needs, the assembly holds it. */
    youngBelow: uint,
  }),
  roles: listOf(fields({ role: roleCode, name: textUpTo(48), termDays: uint, needsContribution: flag }), 16),
  /** Stewards needed for a decision of the hub; never more than there are stewards. */
  stewardThreshold: uint,
  /** Signatures a transfer needs, by its nominal Global amount: the first tier that reaches it counts. */
  tiers: listOf(fields({ upToMilli: big, signatures: uint }), 8),
  sanctions: fields({ first: oneOf(0, 1), jurors: uint }),

  // What time takes, what is kept, what is shared
  decay: fields({
    domainPerMille: uint,
    /** Without activity for so many days an account is dormant, and then goes to zero over so many more. */
    dormantAfterDays: uint, dormantOverDays: uint,
  }),
  cap: fields({ yearMilli: big, warnPerMille: uint }),
  commons: fields({
    /** Issued to it each protocol year for every attested member. */
    yearlyIssueMilli: big, newcomerGrantMilli: big, grantMaxMilli: big,
  }),
  /** 时间储备: help saved for old age, without decay. */
  reserve: fields({ isOpen: flag, capMilli: big, ageMin: uint, hubMaxPerMille: uint }),
  gift: fields({ isOpen: flag, maxMilli: big, yearMaxMilli: big }),

  // Growth, and money that is only noted
  referral: fields({ isOpen: flag, yearMax: uint, milli: big }),
  deposit: fields({ isOpen: flag, minor: uint, currency: textUpTo(3) }),
  redemption: oneOf(0, 1, 2),
  income: fields({
    need: commission, resource: commission, skill: commission,
    plans: listOf(fields({ plan: planCode, minor: uint }), 16),
    currency: textUpTo(3),
  }),

  /** How people see amounts: as hours and minutes (时间积分), or not at all. */
  display: fields({ hours: flag, amounts: flag, currencyName: textUpTo(48) }),
})

export type Charter = Infer<typeof charterSchema>
export type Preset = Charter['preset']

/** A charter's bytes in a record are at most this. */
export const CHARTER_BYTES_MAX = 12_288

/** The canonical bytes of a charter, as they stand in the record. */
export const encodeCharter = (charter: Charter): Uint8Array => encodeAs(charterSchema, charter)

/** The SHA-256 of those bytes, by which whoever joins agrees to it. Remembered: every newcomer is asked about the same. */
export function hashOfCharter(charter: Charter): Uint8Array {
  const known = hashes.get(charter)
  if (known !== undefined) return known
  const hash = sha256(encodeCharter(charter))
  hashes.set(charter, hash)
  return hash
}

const hashes = new WeakMap<Charter, Uint8Array>()

/** The charter that these bytes spell, whether or not it can work (`parseCharter` asks); null for other bytes. */
export const decodeCharter = (bytes: Uint8Array): Charter | null => decodeAs(charterSchema, bytes)
