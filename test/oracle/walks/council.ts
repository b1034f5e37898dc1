/** The community changes its numbers and its posts by a vote. */
import { type Hex, sha } from '../reducer/bytes.ts'
import type { Charter } from '../reducer/charter.ts'
import { read, type Value, write } from '../reducer/shapes.ts'
import { shape } from '../reducer/specification.ts'
import type { Proposal } from '../reducer/state.ts'
import { aSteward, inPhase, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { ask } from './town.ts'

const ZERO = '00'.repeat(32)

/** The charter in force with something else in it; sometimes with a fault. */
function amended({ dice, town }: Scene): Hex {
  const says = read<Charter>(shape('Charter'), town.city.charters.at(-1)!.charter)
  const changed: Charter = dice.among<Charter>(
    { ...says, decay: { ...says.decay, domainPerMille: BigInt(dice.among(0, 50, 100, 150, 151)) } }, { ...says, stewardThreshold: BigInt(dice.among(0, 1, 2)) },
    { ...says, helpPrice: 1n - says.helpPrice }, { ...says, rating: { ...says.rating, movesAward: !says.rating.movesAward } }, says,
  )
  return write(shape('Charter'), changed as unknown as Value)
}

function about(scene: Scene, phase: Proposal['phase'], what: (proposal: Proposal) => unknown): void {
  const proposal = inPhase(scene, scene.town.city.proposals.values(), phase)
  if (proposal !== undefined) what(proposal)
}

/** Everybody who may, says what they think; mostly yes. */
const vote = (scene: Scene) => about(scene, 'open', ({ id, electorate }) => {
  for (const acct of [...electorate, neighbour(scene)]) {
    if (scene.dice.chance(0.8)) ask(scene.town, 'vote.cast', { proposal: id, vote: scene.dice.among('yes', 'yes', 'yes', 'no', 'abstain') }, [acct])
  }
})

export const council: Topic = {
  'somebody would change the charter': [2, (scene) => ask(scene.town, 'charter.proposed', { charter: amended(scene), reason: ZERO }, [neighbour(scene)])],
  'somebody would appoint somebody': [1, (scene) => ask(scene.town, 'role.proposed', {
    member: somebody(scene), role: BigInt(scene.dice.among(1, 1, 2, 6)), change: 'appoint', reason: ZERO,
  }, [neighbour(scene)])],
  'somebody would recall somebody': [0.7, (scene) => {
    const post = scene.dice.pick(scene.town.city.posts)
    if (post) ask(scene.town, 'role.proposed', { member: post.member, role: post.role, change: 'recall', reason: ZERO }, [neighbour(scene)])
  }],
  'somebody would have it said': [0.5, (scene) => ask(scene.town, 'motion.proposed', { reason: ZERO }, [neighbour(scene)])],
  'people vote': [4, vote],
  'a steward signs': [3, (scene) => about(scene, scene.dice.among('open', 'carried'), ({ id, charter }) =>
    ask(scene.town, 'charter.confirmed', { proposal: id, charter: charter === null || scene.dice.chance(0.03) ? ZERO : sha(charter) }, [aSteward(scene)]))],
  'stewards grant from the pool': [1, (scene) => ask(scene.town, 'pool.granted', {
    member: somebody(scene), amountMilli: BigInt(scene.dice.among(0, 1, 3_000, 100_000, 100_001)), reason: ZERO,
  }, [aSteward(scene)])],
}
