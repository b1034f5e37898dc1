import { describe, expect, test } from 'vitest'
import { roles } from '#ledger/charter/charter.ts'
import { baseOf } from '#ledger/value/decay.ts'
import { encodeIssueArgument, encodeOrder, type Order, type Out, parseOrder, placeOf, signOrder } from '#ledger/federation/federation.ts'
import type { OrderFault } from '#ledger/refusal.ts'
import { OUTS_MAX, outsThatFit } from '#ledger/federation/order-room.ts'
import { issueRoom, nextOrder, ownKeysArgument } from '#ledger/rules/order.ts'
import { globalIndex } from '#ledger/state/state.ts'
import { appoint } from '#test/support/council.ts'
import {
  aMember, aRegion, ask, aTown, awardRequest, bytesFor, certify, CV, DAY, dayIn, deliver, federate, hexFor, issue, openChains,
  ordering, owesAward, pass, record, recorded, settle, tick, type Town, votesFor, xidIn,
} from '#test/support/towns.ts'

const approve = (town: Town, order: 'keys' | 'issue', argument: Uint8Array, slot = town.state.chain.slots.length) =>
  record(town, { kind: 'order.approved', slot, order, argument }, [town.steward])

/** Chengdu, about to send Ana's award to Barcelona: what the ledger makes of its next order when it is changed. */
function aboutToSend() {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const { guest, id } = owesAward(chengdu, barcelona)
  const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  const order = nextOrder(chengdu.state, chengdu.now)!
  const changed = (change: Partial<Order>) => record(chengdu, ordering(chengdu, { ...order, ...change }))
  const changedOut = (change: Partial<Out>) => changed({ outs: [{ ...order.outs[0]!, ...change }] })
  return { towns, chengdu, barcelona, guest, request, order, changed, changedOut }
}

const fault = (because: OrderFault) => ({ code: 'bad-order', because })

describe('approving an order of the hub itself', () => {
  test('is for the next slot; the first says the hub’s own keys and its charter’s tiers', () => {
    const [chengdu, barcelona] = [aTown('chengdu'), aTown('barcelona')]
    expect(approve(chengdu, 'issue', encodeIssueArgument(CV))).toEqual({ code: 'no-federation' })
    federate([chengdu, barcelona])
    expect(approve(chengdu, 'issue', encodeIssueArgument(CV))).toEqual(fault('first-is-keys'))
    const keys = ownKeysArgument(chengdu.state)!
    expect(approve(chengdu, 'keys', ownKeysArgument(barcelona.state)!)).toEqual(fault('argument'))
    expect(approve(chengdu, 'keys', keys, 1)).toEqual({ code: 'wrong-slot', expected: 0 })
    expect(nextOrder(chengdu.state, chengdu.now)).toBeNull()
    expect(approve(chengdu, 'keys', keys)).toHaveProperty('seq')
    expect(approve(chengdu, 'keys', keys)).toEqual({ code: 'already-approved' })
    expect(nextOrder(chengdu.state, chengdu.now)).toMatchObject({ slot: 0, kind: 'keys', position: 0n, outs: [] })
  })

  test('names an issue of something, within the year’s ceiling', () => {
    const { towns: [chengdu] } = aRegion(['chengdu', 'barcelona'])
    expect(approve(chengdu, 'issue', encodeIssueArgument(0n))).toEqual(fault('argument'))
    expect(approve(chengdu, 'issue', Uint8Array.of(0x80))).toEqual(fault('argument'))
    expect(approve(chengdu, 'issue', encodeIssueArgument(20_000n * CV + 1n))).toEqual(fault('yearly-issue'))
    expect(approve(chengdu, 'issue', encodeIssueArgument(20_000n * CV))).toHaveProperty('seq')
  })

  test('takes as many as are stewards when the order is written; the word of one who has resigned is none', () => {
    const { towns: [chengdu] } = aRegion(['chengdu', 'barcelona'])
    const [two, three] = [aMember(chengdu, 'two'), aMember(chengdu, 'three')]
    appoint(chengdu, two, three)
    const argument = encodeIssueArgument(CV)
    for (const steward of [chengdu.steward, two]) recorded(chengdu, { kind: 'order.approved', slot: chengdu.state.chain.slots.length, order: 'issue', argument }, [steward])
    const order = nextOrder(chengdu.state, chengdu.now)!
    expect(order.kind).toBe('issue')
    recorded(chengdu, { kind: 'role.ended', member: two.acct, role: roles.steward }, [two])
    expect(nextOrder(chengdu.state, chengdu.now)).toBeNull()
    expect(record(chengdu, ordering(chengdu, order))).toEqual(fault('unapproved'))
    recorded(chengdu, { kind: 'order.approved', slot: order.slot, order: 'issue', argument }, [three])
    expect(nextOrder(chengdu.state, chengdu.now)).toEqual(order)
  })

  test('counts for exactly the slot that was approved', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu] = towns
    for (const amount of [CV, 2n * CV]) approve(chengdu, 'issue', encodeIssueArgument(amount))
    settle(chengdu, towns)
    expect(chengdu.state.books.pool).toBe(10_001n * CV)
    expect(nextOrder(chengdu.state, chengdu.now)).toBeNull()
  })
})

