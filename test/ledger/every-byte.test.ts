/**
 * No byte of a record can change unseen. In the first record of every kind each byte is changed by one bit, and
 * somebody must refuse: the decoder, the rules (signatures, chain and time among them), or else the seal of the
 * group, which is over the bytes themselves.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { type Kind, kinds } from '#ledger/action.ts'
import { type Entry, parseRecord, receiptsOf, sealGroup, verifyReceipt } from '#ledger/entry.ts'
import { check, found, isRefusal, replay } from '#ledger/ledger.ts'
import type { State } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { everyKind, kindsIn } from '#test/support/every-kind.ts'
import type { Town } from '#test/support/towns.ts'

let town: Town

beforeAll(() => {
  installNativeCrypto()
  town = everyKind().chengdu
})

test('the town of this test has a record of every kind', () => {
  expect(kindsIn(town).sort()).toEqual(Object.keys(kinds).sort())
})

describe('a changed byte is refused, wherever it stands in', () => {
  test.each(Object.keys(kinds) as Kind[])('%s', (kind) => {
    const entry = town.entries.find(({ action }) => action.kind === kind)!
    const state = stateBefore(entry)
    const isSealed = sealOf(entry)
    const by = { decoder: 0, rules: 0, seal: 0 }
    for (let at = 0; at < entry.bytes.length; at++) {
      const changed = entry.bytes.slice()
      changed[at]! ^= 1 << (at % 8)
      const who = refuser(changed, state, isSealed)
      if (who === null) throw new Error(`nobody sees that byte ${at} has changed`)
      by[who] += 1
    }
    expect(by.decoder + by.rules + by.seal).toBe(entry.bytes.length)
    // Only the hub's clock is nobody's signature; what it says is bound by the seal.
    expect(by.seal).toBeLessThanOrEqual(5)
  })
})

function refuser(bytes: Uint8Array, state: State | null, isSealed: (bytes: Uint8Array) => boolean): 'decoder' | 'rules' | 'seal' | null {
  const entry = parseRecord(bytes)
  if (entry === null) return 'decoder'
  const refused = state === null ? isRefusal(found(entry)) : check(state, entry) !== null
  if (refused) return 'rules'
  return isSealed(bytes) ? null : 'seal'
}

/** What the log has come to before this entry; null before the founding. */
function stateBefore({ seq }: Entry): State | null {
  if (seq === 0) return null
  const replayed = replay(town.entries.slice(0, seq).map(({ bytes }) => bytes))
  if ('refusal' in replayed) throw new Error(`the town's own log is refused: ${replayed.refusal.code}`)
  return replayed.state
}

/** Whether the receipt for this entry is one for these bytes. */
function sealOf({ seq, leaf, origin }: Entry): (bytes: Uint8Array) => boolean {
  const seal = sealGroup({ origin, first: seq, last: seq, root: leaf, generation: 0 }, town.secrets.log, town.id)
  const [receipt] = receiptsOf(seal, seq, [leaf])
  return (bytes) => verifyReceipt(receipt!, bytes, town.card.logKey, town.id)
}
