/**
 * Others' code on our logs and ours on theirs: the Go checksum database's (`golang.org/x/mod/sumdb`), of which
 * `test/oracle/go-tlog` is made. What both accept must be the same, and what is flipped both must refuse.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromBase64, fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint, openAnyCheckpoint } from '#ledger/checkpoint.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { leafHash, Tree, verifyConsistency } from '#ledger/merkle.ts'
import { encodeVkey, parseVkey, SIGNATURE, signNote } from '#ledger/note.ts'
import { isPolicy, parsePolicy } from '#ledger/policy.ts'
import { verifyProof } from '#ledger/proof.ts'
import {
  encodeBundle, encodeTile, parseBundle, readTiledLog, type Tile, TILE_WIDTH, tilePath, tilesOf,
} from '#ledger/tile.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { aDirectory } from '#test/support/directories.ts'
import { aHubProcess } from '#test/support/hub-process.ts'
import { MemberClient } from '#test/support/member-client.ts'

/** Where Debian keeps Go's libraries as source; nothing is fetched. */
const GOPATH = '/usr/share/gocode'
const SIZES = [1, 255, 256, 257, 65_537]

const shared: string[] = []
/** For what all tests of this file use. */
function aSharedDirectory(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tongyi-'))
  shared.push(dir)
  return dir
}
afterAll(() => {
  for (const dir of shared) rmSync(dir, { recursive: true, force: true })
})

let program: string
beforeAll(() => {
  installNativeCrypto()
  const library = join(GOPATH, 'src/golang.org/x/mod/sumdb/tlog')
  expect(existsSync(library), 'This needs the Debian packages golang-go and golang-golang-x-mod-dev').toBe(true)
  const dir = aSharedDirectory()
  program = join(dir, 'go-tlog')
  const env = { ...process.env, GO111MODULE: 'off', GOFLAGS: '', GOPATH, GOCACHE: join(dir, 'cache') }
  const cwd = join(import.meta.dirname, '../oracle/go-tlog')
  for (const args of [['vet', '.'], ['build', '-o', program, '.']]) {
    const { status, stderr, error } = spawnSync('go', args, { cwd, env, encoding: 'utf8' })
    expect([args[0], status, stderr, error]).toEqual([args[0], 0, '', undefined])
  }
}, 120_000)
afterAll(() => uninstallNativeCrypto())

const go = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

describe('a log of ours, read by Go', () => {
  test('from a running hub: its checkpoint, every record in its bundles, its tiles, its smaller trees', async () => {
    const hub = await aHubProcess(join(aDirectory(), 'data'))
    const steward = new MemberClient('steward', (path, init) => fetch(`${hub.url}${path}`, init))
    const { stewardAccount } = JSON.parse(await hub.command(
      'init', '--name', 'chengdu', '--city', '成都', '--steward-key', toHex(steward.device), '--json',
    )) as { stewardAccount: string }
    expect(stewardAccount).toHaveLength(64)
    await hub.start()
    try {
      for (let i = 0; i < 270; i++) {
        const member = new MemberClient(`member ${i}`, (path, init) => fetch(`${hub.url}${path}`, init))
        expect((await member.join()).status).toBe(200)
      }
      // A start signs a checkpoint of what is on the disk; else it is a minute at most.
      await hub.stop()
      await hub.start()
      const policy = parsePolicy(utf8(await (await fetch(`${hub.url}/policy`)).text()))
      if (!isPolicy(policy)) throw new Error(`line ${policy.line}: ${policy.because}`)
      const { name, publicKey } = policy.logs[0]!.key
      const vkey = encodeVkey(name, SIGNATURE, publicKey)
      const size = hub.records().length
      expect(size).toBeGreaterThan(256)
      expect(go('check', hub.url, vkey, '1', '255', '256', '257', String(size))).toEqual({ status: 0, said: `${size} records, 5 smaller trees\n` })
      expect(go('check', hub.url, encodeVkey(name, SIGNATURE, publicKeyOf(new Uint8Array(32).fill(1)))).status).toBe(1)

      // The same files in a directory, where a byte can be flipped.
      const copy = aDirectory()
      for (const path of ['checkpoint', ...[...tilesOf(size)].map(tilePath)]) {
        put(copy, path, new Uint8Array(await (await fetch(`${hub.url}/${path}`)).arrayBuffer()))
      }
      flipped(copy, size, (where) => expect(go('check', copy, vkey).status, where).toBe(1), () => expect(go('check', copy, vkey).status).toBe(0))
    } finally {
      await hub.stop()
    }
  })

  test.each(SIZES)('of %i records, in files', (size) => {
    const dir = aDirectory()
    const secret = new Uint8Array(32).fill(3)
    const origin = 'ours.example/log'
    const vkey = encodeVkey(origin, SIGNATURE, publicKeyOf(secret))
    const records = Array.from({ length: size }, (_, i) => utf8(`记录 ${i}`))
    const tree = new Tree()
    for (const record of records) tree.append(leafHash(record))
    put(dir, 'checkpoint', utf8(signNote(encodeCheckpoint({ origin, size: BigInt(size), root: tree.root() }), origin, secret)))
    for (const tile of tilesOf(size)) {
      const { level, index, width } = tile
      const from = index * TILE_WIDTH
      put(dir, tilePath(tile), level === 'entries' ? encodeBundle(records.slice(from, from + width)) : encodeTile(tree, level, index, width))
    }
    const olds = [...new Set([1, Math.ceil(size / 2), size])]
    expect(go('check', dir, vkey, ...olds.map(String))).toEqual({ status: 0, said: `${size} records, ${olds.length} smaller trees\n` })
    if (size < 1000) flipped(dir, size, (where) => expect(go('check', dir, vkey).status, where).toBe(1), () => {})
  })
})

