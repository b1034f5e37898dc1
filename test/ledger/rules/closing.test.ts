import { describe, expect, test } from 'vitest'
import { closingOrder } from '#ledger/federation/closing.ts'
import { faultsOf, federationFaultsOf } from '#ledger/audit/conservation.ts'
import { encodeOrder, orderIdOf, parseOrder, POOL_ACCOUNT } from '#ledger/federation/federation.ts'
import { heirOf } from '#ledger/rules/closing.ts'
import { nextOrder, ownKeysArgument, returnsDue } from '#ledger/rules/order.ts'
import { bequeath, certifiedWill, close, closing, closingOf, leftBy, takeLeft, withoutThem } from '#test/support/closing.ts'
import {
  adoption, aMember, aRegion, arrival, ask, aTown, certify, CV, dayIn, deliver, federate, firstDocument, idFor, issue, join, moving,
  nextDocument, openChains, ordering, pass, type Person, PLAIN_TRUST, record, recorded, settle, tick, type Town,
} from '#test/support/towns.ts'

const global = (town: Town, who: Person): bigint => town.state.members.get(who.acct)!.account.global
const inOrder = (...towns: Town[]): void => {
  expect(federationFaultsOf(towns.map(({ state }) => state))).toEqual([])
  for (const town of towns) expect(faultsOf(town.state)).toEqual([])
}

/**
 * Chengdu and Barcelona. Mei of Chengdu has 40 CV Global, Ana of Barcelona 30, which came from Chengdu; Barcelona has
 * said that Chengdu takes over.
 */
function twoCities(names: ['chengdu', 'barcelona', ...string[]] = ['chengdu', 'barcelona']) {
  const { towns, history } = aRegion(names)
  const [chengdu, barcelona] = towns as unknown as [Town, Town]
  const mei = aMember(chengdu, 'mei')
  const ana = aMember(barcelona, 'ana')
  recorded(chengdu, { kind: 'pool.granted', member: mei.acct, amountMilli: 70n * CV, reason: idFor('a reason').repeat(2) }, [chengdu.steward])
  ask(chengdu, barcelona, mei, ana, 30n * CV)
  const slot = settle(chengdu, towns)
  deliver(chengdu, barcelona, slot, towns)
  bequeath(barcelona, chengdu, towns)
  return { towns: towns as Town[], history, chengdu, barcelona, mei, ana }
}

