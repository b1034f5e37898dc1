import { describe, expect, test } from 'vitest'
import { encodeOrder, type Order, parseOrder, placeOf, signOrder } from '#ledger/federation/federation.ts'
import { nextOrder, returnsDue } from '#ledger/rules/order.ts'
import { exposureOf } from '#ledger/rules/trust.ts'
import { federationFaultsOf } from '#ledger/audit/conservation.ts'
import {
  acknowledge, aPerson, aRegion, arrival, ask, aTown, awardRequest, bytesFor, certify, CV, dayIn, deliver,
  forged, hexFor, join, ordering, owesAward, pass, type Person, PLAIN_TRUST, record, recorded, settle, shown,
  type Town, votesFor, xidIn,
} from '#test/support/towns.ts'

const allInOrder = (towns: Town[]) => expect(federationFaultsOf(towns.map((town) => town.state))).toEqual([])

/** Chengdu has sent Ana of Barcelona her award; it is certified and has not arrived. */
function onItsWay(limitMilli?: bigint) {
  const { towns, history } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const { guest: ana, id } = owesAward(chengdu, barcelona)
  if (limitMilli !== undefined) limit(barcelona, chengdu, limitMilli)
  const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  const slot = settle(chengdu, towns)
  return { towns, history, chengdu, barcelona, ana, id, slot, xid: xidIn(chengdu, request) }
}

const limit = (town: Town, peer: Town, exposureMilli: bigint) => recorded(
  town, { kind: 'trust.set', ...PLAIN_TRUST, peer: peer.card.origin, exposureMilli, transferMaxMilli: 3000n * CV }, [town.steward],
)

const globalOf = (town: Town, person: Person) => town.state.members.get(person.acct)!.account.global
const back = (town: Town, xid: string) => record(town, { kind: 'x.back', xid }, [town.steward])
const release = (town: Town, xid: string, amount: bigint) => record(town, { kind: 'x.rel', xid, amount }, [town.steward])

