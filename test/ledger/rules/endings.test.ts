/**
 * Whatever two people and a steward do about an agreement, in any order and however often, it comes to exactly one end, and
 * then nothing is set aside for it. The books are added up after every record (`towns.ts`).
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasUnopened } from '#ledger/rules/settling.ts'
import { HOUR, aTownOfNeighbours, agree, booked, helpOnce, sleep } from '#test/support/people.ts'
import { type Asked, hexFor, record } from '#test/support/towns.ts'

const ends = ['settled', 'cancelled', 'lapsed', 'missed', 'undecided']

const steps = (agreement: string, provider = ''): Asked[] => [
  { kind: 'agreement.cancelled', agreement },
  { kind: 'checkin.made', agreement },
  { kind: 'completion.reported', agreement, minutes: 40 },
  { kind: 'completion.confirmed', agreement, minutes: 40 },
  { kind: 'completion.declined', agreement, minutes: 40 },
  { kind: 'completion.confirmed', agreement, minutes: 0 },
  { kind: 'completion.declined', agreement, minutes: 0 },
  { kind: 'absence.reported', agreement, absent: 0 },
  { kind: 'absence.reported', agreement, absent: 1 },
  { kind: 'absence.reported', agreement, absent: 2 },
  { kind: 'return.recorded', agreement },
  { kind: 'dispute.opened', agreement, reason: hexFor('reason') },
  { kind: 'dispute.decided', agreement, minutes: 30, absent: 0, reason: hexFor('reason') },
  { kind: 'dispute.decided', agreement, minutes: 0, absent: 1, reason: hexFor('reason') },
  { kind: 'rating.committed', agreement, commitment: hexFor('grade') },
  { kind: 'correction.signed', corrects: agreement, member: provider, counted: 20, reason: hexFor('reason') },
]

const aStep = fc.record({
  what: fc.nat({ max: steps('').length - 1 }), who: fc.nat({ max: 2 }), hours: fc.constantFrom(0, 0, 0, 2, 30, 24 * 8),
})

test('every agreement comes to one end, and then nothing is set aside', () => {
  fc.assert(fc.property(fc.boolean(), fc.array(aStep, { minLength: 1, maxLength: 14 }), (isUse, course) => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours({ preset: 'time-bank' })
    helpOnce(town, bo, li, { minutes: 600 })
    const id = isUse ? booked(town, mei, bo) : agree(town, mei, bo, { begins: town.now + HOUR })
    const people = [mei, bo, steward]
    const phases = new Set<string>()
    for (const { what, who, hours } of course) {
      town.now += hours * HOUR
      record(town, steps(id, mei.acct)[what]!, [people[who]!])
      const { phase } = town.state.agreements.get(id)!
      if (ends.includes(phase)) phases.add(phase)
    }
    sleep(town, 200)
    const agreement = town.state.agreements.get(id)!
    phases.add(agreement.phase)
    expect([...phases]).toEqual([agreement.phase])
    expect(ends).toContain(agreement.phase)
    expect(agreement.hold).toBe(0n)
    for (const { acct } of people) expect(town.state.members.get(acct)!.account.held).toBe(0n)
    // It closes with that, unless a grade is still to be opened, which may come however late.
    expect(town.state.agreements.openOne(id) === undefined).toBe(!hasUnopened(agreement))
  }), { numRuns: 40, seed: 20_261_129 })
}, 120_000)
