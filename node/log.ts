/** ◆ What happened, one line each, on stderr: JSON for machines, readable when a person is watching. */
import { styleText } from 'node:util'
import { pino } from 'pino'
import type { Log } from './ports.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** stdout stays free for results, so that `--json` can be piped. */
export function openLog(level: LogLevel): Log & { debug: Log['info'] } {
  if (process.stderr.isTTY !== true) return jsonLog(level)
  return readableLog(level)
}

function jsonLog(level: LogLevel): Log & { debug: Log['info'] } {
  const logger = pino({ level, base: null }, pino.destination({ fd: 2, sync: true }))
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
  }
}

const colours = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const
/** A bar may stand there. */
const CLEAR_LINE = '\r\u001b[K'
const ranks = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 } as const

function readableLog(level: LogLevel): Log & { debug: Log['info'] } {
  const line = (kind: keyof typeof colours) => (message: string, fields: Record<string, unknown> = {}) => {
    if (ranks[kind] < ranks[level]) return
    const details = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`).join(' ')
    process.stderr.write(`${CLEAR_LINE}${styleText(colours[kind], kind.padEnd(5))} ${message}${details === '' ? '' : `  ${styleText('gray', details)}`}\n`)
  }
  const terminal = ranks[level] > ranks.info ? {} : { terminal: process.stderr }
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error'), ...terminal }
}
