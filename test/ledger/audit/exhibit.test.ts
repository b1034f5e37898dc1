import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromHex, toHex, utf8 } from '#ledger/bytes.ts'
import { auditorOf, cosignerOf } from '#ledger/cosigner.ts'
import { encodeEvidence } from '#ledger/evidence/evidence.ts'
import {
  judgeCheckpoint, judgeEvidence, judgeProof, knownFrom, knownFromKey, knownFromPolicy, nobody, recognise, together,
} from '#ledger/audit/exhibit.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { addSignature, cosign, encodeVkey, SIGNATURE } from '#ledger/note.ts'
import { policyOf } from '#ledger/policy.ts'
import { encodeProof } from '#ledger/proof.ts'
import { currentDocument } from '#ledger/state/state.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { checkpointOf, exportOfTown } from '#test/support/exports.ts'
import { aRegion, bytesFor, type Town } from '#test/support/towns.ts'
import { evidenceOfEach, twoHistories } from '#test/support/two-histories.ts'

beforeAll(() => installNativeCrypto())
afterAll(uninstallNativeCrypto)

const { towns: [chengdu, barcelona, tokyo] } = aRegion(['chengdu', 'barcelona', 'tokyo'])
const { hub } = chengdu.state
const note = checkpointOf(chengdu, [barcelona, tokyo])
const policy = policyOf(hub.origin, hub.logKey, currentDocument(chengdu.state.federation!))
const byPolicy = knownFromPolicy(utf8(policy))
if ('because' in byPolicy) throw new Error(byPolicy.because)
const byLog = knownFrom(chengdu.state)
const byKey = knownFromKey(encodeVkey(hub.origin, SIGNATURE, hub.logKey))!

const proofOf = (town: Town, seq: number, { extra = town.entries[seq]!.bytes, index = seq, checkpoint = note } = {}): string =>
  encodeProof({ index: BigInt(index), hashes: proveInclusion(town.state.tree, seq, town.entries.length), checkpoint, extra })

test('each kind of file is known by how it begins', () => {
  const evidence = encodeEvidence(evidenceOfEach(twoHistories()).E2)
  expect(recognise(exportOfTown(chengdu))).toBe('export')
  expect(recognise(utf8('{"type":"header","format":"cv-jsonl","version":1}'))).toBe('lines')
  expect(recognise(utf8(note))).toBe('checkpoint')
  expect(recognise(utf8(proofOf(chengdu, 1)))).toBe('proof')
  expect(recognise(utf8(evidence))).toBe('evidence')
  expect(recognise(utf8(policy))).toBe('policy')
  expect(recognise(utf8(`# ours\n\n${policy}`))).toBe('policy')
  expect(recognise(utf8(`${encodeVkey(hub.origin, SIGNATURE, hub.logKey)}\n`))).toBe('key')
})

test.for(['', '\0', 'Dear auditor', '{"a":1}', '<!doctype html>', 'log', 'loglog x', 'a\nb\nc\n', 'PK\u0003\u0004', '0'.repeat(4096)])(
  '%j is nothing of ours', (text) => expect(recognise(utf8(text))).toBeNull())

describe('a checkpoint', () => {
  test('holds under the key of its log, with its cosigners where they are known', () => {
    expect(judgeCheckpoint(note, byKey)).toMatchObject({ outcome: 'ok', satisfied: null, signed: { cosigners: [] } })
    const known = judgeCheckpoint(note, byLog)
    expect(known).toMatchObject({ outcome: 'ok', code: null })
    if (known.what !== 'checkpoint') throw new Error(known.what)
    const names = [barcelona, tokyo].flatMap(({ card }) => [cosignerOf(card).name, auditorOf(card).name])
    expect(known.signed!.cosigners.map(({ name }) => name)).toEqual(names)
  })

  test('has to satisfy a policy that names no log, whose key is then known otherwise', () => {
    const ofAnyLog = knownFromPolicy(utf8(policy.split('\n').filter((line) => !line.startsWith('log ')).join('\n')))
    if ('because' in ofAnyLog) throw new Error(`line ${ofAnyLog.line}: ${ofAnyLog.because}`)
    expect(judgeCheckpoint(note, together([byKey, ofAnyLog]))).toMatchObject({ outcome: 'ok', satisfied: true })
    expect(judgeCheckpoint(checkpointOf(chengdu), together([byKey, ofAnyLog]))).toMatchObject({ outcome: 'failed', code: 'quorum-missing' })
    expect(judgeCheckpoint(note, ofAnyLog)).toMatchObject({ outcome: 'not-checked', code: 'unknown-log' })
  })

  test('has to satisfy the policy that names its log', () => {
    expect(judgeCheckpoint(note, byPolicy)).toMatchObject({ outcome: 'ok', satisfied: true })
    expect(judgeCheckpoint(checkpointOf(chengdu), byPolicy)).toMatchObject({ outcome: 'failed', code: 'quorum-missing', satisfied: false })
  })

  test('without a key of its log is not checked; never well', () => {
    expect(judgeCheckpoint(note, nobody())).toMatchObject({ outcome: 'not-checked', code: 'unknown-log' })
    expect(judgeCheckpoint(note, knownFrom(barcelona.state))).toMatchObject({ outcome: 'not-checked', code: 'unknown-log' })
  })

  test.for<[string, string, string]>([
    ['of another key', checkpointOf({ ...chengdu, secrets: barcelona.secrets }), 'not-signed'],
    ['with another size', note.replace(/\n(\d+)\n/, (_, n: string) => `\n${Number(n) + 1}\n`), 'not-signed'],
    ['with a line of a known cosigner that does not verify',
      addSignature(checkpointOf(chengdu), cosign(note.slice(0, note.indexOf('\n\n') + 1), cosignerOf(barcelona.card).name, bytesFor('another'), 1n)
        .replace(/ \S+\n$/, (end) => ` ${note.match(/barcelona-\w+\/log\/cosign (\S{6})/)![1]}${end.slice(7)}`)) ?? '', 'not-signed'],
    ['cut off', note.slice(0, note.indexOf('\n\n')), 'unreadable'],
    ['with a size that is none', note.replace(/\n(\d+)\n/, '\n01\n'), 'unreadable'],
  ])('%s does not hold', ([, text, code]) => {
    expect(judgeCheckpoint(text, byLog)).toMatchObject({ outcome: 'failed', code })
  })
})