describe('a city that is gone for good', () => {
  test('leaves what it held to the city it named, and of two the other trades again alone', () => {
    const { chengdu, barcelona } = twoCities()
    pass([chengdu], 31)
    const before = chengdu.state.books.pool
    const held = barcelona.state.chain.position
    expect(held).toBe(30n * CV)
    close([chengdu], [barcelona])
    expect(heirOf(chengdu.state.federation!, barcelona.card.origin)).toBe(chengdu.card.origin)
    takeLeft(barcelona, chengdu)
    expect(chengdu.state.books.pool).toBe(before + held)
    inOrder(chengdu, barcelona)
    issue(chengdu, 5n * CV, [chengdu])
    expect(chengdu.state.chain.slots.at(-1)!.certified).toBe(true)
    inOrder(chengdu, barcelona)
    expect(record(chengdu, { kind: 'trust.set', ...PLAIN_TRUST, peer: barcelona.card.origin, exposureMilli: 1n, transferMaxMilli: 1n }, [chengdu.steward]))
      .toEqual({ code: 'unknown-hub', hub: barcelona.card.origin })
  })

  test('gives back what was on its way to it, certified or not, and what was asked is its owner’s again', () => {
    const { towns, chengdu, barcelona, mei, ana } = twoCities()
    const before = global(chengdu, mei)
    const first = ask(chengdu, barcelona, mei, ana, 5n * CV)
    settle(chengdu, towns)
    const second = ask(chengdu, barcelona, mei, ana, 6n * CV)
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    const third = ask(chengdu, barcelona, mei, ana, 7n * CV)
    pass([chengdu], 31)
    close([chengdu], [barcelona])
    expect(chengdu.state.requests.get(third)!.phase).toMatch(/cancelled|expired/)
    takeLeft(barcelona, chengdu)
    for (const xid of [first, second]) expect(chengdu.state.requests.get(xid)!.phase).toBe('returned')
    expect(global(chengdu, mei)).toBe(before)
    inOrder(chengdu, barcelona)
    // Its vote is not needed any more, and the order that it left open goes nowhere.
    certify(chengdu, [chengdu])
    expect(chengdu.state.requests.get(second)!.phase).toBe('returned')
    inOrder(chengdu, barcelona)
  })

  test('gives back what it had suspended, and keeps what it had credited though it never said so', () => {
    const { towns, chengdu, barcelona, mei, ana } = twoCities()
    recorded(barcelona, { kind: 'trust.set', ...PLAIN_TRUST, peer: chengdu.card.origin, exposureMilli: 33n * CV, transferMaxMilli: 3000n * CV }, [barcelona.steward])
    const credited = ask(chengdu, barcelona, mei, ana, 2n * CV)
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    const suspended = ask(chengdu, barcelona, mei, ana, 20n * CV)
    deliver(chengdu, barcelona, settle(chengdu, towns), towns)
    expect(barcelona.state.arrivals.get(suspended)!.phase).toBe('suspended')
    pass([chengdu], 31)
    close([chengdu], [barcelona])
    expect(chengdu.state.requests.get(credited)!.phase).toBe('credited')
    const before = global(chengdu, mei)
    takeLeft(barcelona, chengdu)
    expect(global(chengdu, mei)).toBe(before + 20n * CV)
    expect(chengdu.state.chain.slots.every(({ order, acknowledged }) =>
      order.outs.every(({ destination }) => acknowledged.has(destination)))).toBe(true)
    inOrder(chengdu, barcelona)
  })

  test('of three the two others are left, and what waits of it goes to the city it named', () => {
    const { towns, chengdu, barcelona, ana } = twoCities(['chengdu', 'barcelona', 'tokyo'])
    const tokyo = towns[2]!
    const taro = aMember(tokyo, 'taro')
    recorded(tokyo, { kind: 'trust.set', ...PLAIN_TRUST, peer: barcelona.card.origin, exposureMilli: 1n, transferMaxMilli: 3000n * CV }, [tokyo.steward])
    const xid = ask(barcelona, tokyo, ana, taro, 4n * CV)
    deliver(barcelona, tokyo, settle(barcelona, towns), towns)
    expect(tokyo.state.arrivals.get(xid)!.phase).toBe('suspended')
    pass([chengdu, tokyo], 31)
    // Thirty days are over there as well: it must go back, and there is nobody to take it back.
    expect(returnsDue(tokyo.state).map((one) => one.xid)).toEqual([xid])
    close([chengdu, tokyo], [barcelona])
    takeLeft(barcelona, chengdu)
    const slot = settle(tokyo, [chengdu, tokyo])
    const [out] = tokyo.state.chain.slots[slot]!.order.outs
    expect(out).toMatchObject({ destination: chengdu.card.origin, to: POOL_ACCOUNT, amount: 4n * CV, returns: xid })
    const before = chengdu.state.books.pool
    recorded(chengdu, arrival(tokyo, chengdu, slot, [chengdu, tokyo]))
    expect(chengdu.state.books.pool).toBe(before + 4n * CV)
    inOrder(chengdu, barcelona, tokyo)
  })

  test('an order that it had sealed and nobody has taken in is void, whoever voted for it', () => {
    const { towns, chengdu, barcelona, mei, ana } = twoCities()
    ask(barcelona, chengdu, ana, mei, 9n * CV)
    recorded(barcelona, ordering(barcelona, nextOrder(barcelona.state, barcelona.now)!))
    const open = barcelona.state.chain.slots.at(-1)!
    const late = arrival(barcelona, chengdu, open.order.slot, towns)
    pass([chengdu], 31)
    const before = chengdu.state.books.pool
    close([chengdu], [barcelona])
    takeLeft(barcelona, chengdu)
    expect(chengdu.state.books.pool).toBe(before + 30n * CV)
    expect(record(chengdu, { ...late, dispositions: ['credit'] })).toEqual({ code: 'bad-certificate' })
    inOrder(chengdu, barcelona)
  })

  test('an order of it that somebody has taken in counts, though its own log never said so', () => {
    const { towns, chengdu, barcelona, mei, ana } = twoCities()
    ask(barcelona, chengdu, ana, mei, 9n * CV)
    recorded(barcelona, ordering(barcelona, nextOrder(barcelona.state, barcelona.now)!))
    const open = barcelona.state.chain.slots.at(-1)!
    deliver(barcelona, chengdu, open.order.slot, towns)
    const ending = { closed: barcelona.state, living: [chengdu.state], heir: chengdu.card.origin, day: dayIn(chengdu) }
    const order = closingOrder(ending)
    if (typeof order === 'string') throw new Error(order)
    expect(order.slot).toBe(open.order.slot + 1)
    expect(order.outs.map(({ amount }) => amount)).toEqual([21n * CV])
  })
})

