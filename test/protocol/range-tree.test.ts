import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { sha256 } from '#ledger/hash.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import {
  compareRefs, emptyTree, fingerprintOf, fingerprintsIn, get, isListOf, LEAF_MAX, listIn, partsOf, put, type Range,
  type RangeTree, type Ref, sizeOf, type Standing, take, WHOLE,
} from '#protocol/range-tree.ts'
import { hexFor, idFor } from '#test/support/towns.ts'

beforeAll(() => void installNativeCrypto())

const HUB = 'cv.a-00000000/log'
const one = (name: string, own: Partial<Standing> = {}): Standing =>
  ({ listing: { id: idFor(name), hub: HUB }, hash: hexFor(`${name} 1`), hasBody: true, ...own })

function treeOf(...all: Standing[]): RangeTree<Standing> {
  const tree = emptyTree<Standing>()
  for (const each of all) put(tree, each)
  return tree
}

const many = (count: number): Standing[] => Array.from({ length: count }, (_, i) => one(`many ${i}`))
const positionOf = ({ id, hub }: Ref): number => new DataView(sha256(fromHex(id)!, utf8(hub)).buffer.slice(0, 4)).getUint32(0)

/** The specification, written down a second time and slowly: nothing is kept, and everything is a list. */
function printedAnew(all: Standing[], { path, bits }: Range): string {
  const inside = all
    .filter(({ listing }) => Math.floor(positionOf(listing) / 2 ** (32 - bits)) === path)
    .sort((a, b) => positionOf(a.listing) - positionOf(b.listing) || compareRefs(a.listing, b.listing))
  if (inside.length <= LEAF_MAX || bits === 32) {
    const items = inside.map(({ hash, hasBody }) => concat(fromHex(hash)!, Uint8Array.of(hasBody ? 1 : 0)))
    return toHex(sha256(concat(Uint8Array.of(0), ...items)))
  }
  const halves = [0, 1].map((half) => fromHex(printedAnew(inside, { path: path * 2 + half, bits: bits + 1 }))!)
  return toHex(sha256(concat(Uint8Array.of(1), ...halves)))
}

test('a fingerprint depends on what is in a range and on nothing else: not on the order, not on what was there before', () => {
  const names = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 2 }), fc.boolean()), { maxLength: 120 })
  fc.assert(fc.property(names, fc.integer({ min: 0, max: 12 }), (steps, bits) => {
    const tree = emptyTree<Standing>()
    const now = new Map<number, Standing>()
    for (const [name, rev, isTaken] of steps) {
      const each = one(`${name}`, { hash: hexFor(`${name} ${rev}`), hasBody: rev !== 1 })
      if (isTaken) take(tree, each.listing)
      else put(tree, each)
      if (isTaken) now.delete(name)
      else now.set(name, each)
      // Looked at in between, so that what is kept must be let go of again.
      fingerprintOf(tree, WHOLE)
    }
    const left = [...now.values()]
    const anew = treeOf(...left.toReversed())
    const path = Math.floor(2 ** bits * 0.37)
    for (const range of [WHOLE, { path, bits }]) {
      expect(fingerprintOf(tree, range)).toEqual(fingerprintOf(anew, range))
      expect(toHex(fingerprintOf(tree, range))).toBe(printedAnew(left, range))
      expect(sizeOf(tree, range)).toBe(sizeOf(anew, range))
    }
    for (const { listing } of left) expect(get(tree, listing)).toBe(now.get([...now].find(([, each]) => each.listing.id === listing.id)![0]))
  }), { numRuns: 60 })
})

test('any listing more, less, later or without its words is another fingerprint, of its own ranges and of no other', () => {
  const all = many(500)
  const before = fingerprintsIn(treeOf(...all), WHOLE, 6)
  const changed: Standing[][] = [
    all.slice(1), [...all, one('more')], [{ ...all[0]!, hash: hexFor('later') }, ...all.slice(1)],
    [{ ...all[0]!, hasBody: false }, ...all.slice(1)],
  ]
  for (const [i, others] of changed.entries()) {
    const after = fingerprintsIn(treeOf(...others), WHOLE, 6)
    const differing = after.flatMap((print, n) => (toHex(print) === toHex(before[n]!) ? [] : [n]))
    expect(differing).toEqual([positionOf(i === 1 ? one('more').listing : all[0]!.listing) >>> 26])
  }
})

