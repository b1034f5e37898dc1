import { expect, test } from 'vitest'
import { type Certificate, orderIdOf } from '#ledger/federation/federation.ts'
import { toHex } from '#ledger/bytes.ts'
import { newestOf } from '#node/cities/settlement/certificates.ts'
import { aRegion, awardRequest, deliver, owesAward, recorded, settle, type Town, votesFor } from '#test/support/towns.ts'

const certificateOf = (town: Town, slot: number, voters: Town[]): Certificate => {
  const { bytes, signature } = town.state.chain.slots[slot]!
  return { epoch: 1, order: bytes, signature, votes: votesFor(town, bytes, voters) }
}
const writerOf = ({ state, entries }: Town) => ({ state, entryAt: (seq: number) => entries[seq]! })

test('what was taken in is certain, also where the log that it came from has gone back behind it', () => {
  const { towns: both } = aRegion(['chengdu', 'barcelona'])
  const [chengdu, barcelona] = both
  recorded(chengdu, awardRequest(chengdu, owesAward(chengdu, barcelona).id), [chengdu.steward])
  const slot = settle(chengdu, both)
  deliver(chengdu, barcelona, slot, both)
  const earlier = certificateOf(chengdu, slot - 1, both)

  for (const shown of [null, earlier]) {
    const found = newestOf(chengdu.card.origin, shown, writerOf(barcelona))!
    expect(toHex(orderIdOf(found.order))).toBe(chengdu.state.chain.slots[slot]!.orderId)
  }
  const shown = certificateOf(chengdu, slot, both)
  expect(newestOf(chengdu.card.origin, shown, writerOf(barcelona))).toBe(shown)
  expect(newestOf(barcelona.card.origin, earlier, writerOf(chengdu))).toBe(earlier)
  expect(newestOf(barcelona.card.origin, null, writerOf(chengdu))).toBeNull()
})