describe('a document that closes a hub', () => {
  test('is refused without a will of that hub, before it was silent for thirty days, and with another heir', () => {
    const { chengdu, barcelona } = twoCities()
    const hub = barcelona.card.origin
    const early = closing([chengdu], [barcelona], withoutThem([chengdu], [closingOf(barcelona, [chengdu])]))
    pass([chengdu], 29)
    expect(record(chengdu, early)).toEqual({ code: 'not-silent', hub })
    pass([chengdu], 2)
    const good = closing([chengdu], [barcelona], withoutThem([chengdu], [closingOf(barcelona, [chengdu])]))
    expect(record(chengdu, { ...good, wills: [] })).toEqual({ code: 'no-will', hub })
    expect(record(chengdu, { ...good, wills: [certifiedWill(chengdu)] })).toEqual({ code: 'no-will', hub })
    const [will] = good.wills
    expect(record(chengdu, { ...good, wills: [{ ...will!, votes: will!.votes.slice(1) }] })).toEqual({ code: 'no-will', hub })
    expect(record(chengdu, { ...good, wills: [will!, will!] })).toEqual({ code: 'bad-document' })
    expect(record(chengdu, good)).toHaveProperty('seq')
  })

  test('needs every other member, though a quorum could add one, and reports of them all', () => {
    const { towns, chengdu, barcelona } = twoCities(['chengdu', 'barcelona', 'tokyo', 'lisbon', 'osaka'])
    const living = towns.filter((town) => town !== barcelona)
    pass(living, 31)
    const whole = closing(living, [barcelona], withoutThem(living, [closingOf(barcelona, living)]))
    expect(record(chengdu, { ...whole, signatures: whole.signatures.slice(1) })).toEqual({ code: 'signatures-missing', needed: 4, got: 3 })
    expect(record(chengdu, { ...whole, reports: whole.reports.slice(1) })).toEqual({ code: 'reports-missing', needed: 4, got: 3 })
    expect(whole.signatures.map(({ hub }) => hub)).toEqual([0, 2, 3, 4])
    for (const town of living) recorded(town, whole)
    expect(chengdu.state.federation!.documents[1]!.document.members.length).toBe(4)
    // Four are left, of whom three are a quorum.
    issue(chengdu, CV, living)
    expect(chengdu.state.chain.slots.at(-1)!.certified).toBe(true)
  })

  test('ends the chain in the slot after its last certified one, and in no other', () => {
    const { chengdu, barcelona } = twoCities()
    pass([chengdu], 31)
    const one = closingOf(barcelona, [chengdu])
    const order = parseOrder(one.order)!
    const refusalOf = (change: Partial<typeof order>) => {
      const changed = { ...one, order: encodeOrder({ ...order, ...change }) }
      return record(chengdu, closing([chengdu], [barcelona], withoutThem([chengdu], [changed])))
    }
    const bad = { code: 'bad-document' }
    expect(refusalOf({ slot: order.slot + 1 })).toEqual(bad)
    expect(refusalOf({ previous: new Uint8Array(32) })).toEqual(bad)
    expect(refusalOf({ position: 1n })).toEqual(bad)
    expect(refusalOf({ kind: 'out' })).toEqual(bad)
    expect(refusalOf({ hub: chengdu.card.origin })).toEqual(bad)
    expect(refusalOf({ day: order.day + 1 })).toEqual(bad)
    expect(refusalOf({})).toHaveProperty('seq')
  })

  test('closes a city on the day it announced ninety days before, though it is not silent; it ordered nothing since', () => {
    const { towns, chengdu, barcelona, mei, ana } = twoCities()
    const day = dayIn(barcelona)
    const announce = (ends: number) => record(barcelona, {
      kind: 'order.approved', slot: barcelona.state.chain.slots.length, order: 'keys',
      argument: ownKeysArgument(barcelona.state, { heir: chengdu.card.origin, ends })!,
    }, [barcelona.steward])
    expect(announce(day + 89)).toEqual({ code: 'bad-order', because: 'argument' })
    bequeath(barcelona, chengdu, towns, day + 90)
    pass(towns, 89)
    ask(barcelona, chengdu, ana, mei, CV)
    deliver(barcelona, chengdu, settle(barcelona, towns), towns)
    ask(barcelona, chengdu, ana, mei, CV)
    const early = closing([chengdu], [barcelona], withoutThem([chengdu], [closingOf(barcelona, [chengdu])]))
    expect(record(chengdu, early)).toEqual({ code: 'not-silent', hub: barcelona.card.origin })
    pass(towns, 1)
    expect(nextOrder(barcelona.state, barcelona.now)).toBeNull()
    const adopted = close([chengdu], [barcelona])
    takeLeft(barcelona, chengdu)
    inOrder(chengdu, barcelona)
    // Told of it, the city keeps its own life and orders nothing more between cities.
    tick(barcelona)
    recorded(barcelona, adopted)
    expect(record(barcelona, { kind: 'cv.converted', amountMilli: CV }, [ana])).toEqual({ code: 'not-in-document' })
    expect(record(barcelona, { kind: 'pool.granted', member: ana.acct, amountMilli: CV, reason: idFor('r').repeat(2) }, [barcelona.steward]))
      .toEqual({ code: 'not-in-document' })
  })

  test('an order that has ended, or ends by its own hub’s word, is none', () => {
    const { towns, chengdu, barcelona, mei, ana } = twoCities()
    ask(barcelona, chengdu, ana, mei, CV)
    const next = nextOrder(barcelona.state, barcelona.now)!
    const fault = (because: string) => ({ code: 'bad-order', because })
    expect(record(barcelona, ordering(barcelona, { ...next, kind: 'close' }))).toEqual(fault('close'))
    bequeath(barcelona, chengdu, towns, dayIn(barcelona) + 90)
    pass([barcelona], 90)
    const late = { ...nextOrderOf(barcelona), day: dayIn(barcelona) }
    expect(record(barcelona, ordering(barcelona, late))).toEqual(fault('ended'))
  })

  test('is refused when it closes whom nobody knew, or lets in whom one has closed', () => {
    const { chengdu, barcelona, history } = twoCities()
    pass([chengdu], 31)
    const one = closingOf(barcelona, [chengdu])
    const tokyo = aTown('tokyo')
    const stranger = { ...one, origin: tokyo.card.origin, order: encodeOrder({ ...parseOrder(one.order)!, hub: tokyo.card.origin }) }
    expect(record(chengdu, closing([chengdu], [barcelona], withoutThem([chengdu], [one, stranger])))).toEqual({ code: 'bad-document' })
    history.push(close([chengdu], [barcelona]))
    const again = nextDocument(chengdu, barcelona)
    expect(record(chengdu, adoption(again, [chengdu, barcelona], [], chengdu.state.federation!.id))).toEqual({ code: 'bad-document' })
    // Who hears of it later was told nothing before it was time.
    pass([tokyo], 31)
    join([chengdu], tokyo, history)
    openChains([chengdu, tokyo])
    inOrder(chengdu, barcelona, tokyo)
  })

  test('cannot be the first', () => {
    const chengdu = aTown('chengdu')
    const { barcelona, chengdu: other } = twoCities()
    const closings = [closingOf(barcelona, [other], { heir: null })]
    expect(record(chengdu, adoption(firstDocument([chengdu], { closings }), [chengdu]))).toEqual({ code: 'bad-document' })
  })

  test('holds the only certificate of a closing order: nobody signs it, and nobody else’s counts', () => {
    const { chengdu, barcelona } = twoCities()
    pass([chengdu], 31)
    const { order } = closingOf(barcelona, [chengdu])
    expect(record(chengdu, { ...leftBy(chengdu, 1, order), votes: [] })).toEqual({ code: 'bad-certificate' })
    close([chengdu], [barcelona])
    const good = leftBy(chengdu, 2, order)
    const { votes } = certifiedWill(barcelona)
    expect(record(chengdu, { ...good, votes })).toEqual({ code: 'bad-certificate' })
    expect(record(chengdu, { ...good, signature: new Uint8Array(64).fill(1) })).toEqual({ code: 'bad-certificate' })
    const other = encodeOrder({ ...parseOrder(order)!, day: 1 })
    expect(record(chengdu, { ...good, order: other })).toEqual({ code: 'bad-certificate' })
    expect(record(chengdu, good)).toHaveProperty('seq')
    expect(record(chengdu, good)).toMatchObject({ code: 'certificate-skipped' })
  })
})

