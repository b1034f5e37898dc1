import { describe, expect, test } from 'vitest'
import { ABSENT, type Absent, absencesOf } from '#ledger/rules/absence.ts'
import { undecidedAt } from '#ledger/rules/course.ts'
import { appoint } from '#test/support/council.ts'
import {
  agree, agreementIn, aTownOfNeighbours, codeOf, confirm, heldOf, helpOnce, HOUR, type Neighbours, refusalOf, report, sleep,
} from '#test/support/people.ts'
import { type Asked, DAY, hexFor, idFor, type Person, recorded, tick } from '#test/support/towns.ts'

const dispute = (agreement: string): Asked => ({ kind: 'dispute.opened', agreement, reason: hexFor('what I saw') })
const decision = (agreement: string, minutes: number, absent: Absent = ABSENT.nobody): Asked =>
  ({ kind: 'dispute.decided', agreement, minutes, absent, reason: hexFor('what we heard') })

/** Mei has reported ninety minutes, and Bo does not agree. */
function disputed(neighbours: Neighbours = aTownOfNeighbours()) {
  const { town, mei, bo } = neighbours
  const id = agree(town, mei, bo)
  report(town, id, mei)
  recorded(town, dispute(id), [bo])
  return { ...neighbours, id }
}

describe('a dispute', () => {
  test('leaves what is set aside where it is, and silence no longer confirms', () => {
    const neighbours = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(neighbours.town, neighbours.bo, neighbours.mei)
    const { town, bo, id } = disputed(neighbours)
    sleep(town, 30)
    expect(agreementIn(town, id).phase).toBe('disputed')
    expect(heldOf(town, bo)).toBeGreaterThan(0n)
  })

  test('ends when the other says yes after all', () => {
    const { town, bo, id } = disputed()
    confirm(town, id, bo)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'confirmed', silently: false })
  })

  test('that nobody decides ends undecided after sixty days: everything is released and it counts against nobody', () => {
    const neighbours = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(neighbours.town, neighbours.bo, neighbours.mei)
    const { town, mei, bo, id } = disputed(neighbours)
    const day = undecidedAt(town.state, agreementIn(town, id))
    tick(town, day - DAY)
    expect(agreementIn(town, id).phase).toBe('disputed')
    town.now = day
    tick(town)
    expect(agreementIn(town, id)).toMatchObject({ phase: 'undecided', hold: 0n, award: null })
    expect(heldOf(town, bo)).toBe(0n)
    for (const { acct } of [mei, bo]) expect([...town.state.members.get(acct)!.track.broken]).toEqual([])
  })

  test('may be opened before anything was reported, and is then only for the stewards', () => {
    const { town, mei, bo } = aTownOfNeighbours()
    const id = agree(town, mei, bo)
    recorded(town, dispute(id), [bo])
    expect(codeOf(town, { kind: 'completion.confirmed', agreement: id, minutes: 90 }, [mei])).toBe('wrong-phase')
    recorded(town, decision(id, 60), [town.steward])
    expect(agreementIn(town, id)).toMatchObject({ phase: 'confirmed', report: { by: bo.acct, minutes: 60 } })
  })
})

describe('the stewards’ word', () => {
  test('how many minutes count: then it goes on as if it had been confirmed', () => {
    const { town, mei, id } = disputed()
    recorded(town, decision(id, 30), [town.steward])
    expect(agreementIn(town, id)).toMatchObject({ phase: 'confirmed', report: { by: mei.acct, minutes: 30 } })
    sleep(town, 15)
    expect(agreementIn(town, id).award!.milli).toBe(30_000n)
  })

  test('none, and who stayed away', () => {
    const { town, bo, id } = disputed()
    recorded(town, decision(id, 0, ABSENT.receiver), [town.steward])
    expect(agreementIn(town, id).phase).toBe('missed')
    expect(absencesOf(town.state, bo.acct, town.now)).toEqual([town.now])
  })

  test('two of them have to say the same, once there are two', () => {
    const { town, steward, li, id } = disputed()
    appoint(town, li)
    recorded(town, decision(id, 30), [steward])
    expect(agreementIn(town, id).phase).toBe('disputed')
    recorded(town, decision(id, 30), [li])
    expect(agreementIn(town, id)).toMatchObject({ phase: 'confirmed', report: { minutes: 30 } })
  })

  test('of two who differ, neither', () => {
    const { town, steward, li, id } = disputed()
    appoint(town, li)
    recorded(town, decision(id, 30), [steward])
    recorded(town, decision(id, 40), [li])
    expect(agreementIn(town, id).phase).toBe('disputed')
  })

  test('a party does not count among those who could decide', () => {
    const { town, steward, mei, id } = disputed()
    appoint(town, mei)
    recorded(town, decision(id, 30), [steward])
    expect(agreementIn(town, id).phase).toBe('confirmed')
  })
})

describe('what is refused', () => {
  test('of opening: unknown-agreement, not-a-party, not-begun, wrong-phase', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const later = agree(town, mei, bo, { begins: town.now + 2 * HOUR })
    expect(codeOf(town, dispute(idFor('nowhere')), [mei])).toBe('unknown-agreement')
    expect(codeOf(town, dispute(later), [li])).toBe('not-a-party')
    expect(refusalOf(town, dispute(later), [mei])).toEqual({ code: 'not-begun', begins: town.now + 2 * HOUR })
    const id = agree(town, mei, bo)
    recorded(town, dispute(id), [mei])
    expect(refusalOf(town, dispute(id), [bo])).toEqual({ code: 'wrong-phase', phase: 'disputed' })
  })

  test('while it is open: nothing is declined, called off, reported or checked into', () => {
    const { town, mei, bo, id } = disputed()
    const tries: [Asked, Person][] = [
      [{ kind: 'completion.declined', agreement: id, minutes: 90 }, bo],
      [{ kind: 'agreement.cancelled', agreement: id }, bo],
      [{ kind: 'completion.reported', agreement: id, minutes: 80 }, mei],
      [{ kind: 'checkin.made', agreement: id }, bo],
      [{ kind: 'absence.reported', agreement: id, absent: 0 }, bo],
    ]
    town.now += 2 * HOUR
    for (const [asked, by] of tries) {
      expect(refusalOf(town, asked, [by])).toEqual({ code: 'wrong-phase', phase: 'disputed' })
    }
    expect(codeOf(town, { kind: 'completion.confirmed', agreement: id, minutes: 90 }, [mei])).toBe('own-report')
  })

  test('of deciding: not-a-steward, own-matter, unknown-agreement, wrong-phase, minutes-out-of-range, already-approved', () => {
    const { town, steward, mei, li, bo, id } = disputed()
    expect(codeOf(town, decision(id, 30), [li])).toBe('not-a-steward')
    appoint(town, mei, li)
    expect(codeOf(town, decision(id, 30), [mei])).toBe('own-matter')
    expect(codeOf(town, decision(idFor('nowhere'), 30), [steward])).toBe('unknown-agreement')
    expect(codeOf(town, decision(agree(town, mei, bo), 30), [steward])).toBe('wrong-phase')
    expect(refusalOf(town, decision(id, 91), [steward])).toEqual({ code: 'minutes-out-of-range', most: 90 })
    expect(refusalOf(town, decision(id, 1, ABSENT.provider), [steward])).toEqual({ code: 'minutes-out-of-range', most: 0 })
    recorded(town, decision(id, 30), [steward])
    expect(codeOf(town, decision(id, 40), [steward])).toBe('already-approved')
  })
})
