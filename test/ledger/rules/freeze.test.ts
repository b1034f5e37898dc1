import { describe, expect, test } from 'vitest'
import { utf8 } from '#ledger/bytes.ts'
import { federationFaultsOf } from '#ledger/audit/conservation.ts'
import { resources } from '#ledger/charter/charter.ts'
import { encodeEvidence, verifyEvidence } from '#ledger/evidence/evidence.ts'
import type { FreezingKind } from '#ledger/evidence/offence.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import { requestsReady } from '#ledger/rules/transfer.ts'
import { roomFrom } from '#ledger/rules/trust.ts'
import { aBooking, anAgreement } from '#test/support/people.ts'
import {
  acknowledge, aMember, aRegion, arrival, ask, type Asked, aTown, awardRequest, CV, dayIn, deliver, hexFor,
  idFor, owesAward, PLAIN_TRUST, record, recorded, settle, type Town, xidIn,
} from '#test/support/towns.ts'
import { branchOf, evidenceOfEach } from '#test/support/two-histories.ts'

/** What a town that shows two histories is convicted by; its own log goes on as `liar` has it. */
function evidenceAgainst(liar: Town): ReturnType<typeof evidenceOfEach> {
  const one = branchOf(liar)
  const other = branchOf(liar)
  for (const name of ['x', 'y']) aMember(one, name)
  for (const name of ['u', 'v', 'w']) aMember(other, name)
  return evidenceOfEach({ one, other }, [], liar.entries.length)
}

const freezing = (liar: Town, evidence: Evidence = evidenceAgainst(liar).E2): Asked<'hub.frozen'> =>
  ({ kind: 'hub.frozen', hub: liar.card.origin, evidence: utf8(encodeEvidence(evidence)) })

const allInOrder = (towns: Town[]) => expect(federationFaultsOf(towns.map((town) => town.state))).toEqual([])

/** Chengdu has sent Ana of Barcelona her award; it is certified and has not arrived. */
function onItsWay() {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const { guest: ana, id } = owesAward(chengdu, barcelona)
  const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  const slot = settle(chengdu, towns)
  return { towns, chengdu, barcelona, ana, slot, xid: xidIn(chengdu, request) }
}

test('a guest from a frozen city books nothing here any more, and is not helped', () => {
  const { chengdu, barcelona, ana } = onItsWay()
  const mei = aMember(chengdu, 'mei')
  const wishes = [aBooking(chengdu, mei, ana, { resource: resources.tool }), anAgreement(chengdu, mei, ana)]
  recorded(chengdu, freezing(barcelona))
  for (const wish of wishes) expect(record(chengdu, wish, [mei, ana])).toEqual({ code: 'hub-frozen', hub: barcelona.card.origin })
})

describe('a hub is frozen', () => {
  const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
  const each = evidenceAgainst(chengdu)

  test.each(Object.keys(each) as FreezingKind[])('by evidence of kind %s, which stands in the record', (kind) => {
    const town = branchOf(barcelona)
    const { seq } = recorded(town, freezing(chengdu, each[kind]))
    const verdict = verifyEvidence(encodeEvidence(each[kind]))
    expect(town.state.frozen.get(chengdu.card.origin))
      .toEqual({ kind, evidence: verdict.ok ? verdict.offence.id : '', seq, ts: town.now })
  })

  test('once, by this hub, and only a member of its federation that is not itself', () => {
    const town = branchOf(barcelona)
    const frozen = freezing(chengdu)
    const { origin } = chengdu.card
    expect(record(town, frozen, [town.steward])).toEqual({ code: 'unknown-member', member: town.steward.acct })
    expect(record(town, freezing(barcelona))).toEqual({ code: 'own-hub' })
    const stranger = aTown('tokyo')
    expect(record(town, freezing(stranger))).toEqual({ code: 'unknown-hub', hub: stranger.card.origin })
    expect(record(aTown('lone'), frozen)).toEqual({ code: 'no-federation' })
    recorded(town, frozen)
    expect(record(town, frozen)).toEqual({ code: 'hub-frozen', hub: origin })
    expect(record(town, freezing(chengdu, each.E1))).toEqual({ code: 'hub-frozen', hub: origin })
  })

  test('by nothing that does not convict it', () => {
    const text = encodeEvidence(each.E2)
    const shownAs = (evidence: string | Uint8Array) => record(branchOf(barcelona), {
      ...freezing(chengdu), evidence: typeof evidence === 'string' ? utf8(evidence) : evidence,
    })
    const bad = { code: 'bad-evidence' }
    expect(shownAs('')).toEqual(bad)
    expect(shownAs(Uint8Array.of(0xff))).toEqual(bad)
    expect(shownAs(text.slice(0, -2))).toEqual(bad)
    expect(shownAs(`${text}\n`)).toEqual(bad)
    expect(shownAs(text.replace('two histories', 'six histories'))).toEqual(bad)
    expect(shownAs(encodeEvidence(evidenceAgainst(aTown('tokyo')).E2))).toEqual(bad)
    expect(record(branchOf(barcelona), { ...freezing(barcelona), hub: chengdu.card.origin })).toEqual(bad)
  })
})