describe('an order', () => {
  test('carries every approved request, moves what was held, and takes effect with its certificate', () => {
    const { chengdu, barcelona, towns, order, guest, request } = aboutToSend()
    expect(order).toMatchObject({ slot: 2, kind: 'out', position: 9_970n * CV, argument: null, claims: [] })
    expect(order.outs).toEqual([{
      xid: xidIn(chengdu, request), destination: barcelona.card.origin, to: guest.acct, amount: 30n * CV,
      request: request.seq, agreement: expect.any(String), memo: hexFor('thanks'), returns: null, last: null,
    }])
    recorded(chengdu, ordering(chengdu, order))
    expect(chengdu.state.books).toMatchObject({ poolHeld: 0n, inflight: 30n * CV })
    expect(chengdu.state.chain.position).toBe(10_000n * CV)
    expect(chengdu.state.requests.get(xidIn(chengdu, request))).toMatchObject({ phase: 'out', slot: 2 })
    expect(nextOrder(chengdu.state, chengdu.now)).toBeNull()
    const certificate = certify(chengdu, towns)
    expect(chengdu.state.books.inflight).toBe(0n)
    expect(chengdu.state.chain.position).toBe(9_970n * CV)
    expect(chengdu.state.chain.slots[2]).toMatchObject({ certified: true, certifiedSeq: certificate.seq })
    expect(chengdu.state.requests.get(xidIn(chengdu, request))!.phase).toBe('certified')
  })

  test('is refused unreadable, of another federation or hub, out of its place, or signed by another key', () => {
    const { chengdu, barcelona, order, changed } = aboutToSend()
    const good = ordering(chengdu, order)
    expect(record(chengdu, { ...good, order: Uint8Array.of(0x80) })).toEqual(fault('unreadable'))
    expect(changed({ federation: bytesFor('another') })).toEqual(fault('other-federation'))
    expect(changed({ hub: barcelona.card.origin })).toEqual(fault('other-hub'))
    expect(changed({ slot: 1 })).toEqual(fault('slot'))
    expect(changed({ slot: 3 })).toEqual(fault('slot'))
    expect(changed({ previous: bytesFor('another') })).toEqual(fault('previous'))
    const { id } = chengdu.state.federation!
    const byLogKey = signOrder(chengdu.secrets.log, id, placeOf(order, good.order))
    expect(record(chengdu, { ...good, signature: byLogKey })).toEqual(fault('signature'))
    expect(record(chengdu, good)).toHaveProperty('seq')
  })

  test('is of the day it is written', () => {
    const { chengdu, order, changed } = aboutToSend()
    expect(changed({ day: order.day + 1 })).toEqual(fault('day'))
    chengdu.now += DAY
    tick(chengdu)
    expect(changed({})).toEqual(fault('day'))
    expect(changed({ day: order.day + 1 })).toHaveProperty('seq')
  })

  test('is the hub’s keys before it is anything else', () => {
    const [chengdu, barcelona] = [aTown('chengdu'), aTown('barcelona')]
    federate([chengdu, barcelona])
    const argument = ownKeysArgument(chengdu.state)!
    approve(chengdu, 'keys', argument)
    const keys = nextOrder(chengdu.state, chengdu.now)!
    const issued: Order = { ...keys, kind: 'issue', argument: encodeIssueArgument(CV), position: CV }
    expect(record(chengdu, ordering(chengdu, issued))).toEqual(fault('first-is-keys'))
    const thief = { ...chengdu, secrets: { ...chengdu.secrets, order: bytesFor('a thief') } }
    expect(record(chengdu, ordering(thief, keys))).toEqual(fault('signature'))
    expect(record(chengdu, ordering(chengdu, keys))).toHaveProperty('seq')
  })

  test('claims all that has arrived, of every hub, and nothing else', () => {
    const { chengdu, barcelona, towns } = aboutToSend()
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    expect(approve(barcelona, 'issue', encodeIssueArgument(CV))).toHaveProperty('seq')
    const order = nextOrder(barcelona.state, barcelona.now)!
    const claims = [{ hub: chengdu.card.origin, slot: 2 }]
    expect(order).toMatchObject({ claims, position: 31n * CV })
    const changed = (change: Partial<Order>) => record(barcelona, ordering(barcelona, { ...order, ...change }))
    expect(changed({ claims: [], position: CV })).toEqual(fault('claims'))
    expect(changed({ claims: [{ hub: chengdu.card.origin, slot: 1 }] })).toEqual(fault('claims'))
    expect(changed({ claims: [...claims, { hub: barcelona.card.origin, slot: 0 }] })).toEqual(fault('claims'))
    expect(changed({})).toHaveProperty('seq')
    expect(barcelona.state.inbound.get(chengdu.card.origin)).toEqual({ last: 2, claimed: 2, unclaimed: 0n })
    expect(barcelona.state.chain.slots[1]!.claimed).toBe(30n * CV)
  })

  test('claims in the order of the origins’ bytes, whatever the order they were met in', () => {
    const { towns } = aRegion(['chengdu', 'tokyo', 'barcelona'])
    const [chengdu, tokyo, barcelona] = towns
    const hosts = [tokyo, barcelona]
    for (const host of hosts) {
      issue(host, 100n * CV, towns)
      const { id } = owesAward(host, chengdu, `a guest of ${host.name}`)
      recorded(host, awardRequest(host, id), [host.steward])
      deliver(host, chengdu, settle(host, towns), towns)
    }
    approve(chengdu, 'issue', encodeIssueArgument(CV))
    const order = nextOrder(chengdu.state, chengdu.now)!
    expect(order.claims.map(({ hub }) => hub)).toEqual([barcelona.card.origin, tokyo.card.origin])
    const reversed = { ...order, claims: order.claims.toReversed() }
    expect(record(chengdu, ordering(chengdu, reversed))).toEqual(fault('claims'))
    expect(record(chengdu, ordering(chengdu, order))).toHaveProperty('seq')
  })

  test('states the one position that follows', () => {
    const { order, changed } = aboutToSend()
    expect(changed({ position: order.position + 1n })).toEqual(fault('position'))
    expect(changed({ position: 0n })).toEqual(fault('position'))
  })

  test('has outs that are approved requests, word for word, each once', () => {
    const { order, changed, changedOut, chengdu, barcelona } = aboutToSend()
    expect(changedOut({ xid: hexFor('none') })).toEqual(fault('outs'))
    expect(changedOut({ to: hexFor('another') })).toEqual(fault('outs'))
    expect(changedOut({ amount: 31n * CV })).toEqual(fault('outs'))
    expect(changedOut({ destination: chengdu.card.origin })).toEqual(fault('outs'))
    expect(changedOut({ request: 0 })).toEqual(fault('outs'))
    expect(changedOut({ agreement: order.outs[0]!.xid.slice(0, 32) })).toEqual(fault('outs'))
    expect(changedOut({ memo: hexFor('another') })).toEqual(fault('outs'))
    expect(changedOut({ last: 1 })).toEqual(fault('outs'))
    expect(changedOut({ returns: hexFor('nothing that came') })).toEqual(fault('outs'))
    expect(changed({ outs: [order.outs[0]!, order.outs[0]!] })).toEqual(fault('outs'))
    expect(changed({ outs: [] })).toEqual(fault('empty'))
    expect(changed({ argument: Uint8Array.of(1) })).toEqual(fault('argument'))
    expect(barcelona.state.chain.slots.length).toBe(1)
  })

  test('goes out only with the approvals its requests need', () => {
    const { chengdu, request, changed } = aboutToSend()
    // No kind of entry takes an approval away, so this state is one that no log leads to.
    chengdu.state.requests.get(xidIn(chengdu, request))!.approvals.clear()
    expect(changed({})).toEqual(fault('unapproved'))
    expect(nextOrder(chengdu.state, chengdu.now)).toBeNull()
  })

  test('names the slot before it that went to the same city', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const first = owesAward(chengdu, barcelona, 'ana')
    const second = owesAward(chengdu, barcelona, 'joan')
    for (const { id } of [first, second]) recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const together = settle(chengdu, towns)
    const third = owesAward(chengdu, barcelona, 'pau')
    recorded(chengdu, awardRequest(chengdu, third.id), [chengdu.steward])
    const later = settle(chengdu, towns)
    const lasts = (slot: number) => chengdu.state.chain.slots[slot]!.order.outs.map((out) => out.last)
    expect(lasts(together)).toEqual([null, null])
    expect(lasts(later)).toEqual([together])
  })

  test('waits for the certificate of the one before', () => {
    const { chengdu, order } = aboutToSend()
    recorded(chengdu, ordering(chengdu, order))
    const after = { ...order, slot: 3 }
    expect(record(chengdu, ordering(chengdu, after))).toEqual({ code: 'slot-open', slot: 2 })
  })

  test('carries the oldest requests and no more than fit; the others wait for the next', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana, receiver: mei, id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const xids = Array.from({ length: OUTS_MAX + 1 }, () => ask(barcelona, chengdu, ana, mei, 1n))
    const order = nextOrder(barcelona.state, barcelona.now)!
    expect(order.outs.map((out) => out.xid)).toEqual(xids.slice(0, OUTS_MAX))
    settle(barcelona, towns)
    expect(nextOrder(barcelona.state, barcelona.now)!.outs.map((out) => out.xid)).toEqual(xids.slice(OUTS_MAX))
  })

  test('carries as many as its bytes allow where names are long, and what must go back before all else', () => {
    const { towns } = aRegion(['chengdu', 'antananarivo-renivohitra'])
    const [chengdu, far] = towns
    const { guest: ana, id } = owesAward(chengdu, far)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    deliver(chengdu, far, settle(chengdu, towns), towns)
    const nobody = { ...ana, acct: hexFor('nobody') }
    const xids = Array.from({ length: OUTS_MAX }, () => ask(far, chengdu, ana, nobody, 1n))
    deliver(far, chengdu, settle(far, towns), towns)
    for (const xid of xids) recorded(chengdu, { kind: 'x.back', xid }, [chengdu.steward])

    const order = nextOrder(chengdu.state, chengdu.now)!
    const fitting = order.outs.length
    expect(fitting).toBeGreaterThan(200)
    expect(fitting).toBeLessThan(OUTS_MAX)
    expect(order.outs.every(({ returns }) => returns !== null)).toBe(true)
    const fewer = { ...order, outs: order.outs.slice(0, -1), position: order.position + 1n }
    expect(record(chengdu, ordering(chengdu, fewer))).toEqual(fault('returns-left-out'))
    settle(chengdu, towns)
    expect(nextOrder(chengdu.state, chengdu.now)!.outs).toHaveLength(OUTS_MAX - fitting)
  })

  test('fits its bytes however long the names are, and not one out more', () => {
    const { order } = aboutToSend()
    const longest = 'x'.repeat(64)
    const out: Out = {
      ...order.outs[0]!, destination: longest, amount: 2n ** 64n - 1n, request: 2 ** 53 - 1, returns: hexFor('returned'),
      last: 2 ** 53 - 1,
    }
    const claims = Array.from({ length: 128 }, () => ({ hub: longest, slot: 2 ** 53 - 1 }))
    const bare: Order = { ...order, hub: longest, claims, outs: [], position: 2n ** 64n - 1n }
    const outs = outsThatFit(bare, Array.from({ length: OUTS_MAX }, () => out))
    const fullest = { ...bare, outs }
    expect(parseOrder(encodeOrder(fullest))).toEqual(fullest)
    expect(parseOrder(encodeOrder({ ...bare, outs: [...outs, out] }))).toBeNull()
  })
})

