import { describe, expect, test } from 'vitest'
import type { Preset } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { nominalOf } from '#ledger/value/decay.ts'
import { standingOfAward } from '#ledger/rules/awarded.ts'
import { domainDay, domainIndex, type State } from '#ledger/state/state.ts'
import { appoint } from '#test/support/council.ts'
import {
  agree, aTownOfNeighbours, booked, codeOf, completed, confirm, domainOf, type Grade, grades, helpOnce, rateBoth, refusalOf,
  report, sleep,
} from '#test/support/people.ts'
import { aMember, type Asked, CV, DAY, hexFor, idFor, type Person, recorded, tick, type Town } from '#test/support/towns.ts'

/** That it was so many minutes which its provider was awarded for. */
const correction = ({ state }: Town, corrects: string, counted: number, member = providerOf(state, corrects)): Asked =>
  ({ kind: 'correction.signed', corrects, member, counted, reason: hexFor('why') })

const providerOf = ({ agreements, helps }: State, id: string): string => agreements.get(id)?.provider ?? helps.get(id)?.terms.helper ?? hexFor('nobody')

function signedBy(town: Town, corrects: string, counted: number, ...people: Person[]): void {
  for (const person of people) recorded(town, correction(town, corrects, counted), [person])
}

/** Mei helped Bo for ninety minutes, and it is settled. */
function settled({ preset = 'city' as Preset, grade = grades.good as Grade } = {}) {
  const neighbours = aTownOfNeighbours({ preset })
  const { town, mei, bo } = neighbours
  if (preset === 'time-bank') helpOnce(town, bo, neighbours.li, { minutes: 300 })
  const id = completed(town, mei, bo)
  rateBoth(town, id, [bo, grade], [mei, grades.good])
  return { ...neighbours, id }
}

/** Everything that a correction may touch. */
const booksOf = ({ state }: Town, ...people: Person[]) => ({
  books: { ...state.books },
  people: people.map(({ acct }) => {
    const { account, lifetimeMilli, contributions, track } = state.members.get(acct)!
    return { account: { ...account }, lifetimeMilli, contributions, kept: [...track.kept] }
  }),
})

