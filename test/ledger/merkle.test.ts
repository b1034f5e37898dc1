import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { concat, fromBase64, toHex, utf8 } from '#ledger/bytes.ts'
import {
  allInclusions, beginningShown, EMPTY_ROOT, Frontier, leafHash, nodeHash, proveConsistency, proveInclusion, rootOf, Tree, verifyConsistency, verifyInclusion,
} from '#ledger/merkle.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'

// The exhaustive tests hash a few hundred thousand times.
beforeAll(() => installNativeCrypto())
afterAll(() => uninstallNativeCrypto())

const SIZE_MAX = 70
const leaves = Array.from({ length: SIZE_MAX }, (_, i) => leafHash(utf8(`leaf ${i}`)))
const tree = new Tree()
for (const leaf of leaves) tree.append(leaf)

/** The definition of section 2.1 of RFC 6962, word for word; slow, and written by nobody who wrote `Tree`. */
function definedRoot(hashes: Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT
  if (hashes.length === 1) return hashes[0]!
  let k = 1
  while (k * 2 < hashes.length) k *= 2
  return nodeHash(definedRoot(hashes.slice(0, k)), definedRoot(hashes.slice(k)))
}
const roots = Array.from({ length: SIZE_MAX + 1 }, (_, size) => definedRoot(leaves.slice(0, size)))

test('all paths at once are the paths one by one, in every tree of up to seventy leaves', () => {
  for (let size = 0; size <= SIZE_MAX; size++) {
    const { root, paths } = allInclusions(leaves.slice(0, size))
    expect(root).toEqual(roots[size])
    expect(paths).toEqual(leaves.slice(0, size).map((_, index) => proveInclusion(tree, index, size)))
  }
})