describe('an issue', () => {
  test('is what stewards approved, to the unit, and enters the pool with its certificate', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'], { poolMilli: 0n })
    const [chengdu] = towns
    approve(chengdu, 'issue', encodeIssueArgument(CV))
    const order = nextOrder(chengdu.state, chengdu.now)!
    const changed = (change: Partial<Order>) => record(chengdu, ordering(chengdu, { ...order, ...change }))
    expect(changed({ argument: encodeIssueArgument(2n * CV), position: 2n * CV })).toEqual(fault('unapproved'))
    expect(changed({ argument: null })).toEqual(fault('argument'))
    const strayOut: Out = {
      xid: hexFor('x'), destination: hexFor('y'), to: hexFor('z'), amount: 1n, request: 0, agreement: hexFor('a').slice(0, 32),
      memo: hexFor('m'), returns: null, last: null,
    }
    expect(changed({ outs: [strayOut] })).toEqual(fault('outs'))
    expect(changed({})).toHaveProperty('seq')
    expect(chengdu.state.books.pool).toBe(0n)
    certify(chengdu, towns)
    expect(chengdu.state.books.pool).toBe(CV)
    expect(chengdu.state.chain.position).toBe(CV)
  })

  test('stays within a ceiling that is nominal on the first day of each protocol year', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'], { poolMilli: 0n })
    const [chengdu] = towns
    issue(chengdu, 30_000n * CV, towns)
    expect(issueRoom(chengdu.state, dayIn(chengdu))).toBe(0n)
    expect(approve(chengdu, 'issue', encodeIssueArgument(1n))).toEqual(fault('yearly-issue'))
    pass([chengdu], 1)
    chengdu.now += 363 * DAY
    tick(chengdu)
    expect(issueRoom(chengdu.state, dayIn(chengdu))).toBe(0n)
    expect(issueRoom(chengdu.state, 365)).toBe(baseOf(30_000n * CV, globalIndex(chengdu.state.federation!, 365)))
    expect(approve(chengdu, 'issue', encodeIssueArgument(1n))).toEqual(fault('yearly-issue'))
    chengdu.now += DAY
    expect(approve(chengdu, 'issue', encodeIssueArgument(1n))).toHaveProperty('seq')
  })

  test('cannot be written of more than the ceiling, even if it was approved in another year', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'], { poolMilli: 0n })
    const [chengdu] = towns
    chengdu.now += 365 * DAY
    const room = baseOf(30_000n * CV, globalIndex(chengdu.state.federation!, 365))
    approve(chengdu, 'issue', encodeIssueArgument(room))
    const order = nextOrder(chengdu.state, chengdu.now)!
    chengdu.state.chain.issued.set(1, 1n)
    expect(record(chengdu, ordering(chengdu, order))).toEqual(fault('yearly-issue'))
    expect(nextOrder(chengdu.state, chengdu.now)).toBeNull()
  })
})

