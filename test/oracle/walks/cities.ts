/** Two cities with each other: a federation, guests, and value that is asked for, ordered, certified, taken in and sent back. */
import { type Hex, sha, u64, utf8 } from '../reducer/bytes.ts'
import { dispositionsOf } from '../reducer/arrivals.ts'
import { arrived, lastTo, openSlot, outsTo, readOrder, returnsDue } from '../reducer/orders.ts'
import { globalDay, scopeOf } from '../reducer/federation.ts'
import { readRecord } from '../reducer/records.ts'
import { read, type Value, write } from '../reducer/shapes.ts'
import { DAY } from '../reducer/genesis.ts'
import { shape } from '../reducer/specification.ts'
import type { Arrival, Order, Out, Request, Slot } from '../reducer/state.ts'
import { sum } from '../reducer/value.ts'
import { named, signIn } from './keys.ts'
import { aSteward, inPhase, neighbour, type Scene, somebody, stewardsOf, type Topic } from './scene.ts'
import { ask, DAY0, type Fields, shown, type Town } from './town.ts'

const [ZERO, A_STAY] = ['00'.repeat(32), '41'.repeat(16)]

export const isTogether = ({ towns }: Scene): boolean => towns.every(({ city }) => city.documents.length > 0)

/** Both towns adopt one document, announce their keys, and one of them issues. */
export function federate(scene: Scene): void {
  const { dice, towns } = scene
  const document = write(shape('Document'), {
    format: 1n, version: 1n, previous: ZERO, day0: DAY0, globalDecayPerMille: BigInt(dice.among(0, 50, 150)),
    conversion: { numerator: 1n, denominator: BigInt(dice.among(3, 4)) }, issueYearlyMaxMilli: 30_000_000n, termsFrom: 0n,
    members: towns.map(({ card }) => ({ card: card as unknown as Value, addresses: [] })), closings: [], releases: [], renewals: [],
  })
  const scope = sha(document)
  const signatures = towns.map(({ card }, hub) => ({ hub: BigInt(hub), signature: signIn(card.voteKey, 'fed', scope, scope) }))
  for (const town of towns) {
    if (ask(town, 'fed.adopted', { document, signatures, reports: [], evidence: [], wills: [] }, 'hub') !== null) continue
    const { logKey, orderKey, voteKey, cosignerKey, auditorKey } = town.card
    const keys = { logKey, orderKey, voteKey, cosignerKey, auditorKey, tiers: town.city.charters.at(-1)!.says.tiers, heir: null, ends: null }
    decide({ ...scene, town }, 'keys', write(shape('keys'), keys))
    decide({ ...scene, town }, 'issue', write(shape('issue'), { amount: BigInt(dice.among(200_000, 9_000_000)) }))
  }
}

/** Everybody has helped for two days, and has changed a part of it. */
export function earn({ dice, town }: Scene): void {
  for (const { acct, attested } of town.city.members.values()) {
    if (!attested || acct === town.steward) continue
    for (let i = 0; i < 2; i++) {
      const help = { helper: acct, receiver: town.steward, category: 1n, minutes: 240n, day: town.now / DAY, note: ZERO }
      if (ask(town, 'help.recorded', help, [acct]) === null) ask(town, 'help.confirmed', { help: [...town.city.helps.keys()].at(-1)! }, [town.steward])
    }
    ask(town, 'cv.converted', { amountMilli: BigInt(dice.among(150_000, 300_000)) }, [acct])
  }
}

// Orders

/** A steward approves an argument, which the hub orders and has certified. */
function decide(scene: Scene, order: 'keys' | 'issue', argument: Hex): void {
  const { town } = scene
  ask(town, 'order.approved', { slot: BigInt(town.city.slots.length), order, argument }, [town.steward])
  if (put(scene, order, [], argument)) certify(scene)
}

