/**
 * `npm run vectors`: writes down, for verifiers in any language, what this one says of records, logs, seals,
 * receipts and exports. It adds files that are not there and never changes one that is: a vector that no longer
 * holds is a change of the format. What the files say is described in `test/vectors/README.md`.
 *
 * Refused logs come from the tests of the rules, which are run and listened to; the rest is made here.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { madeVectors } from '#test/support/made-vectors.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const vectors = join(root, 'test', 'vectors')

export async function main(): Promise<number> {
  installNativeCrypto()
  let added = 0
  const add = (path: string, text: string): void => {
    const file = join(vectors, `${path}.json`)
    if (existsSync(file)) return
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, text)
    added += 1
  }
  for (const [path, vector] of madeVectors()) add(path, `${JSON.stringify(vector, null, 1)}\n`)
  const gathered = refusalsOfTheTests()
  if (gathered === null) return 1
  for (const [name, text] of gathered) add(`replay/invalid/${name}`, text)
  console.log(`${added} vectors added`)
  return 0
}

/** Runs the tests of the rules and answers what was refused in them, by name; null when the tests do not pass. */
function refusalsOfTheTests(): [name: string, text: string][] | null {
  const to = mkdtempSync(join(tmpdir(), 'vectors-'))
  try {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const run = spawnSync(process.execPath, [vitest, 'run', '--config', 'test/vitest.vectors.config.ts'], {
      cwd: root, env: { ...process.env, VECTORS_TO: to }, stdio: ['ignore', 'ignore', 'inherit'],
    })
    if (run.status !== 0) {
      console.error('The tests of the rules do not pass: npm test -- --only test/ledger')
      return null
    }
    return readdirSync(to).map((name) => [name.replace('.json', ''), readFileSync(join(to, name), 'utf8')])
  } finally {
    rmSync(to, { recursive: true })
  }
}
