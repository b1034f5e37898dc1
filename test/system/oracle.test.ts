/**
 * The verifier of the record in Python (`test/oracle/verify.py`), written from `ledger/README.md` alone, against ours: it
 * agrees with every vector that is about the record, takes our exports, to the same root, and of a changed one names the
 * same place as our audit. What the rules say of a log is `test/oracle/reducer.test.ts`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit } from '#ledger/audit/audit.ts'
import { readExport } from '#ledger/audit/export.ts'
import { writeExport } from '#node/audit/export.ts'
import { installNativeCrypto, uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'
import { writeTown } from '#test/support/disk-town.ts'
import { aTimeBank, threeCities } from '#test/support/histories.ts'

const ORACLE = join(import.meta.dirname, '../oracle')
const VECTORS = join(import.meta.dirname, '../vectors')

const python = (...args: string[]) => script('verify.py', ...args)
const script = (name: string, ...args: string[]) => {
  const { status, stdout, stderr, error } = spawnSync('python3', ['-B', join(ORACLE, name), ...args], { encoding: 'utf8' })
  expect([error, stderr], 'This test needs the Debian package python3: apt install python3').toEqual([undefined, ''])
  return { status, said: stdout }
}

beforeAll(() => installNativeCrypto())
afterAll(() => uninstallNativeCrypto())

test('it agrees with every vector that is about the record', () => {
  const { status, said } = python('vectors', VECTORS)
  const lines = said.trimEnd().split('\n')
  const folders = lines.map((line) => /^(\w+): (\d+) agree, 0 disagree$/.exec(line)?.slice(1) ?? [line])
  expect(folders.map(([folder]) => folder)).toEqual([
    'codec', 'ed25519', 'entries', 'evidence', 'export', 'foreign', 'merkle', 'note', 'policy', 'proof', 'receipt', 'replay',
    'seal', 'tile',
  ])
  for (const [folder, agree] of folders) expect([folder, Number(agree) > 10]).toEqual([folder, true])
  // Vectors are only ever added: what was judged once still is.
  expect(Number(folders.find(([folder]) => folder === 'replay')?.[1])).toBeGreaterThanOrEqual(252)
  expect(status).toBe(0)
})

test('a directory or a file that is not there is code 2, not a verdict', () => {
  for (const command of ['export', 'vectors']) expect(python(command, join(VECTORS, 'none')).status).toBe(2)
})

describe.for([...threeCities(), aTimeBank()].map((town) => [town.name, town] as const))('an export of %s', ([, town]) => {
  let dir: string, good: Buffer
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'oracle-'))
    await writeTown(dir, town)
    await writeExport(dir, join(dir, 'good.cbor'))
    good = readFileSync(join(dir, 'good.cbor'))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  /** What the program says of each, one process for all of them. */
  const verdictsOn = (exports: Uint8Array[]) => {
    const files = exports.map((bytes, i) => {
      writeFileSync(join(dir, `${i}.cbor`), bytes)
      return join(dir, `${i}.cbor`)
    })
    const { status, said } = python('export', ...files)
    return { status, said: said.trimEnd().split('\n') }
  }

  const offencesOf = (exports: Uint8Array[]) => exports.map((bytes) => {
    const { offence } = audit(readExport([bytes]))
    return `refused: ${offence?.where} ${offence?.seq}: ${offence?.code}`
  })
  const words = ['formats', 'records', 'verify'].map((name) => readFileSync(join(ORACLE, `${name}.py`), 'utf8')).join('')
  const isOfRecord = (offence: string): boolean => words.includes(`'${offence.replace(/^.*: /, '')}'`)
  /** Why an entry is refused is not always said alike: who may sign what is a rule, and the signature does not hold either. */
  const place = (verdict: string | undefined) => verdict?.replace(/^(refused: entry \d+): .*/, '$1')

  test('it is sound, to the same root', () => {
    const { root, entries, offence } = audit(readExport([good]))
    expect(offence).toBeNull()
    const { status, said } = verdictsOn([good])
    expect([status, said]).toEqual([0, [`sound: ${town.state.hub.origin}, ${entries} records, root ${root}`]])
  })

  test('any one bit changed is refused in the same place', () => {
    const places = fc.sample(fc.tuple(fc.nat({ max: good.length - 1 }), fc.nat({ max: 7 })), 60)
    const changed = places.map(([at, bit]) => {
      const bytes = Uint8Array.from(good)
      bytes[at]! ^= 1 << bit
      return bytes
    })
    const { status, said } = verdictsOn(changed)
    expect(status).toBe(1)
    // A time that is changed may offend against a rule, which is not this program's to know: to it the seal does not hold.
    const offences = offencesOf(changed)
    const named = offences.map((offence, i) => (isOfRecord(offence) ? offence : said[i]!))
    expect(offences.filter(isOfRecord).length).toBeGreaterThan(50)
    expect(said.filter((verdict) => !verdict.startsWith('refused: '))).toEqual([])
    expect(places.map((bit, i) => [...bit, place(said[i])])).toEqual(named.map((offence, i) => [...places[i]!, place(offence)]))
  })

  test('an export that ends too early is refused, for the same reason', () => {
    const parts = [0, 1, good.length >> 2, good.length >> 1, good.length - 1].map((length) => good.subarray(0, length))
    expect(verdictsOn(parts)).toEqual({ status: 1, said: offencesOf(parts) })
  })
})
