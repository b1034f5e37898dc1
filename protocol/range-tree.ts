/**
 * A set of listings that two hubs can compare without listing it.
 *
 * Every listing has a *position*: the first 32 bits of SHA-256(id ‖ hub). A *range* is all positions that begin with
 * the same bits, so both sides cut their sets at the same points whatever they hold. The fingerprint of a range
 * depends on what is in it and on nothing else:
 *
 *   at most 8 listings, or all 32 bits fixed    SHA-256(00 ‖ hash ‖ flag ‖ hash ‖ flag …), in the order of `inOrder`
 *   more                                        SHA-256(01 ‖ fingerprint of the lower half ‖ of the upper half)
 *
 * `hash` is SHA-256 of the listing's bytes, which name its id and its hub; `flag` says whether its body is there.
 * Both forms can be read back unambiguously, so two sets with one fingerprint are a collision of SHA-256 itself:
 * there is nothing to add up, as in fingerprints that are sums, and so no salt and no session. That is why the
 * fingerprints can be kept in the tree: a change costs the way from one leaf to the root, whoever asks.
 *
 * Who chooses ids can crowd listings into one position, at 2^k hashes for k bits in common. That makes the tree at
 * most 32 deep there, and a range of 32 bits is listed in pages however full it is.
 */
import type { Hex, Origin } from '#ledger/action.ts'
import { fromHex, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'

/** What names a listing. */
export type Ref = { id: Hex; hub: Origin }
/** What a tree holds of each: its name, the hash of its bytes, and whether its body is there. */
export type Standing = { listing: Ref; hash: Hex; hasBody: boolean }

/** All positions whose first `bits` bits are `path`; `bits` 0 is everything. */
export type Range = { path: number; bits: number }
export const WHOLE: Range = { path: 0, bits: 0 }

export const POSITION_BITS = 32
/** A range of so many listings is one leaf. */
export const LEAF_MAX = 8

type Positioned<T> = { position: number; one: T }
type Leaf<T> = { all: Positioned<T>[]; print: Uint8Array | null }
type Fork<T> = { low: Node<T>; high: Node<T>; size: number; print: Uint8Array | null }
type Node<T> = Leaf<T> | Fork<T>

export type RangeTree<T extends Standing> = { root: Node<T> }

export const emptyTree = <T extends Standing>(): RangeTree<T> => ({ root: leafOf<T>([]) })

/** Puts a listing in, in place of an earlier revision of the same. */
export function put<T extends Standing>(tree: RangeTree<T>, one: T): void {
  tree.root = grown(tree.root, 0, { position: positionOf(one.listing), one })
}

/** Takes a listing out, if it is there. */
export function take<T extends Standing>(tree: RangeTree<T>, ref: Ref): void {
  tree.root = pruned(tree.root, 0, positionOf(ref), ref)
}

/** The listing of this name, if it is there. */
export function get<T extends Standing>(tree: RangeTree<T>, ref: Ref): T | undefined {
  const position = positionOf(ref)
  let node = tree.root
  for (let bits = 0; 'low' in node; bits++) node = bitOf(position, bits) === 0 ? node.low : node.high
  return node.all.find(({ one }) => compareRefs(one.listing, ref) === 0)?.one
}

/** How many listings a range holds. */
export const sizeOf = <T extends Standing>(tree: RangeTree<T>, range: Range): number => sizeOfNode(nodeAt(tree, range))

/** 32 bytes that stand for all that a range holds. */
export const fingerprintOf = <T extends Standing>(tree: RangeTree<T>, range: Range): Uint8Array =>
  printOf(nodeAt(tree, range))

/** The fingerprints of the `2 ** bits` equal parts of a range, in their order. */
export function fingerprintsIn<T extends Standing>(tree: RangeTree<T>, range: Range, bits: number): Uint8Array[] {
  const prints: Uint8Array[] = []
  const visit = (node: Node<T>, at: Range, left: number): void => {
    if (left === 0) return void prints.push(printOf(node))
    for (const half of halvesOf(at)) visit(within(node, at.bits, half), half, left - 1)
  }
  visit(nodeAt(tree, range), range, bits)
  return prints
}

/** The `2 ** bits` equal parts of a range, in their order. */
export function partsOf(range: Range, bits: number): Range[] {
  const parts: Range[] = [{ path: range.path, bits: range.bits }]
  for (let i = 0; i < bits; i++) parts.push(...parts.splice(0).flatMap(halvesOf))
  return parts
}

/** At most `count` listings of a range behind `after`, in their order, and whether there are more. */
export function listIn<T extends Standing>(
  tree: RangeTree<T>, range: Range, after: Ref | null, count: number,
): { found: T[]; more: boolean } {
  const from = after === null ? null : positioned({ listing: after })
  const found: T[] = []
  /** False when there is more than was asked for. */
  const visit = (node: Node<T>, at: Range): boolean => {
    if (from !== null && lastPositionIn(at) < from.position) return true
    if ('low' in node) return halvesOf(at).every((half) => visit(within(node, at.bits, half), half))
    for (const each of node.all) {
      if (from !== null && inOrder(each, from) <= 0) continue
      if (found.length === count) return false
      found.push(each.one)
    }
    return true
  }
  return { more: !visit(nodeAt(tree, range), range), found }
}

/** Whether these are names as a list of this range has them behind `after`: inside it, ascending, each once. */
export function isListOf(range: Range, after: Ref | null, refs: Ref[]): boolean {
  let last = after === null ? null : positioned({ listing: after })
  for (const listing of refs) {
    const next = positioned({ listing })
    if (pathOf(next.position, range.bits) !== range.path || (last !== null && inOrder(last, next) >= 0)) return false
    last = next
  }
  return true
}

/** By id, then by hub. */
export function compareRefs(a: Ref, b: Ref): number {
  if (a.id !== b.id) return a.id < b.id ? -1 : 1
  return a.hub === b.hub ? 0 : a.hub < b.hub ? -1 : 1
}

function positionOf({ id, hub }: Ref): number {
  const [a, b, c, d] = sha256(fromHex(id)!, utf8(hub))
  return ((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0
}

const positioned = <O extends { listing: Ref }>(one: O): { position: number; one: O } => ({ position: positionOf(one.listing), one })

/** By position; those few that share one by their names. */
const inOrder = (a: Positioned<{ listing: Ref }>, b: Positioned<{ listing: Ref }>): number =>
  a.position - b.position || compareRefs(a.one.listing, b.one.listing)

const pathOf = (position: number, bits: number): number => (bits === 0 ? 0 : position >>> (POSITION_BITS - bits))
const bitOf = (position: number, bits: number): number => (position >>> (POSITION_BITS - 1 - bits)) & 1
const halvesOf = ({ path, bits }: Range): [Range, Range] =>
  [{ path: path * 2, bits: bits + 1 }, { path: path * 2 + 1, bits: bits + 1 }]
const lastPositionIn = ({ path, bits }: Range): number => (path + 1) * 2 ** (POSITION_BITS - bits) - 1

// Nodes

const leafOf = <T>(all: Positioned<T>[]): Leaf<T> => ({ all, print: null })
const sizeOfNode = <T>(node: Node<T>): number => ('low' in node ? node.size : node.all.length)

/** The node of a range, which may be a part of a leaf. */
function nodeAt<T extends Standing>({ root }: RangeTree<T>, range: Range): Node<T> {
  let node = root
  for (let bits = 0; bits < range.bits && 'low' in node; bits++) {
    const next = Math.floor(range.path / 2 ** (range.bits - bits - 1)) % 2
    node = next === 0 ? node.low : node.high
  }
  return 'low' in node ? node : partOfLeaf(node, range)
}

/** The part of a node of `bits` bits that lies in one of its halves. */
function within<T extends Standing>(node: Node<T>, bits: number, half: Range): Node<T> {
  if ('low' in node) return half.path % 2 === 0 ? node.low : node.high
  return partOfLeaf(node, half)
}

function partOfLeaf<T extends Standing>(leaf: Leaf<T>, { path, bits }: Range): Leaf<T> {
  const part = leaf.all.filter(({ position }) => pathOf(position, bits) === path)
  return part.length === leaf.all.length ? leaf : leafOf(part)
}

function grown<T extends Standing>(node: Node<T>, bits: number, added: Positioned<T>): Node<T> {
  node.print = null
  if ('low' in node) {
    if (bitOf(added.position, bits) === 0) node.low = grown(node.low, bits + 1, added)
    else node.high = grown(node.high, bits + 1, added)
    node.size = sizeOfNode(node.low) + sizeOfNode(node.high)
    return node
  }
  const at = node.all.findIndex((each) => inOrder(each, added) >= 0)
  const same = at >= 0 && inOrder(node.all[at]!, added) === 0
  node.all.splice(at < 0 ? node.all.length : at, same ? 1 : 0, added)
  return forked(node.all, bits)
}

/** A leaf of these, or as many forks as it takes. */
function forked<T extends Standing>(all: Positioned<T>[], bits: number): Node<T> {
  if (all.length <= LEAF_MAX || bits === POSITION_BITS) return leafOf(all)
  const [low, high] = [0, 1].map((bit) => forked(all.filter(({ position }) => bitOf(position, bits) === bit), bits + 1))
  return { low: low!, high: high!, size: all.length, print: null }
}

function pruned<T extends Standing>(node: Node<T>, bits: number, position: number, ref: Ref): Node<T> {
  node.print = null
  if (!('low' in node)) return leafOf(node.all.filter(({ one }) => compareRefs(one.listing, ref) !== 0))
  if (bitOf(position, bits) === 0) node.low = pruned(node.low, bits + 1, position, ref)
  else node.high = pruned(node.high, bits + 1, position, ref)
  node.size = sizeOfNode(node.low) + sizeOfNode(node.high)
  return node.size <= LEAF_MAX ? leafOf(positionedIn(node)) : node
}

const positionedIn = <T>(node: Node<T>): Positioned<T>[] =>
  'low' in node ? [...positionedIn(node.low), ...positionedIn(node.high)] : node.all

const LEAF = 0
const FORK = Uint8Array.of(1)
/** A hash and its flag. */
const STANDING_BYTES = 33

function printOf<T extends Standing>(node: Node<T>): Uint8Array {
  return (node.print ??= 'low' in node ? sha256(FORK, printOf(node.low), printOf(node.high)) : leafPrint(node.all))
}

function leafPrint<T extends Standing>(all: Positioned<T>[]): Uint8Array {
  const bytes = new Uint8Array(1 + STANDING_BYTES * all.length)
  bytes[0] = LEAF
  all.forEach(({ one: { hash, hasBody } }, i) => {
    bytes.set(fromHex(hash)!, 1 + STANDING_BYTES * i)
    bytes[STANDING_BYTES * (i + 1)] = hasBody ? 1 : 0
  })
  return sha256(bytes)
}
