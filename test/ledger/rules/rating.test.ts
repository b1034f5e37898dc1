import { describe, expect, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { gradeCommitment } from '#ledger/rules/rating.ts'
import { Times } from '#ledger/state/times.ts'
import { commitmentOf } from '#protocol/commitment.ts'
import {
  agree, agreementIn, anOpening, aTownOfNeighbours, codeOf, commit, completed, domainOf, grades, rateBoth, refusalOf,
  report,
} from '#test/support/people.ts'
import { type Asked, bytesFor, CV, DAY, hexFor, idFor, NOON, pass, recorded } from '#test/support/towns.ts'

const committing = (agreement: string): Asked =>
  ({ kind: 'rating.committed', agreement, commitment: hexFor('commitment') })

describe('blind', () => {
  test('a grade stays closed until the other has committed too', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    commit(town, id, bo, grades.poor)
    const opens = NOON + DAY / 2 + 14 * DAY
    expect(refusalOf(town, anOpening(id, bo, grades.poor))).toEqual({ code: 'too-early', opens })
    commit(town, id, mei, grades.good)
    recorded(town, anOpening(id, bo, grades.poor))
    recorded(town, anOpening(id, mei, grades.good))
    expect(agreementIn(town, id).phase).toBe('settled')
  })

  test('one alone is opened once the window has closed, and counts', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    commit(town, id, bo, grades.fair)
    pass([town], 15)
    expect(agreementIn(town, id).phase).toBe('confirmed')
    recorded(town, anOpening(id, bo, grades.fair))
    expect(agreementIn(town, id).phase).toBe('settled')
    expect(domainOf(town, mei)).toBe(63n * CV)
  })

  test('a commitment nobody opens counts as good one day later', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    commit(town, id, bo, grades.poor)
    pass([town], 15)
    expect(agreementIn(town, id).phase).toBe('confirmed')
    pass([town], 1)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'settled', award: { milli: 90n * CV, day: 16 } })
  })

  test('of two the open one counts, though the other never is', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    commit(town, id, bo, grades.poor)
    commit(town, id, mei, grades.good)
    recorded(town, anOpening(id, bo, grades.poor))
    expect(agreementIn(town, id).phase).toBe('confirmed')
    pass([town], 16)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'settled', award: { milli: 27n * CV } })
  })
})

test.each([['good', 90n], ['fair', 63n], ['poor', 27n]] as const)('%s: ninety minutes are %i CV', (grade, cv) => {
  const { town, mei, bo } = aTownOfNeighbours()
  const id = completed(town, mei, bo)
  rateBoth(town, id, [bo, grades[grade]], [mei, grades.good])
  expect(domainOf(town, mei)).toBe(cv * CV)
})

test('what the helper thinks of the one who was helped moves standing and no value', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  const id = completed(town, mei, bo)
  rateBoth(town, id, [bo, grades.good], [mei, grades.poor])
  expect(domainOf(town, mei)).toBe(90n * CV)
  expect(town.state.members.get(mei.acct)!.track).toMatchObject({ poor: Times.of([]), fair: Times.of([]), good: Times.of([town.now]) })
  expect(town.state.members.get(bo.acct)!.track).toMatchObject({ poor: Times.of([town.now]), fair: Times.of([]), good: Times.of([]) })
})

test('a grade is committed to like any text that is kept off the record', () => {
  const salt = bytesFor('salt')
  expect(gradeCommitment(salt, 2)).toEqual(commitmentOf(salt, utf8('2')))
  expect(toHex(gradeCommitment(salt, 1))).not.toBe(toHex(gradeCommitment(salt, 2)))
})

describe('what is refused of a commitment', () => {
  test('unknown-agreement, not-a-party, already-rated', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    expect(codeOf(town, committing(idFor('nowhere')), [mei])).toBe('unknown-agreement')
    expect(codeOf(town, committing(id), [li])).toBe('not-a-party')
    recorded(town, committing(id), [mei])
    expect(codeOf(town, committing(id), [mei])).toBe('already-rated')
  })

  test('wrong-phase: nothing is rated before it is confirmed', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    expect(refusalOf(town, committing(id), [mei])).toEqual({ code: 'wrong-phase', phase: 'agreed' })
    report(town, id, mei)
    expect(refusalOf(town, committing(id), [mei])).toEqual({ code: 'wrong-phase', phase: 'reported' })
  })

  test('rating-closed: fourteen days after it was confirmed', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const [first, second] = [completed(town, mei, bo), completed(town, mei, bo)]
    pass([town], 14)
    recorded(town, committing(first), [bo])
    pass([town], 1)
    expect(codeOf(town, committing(second), [bo])).toBe('rating-closed')
  })
})

describe('what is refused of an opening', () => {
  test('unknown-agreement, no-commitment, other-commitment, already-rated', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    expect(codeOf(town, anOpening(idFor('nowhere'), bo, grades.good))).toBe('unknown-agreement')
    expect(codeOf(town, anOpening(id, bo, grades.good))).toBe('no-commitment')
    commit(town, id, bo, grades.fair)
    commit(town, id, mei, grades.good)
    expect(codeOf(town, anOpening(id, bo, grades.good))).toBe('other-commitment')
    recorded(town, anOpening(id, bo, grades.fair))
    expect(codeOf(town, anOpening(id, bo, grades.fair))).toBe('already-rated')
  })

  test('only the hub opens', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = completed(town, mei, bo)
    commit(town, id, bo, grades.fair)
    commit(town, id, mei, grades.good)
    expect(codeOf(town, anOpening(id, bo, grades.fair), [mei])).toBe('unknown-member')
  })
})
