/**
 * A walk: towns, and up to two hundred things that people there try, right and wrong ones. After each, two reducers have said the same
 * and the books are right (`town.ts`); at the end both states are the same, byte for byte.
 */
import fc from 'fast-check'
import { toHex } from '#ledger/bytes.ts'
import { digestOf as digestOfFirst } from '#ledger/state/digest.ts'
import { type Charter, type Preset, redemptions } from '#ledger/charter/charter.ts'
import { presets } from '#ledger/charter/presets.ts'
import { digestOf } from '../reducer/reducer.ts'
import { abroad } from './abroad.ts'
import { anything } from './anything.ts'
import { community } from './community.ts'
import { council } from './council.ts'
import { cities, earn, federate } from './cities.ts'
import { Dice } from './dice.ts'
import { justice } from './justice.ts'
import { join, neighbours } from './neighbours.ts'
import { people } from './people.ts'
import type { Scene, Topic } from './scene.ts'
import { sharing } from './sharing.ts'
import { stories } from './stories.ts'
import { aTown, differenceIn, type Town } from './town.ts'
import { time } from './time.ts'
import { together } from './together.ts'

/** What people try. Whoever adds a kind adds what is likely to be tried about it; that it is tried at all `anything.ts` sees to. */
const topics: Topic[] = [time, neighbours, people, community, sharing, together, council, justice, cities, stories, abroad, anything]

export const moves = topics.flatMap((topic) => Object.entries(topic).map(([name, [often, move]]) => ({ name, often, move })))

/** A step as it is thrown: which move, and the seed for what it picks. */
export type Step = { move: string; seed: number }

/** Steps that are about everything, one topic more than the others. */
const stepsAbout = (topic: Topic): fc.Arbitrary<Step[]> => fc.array(fc.record({
  move: fc.oneof(...moves.map(({ name, often }) => ({ arbitrary: fc.constant(name), weight: Math.round(often * (name in topic ? 50 : 10)) }))),
  seed: fc.integer(),
}), { maxLength: STEPS, size: 'max' })

export const STEPS = 200
export const walks: fc.Arbitrary<Walk> = fc.record({
  /** Whether the towns have just been founded, or are in a federation and their people have something to give. */
  begin: fc.constantFrom<Walk['begin']>('young', 'together'),
  preset: fc.constantFrom(...(Object.keys(presets) as Preset[])),
  steps: fc.oneof(...topics.map(stepsAbout)),
})
export type Walk = { begin: 'young' | 'together'; preset: Preset; steps: Step[] }

/** The charter of this preset, in which people come within reach of everything in days. */
function quick(preset: Preset): Charter {
  const charter = presets[preset]
  const { conversion, levels } = charter
  return {
    ...charter, ...(preset === 'city' ? openToAll(charter) : {}), conversion: { ...conversion, levelMin: 1, standingMinPerMille: 0 },
    levels: { ...levels, l3Milli: 200_000n, l4Milli: 400_000n, l5Milli: 600_000n },
  }
}

/** What a city leaves closed, open. */
const openToAll = ({ gift, deposit }: Charter): Partial<Charter> =>
  ({ gift: { ...gift, isOpen: true }, deposit: { ...deposit, isOpen: true }, redemption: redemptions.surplus })

/** Walks; the towns as they are in the end. @throws where two reducers differ, or books are wrong */
export function walk({ begin, preset, steps }: Walk): Town[] {
  const towns = ['chengdu', 'barcelona'].map((name) => aTown(name, quick(preset)))
  const sceneOf = (seed: number): Scene => {
    const dice = new Dice(seed)
    const [town, other] = dice.shuffled(towns) as [Town, Town]
    return { dice, towns, town, other }
  }
  for (const town of towns) for (let i = 0; i < 3; i++) join({ ...sceneOf(i), town })
  if (begin === 'together') federate(sceneOf(steps.length))
  if (begin === 'together') for (const town of towns) earn({ ...sceneOf(0), town })
  for (const { move, seed } of steps) moves.find(({ name }) => name === move)!.move(sceneOf(seed))
  for (const town of towns) demandSame(town)
  return towns
}

function demandSame(town: Town): void {
  const difference = differenceIn(town)
  if (difference !== null) throw new Error(`${town.name}: ${difference}`)
  if (toHex(digestOfFirst(town.state)) !== digestOf(town.city)) throw new Error(`${town.name}: same rows, but another digest`)
}

