/** *Arrivals* of the README: what comes from other cities, and what they say has come to them. */
import { credit } from './accounts.ts'
import { closeIfOver } from './agreements.ts'
import { bind, isForStay, noteStay } from './bookings.ts'
import { byOrigin, demand, distinct, type Hex, sha } from './bytes.ts'
import { charterOf, demandPresent, isActive } from './city.ts'
import {
  cardIn, COMMON_POOL, type Foreign, globalDay, globalIndex, goBack, inFederation, isCertified, isOrdered, isStanding, memberHub, moveTrust, proved, roomFrom, scopeOf, type Vote,
} from './federation.ts'
import { outsTo, readOrder } from './orders.ts'
import type { Arrival, City, Out, Request, Rules, Settlings } from './state.ts'
import { after, setDeadline } from './time.ts'
import { giveBack, owesAgain } from './transfers.ts'
import { nominal } from './value.ts'

type Shown = { epoch: bigint; order: Hex; signature: Hex; votes: Vote[]; dispositions: string[] }

/** The transfer of ours that comes back by this out, unless an earlier out of the order brings it. */
function broughtBack(city: City, hub: string, out: Out, earlier: ReadonlySet<Hex>): Request | undefined {
  const request = out.returns === null ? undefined : city.requests.get(out.returns)
  const isOnItsWay = ['out', 'certified', 'suspended'].includes(request?.phase ?? '')
  return request?.destination === hub && isOnItsWay && out.amount <= request.amount && !earlier.has(request.xid) ? request : undefined
}

/** What the rules say of each of these outs, in order; `signed` is the epoch and the votes they come with. */
export function dispositionsOf(city: City, hub: string, outs: Out[], signed: Pick<Shown, 'epoch' | 'votes'>, ts: bigint, isClosing = false): string[] {
  const back = new Set<Hex>()
  let room = roomFrom(city, hub, ts)
  const { transferMaxMilli, approvalAboveMilli, dailyMax, witnesses, witnessesNeeded, credited } = city.trust.get(hub)!
  const members = city.documents[Number(signed.epoch) - 1]!.says.members
  const signers = signed.votes.map(({ voter }) => members[Number(voter)]!.card.origin)
  const vouching = BigInt(witnesses.filter((one) => signers.includes(one)).length)
  let count = credited.day === globalDay(city, ts) ? credited.count : 0n
  return outs.map((out) => {
    if (isClosing && out.returns === null && out.to === COMMON_POOL) return 'credit'
    const returned = broughtBack(city, hub, out, back)
    if (returned !== undefined) {
      back.add(returned.xid)
      return 'credit'
    }
    if (city.frozen.has(hub)) return 'frozen'
    if (out.to !== COMMON_POOL && !isActive(city.members.get(out.to))) return 'recipient'
    const milli = nominal(out.amount, globalIndex(city, ts))
    if (milli > transferMaxMilli) return 'too-large'
    if (vouching < witnessesNeeded) return 'witnesses'
    if (approvalAboveMilli !== null && milli > approvalAboveMilli) return 'approval'
    if (dailyMax !== null && count >= dailyMax) return 'daily'
    if (out.amount > room) return 'limit'
    room -= out.amount
    count += 1n
    return isForStay(city, out, hub) ? 'booking' : 'credit'
  })
}

