/**
 * A log as files (C2SP tlog-tiles): its tree and its records cut into pieces that never change, so that they can
 * be served as they are, kept for ever, and put together again by anybody.
 *
 *     tile/0/x001/x234/067          256 leaf hashes: those of leaves 1234067·256 and the 255 after it
 *     tile/1/000                    256 hashes, each of a full tile of level 0
 *     tile/1/000.p/17               the first 17 of them: a partial tile, at the right edge of a tree
 *     tile/entries/x001/x234/067    the records of the leaves of that tile, each behind its length
 *
 * A tile is nothing that a log has to be believed about: whoever holds the root of a signed checkpoint can hash
 * tiles up to it. `treeOfTiles` does so for single proofs, `readTiledLog` for a whole log, whoever's it is.
 */
import { concat, equalBytes } from './bytes.ts'
import { leafHash, rootOf, type Subtrees, Tree } from './merkle.ts'

/** Hashes in a full tile, and records in a full bundle. */
export const TILE_WIDTH = 256
/** Levels of the tree that one level of tiles stands for. */
const TILE_HEIGHT = 8
const LEVEL_MAX = 63
const HASH_BYTES = 32
/** The lengths in a bundle are two bytes. */
export const ENTRY_BYTES_MAX = 65_535

/** Which piece: hashes of a level, or the records themselves; `width` is 1 to 256, below 256 a partial one. */
export type Tile = { level: number | 'entries'; index: number; width: number }

