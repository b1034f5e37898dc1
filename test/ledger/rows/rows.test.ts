import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { type Entry, parseRecord } from '#ledger/entry.ts'
import { apply, check, found, replay } from '#ledger/ledger.ts'
import { Tree } from '#ledger/merkle.ts'
import { rowsOf, stateFrom } from '#ledger/rows/rows.ts'
import type { State } from '#ledger/state/state.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { everyKind } from '#test/support/every-kind.ts'
import { aTimeBank, threeCities } from '#test/support/histories.ts'
import { mattersOf } from '#test/support/digest.ts'
import type { Town } from '#test/support/towns.ts'

beforeAll(installNativeCrypto)

const copied = (state: State): Uint8Array[] => Array.from(rowsOf(state), (row) => row.slice())
const hexOf = (state: State): string[] => Array.from(rowsOf(state), toHex)
const rebuilt = (state: State): State => stateFrom(copied(state), state.tree)!

/** The state after each entry but the last few, beside the entry that comes next. */
function* course(entries: Entry[]): Generator<{ state: State; next: Entry }> {
  const state = found(entries[0]!) as State
  for (const next of entries.slice(1)) {
    yield { state, next }
    apply(state, next)
  }
}

let histories: [name: string, town: Town][]
beforeAll(() => {
  const [chengdu, barcelona, tokyo] = threeCities()
  const everything = everyKind().chengdu
  histories = [
    ['chengdu', chengdu], ['barcelona', barcelona], ['tokyo', tokyo], ['a time bank', aTimeBank()], ['every kind', everything],
  ]
})

describe.each([0, 1, 2, 3, 4])('history %i', (i) => {
  test('a state made of its rows has these rows, takes what the first takes and comes to the same', () => {
    const { entries } = histories[i]![1]
    for (const { state, next } of course(entries)) {
      const twin = rebuilt(state)
      expect(hexOf(twin)).toEqual(hexOf(state))
      twin.tree = treeOf(entries, state.tree.size)
      expect(check(twin, next)).toBe(null)
      apply(twin, next)
      const after = rebuilt(state)
      after.tree = treeOf(entries, state.tree.size)
      apply(after, next)
      expect(hexOf(after)).toEqual(hexOf(twin))
    }
  })

  test('rows leave nothing out that matters', () => {
    for (const { state } of course(histories[i]![1].entries)) {
      expect(mattersOf(rebuilt(state))).toBe(mattersOf(state))
    }
  })

  test('a digest kept up from entry to entry is the digest of the rows hashed afresh', () => {
    const seen = new Set<string>()
    for (const { state } of course(histories[i]![1].entries)) {
      const kept = toHex(digestOf(state))
      expect(toHex(digestOf(rebuilt(state)))).toBe(kept)
      seen.add(kept)
    }
    expect(seen.size).toBe(histories[i]![1].entries.length - 1)
  })
})

const treeOf = (entries: Entry[], size: number): Tree => treeOver(entries.slice(0, size).map(({ leaf }) => leaf))

function treeOver(leaves: Uint8Array[]): Tree {
  const tree = new Tree()
  for (const leaf of leaves) tree.append(leaf)
  return tree
}

test('a byte of a row that is changed is refused, or changes the digest', () => {
  const { helps } = vectors<Valid>('replay/valid')
  const leaves = helps!.records.map((record) => parseRecord(fromHex(record)!)!.leaf)
  const rows = helps!.rows.map((row) => fromHex(row)!)
  for (const [i, row] of rows.entries()) {
    for (let at = 0; at < row.length; at++) {
      const flipped = row.slice()
      flipped[at]! ^= 1 << at % 8
      const state = stateFrom(rows.with(i, flipped), treeOver(leaves))
      if (state !== null) expect(toHex(digestOf(state)), `row ${i}, byte ${at}`).not.toBe(helps!.digest)
    }
  }
})

type Valid = { about: string; records: string[]; digest: string; rows: string[] }
type Invalid = { about: string; records: string[]; refusal: { seq: number; code: string } }

function vectors<V>(folder: string): Record<string, V> {
  const path = new URL(`../../vectors/${folder}/`, import.meta.url)
  return Object.fromEntries(readdirSync(path).map((name) =>
    [name.replace('.json', ''), JSON.parse(readFileSync(new URL(name, path), 'utf8')) as V]))
}

test.each(Object.entries(vectors<Valid>('replay/valid')))('%s: the records give these rows and this digest', (_, vector) => {
  const replayed = replay(vector.records.map((record) => fromHex(record)!)) as { state: State }
  expect(hexOf(replayed.state)).toEqual(vector.rows)
  expect(toHex(digestOf(replayed.state))).toBe(vector.digest)
  const again = stateFrom(vector.rows.map((row) => fromHex(row)!), replayed.state.tree)!
  expect(toHex(digestOf(again))).toBe(vector.digest)
})

test.each(Object.entries(vectors<Invalid>('replay/invalid')))('%s: the last record is refused', (_, vector) => {
  const replayed = replay(vector.records.map((record) => fromHex(record)!))
  expect(replayed).toMatchObject({ seq: vector.refusal.seq, refusal: { code: vector.refusal.code } })
})

test.each(Object.entries(vectors<{ leaves: string[]; rows: string[] }>('rows/invalid')))('%s: the rows of no state', (_, vector) => {
  const leaves = vector.leaves.map((leaf) => fromHex(leaf)!)
  expect(stateFrom(vector.rows.map((row) => fromHex(row)!), treeOver(leaves))).toBe(null)
})
