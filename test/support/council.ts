/**
 * People who have come some way: for tests of levels and of what they let one decide. What years of helping come to is
 * put into their rows by hand; the records that follow are real.
 */
import { changed } from '#ledger/state/changed.ts'
import { noteLifetime } from '#ledger/value/earning.ts'
import { roles } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { type Level, levelOf } from '#ledger/rules/level.ts'
import { regardFor } from '#ledger/rules/regard.ts'
import { takeUp } from '#ledger/rules/role.ts'
import { charterOf, stewardsNeeded } from '#ledger/state/state.ts'
import type { Hex } from '#ledger/action.ts'
import { aMember, type Person, recorded, type Town } from '#test/support/towns.ts'

const { l3Milli, l4Milli, l5Milli, recommendations, governanceActs } = presets.city.levels

/** Somebody recommended by people of level 3 is one: they themselves need no word. */
const friends = (town: Town): Hex[] =>
  Array.from({ length: recommendations }, (_, i) => {
    const acct = [...town.state.members.keys()].find((known) => town.state.members.get(known)!.profile === profileOf(i))
    return acct ?? raised(town, aFriend(town, i), 3).acct
  })

const profileOf = (i: number): Hex => `0${i}`.repeat(32)

function aFriend(town: Town, i: number): Person {
  const person = aMember(town, `friend ${i}`)
  changed(town.state.members.get(person.acct)!).profile = profileOf(i)
  return person
}

/** Puts a member on a level by what they have contributed, who speaks for them and what they did for all. */
export function raised(town: Town, person: Person, level: Level): Person {
  const member = changed(town.state.members.get(person.acct)!)
  member.contributions = level > 1 ? 1 : 0
  noteLifetime(town.state, member, [0n, 0n, 0n, l3Milli, l4Milli, l5Milli][level]! - member.lifetimeMilli)
  if (level >= 4) {
    const recommended = new Map(friends(town).map((by) => [by, town.now]))
    Object.assign(regardFor(town.state, person.acct), { recommended, acts: level === 5 ? governanceActs : 0 })
  }
  if (levelOf(town.state, person.acct) !== level) throw new Error(`raised to ${levelOf(town.state, person.acct)}, not ${level}`)
  return person
}

/** These become stewards, one after the other: offered by as many of those before them as it takes, and accepted. */
export function appoint(town: Town, ...people: Person[]): void {
  const stewards = [town.steward]
  for (const person of people) {
    const role = roles.steward
    for (const steward of stewards.slice(0, stewardsNeeded(town.state, charterOf(town.state).stewardThreshold))) {
      recorded(town, { kind: 'role.granted', member: person.acct, role }, [steward])
    }
    recorded(town, { kind: 'role.accepted', role }, [person])
    stewards.push(person)
  }
}

/** This member is a steward, however that came about. */
export function seated(town: Town, { acct }: Person): void {
  takeUp(town.state, roles.steward, acct, { seq: town.state.tree.size, ts: town.now, leaf: new Uint8Array(32) })
}