describe('from a frozen hub', () => {
  test('what arrives is taken in and suspended, before anything else is asked about it', () => {
    const { towns, chengdu, barcelona, slot, xid } = onItsWay()
    recorded(barcelona, freezing(chengdu))
    expect(record(barcelona, arrival(chengdu, barcelona, slot, towns, ['credit']))).toEqual({ code: 'wrong-dispositions' })
    deliver(chengdu, barcelona, slot, towns)
    expect(barcelona.state.arrivals.get(xid)).toMatchObject({ disposition: 'frozen', phase: 'suspended', left: 30n * CV })
    expect(roomFrom(barcelona.state, chengdu.card.origin, dayIn(barcelona))).toBe(0n)
    allInOrder(towns)
  })

  test('and trust has ended: a frozen city is trusted with nothing, whatever a steward says', () => {
    const { chengdu, barcelona } = onItsWay()
    recorded(barcelona, freezing(chengdu))
    const peer = chengdu.card.origin
    expect(barcelona.state.trust.get(peer)).toMatchObject({ exposure: 0n, exposureMilli: 0n })
    const set = { kind: 'trust.set', ...PLAIN_TRUST, peer, transferMaxMilli: CV } as const
    expect(record(barcelona, { ...set, exposureMilli: 1n }, [barcelona.steward])).toEqual({ code: 'hub-frozen', hub: peer })
    recorded(barcelona, { ...set, exposureMilli: 0n }, [barcelona.steward])
  })

  test('what had been credited before stays', () => {
    const { towns, chengdu, barcelona, ana, slot } = onItsWay()
    deliver(chengdu, barcelona, slot, towns)
    recorded(barcelona, freezing(chengdu))
    expect(barcelona.state.members.get(ana.acct)!.account.global).toBe(30n * CV)
    allInOrder(towns)
  })

  test('nothing is suspended before the freeze stands in the record', () => {
    const { towns, chengdu, barcelona, slot } = onItsWay()
    expect(record(barcelona, arrival(chengdu, barcelona, slot, towns, ['frozen']))).toEqual({ code: 'wrong-dispositions' })
  })

  test('a transfer of ours that comes back is its owner’s again', () => {
    const { towns, chengdu, barcelona, slot, xid } = onItsWay()
    recorded(barcelona, { kind: 'trust.set', ...PLAIN_TRUST, peer: chengdu.card.origin, exposureMilli: 0n, transferMaxMilli: 3000n * CV }, [barcelona.steward])
    const arrived = deliver(chengdu, barcelona, slot, towns)
    recorded(barcelona, { kind: 'x.back', xid }, [barcelona.steward])
    acknowledge(chengdu, barcelona, slot, arrived)
    const back = settle(barcelona, towns)
    recorded(chengdu, freezing(barcelona))
    deliver(barcelona, chengdu, back, towns)
    expect(chengdu.state.requests.get(xid)!.phase).toBe('returned')
    allInOrder(towns)
  })
})

describe('to a frozen hub', () => {
  test('nobody asks to send anything', () => {
    const { towns, chengdu, barcelona, ana, slot } = onItsWay()
    deliver(chengdu, barcelona, slot, towns)
    const terms = { kind: 'x.req', source: 0, to: chengdu.steward.acct, destination: chengdu.card.origin } as const
    const own = { agreement: idFor('a stay'), awardMilli: 0n, memo: hexFor('memo'), expDay: dayIn(barcelona) }
    recorded(barcelona, freezing(chengdu))
    expect(record(barcelona, { ...terms, ...own, amount: 1n * CV }, [ana])).toEqual({ code: 'hub-frozen', hub: chengdu.card.origin })
  })

  test('what was asked and not ordered is called off, and its value given back; what was ordered goes on', () => {
    const { towns, chengdu, barcelona, ana, slot } = onItsWay()
    deliver(chengdu, barcelona, slot, towns)
    const global = () => barcelona.state.members.get(ana.acct)!.account.global
    const first = ask(barcelona, chengdu, ana, chengdu.steward, 5n * CV)
    settle(barcelona, towns)
    const second = ask(barcelona, chengdu, ana, chengdu.steward, 7n * CV)
    expect(global()).toBe(18n * CV)

    recorded(barcelona, freezing(chengdu))
    expect([first, second].map((xid) => barcelona.state.requests.get(xid)!.phase)).toEqual(['certified', 'cancelled'])
    expect(global()).toBe(25n * CV)
    expect(requestsReady(barcelona.state)).toEqual([])
    allInOrder(towns)
  })

  test('a guest’s award stays due', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const { id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    recorded(chengdu, freezing(barcelona))
    expect(chengdu.state.agreements.get(id)!.guestDue).toMatchObject({ xid: null })
    expect(record(chengdu, awardRequest(chengdu, id), [chengdu.steward])).toEqual({ code: 'hub-frozen', hub: barcelona.card.origin })
  })
})