describe('an arrival', () => {
  test('within the limit credits the recipient and counts as exposure', () => {
    const { towns, chengdu, barcelona, ana, slot, xid } = onItsWay()
    deliver(chengdu, barcelona, slot, towns)
    allInOrder(towns)
    expect(globalOf(barcelona, ana)).toBe(30n * CV)
    expect(barcelona.state.inbound.get(chengdu.card.origin)).toEqual({ last: slot, claimed: null, unclaimed: 30n * CV })
    expect(barcelona.state.arrivals.get(xid)).toMatchObject({ disposition: 'credit', phase: 'credited', left: 0n })
    expect(exposureOf(barcelona.state, chengdu.card.origin, dayIn(barcelona))).toBe(30n * CV)
  })

  test('is a member’s certified order of this federation, and not our own', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay()
    const good = arrival(chengdu, barcelona, slot, towns)
    const refusalOf = (change: Partial<typeof good>) => record(barcelona, { ...good, ...change })
    const order = parseOrder(good.order)!
    expect(refusalOf({ order: Uint8Array.of(0x80) })).toEqual({ code: 'bad-order', because: 'unreadable' })
    expect(refusalOf({ order: encodeOrder({ ...order, federation: bytesFor('another') }) }))
      .toEqual({ code: 'bad-order', because: 'other-federation' })
    expect(refusalOf({ order: encodeOrder({ ...order, hub: barcelona.card.origin }) })).toEqual({ code: 'own-hub' })
    const stranger = aTown('tokyo').card.origin
    expect(refusalOf({ order: encodeOrder({ ...order, hub: stranger }) })).toEqual({ code: 'unknown-hub', hub: stranger })
    expect(refusalOf({ order: encodeOrder({ ...order, position: 1n }) }))
      .toEqual({ code: 'bad-order', because: 'signature' })
    expect(refusalOf({ epoch: 2 })).toEqual({ code: 'bad-certificate' })
    expect(refusalOf({ epoch: 0 })).toEqual({ code: 'bad-certificate' })
    expect(refusalOf({ votes: good.votes!.slice(1) })).toEqual({ code: 'bad-certificate' })
    expect(refusalOf({ votes: votesFor(barcelona, chengdu.state.chain.slots[0]!.bytes, towns) }))
      .toEqual({ code: 'bad-certificate' })
    const lone = aTown('lone')
    expect(record(lone, good)).toEqual({ code: 'no-federation' })
    expect(refusalOf({})).toHaveProperty('seq')
  })

  test('is taken once: the same certificate again is out of the row', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay()
    const good = arrival(chengdu, barcelona, slot, towns)
    recorded(barcelona, good)
    expect(record(barcelona, good)).toEqual({ code: 'certificate-skipped', expected: slot })
  })

  test('cannot be skipped: each out names the slot before it that came here', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay()
    const { id } = owesAward(chengdu, barcelona, 'joan')
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const later = settle(chengdu, towns)
    expect(record(barcelona, arrival(chengdu, barcelona, later, towns))).toEqual({ code: 'certificate-skipped', expected: null })
    deliver(chengdu, barcelona, slot, towns)
    deliver(chengdu, barcelona, later, towns)
    expect(record(barcelona, arrival(chengdu, barcelona, slot, towns))).toEqual({ code: 'certificate-skipped', expected: later })
    const { order } = chengdu.state.chain.slots[slot]!
    const backwards: Order = { ...order, outs: [{ ...order.outs[0]!, xid: hexFor('new'), last: later }] }
    expect(record(barcelona, forged(chengdu, barcelona, backwards, towns, ['credit'])))
      .toEqual({ code: 'certificate-skipped', expected: later })
    allInOrder(towns)
  })

  test('brings something for us; keys and issues do not travel', () => {
    const { towns, chengdu, barcelona } = onItsWay()
    expect(record(barcelona, arrival(chengdu, barcelona, 1, towns))).toEqual({ code: 'nothing-for-us' })
  })

  test('names each transfer once, for ever, even if all voters lied', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay()
    const order = chengdu.state.chain.slots[slot]!.order
    const twice: Order = { ...order, outs: [order.outs[0]!, order.outs[0]!] }
    expect(record(barcelona, forged(chengdu, barcelona, twice, towns, ['credit', 'credit'])))
      .toEqual({ code: 'bad-order', because: 'outs' })
    deliver(chengdu, barcelona, slot, towns)
    const again: Order = { ...order, slot: slot + 1, outs: [{ ...order.outs[0]!, last: slot }] }
    expect(record(barcelona, forged(chengdu, barcelona, again, towns, ['credit'])))
      .toEqual({ code: 'bad-order', because: 'outs' })
  })

  test('is disposed of exactly as the trust rules say, out by out', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay(50n * CV)
    const { id } = owesAward(chengdu, barcelona, 'joan')
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const second = owesAward(chengdu, barcelona, 'pau')
    recorded(chengdu, awardRequest(chengdu, second.id), [chengdu.steward])
    const later = settle(chengdu, towns)
    expect(record(barcelona, arrival(chengdu, barcelona, slot, towns, ['limit']))).toEqual({ code: 'wrong-dispositions' })
    expect(record(barcelona, arrival(chengdu, barcelona, slot, towns, []))).toEqual({ code: 'wrong-dispositions' })
    deliver(chengdu, barcelona, slot, towns)
    // 30 of 50 are used: neither of two more fits, and the room that is left is not divided.
    expect(record(barcelona, arrival(chengdu, barcelona, later, towns, ['credit', 'credit'])))
      .toEqual({ code: 'wrong-dispositions' })
    limit(barcelona, chengdu, 60n * CV)
    const arrived = deliver(chengdu, barcelona, later, towns)
    expect(arrived.action).toMatchObject({ dispositions: ['credit', 'limit'] })
    expect(barcelona.state.books.suspense).toBe(30n * CV)
    allInOrder(towns)
  })

  test('of an epoch that has ended counts as far as the next document’s frontiers say', () => {
    const { towns, history, chengdu, barcelona, slot, ana } = onItsWay()
    const certificate = arrival(chengdu, barcelona, slot, towns)
    const { id } = owesAward(chengdu, barcelona, 'joan')
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    const lateVotes = votesFor(barcelona, chengdu.state.chain.slots[slot + 1]!.bytes, towns, 1)
    join(towns, aTown('tokyo'), history)

    recorded(barcelona, certificate)
    expect(globalOf(barcelona, ana)).toBe(30n * CV)
    const open = chengdu.state.chain.slots[slot + 1]!
    const locked = { ...certificate, order: open.bytes, signature: open.signature, votes: lateVotes }
    const other = encodeOrder({ ...open.order, position: 0n })
    const place = placeOf(parseOrder(other)!, other)
    const signature = signOrder(chengdu.secrets.order, barcelona.state.federation!.id, place)
    expect(record(barcelona, { ...locked, order: other, signature, votes: votesFor(barcelona, other, towns, 1) }))
      .toEqual({ code: 'bad-certificate' })
    expect(record(barcelona, locked)).toHaveProperty('seq')
  })

  test('of an ended epoch is refused beyond the frontier, and at it for any other order', () => {
    const { towns, history, chengdu, barcelona, slot } = onItsWay()
    const { order } = chengdu.state.chain.slots[slot]!
    join(towns, aTown('tokyo'), history)
    const atIt = forged(chengdu, barcelona, { ...order, position: 0n }, towns, ['credit'])
    expect(record(barcelona, atIt)).toEqual({ code: 'bad-certificate' })
    const beyond = forged(chengdu, barcelona, { ...order, slot: slot + 1 }, towns, ['credit'])
    expect(record(barcelona, beyond)).toEqual({ code: 'bad-certificate' })
  })
})