describe('a certificate', () => {
  test('is for the open slot, by a quorum of the epoch in force', () => {
    const { chengdu, barcelona, towns, order } = aboutToSend()
    expect(record(chengdu, { kind: 'x.cert', slot: 1, epoch: 1, votes: [] })).toEqual({ code: 'nothing-to-certify' })
    recorded(chengdu, ordering(chengdu, order))
    const bytes = chengdu.state.chain.slots[2]!.bytes
    const votes = votesFor(chengdu, bytes, [...towns])
    const certifying = { kind: 'x.cert', slot: 2, epoch: 1, votes } as const
    expect(record(chengdu, { ...certifying, slot: 1 })).toEqual({ code: 'wrong-slot', expected: 2 })
    expect(record(chengdu, { ...certifying, votes: votes.slice(1) })).toEqual({ code: 'bad-certificate' })
    expect(record(chengdu, { ...certifying, votes: [votes[0]!, votes[0]!] })).toEqual({ code: 'bad-certificate' })
    expect(record(chengdu, { ...certifying, epoch: 2 })).toEqual({ code: 'bad-certificate' })
    const elsewhere = votesFor(chengdu, barcelona.state.chain.slots[0]!.bytes, [...towns])
    expect(record(chengdu, { ...certifying, votes: elsewhere })).toEqual({ code: 'bad-certificate' })
    expect(record(chengdu, certifying)).toHaveProperty('seq')
    expect(record(chengdu, certifying)).toEqual({ code: 'nothing-to-certify' })
    const lone = aTown('lone')
    expect(record(lone, certifying)).toEqual({ code: 'no-federation' })
    expect(record(lone, ordering(chengdu, order))).toEqual({ code: 'no-federation' })
  })

  test('a chain begins with the keys of every town', () => {
    const [chengdu, barcelona] = [aTown('chengdu'), aTown('barcelona')]
    federate([chengdu, barcelona])
    openChains([chengdu, barcelona])
    expect([chengdu, barcelona].map(({ state }) => state.chain.keys)).toEqual([0, 0])
  })
})
