import { expect, test } from 'vitest'
import { toBase64, toHex } from '#ledger/bytes.ts'
import { encodeReceipt, receiptsOf, sealGroup } from '#ledger/entry.ts'
import { sha256 } from '#ledger/hash.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { aTown, type Town } from '#test/support/towns.ts'
import { claimedBy, lostAmong } from '#ui/device/lost.ts'

/** A receipt for place `seq` in a generation, as a device keeps it. */
function kept(town: Town, seq: number, generation: number) {
  const leaf = sha256(new Uint8Array([seq, generation]))
  const { origin } = town.state.hub
  const seal = sealGroup({ origin, first: seq, last: seq, root: leaf, generation }, town.secrets.log, town.id)
  return { seq, receipt: toBase64(encodeReceipt(receiptsOf(seal, seq, [leaf])[0]!)) }
}

const restore = (generation: number, size: number) => ({ generation, size, ts: 0, lost: 0 })

test('a receipt is lost exactly if a later generation began at or before its place', () => {
  const town = aTown('chengdu')
  const { logKey } = town.state.hub
  const found = (restores: ReturnType<typeof restore>[], seq: number, generation: number) =>
    lostAmong([kept(town, seq, generation)], restores, logKey, toHex(town.id)).map((one) => one.generation)
  expect(found([], 5, 0)).toEqual([])
  expect(found([restore(1, 5)], 5, 0)).toEqual([1])
  expect(found([restore(1, 5)], 4, 0)).toEqual([])
  expect(found([restore(1, 5)], 9, 1)).toEqual([])
  // Of two restores the first that voided it; the newest is first in the view.
  expect(found([restore(2, 7), restore(1, 5)], 8, 0)).toEqual([1])
  expect(found([restore(2, 7), restore(1, 5)], 8, 1)).toEqual([2])
  expect(found([restore(2, 7), restore(1, 5)], 6, 1)).toEqual([])
})

test('it is named by its own hash, and one that the hub did not give is none', () => {
  const [town, other] = [aTown('chengdu'), aTown('kunming')]
  const one = kept(town, 5, 0)
  const [lost] = lostAmong([one], [restore(1, 5)], town.state.hub.logKey, toHex(town.id))
  expect(lost).toEqual({ kept: one, generation: 1, receipt: toHex(sha256(Uint8Array.from(Buffer.from(one.receipt, 'base64')))) })
  expect(lostAmong([one], [restore(1, 5)], other.state.hub.logKey, toHex(other.id))).toEqual([])
  expect(lostAmong([{ seq: 5, receipt: 'nonsense' }], [restore(1, 5)], town.state.hub.logKey, toHex(town.id))).toEqual([])
})

test('the losses put on record are those that records of that kind name; other records and nonsense name none', () => {
  const { entries } = everyKind().chengdu
  const kept = entries.map(({ action, bytes }) => ({ kind: action.kind, record: toBase64(bytes) }))
  expect([...claimedBy(kept)]).toEqual(entries.flatMap(({ action }) => (action.kind === 'lost.claimed' ? [action.receipt] : [])))
  expect(claimedBy(kept).size).toBe(1)
  expect(claimedBy([{ kind: 'lost.claimed', record: 'nonsense' }, { kind: 'lost.claimed', record: kept[0]!.record }]).size).toBe(0)
})
