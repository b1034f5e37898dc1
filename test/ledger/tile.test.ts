import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { leafHash, proveConsistency, proveInclusion, Tree, verifyConsistency, verifyInclusion } from '#ledger/merkle.ts'
import {
  encodeBundle, encodeTile, ENTRY_BYTES_MAX, parseBundle, parseTile, parseTilePath, type ReadTile, readTiledLog, type Tile,
  TILE_WIDTH, TileError, tilePath, tilesOf, treeOfTiles, widthIn,
} from '#ledger/tile.ts'

const vectors = new URL('../vectors/tile/', import.meta.url)
const files = (folder: string) => readdirSync(new URL(folder, vectors)).map((name) => name.replace('.json', ''))
type Vector = { path: string; tile: Tile } | { bundle: string; width: number; records: string[] } | { tile: string; width: number; hashes: string[] }
const json = (folder: string, name: string) => JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, vectors), 'utf8')) as Vector

test.each(files('valid'))('%s is read and written', (name) => {
  const vector = json('valid', name)
  if ('path' in vector) {
    expect(parseTilePath(vector.path)).toEqual(vector.tile)
    expect(tilePath(vector.tile)).toBe(vector.path)
  } else if ('bundle' in vector) {
    expect(parseBundle(fromHex(vector.bundle)!, vector.width)?.map(toHex)).toEqual(vector.records)
    expect(toHex(encodeBundle(vector.records.map((hex) => fromHex(hex)!)))).toBe(vector.bundle)
  } else expect(parseTile(fromHex(vector.tile)!, vector.width)?.map(toHex)).toEqual(vector.hashes)
})

test.each(files('invalid'))('%s is refused', (name) => {
  const vector = json('invalid', name)
  if ('path' in vector) expect(parseTilePath(vector.path)).toBeNull()
  else if ('bundle' in vector) expect(parseBundle(fromHex(vector.bundle)!, vector.width)).toBeNull()
  else expect(parseTile(fromHex(vector.tile)!, vector.width)).toBeNull()
})

test('every tile has one path, and every path one tile', () => {
  fc.assert(fc.property(
    fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 })), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }),
    (level, index, width) => void expect(parseTilePath(tilePath({ level, index, width }))).toEqual({ level, index, width }),
  ))
})

test('there is no path to what is no tile', () => {
  for (const tile of [
    { level: 64, index: 0, width: 1 }, { level: -1, index: 0, width: 1 }, { level: 0, index: -1, width: 1 },
    { level: 0, index: 2 ** 53, width: 1 }, { level: 0, index: 0, width: 0 }, { level: 0, index: 0, width: 257 },
  ]) expect(() => tilePath(tile)).toThrow('no tile')
})

test('a tree of 70,000 has the tiles that the specification counts', () => {
  const widths = new Map<string, number[]>()
  for (const { level, width } of tilesOf(70_000)) widths.set(String(level), [...widths.get(String(level)) ?? [], width])
  const full = Array<number>(273).fill(256)
  expect(Object.fromEntries(widths)).toEqual({ entries: [...full, 112], 0: [...full, 112], 1: [256, 17], 2: [1] })
  expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1'])
  expect([...tilesOf(0)]).toEqual([])
})

/** A log in memory: what is served of it at a size, by path. */
function aLog(size: number): { tree: Tree; records: Uint8Array[]; served: Map<string, Uint8Array> } {
  const records = Array.from({ length: size }, (_, i) => utf8(`record ${i} ${'.'.repeat(i % 7)}`))
  const tree = new Tree()
  for (const record of records) tree.append(leafHash(record))
  const served = new Map([...tilesOf(size)].map((tile) => {
    const { level, index, width } = tile
    const from = index * TILE_WIDTH
    return [tilePath(tile), level === 'entries' ? encodeBundle(records.slice(from, from + width)) : encodeTile(tree, level, index, width)]
  }))
  return { tree, records, served }
}
const from = (served: Map<string, Uint8Array>): ReadTile => (tile) => served.get(tilePath(tile)) ?? null

