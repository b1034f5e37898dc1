/**
 * What was awarded, whatever it came of: all that a correction asks about (`correction.ts`).
 *
 * Help agreed on or written down, a use, a session, a part in a project, a work. Each counts something of its own (minutes,
 * the ‰ of a share, people), is about people who have a part in it, and was awarded by a reckoning of which only that
 * number changes.
 */
import type { Hex } from '../action.ts'
import { mulDiv } from '../value/amount.ts'
import type { Charter } from '../charter/charter.ts'
import { baseOf } from '../value/decay.ts'
import { productOf, type Reckoning } from '../value/reckoning.ts'
import type { Refusal } from '../refusal.ts'
import {
  type Agreement, type Award, type Correction, correctionOf, type Help, type Project, type Session, type Work,
} from '../state/matters.ts'
import { domainIndex, type State } from '../state/state.ts'
import { charterFor, minutesAgreed, minutesBetween } from './course.ts'
import { attended } from './grading.ts'
import { roleMaxOf } from './project.ts'
import { contributionOf, givenFor } from './settling.ts'
import { workFinalAt } from './work.ts'

const MINUTES_A_DAY = 1_440

/** When it was: on one UTC day; or from its beginning on, as far as that had passed when it was reported. */
export type Passed = { day: number } | { begins: number; reported: number }

export type Awarded = {
  matter: Hex
  /** Whose award it is. */
  member: Hex
  /** Who else was there: what most of them and the member say alike needs nobody else. */
  others: readonly Hex[]
  /** Who has a part in it, and so decides nothing about it as a steward. */
  parties: readonly Hex[]
  award: Award
  /** What it counts, as it was settled, and the most it can have been. */
  counts: 'minutes' | 'share' | 'people'
  counted: number
  most: number
  /** The same award for so many. */
  awardFor(counted: number): Award
  /** Whose outcome was kept by it, and when. */
  keptBy: readonly Hex[]
  keptTs: number
  /** Of what takes somebody's time. */
  passed: Passed | null
  /** Of what is lent, the charter it was signed under: it passes by itself. */
  use: Charter | null
  /** Who gave for it, base units; null where nobody did, or in another city's value. */
  receiver: Hex | null
  givenFor(counted: number): bigint
  toppedUp: bigint
  /** What a visitor's use was worth counts in the lifetime alone. */
  isPaid: boolean
}

/** What this member was awarded for this, or why there is nothing to correct. */
export function awardedTo(state: State, matter: Hex, member: Hex): Awarded | Refusal {
  const help = state.helps.get(matter)
  if (help !== undefined) return helped(help, member)
  const agreement = state.agreements.get(matter)
  if (agreement !== undefined) return agreed(state, agreement, member)
  const session = state.sessions.get(matter)
  if (session !== undefined) return led(session, member)
  const project = state.projects.get(matter)
  if (project !== undefined) return made(state, project, member)
  const work = state.works.get(matter)
  return work === undefined ? { code: 'unknown-agreement', agreement: matter } : done(work, member)
}

export const isRefused = (found: Awarded | Refusal): found is Refusal => 'code' in found

const nothingGiven = { use: null, receiver: null, givenFor: () => 0n, toppedUp: 0n, isPaid: true }

/** The award with another quantity, multiplied anew by its own factors. */
const withQuantity = (award: Award, quantity: number, per = award.per): Award => reckoned(award, { ...award, quantity, per })
const reckoned = (award: Award, reckoning: Omit<Reckoning, 'milli'>): Award => ({ ...award, ...reckoning, milli: productOf(reckoning) })

function helped({ id: matter, phase, terms, award, given, toppedUp, confirmedTs }: Help, member: Hex): Awarded | Refusal {
  const { helper, receiver, minutes, day } = terms
  if (award === null) return { code: 'wrong-phase', phase }
  if (member !== helper) return { code: 'not-an-award' }
  return {
    matter, member, others: [receiver], parties: [helper, receiver], award, counts: 'minutes', counted: minutes, most: MINUTES_A_DAY,
    awardFor: (counted) => withQuantity(award, counted), keptBy: [helper, receiver], keptTs: confirmedTs!, passed: { day }, use: null,
    receiver, givenFor: (counted) => mulDiv(given, BigInt(counted), BigInt(minutes)), toppedUp, isPaid: true,
  }
}

