/**
 * How a community is doing, month by month [S1252-1284]: computed from the record alone, what is counted with the matters
 * it was counted from, so that anybody who doubts it can count again.
 *
 * There is no ranking of people here (意义内卷 [S205]): the only figures about single members are their number. What
 * is asked about listings that led to nothing is not in the record, and a hub counts it beside this (`node/page/indicators.ts`).
 */
import type { Hex } from '../action.ts'
import { monthOf } from '../calendar.ts'
import { nominalOf } from './decay.ts'
import { addUp, circulatingIn, monthOfDay } from './months.ts'
import type { formulaCodes } from './reckoning.ts'
import type { Agreement, Award } from '../state/matters.ts'
import type { Member } from '../state/people.ts'
import { domainDay, domainIndex, type State } from '../state/state.ts'

/** A number, and the agreements, helps, sessions, projects and works it follows from: their entries are its rows. */
export type Figure<T = number> = { value: T; of: Hex[] }

export type Statistics = {
  /** UTC months since January 1970. */
  month: number
  /** Persons whom a steward has met, as of now; those who signed something in the month. */
  members: number
  active: number
  /** What was awarded: how often, and its worth, all together and by formula; nominal milli. */
  contributions: Figure
  issuedMilli: bigint
  byFormula: Record<keyof typeof formulaCodes, Figure<bigint>>
  /** Pairs of people who did something together, and the share of them who did so more than once, per mille. */
  ties: Figure
  repeatedPerMille: number
  /** Agreements of which nothing waits from this month on, no rating and nothing due from another city: as agreed, and otherwise. */
  kept: Figure
  fallenThrough: Figure
  /** Domain value in members' hands when the month began and at its end, and what happened between; nominal milli. */
  openingMilli: bigint
  movedMilli: bigint
  redeemedMilli: bigint
  decayedMilli: bigint
  closingMilli: bigint
  /** As of now: what is promised, what the commons has, what is put aside for old age, and how unevenly value is held (Gini, per mille). */
  heldMilli: bigint
  commonsMilli: bigint
  reserveMilli: bigint
  giniPerMille: number
}

/** The months there are figures of, the founding's first. */
export const monthsOf = (state: State): number[] => state.months.map(({ month }) => month)

/** The figures of one month, of the last one up to `ts`; null for a month before the founding or after the last. */
export function statisticsOf(state: State, month: number, ts: number): Statistics | null {
  const place = state.months.findIndex((one) => one.month === month)
  if (place < 0) return null
  const next = state.months[place + 1]
  const sums = { ...state.months[place]! }
  if (next === undefined) addUp(state, sums, domainDay(state, ts))
  const index = domainIndex(state, domainDay(state, ts))

  const persons = personsIn(state)
  const done = awardedIn(state, place)
  const pairs = pairsOf(done)
  const ended = [...state.agreements.closedOnes(sums.closedAgreements, next?.closedAgreements)]
  const held = persons.map(({ account }) => account.domain + account.held)
  const { skillMilli, resourceMilli, projectMilli, communityMilli } = sums
  const awardedBy = (formula: Award['formula']): Hex[] => done.filter(({ awards }) => awards[0]!.formula === formula).map(({ id }) => id)
  return {
    month,
    members: persons.length,
    active: sums.active,
    contributions: { value: sums.awards, of: done.map(({ id }) => id) },
    issuedMilli: skillMilli + resourceMilli + projectMilli + communityMilli,
    byFormula: {
      skill: { value: skillMilli, of: awardedBy('skill') }, resource: { value: resourceMilli, of: awardedBy('resource') },
      project: { value: projectMilli, of: awardedBy('project') }, community: { value: communityMilli, of: awardedBy('community') },
    },
    ties: { value: pairs.size, of: done.filter(({ pair }) => pair !== null).map(({ id }) => id) },
    repeatedPerMille: perMille([...pairs.values()].filter((times) => times > 1).length, pairs.size),
    kept: figureOf(ended.filter(({ phase }) => phase === 'settled')),
    fallenThrough: figureOf(ended.filter(({ phase }) => phase !== 'settled')),
    openingMilli: sums.openingMilli,
    movedMilli: sums.movedMilli,
    redeemedMilli: sums.redeemedMilli,
    decayedMilli: sums.decayedMilli,
    closingMilli: next === undefined ? nominalOf(circulatingIn(state), index) : next.openingMilli,
    heldMilli: nominalOf(persons.reduce((sum, { account }) => sum + account.held, 0n), index),
    commonsMilli: nominalOf(state.books.commons, index),
    reserveMilli: state.reserveMilli,
    giniPerMille: giniOf(held),
  }
}

