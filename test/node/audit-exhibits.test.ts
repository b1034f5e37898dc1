import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toHex, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { encodeGenesis, originOf, parseGenesis } from '#ledger/entry.ts'
import { encodeEvidence, verifyEvidence } from '#ledger/evidence/evidence.ts'
import { sha256 } from '#ledger/hash.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { signNote } from '#ledger/note.ts'
import { policyOf } from '#ledger/policy.ts'
import { encodeProof } from '#ledger/proof.ts'
import { readTiledLog, type Tile, tilePath } from '#ledger/tile.ts'
import { runAudit, type AuditOptions } from '#node/audit/audit.ts'
import { wordsOn } from '#node/commands/evidence.ts'
import { writeExport } from '#node/audit/export.ts'
import { aDirectory } from '#test/support/directories.ts'
import { writeTown } from '#test/support/disk-town.ts'
import { checkpointOf, exportOfTown } from '#test/support/exports.ts'
import { aMember, aTown, pass } from '#test/support/towns.ts'
import { evidenceOfEach, genesisOf, twoHistories } from '#test/support/two-histories.ts'

async function audited(targets: string[], options: Partial<AuditOptions> = {}): Promise<{ code: number; text: string }> {
  let text = ''
  const code = await runAudit(targets, { json: false, out: (more) => void (text += more), progress: { write: () => true }, ...options })
  return { code, text }
}

/** Files by name in a directory of their own. */
function filesOf(contents: Record<string, Uint8Array | string>): Record<string, string> {
  const dir = aDirectory()
  return Object.fromEntries(Object.entries(contents).map(([name, content]) => {
    writeFileSync(join(dir, name), content)
    return [name, join(dir, name)]
  }))
}

function aCase() {
  const { one, other } = twoHistories()
  const { hub, tree } = one.state
  const checkpoint = checkpointOf(one)
  const proof = encodeProof({
    index: 2n, hashes: proveInclusion(tree, 2, tree.size), checkpoint, extra: one.entries[2]!.bytes,
  })
  return filesOf({
    one: exportOfTown(one), other: exportOfTown(other), checkpoint, earlier: checkpointOf(one, [], 2),
    otherCheckpoint: checkpointOf(other), proof, policy: policyOf(hub.origin, hub.logKey, null),
    evidence: encodeEvidence(evidenceOfEach({ one, other }).E3), strange: 'Dear auditor\n', empty: '',
    cut: proof.slice(0, 60), badPolicy: 'log x\n', badEvidence: encodeEvidence(evidenceOfEach({ one, other }).E3).replace('This key', 'That key'),
  })
}

describe('what is brought about a log', () => {
  test('a checkpoint and a proof hold by the log that is given along, or by a policy', async () => {
    const { one, checkpoint, proof, policy } = aCase()
    for (const [targets, options] of [[[one!, checkpoint!, proof!], {}], [[checkpoint!, proof!], { policy: policy! }], [[checkpoint!, policy!], {}]] as const) {
      const { code, text } = await audited([...targets], options)
      expect(code).toBe(0)
      expect(text).toContain('a checkpoint that holds')
    }
    expect((await audited([proof!], { policy: policy! })).text).toMatch(/entry 2: member\.attested of [0-9a-f]{64}, 2026-01-01T12:00:00Z/)
  })

  test('by itself neither is checked, and the exit code is 2', async () => {
    const { checkpoint, proof } = aCase()
    const { code, text } = await audited([checkpoint!, proof!])
    expect(code).toBe(2)
    expect(text).toContain('a checkpoint that was not checked: unknown-log, nothing here says which key is this log’s')
    expect(text).toMatch(/What could be checked is in order; something could not\.\n$/)
  })

  test('evidence that convicts holds; with a word changed it does not', async () => {
    const { evidence, badEvidence } = aCase()
    const good = await audited([evidence!])
    expect(good.code).toBe(0)
    expect(good.text).toContain('E3 against the hub of chengdu')
    const bad = await audited([badEvidence!])
    expect(bad.code).toBe(1)
    expect(bad.text).toContain('evidence that DOES NOT HOLD')
  })

  test('a cut proof does not hold, a policy that cannot be read says where, and anything else is no export', async () => {
    const { cut, badPolicy, strange } = aCase()
    expect(await audited([cut!])).toMatchObject({ code: 1, text: expect.stringContaining('it is no tlog-proof, or it has been altered or cut') as string })
    expect(await audited([badPolicy!])).toMatchObject({ code: 2, text: expect.stringContaining('line 1 of this policy cannot be read: bad-key') as string })
    expect(await audited([strange!])).toMatchObject({ code: 1, text: expect.stringContaining('header, after 0 entries') as string })
    expect(await audited([badPolicy!], { policy: strange! })).toMatchObject({ code: 2, text: expect.stringContaining('neither a policy nor a key') as string })
  })
})

