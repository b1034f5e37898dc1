/** The log as anybody may read it over HTTP, and the witness that other logs may ask, as C2SP describes both. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fromUtf8, toHex, utf8 } from '#ledger/bytes.ts'
import { openCheckpoint, parseCheckpoint, encodeCheckpoint } from '#ledger/checkpoint.ts'
import { cosignerName } from '#ledger/cosigner.ts'
import { parseGenesis, parseRecord } from '#ledger/entry.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { leafHash, proveConsistency, Tree } from '#ledger/merkle.ts'
import { addSignature, openNote, SIGNATURE, signNote } from '#ledger/note.ts'
import { isPolicy, judgeCheckpoint, parsePolicy } from '#ledger/policy.ts'
import { parseProof, verifyProof } from '#ledger/proof.ts'
import { readTiledLog, tilePath, tilesOf } from '#ledger/tile.ts'
import { encodeAddCheckpoint } from '#protocol/witness.ts'
import { aWholeHub, type WholeHub } from '#test/support/whole-hub.ts'

/** A log that is no hub's, with lines in its checkpoints that hubs do not write. */
const outside = { name: 'example.com/behind-the-sofa', secret: new Uint8Array(32).fill(7) }
const tree = new Tree()
for (let i = 0; i < 20; i++) tree.append(leafHash(utf8(`entry ${i}`)))

let hub: WholeHub
beforeEach(async () => {
  const witnessLogs = [{ name: outside.name, type: SIGNATURE, publicKey: publicKeyOf(outside.secret) } as const]
  hub = await aWholeHub('chengdu', 'city', { witnessLogs })
})
afterEach(() => hub.stop())

const bytes = async (path: string): Promise<Uint8Array | null> => {
  const response = await hub.fetch(path)
  return response.status === 200 ? new Uint8Array(await response.arrayBuffer()) : null
}
const text = async (path: string): Promise<string> => (await hub.fetch(path)).text()

/** The hub's own name and log key, from its founding document. */
async function logOf(): Promise<{ origin: string; logKey: Uint8Array }> {
  const { genesis } = (await hub.steward.get<{ genesis: string }>('/api/genesis')).body
  const { origin } = await hub.steward.hub()
  return { origin, logKey: parseGenesis(Uint8Array.from(Buffer.from(genesis, 'base64')))!.logKey }
}

/** The newest signed checkpoint, after a restart, which signs whatever is durable. */
async function signed(): Promise<{ size: number; root: Uint8Array; note: string }> {
  await hub.restart()
  const { origin, logKey } = await logOf()
  const note = await text('/checkpoint')
  const { size, root } = openCheckpoint(note, origin, logKey)!
  return { size: Number(size), root, note }
}

