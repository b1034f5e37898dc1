/**
 * Stories of two towns, from beginning to end: help given in the other town that counts at home, somebody of the other town who is
 * helped or lent something and gives for it from home, value that is held back there and comes home again, and a neighbour who moves. Thrown one step at a time they would hardly ever be finished.
 */
import { demandOn } from '../reducer/bookings.ts'
import type { Hex } from '../reducer/bytes.ts'
import { globalDay } from '../reducer/federation.ts'
import { DAY } from '../reducer/genesis.ts'
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
const helpedBy = (scene: Scene, helper: Hex, receiver: Hex): boolean => agreed(scene, helper, receiver, true) && done(scene, 60n)

/** An hour of help, or of a thing. */
function agreed({ town }: Scene, provider: Hex, receiver: Hex, isHelp: boolean): boolean {
  const common = { listing: ZERO.slice(32), receiver, begins: town.now, ends: town.now + 3_600n, terms: ZERO, charter: BigInt(town.city.charters.length - 1) }
  const no = isHelp
    ? ask(town, 'agreement.made', { ...common, helper: provider, category: 1n, minutes: 60n }, [provider, receiver])
    : ask(town, 'booking.made', { ...common, provider, resource: 4n, demandPerMille: demandOn(town.city, 4n, town.now / DAY).perMille }, [provider, receiver])
  return no === null
}

/** What was agreed on last is reported by who gave, and confirmed. */
function done(scene: Scene, minutes: bigint): boolean {
  const { town } = scene
  const { id: agreement, provider, receiver } = latest(town.city.agreements)
  goOn(scene, 7_200n)
  ask(town, 'completion.reported', { agreement, minutes }, [provider])
  return ask(town, 'completion.confirmed', { agreement, minutes }, [receiver]) === null
}

/** Somebody of the other town is given an hour of help or of a thing, and sends from home what they give for it, before or after. */
function aVisit(scene: Scene): void {
  const { dice, town, other } = scene
  const home = theOtherWay(scene)
  const visitor = dice.pick([...other.city.members.values()].filter(({ form, global, attested }) => form === 'person' && attested && global >= 1_000n))?.acct
  const provider = others(scene, 1)[0]
  if (visitor === undefined || provider === undefined) return
  if (!town.city.guests.has(visitor)) admit(scene, other.city.members.get(visitor)!)
  if (!agreed(scene, provider, visitor, dice.chance(0.6))) return
  const agreement = latest(town.city.agreements)
  const pay = (amount: bigint): void => {
    if (amount < 0n) return
    ask(other, 'x.req', {
      source: 0n, to: provider, destination: town.card.origin, amount, agreement: agreement.id, awardMilli: 0n, memo: ZERO,
      expDay: globalDay(other.city, other.now) + 5n,
    }, [visitor])
    carryOver(home)
  }
  const isAhead = dice.chance(0.5)
  if (isAhead) pay(agreement.price + dice.among(-1n, 0n, 7n))
  if (dice.chance(0.15)) ask(town, 'agreement.cancelled', { agreement: agreement.id }, [visitor])
  else if (done(scene, dice.among(60n, 30n))) pass(scene, 16)
  if (!isAhead) pay(agreement.stay!.due)
  carryOver(scene)
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
  'somebody is given something in the other town': [1.2, whenTogether(aVisit)],
  'value is held back in the other town': [0.5, whenTogether(heldBack)],
  'somebody moves, from beginning to end': [0.2, whenTogether(aMove)],
}
