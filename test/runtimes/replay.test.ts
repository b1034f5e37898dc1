/**
 * One log, one state, whoever replays it. The bundle that Vite makes of `ledger/` is run by Node 24, by Node 20
 * and by Chromium, on every vector and on towns that chance made up; all three must come to the same digests, refuse the
 * same records for the same reasons, and find the same seals, receipts and exports good or not.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '#ledger/bytes.ts'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { openBrowser } from '#test/support/chromium.ts'
import { chanceFrom } from '#test/support/faults/chance.ts'
import { aTownOfNeighbours, completed, grades, helpOnce, rateBoth } from '#test/support/people.ts'
import { pass, type Town } from '#test/support/towns.ts'
import { type Case, verdictsOn } from '#test/support/verdicts.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'runtimes-'))
const bundle = join(dir, 'verdicts.js')
let cases: Case[]
/** What this very program says, from the sources and with the machine's own Ed25519. */
let expected: string[]

beforeAll(async () => {
  installNativeCrypto()
  cases = [...vectors(), ...[1, 2, 3].map(madeUp)]
  expected = verdictsOn(cases)
  await build({
    root, logLevel: 'error', configFile: false,
    build: { outDir: dir, emptyOutDir: false, lib: { entry: 'test/support/verdicts.ts', formats: ['iife'], name: 'verdicts', fileName: () => 'verdicts.js' } },
  })
  writeFileSync(join(dir, 'cases.json'), JSON.stringify(cases))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const WAIT_MS = 300_000

test.each<[string, string, string]>([
  ['Node 24', process.execPath, 'v24.'],
  // There is no such package for other machines.
  ...(process.arch === 'x64' ? [['Node 20', join(root, 'node_modules', 'node20', 'bin', 'node'), 'v20.'] satisfies [string, string, string]] : []),
])('%s says of every log and vector what the sources say', { timeout: WAIT_MS }, (_, program, version) => {
  const asking = `require(${JSON.stringify(bundle)}); const cases = require(${JSON.stringify(join(dir, 'cases.json'))})
    process.stdout.write(JSON.stringify({ version: process.version, said: globalThis.verdictsOn(cases) }))`
  const { stdout, stderr } = spawnSync(program, ['-e', asking], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  const answer = JSON.parse(stdout || `{"version": ${JSON.stringify(stderr)}}`) as { version: string; said: string[] }
  expect(answer.version.startsWith(version), answer.version).toBe(true)
  expect(answer.said).toEqual(expected)
})

test('Chromium says of every log and vector what the sources say', { timeout: WAIT_MS }, async () => {
  const browser = await openBrowser()
  try {
    const page = await browser.newPage()
    await page.addScriptTag({ content: readFileSync(bundle, 'utf8') })
    const said = await page.evaluate((asked) => (globalThis as unknown as { verdictsOn(cases: unknown): string[] }).verdictsOn(asked), cases as unknown[])
    expect(said).toEqual(expected)
  } finally {
    await browser.close()
  }
})

function vectors(): Case[] {
  return ['entries', 'replay', 'seal', 'receipt', 'export'].flatMap((folder) => ['valid', 'invalid'].flatMap((kind) => {
    const path = new URL(`../vectors/${folder}/${kind}/`, import.meta.url)
    return readdirSync(path).map((name) => JSON.parse(readFileSync(new URL(name, path), 'utf8')) as Case)
  }))
}

/** A town in which neighbours help each other as chance has it, over months. */
function madeUp(seed: number): Case {
  const chance = chanceFrom(seed)
  const neighbours = aTownOfNeighbours({ name: `made-up-${seed}`, preset: chance.pick(['city', 'time-bank']) })
  const { town } = neighbours
  const people = [neighbours.mei, neighbours.bo, neighbours.li]
  for (let i = 0; i < 12; i++) {
    const [helper, receiver] = chance.some(people, 2) as [typeof people[0], typeof people[0]]
    const minutes = 1 + chance.below(300)
    if (chance.below(2) === 0) helpOnce(town, helper, receiver, { minutes })
    else rateBoth(town, completed(town, helper, receiver, { minutes }), [receiver, chance.pick(Object.values(grades))], [helper, grades.good])
    pass([town], chance.below(20))
  }
  return { records: recordsOf(town) }
}

const recordsOf = (town: Town): string[] => town.entries.map(({ bytes }) => toHex(bytes))
