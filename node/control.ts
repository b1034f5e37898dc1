/**
 * ◆ How the command line reaches the hub that is running: an address and a secret in the data directory,
 * readable by its owner alone. Whoever can read that directory holds the hub's keys anyway.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type Control = { url: string; token: string }

const fileOf = (dataDir: string): string => join(dataDir, 'control.json')

/** Written at each start, with a new secret each time. */
export function writeControl(dataDir: string, url: string): Control {
  const control = { url, token: randomBytes(32).toString('hex') }
  const unfinished = `${fileOf(dataDir)}.new`
  writeFileSync(unfinished, JSON.stringify(control), { mode: 0o600 })
  renameSync(unfinished, fileOf(dataDir))
  return control
}

export const removeControl = (dataDir: string): void => rmSync(fileOf(dataDir), { force: true })

/** Null when no hub runs on this directory, as far as can be seen. */
export function readControl(dataDir: string): Control | null {
  try {
    const found = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Partial<Control>
    return typeof found.url === 'string' && typeof found.token === 'string' ? { url: found.url, token: found.token } : null
  } catch {
    return null
  }
}