/** The path below a log's address, without a slash before it. @throws when there is no such tile. */
export function tilePath({ level, index, width }: Tile): string {
  const isLevel = level === 'entries' || (Number.isSafeInteger(level) && level >= 0 && level <= LEVEL_MAX)
  const isIndex = Number.isSafeInteger(index) && index >= 0
  if (!isLevel || !isIndex || !Number.isSafeInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new RangeError(`no tile ${index} of level ${level}, ${width} wide`)
  }
  let path = threeDigits(index % 1000)
  for (let n = Math.floor(index / 1000); n > 0; n = Math.floor(n / 1000)) path = `x${threeDigits(n % 1000)}/${path}`
  return `tile/${level}/${path}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

const PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5})(\d{3})(?:\.p\/(\d{1,3}))?$/

/** Reads what `tilePath` writes; null for every other spelling, and for tiles from number 2^53 on. */
export function parseTilePath(path: string): Tile | null {
  const [, level, groups, end, partial] = PATH.exec(path) ?? []
  if (level === undefined || groups === undefined || end === undefined) return null
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '') + end),
    width: partial === undefined ? TILE_WIDTH : Number(partial),
  }
  const isOne = Number.isSafeInteger(tile.index) && tile.width >= 1 && tile.width <= TILE_WIDTH
    && (tile.level === 'entries' || tile.level <= LEVEL_MAX)
  // Zeros too many, and a full tile called partial, are other names of the same tile.
  return isOne && tilePath(tile) === path ? tile : null
}

/** How many hashes or records a log of `size` has of a tile: 0 beyond its edge, 256 before it. */
export function widthIn(size: number, { level, index }: Pick<Tile, 'level' | 'index'>): number {
  const leaves = level === 'entries' ? 1 : TILE_WIDTH ** level
  const left = Math.floor(size / leaves) - index * TILE_WIDTH
  return Math.max(0, Math.min(TILE_WIDTH, left))
}

/** Every tile and bundle of a log of `size`, each as wide as it is there. */
export function* tilesOf(size: number): Generator<Tile> {
  for (const level of ['entries', 0, 1, 2, 3, 4, 5, 6] as const) {
    for (let index = 0; ; index++) {
      const width = widthIn(size, { level, index })
      if (width > 0) yield { level, index, width }
      if (width < TILE_WIDTH) break
    }
  }
}

/** The bytes of a hash tile. @throws RangeError when the tree does not reach so far. */
export function encodeTile(tree: Subtrees, level: number, index: number, width: number): Uint8Array {
  const first = index * TILE_WIDTH
  return concat(...Array.from({ length: width }, (_, i) => tree.hashAt(level * TILE_HEIGHT, first + i)))
}

/** The hashes of a tile of this width; null for any other number of bytes. */
export function parseTile(bytes: Uint8Array, width: number): Uint8Array[] | null {
  if (bytes.length !== width * HASH_BYTES) return null
  return Array.from({ length: width }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES))
}

/** The bytes of an entry bundle. @throws when a record is longer than its length can say, or there are too many. */
export function encodeBundle(records: readonly Uint8Array[]): Uint8Array {
  if (records.length > TILE_WIDTH) throw new RangeError(`a bundle holds ${TILE_WIDTH} records, not ${records.length}`)
  return concat(...records.flatMap((record) => {
    if (record.length > ENTRY_BYTES_MAX) throw new RangeError(`a record of ${record.length} bytes`)
    return [Uint8Array.of(record.length >> 8, record.length & 255), record]
  }))
}

/** The records of a bundle of exactly this many; null when it holds fewer, more, or a cut one. */
export function parseBundle(bytes: Uint8Array, width: number): Uint8Array[] | null {
  const records: Uint8Array[] = []
  let at = 0
  while (at < bytes.length && records.length < width) {
    if (at + 2 > bytes.length) return null
    const end = at + 2 + bytes[at]! * 256 + bytes[at + 1]!
    if (end > bytes.length) return null
    records.push(bytes.slice(at + 2, end))
    at = end
  }
  return at === bytes.length && records.length === width ? records : null
}

/** Hands over the bytes of a tile, or null where there are none. */
export type ReadTile = (tile: Tile) => Uint8Array | null

/** A tile that is not there, or cannot be what it should be; `path` says which. */
export type TileFault = {
  path: string
  /** `wrong-hash`: not the hashes of the tiles below; `wrong-entry`: a record that is not its leaf. */
  because: 'missing' | 'wrong-length' | 'wrong-hash' | 'wrong-entry' | 'wrong-root'
}

/** Thrown by a tree of tiles when it meets one; nothing else is. */
export class TileError extends Error {
  readonly fault: TileFault
  constructor(fault: TileFault) {
    super(`${fault.path}: ${fault.because}`)
    this.name = 'TileError'
    this.fault = fault
  }
}

/**
 * The tree of a log of `size` records whose tiles are elsewhere, for making proofs. Tiles are believed as they
 * come: a proof made of wrong ones does not verify against the log's root. @throws TileError from `hashAt`.
 */
export function treeOfTiles(size: number, read: ReadTile): Subtrees {
  return {
    size,
    hashAt(level, index) {
      if (index < 0 || (index + 1) * 2 ** level > size) throw new RangeError(`no subtree ${index} at level ${level}`)
      const tileLevel = Math.floor(level / TILE_HEIGHT)
      const count = 2 ** (level % TILE_HEIGHT)
      const first = index * count
      const tileIndex = Math.floor(first / TILE_WIDTH)
      const place = { level: tileLevel, index: tileIndex }
      const bytes = hashBytesOf({ ...place, width: widthIn(size, place) }, read)
      const begin = (first % TILE_WIDTH) * HASH_BYTES
      return rootOf(parseTile(bytes.subarray(begin, begin + count * HASH_BYTES), count)!)
    },
  }
}

function hashBytesOf(tile: Tile, read: ReadTile): Uint8Array {
  const path = tilePath(tile)
  const bytes = read(tile)
  if (bytes === null) throw new TileError({ path, because: 'missing' })
  if (bytes.length !== tile.width * HASH_BYTES) throw new TileError({ path, because: 'wrong-length' })
  return bytes
}

/**
 * Reads a whole tiled log of `size` records and holds every byte of it against the root that its checkpoint
 * signs: records against leaf hashes, tiles against the tiles below, the tree against the root. `onRecord` gets
 * each record once it agrees with its leaf; that its leaf is the log's is known only when nothing was at fault.
 * Answers null, or the first fault in that order.
 */
export function readTiledLog(
  size: number, root: Uint8Array, read: ReadTile, onRecord: (record: Uint8Array, index: number) => void = () => {},
): TileFault | null {
  const tree = new Tree()
  try {
    for (const tile of tilesOf(size)) {
      const path = tilePath(tile)
      if (tile.level === 'entries') {
        const leaves = parseTile(hashBytesOf({ ...tile, level: 0 }, read), tile.width)!
        const bundle = read(tile)
        if (bundle === null) return { path, because: 'missing' }
        const records = parseBundle(bundle, tile.width)
        if (records === null) return { path, because: 'wrong-length' }
        for (const [i, record] of records.entries()) {
          if (!equalBytes(leafHash(record), leaves[i]!)) return { path, because: 'wrong-entry' }
          tree.append(leaves[i]!)
          onRecord(record, tile.index * TILE_WIDTH + i)
        }
      } else if (tile.level > 0) {
        const computed = encodeTile(tree, tile.level, tile.index, tile.width)
        if (!equalBytes(hashBytesOf(tile, read), computed)) return { path, because: 'wrong-hash' }
      }
    }
  } catch (error) {
    if (error instanceof TileError) return error.fault
    throw error
  }
  return equalBytes(tree.root(), root) ? null : { path: 'checkpoint', because: 'wrong-root' }
}

const threeDigits = (n: number): string => String(n).padStart(3, '0')