export const arrivalRules: Rules = {
  'x.in'(city, { epoch, order, signature, votes, dispositions }: Shown, { seq, ts }) {
    inFederation(city)
    const { federation, hub, slot, kind, outs } = readOrder(order)
    demand(federation === scopeOf(city), 'bad-order')
    demand(hub !== city.hub.origin, 'own-hub')
    demand(epoch >= 1n && epoch <= BigInt(city.documents.length), 'bad-certificate')
    const { says } = city.documents[Number(epoch) - 1]!
    if (kind === 'close') {
      const isBare = votes.length === 0 && signature === '00'.repeat(64)
      demand(isBare && says.closings.some((closing) => closing.order === order), 'bad-certificate')
    } else {
      const card = cardIn(says, hub)
      demand(card, 'unknown-hub')
      const place = { origin: hub, slot, order: sha(order) }
      demand(isOrdered(city, card.orderKey, place, signature), 'bad-order')
      demand(votes.length === 0 ? isStanding(says, place) : isCertified(city, epoch, place, votes), 'bad-certificate')
    }
    const ours = outs.filter(({ destination }) => destination === city.hub.origin)
    const inbound = city.inbound.get(hub)!
    demand(ours.length > 0, 'nothing-for-us')
    const isNext = ours.every(({ last }) => last === inbound.last) && (inbound.last === null || slot > inbound.last)
    demand(isNext, 'certificate-skipped')
    demand(distinct(ours.map(({ xid }) => xid)) && !ours.some(({ xid }) => city.arrivals.has(xid)), 'bad-order')
    demand(dispositions.join() === dispositionsOf(city, hub, ours, { epoch, votes }, ts, kind === 'close').join(), 'wrong-dispositions')
    inbound.last = slot
    for (const [i, out] of ours.entries()) {
      inbound.unclaimed += out.amount
      arrive(city, { from: hub, slot, seq, ts, out, disposition: dispositions[i]!, left: 0n, phase: 'credited' }, kind === 'close')
    }
  },

  'x.ack'(city, { slot, destination, arrival }: { slot: bigint; destination: string; arrival: Foreign }, { ts }) {
    inFederation(city)
    memberHub(city, destination)
    const ordered = city.slots[Number(slot)]
    const outs = ordered === undefined || ordered.certifiedSeq === null ? [] : outsTo(ordered, destination)
    demand(ordered !== undefined && outs.length > 0 && !ordered.acknowledged.includes(destination), 'nothing-to-acknowledge')
    const { kind, fields } = proved(city, destination, arrival)
    const { order, dispositions } = fields as Shown
    demand(kind.name === 'x.in' && order === ordered.order && dispositions.length === outs.length, 'bad-evidence')
    ordered.acknowledged = [...ordered.acknowledged, destination].sort(byOrigin)
    for (const [i, { xid, amount, returns }] of outs.entries()) {
      if (returns !== null) continue
      const isCredited = dispositions[i] === 'credit'
      if (isCredited) moveTrust(city, destination, -amount, ts)
      const request = city.requests.get(xid)!
      if (request.phase === 'certified') request.phase = isCredited ? 'credited' : 'suspended'
    }
  },

  'x.rel'(city, { xid, amount }: { xid: Hex; amount: bigint }, { ts, seq }) {
    const arrival = suspended(city, xid)
    demand(amount > 0n, 'nothing-asked')
    demand(amount <= arrival.left, 'more-than-left')
    const isBound = isForStay(city, arrival.out, arrival.from)
    demand(!isBound || amount === arrival.left, 'other-amount')
    const reached = nominal(arrival.out.amount - arrival.left + amount, globalIndex(city, ts))
    demand(reached <= city.trust.get(arrival.from)!.transferMaxMilli, 'above-transfer-max')
    if (arrival.out.to !== COMMON_POOL) {
      const to = city.members.get(arrival.out.to)
      demand(to, 'unknown-member')
      demand(to.attested, 'not-attested')
      demandPresent(to)
    }
    if (isBound) return bind(city, arrival, ts)
    city.books.suspense -= amount
    takeIn(city, arrival.out.to, amount, ts)
    payStay(city, arrival, amount, ts, seq)
    moveTrust(city, arrival.from, amount, ts)
    arrival.left -= amount
    if (arrival.left === 0n) arrival.phase = 'credited'
  },

  'x.back'(city, { xid }: { xid: Hex }) {
    goBack(city, suspended(city, xid))
  },
}

function takeIn(city: City, to: Hex, amount: bigint, ts: bigint): void {
  if (to === COMMON_POOL) city.books.pool += amount
  else credit(city, city.members.get(to)!, 'global', amount, ts)
}

function arrive(city: City, arrival: Arrival, isClosing: boolean): void {
  const { from, seq, ts, out, disposition } = arrival
  city.arrivals.set(out.xid, arrival)
  const returned = broughtBack(city, from, out, new Set())
  if (returned !== undefined) {
    giveBack(city, returned, out.amount, ts)
    returned.phase = 'returned'
    if (out.amount === returned.amount) owesAgain(city, returned)
  } else if (isClosing && out.returns === null && out.to === COMMON_POOL) {
    city.books.pool += out.amount
  } else if (disposition === 'credit' || disposition === 'booking') {
    if (disposition === 'credit') {
      takeIn(city, out.to, out.amount, ts)
      payStay(city, arrival, out.amount, ts, seq)
      moveTrust(city, from, out.amount, ts)
    } else {
      arrival.left = out.amount
      city.books.suspense += out.amount
      bind(city, arrival, ts)
    }
    const trust = city.trust.get(from)!
    const day = globalDay(city, ts)
    trust.credited = { day, count: trust.credited.day === day ? trust.credited.count + 1n : 1n }
  } else {
    Object.assign(arrival, { left: out.amount, phase: 'suspended' })
    city.books.suspense += out.amount
    setDeadline(city, after(ts, charterOf(city).windows.suspenseDays), 'arrival.return', out.xid)
  }
}

/** What comes to who hosted somebody is for the stay that it names. */
function payStay(city: City, { from, out }: Arrival, amount: bigint, ts: bigint, seq: bigint): void {
  noteStay(city, out.agreement, from, out.to, amount, ts, seq)
  const agreement = city.agreements.get(out.agreement)
  if (agreement?.stay?.counted) closeIfOver(city, agreement, ts)
}

function suspended(city: City, xid: Hex): Arrival {
  const arrival = city.arrivals.get(xid)
  demand(arrival, 'unknown-transfer')
  demand(arrival.phase === 'suspended', 'not-suspended')
  return arrival
}

export const arrivalSettlings: Settlings = {
  'arrival.return'(city, xid) {
    const arrival = city.arrivals.get(xid)!
    if (arrival.phase === 'suspended') goBack(city, arrival)
  },
}
