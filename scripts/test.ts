/**
 * Runs the checks of this repository and counts them: `npm test`, `npm run test:system`,
 * `npm run test:doors` and `npm run check` are four ways in. Each part begins with a heading; the
 * last line is always `N passed, N failed`, so that a program can read it as well as a person. A
 * room that type-checks counts as one, a test as one, and so does whatever else went wrong (a test
 * file that does not load, a runner that dies): nothing that failed can be absent from the sum.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

type Count = { passed: number; failed: number }

/**
 * Each has a tsconfig.json of its own, because what it may know differs; the last is the rest. The page's
 * tests know a browser and a machine at once.
 */
const rooms = ['ledger', 'protocol', 'ui', 'test/ui', '.']

/** What the tests of `test/system` call, and the Debian package that has it. */
const systemTools = { 'caddy': 'caddy', 'go': 'golang-go', 'hledger': 'hledger', 'python3': 'python3', 'strace': 'strace', 'systemd-analyze': 'systemd' }

/** What they build against, as Debian installs it, and its package. */
const systemFiles = { '/usr/share/gocode/src/golang.org/x/mod/sumdb': 'golang-golang-x-mod-dev' }

const root = fileURLToPath(new URL('..', import.meta.url))

const usage = `npm test [-- --only PATTERN]    type checks, then every test that needs no special rights
npm run test:system             tests that need system tools, named when they are missing
npm run test:doors              how bad input is met at every door
npm run check                   type checks only
--only PATTERN                  only the test files whose path contains PATTERN`

/** Answers the exit code: 0 when all passed, 1 when anything failed, 2 for a call it cannot read. */
export async function main(args: string[]): Promise<number> {
  const asked = optionsOf(args)
  if (asked === null) {
    console.error(usage)
    return 2
  }
  const { system, types, doors, only } = asked
  const filters = only === undefined ? [] : [only]

  const counts: Count[] = []
  if (system) counts.push(await systemTests(filters))
  else if (doors) counts.push(await tests('Doors', 'vitest.doors.config.ts', filters))
  else {
    counts.push(await typeChecks())
    if (!types) counts.push(await tests('Tests', 'vitest.config.ts', filters))
  }
  const { passed, failed } = sum(counts)
  console.log(`\n${passed} passed, ${failed} failed`)
  return failed === 0 && passed > 0 ? 0 : 1
}

function optionsOf(args: string[]) {
  const flag = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({
      args,
      options: { system: flag, types: flag, doors: flag, only: { type: 'string' } },
    })
    const chosen = [values.system, values.types, values.doors].filter(Boolean)
    return chosen.length > 1 ? null : values
  } catch {
    return null
  }
}

async function typeChecks(): Promise<Count> {
  heading('Types')
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  return sum(await Promise.all(rooms.map(async (room) => {
    const { code, output } = await spoken([tsc, '-p', room])
    console.log(`${code === 0 ? 'passed' : 'FAILED'}  tsc -p ${room}`)
    if (code !== 0) console.log(output)
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  })))
}

async function systemTests(filters: string[]): Promise<Count> {
  const missing = [
    ...Object.entries(systemTools).filter(([tool]) => spawnSync(tool, ['-V']).error !== undefined),
    ...Object.entries(systemFiles).filter(([path]) => !existsSync(path)),
  ].map(([, debianPackage]) => debianPackage)
  if (missing.length === 0) return await tests('System', 'vitest.system.config.ts', filters)

  heading('System')
  console.log(`These tests need tools that are not here: apt-get install ${missing.join(' ')}`)
  return { passed: 0, failed: 1 }
}

/**
 * Vitest prints for people; its JSON report, which it writes last, is what is counted. A run
 * without a report, or with an exit code that the report does not explain, has failed.
 */
async function tests(title: string, config: string, filters: string[]): Promise<Count> {
  heading(title)
  const dir = mkdtempSync(join(tmpdir(), 'test-report-'))
  const report = join(dir, 'report.json')
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const { code } = await spoken([
      vitest, 'run', '--config', `test/${config}`,
      '--reporter=default', '--reporter=json', `--outputFile.json=${report}`,
      ...filters,
    ], 'inherit')
    const count = countOf(reportIn(report))
    return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
  } finally {
    rmSync(dir, { recursive: true })
  }
}

type Report = {
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

function reportIn(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return { testResults: [{ status: 'failed', assertionResults: [] }] }
  }
}

/** What was skipped did not pass. A file that failed without a failed test counts as one. */
function countOf({ testResults }: Report): Count {
  return sum(testResults.map(({ status, assertionResults }) => {
    const passed = assertionResults.filter((test) => test.status === 'passed').length
    const failed = assertionResults.length - passed
    return { passed, failed: status === 'failed' ? Math.max(failed, 1) : failed }
  }))
}

/** Runs a JavaScript program with this very Node, from the repository's root. */
function spoken(
  command: string[],
  stdout: 'pipe' | 'inherit' = 'pipe',
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', stdout, stdout === 'pipe' ? 'pipe' : 'inherit'],
    })
    let output = ''
    child.stdout?.on('data', (text) => { output += text })
    child.stderr?.on('data', (text) => { output += text })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

function heading(title: string): void {
  console.log(`\n== ${title} ==`)
}

function sum(counts: Count[]): Count {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
  }
}
