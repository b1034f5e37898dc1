import { describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import {
  encodeOrder, orderIdOf, parseOrder, placeOf, signOrder, votePayload,
} from '#ledger/federation/federation.ts'
import { sign } from '#ledger/keys.ts'
import { ownKeysArgument } from '#ledger/rules/order.ts'
import type { Slot } from '#ledger/state/between.ts'
import { currentDocument } from '#ledger/state/state.ts'
import type { SettleAnswer } from '#protocol/message.ts'
import { deliveriesDue, judge, type Settlement, settlementOf, step, type VoterView } from '#protocol/settlement.ts'
import { aTown, federate, ordering, recorded, type Town } from '#test/support/towns.ts'
import { nextOrder } from '#ledger/rules/order.ts'

const threeTowns = () => townsOf('chengdu', 'barcelona', 'kyoto')

/** Towns of one federation; the first has sealed slot 0 and nobody has voted. */
function townsOf(...names: [string, string, string, ...string[]]) {
  const towns = names.map((name) => aTown(name)) as [Town, Town, Town, ...Town[]]
  federate(towns)
  const [source] = towns
  recorded(
    source,
    { kind: 'order.approved', slot: 0, order: 'keys', argument: ownKeysArgument(source.state)! },
    [source.steward],
  )
  recorded(source, ordering(source, nextOrder(source.state, source.now)!))
  const federation = source.state.federation!
  const document = currentDocument(federation)
  const slot = source.state.chain.slots[0]!
  return { towns, source, slot, epoch: { federation: federation.id, document }, federation }
}

type World = ReturnType<typeof threeTowns>
const votedBy = (
  { towns, slot, epoch, federation }: World,
  voter: number,
  of = slot.bytes,
): SettleAnswer => ({
  type: 'vote',
  voter,
  signature: sign(
    towns[voter]!.secrets.vote,
    'vote',
    federation.id,
    votePayload(epoch.document.version, placeOf(parseOrder(of)!, of)),
  ),
})
const begun = (world: World) => {
  const { slot, epoch, source } = world
  return step(settlementOf(slot, epoch, source.state.hub.orderKey), { type: 'covered' }, epoch)
}
/** Another order for the same slot, signed by the same hub. */
function otherOrder({ source, slot, federation }: World) {
  const order = encodeOrder({ ...parseOrder(slot.bytes)!, day: slot.order.day + 1 })
  const place = placeOf(parseOrder(order)!, order)
  return { order, signature: signOrder(source.secrets.order, federation.id, place) }
}

describe('the source', () => {
  test('asks nobody before a checkpoint reaches the order, then every voter and itself', () => {
    const world = threeTowns()
    const waiting = settlementOf(world.slot, world.epoch, world.source.state.hub.orderKey)
    expect(
      step(waiting, { type: 'answered', voter: 1, answer: votedBy(world, 1) }, world.epoch),
    ).toEqual([waiting, []])
    const [s, effects] = begun(world)
    expect(s.phase).toBe('gathering')
    expect(effects).toEqual([0, 1, 2].map((voter) => ({ type: 'propose', voter, afterMs: 0 })))
  })

  test('has a certificate with the vote that makes the quorum, sorted by voter, and not before', () => {
    const world = threeTowns()
    let [s] = begun(world)
    for (const voter of [2, 0]) {
      const [next, effects] = step(
        s,
        { type: 'answered', voter, answer: votedBy(world, voter) },
        world.epoch,
      )
      expect([next.phase, effects]).toEqual(['gathering', []])
      s = next
    }
    const [done, effects] = step(
      s,
      { type: 'answered', voter: 1, answer: votedBy(world, 1) },
      world.epoch,
    )
    expect(done.phase).toBe('certified')
    expect(effects).toMatchObject([
      { type: 'certify', slot: 0, epoch: 1, votes: [{ voter: 0 }, { voter: 1 }, { voter: 2 }] },
    ])
    // Late words change nothing: a certificate is final.
    expect(step(done, { type: 'failed', voter: 0 }, world.epoch)).toEqual([done, []])
  })

  test('with a quorum waits for the cities whose word a destination asks for, and no longer than ten seconds', () => {
    const world = townsOf('chengdu', 'barcelona', 'kyoto', 'lisboa')
    const { slot, epoch, source } = world
    const wishes = [{ among: [3], needed: 1 }, { among: [1, 2], needed: 1 }]
    const answered = (s: Settlement, voter: number) => step(s, { type: 'answered', voter, answer: votedBy(world, voter) }, epoch)
    let [s] = step(settlementOf(slot, epoch, source.state.hub.orderKey, wishes), { type: 'covered' }, epoch)
    for (const voter of [0, 1]) [s] = answered(s, voter)
    const [waiting, effects] = answered(s, 2)
    expect([waiting.phase, effects]).toEqual(['waiting', [{ type: 'wait', afterMs: 10_000 }]])
    // Whoever is silent is asked again, as before.
    expect(step(waiting, { type: 'failed', voter: 3 }, epoch)[1]).toEqual([{ type: 'propose', voter: 3, afterMs: 1_000 }])
    const placesIn = ([, [effect]]: ReturnType<typeof step>) => (effect?.type === 'certify' ? effect.votes.map(({ voter }) => voter) : [])
    expect(placesIn(answered(waiting, 3))).toEqual([0, 1, 3])
    expect(placesIn(step(waiting, { type: 'waited' }, epoch))).toEqual([0, 1, 2])
    expect(step(s, { type: 'waited' }, epoch)).toEqual([s, []])
  })

  test('counts a voter once, and no vote for another order or by another key', () => {
    const world = threeTowns()
    const [s] = begun(world)
    const [one] = step(s, { type: 'answered', voter: 1, answer: votedBy(world, 1) }, world.epoch)
    const [again, effects] = step(
      one,
      { type: 'answered', voter: 1, answer: votedBy(world, 1) },
      world.epoch,
    )
    expect([again.votes.size, effects]).toEqual([1, []])
    const forged: SettleAnswer = { ...votedBy(world, 1), voter: 2 } as SettleAnswer
    for (const answer of [forged, votedBy(world, 2, otherOrder(world).order), votedBy(world, 1)]) {
      const [next, asksAgain] = step(one, { type: 'answered', voter: 2, answer }, world.epoch)
      expect(next.votes.size).toBe(1)
      expect(asksAgain).toEqual([{ type: 'propose', voter: 2, afterMs: 1_000 }])
    }
  })

  test('asks again, later each time, whoever is silent, behind or unwilling', () => {
    const world = threeTowns()
    let [s] = begun(world)
    const pauses: number[] = []
    const answers: SettleAnswer[] = [
      { type: 'waiting' },
      { type: 'refused', code: 'restoring' },
      { type: 'behind', size: 3 },
    ]
    for (const answer of answers) {
      const [next, effects] = step(s, { type: 'answered', voter: 1, answer }, world.epoch)
      if (answer.type === 'behind') expect(effects[0]).toEqual({ type: 'show', voter: 1 })
      pauses.push(
        ...effects.flatMap((effect) => (effect.type === 'propose' ? [effect.afterMs] : [])),
      )
      s = next
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000])
  })

  test('stops when it is shown another order that it has signed itself, and only then', () => {
    const world = threeTowns()
    const [s] = begun(world)
    const other = otherOrder(world)
    const [disputed, effects] = step(
      s,
      { type: 'answered', voter: 1, answer: { type: 'conflict', ...other } },
      world.epoch,
    )
    expect([disputed.phase, effects]).toEqual(['disputed', [{ type: 'dispute', other }]])

    const forged = {
      ...other,
      signature: signOrder(
        world.towns[1].secrets.order,
        world.federation.id,
        placeOf(parseOrder(other.order)!, other.order),
      ),
    }
    const [next] = step(
      s,
      { type: 'answered', voter: 1, answer: { type: 'conflict', ...forged } },
      world.epoch,
    )
    expect(next.phase).toBe('gathering')
  })
})

