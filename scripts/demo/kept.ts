/**
 * What is kept of a demo when it ends, so that the next start goes on with it within seconds: where its cities listen, the
 * keys of its people, how far its clock is. All that happened is in the cities' own directories beside it.
 *
 * It says that the half year was lived to its end: where it is missing, the cities are of no use and are lived anew.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { defaultDataDirectory } from '#node/config.ts'
import type { Place } from './cast.ts'
import type { KeptPerson, Ports } from './town.ts'

const FORMAT = 1
const DAY = 86_400
/** What is under way is so for three days; then it runs out and comes back, and there is less to see. */
const FRESH_SECONDS = 2 * DAY

/** A line of what there is to see, and where: by entering as a city's steward, or at a page for everybody. */
export type Sight = { zh: string; en: string; place: Place; page: 'steward' | '/audit' }

export type Kept = {
  format: typeof FORMAT
  days: number
  /** When it was lived, and where the cities' clock stood last; seconds since 1970. */
  livedAt: number
  now: number
  towns: Array<{ place: Place; ports: Ports; people: KeptPerson[] }>
  /** The cities that still vouch for each other. */
  honest: Place[]
  sights: Sight[]
}

/** Beside the place where a hub keeps its own data. */
export const demoDirectory = (env: NodeJS.ProcessEnv): string => join(dirname(defaultDataDirectory(env)), 'tongyi-demo')

export const livedDirectory = (dir: string): string => join(dir, 'lived')
const keptFile = (dir: string): string => join(livedDirectory(dir), 'kept.json')

/** Null for none, one of another format or length, or one that is more than two days old. */
export function readKept(dir: string, days: number, realNow: number): Kept | null {
  if (!existsSync(keptFile(dir))) return null
  const kept = JSON.parse(readFileSync(keptFile(dir), 'utf8')) as Kept
  return kept.format === FORMAT && kept.days === days && realNow - kept.livedAt < FRESH_SECONDS ? kept : null
}

export function writeKept(dir: string, kept: Kept): void {
  writeFileSync(`${keptFile(dir)}.new`, JSON.stringify(kept), { mode: 0o600 })
  renameSync(`${keptFile(dir)}.new`, keptFile(dir))
}
