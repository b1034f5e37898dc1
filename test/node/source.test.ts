import { expect, test } from 'vitest'
import type { Kind } from '#ledger/action.ts'
import { nextOrder, ownKeysArgument } from '#ledger/rules/order.ts'
import { membershipOf } from '#node/cities/cities.ts'
import type { HubKeys } from '#node/disk/keystore.ts'
import { openSource, type SourcePorts } from '#node/cities/settlement/source.ts'
import type { Answer, Clock } from '#node/ports.ts'
import type { SettleAnswer } from '#protocol/message.ts'
import { aTown, federate, ordering, recorded, votesFor } from '#test/support/towns.ts'

/** A lone city that has written its first order and has all the votes it needs at hand: its own. */
function aloneWithAnOrder() {
  const chengdu = aTown('chengdu')
  federate([chengdu])
  const argument = ownKeysArgument(chengdu.state, { heir: null, ends: null })!
  recorded(chengdu, { kind: 'order.approved', slot: 0, order: 'keys', argument }, [chengdu.steward])
  recorded(chengdu, ordering(chengdu, nextOrder(chengdu.state, chengdu.now)!))
  const open = chengdu.state.chain.slots[0]!
  const [vote] = votesFor(chengdu, open.bytes, [chengdu])
  return { chengdu, vote: { type: 'vote', voter: 0, signature: vote!.signature } satisfies SettleAnswer }
}

test('a certificate that the disk does not take is tried again after a pause, not in the same moment', async () => {
  const { chengdu, vote } = aloneWithAnOrder()
  const later: { ms: number; call: () => void }[] = []
  const clock: Clock = { now: () => chengdu.now, after: (ms, call) => (later.push({ ms, call }), () => {}) }
  const tried: Kind[] = []
  let woken = 0
  const ports = {
    writer: { state: chengdu.state }, replicas: { of: () => undefined }, checkpointer: { cover: async () => '', show() {} }, votes: {}, fence: {},
    keys: {} as HubKeys, clock, log: { info() {}, warn() {}, error() {} }, isClosing: () => false, now: () => chengdu.now, scaled: (ms: number) => ms,
    record: async (kind: Kind): Promise<Answer> => (tried.push(kind), { ok: false, unavailable: 'storage' }),
    ask: async () => vote,
    wake: () => void (woken += 1),
  } as unknown as SourcePorts
  const source = openSource(ports)
  const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

  await source.converse(membershipOf(chengdu.state)!)
  expect(later.map(({ ms }) => ms)).toEqual([0])
  later.pop()!.call()
  await settled()
  expect([tried, woken]).toEqual([['x.cert'], 0])
  expect(later.map(({ ms }) => ms)).toEqual([1_000])
  later.pop()!.call()
  expect(woken).toBe(1)
  source.stop()
})
