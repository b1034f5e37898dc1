/** The last lines of the log, kept in memory for the support bundle; everything goes on to the log as well. */
import type { NetworkLog } from '../wire/network.ts'
import type { Clock } from '../ports.ts'

export type LogLine = { ts: number; level: 'info' | 'warn' | 'error'; message: string; fields: Record<string, unknown> }

const LINES_MAX = 500

export function keepingRecent(log: NetworkLog, clock: Clock): { log: NetworkLog; recent: () => readonly LogLine[] } {
  const lines: LogLine[] = []
  const kept = (level: LogLine['level']) => (message: string, fields: Record<string, unknown> = {}): void => {
    lines.push({ ts: clock.now(), level, message, fields })
    if (lines.length > LINES_MAX) lines.shift()
    log[level](message, fields)
  }
  return { log: { ...log, info: kept('info'), warn: kept('warn'), error: kept('error') }, recent: () => lines }
}
