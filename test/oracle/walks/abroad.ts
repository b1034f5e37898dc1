/**
 * Stories of two towns, from beginning to end: help given in the other town that counts at home, value that is held back there and
 * comes home again, and a neighbour who moves. Thrown one step at a time they would hardly ever be finished.
 */
import type { Hex } from '../reducer/bytes.ts'
import { globalDay } from '../reducer/federation.ts'
import { admit, askPool, carryOver, countAbroad, whenTogether } from './cities.ts'
import { arrive, move } from './people.ts'
import { goOn, latest, others, pass, type Scene, stewardsOf, type Topic } from './scene.ts'
import { ask } from './town.ts'

const [ZERO, A_STAY] = ['00'.repeat(32), '41'.repeat(16)]

const theOtherWay = (scene: Scene): Scene => ({ ...scene, town: scene.other, other: scene.town })

/** Somebody of the other town comes, and who helps here is sent from the pool what it is worth, which counts at home. */
function helpAbroad(scene: Scene): void {
  const { town, other } = scene
  const home = theOtherWay(scene)
  const [helper, receiver] = [others(home, 1, other.steward)[0], others(scene, 1, ...stewardsOf(town))[0]]
  if (helper === undefined || receiver === undefined) return
  if (!town.city.guests.has(helper)) admit(scene, other.city.members.get(helper)!)
  if (!helpedBy(scene, helper, receiver)) return
  pass(scene, 16)
  askPool(scene)
  carryOver(scene)
  const arrival = [...other.city.arrivals.values()].findLast(({ out }) => out.to === helper)
  if (arrival !== undefined) countAbroad(home, arrival)
}

/** Agreed, done, reported and confirmed; whether it came so far. */
function helpedBy(scene: Scene, helper: Hex, receiver: Hex): boolean {
  const { town } = scene
  const agreed = ask(town, 'agreement.made', {
    listing: ZERO.slice(32), helper, receiver, category: 1n, minutes: 60n, begins: town.now, ends: town.now + 3_600n, terms: ZERO,
    charter: BigInt(town.city.charters.length - 1),
  }, [helper, receiver])
  if (agreed !== null) return false
  const { id: agreement } = latest(town.city.agreements)
  goOn(scene, 7_200n)
  ask(town, 'completion.reported', { agreement, minutes: 60n }, [helper])
  return ask(town, 'completion.confirmed', { agreement, minutes: 60n }, [receiver]) === null
}

/** The other town wants to see what comes before it lets it in; a part it does, and the rest comes home. */
function heldBack(scene: Scene): void {
  const { dice, town, other } = scene
  const there = theOtherWay(scene)
  const by = dice.pick([...town.city.members.values()].filter(({ global, attested }) => attested && global >= 1_000n))?.acct
  const [to] = others(there, 1)
  if (by === undefined || to === undefined) return
  const limits = { exposureMilli: 1_000_000n, transferMaxMilli: 1_000_000n, dailyMax: null, levelMax: 3n, witnesses: [], witnessesNeeded: 0n }
  ask(other, 'trust.set', { peer: town.card.origin, ...limits, approvalAboveMilli: 0n }, [other.steward])
  const asked = ask(town, 'x.req', {
    source: 0n, to, destination: other.card.origin, amount: 1_000n, agreement: A_STAY, awardMilli: 0n, memo: ZERO, expDay: globalDay(town.city, town.now) + 5n,
  }, [by])
  if (asked !== null) return
  carryOver(scene)
  const waiting = [...other.city.arrivals.values()].findLast(({ phase }) => phase === 'suspended')
  if (waiting === undefined) return
  const { xid } = waiting.out
  if (dice.chance(0.7)) ask(other, 'x.rel', { xid, amount: dice.among(400n, waiting.left) }, [other.steward])
  if (dice.chance(0.5)) pass(there, 31)
  else ask(other, 'x.back', { xid }, [other.steward])
  carryOver(there)
}

/** Somebody moves, brings along what the record says of them, and is let in. */
function aMove(scene: Scene): void {
  const [mover] = others(scene, 1, ...stewardsOf(scene.town))
  if (mover === undefined) return
  move(scene, mover)
  arrive(theOtherWay(scene))
  ask(scene.other, 'member.attested', { member: mover, identity: ZERO }, [scene.other.steward])
}

export const abroad: Topic = {
  'somebody helps in the other town': [0.6, whenTogether(helpAbroad)],
  'value is held back in the other town': [0.5, whenTogether(heldBack)],
  'somebody moves, from beginning to end': [0.2, whenTogether(aMove)],
}
