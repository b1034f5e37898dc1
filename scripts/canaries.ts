/**
 * `npm run canaries`: planted bugs. Each patch of `test/sim/canaries` is applied to a copy of the tree, and seeds are played
 * in it until something is found; how many that took is printed. One that is not found fails: then the simulation does not
 * see what it is for. The tree itself is never touched.
 */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'test/sim/canaries')
const usage = `npm run canaries [-- --only NAME] [--seeds N]
--only NAME   only the canaries whose name contains this
--seeds N     so many seeds before one counts as not found (100)`

/** What is copied: all that the simulation loads. */
const rooms = ['ledger', 'protocol', 'node', 'scripts', 'test/sim', 'test/support', 'package.json', 'tsconfig.json']

export type Canary = { name: string; file: string; what: string; flags: string[] }

/** The patches there are; their first line says what is planted, the second what every run of it must have. */
export function canaries(): Canary[] {
  return readdirSync(folder).filter((name) => name.endsWith('.patch')).sort().map((name) => {
    const [what, second] = readFileSync(join(folder, name), 'utf8').split('\n')
    const flags = second!.replace(/^flags:\s*/, '').split(/(?<!\\) /).filter((flag) => flag !== '').map((flag) => flag.replaceAll('\\ ', ' '))
    return { name: name.replace('.patch', ''), file: join(folder, name), what: what!, flags }
  })
}

export async function main(args: string[]): Promise<number> {
  const asked = optionsOf(args)
  if (asked === null) {
    console.error(usage)
    return 2
  }
  const chosen = canaries().filter(({ name }) => name.includes(asked.only))
  let missed = chosen.length === 0 ? 1 : 0
  for (const canary of chosen) {
    const { seeds, found } = await played(canary, asked.seeds)
    if (found === null) missed += 1
    console.log(`${canary.name.padEnd(26)} ${found === null ? `NOT FOUND in ${seeds} seeds` : `found after ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}: ${found}`}`)
  }
  console.log(`${chosen.length - missed} of ${chosen.length} found`)
  return missed === 0 ? 0 : 1
}

/** Seeds in a copy of the tree with the bug in it, until something is found; what that was, or null. */
async function played(canary: Canary, most: number): Promise<{ seeds: number; found: string | null }> {
  const tree = mkdtempSync(join(tmpdir(), 'canary-'))
  try {
    for (const room of rooms) cpSync(join(root, room), join(tree, room), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
    const applied = spawnSync('git', ['apply', canary.file], { cwd: tree, encoding: 'utf8' })
    if (applied.status !== 0) throw new Error(`${canary.name} does not apply: ${applied.stderr}`)
    const child = spawn(process.execPath, ['scripts/sim.mjs', '--seeds', `1..${most}`, '--first', '--json', ...canary.flags], { cwd: tree, stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
    await new Promise((resolve) => child.on('close', resolve))
    const lines = out.split('\n').filter((line) => line !== '')
    const last = lines.length === 0 ? null : JSON.parse(lines.at(-1)!) as { findings: { code: string; detail: string }[] }
    const [first] = last?.findings ?? []
    return { seeds: lines.length, found: first === undefined ? null : `${first.code}: ${first.detail.split('\n')[0]}` }
  } finally {
    rmSync(tree, { recursive: true, force: true })
  }
}

function optionsOf(args: string[]): { only: string; seeds: number } | null {
  try {
    const { values } = parseArgs({ args, options: { only: { type: 'string', default: '' }, seeds: { type: 'string', default: '100' } } })
    const seeds = Number(values.seeds)
    return Number.isInteger(seeds) && seeds > 0 ? { only: values.only, seeds } : null
  } catch {
    return null
  }
}
