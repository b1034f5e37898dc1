/** *Orders* of the README: the chain of a hub, what may stand in its next slot, and its certificate. */
import { byOrigin, demand, distinct, type Hex, sha, sizeOf, utf8 } from './bytes.ts'
import { charterOf, isEnough } from './city.ts'
import {
  cardIn, cityHub, COMMON_POOL, documentOf, globalDay, heirOf, indexOnGlobal, inDocument, inFederation, isCertified, isOrdered, scopeOf, type Vote, termsOfYear,
} from './federation.ts'
import { read, type Value, write } from './shapes.ts'
import { shape } from './specification.ts'
import type { Arrival, City, Inbound, Keys, Order, Out, Rules, Slot } from './state.ts'
import { addHeld, isApproved, keysInForce } from './transfers.ts'
import { baseOf, sum, YEAR } from './value.ts'

const NO = 'bad-order'
const LARGEST = 49_152
const MOST_OUTS = 256

export function readOrder(bytes: Hex): Order {
  demand(sizeOf(bytes) <= LARGEST, NO)
  return read<Order>(shape('Order'), bytes, NO)
}

/** The order without a certificate, if there is one. */
export const openSlot = (city: City): Slot | undefined => (city.slots.at(-1)?.certifiedSeq === null ? city.slots.at(-1) : undefined)
export const outsTo = ({ says }: Slot, hub: string): Out[] => says.outs.filter(({ destination }) => destination === hub)
export const lastTo = (city: City, hub: string): bigint | null => city.slots.findLast((slot) => outsTo(slot, hub).length > 0)?.says.slot ?? null

export const orderRules: Rules = {
  'order.approved'(city, fields: { slot: bigint; order: 'keys' | 'issue' | 'burn'; argument: Hex }, { acct, ts }) {
    const { slot, order, argument } = fields
    inFederation(city)
    inDocument(city)
    cityHub(city, city.hub.origin)
    demand(slot === BigInt(city.slots.length), 'wrong-slot')
    issuedBy(city, order, argument, ts)
    const approval = city.approvals.find((one) => one.order === order && one.argument === argument)
    demand(!approval?.by.includes(acct), 'already-approved')
    if (approval === undefined) city.approvals.push({ order, argument, by: [acct] })
    else approval.by = [...approval.by, acct].sort()
  },

  'x.out'(city, { order, signature }: { order: Hex; signature: Hex }, { seq, ts }) {
    inFederation(city)
    inDocument(city)
    cityHub(city, city.hub.origin)
    const says = readOrder(order)
    const { hub, slot, kind, argument, outs } = says
    const [before, id] = [city.slots.at(-1), sha(order)]
    demand(says.federation === scopeOf(city) && hub === city.hub.origin && slot === BigInt(city.slots.length), NO)
    demand(openSlot(city) === undefined, 'slot-open')
    demand(says.previous === (before?.id ?? '00'.repeat(32)), NO)
    demand(isOrdered(city, city.hub.orderKey, { origin: hub, slot, order: id }, signature), NO)
    demand(says.day === globalDay(city, ts), NO)
    demand(isSame(says.claims, arrived(city).map(({ origin, last }) => ({ hub: origin, slot: last }))), NO)
    demand(kind !== 'close' && (kind === 'keys' || !hasEnded(city, says.day)), NO)
    demandOuts(city, says)
    const issued = issuedBy(city, kind, argument, ts)
    const by = city.approvals.find((one) => one.order === kind && one.argument === argument)?.by ?? []
    demand(kind === 'out' || isEnough(city, by, charterOf(city).stewardThreshold), NO)
    const claimed = sum([...city.inbound.values()].map(({ unclaimed }) => unclaimed))
    demand(says.position === (before?.says.position ?? 0n) + claimed - sum(outs.map(({ amount }) => amount)) + issued, NO)
    city.slots.push({ order, signature, seq, claimed, certifiedSeq: null, acknowledged: [], id, says, issued })
    city.approvals = []
    for (const inbound of arrived(city)) Object.assign(inbound, { claimed: inbound.last, unclaimed: 0n })
    for (const out of outs) send(city, out, slot)
    if (kind !== 'burn') return
    city.books.globalRetire += issued
    city.books.inflight -= issued
  },

  'x.cert'(city, { slot, epoch, votes }: { slot: bigint; epoch: bigint; votes: Vote[] }, { seq }) {
    inFederation(city)
    const open = openSlot(city)
    demand(open, 'nothing-to-certify')
    demand(slot === open.says.slot, 'wrong-slot')
    const place = { origin: city.hub.origin, slot, order: open.id }
    demand(epoch === BigInt(city.documents.length) && isCertified(city, epoch, place, votes), 'bad-certificate')
    certifyOpen(city, seq)
  },
}

/** The open slot takes effect, by a record of this number. */
export function certifyOpen(city: City, seq: bigint): void {
  const open = openSlot(city)!
  open.certifiedSeq = seq
  city.books.inflight -= sum(open.says.outs.map(({ amount }) => amount))
  if (open.says.kind === 'burn') city.books.inflight += open.issued
  else city.books.pool += open.issued
  for (const { xid } of open.says.outs) {
    const request = city.requests.get(xid)
    if (request?.phase === 'out') request.phase = 'certified'
  }
}

export const arrived = (city: City): Inbound[] =>
  [...city.inbound.values()].filter(({ last }) => last !== null).sort((a, b) => byOrigin(a.origin, b.origin))

