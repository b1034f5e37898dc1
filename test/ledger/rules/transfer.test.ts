import { describe, expect, test } from 'vitest'
import { roles } from '#ledger/charter/charter.ts'
import type { Entry } from '#ledger/entry.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { approvalsNeeded, requestsReady } from '#ledger/rules/transfer.ts'
import { appoint } from '#test/support/council.ts'
import {
  aMember, aRegion, aTown, awardRequest, type Asked, CV, DAY, dayIn, deliver, federate, hexFor, idFor, issue, openChains,
  ordering, owesAward, pass, type Person, record, recorded, settle, tick, type Town, xidIn,
} from '#test/support/towns.ts'

/** Ana of Barcelona has earned 30 Global in Chengdu and may send them. */
function aRegionWhereAnaHasEarned() {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const { guest: ana, receiver: mei, id } = owesAward(chengdu, barcelona)
  recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  deliver(chengdu, barcelona, settle(chengdu, towns), towns)
  return { towns, chengdu, barcelona, ana, mei }
}

const asking = (town: Town, to: Person, destination: Town, change: Partial<Asked<'x.req'>> = {}): Asked<'x.req'> => ({
  kind: 'x.req', source: 0, to: to.acct, destination: destination.card.origin, amount: 10n * CV, agreement: idFor('a stay'),
  awardMilli: 0n, memo: hexFor('memo'), expDay: dayIn(town) + 3, ...change,
})

const approving = (town: Town, request: Entry, change: Partial<Asked<'x.appr'>> = {}): Asked<'x.appr'> => {
  const { destination, to, amount, expDay } = town.state.requests.get(xidIn(town, request))!.terms
  return { kind: 'x.appr', xid: xidIn(town, request), destination, to, amount, expDay, ...change }
}

const globalOf = (town: Town, person: Person) => {
  const { global, globalHeld } = town.state.members.get(person.acct)!.account
  return [global, globalHeld]
}

