/** What auditors are handed: files of every kind, cut, mixed up and made up; and places where nothing can be written. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeEvidence } from '#ledger/evidence/evidence.ts'
import { readExport } from '#ledger/audit/export.ts'
import { jsonLineOf } from '#ledger/audit/json-lines.ts'
import { proveInclusion } from '#ledger/merkle.ts'
import { policyOf } from '#ledger/policy.ts'
import { encodeProof } from '#ledger/proof.ts'
import { aDirectory } from '#test/support/directories.ts'
import { checkpointOf, exportOfTown } from '#test/support/exports.ts'
import { evidenceOfEach, twoHistories } from '#test/support/two-histories.ts'
import { expectNo, hub } from './command-line.ts'

const { one, other } = twoHistories()
const { hub: { origin, logKey }, tree } = one.state
const checkpoint = checkpointOf(one)
const whole = exportOfTown(one)
const good: Record<string, Uint8Array | string> = {
  export: whole, lines: [...readExport([whole])].map(jsonLineOf).join(''), checkpoint, policy: policyOf(origin, logKey, null),
  evidence: encodeEvidence(evidenceOfEach({ one, other }).E1),
  proof: encodeProof({ index: 1n, hashes: proveInclusion(tree, 1, tree.size), checkpoint, extra: one.entries[1]!.bytes }),
}

function fileOf(content: Uint8Array | string): string {
  const path = join(aDirectory(), 'file')
  writeFileSync(path, content)
  return path
}

/** It ended with a verdict or a reason; not with a fault of ours. */
async function answered(...args: string[]): Promise<{ code: number | null; text: string }> {
  const { code, out, err } = await hub(...args)
  expect(out + err).not.toMatch(/fault of the program|\n {4}at /)
  return { code, text: out + err }
}

describe('audit', () => {
  test.for([
    ['nothing at all', ''], ['a letter', 'Dear auditor,\nall is well.\n'], ['a picture', '\u0089PNG\r\n\u001a\n'],
    ['a page', '<!doctype html><title>x</title>'], ['zeros', '\0'.repeat(5000)], ['other JSON', '{"type":"header"}\n'],
  ] as const)('%s is no export, and the exit code is 1', async ([, content]) => {
    const { code, text } = await answered('audit', fileOf(content))
    expect(code).toBe(1)
    expect(text).toMatch(/OFFENCE: header, after 0 entries that are in order: (missing|unreadable)/)
  })

  test.for([
    ['proof', 'not-a-proof', 'c2sp.org/tlog-proof@v1\n'], ['proof', 'not-a-proof', 'c2sp.org/tlog-proof@v2\nindex 0\n\nx'],
    ['evidence', 'unreadable', 'cv-evidence@v1\n'], ['evidence', 'unreadable', 'cv-evidence@v9\nkind E1\n'],
    ['checkpoint', 'unreadable', `${origin}\n1\n${'A'.repeat(43)}=\n`],
  ] as const)('what only begins as a %s does not hold, and the exit code is 1', async ([what, because, content]) => {
    const { code, text } = await answered('audit', fileOf(content))
    expect(code).toBe(1)
    expect(text).toContain(`a ${what} that DOES NOT HOLD: ${because}`)
  })

  test.for([
    ['a policy with a bad line', 'log x\n', /line 1 of this policy cannot be read: bad-key/],
    ['a policy cut off', 'quorum none', /line 1 of this policy cannot be read: not-ended/],
    ['a key of another id', `${origin}+00000000+${'A'.repeat(44)}\n`, /its key is none/],
    ['a checkpoint that is no text', Buffer.concat([Buffer.from(checkpoint), Buffer.from([0xff])]), /no text/],
    ['a proof of two megabytes', `c2sp.org/tlog-proof@v1\n${'x'.repeat(2 << 20)}`, /too large/],
  ] as const)('%s is said to be so, and the exit code is 2', async ([, content, words]) => {
    const { code, text } = await answered('audit', fileOf(content))
    expect([code, text]).toEqual([2, expect.stringMatching(words)])
  })

  test('whatever is cut from or changed in any kind of file, there is an answer', async () => {
    await fc.assert(fc.asyncProperty(
      fc.constantFrom('export', 'lines', 'checkpoint', 'proof', 'evidence', 'policy'), fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean(),
      async (kind, at, by, isCut) => {
        const bytes = Uint8Array.from(Buffer.from(good[kind]!))
        const place = at % bytes.length
        const bad = isCut ? bytes.subarray(0, place) : bytes.with(place, bytes[place]! ^ by)
        const { code } = await answered('audit', fileOf(bad), '--json')
        // By themselves checkpoints, proofs and policies are never well; the others are wrong in any byte.
        expect([1, 2]).toContain(code)
      },
    ), { numRuns: 60 })
  }, 120_000)

  test('a link to itself, a pipe to nowhere and a directory of nothing are said to be so', async () => {
    const dir = aDirectory()
    symlinkSync(join(dir, 'loop'), join(dir, 'loop'))
    mkdirSync(join(dir, 'tile'))
    writeFileSync(join(dir, 'checkpoint'), 'none')
    for (const target of [join(dir, 'loop'), dir, '/dev/null', 'http://', 'https://[', 'http://127.0.0.1:1']) {
      expect((await answered('audit', target)).code, target).toBe(2)
    }
  })

  test('evidence is not written over a file, and nothing is audited first', async () => {
    const precious = fileOf('precious')
    expectNo(await hub('audit', fileOf(good['export']!), '--compare', '--evidence', precious), 2, /is there already: give another name/)
    expect(readFileSync(precious, 'utf8')).toBe('precious')
  })

  test('a policy that is none, or is not there, is said to be so', async () => {
    for (const policy of [fileOf('Dear auditor\n'), join(aDirectory(), 'nowhere')]) {
      expect((await answered('audit', fileOf(checkpoint), '--policy', policy)).code).toBe(2)
    }
  })
})

describe('export --from', () => {
  test.for(['cbor', 'jsonl', 'csv', 'hledger', 'tlog'])('as %s, of what is no export nothing is written', async (format) => {
    const dir = aDirectory()
    for (const content of ['', 'Dear auditor', good['proof']!, whole.subarray(0, 1500)]) {
      const to = join(dir, 'out')
      expectNo(await hub('export', to, '--format', format, '--from', fileOf(content)), 2, /not in order: .+ is no whole export/)
      expect(existsSync(to) || existsSync(`${to}.part`)).toBe(false)
    }
    expectNo(await hub('export', join(dir, 'out'), '--format', format, '--from', join(dir, 'nowhere')), 2, /nowhere: there is no such file/)
    expectNo(await hub('export', join(dir, 'out'), '--format', format, '--from', dir), 2, /neither a file nor a directory|is no file/)
    expectNo(await hub('export', join(dir, 'no', 'such', 'out'), '--format', format, '--from', fileOf(good['export']!)), 2, /could not be written/)
  })

  test('a format that is none is named with those there are', async () => {
    expectNo(await hub('export', 'x', '--format', 'pdf'), 2, /Allowed choices are cbor, jsonl, csv, hledger, tlog/)
  })
})

test('verify-page writes over nothing and into nowhere', async () => {
  const precious = fileOf('precious')
  expectNo(await hub('verify-page', precious), 2, /is there already/)
  expect(readFileSync(precious, 'utf8')).toBe('precious')
  expectNo(await hub('verify-page', join(aDirectory(), 'no', 'such', 'place')), 2, /could not be written/)
})
