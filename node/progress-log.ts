/**
 * What the hub's log says while something long is under way: how far, how fast, how much longer. Nothing in the
 * first seconds: what is quick need not be told.
 */
import type { Clock, Log } from './ports.ts'
import { progressOn } from './progress.ts'

const EVERY_SECONDS = 5

/** `done` of `total`, in whatever unit both are; `entries` of it so far. */
export type Tell = (done: number, total: number, entries: number) => void

export function progressLog(log: Log, clock: Clock, what: string): Tell {
  const began = clock.now()
  let told = began
  return (done, total, entries) => {
    const now = clock.now()
    if (now - told < EVERY_SECONDS) return
    told = now
    const seconds = now - began
    const share = total === 0 ? 1 : done / total
    log.info(what, {
      percent: Math.floor(share * 100), entries, entriesPerSecond: Math.round(entries / seconds),
      secondsLeft: share === 0 ? null : Math.ceil(seconds / share - seconds),
    })
  }
}

/** The same for what everybody waits for: where a person is watching, a bar in place of the messages. */
export function progressBar(log: Log, clock: Clock, what: string, nowMs?: () => number): { tell: Tell; end(): void } {
  if (log.terminal === undefined) return { tell: progressLog(log, clock, what), end() {} }
  const bar = progressOn(log.terminal, what, null, nowMs)
  return { tell: (done, total, entries) => bar.advance(done, entries, total), end: () => bar.end() }
}
