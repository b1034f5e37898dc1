/**
 * ◆ Builds the page when its sources have changed since the last time, so that installing needs no script.
 * The stamp is a hash over the names and bytes of everything the page is made of. Vite is loaded in a process of its own
 * (`page-builder.ts`): in the hub's, a quarter of a gigabyte would stay with it for as long as it runs.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Log } from '../ports.ts'

const builder = fileURLToPath(new URL('./page-builder.ts', import.meta.url))
const rooms = ['ui', 'ledger', 'protocol']
/** A build takes some seconds. */
const BUILDING_MS = 600_000

/**
 * Returns the folder of the built page, `ui/dist/` and the stamp. Throws what Vite says when it cannot be built. It is
 * built beside and put in place by a rename that replaces nothing: of two hubs that start at once one is faster, both
 * serve what that one built, and what somebody reads is never moved. Pages of older sources are cleared away.
 */
export async function buildPageIfStale(root: string, log: Log): Promise<string> {
  const all = join(root, 'ui', 'dist')
  const stamp = sourcesOf(root)
  const dist = join(all, stamp)
  if (existsSync(dist)) return dist
  log.info('building the page (only when its sources have changed)')
  const fresh = join(all, `${stamp}.${process.pid}`)
  await promisify(execFile)(process.execPath, [builder, join(root, 'ui'), fresh])
  try {
    renameSync(fresh, dist)
  } catch (error) {
    // Another hub was faster; what it built is as good.
    if (!existsSync(dist)) throw error
    rmSync(fresh, { recursive: true, force: true })
  }
  for (const name of readdirSync(all)) if (!name.startsWith(stamp) && !isBeingBuilt(join(all, name))) rmSync(join(all, name), { recursive: true, force: true })
  return dist
}

/** Somebody else's, with a process's number behind its stamp, as long as one may still be at it. */
const isBeingBuilt = (path: string): boolean => /\.\d+$/.test(path) && Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < BUILDING_MS

function sourcesOf(root: string): string {
  const hash = createHash('sha256')
  const take = (path: string): void => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'dist' && name !== 'shots') take(join(path, name))
    } else if (!path.endsWith('.md')) {
      hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0')
    }
  }
  for (const room of rooms) take(join(root, room))
  take(join(root, 'package-lock.json'))
  return hash.digest('hex')
}
