import { expect, test } from 'vitest'
import { fromBase64, toBase64 } from '#ledger/bytes.ts'
import { evidenceFileName, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { encodeProof, parseProof } from '#ledger/proof.ts'
import { aTown, type Town } from '#test/support/towns.ts'
import { boundIn, genesisOf, proofIn, twoHistories } from '#test/support/two-histories.ts'
import { evidenceOf } from '#ui/device/broken-receipt.ts'

const { one, other } = twoHistories()
const genesis = toBase64(genesisOf(one))
const kept = { record: toBase64(one.entries[3]!.bytes), receipt: toBase64(boundIn(one, 3).receipt) }

/** What a hub answers when it is asked for the proof of a number: the record is in it. */
function proofOf(town: Town, seq: number): string {
  const { index, hashes, checkpoint } = parseProof(proofIn(town, seq))!
  return encodeProof({ index, hashes, checkpoint, extra: town.entries[seq]!.bytes })
}

test('a receipt under whose number another record stands makes a file that convicts', () => {
  const file = evidenceOf(kept, proofOf(other, 3), genesis)!
  const verdict = verifyEvidence(file.text)
  if (!verdict.ok) throw new Error(verdict.fault)
  expect(verdict.offence).toMatchObject({ kind: 'E4', hubId: one.id, at: 3n })
  expect(file.name).toBe(evidenceFileName(verdict.offence))
})

test('a receipt that was kept makes none', () => {
  expect(evidenceOf(kept, proofOf(one, 3), genesis)).toBeNull()
})

test('nor does what is not the hub’s own word', () => {
  expect(evidenceOf(kept, proofOf(other, 4), genesis)).toBeNull()
  expect(evidenceOf(kept, proofIn(other, 3), genesis)).toBeNull()
  expect(evidenceOf(kept, 'no proof', genesis)).toBeNull()
  expect(evidenceOf(kept, proofOf(other, 3), toBase64(genesisOf(aTown('lisbon'))))).toBeNull()
  expect(evidenceOf({ ...kept, receipt: 'AAAA' }, proofOf(other, 3), genesis)).toBeNull()
  expect(evidenceOf({ ...kept, record: toBase64(one.entries[4]!.bytes) }, proofOf(other, 3), genesis)).toBeNull()
  const changed = fromBase64(kept.receipt)!
  changed[changed.length - 1]! ^= 1
  expect(evidenceOf({ ...kept, receipt: toBase64(changed) }, proofOf(other, 3), genesis)).toBeNull()
})