describe('what both sign', () => {
  test('counts: it was an hour, and the award is that of an hour with its own factors', () => {
    const { town, mei, bo, id } = settled({ grade: grades.fair })
    expect(domainOf(town, mei)).toBe(63n * CV)
    signedBy(town, id, 60, mei)
    expect(domainOf(town, mei)).toBe(63n * CV)
    signedBy(town, id, 60, bo)
    expect(domainOf(town, mei)).toBe(42n * CV)
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(42n * CV)
    expect(standingOfAward(town.state, id, mei.acct)).toMatchObject({ counted: 60, award: { quantity: 60, milli: 42n * CV } })
    expect(town.state.agreements.get(id)!.award!.milli).toBe(63n * CV)
  })

  test.each(['city', 'time-bank'] as const)('%s: corrected to nothing and back, everything is what it was to the last unit', (preset) => {
    const { town, mei, bo, id } = settled({ preset })
    const before = booksOf(town, mei, bo)
    signedBy(town, id, 0, mei, bo)
    expect(town.state.members.get(mei.acct)).toMatchObject({ contributions: 0, lifetimeMilli: 0n })
    expect(domainOf(town, mei)).toBe(0n)
    signedBy(town, id, 90, bo, mei)
    expect(booksOf(town, mei, bo)).toEqual(before)
  })

  test('months of decay later it is still exact', () => {
    const { town, mei, bo, id } = settled()
    const before = booksOf(town, mei, bo)
    town.now += 200 * DAY
    tick(town)
    signedBy(town, id, 30, mei, bo)
    signedBy(town, id, 90, mei, bo)
    expect(booksOf(town, mei, bo).people.map(({ account }) => account)).toEqual(before.people.map(({ account }) => account))
  })

  test('what the receiver gave too much is theirs again', () => {
    const { town, mei, bo, id } = settled({ preset: 'time-bank' })
    expect(domainOf(town, bo)).toBe(210n * CV)
    signedBy(town, id, 30, mei, bo)
    expect([domainOf(town, bo), domainOf(town, mei)]).toEqual([270n * CV, 30n * CV])
  })

  test('of a use, the units and the difference follow, and back', () => {
    const { town, mei, bo, li } = aTownOfNeighbours({ agreed: { ...presets.city, decay: { ...presets.city.decay, domainPerMille: 0 } } })
    sleep(town, 2)
    helpOnce(town, bo, li, { minutes: 1_200 })
    const id = booked(town, mei, bo, { begins: town.now - 2 * DAY })
    report(town, id, bo)
    confirm(town, id, mei)
    rateBoth(town, id, [bo, grades.fair], [mei, grades.good])
    const before = booksOf(town, mei, bo)
    expect([domainOf(town, mei), domainOf(town, bo)]).toEqual([210n * CV, 900n * CV])
    signedBy(town, id, 1_440, mei, bo)
    expect([domainOf(town, mei), domainOf(town, bo)]).toEqual([105n * CV, 1_050n * CV])
    // Ninety minutes of the twelve hours that are half a day: an eighth.
    signedBy(town, id, 90, mei, bo)
    expect([domainOf(town, mei), domainOf(town, bo)]).toEqual([13_125n, 1_181_250n])
    signedBy(town, id, 2_880, mei, bo)
    expect(booksOf(town, mei, bo)).toEqual(before)
  })

  test('a help written down in the short form, too', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = helpOnce(town, mei, bo)
    signedBy(town, id, 120, mei, bo)
    expect(domainOf(town, mei)).toBe(120n * CV)
    signedBy(town, id, 0, mei, bo)
    expect(town.state.members.get(mei.acct)).toMatchObject({ contributions: 0, lifetimeMilli: 0n })
  })
})