function agreed(state: State, agreement: Agreement, member: Hex): Awarded | Refusal {
  const { id: matter, terms, provider, receiver, award, toppedUp, confirmedTs, phase, report, stay } = agreement
  if (award === null || stay?.counted === false) return { code: 'wrong-phase', phase }
  if (member !== provider) return { code: 'not-an-award' }
  // What was sent to another city is not taken back by a record of this one.
  if (!state.members.has(provider)) return { code: 'not-for-guests', kind: 'correction.signed' }
  const charter = charterFor(state, agreement)
  const awardFor = (counted: number): Award => {
    const { quantity, per } = contributionOf(charter, agreement, counted)
    return withQuantity(award, quantity, per)
  }
  const common = {
    matter, member, others: [receiver], parties: [provider, receiver], award, counts: 'minutes' as const, counted: report!.minutes,
    most: minutesAgreed(agreement), awardFor,
    keptBy: [provider, receiver], keptTs: confirmedTs!, passed: { begins: terms.begins, reported: report!.ts },
    use: terms.kind === 'booking.made' ? charter : null,
  }
  if (stay !== null) return { ...common, receiver: null, givenFor: () => 0n, toppedUp: 0n, isPaid: false }
  return { ...common, receiver, givenFor: (counted) => givenFor(charter, agreement, counted), toppedUp, isPaid: true }
}

function led(session: Session, member: Hex): Awarded | Refusal {
  const { id: matter, terms, phase, minutes, closedTs, award } = session
  if (award === null) return { code: 'wrong-phase', phase }
  if (member !== terms.acct) return { code: 'not-an-award' }
  const came = attended(session).map((person) => person.member)
  return {
    matter, member, others: came, parties: [member, ...session.people.keys()], award, counts: 'minutes', counted: minutes!,
    most: minutesBetween(terms), awardFor: (counted) => withQuantity(award, counted), keptBy: [member, ...came], keptTs: closedTs!,
    passed: { begins: terms.begins, reported: closedTs! }, ...nothingGiven,
  }
}

/** One share of a project; the others are who asked for it and who led it. */
function made(state: State, project: Project, member: Hex): Awarded | Refusal {
  const { id: matter, terms, phase, chosen, awards, awardedTs } = project
  if (phase !== 'awarded') return { code: 'wrong-phase', phase }
  const award = awards.find((one) => one.member === member)?.award
  if (award === undefined) return { code: 'not-an-award' }
  const taken = awards.filter((one) => one.member !== member).reduce((sum, one) => sum + shareStanding(state, matter, one), 0)
  return {
    matter, member, others: [terms.acct, terms.requester].filter((acct) => acct !== member), parties: [terms.acct, terms.requester, ...chosen],
    award, counts: 'share', counted: shareOf(award), most: Math.min(roleMaxOf(state, project, member), 1000 - taken),
    awardFor: (counted) => withShare(award, counted), keptBy: [member], keptTs: awardedTs!, passed: null, ...nothingGiven,
  }
}

const shareOf = ({ factors }: Award): number => factors.find(({ factor }) => factor === 'share')!.perMille

const shareStanding = (state: State, project: Hex, { member, award }: { member: Hex; award: Award }): number =>
  shareOf(state.corrections.get(correctionOf(project, member))?.award ?? award)

const withShare = (award: Award, perMille: number): Award =>
  reckoned(award, { ...award, factors: award.factors.map((one) => (one.factor === 'share' ? { ...one, perMille } : one)) })

/** Nobody else was there: only stewards say how many found it useful. */
function done(work: Work, member: Hex): Awarded | Refusal {
  const { id: matter, terms, phase, award, valued } = work
  if (award === null) return { code: 'wrong-phase', phase }
  if (member !== terms.acct) return { code: 'not-an-award' }
  return {
    matter, member, others: [], parties: [member], award, counts: 'people', counted: award.quantity, most: valued.size,
    awardFor: (counted) => withQuantity(award, counted), keptBy: [member], keptTs: workFinalAt(work), passed: null, ...nothingGiven,
  }
}

/** What stands of an award: as it was settled, or as it was corrected last; null where nothing was awarded. */
export function standingOfAward(state: State, matter: Hex, member: Hex): Correction | null {
  const known = state.corrections.get(correctionOf(matter, member))
  if (known !== undefined) return known
  const found = awardedTo(state, matter, member)
  return isRefused(found) ? null : correctedTo(state, found, found.counted, found.award.seq)
}

/** What it comes to for so many: the award's own factors, at the index of its own day. */
export function correctedTo(state: State, awarded: Awarded, counted: number, seq: number): Correction {
  const { matter: id, member, award, toppedUp } = awarded
  const corrected = { ...awarded.awardFor(counted), seq }
  return {
    id, member, counted, award: corrected, base: awarded.isPaid ? baseOf(corrected.milli, domainIndex(state, award.day)) : 0n,
    given: awarded.givenFor(counted), toppedUp: mulDiv(toppedUp, BigInt(counted), BigInt(awarded.counted)), seq,
  }
}
