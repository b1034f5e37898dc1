import { describe, expect, test } from 'vitest'
import { faultsOf, federationFaultsOf } from '#ledger/audit/conservation.ts'
import { replay } from '#ledger/ledger.ts'
import type { State } from '#ledger/state/state.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import {
  acknowledge, aMember, aRegion, ask, aTown, awardRequest, certify, CV, deliver, issue, join, openChains,
  ordering, owesAward, pass, type Person, PLAIN_TRUST, recorded, settle, type Town, xidIn,
} from '#test/support/towns.ts'

/** State as plain data, so that two can be compared whole. */
const plain = ({ tree, deadlines, ...rest }: State) => ({ ...rest, root: tree.root(), size: tree.size, due: [...deadlines.midnights()].map(({ due }) => due.length) })

describe('over a long history of three towns', () => {
  const { towns: [chengdu, barcelona], history } = aRegion(['chengdu', 'barcelona'])
  const tokyo = aTown('tokyo')
  const all: Town[] = [chengdu, barcelona]
  /** Every step of it, after which the books of all towns are added up. */
  const then = (step: string) => {
    const faults = federationFaultsOf(all.map((town) => town.state))
    if (faults.length > 0) throw new Error(`after ${step}: ${faults.map((fault) => fault.code)}`)
  }
  const global = (town: Town, who: Person) => town.state.members.get(who.acct)!.account.global

  test('value is neither made nor lost, whatever happens to it on the way', () => {
    then('an issue')
    const { guest: ana, receiver: mei, id } = owesAward(chengdu, barcelona)
    then('help')
    const request = recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    then('a request from the pool')
    recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
    then('an order')
    const arrived = deliver(chengdu, barcelona, 2, all)
    then('an arrival before the source has its own certificate')
    certify(chengdu, all)
    then('the certificate')
    acknowledge(chengdu, barcelona, 2, arrived)
    then('an acknowledgement')
    expect(chengdu.state.requests.get(xidIn(chengdu, request))!.phase).toBe('credited')

    join(all, tokyo, history)
    all.push(tokyo)
    openChains(all)
    const taro = aMember(tokyo, 'taro')
    then('a third town')
    recorded(tokyo, { kind: 'trust.set', ...PLAIN_TRUST, peer: barcelona.card.origin, exposureMilli: 5n * CV, transferMaxMilli: 9n * CV }, [tokyo.steward])
    const amounts = [3n * CV, 4n * CV, 10n * CV]
    const xids = amounts.map((amount) => ask(barcelona, tokyo, ana, taro, amount))
    ask(barcelona, chengdu, ana, mei, 2n * CV)
    then('four requests of a member')
    recorded(barcelona, ordering(barcelona, nextOrder(barcelona.state, barcelona.now)!))
    then('one order with them all, claiming what had come')
    const slot = barcelona.state.chain.slots.length - 1
    deliver(barcelona, tokyo, slot, all)
    then('one credited, one over the limit, one too large, before the source has its certificate')
    certify(barcelona, all)
    then('the certificate')
    expect(xids.map((xid) => tokyo.state.arrivals.get(xid)!.disposition)).toEqual(['credit', 'limit', 'too-large'])
    pass(all, 3)
    deliver(barcelona, chengdu, slot, all)
    then('the same order in the other town, days later')
    recorded(tokyo, { kind: 'x.rel', xid: xids[1]!, amount: CV }, [tokyo.steward])
    then('a release in part')
    recorded(tokyo, { kind: 'x.back', xid: xids[2]! }, [tokyo.steward])
    deliver(tokyo, barcelona, settle(tokyo, all), all)
    then('a return')
    ask(tokyo, chengdu, taro, mei, 2n * CV)
    settle(tokyo, all)
    then('an order on its way for a month')
    pass(all, 30)
    then('a month')
    deliver(tokyo, barcelona, settle(tokyo, all), all)
    then('a return that fell due')
    deliver(tokyo, chengdu, tokyo.state.chain.slots.length - 2, all)
    then('an arrival at last')
    issue(chengdu, 7n * CV, all)
    then('another issue, with all claims')
    ask(barcelona, tokyo, ana, taro, CV)
    pass(all, 6)
    then('a request that lapses')

    expect(global(barcelona, ana)).toBe(30n * CV - 3n * CV - CV - 2n * CV)
    expect(global(tokyo, taro)).toBe(3n * CV + CV - 2n * CV)
    expect(global(chengdu, mei)).toBe(4n * CV)
    expect(chengdu.state.books.pool).toBe(9_970n * CV + 7n * CV)
  })

  test('each town’s records replay to the state it holds', () => {
    for (const town of all) {
      const replayed = replay(town.entries.map((entry) => entry.bytes))
      if (!('state' in replayed)) throw new Error(`${town.name}: ${replayed.refusal.code} at ${replayed.seq}`)
      expect(plain(replayed.state)).toEqual(plain(town.state))
    }
  })
})