describe('a will', () => {
  test('names another city that is a member, and an end only with an heir', () => {
    const { towns: [chengdu, barcelona] } = aRegion(['chengdu', 'barcelona'])
    const say = (heir: string | null, ends: number | null) => record(barcelona, {
      kind: 'order.approved', slot: 1, order: 'keys', argument: ownKeysArgument(barcelona.state, { heir, ends })!,
    }, [barcelona.steward])
    const no = { code: 'bad-order', because: 'argument' }
    expect(say(barcelona.card.origin, null)).toEqual(no)
    expect(say(aTown('tokyo').card.origin, null)).toEqual(no)
    expect(say(null, dayIn(barcelona) + 100)).toEqual(no)
    expect(say(chengdu.card.origin, null)).toHaveProperty('seq')
  })
})

/** Slot 0 of one town, with the votes of all. */
function openChain(town: Town, voters: Town[]): void {
  recorded(town, { kind: 'order.approved', slot: 0, order: 'keys', argument: ownKeysArgument(town.state)! }, [town.steward])
  settle(town, voters)
}

describe('a witness box', () => {
  const aBox = (name: string): Town => {
    const town = aTown(name)
    return { ...town, card: { ...town.card, community: false } }
  }

  test('votes: two cities and two boxes are four voters, and go on when any one is gone', () => {
    const towns = [aTown('chengdu'), aTown('barcelona'), aBox('library'), aBox('archive')]
    const chengdu = towns[0]!
    federate(towns)
    openChain(chengdu, towns)
    for (const silent of towns) {
      if (silent === chengdu) continue
      issue(chengdu, CV, towns.filter((town) => town !== silent))
    }
    expect(chengdu.state.books.pool).toBe(3n * CV)
  })

  test('has no community: it orders nothing, nothing is sent to it, nobody moves there, and it is trusted with nothing', () => {
    const towns = [aTown('chengdu'), aBox('library')]
    const [chengdu, library] = towns as [Town, Town]
    federate(towns)
    openChain(chengdu, towns)
    const hub = library.card.origin
    const no = { code: 'no-community', hub }
    const mei = aMember(chengdu, 'mei')
    const terms = { to: mei.acct, destination: hub, amount: 1n, expDay: dayIn(chengdu) }
    expect(record(chengdu, { kind: 'x.req', source: 0, ...terms, agreement: idFor('a'), awardMilli: 0n, memo: mei.acct }, [mei])).toEqual(no)
    expect(record(chengdu, { kind: 'trust.set', ...PLAIN_TRUST, peer: hub, exposureMilli: 1n, transferMaxMilli: 1n }, [chengdu.steward])).toEqual(no)
    expect(record(chengdu, moving(chengdu, library, mei), [mei])).toEqual(no)
    const argument = ownKeysArgument(library.state)!
    expect(record(library, { kind: 'order.approved', slot: 0, order: 'keys', argument }, [library.steward])).toEqual(no)
    const order = { ...chengdu.state.chain.slots[0]!.order, hub }
    expect(record(library, ordering(library, order))).toEqual(no)
  })

  test('is closed without a will, since it leaves nothing', () => {
    const towns = [aTown('chengdu'), aTown('barcelona'), aBox('library')]
    const [chengdu, barcelona, library] = towns as [Town, Town, Town]
    federate(towns)
    openChain(chengdu, towns)
    pass([chengdu, barcelona], 31)
    close([chengdu, barcelona], [library])
    issue(chengdu, CV, [chengdu, barcelona])
    expect(chengdu.state.federation!.documents[1]!.document.closings[0]).toMatchObject({ heir: null })
    inOrder(chengdu, barcelona, library)
  })
})

/** An out order as this town would write it, had it not ended. */
function nextOrderOf(town: Town) {
  const before = town.state.chain.slots.at(-1)!.order
  return { ...before, kind: 'issue' as const, slot: before.slot + 1, previous: orderIdOf(town.state.chain.slots.at(-1)!.bytes), day: dayIn(town) }
}
