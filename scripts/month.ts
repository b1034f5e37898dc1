/**
 * A month of twelve neighbours under a charter, chosen by a seed and lived through the ledger with real records: short
 * helps, agreements that are rated, a vehicle that is lent, an evening now and then, and two who need each other daily. The books are added up after each
 * record (`test/support/towns.ts`), and what they ask for and are refused is counted with the rest.
 */
import type { Preset } from '#ledger/charter/charter.ts'
import type { Refusal } from '#ledger/refusal.ts'
import { levelOf } from '#ledger/rules/level.ts'
import { giniOf } from '#ledger/value/statistics.ts'
import type { Award } from '#ledger/state/matters.ts'
import type { State } from '#ledger/state/state.ts'
import {
  aBooking, completed, confirm, domainOf, type Grade, grades, helpOnce, rateBoth, report,
} from '#test/support/people.ts'
import { aMember, aTown, hexFor, pass, type Person, record, recorded, type Town } from '#test/support/towns.ts'

const PEOPLE = 12
const DAYS = 30

export type Month = {
  town: Town
  people: Person[]
  awards: Award[]
  minutes: number
  refused: Map<Refusal['code'], number>
}

export function live(preset: Preset, seed: number): Month {
  const town = aTown('month', { preset })
  const people = Array.from({ length: PEOPLE }, (_, i) => aMember(town, `neighbour ${i}`))
  const month: Month = { town, people, awards: [], minutes: 0, refused: new Map() }
  const draw = drawn(seed)
  for (let day = 0; day < DAYS; day++) {
    if (draw(3) > 0) visit(month)
    for (let happenings = 2 + draw(4); happenings > 0; happenings--) happen(month, draw)
    pass([town], 1)
  }
  pass([town], 32)
  month.awards = awardsIn(town.state)
  return month
}

function happen(month: Month, draw: Draw): void {
  const { town, people } = month
  const helper = people[draw(PEOPLE)]!
  const receiver = people[(people.indexOf(helper) + 1 + draw(PEOPLE - 1)) % PEOPLE]!
  const category = ([1, 1, 1, 2, 3] as const)[draw(5)]!
  const minutes = 15 * (1 + draw(8))
  const what = draw(20)
  if (what < 11) {
    helpOnce(town, helper, receiver, { minutes, category })
    month.minutes += minutes
  } else if (what < 17) {
    agreeAndRate(month, helper, receiver, { minutes, category }, draw)
  } else if (what < 19) {
    lend(month, helper, receiver)
  } else {
    gather(month, helper, 3 + draw(PEOPLE - 3))
  }
}

/** Two who live next door to each other, and one of whom can no longer carry much. */
function visit(month: Month): void {
  const [carries, opens] = month.people as [Person, Person]
  helpOnce(month.town, carries, opens, { minutes: 20 })
  month.minutes += 20
}

function agreeAndRate(month: Month, helper: Person, receiver: Person, what: { minutes: number; category: 1 | 2 | 3 }, draw: Draw): void {
  const { town } = month
  const grade: Grade = draw(10) < 8 ? grades.good : draw(4) === 0 ? grades.poor : grades.fair
  // Under hour for hour somebody may have little; the help happens all the same.
  const id = completed(town, helper, receiver, { ...what, begins: town.now, charter: 0 })
  rateBoth(town, id, [receiver, grade], [helper, grades.good])
  month.minutes += what.minutes
}

function lend(month: Month, provider: Person, receiver: Person): void {
  const { town, refused } = month
  // For a day: nobody may count more than has passed, and one day.
  const booking = aBooking(town, provider, receiver, { begins: town.now, ends: town.now + 86_400 })
  const answer = record(town, booking, [provider, receiver])
  if ('code' in answer) return void refused.set(answer.code, (refused.get(answer.code) ?? 0) + 1)
  recorded(town, { kind: 'return.recorded', agreement: booking.id! }, [receiver])
  report(town, booking.id!, provider)
  confirm(town, booking.id!, receiver)
}

function gather({ town, people, refused }: Month, author: Person, guests: number): void {
  const answer = record(town, { kind: 'work.published', work: 1, content: hexFor('an evening') }, [author])
  if ('code' in answer) return void refused.set(answer.code, (refused.get(answer.code) ?? 0) + 1)
  const others = people.filter((one) => one !== author).slice(0, guests)
  for (const guest of others) recorded(town, { kind: 'work.valued', work: answer.action.id }, [guest])
}

const awardsIn = (state: State): Award[] =>
  [...state.agreements.all(), ...state.helps.all(), ...state.works.all()].flatMap(({ award }) => (award === null ? [] : [award]))

/** What a month came to, in words and CV; one line each. */
export function told({ town, people, awards, minutes, refused }: Month, cv: (milli: bigint) => string): string[] {
  const { state } = town
  const sum = (formula: Award['formula']) => awards.reduce((all, one) => (one.formula === formula ? all + one.milli : all), 0n)
  const lifetimes = people.map(({ acct }) => state.members.get(acct)!.lifetimeMilli).sort((a, b) => (a < b ? -1 : 1))
  const left = people.reduce((all, one) => all + domainOf(town, one), 0n)
  const levels = [1, 2, 3, 4, 5].map((level) => people.filter(({ acct }) => levelOf(state, acct) === level).length)
  const lessened = awards.filter(({ factors }) => factors.some(({ factor }) => factor === 'repeated')).length
  const refusals = [...refused].map(([code, count]) => `${code} ${count}`).join(', ')
  return [
    `${town.entries.length} records; help of ${Math.round(minutes / 60)} hours; ${awards.length} awards`,
    `awarded       ${cv(sum('skill'))} for help, ${cv(sum('resource'))} for what was lent, ${cv(sum('community'))} for evenings`,
    `contributed   least ${cv(lifetimes[0]!)}, middle ${cv(lifetimes[PEOPLE / 2]!)}, most ${cv(lifetimes.at(-1)!)}; Gini ${giniOf(lifetimes) / 1000}`,
    `in hand       ${cv(left)}, two months after the first of it was earned`,
    `levels        ${levels.map((count, i) => `L${i + 1} ${count}`).filter((_, i) => levels[i]! > 0).join(', ')}`,
    `lessened      ${lessened} awards, because the same two had many short helps before`,
    `refused       ${refusals === '' ? 'nothing' : refusals}`,
  ]
}

type Draw = (below: number) => number

/** Numbers that follow from a seed (xorshift, 32 bits). */
function drawn(seed: number): Draw {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state % below
  }
}
