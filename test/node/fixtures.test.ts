/**
 * What a released format wrote opens for ever, and what a newer program wrote is refused and left alone. Each fixture
 * is copied, opened by the hub's own parts, laid beside what was written down about it, and gone on from.
 */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import { encodeAction } from '#ledger/action.ts'
import { fromHex, toHex } from '#ledger/bytes.ts'
import { openCheckpoint } from '#ledger/checkpoint.ts'
import { digestOf } from '#ledger/state/digest.ts'
import { parseReceipt, parseRecord, verifyReceipt } from '#ledger/entry.ts'
import { readExport } from '#ledger/audit/export.ts'
import { keyIdOf, sign } from '#ledger/keys.ts'
import { verifyInclusion } from '#ledger/merkle.ts'
import { parseProof } from '#ledger/proof.ts'
import { replay } from '#ledger/ledger.ts'
import { keepFormat, requireFormat } from '#node/disk/data-format.ts'
import { journalDirectory, mirrorsDirectory, storeDirectory, votesDirectory } from '#node/record/founding.ts'
import { type Frame, openJournal } from '#node/disk/journal.ts'
import { openKeystore } from '#node/disk/keystore.ts'
import { openLevelStore } from '#node/disk/level-store.ts'
import { mirrorJournals } from '#node/cities/logs/mirror-journals.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { openRunMarker } from '#node/disk/run-marker.ts'
import { snapshotsIn } from '#node/record/snapshots.ts'
import { systemEntropy } from '#node/system-clock.ts'
import { openVotes } from '#node/cities/settlement/votes.ts'
import { openWriter } from '#node/record/writer.ts'
import { aDirectory } from '#test/support/directories.ts'
import { hastyClock, silent } from '#test/support/faults/directory.ts'
import { auditFault } from '#test/support/faults/judge.ts'
import { accountsOf } from '#test/support/made-vectors.ts'
import { aPerson, DAY, hexFor, idFor } from '#test/support/towns.ts'

beforeAll(() => installNativeCrypto())

type Truth = {
  origin: string; hubId: string; logKey: string; size: number; root: string; digest: string; accounts: object; checkpoint: string
  votes: { hub: string; slot: number; order: string }[]; signedDocument: number; words: Record<string, string>
  mirror: { origin: string; hubId: string; root: string; size: number }; kept: number
}

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))
const versions = readdirSync(fixtures).filter((name) => /^v\d+$/.test(name))
const inFixture = (version: string, name: string): Uint8Array => new Uint8Array(readFileSync(join(fixtures, version, name)))
const truthOf = (version: string): Truth => JSON.parse(readFileSync(join(fixtures, version, 'truth.json'), 'utf8')) as Truth

/** A copy with the modes that a repository does not keep. */
function aCopy(version: string): string {
  const to = join(aDirectory(), 'copy')
  mkdirSync(to)
  for (const name of ['data', 'state']) cpSync(join(fixtures, version, name), join(to, name), { recursive: true })
  chmodSync(join(to, 'data', 'keys'), 0o700)
  for (const name of readdirSync(join(to, 'data', 'keys'))) chmodSync(join(to, 'data', 'keys', name), 0o600)
  return to
}

const opened = async (data: string, now = 0) => {
  requireFormat(data)
  const keys = await openKeystore(data)
  return openWriter({
    openJournal: (onFrame, from) => openJournal(journalDirectory(data), null, onFrame, { from }),
    snapshots: snapshotsIn(data, keys.log, silent),
    keys, clock: hastyClock(() => now), log: silent,
    entropy: systemEntropy,
  })
}

