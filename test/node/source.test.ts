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

/** Its source, whose certificate comes to an end as `taken` says; `later`: what its clock was asked for and nobody has cancelled. */
function aSource(taken: Promise<Answer>) {
  const { chengdu, vote } = aloneWithAnOrder()
  const later: { ms: number; call: () => void }[] = []
  const clock: Clock = {
    now: () => chengdu.now,
    after(ms, call) {
      const one = { ms, call }
      later.push(one)
      return () => void (later.includes(one) && later.splice(later.indexOf(one), 1))
    },
  }
  const tried: Kind[] = []
  let woken = 0
  const ports = {
    writer: { state: chengdu.state }, replicas: { of: () => undefined }, checkpointer: { cover: async () => '', show() {} }, votes: {}, fence: {},
    keys: {} as HubKeys, clock, log: { info() {}, warn() {}, error() {} }, isClosing: () => false, now: () => chengdu.now, scaled: (ms: number) => ms,
    record: (kind: Kind): Promise<Answer> => (tried.push(kind), taken),
    ask: async () => vote,
    wake: () => void (woken += 1),
  } as unknown as SourcePorts
  const source = openSource(ports)
  const converse = (): Promise<void> => source.converse(membershipOf(chengdu.state)!)
  const pass = (): void => later.shift()!.call()
  return { source, converse, pass, tried, woken: () => woken, due: () => later.map(({ ms }) => ms) }
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
const refused: Answer = { ok: false, unavailable: 'storage' }

test('a certificate that the disk does not take is tried again after a pause, not in the same moment', async () => {
  const { source, converse, pass, tried, woken, due } = aSource(Promise.resolve(refused))
  await converse()
  expect(due()).toEqual([0])
  pass()
  await settled()
  expect([tried, woken(), due()]).toEqual([['x.cert'], 0, [1_000]])
  pass()
  expect(woken()).toBe(1)
  await converse()
  expect(due()).toEqual([0])
  source.stop()
})

test('whatever wakes it in that pause, the certificate waits to its end; and no pause outlives the source', async () => {
  const { source, converse, pass, due } = aSource(Promise.resolve(refused))
  await converse()
  pass()
  await settled()
  await converse()
  await settled()
  expect(due()).toEqual([1_000])
  source.stop()
  expect(due()).toEqual([])
})

test('a source that was stopped while its certificate was on its way to the disk waits for nothing', async () => {
  let take = (_: Answer): void => {}
  const { source, converse, pass, tried, woken, due } = aSource(new Promise((resolve) => (take = resolve)))
  await converse()
  pass()
  await settled()
  expect(tried).toEqual(['x.cert'])
  source.stop()
  take(refused)
  await settled()
  expect([woken(), due()]).toEqual([0, []])
})
