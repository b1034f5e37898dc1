/** *Levels, and who holds a power* of `ledger/rules/README.md`: with the bridge for a young hub. */
import { demand, type Hex } from './bytes.ts'
import { charterOf, isActive, isSteward } from './city.ts'
import { levelOf } from './standing.ts'
import type { City } from './state.ts'

export type Power = 'propose' | 'vote' | 'project' | 'judge'

const levelFor = (city: City, power: Power): bigint => {
  const { proposeLevel, voteLevel } = charterOf(city).vote
  return power === 'vote' ? voteLevel : proposeLevel
}

type Electorate = { basis: 'level' | 'assembly'; level: bigint; electorate: Hex[] }

/** Everybody who holds a power now, and why. */
export function electorateOf(city: City, power: Power): Electorate {
  const { youngBelow } = charterOf(city).vote
  const people = [...city.members.values()].filter((member) => member.form === 'person' && isActive(member))
  const from = (level: bigint) => people.filter((member) => levelOf(city, member) >= level).map(({ acct }) => acct)
  const [asked, second] = [levelFor(city, power), from(2n)]
  if (BigInt(from(asked).length) >= youngBelow) return { basis: 'level', level: asked, electorate: from(asked) }
  const level = BigInt(second.length) < youngBelow ? 1n : 2n
  return { basis: 'assembly', level, electorate: from(level) }
}

export function demandPower(city: City, power: Power, acct: Hex): void {
  const member = city.members.get(acct)!
  const isAble = member.form === 'person' && isActive(member) && levelOf(city, member) >= levelFor(city, power)
  const sponsors = power === 'project' && electorateOf(city, power).basis === 'assembly' && (isSteward(city, acct) || member.form === 'organisation')
  demand(sponsors || isAble || electorateOf(city, power).electorate.includes(acct), 'level-too-low')
}