test('what the provider has no more is not taken, now or later, and not given twice', () => {
  const { town, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank' })
  const id = helpOnce(town, mei, bo)
  helpOnce(town, li, mei, { minutes: 60 })
  signedBy(town, id, 0, mei, bo)
  expect(domainOf(town, mei)).toBe(0n)
  expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(0n)
  signedBy(town, id, 90, mei, bo)
  expect(domainOf(town, mei)).toBe(30n * CV)
})

test('what commons and redemption have no more is issued, and nothing is below zero', () => {
  const { town, steward, mei, bo, li } = aTownOfNeighbours({ preset: 'city' })
  helpOnce(town, bo, li, { minutes: 1_440 })
  const uses = ['a car', 'another'].map((listing) => booked(town, mei, bo, { listing: idFor(listing) }))
  sleep(town, 2)
  for (const [i, id] of uses.entries()) {
    report(town, id, mei)
    confirm(town, id, bo)
    rateBoth(town, id, [bo, i === 0 ? grades.poor : grades.good], [mei, grades.good])
  }
  const cai = aMember(town, 'cai')
  const all = nominalOf(town.state.books.commons, domainIndex(town.state, domainDay(town.state, town.now)))
  for (const [friend, amountMilli] of [[li, 300n * CV], [cai, all - 300n * CV - 1n]] as const) {
    recorded(town, { kind: 'commons.granted', member: friend.acct, amountMilli, because: 'newcomer' }, [steward])
  }
  const given = booksOf(town, bo)
  for (const id of uses) signedBy(town, id, 0, mei, bo)
  expect(domainOf(town, mei)).toBe(0n)
  expect(town.state.books.redemption).toBe(0n)
  for (const id of uses) signedBy(town, id, 2_880, mei, bo)
  expect(booksOf(town, bo).people).toEqual(given.people)
})

describe('what stewards sign', () => {
  test('counts without the two, if they are no party and enough', () => {
    const { town, steward, li, mei, id } = settled()
    appoint(town, li)
    signedBy(town, id, 60, steward)
    expect(domainOf(town, mei)).toBe(90n * CV)
    signedBy(town, id, 60, li)
    expect(domainOf(town, mei)).toBe(60n * CV)
  })

  test('a steward who is one of the two is one of the two', () => {
    const { town, mei, id } = settled()
    appoint(town, mei)
    signedBy(town, id, 60, mei)
    expect(domainOf(town, mei)).toBe(90n * CV)
  })
})

describe('what is refused', () => {
  test('unknown-agreement, wrong-phase, not-a-party', () => {
    const { town, mei, bo, li, id } = settled()
    expect(codeOf(town, correction(town, idFor('nowhere'), 60), [mei])).toBe('unknown-agreement')
    expect(refusalOf(town, correction(town, agree(town, mei, bo), 60), [mei])).toEqual({ code: 'wrong-phase', phase: 'agreed' })
    expect(codeOf(town, correction(town, id, 60), [li])).toBe('not-a-party')
  })

  test('minutes-out-of-range, nothing-to-correct, already-approved', () => {
    const { town, mei, bo, id } = settled()
    expect(refusalOf(town, correction(town, id, 91), [mei])).toEqual({ code: 'minutes-out-of-range', most: 90 })
    expect(codeOf(town, correction(town, id, 90), [mei])).toBe('nothing-to-correct')
    signedBy(town, id, 60, mei)
    expect(codeOf(town, correction(town, id, 60), [mei])).toBe('already-approved')
    signedBy(town, id, 50, mei)
    signedBy(town, id, 60, bo)
    expect(domainOf(town, mei)).toBe(90n * CV)
    signedBy(town, id, 50, bo)
    expect(codeOf(town, correction(town, id, 50), [mei])).toBe('nothing-to-correct')
  })

  test('insufficient-cv: nobody gives more than they have', () => {
    const { town, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, li, { minutes: 90 })
    const id = helpOnce(town, mei, bo, { minutes: 60 })
    expect(codeOf(town, correction(town, id, 120), [mei])).toBe('insufficient-cv')
    recorded(town, correction(town, id, 90), [mei])
  })

  test('matter-in-case: what was found about it stands, until it is taken back', () => {
    const { town, steward, mei, bo, li, id } = settled()
    const [of, answered] = [idFor('a case'), hexFor('words')]
    recorded(town, {
      kind: 'case.opened', id: of, accused: mei.acct, flag: null, complaint: answered, complainant: li.acct, matters: [id], hold: false,
    }, [steward])
    signedBy(town, id, 60, mei)
    recorded(town, { kind: 'case.answered', case: of, statement: answered }, [mei])
    recorded(town, { kind: 'case.found', case: of, measure: 1, reason: answered }, [steward])
    expect(codeOf(town, correction(town, id, 60), [bo])).toBe('matter-in-case')
    sleep(town, 40)
    expect(codeOf(town, correction(town, id, 60), [bo])).toBe('matter-in-case')
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(0n)
    recorded(town, { kind: 'case.reversed', case: of, reason: answered }, [steward])
    signedBy(town, id, 60, bo)
    expect(town.state.members.get(mei.acct)!.lifetimeMilli).toBe(60n * CV)
  })

  test('banned, departed: nobody is corrected who cannot answer', () => {
    for (const status of ['banned', 'departed'] as const) {
      const { town, mei, bo, id } = settled()
      town.state.members.get(bo.acct)!.status = status
      expect(codeOf(town, correction(town, id, 60), [mei])).toBe(status)
    }
  })
})

test('a matter that nobody corrects stands as it was settled', () => {
  const { town, mei, id } = settled()
  sleep(town, 1)
  expect(standingOfAward(town.state, id, mei.acct)).toMatchObject({ counted: 90, award: { milli: 90n * CV } })
})