describe('a member’s request', () => {
  test('sets the value aside at once, and an order carries it when a steward has approved', () => {
    const { barcelona, chengdu, ana, mei, towns } = aRegionWhereAnaHasEarned()
    const request = recorded(barcelona, asking(barcelona, mei, chengdu), [ana])
    expect(globalOf(barcelona, ana)).toEqual([20n * CV, 10n * CV])
    expect(requestsReady(barcelona.state)).toEqual([])
    recorded(barcelona, approving(barcelona, request), [barcelona.steward])
    expect(requestsReady(barcelona.state).map(({ xid }) => xid)).toEqual([xidIn(barcelona, request)])
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    expect(globalOf(barcelona, ana)).toEqual([20n * CV, 0n])
    expect(globalOf(chengdu, mei)).toEqual([10n * CV, 0n])
  })

  test('is refused without a federation, before the keys are certified, and to a hub that is none', () => {
    const lone = aTown('lone')
    const [chengdu, barcelona] = [aTown('chengdu'), aTown('barcelona')]
    const anyone = aMember(barcelona, 'anyone')
    federate([chengdu, barcelona])
    const terms = asking(barcelona, anyone, chengdu)
    expect(record(lone, terms, [lone.steward])).toEqual({ code: 'no-federation' })
    expect(record(barcelona, terms, [anyone])).toEqual({ code: 'no-keys-yet' })
    openChains([chengdu, barcelona])
    expect(record(barcelona, { ...terms, destination: lone.card.origin }, [anyone]))
      .toEqual({ code: 'unknown-hub', hub: lone.card.origin })
    expect(record(barcelona, { ...terms, destination: barcelona.card.origin }, [anyone])).toEqual({ code: 'own-hub' })
    expect(record(barcelona, terms, [anyone]))
      .toEqual({ code: 'insufficient-cv', availableMilli: 0n, askedMilli: 10n * CV })
  })

  test('names an amount, an agreement and a last day within thirty, and claims to be no award', () => {
    const { barcelona, chengdu, ana, mei } = aRegionWhereAnaHasEarned()
    const refusalOf = (change: Partial<Asked<'x.req'>>) => record(barcelona, asking(barcelona, mei, chengdu, change), [ana])
    const today = dayIn(barcelona)
    expect(refusalOf({ amount: 0n })).toEqual({ code: 'nothing-asked' })
    expect(refusalOf({ agreement: '0'.repeat(32) })).toEqual({ code: 'unknown-agreement', agreement: '0'.repeat(32) })
    expect(refusalOf({ awardMilli: 1n })).toEqual({ code: 'not-an-award' })
    pass([barcelona], 1)
    expect(refusalOf({ expDay: today })).toEqual({ code: 'bad-expiry' })
    expect(refusalOf({ expDay: today + 32 })).toEqual({ code: 'bad-expiry' })
    expect(refusalOf({ expDay: today + 31 })).toHaveProperty('seq')
    expect(refusalOf({ expDay: today + 1 })).toHaveProperty('seq')
  })

  test('cannot send what is not there, nor what is set aside already', () => {
    const { barcelona, chengdu, ana, mei } = aRegionWhereAnaHasEarned()
    const all = asking(barcelona, mei, chengdu, { amount: 30n * CV })
    expect(record(barcelona, { ...all, amount: 30n * CV + 1n }, [ana])).toMatchObject({ code: 'insufficient-cv' })
    recorded(barcelona, all, [ana])
    expect(record(barcelona, { ...all, amount: 1n }, [ana]))
      .toEqual({ code: 'insufficient-cv', availableMilli: 0n, askedMilli: 1n })
  })

  test('is approved on exactly its own terms, by each steward once', () => {
    const { barcelona, chengdu, ana, mei } = aRegionWhereAnaHasEarned()
    const request = recorded(barcelona, asking(barcelona, mei, chengdu), [ana])
    const xid = xidIn(barcelona, request)
    const refusalOf = (change: Partial<Asked<'x.appr'>>, by = barcelona.steward) =>
      record(barcelona, approving(barcelona, request, change), [by])
    expect(refusalOf({ xid: hexFor('another') })).toEqual({ code: 'unknown-transfer', xid: hexFor('another') })
    const mismatch = { code: 'transfer-mismatch', xid }
    expect(refusalOf({ amount: 11n * CV })).toEqual(mismatch)
    expect(refusalOf({ to: ana.acct })).toEqual(mismatch)
    expect(refusalOf({ destination: barcelona.card.origin })).toEqual(mismatch)
    expect(refusalOf({ expDay: dayIn(barcelona) })).toEqual(mismatch)
    expect(refusalOf({}, ana)).toEqual({ code: 'not-a-steward' })
    expect(refusalOf({})).toHaveProperty('seq')
    expect(refusalOf({})).toEqual({ code: 'already-approved' })
  })

  test('is approved by who is a steward when the order is written; the word of one who has resigned is none', () => {
    const { barcelona, chengdu, ana, mei } = aRegionWhereAnaHasEarned()
    const two = aMember(barcelona, 'two')
    appoint(barcelona, two)
    const request = recorded(barcelona, asking(barcelona, mei, chengdu), [ana])
    recorded(barcelona, approving(barcelona, request), [two])
    const order = nextOrder(barcelona.state, barcelona.now)!
    expect(order.outs).toHaveLength(1)
    recorded(barcelona, { kind: 'role.ended', member: two.acct, role: roles.steward }, [two])
    expect(requestsReady(barcelona.state)).toEqual([])
    expect(record(barcelona, ordering(barcelona, order))).toEqual({ code: 'bad-order', because: 'unapproved' })
    recorded(barcelona, approving(barcelona, request), [barcelona.steward])
    expect(record(barcelona, ordering(barcelona, order))).toHaveProperty('seq')
  })

  test('can be called off by who asked, until an order carries it', () => {
    const { barcelona, chengdu, ana, mei, towns } = aRegionWhereAnaHasEarned()
    const first = recorded(barcelona, asking(barcelona, mei, chengdu), [ana])
    const cancel = (request: Entry, by: Person) =>
      record(barcelona, { kind: 'x.cancel', xid: xidIn(barcelona, request) }, [by])
    expect(cancel(first, barcelona.steward)).toEqual({ code: 'not-a-party' })
    expect(cancel(first, ana)).toHaveProperty('seq')
    expect(globalOf(barcelona, ana)).toEqual([30n * CV, 0n])
    expect(cancel(first, ana)).toEqual({ code: 'wrong-phase', phase: 'cancelled' })
    expect(record(barcelona, approving(barcelona, first), [barcelona.steward]))
      .toEqual({ code: 'wrong-phase', phase: 'cancelled' })
    expect(record(barcelona, { kind: 'x.cancel', xid: hexFor('none') }, [ana]))
      .toEqual({ code: 'unknown-transfer', xid: hexFor('none') })

    const second = recorded(barcelona, asking(barcelona, mei, chengdu), [ana])
    recorded(barcelona, approving(barcelona, second), [barcelona.steward])
    settle(barcelona, towns)
    expect(cancel(second, ana)).toEqual({ code: 'wrong-phase', phase: 'certified' })
  })

  test('lapses by itself at the midnight after its last day, and not before', () => {
    const { barcelona, chengdu, ana, mei } = aRegionWhereAnaHasEarned()
    const request = recorded(barcelona, asking(barcelona, mei, chengdu, { expDay: dayIn(barcelona) + 1 }), [ana])
    recorded(barcelona, approving(barcelona, request), [barcelona.steward])
    const { requests } = barcelona.state
    pass([barcelona], 1)
    expect(requests.get(xidIn(barcelona, request))!.phase).toBe('asked')
    pass([barcelona], 1)
    expect(requests.get(xidIn(barcelona, request))!.phase).toBe('expired')
    expect(globalOf(barcelona, ana)).toEqual([30n * CV, 0n])
    expect(requestsReady(barcelona.state)).toEqual([])
  })

  test('an order that went out before the deadline is not undone by it', () => {
    const { barcelona, chengdu, ana, mei, towns } = aRegionWhereAnaHasEarned()
    const request = recorded(barcelona, asking(barcelona, mei, chengdu, { expDay: dayIn(barcelona) }), [ana])
    recorded(barcelona, approving(barcelona, request), [barcelona.steward])
    settle(barcelona, towns)
    pass([barcelona], 2)
    expect(barcelona.state.requests.get(xidIn(barcelona, request))!.phase).toBe('certified')
  })
})

