import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fromBase64, utf8 } from '#ledger/bytes.ts'
import { encodeCheckpoint } from '#ledger/checkpoint.ts'
import { type FederationDocument, quorum } from '#ledger/federation/federation.ts'
import { EMPTY_ROOT } from '#ledger/merkle.ts'
import { publicKeyOf } from '#ledger/keys.ts'
import { addSignature, cosign, COSIGNATURE, encodeVkey, type NoteKey, SIGNATURE, signNote } from '#ledger/note.ts'
import { isPolicy, judgeCheckpoint, parsePolicy, type Policy, POLICY_BYTES_MAX, policyOf, satisfies } from '#ledger/policy.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'

beforeAll(() => installNativeCrypto())
afterAll(() => uninstallNativeCrypto())

const vectors = new URL('../vectors/policy/', import.meta.url)
const files = (folder: string) => readdirSync(new URL(folder, vectors)).map((name) => name.replace('.json', ''))
const json = <T>(folder: string, name: string) => JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, vectors), 'utf8')) as T
type Valid = { file: string; enough: string[][]; short: string[][] }
type Invalid = { file: string; line: number; because: string }

function policyIn(file: Uint8Array): Policy {
  const read = parsePolicy(file)
  if (!isPolicy(read)) throw new Error(`line ${read.line}: ${read.because}`)
  return read
}

test.each(files('valid'))('%s is read, and asks for what its vector says', (name) => {
  const vector = json<Valid>('valid', name)
  const policy = policyIn(fromBase64(vector.file)!)
  const keysOf = (names: string[]) => names.map((asked) => {
    const witness = policy.witnesses.find((one) => one.name === asked)
    if (witness === undefined) throw new Error(`the vector names ${asked}`)
    return { ...witness.key, time: 1n }
  })
  for (const names of vector.enough) expect([names, satisfies(policy, keysOf(names))]).toEqual([names, true])
  for (const names of vector.short) expect([names, satisfies(policy, keysOf(names))]).toEqual([names, false])
})

test.each(files('invalid'))('%s is refused, by the number of its line', (name) => {
  const { file, line, because } = json<Invalid>('invalid', name)
  expect(parsePolicy(fromBase64(file)!)).toEqual({ line, because })
})

test('a file beyond the limit is refused before it is read', () => {
  expect(parsePolicy(new Uint8Array(POLICY_BYTES_MAX + 1))).toEqual({ line: 1, because: 'too-large' })
})

test('no bytes make the reader throw', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.string({ unit: fc.constantFrom(...'log witnesgrup any 12\n\t#+'), maxLength: 80 }).map(utf8)), (bytes) => {
    const read = parsePolicy(bytes)
    expect(isPolicy(read) || read.line >= 1).toBe(true)
  }))
})

test('groups nested as deep as a file is long are read and judged like others', () => {
  const key: NoteKey = { name: 'w', type: COSIGNATURE, publicKey: publicKeyOf(new Uint8Array(32).fill(1)) }
  const depth = 40_000
  const groups = Array.from({ length: depth }, (_, i) => `group g${i} 1 ${i === 0 ? 'w' : `g${i - 1}`}`)
  const text = [`witness w ${encodeVkey('w', COSIGNATURE, key.publicKey)}`, ...groups, `quorum g${depth - 1}`, ''].join('\n')
  const policy = policyIn(utf8(text))
  expect([satisfies(policy, []), satisfies(policy, [key])]).toEqual([false, true])
})