/** What an order of this kind and argument issues, if it may. */
function issuedBy(city: City, kind: Order['kind'], argument: Hex | null, ts: bigint): bigint {
  demand(kind === 'keys' || city.slots.length > 0, NO)
  demand((kind === 'out') === (argument === null), NO)
  if (kind === 'keys') {
    const { logKey, orderKey } = city.hub
    const { voteKey, cosignerKey, auditorKey } = cardIn(documentOf(city), city.hub.origin)!
    const { heir, ends } = read<Keys>(shape('keys'), argument!, NO)
    const ours = { logKey, orderKey, voteKey, cosignerKey, auditorKey, tiers: charterOf(city).tiers, heir, ends }
    demand(argument === write(shape('keys'), ours), NO)
    const isCity = heir !== null && heir !== city.hub.origin && cardIn(documentOf(city), heir)?.community === true
    demand(heir === null ? ends === null : isCity, NO)
    demand(ends === null || ends === (keysInForce(city)?.ends ?? null) || ends >= globalDay(city, ts) + 90n, NO)
  }
  if (kind === 'burn') return -burnt(city, argument!, ts)
  if (kind !== 'issue') return 0n
  const { amount } = read<{ amount: bigint }>(shape('issue'), argument!, NO)
  const year = globalDay(city, ts) / YEAR
  const issued = sum(city.slots.filter(({ says }) => says.kind === 'issue' && says.day / YEAR === year).map((slot) => slot.issued))
  const yearly = baseOf(termsOfYear(city, year).issueYearlyMaxMilli, indexOnGlobal(city, year * YEAR))
  demand(amount > 0n && amount <= yearly - issued, NO)
  return amount
}

/** What a burn takes: of what is retired and no panel can give back, once a quarter. */
function burnt(city: City, argument: Hex, ts: bigint): bigint {
  const { amount } = read<{ amount: bigint }>(shape('burn'), argument, NO)
  const quarter = (day: bigint): bigint => (day / YEAR) * 4n + ((day % YEAR) * 4n) / YEAR
  demand(city.slots.every(({ says }) => says.kind !== 'burn' || quarter(says.day) !== quarter(globalDay(city, ts))), NO)
  const owed = sum([...city.cases.values()].map(({ taken }) => taken?.global ?? 0n))
  demand(amount > 0n && amount <= city.books.globalRetire - owed, NO)
  return amount
}

const isSame = (a: unknown, b: unknown): boolean => textFor(a) === textFor(b)
const textFor = (value: unknown): string => JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one))

function hasEnded(city: City, day: bigint): boolean {
  const ends = keysInForce(city)?.ends ?? null
  return ends !== null && day >= ends
}

function demandOuts(city: City, says: Order): void {
  const { kind, outs } = says
  demand((kind === 'out') === outs.length > 0 && outs.length <= MOST_OUTS && distinct(outs.map(({ xid }) => xid)), NO)
  const due = returnsDue(city)
  for (const out of outs) {
    const request = city.requests.get(out.xid)
    const back = due.get(out.xid)
    if (request?.phase === 'asked') {
      const { xid, destination, to, amount, seq, agreement, memo } = request
      demand(isOut(out, { xid, destination, to, amount, request: seq, agreement, memo, returns: null, last: lastTo(city, destination) }), NO)
      demand(isApproved(city, request), NO)
    } else {
      demand(back, NO)
      demand(isOut(out, wayBack(city, out.xid, back)), NO)
    }
  }
  const missing = fitting(says, [...due].map(([xid, back]) => wayBack(city, xid, back)))
  demand(kind !== 'out' || missing.every(({ xid }) => outs.some((out) => out.xid === xid)), NO)
}

function wayBack(city: City, xid: Hex, { from, left, seq, out }: Arrival): Out {
  const heir = heirOf(city, from)
  const [destination, to] = heir === null ? [from, out.to] : [heir, COMMON_POOL]
  const { agreement, memo } = out
  return { xid, destination, to, amount: left, request: seq, agreement, memo, returns: out.xid, last: lastTo(city, destination) }
}

/** *What fits* of the README. */
function fitting(says: Order, outs: Out[]): Out[] {
  let room = LARGEST - sizeOf(write(shape('Order'), { ...says, outs: [], position: 2n ** 64n - 1n } as unknown as Value)) - 2
  const full = outs.findIndex((out, i) => i === MOST_OUTS || (room -= sizeOf(write(shape('Out'), out as unknown as Value))) < 0)
  return full < 0 ? outs : outs.slice(0, full)
}

const isOut = (a: Out, b: Out): boolean => write(shape('Out'), a as unknown as Value) === write(shape('Out'), b as unknown as Value)

/** Arrivals that must go back, by the xids of their returns, in the order in which they go. */
export function returnsDue(city: City): Map<Hex, Arrival> {
  const due = [...city.arrivals.values()].filter(({ phase }) => phase === 'returning')
    .sort((a, b) => (a.seq === b.seq ? (a.out.xid < b.out.xid ? -1 : 1) : a.seq < b.seq ? -1 : 1))
  return new Map(due.map((arrival) => [sha(`${utf8('cv/xid\0')}${scopeOf(city)}${utf8('ret')}${arrival.out.xid}`), arrival]))
}

function send(city: City, { xid, amount, returns }: Out, slot: bigint): void {
  city.books.inflight += amount
  if (returns === null) {
    const request = city.requests.get(xid)!
    Object.assign(request, { phase: 'out', slot })
    addHeld(city, request, -amount)
  } else {
    Object.assign(city.arrivals.get(returns)!, { phase: 'returned', left: 0n })
    city.books.suspense -= amount
  }
}
