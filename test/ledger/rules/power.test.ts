import { describe, expect, test } from 'vitest'
import { changed } from '#ledger/state/changed.ts'
import {
  electorateOf, holdersOf, holds, levelFor, mayOpenProject, mayPropose, mayVote, powers,
} from '#ledger/rules/power.ts'
import { raised } from '#test/support/council.ts'
import { aTownOfNeighbours } from '#test/support/people.ts'
import { aMember, aPerson, joining, recorded, type Town } from '#test/support/towns.ts'

const members = (town: Town, count: number) => Array.from({ length: count }, (_, i) => aMember(town, `member ${i}`))

describe('a young hub', () => {
  test('in which hardly anybody has helped: every active person holds every power', () => {
    const { town, steward, mei, bo, li } = aTownOfNeighbours()
    for (const power of powers) {
      expect(electorateOf(town.state, power)).toEqual({
        basis: 'assembly', level: 1, members: [steward, mei, bo, li].map(({ acct }) => acct),
      })
    }
  })

  test('in which five have helped: those from level 2, and nobody else', () => {
    const { town, mei } = aTownOfNeighbours()
    const five = members(town, 5).map((one) => raised(town, one, 2))
    expect(electorateOf(town.state, 'vote')).toEqual({ basis: 'assembly', level: 2, members: five.map(({ acct }) => acct) })
    expect(mayVote(town.state, five[0]!.acct)).toBe(true)
    expect(mayVote(town.state, mei.acct)).toBe(false)
  })

  test('who has come to the level holds the power besides, and the bridge ends with the fifth of them', () => {
    const { town, mei } = aTownOfNeighbours()
    raised(town, mei, 2)
    const five = members(town, 5)
    for (const one of five) {
      expect(mayPropose(town.state, mei.acct)).toBe(true)
      raised(town, one, 4)
      expect(mayPropose(town.state, one.acct)).toBe(true)
    }
    expect(holdersOf(town.state, 'propose')).toEqual({ basis: 'level', level: 4 })
    expect(mayPropose(town.state, mei.acct)).toBe(false)
    expect(holdersOf(town.state, 'vote')).toEqual({ basis: 'assembly', level: 2 })
    expect(mayVote(town.state, mei.acct)).toBe(true)
  })

  test('a steward or an organisation may sponsor a project, until the bridge ends', () => {
    const { town, steward, mei } = aTownOfNeighbours()
    const firm = changed(town.state.members.get(mei.acct)!)
    firm.form = 'organisation'
    const five = members(town, 5).map((one) => raised(town, one, 2))
    expect(holds(town.state, steward.acct, 'open-project')).toBe(false)
    for (const one of [steward, mei, five[0]!]) expect(mayOpenProject(town.state, one.acct)).toBe(true)
    for (const one of five) raised(town, one, 4)
    for (const one of [steward, mei]) expect(mayOpenProject(town.state, one.acct)).toBe(false)
    expect(mayOpenProject(town.state, five[0]!.acct)).toBe(true)
  })
})

test('organisations, people nobody has met, who is banned and who has left hold no power', () => {
  const { town, mei, bo, li } = aTownOfNeighbours()
  const ana = aPerson('ana')
  recorded(town, joining(town, ana), [ana])
  changed(town.state.members.get(mei.acct)!).form = 'organisation'
  changed(town.state.members.get(bo.acct)!).status = 'banned'
  changed(town.state.members.get(li.acct)!).status = 'departed'
  for (const power of powers) {
    expect(electorateOf(town.state, power).members).toEqual([town.steward.acct])
    for (const one of [ana, mei, bo, li, aPerson('nobody')]) expect(holds(town.state, one.acct, power)).toBe(false)
  }
})

test('the levels that powers ask for are the charter’s', () => {
  const { town } = aTownOfNeighbours()
  expect(powers.map((power) => levelFor(town.state, power))).toEqual([4, 5, 4, 4])
})
