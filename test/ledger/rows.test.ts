import { beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { digestOf } from '#ledger/digest.ts'
import type { Entry } from '#ledger/entry.ts'
import { apply, check, found } from '#ledger/ledger.ts'
import { Tree } from '#ledger/merkle.ts'
import { rowsOf, stateFrom } from '#ledger/rows.ts'
import type { State } from '#ledger/state.ts'
import { installNativeCrypto } from '#node/native-crypto.ts'
import { aTimeBank, threeCities } from '#test/support/histories.ts'
import { mattersOf } from '#test/support/digest.ts'
import type { Town } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

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
  histories = [['chengdu', chengdu], ['barcelona', barcelona], ['tokyo', tokyo], ['a time bank', aTimeBank()]]
})

describe.each([0, 1, 2, 3])('history %i', (i) => {
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

function treeOf(entries: Entry[], size: number): Tree {
  const tree = new Tree()
  for (const { leaf } of entries.slice(0, size)) tree.append(leaf)
  return tree
}