describe('a proof', () => {
  test('says which record stands where, by whose word', () => {
    const { action, ts, leaf } = chengdu.entries[3]!
    expect(judgeProof(proofOf(chengdu, 3), together([byPolicy, byLog]))).toMatchObject({
      outcome: 'ok', index: 3n, leaf: toHex(leaf), satisfied: true, entry: { seq: 3, kind: action.kind, ts, acct: action.acct },
    })
    expect(judgeProof(proofOf(chengdu, 3), nobody())).toMatchObject({ outcome: 'not-checked', code: 'unknown-log' })
  })

  test('of a record that is kept beside it', () => {
    const { extra: _, ...bare } = { extra: 0, index: 2n, hashes: proveInclusion(chengdu.state.tree, 2, chengdu.entries.length), checkpoint: note }
    expect(judgeProof(encodeProof(bare), byLog)).toMatchObject({ outcome: 'not-checked', code: 'no-record' })
    expect(judgeProof(encodeProof(bare), byLog, chengdu.entries[2]!.bytes)).toMatchObject({ outcome: 'ok', index: 2n })
    expect(judgeProof(encodeProof(bare), byLog, chengdu.entries[1]!.bytes)).toMatchObject({ outcome: 'failed', code: 'not-in-the-tree' })
  })

  test.for<[string, string, string]>([
    ['of another record', proofOf(chengdu, 3, { extra: chengdu.entries[2]!.bytes }), 'not-in-the-tree'],
    ['at another number', proofOf(chengdu, 3, { index: 2 }), 'not-in-the-tree'],
    ['of a record of another log', proofOf(barcelona, 3), 'not-in-the-tree'],
    ['under a checkpoint of another key', proofOf(chengdu, 3, { checkpoint: checkpointOf({ ...chengdu, secrets: tokyo.secrets }) }), 'not-signed'],
    ['without its checkpoint', proofOf(chengdu, 3).split('\n\n')[0]!, 'not-a-proof'],
    ['with a hash less', proofOf(chengdu, 3).replace(/index 3\n[^\n]+\n/, 'index 3\n'), 'not-in-the-tree'],
  ])('%s does not hold', ([, text, code]) => {
    expect(judgeProof(text, byLog)).toMatchObject({ outcome: 'failed', code })
  })
})

describe('the vectors of proofs', () => {
  const vectors = new URL('../../vectors/proof/', import.meta.url)
  const files = (folder: string) => readdirSync(new URL(folder, vectors)).map((name) => name.replace('.json', ''))
  type Vector = { policy: string; proof: string; record?: string; index: number; satisfied: boolean; because: string }

  function judged(folder: string, name: string) {
    const vector = JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, vectors), 'utf8')) as Vector
    const known = knownFromPolicy(utf8(vector.policy))
    if ('because' in known) throw new Error(`line ${known.line}: ${known.because}`)
    return { vector, found: judgeProof(vector.proof, known, vector.record === undefined ? undefined : fromHex(vector.record)!) }
  }

  test.each(files('valid'))('%s shows its record, and whether enough witnesses vouch for it', (name) => {
    const { vector: { index, satisfied }, found } = judged('valid', name)
    expect(found).toMatchObject({ index: BigInt(index), satisfied, outcome: satisfied ? 'ok' : 'failed', code: satisfied ? null : 'quorum-missing' })
  })

  test.each(files('invalid'))('%s shows nothing, for its reason', (name) => {
    const { vector: { because }, found } = judged('invalid', name)
    expect(found.outcome).not.toBe('ok')
    // Of a log that nobody named it is only said that nothing can be said.
    expect(found.code === 'unknown-log' ? 'not-signed' : found.code).toBe(because)
  })
})

test('evidence holds when it convicts, and not with a word changed', () => {
  for (const evidence of Object.values(evidenceOfEach(twoHistories()))) {
    const text = encodeEvidence(evidence)
    expect(judgeEvidence(text, new Map())).toMatchObject({ outcome: 'ok', offence: { kind: evidence.kind } })
    expect(judgeEvidence(text.replace('This key', 'This good key'), new Map())).toMatchObject({ outcome: 'failed', code: 'other-words' })
    expect(judgeEvidence(text.slice(0, -1), new Map())).toMatchObject({ outcome: 'failed', offence: null })
  }
})

test.for(['', 'name', 'name+00000000+AAAA', `${encodeVkey(hub.origin, SIGNATURE, hub.logKey)}x`])('%j is no key', (text) => {
  expect(knownFromKey(text)).toBeNull()
})

test('a policy that cannot be read says at which line', () => {
  expect(knownFromPolicy(utf8('log x\n'))).toEqual({ line: 1, because: 'bad-key' })
})
