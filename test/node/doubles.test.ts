/**
 * Two words about one slot that meet at a hub which has seen neither made: it names whoever said both, and nobody else.
 */
import { describe, expect, test } from 'vitest'
import type { ActionOf, Origin } from '#ledger/action.ts'
import type { Entry } from '#ledger/entry.ts'
import { offenceOf } from '#ledger/evidence/evidence.ts'
import type { Evidence } from '#ledger/evidence/parts.ts'
import { encodeOrder, type Order, parseOrder, placeOf, signOrder } from '#ledger/federation/federation.ts'
import { watchDoubles, type DoublesPorts } from '#node/cities/evidence/doubles.ts'
import type { SignedPair } from '#node/cities/settlement/votes.ts'
import { aRegion, type Town, votesFor } from '#test/support/towns.ts'
import { genesisOf, signedCardOf } from '#test/support/two-histories.ts'

/** Tokyo's watch over the others, whose logs it reads as far as `read` says. */
function watching(read: Town[] = []) {
  const { towns: [chengdu, barcelona, lisbon, tokyo] } = aRegion(['chengdu', 'barcelona', 'lisbon', 'tokyo'])
  const towns = { chengdu, barcelona, lisbon, tokyo }
  const found: Evidence[] = []
  let takenIn: (arrival: ActionOf<'x.in'>) => void = () => {}
  let grown: (origin: Origin) => void = () => {}
  let recorded: (entry: Entry) => void = () => {}
  let paired: (pair: SignedPair) => void = () => {}
  const unread = new Set<Origin>()
  const of = (origin: Origin) => {
    const town = Object.values(towns).find(({ card }) => card.origin === origin)!
    const { state, entries, card } = town
    return { state: unread.has(origin) ? null : state, genesis: genesisOf(town), card, kept: entries.length, recordAt: (seq: number) => entries[seq]!.bytes }
  }
  watchDoubles({
    writer: {
      state: tokyo.state, entryAt: (seq: number) => tokyo.entries[seq]!, onRecorded: (one: typeof recorded) => { recorded = one },
    } as unknown as DoublesPorts['writer'],
    replicas: {
      of, onTakenIn: (one: typeof takenIn) => { takenIn = one },
      onGrown: (one: (replica: ReturnType<typeof of>) => void) => { grown = (origin) => one(of(origin)) },
    } as unknown as DoublesPorts['replicas'],
    votes: { orders: () => [], onOrders: (one) => { paired = one } },
    signedCard: (origin) => {
      const town = Object.values(towns).find(({ card }) => card.origin === origin)!
      const { card: bytes, cardSignature: signature } = signedCardOf(town)
      return Promise.resolve({ card: town.card, bytes, signature, addresses: [] })
    },
    onFound: (evidence) => found.push(evidence),
    log: { info() {}, warn() {}, error() {} },
  })
  for (const town of read) unread.add(town.card.origin)
  const named = () => found.map((evidence) => {
    const offence = offenceOf(evidence)
    if (typeof offence === 'string') throw new Error(`convicts nobody: ${offence}`)
    return `${offence.kind} ${offence.city}`
  }).sort()
  return {
    ...towns, unread, named,
    takenIn: (arrival: ActionOf<'x.in'>) => takenIn(arrival),
    grown: (town: Town) => grown(town.card.origin),
    recorded: (action: Entry['action']) => recorded({ action } as Entry),
    paired: (pair: SignedPair) => paired(pair),
  }
}

/** Another order for slot 1 of this town's chain, and the `x.in` of whoever took it in. */
function otherOrder(town: Town, voters: Town[], change: Partial<Order> = { position: 7n }): ActionOf<'x.in'> {
  const order = encodeOrder({ ...parseOrder(town.state.chain.slots[1]!.bytes)!, ...change })
  const signature = signOrder(town.secrets.order, town.state.federation!.id, placeOf(parseOrder(order)!, order))
  return { kind: 'x.in', epoch: 1, order, signature, votes: votesFor(town, order, voters), dispositions: [] } as unknown as ActionOf<'x.in'>
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe('whoever reads what another city took in', () => {
  test('of two certificates for one slot every voter that stands in both is named, and nobody else', async () => {
    const w = watching()
    const { action } = w.chengdu.entries[w.chengdu.state.chain.slots[1]!.certifiedSeq!]!
    const first = action.kind === 'x.cert' ? action.votes.map(({ voter }) => voter) : []
    const second = [w.chengdu, w.lisbon, w.tokyo]
    w.takenIn(otherOrder(w.chengdu, second))
    await settled()
    const places = [w.chengdu, w.barcelona, w.lisbon, w.tokyo]
    const both = second.filter((town) => first.includes(places.indexOf(town)))
    expect(both.length).toBeGreaterThan(0)
    expect(w.named()).toEqual(['E5 chengdu', ...both.map(({ card }) => `E6 ${card.city}`)].sort())
  })

  test('an order that its own log shows says nothing new', async () => {
    const w = watching()
    w.takenIn(otherOrder(w.chengdu, [w.chengdu, w.lisbon, w.tokyo], {}))
    await settled()
    expect(w.named()).toEqual([])
  })

  test('what its own log has not come to yet waits for it, and two that wait meet', async () => {
    const w = watching()
    w.unread.add(w.chengdu.card.origin)
    w.takenIn(otherOrder(w.chengdu, [w.chengdu, w.lisbon, w.tokyo]))
    await settled()
    expect(w.named()).toEqual([])
    w.takenIn(otherOrder(w.chengdu, [w.chengdu, w.barcelona, w.tokyo], { position: 8n }))
    await settled()
    expect(w.named()).toEqual(['E5 chengdu', 'E6 chengdu', 'E6 tokyo'])
    w.unread.clear()
    w.grown(w.chengdu)
    await settled()
    expect(w.named().filter((one) => one.startsWith('E5'))).toHaveLength(2)
  })

  test('a pair met while voting and the proofs of frontier reports are laid beside each other too', async () => {
    const w = watching()
    const { order, signature } = otherOrder(w.chengdu, [])
    const { bytes, signature: own } = w.chengdu.state.chain.slots[1]!
    w.paired({ hub: w.chengdu.card.origin, first: { order: bytes, signature: own }, second: { order, signature } })
    await settled()
    expect(w.named()).toEqual(['E5 chengdu'])
    const row = { ...placeOf(parseOrder(order)!, order), signature, epoch: null, votes: [] }
    w.recorded({ kind: 'fed.adopted', evidence: [row] } as unknown as Entry['action'])
    await settled()
    expect(w.named()).toEqual(['E5 chengdu', 'E5 chengdu'])
  })
})
