/**
 * `npm run shots -- DIR`: a picture of every screen, taken by the play that judges them. `npm run shots -- --readme`: those of
 * the README, taken of people of the demo.
 */
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Answers the exit code: the play's, or 2 for a call it cannot read. */
export async function main(args: string[]): Promise<number> {
  const [dir, more] = args
  if (dir === '--readme' && more === undefined) {
    const { main: demo } = await import('./demo.ts')
    return demo(['--shots', fileURLToPath(new URL('../ui/shots', import.meta.url))])
  }
  if (dir === undefined || dir.startsWith('-') || more !== undefined) {
    console.error('npm run shots -- DIR|--readme')
    return 2
  }
  const root = fileURLToPath(new URL('..', import.meta.url))
  const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url))
  const env = { ...process.env, E2E_SHOTS: resolve(dir) }
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', 'test/vitest.config.ts', 'test/ui/screens'], { cwd: root, stdio: 'inherit', env })
  if (status === 0) console.log(`pictures are in ${dir}`)
  return status ?? 1
}