describe('a log of Go’s, read by us', () => {
  let made: string
  let key: NonNullable<ReturnType<typeof parseVkey>>
  beforeAll(() => {
    made = aSharedDirectory()
    expect(go('make', made, ...SIZES.map(String))).toEqual({ status: 0, said: '' })
    key = parseVkey(readFileSync(join(made, 'vkey'), 'utf8'))!
  })

  /** Null when all is as its checkpoint says, else where it is not. */
  function faultIn(dir: string): string | null {
    const text = fromUtf8(readFileSync(join(dir, 'checkpoint')))
    const checkpoint = text === null ? null : openAnyCheckpoint(text, key.name, key.publicKey)
    if (checkpoint === null) return 'checkpoint'
    const { size, root } = checkpoint
    const read = (tile: Tile) => {
      const path = join(dir, tilePath(tile))
      return existsSync(path) ? new Uint8Array(readFileSync(path)) : null
    }
    const fault = readTiledLog(Number(size), root, read)
    if (fault !== null) return fault.path
    for (const name of readdirSync(join(dir, 'proof'))) {
      const index = Number(name.split('.')[0])
      const proof = fromUtf8(readFileSync(join(dir, 'proof', name)))
      if (proof === null || verifyProof(proof, leafOf(read, Number(size), index), key.name, key.publicKey) === null) return `proof/${name}`
    }
    for (const old of readdirSync(join(dir, 'consistency'))) {
      const [ending, ...lines] = readFileSync(join(dir, 'consistency', old), 'latin1').split('\n').reverse()
      const [oldRoot, ...proof] = lines.reverse().map(fromBase64)
      const isProof = ending === '' && oldRoot != null && proof.every((hash) => hash !== null)
      if (!isProof || !verifyConsistency(BigInt(old), size, proof, oldRoot, root)) return `consistency/${old}`
    }
    return null
  }

  function leafOf(read: (tile: Tile) => Uint8Array | null, size: number, seq: number): Uint8Array {
    const index = Math.floor(seq / TILE_WIDTH)
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH)
    return leafHash(parseBundle(read({ level: 'entries', index, width })!, width)![seq % TILE_WIDTH]!)
  }

  test.each(SIZES)('of %i records: checkpoint, tiles, bundles, proofs and smaller trees', (size) => {
    expect(faultIn(join(made, String(size)))).toBeNull()
  })

  test.each([1, 255, 256, 257])('of %i records with a byte flipped in any of its files', (size) => {
    const dir = join(made, String(size))
    flipped(dir, size, (where) => expect(faultIn(dir), where).not.toBeNull(), () => expect(faultIn(dir)).toBeNull())
  })
})

/**
 * Flips the first, the middle and the last byte of every file that a log of this size is read from, one at a time,
 * and puts it back. Go also writes every narrower partial tile.
 */
function flipped(dir: string, size: number, whileFlipped: (where: string) => void, afterwards: () => void): void {
  const tiles = new Set([...tilesOf(size)].map(tilePath))
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(dir, join(parentPath, name)))
    .filter((path) => !path.startsWith('tile/') || tiles.has(path))
  expect(paths.length).toBeGreaterThan(tiles.size)
  for (const relativePath of paths) {
    const path = join(dir, relativePath)
    const bytes = new Uint8Array(readFileSync(path))
    for (const at of new Set([0, bytes.length >> 1, bytes.length - 1])) {
      const other = bytes.slice()
      other[at]! ^= 1
      writeFileSync(path, other)
      whileFlipped(`${relativePath}, byte ${at}`)
    }
    writeFileSync(path, bytes)
  }
  afterwards()
}

function put(dir: string, path: string, bytes: Uint8Array): void {
  const full = join(dir, path)
  mkdirSync(dirname(full), { recursive: true })
  writeFileSync(full, bytes)
}