describe('--compare', () => {
  test('one history: consistent, with the proof', async () => {
    const { one, earlier } = aCase()
    const { code, text } = await audited([one!, earlier!], { compare: true })
    expect(code).toBe(0)
    expect(text).toMatch(/CONSISTENT: cv\.chengdu-\w+\/log with 5 and with 2 entries: .+\n {2}[0-9a-f]{64}\n/)
  })

  test.for([['one', 'other'], ['one', 'otherCheckpoint'], ['checkpoint', 'other']])('%s and %s: forked, and the evidence is written', async ([a, b]) => {
    const files = aCase()
    const evidence = join(aDirectory(), 'evidence.txt')
    const { code, text } = await audited([files[a!]!, files[b!]!], { compare: true, evidence })
    const canConvict = !(a === 'one' && b === 'otherCheckpoint')
    expect(text).toContain(canConvict ? 'FORKED' : 'CANNOT SAY')
    expect(code).toBe(canConvict ? 1 : 2)
    if (!canConvict) return
    expect(verifyEvidence(readFileSync(evidence, 'utf8')).ok).toBe(true)
    expect((await audited([evidence])).code).toBe(0)
  })

  test('what cannot be said names what is needed, and the exit code is 2', async () => {
    const { checkpoint, earlier, policy, one } = aCase()
    expect((await audited([checkpoint!, earlier!], { compare: true })).text).toContain('give a policy or a key')
    const { code, text } = await audited([checkpoint!, earlier!], { compare: true, policy: policy! })
    expect(code).toBe(2)
    expect(text).toContain('CANNOT SAY: between checkpoints of different sizes only records can tell')
    expect((await audited([one!], { compare: true })).text).toContain('two logs or checkpoints have to be given')
  })

  test('as JSON, with every target and the comparison', async () => {
    const { one, other, proof } = aCase()
    const { text } = await audited([one!, other!, proof!], { compare: true, json: true })
    const { ok, logs, comparison } = JSON.parse(text) as { ok: boolean; logs: { what: string }[]; comparison: { answer: string; at: number } }
    expect([ok, logs.map(({ what }) => what), comparison.answer, comparison.at]).toEqual([false, ['log', 'log', 'proof'], 'forked', 3])
  })
})

describe('tiles', () => {
  async function tiled() {
    const town = aTown('chengdu')
    aMember(town, 'mei')
    pass([town], 300)
    const dir = aDirectory()
    await writeTown(dir, town)
    const tiles = join(dir, 'tiles')
    expect(await writeExport(dir, tiles, { format: 'tlog' })).toMatchObject({ entries: town.entries.length })
    return { town, dir, tiles }
  }

  test('a log written as tiles audits as the log it is, but for the seals, from a directory and from an address', async () => {
    const { town, dir, tiles } = await tiled()
    expect(readdirSync(tiles).toSorted()).toEqual(['checkpoint', 'tile'])
    const { tree } = town.state
    const read = (tile: Tile) => new Uint8Array(readFileSync(join(tiles, tilePath(tile))))
    expect(readTiledLog(tree.size, tree.root(), read)).toBeNull()
    const server = createServer((request, response) => {
      const file = join(tiles, request.url!)
      if (existsSync(file)) response.end(readFileSync(file))
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    for (const [target, options] of [[tiles, {}], [address, { tiles: true }]] as const) {
      const { code, text } = await audited([target], { json: true, ...options })
      expect(code).toBe(0)
      const { logs: [log] } = JSON.parse(text) as { logs: { entries: number; root: string; rows: Record<string, { outcome: string }> }[] }
      expect(log!.entries).toBe(town.entries.length)
      expect(log!.rows).toMatchObject({ seals: { outcome: 'not-checked', because: 'no-seals' }, tree: { outcome: 'ok' }, signatures: { outcome: 'ok' } })
    }
    expect((await audited([dir, tiles], { compare: true })).text).toContain('CONSISTENT')
  })

  test('what is missing from tiles or changed in them is an offence, named by its path', async () => {
    const { tiles } = await tiled()
    const change: [string, (path: string) => void][] = [
      ['tile/entries/000', (path) => rmSync(path)],
      ['tile/0/000', (path) => writeFileSync(path, readFileSync(path).fill(0, 32, 33))],
      ['tile/1/000.p/1', (path) => rmSync(path)],
      ['tile/entries/001.p/47', (path) => writeFileSync(path, readFileSync(path).subarray(1))],
    ]
    for (const [path, harm] of change) {
      const copy = join(aDirectory(), 'copy')
      mkdirSync(copy)
      cpSync(tiles, copy, { recursive: true })
      expect(existsSync(join(copy, path)), path).toBe(true)
      harm(join(copy, path))
      const { code, text } = await audited([copy])
      expect([path, code]).toEqual([path, 1])
      expect(text).toContain(path)
    }
    writeFileSync(join(tiles, 'checkpoint'), utf8('no checkpoint'))
    expect(await audited([tiles])).toMatchObject({ code: 2, text: expect.stringContaining('its checkpoint is none') as string })
  })
})

test('what a stranger calls a city stands in one line and moves no cursor', async () => {
  const { one } = twoHistories()
  const genesis = parseGenesis(genesisOf(one))!
  const bytes = encodeGenesis({ ...genesis, city: 'chengdu\n\u001b[2J\u009b1A\u202eok' })
  const origin = originOf(genesis.name, toHex(sha256(bytes)))
  const note = (byte: number) =>
    signNote(encodeCheckpoint({ origin, size: 5n, root: new Uint8Array(32).fill(byte) }), origin, one.secrets.log)
  const text = encodeEvidence({ kind: 'E2', genesis: bytes, first: note(1), second: note(2) })
  const files = filesOf({ 'mailed.txt': text })
  const { text: told } = await audited([files['mailed.txt']!])
  const said = wordsOn({ file: 'mailed.txt', verdict: verifyEvidence(text) })
  for (const words of [told, said]) {
    expect(words).toMatch(/against (the hub of )?chengdu\ufffd\ufffd\[2J\ufffd1A\ufffdok/)
    expect(words).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  }
})
