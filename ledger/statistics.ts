/**
 * How a community is doing, month by month [S1252-1284]: computed from the record alone, each figure with the records
 * it was summed from, so that anybody who doubts one can do the sum again.
 *
 * There is no ranking of people here (意义内卷 [S205]): the only figures about single members are their number. What
 * is asked about listings that led to nothing is not in the record, and a hub counts it beside this (`node/figures.ts`).
 */
import type { Hex } from './action.ts'
import { monthOf } from './calendar.ts'
import { nominalOf } from './decay.ts'
import { addUp, circulatingIn, monthOfDay } from './months.ts'
import { type Agreement, domainDay, domainIndex, type Help, type State } from './state.ts'

/** A number, and the agreements and helps it follows from: their entries are the rows it was summed from. */
export type Figure<T = number> = { value: T; of: Hex[] }

export type Statistics = {
  /** UTC months since January 1970. */
  month: number
  /** Persons whom a steward has met, as of now; those who signed something in the month; those who joined in it. */
  members: number
  active: number
  joined: number
  /** What was awarded: how often, and its worth, all together and by formula; nominal milli. */
  contributions: Figure
  issuedMilli: bigint
  byFormula: { skillMilli: bigint; resourceMilli: bigint; projectMilli: bigint; communityMilli: bigint }
  /** Pairs of people who did something together, and the share of them who did so more than once, per mille. */
  ties: Figure
  repeatedPerMille: number
  /** Agreements that ended in the month: as agreed, and otherwise. */
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

  const persons = [...state.members.values()].filter((member) => member.attested && member.form === 'person')
  const done = [...awardedIn(state, place)]
  const pairs = pairsOf(done)
  const ended = [...state.agreements.closedOnes(sums.closedAgreements, next?.closedAgreements)]
  const held = persons.map(({ account }) => account.domain + account.held)
  const { skillMilli, resourceMilli, projectMilli, communityMilli } = sums
  return {
    month,
    members: persons.length,
    active: sums.active,
    joined: persons.filter((member) => monthOf(member.joinedTs) === month).length,
    contributions: { value: sums.awards, of: done.map(({ id }) => id) },
    issuedMilli: skillMilli + resourceMilli + projectMilli + communityMilli,
    byFormula: { skillMilli, resourceMilli, projectMilli, communityMilli },
    ties: { value: pairs.size, of: done.map(({ id }) => id) },
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

/** What two people did together and was awarded in the month at this place. */
function* awardedIn(state: State, place: number): Generator<Agreement | Help> {
  const { month, closedAgreements, closedHelps } = state.months[place]!
  const isIn = ({ award }: Agreement | Help): boolean => award !== null && monthOfDay(state, award.day) === month
  // A help is closed by its award; an agreement when nobody may rate it any more, which may be next month.
  for (const help of state.helps.closedOnes(closedHelps, state.months[place + 1]?.closedHelps)) if (isIn(help)) yield help
  for (const agreement of state.agreements.closedOnes(closedAgreements)) if (isIn(agreement)) yield agreement
  for (const agreement of state.agreements.openOnes()) if (isIn(agreement)) yield agreement
}

/** How often each two did something together, whoever helped whom. */
function pairsOf(done: (Agreement | Help)[]): Map<string, number> {
  const pairs = new Map<string, number>()
  for (const matter of done) {
    const [one, other] = 'provider' in matter ? [matter.provider, matter.receiver] : [matter.terms.helper, matter.terms.receiver]
    const pair = one < other ? `${one} ${other}` : `${other} ${one}`
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
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
