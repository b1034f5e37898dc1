import { describe, expect, test } from 'vitest'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import { isInCarePlan, isInCareRelation } from '#ledger/rules/care.ts'
import { agree, aTownOfNeighbours, codeOf, confirm, domainOf, helpOnce, refusalOf, report, sleep } from '#test/support/people.ts'
import { type Asked, CV, DAY, idFor, type Person, recorded, type Town } from '#test/support/towns.ts'

const today = (town: Town): number => Math.floor(town.now / DAY)
const asking = (town: Town, carer: Person, receiver: Person, changes: Partial<Asked<'care.asked'>> = {}): Asked<'care.asked'> => ({
  kind: 'care.asked', id: idFor('a plan'), carer: carer.acct, receiver: receiver.acct, category: 1, visitsAWeek: 3, minutes: 30,
  until: today(town) + 60, ...changes,
})
const agreeing = (plan = idFor('a plan')): Asked => ({ kind: 'care.agreed', plan })
const ending = (plan = idFor('a plan')): Asked => ({ kind: 'care.ended', plan })

/** Mei cares for Li, who has asked for it, and a steward has agreed. */
function cared() {
  const neighbours = aTownOfNeighbours()
  const { town, steward, mei, li } = neighbours
  recorded(town, asking(town, mei, li), [li])
  recorded(town, agreeing(), [steward])
  return neighbours
}

describe('a care plan', () => {
  test('runs from when a steward agrees until its last day', () => {
    const { town, steward, mei, li } = aTownOfNeighbours()
    recorded(town, asking(town, mei, li), [li])
    expect(isInCarePlan(town.state, mei.acct, li.acct, town.now)).toBe(false)
    recorded(town, agreeing(), [steward])
    const last = (today(town) + 61) * DAY
    expect([town.now - 1, town.now, last - 1, last].map((ts) => isInCarePlan(town.state, mei.acct, li.acct, ts)))
      .toEqual([false, true, true, false])
    expect(isInCarePlan(town.state, li.acct, mei.acct, town.now)).toBe(false)
    expect(isInCareRelation(town.state, li.acct, mei.acct, town.now)).toBe(true)
  })

  test('makes many visits alike worth the same: nine half hours are 270 CV, where without they get less', () => {
    const { town, mei, bo, li } = cared()
    for (let visit = 0; visit < 9; visit++) {
      helpOnce(town, mei, li, { minutes: 30 })
      helpOnce(town, bo, li, { minutes: 30 })
    }
    expect(domainOf(town, mei)).toBe(270n * CV)
    expect(domainOf(town, bo)).toBeLessThan(270n * CV)
    expect(town.state.exchanges.at(-1)!.exchanges.filter(({ form }) => form === 'care')).toHaveLength(9)
  })

  test('holds for help in the full form, too', () => {
    const { town, mei, li } = cared()
    for (let visit = 0; visit < 8; visit++) {
      const id = agree(town, mei, li, { minutes: 30 })
      report(town, id, mei)
      confirm(town, id, li)
    }
    sleep(town, 15)
    expect(domainOf(town, mei)).toBeGreaterThan(238n * CV)
  })

  test('may be asked for by a relative, and is ended by any of them or a steward', () => {
    for (const who of ['mei', 'li', 'bo', 'steward'] as const) {
      const neighbours = aTownOfNeighbours()
      const { town, steward, mei, bo, li } = neighbours
      recorded(town, asking(town, mei, li), [bo])
      recorded(town, agreeing(), [steward])
      recorded(town, ending(), [neighbours[who]])
      expect(isInCarePlan(town.state, mei.acct, li.acct, town.now)).toBe(false)
    }
  })
})

describe('what is refused', () => {
  const refusals: [string, (day: number) => Partial<Asked<'care.asked'>>][] = [
    ['bad-interval', (day) => ({ until: day - 1 })],
    ['ends-too-late', (day) => ({ until: day + 367 })],
    ['minutes-out-of-range', () => ({ minutes: 0 })],
    ['minutes-out-of-range', () => ({ minutes: 1_441 })],
    ['limit-reached', () => ({ visitsAWeek: 0 })],
    ['limit-reached', () => ({ visitsAWeek: 22 })],
    ['unknown-member', () => ({ carer: 'ab'.repeat(32) })],
  ]
  test.each(refusals)('of asking: %s', (code, changes) => {
    const { town, mei, li } = aTownOfNeighbours()
    expect(codeOf(town, asking(town, mei, li, changes(today(town))), [li])).toBe(code)
    expect(town.state.carePlans.size).toBe(0)
  })

  test('limit-reached: more than eight plans for one person, until one has ended or its last day is over', () => {
    const { town, mei, bo, li } = aTownOfNeighbours()
    const plan = (i: number, receiver = li) => asking(town, mei, receiver, { id: idFor(`plan ${i}`), until: today(town) + i })
    for (let i = 0; i < 8; i++) recorded(town, plan(i), [li])
    expect(refusalOf(town, plan(8), [li])).toEqual({ code: 'limit-reached', most: 8 })
    recorded(town, plan(9, bo), [bo])
    recorded(town, ending(idFor('plan 7')), [li])
    recorded(town, plan(10), [li])
    sleep(town, 1)
    recorded(town, plan(11), [li])
    expect(codeOf(town, plan(12), [li])).toBe('limit-reached')
    expect(stateFrom(Array.from(rowsOf(town.state), (row) => row.slice()), town.state.tree)!.careOf.get(li.acct)!.length).toBeGreaterThanOrEqual(8)
  })

  test('same-person: nobody asks to care for somebody, or for themselves', () => {
    const { town, mei, li } = aTownOfNeighbours()
    expect(codeOf(town, asking(town, mei, li), [mei])).toBe('same-person')
    expect(codeOf(town, asking(town, li, li), [mei])).toBe('same-person')
  })

  test('of agreeing: unknown-care-plan, own-matter, already-approved, wrong-phase', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    expect(codeOf(town, agreeing(), [steward])).toBe('unknown-care-plan')
    recorded(town, asking(town, mei, li), [bo])
    for (const own of [mei, bo, li]) {
      town.state.members.get(own.acct)!.steward = true
      expect(codeOf(town, agreeing(), [own])).toBe('own-matter')
      town.state.members.get(own.acct)!.steward = false
    }
    recorded(town, agreeing(), [steward])
    expect(codeOf(town, agreeing(), [steward])).toBe('already-approved')
    recorded(town, ending(), [li])
    expect(refusalOf(town, agreeing(), [steward])).toEqual({ code: 'wrong-phase', phase: 'ended' })
  })

  test('of ending: unknown-care-plan, not-a-party, wrong-phase', () => {
    const { town, bo, li } = cared()
    expect(codeOf(town, ending(idFor('nowhere')), [li])).toBe('unknown-care-plan')
    expect(codeOf(town, ending(), [bo])).toBe('not-a-party')
    recorded(town, ending(), [li])
    expect(codeOf(town, ending(), [li])).toBe('wrong-phase')
  })
})
