import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { aDirectory } from '#test/support/directories.ts'
import { main } from '../../scripts/bench.ts'

const bench = (...args: string[]) => spawnSync(process.execPath, ['scripts/bench.mjs', ...args], { encoding: 'utf8' })

/** What makes no sense begins nothing, so it needs no process. */
async function refuses(...args: string[]): Promise<void> {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    expect(await main(args), args.join(' ')).toBe(2)
    expect(String(said.mock.calls[0]?.[0])).toMatch(/^bench /)
  } finally {
    said.mockRestore()
  }
}

test('the bench writes a real ledger, sets the writing beside its ceilings and cleans up', () => {
  const dir = aDirectory()
  const { status, stdout, stderr } = bench('--entries', '64', '--dir', dir)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^append +\d\.\d+ of node:crypto verify, one core +[\d,]+\/s of +[\d,]+\/s$/m)
  expect(stdout).toMatch(/^append +\d+\.\d+ of write \+ fdatasync of the same groups /m)
  expect(stdout).toMatch(/^Signed: .*\nDurable: /m)
  // It measures what it is asked for.
  expect(stdout).not.toMatch(/^audit/m)
  expect(readdirSync(dir)).toEqual([])
})

test('the bench audits a ledger beside what each back end verifies by itself, and cleans up', () => {
  const dir = aDirectory()
  const { status, stdout } = bench('audit', '--entries', '64', '--rounds', '1', '--dir', dir)
  expect(status).toBe(0)
  expect(stdout).toMatch(/^audit +[\d,]+\/s, [\d.]+ s for 64 entries$/m)
  expect(stdout).toMatch(/^ +\d+\.\d+ of what \S+ verifies by itself on \d+ cores, by the clock$/m)
  expect(stdout).toMatch(/^ +node:crypto +[\d,]+\/s +[\d,]+\/s +[\d,]+\/s$/m)
  expect(readdirSync(dir)).toEqual([])
})

test('the bench refuses what it does not know', async () => {
  for (const args of [['everything'], ['--entries', 'many'], ['--entries', '1'], ['append', 'audit'], ['audit', '--rounds', '0'], ['--fast']]) await refuses(...args)
  expect(bench('--fast').status).toBe(2)
})

test('the record is measured as a whole: two hub processes, a hundred clients, and nothing left behind', () => {
  const dir = aDirectory()
  const { status, stdout, stderr } = bench('record', '--entries', '200', '--rounds', '1', '--peers', 'none', '--dir', dir)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^\| \*\*this project\*\* \| [\d,]+\/s \| [\d,]+\/s \| [\d,]+\/s \| [\d,]+\/s \| [\d.]+ ms \| /m)
  expect(stdout).toMatch(/^Through HTTP, 100 clients: [\d,]+ signed actions a second/m)
  expect(readdirSync(dir)).toEqual([])
}, 120_000)

test('the record is compared with peers that it knows, over at least a hundred entries', async () => {
  for (const args of [['--peers', 'everybody'], ['--entries', '99'], ['--rounds', '0'], ['--fast']]) await refuses('record', ...args)
})

test('two boards are compared until all that differs is found, with or without another’s way beside it', async () => {
  const { status, stdout, stderr } = bench('exchange', '--only', 'compare', '--listings', '5000,6000', '--peers', 'none')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  for (const differ of ['0', '1', '10', '100', '1,000']) expect(stdout.match(new RegExp(`^ +${differ} +\\d+ +[\\d,]+ +[\\d.]+ +[\\d.]+$`, 'gm')), differ).toHaveLength(2)
  await refuses('exchange', '--listings', '100,many')
})

test('the page’s door is measured with everybody there, and nothing is left behind', async () => {
  const { status, stdout, stderr } = bench('door', '--members', '4', '--seconds', '1', '--listings', '2', '--no-paint')
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^pages +4 open/m)
  for (const row of ['reads', 'board', 'paced']) expect(stdout, row).toMatch(new RegExp(`^${row} +[\\d,]+ answers/s, p50 [\\d.]+ ms, p99 [\\d.]+ ms`, 'm'))
  expect(stdout).toMatch(/^told +p50 [\d.]+ ms, p99 [\d.]+ ms {3}20 records$/m)
  await refuses('door', '--members', '1')
})
