/**
 * ◆ Builds the page when its sources have changed since the last time, so that installing needs no script.
 * The stamp is a hash over the names and bytes of everything the page is made of.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../ports.ts'

const rooms = ['ui', 'ledger', 'protocol']

/**
 * Returns the folder of the built page. Throws what Vite says when it cannot be built. It is built beside and
 * put in place by a rename, so that two hubs that start at once each find a whole page.
 */
export async function buildPageIfStale(root: string, log: Log): Promise<string> {
  const dist = join(root, 'ui', 'dist')
  const stamp = sourcesOf(root)
  if (stampIn(dist) === stamp) return dist
  log.info('building the page (only when its sources have changed)')
  const fresh = `${dist}.${process.pid}`
  const old = `${fresh}.old`
  const { build } = await import('vite')
  const inputs = { configFile: join(root, 'ui', 'vite.config.ts'), root: join(root, 'ui'), logLevel: 'error' } as const
  await build({ ...inputs, build: { outDir: fresh, emptyOutDir: true } })
  await build({ ...inputs, mode: 'verify', build: { outDir: fresh, emptyOutDir: false } })
  writeFileSync(join(fresh, '.stamp'), stamp)
  try {
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  } catch (error) {
    // Another hub was faster; what it built is as good, if it is of the same sources.
    if (stampIn(dist) !== stamp) throw error
  }
  for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true })
  return dist
}

function stampIn(dist: string): string | null {
  try {
    return readFileSync(join(dist, '.stamp'), 'utf8')
  } catch {
    return null
  }
}

function sourcesOf(root: string): string {
  const hash = createHash('sha256')
  const take = (path: string): void => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (!name.startsWith('dist') && name !== 'shots') take(join(path, name))
    } else if (!path.endsWith('.md')) {
      hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
  for (const room of rooms) take(join(root, room))
  take(join(root, 'package-lock.json'))
  return hash.digest('hex')
}
