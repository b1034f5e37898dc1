/**
 * Libraries that ours is measured beside. They are no dependency of anything: each folder here has its own lock, and is
 * installed when it is first asked for.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'

/** Sees to it that what a folder's lock names is there. Throws, saying how to go without, when that cannot be. */
export function installIn(folder: string): void {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return
  process.stderr.write(`installing the peers into ${relative(process.cwd(), join(folder, 'node_modules'))}\n`)
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('the peers could not be installed: is the npm registry reachable? `--peers none` goes without them')
}
