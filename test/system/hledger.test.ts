/**
 * The hledger export against hledger: a program that knows nothing of this project does the sums of a city again, and
 * finds every amount that somebody changed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeExport } from '#node/audit/export.ts'
import { writeTown } from '#test/support/disk-town.ts'
import { aTimeBank, threeCities } from '#test/support/histories.ts'

const hledger = (file: string, ...args: string[]) => {
  const { status, stderr, stdout, error } = spawnSync('hledger', ['-f', file, ...args], { encoding: 'utf8' })
  expect(error, 'This test needs the Debian package hledger: apt install hledger').toBeUndefined()
  return { status, said: stderr + stdout }
}

describe.for([...threeCities(), aTimeBank()].map((town) => [town.name, town] as const))('of %s', ([, town]) => {
  let dir: string, file: string, text: string
  /** Where the amounts stand, those that moved and those that assert. */
  let amounts: { index: number; found: string }[]

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hledger-'))
    file = join(dir, 'ledger.journal')
    await writeTown(dir, town)
    await writeExport(dir, file, { format: 'hledger' })
    text = readFileSync(file, 'utf8')
    amounts = [...text.matchAll(/-?\d+(?= CV[dg])/g)].map(({ index, 0: found }) => ({ index, found }))
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  const verdictOn = (other: string) => {
    const changed = join(dir, 'changed.journal')
    writeFileSync(changed, other)
    return hledger(changed, 'check', '-s')
  }

  test('it passes strict checking', () => {
    expect(hledger(file, 'check', '-s')).toEqual({ status: 0, said: '' })
    const members = hledger(file, 'balance', 'members:', '--depth', '1', '-O', 'csv', '--layout', 'bare').said
    const domain = [...town.state.members.values()].reduce((sum, { account }) => sum + account.domain + account.held, 0n)
    if (domain > 0n) expect(members).toContain(`"CVd","${domain}"`)
  })

  test('any one amount changed by anybody is found', () => {
    expect(amounts.length).toBeGreaterThan(20)
    fc.assert(fc.property(fc.nat({ max: amounts.length - 1 }), fc.integer({ min: -5, max: 5 }).filter((by) => by !== 0), (i, by) => {
      const { index, found } = amounts[i]!
      const other = String(BigInt(found) + BigInt(by))
      const { status } = verdictOn(text.slice(0, index) + other + text.slice(index + found.length))
      expect([i, by, status]).toEqual([i, by, 1])
    }), { numRuns: 25 })
  })

  test('two amounts of a transaction changed together break an assertion', () => {
    const lines = text.split('\n')
    const movers = lines.flatMap((line, i) => (/^ {4}\S+ {2}-?[1-9]\d* CV/.test(line) && /^ {4}\S+ {2}-?[1-9]\d* CV/.test(lines[i + 1] ?? '') ? [i] : []))
    expect(movers.length).toBeGreaterThan(3)
    fc.assert(fc.property(fc.nat({ max: movers.length - 1 }), (nth) => {
      const add = (line: string, by: bigint) => line.replace(/ (-?\d+) CV/, (_, amount: string) => ` ${BigInt(amount) + by} CV`)
      const at = movers[nth]!
      const other = lines.with(at, add(lines[at]!, 1n)).with(at + 1, add(lines[at + 1]!, -1n)).join('\n')
      expect(verdictOn(other)).toMatchObject({ status: 1, said: expect.stringContaining('balance') as string })
    }), { numRuns: 10 })
  })
})
