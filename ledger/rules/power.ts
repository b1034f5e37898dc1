/**
 * Powers: who may propose, vote, open a project and judge; and who may while a hub is young.
 *
 * A power belongs to the members of a level (the charter's `proposeLevel` and `voteLevel`) [S1753-1755]. A hub begins
 * with nobody on any level, so there is a bridge: while fewer than `youngBelow` hold the level that a power asks for,
 * the assembly holds it as well, that is, all active persons from level 2; and while they are fewer than that too, all
 * active persons. The bridge ends by itself with the member who makes the number full, for what begins from then on:
 * an electorate is frozen when a matter is opened.
 *
 * Counting goes through the members, and stops when enough are found. It is asked for when a matter is opened, which
 * is rare; who is of the level is answered without counting.
 */
import type { Hex } from '../action.ts'
import type { Member } from '../state/people.ts'
import { charterOf, type State } from '../state/state.ts'
import { type Level, levelOf } from './level.ts'
import { isActive } from './status.ts'

export const powers = ['propose', 'vote', 'open-project', 'judge'] as const
export type Power = (typeof powers)[number]

/** Who holds a power: those of its level, or the assembly of a young hub, from the level named. */
export type Holders = { basis: 'level' | 'assembly'; level: Level }
export type Electorate = Holders & { members: Hex[] }

/** The level that a power asks for. Whoever may propose may also open projects and judge. */
export function levelFor(state: State, power: Power): Level {
  const { proposeLevel, voteLevel } = charterOf(state).vote
  return (power === 'vote' ? voteLevel : proposeLevel) as Level
}

/** Who holds it today. */
export function holdersOf(state: State, power: Power): Holders {
  const level = levelFor(state, power)
  if (isFullFrom(state, level)) return { basis: 'level', level }
  const assembly: Level = isFullFrom(state, ASSEMBLY_LEVEL) ? ASSEMBLY_LEVEL : 1
  return { basis: 'assembly', level: assembly < level ? assembly : level }
}

/** All who hold it today, in the order of joining: to be frozen when a matter is opened. */
export function electorateOf(state: State, power: Power): Electorate {
  const holders = holdersOf(state, power)
  const members: Hex[] = []
  for (const member of state.members.values()) if (isFrom(state, member, holders.level)) members.push(member.acct)
  return { ...holders, members }
}

/** Why this member does not hold it, or null. */
export function holds(state: State, acct: Hex, power: Power): boolean {
  const member = state.members.get(acct)
  if (member === undefined) return false
  return isFrom(state, member, levelFor(state, power)) || isFrom(state, member, holdersOf(state, power).level)
}

export const mayPropose = (state: State, acct: Hex): boolean => holds(state, acct, 'propose')
export const mayVote = (state: State, acct: Hex): boolean => holds(state, acct, 'vote')

/** In a young hub a steward or an organisation may sponsor a project too. */
export function mayOpenProject(state: State, acct: Hex): boolean {
  if (holds(state, acct, 'open-project')) return true
  const member = state.members.get(acct)
  const isSponsor = member !== undefined && isActive(member) && (member.steward || member.form === 'organisation')
  return isSponsor && holdersOf(state, 'open-project').basis === 'assembly'
}

const ASSEMBLY_LEVEL = 2

const isFrom = (state: State, member: Member, level: Level): boolean =>
  member.form === 'person' && isActive(member) && levelOf(state, member.acct) >= level

/** Whether as many are of this level as make a hub grown up. */
function isFullFrom(state: State, level: Level): boolean {
  const { youngBelow } = charterOf(state).vote
  let count = 0
  for (const member of state.members.values()) {
    if (count >= youngBelow) return true
    if (isFrom(state, member, level)) count++
  }
  return count >= youngBelow
}