describe.each([1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])('a log of %d records as tiles', (size) => {
  const { tree, records, served } = aLog(size)

  test('is read back whole', () => {
    const seen: number[] = []
    const fault = readTiledLog(size, tree.root(), from(served), (record, index) => {
      if (toHex(record) === toHex(records[index]!)) seen.push(index)
    })
    expect(fault).toBeNull()
    expect(seen).toEqual(records.map((_, i) => i))
  })

  test('gives the proofs that the tree gives', () => {
    const tiled = treeOfTiles(size, from(served))
    for (const index of new Set([0, size >> 1, size - 1])) {
      const path = proveInclusion(tiled, index, size)
      expect(path).toEqual(proveInclusion(tree, index, size))
      expect(verifyInclusion(leafHash(records[index]!), BigInt(index), BigInt(size), path, tree.root())).toBe(true)
    }
    for (const old of new Set([1, size >> 1, size - 1].filter((n) => n > 0))) {
      const proof = proveConsistency(tiled, old, size)
      expect(verifyConsistency(BigInt(old), BigInt(size), proof, tree.root(old), tree.root())).toBe(true)
    }
  })

  test('serves every partial tile of smaller sizes from the larger tree', () => {
    for (const smaller of [1, 200, 255, 256, 300].filter((n) => n <= size)) {
      const before = aLog(smaller).served
      for (const tile of tilesOf(smaller)) {
        if (tile.level === 'entries') continue
        expect(toHex(encodeTile(tree, tile.level, tile.index, tile.width))).toBe(toHex(before.get(tilePath(tile))!))
      }
    }
  })
})

describe('a tiled log is refused, and by which tile', () => {
  const size = 600
  const { tree, served } = aLog(size)
  const paths = [...served.keys()]
  const faultWith = (change: (served: Map<string, Uint8Array>) => void, root = tree.root()) => {
    const changed = new Map(served)
    change(changed)
    return readTiledLog(size, root, from(changed))
  }

  test.each(paths)('when a byte of %s is another', (path) => {
    const bytes = served.get(path)!
    for (const at of new Set([0, bytes.length >> 1, bytes.length - 1])) {
      const other = bytes.slice()
      other[at]! ^= 1
      expect(faultWith((all) => all.set(path, other))?.path).toBe(
        // A leaf hash that is not its record's shows where the record is read.
        path.startsWith('tile/0/') ? path.replace('tile/0/', 'tile/entries/') : path,
      )
    }
  })

  test.each(paths)('when %s is missing, cut or longer', (path) => {
    const bytes = served.get(path)!
    expect(faultWith((all) => all.delete(path))).toEqual({ path, because: 'missing' })
    expect(faultWith((all) => all.set(path, bytes.slice(0, -1)))).toEqual({ path, because: 'wrong-length' })
    expect(faultWith((all) => all.set(path, concat(bytes, Uint8Array.of(0))))).toEqual({ path, because: 'wrong-length' })
  })

  test('when all agrees with itself and not with the root that was signed', () => {
    expect(faultWith(() => {}, tree.root(599))).toEqual({ path: 'checkpoint', because: 'wrong-root' })
  })

  test('and a tree made of tiles throws what is wrong with them, or proves nothing', () => {
    const without = treeOfTiles(size, (tile) => (tile.level === 0 && tile.index === 1 ? null : from(served)(tile)))
    expect(() => proveInclusion(without, 300, size)).toThrow(TileError)
    const forged = new Map(served)
    const tile = served.get('tile/0/001')!.slice()
    tile[0]! ^= 1
    forged.set('tile/0/001', tile)
    const path = proveInclusion(treeOfTiles(size, from(forged)), 300, size)
    expect(verifyInclusion(tree.leafAt(300), 300n, 600n, path, tree.root())).toBe(false)
  })
})

test('what a log has of a tile ends at its edge', () => {
  expect(widthIn(0, { level: 0, index: 0 })).toBe(0)
  expect(widthIn(300, { level: 0, index: 1 })).toBe(44)
  expect(widthIn(300, { level: 'entries', index: 0 })).toBe(256)
  expect(widthIn(300, { level: 1, index: 0 })).toBe(1)
  expect(widthIn(300, { level: 63, index: 0 })).toBe(0)
  expect(() => encodeTile(aLog(3).tree, 0, 0, 4)).toThrow(RangeError)
})

test('a record that no length can say is not written', () => {
  expect(encodeBundle([new Uint8Array(ENTRY_BYTES_MAX)])).toHaveLength(ENTRY_BYTES_MAX + 2)
  expect(() => encodeBundle([new Uint8Array(ENTRY_BYTES_MAX + 1)])).toThrow(RangeError)
  expect(() => encodeBundle(Array<Uint8Array>(257).fill(new Uint8Array(1)))).toThrow(RangeError)
})