/** Records an order that keeps the rules but for what is said in `other`; whether it was taken. */
export function put({ town }: Scene, kind: Order['kind'], outs: Out[], argument: Hex | null = null, other: Fields = {}): boolean {
  const { city, card, now } = town
  const before = city.slots.at(-1)
  const issued = kind === 'issue' ? read<{ amount: bigint }>(shape('issue'), argument!).amount : 0n
  const claimed = sum([...city.inbound.values()].map(({ unclaimed }) => unclaimed))
  const says = {
    format: 1n, federation: scopeOf(city), hub: card.origin, slot: BigInt(city.slots.length), previous: before?.id ?? ZERO, kind,
    day: globalDay(city, now), claims: arrived(city).map(({ origin, last }) => ({ hub: origin, slot: last })), outs: outs as unknown as Value,
    argument, position: (before?.says.position ?? 0n) + claimed - sum(outs.map(({ amount }) => amount)) + issued, ...other,
  }
  if (says.position < 0n) return false
  const order = write(shape('Order'), says)
  const signature = signIn(card.orderKey, 'order', scopeOf(city), `${utf8(`${card.origin}\0`)}${u64(says.slot)}${sha(order)}`)
  return ask(town, 'x.out', { order, signature }, 'hub') === null
}

const votesFor = ({ towns, town: { city } }: Scene, origin: string, { id, says }: Slot) => towns.map(({ card }, voter) => ({
  voter: BigInt(voter), signature: signIn(card.voteKey, 'vote', scopeOf(city), `${utf8(`${origin}\0`)}${u64(says.slot)}${u64(BigInt(city.documents.length))}${id}`),
}))

export function certify(scene: Scene): void {
  const { dice, town: { city }, town } = scene
  const open = openSlot(city) ?? city.slots.at(-1)
  if (open === undefined) return
  const votes = votesFor(scene, town.card.origin, open).slice(dice.chance(0.97) ? 0 : 1)
  ask(town, 'x.cert', { slot: open.says.slot, epoch: BigInt(city.documents.length), votes }, 'hub')
}

export const outOf = ({ city }: Town, { xid, destination, to, amount, seq, agreement, memo }: Request): Out =>
  ({ xid, destination, to, amount, request: seq, agreement, memo, returns: null, last: lastTo(city, destination) })

/** What must go back to where it came from. */
const backs = (town: Town): Out[] => [...returnsDue(town.city)].map(([xid, { from, left, seq, out }]) => ({
  xid, destination: from, to: out.to, amount: left, request: seq, agreement: out.agreement, memo: out.memo, returns: out.xid, last: lastTo(town.city, from),
}))

/** What is ready and what must go back; sometimes too much, or not all of it. */
function order(scene: Scene): void {
  const { dice, town } = scene
  const asked = [...town.city.requests.values()].filter(({ phase, approvals }) => phase === 'asked' && (approvals.length > 0 || dice.chance(0.1)))
  const outs = dice.shuffled(asked).slice(0, dice.below(4)).map((request) => outOf(town, request))
  const all = dice.shuffled([...outs, ...backs(town).filter(() => dice.chance(0.97))])
  const other: Fields = dice.chance(0.95) ? {} : dice.among<Fields>({ slot: 0n }, { previous: ZERO }, { day: 0n }, { claims: [] }, { position: 1n }, { hub: 'nobody' })
  if (all.length > 0 && (openSlot(town.city) === undefined || dice.chance(0.05))) put(scene, 'out', all, null, other)
}

// Requests

function send(scene: Scene): void {
  const { dice, town, other } = scene
  const by = neighbour(scene)
  const to = dice.chance(0.85) ? somebody({ ...scene, town: other }) : named('nobody')
  const have = town.city.members.get(by)?.global ?? 0n
  const amount = dice.among(1n, 1_000n, 7_777n, 50_000n, have, have / 2n)
  ask(town, 'x.req', {
    source: 0n, to, destination: dice.chance(0.97) ? other.card.origin : town.card.origin, amount, agreement: A_STAY, awardMilli: 0n, memo: ZERO,
    expDay: globalDay(town.city, town.now) + BigInt(dice.among(0, 1, 5, 30, 30, 31)),
  }, [by])
}

/** The pool is asked for what it owes to a guest. */
export function askPool(scene: Scene): void {
  const { dice, town } = scene
  const due = dice.pick([...town.city.agreements.values()].filter(({ guestDue }) => guestDue !== null && (guestDue.xid === null || dice.chance(0.1))))
  if (due === undefined) return
  ask(town, 'x.req', {
    source: 1n, to: due.provider, destination: town.city.guests.get(due.provider)!.home, amount: due.guestDue!.amount + (dice.chance(0.97) ? 0n : 1n),
    agreement: due.id, awardMilli: due.award!.milli, memo: ZERO, expDay: globalDay(town.city, town.now) + 5n,
  }, [aSteward(scene)])
}

