/**
 * A `node:fs` with one fault, for a program that is started with `--import` of this file: a call that takes effect
 * and is answered with an error all the same, which strace cannot do; or a sync that is answered and never done,
 * the control for everything that is said about power loss. Products know nothing of it.
 *
 * It covers what the hub itself calls. LevelDB goes to the system by its own way; strace reaches that.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

export type FsFault =
  /** The nth call by this name (and, if sticky, every later one) takes effect and fails. */
  | { fails: FaultyCall; nth: number; code: 'EIO' | 'ENOSPC'; sticky: boolean }
  /** No file is ever synced. */
  | { skips: 'syncs' }

export const faultyCalls = ['write', 'writeSync', 'fdatasync', 'fsyncSync', 'renameSync', 'ftruncateSync'] as const
export type FaultyCall = (typeof faultyCalls)[number]

const VARIABLE = 'FS_FAULT'
export const faultIn = (fault: FsFault): Record<string, string> => ({ [VARIABLE]: JSON.stringify(fault) })

type Call = (...given: unknown[]) => unknown
const calls = fs as unknown as Record<string, Call>

function install(fault: FsFault): void {
  if ('skips' in fault) {
    for (const name of ['fdatasync', 'fsync']) replace(name, () => (...given) => void setImmediate(() => (given.at(-1) as Call)(null)))
    for (const name of ['fdatasyncSync', 'fsyncSync']) replace(name, () => () => undefined)
  } else {
    let count = 0
    const failing = (): boolean => {
      count += 1
      return count === fault.nth || (fault.sticky && count > fault.nth)
    }
    const error = () => Object.assign(new Error(`${fault.code}: the call took effect, ${fault.fails}`), { code: fault.code })
    replace(fault.fails, (real) => (...given) => {
      // What the program says on its standard output is no part of a disk.
      if (given[0] === 1 || given[0] === 2 || !failing()) return real(...given)
      process.stderr.write('the fault has happened\n')
      const callback = given.at(-1)
      if (typeof callback !== 'function') {
        real(...given)
        throw error()
      }
      return real(...given.slice(0, -1), () => (callback as Call)(error()))
    })
  }
  syncBuiltinESMExports()
}

function replace(name: string, by: (real: Call) => Call): void {
  const real = calls[name]!
  calls[name] = by((...given) => real.apply(fs, given))
}

/** Whether the program said that its fault happened. */
export const faultHappened = (stderr: string): boolean => stderr.includes('the fault has happened')

const asked = process.env[VARIABLE]
if (asked !== undefined) install(JSON.parse(asked) as FsFault)
