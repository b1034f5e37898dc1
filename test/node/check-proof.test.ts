import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { leafHash, proveInclusion, Tree } from '#ledger/merkle.ts'
import { encodeVkey, SIGNATURE, signNote } from '#ledger/note.ts'
import { encodeProof } from '#ledger/proof.ts'
import { CheckProofError, runCheckProof } from '#node/audit/check-proof.ts'
import { PolicyFileError } from '#node/audit/policy-file.ts'
import { aDirectory } from '#test/support/directories.ts'
import { aMember, aTown } from '#test/support/towns.ts'

const vectors = new URL('../vectors/proof/', import.meta.url)
type Vector = { policy: string; proof: string; record?: string; satisfied?: boolean; because?: string }
const read = (folder: string, name: string) => JSON.parse(readFileSync(new URL(`${folder}/${name}`, vectors), 'utf8')) as Vector

/** A file of this content in a directory of its own. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(aDirectory(), name)
  writeFileSync(path, content)
  return path
}

function checked(proof: string, trust: { policy?: string; vkey?: string }, json = false): { code: number; said: string } {
  let said = ''
  const path = file('one.tlog-proof', proof)
  return { code: runCheckProof(path, { ...trust, json, out: (text) => (said += text) }), said: said.replaceAll(path, 'FILE') }
}

test.each(['valid', 'invalid'])('the exit code tells what the %s vectors tell', (folder) => {
  for (const name of readdirSync(new URL(folder, vectors))) {
    const vector = read(folder, name)
    if (vector.record !== undefined) continue // The command knows what is in the file, and no more.
    const { code, said } = checked(vector.proof, { policy: file('the.policy', vector.policy) }, true)
    const answer = JSON.parse(said) as { ok: boolean; because?: string }
    expect([name, code]).toEqual([name, vector.satisfied === true ? 0 : 1])
    const because = answer.because === 'unknown-log' ? 'not-signed' : answer.because
    expect([name, answer.ok, because]).toEqual([name, vector.satisfied === true, vector.satisfied === false ? 'quorum-missing' : vector.because])
  }
})

test('a person reads what was recorded, when, and who saw it', () => {
  const { policy, proof } = read('valid', 'with-the-record.json')
  expect(checked(proof, { policy: file('the.policy', policy) })).toEqual({ code: 0, said: [
    'FILE: entry 6 of example.com/behind-the-sofa, in its tree of 11',
    '  seen by w2.example, 2023-11-14 22:13:22 UTC', '  seen by w3.example, 2023-11-14 22:13:23 UTC',
    '  in order: the log signed it, and as many witnesses as the policy asks for vouch for it', '',
  ].join('\n') })
  const short = read('valid', 'one-witness-short.json')
  expect(checked(short.proof, { policy: file('the.policy', short.policy) }).said).toContain('NOT IN ORDER: the log signed it, and fewer')
  const altered = read('invalid', 'other-record.json')
  expect(checked(altered.proof, { policy: file('the.policy', altered.policy) }).said).toContain('NOT IN ORDER: it does not lead from this record to the root that was signed')
})

test('a record of a hub is read, and must say the number and the log of its proof', () => {
  const town = aTown('chengdu')
  aMember(town, 'bo')
  const records = town.entries.map(({ bytes }) => bytes)
  const { hub } = town.state
  const secret = new Uint8Array(32).fill(5)
  const vkey = (name: string) => encodeVkey(name, SIGNATURE, publicKeyOf(secret))
  const proofOf = (name: string, index: number, record = records[index]!) => {
    const tree = new Tree()
    for (const [i, one] of records.entries()) tree.append(leafHash(i === index ? record : one))
    const checkpoint = signNote(encodeCheckpoint({ origin: name, size: BigInt(records.length), root: tree.root() }), name, secret)
    return encodeProof({ index: BigInt(index), hashes: proveInclusion(tree, index, records.length), checkpoint, extra: record })
  }
  const good = checked(proofOf(hub.origin, 0), { vkey: vkey(hub.origin) })
  expect(good.code).toBe(0)
  expect(good.said).toMatch(/entry 0 of cv\..*\n {2}hub\.founded, recorded \d{4}-.* UTC, by account [0-9a-f]{64}\n {2}in order: the log signed it; no witness was asked for/)
  expect(checked(proofOf(hub.origin, 0), { vkey: vkey(hub.origin) }, true).said).toContain(`"record": "${toHex(records[0]!)}"`)
  const moved = checked(proofOf(hub.origin, 1, records[0]!), { vkey: vkey(hub.origin) }, true)
  expect([moved.code, JSON.parse(moved.said)]).toMatchObject([1, { because: 'other-entry' }])
  const elsewhere = checked(proofOf('cv.lagos-00000000/log', 0), { vkey: vkey('cv.lagos-00000000/log') }, true)
  expect([elsewhere.code, JSON.parse(elsewhere.said)]).toMatchObject([1, { because: 'other-entry' }])
})

test('without one way to know whom to trust, or without the file, nothing is said about the proof', () => {
  const { policy, proof } = read('valid', 'with-the-record.json')
  const asked = (trust: { policy?: string; vkey?: string }, path = file('one.tlog-proof', proof)) => () =>
    runCheckProof(path, { ...trust, json: false, out: () => { throw new Error('it said something') } })
  const good = file('the.policy', policy)
  expect(asked({})).toThrow(CheckProofError)
  expect(asked({ policy: good, vkey: 'x' })).toThrow('say whom you trust')
  expect(asked({ vkey: 'x' })).toThrow('--vkey takes')
  expect(asked({ policy: good }, join(aDirectory(), 'missing'))).toThrow('cannot be read')
  expect(asked({ policy: join(aDirectory(), 'missing') })).toThrow(PolicyFileError)
  expect(asked({ policy: file('the.policy', 'quorum none\nquorum none\n') })).toThrow(/the\.policy, line 2: there is a quorum line already$/)
})