const aRequest = (scene: Scene): Request | undefined => inPhase(scene, scene.town.city.requests.values(), 'asked')

function approve(scene: Scene): void {
  const request = aRequest(scene)
  if (request === undefined) return
  const { xid, destination, to, amount, expDay } = request
  ask(scene.town, 'x.appr', { xid, destination, to, amount: amount + (scene.dice.chance(0.97) ? 0n : 1n), expDay }, [aSteward(scene)])
}

// Arrivals

/** Orders of the other town in which something is for this one, that have not come to it yet. */
const onTheirWay = ({ town, other }: Scene): Slot[] => {
  const { last } = town.city.inbound.get(other.card.origin)!
  return forUs(town, other).filter(({ says }) => last === null || says.slot > last)
}

const forUs = (town: Town, other: Town): Slot[] => other.city.slots.filter((slot) => outsTo(slot, town.card.origin).length > 0)

/** An order of the other town arrives: mostly the next. */
function takeInSome(scene: Scene): void {
  const { dice, town, other } = scene
  const next = onTheirWay(scene)[0]
  const slot = dice.chance(0.95) ? next : dice.pick(forUs(town, other))
  if (slot !== undefined) takeIn(scene, slot)
}

function takeIn(scene: Scene, slot: Slot): string | null {
  const { dice, town, other } = scene
  const outs = readOrder(slot.order).outs.filter(({ destination }) => destination === town.card.origin)
  const signed = { epoch: BigInt(town.city.documents.length), votes: votesFor(scene, other.card.origin, slot) }
  const dispositions = dispositionsOf(town.city, other.card.origin, outs, signed, town.now)
  if (dice.chance(0.03)) dispositions[0] = dice.among('limit', 'recipient', 'credit')
  return ask(town, 'x.in', { ...signed, order: slot.order, signature: slot.signature, dispositions }, 'hub')
}

/** What the other town has taken in and this one has not been shown. */
const unshown = ({ town, other }: Scene): Arrival[] => [...other.city.arrivals.values()].filter(({ from, slot }) =>
  from === town.card.origin && !town.city.slots[Number(slot)]?.acknowledged.includes(other.card.origin))

/** The other town shows how it has taken an order in; at times again. */
function acknowledge(scene: Scene): void {
  const { dice, town, other } = scene
  const arrivals = dice.chance(0.05) ? [...other.city.arrivals.values()].filter(({ from }) => from === town.card.origin) : unshown(scene)
  const arrival = dice.pick(arrivals)
  if (arrival !== undefined) show(scene, arrival)
}

const show = ({ town, other }: Scene, { slot, seq }: Arrival): string | null =>
  ask(town, 'x.ack', { slot, destination: other.card.origin, arrival: shown(other, Number(seq)) }, 'hub')

/** All that is asked for here, and all that must go back, is approved, ordered and certified, and comes to the other town, which shows how. */
export function carryOver(scene: Scene): void {
  const { town, other } = scene
  if (openSlot(town.city) !== undefined) certify(scene)
  const asked = [...town.city.requests.values()].filter(({ phase, destination }) => phase === 'asked' && destination === other.card.origin)
  for (const { xid, destination, to, amount, expDay } of asked) {
    for (const by of stewardsOf(town)) ask(town, 'x.appr', { xid, destination, to, amount, expDay }, [by])
  }
  const outs = [...asked.map((request) => outOf(town, request)), ...backs(town)]
  if (outs.length === 0 || !put(scene, 'out', outs)) return
  certify(scene)
  const there = { ...scene, town: other, other: town }
  for (const slot of onTheirWay(there)) if (takeIn(there, slot) !== null) break
  for (const arrival of unshown(scene)) show(scene, arrival)
}

function release(scene: Scene): void {
  const arrival = inPhase(scene, scene.town.city.arrivals.values(), 'suspended')
  if (arrival === undefined) return
  const amount = scene.dice.among(1n, arrival.left, arrival.left / 2n, arrival.left + 1n)
  ask(scene.town, 'x.rel', { xid: arrival.out.xid, amount }, [aSteward(scene)])
}

