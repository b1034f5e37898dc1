/**
 * ◆ Builds the page when its sources have changed since the last time, so that installing needs no script.
 * The stamp is a hash over the names and bytes of everything the page is made of.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from './ports.ts'

const rooms = ['ui', 'ledger', 'protocol']

/** Returns the folder of the built page. Throws what Vite says when it cannot be built. */
export async function buildPageIfStale(root: string, log: Log): Promise<string> {
  const dist = join(root, 'ui', 'dist')
  const stampFile = join(dist, '.stamp')
  const stamp = sourcesOf(root)
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return dist
  log.info('building the page (only when its sources have changed)')
  const { build } = await import('vite')
  await build({ configFile: join(root, 'ui', 'vite.config.ts'), root: join(root, 'ui'), logLevel: 'error' })
  writeFileSync(stampFile, stamp)
  return dist
}

function sourcesOf(root: string): string {
  const hash = createHash('sha256')
  const take = (path: string): void => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'dist' && name !== 'shots') take(join(path, name))
    } else if (!path.endsWith('.md')) {
      hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
  for (const room of rooms) take(join(root, room))
  take(join(root, 'package-lock.json'))
  return hash.digest('hex')
}