describe('a request from the pool', () => {
  test('pays exactly the award that is due, once, and the asking steward’s signature approves it', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const { id } = owesAward(chengdu, barcelona)
    const terms = awardRequest(chengdu, id)
    expect(terms).toMatchObject({ amount: 30n * CV, awardMilli: 90n * CV })
    const request = recorded(chengdu, terms, [chengdu.steward])
    expect(chengdu.state.books).toMatchObject({ pool: 9_970n * CV, poolHeld: 30n * CV })
    expect(requestsReady(chengdu.state).length).toBe(1)
    expect(record(chengdu, approving(chengdu, request), [chengdu.steward])).toEqual({ code: 'already-approved' })
    expect(record(chengdu, terms, [chengdu.steward])).toEqual({ code: 'no-award-due', agreement: id })
  })

  test('is refused to anybody but a steward, and for anything but what is due', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
    const { receiver: mei, id, guest } = owesAward(chengdu, barcelona)
    const terms = awardRequest(chengdu, id)
    const refusalOf = (change: Partial<Asked<'x.req'>>, by = chengdu.steward) => record(chengdu, { ...terms, ...change }, [by])
    expect(refusalOf({}, mei)).toEqual({ code: 'not-a-steward' })
    expect(refusalOf({ agreement: idFor('none') })).toEqual({ code: 'unknown-agreement', agreement: idFor('none') })
    expect(refusalOf({ amount: terms.amount + 1n })).toEqual({ code: 'other-amount', expected: 30n * CV })
    expect(refusalOf({ to: mei.acct })).toMatchObject({ code: 'transfer-mismatch' })
    expect(refusalOf({ awardMilli: 91n * CV })).toMatchObject({ code: 'transfer-mismatch' })
    const tokyo = aTown('tokyo').card.origin
    expect(refusalOf({ destination: tokyo })).toMatchObject({ code: 'transfer-mismatch' })

    const ours = aMember(chengdu, 'bo')
    const unpaid = idFor('an agreement among members')
    const begins = chengdu.now + 60
    recorded(chengdu, {
      kind: 'agreement.made', id: unpaid, listing: idFor('a need'), helper: ours.acct, receiver: mei.acct, category: 1,
      minutes: 60, begins, ends: begins + 3600, terms: hexFor('terms'), charter: 0,
    }, [ours, mei])
    expect(refusalOf({ agreement: unpaid })).toEqual({ code: 'no-award-due', agreement: unpaid })
    expect(guest.acct).toBe(terms.to)
  })

  test('waits until the pool can pay', () => {
    const { towns } = aRegion(['chengdu', 'barcelona'], { poolMilli: 29n * CV })
    const [chengdu, barcelona] = towns
    const { id } = owesAward(chengdu, barcelona)
    expect(record(chengdu, awardRequest(chengdu, id), [chengdu.steward]))
      .toEqual({ code: 'pool-too-small', availableMilli: 29n * CV, askedMilli: 30n * CV })
    issue(chengdu, CV, towns)
    expect(record(chengdu, awardRequest(chengdu, id), [chengdu.steward])).toHaveProperty('seq')
  })

  test('called off by a steward or lapsed, it gives the pool its value back and the award falls due again', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const { receiver: mei, id } = owesAward(chengdu, barcelona)
    const first = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    const cancel = { kind: 'x.cancel', xid: xidIn(chengdu, first) } as const
    expect(record(chengdu, cancel, [mei])).toEqual({ code: 'not-a-steward' })
    recorded(chengdu, cancel, [chengdu.steward])
    expect(chengdu.state.books).toMatchObject({ pool: 10_000n * CV, poolHeld: 0n })
    recorded(chengdu, { ...awardRequest(chengdu, id), expDay: dayIn(chengdu) }, [chengdu.steward])
    chengdu.now += DAY
    tick(chengdu)
    expect(chengdu.state.books).toMatchObject({ pool: 10_000n * CV, poolHeld: 0n })
    expect(record(chengdu, awardRequest(chengdu, id), [chengdu.steward])).toHaveProperty('seq')
  })
})

test('larger transfers need more stewards, but never more than there are', () => {
  const { chengdu, barcelona, ana, mei } = aRegionWhereAnaHasEarned()
  const request = recorded(barcelona, asking(barcelona, mei, chengdu), [ana])
  const asked = barcelona.state.requests.get(xidIn(barcelona, request))!
  const needed = (amount: bigint) => approvalsNeeded(barcelona.state, { ...asked, terms: { ...asked.terms, amount } })
  expect([1_000n * CV, 1_001n * CV, 50_000n * CV].map(needed)).toEqual([1, 1, 1])
  appoint(barcelona, aMember(barcelona, 'two'), aMember(barcelona, 'three'))
  expect([1_000n * CV, 1_000n * CV + 1n, 5_000n * CV, 5_000n * CV + 1n].map(needed)).toEqual([1, 2, 2, 3])
})