/** What somebody was sent from a pool counts at home. */
export function countAbroad(scene: Scene, arrival = scene.dice.pick(scene.town.city.arrivals.values())): void {
  if (arrival === undefined) return
  const { xid, to, request } = arrival.out
  ask(scene.town, 'contribution.abroad', { member: to, xid, request: shown(scene.other, Number(request)) }, 'hub')
}

// Guests

/** Somebody of the other town is admitted, by what stands in its log. */
export function admit(scene: Scene, member = scene.dice.pick(scene.other.city.members.values())!): void {
  const { dice, town, other } = scene
  const at = (name: string, what: Hex) => other.records.findIndex((record) => readRecord(record).kind.name === name && record.includes(what))
  const key = member.devices[0] ?? town.card.voteKey
  const brought = ['member.joined', 'member.arrived', 'device.added'].map((name) => at(name, key)).find((seq) => seq >= 0) ?? -1
  const evidence = member.acct === other.steward ? [0] : [brought, at('member.attested', member.acct)]
  if (evidence.some((seq) => seq < 0)) return
  const device = dice.chance(0.97) ? key : town.card.voteKey
  ask(town, 'guest.admitted', { guest: member.acct, home: other.card.origin, device, evidence: evidence.map((seq) => shown(other, seq)) }, 'hub')
}

export const whenTogether = (move: (scene: Scene) => unknown) => (scene: Scene) => (isTogether(scene) ? move(scene) : undefined)

export const cities: Topic = {
  'two cities found a federation': [1, (scene) => (isTogether(scene) ? undefined : federate(scene))],
  'somebody changes Domain into Global': [3, (scene) =>
    ask(scene.town, 'cv.converted', { amountMilli: BigInt(scene.dice.among(2, 3_000, 50_001, 90_000, 300_000)) }, [neighbour(scene)])],
  'somebody sends value': [7, whenTogether(send)],
  'the pool is asked for an award': [4, whenTogether(askPool)],
  'a steward approves': [5, whenTogether(approve)],
  'somebody thinks better of it': [1, whenTogether((scene) => {
    const request = aRequest(scene)
    if (request) ask(scene.town, 'x.cancel', { xid: request.xid }, [scene.dice.chance(0.7) ? request.by : aSteward(scene)])
  })],
  'the hub orders': [6, whenTogether(order)],
  'an order is certified': [6, whenTogether(certify)],
  'an order arrives': [7, whenTogether(takeInSome)],
  'an arrival is shown': [4, whenTogether(acknowledge)],
  'a steward lets a part in': [2, whenTogether(release)],
  'a steward sends something back': [1, whenTogether((scene) => {
    const arrival = inPhase(scene, scene.town.city.arrivals.values(), 'suspended')
    if (arrival) ask(scene.town, 'x.back', { xid: arrival.out.xid }, [aSteward(scene)])
  })],
  'trust changes': [1, whenTogether((scene) => ask(scene.town, 'trust.set', {
    peer: scene.other.card.origin, exposureMilli: BigInt(scene.dice.among(0, 1_000, 60_000, 10_000_000)),
    transferMaxMilli: BigInt(scene.dice.among(500, 30_000, 10_000_000)),
    approvalAboveMilli: scene.dice.among(null, 400n, 20_000n), dailyMax: scene.dice.among(null, null, 0n, 2n),
    levelMax: BigInt(scene.dice.among(0, 1, 2, 3, 3, 3)), ...scene.dice.among(
      { witnesses: [], witnessesNeeded: 0n }, { witnesses: [scene.town.card.origin], witnessesNeeded: 1n },
      { witnesses: [scene.other.card.origin], witnessesNeeded: 1n }, { witnesses: [scene.town.card.origin], witnessesNeeded: 2n },
    ),
  }, [aSteward(scene)]))],
  'the pool grows': [1, whenTogether((scene) =>
    decide(scene, 'issue', write(shape('issue'), { amount: BigInt(scene.dice.among(1, 100_000, 40_000_000)) })))],
  'a guest comes': [3, whenTogether(admit)],
  'an award from elsewhere counts': [3, whenTogether(countAbroad)],
}