describe('what is suspended', () => {
  test('over a limit of 50 goes back when a steward says so, and into the pool it came from', () => {
    const { towns, chengdu, barcelona, ana, slot, id } = onItsWay(50n * CV)
    deliver(chengdu, barcelona, slot, towns)
    const second = owesAward(chengdu, barcelona, 'joan')
    const request = recorded(chengdu, awardRequest(chengdu, second.id), [chengdu.steward])
    const later = settle(chengdu, towns)
    const arrived = deliver(chengdu, barcelona, later, towns)
    acknowledge(chengdu, barcelona, later, arrived)
    const xid = xidIn(chengdu, request)
    expect(barcelona.state.arrivals.get(xid)).toMatchObject({ disposition: 'limit', phase: 'suspended', left: 30n * CV })
    expect(chengdu.state.requests.get(xid)!.phase).toBe('suspended')
    expect(nextOrder(barcelona.state, barcelona.now)).toBeNull()

    expect(back(barcelona, xid)).toHaveProperty('seq')
    const order = nextOrder(barcelona.state, barcelona.now)!
    expect(order).toMatchObject({ position: 30n * CV, claims: [{ hub: chengdu.card.origin, slot: later }] })
    expect(order.outs[0]).toMatchObject({ returns: xid, amount: 30n * CV, destination: chengdu.card.origin, request: arrived.seq })
    const returning = settle(barcelona, towns)
    expect(barcelona.state.books).toMatchObject({ suspense: 0n, inflight: 0n })
    expect(barcelona.state.arrivals.get(xid)).toMatchObject({ phase: 'returned', left: 0n })
    allInOrder(towns)

    limit(chengdu, barcelona, 0n)
    deliver(barcelona, chengdu, returning, towns)
    allInOrder(towns)
    expect(chengdu.state.books.pool).toBe(9_970n * CV)
    expect(chengdu.state.requests.get(xid)!.phase).toBe('returned')
    expect(exposureOf(chengdu.state, barcelona.card.origin, dayIn(chengdu))).toBe(0n)
    expect(globalOf(barcelona, ana)).toBe(30n * CV)
    expect(chengdu.state.agreements.get(second.id)!.guestDue!.xid).toBeNull()
    expect(chengdu.state.agreements.get(id)!.guestDue!.xid).not.toBeNull()
  })

  test('goes back by itself after the charter’s thirty days, with the next order', () => {
    const { towns, chengdu, barcelona, slot, xid } = onItsWay(10n * CV)
    deliver(chengdu, barcelona, slot, towns)
    pass([barcelona], 30)
    expect(barcelona.state.arrivals.get(xid)!.phase).toBe('suspended')
    pass([barcelona], 1)
    expect(barcelona.state.arrivals.get(xid)!.phase).toBe('returning')
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    expect(chengdu.state.requests.get(xid)!.phase).toBe('returned')
    allInOrder(towns)
  })

  test('goes back oldest first, whatever was sent back first', () => {
    const { towns, chengdu, barcelona, slot, xid } = onItsWay(0n)
    deliver(chengdu, barcelona, slot, towns)
    const { id } = owesAward(chengdu, barcelona, 'joan')
    const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    back(barcelona, xidIn(chengdu, request))
    back(barcelona, xid)
    expect(returnsDue(barcelona.state).map((arrival) => arrival.xid)).toEqual([xid, xidIn(chengdu, request)])
  })

  test('and due may not be left out of an order', () => {
    const { towns, chengdu, barcelona, slot, ana, xid } = onItsWay(40n * CV)
    deliver(chengdu, barcelona, slot, towns)
    const second = owesAward(chengdu, barcelona, 'joan')
    const request = recorded(chengdu, awardRequest(chengdu, second.id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    recorded(barcelona, { kind: 'x.back', xid: xidIn(chengdu, request) }, [barcelona.steward])
    ask(barcelona, chengdu, ana, second.receiver, CV)
    const order = nextOrder(barcelona.state, barcelona.now)!
    expect(order.outs.map((out) => out.returns)).toEqual([xidIn(chengdu, request), null])
    const withoutIt = { ...order, outs: order.outs.slice(1), position: order.position + 30n * CV }
    expect(record(barcelona, ordering(barcelona, withoutIt))).toEqual({ code: 'bad-order', because: 'returns-left-out' })
    const partly = { ...order, outs: [{ ...order.outs[0]!, amount: CV }, order.outs[1]!], position: order.position + 29n * CV }
    expect(record(barcelona, ordering(barcelona, partly))).toEqual({ code: 'bad-order', because: 'outs' })
    expect(record(barcelona, ordering(barcelona, order))).toHaveProperty('seq')
    expect(xid).not.toBe(xidIn(chengdu, request))
  })

  test('can be released by a steward, and then counts as exposure though it is over the limit', () => {
    const { towns, chengdu, barcelona, slot, ana, xid } = onItsWay(10n * CV)
    deliver(chengdu, barcelona, slot, towns)
    expect(record(barcelona, { kind: 'x.rel', xid, amount: CV }, [ana])).toEqual({ code: 'not-a-steward' })
    expect(release(barcelona, hexFor('none'), CV)).toEqual({ code: 'unknown-transfer', xid: hexFor('none') })
    expect(release(barcelona, xid, 0n)).toEqual({ code: 'nothing-asked' })
    expect(release(barcelona, xid, 30n * CV + 1n)).toEqual({ code: 'more-than-left', left: 30n * CV })
    expect(release(barcelona, xid, 30n * CV)).toHaveProperty('seq')
    expect(globalOf(barcelona, ana)).toBe(30n * CV)
    expect(exposureOf(barcelona.state, chengdu.card.origin, dayIn(barcelona))).toBe(30n * CV)
    expect(release(barcelona, xid, 1n)).toEqual({ code: 'not-suspended', xid })
    expect(back(barcelona, xid)).toEqual({ code: 'not-suspended', xid })
    pass([barcelona], 31)
    expect(barcelona.state.arrivals.get(xid)!.phase).toBe('credited')
    expect(nextOrder(barcelona.state, barcelona.now)).toBeNull()
  })

  test('can be released in part; the rest goes back and is honoured as the end of that transfer', () => {
    const { towns, chengdu, barcelona, slot, ana, xid, id } = onItsWay(10n * CV)
    deliver(chengdu, barcelona, slot, towns)
    release(barcelona, xid, 12n * CV)
    back(barcelona, xid)
    expect(release(barcelona, xid, CV)).toEqual({ code: 'not-suspended', xid })
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    allInOrder(towns)
    expect(globalOf(barcelona, ana)).toBe(12n * CV)
    expect(chengdu.state.books.pool).toBe(9_988n * CV)
    expect(chengdu.state.requests.get(xid)!.phase).toBe('returned')
    // Ana has had a part of it, so the award is not owed a second time in full.
    expect(chengdu.state.agreements.get(id)!.guestDue!.xid).toBe(xid)
  })

  test('for somebody unknown is released to nobody, until they are attested', () => {
    const { towns, chengdu, barcelona, slot, ana, xid } = onItsWay()
    const { members } = barcelona.state
    const member = members.get(ana.acct)!
    members.delete(ana.acct)
    deliver(chengdu, barcelona, slot, towns)
    expect(barcelona.state.arrivals.get(xid)!.disposition).toBe('recipient')
    expect(release(barcelona, xid, CV)).toEqual({ code: 'unknown-member', member: ana.acct })
    member.attested = false
    members.set(ana.acct, member)
    expect(release(barcelona, xid, CV)).toEqual({ code: 'not-attested', member: ana.acct })
    member.attested = true
    expect(release(barcelona, xid, CV)).toHaveProperty('seq')
    expect(back(barcelona, hexFor('none'))).toEqual({ code: 'unknown-transfer', xid: hexFor('none') })
  })

  test('a member’s own transfer comes back to that member', () => {
    const { towns, chengdu, barcelona, slot, ana } = onItsWay()
    deliver(chengdu, barcelona, slot, towns)
    const nobody = aPerson('nobody')
    const xid = ask(barcelona, chengdu, ana, nobody, 20n * CV)
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    expect(chengdu.state.arrivals.get(xid)!.disposition).toBe('recipient')
    expect(globalOf(barcelona, ana)).toBe(10n * CV)
    back(chengdu, xid)
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    expect(globalOf(barcelona, ana)).toBe(30n * CV)
    allInOrder(towns)
  })
})

describe('a return', () => {
  /** What Chengdu makes of an order of Barcelona's that says it returns something. */
  function returning(change: { amount?: bigint; returns?: string }, phase?: 'acknowledged') {
    const { towns, chengdu, barcelona, slot, xid } = onItsWay(phase === undefined ? 10n * CV : 100n * CV)
    const arrived = deliver(chengdu, barcelona, slot, towns)
    if (phase !== undefined) acknowledge(chengdu, barcelona, slot, arrived)
    else back(barcelona, xid)
    const honest = chengdu.state.chain.slots[slot]!.order.outs[0]!
    const out = { ...honest, xid: hexFor('return'), destination: chengdu.card.origin, returns: xid, last: null, ...change }
    const order: Order = {
      ...chengdu.state.chain.slots[slot]!.order, hub: barcelona.card.origin, slot: 1, outs: [out], claims: [],
    }
    const taken = (disposition: 'credit' | 'recipient') =>
      record(chengdu, forged(barcelona, chengdu, order, towns, [disposition]))
    return { taken, chengdu, xid }
  }

  test('is honoured for what was sent to that hub, up to what was sent', () => {
    const { taken, chengdu, xid } = returning({})
    expect(taken('recipient')).toEqual({ code: 'wrong-dispositions' })
    expect(taken('credit')).toHaveProperty('seq')
    expect(chengdu.state.requests.get(xid)!.phase).toBe('returned')
  })

  test('of more than was sent, of nothing of ours, or of what was credited there is an ordinary out', () => {
    for (const { taken } of [
      returning({ amount: 31n * CV }), returning({ returns: hexFor('nothing of ours') }), returning({}, 'acknowledged'),
    ]) {
      expect(taken('credit')).toEqual({ code: 'wrong-dispositions' })
      expect(taken('recipient')).toHaveProperty('seq')
    }
  })

  test('twice in one order is honoured once', () => {
    const { towns, chengdu, barcelona, slot, xid } = onItsWay(10n * CV)
    deliver(chengdu, barcelona, slot, towns)
    const honest = chengdu.state.chain.slots[slot]!.order
    const out = { ...honest.outs[0]!, destination: chengdu.card.origin, returns: xid, amount: 10n * CV }
    const outs = ['one', 'two'].map((name) => ({ ...out, xid: hexFor(name) }))
    const order: Order = { ...honest, hub: barcelona.card.origin, slot: 1, outs }
    expect(record(chengdu, forged(barcelona, chengdu, order, towns, ['credit', 'credit'])))
      .toEqual({ code: 'wrong-dispositions' })
    recorded(chengdu, forged(barcelona, chengdu, order, towns, ['credit', 'recipient']))
    expect(chengdu.state.books).toMatchObject({ pool: 9_980n * CV, suspense: 10n * CV })
  })

  test('that overtakes our own certificate is honoured, and the certificate does not undo it', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { id } = owesAward(chengdu, barcelona)
    limit(barcelona, chengdu, 0n)
    const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    deliver(chengdu, barcelona, 2, towns)
    allInOrder(towns)
    back(barcelona, xidIn(chengdu, request))
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    allInOrder(towns)
    certify(chengdu, towns)
    allInOrder(towns)
    expect(chengdu.state.requests.get(xidIn(chengdu, request))!.phase).toBe('returned')
    expect(chengdu.state.books.pool).toBe(10_000n * CV)
  })
})

describe('an acknowledgement', () => {
  test('marks what was credited, and makes room for as much from there', () => {
    const { towns, chengdu, barcelona, slot, xid } = onItsWay()
    const arrived = deliver(chengdu, barcelona, slot, towns)
    acknowledge(chengdu, barcelona, slot, arrived)
    expect(chengdu.state.requests.get(xid)!.phase).toBe('credited')
    expect(exposureOf(chengdu.state, barcelona.card.origin, dayIn(chengdu))).toBe(-30n * CV)
    expect(chengdu.state.chain.slots[slot]!.acknowledged).toEqual(new Set([barcelona.card.origin]))
  })

  test('needs a certified slot with something for that hub, once', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay()
    const arrived = deliver(chengdu, barcelona, slot, towns)
    const ack = { kind: 'x.ack', slot, destination: barcelona.card.origin, arrival: shown(barcelona, arrived) } as const
    const nothing = { code: 'nothing-to-acknowledge' }
    expect(record(chengdu, { ...ack, slot: 9 })).toEqual(nothing)
    expect(record(chengdu, { ...ack, slot: 1 })).toEqual(nothing)
    const stranger = aTown('tokyo').card.origin
    expect(record(chengdu, { ...ack, destination: stranger })).toEqual({ code: 'unknown-hub', hub: stranger })
    expect(record(aTown('lone'), ack)).toEqual({ code: 'no-federation' })
    recorded(chengdu, ack)
    expect(record(chengdu, ack)).toEqual(nothing)
  })

  test('waits for our own certificate, and changes nothing about what has come back since', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { id } = owesAward(chengdu, barcelona)
    limit(barcelona, chengdu, 0n)
    const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const xid = xidIn(chengdu, request)
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    const arrived = deliver(chengdu, barcelona, 2, towns)
    const ack = { kind: 'x.ack', slot: 2, destination: barcelona.card.origin, arrival: shown(barcelona, arrived) } as const
    expect(record(chengdu, ack)).toEqual({ code: 'nothing-to-acknowledge' })
    certify(chengdu, towns)
    back(barcelona, xid)
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    recorded(chengdu, ack)
    expect(chengdu.state.requests.get(xid)!.phase).toBe('returned')
  })

  test('is the other hub’s own record of exactly that order, proved to stand in its log', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay()
    const { id } = owesAward(chengdu, barcelona, 'joan')
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const later = settle(chengdu, towns)
    const first = deliver(chengdu, barcelona, slot, towns)
    const second = deliver(chengdu, barcelona, later, towns)
    const ack = (arrival: { record: Uint8Array; proof: Uint8Array }) =>
      record(chengdu, { kind: 'x.ack', slot, destination: barcelona.card.origin, arrival })
    const bad = { code: 'bad-evidence' }
    const good = shown(barcelona, first)
    expect(ack(shown(barcelona, second))).toEqual(bad)
    expect(ack({ ...good, proof: shown(barcelona, second).proof })).toEqual(bad)
    expect(ack({ ...good, proof: Uint8Array.of(0xff) })).toEqual(bad)
    expect(ack({ ...good, record: Uint8Array.of(0x80) })).toEqual(bad)
    expect(ack(shown(barcelona, barcelona.entries[0]!))).toEqual(bad)
    expect(ack(shown(chengdu, chengdu.entries[0]!))).toEqual(bad)
    const thief = { ...barcelona, secrets: { ...barcelona.secrets, log: bytesFor('a thief') } }
    expect(ack(shown(thief, first))).toEqual(bad)
    expect(ack(good)).toHaveProperty('seq')
  })
})
