/** Where a step of a walk takes place: towns, one of them and another, and what was thrown. */
import type { Hex } from '../reducer/bytes.ts'
import { DAY } from '../reducer/genesis.ts'
import type { Dice } from './dice.ts'
import { ask, type Town } from './town.ts'

export type Scene = { dice: Dice; towns: Town[]; town: Town; other: Town }

/** One thing that somebody there may try; often with what is there, sometimes with what is not. */
export type Move = (scene: Scene) => unknown
/** What can be tried about one matter, each with how often. */
export type Topic = Record<string, [often: number, Move]>

/** Somebody who belongs to the town, guests at times. */
export const somebody = ({ dice, town: { city } }: Scene): Hex =>
  dice.chance(0.9) || city.guests.size === 0 ? dice.pick(city.members.keys())! : dice.pick(city.guests.keys())!

/** A member who may sign; now and then anybody. */
export function neighbour(scene: Scene): Hex {
  const { dice, town: { city } } = scene
  const attested = [...city.members.values()].filter(({ attested }) => attested)
  return dice.chance(0.97) ? dice.pick(attested)!.acct : somebody(scene)
}

/** Somebody else than these. */
export const another = ({ dice, town: { city } }: Scene, ...than: Hex[]): Hex | undefined =>
  dice.pick([...city.members.values()].filter(({ acct, attested }) => attested && !than.includes(acct)).map(({ acct }) => acct))

/** A steward; now and then anybody. */
export function aSteward(scene: Scene): Hex {
  const { dice, town: { city } } = scene
  const stewards = [...city.members.values()].filter(({ steward }) => steward)
  return dice.chance(0.97) ? dice.pick(stewards)!.acct : somebody(scene)
}

/** One of these that is in one of these phases; now and then in any. */
export const inPhase = <T extends { phase: string }>({ dice }: Scene, items: Iterable<T>, ...phases: string[]): T | undefined =>
  dice.pick([...items].filter(({ phase }) => phases.includes(phase) || dice.chance(0.03)))

/** Goes on by so many seconds, with the tick of a day that begins; rarely somebody is too quick for it. */
export function goOn({ dice, town }: Scene, seconds: bigint): void {
  town.now += seconds
  if (town.now / DAY !== town.city.tickDay && dice.chance(0.98)) ask(town, 'tick', {}, 'hub')
}

export function pass(scene: Scene, days: number): void {
  for (let i = 0; i < days; i++) goOn(scene, DAY)
}

export const stewardsOf = ({ city }: Town): Hex[] => [...city.members.values()].filter(({ steward }) => steward).map(({ acct }) => acct)

export const latest = <T>(items: Map<string, T>): T => [...items.values()].at(-1)!

/** Others than these who may sign, so many of them as there are. */
export const others = ({ dice, town: { city } }: Scene, many: number, ...than: Hex[]): Hex[] =>
  dice.shuffled([...city.members.values()].filter(({ acct, attested, form }) => attested && form === 'person' && !than.includes(acct)).map(({ acct }) => acct)).slice(0, many)