test('the parts of a range are its fingerprints one level down, however few it holds', () => {
  for (const count of [0, 1, LEAF_MAX, LEAF_MAX + 1, 300]) {
    const tree = treeOf(...many(count))
    for (const range of [WHOLE, { path: 2, bits: 3 }]) {
      const prints = partsOf(range, 5).map((part) => fingerprintOf(tree, part))
      expect(fingerprintsIn(tree, range, 5)).toEqual(prints)
      expect(partsOf(range, 5).reduce((sum, part) => sum + sizeOf(tree, part), 0)).toBe(sizeOf(tree, range))
    }
  }
})

test('every listing is on exactly one page, also when those before it have gone meanwhile', () => {
  const tree = treeOf(...many(100))
  const all = listIn(tree, WHOLE, null, 1_000)
  expect(all).toMatchObject({ more: false })
  const seen: Standing[] = []
  for (let after: Ref | null = null, more = true; more; after = seen.at(-1)!.listing) {
    const page = listIn(tree, WHOLE, after, 7)
    expect(isListOf(WHOLE, after, page.found.map(({ listing }) => listing))).toBe(true)
    seen.push(...page.found)
    more = page.more
    take(tree, seen.at(-1)!.listing)
  }
  expect(seen).toEqual(all.found)
  expect(isListOf(WHOLE, null, seen.map(({ listing }) => listing).toReversed())).toBe(false)
  expect(isListOf({ path: 0, bits: 1 }, null, seen.map(({ listing }) => listing))).toBe(false)
})

test('a position that somebody has crowded is still compared, listed and emptied', () => {
  // Two names of one position are found by trying: a birthday among some hundred thousand.
  const positions = new Map<number, Ref>()
  const same: Ref[] = []
  for (let i = 0; same.length === 0; i++) {
    const ref = { id: toHex(sha256(utf8(`grinding ${i}`))).slice(0, 32), hub: HUB }
    const position = positionOf(ref)
    const other = positions.get(position)
    if (other === undefined) positions.set(position, ref)
    else same.push(other, ref)
  }
  // Nine hubs that take each other's ids do not share a position, so a crowd is made of what does.
  const crowd = same.map((listing, i): Standing => ({ listing, hash: hexFor(`crowd ${i}`), hasBody: true }))
  const tree = treeOf(...many(50), ...crowd)
  const spot: Range = { path: positionOf(same[0]!), bits: 32 }
  expect(sizeOf(tree, spot)).toBe(2)
  expect(listIn(tree, spot, null, 1)).toMatchObject({ more: true })
  expect(toHex(fingerprintOf(tree, WHOLE))).toBe(printedAnew([...many(50), ...crowd], WHOLE))
  take(tree, same[0]!)
  expect(listIn(tree, spot, null, 9).found).toEqual([crowd[1]])
})

test('what makes sums of hashes collide does nothing here', () => {
  // A fingerprint that adds up elements modulo 2^k is fooled by whoever finds listings with the sum of others. Here
  // k is 24, so that such a set is found while one waits: by it, `hidden` would never be asked for.
  const k = 24
  const low = ({ hash }: Standing): number => Number.parseInt(hash.slice(-6), 16)
  const sumOf = (all: Standing[]): number => all.reduce((sum, each) => (sum + low(each)) % 2 ** k, 0)
  const hidden = one('somebody else’s need')
  const spam = (i: number) => one(`spam ${i}`, { hash: hexFor(`spam ${i}`) })
  const seen = new Map<number, number>()
  let found: Standing[] | null = null
  for (let i = 0; found === null; i++) {
    const wanted = (low(hidden) - low(spam(i)) + 2 ** k) % 2 ** k
    const other = seen.get(wanted)
    if (other !== undefined) found = [spam(i), spam(other)]
    seen.set(low(spam(i)), i)
  }
  const others = many(20)
  expect(sumOf([...others, ...found])).toBe(sumOf([...others, hidden]))
  expect(fingerprintOf(treeOf(...others, ...found), WHOLE)).not.toEqual(fingerprintOf(treeOf(...others, hidden), WHOLE))
})

test('a leaf is never taken for a fork, nor two listings for one', () => {
  const [a, b] = [hexFor('a'), hexFor('b')]
  const leaf = treeOf(one('1', { hash: a }), one('2', { hash: b }))
  expect(toHex(fingerprintOf(leaf, WHOLE))).not.toBe(toHex(sha256(Uint8Array.of(1), fromHex(a)!, fromHex(b)!)))
  expect(fingerprintOf(treeOf(), WHOLE)).toEqual(sha256(Uint8Array.of(0)))
  expect(fingerprintOf(treeOf(one('1')), WHOLE)).not.toEqual(fingerprintOf(treeOf(one('1'), one('2', { hash: one('1').hash })), WHOLE))
})
