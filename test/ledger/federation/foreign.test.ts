import { expect, test } from 'vitest'
import { utf8 } from '#ledger/bytes.ts'
import { TIME_END } from '#ledger/entry.ts'
import { entryOf } from '#ledger/federation/foreign.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { aMember, aTown, draft, shown } from '#test/support/towns.ts'

const chengdu = aTown('chengdu')
aMember(chengdu, 'mei')
const entry = chengdu.entries[1]!
const good = shown(chengdu, entry)

test('a record with its proof shows what stands in a log', () => {
  expect(entryOf(good, chengdu.card)?.leaf).toEqual(entry.leaf)
})

test('nothing is shown by another record, another log, another key, or bytes that are neither', () => {
  const other = shown(chengdu, chengdu.entries[2]!)
  expect(entryOf({ ...good, record: other.record }, chengdu.card)).toBeNull()
  expect(entryOf(good, aTown('barcelona').card)).toBeNull()
  expect(entryOf(good, { ...chengdu.card, logKey: aTown('barcelona').card.logKey })).toBeNull()
  expect(entryOf({ ...good, record: Uint8Array.of(0x80) }, chengdu.card)).toBeNull()
  expect(entryOf({ ...good, proof: Uint8Array.of(0xff) }, chengdu.card)).toBeNull()
  expect(entryOf({ ...good, proof: utf8('c2sp.org/tlog-proof@v1\n') }, chengdu.card)).toBeNull()
})

test('a record of another log is not shown, even where it stands in this one at its own number', () => {
  const [here, there] = [aTown('here'), aTown('there')]
  const strange = draft(there, { kind: 'tick' })
  here.state.tree.append(strange.leaf)
  expect(strange.seq).toBe(here.state.tree.size - 1)
  expect(entryOf(shown(here, strange), here.card)).toBeNull()
})

test('a record that stands elsewhere than its own number says is not shown', () => {
  // A log that writes one record at two places: each proof is sound, and only one place is the record's own.
  const { tree, hub } = chengdu.state
  tree.append(entry.leaf)
  const body = encodeCheckpoint({ origin: hub.origin, size: BigInt(tree.size), root: tree.root() })
  const index = tree.size - 1
  const proof = encodeProof({
    index: BigInt(index), hashes: proveInclusion(tree, index, tree.size),
    checkpoint: signNote(body, hub.origin, chengdu.secrets.log),
  })
  expect(entryOf({ record: entry.bytes, proof: utf8(proof) }, chengdu.card)).toBeNull()
})

test('a record from the end of time is not shown: its day would be looked up year by year', () => {
  const town = aTown('shenzhen')
  for (const [ts, isShown] of [[TIME_END - 1, true], [TIME_END, false], [Number.MAX_SAFE_INTEGER - 86_400, false]] as const) {
    const late = draft(town, { kind: 'tick' }, [], ts)
    town.state.tree.append(late.leaf)
    expect(entryOf(shown(town, late), town.card) !== null, `at ${ts}`).toBe(isShown)
  }
})
