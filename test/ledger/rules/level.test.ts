import { describe, expect, test } from 'vitest'
import { changed } from '#ledger/state/changed.ts'
import { noteLifetime } from '#ledger/value/earning.ts'
import { levelOf, nextLevelOf } from '#ledger/rules/level.ts'
import { raised } from '#test/support/council.ts'
import { aTownOfNeighbours, completed, helpOnce, sleep } from '#test/support/people.ts'
import { aMember, CV, type Person, recorded, type Town } from '#test/support/towns.ts'

const rowOf = (town: Town, { acct }: Person) => changed(town.state.members.get(acct)!)
const contributes = (town: Town, person: Person, milli: bigint) => noteLifetime(town.state, rowOf(town, person), milli)

/** Mei has contributed five thousand, and three whose word counts stand ready to recommend her. */
function meiBeforeFour() {
  const { town, mei, bo, li } = aTownOfNeighbours()
  raised(town, mei, 3)
  contributes(town, mei, 4_000n * CV)
  const friends = [bo, li, aMember(town, 'ana')].map((friend) => raised(town, friend, 3))
  return { town, mei, friends }
}

test('one to begin with; two with one contribution; three with a thousand in a lifetime', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  expect(levelOf(town.state, mei.acct)).toBe(1)
  expect(nextLevelOf(town.state, mei.acct)).toEqual({ level: 2, missing: [{ what: 'contributions', count: 1 }] })
  helpOnce(town, mei, bo, { minutes: 999 })
  expect(levelOf(town.state, mei.acct)).toBe(2)
  expect(nextLevelOf(town.state, mei.acct)).toEqual({ level: 3, missing: [{ what: 'lifetime', milli: 1n * CV }] })
  helpOnce(town, mei, bo, { minutes: 1 })
  expect(levelOf(town.state, mei.acct)).toBe(3)
  expect(nextLevelOf(town.state, mei.acct)).toEqual({
    level: 4, missing: [{ what: 'lifetime', milli: 4_000n * CV }, { what: 'recommendations', count: 3 }],
  })
})

test('a confirmed contribution opens level two before its award is known', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  completed(town, mei, bo)
  expect(levelOf(town.state, mei.acct)).toBe(2)
  expect(levelOf(town.state, bo.acct)).toBe(1)
})

test('no level falls with decay', () => {
  const { town, mei, bo } = aTownOfNeighbours()
  helpOnce(town, mei, bo, { minutes: 1_000 })
  sleep(town, 800)
  expect(levelOf(town.state, mei.acct)).toBe(3)
})

describe('level four', () => {
  test('[S1753] five thousand in a lifetime, and the word of three who have come to level three', () => {
    const { town, mei, friends } = meiBeforeFour()
    for (const [i, friend] of friends.entries()) {
      expect(levelOf(town.state, mei.acct)).toBe(3)
      expect(nextLevelOf(town.state, mei.acct)).toEqual({ level: 4, missing: [{ what: 'recommendations', count: 3 - i }] })
      recorded(town, { kind: 'recommendation.given', member: mei.acct }, [friend])
    }
    expect(levelOf(town.state, mei.acct)).toBe(4)
    expect(nextLevelOf(town.state, mei.acct)).toEqual({
      level: 5, missing: [{ what: 'lifetime', milli: 5_000n * CV }, { what: 'governance', count: 3 }],
    })
  })

  test('falls with a word that is taken back, and with one whose giver loses their own level or their place, and comes back with it', () => {
    const { town, mei, friends } = meiBeforeFour()
    for (const friend of friends) recorded(town, { kind: 'recommendation.given', member: mei.acct }, [friend])
    recorded(town, { kind: 'recommendation.withdrawn', member: mei.acct }, [friends[0]!])
    expect(levelOf(town.state, mei.acct)).toBe(3)
    recorded(town, { kind: 'recommendation.given', member: mei.acct }, [friends[0]!])
    expect(levelOf(town.state, mei.acct)).toBe(4)

    contributes(town, friends[1]!, -1n)
    expect(levelOf(town.state, mei.acct)).toBe(3)
    contributes(town, friends[1]!, 1n)
    rowOf(town, friends[1]!).status = 'banned'
    expect(levelOf(town.state, mei.acct)).toBe(3)
    rowOf(town, friends[1]!).status = 'active'
    expect(levelOf(town.state, mei.acct)).toBe(4)
  })

  test('falls with what is taken back of a lifetime', () => {
    const { town, mei, friends } = meiBeforeFour()
    for (const friend of friends) recorded(town, { kind: 'recommendation.given', member: mei.acct }, [friend])
    contributes(town, mei, -1n)
    expect(levelOf(town.state, mei.acct)).toBe(3)
  })
})

test('[S1755] level five: ten thousand, and three acts for all; nothing comes after it', () => {
  const { town, mei } = aTownOfNeighbours()
  raised(town, mei, 4)
  contributes(town, mei, 5_000n * CV)
  const regard = town.state.regards.get(mei.acct)!
  regard.acts = 2
  expect(nextLevelOf(town.state, mei.acct)).toEqual({ level: 5, missing: [{ what: 'governance', count: 1 }] })
  regard.acts = 3
  expect(levelOf(town.state, mei.acct)).toBe(5)
  expect(nextLevelOf(town.state, mei.acct)).toBe(null)
})

test('an organisation has no level, whatever it contributes', () => {
  const { town, mei } = aTownOfNeighbours()
  raised(town, mei, 5)
  rowOf(town, mei).form = 'organisation'
  expect(levelOf(town.state, mei.acct)).toBe(1)
  expect(nextLevelOf(town.state, mei.acct)).toBe(null)
})
