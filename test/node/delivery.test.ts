import { expect, test } from 'vitest'
import type { Receipt } from '#ledger/entry.ts'
import type { Slot } from '#ledger/state/between.ts'
import type { State } from '#ledger/state/state.ts'
import { openDeliveries } from '#node/cities/settlement/delivery.ts'
import type { Clock, Writer } from '#node/ports.ts'
import { RecordDamaged } from '#node/record/own-log.ts'
import type { SettleRequest } from '#protocol/message.ts'

/** A chain with one certified slot, for one destination; only what a delivery looks at. */
function aChain(): { slots: Slot[] } {
  const order = { slot: 0, outs: [{ destination: 'bo' }] } as unknown as Slot['order']
  const slot: Slot = {
    order, orderId: '', bytes: new Uint8Array(1), signature: new Uint8Array(64), seq: 4, claimed: 0n, certified: true, certifiedSeq: 5, acknowledged: new Set(),
  }
  return { slots: [slot] }
}

test('a certificate whose record the disk does not give back is delivered once it does', async () => {
  let isReadable = false
  const later: (() => void)[] = []
  const clock: Clock = { now: () => 0, after: (_ms, call) => (later.push(call), () => {}) }
  const writer = {
    state: { chain: aChain() } as unknown as State,
    entryAt(seq: number) {
      if (!isReadable) throw new RecordDamaged(seq)
      return { action: { kind: 'x.cert', epoch: 1, votes: [] } }
    },
  } as unknown as Writer
  const asked: SettleRequest['type'][] = []
  const recorded: string[] = []
  const deliveries = openDeliveries({
    writer, clock, scaled: (ms) => ms, wake() {},
    record: async (kind) => {
      recorded.push(kind)
      return { ok: true, seq: 6, record: new Uint8Array(), receipt: {} as Receipt }
    },
    async ask(_to, request) {
      asked.push(request.type)
      return { type: 'arrived', record: new Uint8Array(), proof: new Uint8Array() }
    },
  })
  const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

  deliveries.deliver()
  await settled()
  expect([asked, recorded, later.length]).toEqual([[], [], 1])
  isReadable = true
  later.pop()!()
  await settled()
  expect([asked, recorded]).toEqual([['deliver'], ['x.ack']])
  deliveries.stop()
})