test('the published roots of eight leaves come out', () => {
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const hashes = inputs.map((input) => leafHash(new Uint8Array(Buffer.from(input, 'hex'))))
  expect(toHex(rootOf([]))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(toHex(rootOf(hashes.slice(0, 1)))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  expect(toHex(rootOf(hashes.slice(0, 7)))).toBe('ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c')
  expect(toHex(rootOf(hashes))).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
})

test('a tree knows the root of each of its beginnings', () => {
  for (let size = 0; size <= SIZE_MAX; size++) {
    expect(tree.root(size), `size ${size}`).toEqual(roots[size])
    expect(rootOf(leaves.slice(0, size)), `size ${size}`).toEqual(roots[size])
  }
  expect(tree.root()).toEqual(roots[SIZE_MAX])
  expect(tree.size).toBe(SIZE_MAX)
  expect(tree.leafAt(41)).toEqual(leaves[41])
})

test('a tree does not answer about what it does not hold', () => {
  expect(() => tree.root(SIZE_MAX + 1)).toThrow(RangeError)
  expect(() => tree.root(-1)).toThrow(RangeError)
  expect(() => tree.leafAt(SIZE_MAX)).toThrow(RangeError)
  expect(() => tree.isLeafAt(SIZE_MAX, leaves[0]!)).toThrow(RangeError)
  expect([41, 40].map((index) => tree.isLeafAt(index, leaves[41]!))).toEqual([true, false])
  expect(() => tree.hashAt(6, 1)).toThrow(RangeError)
  expect(() => new Tree().append(new Uint8Array(31))).toThrow(RangeError)
})

test('changing what a tree handed out does not change the tree', () => {
  tree.leafAt(3).fill(0)
  tree.root().fill(0)
  expect(tree.leafAt(3)).toEqual(leaves[3])
  expect(tree.root()).toEqual(roots[SIZE_MAX])
})

test('a tree made of the levels of another goes on as that one does', () => {
  for (let size = 0; size <= 70; size++) {
    const tree = new Tree()
    for (let i = 0; i < size; i++) tree.append(leafHash(Uint8Array.of(i)))
    const levels: Uint8Array[] = []
    for (let level = 0; 2 ** level <= size; level++) levels.push(tree.levelFrom(level, 0).slice())
    const again = Tree.fromLevels(levels, size)!
    expect(again.size).toBe(size)
    for (const one of [tree, again]) for (let i = 0; i < 3; i++) one.append(leafHash(Uint8Array.of(i, size)))
    for (let of = 0; of <= size + 3; of++) expect(toHex(again.root(of))).toBe(toHex(tree.root(of)))
  }
})

test('the edge of a tree knows its root at every size, and can be taken from the tree', () => {
  const [tree, edge] = [new Tree(), new Frontier()]
  for (let size = 0; size <= 70; size++) {
    expect(edge.size).toBe(size)
    expect(toHex(edge.root())).toBe(toHex(tree.root()))
    const again = Frontier.of(tree)
    expect(again.size).toBe(size)
    const next = leafHash(Uint8Array.of(size, 1))
    again.append(next)
    expect(toHex(again.root())).toBe(toHex(rootOf([...Array.from({ length: size }, (_, i) => tree.leafAt(i)), next])))
    for (const one of [tree, edge]) one.append(leafHash(Uint8Array.of(size)))
  }
})

test('what a copy of a tree lacks is handed out level by level, and nothing above the last', () => {
  const tree = new Tree()
  const kept: Uint8Array[] = [new Uint8Array(), new Uint8Array(), new Uint8Array()]
  for (let i = 0; i < 7; i++) {
    tree.append(leafHash(Uint8Array.of(i)))
    if (i % 3 !== 0) continue
    for (const [level, bytes] of kept.entries()) {
      kept[level] = concat(bytes, tree.levelFrom(level, bytes.length / 32))
    }
  }
  expect(tree.levelFrom(3, 0).length).toBe(0)
  expect(toHex(Tree.fromLevels(kept, 7)!.root())).toBe(toHex(tree.root()))
})

test('a tree that is made of its levels with room behind them grows into that room as any other', () => {
  const roomy = (bytes: Uint8Array): Uint8Array => concat(bytes, new Uint8Array(64).fill(7))
  const tree = new Tree()
  for (let size = 1; size <= 20; size++) {
    tree.append(leafHash(Uint8Array.of(size)))
    const levels: Uint8Array[] = []
    for (let level = 0; 2 ** level <= size; level++) levels.push(roomy(tree.levelFrom(level, 0)))
    const again = Tree.fromLevels(levels, size)!
    const grown = new Tree()
    for (let at = 0; at < size; at++) grown.append(tree.leafAt(at))
    for (let more = 0; more < 12; more++) {
      expect(again.root()).toEqual(grown.root())
      for (const one of [again, grown]) one.append(leafHash(Uint8Array.of(size, more)))
    }
  }
})

test('levels that are too few, too many or too short are no tree', () => {
  const hashes = (count: number) => new Uint8Array(32 * count)
  expect(Tree.fromLevels([hashes(5), hashes(2), hashes(1)], 5)!.size).toBe(5)
  expect(Tree.fromLevels([], 0)!.size).toBe(0)
  for (const levels of [
    [],
    [hashes(5), hashes(2)],
    [hashes(5), hashes(2), hashes(1), hashes(0)],
    [hashes(4), hashes(2), hashes(1)],
    [hashes(5), hashes(1), hashes(1)],
    [hashes(5), hashes(2), hashes(1).subarray(1)],
  ]) {
    expect(Tree.fromLevels(levels, 5)).toBe(null)
  }
  for (const size of [-1, 5.5, 2 ** 60]) expect(Tree.fromLevels([hashes(5), hashes(2), hashes(1)], size)).toBe(null)
})

test('every leaf of every tree up to 70 is proved, by its own proof only and against its own root only', () => {
  for (let size = 1; size <= SIZE_MAX; size++) {
    for (let index = 0; index < size; index++) {
      const proof = proveInclusion(tree, index, size)
      const check = (at: number, of: number, path = proof, leaf = leaves[index]!, root = roots[size]!) =>
        verifyInclusion(leaf, BigInt(at), BigInt(of), path, root)
      const ok = check(index, size)
        && !check(index, size, proof, leaves[(index + 1) % SIZE_MAX]!)
        && !check(index, size, proof, leaves[index]!, roots[size - 1]!)
        && !check(index, size, [...proof, roots[size]!])
        && !check(index, size, [roots[size]!, ...proof])
        && (proof.length === 0 || !check(index, size, proof.slice(1)))
        && (proof.length === 0 || !check(index, size, proof.slice(0, -1)))
        && proof.every((hash, i) => !check(index, size, proof.with(i, hash.with(0, hash[0]! ^ 1))))
      if (!ok) expect.fail(`leaf ${index} of ${size}`)
    }
  }
})

test('a proof holds at no other index of its tree', () => {
  for (const size of [1, 2, 3, 7, 8, 33, 70]) {
    for (let index = 0; index < size; index++) {
      const proof = proveInclusion(tree, index, size)
      for (let other = 0; other <= size; other++) {
        const ok = verifyInclusion(leaves[index]!, BigInt(other), BigInt(size), proof, roots[size]!)
        if (ok !== (other === index)) expect.fail(`leaf ${index} of ${size} at ${other}`)
      }
    }
  }
})

test('every pair of trees up to 70 is proved consistent, by its own proof only', () => {
  for (let size2 = 0; size2 <= SIZE_MAX; size2++) {
    for (let size1 = 0; size1 <= size2; size1++) {
      const proof = proveConsistency(tree, size1, size2)
      const check = (path: Uint8Array[], root1 = roots[size1]!, root2 = roots[size2]!) =>
        verifyConsistency(BigInt(size1), BigInt(size2), path, root1, root2)
      const other = roots[(size1 + 1) % SIZE_MAX]!
      const ok = check(proof)
        && !check([...proof, other])
        && !check([other, ...proof])
        && !check(proof, other)
        && (size1 === 0 || !check(proof, roots[size1]!, roots[(size2 + 1) % SIZE_MAX]!))
        && (proof.length === 0 || (!check(proof.slice(1)) && !check(proof.slice(0, -1)) && !check([])))
        && proof.every((hash, i) => !check(proof.with(i, hash.with(31, hash[31]! ^ 128))))
      if (!ok) expect.fail(`${size1} to ${size2}`)
    }
  }
})

test('a fork is not consistent, however the proof is made', () => {
  const fork = new Tree()
  leaves.forEach((leaf, i) => fork.append(i === 5 ? leafHash(utf8('another history')) : leaf))
  for (let size1 = 6; size1 < SIZE_MAX; size1++) {
    for (const prover of [tree, fork]) {
      const proof = proveConsistency(prover, size1, SIZE_MAX)
      expect(verifyConsistency(BigInt(size1), BigInt(SIZE_MAX), proof, roots[size1]!, fork.root())).toBe(false)
    }
  }
})

test('a good proof of another history shows the beginning it has there, but for sizes that begin the proof', () => {
  const fork = new Tree()
  leaves.forEach((leaf, i) => fork.append(i === 5 ? leafHash(utf8('another history')) : leaf))
  const [end, size2] = [fork.root(), BigInt(SIZE_MAX)]
  for (let size1 = 1; size1 < SIZE_MAX; size1++) {
    const proof = proveConsistency(fork, size1, SIZE_MAX)
    const isPower = (size1 & (size1 - 1)) === 0
    const expected = isPower ? null : fork.root(size1)
    expect([size1, beginningShown(BigInt(size1), size2, proof, end)]).toEqual([size1, expected])
    expect(beginningShown(BigInt(size1), size2, proof, tree.root())).toBeNull()
    expect(beginningShown(BigInt(size1), size2, proof.slice(1), end)).toBeNull()
    expect(beginningShown(BigInt(size1), size2, [...proof, end], end)).toBeNull()
  }
  for (const [size1, of] of [[0n, size2], [size2, size2], [size2 + 1n, size2], [3n, 2n], [-1n, 5n]] as const) {
    expect(beginningShown(size1, of, [], end)).toBeNull()
  }
  expect(beginningShown(7n, size2, [new Uint8Array(31)], end)).toBeNull()
})

test('what does not exist has an empty proof that convinces nobody', () => {
  for (const [index, size] of [[5, 5], [6, 5], [0, 71], [-1, 5], [0.5, 5], [0, 0]] as const) {
    expect(proveInclusion(tree, index, size)).toEqual([])
    expect(verifyInclusion(leaves[0]!, 5n, 5n, [], roots[5]!)).toBe(false)
  }
  for (const [size1, size2] of [[5, 4], [1, 71], [-1, 5], [1.5, 5]] as const) {
    expect(proveConsistency(tree, size1, size2)).toEqual([])
  }
})

test('sizes beyond 2^53 are compared exactly', () => {
  const huge = 1n << 60n
  expect(verifyConsistency(huge, huge, [], roots[1]!, roots[1]!)).toBe(true)
  expect(verifyConsistency(huge + 1n, huge, [], roots[1]!, roots[1]!)).toBe(false)
  // The last leaf of 2^60 + 1 leaves hangs directly under the root.
  expect(verifyInclusion(leaves[0]!, huge, huge + 1n, [roots[8]!], nodeHash(roots[8]!, leaves[0]!))).toBe(true)
  expect(verifyInclusion(leaves[0]!, huge - 1n, huge + 1n, [roots[8]!], nodeHash(roots[8]!, leaves[0]!))).toBe(false)
})

type Consistency = { size1: number; size2: number; root1: string; root2: string; proof: string[] | null; wantErr: boolean }
const folder = new URL('../vectors/merkle/consistency/', import.meta.url)

describe.each(['valid', 'invalid'])('%s consistency vectors', (kind) => {
  // Sizes above 2^53 lose digits in JSON.parse; that file is for the conformance run, which reads exactly.
  const files = readdirSync(new URL(kind, folder)).filter((file) => !file.includes('2-to-the-53'))
  test.each(files)('%s', (file) => {
    const v = JSON.parse(readFileSync(new URL(`${kind}/${file}`, folder), 'utf8')) as Consistency
    const proof = (v.proof ?? []).map((text) => fromBase64(text)!)
    const ok = verifyConsistency(BigInt(v.size1), BigInt(v.size2), proof, fromBase64(v.root1)!, fromBase64(v.root2)!)
    expect(ok).toBe(kind === 'valid')
    expect(v.wantErr).toBe(kind === 'invalid')
  })
})

test('a node has two hashes and nothing else', () => {
  for (const length of [0, 31, 33]) {
    expect(() => nodeHash(new Uint8Array(length), EMPTY_ROOT)).toThrow('32 bytes')
    expect(() => nodeHash(EMPTY_ROOT, new Uint8Array(length))).toThrow('32 bytes')
  }
})
