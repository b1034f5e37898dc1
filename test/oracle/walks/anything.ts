/**
 * Actions of any kind that the README knows, of the right form and mostly out of place: whatever is asked for by whomever, both reducers
 * give the same reason. A kind that is added there is asked for here without a word of code.
 */
import { type Hex, utf8 } from '../reducer/bytes.ts'
import { DAY } from '../reducer/genesis.ts'
import type { Shape, Value } from '../reducer/shapes.ts'
import { judged } from '../reducer/reducer.ts'
import { type Kind, kinds } from '../reducer/specification.ts'
import { keyOf, named } from './keys.ts'
import { aSteward, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { ask, type By, type Fields, type Head } from './town.ts'

export const anything: Topic = {
  'anything is asked': [6, (scene) => {
    const kind = scene.dice.pick(kinds.filter(({ name }) => judged.includes(name)))!
    const fields = valueOf(scene, kind.fields, '') as Fields
    ask(scene.town, kind.name, fields, signersOf(scene, kind, fields))
  }],
  'an action comes too late, too early, or from another branch': [1, (scene) => {
    const { dice, town } = scene
    const more = dice.among<Partial<Head>>(
      { exp: town.now - 1n }, { exp: town.now + 30n * DAY + 1n }, { id: dice.pick(town.city.ids.at(-1)!.ids)! },
      { seen: { size: BigInt(town.records.length) + 1n, leaf: town.city.leaves[0]! } }, { seen: { size: 0n, leaf: town.city.hub.id } },
    )
    ask(town, 'agreement.cancelled', { agreement: dice.pick(town.city.agreements.keys()) ?? '00'.repeat(16) }, [neighbour(scene)], more)
  }],
}

function signersOf(scene: Scene, kind: Kind, fields: Fields): By {
  if (kind.signer === 'hub') return 'hub'
  if (kind.signer === 'newcomer') {
    const name = `${scene.town.name} anybody ${scene.town.records.length}`
    if ('device' in fields) fields.device = keyOf(name)
    return { acct: scene.dice.chance(0.9) ? named(name) : somebody(scene), device: keyOf(name) }
  }
  if (kind.signer === 'parties') return scene.dice.shuffled([(fields.provider ?? fields.helper) as Hex, fields.receiver as Hex])
  return [kind.signer === 'steward' ? aSteward(scene) : neighbour(scene)]
}

/** Something of this shape: often what is there already, else what is at an edge. */
function valueOf(scene: Scene, shape: Shape, name: string): Value {
  const { dice, town, other } = scene
  switch (shape.is) {
    case 'flag': return dice.chance(0.5)
    case 'or null': return dice.chance(0.5) ? null : valueOf(scene, shape.of, name)
    case 'one of': {
      const word = dice.pick(shape.words)!
      return /^\d+$/.test(shape.words[0]!) ? BigInt(word) : word
    }
    case 'list': return Array.from({ length: dice.below(Math.min(shape.most, 3) + 1) }, () => valueOf(scene, shape.of, name))
    case 'fields': return Object.fromEntries(shape.fields.map(([field, of]) => [field, valueOf(scene, of, field)]))
    case 'text': return dice.among(other.card.origin, town.card.origin, '', 'nowhere').slice(0, shape.most)
    case 'bytes': return bytesOf(scene, shape.least, shape.most)
    case 'integer': return BigInt(dice.below(1_000))
    case 'whole': return numberOf(scene, name, shape.below)
  }
}

function bytesOf(scene: Scene, least: number, most: number): Hex {
  const { dice, town } = scene
  const there = idsIn(town.city).filter((hex) => hex.length / 2 >= least && hex.length / 2 <= most)
  if (least > 0 && there.length > 0 && dice.chance(0.8)) return dice.pick(there)!
  return (least > 0 ? named(`bytes ${dice.below(5)}`).repeat(2) : utf8(dice.among('', 'x'))).slice(0, 2 * Math.max(least, Math.min(most, 1)))
}

/** Every id that stands in a state, in whatever table. */
function idsIn(value: unknown, depth = 0): Hex[] {
  if (typeof value === 'string') return /^([0-9a-f]{32}|[0-9a-f]{64})$/.test(value) ? [value] : []
  if (depth > 4 || typeof value !== 'object' || value === null) return []
  const parts = value instanceof Map ? [...value.values()] : Object.values(value)
  return parts.slice(-40).flatMap((part) => idsIn(part, depth + 1))
}

function numberOf({ dice, town }: Scene, name: string, below: bigint): bigint {
  const [small, today] = [BigInt(dice.among(0, 1, 2, 3, 5, 14, 30, 60, 90, 240, 1_000, 1_440)), town.now / DAY]
  const near = BigInt(dice.among(-31, -1, 0, 1, 2, 7, 30, 31))
  const number = /day$|^until$/i.test(name) ? today + near
    : /^(begins|ends|at|from|ts)$/.test(name) ? town.now + near * 3_600n
      : /milli$|amount/i.test(name) ? dice.among(0n, 1n, 1_000n, 60_000n, 500_000n, 10n ** 9n, below - 1n) : small
  return number < 0n ? 0n : number < below ? number : below - 1n
}
