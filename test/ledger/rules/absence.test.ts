import { describe, expect, test } from 'vitest'
import { ABSENT, type Absent, absencesOf } from '#ledger/rules/absence.ts'
import {
  agree, agreementIn, aTownOfNeighbours, codeOf, confirm, decline, heldOf, helpOnce, HOUR, type Neighbours, refusalOf, report,
  sleep,
} from '#test/support/people.ts'
import { type Asked, DAY, idFor, type Person, recorded, tick } from '#test/support/towns.ts'

const absence = (agreement: string, absent: Absent): Asked => ({ kind: 'absence.reported', agreement, absent })

/** Mei is to help Bo, and it has begun. */
function begun(neighbours: Neighbours = aTownOfNeighbours()) {
  const { town, mei, bo } = neighbours
  const id = agree(town, mei, bo)
  town.now += HOUR
  return { ...neighbours, id }
}

const broken = ({ town }: Neighbours, person: Person): number[] => [...town.state.members.get(person.acct)!.track.broken]

describe('it did not happen', () => {
  test('one says so, the other agrees: it is over, nobody is awarded and nobody’s standing is touched', () => {
    const { town, mei, bo, id, ...rest } = begun()
    recorded(town, absence(id, ABSENT.nobody), [mei])
    expect(agreementIn(town, id).report).toMatchObject({ by: mei.acct, minutes: 0, absent: null })
    confirm(town, id, bo)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'missed', award: null, hold: 0n })
    for (const person of [mei, bo]) {
      expect(broken({ town, mei, bo, ...rest }, person)).toEqual([])
      expect([...town.state.members.get(person.acct)!.track.kept]).toEqual([])
      expect(absencesOf(town.state, person.acct, town.now)).toEqual([])
    }
  })

  test('silence agrees, as it does to any report', () => {
    const { town, mei, id } = begun()
    recorded(town, absence(id, ABSENT.nobody), [mei])
    sleep(town, 8)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'missed', silently: true })
  })

  test('what was set aside is given back', () => {
    const neighbours = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(neighbours.town, neighbours.bo, neighbours.mei)
    const { town, mei, bo, id } = begun(neighbours)
    expect(heldOf(town, bo)).toBe(90_000n)
    recorded(town, absence(id, ABSENT.nobody), [bo])
    confirm(town, id, mei)
    expect(heldOf(town, bo)).toBe(0n)
  })

  test('the other may say no; then either reports what it was', () => {
    const { town, mei, bo, id } = begun()
    recorded(town, absence(id, ABSENT.receiver), [mei])
    decline(town, id, bo)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'agreed', report: null })
    report(town, id, bo, 30)
    confirm(town, id, mei)
    expect(agreementIn(town, id).phase).toBe('confirmed')
  })
})

describe('somebody did not come', () => {
  test.each([['provider', ABSENT.provider], ['receiver', ABSENT.receiver]] as const)('the %s: it is noted, and nothing is taken', (who, absent) => {
    const neighbours = begun()
    const { town, mei, bo, id } = neighbours
    const [came, stayedAway] = who === 'provider' ? [bo, mei] : [mei, bo]
    recorded(town, { kind: 'checkin.made', agreement: id }, [came])
    recorded(town, absence(id, absent), [came])
    confirm(town, id, stayedAway)
    expect(agreementIn(town, id).phase).toBe('missed')
    expect(broken(neighbours, stayedAway)).toEqual([town.now])
    expect(absencesOf(town.state, stayedAway.acct, town.now)).toEqual([town.now])
    expect(broken(neighbours, came)).toEqual([])
    expect(absencesOf(town.state, came.acct, town.now)).toEqual([])
  })

  test('one may say it of oneself', () => {
    const { town, mei, bo, id } = begun()
    recorded(town, absence(id, ABSENT.receiver), [bo])
    confirm(town, id, mei)
    expect(absencesOf(town.state, bo.acct, town.now)).toHaveLength(1)
  })

  test('it is remembered for a year', () => {
    const { town, mei, bo, id } = begun()
    recorded(town, absence(id, ABSENT.receiver), [bo])
    confirm(town, id, mei)
    sleep(town, 365)
    expect(absencesOf(town.state, bo.acct, town.now)).toEqual([])
  })
})

describe('what is refused', () => {
  test('not-begun: before it begins it is called off', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo, { begins: town.now + HOUR })
    town.now += HOUR - 1
    expect(refusalOf(town, absence(id, ABSENT.receiver), [mei])).toEqual({ code: 'not-begun', begins: town.now + 1 })
  })

  test('already-checked-in: nobody is away against their own word', () => {
    const { town, mei, bo, id } = begun()
    recorded(town, { kind: 'checkin.made', agreement: id }, [bo])
    expect(codeOf(town, absence(id, ABSENT.receiver), [mei])).toBe('already-checked-in')
    expect(codeOf(town, absence(id, ABSENT.nobody), [mei])).toBe(null)
  })

  test('unknown-agreement, not-a-party, wrong-phase', () => {
    const { town, mei, bo, li, id } = begun()
    expect(codeOf(town, absence(idFor('nowhere'), 0), [mei])).toBe('unknown-agreement')
    expect(codeOf(town, absence(id, 0), [li])).toBe('not-a-party')
    recorded(town, absence(id, 0), [mei])
    expect(refusalOf(town, absence(id, 0), [bo])).toEqual({ code: 'wrong-phase', phase: 'reported' })
    confirm(town, id, bo)
    expect(refusalOf(town, absence(id, 0), [bo])).toEqual({ code: 'wrong-phase', phase: 'missed' })
  })

  test('own-report: nobody answers themselves', () => {
    const { town, mei, id } = begun()
    recorded(town, absence(id, ABSENT.receiver), [mei])
    expect(codeOf(town, { kind: 'completion.confirmed', agreement: id, minutes: 0 }, [mei])).toBe('own-report')
    expect(codeOf(town, { kind: 'completion.confirmed', agreement: id, minutes: 90 }, [mei])).toBe('own-report')
  })

  test('a report of no minutes at all is no report: that is said by its own name', () => {
    const { town, mei, id } = begun()
    expect(codeOf(town, { kind: 'completion.reported', agreement: id, minutes: 0 }, [mei])).toBe('minutes-out-of-range')
  })

  test('what did not happen is not rated', () => {
    const { town, mei, bo, id } = begun()
    recorded(town, absence(id, 0), [mei])
    confirm(town, id, bo)
    town.now += DAY
    tick(town)
    expect(codeOf(town, { kind: 'rating.committed', agreement: id, commitment: 'ab'.repeat(32) }, [mei])).toBe('wrong-phase')
  })
})
