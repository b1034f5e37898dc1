/**
 * The Merkle tree of the log: RFC 6962 section 2.1 for hashes and trees, RFC 9162 section 2.1 for
 * how proofs are checked.
 *
 * A leaf is hashed as SHA-256(00 ‖ bytes) and an inner node as SHA-256(01 ‖ left ‖ right), so that
 * no node can be passed off as a leaf. A tree of n leaves splits at the largest power of two below
 * n; every complete subtree is therefore computed once and never changes, and that is all `Tree`
 * holds.
 *
 * An inclusion proof shows that a leaf stands in a tree with a given root. A consistency proof
 * shows that one tree is the beginning of another: that nothing which was there has been taken out
 * or altered. Both come from outside, so checking them answers false to anything that is not a
 * proof and never throws.
 */

import { concat, equalBytes, isHexAt, standsAt } from './bytes.ts'
import { sha256, sha256Into } from './hash.ts'

const HASH_BYTES = 32
/** 00 ‖ bytes, filled in again for every leaf that fits. */
const leafInput = new Uint8Array(65_536)
/** Its beginnings, by their length: most records are of one of a few hundred lengths, and a view of each is made once. */
const leafInputs: Uint8Array[] = []
const LENGTHS_KEPT = 1_024
/** 01 ‖ left ‖ right, filled in again for every node: they are hashed by the million. */
const nodeInput = new Uint8Array(1 + 2 * HASH_BYTES)
nodeInput[0] = 1

/** The root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = sha256()

export function leafHash(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= leafInput.length) return sha256(Uint8Array.of(0), bytes)
  leafInput.set(bytes, 1)
  return sha256(leafInputOf(bytes.length + 1))
}

const leafInputOf = (length: number): Uint8Array =>
  length < LENGTHS_KEPT ? (leafInputs[length] ??= leafInput.subarray(0, length)) : leafInput.subarray(0, length)

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (!isHash(left) || !isHash(right)) throw new RangeError('a node has two hashes of 32 bytes')
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + HASH_BYTES)
  return sha256(nodeInput)
}

/** The complete subtrees of a log, wherever they are kept: in memory here, in tiles elsewhere. */
export type Subtrees = {
  readonly size: number
  /**
   * The root of the leaves index·2^level … (index+1)·2^level − 1, all of which are below `size`.
   */
  hashAt(level: number, index: number): Uint8Array
}

/**
 * A growing tree in memory: 64 bytes a leaf.
 *
 * Leaves are put down as they come; the nodes over them are hashed all together when somebody asks for one, which takes
 * some per cent less of a replay than to hash them between two records.
 */
export class Tree implements Subtrees {
  // Level k holds the complete subtrees of 2^k leaves one after the other: a million leaves are a
  // few large arrays and not two million small ones.
  readonly #levels: Uint8Array[] = []
  #size = 0
  /** The nodes over so many of the leaves have been hashed. */
  #hashed = 0

  get size(): number {
    return this.#size
  }

  /**
   * The tree of `size` leaves whose complete subtrees these are: level k holds, one after the other, the
   * ⌊size / 2^k⌋ hashes of level k, from the leaves up to the one hash of the largest; what an array has behind them
   * is room to grow. The arrays become the tree's own. Null when they are not as many or too short. Nothing is
   * hashed: that inner nodes belong to their leaves is known of one's own levels, and of others' once a tree has been
   * made of the leaves.
   */
  static fromLevels(levels: readonly Uint8Array[], size: number): Tree | null {
    if (!isCount(size) || levels.length !== bitsOf(size)) return null
    if (levels.some(({ length }, level) => length < HASH_BYTES * Math.floor(size / 2 ** level))) return null
    const tree = new Tree()
    tree.#levels.push(...levels)
    tree.#size = tree.#hashed = size
    return tree
  }

