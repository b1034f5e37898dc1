/** *Requests* of the README, and *Freezing*, which calls them off. */
import { credit, debit } from './accounts.ts'
import { demand, type Hex, sha, utf8 } from './bytes.ts'
import { isEnough, isSteward } from './city.ts'
import { evidenceIn } from './evidence.ts'
import { cityHub, globalDay, globalIndex, inDocument, inFederation, isSettled, otherHub, scopeOf } from './federation.ts'
import { DAY } from './genesis.ts'
import { read } from './shapes.ts'
import { shape } from './specification.ts'
import type { City, Keys, Request, Rules, Settlings } from './state.ts'
import { setDeadline } from './time.ts'
import { nominal } from './value.ts'

type Asked = Pick<Request, 'source' | 'to' | 'destination' | 'amount' | 'agreement' | 'awardMilli' | 'memo' | 'expDay'>

const NO_AGREEMENT = '00'.repeat(16)

/** The latest certified order of our keys. */
export function keysInForce(city: City): Keys | undefined {
  const order = city.slots.findLast(({ says, certifiedSeq }) => says.kind === 'keys' && certifiedSeq !== null)
  return order && read<Keys>(shape('keys'), order.says.argument!)
}

/** Gives a request’s value back to where it comes from. */
export function giveBack(city: City, { source, by }: Request, amount: bigint, ts: bigint): void {
  const owner = city.members.get(by)!
  if (source === 1n || owner.status === 'departed') city.books.pool += amount
  else credit(city, owner, 'global', amount, ts)
}

/** Adds to where a request’s value is held while it is asked. */
export function addHeld(city: City, { source, by }: Request, amount: bigint): void {
  if (source === 1n) city.books.poolHeld += amount
  else city.members.get(by)!.globalHeld += amount
}

/** The award that the pool owes may be asked for again. */
export function owesAgain(city: City, { source, agreement }: Request): void {
  if (source === 1n) city.agreements.get(agreement)!.guestDue!.xid = null
}

export function callOff(city: City, request: Request, phase: 'cancelled' | 'expired', ts: bigint): void {
  addHeld(city, request, -request.amount)
  giveBack(city, request, request.amount, ts)
  request.phase = phase
  owesAgain(city, request)
}

export function isApproved(city: City, { amount, ts, approvals }: Request): boolean {
  const milli = nominal(amount, globalIndex(city, ts))
  const { tiers } = keysInForce(city)!
  const { signatures } = tiers.find(({ upToMilli }) => upToMilli >= milli) ?? tiers.at(-1)!
  return isEnough(city, approvals, signatures)
}

export const transferRules: Rules = {
  'x.req'(city, asked: Asked, { id, acct, seq, ts, leaf }) {
    const { source, destination, amount, expDay, agreement } = asked
    inFederation(city)
    inDocument(city)
    otherHub(city, destination)
    cityHub(city, destination)
    demand(!city.frozen.has(destination), 'hub-frozen')
    demand(keysInForce(city), 'no-keys-yet')
    demand(amount > 0n, 'nothing-asked')
    const today = globalDay(city, ts)
    demand(today <= expDay && expDay <= today + 30n, 'bad-expiry')
    if (source === 0n) demandOwn(city, asked, acct)
    else demandFromPool(city, asked, acct)
    const xid = sha(`${utf8('cv/xid\0')}${scopeOf(city)}${leaf}`)
    const request: Request = { ...asked, xid, seq, ts, id, by: acct, approvals: source === 1n ? [acct] : [], phase: 'asked', slot: null }
    city.requests.set(xid, request)
    if (source === 1n) city.books.pool -= amount
    else debit(city, city.members.get(acct)!, 'global', amount, ts)
    addHeld(city, request, amount)
    if (source === 1n) city.agreements.get(agreement)!.guestDue!.xid = xid
    setDeadline(city, city.documents[0]!.says.day0 + (expDay + 1n) * DAY, 'request.expire', xid)
  },

  'x.appr'(city, fields: Pick<Request, 'xid' | 'destination' | 'to' | 'amount' | 'expDay'>, { acct }) {
    const { xid, destination, to, amount, expDay } = fields
    const request = city.requests.get(xid)
    demand(request, 'unknown-transfer')
    demand(request.phase === 'asked', 'wrong-phase')
    const isThat = request.destination === destination && request.to === to && request.amount === amount && request.expDay === expDay
    demand(isThat, 'transfer-mismatch')
    demand(!request.approvals.includes(acct), 'already-approved')
    request.approvals = [...request.approvals, acct].sort()
  },

  'x.cancel'(city, { xid }: { xid: Hex }, { acct, ts }) {
    const request = city.requests.get(xid)
    demand(request, 'unknown-transfer')
    demand(request.source === 0n || isSteward(city, acct), 'not-a-steward')
    demand(request.source === 1n || acct === request.by, 'not-a-party')
    demand(request.phase === 'asked', 'wrong-phase')
    callOff(city, request, 'cancelled', ts)
  },

  'hub.frozen'(city, fields: { hub: string; evidence: Hex }, { seq, ts }) {
    inFederation(city)
    const card = otherHub(city, fields.hub)
    demand(!city.frozen.has(fields.hub), 'hub-frozen')
    const { kind, id, hubId, at, chain } = evidenceIn(fields.evidence)
    demand(hubId === card.hubId, 'bad-evidence')
    demand(!isSettled(city, fields.hub, { id, at, chain }), 'offence-settled')
    city.frozen.set(fields.hub, { origin: fields.hub, kind, evidence: id, seq, ts })
    Object.assign(city.trust.get(fields.hub)!, { exposure: 0n, exposureMilli: 0n })
    for (const request of city.requests.values()) {
      if (request.destination === fields.hub && request.phase === 'asked') callOff(city, request, 'cancelled', ts)
    }
  },
}

function demandOwn(city: City, { agreement, awardMilli, amount }: Asked, acct: Hex): void {
  demand(agreement !== NO_AGREEMENT, 'unknown-agreement')
  demand(awardMilli === 0n, 'not-an-award')
  demand(amount <= city.members.get(acct)!.global, 'insufficient-cv')
}

function demandFromPool(city: City, { agreement, awardMilli, amount, to, destination }: Asked, acct: Hex): void {
  demand(isSteward(city, acct), 'not-a-steward')
  const matter = city.agreements.get(agreement)
  demand(matter, 'unknown-agreement')
  demand(matter.guestDue !== null && matter.guestDue.xid === null, 'no-award-due')
  demand(amount === matter.guestDue.amount, 'other-amount')
  const isOwed = to === matter.provider && destination === city.guests.get(to)?.home && awardMilli === matter.award!.milli
  demand(isOwed, 'transfer-mismatch')
  demand(amount <= city.books.pool, 'pool-too-small')
}

export const transferSettlings: Settlings = {
  'request.expire'(city, xid, at) {
    const request = city.requests.get(xid)!
    if (request.phase === 'asked') callOff(city, request, 'expired', at)
  },
}