describe('the voter', () => {
  const viewOf = (world: World, over: Partial<VoterView> = {}): VoterView => ({
    federation: world.federation.id,
    document: world.epoch.document,
    self: world.towns[1].card.origin,
    isFrozen: () => false,
    isClosing: () => false,
    closed: false,
    chainOf: () => ({ size: 10, audited: 10, slots: world.source.state.chain.slots }),
    frontierOf: () => undefined,
    lockOf: () => undefined,
    ...over,
  })
  const proposalOf = ({ slot }: World) => ({
    epoch: 1,
    order: slot.bytes,
    signature: slot.signature,
    seq: slot.seq,
  })

  test('votes for the order that stands at that place of the log it has audited', () => {
    const world = threeTowns()
    expect(judge(proposalOf(world), viewOf(world))).toEqual({
      type: 'vote',
      hub: world.source.card.origin,
      slot: 0,
      voter: 1,
      orderId: orderIdOf(world.slot.bytes),
    })
  })

  test('gives the same vote again, and none to another order for that slot', () => {
    const world = threeTowns()
    const { slot } = world
    const vote = { slot: 0, epoch: 1, order: slot.bytes, signature: slot.signature }
    const bound = viewOf(world, { lockOf: () => ({ orderId: slot.orderId, vote }) })
    expect(judge(proposalOf(world), bound).type).toBe('vote')
    const other = { ...proposalOf(world), ...otherOrder(world) }
    const answer = {
      type: 'conflict',
      hub: world.source.card.origin,
      slot: 0,
      other: { order: slot.bytes, signature: slot.signature },
    }
    expect(judge(other, bound)).toEqual(answer)
    // Bound to nothing yet, but the log says otherwise.
    expect(judge(other, viewOf(world))).toEqual(answer)
    // Bound, and its bytes are no longer at hand: still no vote.
    const forgetful = viewOf(world, {
      lockOf: () => ({ orderId: toHex(orderIdOf(other.order)), vote: null }),
    })
    expect(judge(proposalOf(world), forgetful)).toEqual({
      type: 'refused',
      code: 'locked-elsewhere',
    })
  })

  test('says how far it has audited when the order stands beyond', () => {
    const world = threeTowns()
    const { slots } = world.source.state.chain
    const { seq } = world.slot
    const hub = world.source.card.origin
    const unread = viewOf(world, { chainOf: () => ({ size: seq, audited: seq, slots: [] }) })
    expect(judge(proposalOf(world), unread)).toEqual({ type: 'behind', hub, size: seq })
    const unaudited = viewOf(world, { chainOf: () => ({ size: 10, audited: seq, slots }) })
    expect(judge(proposalOf(world), unaudited)).toEqual({ type: 'behind', hub, size: seq })
    expect(judge(proposalOf(world), viewOf(world, { chainOf: () => undefined }))).toEqual({
      type: 'behind',
      hub,
      size: 0,
    })
  })

  test('refuses by name everything else', () => {
    const world = threeTowns()
    const proposal = proposalOf(world)
    const refusal = (over: Partial<VoterView>, changed: Partial<typeof proposal> = {}) => {
      const decision = judge({ ...proposal, ...changed }, viewOf(world, over))
      return decision.type === 'refused' ? decision.code : decision.type
    }
    expect(refusal({}, { order: new Uint8Array(4) })).toBe('malformed')
    expect(refusal({ federation: new Uint8Array(32) })).toBe('malformed')
    expect(refusal({}, { epoch: 2 })).toBe('other-epoch')
    expect(refusal({ self: 'cv.lagos-00000000/log' })).toBe('not-a-voter')
    const without = { ...world.epoch.document, members: world.epoch.document.members.slice(1) }
    expect(refusal({ document: without })).toBe('unknown-hub')
    expect(refusal({}, { signature: new Uint8Array(64) })).toBe('bad-signature')
    expect(refusal({ closed: true })).toBe('epoch-closed')
    expect(refusal({ isFrozen: () => true })).toBe('frozen')
    expect(refusal({}, { seq: proposal.seq - 1 })).toBe('other-history')
  })

  test('gives a hub that is frozen no new vote, and says again what it is bound to', () => {
    const world = threeTowns()
    const isFrozen = (hub: string) => hub === parseOrder(world.slot.bytes)!.hub
    expect(judge(proposalOf(world), viewOf(world, { isFrozen }))).toEqual({ type: 'refused', code: 'frozen' })
    const lockOf = () => ({ orderId: world.slot.orderId, vote: null })
    expect(judge(proposalOf(world), viewOf(world, { isFrozen, lockOf })).type).toBe('vote')
  })

  test('votes in a new epoch only for what the reports fixed at that slot', () => {
    const world = threeTowns()
    const { orderId } = world.slot
    const other = 'ab'.repeat(32)
    const verdict = (frontier: ReturnType<VoterView['frontierOf']>) =>
      judge(proposalOf(world), viewOf(world, { frontierOf: () => frontier })).type
    expect(verdict({ certified: null, locked: { slot: 0, order: orderId } })).toBe('vote')
    expect(verdict({ certified: null, locked: { slot: 0, order: other } })).toBe('refused')
    expect(verdict({ certified: { slot: 0, order: orderId }, locked: null })).toBe('vote')
    expect(verdict({ certified: { slot: 0, order: other }, locked: null })).toBe('refused')
    expect(verdict({ certified: null, locked: { slot: 1, order: other } })).toBe('vote')
  })
})

test('what is due is the oldest unacknowledged slot of each destination', () => {
  const slotTo = (slot: number, to: string[], over: Partial<Slot> = {}): Slot =>
    ({
      order: { slot, outs: to.map((destination) => ({ destination })) },
      certified: true,
      acknowledged: new Set<string>(),
      ...over,
    }) as unknown as Slot
  const slots = [
    slotTo(0, []),
    slotTo(1, ['b', 'c'], { acknowledged: new Set(['b']) }),
    slotTo(2, ['b', 'c']),
    slotTo(3, ['b']),
    slotTo(4, ['d'], { certified: false }),
  ]
  const due = deliveriesDue(slots).map(({ destination, slot }) => [destination, slot.order.slot])
  expect(due).toEqual([
    ['c', 1],
    ['b', 2],
  ])
})
