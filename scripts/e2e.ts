/**
 * `npm run e2e [-- --kill x.out|vote|x.cert|x.in] [--shots DIR]`: two cities (and a third) played by hand in
 * Chromium against real processes. With `--kill` the source is killed at that moment only; without, at each.
 */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const moments = ['x.out', 'vote', 'x.cert', 'x.in']

/** Answers the exit code: vitest's, or 2 for a call it cannot read. */
export async function main(args: string[]): Promise<number> {
  const { kill, shots } = optionsOf(args)
  if (kill !== undefined && !moments.includes(kill)) {
    console.error(`--kill takes one of ${moments.join(', ')}`)
    return 2
  }
  const env = {
    ...process.env,
    ...(kill === undefined ? {} : { E2E_KILL: kill }),
    ...(shots === undefined ? {} : { E2E_SHOTS: resolve(shots) }),
  }
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
  return spawnSync(process.execPath, [vitest, 'run', '--config', 'test/vitest.config.ts', 'test/e2e'], { cwd: root, stdio: 'inherit', env }).status ?? 1
}

function optionsOf(args: string[]): { kill?: string; shots?: string } {
  try {
    return parseArgs({ args, options: { kill: { type: 'string' }, shots: { type: 'string' } } }).values
  } catch (error) {
    console.error((error as Error).message)
    return { kill: '' }
  }
}
