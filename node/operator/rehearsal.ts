/**
 * ◆ The restore test, asked for on the operator's page: in a process of its own, because to verify a ledger takes as long
 * as an audit, and the hub has people to answer meanwhile.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Log } from '../ports.ts'

const program = join(import.meta.dirname, '..', 'main.mjs')

export type Rehearsal = {
  readonly underWay: boolean
  /** Begins one, unless one is under way. What comes of it stands in `copies.json`. */
  begin(from: string): void
  stop(): void
}

export function openRehearsal(dataDir: string, log: Log): Rehearsal {
  let cancel: (() => void) | null = null
  return {
    get underWay() {
      return cancel !== null
    },
    begin(from) {
      if (cancel !== null) return
      const child = spawn(process.execPath, [program, 'restore', from, '--test', '--data', dataDir, '--json'], { stdio: ['ignore', 'ignore', 'pipe'] })
      cancel = () => void child.kill()
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2_000)))
      const ended = (code: number | null): void => {
        if (cancel === null) return
        cancel = null
        if (code === 0) log.info('the last backup was restored as a test, and is well')
        else log.warn('the last backup could not be restored', { code, said: said.trim() })
      }
      child.once('exit', ended)
      child.once('error', () => ended(null))
    },
    stop() {
      cancel?.()
      cancel = null
    },
  }
}