describe('a checkpoint under a policy', () => {
  const secretOf = (n: number) => new Uint8Array(32).fill(n)
  const keyOf = (n: number, name: string, type: NoteKey['type']): NoteKey => ({ name, type, publicKey: publicKeyOf(secretOf(n)) })
  const origin = 'example.com/behind-the-sofa'
  const vkeyOf = ({ name, type, publicKey }: NoteKey) => encodeVkey(name, type, publicKey)
  const log = keyOf(1, origin, SIGNATURE)
  const [w1, w2, w3] = [2, 3, 4].map((n) => keyOf(n, `w${n}.example`, COSIGNATURE)) as [NoteKey, NoteKey, NoteKey]
  const policy = policyIn(utf8([
    `log ${vkeyOf(log)}`, ...[w1, w2, w3].map((key) => `witness ${key.name} ${vkeyOf(key)}`),
    'group two 2 w2.example w3.example w4.example', 'quorum two', '',
  ].join('\n')))
  const body = encodeCheckpoint({ origin, size: 0n, root: EMPTY_ROOT })
  const bare = signNote(body, origin, secretOf(1))
  const cosigned = (text: string, ...ns: number[]) =>
    ns.reduce((note, n) => addSignature(note, cosign(body, `w${n}.example`, secretOf(n), n))!, text)

  test('is satisfied by a quorum of its witnesses, and says who they are', () => {
    expect(judgeCheckpoint(policy, cosigned(bare, 2, 4))).toEqual({
      origin, size: 0n, root: EMPTY_ROOT, log, satisfied: true, cosigners: [{ ...w1, time: 2n }, { ...w3, time: 4n }],
    })
  })

  test('is short of it with one witness, with one that signed twice, and with strangers', () => {
    expect(judgeCheckpoint(policy, bare)?.satisfied).toBe(false)
    expect(judgeCheckpoint(policy, cosigned(bare, 2))?.satisfied).toBe(false)
    const again = addSignature(cosigned(bare, 2), cosign(body, 'w2.example', secretOf(2), 9))!
    expect(judgeCheckpoint(policy, again)?.satisfied).toBe(false)
    expect(judgeCheckpoint(policy, cosigned(bare, 2, 7, 8))?.satisfied).toBe(false)
  })

  test('is none when the log is not known, did not sign, or signed for another origin', () => {
    expect(judgeCheckpoint(policy, signNote(body, origin, secretOf(9)))).toBeNull()
    const witnessesOnly = cosigned(`${body}\n— x AAAAAAA=\n`, 2, 3)
    expect(judgeCheckpoint(policy, witnessesOnly)).toBeNull()
    const elsewhere = encodeCheckpoint({ origin: 'other', size: 0n, root: EMPTY_ROOT })
    expect(judgeCheckpoint(policy, signNote(elsewhere, origin, secretOf(1)))).toBeNull()
  })

  test('is none when the line of one of its witnesses does not verify', () => {
    const overAnother = addSignature(cosigned(bare, 2, 3), cosign('another\n', 'w4.example', secretOf(4), 1))!
    expect(judgeCheckpoint(policy, overAnother)).toBeNull()
  })

  test('of another log may have extension lines, of which nobody says anything', () => {
    const extended = signNote(`${body}more of it\n`, origin, secretOf(1))
    expect(judgeCheckpoint(policy, extended)?.size).toBe(0n)
    expect(judgeCheckpoint(policy, signNote(`${body}\nmore\n`, origin, secretOf(1)))).toBeNull()
  })
})

describe('the policy of a hub', () => {
  const cards = (n: number) => Array.from({ length: n }, (_, i) => ({
    card: {
      origin: `cv.city${i}-0000000${i}/log`, cosignerKey: publicKeyOf(new Uint8Array(32).fill(10 + i)),
      auditorKey: publicKeyOf(new Uint8Array(32).fill(40 + i)),
    },
  }))
  const documentOf = (n: number) => ({ members: cards(n) }) as unknown as FederationDocument
  const logKey = publicKeyOf(new Uint8Array(32).fill(1))
  const own = 'cv.city0-00000000/log'
  const cosigning = (policy: Policy, names: (name: string) => boolean) =>
    policy.witnesses.filter(({ name }) => names(name)).map(({ key }) => ({ ...key, time: 1n }))

  test('asks for nobody where there is nobody to ask', () => {
    for (const document of [null, documentOf(1)]) {
      const policy = policyIn(utf8(policyOf(own, logKey, document)))
      expect(policy.quorum).toBeNull()
      expect(policy.logs.map(({ key }) => key.name)).toEqual([own])
    }
  })

  test.each([2, 3, 4, 7])('of %d asks for as many others as make a quorum with it, seen and audited', (n) => {
    const policy = policyIn(utf8(policyOf(own, logKey, documentOf(n))))
    const needed = quorum(n) - 1
    const first = (count: number) => (name: string) => Number(/city(\d)/.exec(name)![1]) <= count
    expect(policy.witnesses).toHaveLength(2 * (n - 1))
    expect(satisfies(policy, cosigning(policy, first(needed)))).toBe(true)
    expect(satisfies(policy, cosigning(policy, first(needed - 1)))).toBe(false)
    expect(satisfies(policy, cosigning(policy, (name) => name.endsWith('/cosign')))).toBe(false)
    expect(satisfies(policy, cosigning(policy, (name) => name.endsWith('/audit')))).toBe(false)
  })
})
