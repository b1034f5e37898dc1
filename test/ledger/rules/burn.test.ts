/** Burning: what has been retired leaves the world, once a quarter, and nothing that may still have to be given back. */
import { describe, expect, test } from 'vitest'
import { federationFaultsOf } from '#ledger/audit/conservation.ts'
import { encodeBurnArgument } from '#ledger/federation/federation.ts'
import type { OrderFault } from '#ledger/refusal.ts'
import { burnable, hasBurntIn } from '#ledger/rules/burn.ts'
import { nextOrder } from '#ledger/rules/order.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import {
  acknowledge, aMember, aRegion, awardRequest, certify, DAY, dayIn, deliver, help, ordering, owesAward, record, recorded, settle,
  tick, type Town,
} from '#test/support/towns.ts'
import type { Case } from '#ledger/state/council.ts'

installNativeCrypto()

const fault = (because: OrderFault) => ({ code: 'bad-order', because })

/** Barcelona, after Ana was away for so long that most of the Global CV she had earned in Chengdu has been retired. */
function retired() {
  const { towns } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = towns
  const { guest: ana, id } = owesAward(chengdu, barcelona)
  recorded(chengdu, awardRequest(chengdu, id), [chengdu.steward])
  const slot = settle(chengdu, towns)
  acknowledge(chengdu, barcelona, slot, deliver(chengdu, barcelona, slot, towns))
  for (const town of towns) {
    town.now += 1_000 * DAY
    tick(town)
  }
  help(barcelona, ana, aMember(barcelona, 'bo'), 30)
  const there = barcelona.state.books.globalRetire
  expect(there).toBeGreaterThan(0n)
  return { towns, chengdu, barcelona, there }
}

const approve = (town: Town, amount: bigint) => record(
  town, { kind: 'order.approved', slot: town.state.chain.slots.length, order: 'burn', argument: encodeBurnArgument(amount) }, [town.steward],
)

describe('a burn', () => {
  test('takes what is retired out of the world with its certificate, and the sum over all cities with it', () => {
    const { towns, barcelona, there } = retired()
    expect(burnable(barcelona.state)).toBe(there)
    approve(barcelona, there)
    const before = barcelona.state.chain.position
    const order = nextOrder(barcelona.state, barcelona.now)!
    // It claims the award that came, and gives up what is burnt.
    expect(order).toMatchObject({ kind: 'burn', outs: [] })
    recorded(barcelona, ordering(barcelona, order))
    expect(barcelona.state.books).toMatchObject({ globalRetire: 0n, inflight: there })
    expect(federationFaultsOf(towns.map(({ state }) => state))).toEqual([])
    certify(barcelona, towns)
    expect(barcelona.state.books).toMatchObject({ globalRetire: 0n, inflight: 0n })
    expect(barcelona.state.chain.position).toBe(order.position)
    expect(order.position).toBeLessThan(before + 30_000n * 2n)
    expect(federationFaultsOf(towns.map(({ state }) => state))).toEqual([])
  })

  test('is of something, of no more than is retired, and once a quarter', () => {
    const { towns, barcelona, there } = retired()
    expect(approve(barcelona, 0n)).toEqual(fault('argument'))
    expect(approve(barcelona, there + 1n)).toEqual(fault('not-retired'))
    expect(hasBurntIn(barcelona.state, dayIn(barcelona))).toBe(false)
    approve(barcelona, there - 1n)
    settle(barcelona, towns)
    expect(approve(barcelona, 1n)).toEqual(fault('burnt-already'))
    barcelona.now += 92 * DAY
    expect(approve(barcelona, 2n)).toEqual(fault('not-retired'))
    expect(approve(barcelona, 1n)).toHaveProperty('seq')
  })

  test('may not go beyond what was approved, nor be approved by one kind and ordered as another', () => {
    const { barcelona, there } = retired()
    approve(barcelona, there)
    const order = nextOrder(barcelona.state, barcelona.now)!
    expect(record(barcelona, ordering(barcelona, { ...order, argument: encodeBurnArgument(there - 1n) }))).toEqual(fault('unapproved'))
    expect(record(barcelona, ordering(barcelona, { ...order, position: order.position + 1n }))).toEqual(fault('position'))
    expect(record(barcelona, ordering(barcelona, { ...order, kind: 'issue', position: order.position + 2n * there }))).toEqual(fault('unapproved'))
  })

  test('leaves what a sanction that stands has taken, for a panel may give it back', () => {
    const { barcelona, there } = retired()
    barcelona.state.cases.set('a case', { taken: { domain: 0n, global: there - 5n, lifetimeMilli: 0n, shortfall: 0n, grades: [] } } as unknown as Case)
    expect(burnable(barcelona.state)).toBe(5n)
    expect(approve(barcelona, 6n)).toEqual(fault('not-retired'))
    barcelona.state.cases.set('another', { taken: { domain: 0n, global: there, lifetimeMilli: 0n, shortfall: 0n, grades: [] } } as unknown as Case)
    expect(burnable(barcelona.state)).toBe(0n)
  })
})