describe('one unit too much or too little is found', () => {
  const region = () => {
    const { towns } = aRegion(['chengdu', 'barcelona'])
    const [chengdu, barcelona] = towns
    const { guest: ana, id } = owesAward(chengdu, barcelona)
    recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
    return { chengdu, barcelona, ana, states: [chengdu.state, barcelona.state] }
  }
  const codes = (state: State) => faultsOf(state).map((fault) => fault.code)

  test('in a member’s balance', () => {
    const { barcelona, ana } = region()
    const { account } = barcelona.state.members.get(ana.acct)!
    account.domain += 1n
    expect(faultsOf(barcelona.state)).toEqual([{ code: 'domain-sum', found: 1n, expected: 0n }])
    account.domain -= 1n
    account.global += 1n
    expect(faultsOf(barcelona.state)).toEqual([{ code: 'global-sum', found: 1n, expected: 0n }])
    account.global -= 1n
    account.globalHeld += 1n
    expect(codes(barcelona.state)).toEqual(['global-sum', 'member-held'])
  })

  test('in the hub’s own accounts', () => {
    const { chengdu } = region()
    const { books } = chengdu.state
    const moved = (from: 'pool', to: 'poolHeld' | 'inflight' | 'suspense') => {
      books[from] -= 1n
      books[to] += 1n
      const found = codes(chengdu.state)
      books[from] += 1n
      books[to] -= 1n
      return found
    }
    expect(codes(chengdu.state)).toEqual([])
    expect(moved('pool', 'poolHeld')).toEqual(['pool-held'])
    expect(moved('pool', 'inflight')).toEqual(['inflight'])
    expect(moved('pool', 'suspense')).toEqual(['suspense'])
    chengdu.state.chain.position += 1n
    expect(codes(chengdu.state)).toEqual(['global-sum'])
  })

  test('in the sums of what everybody has ever contributed and put aside', () => {
    const { chengdu } = region()
    chengdu.state.members.get(chengdu.steward.acct)!.lifetimeMilli += 1n
    chengdu.state.members.get(chengdu.steward.acct)!.reserveMilli += 1n
    expect(faultsOf(chengdu.state)).toMatchObject([{ code: 'lifetime-sum' }, { code: 'reserve-sum' }])
  })

  test('and so is anything below zero, though the sums come out right', () => {
    const { chengdu, barcelona, ana } = region()
    const { account } = barcelona.state.members.get(ana.acct)!
    account.domain -= 1n
    barcelona.state.books.issuance += 1n
    expect(faultsOf(barcelona.state)).toEqual([{ code: 'member-below-zero', member: ana.acct }])
    chengdu.state.books.redemption -= 1n
    chengdu.state.books.retire += 1n
    expect(faultsOf(chengdu.state)).toEqual([{ code: 'books-below-zero', account: 'redemption' }])
  })

  test('between the hubs, where each one’s books are in order', () => {
    const { chengdu, barcelona, states } = region()
    expect(federationFaultsOf(states)).toEqual([])
    barcelona.state.books.pool += 1n
    barcelona.state.chain.position += 1n
    expect(faultsOf(barcelona.state)).toEqual([])
    expect(federationFaultsOf(states)).toEqual([
      { code: 'federation-sum', found: 10_000n * CV + 1n, expected: 10_000n * CV },
    ])
    expect(chengdu.state.chain.position).toBe(10_000n * CV)
  })
})