describe.each(versions)('a directory of format %s', (version) => {
  const truth = truthOf(version)

  test('opens with the state, checkpoint and records it was left with', async () => {
    const data = join(aCopy(version), 'data')
    const writer = await opened(data)
    const { state } = writer
    expect({ origin: state.hub.origin, size: state.tree.size, root: toHex(state.tree.root()), digest: toHex(digestOf(state)) })
      .toEqual({ origin: truth.origin, size: truth.size, root: truth.root, digest: truth.digest })
    expect(accountsOf(state)).toEqual(truth.accounts)
    expect(writer.checkpoint).toBe(truth.checkpoint)
    const replayed = replay(writer.read(0, truth.size))
    expect('refusal' in replayed ? replayed : toHex(digestOf(replayed.state))).toBe(truth.digest)
    await writer.close()
  })

  test('has its votes, its words, the other city’s log, and is known as the one in use last', async () => {
    const place = aCopy(version)
    const data = join(place, 'data')
    const hubId = fromHex(truth.hubId)!
    const frames: Frame[] = []
    const journal = await openJournal(votesDirectory(data), hubId, ({ type, payload }) => void frames.push({ type, payload: payload.slice() }))
    const votes = openVotes({ frames, append: async () => {} })
    for (const { hub, slot, order } of truth.votes) expect(votes.lockOf(hub, slot)?.orderId).toBe(order)
    expect(votes.signedFor(truth.signedDocument)).toBeDefined()
    await journal.close()

    const store = await openLevelStore(storeDirectory(data))
    const words: Record<string, string> = {}
    for await (const [key, value] of store.table('blobs').entries()) words[key] = toHex(value)
    expect(words).toEqual(truth.words)
    await store.close()

    const records: Uint8Array[] = []
    const mirror = await mirrorJournals(mirrorsDirectory(data)).open(truth.mirror.origin, fromHex(truth.mirror.hubId)!, (record) => void records.push(record.slice()))
    await mirror.close()
    const abroad = replay(records)
    expect('refusal' in abroad ? abroad : { size: abroad.size, root: toHex(abroad.state.tree.root()) })
      .toEqual({ size: truth.mirror.size, root: truth.mirror.root })

    const entropy = { bytes: (length: number) => new Uint8Array(length) }
    expect(openRunMarker(data, hubId, false, () => 'all', { XDG_STATE_HOME: join(place, 'state') }, entropy).isSame).toBe(true)
  })

  test('is in order to an auditor, goes on, and is in order then', async () => {
    const data = join(aCopy(version), 'data')
    expect(auditFault(data)).toBeNull()
    const now = parseRecord((await readAll(data)).at(-1)!)!.ts + DAY
    const writer = await opened(data, now)
    const mei = aPerson('chengdu mei')
    const { hub } = writer.state
    const body = encodeAction({
      kind: 'help.recorded', id: idFor('after the fixture'), acct: mei.acct, exp: now + DAY, seen: { size: 0, leaf: toHex(hub.id) },
      helper: mei.acct, receiver: aPerson('chengdu bo').acct, category: 1, minutes: 30, day: Math.floor(now / DAY), note: hexFor('a note'),
    })
    const answer = await writer.submit(body, [{ keyId: keyIdOf(mei.device), signature: sign(mei.secret, 'entry', hub.id, body) }])
    // The new day begins with its tick and the digest of what had been.
    expect(answer).toMatchObject({ ok: true, seq: truth.size + 2 })
    await writer.close()
    expect(auditFault(data)).toBeNull()
    expect((await readAll(data)).length).toBe(truth.size + 3)
  })

  test('what people took home of it still holds', () => {
    const { offence, root } = audit(readExport([inFixture(version, 'export.cv')]))
    expect({ offence, root }).toEqual({ offence: null, root: truth.root })
    const record = inFixture(version, 'kept.record')
    const receipt = parseReceipt(inFixture(version, 'kept.receipt'))!
    expect(verifyReceipt(receipt, record, fromHex(truth.logKey)!, fromHex(truth.hubId)!)).toBe(true)
    const proof = parseProof(Buffer.from(inFixture(version, 'kept.tlog-proof')).toString())!
    const checkpoint = openCheckpoint(proof.checkpoint, truth.origin, fromHex(truth.logKey)!)!
    expect(verifyInclusion(parseRecord(record)!.leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)).toBe(true)
  })
})

describe('a directory that a newer program wrote is refused and left as it is', () => {
  const newest = versions.at(-1)!

  test('by the format of the directory', async () => {
    const data = join(aCopy(newest), 'data')
    writeFileSync(join(data, 'format'), `tongyi-data ${Number(newest.slice(1)) + 1}\n`)
    const before = contentsOf(data)
    await expect(opened(data)).rejects.toMatchObject({ code: 'unknown-format', message: expect.stringContaining('newer') })
    expect(contentsOf(data)).toEqual(before)
  })

  test('by the format of a journal', async () => {
    const data = join(aCopy(newest), 'data')
    const journal = journalDirectory(data)
    for (const name of readdirSync(journal).filter((one) => one.endsWith('.seg'))) {
      const bytes = readFileSync(join(journal, name))
      bytes.writeUInt32BE(bytes.readUInt32BE(4) + 1, 4)
      bytes.writeUInt32BE(crc32(bytes.subarray(0, 44)), 44)
      writeFileSync(join(journal, name), bytes)
    }
    const before = contentsOf(journal)
    await expect(opened(data)).rejects.toThrow(/newer program/)
    expect(contentsOf(journal)).toEqual(before)
  })

  test('a directory from before there was such a file is of the first', () => {
    const data = aDirectory()
    expect(() => requireFormat(data)).not.toThrow()
    keepFormat(data)
    expect(readFileSync(join(data, 'format'), 'utf8')).toBe('tongyi-data 1\n')
  })
})

async function readAll(data: string): Promise<Uint8Array[]> {
  const writer = await opened(data)
  const records = writer.read(0, writer.state.tree.size)
  await writer.close()
  return records
}

/** Every file below a directory with what is in it. */
function contentsOf(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true }).map(String).filter((name) => statSync(join(dir, name)).isFile())
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(dir, name), 'hex')]))
}
