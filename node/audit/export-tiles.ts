/**
 * ◆ The export as a directory in the layout of C2SP tlog-tiles (`ledger/tile.ts`), which any static web server can
 * serve and any client of such logs can read: `checkpoint`, `tile/<L>/<N>`, `tile/entries/<N>`. It holds as many
 * records as the checkpoint signs, no fewer and no more; seals have no place in it. And back: its records as an
 * auditor is handed them, from such a directory or from wherever somebody else serves one.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { equalBytes, fromUtf8 } from '#ledger/bytes.ts'
import { readCheckpoint } from '#ledger/audit/exhibit.ts'
import type { Break, Piece } from '#ledger/audit/export.ts'
import { leafHash, Tree } from '#ledger/merkle.ts'
import { encodeBundle, encodeTile, parseBundle, type Tile, TILE_WIDTH, tilePath, tilesOf } from '#ledger/tile.ts'
import { Unreadable, type Watch } from './pieces.ts'

export type Tiled = { entries: number; bytes: number }

/** Writes the first records of a log, as many as `note` signs, into the directory `dir`, which is made. */
export function writeTiles(dir: string, note: string, records: Iterable<Uint8Array>): Tiled {
  const size = Number(readCheckpoint(note)!.size)
  const tree = new Tree()
  let bytes = 0
  const write = (path: string, content: Uint8Array | string): void => {
    const file = join(dir, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    bytes += content.length
  }
  let bundle: Uint8Array[] = []
  const closeBundle = (): void => {
    const tile = { index: Math.floor((tree.size - 1) / TILE_WIDTH), width: bundle.length }
    write(tilePath({ level: 'entries', ...tile }), encodeBundle(bundle))
    bundle = []
  }
  mkdirSync(dir)
  for (const record of records) {
    if (tree.size === size) break
    tree.append(leafHash(record))
    bundle.push(record)
    if (bundle.length === TILE_WIDTH) closeBundle()
  }
  if (bundle.length > 0) closeBundle()
  for (const { level, index, width } of tilesOf(tree.size)) {
    if (level !== 'entries') write(tilePath({ level, index, width }), encodeTile(tree, level, index, width))
  }
  // Last: whoever finds a checkpoint finds everything that it signs.
  write('checkpoint', note)
  return { entries: tree.size, bytes }
}

/** Whether a directory has this layout. */
export const isTiledLog = (dir: string): boolean => existsSync(join(dir, 'checkpoint')) && existsSync(join(dir, 'tile'))

/**
 * The pieces of such a directory. What is missing or is not what the records make it is a break, named in the notes.
 * @throws Unreadable for a checkpoint that is none.
 */
export function* tiledPieces(dir: string, watch: Watch): Generator<Piece, void> {
  const note = fromUtf8(readFileSync(join(dir, 'checkpoint'))) ?? ''
  const tree = new Tree()
  const read = (tile: Tile): Uint8Array | null => {
    const file = join(dir, tilePath(tile))
    if (!existsSync(file)) return null
    const bytes = new Uint8Array(readFileSync(file))
    watch.bytes += bytes.length
    return bytes
  }
  const broken = (expected: Break['expected'], tile: Tile, bytes: Uint8Array | null): Break => {
    watch.notes.push(`${tilePath(tile)} ${bytes === null ? 'is not there' : 'is not what the records make it'}.`)
    return { type: 'break', expected, because: bytes === null ? 'missing' : 'damaged', offset: tree.size }
  }
  yield { type: 'no-seals' }
  // Bundles come first, so that the tree is whole when its tiles are laid beside it.
  for (const tile of tilesUnder(note)) {
    const { level, index, width } = tile
    const bytes = read(tile)
    if (level === 'entries') {
      const records = bytes === null ? null : parseBundle(bytes, width)
      if (records === null) return yield broken('entry', tile, bytes)
      for (const record of records) {
        tree.append(leafHash(record))
        yield { type: 'record', bytes: record }
      }
    } else if (bytes === null || !equalBytes(bytes, encodeTile(tree, level, index, width))) {
      return yield broken('checkpoint', tile, bytes)
    }
  }
  yield { type: 'checkpoint', note }
}

/** Every tile and bundle of the log under this checkpoint. @throws Unreadable for a text that is none. */
export function* tilesUnder(note: string): Generator<Tile> {
  const checkpoint = readCheckpoint(note)
  if (checkpoint === null || checkpoint.size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Unreadable('what it calls its checkpoint is none')
  }
  yield* tilesOf(Number(checkpoint.size))
}