/** Persons whom a steward has met, as of now. */
export const personsIn = (state: State): Member[] => [...state.members.values()].filter((member) => member.attested && member.form === 'person')

/** Persons who joined in a month and whom a steward has met, be it later. */
export const joinedIn = (state: State, month: number): Member[] =>
  personsIn(state).filter((member) => monthOf(member.joinedTs) === month)

/** A matter with what was awarded for it to members of this community; between two people, or for and by several. */
type Awarded = { id: Hex; awards: Award[]; pair: [Hex, Hex] | null }

/** What this community awarded in the month at this place. A guest is paid, and a visitor pays, in another value. */
function awardedIn(state: State, place: number): Awarded[] {
  const { month, closedAgreements, closedHelps } = state.months[place]!
  const found: Awarded[] = []
  const take = (id: Hex, awards: (Award | null)[], pair: [Hex, Hex] | null): void => {
    const here = awards.filter((award): award is Award => award !== null && monthOfDay(state, award.day) === month)
    if (here.length > 0) found.push({ id, awards: here, pair })
  }
  const takeAgreement = ({ id, award, provider, receiver, stay }: Agreement): void => {
    if (stay === null && state.members.has(provider)) take(id, [award], [provider, receiver])
  }
  // A help is closed by its award; an agreement when nobody may rate it any more, which may be next month.
  for (const { id, award, terms: { helper, receiver } } of state.helps.closedOnes(closedHelps, state.months[place + 1]?.closedHelps)) {
    take(id, [award], [helper, receiver])
  }
  for (const agreement of state.agreements.closedOnes(closedAgreements)) takeAgreement(agreement)
  for (const agreement of state.agreements.openOnes()) takeAgreement(agreement)
  for (const { id, award } of state.sessions.all()) take(id, [award], null)
  for (const { id, awards } of state.projects.all()) take(id, awards.map(({ award }) => award), null)
  for (const { id, award } of state.works.all()) take(id, [award], null)
  return found
}

/** How often each two did something together, whoever helped whom. */
function pairsOf(done: Awarded[]): Map<string, number> {
  const pairs = new Map<string, number>()
  for (const { pair } of done) {
    if (pair === null) continue
    const both = pair.toSorted().join(' ')
    pairs.set(both, (pairs.get(both) ?? 0) + 1)
  }
  return pairs
}

const figureOf = (matters: Agreement[]): Figure => ({ value: matters.length, of: matters.map(({ id }) => id) })

const perMille = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((part * 1000) / whole))

/**
 * The Gini coefficient of amounts, per mille: 0 where all hold the same, towards 1000 where one holds everything.
 * With amounts in ascending order a_1 … a_n it is (2 Σ i·a_i) / (n Σ a_i) − (n + 1) / n, rounded down once.
 */
export function giniOf(amounts: bigint[]): number {
  const ascending = amounts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const n = BigInt(ascending.length)
  let sum = 0n
  let weighted = 0n
  ascending.forEach((amount, i) => {
    sum += amount
    weighted += BigInt(i + 1) * amount
  })
  return sum === 0n ? 0 : Number(((2n * weighted - (n + 1n) * sum) * 1000n) / (n * sum))
}