  /**
   * The hashes of one level from an index on: what a copy that ends there lacks. A view of the
   * tree's own bytes as they are now, to be read and not kept; empty above the last level.
   */
  levelFrom(level: number, index: number): Uint8Array {
    if (level > 0) this.#hashNodes()
    const end = HASH_BYTES * Math.floor(this.#size / 2 ** level)
    return this.#levels[level]?.subarray(HASH_BYTES * index, end) ?? new Uint8Array()
  }

  append(leaf: Uint8Array): void {
    if (!isHash(leaf)) throw new RangeError(`a leaf hash has 32 bytes, not ${leaf.length}`)
    const hashes = this.#roomFor(0, this.#size)
    for (let i = 0, at = this.#size * HASH_BYTES; i < HASH_BYTES; i++, at++) hashes[at] = leaf[i]!
    this.#size++
  }

  /** Hashes the nodes that have become complete since the last time, level by level. */
  #hashNodes(): void {
    let [done, end] = [this.#hashed, this.#size]
    for (let level = 1; done < end; level++) {
      ;[done, end] = [Math.floor(done / 2), Math.floor(end / 2)]
      if (done === end) break
      const below = this.#levels[level - 1]!
      const hashes = this.#roomFor(level, end - 1)
      for (let index = done; index < end; index++) {
        // The two stand side by side.
        for (let i = 1, at = 2 * index * HASH_BYTES; i < nodeInput.length; i++, at++) nodeInput[i] = below[at]!
        sha256Into(hashes, index * HASH_BYTES, nodeInput)
      }
    }
    this.#hashed = this.#size
  }

  /** Whether this is the leaf hash at an index. @throws beyond the tree. */
  isLeafAt(index: number, leaf: Uint8Array): boolean {
    return isHash(leaf) && standsAt(this.#hashesWith(0, index), index * HASH_BYTES, leaf)
  }

  /** The same of a leaf hash in lower-case hex. */
  isHexLeafAt(index: number, leaf: string): boolean {
    return leaf.length === 2 * HASH_BYTES && isHexAt(leaf, this.#hashesWith(0, index), index * HASH_BYTES)
  }

  /** The root over the first `size` leaves, of all by default. @throws beyond the tree. */
  root(size: number = this.#size): Uint8Array {
    if (!Number.isSafeInteger(size) || size < 0 || size > this.#size) {
      throw new RangeError(`no root of ${size} leaves in a tree of ${this.#size}`)
    }
    return rangeHash(this, 0, size)
  }

  /** The leaf hash at an index. @throws beyond the tree. */
  leafAt(index: number): Uint8Array {
    return this.hashAt(0, index)
  }

  hashAt(level: number, index: number): Uint8Array {
    if (level > 0) this.#hashNodes()
    return this.#hashesWith(level, index).slice(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }

  /** The hashes of a level, to be read. @throws when there is none at this index. */
  #hashesWith(level: number, index: number): Uint8Array {
    const hashes = this.#levels[level]
    if (hashes === undefined || index < 0 || (index + 1) * 2 ** level > this.#size) {
      throw new RangeError(`no subtree ${index} at level ${level} in a tree of ${this.#size}`)
    }
    return hashes
  }

  /** The hashes of a level, with room for one at this index. */
  #roomFor(level: number, index: number): Uint8Array {
    const hashes = this.#levels[level] ?? (this.#levels[level] = new Uint8Array(HASH_BYTES * 4))
    if ((index + 1) * HASH_BYTES <= hashes.length) return hashes
    // Twice as much while that is little; from a megabyte on a quarter more, as most of it may stay empty.
    const more = hashes.length < 2 ** 20 ? hashes.length : HASH_BYTES * Math.floor(hashes.length / 4 / HASH_BYTES)
    const larger = new Uint8Array(Math.max(hashes.length + more, HASH_BYTES * (index + 1)))
    larger.set(hashes)
    return (this.#levels[level] = larger)
  }
}

/**
 * The edge of a growing tree: the roots of its complete subtrees, largest first. Enough to append
 * and to know the root of all, in 32 bytes for each bit of its size; proves nothing.
 */
export class Frontier {
  readonly #subtrees: Uint8Array[] = []
  #size = 0

  /** The edge of a tree as it is now. */
  static of(tree: Subtrees): Frontier {
    const edge = new Frontier()
    for (let level = 0, count = tree.size; count > 0; level++, count = Math.floor(count / 2)) {
      if (count % 2 === 1) edge.#subtrees.unshift(tree.hashAt(level, count - 1))
    }
    edge.#size = tree.size
    return edge
  }

  get size(): number {
    return this.#size
  }

  append(leaf: Uint8Array): void {
    let hash = leaf
    for (let size = this.#size++; size % 2 === 1; size = (size - 1) / 2) hash = nodeHash(this.#subtrees.pop()!, hash)
    this.#subtrees.push(hash)
  }

  /** What `from` makes the same edge of. */
  hashes(): Uint8Array {
    return concat(...this.#subtrees)
  }

  /** The edge of a tree of `size` leaves, by the roots of its complete subtrees; null when there are not so many. */
  static from(size: number, hashes: Uint8Array): Frontier | null {
    let subtrees = 0
    for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) subtrees += rest % 2
    if (hashes.length !== HASH_BYTES * subtrees) return null
    const edge = new Frontier()
    edge.#size = size
    for (let at = 0; at < hashes.length; at += HASH_BYTES) edge.#subtrees.push(hashes.slice(at, at + HASH_BYTES))
    return edge
  }

  /** The root; with one more leaf behind the others, when one is given. */
  root(more: Uint8Array | null = null): Uint8Array {
    return this.#subtrees.reduceRight<Uint8Array | null>(
      (right, left) => (right === null ? left : nodeHash(left, right)), more,
    ) ?? EMPTY_ROOT
  }
}

/** The root over leaf hashes given all at once. */
export function rootOf(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const edge = new Frontier()
  for (const leaf of leafHashes) edge.append(leaf)
  return edge.root()
}

/**
 * The audit path of a leaf in the tree of the first `size` leaves, from its sibling upwards (RFC
 * 6962 section 2.1.1). Where there is no such leaf or no such tree the list is empty, which proves
 * nothing.
 */
export function proveInclusion(tree: Subtrees, index: number, size: number): Uint8Array[] {
  if (!isCount(index) || !isCount(size) || index >= size || size > tree.size) return []
  const path: Uint8Array[] = []
  let start = 0
  let end = size
  while (end - start > 1) {
    const middle = start + splitOf(end - start)
    if (index < middle) {
      path.push(rangeHash(tree, middle, end))
      end = middle
    } else {
      path.push(rangeHash(tree, start, middle))
      start = middle
    }
  }
  return path.reverse()
}

/**
 * The root over leaf hashes, and the audit path of each of them, all at once: every inner node is hashed one time,
 * and paths share what they have in common.
 */
export function allInclusions(leafHashes: readonly Uint8Array[]): { root: Uint8Array; paths: Uint8Array[][] } {
  const paths = leafHashes.map((): Uint8Array[] => [])
  const rootOver = (start: number, end: number): Uint8Array => {
    if (start === end) return EMPTY_ROOT
    if (end - start === 1) return leafHashes[start]!
    const middle = start + splitOf(end - start)
    const left = rootOver(start, middle)
    const right = rootOver(middle, end)
    for (let i = start; i < end; i++) paths[i]!.push(i < middle ? right : left)
    return nodeHash(left, right)
  }
  return { root: rootOver(0, leafHashes.length), paths }
}

/**
 * True when the proof leads from this leaf at this index to the root (RFC 9162 section 2.1.3.2).
 */
export function verifyInclusion(
  leaf: Uint8Array, index: bigint, size: bigint, proof: readonly Uint8Array[], root: Uint8Array,
): boolean {
  if (index < 0n || index >= size) return false
  if (!isHash(leaf) || !isHash(root) || !proof.every(isHash)) return false

  let node = index
  let last = size - 1n
  let hash = leaf
  for (const sibling of proof) {
    if (last === 0n) return false // The proof goes on above the root.
    if (node % 2n === 1n || node === last) {
      hash = nodeHash(sibling, hash)
      // A node without a right sibling stands unchanged on the level above, until it has a left
      // one.
      while (node % 2n === 0n) {
        node /= 2n
        last /= 2n
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    node /= 2n
    last /= 2n
  }
  return last === 0n && equalBytes(hash, root)
}

/**
 * The proof that the first `size1` leaves are the beginning of the first `size2` (RFC 6962 section
 * 2.1.2). Empty between equal trees, from the empty tree, and where one of the trees does not
 * exist.
 */
export function proveConsistency(tree: Subtrees, size1: number, size2: number): Uint8Array[] {
  if (!isCount(size1) || !isCount(size2) || size2 > tree.size) return []
  if (size1 === 0 || size1 >= size2) return []
  const proof: Uint8Array[] = []
  let start = 0
  let end = size2
  // The verifier knows the root of the first tree; a subtree that is exactly that root need not be
  // sent.
  let isOldRoot = true
  while (end !== size1) {
    const middle = start + splitOf(end - start)
    if (size1 <= middle) {
      proof.push(rangeHash(tree, middle, end))
      end = middle
    } else {
      proof.push(rangeHash(tree, start, middle))
      start = middle
      isOldRoot = false
    }
  }
  if (!isOldRoot) proof.push(rangeHash(tree, start, end))
  return proof.reverse()
}

/**
 * True when the proof shows that the tree of `size1` leaves with `root1` is the beginning of the
 * tree of `size2` leaves with `root2` (RFC 9162 section 2.1.4.2). Two trees of equal size are
 * consistent when their roots are the same, without a proof; the empty tree, by its own root, is
 * the beginning of all.
 */
export function verifyConsistency(
  size1: bigint, size2: bigint, proof: readonly Uint8Array[], root1: Uint8Array, root2: Uint8Array,
): boolean {
  if (size1 < 0n || size1 > size2) return false
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2)
  if (!isHash(root1) || !isHash(root2) || !proof.every(isHash)) return false
  if (size1 === 0n) return proof.length === 0 && equalBytes(root1, EMPTY_ROOT)

  // A first tree that is one complete subtree is its own starting point and was left out of the
  // proof.
  if (isComplete(size1) && proof.length === 0) return false
  const shown = rootsShown(size1, size2, isComplete(size1) ? [root1, ...proof] : proof)
  return shown !== null && equalBytes(shown.root1, root1) && equalBytes(shown.root2, root2)
}

/**
 * The root of the first `size1` leaves that a consistency proof shows in the tree of `size2` leaves
 * with `root2`, whatever was expected there. Null when the proof does not lead to `root2`, and when
 * `size1` is a power of two or 0: such a proof begins with the expected root itself, and shows no
 * other.
 */
export function beginningShown(
  size1: bigint, size2: bigint, proof: readonly Uint8Array[], root2: Uint8Array,
): Uint8Array | null {
  if (size1 <= 0n || size1 >= size2 || isComplete(size1) || !proof.every(isHash)) return null
  const shown = rootsShown(size1, size2, proof)
  return shown !== null && equalBytes(shown.root2, root2) ? shown.root1 : null
}

const isComplete = (size: bigint): boolean => (size & (size - 1n)) === 0n

/**
 * Both roots that a path of hashes leads to, from the largest complete subtree at the end of the
 * first tree upwards; null when it is shorter or longer than that. 0 < size1 < size2.
 */
function rootsShown(
  size1: bigint, size2: bigint, path: readonly Uint8Array[],
): { root1: Uint8Array; root2: Uint8Array } | null {
  const start = path[0]
  if (start === undefined) return null

  let node = size1 - 1n
  let last = size2 - 1n
  while (node % 2n === 1n) {
    node /= 2n
    last /= 2n
  }
  let hash1 = start
  let hash2 = start
  for (const sibling of path.slice(1)) {
    if (last === 0n) return null // The proof goes on above the root.
    if (node % 2n === 1n || node === last) {
      hash1 = nodeHash(sibling, hash1)
      hash2 = nodeHash(sibling, hash2)
      while (node !== 0n && node % 2n === 0n) {
        node /= 2n
        last /= 2n
      }
    } else {
      hash2 = nodeHash(hash2, sibling)
    }
    node /= 2n
    last /= 2n
  }
  return last === 0n ? { root1: hash1, root2: hash2 } : null
}

/**
 * The root over leaves start … end−1, where `start` is a multiple of the power of two at or above
 * the length.
 */
function rangeHash(tree: Subtrees, start: number, end: number): Uint8Array {
  if (start === end) return EMPTY_ROOT
  // From the right, the complete subtrees of the range grow: fold them as they come.
  let hash: Uint8Array | null = null
  let at = end
  while (at > start) {
    const width = largestPowerDividing(at - start)
    const subtree = tree.hashAt(levelOf(width), (at - width) / width)
    hash = hash === null ? subtree : nodeHash(subtree, hash)
    at -= width
  }
  return hash!
}

/** The largest power of two below n, for n of at least two: where a tree of n leaves splits. */
function splitOf(n: number): number {
  let power = 1
  while (power * 2 < n) power *= 2
  return power
}

function largestPowerDividing(n: number): number {
  let power = 1
  while (n % (power * 2) === 0) power *= 2
  return power
}

/** How many binary digits a count has: the levels of its tree. */
function bitsOf(count: number): number {
  let bits = 0
  for (let rest = count; rest > 0; rest = Math.floor(rest / 2)) bits++
  return bits
}

function levelOf(power: number): number {
  let level = 0
  for (let width = power; width > 1; width /= 2) level++
  return level
}

const isHash = (bytes: Uint8Array): boolean => bytes.length === HASH_BYTES
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
