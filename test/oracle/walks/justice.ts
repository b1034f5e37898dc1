/** Somebody is accused, is heard, found, judged, and perhaps given back what was taken. */
import type { Hex } from '../reducer/bytes.ts'
import { write } from '../reducer/shapes.ts'
import { shape } from '../reducer/specification.ts'
import { rootOf } from '../reducer/notes.ts'
import type { Case } from '../reducer/state.ts'
import { another, aSteward, inPhase, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { ask, type Town } from './town.ts'

const ZERO = '00'.repeat(32)

/** What a program might have said of somebody, with records of this log. */
function flagOn({ dice, town }: Scene, accused: Hex): Hex {
  const { leaves, hub } = town.city
  const seq = dice.below(leaves.length)
  return write(shape('Flag'), {
    rule: dice.among('R1', 'R5', 'R7', 'R10'), version: 1n, window: { from: 0n, to: 1n }, subjects: [accused],
    evidence: [{ origin: hub.origin, seq: BigInt(seq), leaf: dice.chance(0.97) ? leaves[seq]! : ZERO }], computed: [],
    logSize: BigInt(leaves.length), root: rootOf(leaves),
  })
}

const mattersOf = ({ city }: Town, accused: Hex): Hex[] => [
  ...[...city.agreements.values()].filter(({ provider, receiver }) => provider === accused || receiver === accused),
  ...[...city.helps.values()].filter(({ helper, receiver }) => helper === accused || receiver === accused),
].map(({ id }) => id)

function accuse(scene: Scene): void {
  const { dice, town } = scene
  const steward = aSteward(scene)
  const accused = another(scene, steward) ?? somebody(scene)
  const complainant = dice.chance(0.7) ? another(scene, accused) ?? null : null
  ask(town, 'case.opened', {
    accused, flag: complainant === null || dice.chance(0.2) ? flagOn(scene, accused) : null, complaint: complainant && ZERO, complainant,
    matters: dice.shuffled(mattersOf(town, accused)).slice(0, dice.below(4)), hold: dice.chance(0.5),
  }, [steward])
}

function about(scene: Scene, phase: Case['phase'], what: (one: Case) => unknown): void {
  const one = inPhase(scene, scene.town.city.cases.values(), phase)
  if (one !== undefined) what(one)
}

const oneOf = (scene: Scene, people: Hex[]): Hex => (scene.dice.chance(0.95) ? scene.dice.pick(people) : undefined) ?? neighbour(scene)

export const justice: Topic = {
  'somebody is accused': [2, accuse],
  'the accused answers': [1, (scene) => about(scene, 'open', ({ id, accused }) =>
    ask(scene.town, 'case.answered', { case: id, statement: ZERO }, [scene.dice.chance(0.95) ? accused : neighbour(scene)]))],
  'one of the panel finds': [3, (scene) => about(scene, 'open', ({ id, panel }) =>
    ask(scene.town, 'case.found', { case: id, measure: BigInt(scene.dice.among(0, 1, 1, 2)), reason: ZERO }, [oneOf(scene, panel)]))],
  'the accused appeals': [1, (scene) => about(scene, 'found', ({ id, accused }) =>
    ask(scene.town, 'case.appealed', { case: id, statement: ZERO }, [scene.dice.chance(0.95) ? accused : neighbour(scene)]))],
  'a juror judges': [3, (scene) => about(scene, 'judging', ({ id, jurors }) =>
    ask(scene.town, 'case.judged', { case: id, confirmed: scene.dice.chance(0.6), reason: ZERO }, [oneOf(scene, jurors)]))],
  'the panel or another steward takes it back': [1, (scene) => about(scene, 'sanctioned', ({ id, panel }) =>
    ask(scene.town, 'case.reversed', { case: id, reason: ZERO }, [scene.dice.chance(0.5) ? oneOf(scene, panel) : aSteward(scene)]))],
}
