/** What stewards decide, what is given for all, put aside and granted, and who speaks for whom. */
import { minutesOf } from '../reducer/agreements.ts'
import type { Hex } from '../reducer/bytes.ts'
import { DAY } from '../reducer/genesis.ts'
import { levelOf } from '../reducer/standing.ts'
import { another, aSteward, inPhase, neighbour, type Scene, somebody, type Topic } from './scene.ts'
import { ask, type Town } from './town.ts'

const ZERO = '00'.repeat(32)

function aboutAgreement(scene: Scene, phases: string[], what: (id: Hex, party: Hex) => unknown): void {
  const agreement = inPhase(scene, scene.town.city.agreements.values(), ...phases)
  if (agreement !== undefined) what(agreement.id, scene.dice.chance(0.95) ? scene.dice.among(agreement.provider, agreement.receiver) : somebody(scene))
}

function decide(scene: Scene): void {
  const { dice, town } = scene
  const agreement = inPhase(scene, town.city.agreements.values(), 'disputed')
  if (agreement === undefined) return
  const absent = BigInt(dice.among(0, 0, 1, 2))
  const minutes = absent === 0n || dice.chance(0.1) ? dice.among(0n, 1n, minutesOf(agreement), minutesOf(agreement) + 1n) : 0n
  ask(town, 'dispute.decided', { agreement: agreement.id, minutes, absent, reason: ZERO }, [aSteward(scene)])
}

/** Somebody who may recommend, if there is anybody. */
export const respected = (scene: Scene): Hex => {
  const { dice, town: { city } } = scene
  return dice.pick([...city.members.values()].filter((member) => levelOf(city, member) >= 3n && member.attested))?.acct ?? neighbour(scene)
}

const amount = ({ dice }: Scene): bigint => dice.among(0n, 1n, 1_000n, 60_000n, 150_000n, 300_000n, 300_001n)

/** A work that is open, mostly. */
const aWork = (scene: Scene): Hex => inPhase(scene, scene.town.city.works.values(), 'open')?.id ?? '00'.repeat(16)

/** Whose award might be corrected, of each thing that awards, and who was there. */
const awarded = ({ city }: Town): { id: Hex; member: Hex; by: Hex[] }[][] => [
  [...city.agreements.values()].filter(({ phase }) => phase === 'settled').map(({ id, provider, receiver }) => ({ id, member: provider, by: [provider, receiver] })),
  [...city.helps.values()].filter(({ phase }) => phase === 'confirmed').map(({ id, helper, receiver }) => ({ id, member: helper, by: [helper, receiver] })),
  [...city.sessions.values()].filter(({ phase }) => phase === 'settled')
    .map(({ id, organiser, people }) => ({ id, member: organiser, by: [organiser, ...people.map(({ member }) => member)] })),
  [...city.projects.values()].filter(({ phase }) => phase === 'awarded').flatMap(({ id, organiser, requester, awards }) =>
    awards.map(({ member }) => ({ id, member, by: [...new Set([member, organiser, requester])] }))),
  [...city.works.values()].filter(({ phase }) => phase === 'awarded').map(({ id, author }) => ({ id, member: author, by: [author] })),
]

export const community: Topic = {
  'somebody did not come': [1.5, (scene) => aboutAgreement(scene, ['agreed'], (agreement, party) =>
    ask(scene.town, 'absence.reported', { agreement, absent: BigInt(scene.dice.below(3)) }, [party]))],
  'two do not agree': [1.5, (scene) => aboutAgreement(scene, ['agreed', 'reported'], (agreement, party) =>
    ask(scene.town, 'dispute.opened', { agreement, reason: ZERO }, [party]))],
  'a steward decides': [2, decide],
  'it was not quite so long': [1.5, (scene) => {
    const { dice, town } = scene
    const matter = dice.pick(dice.pick(awarded(town).filter((matters) => matters.length > 0)) ?? [])
    if (matter === undefined) return
    const { id: corrects, member, by: there } = matter
    const counted = BigInt(dice.among(0, 1, 30, 60, 200, 1_441))
    for (const by of dice.chance(0.7) ? there : [aSteward(scene)]) ask(town, 'correction.signed', { corrects, member, counted, reason: ZERO }, [by])
  }],
  'somebody recommends a neighbour': [1, (scene) => {
    const by = respected(scene)
    ask(scene.town, 'recommendation.given', { member: another(scene, by) ?? by }, [by])
  }],
  'somebody recommends them no more': [0.4, (scene) => {
    const regard = scene.dice.pick(scene.town.city.regards.values())
    if (regard) ask(scene.town, 'recommendation.withdrawn', { member: regard.acct }, [regard.recommended[0]?.by ?? neighbour(scene)])
  }],
  'the commons grants': [1, (scene) => ask(scene.town, 'commons.granted', {
    member: somebody(scene), amountMilli: amount(scene), because: scene.dice.among('newcomer', 'vulnerable'),
  }, [aSteward(scene)])],
  'somebody puts time aside': [1.5, (scene) => ask(scene.town, 'reserve.locked', { amountMilli: amount(scene) }, [neighbour(scene)])],
  'a steward opens a reserve': [1, (scene) => {
    const saved = scene.dice.pick([...scene.town.city.members.values()].filter(({ reserveMilli }) => reserveMilli > 0n))
    ask(scene.town, 'reserve.opened', {
      member: saved?.acct ?? somebody(scene), because: scene.dice.among('age', 'hardship', 'relative'), evidence: ZERO,
    }, [aSteward(scene)])
  }],
  'somebody takes time out': [1, (scene) => {
    const open = scene.dice.pick([...scene.town.city.members.values()].filter(({ reserveOpen }) => reserveOpen !== null))
    ask(scene.town, 'reserve.released', { amountMilli: amount(scene) }, [open?.acct ?? neighbour(scene)])
  }],
  'somebody is set apart from dormancy': [0.5, (scene) =>
    ask(scene.town, 'dormancy.exempted', { member: somebody(scene), exempt: scene.dice.chance(0.6) }, [aSteward(scene)])],
  'a thing is sought after': [0.5, (scene) => {
    const [today, { dice }] = [scene.town.now / DAY, scene]
    const fromDay = today + BigInt(dice.among(-100, -1, 0, 30))
    ask(scene.town, 'demand.set', {
      resource: BigInt(dice.among(1, 2, 3, 4, 5)), fromDay, untilDay: fromDay + BigInt(dice.among(0, 7, 90, 800)), perMille: BigInt(dice.among(799, 800, 1_000, 1_500, 1_501)),
    }, [aSteward(scene)])
  }],
  'somebody does something for all': [1, (scene) =>
    ask(scene.town, 'work.published', { work: BigInt(scene.dice.among(1, 2, 3, 4, 5, 6)), content: ZERO }, [neighbour(scene)])],
  'somebody finds it useful': [2, (scene) => ask(scene.town, 'work.valued', { work: aWork(scene) }, [neighbour(scene)])],
  'a steward judges it': [1, (scene) => ask(scene.town, 'work.judged', {
    work: aWork(scene), lasting: scene.dice.chance(0.5), quality: BigInt(scene.dice.below(3)),
  }, [aSteward(scene)])],
}