describe('the log over HTTP', () => {
  test('its tiles and bundles are those of the tree that its checkpoint signs', async () => {
    await hub.member('Mei')
    const { size, root } = await signed()
    expect(size).toBeGreaterThan(2)
    const files = new Map<string, Uint8Array | null>()
    for (const tile of tilesOf(size)) files.set(tilePath(tile), await bytes(`/${tilePath(tile)}`))
    const records: Uint8Array[] = []
    expect(readTiledLog(size, root, (tile) => files.get(tilePath(tile)) ?? null, (record) => records.push(record))).toBeNull()
    expect(records.map((record) => parseRecord(record)?.seq)).toEqual(records.map((_, i) => i))
    expect(records).toHaveLength(size)
  })

  test('partial tiles of older sizes stay, and nothing beyond the newest checkpoint is there', async () => {
    const before = (await signed()).size
    await hub.member('Mei')
    // More has been recorded than is signed: a minute may pass before the next checkpoint.
    expect(parseCheckpoint((await text('/checkpoint')).split('\n\n')[0]! + '\n')?.size).toBe(BigInt(before))
    expect((await hub.fetch(`/tile/0/000.p/${before}`)).status).toBe(200)
    expect((await hub.fetch(`/tile/0/000.p/${before + 1}`)).status).toBe(404)
    expect((await hub.fetch(`/tile/entries/000.p/${before + 1}`)).status).toBe(404)
    expect((await hub.fetch(`/api/proof/${before}`)).status).toBe(404)
    const { size } = await signed()
    expect(size).toBeGreaterThan(before)
    expect((await hub.fetch(`/tile/0/000.p/${before}`)).status).toBe(200)
    expect((await hub.fetch(`/tile/entries/000.p/${size}`)).status).toBe(200)
  })

  test('no other path is a tile', async () => {
    for (const path of [
      '/tile/0/001', '/tile/1/000.p/1', '/tile/0/000', '/tile/0/000.p/0', '/tile/0/000.p/01', '/tile/00/000.p/1',
      '/tile/64/000.p/1', '/tile/8/0/000.p/1', '/tile/entries/x000/000.p/1', '/tile/', '/tile/0/000.p/1/', '/tile/0/../0/000.p/999',
    ]) {
      const { status, headers } = await hub.fetch(path)
      expect([path, status, headers.get('cache-control')]).toEqual([path, 404, 'no-store'])
    }
  })

  test('headers say what it is, how long it may be kept, and that any page may read it', async () => {
    await signed()
    const expected = {
      '/checkpoint': ['text/plain; charset=utf-8', 'public, max-age=2'],
      '/policy': ['text/plain; charset=utf-8', 'public, max-age=2'],
      '/tile/0/000.p/1': ['application/octet-stream', 'public, max-age=31536000, immutable'],
      '/tile/entries/000.p/1': ['application/octet-stream', 'public, max-age=31536000, immutable'],
      '/api/proof/0': ['text/plain; charset=utf-8', 'no-store'],
    }
    for (const [path, [type, cache]] of Object.entries(expected)) {
      const { headers, status } = await hub.fetch(path, { headers: { origin: 'null' } })
      expect([path, status, headers.get('content-type'), headers.get('cache-control')]).toEqual([path, 200, type, cache])
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    }
    const closed = await hub.fetch('/api/hub', { headers: { origin: 'null' } })
    expect(closed.headers.get('access-control-allow-origin')).toBeNull()
    expect(closed.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })

  test('a proof of an entry holds the record and verifies by the log key alone', async () => {
    const { size, root } = await signed()
    const { origin, logKey } = await logOf()
    for (let seq = 0; seq < size; seq++) {
      const proof = await text(`/api/proof/${seq}`)
      const record = parseProof(proof)!.extra!
      expect(parseRecord(record)?.seq).toBe(seq)
      expect(verifyProof(proof, leafHash(record), origin, logKey)).toMatchObject({ index: BigInt(seq), size: BigInt(size), root })
    }
    for (const asked of ['00', '-1', '1e1', 'x', String(size), '9'.repeat(30)]) {
      expect([asked, (await hub.fetch(`/api/proof/${asked}`)).status]).toEqual([asked, 404])
    }
  })

  test('the policy of a lone hub names its key and asks for nobody', async () => {
    const { note } = await signed()
    const policy = parsePolicy(utf8(await text('/policy')))
    if (!isPolicy(policy)) throw new Error(JSON.stringify(policy))
    const { origin, logKey } = await logOf()
    expect(policy.logs.map(({ key }) => [key.name, toHex(key.publicKey)])).toEqual([[origin, toHex(logKey)]])
    expect(judgeCheckpoint(policy, note)?.satisfied).toBe(true)
  })
})

describe('as a witness over HTTP', () => {
  const ask = (body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
    hub.fetch('/add-checkpoint', { method: 'POST', body: body as Uint8Array<ArrayBuffer>, headers })
  const noteOf = (size: number, root = tree.root(size), extension = '', secret = outside.secret): string =>
    signNote(encodeCheckpoint({ origin: outside.name, size: BigInt(size), root }) + extension, outside.name, secret)
  const asking = (old: number, size: number, note = noteOf(size)): string =>
    encodeAddCheckpoint({ oldSize: BigInt(old), proof: proveConsistency(tree, old, size), note })

  async function cosigners(note: string, lines: string): Promise<string[]> {
    const { origin } = await hub.steward.hub()
    const [line, ...more] = lines.split('\n')
    expect(more).toEqual([''])
    const whole = addSignature(note, line!)!
    // The key is not in a lone hub's record: its id and form are what can be seen here.
    const opened = openNote(whole, [{ name: outside.name, type: SIGNATURE, publicKey: publicKeyOf(outside.secret) }])!
    expect(opened.unknown.map(({ name, signature }) => [name, signature.length])).toEqual([[cosignerName(origin), 72]])
    return opened.unknown.map(({ keyId }) => toHex(keyId))
  }

  test('200: a first checkpoint and one that continues it get a cosignature of one key', async () => {
    const first = await ask(asking(0, 7))
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
    const [key] = await cosigners(noteOf(7), await first.text())
    const second = await ask(asking(7, 20))
    expect(second.status).toBe(200)
    expect(await cosigners(noteOf(20), await second.text())).toEqual([key])
    const same = await ask(asking(20, 20))
    expect(same.status).toBe(200)
  })

  test('extension lines and signatures of others do no harm', async () => {
    const extended = noteOf(7, tree.root(7), 'another line\n')
    const others = addSignature(extended, `— someone.else ${Buffer.from(new Uint8Array(70)).toString('base64')}`)!
    expect((await ask(asking(0, 7, others))).status).toBe(200)
  })

  test('409 says in a body of its own type how far it has seen the log, also after a restart', async () => {
    expect((await ask(asking(0, 7))).status).toBe(200)
    await hub.restart()
    for (const old of [0, 3, 8]) {
      const conflict = await ask(asking(old, 20))
      expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([409, 'text/x.tlog.size', '7\n'])
    }
    const fork = await ask(asking(7, 7, noteOf(7, tree.root(6))))
    expect([fork.status, await fork.text()]).toEqual([409, '7\n'])
  })

  test('the other answers of the specification', async () => {
    const statusOf = async (body: string | Uint8Array) => (await ask(body)).status
    expect(await statusOf('')).toBe(400)
    expect(await statusOf('old 0\n')).toBe(400)
    expect(await statusOf(Uint8Array.of(0xff, 0xfe))).toBe(400)
    expect(await statusOf(asking(9, 7))).toBe(400)
    expect(await statusOf(`old 0\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n${noteOf(7)}`)).toBe(400)
    expect(await statusOf(asking(0, 7, noteOf(7).replaceAll(outside.name, 'example.org/unknown')))).toBe(404)
    expect(await statusOf(asking(0, 7, noteOf(7, tree.root(7), '', new Uint8Array(32).fill(8))))).toBe(403)
    expect(await statusOf(asking(0, 7))).toBe(200)
    expect(await statusOf(encodeAddCheckpoint({ oldSize: 7n, proof: [], note: noteOf(20) }))).toBe(422)
    expect(await statusOf(encodeAddCheckpoint({ oldSize: 7n, proof: proveConsistency(tree, 6, 20), note: noteOf(20) }))).toBe(422)
  })

  test('of two checkpoints that arrive at once one is cosigned, and the tree never shrinks', async () => {
    expect((await ask(asking(0, 5))).status).toBe(200)
    const answers = await Promise.all([6, 20, 7, 8, 9].map((size) => ask(asking(5, size))))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(4)
    const won = [6, 20, 7, 8, 9][statuses.indexOf(200)]!
    expect(await (await ask(asking(0, 20))).text()).toBe(`${won}\n`)
  })

  test('its own log it does not witness', async () => {
    const { note } = await signed()
    expect((await ask(encodeAddCheckpoint({ oldSize: 0n, proof: [], note }))).status).toBe(404)
  })

  test('a page of another address cannot ask, and a body without end is cut off', async () => {
    expect((await ask(asking(0, 7), { origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await ask(asking(0, 7), { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await ask(`${asking(0, 7)}${'x'.repeat(200_000)}`)).status).toBe(413)
    expect((await ask(`${asking(0, 7)}${'x'.repeat(140_000)}`)).status).toBe(400)
    const got = await hub.fetch('/add-checkpoint')
    expect(fromUtf8(new Uint8Array(await got.arrayBuffer()))).not.toContain('—')
  })
})
